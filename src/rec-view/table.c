/* table: records as a table with aligned columns.
 * The widths are those of the first records; the rest streams by, so that memory is bounded. Where
 * the terminal is too narrow, the widest columns give way. */
#include <stdlib.h>

#include "arena.h"
#include "cell.h"
#include "diag.h"
#include "mem.h"
#include "personal.h"
#include "value.h"
#include "view.h"

enum {
    HELD_RECORDS = 1000,
    HELD_BYTES = 4 * 1024 * 1024,
    GAP = 2,    /* spaces between columns */
    NARROW = 8, /* text isn't cut to less */
    BAR_MIN = 10,
    BAR_MAX = 40,
};

struct column {
    bool number;
    bool whole; /* a number, a time, a date: only the column's name may be cut */
    bool guess; /* the schema doesn't say; the records held do */
    bool seen;  /* a value that isn't NULL */
    size_t width;
    size_t narrowest;
    size_t widest; /* value, without the name */
};

struct table {
    const struct view_options *options;
    struct out *out;
    const struct shown *shown;
    struct header header;
    struct column *columns;
    struct slice *fields; /* of a held record */
    bool another;         /* there was a table before */
    bool open;
    bool settled;
    struct arena arena;
    struct slice *held;
    size_t nheld, held_room;
    struct cell cell;
    int bar_column; /* in the segment, or COLUMN_NONE */
    double bar_most;
    size_t bar_width;
    size_t pending; /* spaces that are written when something follows them */
};

struct table *table_new(const struct view_options *options, struct out *out)
{
    struct table *t = mem_zeroed(sizeof *t);
    t->options = options;
    t->out = out;
    return t;
}

static bool is_number(enum value_kind kind)
{
    return kind == VALUE_INT || kind == VALUE_DECIMAL || kind == VALUE_RATING;
}

static bool is_text(enum value_kind kind)
{
    return kind == VALUE_TEXT || kind == VALUE_LIST;
}

bool table_goes_on(const struct table *t, const struct recread *in)
{
    return t->open && header_equal(&t->header, &in->header);
}

void table_begin(struct table *t, const struct shown *shown, const struct recread *in)
{
    t->open = true;
    t->shown = shown;
    header_copy(&t->header, &in->header);
    t->columns = mem_zeroed((shown->n + 1) * sizeof *t->columns);
    t->fields = mem_resize(NULL, in->header.ncolumns, sizeof *t->fields);
    t->nheld = 0;
    t->settled = false;
    t->bar_column = t->options->bars ? (int)recread_need(in, t->options->bars) : COLUMN_NONE;
    t->bar_most = 0;
    for (size_t i = 0; i < shown->n; i++) {
        struct column *c = &t->columns[i];
        c->guess = !shown->columns[i];
        c->number = c->guess || is_number(shown->columns[i]->kind);
        c->whole = !c->guess && !is_text(shown->columns[i]->kind);
        cell_set(&t->cell, in->header.columns[shown->at[i]]);
        c->width = t->cell.width;
    }
}

/* The number that a bar stands for; 0 for NULL. */
static bool bar_value(struct slice field, double *value)
{
    int64_t number;
    *value = 0;
    if (slice_is_null(field))
        return true;
    if (value_int(field, &number))
        *value = (double)number;
    else if (value_decimal(field, &number))
        *value = (double)number / 1e6;
    else
        return false;
    return true;
}

static void measure(struct table *t, const struct slice *fields)
{
    for (size_t i = 0; i < t->shown->n; i++) {
        struct column *c = &t->columns[i];
        struct slice field = fields[t->shown->at[i]];
        int64_t number;
        if (!slice_is_null(field)) {
            c->seen = true;
            if (c->guess && c->number && !value_int(field, &number) &&
                !value_decimal(field, &number))
                c->number = false;
        }
        cell_set(&t->cell, field);
        if (t->cell.width > c->width)
            c->width = t->cell.width;
        if (t->cell.width > c->widest)
            c->widest = t->cell.width;
    }
}

static void put_text(struct table *t, struct slice text)
{
    for (; t->pending; t->pending--)
        out_char(t->out, ' ');
    out_slice(t->out, text);
}

/* Writes a field in the terminal's STYLE, or a column's name. */
static void put_cell(struct table *t, size_t i, struct slice field, const char *style, bool name)
{
    const struct column *c = &t->columns[i];
    cell_set(&t->cell, field);
    if (t->options->width && (name || !c->whole))
        cell_cut(&t->cell, c->width, t->options->utf8 ? "…" : "~");
    size_t space = t->cell.width < c->width ? c->width - t->cell.width : 0;
    bool styled = t->options->colour && *style && t->cell.text.len;
    if (c->number)
        t->pending += space;
    if (t->cell.text.len)
        put_text(t, slice_of(styled ? style : ""));
    out_slice(t->out, t->cell.text);
    if (styled)
        out_text(t->out, "\033[0m");
    if (!c->number)
        t->pending += space;
    t->pending += GAP;
}

