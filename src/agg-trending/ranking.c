#include "ranking.h"

#include <stdlib.h>

#include "mem.h"
#include "value.h"

const char *const score_names[] = {"views", "viewers", "decay"};

static const char *const columns[] = {"by",
                                      "scored_by",
                                      "as_of",
                                      "window_days",
                                      "rank",
                                      "item",
                                      "views",
                                      "viewers",
                                      "score",
                                      "previous_views",
                                      "previous_viewers",
                                      "previous_score",
                                      "previous_rank",
                                      "change",
                                      "_title"};
enum { NCOLUMNS = sizeof columns / sizeof *columns };

/* The figures of an item in one window. */
struct place {
    const struct item *item;
    size_t number; /* of the item */
    uint64_t views;
    uint64_t viewers;
    int64_t score; /* in ten-thousandths */
};

static struct place place_of(const struct list *l, size_t number, int window, enum score score)
{
    const struct item *item = &l->items[number];
    struct place p = {item, number, (uint64_t)item->sums.views[window],
                      list_viewers(l, number, window), 0};
    if (score == SCORE_DECAY)
        p.score = divide_half_up(item->sums.weighted[window], WEIGHT_ONE, SCORE_PLACES);
    else
        p.score = (int64_t)(score == SCORE_VIEWS ? p.views : p.viewers) * 10000;
    return p;
}

/* Nothing but what rollups have too decides, so that both ways give the same places. */
static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->views != y->views)
        return x->views > y->views ? -1 : 1;
    if (x->item->movie != y->item->movie)
        return x->item->movie < y->item->movie ? -1 : 1;
    return slice_compare(x->item->name, y->item->name);
}

/* The items that have a place in a window, the first place first. */
static struct place *places(const struct list *l, int window, enum score score, size_t *n)
{
    struct place *all = mem_resize(NULL, l->nitems + 1, sizeof *all);
    *n = 0;
    for (size_t i = 0; i < l->nitems; i++)
        if (list_has(l, i, window))
            all[(*n)++] = place_of(l, i, window, score);
    qsort(all, *n, sizeof *all, compare);
    return all;
}

static void write_viewers(const struct list *l, uint64_t viewers, struct recwrite *out)
{
    if (l->no_viewers)
        recwrite_null(out);
    else
        recwrite_int(out, (int64_t)viewers);
}

static void write_place(const struct list *l, const struct window *window, enum score score,
                        const struct place *p, size_t rank, size_t previous_rank,
                        struct recwrite *out)
{
    char as_of[VALUE_MAX];
    const struct place before = place_of(l, p->number, PREVIOUS, score);
    recwrite_raw(out, slice_of(by_names[l->by]));
    recwrite_raw(out, slice_of(score_names[score]));
    recwrite_raw(out, (struct slice){as_of, value_write_date(as_of, window->last_day)});
    recwrite_int(out, window->days);
    recwrite_int(out, (int64_t)rank);
    if (l->by == BY_MOVIE)
        recwrite_int(out, p->item->movie);
    else
        recwrite_text(out, p->item->name);
    recwrite_int(out, (int64_t)p->views);
    write_viewers(l, p->viewers, out);
    recwrite_decimal(out, p->score, SCORE_PLACES);
    recwrite_int(out, (int64_t)before.views);
    write_viewers(l, before.viewers, out);
    recwrite_decimal(out, before.score, SCORE_PLACES);
    if (previous_rank)
        recwrite_int(out, (int64_t)previous_rank);
    else
        recwrite_null(out);
    recwrite_decimal(out, p->score - before.score, SCORE_PLACES);
    if (l->titles)
        recwrite_raw(out, p->item->title.ptr ? p->item->title : SLICE_NULL);
    recwrite_done(out);
}

void ranking_write(const struct list *l, const struct window *window, enum score score,
                   uint64_t top, struct recwrite *out)
{
    struct header header;
    size_t n, nprevious;
    size_t *previous_rank = mem_zeroed((l->nitems + 1) * sizeof *previous_rank);
    struct place *previous = places(l, PREVIOUS, score, &nprevious);
    for (size_t i = 0; i < nprevious; i++)
        previous_rank[previous[i].number] = i + 1;
    struct place *current = places(l, CURRENT, score, &n);
    header_make(&header, "trending", columns, l->titles ? NCOLUMNS : NCOLUMNS - 1);
    recwrite_header(out, &header);
    for (size_t i = 0; i < n && (!top || i < top); i++)
        write_place(l, window, score, &current[i], i + 1, previous_rank[current[i].number], out);
    header_free(&header);
    free(previous);
    free(current);
    free(previous_rank);
}
