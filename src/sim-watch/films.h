/* films: the catalogue, invented or read from a record file. */
#ifndef SIM_WATCH_FILMS_H
#define SIM_WATCH_FILMS_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "io.h"
#include "rng.h"
#include "slice.h"

struct film {
    int64_t id;
    int32_t release_day;   /* days since 1970; DAY_UNKNOWN: always there */
    int32_t quality;       /* 0..10000: thousandths of a rating */
    uint32_t rank;         /* by lasting popularity, from 0 */
    uint32_t launch;       /* the rank that the release adds to the lasting one at its peak */
    uint16_t days_to_peak; /* from the release */
    uint16_t half_life;    /* days in which the launch's views halve */
    uint16_t runtime;      /* minutes */
    uint8_t genres[3];     /* indexes of words.h; the same index again: none */
    uint8_t language;      /* index of words.h */
    uint8_t original[2];   /* words of the original title */
    int64_t appeal;        /* what ranks it */
    uint32_t votes;
    uint32_t popularity; /* ten thousandths */
    struct slice title;  /* empty for films that were read */
};

enum { DAY_UNKNOWN = INT32_MIN };

struct catalogue {
    size_t n;
    struct film *films; /* ordered by id */
    int64_t last_id;
    int32_t today; /* the day that the catalogue is as of */
    struct arena titles;
};

/* Invents N films as of TODAY: nine in ten older than a year, the others around TODAY and some
 * still to come. The first one is always an old one. */
void films_invent(struct catalogue *catalogue, uint64_t seed, size_t n, int32_t today);

/* Reads the films of a stream of `movie` records at PATH: movie_id and, where the stream has them,
 * release_date, rating, popularity, vote_count; deleted ones aren't shown. */
void films_read(struct catalogue *catalogue, const char *path, int32_t today);

/* Writes the catalogue as CSV. */
void films_write(const struct catalogue *catalogue, struct out *out);

/* The launch of a film among N. */
uint32_t film_launch(struct rng *rng, size_t n);

/* Ranks the films by appeal, then votes, then the lower id. */
void films_rank(struct catalogue *catalogue);

/* A film's weight among the views of DAY; 0 before the day after its release, when it is released
 * in every time zone. */
uint64_t film_weight(const struct film *film, int32_t day);

void films_free(struct catalogue *catalogue);

#endif
