/* lookup: joins columns of a record file onto a stream: to each record, the fields that the file
 * has under its key, NULLs when it has none. The file is held in memory, the stream is not.
 */
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "options.h"
#include "run.h"
#include "table.h"

enum { OPT_INNER = 256, OPT_REPLACE };

static const struct option_spec specs[] = {
    {'k', "key", "COLUMN[=COLUMN]", "the stream's key column, and the file's if it is another"},
    {'a', "add", "COLUMN[:NAME],...", "columns of the file to add, under these names"},
    {OPT_INNER, "inner", NULL, "drop the records that the file has no match for"},
    {OPT_REPLACE, "replace", NULL, "overwrite columns that the stream has already"},
};

struct settings {
    char *file;           /* the lookup file */
    const char *key;      /* the stream's column */
    const char *file_key; /* the file's */
    const char **add;     /* the file's columns */
    const char **names;   /* what they are called in the stream */
    size_t nadd;
    bool inner;
    bool replace;
    const struct standard_options *std;
    char *const *streams;
    size_t nstreams;
};

/* A segment of the stream. */
struct segment {
    size_t key;
    size_t width;      /* fields of a record that is written */
    bool appends;      /* all added columns are new: they follow the line as it is */
    size_t *to;        /* for each added column, its field in the record that is written */
    struct slice *out; /* room for a record's fields */
};

static void open_segment(struct segment *segment, const struct settings *settings,
                         const struct recread *in, struct recwrite *out)
{
    struct header header;
    segment->key = recread_need(in, settings->key);
    segment->appends = true;
    for (size_t i = 0; i < settings->nadd; i++) {
        if (header_find(&in->header, settings->names[i]) == COLUMN_NONE)
            continue;
        if (!settings->replace)
            recread_die(in,
                        "the stream has a column %s already: --replace overwrites it, "
                        "--add COLUMN:NAME gives the new one another name",
                        diag_quote(slice_of(settings->names[i])));
        segment->appends = false;
    }
    header_extend(&header, &in->header, settings->names, settings->nadd);
    for (size_t i = 0; i < settings->nadd; i++)
        segment->to[i] = (size_t)header_find(&header, settings->names[i]);
    segment->width = header.ncolumns;
    segment->out = mem_resize(segment->out, header.ncolumns, sizeof *segment->out);
    recwrite_header(out, &header);
    header_free(&header);
}

/* Writes the record with the joined fields ADDED over and behind its own. */
static void write_fields(const struct segment *segment, const struct settings *settings,
                         const struct recread *in, struct slice added, struct recwrite *out)
{
    memcpy(segment->out, in->field, in->header.ncolumns * sizeof *in->field);
    for (size_t i = 0; i < settings->nadd; i++) {
        const char *tab = memchr(added.ptr, '\t', added.len);
        size_t len = tab ? (size_t)(tab - added.ptr) : added.len;
        segment->out[segment->to[i]] = (struct slice){added.ptr, len};
        if (tab)
            added = (struct slice){tab + 1, added.len - len - 1};
    }
    recwrite_fields(out, segment->out, segment->width);
}

static void write_record(const struct segment *segment, const struct settings *settings,
                         const struct recread *in, struct slice added, struct recwrite *out)
{
    if (in->line.len + added.len >= RECORD_MAX)
        recread_die(in, "the record becomes longer than %d MiB", RECORD_MAX / 1024 / 1024);
    if (segment->appends) {
        out_slice(&out->out, in->line);
        out_char(&out->out, '\t');
        out_slice(&out->out, added);
        recwrite_done(out);
    } else {
        write_fields(segment, settings, in, added, out);
    }
}

/* The fields of a record without a match: a NULL for each column. */
static struct slice make_nulls(size_t n)
{
    char *nulls = mem_resize(NULL, n, 3);
    for (size_t i = 0; i < n; i++)
        memcpy(nulls + 3 * i, "\\N\t", 3);
    return (struct slice){nulls, 3 * n - 1};
}

static void report(const struct table *table, uint64_t read, uint64_t matched)
{
    diag_note("%llu with a match, %llu without", (unsigned long long)matched,
              (unsigned long long)(read - matched));
    if (table->nulls)
        diag_note("records without a key in the lookup file: %llu",
                  (unsigned long long)table->nulls);
    if (table->repeated)
        diag_note("repeated keys in the lookup file: %llu (the last record of each counts)",
                  (unsigned long long)table->repeated);
}

