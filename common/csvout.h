/* csvout: CSV as RFC 4180 writes it, onto an output of io.h. */
#ifndef REELPIPE_CSVOUT_H
#define REELPIPE_CSVOUT_H

#include "io.h"
#include "slice.h"

/* Writes one field: as it is, or in double quotes, the quotes inside doubled, when it has
 * DELIMITER, a double quote, CR or LF, or when it begins or ends with a space or TAB (which
 * readers, libcsv among them, strip from a bare field). A quoted field is what libcsv's
 * csv_write2 writes; that function quotes all fields, which people who read the file would rather
 * not have. */
void csvout_field(struct out *out, struct slice text, char delimiter);

/* Writes one field in double quotes, whether it needs them or not. */
void csvout_quoted(struct out *out, struct slice text);

#endif
