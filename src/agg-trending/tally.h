/* tally: counts records, watches or daily rollups, into the lists that are wanted. */
#ifndef TRENDING_TALLY_H
#define TRENDING_TALLY_H

#include "arena.h"
#include "genrelists.h"
#include "intmap.h"
#include "list.h"
#include "recread.h"
#include "run.h"

/* What the records of a segment are. */
enum source { FROM_WATCHES, FROM_FILM_DAYS, FROM_GENRE_DAYS };

struct tally {
    const struct window *window;
    bool need_viewers; /* so records that don't tell users apart are no use */
    bool wanted[BYS];
    struct list list[BYS];
    struct intmap movies;      /* id to item, from 1 */
    struct genre_lists genres; /* whose numbers are those of the items */
    struct sums *genre_sums;   /* by list of genres: counted as one and shared out at the end */
    size_t nsums, sums_size;
    struct arena texts;
    uint64_t without_genres;
    /* The open segment. */
    enum source source;
    bool feeds[BYS]; /* the lists that its records are counted into */
    size_t column_time, column_user, column_views, column_movie, column_genre;
    int column_title;
};

void tally_open(struct tally *t, const bool wanted[BYS], const struct window *window,
                bool need_viewers, uint64_t memory);
void tally_close(struct tally *t);

/* Finds the columns of the segment that has been opened. */
void tally_segment(struct tally *t, const struct recread *in);

/* Counts the record at hand: written, rejected or dropped in RUN. */
void tally_record(struct tally *t, const struct recread *in, struct run *run);

/* Completes the lists, when all of IN is read. */
void tally_finish(struct tally *t, const struct recread *in);

#endif
