/* body: what TMDB answers, as JSON that is checked for shape and not trusted.
 *
 * A parser returns NULL, or what is wrong with the body as a message has it ("runtime: not an
 * integer: "abc""). The text is in a buffer of this module and lasts until the next parser is
 * called. What is not asked for is not looked at: unknown keys may hold anything.
 */
#ifndef TMDB_PULL_BODY_H
#define TMDB_PULL_BODY_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "slice.h"

enum { ID_MAX = INT32_MAX }; /* the largest id of TMDB */

/* A film, from its details. Texts are NULL and numbers -1 where TMDB doesn't know. */
struct film {
    int64_t id;
    char *title; /* never NULL */
    char *original_title;
    char *genres; /* joined with `|` */
    char *release_date;
    char *original_language;
    char *status;
    int64_t popularity; /* millionths */
    int64_t vote_count;
    int64_t runtime;
    int rating; /* thousandths */
    int adult;  /* 0 or 1 */
};

/* The details of film ID. On success FILM is filled; film_free it. */
const char *body_film(struct slice body, int64_t id, struct film *film);
void film_free(struct film *film);

/* One thing of a list of films. */
struct item {
    int64_t id;        /* 0: it isn't a film with an id, see `wrong` */
    int64_t order;     /* its value in the column that the list was asked to be sorted by */
    const char *wrong; /* a constant */
};

struct page {
    int64_t total_pages;
    int64_t total_results;
    size_t count;
    struct item *items;
};

/* A page of a list or of the changes feed. ORDER names the number (or date) that becomes
 * item.order; NULL: none. On success PAGE is filled; page_free it. */
const char *body_page(struct slice body, const char *order, struct page *page);
void page_free(struct page *page);

struct genre {
    int64_t id;
    char *name; /* NULL: the language has no name for it */
};

/* The list of genres. On success GENRES has COUNT of them; genres_free them. */
const char *body_genres(struct slice body, struct genre **genres, size_t *count);
void genres_free(struct genre *genres, size_t count);

/* One line of a daily id export. POPULARITY is in millionths. */
const char *body_export_line(struct slice line, int64_t *id, int64_t *popularity);

/* What an error body says: CODE is TMDB's status_code (0: it isn't one of TMDB's errors). MESSAGE,
 * of SIZE bytes, gets its status_message, cut to fit and without control bytes, or "". */
void body_error(struct slice body, int *code, char *message, size_t size);

#endif
