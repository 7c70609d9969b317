/* tally: views, viewers and weighted views of every item, from watches or from daily rollups. */
#ifndef TRENDING_TALLY_H
#define TRENDING_TALLY_H

#include "arena.h"
#include "genrelists.h"
#include "intmap.h"
#include "recread.h"
#include "run.h"
#include "viewers.h"
#include "window.h"

enum by { BY_MOVIE, BY_GENRE };

struct sums {
    int64_t views[WINDOWS];
    int64_t weighted[WINDOWS]; /* views by the weights of their days, in millionths */
};

struct item {
    int64_t movie;      /* BY_MOVIE */
    struct slice name;  /* BY_GENRE: its text */
    struct slice title; /* BY_MOVIE: raw, as the stream had it; ptr NULL: none came */
    struct sums sums;
};

/* What the records of a segment are. */
enum source { FROM_WATCHES, FROM_FILM_DAYS, FROM_GENRE_DAYS };

struct tally {
    enum by by;
    const struct window *window;
    bool need_viewers; /* so records that don't tell users apart are no use */
    bool rollups;      /* a segment of them came: nobody knows the viewers */
    struct viewers viewers;
    struct item *items; /* films as they come; genres by their numbers in `genres` */
    size_t nitems, items_size;
    struct intmap movies; /* id to item */
    struct genre_lists genres;
    struct sums *lists; /* by list: counted as one and shared out at the end */
    size_t nlists, lists_size;
    struct arena texts;
    uint64_t without_genres;
    int64_t views; /* all of them */
    /* The open segment. */
    enum source source;
    size_t column_time, column_user, column_item, column_views;
    int column_title;
    bool titles; /* a segment had the column title */
};

void tally_open(struct tally *t, enum by by, const struct window *window, bool need_viewers,
                uint64_t memory);
void tally_close(struct tally *t);

/* Finds the columns of the segment that has been opened. */
void tally_segment(struct tally *t, const struct recread *in);

/* Counts the record at hand: written, rejected or dropped in RUN. */
void tally_record(struct tally *t, const struct recread *in, struct run *run);

/* Completes the items. */
void tally_finish(struct tally *t);

/* The different viewers of an item; 0 for all when there were rollups. */
uint64_t tally_viewers(const struct tally *t, size_t item, int window);

#endif
