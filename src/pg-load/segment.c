#include "segment.h"

#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "personal.h"
#include "pg.h"

static void find_merge(struct segment *s, const struct recread *in)
{
    struct slice type = in->header.type;
    char name[64];
    s->type = schema_find(type);
    if (s->type && type.len < sizeof name) {
        memcpy(name, type.ptr, type.len);
        name[type.len] = '\0';
        s->merge_path = pg_sql_path("load", name);
        s->merge = pg_sql_text(s->merge_path);
    }
    if (!s->merge)
        recread_die(in, "%.*s records can't be loaded: %s", (int)type.len, type.ptr,
                    s->type ? "there is no merge for them in sql/load" : "unknown type");
}

/* A merge may say that columns stay out of the database altogether: a line `-- not loaded: a, b`.
 */
static bool merge_ignores(const struct segment *s, const char *column)
{
    static const char label[] = "-- not loaded: ";
    const char *at = strstr(s->merge, label);
    if (!at)
        return false;
    at += strlen(label);
    size_t len = strlen(column), end = strcspn(at, "\n");
    for (const char *p = at; (p = strstr(p, column)) != NULL && p + len <= at + end; p += len)
        if ((p[len] == ',' || p[len] == '\n' || p[len] == '\0') && (p == at || p[-1] == ' '))
            return true;
    return false;
}

static void plan_column(struct segment *s, const struct recread *in, size_t i)
{
    struct slice name = in->header.columns[i];
    if (slice_is(name, "_origin")) {
        s->origin = (int)i;
        s->staged[i] = true;
    } else if (name.ptr[0] != '_') {
        s->column[i] = schema_column(s->type, name);
        if (!s->column[i])
            recread_die(in, "%s records have no column %s", s->type->name, diag_quote(name));
        s->staged[i] = !merge_ignores(s, s->column[i]->name);
    }
}

void segment_begin(struct segment *s, const struct recread *in)
{
    *s = (struct segment){.ncolumns = in->header.ncolumns, .origin = COLUMN_NONE};
    find_merge(s, in);
    s->always = strstr(s->merge, "\n-- also without records\n") != NULL;
    s->column = mem_zeroed(s->ncolumns * sizeof *s->column);
    s->staged = mem_zeroed(s->ncolumns * sizeof *s->staged);
    for (size_t i = 0; i < s->ncolumns; i++) {
        plan_column(s, in, i);
        s->nstaged += s->staged[i];
    }
    for (size_t i = 0; i < s->type->ncolumns; i++)
        if (s->type->columns[i].key)
            recread_need(in, s->type->columns[i].name);
    s->whole_lines = s->nstaged == s->ncolumns;
}

void segment_check(const struct segment *s, const struct recread *in)
{
    for (size_t i = 0; i < s->ncolumns; i++) {
        const struct schema_column *column = s->column[i];
        const char *wrong = column ? value_check(column->kind, in->field[i]) : NULL;
        if (wrong)
            recread_die(in, "%s: %s: %s", column->name, wrong,
                        quote_field(&in->header, i, in->field[i]));
    }
}

void segment_free(struct segment *s)
{
    free(s->merge_path);
    free(s->merge);
    free(s->column);
    free(s->staged);
    *s = (struct segment){0};
}
