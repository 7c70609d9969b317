/* short: the rows that watch logs are made of, of at most 62 bytes and with nothing in them but
 * integers, ratings and times that are canonical, or nearly, in quotes or not. Each is split by one
 * word of csvscan's bits, checked by another, and written at once.
 */
#ifndef CSV_READ_SHORT_H
#define CSV_READ_SHORT_H

#include "emit.h"

/* True when rows of the current file (emit_file) may be such: each of its fields is a column of one
 * of these kinds, and times are in no format of their own. */
bool short_possible(const struct plan *plan, const struct settings *settings);

/* Writes the next rows of SPLIT as long as they are such, and stand in its buffer whole. Whatever
 * else comes is left, untouched, to split_next and emit_record, which give the same records.
 * Returns how many rows were written. */
uint64_t short_rows(struct emit *e, struct split *s);

#endif
