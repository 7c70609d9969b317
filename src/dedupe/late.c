/* Decides and writes what was held back. The undecided records are gone through in passes: each
 * fills the table with as many keys as memory holds and decides all records of those keys. Then
 * everything is written in the order in which it came. */
#include <stdio.h>

#include "dedupe.h"
#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "personal.h"

static void reject(struct dedupe *d, const struct arrival *a, const char *rule, const char *reason)
{
    const struct layout *layout = a->row.layout;
    struct slice header = {layout->header.text, layout->header.len};
    char place[4096];
    struct slice origin = {place, 0};
    struct slice given = layout->origin == COLUMN_NONE ? SLICE_NULL : a->row.field[layout->origin];
    if (!slice_is_null(given) && given.len < sizeof place) {
        origin.len = unescape(given, place);
    } else {
        int n =
            snprintf(place, sizeof place, "%s:%llu", a->file, (unsigned long long)a->line_number);
        origin.len = n < (int)sizeof place ? (size_t)n : sizeof place - 1;
    }
    run_reject(&d->run, rule, origin, reason, header, a->line);
}

static const char *quote(const struct layout *layout, int column, const struct row *row)
{
    return quote_field(&layout->header, (size_t)column, row->field[column]);
}

void dedupe_reject_conflict(struct dedupe *d, const struct arrival *a, uint64_t old)
{
    char reason[1024], from[512] = "";
    const struct layout *layout = a->row.layout;
    row_split(layout, a->line, d->field);
    struct row there = held_row(&d->held, old);
    int i = row_conflict(&d->rule, &there, &a->row);
    size_t key = layout->key[0];
    const struct slice name = layout->header.columns[key];
    int origin = there.layout->origin;
    if (origin != COLUMN_NONE && !slice_is_null(there.field[origin])) {
        struct slice text = there.field[origin];
        snprintf(from, sizeof from, " (%.*s)", (int)text.len, text.ptr);
    }
    snprintf(reason, sizeof reason, "%s: %s, but %.*s %s is taken by %s%s",
             d->rule.identity[i]->name, quote(layout, layout->identity[i], &a->row), (int)name.len,
             name.ptr, quote(layout, (int)key, &a->row),
             quote(there.layout, there.layout->identity[i], &there), from);
    reject(d, a, "key-conflict", reason);
}

void dedupe_reject_no_key(struct dedupe *d, const struct arrival *a)
{
    char reason[1024];
    const struct layout *layout = a->row.layout;
    size_t i = 0;
    row_split(layout, a->line, d->field);
    while (!slice_is_null(d->field[layout->key[i]]))
        i++;
    const struct slice name = layout->header.columns[layout->key[i]];
    snprintf(reason, sizeof reason, "%.*s: missing", (int)name.len, name.ptr);
    reject(d, a, "missing-key", reason);
}

/* Where the walk over the held frames is in the stream. */
struct place {
    const char *file;
    uint64_t line_number;
};

/* Keeps PLACE up to date. */
static void follow(struct dedupe *d, struct slice frame, struct place *place)
{
    switch ((enum frame)frame.ptr[0]) {
    case FRAME_PLACE:
        place->file = held_place(&d->held, held_text(frame), &place->line_number);
        place->line_number--;
        break;
    case FRAME_KEY:
    case FRAME_HEADER_OUT:
        break;
    default:
        place->line_number++;
    }
}

/* Decides one undecided record; true when its key found no room in this pass. */
static bool decide(struct dedupe *d, const struct arrival *a, uint64_t offset)
{
    struct refs_probe at;
    uint64_t old;
    row_split(a->row.layout, a->line, d->field);
    uint64_t hash = row_hash(&a->row);
    d->full = d->full || !refs_make_room(&d->refs, 0);
    switch (dedupe_judge(d, a, hash, &at, &old)) {
    case IS_NEW:
        if (d->full)
            return true;
        d->refs.used++;
        refs_set(&d->refs, at, offset);
        held_decide(&d->held, offset, FRAME_LATE_KEPT, 0);
        break;
    case LOSES:
        d->run.dropped++;
        held_decide(&d->held, offset, FRAME_LATE_DROPPED, 0);
        break;
    case WINS:
        d->run.dropped++;
        held_drop(&d->held, old);
        refs_set(&d->refs, at, offset);
        held_decide(&d->held, offset, FRAME_LATE_KEPT, 0);
        break;
    case CONFLICT:
        held_decide(&d->held, offset, FRAME_CONFLICT, old);
    }
    return false;
}

/* One pass from offset FROM on, which is behind PLACE. Returns where the next one has to start, 0
 * when all is decided. */
static uint64_t pass(struct dedupe *d, uint64_t from, struct place *place)
{
    uint64_t offset, left = 0;
    struct slice frame;
    struct place at = *place;
    refs_clear(&d->refs);
    d->full = false;
    spool_walk_from(&d->held.spool, from);
    while (spool_walk(&d->held.spool, &offset, &frame)) {
        struct place before = at;
        follow(d, frame, &at);
        if (frame.ptr[0] != FRAME_OPEN)
            continue;
        struct arrival a = {{held_layout_at(&d->held, offset), d->field},
                            held_text(frame),
                            at.file,
                            at.line_number};
        if (decide(d, &a, offset) && !left) {
            left = offset;
            *place = before;
        }
    }
    return left;
}

static void write_mark(struct dedupe *d, struct slice text)
{
    const char *tab = memchr(text.ptr, '\t', text.len);
    struct slice source = {text.ptr, (size_t)(tab - text.ptr)};
    struct slice state = {tab + 1, text.len - source.len - 1};
    run_flush_rejects(&d->run);
    recwrite_mark(&d->out, source, state);
}

static void replay(struct dedupe *d)
{
    uint64_t offset;
    struct slice frame;
    struct place place = {0};
    const struct layout *layout = NULL;
    spool_walk_from(&d->held.spool, d->replay_from);
    while (spool_walk(&d->held.spool, &offset, &frame)) {
        struct slice text = held_text(frame);
        if (d->held.places)
            follow(d, frame, &place);
        struct arrival a = {{layout, d->field}, text, place.file, place.line_number};
        switch ((enum frame)frame.ptr[0]) {
        case FRAME_KEPT:
        case FRAME_LATE_KEPT:
            recwrite_line(&d->out, text);
            d->run.written++;
            break;
        case FRAME_CONFLICT:
            dedupe_reject_conflict(d, &a, held_other(frame));
            break;
        case FRAME_NO_KEY:
            dedupe_reject_no_key(d, &a);
            break;
        case FRAME_HEADER:
            layout = held_layout_at(&d->held, offset);
            recwrite_header(&d->out, &layout->header);
            break;
        case FRAME_HEADER_OUT:
            layout = held_layout_at(&d->held, offset);
            break;
        case FRAME_MARK:
            write_mark(d, text);
            break;
        case FRAME_END:
            run_end_segment(&d->run, &d->out);
            break;
        case FRAME_KEY:
        case FRAME_PLACE:
        case FRAME_OPEN:
        case FRAME_DROPPED:
        case FRAME_LATE_DROPPED:
            break;
        }
    }
}

void dedupe_late(struct dedupe *d)
{
    if (!d->replay_from)
        return;
    if (d->full) {
        struct place place = {0};
        intset_close(&d->ints);
        intset_open(&d->ints, &d->budget); /* its memory is for the passes now */
        for (uint64_t from = d->replay_from; from;)
            from = pass(d, from, &place);
    }
    replay(d);
}
