/* cell: a field as a person sees it on a terminal: its text, and how many columns that takes. */
#ifndef REC_VIEW_CELL_H
#define REC_VIEW_CELL_H

#include "io.h"
#include "slice.h"

/* Readies the character widths, and finds out whether the terminal shows UTF-8. */
bool cell_begin(void);

struct cell {
    struct slice text; /* the field's bytes, or `buffer` */
    size_t width;
    char *buffer;
    size_t room;
};

/* Makes FIELD (raw) fit to be seen: escapes stand as they do in the stream, but for `\#`, and
 * characters that move the cursor, turn the direction of writing or have no shape are shown as \xHH
 * or \uHHHH. NULL is `-`. Valid until the next call for CELL. */
void cell_set(struct cell *cell, struct slice field);

/* Cuts the text to WIDTH columns; MARK, which is one column wide, shows that something is missing.
 */
void cell_cut(struct cell *cell, size_t width, const char *mark);

void cell_free(struct cell *cell);

#endif
