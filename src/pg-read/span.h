/* span: parameters that are times: times as people write them, and lengths such as 7d. */
#ifndef PG_READ_SPAN_H
#define PG_READ_SPAN_H

#include <stdbool.h>
#include <stdint.h>

/* True for a length of time: 7d, 2w, 12h, 90m, 30s. */
bool span_is_length(const char *text);

/* The moment that TEXT names for parameter NAME, in microseconds. A length in days or weeks means
 * the start of that many whole business days that end with the day of NOW; a shorter one is
 * counted back from NOW. Ends the program with status 2 when TEXT is neither time nor length. */
int64_t span_start(const char *name, const char *text, int64_t now);

/* Where a span that began with the length TEXT ends: with the day of NOW, or for a shorter one at
 * NOW. */
int64_t span_end(const char *text, int64_t now);

#endif
