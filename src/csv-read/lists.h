/* lists: `A|B`, `A, B` and JSON arrays as lists of the record format. */
#ifndef CSV_READ_LISTS_H
#define CSV_READ_LISTS_H

#include "convert.h"

/* Converts a non-empty TEXT. The value isn't escaped. */
bool convert_list(struct convert *c, struct slice text, struct value *value, struct fault *fault);

#endif
