#include "columns.h"

#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "schema.h"

void columns_add(struct columns *c, const char *name, bool removed)
{
    if (!*name || strpbrk(name, "\t\n\r\\"))
        diag_usage("not a column name: %s", diag_quote(slice_of(name)));
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->list[i].name, name) == 0)
            diag_usage("the same column twice: %s", diag_quote(slice_of(name)));
    c->list = mem_resize(c->list, c->n + 1, sizeof *c->list);
    c->list[c->n++] = (struct masked){.name = name, .removed = removed, .at = COLUMN_NONE};
}

/* A reject carries the whole row in `raw`: to mask anything else in it would be a pretence. */
static void check_reject(const struct columns *c, const struct recread *in)
{
    if (c->n == 0 || !slice_is(in->header.type, "reject") ||
        header_find(&in->header, "raw") == COLUMN_NONE)
        return;
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->list[i].name, "raw") == 0)
            return;
    recread_die(in, "the raw row of a reject has all in clear: remove or mask raw and raw_header");
}

static void find(struct masked *m, const struct recread *in, const struct schema_type *type)
{
    const struct schema_column *known = type ? schema_column(type, slice_of(m->name)) : NULL;
    m->at = header_find(&in->header, m->name);
    if (m->at == COLUMN_NONE && !known)
        recread_need(in, m->name);
    if (m->removed && known && known->required)
        recread_die(in, "%s: %.*s records can't do without it", m->name, (int)in->header.type.len,
                    in->header.type.ptr);
    m->is_id = known && known->kind == VALUE_INT;
    if (!m->removed && known && known->kind != VALUE_INT && known->kind != VALUE_TEXT)
        recread_die(in, "%s: a %s can't have a pseudonym, only be removed", m->name,
                    value_kind_name(known->kind));
}

void columns_find(struct columns *c, const struct recread *in)
{
    const struct schema_type *type = schema_find(in->header.type);
    for (size_t i = 0; i < c->n; i++)
        find(&c->list[i], in, type);
    check_reject(c, in);
}

static struct slice pseudonym_of_id(struct columns *c, struct masked *m, const struct recread *in,
                                    struct slice field)
{
    int64_t id;
    unsigned char hash[KEYED_SIZE];
    if (!value_int(field, &id))
        recread_die(in, "%s: not an integer", m->name);
    uint64_t *known = intmap_put(&m->ids, id);
    if (!*known) {
        key_pseudonym(c->key, slice_of(m->name), field, hash);
        *known = (uint64_t)keyed_id(hash);
    }
    _Static_assert(PSEUDONYM_TEXT >= 20, "the digits of an id fit");
    char text[VALUE_MAX];
    size_t len = value_write_int(text, (int64_t)*known);
    memcpy(m->text, text, len);
    return (struct slice){m->text, len};
}

static struct slice pseudonym_of_text(struct columns *c, struct masked *m, struct slice field)
{
    unsigned char hash[KEYED_SIZE];
    c->plain = mem_grow(c->plain, &c->plain_size, field.len + 1, 1);
    struct slice plain = {c->plain, unescape(field, c->plain)};
    key_pseudonym(c->key, slice_of(m->name), plain, hash);
    write_hex(m->text, hash, sizeof m->text / 2);
    return (struct slice){m->text, sizeof m->text};
}

void columns_mask(struct columns *c, const struct recread *in, struct slice *fields)
{
    for (size_t i = 0; i < c->n; i++) {
        struct masked *m = &c->list[i];
        if (m->at == COLUMN_NONE || slice_is_null(fields[m->at]))
            continue;
        if (m->removed)
            fields[m->at] = SLICE_NULL;
        else if (m->is_id)
            fields[m->at] = pseudonym_of_id(c, m, in, fields[m->at]);
        else
            fields[m->at] = pseudonym_of_text(c, m, fields[m->at]);
    }
}

void columns_free(struct columns *c)
{
    for (size_t i = 0; i < c->n; i++)
        intmap_free(&c->list[i].ids);
    free(c->list);
    free(c->plain);
}
