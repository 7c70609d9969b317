/* lists: TMDB's ready-made lists, and --discover, which slices what is longer than TMDB gives. */
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "pull.h"
#include "value.h"

enum {
    PAGES_MAX = 500, /* page 501 is an error, however many there are */
    PAGE_ITEMS = 20,
    YEARS_AHEAD = 10,
};

struct discover {
    struct pull *pull;
    bool oldest_first;
    struct listing all; /* with a limit: what all slices gave */
};

/* Fetches a list from its second page on, as many pages as LIMIT films (0: all) take. A film that
 * stands on two pages, because the list moved meanwhile, counts once. */
static void fetch_rest(struct pull *pull, struct listing *l, uint64_t limit)
{
    uint64_t fetched = 1;
    for (;;) {
        struct idset unique = {0};
        for (size_t i = 0; i < l->count; i++)
            idset_add(&unique, l->items[i].id);
        uint64_t have = unique.count, pages = (uint64_t)l->total_pages;
        idset_free(&unique);
        if (pages > PAGES_MAX)
            pages = PAGES_MAX;
        if (fetched >= pages || (limit && have >= limit))
            return;
        uint64_t last = limit ? fetched + (limit - have + PAGE_ITEMS - 1) / PAGE_ITEMS : pages;
        if (last > pages)
            last = pages;
        pages_fetch(pull, l, fetched + 1, last);
        fetched = last;
    }
}

void pull_list(struct pull *pull)
{
    const struct pull_options *o = pull->options;
    struct listing l = {.path = path_of("%s%s%s", o->list, o->language ? "?language=" : "",
                                        o->language ? o->language : ""),
                        .max_pages = PAGES_MAX};
    pages_fetch(pull, &l, 1, 1);
    fetch_rest(pull, &l, o->limit);
    listing_details(pull, &l, o->limit);
    listing_free(&l);
}

/* What a list's items tell of the column that they are sorted by; NULL: nothing. */
static const char *order_of(const char *sort)
{
    static const char *const names[][2] = {{"popularity", "popularity"},
                                           {"vote_average", "vote_average"},
                                           {"vote_count", "vote_count"},
                                           {"primary_release_date", "release_date"}};
    size_t len = strcspn(sort, ".");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is((struct slice){sort, len}, names[i][0]))
            return names[i][1];
    return NULL;
}

static struct listing discover_list(const struct pull_options *o, const char *from, const char *to)
{
    char gte[64] = "", lte[64] = "";
    if (from)
        snprintf(gte, sizeof gte, "&primary_release_date.gte=%s", from);
    if (to)
        snprintf(lte, sizeof lte, "&primary_release_date.lte=%s", to);
    return (struct listing){
        .path = path_of("/discover/movie?include_adult=false&sort_by=%s%s%s%s%s", o->sort, gte, lte,
                        o->language ? "&language=" : "", o->language ? o->language : ""),
        .order = order_of(o->sort),
        .max_pages = PAGES_MAX};
}

static void keep(struct listing *all, const struct listing *part)
{
    all->items = mem_grow(all->items, &all->room, all->count + part->count, sizeof *all->items);
    for (size_t i = 0; i < part->count; i++)
        all->items[all->count++] = part->items[i];
}

/* Fetches the films released from one day to another, in halves where that is too many. */
static void fetch_slice(struct discover *d, int32_t from, int32_t to)
{
    struct pull *pull = d->pull;
    char first[VALUE_MAX], last[VALUE_MAX];
    value_write_date(first, from);
    value_write_date(last, to);
    struct listing l = discover_list(pull->options, first, last);
    pages_fetch(pull, &l, 1, 1);
    if (l.total_pages > PAGES_MAX && from < to) {
        listing_free(&l);
        int32_t middle = from + (to - from) / 2;
        fetch_slice(d, d->oldest_first ? from : middle + 1, d->oldest_first ? middle : to);
        fetch_slice(d, d->oldest_first ? middle + 1 : from, d->oldest_first ? to : middle);
        return;
    }
    fetch_rest(pull, &l, 0);
    if (l.total_pages > PAGES_MAX)
        listing_cut(pull, &l);
    if (pull->options->limit)
        keep(&d->all, &l);
    else
        listing_details(pull, &l, 0);
    listing_free(&l);
}

static int ascending(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static int descending(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if (x->order != y->order)
        return x->order > y->order ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void discover_in_slices(struct pull *pull)
{
    const struct pull_options *o = pull->options;
    bool up = strstr(o->sort, ".asc") != NULL;
    struct discover d = {.pull = pull};
    int32_t from = o->from_day, to = o->to_day;
    d.oldest_first = up && strncmp(o->sort, "primary_release_date", 20) == 0;
    if (o->limit && !order_of(o->sort))
        diag_usage("--limit: more than %d films can't be had by %s: TMDB's lists don't show it",
                   PAGES_MAX * PAGE_ITEMS, o->sort);
    if (!o->from)
        days_from_civil(1870, 1, 1, &from);
    if (!o->to)
        to = o->today + YEARS_AHEAD * 366;
    fetch_slice(&d, from, to);
    if (o->limit && d.all.count) {
        d.all.path = path_of("/discover/movie?sort_by=%s", o->sort);
        qsort(d.all.items, d.all.count, sizeof *d.all.items, up ? ascending : descending);
        listing_details(pull, &d.all, o->limit);
    }
    listing_free(&d.all);
}

void pull_discover(struct pull *pull)
{
    const struct pull_options *o = pull->options;
    struct listing l = discover_list(o, o->from, o->to);
    pages_fetch(pull, &l, 1, 1);
    bool sliced =
        l.total_pages > PAGES_MAX && (!o->limit || o->limit > (uint64_t)PAGES_MAX * PAGE_ITEMS);
    if (!sliced) {
        fetch_rest(pull, &l, o->limit);
        listing_details(pull, &l, o->limit);
    }
    listing_free(&l);
    if (sliced)
        discover_in_slices(pull);
}
