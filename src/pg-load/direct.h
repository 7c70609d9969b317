/* direct: the bulk way of a first load. Records go straight into the table, which is empty and has
 * no keys and indexes meanwhile, without a staging table between.
 *
 * A type has this way when functions of the owner offer it: direct_ready_TYPE() says, without a
 * lock, whether the table looks as if it could be had; direct_begin_TYPE(load_id) takes the keys
 * off and returns the table's name, or NULL when it isn't to be had; direct_end_TYPE() puts them on
 * again and does what the merge does for new records. What can't be just appended is laid aside and
 * merged behind them: a record whose key came before, and one without a value that the type needs.
 */
#ifndef PG_LOAD_DIRECT_H
#define PG_LOAD_DIRECT_H

#include "copyin.h"
#include "intset.h"
#include "spool.h"

enum direct_state {
    DIRECT_NO,      /* the segment's records don't go this way (any more) */
    DIRECT_UNASKED, /* they could, if the database offers it */
    DIRECT_OFFERED, /* it does: their keys are noted */
    DIRECT_ON,      /* they do */
};

struct direct {
    struct copyin *copyin;
    const struct segment *segment;
    enum direct_state state;
    char *table; /* once it is on */
    size_t key;  /* the stream's column */
    size_t *needed;
    size_t nneeded;
    /* The keys so far: those that were greater than all before them, in that order, and the others.
     * When there is no room for more, all up to the greatest one count as taken. */
    int64_t *rising;
    size_t nrising;
    size_t rising_capacity;
    struct budget budget;
    struct intset others; /* open, as `aside` is, from the offer on */
    int64_t greatest;
    bool full;
    struct spool aside;
    uint64_t records; /* seen */
};

/* Finds out whether the records of SEGMENT could go this way; WANTED says whether they should. */
void direct_open(struct direct *d, struct copyin *copyin, const struct segment *segment,
                 const struct header *header, bool wanted);

/* Before the first record is staged: finds out whether the database offers the way. Locks nothing.
 */
void direct_ask(struct direct *d);

/* Notes a record that is staged, before the way is on: its key is taken. */
void direct_note(struct direct *d, const struct recread *in);

/* Asks for the table on behalf of this load; false, and no more of it, when it isn't to be
 * had. The staged records are to be merged then, before direct_start. */
bool direct_begin(struct direct *d, int64_t load_id);

/* Begins to copy. */
void direct_start(struct direct *d);

/* Copies the current record, or lays it aside. */
void direct_record(struct direct *d, const struct recread *in);

/* Ends the COPY and puts the keys back. Returns the number of records that went straight into the
 * table; those in `aside` are still to be merged. */
int64_t direct_end(struct direct *d);

void direct_close(struct direct *d);

#endif
