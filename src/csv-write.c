/* csv-write: writes a record stream as CSV (RFC 4180), for spreadsheets and other people's
 * programs. Escapes become the bytes that they stand for, NULL becomes an empty field, and segments
 * of the same columns become one file. Marks end here. */
#include <stdlib.h>
#include <unistd.h>

#include "csvout.h"
#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "options.h"
#include "recread.h"
#include "run.h"
#include "value.h"

enum { OPT_NULL = 256, OPT_CRLF, OPT_NO_HEADER, OPT_BOM, OPT_SAFE };

static const struct option_spec specs[] = {
    {'d', "delimiter", "CHAR", "separate fields by CHAR, or `tab' (default: a comma)"},
    {OPT_NULL, "null", "TEXT", "write a missing value as TEXT (default: nothing)"},
    {OPT_NO_HEADER, "no-header", NULL, "don't write the line of column names"},
    {OPT_CRLF, "crlf", NULL, "end lines with CR LF"},
    {OPT_BOM, "bom", NULL, "begin with a byte order mark, for spreadsheets that need it"},
    {OPT_SAFE, "safe", NULL, "put a ' before text that a spreadsheet would compute"},
};

struct csv_options {
    char delimiter;
    struct slice null;
    bool header;
    bool crlf;
    bool bom;
    bool safe;
};

struct writer {
    const struct csv_options *options;
    struct out out;
    struct header header; /* of the first segment; type.len is 0 before it */
    bool plain[256];      /* bytes that a line may have to be written as it is */
    bool lines_may_be_plain;
    char *text; /* an unescaped field */
    size_t text_room;
};

/* A spreadsheet takes text that begins so for a formula. Numbers begin so, too, and are harmless.
 */
static bool is_formula(struct slice text)
{
    int64_t number;
    return text.len && strchr("=+-@\t\r", text.ptr[0]) && !value_int(text, &number) &&
           !value_decimal(text, &number);
}

static void write_field(struct writer *w, struct slice field, bool alone)
{
    const struct csv_options *o = w->options;
    if (slice_is_null(field)) {
        /* A blank line would be no row, so a NULL that is alone in its row is quoted. */
        if (alone && o->null.len == 0)
            csvout_quoted(&w->out, o->null);
        else
            csvout_field(&w->out, o->null, o->delimiter);
        return;
    }
    struct slice text = field;
    bool guard = false;
    if (field_is_escaped(field) || o->safe) {
        w->text = mem_grow(w->text, &w->text_room, field.len + 1, 1);
        w->text[0] = '\'';
        text = (struct slice){w->text + 1, unescape(field, w->text + 1)};
        guard = o->safe && is_formula(text);
        if (guard)
            text = (struct slice){w->text, text.len + 1};
    }
    /* Quotes tell a value from a missing one that would look the same. */
    if (guard || slice_equal(text, o->null))
        csvout_quoted(&w->out, text);
    else
        csvout_field(&w->out, text, o->delimiter);
}

static void write_line(struct writer *w, const struct slice *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            out_char(&w->out, w->options->delimiter);
        write_field(w, fields[i], n == 1);
    }
    if (w->options->crlf)
        out_char(&w->out, '\r');
    out_char(&w->out, '\n');
}

/* Copies a line whose fields need nothing, delimiters put in the place of TABs. False, and nothing
 * is written, when a field needs more. Most lines of numbers go this way. */
static bool write_plain(struct writer *w, struct slice line)
{
    if (line.len > IO_BLOCK / 2)
        return false;
    if (w->out.len + line.len + 2 > IO_BLOCK)
        out_flush(&w->out);
    char *to = w->out.buffer + w->out.len;
    char before = '\t';
    for (const char *p = line.ptr, *end = p + line.len; p < end; p++) {
        if (w->plain[(unsigned char)*p]) {
            *to++ = *p;
        } else if (*p == '\t' && before != '\t') {
            *to++ = w->options->delimiter;
        } else if (*p == '\\' && p[1] == 'N') {
            p++; /* NULL is nothing here */
        } else {
            return false;
        }
        before = *p;
    }
    if (before == '\t')
        return false;
    w->out.len = (size_t)(to - w->out.buffer);
    if (w->options->crlf)
        out_char(&w->out, '\r');
    out_char(&w->out, '\n');
    return true;
}

static bool same_columns(const struct header *a, const struct header *b)
{
    if (a->ncolumns != b->ncolumns)
        return false;
    for (size_t i = 0; i < a->ncolumns; i++)
        if (!slice_equal(a->columns[i], b->columns[i]))
            return false;
    return true;
}

static void begin_segment(struct writer *w, const struct recread *in)
{
    if (w->header.type.len) {
        if (!same_columns(&w->header, &in->header))
            recread_die(in, "a segment of other columns, which doesn't fit into the same file: %s",
                        diag_quote((struct slice){in->header.text, in->header.len}));
        return;
    }
    header_copy(&w->header, &in->header);
    /* A row of one field has a case of its own: the blank line. */
    w->lines_may_be_plain =
        in->header.ncolumns > 1 && w->options->null.len == 0 && !w->options->safe;
    if (w->options->header)
        write_line(w, in->header.columns, in->header.ncolumns);
}

static void write_csv(struct writer *w, struct recread *in, struct run *run)
{
    for (enum rec_event event; (event = recread_next(in)) != REC_EOF;) {
        if (event == REC_SEGMENT) {
            begin_segment(w, in);
        } else if (event == REC_DATA) {
            if (!w->lines_may_be_plain || !write_plain(w, in->line))
                write_line(w, in->field, in->header.ncolumns);
            run->bytes_in = in->bytes;
            run->read = in->total;
            run_progress(run, 0);
        }
    }
}

static char delimiter_option(const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    if (strlen(text) != 1 || strchr("\"\r\n ", *text) || (unsigned char)*text >= 0x7f)
        diag_usage("--delimiter: not one ASCII character, or one that can't be: %s",
                   diag_quote(slice_of(text)));
    return *text;
}

int main(int argc, char **argv)
{
    diag_begin("csv-write");
    struct csv_options csv = {.delimiter = ',', .null = slice_of(""), .header = true};
    struct options o = {.usage = "csv-write [OPTION]... [FILE]...",
                        .about = "Writes a record stream as CSV.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_FILTER};
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 'd':
            csv.delimiter = delimiter_option(o.arg);
            break;
        case OPT_NULL:
            csv.null = slice_of(o.arg);
            break;
        case OPT_CRLF:
            csv.crlf = true;
            break;
        case OPT_NO_HEADER:
            csv.header = false;
            break;
        case OPT_BOM:
            csv.bom = true;
            break;
        case OPT_SAFE:
            csv.safe = true;
            break;
        }
    struct run run;
    struct recread in;
    struct writer w = {.options = &csv};
    for (int c = 0; c < 256; c++)
        w.plain[c] = !strchr("\t\\\" ", c) && c != csv.delimiter;
    run_begin(&run, &o.std);
    recread_open(&in, o.operands, o.noperands, o.std.partial ? RECREAD_PARTIAL : 0);
    out_open(&w.out, STDOUT_FILENO, "stdout");
    if (csv.bom)
        out_text(&w.out, "\xef\xbb\xbf");
    write_csv(&w, &in, &run);
    out_close(&w.out);
    run.read = run.written = in.total;
    run.bytes_in = in.bytes;
    run.bytes_out = w.out.bytes;
    recread_close(&in);
    header_free(&w.header);
    free(w.text);
    run_end(&run);
    return 0;
}
