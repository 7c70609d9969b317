/* check: a data-quality rule, sql/checks/NAME.sql.
 *
 * Its first lines are comments: `-- severity: error` or `warning`, `-- description: what the rule
 * demands`, and `-- param NAME KIND = DEFAULT: help` for each limit. Then follows one SELECT of the
 * rows that break the rule, the worst first; its columns say which they are, and hold nothing
 * personal. It finds the present as current_setting('param.now').
 */
#ifndef PG_READ_CHECK_H
#define PG_READ_CHECK_H

#include <stdint.h>

#include "query.h"

/* Makes a query of a rule as query_read has read it: its one record, of type dq_result, says how
 * many rows break the rule and names some. NOW is the present, and the time of the finding. */
void check_make(struct query *q, int64_t now);

#endif
