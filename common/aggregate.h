/* aggregate: what a program that counts records does around its counting: open and close the
 * streams, count what it reads, show progress, keep the marks for the end.
 *
 *     struct aggregate a;
 *     aggregate_open(&a, &options, pass_marks);
 *     for (enum rec_event event; (event = aggregate_next(&a)) != REC_EOF;)
 *         if (event == REC_SEGMENT) … find the columns of a.in …
 *         else … count the record of a.in: one more written, rejected or dropped in a.run …
 *     for (i = 0; i < n; i++) {
 *         … write a header and records to a.out …
 *         aggregate_end_segment(&a, i == n - 1);
 *     }
 *     aggregate_close(&a);
 */
#ifndef REELPIPE_AGGREGATE_H
#define REELPIPE_AGGREGATE_H

#include "marks.h"
#include "options.h"
#include "recread.h"
#include "recwrite.h"
#include "run.h"

enum { WINDOW_DAYS_MAX = 36525 }; /* days in the window of an aggregate that has one: a century */

struct aggregate {
    struct run run;
    struct recread in;
    struct recwrite out; /* standard output */
    struct marks marks;
    bool pass_marks;
};

/* Begins the run and opens the operands of O, whose options have all been taken, for reading. O
 * must outlive the aggregate. Without PASS_MARKS marks are consumed. */
void aggregate_open(struct aggregate *a, const struct options *o, bool pass_marks);

/* The next REC_SEGMENT or REC_DATA (a record, counted as read), or REC_EOF. */
enum rec_event aggregate_next(struct aggregate *a);

/* Closes the open segment of the output. The LAST one gets the marks, behind its records. */
void aggregate_end_segment(struct aggregate *a, bool last);

/* Closes the streams and ends the run: the summary is the last that is said. */
void aggregate_close(struct aggregate *a);

#endif
