/* marks: the last state of every source, for what passes bookmarks on behind its records.
 * Aggregates have them through aggregate.h.
 *
 *     struct marks marks = {0};
 *     marks_take(&marks, &in);         // at each REC_MARK
 *     marks_write(&marks, &run, &out); // at the end: writes and frees them
 */
#ifndef REELPIPE_MARKS_H
#define REELPIPE_MARKS_H

#include "recread.h"
#include "recwrite.h"
#include "run.h"
#include "textmap.h"

struct marks {
    struct textmap index; /* source to its number in `mark`, from 1 */
    struct mark {
        struct slice source;
        char *state;
    } * mark; /* in the order in which the sources came */
    size_t n, size;
};

/* Keeps the mark at hand, in place of an earlier one of its source. */
void marks_take(struct marks *m, const struct recread *in);

/* Writes the marks, after the rejects so far are in their file, and frees them. */
void marks_write(struct marks *m, struct run *run, struct recwrite *out);

#endif
