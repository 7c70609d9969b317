#include "tally.h"

#include <stdlib.h>

#include "diag.h"
#include "field.h"
#include "mem.h"
#include "value.h"

void tally_open(struct tally *t, const bool wanted[BYS], const struct window *window,
                bool need_viewers, uint64_t memory)
{
    uint64_t n = 0;
    *t = (struct tally){.window = window, .need_viewers = need_viewers};
    for (enum by by = 0; by < BYS; by++)
        n += wanted[by];
    for (enum by by = 0; by < BYS; by++) {
        t->wanted[by] = wanted[by];
        list_open(&t->list[by], by, memory && memory < n ? 1 : memory / n);
    }
}

void tally_close(struct tally *t)
{
    for (enum by by = 0; by < BYS; by++)
        list_close(&t->list[by]);
    free(t->genre_sums);
    intmap_free(&t->movies);
    genre_lists_free(&t->genres);
    arena_free(&t->texts);
}

/* Finds out what the records are, and which lists they are counted into. Days of films do for
 * genres too, when lookup has added these; but beside other lists genres have days of their own,
 * and nothing is to be counted twice. */
static bool set_source(struct tally *t, struct slice type)
{
    bool films = slice_is(type, "movie_daily");
    bool feeds[BYS] = {false};
    if (slice_is(type, "watch")) {
        t->source = FROM_WATCHES;
        feeds[BY_MOVIE] = feeds[BY_GENRE] = feeds[BY_ALL] = true;
    } else if (films) {
        t->source = FROM_FILM_DAYS;
        feeds[BY_MOVIE] = feeds[BY_ALL] = true;
        feeds[BY_GENRE] = !t->wanted[BY_MOVIE] && !t->wanted[BY_ALL];
    } else if (slice_is(type, "genre_daily")) {
        t->source = FROM_GENRE_DAYS;
        feeds[BY_GENRE] = true;
    }
    bool any = false;
    for (enum by by = 0; by < BYS; by++)
        any |= t->feeds[by] = feeds[by] && t->wanted[by];
    return any;
}

static void check_type(struct tally *t, const struct recread *in)
{
    struct slice type = in->header.type;
    if (!set_source(t, type)) {
        char by[32] = "";
        for (enum by i = 0; i < BYS; i++)
            if (t->wanted[i])
                strcat(strcat(by, *by ? "," : ""), by_names[i]);
        recread_die(in, "can't count records of type %s by %s", diag_quote(type), by);
    }
    if (t->need_viewers && t->source != FROM_WATCHES)
        recread_die(in,
                    "different viewers can't be told from daily rollups (%.*s), only from watch",
                    (int)type.len, type.ptr);
}

void tally_segment(struct tally *t, const struct recread *in)
{
    check_type(t, in);
    if (t->source == FROM_WATCHES) {
        t->column_time = recread_need(in, "watch_timestamp");
        t->column_user = recread_need(in, "user_id");
    } else {
        t->column_time = recread_need(in, "day");
        t->column_views = recread_need(in, "views");
    }
    t->column_title = COLUMN_NONE;
    if (t->feeds[BY_MOVIE]) {
        t->column_movie = recread_need(in, "movie_id");
        t->column_title = header_find(&in->header, "title");
    }
    if (t->feeds[BY_GENRE])
        t->column_genre = recread_need(in, t->source == FROM_GENRE_DAYS ? "genre" : "genres");
    for (enum by by = 0; by < BYS; by++) {
        t->list[by].fed |= t->feeds[by];
        t->list[by].no_viewers |= t->feeds[by] && t->source != FROM_WATCHES;
    }
    t->list[BY_MOVIE].titles |= t->column_title != COLUMN_NONE;
}

/* One record, in terms that hold for watches and rollups. */
struct sight {
    int day;    /* of the windows */
    int window; /* it falls into */
    int64_t views;
    bool seen; /* by USER */
    int64_t user;
    int64_t movie;
};

static void add(struct sums *sums, const struct window *window, const struct sight *s)
{
    sums->views[s->window] += s->views;
    sums->weighted[s->window] += s->views * window->weight[s->day];
}

static void count_film(struct tally *t, const struct recread *in, const struct sight *s)
{
    struct list *l = &t->list[BY_MOVIE];
    uint64_t *number = intmap_put(&t->movies, s->movie);
    if (!*number) {
        list_new(l)->movie = s->movie;
        *number = l->nitems;
    }
    struct item *item = &l->items[*number - 1];
    add(&item->sums, t->window, s);
    if (s->seen)
        viewers_add(&l->viewers, (uint32_t)s->window, list_cell(l, *number - 1, s->window),
                    s->user);
    if (t->column_title == COLUMN_NONE || item->title.ptr)
        return;
    struct slice title = in->field[t->column_title];
    if (!slice_is_null(title))
        item->title = (struct slice){arena_copy(&t->texts, title), title.len};
}

static void new_genres(struct tally *t)
{
    struct list *l = &t->list[BY_GENRE];
    while (l->nitems < t->genres.nnames) {
        struct item *item = list_new(l);
        item->name = t->genres.name[l->nitems - 1];
    }
}

