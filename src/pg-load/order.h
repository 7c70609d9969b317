/* order: whether records come in ascending order of their keys, so that no key comes twice. */
#ifndef PG_LOAD_ORDER_H
#define PG_LOAD_ORDER_H

#include "recread.h"
#include "segment.h"

struct order_key {
    size_t column; /* of the stream */
    bool integer;  /* ordered as a number; all others by their bytes */
    int64_t number;
    char *text;
    size_t len, size;
};

struct order {
    struct order_key *keys; /* in the order of the schema table */
    size_t nkeys;
    bool first;     /* no record has come yet */
    bool ascending; /* all so far have; a NULL in a key is no order */
};

/* SEGMENT has all columns of the key. */
void order_open(struct order *o, const struct segment *segment, const struct header *header);

/* Begins anew: what comes next is compared with nothing that was before. */
void order_restart(struct order *o);

/* Looks at the current record. Its fields must be canonical. */
void order_see(struct order *o, const struct recread *in);

void order_close(struct order *o);

#endif
