#include "window.h"

#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "value.h"
#include "zone.h"

void window_open(struct window *w, int days, int64_t now, int64_t half_life)
{
    int n = 2 * days;
    *w = (struct window){.days = days, .last_day = zone_day(now)};
    w->start = mem_resize(NULL, (size_t)n + 1, sizeof *w->start);
    w->weight = mem_resize(NULL, (size_t)n, sizeof *w->weight);
    for (int i = 0; i <= n; i++)
        w->start[i] = zone_day_start(w->last_day - n + 1 + i) * MICROSECONDS;
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
