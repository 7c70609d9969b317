/* plan: matches header names to the columns of a type, or takes them as they are. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "aliases.h"
#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "personal.h"

enum { NAME_MAX_LEN = 200, LISTED = 60 };

struct file {
    const struct settings *settings;
    const struct slice *names;
    size_t n;
    bool *claimed; /* by --map: not for automatic matching */
    char *wrong;   /* the first thing that doesn't fit, or NULL */
};

/* Lower case, letters, digits and bytes above 0x7f only. */
static struct slice normal(struct slice name, char buffer[NAME_MAX_LEN])
{
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < NAME_MAX_LEN; i++) {
        char c = name.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c < 0)
            buffer[len++] = c;
    }
    return (struct slice){buffer, len};
}

/* True when the normal form of NAME is COLUMN's own name, or (ALIAS) one of its other names. */
static bool matches(const struct file *f, const char *column, struct slice name, bool alias)
{
    char a[NAME_MAX_LEN], b[NAME_MAX_LEN + 2];
    struct slice given = normal(name, b + 1);
    if (!alias)
        return slice_equal(normal(slice_of(column), a), given);
    if (given.len == 0 || given.len >= NAME_MAX_LEN)
        return false;
    b[0] = ' ';
    b[given.len + 1] = ' ';
    const char *names = aliases_of(f->settings->type, column);
    return memmem(names, strlen(names), b, given.len + 2) != NULL;
}

/* Where a header is missing, the first row of a list of users would stand in the message instead.
 */
static bool may_be_shown(const struct file *f)
{
    const struct schema_type *type = f->settings->type;
    if (!type || strcmp(type->name, "user") != 0)
        return true;
    for (size_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < type->ncolumns; k++)
            if (matches(f, type->columns[k].name, f->names[i], false) ||
                matches(f, type->columns[k].name, f->names[i], true))
                return true;
    return false;
}

/* Writes the header's names for a message. */
static void list_names(FILE *to, const struct file *f)
{
    if (f->settings->no_header) {
        fprintf(to, "the file has %zu columns", f->n);
        return;
    }
    if (!may_be_shown(f)) {
        fprintf(to, "none of the first row's %zu fields names a column: is it a header?", f->n);
        return;
    }
    fprintf(to, "the header has ");
    for (size_t i = 0; i < f->n && i < LISTED; i++)
        fprintf(to, "%s%s", i ? ", " : "",
                quote_unless_personal(slice_of("header"), slice_of(""), f->names[i]));
    if (f->n > LISTED)
        fprintf(to, " and %zu more", f->n - LISTED);
    if (f->n == 1 && f->names[0].len)
        for (const char *p = ";\t|,"; *p; p++)
            if (*p != f->settings->delimiter && memchr(f->names[0].ptr, *p, f->names[0].len)) {
                fprintf(to, " (is --delimiter '%s' meant?)", *p == '\t' ? "\\t" : (char[]){*p, 0});
                break;
            }
}

static void complain(struct file *f, const char *what)
{
    size_t len;
    if (f->wrong)
        return;
    FILE *to = mem_stream(&f->wrong, &len);
    fprintf(to, "%s; ", what);
    list_names(to, f);
    mem_stream_end(to);
}

/* The column of the header that --map names: by its text, by #N, or by its text, case and
 * punctuation aside. */
static int find_mapped(struct file *f, const struct map_option *map)
{
    char a[NAME_MAX_LEN], b[NAME_MAX_LEN], message[512];
    struct slice wanted = map->header;
    int found = PLAN_NONE, count = 0;
    if (!f->settings->no_header) {
        for (size_t i = 0; i < f->n; i++)
            if (slice_equal(f->names[i], wanted))
                found = (int)i, count++;
        if (count == 1)
            return found;
    }
    if (count == 0 && wanted.len > 1 && wanted.len < 8 && wanted.ptr[0] == '#') {
        char *end;
        unsigned long number = strtoul(wanted.ptr + 1, &end, 10);
        if (end == wanted.ptr + wanted.len && number >= 1 && number <= f->n)
            return (int)number - 1;
    }
    if (count == 0 && !f->settings->no_header)
        for (size_t i = 0; i < f->n; i++)
            if (slice_equal(normal(f->names[i], a), normal(wanted, b)) && normal(wanted, b).len)
                found = (int)i, count++;
    if (count == 1)
        return found;
    snprintf(message, sizeof message, "--map %.*s: %s %s", (int)map->column.len, map->column.ptr,
             count ? "several columns are called" : "no column is called", diag_quote(wanted));
    complain(f, message);
    return PLAN_NONE;
}

