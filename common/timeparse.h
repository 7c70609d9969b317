/* timeparse: the forms of a time that people and logs write, beside the canonical one.
 *
 * Accepted: RFC 3339 with a zone (`T` or a space between date and time, `Z`, `z` or an offset
 * `+hh:mm`,
 * `+hhmm`, `+hh`), `YYYY-MM-DD HH:MM[:SS[.fraction]]` and `YYYY-MM-DDTHH:MM[:SS[.fraction]]`
 * without a zone (local time of zone.h), `YYYY-MM-DD` (its local midnight), and Unix times of 9 or
 * 10 digits (seconds, a fraction allowed) or 12 or 13 digits (milliseconds). A leap second :60
 * counts as the following second. Fractions beyond microseconds are cut. Anything else, 03/04/2020
 * above all, is refused, never guessed.
 */
#ifndef REELPIPE_TIMEPARSE_H
#define REELPIPE_TIMEPARSE_H

#include <stdint.h>

#include "slice.h"

/* Parses TEXT into microseconds since 1970 UTC. Returns NULL, or what is wrong ("not a time",
 * "ambiguous: is it day/month or month/day?"). */
const char *timeparse(struct slice text, int64_t *microseconds);

/* Parses TEXT by a strptime(3) FORMAT; without %z or %s the result is local time of zone.h. Returns
 * as timeparse. */
const char *timeparse_format(const char *format, struct slice text, int64_t *microseconds);

/* An option's time for OPTION (`--now`): timeparse's forms, or `now`. Ends the program with status
 * 2 when it is none. */
int64_t timeparse_option(const char *option, const char *text);

/* An option's length of time: 7d, 12h, 90m, 30s, 2w. Microseconds; status 2 when it is none. */
int64_t duration_option(const char *option, const char *text);

/* An option's number of whole days from 1 to MAX, as a length of time: 7d, 2w. Status 2 when it is
 * none. */
int days_option(const char *option, const char *text, int max);

/* The present, in microseconds since 1970. */
int64_t time_now(void);

#endif
