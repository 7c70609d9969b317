#include <stdlib.h>

#include "mem.h"
#include "rollups.h"

static const char *const figures[] = {"views", "viewers", "rated_views", "rating_sum"};
enum { NFIGURES = sizeof figures / sizeof *figures };

void days_close(struct days *d)
{
    intmap_free(&d->numbers);
    free(d->date);
}

uint32_t days_new(struct days *d, int32_t date)
{
    uint64_t *number = intmap_put(&d->numbers, date);
    if (!*number) {
        d->date = mem_grow(d->date, &d->size, d->n + 1, sizeof *d->date);
        d->date[d->n] = date;
        *number = ++d->n;
    }
    return (uint32_t)(*number - 1);
}

static int by_date(const void *a, const void *b, void *dates)
{
    int32_t x = ((int32_t *)dates)[*(const uint32_t *)a];
    int32_t y = ((int32_t *)dates)[*(const uint32_t *)b];
    return (x > y) - (x < y);
}

uint32_t *days_in_order(const struct days *d)
{
    uint32_t *order = mem_resize(NULL, d->n + 1, sizeof *order);
    for (size_t i = 0; i < d->n; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, d->n, sizeof *order, by_date, d->date);
    return order;
}

void rollup_header(struct recwrite *out, const char *type, const char *const *keys, size_t nkeys)
{
    const char *columns[KEYS_MAX + NFIGURES];
    struct header header;
    for (size_t i = 0; i < nkeys; i++)
        columns[i] = keys[i];
    for (size_t i = 0; i < NFIGURES; i++)
        columns[nkeys + i] = figures[i];
    header_make(&header, type, columns, nkeys + NFIGURES);
    recwrite_header(out, &header);
    header_free(&header);
}

void rollup_sums(struct recwrite *out, const struct sums *sums, uint64_t viewers)
{
    recwrite_int(out, sums->views);
    recwrite_int(out, (int64_t)viewers);
    recwrite_int(out, sums->rated);
    recwrite_decimal(out, sums->rating, 3);
    recwrite_done(out);
}
