/* rec-view: shows records to a person: as a table that fits the terminal, with a bar chart if
 * wanted, or as JSON. The first records decide how wide the columns are; everything after them
 * streams. */
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cell.h"
#include "diag.h"
#include "mem.h"
#include "options.h"
#include "run.h"
#include "view.h"

enum { OPT_WIDTH = 256, PATIENCE = 200 /* milliseconds */ };

static const struct option_spec specs[] = {
    {'c', "columns", "COLUMN,...", "show these columns, in this order"},
    {'n', "top", "N", "show the first N records of each segment"},
    {'b', "bars", "COLUMN", "draw a bar for the number in COLUMN"},
    {'j', "json", NULL, "write a JSON object a record"},
    {OPT_WIDTH, "width", "N", "fit into N columns; 0: as wide as need be"},
};

void shown_find(struct shown *shown, const struct view_options *o, const struct recread *in)
{
    const struct schema_type *type = schema_find(in->header.type);
    shown->n = o->columns ? o->ncolumns : in->header.ncolumns;
    shown->at = mem_resize(NULL, shown->n, sizeof *shown->at);
    shown->columns = mem_resize(NULL, shown->n, sizeof(struct schema_column *));
    for (size_t i = 0; i < shown->n; i++) {
        shown->at[i] = o->columns ? recread_need(in, o->columns[i]) : i;
        shown->columns[i] = type ? schema_column(type, in->header.columns[shown->at[i]]) : NULL;
    }
}

void shown_free(struct shown *shown)
{
    free(shown->at);
    free(shown->columns);
    *shown = (struct shown){0};
}

/* Nothing has come for a while: a person at a terminal would rather see what there is. */
static bool input_pauses(const struct recread *in, bool from_stdin)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    return from_stdin && !recread_ready(in) && poll(&fd, 1, PATIENCE) == 0;
}

/* Returns the number of marks. */
static uint64_t view(const struct view_options *o, struct recread *in, bool from_stdin,
                     struct out *out, struct run *run)
{
    struct shown shown = {0};
    struct table *table = o->json ? NULL : table_new(o, out);
    uint64_t marks = 0;
    for (;;) {
        if (table && table_holds(table) && input_pauses(in, from_stdin))
            table_settle(table);
        enum rec_event event = recread_next(in);
        if (event == REC_EOF)
            break;
        switch (event) {
        case REC_SEGMENT:
            if (table && table_goes_on(table, in))
                break;
            if (table)
                table_end(table);
            shown_free(&shown);
            shown_find(&shown, o, in);
            if (table)
                table_begin(table, &shown, in);
            break;
        case REC_DATA:
            if (in->records > o->top) {
                run->dropped++;
            } else if (table) {
                table_add(table, in);
            } else {
                json_write(&shown, in, out);
            }
            run->read = in->total;
            run->bytes_in = in->bytes;
            run_progress(run, 0);
            break;
        case REC_MARK:
            marks++;
            break;
        case REC_END:
        case REC_EOF:
            break;
        }
    }
    if (table) {
        table_end(table);
        table_free(table);
    }
    shown_free(&shown);
    return marks;
}

/* How wide the terminal is; 0 when standard output is none. */
static size_t terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    if (!isatty(STDOUT_FILENO))
        return 0;
    if (columns) {
        char *end;
        long n = strtol(columns, &end, 10);
        if (*columns && !*end && n > 0 && n < 10000)
            return (size_t)n;
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

static bool terminal_has_colour(void)
{
    const char *term = getenv("TERM");
    const char *no_color = getenv("NO_COLOR"); /* no-color.org: any text but the empty one */
    return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0 && !(no_color && *no_color);
}

/* A table may show a column twice, an object may not. */
static void refuse_repeated(const struct view_options *v)
{
    for (size_t i = 0; v->columns && i < v->ncolumns; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(v->columns[i], v->columns[k]) == 0)
                diag_usage("--columns: this one comes twice: %s",
                           diag_quote(slice_of(v->columns[i])));
}

int main(int argc, char **argv)
{
    diag_begin("rec-view");
    struct view_options v = {.top = UINT64_MAX, .width = terminal_width()};
    struct options o = {.usage = "rec-view [OPTION]... [FILE]...",
                        .about = "Shows records as a table that fits the terminal, or as JSON.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_FILTER};
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 'c':
            option_list_free(v.columns);
            v.columns = option_list("columns", o.arg, &v.ncolumns);
            break;
        case 'n':
            v.top = (uint64_t)option_int("top", o.arg, 0, INT64_MAX);
            break;
        case 'b':
            v.bars = o.arg;
            break;
        case 'j':
            v.json = true;
            break;
        case OPT_WIDTH:
            v.width = (size_t)option_int("width", o.arg, 0, 100000);
            break;
        }
    if (v.json && v.bars)
        diag_usage("--bars are for tables: JSON has none");
    if (v.json)
        refuse_repeated(&v);
    v.utf8 = cell_begin();
    v.colour = terminal_has_colour();
    bool from_stdin = o.noperands == 0 || (o.noperands == 1 && strcmp(o.operands[0], "-") == 0);
    struct run run;
    struct recread in;
    struct out out;
    run_begin(&run, &o.std);
    recread_open(&in, o.operands, o.noperands, o.std.partial ? RECREAD_PARTIAL : 0);
    out_open(&out, STDOUT_FILENO, "stdout");
    uint64_t marks = view(&v, &in, from_stdin, &out, &run);
    out_close(&out);
    run.read = in.total;
    run.written = run.read - run.dropped;
    run.bytes_in = in.bytes;
    run.bytes_out = out.bytes;
    recread_close(&in);
    option_list_free(v.columns);
    if (marks && !o.std.quiet)
        diag_note("%llu marks aren't shown", (unsigned long long)marks);
    run_end(&run);
    return 0;
}
