/* personal: what of a record's values a message or a reason may show. Both go into logs and tables,
 * and there nothing stands about a person but an id. */
#ifndef REELPIPE_PERSONAL_H
#define REELPIPE_PERSONAL_H

#include "record.h"

/* True when a VALUE in COLUMN of a record of TYPE isn't to be shown: anything in a record about a
 * user but its number; in a column user_id what is no number; and whatever has an `@`, wherever it
 * strayed. */
bool is_personal(struct slice type, struct slice column, struct slice value);

/* As diag_quote, or `(not shown)` for what is personal. */
const char *quote_unless_personal(struct slice type, struct slice column, struct slice value);

/* The same for a field of a record under HEADER. */
const char *quote_field(const struct header *header, size_t column, struct slice field);

#endif
