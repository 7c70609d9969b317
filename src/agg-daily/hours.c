#include <stdlib.h>

#include "mem.h"
#include "rollups.h"
#include "zone.h"

void hours_open(struct hours *h, uint64_t memory)
{
    *h = (struct hours){0};
    viewers_open(&h->viewers, VIEWERS_DENSE, memory);
}

void hours_close(struct hours *h)
{
    viewers_close(&h->viewers);
    intmap_free(&h->numbers);
    free(h->days);
}

void hours_count(struct hours *h, const struct sight *s)
{
    uint64_t *number = intmap_put(&h->numbers, s->day);
    if (!*number) {
        h->days = mem_grow(h->days, &h->days_size, h->ndays + 1, sizeof *h->days);
        h->days[h->ndays] = (struct day_hours){.day = s->day, .number = (uint32_t)h->ndays};
        *number = ++h->ndays;
        viewers_room(&h->viewers, h->ndays * GROUP_CELLS);
    }
    sums_add(&h->days[*number - 1].sums[s->hour], s);
    if (s->seen)
        viewers_add(&h->viewers, (uint32_t)(*number - 1) * GROUP_CELLS,
                    UINT32_C(1) << s->hour | UINT32_C(1) << DAY_CELL, s->user);
}

static int by_day(const void *a, const void *b)
{
    int32_t x = ((const struct day_hours *)a)->day, y = ((const struct day_hours *)b)->day;
    return (x > y) - (x < y);
}

/* Completes the viewers, and puts the days in order. */
static void finish(struct hours *h)
{
    viewers_finish(&h->viewers);
    if (h->ndays)
        qsort(h->days, h->ndays, sizeof *h->days, by_day);
}

void hours_write_days(struct hours *h, struct recwrite *out)
{
    static const char *const keys[] = {"day"};
    finish(h);
    rollup_header(out, "day_daily", keys, 1);
    for (size_t i = 0; i < h->ndays; i++) {
        const struct day_hours *d = &h->days[i];
        struct sums all = {0};
        for (int hour = 0; hour < HOURS; hour++) {
            all.views += d->sums[hour].views;
            all.rated += d->sums[hour].rated;
            all.rating += d->sums[hour].rating;
        }
        rollup_day(out, d->day);
        rollup_sums(out, &all, h->viewers.count[(size_t)d->number * GROUP_CELLS + DAY_CELL]);
    }
}

void hours_write(struct hours *h, bool weekday, struct recwrite *out)
{
    static const char *const keys[] = {"day", "hour"};
    static const char *const weekday_keys[] = {"day", "weekday", "hour"};
    finish(h);
    if (weekday)
        rollup_header(out, "hour_weekday_daily", weekday_keys, 3);
    else
        rollup_header(out, "hour_daily", keys, 2);
    for (size_t i = 0; i < h->ndays; i++)
        for (int hour = 0; hour < HOURS; hour++) {
            const struct day_hours *d = &h->days[i];
            if (!d->sums[hour].views)
                continue;
            rollup_day(out, d->day);
            if (weekday)
                recwrite_int(out, iso_weekday(d->day));
            recwrite_int(out, hour);
            rollup_sums(out, &d->sums[hour],
                        h->viewers.count[(size_t)d->number * GROUP_CELLS + (size_t)hour]);
        }
}
