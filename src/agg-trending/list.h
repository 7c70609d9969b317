/* list: the items of one way of ranking, with their views, viewers and weighted views. */
#ifndef TRENDING_LIST_H
#define TRENDING_LIST_H

#include "slice.h"
#include "viewers.h"
#include "window.h"

enum by { BY_MOVIE, BY_GENRE, BY_ALL, BYS };
extern const char *const by_names[BYS];

struct sums {
    int64_t views[WINDOWS];
    int64_t weighted[WINDOWS]; /* views by the weights of their days, in millionths */
};

struct item {
    int64_t movie;      /* BY_MOVIE */
    struct slice name;  /* of the others: text */
    struct slice title; /* BY_MOVIE: raw, as the stream had it; ptr NULL: none came */
    struct sums sums;
};

struct list {
    enum by by;
    struct item *items;
    size_t nitems, items_size;
    struct viewers viewers;
    int64_t views;   /* counted in */
    bool fed;        /* a segment came that has something for this list */
    bool no_viewers; /* one of rollups: nobody knows the viewers */
    bool titles;     /* one with the column title */
};

/* An empty list; one BY_ALL has its item. */
void list_open(struct list *l, enum by by, uint64_t memory);
void list_close(struct list *l);

/* A new item, behind the others. */
struct item *list_new(struct list *l);

/* The genres whose cells of both windows make a block. */
enum { BLOCK_GENRES = BLOCK_CELLS / WINDOWS };

/* The cell in `viewers` of an item and a window. */
static inline uint32_t list_cell(const struct list *l, size_t item, int window)
{
    /* Films and all: two cells each. Genres: the window before is the first half of a block. */
    size_t cell = l->by == BY_GENRE ? item / BLOCK_GENRES * BLOCK_CELLS +
                                          (size_t)window * BLOCK_GENRES + item % BLOCK_GENRES
                                    : item * WINDOWS + (size_t)window;
    return (uint32_t)cell;
}

/* The different viewers of an item; 0 for all when they aren't known. */
uint64_t list_viewers(const struct list *l, size_t item, int window);

/* True when the item has a place in a window: it has views there. All has one in the current window
 * even if it only had views in the one before. */
bool list_has(const struct list *l, size_t item, int window);

#endif
