#include "window.h"

#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "value.h"
#include "zone.h"

#define HOUR (3600 * MICROSECONDS)
enum { FOLD_HOURS = 3 };

void window_open(struct window *w, int days, int64_t now, int64_t half_life)
{
    int n = 2 * days;
    *w = (struct window){.days = days, .last_day = zone_day(now)};
    w->start = mem_resize(NULL, (size_t)n + 1, sizeof *w->start);
    w->weight = mem_resize(NULL, (size_t)n, sizeof *w->weight);
    for (int i = 0; i <= n; i++)
        w->start[i] = zone_day_start(w->last_day - n + 1 + i) * MICROSECONDS;
    /* A clock that is set back goes on from at most a few hours before, and within a few hours of
     * midnight when that takes it to the day before. */
    for (int i = 0; i <= n; i++)
        for (int64_t t = w->start[i]; t < w->start[i] + FOLD_HOURS * HOUR; t += HOUR / 4)
            w->folds |= zone_day(t) < w->last_day - n + 1 + i;
    for (int i = 0; i < n; i++) {
        double age = (double)(days - 1 - i % days) * SECONDS_PER_DAY * (double)MICROSECONDS;
        w->weight[i] = llround(exp2(-age / (double)half_life) * WEIGHT_ONE);
    }
}

void window_close(struct window *w)
{
    free(w->start);
    free(w->weight);
}
