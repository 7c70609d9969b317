#include "tally.h"

#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "value.h"

void tally_open(struct tally *t, enum by by, const struct window *window, uint64_t memory)
{
    *t = (struct tally){.by = by, .window = window};
    viewers_open(&t->viewers, memory);
}

void tally_close(struct tally *t)
{
    viewers_close(&t->viewers);
    free(t->items);
    intmap_free(&t->movies);
    textmap_free(&t->names);
    textmap_free(&t->lists);
    for (size_t i = 0; i < t->ngenres; i++)
        free(t->genres[i].items);
    free(t->genres);
    arena_free(&t->texts);
}

void tally_segment(struct tally *t, const struct recread *in)
{
    if (!slice_is(in->header.type, "watch"))
        recread_die(in, "can't count records of type %s, only watch", diag_quote(in->header.type));
    t->column_time = recread_need(in, "watch_timestamp");
    t->column_user = recread_need(in, "user_id");
    t->column_item = recread_need(in, t->by == BY_MOVIE ? "movie_id" : "genres");
    t->column_title = t->by == BY_MOVIE ? header_find(&in->header, "title") : COLUMN_NONE;
    t->titles |= t->column_title != COLUMN_NONE;
}

static uint32_t new_item(struct tally *t)
{
    t->items = mem_grow(t->items, &t->items_size, t->nitems + 1, sizeof *t->items);
    t->items[t->nitems] = (struct item){0};
    return (uint32_t)t->nitems++;
}

/* The number of a film's item, which is its sight too: both are numbered as films come. */
static uint32_t film(struct tally *t, int64_t movie)
{
    uint64_t *number = intmap_put(&t->movies, movie);
    if (!*number) {
        uint32_t item = new_item(t);
        t->items[item].movie = movie;
        viewers_sight(&t->viewers, item, 0);
        *number = item + 1;
    }
    return (uint32_t)(*number - 1);
}

static uint32_t genre(struct tally *t, struct slice raw)
{
    char *text = arena_take(&t->texts, raw.len, 1);
    struct slice name = {text, unescape(raw, text)};
    uint64_t *number = textmap_put(&t->names, name, &name);
    if (!*number) {
        uint32_t item = new_item(t);
        t->items[item].name = name;
        *number = item + 1;
    }
    return (uint32_t)(*number - 1);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Splits a list that comes for the first time: a genre that stands in it twice counts once. */
static void new_list(struct tally *t, struct genres *g, struct slice list)
{
    const char *start = list.ptr, *end = list.ptr + list.len;
    size_t size = 0;
    while (start <= end) {
        const char *bar = memchr(start, '|', (size_t)(end - start));
        const char *stop = bar ? bar : end;
        g->items = mem_grow(g->items, &size, g->nitems + 1, sizeof *g->items);
        g->items[g->nitems++] = genre(t, (struct slice){start, (size_t)(stop - start)});
        start = stop + 1;
    }
    qsort(g->items, g->nitems, sizeof *g->items, by_number);
    size_t n = 0;
    for (size_t i = 0; i < g->nitems; i++)
        if (i == 0 || g->items[i] != g->items[i - 1])
            g->items[n++] = g->items[i];
    g->nitems = n;
    for (size_t i = 0; i < n;) {
        uint32_t first = g->items[i] / BLOCK_ITEMS * BLOCK_ITEMS, mask = 0;
        for (; i < n && g->items[i] - first < BLOCK_ITEMS; i++)
            mask |= UINT32_C(1) << (g->items[i] - first);
        uint32_t sight = viewers_sight(&t->viewers, first, mask);
        if (!g->nsights++)
            g->sight = sight;
    }
}

static struct genres *genre_list(struct tally *t, const struct recread *in, struct slice list)
{
    uint64_t *known = textmap_find(&t->lists, list);
    if (known)
        return &t->genres[*known];
    const char *wrong = value_check(VALUE_LIST, list);
    if (wrong)
        recread_die(in, "genres: %s: %s", wrong, diag_quote(list));
    t->genres = mem_grow(t->genres, &t->genres_size, t->ngenres + 1, sizeof *t->genres);
    struct genres *g = &t->genres[t->ngenres];
    *g = (struct genres){0};
    new_list(t, g, list);
    *textmap_put(&t->lists, list, NULL) = t->ngenres++;
    return g;
}

static void count_film(struct tally *t, const struct recread *in, int day, bool seen, int64_t user)
{
    int64_t id;
    struct slice field = in->field[t->column_item];
    if (!value_int(field, &id))
        recread_die(in, "movie_id: not an integer: %s", diag_quote(field));
    uint32_t number = film(t, id);
    struct item *item = &t->items[number];
    int window = day >= t->window->days ? CURRENT : PREVIOUS;
    item->views[window]++;
    item->weighted[window] += t->window->weight[day];
    if (seen)
        viewers_add(&t->viewers, number, (uint32_t)window, user);
    if (t->column_title == COLUMN_NONE || item->title.ptr)
        return;
    struct slice title = in->field[t->column_title];
    if (!slice_is_null(title))
        item->title = (struct slice){arena_copy(&t->texts, title), title.len};
}

static void count_genres(struct tally *t, const struct recread *in, int day, bool seen,
                         int64_t user)
{
    struct slice field = in->field[t->column_item];
    if (slice_is_null(field)) {
        t->without_genres++;
        return;
    }
    struct genres *g = genre_list(t, in, field);
    int window = day >= t->window->days ? CURRENT : PREVIOUS;
    g->views[window]++;
    g->weighted[window] += t->window->weight[day];
    for (uint32_t i = 0; seen && i < g->nsights; i++)
        viewers_add(&t->viewers, g->sight + i, (uint32_t)window, user);
}

void tally_record(struct tally *t, const struct recread *in, struct run *run)
{
    struct slice when = in->field[t->column_time], who = in->field[t->column_user];
    int64_t time, user = 0;
    if (!value_time(when, &time)) {
        if (!slice_is_null(when))
            recread_die(in, "watch_timestamp: not a time: %s", diag_quote(when));
        run_reject_record(run, in, "missing-value", "watch_timestamp: missing");
        return;
    }
    int day = window_day(t->window, time);
    if (day == NO_DAY) {
        run->dropped++;
        return;
    }
    if (t->by == BY_MOVIE && slice_is_null(in->field[t->column_item])) {
        run_reject_record(run, in, "missing-value", "movie_id: missing");
        return;
    }
    bool seen = !slice_is_null(who);
    if (seen && !value_int(who, &user))
        recread_die(in, "user_id: not an integer: %s", diag_quote(who));
    if (t->by == BY_MOVIE)
        count_film(t, in, day, seen, user);
    else
        count_genres(t, in, day, seen, user);
    run->written++;
}

void tally_finish(struct tally *t)
{
    viewers_finish(&t->viewers);
    for (size_t i = 0; i < t->ngenres; i++)
        for (size_t j = 0; j < t->genres[i].nitems; j++)
            for (int w = 0; w < WINDOWS; w++) {
                t->items[t->genres[i].items[j]].views[w] += t->genres[i].views[w];
                t->items[t->genres[i].items[j]].weighted[w] += t->genres[i].weighted[w];
            }
}
