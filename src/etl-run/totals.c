#include "totals.h"

#include <stdlib.h>

#include "field.h"
#include "mem.h"

struct pipe_counts {
    struct counts source; /* read and bytes_in of its sources */
    bool has_source;
    struct counts end; /* written, inserted, updated, unchanged, bytes of its loads and writers */
    bool has_end;
    int64_t end_read;
    int64_t counted; /* by its aggregates */
    bool has_aggregate;
    int64_t rejected, dropped; /* by all of its stages */
};

enum role { FILTER, SOURCE, AGGREGATE, END };

static enum role role_of(struct slice stage, bool loads)
{
    static const char *const sources[] = {"csv-read", "tmdb-pull", "pg-read", "sim-watch"};
    static const char *const ends[] = {"csv-write", "rec-view"};
    if (loads)
        return END;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (slice_is(stage, sources[i]))
            return SOURCE;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_is(stage, ends[i]))
            return END;
    return stage.len > 4 && memcmp(stage.ptr, "agg-", 4) == 0 ? AGGREGATE : FILTER;
}

static int64_t count_in(const struct recread *in, const char *column)
{
    int64_t value;
    return field_int(in, recread_need(in, column), &value) ? value : 0;
}

static struct pipe_counts *pipe_at_hand(struct totals *t, const struct recread *in)
{
    int column = header_find(&in->header, "_pipe");
    bool alone = column != COLUMN_NONE && slice_is(in->field[column], "-");
    uint64_t *number = NULL;
    if (!alone)
        number = textmap_put(&t->index, column == COLUMN_NONE ? slice_of("all") : in->field[column],
                             NULL);
    if (number && *number)
        return &t->pipe[*number - 1];
    t->pipe = mem_grow(t->pipe, &t->pipes_size, t->npipes + 1, sizeof *t->pipe);
    t->pipe[t->npipes++] = (struct pipe_counts){0};
    if (number)
        *number = t->npipes;
    return &t->pipe[t->npipes - 1];
}

void totals_add(struct totals *t, const struct recread *in)
{
    int64_t inserted;
    bool loads = field_int(in, recread_need(in, "inserted"), &inserted);
    struct pipe_counts *p = pipe_at_hand(t, in);
    p->rejected += count_in(in, "records_rejected");
    p->dropped += count_in(in, "records_dropped");
    t->stages++;
    switch (role_of(in->field[recread_need(in, "stage")], loads)) {
    case SOURCE:
        p->has_source = true;
        p->source.read += count_in(in, "records_read");
        p->source.bytes_in += count_in(in, "bytes_in");
        break;
    case AGGREGATE:
        p->has_aggregate = true;
        p->counted += count_in(in, "records_written");
        break;
    case END:
        p->has_end = true;
        p->end_read += count_in(in, "records_read");
        p->end.written += count_in(in, "records_written");
        p->end.inserted += loads ? inserted : 0;
        p->end.updated += count_in(in, "updated");
        p->end.unchanged += count_in(in, "unchanged");
        p->end.bytes_in += count_in(in, "bytes_in");
        p->end.bytes_out += count_in(in, "bytes_out");
        break;
    case FILTER:
        break;
    }
}

/* Where the source is a file, or a program that doesn't count, it must have had what became of it.
 */
static struct counts sum_of(const struct pipe_counts *p)
{
    struct counts sum = p->end;
    sum.written += p->counted;
    sum.rejected = p->rejected;
    sum.dropped = p->dropped;
    if (p->has_source) {
        sum.read = p->source.read + (p->has_aggregate ? p->end_read : 0);
        sum.bytes_in = p->source.bytes_in;
    } else {
        sum.read = sum.written + sum.rejected + sum.dropped;
    }
    return sum;
}

struct counts totals_sum(const struct totals *t)
{
    struct counts all = {0};
    for (size_t i = 0; i < t->npipes; i++) {
        const struct pipe_counts *p = &t->pipe[i];
        if (!p->has_end && !p->has_aggregate)
            continue;
        struct counts one = sum_of(p);
        all.read += one.read;
        all.written += one.written;
        all.rejected += one.rejected;
        all.dropped += one.dropped;
        all.inserted += one.inserted;
        all.updated += one.updated;
        all.unchanged += one.unchanged;
        all.bytes_in += one.bytes_in;
        all.bytes_out += one.bytes_out;
    }
    return all;
}

void totals_free(struct totals *t)
{
    textmap_free(&t->index);
    free(t->pipe);
    *t = (struct totals){0};
}