static void put_bar(struct table *t, double value)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (value <= 0 || t->bar_most <= 0)
        return;
    double part = value < t->bar_most ? value / t->bar_most : 1;
    size_t units = (size_t)(part * (double)t->bar_width * 8 + 0.5);
    if (!t->options->utf8)
        units = (units + 4) / 8 * 8;
    if (units == 0)
        return;
    put_text(t, slice_of(""));
    for (size_t i = 0; i < units / 8; i++)
        out_text(t->out, t->options->utf8 ? "█" : "#");
    out_text(t->out, eighths[units % 8]);
}

static void put_record(struct table *t, const struct slice *fields)
{
    for (size_t i = 0; i < t->shown->n; i++) {
        struct slice field = fields[t->shown->at[i]];
        put_cell(t, i, field, slice_is_null(field) ? "\033[2m" : "", false);
    }
    if (t->bar_column != COLUMN_NONE) {
        double value;
        bar_value(fields[t->bar_column], &value);
        put_bar(t, value);
    }
    t->pending = 0;
    out_char(t->out, '\n');
}

/* Lets the widest columns give way until the table fits, or none can. */
static void fit(struct table *t)
{
    size_t total = t->bar_column != COLUMN_NONE ? BAR_MIN : 0;
    for (size_t i = 0; i < t->shown->n; i++)
        total += t->columns[i].width + (i || t->bar_column != COLUMN_NONE ? GAP : 0);
    while (t->options->width && total > t->options->width) {
        struct column *widest = NULL;
        for (size_t i = 0; i < t->shown->n; i++) {
            struct column *c = &t->columns[i];
            if (c->width > c->narrowest && (!widest || c->width > widest->width))
                widest = c;
        }
        if (!widest)
            break;
        widest->width--;
        total--;
    }
    t->bar_width = BAR_MAX;
    if (t->options->width) {
        size_t left = t->options->width > total ? t->options->width - total : 0;
        t->bar_width = BAR_MIN + left < BAR_MAX ? BAR_MIN + left : BAR_MAX;
    }
}

void table_settle(struct table *t)
{
    for (size_t i = 0; i < t->shown->n; i++) {
        struct column *c = &t->columns[i];
        if (c->guess && !c->seen)
            c->number = false;
        c->whole |= c->number;
        size_t least = c->whole ? c->widest : NARROW;
        c->narrowest = c->width < least ? c->width : least ? least : 1;
    }
    fit(t);
    t->settled = true;
    if (t->another)
        out_char(t->out, '\n');
    t->another = true;
    for (size_t i = 0; i < t->shown->n; i++)
        put_cell(t, i, t->header.columns[t->shown->at[i]], "\033[1m", true);
    t->pending = 0;
    out_char(t->out, '\n');
    for (size_t i = 0; i < t->nheld; i++) {
        const char *p = t->held[i].ptr;
        const char *end = p + t->held[i].len;
        for (size_t f = 0; f < t->header.ncolumns; f++) {
            const char *tab = memchr(p, '\t', (size_t)(end - p));
            const char *stop = tab ? tab : end;
            t->fields[f] = (struct slice){p, (size_t)(stop - p)};
            p = stop + 1;
        }
        put_record(t, t->fields);
    }
    t->nheld = 0;
    arena_free(&t->arena);
}

void table_add(struct table *t, const struct recread *in)
{
    double value = 0;
    if (t->bar_column != COLUMN_NONE && !bar_value(in->field[t->bar_column], &value))
        recread_die(in, "%s: not a number: %s", t->options->bars,
                    quote_field(&in->header, (size_t)t->bar_column, in->field[t->bar_column]));
    if (t->settled) {
        put_record(t, in->field);
        return;
    }
    if (value > t->bar_most)
        t->bar_most = value;
    measure(t, in->field);
    t->held = mem_grow(t->held, &t->held_room, t->nheld + 1, sizeof *t->held);
    t->held[t->nheld++] = (struct slice){arena_copy(&t->arena, in->line), in->line.len};
    if (t->nheld == HELD_RECORDS || t->arena.memory > HELD_BYTES)
        table_settle(t);
}

bool table_holds(const struct table *t)
{
    return t->nheld > 0;
}

void table_end(struct table *t)
{
    if (!t->open)
        return;
    if (!t->settled)
        table_settle(t);
    header_free(&t->header);
    free(t->columns);
    free(t->fields);
    t->open = false;
}

void table_free(struct table *t)
{
    free(t->held);
    cell_free(&t->cell);
    free(t);
}