static const struct map_option *map_of(const struct settings *settings, struct slice column)
{
    for (size_t i = 0; i < settings->nmaps; i++)
        if (slice_equal(settings->maps[i].column, column))
            return &settings->maps[i];
    return NULL;
}

static int find_column(struct file *f, const char *column)
{
    const struct map_option *map = map_of(f->settings, slice_of(column));
    if (map)
        return map->header.len ? find_mapped(f, map) : PLAN_NONE;
    for (int alias = 0; alias < 2; alias++) {
        int found = PLAN_NONE;
        for (size_t i = 0; i < f->n; i++) {
            if (f->claimed[i] || !matches(f, column, f->names[i], alias))
                continue;
            if (found != PLAN_NONE) {
                char message[512];
                snprintf(message, sizeof message,
                         "%s could be column %d or column %zu: say which with --map %s=HEADER or "
                         "--map %s=#NUMBER",
                         column, found + 1, i + 1, column, column);
                complain(f, message);
            }
            found = (int)i;
        }
        if (found != PLAN_NONE)
            return found;
    }
    return PLAN_NONE;
}

static bool is_hashed(const struct settings *settings, const char *column)
{
    for (size_t i = 0; i < settings->nhashed; i++)
        if (strcmp(settings->hashed[i], column) == 0)
            return true;
    return false;
}

static void add_column(struct plan *plan, struct slice name, enum value_kind kind,
                       enum plan_how how, int source)
{
    plan->columns = mem_resize(plan->columns, plan->ncolumns + 1, sizeof *plan->columns);
    plan->columns[plan->ncolumns++] = (struct plan_column){
        .name = mem_text(name.ptr, name.len), .kind = kind, .how = how, .source = source};
}

/* ONE message for all that is missing: what was looked for, and what there is. */
static void complain_missing(struct file *f, const struct plan *plan)
{
    const struct schema_type *type = f->settings->type;
    char *text;
    size_t len;
    FILE *to = mem_stream(&text, &len);
    const char *separator = "no column for ";
    for (size_t i = 0; i < type->ncolumns; i++) {
        const struct schema_column *column = &type->columns[i];
        bool there = !column->required;
        for (size_t k = 0; k < plan->ncolumns; k++)
            there |= strcmp(plan->columns[k].name, column->name) == 0;
        if (there)
            continue;
        fprintf(to, "%s%s (looked for %s", separator, column->name, column->name);
        for (const char *p = aliases_of(type, column->name); *p && p[1];
             p += strcspn(p + 1, " ") + 1)
            fprintf(to, ", %.*s", (int)strcspn(p + 1, " "), p + 1);
        fprintf(to,
                strcmp(column->name, "session_id") == 0 ? "; or use --derive session_id)" : ")");
        separator = ", ";
    }
    fprintf(to, ": name it with --map COLUMN=HEADER");
    mem_stream_end(to);
    complain(f, text);
    free(text);
}

