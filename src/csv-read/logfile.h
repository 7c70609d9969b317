/* logfile: a log that is read bit by bit: opened, recognized by its text, read on from there. */
#ifndef CSV_READ_LOGFILE_H
#define CSV_READ_LOGFILE_H

#include <sys/stat.h>

#include "bookmarks.h"
#include "input.h"
#include "job.h"

struct logfile {
    struct input input;
    struct stat status; /* when it was opened */
    struct trail trail; /* how far it has been read: always between two records */
    struct heading heading;
    bool headed;       /* heading is known */
    bool anew;         /* … and none of it was known when it was opened; the caller sets it */
    bool known;        /* a record of it has been read, now or earlier */
    bool whole;        /* nothing is behind the trail, not even the start of a record */
    bool in_quotes;    /* what is there is a record whose quote isn't closed yet */
    bool more;         /* logfile_read stopped for its budget */
    uint64_t length;   /* of the text, when recognizing came to its end; else UINT64_MAX */
    uint64_t bad_line; /* of the header, when logfile_read found it wrong … */
    int bad_status;    /* … and the exit status that this deserves */
};

/* Opens PATH, which is called NAME in messages and origins; both stay the caller's. Returns NULL,
 * or why it can't be read (until the next call); then errno is the reason, or 0. */
const char *logfile_open(struct logfile *f, const char *path, const char *name);

/* Looks at the text: sets the trail behind as much of it as has been read before. A gzip file is
 * read to its end, so that a damaged one is found out before anything of it is written. False:
 * f->input.fault says why it can't be read. */
bool logfile_recognize(struct logfile *f, struct bookmarks *known, const char *encoding);

/* Reads the records behind the trail, as many as are complete, or as begin in the next BUDGET
 * bytes of text. SETTLED: the file has ended, and so has its last record. Returns NULL, or what is
 * wrong with the header (for free()). */
char *logfile_read(struct logfile *f, struct job *job, bool settled, uint64_t budget);

/* Reads the header alone. False when there is none that fits. */
bool logfile_heading(struct logfile *f, struct job *job);

/* Begins anew: nothing of the file has been read. */
void logfile_forget(struct logfile *f);

void logfile_close(struct logfile *f);

#endif
