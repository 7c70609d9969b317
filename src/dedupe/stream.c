/* Reads the stream. With `first` a record that is new is written at once; with `last` and `best`
 * all are held back. When memory is full, records with new keys are held back undecided (late.c
 * decides them), and from then on everything keeps its place behind them. */
#include <stdlib.h>

#include "dedupe.h"
#include "diag.h"
#include "digits.h"
#include "mem.h"
#include "personal.h"

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
    d->group = true;
}

static void group_end(struct dedupe *d)
{
    dedupe_late(d);
    intset_close(&d->ints);
    refs_close(&d->refs);
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

enum verdict dedupe_judge(struct dedupe *d, const struct arrival *a, uint64_t hash,
                          struct refs_probe *at, uint64_t *old)
{
    bool split = false;
    size_t turn;
    *at = refs_start(&d->refs, hash);
    for (; (*old = refs_find(&d->refs, at)) != 0; refs_step(at)) {
        if (!split)
            row_split(a->row.layout, a->line, d->field);
        split = true;
        struct row there = held_row(&d->held, *old);
        bool of_new;
        if (!row_same_key(&d->rule, &there, &a->row))
            continue;
        if (row_conflict(&d->rule, &there, &a->row) >= 0)
            return CONFLICT;
        if (d->rule.keep != KEEP_BEST)
            return d->rule.keep == KEEP_FIRST ? LOSES : WINS;
        switch (row_compare(&d->rule, &there, &a->row, &turn, &of_new)) {
        case ROW_STAYS:
            return LOSES;
        case ROW_BEATEN:
            return WINS;
        case ROW_UNSOUND:
            break;
        }
        const struct row *bad = of_new ? &a->row : &there;
        const struct schema_column *c = d->rule.best[turn].column;
        diag_die(STATUS_FAILED, "%s:%llu: %s%s: not a canonical %s: %s", a->file,
                 (unsigned long long)a->line_number, c->name,
                 of_new ? "" : " of the record before with this key", value_kind_name(c->kind),
                 quote_field(&bad->layout->header, (size_t)bad->layout->best[turn],
                             bad->field[bad->layout->best[turn]]));
    }
    return IS_NEW;
}

/* Adds a record that stays for now under a slot of the table. */
static void add_first(struct dedupe *d, const struct arrival *a, struct refs_probe at)
{
    row_split(a->row.layout, a->line, d->field);
    refs_set(&d->refs, at, held_add_key(&d->held, &a->row));
    write_now(d, a->line);
}

static void add_held(struct dedupe *d, const struct arrival *a, struct refs_probe at)
{
    refs_set(&d->refs, at, held_add(&d->held, FRAME_KEPT, 0, a->line, a->file, a->line_number));
}

static void decide_by_hash(struct dedupe *d, const struct arrival *a, uint64_t hash)
{
    struct refs_probe at;
    uint64_t old;
    if (!d->full && !refs_make_room(&d->refs, d->expected))
        stop_adding(d);
    switch (dedupe_judge(d, a, hash, &at, &old)) {
    case IS_NEW:
        if (d->full) {
            hold(d, FRAME_OPEN, 0, a);
            return;
        }
        d->refs.used++;
        if (d->first)
            add_first(d, a, at);
        else
            add_held(d, a, at);
        return;
    case LOSES:
        d->run.dropped++;
        return;
    case WINS:
        held_drop(&d->held, old);
        d->run.dropped++;
        add_held(d, a, at);
        return;
    case CONFLICT:
        if (d->full)
            hold(d, FRAME_CONFLICT, old, a); /* rejects keep the order of arrival */
        else
            dedupe_reject_conflict(d, a, old);
    }
}

static void decide_waiting(struct dedupe *d)
{
    for (size_t i = 0; i < d->nwaiting; i++) {
        const struct waiting *w = &d->waiting[i];
        struct arrival a = {{d->layout, d->field}, w->line, d->file, w->line_number};
        if (w->what == BY_INT)
            decide_int(d, &a, w->hash);
        else if (w->what == BY_HASH)
            decide_by_hash(d, &a, w->hash);
        else if (d->full)
            hold(d, FRAME_NO_KEY, 0, &a);
        else
            dedupe_reject_no_key(d, &a);
    }
    d->nwaiting = 0;
    run_progress(&d->run, 0);
}

static void put_waiting(struct dedupe *d, const struct recread *in)
{
    const struct layout *layout = d->layout;
    struct waiting *w = &d->waiting[d->nwaiting++];
    struct row row = {layout, in->field};
    *w = (struct waiting){in->line, 0, in->line_number, BY_HASH};
    d->file = in->file;
    const bool by_int =
        d->first && layout->nkeys == 1 && d->rule.nidentity == 0 && !d->rule.whole_row;
    int64_t number = 0;
    bool is_int = false;
    for (size_t i = 0; i < layout->nkeys; i++) {
        struct slice field = in->field[layout->key[i]];
        is_int =
            by_int ? value_int(field, &number) : is_natural(field) || value_int(field, &number);
        if (is_int)
            continue;
        if (slice_is_null(field) && d->rule.key_required)
            w->what = NO_KEY;
        else if (layout->key_is_int[i] && !slice_is_null(field))
            recread_die(in, "%.*s: not an integer: %s",
                        (int)layout->header.columns[layout->key[i]].len,
                        layout->header.columns[layout->key[i]].ptr,
                        quote_field(&layout->header, layout->key[i], field));
    }
    if (w->what == NO_KEY)
        return;
    if (is_int && by_int) {
        w->what = BY_INT;
        w->hash = (uint64_t)number;
        intset_prefetch(&d->ints, w->hash);
    } else {
        w->hash = row_hash(&row);
        refs_prefetch(&d->refs, w->hash);
    }
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
            put_waiting(d, in);
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
