/* load: a record stream into the database, in one transaction, or in several with --batch. */
#ifndef PG_LOAD_LOAD_H
#define PG_LOAD_LOAD_H

#include "expect.h"
#include "merge.h"

struct load_options {
    char *const *files;
    size_t nfiles;
    struct expect expect; /* the segments that must come */
    const char *pipeline; /* bookmarks are stored under this name; NULL: they aren't */
    bool dry_run;
    uint64_t batch; /* commit at marks, every so many records; 0: once, at the end */
    enum merge_mode mode;
    const struct standard_options *std;
};

/* Loads the stream and reports. Every failure ends the program, and the open transaction with it.
 */
void load(struct load_options *options);

#endif
