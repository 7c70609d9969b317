/* aliases: the names that other people give the columns of a type. */
#ifndef CSV_READ_ALIASES_H
#define CSV_READ_ALIASES_H

#include "schema.h"

/* The names beside its own that COLUMN of TYPE goes by, small letters and digits only, with single
 * spaces between and at the ends (" timestamp ts "); "" when there are none. */
const char *aliases_of(const struct schema_type *type, const char *column);

#endif
