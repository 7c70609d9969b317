/* Reads the stream. With `first` a record that is new is written at once; with `last` and `best`
 * all are held back. When memory is full, records with new keys are held back undecided (late.c
 * decides them), and from then on everything keeps its place behind them. */
#include <stdlib.h>

#include "dedupe.h"
#include "mem.h"

enum { ESTIMATE_FROM = 4096 };

static void group_begin(struct dedupe *d, const struct recread *in)
{
    d->rule = rule_make(in->header.type, &d->choice);
    d->first = d->rule.keep == KEEP_FIRST;
    d->full = false;
    d->budget = (struct budget){.limit = d->table_memory};
    intset_open(&d->ints, &d->budget);
    refs_open(&d->refs, &d->budget);
    held_open(&d->held, &d->rule, d->spool_memory);
    d->replay_from = d->first ? 0 : 1;
    d->rises = d->table_memory == 0;
    d->greatest = INT64_MIN;
    d->group = true;
}

static void group_end(struct dedupe *d)
{
    dedupe_late(d);
    intset_close(&d->ints);
    refs_close(&d->refs);
    rising_free(&d->rising);
    held_close(&d->held);
    d->group = false;
}

/* Memory is full: from here on nothing is written before the end. */
static void stop_adding(struct dedupe *d)
{
    d->full = true;
    d->held.places = true;
    if (d->replay_from)
        return;
    held_use(&d->held, d->layout);
    struct slice header = {d->layout->header.text, d->layout->header.len};
    d->replay_from = held_add(&d->held, FRAME_HEADER_OUT, 0, header, NULL, 0);
}

static void hold(struct dedupe *d, enum frame frame, uint64_t other, const struct arrival *a)
{
    held_add(&d->held, frame, other, a->line, a->file, a->line_number);
}

static void write_now(struct dedupe *d, struct slice line)
{
    recwrite_line(&d->out, line);
    d->run.written++;
}

static void decide_int(struct dedupe *d, const struct arrival *a, uint64_t key)
{
    if (!d->full) {
        switch (intset_add(&d->ints, key)) {
        case INTSET_NEW:
            write_now(d, a->line);
            return;
        case INTSET_OLD:
            d->run.dropped++;
            return;
        case INTSET_FULL:
            stop_adding(d);
        }
    }
    if (intset_has(&d->ints, key))
        d->run.dropped++;
    else
        hold(d, FRAME_OPEN, 0, a);
}

static uint64_t add_held(struct dedupe *d, const struct arrival *a)
{
    return held_add(&d->held, FRAME_KEPT, 0, a->line, a->file, a->line_number);
}

/* Adds a record that stays for now, and returns where it, or its key alone, is held. */
static uint64_t add_new(struct dedupe *d, const struct arrival *a)
{
    if (!d->first)
        return add_held(d, a);
    row_split(a->row.layout, a->line, d->field);
    uint64_t offset = held_add_key(&d->held, &a->row);
    write_now(d, a->line);
    return offset;
}

/* Settles who stays, the record or the one at OLD that has its key. True when it takes that one's
 * place. */
static bool settle(struct dedupe *d, const struct arrival *a, enum verdict verdict, uint64_t old)
{
    if (verdict == CONFLICT) {
        if (d->full)
            hold(d, FRAME_CONFLICT, old, a); /* rejects keep the order of arrival */
        else
            dedupe_reject_conflict(d, a, old);
        return false;
    }
    d->run.dropped++;
    if (verdict == WINS)
        held_drop(&d->held, old);
    return verdict == WINS;
}

static void decide_by_hash(struct dedupe *d, const struct arrival *a, uint64_t hash)
{
    struct refs_probe at;
    uint64_t old;
    if (!d->full && !refs_make_room(&d->refs, d->expected))
        stop_adding(d);
    enum verdict verdict = dedupe_judge(d, a, hash, &at, &old);
    if (verdict == IS_NEW && d->full) {
        hold(d, FRAME_OPEN, 0, a);
    } else if (verdict == IS_NEW) {
        d->refs.used++;
        refs_set(&d->refs, at, add_new(d, a));
    } else if (settle(d, a, verdict, old)) {
        refs_set(&d->refs, at, add_held(d, a));
    }
}

/* The keys that rose move to the table, and those to come go there. */
static void stop_rising(struct dedupe *d)
{
    uint64_t keys = d->rising.n + d->refs.used;
    if (d->expected < keys)
        d->expected = keys;
    d->rises = false;
    for (size_t i = 0; i < d->rising.n; i++) {
        refs_make_room(&d->refs, d->expected);
        refs_put(&d->refs, row_hash_of_int(d->rising.keys[i].key), d->rising.keys[i].offset);
    }
    rising_free(&d->rising);
}