static void count_genres(struct tally *t, const struct recread *in, const struct sight *s)
{
    struct list *l = &t->list[BY_GENRE];
    struct slice field = in->field[t->column_genre];
    if (slice_is_null(field)) {
        t->without_genres++;
        return;
    }
    size_t number = genre_lists_put(&t->genres, in, field);
    if (number == t->nsums) {
        t->genre_sums = mem_grow(t->genre_sums, &t->sums_size, t->nsums + 1, sizeof *t->genre_sums);
        t->genre_sums[t->nsums++] = (struct sums){0};
        new_genres(t);
    }
    add(&t->genre_sums[number], t->window, s);
    const struct genre_list *list = &t->genres.list[number];
    for (size_t i = 0; s->seen && i < list->n;) {
        uint32_t block = list->genre[i] / BLOCK_GENRES;
        uint64_t mask = 0;
        for (; i < list->n && list->genre[i] / BLOCK_GENRES == block; i++)
            mask |= UINT64_C(1) << list->genre[i] % BLOCK_GENRES;
        viewers_add_mask(&l->viewers, block, mask << s->window * BLOCK_GENRES, s->user);
    }
}

static void count_genre(struct tally *t, const struct recread *in, const struct sight *s)
{
    struct slice field = in->field[t->column_genre];
    const char *wrong = value_check(VALUE_TEXT, field);
    if (wrong)
        recread_die(in, "genre: %s: %s", wrong, diag_quote(field));
    uint32_t genre = genre_lists_name(&t->genres, field);
    new_genres(t);
    add(&t->list[BY_GENRE].items[genre].sums, t->window, s);
}

static void count_all(struct tally *t, const struct sight *s)
{
    struct list *l = &t->list[BY_ALL];
    add(&l->items[0].sums, t->window, s);
    if (s->seen)
        viewers_add(&l->viewers, (uint32_t)s->window, list_cell(l, 0, s->window), s->user);
}

static bool reject(struct run *run, const struct recread *in, size_t column)
{
    struct slice name = in->header.columns[column];
    run_reject_record(run, in, "missing-value", "%.*s: missing", (int)name.len, name.ptr);
    return false;
}

/* The record at hand. False when it was rejected or dropped. */
static bool read_sight(const struct tally *t, const struct recread *in, struct run *run,
                       struct sight *s)
{
    int64_t time;
    int32_t date;
    if (t->source == FROM_WATCHES) {
        if (!field_time(in, t->column_time, &time))
            return reject(run, in, t->column_time);
        s->day = window_day(t->window, time);
    } else {
        if (!field_date(in, t->column_time, &date))
            return reject(run, in, t->column_time);
        s->day = window_date(t->window, date);
    }
    if (s->day == NO_DAY) {
        run->dropped++;
        return false;
    }
    s->window = s->day >= t->window->days ? CURRENT : PREVIOUS;
    if (t->feeds[BY_MOVIE] && !field_int(in, t->column_movie, &s->movie))
        return reject(run, in, t->column_movie);
    if (t->source == FROM_GENRE_DAYS && slice_is_null(in->field[t->column_genre]))
        return reject(run, in, t->column_genre);
    s->views = 1;
    if (t->source == FROM_WATCHES)
        s->seen = field_int(in, t->column_user, &s->user);
    else if (!field_count(in, t->column_views, &s->views))
        return reject(run, in, t->column_views);
    return true;
}

void tally_record(struct tally *t, const struct recread *in, struct run *run)
{
    struct sight s = {0};
    if (!read_sight(t, in, run, &s))
        return;
    for (enum by by = 0; by < BYS; by++)
        if (t->feeds[by] && (t->list[by].views += s.views) > COUNT_MAX)
            recread_die(in, "more than %lld views", (long long)COUNT_MAX);
    if (t->feeds[BY_MOVIE])
        count_film(t, in, &s);
    if (t->feeds[BY_GENRE]) {
        if (t->source == FROM_GENRE_DAYS)
            count_genre(t, in, &s);
        else
            count_genres(t, in, &s);
    }
    if (t->feeds[BY_ALL])
        count_all(t, &s);
    run->written++;
}

void tally_finish(struct tally *t, const struct recread *in)
{
    for (enum by by = 0; by < BYS; by++) {
        /* An empty list would look as if nobody had watched. */
        if (in->segment && t->wanted[by] && !t->list[by].fed)
            diag_die(STATUS_FAILED,
                     "%s: nothing to count by %s: it has no segment of type watch or %s", in->file,
                     by_names[by], by == BY_GENRE ? "genre_daily" : "movie_daily");
        viewers_finish(&t->list[by].viewers);
    }
    struct item *items = t->list[BY_GENRE].items;
    for (size_t i = 0; i < t->nsums; i++)
        for (size_t j = 0; j < t->genres.list[i].n; j++)
            for (int w = 0; w < WINDOWS; w++) {
                struct sums *sums = &items[t->genres.list[i].genre[j]].sums;
                sums->views[w] += t->genre_sums[i].views[w];
                sums->weighted[w] += t->genre_sums[i].weighted[w];
            }
}
