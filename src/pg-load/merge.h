/* merge: from the staging table into the tables, by sql/load/TYPE.sql. */
#ifndef PG_LOAD_MERGE_H
#define PG_LOAD_MERGE_H

#include "run.h"
#include "stage.h"

/* What the records of a merge came to. Their sum is the number of records. */
struct merge_counts {
    int64_t inserted;
    int64_t updated;
    int64_t unchanged;
    int64_t dropped;
    int64_t rejected;
    int64_t conflicting; /* those of the rejected that broke key-conflict */
};

enum merge_mode {
    MERGE_AUTO,   /* the bulk way when it is worth it */
    MERGE_STAGED, /* never the bulk way */
    MERGE_BULK,   /* the bulk way whenever the table is empty */
};

struct merge {
    PGconn *conn;
    struct run *run;
};

/* The number of records from which on the bulk way is tried. */
uint64_t merge_bulk_from(enum merge_mode mode);

/* Merges what STAGE has copied and hands its rejects to the run. FILE is the stream's name, for the
 * origin of rejects that have none. Adds to COUNTS. True when it took
 * keys and indexes off meanwhile, which MODE allows. */
bool merge_stage(const struct merge *m, enum merge_mode mode, struct stage *stage,
                 const struct header *header, const char *file, struct merge_counts *counts);

#endif
