/* json: records as JSON objects (RFC 8259), one a line.
 * Columns that the schema knows have its types: numbers, true and false, arrays for lists. All else
 * is text, since 007 is no number. Integers may be longer than JavaScript's. */
#include <stdio.h>

#include "diag.h"
#include "personal.h"
#include "view.h"

static void write_string(struct out *out, struct slice text)
{
    out_char(out, '"');
    const char *run = text.ptr;
    const char *end = text.ptr + text.len;
    for (const char *p = text.ptr; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        out_bytes(out, run, (size_t)(p - run));
        run = p + 1;
        if (c == '\\' && p + 1 < end) {
            /* An escape of the stream: JSON has the same ones, but for \#. */
            p++;
            run = p + 1;
            if (*p != '#')
                out_char(out, '\\');
            out_char(out, *p);
        } else if (c == '"') {
            out_text(out, "\\\"");
        } else {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", c);
            out_text(out, escape);
        }
    }
    out_bytes(out, run, (size_t)(end - run));
    out_char(out, '"');
}

static void write_list(struct out *out, struct slice list)
{
    out_char(out, '[');
    const char *end = list.ptr + list.len;
    for (const char *p = list.ptr;;) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        const char *stop = bar ? bar : end;
        write_string(out, (struct slice){p, (size_t)(stop - p)});
        if (!bar)
            break;
        out_char(out, ',');
        p = bar + 1;
    }
    out_char(out, ']');
}

static void write_value(struct out *out, const struct schema_column *column, struct slice field)
{
    if (slice_is_null(field)) {
        out_text(out, "null");
        return;
    }
    switch (column ? column->kind : VALUE_TEXT) {
    case VALUE_INT:
    case VALUE_DECIMAL:
    case VALUE_RATING:
        out_slice(out, field);
        break;
    case VALUE_BOOL:
        out_text(out, field.ptr[0] == 't' ? "true" : "false");
        break;
    case VALUE_LIST:
        write_list(out, field);
        break;
    case VALUE_TIME:
    case VALUE_DATE:
    case VALUE_DECADE:
    case VALUE_TEXT:
        write_string(out, field);
        break;
    }
}

void json_write(const struct shown *shown, const struct recread *in, struct out *out)
{
    for (size_t i = 0; i < shown->n; i++) {
        const struct schema_column *column = shown->columns[i];
        struct slice field = in->field[shown->at[i]];
        /* A number is copied as it stands, so it has to be one. */
        const char *wrong =
            column && column->kind != VALUE_TEXT ? value_check(column->kind, field) : NULL;
        if (wrong)
            recread_die(in, "%s: %s: %s", column->name, wrong,
                        quote_field(&in->header, shown->at[i], field));
        out_char(out, i ? ',' : '{');
        write_string(out, in->header.columns[shown->at[i]]);
        out_char(out, ':');
        write_value(out, column, field);
    }
    out_text(out, "}\n");
}
