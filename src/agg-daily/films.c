#include <stdlib.h>

#include "mem.h"
#include "rollups.h"

void films_open(struct films *f, uint64_t memory)
{
    *f = (struct films){0};
    viewers_open(&f->viewers, VIEWERS_SPARSE, memory);
}

void films_close(struct films *f)
{
    viewers_close(&f->viewers);
    intmap_free(&f->numbers);
    for (size_t i = 0; i < f->ndays; i++)
        intmap_free(&f->days[i].cells);
    free(f->days);
    free(f->sums);
}

static struct film_days *day_of(struct films *f, int32_t day)
{
    if (f->ndays && f->days[f->recent].day == day)
        return &f->days[f->recent];
    uint64_t *number = intmap_put(&f->numbers, day);
    if (!*number) {
        f->days = mem_grow(f->days, &f->days_size, f->ndays + 1, sizeof *f->days);
        f->days[f->ndays] = (struct film_days){.day = day};
        *number = ++f->ndays;
    }
    f->recent = *number - 1;
    return &f->days[f->recent];
}

void films_count(struct films *f, int64_t movie, const struct sight *s)
{
    uint64_t *number = intmap_put(&day_of(f, s->day)->cells, movie);
    if (!*number) {
        f->sums = mem_grow(f->sums, &f->sums_size, f->ncells + 1, sizeof *f->sums);
        f->sums[f->ncells] = (struct sums){0};
        *number = ++f->ncells;
        viewers_room(&f->viewers, f->ncells);
    }
    sums_add(&f->sums[*number - 1], s);
    if (s->seen)
        viewers_add(&f->viewers, (uint32_t)(*number - 1), 0, s->user);
}

/* A cell's place in the output. */
struct place {
    int64_t movie;
    uint64_t cell;
};

static int by_movie(const void *a, const void *b)
{
    int64_t x = ((const struct place *)a)->movie, y = ((const struct place *)b)->movie;
    return (x > y) - (x < y);
}

static int by_day(const void *a, const void *b)
{
    int32_t x = ((const struct film_days *)a)->day, y = ((const struct film_days *)b)->day;
    return (x > y) - (x < y);
}

static void write_day(const struct films *f, const struct film_days *d, struct recwrite *out)
{
    size_t n = 0, at = 0;
    int64_t movie;
    uint64_t number;
    struct place *places = mem_resize(NULL, intmap_count(&d->cells), sizeof *places);
    while (intmap_each(&d->cells, &at, &movie, &number))
        places[n++] = (struct place){movie, number - 1};
    qsort(places, n, sizeof *places, by_movie);
    for (size_t i = 0; i < n; i++) {
        rollup_day(out, d->day);
        recwrite_int(out, places[i].movie);
        rollup_sums(out, &f->sums[places[i].cell], f->viewers.count[places[i].cell]);
    }
    free(places);
}

void films_write(struct films *f, struct recwrite *out)
{
    static const char *const keys[] = {"day", "movie_id"};
    viewers_finish(&f->viewers);
    if (f->ndays)
        qsort(f->days, f->ndays, sizeof *f->days, by_day);
    rollup_header(out, "movie_daily", keys, 2);
    for (size_t i = 0; i < f->ndays; i++)
        write_day(f, &f->days[i], out);
}
