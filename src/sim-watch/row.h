/* row: a view as a row of a log, the way it should be. */
#ifndef SIM_WATCH_ROW_H
#define SIM_WATCH_ROW_H

#include "io.h"
#include "service.h"
#include "value.h"

enum { ROW_MAX = 160 }; /* bytes of the longest row, LF included */

/* The header line. */
extern const char row_header[];

/* The date that was last written: most rows share it with the row before. */
struct row_date {
    int32_t day;
    char text[VALUE_MAX]; /* empty: none yet */
};

/* Writes the row without its LF into BUFFER (ROW_MAX bytes) and returns its length. */
size_t row_write(char *buffer, const struct view *view, struct row_date *date);

#endif