static void plan_type(struct plan *plan, struct file *f)
{
    const struct settings *settings = f->settings;
    const struct schema_type *type = settings->type;
    bool missing = false, by_place = settings->no_header && settings->nmaps == 0;
    if (by_place && f->n > type->ncolumns) {
        char message[128];
        snprintf(message, sizeof message, "type %s has only %zu columns: use --map COLUMN=#NUMBER",
                 type->name, type->ncolumns);
        complain(f, message);
        return;
    }
    for (size_t i = 0; i < settings->nmaps; i++) {
        int mapped = settings->maps[i].header.len ? find_mapped(f, &settings->maps[i]) : PLAN_NONE;
        if (mapped != PLAN_NONE)
            f->claimed[mapped] = true;
    }
    for (size_t i = 0; i < type->ncolumns; i++) {
        const struct schema_column *column = &type->columns[i];
        int source = by_place ? (i < f->n ? (int)i : PLAN_NONE) : find_column(f, column->name);
        bool derived = settings->derive_session && strcmp(column->name, "session_id") == 0;
        enum plan_how how = derived                             ? PLAN_DERIVE
                            : is_hashed(settings, column->name) ? PLAN_HASH
                                                                : PLAN_VALUE;
        if (source != PLAN_NONE || derived)
            add_column(plan, slice_of(column->name), column->kind, how, source);
        else
            missing |= column->required;
    }
    if (missing)
        complain_missing(f, plan);
}

static void plan_table(struct plan *plan, struct file *f)
{
    for (size_t i = 0; i < f->n; i++) {
        char number[32];
        struct slice name = f->names[i];
        if (f->settings->no_header || name.len == 0)
            name =
                (struct slice){number, (size_t)snprintf(number, sizeof number, "column%zu", i + 1)};
        for (size_t k = 0; k < f->settings->nmaps; k++)
            if (f->settings->maps[k].header.len && find_mapped(f, &f->settings->maps[k]) == (int)i)
                name = f->settings->maps[k].column;
        char *text = mem_text(name.ptr, name.len);
        enum plan_how how = is_hashed(f->settings, text) ? PLAN_HASH : PLAN_VALUE;
        add_column(plan, name, VALUE_TEXT, how, (int)i);
        free(text);
    }
}

static int column_index(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->ncolumns; i++)
        if (strcmp(plan->columns[i].name, name) == 0)
            return (int)i;
    return PLAN_NONE;
}

static void make_header(struct plan *plan, struct file *f)
{
    const char *type = f->settings->type ? f->settings->type->name : "table";
    char **names = mem_resize(NULL, plan->ncolumns + 1, sizeof *names);
    for (size_t i = 0; i < plan->ncolumns; i++) {
        if (column_index(plan, plan->columns[i].name) != (int)i) {
            char message[512];
            snprintf(message, sizeof message,
                     "two columns are called %s: rename one with --map NAME=#%d",
                     diag_quote(slice_of(plan->columns[i].name)), plan->columns[i].source + 1);
            complain(f, message);
        }
        struct out escaped = {.fd = -1, .buffer = mem_resize(NULL, IO_BLOCK, 1)};
        escape_write(&escaped, slice_of(plan->columns[i].name));
        names[i] = mem_text(escaped.buffer, escaped.len);
        free(escaped.buffer);
    }
    header_make(&plan->header, type, (const char *const *)names, plan->ncolumns);
    for (size_t i = 0; i < plan->ncolumns; i++)
        free(names[i]);
    free(names);
}

char *plan_make(struct plan *plan, const struct settings *settings, const struct slice *names,
                size_t nnames)
{
    *plan = (struct plan){.nfields = nnames};
    struct file f = {settings, names, nnames, mem_zeroed(nnames + 1), NULL};
    if (settings->type)
        plan_type(plan, &f);
    else
        plan_table(plan, &f);
    for (size_t i = 0; i < settings->nhashed; i++)
        if (!settings->type && column_index(plan, settings->hashed[i]) == PLAN_NONE) {
            char message[512];
            snprintf(message, sizeof message, "--hash-id: no column is called %s",
                     diag_quote(slice_of(settings->hashed[i])));
            complain(&f, message);
        }
    if (settings->origin)
        add_column(plan, slice_of("_origin"), VALUE_TEXT, PLAN_ORIGIN, PLAN_NONE);
    plan->user = column_index(plan, "user_id");
    plan->movie = column_index(plan, "movie_id");
    plan->time = column_index(plan, "watch_timestamp");
    make_header(plan, &f);
    free(f.claimed);
    return f.wrong;
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->ncolumns; i++)
        free(plan->columns[i].name);
    free(plan->columns);
    header_free(&plan->header);
    *plan = (struct plan){0};
}
