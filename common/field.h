/* field: the values of a record's columns, for programs that need to know them.
 *
 * Each returns false when the field is NULL. One that isn't canonical makes the stream malformed:
 * the program ends with status 1 and a message that names the column and the value.
 */
#ifndef REELPIPE_FIELD_H
#define REELPIPE_FIELD_H

#include "recread.h"

/* A total of views that no sum goes beyond: a million million. With it, sums of ratings in
 * thousandths and of views in millionths stay within 64 bits. */
#define COUNT_MAX INT64_C(1000000000000)

bool field_int(const struct recread *in, size_t column, int64_t *value);
bool field_time(const struct recread *in, size_t column, int64_t *microseconds);
bool field_date(const struct recread *in, size_t column, int32_t *days);
bool field_rating(const struct recread *in, size_t column, int32_t *thousandths);

/* A number of things: an integer from 0 to COUNT_MAX. */
bool field_count(const struct recread *in, size_t column, int64_t *value);

/* A sum of ratings: a decimal with at most 3 places that isn't negative. */
bool field_rating_sum(const struct recread *in, size_t column, int64_t *thousandths);

#endif
