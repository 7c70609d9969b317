/* window: the two windows of whole business days, and the day of a time. */
#ifndef TRENDING_WINDOW_H
#define TRENDING_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zone.h"

enum { PREVIOUS, CURRENT, WINDOWS };
enum { NO_DAY = -1 };
enum { WEIGHT_ONE = 1000000 }; /* the weight of the last day, in millionths */

struct window {
    int days;         /* of each window */
    int32_t last_day; /* of the current one, days since 1970 */
    int64_t *start;   /* of 2 * days + 1 days, microseconds since 1970 */
    bool folds;       /* a clock set back past midnight: a day goes on after the next began */
    int64_t *weight;  /* of the days, for the decaying score */
};

/* The windows of DAYS days that end with the business day of NOW. */
void window_open(struct window *w, int days, int64_t now, int64_t half_life);
void window_close(struct window *w);

/* The number of a date, as window_day's. */
static inline int window_date(const struct window *w, int32_t date)
{
    int64_t day = (int64_t)date - w->last_day + 2 * w->days - 1;
    return day >= 0 && day < 2 * w->days ? (int)day : NO_DAY;
}

/* The number of the day of a time: 0 to days - 1 in the window before, then days to 2 * days - 1 in
 * the current one, else NO_DAY. */
static inline int window_day(const struct window *w, int64_t microseconds)
{
    int last = 2 * w->days;
    if (w->folds)
        return window_date(w, zone_day(microseconds));
    if (microseconds < w->start[0] || microseconds >= w->start[last])
        return NO_DAY;
    /* A day has 23 to 25 hours, and some places have skipped one altogether. */
    int day = (int)((microseconds - w->start[0]) / (INT64_C(86400) * 1000000));
    if (day >= last)
        day = last - 1;
    while (microseconds < w->start[day])
        day--;
    while (microseconds >= w->start[day + 1])
        day++;
    return day;
}

#endif
