/* genre-norm: makes the labels of a column TMDB's official movie genres: spellings, synonyms,
 * numbers and other languages' names. The rest of the record is passed on as it is.
 */
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "norm.h"
#include "options.h"
#include "run.h"
#include "schema.h"
#include "table.h"

enum { OPT_COLUMN = 256, OPT_MAP, OPT_UNKNOWN, OPT_LIST_GENRES, OPT_LIST_LABELS };

static const struct option_spec specs[] = {
    {OPT_COLUMN, "column", "NAME", "the column with the labels (default genres)"},
    {OPT_MAP, "map", "FILE", "further labels, from a record file"},
    {OPT_UNKNOWN, "unknown", "keep|reject|drop", "what becomes of unknown labels (default keep)"},
    {OPT_LIST_GENRES, "list-genres", NULL, "write the official genres as records and exit"},
    {OPT_LIST_LABELS, "list-labels", NULL, "write the labels that are known as records and exit"},
};

enum unknown_policy { UNKNOWN_KEEP, UNKNOWN_REJECT, UNKNOWN_DROP };

struct settings {
    const char *column;
    enum unknown_policy unknown;
    const struct standard_options *std;
    char *const *files;
    size_t nfiles;
};

static void write_record(const struct recread *in, size_t at, struct slice genres_field,
                         struct recwrite *out)
{
    struct slice old = in->field[at];
    const char *behind = old.ptr + old.len;
    out_bytes(&out->out, in->line.ptr, (size_t)(old.ptr - in->line.ptr));
    out_slice(&out->out, genres_field);
    out_bytes(&out->out, behind, (size_t)(in->line.ptr + in->line.len - behind));
    recwrite_done(out);
}

static void take_record(const struct settings *settings, struct norm *norm,
                        const struct recread *in, size_t at, struct run *run, struct recwrite *out)
{
    const struct result *result = norm_field(norm, in->field[at]);
    norm_count(norm, result);
    if (result->nunknown && settings->unknown == UNKNOWN_REJECT)
        run_reject_record(run, in, "unknown-genre", "%s: not a genre: %s", settings->column,
                          diag_quote(result->first_unknown));
    else
        write_record(in, at, result->field, out);
}

/* The column with the labels. A segment of a type that knows the column may do without it, as the
 * tombstones of films do: then there is nothing to normalise, and COLUMN_NONE. */
static int find_column(const struct settings *settings, const struct recread *in)
{
    const struct schema_type *type = schema_find(in->header.type);
    int at = header_find(&in->header, settings->column);
    if (at == COLUMN_NONE && type && schema_column(type, slice_of(settings->column)))
        return COLUMN_NONE;
    return (int)recread_need(in, settings->column);
}

static void work(const struct settings *settings, struct norm *norm)
{
    struct run run;
    struct recread in;
    struct recwrite out;
    int at = COLUMN_NONE;
    norm->drop_unknown = settings->unknown == UNKNOWN_DROP;
    run_begin(&run, settings->std);
    recread_open(&in, settings->files, settings->nfiles,
                 settings->std->partial ? RECREAD_PARTIAL : 0);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        run.read = in.total;
        switch (event) {
        case REC_SEGMENT:
            at = find_column(settings, &in);
            recwrite_header(&out, &in.header);
            break;
        case REC_DATA:
            if (at == COLUMN_NONE)
                recwrite_line(&out, in.line);
            else
                take_record(settings, norm, &in, (size_t)at, &run, &out);
            if (in.total % 4096 == 0) {
                run.bytes_in = in.bytes;
                run_progress(&run, 0);
            }
            break;
        case REC_MARK:
            run_pass_mark(&run, &in, &out);
            break;
        default:
            run_end_segment(&run, &out);
        }
    }
    recwrite_close(&out);
    run.written = out.total;
    run.bytes_in = in.bytes;
    run.bytes_out = out.out.bytes;
    recread_close(&in);
    if (!settings->std->quiet)
        norm_report(norm, settings->column);
    run_end(&run);
}

static void list_genres(void)
{
    static const char *const columns[] = {"id", "name"};
    struct recwrite out;
    struct header header;
    header_make(&header, "genre", columns, 2);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    recwrite_header(&out, &header);
    for (size_t i = 0; i < OFFICIAL_COUNT; i++) {
        recwrite_int(&out, official_genres[i].id);
        recwrite_text(&out, slice_of(official_genres[i].name));
        recwrite_done(&out);
    }
    recwrite_end(&out);
    recwrite_close(&out);
    header_free(&header);
}

/* In the form that --map reads. */
static void list_labels(void)
{
    static const char *const columns[] = {"label", "genre"};
    struct recwrite out;
    struct header header;
    header_make(&header, "table", columns, 2);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    recwrite_header(&out, &header);
    for (const struct synonyms *row = synonyms; row->genres; row++) {
        struct slice key = {row->keys, 0};
        while (keys_next(&key)) {
            recwrite_text(&out, key);
            recwrite_text(&out, slice_of(row->genres));
            recwrite_done(&out);
        }
    }
    recwrite_end(&out);
    recwrite_close(&out);
    header_free(&header);
}

static enum unknown_policy parse_unknown(const char *text)
{
    static const char *const names[] = {"keep", "reject", "drop"};
    for (int policy = UNKNOWN_KEEP; policy <= UNKNOWN_DROP; policy++)
        if (strcmp(text, names[policy]) == 0)
            return (enum unknown_policy)policy;
    diag_usage("--unknown: not keep, reject or drop: %s", diag_quote(slice_of(text)));
}

/* Reads the --map files in their order. Only one reader can have standard input. */
static void read_maps(struct labels *labels, char **maps, size_t nmaps,
                      const struct settings *settings)
{
    bool stdin_used = settings->nfiles == 0;
    for (size_t i = 0; i < settings->nfiles; i++)
        stdin_used |= strcmp(settings->files[i], "-") == 0;
    for (size_t i = 0; i < nmaps; i++) {
        if (strcmp(maps[i], "-") == 0) {
            if (stdin_used)
                diag_usage("--map: standard input is read already");
            stdin_used = true;
        }
        labels_read(labels, maps[i], settings->std->partial ? RECREAD_PARTIAL : 0);
    }
}

int main(int argc, char **argv)
{
    struct options o = {
        .usage = "genre-norm [OPTION]... [FILE]...",
        .about = "Makes genre labels TMDB's official movie genres.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER | STD_REJECTS,
    };
    struct settings settings = {.column = "genres", .std = &o.std};
    struct norm norm = {0};
    void (*list)(void) = NULL;
    char **maps = mem_zeroed((size_t)argc * sizeof *maps);
    size_t nmaps = 0;

    diag_begin("genre-norm");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_COLUMN:
            settings.column = o.arg;
            break;
        case OPT_MAP:
            maps[nmaps++] = (char *)o.arg;
            break;
        case OPT_UNKNOWN:
            settings.unknown = parse_unknown(o.arg);
            break;
        case OPT_LIST_GENRES:
            list = list_genres;
            break;
        case OPT_LIST_LABELS:
            list = list_labels;
            break;
        }
    settings.files = o.operands;
    settings.nfiles = o.noperands;
    if (list) {
        if (o.noperands)
            diag_usage("--list-genres and --list-labels read no file: %s",
                       diag_quote(slice_of(o.operands[0])));
        list();
    } else {
        labels_begin(&norm.labels);
        read_maps(&norm.labels, maps, nmaps, &settings);
        work(&settings, &norm);
    }
    norm_free(&norm);
    free(maps);
    return 0;
}
