#include <stdlib.h>

#include "mem.h"
#include "rollups.h"

void genres_open(struct genres *g, uint64_t memory)
{
    *g = (struct genres){0};
    viewers_open(&g->viewers, VIEWERS_DENSE, memory);
}

void genres_close(struct genres *g)
{
    viewers_close(&g->viewers);
    genre_lists_free(&g->lists);
    intmap_free(&g->groups);
    free(g->group);
    free(g->sums);
}

/* The first cell of the group that a day has for the block of genres from FIRST on. */
static uint32_t group_cell(struct genres *g, int32_t day, uint32_t first)
{
    uint64_t *number = intmap_put(&g->groups, rollup_key(day, first));
    if (!*number) {
        size_t cell = g->ngroups * GROUP_CELLS;
        g->group = mem_grow(g->group, &g->groups_size, g->ngroups + 1, sizeof *g->group);
        g->group[g->ngroups] = (struct genre_group){day, first};
        g->sums = mem_grow(g->sums, &g->sums_size, cell + GROUP_CELLS, sizeof *g->sums);
        memset(g->sums + cell, 0, GROUP_CELLS * sizeof *g->sums);
        viewers_room(&g->viewers, cell + GROUP_CELLS);
        *number = ++g->ngroups;
    }
    return (uint32_t)(*number - 1) * GROUP_CELLS;
}

void genres_count(struct genres *g, const struct recread *in, size_t column, const struct sight *s)
{
    struct slice field = in->field[column];
    if (slice_is_null(field)) {
        g->without++;
        return;
    }
    size_t number = genre_lists_put(&g->lists, in, field);
    const struct genre_list *list = &g->lists.list[number];
    for (size_t i = 0; i < list->n;) {
        uint32_t first = list->genre[i] / GROUP_CELLS * GROUP_CELLS, mask = 0;
        uint32_t cell = group_cell(g, s->day, first);
        for (; i < list->n && list->genre[i] - first < GROUP_CELLS; i++) {
            mask |= UINT32_C(1) << (list->genre[i] - first);
            sums_add(&g->sums[cell + list->genre[i] - first], s);
        }
        if (s->seen)
            viewers_add(&g->viewers, cell, mask, s->user);
    }
}

/* A cell's place in the output. */
struct place {
    struct slice name;
    int32_t day;
    uint32_t cell;
};

static int by_day_and_name(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return slice_compare(x->name, y->name);
}

void genres_write(struct genres *g, struct recwrite *out)
{
    static const char *const keys[] = {"day", "genre"};
    size_t n = 0, ncells = g->ngroups * GROUP_CELLS;
    struct place *places = mem_resize(NULL, ncells + 1, sizeof *places);
    viewers_finish(&g->viewers);
    for (size_t cell = 0; cell < ncells; cell++) {
        const struct genre_group *group = &g->group[cell / GROUP_CELLS];
        if (g->sums[cell].views)
            places[n++] = (struct place){g->lists.name[group->first + cell % GROUP_CELLS],
                                         group->day, (uint32_t)cell};
    }
    qsort(places, n, sizeof *places, by_day_and_name);
    rollup_header(out, "genre_daily", keys, 2);
    for (size_t i = 0; i < n; i++) {
        rollup_day(out, places[i].day);
        recwrite_text(out, places[i].name);
        rollup_sums(out, &g->sums[places[i].cell], g->viewers.count[places[i].cell]);
    }
    free(places);
}
