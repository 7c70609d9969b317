#include "tally.h"

#include <stdlib.h>

#include "diag.h"
#include "field.h"
#include "mem.h"
#include "value.h"

void tally_open(struct tally *t, enum by by, const struct window *window, bool need_viewers,
                uint64_t memory)
{
    *t = (struct tally){.by = by, .window = window, .need_viewers = need_viewers};
    viewers_open(&t->viewers, by == BY_MOVIE ? VIEWERS_SPARSE : VIEWERS_DENSE, memory);
}

void tally_close(struct tally *t)
{
    viewers_close(&t->viewers);
    free(t->items);
    free(t->lists);
    intmap_free(&t->movies);
    genre_lists_free(&t->genres);
    arena_free(&t->texts);
}

static enum source source_of(const struct tally *t, const struct recread *in)
{
    struct slice type = in->header.type;
    if (slice_is(type, "watch"))
        return FROM_WATCHES;
    /* Days of films do for genres too, when lookup has added these. */
    bool films = slice_is(type, "movie_daily");
    if (!films && !(t->by == BY_GENRE && slice_is(type, "genre_daily")))
        recread_die(in, "can't count records of type %s by %s", diag_quote(type),
                    t->by == BY_MOVIE ? "movie" : "genre");
    if (t->need_viewers)
        recread_die(in, "different viewers can't be told from daily rollups (%s), only from watch",
                    films ? "movie_daily" : "genre_daily");
    return films ? FROM_FILM_DAYS : FROM_GENRE_DAYS;
}

void tally_segment(struct tally *t, const struct recread *in)
{
    t->source = source_of(t, in);
    if (t->source == FROM_WATCHES) {
        t->column_time = recread_need(in, "watch_timestamp");
        t->column_user = recread_need(in, "user_id");
    } else {
        t->column_time = recread_need(in, "day");
        t->column_views = recread_need(in, "views");
        t->rollups = true;
    }
    t->column_item = recread_need(in, t->by == BY_MOVIE              ? "movie_id"
                                      : t->source == FROM_GENRE_DAYS ? "genre"
                                                                     : "genres");
    t->column_title = t->by == BY_MOVIE ? header_find(&in->header, "title") : COLUMN_NONE;
    t->titles |= t->column_title != COLUMN_NONE;
}

/* Films: two cells each. Genres: groups of cells for the window before and the current one. */
static uint32_t cell_of(const struct tally *t, size_t item, int window)
{
    size_t cell = t->by == BY_MOVIE ? item * WINDOWS + (size_t)window
                                    : item / GROUP_CELLS * BLOCK_CELLS +
                                          (size_t)window * GROUP_CELLS + item % GROUP_CELLS;
    return (uint32_t)cell;
}

uint64_t tally_viewers(const struct tally *t, size_t item, int window)
{
    return t->rollups ? 0 : t->viewers.count[cell_of(t, item, window)];
}

static struct item *new_item(struct tally *t)
{
    t->items = mem_grow(t->items, &t->items_size, t->nitems + 1, sizeof *t->items);
    t->items[t->nitems] = (struct item){0};
    viewers_room(&t->viewers, (size_t)cell_of(t, t->nitems, CURRENT) + 1);
    return &t->items[t->nitems++];
}

static void new_genres(struct tally *t)
{
    while (t->nitems < t->genres.nnames) {
        struct item *item = new_item(t);
        item->name = t->genres.name[t->nitems - 1];
    }
}

static void add(struct sums *sums, const struct window *window, int day, int64_t views)
{
    int which = day >= window->days ? CURRENT : PREVIOUS;
    sums->views[which] += views;
    sums->weighted[which] += views * window->weight[day];
}

/* One record, in terms that hold for watches and rollups. */
struct sight {
    int day; /* of the windows */
    int64_t views;
    bool seen; /* by USER */
    int64_t user;
};

static void count_film(struct tally *t, const struct recread *in, const struct sight *s, int64_t id)
{
    uint64_t *number = intmap_put(&t->movies, id);
    if (!*number) {
        new_item(t)->movie = id;
        *number = t->nitems;
    }
    struct item *item = &t->items[*number - 1];
    add(&item->sums, t->window, s->day, s->views);
    if (s->seen)
        viewers_add(&t->viewers, cell_of(t, *number - 1, s->day >= t->window->days), 0, s->user);
    if (t->column_title == COLUMN_NONE || item->title.ptr)
        return;
    struct slice title = in->field[t->column_title];
    if (!slice_is_null(title))
        item->title = (struct slice){arena_copy(&t->texts, title), title.len};
}

