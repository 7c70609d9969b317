#include "list.h"

#include <stdlib.h>

#include "mem.h"

const char *const by_names[BYS] = {"movie", "genre", "all"};

void list_open(struct list *l, enum by by, uint64_t memory)
{
    *l = (struct list){.by = by};
    viewers_open(&l->viewers, by == BY_GENRE ? VIEWERS_DENSE : VIEWERS_SPARSE, memory);
    if (by == BY_ALL)
        list_new(l)->name = slice_of(by_names[by]);
}

void list_close(struct list *l)
{
    viewers_close(&l->viewers);
    free(l->items);
}

struct item *list_new(struct list *l)
{
    l->items = mem_grow(l->items, &l->items_size, l->nitems + 1, sizeof *l->items);
    l->items[l->nitems] = (struct item){0};
    viewers_room(&l->viewers, (size_t)list_cell(l, l->nitems, CURRENT) + 1);
    return &l->items[l->nitems++];
}

uint64_t list_viewers(const struct list *l, size_t item, int window)
{
    return l->no_viewers ? 0 : l->viewers.count[list_cell(l, item, window)];
}

bool list_has(const struct list *l, size_t item, int window)
{
    const int64_t *views = l->items[item].sums.views;
    return views[window] || (l->by == BY_ALL && window == CURRENT && views[PREVIOUS]);
}