/* An integer that isn't above all before it, while most are. */
static void decide_below(struct dedupe *d, const struct arrival *a, const struct waiting *w)
{
    struct rising_key *known = rising_find(&d->rising, w->number);
    if (!known)
        decide_by_hash(d, a, w->hash);
    else if (settle(d, a, dedupe_compare(d, a, known->offset), known->offset))
        known->offset = add_held(d, a);
    if (rising_is_slow(&d->rising))
        stop_rising(d);
}

static void decide_by_key(struct dedupe *d, const struct arrival *a, const struct waiting *w)
{
    if (d->rises && w->what == BY_RISE)
        rising_add(&d->rising, w->number, add_new(d, a));
    else if (w->what == BY_RISE)
        decide_by_hash(d, a, row_hash_of_int(w->number));
    else if (d->rises && w->is_int)
        decide_below(d, a, w);
    else
        decide_by_hash(d, a, w->hash);
}

static void decide_waiting(struct dedupe *d)
{
    for (size_t i = 0; i < d->nwaiting; i++) {
        const struct waiting *w = &d->waiting[i];
        struct arrival a = {{d->layout, d->field}, w->line, d->file, w->line_number};
        if (w->what == BY_INT)
            decide_int(d, &a, (uint64_t)w->number);
        else if (w->what != NO_KEY)
            decide_by_key(d, &a, w);
        else if (d->full)
            hold(d, FRAME_NO_KEY, 0, &a);
        else
            dedupe_reject_no_key(d, &a);
    }
    d->nwaiting = 0;
    run_progress(&d->run, 0);
}

static void open_segment(struct dedupe *d, const struct recread *in)
{
    if (d->group && !slice_equal(d->layout->header.type, in->header.type))
        group_end(d);
    if (!d->group)
        group_begin(d, in);
    const char *lacks = rule_lacks(&d->rule, &in->header);
    if (lacks)
        recread_need(in, lacks);
    d->layout = held_layout(&d->held, &in->header);
    if (d->layout->width > d->field_size) {
        d->field_size = d->layout->width;
        d->field = mem_resize(d->field, d->field_size, sizeof *d->field);
    }
    if (d->replay_from) {
        held_use(&d->held, d->layout);
        struct slice header = {in->header.text, in->header.len};
        held_add(&d->held, FRAME_HEADER, 0, header, in->file, in->line_number);
    } else {
        held_use(&d->held, held_key_layout(&d->held, d->layout));
        recwrite_header(&d->out, &in->header);
    }
}

static void pass_mark(struct dedupe *d, const struct recread *in)
{
    if (!d->replay_from) {
        run_pass_mark(&d->run, in, &d->out);
        return;
    }
    const char *end = in->mark_state.ptr + in->mark_state.len;
    struct slice text = {in->mark_source.ptr, (size_t)(end - in->mark_source.ptr)};
    held_add(&d->held, FRAME_MARK, 0, text, in->file, in->line_number);
}

static void end_segment(struct dedupe *d, const struct recread *in)
{
    if (d->replay_from)
        held_add(&d->held, FRAME_END, 0, (struct slice){"", 0}, in->file, in->line_number);
    else
        run_end_segment(&d->run, &d->out);
}

/* Judged anew whenever twice as many records have come: a file that repeats itself has fewer keys.
 */
static void expect_keys(struct dedupe *d, const struct recread *in)
{
    uint64_t n = d->run.read;
    if (n >= ESTIMATE_FROM && (n & (n - 1)) == 0)
        d->expected = (uint64_t)((double)recread_estimate(in) * (double)d->refs.used / (double)n);
}

void dedupe_stream(struct dedupe *d, struct recread *in)
{
    for (;;) {
        /* Records wait for each other only as long as the reader needn't wait for input. */
        if (d->nwaiting == BATCH || (d->nwaiting && !recread_ready(in)))
            decide_waiting(d);
        enum rec_event event = recread_next(in);
        d->run.bytes_in = in->bytes;
        if (event == REC_DATA) {
            d->run.read++;
            expect_keys(d, in);
            dedupe_wait(d, in);
            continue;
        }
        decide_waiting(d);
        if (event == REC_EOF)
            break;
        if (event == REC_SEGMENT)
            open_segment(d, in);
        else if (event == REC_MARK)
            pass_mark(d, in);
        else
            end_segment(d, in);
    }
    if (d->group)
        group_end(d);
    free(d->field);
}
