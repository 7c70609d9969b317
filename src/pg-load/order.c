#include "order.h"

#include <stdlib.h>

#include "mem.h"
#include "value.h"

void order_open(struct order *o, const struct segment *segment, const struct header *header)
{
    const struct schema_type *type = segment->type;
    *o = (struct order){.keys = mem_zeroed(type->ncolumns * sizeof *o->keys)};
    for (size_t i = 0; i < type->ncolumns; i++)
        if (type->columns[i].key)
            o->keys[o->nkeys++] =
                (struct order_key){.column = (size_t)header_find(header, type->columns[i].name),
                                   .integer = type->columns[i].kind == VALUE_INT};
    order_restart(o);
}

void order_restart(struct order *o)
{
    o->first = true;
    o->ascending = true;
}

/* Keeps FIELD in place of what the key was; returns how the two compare. */
static int replace(struct order_key *key, struct slice field)
{
    if (key->integer) {
        int64_t was = key->number;
        value_int(field, &key->number);
        return (key->number > was) - (key->number < was);
    }
    int order = slice_compare(field, (struct slice){key->text, key->len});
    if (order != 0) {
        if (field.len > key->size)
            key->text = mem_grow(key->text, &key->size, field.len, 1);
        memcpy(key->text, field.ptr, field.len);
        key->len = field.len;
    }
    return order;
}

void order_see(struct order *o, const struct recread *in)
{
    int order = 0;
    if (!o->ascending)
        return;
    for (size_t i = 0; i < o->nkeys; i++) {
        struct slice field = in->field[o->keys[i].column];
        if (slice_is_null(field)) {
            o->ascending = false;
            return;
        }
        int one = replace(&o->keys[i], field);
        order = order ? order : one;
    }
    o->ascending = o->first || order > 0;
    o->first = false;
}

void order_close(struct order *o)
{
    for (size_t i = 0; i < o->nkeys; i++)
        free(o->keys[i].text);
    free(o->keys);
    *o = (struct order){0};
}
