#include <stdlib.h>

#include "mem.h"
#include "rollups.h"
#include "value.h"

void films_open(struct films *f, uint64_t memory)
{
    *f = (struct films){0};
    viewers_open(&f->viewers, VIEWERS_SPARSE, memory);
}

void films_close(struct films *f)
{
    viewers_close(&f->viewers);
    for (size_t i = 0; i < f->ndays; i++)
        intmap_free(&f->cells[i]);
    free(f->cells);
    free(f->sums);
}

void films_count(struct films *f, int64_t movie, const struct sight *s)
{
    if (s->day >= f->ndays) {
        f->cells = mem_grow(f->cells, &f->days_size, s->day + 1, sizeof *f->cells);
        memset(f->cells + f->ndays, 0, (s->day + 1 - f->ndays) * sizeof *f->cells);
        f->ndays = s->day + 1;
        if (s->day) /* a day is like the day before */
            intmap_reserve(&f->cells[s->day], intmap_count(&f->cells[s->day - 1]));
    }
    uint64_t *number = intmap_put(&f->cells[s->day], movie);
    if (!*number) {
        f->sums = mem_grow(f->sums, &f->sums_size, f->ncells + 1, sizeof *f->sums);
        f->sums[f->ncells] = (struct sums){0};
        *number = ++f->ncells;
        viewers_room(&f->viewers, f->ncells);
    }
    uint32_t cell = (uint32_t)(*number - 1);
    sums_add(&f->sums[cell], s);
    if (s->seen)
        viewers_add(&f->viewers, s->day, cell, s->user);
}

struct film {
    int64_t movie;
    uint64_t cell; /* from 1 */
};

/* By number, byte by byte from the lowest: a comparing sort took longer than writing them. SPARE
 * has room for as many. */
static void sort_films(struct film *films, struct film *spare, size_t n)
{
    enum { BYTES = sizeof(int64_t), VALUES = 256 };
    uint64_t differ = 0;
    for (size_t i = 0; i < n; i++)
        differ |= (uint64_t)(films[i].movie ^ films[0].movie);
    for (unsigned byte = 0; byte < BYTES; byte++) {
        unsigned shift = 8 * byte, sign = byte == BYTES - 1 ? VALUES / 2 : 0;
        size_t from[VALUES] = {0}, at = 0;
        if (!(differ >> shift & (VALUES - 1)))
            continue;
        for (size_t i = 0; i < n; i++)
            from[((uint64_t)films[i].movie >> shift & (VALUES - 1)) ^ sign]++;
        for (size_t i = 0; i < VALUES; i++) {
            size_t count = from[i];
            from[i] = at;
            at += count;
        }
        for (size_t i = 0; i < n; i++)
            spare[from[((uint64_t)films[i].movie >> shift & (VALUES - 1)) ^ sign]++] = films[i];
        memcpy(films, spare, n * sizeof *films);
    }
}

/* FILMS has room for those of the day, twice. */
static void write_day(const struct films *f, uint32_t day, int32_t date, struct film *films,
                      struct recwrite *out)
{
    char text[VALUE_MAX];
    const struct slice date_text = {text, value_write_date(text, date)};
    size_t n = 0;
    for (size_t at = 0; intmap_each(&f->cells[day], &at, &films[n].movie, &films[n].cell);)
        n++;
    sort_films(films, films + n, n);
    for (size_t i = 0; i < n; i++) {
        recwrite_raw(out, date_text);
        recwrite_int(out, films[i].movie);
        rollup_sums(out, &f->sums[films[i].cell - 1], f->viewers.count[films[i].cell - 1]);
    }
}

void films_write(struct films *f, const struct days *days, struct recwrite *out)
{
    static const char *const keys[] = {"day", "movie_id"};
    uint32_t *order = days_in_order(days);
    size_t most = 0;
    for (size_t i = 0; i < f->ndays; i++)
        if (intmap_count(&f->cells[i]) > most)
            most = intmap_count(&f->cells[i]);
    struct film *films = mem_resize(NULL, 2 * most + 1, sizeof *films);
    viewers_finish(&f->viewers);
    rollup_header(out, "movie_daily", keys, 2);
    for (size_t i = 0; i < days->n; i++)
        write_day(f, order[i], days->date[order[i]], films, out);
    free(films);
    free(order);
}
