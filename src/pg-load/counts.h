/* counts: what a load did, by type. */
#ifndef PG_LOAD_COUNTS_H
#define PG_LOAD_COUNTS_H

#include "merge.h"

struct type_counts {
    const struct schema_type *type;
    struct merge_counts counts;
    bool bulk; /* some of it went the bulk way */
};

struct counts {
    struct type_counts *list; /* in the order of the stream */
    size_t count;
    size_t capacity;
};

/* The counts of TYPE; zeros, and the last of the list, when it is asked for the first time. Valid
 * until the next call. */
struct type_counts *counts_of(struct counts *c, const struct schema_type *type);

/* Sets what RUN says was done to the sums over all types. */
void counts_add_up(const struct counts *c, struct run *run);

/* A line for each type on standard error. */
void counts_report(const struct counts *c);

void counts_free(struct counts *c);

#endif
