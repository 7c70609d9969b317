/* norm: from a field to a list of official genres: splits it, looks each label up, puts what is
 * found together again, each genre once, in the order of first appearance.
 */
#include "norm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "table.h"

enum {
    CACHE_MEMORY = 16 * 1024 * 1024, /* then fields are worked out anew each time */
    UNKNOWN_MAX = 10000,             /* different unknown labels; the rest is counted as one */
    SHOWN = 10,                      /* of them in the report */
};

/* The list in the making. A genre is an index in official_genres; from OFFICIAL_COUNT on, an
 * unknown label. */
struct list {
    struct arena *arena;
    uint32_t seen; /* official genres */
    struct slice *items;
    size_t nitems;
    size_t *unknown;
    size_t nunknown;
    struct slice first_unknown;
    size_t room; /* in both arrays */
};

static struct slice trim(struct slice label)
{
    while (label.len && label.ptr[0] == ' ') {
        label.ptr++;
        label.len--;
    }
    while (label.len && label.ptr[label.len - 1] == ' ')
        label.len--;
    /* At the start of a field a `#` is escaped, elsewhere it may be plain. */
    if (label.len > 1 && label.ptr[0] == '\\' && label.ptr[1] == '#') {
        label.ptr++;
        label.len--;
    }
    return label;
}

static bool find(const struct norm *norm, struct slice label, genres *found)
{
    char text[LABEL_MAX];
    label = trim(label);
    if (label.len > LABEL_MAX)
        return false;
    return labels_find(&norm->labels, (struct slice){text, unescape(label, text)}, found);
}

static void add_genres(struct list *list, genres found)
{
    for (; found; found >>= 8) {
        size_t genre = (found & 0xff) - 1;
        if (!(list->seen >> genre & 1))
            list->items[list->nitems++] = slice_of(official_genres[genre].name);
        list->seen |= 1U << genre;
    }
}

/* The index of an unknown label; case and punctuation aside, labels are the same. */
static size_t unknown_index(struct norm *norm, struct slice label)
{
    char text[LABEL_MAX], key[2 * LABEL_MAX];
    struct slice by = {key, 0};
    if (label.len <= LABEL_MAX)
        by.len = label_key((struct slice){text, unescape(label, text)}, key);
    else /* its start has to do, both here and in messages */
        by = label = (struct slice){label.ptr, LABEL_MAX};
    const uint64_t *place = textmap_find(&norm->unknown_keys, by);
    if (place)
        return *place - 1;
    /* The one beyond the last is all others. */
    if (norm->nunknown > UNKNOWN_MAX)
        return UNKNOWN_MAX;
    norm->unknown =
        mem_grow(norm->unknown, &norm->unknown_capacity, norm->nunknown + 1, sizeof *norm->unknown);
    struct slice kept = {"", 0};
    if (norm->nunknown < UNKNOWN_MAX) {
        *textmap_put(&norm->unknown_keys, by, NULL) = norm->nunknown + 1;
        kept = (struct slice){arena_copy(&norm->kept, label), label.len};
    }
    norm->unknown[norm->nunknown] = (struct unknown){kept, 0};
    return norm->nunknown++;
}

static void add_unknown(struct norm *norm, struct list *list, struct slice label)
{
    size_t index = unknown_index(norm, label);
    bool told_apart = index < UNKNOWN_MAX && label.len <= LABEL_MAX;
    for (size_t i = 0; told_apart && i < list->nunknown; i++)
        if (list->unknown[i] == index)
            return;
    if (list->nunknown == 0) {
        struct slice start = {label.ptr, label.len < LABEL_MAX ? label.len : LABEL_MAX};
        list->first_unknown = (struct slice){arena_copy(list->arena, start), start.len};
    }
    list->unknown[list->nunknown++] = index;
    if (!norm->drop_unknown)
        list->items[list->nitems++] = label;
}

static bool is_separator(char c)
{
    return c == ',' || c == ';' || c == '/';
}

/* The next part of LABEL up to a separator; cuts it off. */
static struct slice next_part(struct slice *label)
{
    size_t len = 0;
    while (len < label->len && !is_separator(label->ptr[len]))
        len++;
    struct slice part = {label->ptr, len};
    len += len < label->len;
    *label = (struct slice){label->ptr + len, label->len - len};
    return trim(part);
}

/* A label with commas or slashes that isn't known as a whole is a list if one of its parts is
 * known. */
static void add_label(struct norm *norm, struct list *list, struct slice label)
{
    genres found;
    if (find(norm, label, &found)) {
        add_genres(list, found);
        return;
    }
    bool is_list = false;
    for (struct slice rest = label; rest.len && !is_list;) {
        struct slice part = next_part(&rest);
        is_list = part.len && part.len < label.len && find(norm, part, &found);
    }
    if (!is_list)
        add_unknown(norm, list, label);
    for (struct slice rest = label; is_list && rest.len;) {
        struct slice part = next_part(&rest);
        if (find(norm, part, &found))
            add_genres(list, found);
        else
            add_unknown(norm, list, part);
    }
}

