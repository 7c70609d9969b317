#include "rate.h"

#include <stdlib.h>
#include <time.h>

#include "mem.h"
#include "value.h"

enum {
    MARGIN = 35,                /* thousandths by which the second is stretched */
    BURST = 40 * 1000,          /* how far behind the even spreading it may be made good */
    RECOVERY = 5 * 1000 * 1000, /* how long the rate takes to come back */
};
#define WINDOW (MICROSECONDS + MICROSECONDS * MARGIN / 1000)

int64_t monotonic_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

void rate_begin(struct rate *rate, size_t limit)
{
    *rate = (struct rate){.limit = limit};
    if (limit)
        rate->sent = mem_zeroed(limit * sizeof *rate->sent);
}

/* The time between two requests: up to twice as long after the service complained. */
static int64_t interval(const struct rate *rate, int64_t now)
{
    int64_t even = WINDOW / (int64_t)rate->limit;
    int64_t left = rate->slowed ? rate->slowed + RECOVERY - now : 0;
    return left > 0 ? even + even * left / RECOVERY : even;
}

int64_t rate_earliest(const struct rate *rate, int64_t now)
{
    int64_t at = rate->paused;
    if (!rate->limit)
        return at;
    int64_t oldest = rate->sent[rate->next];
    if (oldest == INT64_MAX)
        return oldest;
    if (oldest && oldest + WINDOW > at)
        at = oldest + WINDOW;
    int64_t due = rate->ideal < now - BURST ? now - BURST : rate->ideal;
    return due > at ? due : at;
}

int64_t *rate_sent(struct rate *rate, int64_t now)
{
    if (!rate->limit)
        return NULL;
    int64_t *sent = &rate->sent[rate->next];
    *sent = INT64_MAX;
    rate->next = (rate->next + 1) % rate->limit;
    if (rate->ideal < now - BURST)
        rate->ideal = now - BURST;
    rate->ideal += interval(rate, now);
    return sent;
}

void rate_pause(struct rate *rate, int64_t until)
{
    if (until > rate->paused)
        rate->paused = until;
}

void rate_slow(struct rate *rate, int64_t now, int64_t until)
{
    rate_pause(rate, until);
    rate->slowed = rate->paused > now ? rate->paused : now;
    /* Nothing is made good for the time of the pause. */
    if (rate->ideal < rate->paused)
        rate->ideal = rate->paused;
}

void rate_free(struct rate *rate)
{
    free(rate->sent);
    rate->sent = NULL;
}
