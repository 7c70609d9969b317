/* pull: what all modes of tmdb-pull share: the options, the connection to TMDB, the output. */
#ifndef TMDB_PULL_PULL_H
#define TMDB_PULL_PULL_H

#include "fetch.h"
#include "idset.h"
#include "run.h"

struct film;

enum mode {
    MODE_NONE,
    MODE_IDS,
    MODE_CHANGES,
    MODE_DISCOVER,
    MODE_LIST,
    MODE_EXPORT,
    MODE_GENRES,
};

struct pull_options {
    enum mode mode;
    const char *file; /* --ids, --export */
    const char *list; /* --list: the path */
    const char *resume, *known;
    const char *from, *to, *sort; /* --discover */
    const char *diff;
    const char *language;
    bool has_since, has_until;
    int32_t since, until; /* days since 1970 */
    int32_t from_day, to_day;
    uint64_t limit;         /* 0: none */
    int64_t min_popularity; /* millionths */
    int64_t max_vanished;   /* -1: not given */
    bool mark_changes;
    bool has_now;
    int64_t now;   /* microseconds since 1970: of the start unless --now is given */
    int32_t today; /* its day in UTC */
    struct fetch_options fetch;
};

struct output {
    struct recwrite records;
    struct header films, deleted;
    bool deleted_open;        /* the open segment is one of tombstones */
    struct idlist tombstones; /* not written yet */
};

struct pull {
    const struct pull_options *options;
    struct run *run;
    struct fetch fetch;
    struct output out;
    struct idset seen; /* the ids of this run: each is fetched once */
};

/* --- output.c: movie records. Films go into segments with all columns; tombstones are held back
 * and go into segments of their own, with movie_id and deleted alone, because a load clears the
 * columns that come as \N and keeps those that don't come. */

void output_begin(struct pull *pull);
void output_film(struct pull *pull, const struct film *film);
void output_tombstone(struct pull *pull, int64_t id);
/* A bookmark of the changes feed: every change up to and with DAY has been written. */
void output_mark(struct pull *pull, int32_t day);
void output_end(struct pull *pull);

/* The source of the changes feed's bookmarks. */
extern const char changes_source[];

/* --- details.c: the details of ids, in their order. */

struct id_source {
    void *context;
    /* The next id and where it stands; as feed.next. */
    enum feed_next (*next)(void *context, int64_t *id, uint64_t *line, bool may_block);
    int fd;
    const char *where; /* the file or path that the ids come from … */
    const char *unit;  /* … and what comes between it and the line: ":" or " page " */
    const char
        *part; /* what tells apart the ids of one line: " film ", " item "; NULL: it has one */
};

/* Fetches each id's details and writes its record: run->read is the source's business. An id that
 * was seen in this run is dropped. */
void details_fetch(struct pull *pull, const struct id_source *source);

/* Rejects an id, as it came. PART is its number within the line. */
void reject_id(struct pull *pull, const char *rule, const struct id_source *source, uint64_t line,
               int64_t part, struct slice raw, const char *reason);

/* --- pages.c: lists that come in pages. */

struct listed {
    int64_t id;
    int64_t order;
    uint64_t page;
};

struct listing {
    char *path;        /* to which `page=N` is added */
    const char *order; /* what item.order is, see body.h */
    uint64_t max_pages;
    struct listed *items;
    size_t count, room;
    int64_t total_pages, total_results;
    bool cut; /* the service gives no more pages, though there are */
};

/* Fetches the pages from FIRST to LAST (or to the last one there is). A page that can't be had ends
 * the program. Items are counted as read, and rejected when they aren't films. */
void pages_fetch(struct pull *pull, struct listing *listing, uint64_t first, uint64_t last);

/* Fetches the details of the listing's films, at most LIMIT (0: all), and counts them as read. */
void listing_details(struct pull *pull, const struct listing *listing, uint64_t limit);

/* Notes in the rejects that TMDB gives no more of a list than it did. */
void listing_cut(struct pull *pull, const struct listing *listing);

void listing_free(struct listing *listing);

/* --- the modes. */

void pull_ids(struct pull *pull, const char *path);
void pull_changes(struct pull *pull);
void pull_discover(struct pull *pull);
void pull_list(struct pull *pull);
void pull_export(struct pull *pull);
void pull_genres(struct pull *pull);

/* The day up to which the changes feed's source stands in a stream of bookmarks; false when it has
 * none. */
bool bookmark_read(const char *path, int32_t *day);

/* A path made like printf's; free it. */
char *path_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
