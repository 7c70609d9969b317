/* changes: the feed of changed films, day by day, from a bookmark on. */
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "pull.h"
#include "recread.h"
#include "value.h"

enum {
    FEED_DAYS = 14, /* how far TMDB's feed reaches back */
    PAGES_MAX = 500,
};

bool bookmark_read(const char *path, int32_t *day)
{
    struct recread in;
    bool found = false;
    size_t source = 0, state = 0;
    recread_open(&in, (char *const[]){(char *)path}, 1, 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event == REC_SEGMENT) {
            if (!slice_is(in.header.type, "bookmark"))
                recread_die(&in, "bookmarks are wanted, not records of type %s",
                            diag_quote(in.header.type));
            source = recread_need(&in, "source");
            state = recread_need(&in, "state");
        } else if (event == REC_DATA && slice_is(in.field[source], changes_source)) {
            int32_t here;
            if (!value_date(in.field[state], &here))
                recread_die(&in, "state: the changes feed's bookmark isn't a date: %s",
                            diag_quote(in.field[state]));
            /* Of several pipelines' bookmarks the oldest one loses nothing. */
            if (!found || here < *day)
                *day = here;
            found = true;
        }
    }
    recread_close(&in);
    return found;
}

static int by_id(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->page > y->page) - (x->page < y->page);
}

static void fetch_day(struct pull *pull, int32_t day)
{
    char from[VALUE_MAX], to[VALUE_MAX];
    value_write_date(from, day);
    /* Whether the day of end_date counts isn't documented. If it does, ids come twice, and are
     * fetched once. */
    value_write_date(to, day + 1);
    struct listing l = {.path = path_of("/movie/changes?start_date=%s&end_date=%s", from, to),
                        .max_pages = PAGES_MAX};
    uint64_t fetched = 1;
    pages_fetch(pull, &l, 1, 1);
    while (!l.cut && fetched < (uint64_t)l.total_pages) {
        uint64_t last = (uint64_t)l.total_pages;
        pages_fetch(pull, &l, fetched + 1, last);
        fetched = last;
    }
    if (l.cut)
        listing_cut(pull, &l);
    if (l.count)
        qsort(l.items, l.count, sizeof *l.items, by_id);
    listing_details(pull, &l, 0);
    listing_free(&l);
    if (day < pull->options->today)
        output_mark(pull, day);
}

/* The first day to fetch. */
static int32_t first_day(const struct pull_options *o, int32_t until)
{
    int32_t day;
    if (o->resume && bookmark_read(o->resume, &day))
        return day + 1;
    if (o->has_since)
        return o->since;
    if (o->resume)
        diag_die(STATUS_FAILED, "%s: no bookmark of %s: say where to begin with --since", o->resume,
                 changes_source);
    return until;
}

void pull_changes(struct pull *pull)
{
    const struct pull_options *o = pull->options;
    int32_t until = o->has_until ? o->until : o->today - 1, first = first_day(o, until);
    char from[VALUE_MAX];
    value_write_date(from, first);
    if (first > until) {
        diag_note("nothing to do: all changes before %s have been fetched", from);
        return;
    }
    if (o->today - first > FEED_DAYS) {
        if (!o->known)
            diag_die(
                STATUS_FAILED,
                "%s is %d days ago, and the changes feed reaches back %d: name a file with the "
                "ids of all known films (--known FILE) to have them all refreshed",
                from, o->today - first, FEED_DAYS);
        diag_note("%s is %d days ago, and the changes feed reaches back %d: all films of %s are "
                  "refreshed, then come the changes of the last %d days",
                  from, o->today - first, FEED_DAYS, o->known, FEED_DAYS);
        pull_ids(pull, o->known);
        first = o->today - FEED_DAYS;
    }
    for (int32_t day = first; day <= until; day++)
        fetch_day(pull, day);
}
