/* genrelists: lists of genres as they come in a column, each different list taken apart once.
 *
 *     struct genre_lists g = {0};
 *     size_t number = genre_lists_put(&g, in, field);
 *     … g.list[number].genre[i], g.name[that] …
 *     genre_lists_free(&g);
 *
 * There are few of them: a service has some thousand different lists of some twenty genres.
 */
#ifndef REELPIPE_GENRELISTS_H
#define REELPIPE_GENRELISTS_H

#include "arena.h"
#include "recread.h"
#include "textmap.h"

struct genre_list {
    uint32_t *genre; /* ascending, each once, even when it stands in the list twice */
    size_t n;
};

struct genre_lists {
    struct slice *name; /* the text of each genre, by its number, in the order they came */
    size_t nnames, names_size;
    struct genre_list *list;
    size_t nlists, lists_size;
    struct textmap names; /* text to number + 1 */
    struct textmap lists; /* field to number */
    struct arena texts;
};

/* The number of a list. A field that isn't one (not NULL) ends the program as malformed. */
size_t genre_lists_put(struct genre_lists *g, const struct recread *in, struct slice field);

/* The number of a single genre, by its raw field or a part of one. */
uint32_t genre_lists_name(struct genre_lists *g, struct slice raw);

void genre_lists_free(struct genre_lists *g);

#endif
