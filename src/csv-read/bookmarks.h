/* bookmarks: what has been read before, found by the file's name and by its text.
 *
 * A bookmark's source is `file:` and the name that the file had when it was read. When another file
 * has taken the name over, and the old one wasn't met again, its bookmark lives on as `past:` and
 * its hash: should it turn up, it is still known.
 */
#ifndef CSV_READ_BOOKMARKS_H
#define CSV_READ_BOOKMARKS_H

#include "textmap.h"
#include "trail.h"

/* A text up to an offset. */
struct content {
    struct state state;
    bool met;    /* a file of this run has it */
    size_t next; /* the one before with the same head, + 1 */
};

/* A bookmark. */
struct bookmark {
    size_t content;
    bool stamped;
    struct stamp stamp;
};

struct bookmarks {
    struct content *content;
    size_t ncontents, contents_size;
    struct bookmark *list;
    size_t n, size;
    struct textmap by_source;  /* to the bookmark, + 1 */
    struct textmap by_content; /* offset and digest to the content, + 1 */
    struct textmap by_head;    /* to the last content with it of TRAIL_HEAD bytes or more, + 1 */
    bool small[TRAIL_HEAD];    /* offsets of the others */
};

/* Reads the bookmarks from PATH ("-": standard input), a stream of type bookmark. Sources other
 * than `file:` and `past:` are somebody else's. What isn't such a stream, or has the bookmarks of
 * several pipelines, ends the program (1). */
void bookmarks_read(struct bookmarks *b, const char *path);

/* The bookmark of SOURCE, or NULL. Valid until the next bookmarks_set. */
struct bookmark *bookmarks_of(const struct bookmarks *b, struct slice source);

/* Sets the bookmark of SOURCE. False when it says nothing new: the same content, and no stamp or
 * the same one. */
bool bookmarks_set(struct bookmarks *b, struct slice source, const struct state *state);

/* The content that is the trail's text, or NULL. Valid until the next bookmarks_set. */
struct content *bookmarks_find(const struct bookmarks *b, const struct trail *t);

/* The offsets, from TRAIL_HEAD up to LIMIT, of contents that begin with HEAD: sorted, each once,
 * for free(). */
uint64_t *bookmarks_offsets(const struct bookmarks *b, uint32_t head, uint64_t limit, size_t *n);

void bookmarks_free(struct bookmarks *b);

#endif
