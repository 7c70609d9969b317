/* tally: views, viewers and weighted views of every item, from watches. */
#ifndef TRENDING_TALLY_H
#define TRENDING_TALLY_H

#include "arena.h"
#include "intmap.h"
#include "recread.h"
#include "run.h"
#include "textmap.h"
#include "viewers.h"
#include "window.h"

enum by { BY_MOVIE, BY_GENRE };

struct item {
    int64_t movie;      /* BY_MOVIE */
    struct slice name;  /* BY_GENRE: its text */
    struct slice title; /* BY_MOVIE: raw, as the stream had it; ptr NULL: none came */
    uint64_t views[WINDOWS];
    int64_t weighted[WINDOWS]; /* views by the weights of their days, in millionths */
};

/* A list of genres as it comes in the column; counted as one and shared out at the end. */
struct genres {
    uint32_t *items;
    size_t nitems;
    uint32_t sight; /* the first of nsights */
    uint32_t nsights;
    uint64_t views[WINDOWS];
    int64_t weighted[WINDOWS];
};

struct tally {
    enum by by;
    const struct window *window;
    struct viewers viewers;
    struct item *items;
    size_t nitems, items_size;
    struct intmap movies; /* id to item */
    struct textmap names; /* genre to item */
    struct textmap lists; /* genres column to its number in `genres` */
    struct genres *genres;
    size_t ngenres, genres_size;
    struct arena texts;
    uint64_t without_genres;
    /* Columns of the open segment. */
    size_t column_time, column_user, column_item;
    int column_title;
    bool titles; /* a segment had the column title */
};

void tally_open(struct tally *t, enum by by, const struct window *window, uint64_t memory);
void tally_close(struct tally *t);

/* Finds the columns of the segment that has been opened. */
void tally_segment(struct tally *t, const struct recread *in);

/* Counts the record at hand: written, rejected or dropped in RUN. */
void tally_record(struct tally *t, const struct recread *in, struct run *run);

/* Completes the items. */
void tally_finish(struct tally *t);

#endif
