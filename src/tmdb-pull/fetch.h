/* fetch: many requests at once, tried again as needed, with their answers handed on in the order in
 * which they were asked for, in bounded memory.
 *
 * What is fetched comes from a feed. Its jobs are admitted to a window of fixed size; several are
 * under way at a time; a job's answer is parsed when it comes and handed on when all jobs before it
 * have been.
 */
#ifndef TMDB_PULL_FETCH_H
#define TMDB_PULL_FETCH_H

#include "http.h"
#include "rate.h"
#include "run.h"

enum outcome {
    OUTCOME_OK,
    OUTCOME_GONE,    /* TMDB says that there is no such thing */
    OUTCOME_REFUSED, /* a final error */
    OUTCOME_FAILED,  /* all attempts failed */
};

struct job {
    /* Set by the feed. */
    char *path; /* owned by the job */
    int64_t id;
    uint64_t line; /* where the id came from */
    void *result;  /* set by parse, freed by emit */
    /* Set by fetch before emit. */
    enum outcome outcome;
    bool malformed; /* FAILED, and the last answer was whole, but not as it should be */
    char *reason;   /* for messages unless OUTCOME_OK; owned by the job */
    /* fetch's own. */
    unsigned attempts;
    unsigned redirects;
    int64_t first; /* when it was sent first */
    int64_t due;   /* when it may be sent again */
    bool done;
};

enum feed_next { FEED_JOB, FEED_WAIT, FEED_END };

struct feed {
    void *context;
    /* Fills a cleared JOB. Unless MAY_BLOCK it says FEED_WAIT rather than wait for input. */
    enum feed_next (*next)(void *context, struct job *job, bool may_block);
    /* Makes job->result of a body. Returns NULL, or what is wrong with it. */
    const char *(*parse)(void *context, struct job *job, struct slice body);
    /* Takes a job over, in order. */
    void (*emit)(void *context, struct job *job);
    int fd; /* what FEED_WAIT waits for, or -1 */
};

struct fetch_options {
    struct http_options http;
    size_t rate; /* requests a second; 0: no limit */
    unsigned attempts;
    int64_t backoff_us; /* the longest wait after the first failure; doubles with each */
    bool verbose;
};

struct fetch {
    const struct fetch_options *options;
    struct run *run; /* bytes_in and the live line are kept up to date */
    struct out *out; /* flushed before waiting */
    const struct key *key;
    struct http *http;
    struct rate rate;
    struct job *window;   /* a ring: job number N is window[N % WINDOW] */
    uint64_t head;        /* the first that hasn't been emitted */
    uint64_t unsent;      /* the first that has never been sent */
    uint64_t tail;        /* the next to be admitted */
    struct job **retries; /* those that wait for another attempt */
    size_t nretries;
    size_t under_way;
    int64_t last_good;      /* when the service last answered as it should */
    unsigned bad_in_a_row;  /* jobs given up since */
    unsigned away_in_a_row; /* attempts since that told of a service in trouble */
    uint64_t requests;
};

void fetch_begin(struct fetch *fetch, const struct fetch_options *options, const struct key *key,
                 struct run *run, struct out *out);

/* Fetches all that FEED has. Ends the program with status 1 when the key is refused, with
 * STATUS_RETRY when the service is away. */
void fetch_all(struct fetch *fetch, const struct feed *feed);

void fetch_end(struct fetch *fetch);

#endif
