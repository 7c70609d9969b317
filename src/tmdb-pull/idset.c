#include "idset.h"

#include <stdlib.h>

#include "mem.h"

void idlist_add(struct idlist *list, int64_t id)
{
    list->ids = mem_grow(list->ids, &list->room, list->count + 1, sizeof *list->ids);
    list->ids[list->count++] = id;
}

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void idlist_sort(struct idlist *list)
{
    if (list->count)
        qsort(list->ids, list->count, sizeof *list->ids, by_value);
}

void idlist_free(struct idlist *list)
{
    free(list->ids);
    *list = (struct idlist){0};
}

void idset_minus(const struct idset *set, const struct idset *without, struct idlist *list)
{
    size_t at = 0;
    int64_t key;
    uint64_t word;
    while (intmap_each(&set->words, &at, &key, &word)) {
        const uint64_t *other = intmap_find(&without->words, key);
        for (uint64_t left = other ? word & ~*other : word; left; left &= left - 1)
            idlist_add(list, key * 64 + __builtin_ctzll(left));
    }
    idlist_sort(list);
}

void idset_free(struct idset *set)
{
    intmap_free(&set->words);
    set->count = 0;
}
