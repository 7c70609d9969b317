/* live: what reading logs bit by bit shares, in one go (resume) or without end (follow). */
#ifndef CSV_READ_LIVE_H
#define CSV_READ_LIVE_H

#include "logfile.h"

/* A bookmark whose name another file has taken over. */
struct displaced {
    size_t content;
    char *name;
    bool shorter; /* the new file has less than what was read of the old one */
    bool anew;    /* nothing of the new file had been read before */
};

struct live {
    struct job job;
    struct bookmarks known;
    struct displaced *displaced;
    size_t ndisplaced, displaced_size;
};

/* Reads the bookmarks, if there are any, and starts the job. */
void live_begin(struct live *l, const struct settings *settings, const struct options *o);

/* The name of a file in the stream: PATH, with bytes that aren't UTF-8 as %XX. For free(). */
char *live_name(const char *path);

/* The bookmark of the file called NAME, or NULL. Valid until the next mark. */
struct bookmark *live_bookmark(const struct live *l, const char *name);

/* True when what there is of a file, of this size and time, is what the bookmark's stamp says. */
bool live_unchanged(const struct bookmark *bookmark, const struct stat *status);

/* Writes the bookmark of the file called NAME, behind its records and its rejects, unless it is as
 * it was. A bookmark that it takes the place of is put aside. */
void live_mark(struct live *l, struct logfile *f, const char *name);

/* Writes the bookmark of a file that has lost its name: PAST is what had been read of it then,
 * STATE what has been read by now. */
void live_mark_past(struct live *l, struct digest past, const struct state *state);

/* Says which of the bookmarks that were put aside belong to no file that was met, and keeps them.
 */
void live_settle_displaced(struct live *l);

/* Ends the stream, and frees. SOME file, or NULL, has columns for it when no record has come. */
void live_end(struct live *l, struct logfile *some);

/* The two ways. */
void resume(const struct settings *settings, const struct options *o);
void follow(const struct settings *settings, const struct options *o);

#endif
