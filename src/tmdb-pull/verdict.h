/* verdict: what an answer means: done, film gone, worth another try, or final. */
#ifndef TMDB_PULL_VERDICT_H
#define TMDB_PULL_VERDICT_H

#include "http.h"

enum verdict_kind {
    VERDICT_GOOD,    /* a 2xx */
    VERDICT_GONE,    /* TMDB's own 404: there is no such film */
    VERDICT_AGAIN,   /* another try may help */
    VERDICT_REFUSED, /* the same would come again */
    VERDICT_NO_KEY,  /* 401: no request will succeed */
};

struct verdict {
    enum verdict_kind kind;
    bool service;     /* AGAIN: it says something about the service, not about this film */
    bool too_much;    /* AGAIN: over the rate limit */
    char reason[700]; /* why not GOOD, for messages */
};

/* The reason doesn't have KEY in it, nor a part of it. */
void verdict_of(struct verdict *verdict, const struct answer *answer, const struct key *key);

#endif
