/* rate: when the next request may be sent. Times are microseconds of the monotonic clock.
 *
 * Two rules together: requests are spread evenly (a bucket that holds at most a few tokens, so that
 * a late wake-up is made good), and the one that was sent as many requests ago as a second allows
 * must lie a little more than a second back. The little more is for the network, which delays some
 * requests more than others: the limit has to hold in every second of the server's clock.
 */
#ifndef TMDB_PULL_RATE_H
#define TMDB_PULL_RATE_H

#include <stddef.h>
#include <stdint.h>

struct rate {
    size_t limit;   /* requests a second; 0: no limit */
    int64_t *sent;  /* when the last `limit` requests were sent, a ring; INT64_MAX: not yet */
    size_t next;    /* the oldest of them */
    int64_t ideal;  /* when the next request is due by even spreading */
    int64_t paused; /* nothing is sent before */
    int64_t slowed; /* when the service last said that it is too much; 0: never */
};

/* The monotonic clock. */
int64_t monotonic_now(void);

void rate_begin(struct rate *rate, size_t limit);

/* The earliest time at which a request may be sent. */
int64_t rate_earliest(const struct rate *rate, int64_t now);

/* Notes that one is handed over for sending. Returns where the time is to be put at which it really
 * goes out, or NULL: its connection may not be there yet. Until then it takes up its place. */
int64_t *rate_sent(struct rate *rate, int64_t now);

/* Sends nothing until UNTIL. */
void rate_pause(struct rate *rate, int64_t until);

/* The service says that it is too much: a pause, and then half the rate, which comes back to the
 * limit over some seconds. */
void rate_slow(struct rate *rate, int64_t now, int64_t until);

void rate_free(struct rate *rate);

#endif
