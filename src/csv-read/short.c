#include "short.h"

#include "quick.h"
#include "scan.h"

enum { BLOCK = SPLIT_BLOCK, MOST_FIELDS = 16 };

/* A column of the output: its kind, and the field of the row. */
struct column {
    unsigned char kind, field;
};

bool short_possible(const struct plan *plan, const struct settings *settings)
{
    uint64_t used = 0;
    /* Of a single field, an empty line would be a row. */
    if (plan->nfields < 2 || plan->nfields > MOST_FIELDS || plan->nfields != plan->ncolumns)
        return false;
    for (size_t i = 0; i < plan->ncolumns; i++) {
        const struct plan_column *column = &plan->columns[i];
        if (column->how != PLAN_VALUE || column->source < 0 ||
            (column->kind != VALUE_INT && column->kind != VALUE_RATING &&
             (column->kind != VALUE_TIME || settings->time_format)))
            return false;
        used |= (uint64_t)1 << column->source;
    }
    return used == ((uint64_t)1 << plan->nfields) - 1;
}

/* A row whose fields have been found. */
struct row {
    const char *bytes;
    struct {
        unsigned from, len;
    } field[MOST_FIELDS];
    size_t end; /* of the row */
    uint64_t quotes;
    uint64_t others; /* bytes that are neither digits nor ends of fields, nor quotes around one */
};

/* The classes of the 64 bytes from the row's first one on. */
struct window {
    uint64_t ends, lines, digits, quotes;
};

static inline struct window window_at(const struct block *block, size_t shift)
{
    return (struct window){scan_window(block[0].ends, block[1].ends, shift),
                           scan_window(block[0].lines, block[1].lines, shift),
                           scan_window(block[0].digits, block[1].digits, shift),
                           scan_window(block[0].quote, block[1].quote, shift)};
}

/* Finds the N fields of a row. False: it isn't of N fields, or longer. */
static inline bool find_fields(struct row *row, const struct window *w, size_t n)
{
    const uint64_t last = (uint64_t)1 << (BLOCK - 1); /* stands for a field's end where none is */
    const uint64_t lines = w->lines & ~last, line_end = lines & (0 - lines);
    const uint64_t upto = line_end | (line_end - 1);
    uint64_t ends = w->ends & upto;
    unsigned from = 0;
    row->quotes = upto & w->quotes;
    row->others = upto & ~ends & ~w->digits;
#pragma GCC unroll MOST_FIELDS
    for (size_t i = 0; i < n; i++) {
        unsigned end = (unsigned)__builtin_ctzll(ends | last);
        row->field[i].from = from;
        row->field[i].len = end - from;
        from = end + 1;
        ends &= ends - 1;
    }
    row->end = from - 1;
    return line_end >> row->end & 1;
}

/* Takes the quotes off the fields that have them. False: there are others. */
static inline bool take_quotes_off(struct row *row, size_t n)
{
    uint64_t around = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned from = row->field[i].from, len = row->field[i].len;
        if (!(row->quotes >> from & 1))
            continue;
        if (len < 2)
            return false;
        around |= (uint64_t)1 << from | (uint64_t)1 << (from + len - 1);
        row->field[i].from++;
        row->field[i].len -= 2;
    }
    row->others &= ~around;
    return row->quotes == around;
}

/* Writes the N columns of ROW at P, each value followed by a TAB. Returns what is behind it, or
 * NULL when a field isn't a short value after all: fields are copied before that is known. Less
 * than 128 bytes, and another eight for each field, are touched. */
static inline char *write_row(char *p, const struct convert *c, const struct column *column,
                              const struct row *row, size_t n)
{
    uint64_t known = 0; /* bytes of fields that are more than digits */
    bool sound = true;
#pragma GCC unroll MOST_FIELDS
    for (size_t i = 0; i < n; i++) {
        unsigned from = row->field[column[i].field].from;
        struct slice text = {row->bytes + from, row->field[column[i].field].len}, value = text;
        switch (column[i].kind) {
        case VALUE_INT:
            sound &= text.len - 1 < (*text.ptr == '0' ? 1 : 16);
            memcpy(p, text.ptr, 16);
            break;
        case VALUE_TIME:
            sound &= is_canonical_time(c, text);
            known |= (((uint64_t)1 << 20) - 1) << from;
            memcpy(p, text.ptr, 20);
            break;
        default:
            sound &= short_rating(c, text, &value);
            known |= (((uint64_t)1 << text.len) - 1) << from;
            memcpy(p, value.ptr, 8);
            break;
        }
        p += value.len;
        *p++ = '\t';
    }
    return sound && !(row->others & ~known) ? p : NULL;
}

/* short_rows for rows of N fields. */
static inline uint64_t rows_of(struct emit *e, struct split *s, const size_t n)
{
    struct out *out = &e->out->out;
    struct column column[MOST_FIELDS];
    const char *const buffer = s->buffer;
    size_t start = s->start;
    uint64_t rows = 0;
    for (size_t i = 0; i < n; i++)
        column[i] = (struct column){(unsigned char)e->plan->columns[i].kind,
                                    (unsigned char)e->plan->columns[i].source};
    while (start + BLOCK <= s->end) {
        /* The second block matters, and has then been scanned, unless the row begins with the first
         * one. */
        struct window window = window_at(&s->blocks[start / BLOCK], start % BLOCK);
        struct row row;
        row.bytes = buffer + start;
        if (!find_fields(&row, &window, n) || (row.quotes && !take_quotes_off(&row, n)))
            break;
        if (2 * BLOCK + 8 * n > IO_BLOCK - out->len)
            out_flush(out);
        char *p = write_row(out->buffer + out->len, &e->convert, column, &row, n);
        if (!p)
            break;
        p[-1] = '\n';
        out->len = (size_t)(p - out->buffer);
        start += row.end + 1;
        if (buffer[start - 1] == '\r' && start < s->end && buffer[start] == '\n')
            start++;
        rows++;
    }
    if (rows) {
        s->after_cr = buffer[start - 1] == '\r';
        s->start = start;
        s->line += rows;
        e->run->read += rows;
        e->out->records += rows;
    }
    return rows;
}

uint64_t short_rows(struct emit *e, struct split *s)
{
    const size_t n = e->plan->nfields;
    if (!e->short_possible || s->mode != SPLIT_AUTO || s->skipping)
        return 0;
    /* A fifth of the time goes when the loops of a watch's five columns are unrolled. */
    return n == 5 ? rows_of(e, s, 5) : rows_of(e, s, n);
}
