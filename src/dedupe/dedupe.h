/* dedupe: what its parts share. stream.c reads the stream and decides what it can at once; key.c
 * finds keys, judge.c compares records; late.c decides and writes what had to be held back.
 */
#ifndef DEDUPE_H
#define DEDUPE_H

#include "held.h"
#include "intset.h"
#include "options.h"
#include "refs.h"
#include "rising.h"
#include "rule.h"
#include "run.h"

enum { BATCH = 32 };

/* A record whose place in a table is being fetched into the cache. */
struct waiting {
    struct slice line;
    uint64_t line_number;
    uint64_t hash;  /* BY_HASH */
    int64_t number; /* is_int */
    bool is_int;    /* the key is one whole number */
    enum { BY_INT, BY_RISE, BY_HASH, NO_KEY } what;
};

struct dedupe {
    /* Set by main. */
    struct choice choice;
    uint64_t table_memory; /* bytes that tables may take; 0: no limit */
    size_t spool_memory;   /* bytes that are held back before they go to a file */
    /* The rest is the worker's. */
    struct run run;
    struct recwrite out;
    struct rule rule;
    bool group;        /* segments of one type are being read */
    bool first;        /* keep first: records are written at once, until memory is full */
    bool full;         /* memory is full: no key is added, records with new keys are held back */
    uint64_t expected; /* keys in the stream, or 0: not known (yet) */
    struct budget budget;
    struct intset ints;
    struct refs refs;
    bool rises;       /* numbers above all before them are kept in `rising` */
    int64_t greatest; /* of them, those that wait included; INT64_MIN, which can't rise: none */
    struct rising rising;
    struct held held;
    uint64_t replay_from;        /* offset in held, 0: nothing is held back */
    const struct layout *layout; /* of the open segment */
    struct slice *field;         /* of the record being decided */
    size_t field_size;
    const char *file; /* the stream's current one */
    struct waiting waiting[BATCH];
    size_t nwaiting;
};

/* A record in the stream, or held back from it. */
struct arrival {
    struct row row;
    struct slice line;
    const char *file;
    uint64_t line_number;
};

enum verdict {
    IS_NEW,   /* the first with its key */
    LOSES,    /* the one that is there stays */
    WINS,     /* the one that is there goes */
    CONFLICT, /* the key is taken by something else: a reject */
};

void dedupe_stream(struct dedupe *d, struct recread *in);

/* Puts the record at hand behind those that wait: dedupe_stream decides them together. */
void dedupe_wait(struct dedupe *d, const struct recread *in);

/* Decides about a record. *OLD is the offset of the record with its key, *AT the slot that holds it
 * or is to hold it. */
enum verdict dedupe_judge(struct dedupe *d, const struct arrival *a, uint64_t hash,
                          struct refs_probe *at, uint64_t *old);

/* The same for a record whose key is known to be that of the record at OLD. */
enum verdict dedupe_compare(struct dedupe *d, const struct arrival *a, uint64_t old);

/* Takes a record out: with the key of the record at OLD, or without a key. */
void dedupe_reject_conflict(struct dedupe *d, const struct arrival *a, uint64_t old);
void dedupe_reject_no_key(struct dedupe *d, const struct arrival *a);

/* Decides all that is undecided and writes all that is held back. */
void dedupe_late(struct dedupe *d);

#endif
