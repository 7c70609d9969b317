#include "films.h"

#include <stdlib.h>

#include "diag.h"
#include "field.h"
#include "mem.h"
#include "zone.h"

enum { RATING_TOP = 10000 }; /* the best rating there is, in thousandths */

void films_close(struct films *f)
{
    free(f->film);
    intmap_free(&f->numbers);
    arena_free(&f->texts);
}

void films_segment(struct films *f, const struct recread *in)
{
    f->rollups = slice_is(in->header.type, "movie_daily");
    if (!f->rollups && !slice_is(in->header.type, "watch"))
        recread_die(in, "can't count records of type %s, only watch and movie_daily",
                    diag_quote(in->header.type));
    f->column_time = recread_need(in, f->rollups ? "day" : "watch_timestamp");
    f->column_movie = recread_need(in, "movie_id");
    f->column_rating = recread_need(in, f->rollups ? "rating_sum" : "rating");
    if (f->rollups) {
        f->column_views = recread_need(in, "views");
        f->column_rated = recread_need(in, "rated_views");
    }
    f->column_title = header_find(&in->header, "title");
    f->titles |= f->column_title != COLUMN_NONE;
}

static bool reject(struct run *run, const struct recread *in, size_t column)
{
    struct slice name = in->header.columns[column];
    run_reject_record(run, in, "missing-value", "%.*s: missing", (int)name.len, name.ptr);
    return false;
}

static bool read_day(const struct films *f, const struct recread *in, int32_t *day)
{
    int64_t time;
    if (f->rollups)
        return field_date(in, f->column_time, day);
    if (!field_time(in, f->column_time, &time))
        return false;
    *day = zone_day(time);
    return true;
}

/* What the record at hand adds. False when it was rejected. */
static bool read_sums(const struct films *f, const struct recread *in, struct run *run,
                      struct sums *s)
{
    int32_t rating = 0;
    if (!f->rollups) {
        s->views = 1;
        s->rated = field_rating(in, f->column_rating, &rating);
        s->rating = rating;
        return true;
    }
    if (!field_count(in, f->column_views, &s->views))
        return reject(run, in, f->column_views);
    if (!field_count(in, f->column_rated, &s->rated))
        return reject(run, in, f->column_rated);
    if (!field_rating_sum(in, f->column_rating, &s->rating))
        return reject(run, in, f->column_rating);
    if (s->rated > s->views)
        recread_die(in, "rated_views: more than views: %s", diag_quote(in->field[f->column_rated]));
    if (s->rating > s->rated * RATING_TOP)
        recread_die(in, "rating_sum: more than 10 for each rated view: %s",
                    diag_quote(in->field[f->column_rating]));
    return true;
}

static struct film *film(struct films *f, int64_t id)
{
    uint64_t *number = intmap_put(&f->numbers, id);
    if (!*number) {
        f->film = mem_grow(f->film, &f->size, f->n + 1, sizeof *f->film);
        f->film[f->n] = (struct film){.id = id};
        *number = ++f->n;
    }
    return &f->film[*number - 1];
}

static void add(struct sums *to, const struct sums *s)
{
    to->views += s->views;
    to->rated += s->rated;
    to->rating += s->rating;
}

void films_record(struct films *f, const struct recread *in, struct run *run)
{
    struct sums sums = {0};
    int64_t id;
    int32_t day;
    if (!read_day(f, in, &day)) {
        reject(run, in, f->column_time);
        return;
    }
    if (day > f->last_day || (f->days && day <= f->last_day - f->days)) {
        run->dropped++;
        return;
    }
    if (!field_int(in, f->column_movie, &id)) {
        reject(run, in, f->column_movie);
        return;
    }
    if (!read_sums(f, in, run, &sums))
        return;
    add(&f->all, &sums);
    if (f->all.views > COUNT_MAX)
        recread_die(in, "more than %lld views", (long long)COUNT_MAX);
    struct film *this = film(f, id);
    add(&this->sums, &sums);
    if (f->column_title != COLUMN_NONE && !this->title.ptr) {
        struct slice title = in->field[f->column_title];
        if (!slice_is_null(title))
            this->title = (struct slice){arena_copy(&f->texts, title), title.len};
    }
    run->written++;
}
