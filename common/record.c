#include "record.h"

#include <stdlib.h>

#include "mem.h"

/* Splits header->text at TABs. The text starts with `#TYPE`. */
static void split(struct header *header)
{
    const char *p = header->text + 1, *end = header->text + header->len;
    size_t tabs = 0;
    for (const char *q = p; q < end; q++)
        tabs += *q == '\t';
    header->columns = mem_resize(NULL, tabs, sizeof *header->columns);
    header->ncolumns = tabs;

    const char *tab = memchr(p, '\t', (size_t)(end - p));
    header->type = (struct slice){p, (size_t)((tab ? tab : end) - p)};
    for (size_t i = 0; i < tabs; i++) {
        p = tab + 1;
        tab = memchr(p, '\t', (size_t)(end - p));
        header->columns[i] = (struct slice){p, (size_t)((tab ? tab : end) - p)};
    }
}

static bool type_is_sound(struct slice type)
{
    if (type.len == 0 || type.ptr[0] < 'a' || type.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < type.len; i++) {
        char c = type.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return !slice_is(type, "mark") && !slice_is(type, "end");
}

const char *header_parse(struct header *header, struct slice line)
{
    struct header made = {.text = mem_text(line.ptr, line.len), .len = line.len};
    const char *wrong = NULL;
    split(&made);
    if (!type_is_sound(made.type))
        wrong = "not a record type";
    else if (made.ncolumns == 0)
        wrong = "a header without columns";
    for (size_t i = 0; !wrong && i < made.ncolumns; i++) {
        if (made.columns[i].len == 0)
            wrong = "a header with an empty column name";
        else if (slice_is_null(made.columns[i]))
            wrong = "a header with \\N for a column name";
        else if ((size_t)header_find_slice(&made, made.columns[i]) != i)
            wrong = "a header with the same column twice";
    }
    if (wrong) {
        header_free(&made);
        return wrong;
    }
    *header = made;
    return NULL;
}

/* Makes HEADER of START (`#TYPE`, or a whole header line) and the columns appended to it. */
static void join(struct header *header, struct slice start, const struct slice *columns,
                 size_t ncolumns)
{
    size_t len = start.len;
    for (size_t i = 0; i < ncolumns; i++)
        len += 1 + columns[i].len;
    char *text = mem_resize(NULL, len + 1, 1), *p = text;
    memcpy(p, start.ptr, start.len);
    p += start.len;
    for (size_t i = 0; i < ncolumns; i++) {
        *p++ = '\t';
        memcpy(p, columns[i].ptr, columns[i].len);
        p += columns[i].len;
    }
    *p = '\0';
    *header = (struct header){.text = text, .len = len};
    split(header);
}

void header_make(struct header *header, const char *type, const char *const *columns,
                 size_t ncolumns)
{
    size_t len = strlen(type) + 1;
    char *start = mem_resize(NULL, len + 1, 1);
    start[0] = '#';
    memcpy(start + 1, type, len);
    struct slice *names = mem_resize(NULL, ncolumns, sizeof *names);
    for (size_t i = 0; i < ncolumns; i++)
        names[i] = slice_of(columns[i]);
    join(header, (struct slice){start, len}, names, ncolumns);
    free(names);
    free(start);
}

void header_copy(struct header *to, const struct header *from)
{
    join(to, (struct slice){from->text, from->len}, NULL, 0);
}

void header_extend(struct header *to, const struct header *from, const char *const *add,
                   size_t nadd)
{
    struct slice *names = mem_resize(NULL, nadd, sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < nadd; i++)
        if (header_find(from, add[i]) == COLUMN_NONE)
            names[n++] = slice_of(add[i]);
    join(to, (struct slice){from->text, from->len}, names, n);
    free(names);
}

void header_free(struct header *header)
{
    free(header->text);
    free(header->columns);
    *header = (struct header){0};
}

int header_find_slice(const struct header *header, struct slice name)
{
    for (size_t i = 0; i < header->ncolumns; i++)
        if (slice_equal(header->columns[i], name))
            return (int)i;
    return COLUMN_NONE;
}

int header_find(const struct header *header, const char *name)
{
    return header_find_slice(header, slice_of(name));
}

bool header_equal(const struct header *a, const struct header *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}
