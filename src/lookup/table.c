/* table: the lookup file in memory. A key costs 21 to 43 bytes in its map, and the fields 4 bytes
 * more than they take in the file.
 */
#include "table.h"

#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "recread.h"
#include "value.h"

/* A `#` is escaped in a line's first field and may stand plain in another, so that the same text
 * has two forms. The key of the maps is the plain one. */
static struct slice text_key(struct slice field)
{
    if (field.len > 1 && field.ptr[0] == '\\' && field.ptr[1] == '#')
        return (struct slice){field.ptr + 1, field.len - 1};
    return field;
}

/* The place of KEY's fields, made if need be. */
static uint64_t *place_of(struct table *table, struct slice key)
{
    int64_t id;
    if (value_int(key, &id))
        return intmap_put(&table->ints, id);
    return textmap_put(&table->texts, text_key(key), NULL);
}

/* Copies the fields AT behind their length and returns where. */
static uint64_t keep(struct table *table, const struct recread *in, const size_t *at)
{
    size_t len = table->nadd - 1;
    for (size_t i = 0; i < table->nadd; i++)
        len += in->field[at[i]].len;
    if (len > RECORD_MAX)
        recread_die(in, "the columns to add are over %d MiB", RECORD_MAX / 1024 / 1024);
    uint32_t *start = arena_take(&table->fields, sizeof *start + len, sizeof *start);
    *start = (uint32_t)len;
    char *p = (char *)(start + 1);
    for (size_t i = 0; i < table->nadd; i++) {
        if (i)
            *p++ = '\t';
        memcpy(p, in->field[at[i]].ptr, in->field[at[i]].len);
        p += in->field[at[i]].len;
    }
    return (uintptr_t)start;
}

static void read_record(struct table *table, const struct recread *in, size_t key, const size_t *at)
{
    if (slice_is_null(in->field[key])) {
        table->nulls++;
        return;
    }
    uint64_t *place = place_of(table, in->field[key]);
    table->repeated += *place != 0;
    *place = keep(table, in, at);
}

void table_read(struct table *table, char *path, unsigned flags, const char *key,
                const char *const *add, size_t nadd)
{
    struct recread in;
    size_t key_at = 0, *at = mem_resize(NULL, nadd, sizeof *at);
    table->nadd = nadd;
    recread_open(&in, &path, 1, flags);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event == REC_SEGMENT) {
            key_at = recread_need(&in, key);
            for (size_t i = 0; i < nadd; i++)
                at[i] = recread_need(&in, add[i]);
        } else if (event == REC_DATA) {
            read_record(table, &in, key_at, at);
        }
    }
    recread_close(&in);
    free(at);
}

struct slice table_find(const struct table *table, struct slice key)
{
    int64_t id;
    const uint64_t *place;
    if (value_int(key, &id))
        place = intmap_find(&table->ints, id);
    else if (slice_is_null(key))
        place = NULL;
    else
        place = textmap_find(&table->texts, text_key(key));
    if (!place)
        return (struct slice){NULL, 0};
    const uint32_t *start = (const uint32_t *)(uintptr_t)*place;
    return (struct slice){(const char *)(start + 1), *start};
}

void table_free(struct table *table)
{
    intmap_free(&table->ints);
    textmap_free(&table->texts);
    arena_free(&table->fields);
}