static void count_genres(struct tally *t, const struct recread *in, const struct sight *s)
{
    struct slice field = in->field[t->column_item];
    if (slice_is_null(field)) {
        t->without_genres++;
        return;
    }
    size_t number = genre_lists_put(&t->genres, in, field);
    if (number == t->nlists) {
        t->lists = mem_grow(t->lists, &t->lists_size, t->nlists + 1, sizeof *t->lists);
        t->lists[t->nlists++] = (struct sums){0};
        new_genres(t);
    }
    add(&t->lists[number], t->window, s->day, s->views);
    const struct genre_list *list = &t->genres.list[number];
    for (size_t i = 0; s->seen && i < list->n;) {
        uint32_t first = list->genre[i] / GROUP_CELLS * GROUP_CELLS, mask = 0;
        for (; i < list->n && list->genre[i] - first < GROUP_CELLS; i++)
            mask |= UINT32_C(1) << (list->genre[i] - first);
        viewers_add(&t->viewers, cell_of(t, first, s->day >= t->window->days), mask, s->user);
    }
}

static void count_genre(struct tally *t, const struct recread *in, const struct sight *s)
{
    struct slice field = in->field[t->column_item];
    const char *wrong = value_check(VALUE_TEXT, field);
    if (wrong)
        recread_die(in, "genre: %s: %s", wrong, diag_quote(field));
    uint32_t genre = genre_lists_name(&t->genres, field);
    new_genres(t);
    add(&t->items[genre].sums, t->window, s->day, s->views);
}

/* The day of the record at hand. False when it has no time, and so was rejected. */
static bool day_of(const struct tally *t, const struct recread *in, struct run *run, int *day)
{
    int64_t time;
    int32_t date;
    if (t->source == FROM_WATCHES ? field_time(in, t->column_time, &time)
                                  : field_date(in, t->column_time, &date)) {
        *day =
            t->source == FROM_WATCHES ? window_day(t->window, time) : window_date(t->window, date);
        return true;
    }
    run_reject_record(run, in, "missing-value", "%s: missing",
                      t->source == FROM_WATCHES ? "watch_timestamp" : "day");
    return false;
}

void tally_record(struct tally *t, const struct recread *in, struct run *run)
{
    struct sight s = {.views = 1};
    int64_t movie = 0;
    if (!day_of(t, in, run, &s.day))
        return;
    if (s.day == NO_DAY) {
        run->dropped++;
        return;
    }
    if (t->by == BY_MOVIE && !field_int(in, t->column_item, &movie)) {
        run_reject_record(run, in, "missing-value", "movie_id: missing");
        return;
    }
    if (t->source == FROM_GENRE_DAYS && slice_is_null(in->field[t->column_item])) {
        run_reject_record(run, in, "missing-value", "genre: missing");
        return;
    }
    if (t->source == FROM_WATCHES) {
        s.seen = field_int(in, t->column_user, &s.user);
    } else if (!field_count(in, t->column_views, &s.views)) {
        run_reject_record(run, in, "missing-value", "views: missing");
        return;
    }
    t->views += s.views;
    if (t->views > COUNT_MAX)
        recread_die(in, "more than %lld views", (long long)COUNT_MAX);
    if (t->by == BY_MOVIE)
        count_film(t, in, &s, movie);
    else if (t->source == FROM_GENRE_DAYS)
        count_genre(t, in, &s);
    else
        count_genres(t, in, &s);
    run->written++;
}

void tally_finish(struct tally *t)
{
    viewers_finish(&t->viewers);
    for (size_t i = 0; i < t->nlists; i++)
        for (size_t j = 0; j < t->genres.list[i].n; j++)
            for (int w = 0; w < WINDOWS; w++) {
                struct sums *sums = &t->items[t->genres.list[i].genre[j]].sums;
                sums->views[w] += t->lists[i].views[w];
                sums->weighted[w] += t->lists[i].weighted[w];
            }
}
