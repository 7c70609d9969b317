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
    intmap_free(&f->cells);
    free(f->id);
    free(f->cell);
}

static uint32_t film_number(struct films *f, int64_t movie)
{
    uint64_t *number = intmap_put(&f->numbers, movie);
    if (!*number) {
        f->id = mem_grow(f->id, &f->ids_size, f->nids + 1, sizeof *f->id);
        f->id[f->nids] = movie;
        *number = ++f->nids;
    }
    return (uint32_t)(*number - 1);
}

void films_count(struct films *f, int64_t movie, const struct sight *s)
{
    uint32_t film = film_number(f, movie);
    uint64_t *number = intmap_put(&f->cells, rollup_key(s->day, film));
    if (!*number) {
        f->cell = mem_grow(f->cell, &f->cells_size, f->ncells + 1, sizeof *f->cell);
        f->cell[f->ncells] = (struct film_day){.day = s->day, .film = film};
        *number = ++f->ncells;
        viewers_room(&f->viewers, f->ncells);
    }
    sums_add(&f->cell[*number - 1].sums, s);
    if (s->seen)
        viewers_add(&f->viewers, (uint32_t)(*number - 1), 0, s->user);
}

/* A cell's place in the output. */
struct place {
    int64_t movie;
    int32_t day;
    uint32_t cell;
};

static int by_day_and_movie(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->movie > y->movie) - (x->movie < y->movie);
}

void films_write(struct films *f, struct recwrite *out)
{
    static const char *const keys[] = {"day", "movie_id"};
    struct place *places = mem_resize(NULL, f->ncells + 1, sizeof *places);
    viewers_finish(&f->viewers);
    for (size_t i = 0; i < f->ncells; i++)
        places[i] = (struct place){f->id[f->cell[i].film], f->cell[i].day, (uint32_t)i};
    qsort(places, f->ncells, sizeof *places, by_day_and_movie);
    rollup_header(out, "movie_daily", keys, 2);
    for (size_t i = 0; i < f->ncells; i++) {
        rollup_day(out, places[i].day);
        recwrite_int(out, places[i].movie);
        rollup_sums(out, &f->cell[places[i].cell].sums, f->viewers.count[places[i].cell]);
    }
    free(places);
}
