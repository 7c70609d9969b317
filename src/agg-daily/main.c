/* agg-daily: additive figures of each business day, in all, by film, genre and hour.
 * Reads watches once, and writes a segment for each way of grouping them: views, different viewers
 * of the day, rated views and the sum of their ratings.
 */
#include "aggregate.h"
#include "diag.h"
#include "field.h"
#include "rollups.h"
#include "value.h"
#include "zone.h"

enum { OPT_BY = 256, OPT_GENRES, OPT_TZ, OPT_MARKS };

static const struct option_spec specs[] = {
    {OPT_BY, "by", "WHAT,...", "day, movie, genre, hour, hour-weekday: a segment each (needed)"},
    {OPT_GENRES, "genres", "FILE", "records of films with their genres, for --by genre"},
    {OPT_TZ, "tz", "ZONE", "business time zone (default UTC)"},
    {OPT_MARKS, "pass-marks", NULL, "pass bookmarks on, behind the records"},
};

/* 0001-01-01 and 9999-12-31: a time of these years may fall on a day of another in the zone. */
enum { FIRST_DAY = -719162, LAST_DAY = 2932896 };

enum { BY_DAY, BY_MOVIE, BY_GENRE, BY_HOUR, BY_HOUR_WEEKDAY, BYS };
static const char *const by_names[BYS] = {"day", "movie", "genre", "hour", "hour-weekday"};

struct daily {
    int order[BYS]; /* of the segments */
    size_t n;
    bool by[BYS];
    char *genres; /* the file that has the films' genres; NULL: a column has them */
    bool pass_marks;
    bool partial;
    bool quiet;
    uint64_t memory;
};

struct state {
    bool by_film, by_genre, by_hour;
    bool genres_by_film; /* a file has told them */
    struct days days;
    struct films films;
    struct places places;
    /* Columns of the open segment. */
    size_t time, user, rating, movie, genre;
};

static void find_columns(struct state *s, const struct recread *in)
{
    if (!slice_is(in->header.type, "watch"))
        recread_die(in, "can't count records of type %s, only watch", diag_quote(in->header.type));
    s->time = recread_need(in, "watch_timestamp");
    s->user = recread_need(in, "user_id");
    s->rating = recread_need(in, "rating");
    if (s->by_film || s->genres_by_film)
        s->movie = recread_need(in, "movie_id");
    if (s->by_genre && !s->genres_by_film)
        s->genre = recread_need(in, "genres");
}

static void count(struct state *s, const struct recread *in, struct run *run)
{
    struct sight sight = {0};
    const struct genre_list *genres = NULL;
    int64_t time, movie = 0;
    int32_t date;
    if (!field_time(in, s->time, &time)) {
        run_reject_record(run, in, "missing-value", "watch_timestamp: missing");
        return;
    }
    if ((s->by_film || s->genres_by_film) && !field_int(in, s->movie, &movie)) {
        run_reject_record(run, in, "missing-value", "movie_id: missing");
        return;
    }
    zone_clock(time, &date, &sight.hour);
    if (date < FIRST_DAY || date > LAST_DAY) {
        run_reject_record(run, in, "bad-time", "watch_timestamp: its business day has no date: %s",
                          diag_quote(in->field[s->time]));
        return;
    }
    sight.seen = field_int(in, s->user, &sight.user);
    sight.rated = field_rating(in, s->rating, &sight.rating);
    if (s->by_genre)
        genres = s->genres_by_film ? places_genres_of(&s->places, movie)
                                   : places_genres(&s->places, in, s->genre);
    sight.day = days_number(&s->days, date);
    if (s->by_film)
        films_count(&s->films, movie, &sight);
    if (s->by_hour || genres)
        places_count(&s->places, s->by_hour, genres, &sight);
    run->written++;
}

static void work(const struct daily *o, struct aggregate *a)
{
    struct state s = {.by_film = o->by[BY_MOVIE],
                      .by_genre = o->by[BY_GENRE],
                      .genres_by_film = o->by[BY_GENRE] && o->genres,
                      .by_hour = o->by[BY_DAY] || o->by[BY_HOUR] || o->by[BY_HOUR_WEEKDAY]};
    uint64_t memory = o->memory / ((uint64_t)s.by_film + (s.by_genre || s.by_hour));
    films_open(&s.films, memory);
    places_open(&s.places, memory);
    if (s.genres_by_film)
        places_read_films(&s.places, o->genres, o->partial ? RECREAD_PARTIAL : 0);
    for (enum rec_event event; (event = aggregate_next(a)) != REC_EOF;)
        if (event == REC_SEGMENT)
            find_columns(&s, &a->in);
        else
            count(&s, &a->in, &a->run);
    places_finish(&s.places);
    for (size_t i = 0; i < o->n; i++) {
        if (o->order[i] == BY_DAY)
            places_write_days(&s.places, &s.days, &a->out);
        else if (o->order[i] == BY_MOVIE)
            films_write(&s.films, &s.days, &a->out);
        else if (o->order[i] == BY_GENRE)
            places_write_genres(&s.places, &s.days, &a->out);
        else
            places_write_hours(&s.places, &s.days, o->order[i] == BY_HOUR_WEEKDAY, &a->out);
        aggregate_end_segment(a, i == o->n - 1);
    }
    if (s.places.without && !o->quiet)
        diag_note("%llu of the records counted have no genres",
                  (unsigned long long)s.places.without);
    films_close(&s.films);
    places_close(&s.places);
    days_close(&s.days);
}

int main(int argc, char **argv)
{
    struct daily d = {0};
    struct options o = {
        .usage = "agg-daily --by WHAT[,WHAT]... [OPTION]... [FILE]...",
        .about = "Counts the watches of each business day, in all and by film, genre and hour.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER | STD_REJECTS | STD_MEMORY,
    };
    diag_begin("agg-daily");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_BY:
            option_names("by", o.arg, by_names, BYS, d.order, &d.n);
            break;
        case OPT_GENRES:
            d.genres = (char *)o.arg;
            break;
        case OPT_TZ:
            zone_set(o.arg);
            break;
        case OPT_MARKS:
            d.pass_marks = true;
        }
    if (!d.n)
        diag_usage("--by is needed: day, movie, genre, hour, hour-weekday, or several of them");
    for (size_t i = 0; i < d.n; i++)
        d.by[d.order[i]] = true;
    if (d.genres && !d.by[BY_GENRE])
        diag_usage("--genres goes with --by genre");
    d.memory = o.std.memory;
    d.partial = o.std.partial;
    d.quiet = o.std.quiet;

    struct aggregate a;
    aggregate_open(&a, &o, d.pass_marks);
    work(&d, &a);
    aggregate_close(&a);
    return 0;
}