/* Joins the items into a raw field. */
static struct slice join(const struct list *list)
{
    size_t len = 1; /* for the backslash before a `#` */
    for (size_t i = 0; i < list->nitems; i++)
        len += list->items[i].len + 1;
    char *start = arena_take(list->arena, len, 1), *p = start;
    if (list->nitems == 0)
        return SLICE_NULL;
    if (list->items[0].ptr[0] == '#')
        *p++ = '\\';
    for (size_t i = 0; i < list->nitems; i++) {
        if (i)
            *p++ = '|';
        memcpy(p, list->items[i].ptr, list->items[i].len);
        p += list->items[i].len;
    }
    return (struct slice){start, (size_t)(p - start)};
}

static struct result work_out(struct norm *norm, struct slice field, struct arena *arena)
{
    struct list list = {.arena = arena, .room = OFFICIAL_COUNT + 1};
    for (size_t i = 0; i < field.len; i++)
        list.room += field.ptr[i] == '|' || is_separator(field.ptr[i]);
    list.items = mem_resize(NULL, list.room, sizeof *list.items);
    list.unknown = arena_take(arena, list.room * sizeof *list.unknown, sizeof *list.unknown);
    while (field.len) {
        const char *bar = memchr(field.ptr, '|', field.len);
        size_t len = bar ? (size_t)(bar - field.ptr) : field.len;
        struct slice label = trim((struct slice){field.ptr, len});
        if (label.len)
            add_label(norm, &list, label);
        len += bar != NULL;
        field = (struct slice){field.ptr + len, field.len - len};
    }
    struct result result = {join(&list), list.nunknown, list.unknown, list.first_unknown};
    free(list.items);
    return result;
}

const struct result *norm_field(struct norm *norm, struct slice field)
{
    static const struct result null = {.field = {"\\N", 2}};
    if (slice_is_null(field))
        return &null;
    const uint64_t *place = textmap_find(&norm->cache, field);
    if (place)
        return &norm->results[*place - 1];
    size_t memory = textmap_memory(&norm->cache) + norm->kept.memory;
    if (memory > CACHE_MEMORY || field.len > CACHE_MEMORY / 1024) {
        arena_free(&norm->scratch);
        norm->last = work_out(norm, field, &norm->scratch);
        return &norm->last;
    }
    norm->results =
        mem_grow(norm->results, &norm->results_capacity, norm->nresults + 1, sizeof *norm->results);
    norm->results[norm->nresults] = work_out(norm, field, &norm->kept);
    *textmap_put(&norm->cache, field, NULL) = norm->nresults + 1;
    return &norm->results[norm->nresults++];
}

void norm_count(struct norm *norm, const struct result *result)
{
    for (size_t i = 0; i < result->nunknown; i++)
        norm->unknown[result->unknown[i]].records++;
}

static int more_records(const void *a, const void *b)
{
    const struct unknown *x = a, *y = b;
    if (x->records != y->records)
        return x->records < y->records ? 1 : -1;
    size_t len = x->label.len < y->label.len ? x->label.len : y->label.len;
    int order = memcmp(x->label.ptr, y->label.ptr, len);
    return order ? order : (x->label.len > y->label.len) - (x->label.len < y->label.len);
}

void norm_report(const struct norm *norm, const char *column)
{
    size_t n = norm->nunknown < UNKNOWN_MAX ? norm->nunknown : UNKNOWN_MAX;
    uint64_t rest = norm->nunknown > n ? norm->unknown[n].records : 0;
    if (n == 0)
        return;
    struct unknown *sorted = mem_resize(NULL, n, sizeof *sorted);
    memcpy(sorted, norm->unknown, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, more_records);
    char line[2048];
    int len = 0;
    for (size_t i = 0; i < n; i++)
        if (i < SHOWN)
            len += snprintf(line + len, sizeof line - (size_t)len, "%s%s %" PRIu64, i ? ", " : "",
                            diag_quote(sorted[i].label), sorted[i].records);
        else
            rest += sorted[i].records;
    if (rest)
        snprintf(line + len, sizeof line - (size_t)len, ", others %" PRIu64, rest);
    diag_note("%s: unknown labels: %s", column, line);
    free(sorted);
}

void norm_free(struct norm *norm)
{
    labels_free(&norm->labels);
    textmap_free(&norm->cache);
    textmap_free(&norm->unknown_keys);
    free(norm->results);
    free(norm->unknown);
    arena_free(&norm->kept);
    arena_free(&norm->scratch);
}
