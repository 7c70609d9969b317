#include "genrelists.h"

#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "value.h"

void genre_lists_free(struct genre_lists *g)
{
    for (size_t i = 0; i < g->nlists; i++)
        free(g->list[i].genre);
    free(g->list);
    free(g->name);
    textmap_free(&g->names);
    textmap_free(&g->lists);
    arena_free(&g->texts);
    *g = (struct genre_lists){0};
}

uint32_t genre_lists_name(struct genre_lists *g, struct slice raw)
{
    struct slice name = raw;
    if (field_is_escaped(raw)) {
        char *text = arena_take(&g->texts, raw.len, 1);
        name = (struct slice){text, unescape(raw, text)};
    }
    uint64_t *number = textmap_put(&g->names, name, &name);
    if (!*number) {
        g->name = mem_grow(g->name, &g->names_size, g->nnames + 1, sizeof *g->name);
        g->name[g->nnames] = name;
        *number = ++g->nnames;
    }
    return (uint32_t)(*number - 1);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static struct genre_list take_apart(struct genre_lists *g, struct slice field)
{
    struct genre_list list = {0};
    const char *start = field.ptr, *end = field.ptr + field.len;
    size_t size = 0, n = 0;
    while (start <= end) {
        const char *bar = memchr(start, '|', (size_t)(end - start));
        const char *stop = bar ? bar : end;
        list.genre = mem_grow(list.genre, &size, list.n + 1, sizeof *list.genre);
        list.genre[list.n++] = genre_lists_name(g, (struct slice){start, (size_t)(stop - start)});
        start = stop + 1;
    }
    qsort(list.genre, list.n, sizeof *list.genre, by_number);
    for (size_t i = 0; i < list.n; i++)
        if (i == 0 || list.genre[i] != list.genre[i - 1])
            list.genre[n++] = list.genre[i];
    list.n = n;
    return list;
}

size_t genre_lists_put(struct genre_lists *g, const struct recread *in, struct slice field)
{
    uint64_t *known = textmap_find(&g->lists, field);
    if (known)
        return (size_t)*known;
    const char *wrong = value_check(VALUE_LIST, field);
    if (wrong)
        recread_die(in, "genres: %s: %s", wrong, diag_quote(field));
    g->list = mem_grow(g->list, &g->lists_size, g->nlists + 1, sizeof *g->list);
    g->list[g->nlists] = take_apart(g, field);
    *textmap_put(&g->lists, field, NULL) = g->nlists;
    return g->nlists++;
}
