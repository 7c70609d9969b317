#include "aggregate.h"

#include <unistd.h>

enum { PROGRESS_RECORDS = 4096 }; /* between two looks at the clock */

void aggregate_open(struct aggregate *a, const struct options *o, bool pass_marks)
{
    *a = (struct aggregate){.pass_marks = pass_marks};
    run_begin(&a->run, &o->std);
    a->run.counts = true;
    recread_open(&a->in, o->operands, o->noperands, o->std.partial ? RECREAD_PARTIAL : 0);
    recwrite_open(&a->out, STDOUT_FILENO, "stdout");
}

enum rec_event aggregate_next(struct aggregate *a)
{
    for (;;) {
        enum rec_event event = recread_next(&a->in);
        if (event == REC_DATA) {
            if (++a->run.read % PROGRESS_RECORDS == 0) {
                a->run.bytes_in = a->in.bytes;
                run_progress(&a->run, 0);
            }
            return event;
        }
        if (event == REC_MARK && a->pass_marks)
            marks_take(&a->marks, &a->in);
        if (event == REC_SEGMENT || event == REC_EOF)
            return event;
    }
}

void aggregate_end_segment(struct aggregate *a, bool last)
{
    if (last)
        marks_write(&a->marks, &a->run, &a->out);
    run_end_segment(&a->run, &a->out);
}

void aggregate_close(struct aggregate *a)
{
    recwrite_close(&a->out);
    a->run.bytes_in = a->in.bytes;
    a->run.bytes_out = a->out.out.bytes;
    recread_close(&a->in);
    run_end(&a->run);
}