static void work(const struct settings *settings)
{
    struct run run;
    struct recread in;
    struct recwrite out;
    struct table table = {0};
    struct segment segment = {0};
    struct slice nulls = make_nulls(settings->nadd);
    uint64_t matched = 0;
    unsigned flags = settings->std->partial ? RECREAD_PARTIAL : 0;
    segment.to = mem_resize(NULL, settings->nadd, sizeof *segment.to);
    run_begin(&run, settings->std);
    table_read(&table, settings->file, flags, settings->file_key, settings->add, settings->nadd);
    recread_open(&in, settings->streams, settings->nstreams, flags);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
        switch (event) {
        case REC_SEGMENT:
            open_segment(&segment, settings, &in, &out);
            break;
        case REC_DATA: {
            struct slice added = table_find(&table, in.field[segment.key]);
            matched += added.ptr != NULL;
            if (added.ptr || !settings->inner)
                write_record(&segment, settings, &in, added.ptr ? added : nulls, &out);
            else
                run.dropped++;
            if (in.total % 4096 == 0) {
                run.read = in.total;
                run.bytes_in = in.bytes;
                run_progress(&run, 0);
            }
            break;
        }
        case REC_MARK:
            run_pass_mark(&run, &in, &out);
            break;
        default:
            recwrite_end(&out);
        }
    recwrite_close(&out);
    run.read = in.total;
    run.written = out.total;
    run.bytes_in = in.bytes;
    run.bytes_out = out.out.bytes;
    recread_close(&in);
    if (!settings->std->quiet)
        report(&table, run.read, matched);
    run_end(&run);
    table_free(&table);
    free((char *)nulls.ptr);
    free(segment.to);
    free(segment.out);
}

/* Cuts TEXT at the first SEPARATOR: returns what follows it, or TEXT itself when there is none. */
static const char *cut(char *text, char separator)
{
    char *at = strchr(text, separator);
    if (!at)
        return text;
    *at = '\0';
    return at + 1;
}

static void check_name(const char *option, const char *name)
{
    if (!*name || strpbrk(name, "\t\n\r\\"))
        diag_usage("--%s: not a column name: %s", option, diag_quote(slice_of(name)));
}

/* Takes --add's list: COLUMN or COLUMN:NAME, none of the names twice. */
static void parse_add(struct settings *settings, char **list)
{
    settings->add = mem_resize(NULL, settings->nadd, sizeof *settings->add);
    settings->names = mem_resize(NULL, settings->nadd, sizeof *settings->names);
    for (size_t i = 0; i < settings->nadd; i++) {
        settings->names[i] = cut(list[i], ':');
        settings->add[i] = list[i];
        check_name("add", settings->add[i]);
        check_name("add", settings->names[i]);
        for (size_t j = 0; j < i; j++)
            if (strcmp(settings->names[i], settings->names[j]) == 0)
                diag_usage("--add: the same column twice: %s",
                           diag_quote(slice_of(settings->names[i])));
    }
}

/* The lookup file and the stream can't both be standard input. */
static void check_stdin(const struct settings *settings)
{
    bool stream = settings->nstreams == 0;
    for (size_t i = 0; i < settings->nstreams; i++)
        stream |= strcmp(settings->streams[i], "-") == 0;
    if (stream && strcmp(settings->file, "-") == 0)
        diag_usage("standard input can't be both the lookup file and the stream");
}

int main(int argc, char **argv)
{
    struct options o = {
        .usage = "lookup LOOKUPFILE --key COLUMN[=COLUMN] --add COLUMN[:NAME],... [OPTION]... "
                 "[FILE]...",
        .about = "Joins columns of a record file onto a stream.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER,
    };
    struct settings settings = {.std = &o.std};
    char *key = NULL, **add = NULL;

    diag_begin("lookup");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 'k':
            free(key);
            key = mem_text(o.arg, strlen(o.arg));
            break;
        case 'a':
            if (add)
                diag_usage("--add is given twice: name all columns in one, with commas");
            add = option_list("add", o.arg, &settings.nadd);
            break;
        case OPT_INNER:
            settings.inner = true;
            break;
        case OPT_REPLACE:
            settings.replace = true;
            break;
        }
    if (!key)
        diag_usage("--key is missing: which column is looked up?");
    if (!add)
        diag_usage("--add is missing: which columns are added?");
    if (o.noperands == 0)
        diag_usage("the lookup file is missing");
    settings.file_key = cut(key, '=');
    settings.key = key;
    check_name("key", settings.key);
    check_name("key", settings.file_key);
    parse_add(&settings, add);
    settings.file = o.operands[0];
    settings.streams = o.operands + 1;
    settings.nstreams = o.noperands - 1;
    check_stdin(&settings);
    work(&settings);
    free(key);
    option_list_free(add);
    free(settings.add);
    free(settings.names);
    return 0;
}
