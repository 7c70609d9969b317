/* films-io: the catalogue on its way out, as CSV, and in, from a stream of `movie` records.
 * Written films carry what TMDB's details carry; of films that are read only what steers viewing is
 * kept. */
#include <stdio.h>
#include <stdlib.h>

#include "csvout.h"
#include "diag.h"
#include "films.h"
#include "mem.h"
#include "recread.h"
#include "rng.h"
#include "value.h"
#include "words.h"

static void comma_decimal(struct out *out, int64_t value, unsigned places)
{
    char text[VALUE_MAX];
    out_char(out, ',');
    out_bytes(out, text, value_write_decimal(text, value, places));
}

static void comma_int(struct out *out, int64_t value)
{
    out_char(out, ',');
    out_int(out, value);
}

static void comma_date(struct out *out, int32_t days)
{
    char text[VALUE_MAX];
    out_char(out, ',');
    out_bytes(out, text, value_write_date(text, days));
}

static void write_original_title(const struct film *film, struct out *out)
{
    const struct language *language = &languages[film->language];
    if (!language->between) {
        csvout_field(out, film->title, ',');
        return;
    }
    char text[256];
    int len = snprintf(text, sizeof text, "%s%s%s", language->first[film->original[0]],
                       language->between, language->second[film->original[1]]);
    csvout_field(out, (struct slice){text, (size_t)len}, ',');
}

static const char *status(const struct film *film, int32_t today)
{
    if (film->release_day <= today)
        return "Released";
    return film->release_day <= today + 7 ? "Post Production" : "In Production";
}

void films_write(const struct catalogue *c, struct out *out)
{
    out_text(out, "movie_id,title,original_title,genres,release_date,rating,vote_count,popularity,"
                  "runtime,original_language,status\n");
    for (size_t i = 0; i < c->n; i++) {
        const struct film *film = &c->films[i];
        out_int(out, film->id);
        out_char(out, ',');
        csvout_field(out, film->title, ',');
        out_char(out, ',');
        write_original_title(film, out);
        out_char(out, ',');
        out_text(out, genres[film->genres[0]].name);
        for (size_t g = 1; g < 3; g++)
            if (film->genres[g] != film->genres[0]) {
                out_char(out, '|');
                out_text(out, genres[film->genres[g]].name);
            }
        comma_date(out, film->release_day);
        if (film->votes)
            comma_decimal(out, film->quality, 3);
        else
            out_char(out, ','); /* nobody has rated it: TMDB's 0 would be wrong */
        comma_int(out, film->votes);
        comma_decimal(out, film->popularity, 4);
        comma_int(out, film->runtime);
        out_char(out, ',');
        out_text(out, languages[film->language].code);
        out_char(out, ',');
        out_text(out, status(film, c->today));
        out_char(out, '\n');
    }
}

/* The columns of a movie segment that are used; COLUMN_NONE where the stream lacks one. */
struct columns {
    int id, release_date, rating, popularity, vote_count, deleted;
};

static bool has(const struct recread *in, int column)
{
    return column != COLUMN_NONE && !slice_is_null(in->field[column]);
}

static _Noreturn void bad_value(const struct recread *in, int column, const char *what)
{
    recread_die(in, "%.*s: %s: %s", (int)in->header.columns[column].len,
                in->header.columns[column].ptr, what, diag_quote(in->field[column]));
}

static void read_film(const struct recread *in, const struct columns *at, struct film *film)
{
    *film = (struct film){.release_day = DAY_UNKNOWN, .quality = 6000};
    if (!has(in, at->id) || !value_int(in->field[at->id], &film->id))
        bad_value(in, at->id, "not an integer");
    if (has(in, at->release_date) && !value_date(in->field[at->release_date], &film->release_day))
        bad_value(in, at->release_date, "not a date");
    if (has(in, at->rating) && !value_rating(in->field[at->rating], &film->quality))
        bad_value(in, at->rating, "not a rating");
    /* Popularity ranks; where it is missing or equal, the votes. */
    int64_t popularity = 0;
    int64_t votes = 0;
    if (has(in, at->popularity) && !value_decimal(in->field[at->popularity], &popularity))
        bad_value(in, at->popularity, "not a decimal");
    if (has(in, at->vote_count) && !value_int(in->field[at->vote_count], &votes))
        bad_value(in, at->vote_count, "not an integer");
    film->appeal = popularity;
    film->votes = votes < 0 ? 0 : votes > UINT32_MAX ? UINT32_MAX : (uint32_t)votes;
}

static int by_id(const void *a, const void *b)
{
    const struct film *x = a;
    const struct film *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

void films_read(struct catalogue *c, const char *path, int32_t today)
{
    *c = (struct catalogue){.today = today};
    size_t room = 0;
    struct columns at = {0};
    struct recread in;
    recread_open(&in, (char *const[]){(char *)path}, 1, 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event == REC_SEGMENT) {
            if (!slice_is(in.header.type, "movie"))
                recread_die(&in, "can't view records of type %s, only movie",
                            diag_quote(in.header.type));
            at = (struct columns){.id = (int)recread_need(&in, "movie_id"),
                                  .release_date = header_find(&in.header, "release_date"),
                                  .rating = header_find(&in.header, "rating"),
                                  .popularity = header_find(&in.header, "popularity"),
                                  .vote_count = header_find(&in.header, "vote_count"),
                                  .deleted = header_find(&in.header, "deleted")};
        } else if (event == REC_DATA) {
            if (has(&in, at.deleted) && slice_is(in.field[at.deleted], "t"))
                continue;
            c->films = mem_grow(c->films, &room, c->n + 1, sizeof *c->films);
            read_film(&in, &at, &c->films[c->n++]);
        }
    }
    recread_close(&in);
    if (c->n == 0)
        diag_die(STATUS_FAILED, "%s: no film to view", path);
    qsort(c->films, c->n, sizeof *c->films, by_id);
    for (size_t i = 0; i < c->n; i++) {
        struct film *film = &c->films[i];
        if (i && film->id == film[-1].id)
            diag_die(STATUS_FAILED, "%s: movie_id %lld comes twice", path, (long long)film->id);
        /* How a release rises and fades follows from the id, so that it doesn't depend on the other
         * films. */
        struct rng rng;
        rng_begin(&rng, (uint64_t)film->id, RNG_FILM, 0);
        film->launch = film_launch(&rng, c->n);
        film->days_to_peak = (uint16_t)rng_between(&rng, 2, 9);
        film->half_life = (uint16_t)rng_between(&rng, 5, 25);
    }
    c->last_id = c->films[c->n - 1].id;
    films_rank(c);
}
