/* films: views, rated views and the sum of the ratings of each film, from watches or daily rollups.
 */
#ifndef TOPRATED_FILMS_H
#define TOPRATED_FILMS_H

#include "arena.h"
#include "intmap.h"
#include "recread.h"
#include "run.h"

struct sums {
    int64_t views;
    int64_t rated;
    int64_t rating; /* in thousandths */
};

struct film {
    int64_t id;
    struct slice title; /* raw, as the stream had it; ptr NULL: none came */
    struct sums sums;
};

struct films {
    int32_t last_day; /* the last one that counts */
    int days;         /* that count; 0: all up to it */
    struct film *film;
    size_t n, size;
    struct intmap numbers; /* id to its number, from 1 */
    struct sums all;
    struct arena texts;
    /* The open segment. */
    bool rollups;
    size_t column_time, column_movie, column_views, column_rated, column_rating;
    int column_title;
    bool titles; /* a segment had the column title */
};

void films_close(struct films *f);

/* Finds the columns of the segment that has been opened. */
void films_segment(struct films *f, const struct recread *in);

/* Counts the record at hand: written, rejected or dropped in RUN. */
void films_record(struct films *f, const struct recread *in, struct run *run);

#endif
