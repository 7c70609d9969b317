/* csv-read: reads CSV files and writes them as records of a type, values made canonical. Rows that
 * can't be read or whose values can't be are rejects with file and line. split cuts records, plan
 * matches the header, convert makes values, emit writes; input gunzips and decodes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "emit.h"
#include "escape.h"
#include "input.h"
#include "mem.h"
#include "zone.h"

enum { HEADER_MAX = 64 * 1024, CHUNK = 256 };

enum {
    OPT_NO_HEADER = 256,
    OPT_ENCODING,
    OPT_TZ,
    OPT_TIME_FORMAT,
    OPT_DATE_FORMAT,
    OPT_RATING_SCALE,
    OPT_HASH_ID,
    OPT_HASH_KEY,
    OPT_DERIVE,
    OPT_ORIGIN,
    OPT_SCAN,
};

static const struct option_spec specs[] = {
    {'t', "type", "TYPE", "watch (default), movie, user, …, or table"},
    {'m', "map", "COLUMN=HEADER", "take COLUMN from HEADER (#N: the Nth; empty: from none)"},
    {OPT_NO_HEADER, "no-header", NULL, "the first row is data: columns in the type's order"},
    {'d', "delimiter", "C", "a byte other than the comma between fields (\\t: TAB)"},
    {OPT_ENCODING, "encoding", "NAME", "the files' encoding, as iconv calls it (UTF-8)"},
    {OPT_TZ, "tz", "ZONE", "zone of times that name none (UTC)"},
    {OPT_TIME_FORMAT, "time-format", "FORMAT", "times are in this strptime(3) format"},
    {OPT_DATE_FORMAT, "date-format", "FORMAT", "dates are in this strptime(3) format"},
    {OPT_RATING_SCALE, "rating-scale", "N", "ratings go from 0 to N (10)"},
    {OPT_HASH_ID, "hash-id", "COLUMN,...", "make ids of the text in COLUMN by a keyed hash"},
    {OPT_HASH_KEY, "hash-key", "FILE", "the key for --hash-id (REELPIPE_ID_KEY_FILE)"},
    {OPT_DERIVE, "derive", "session_id", "make the missing ids from user, film and time"},
    {OPT_ORIGIN, "origin", NULL, "add the column _origin, file:line"},
    {OPT_SCAN, "scan", "auto|libcsv", "how records are found; the result is the same (auto)"},
};

struct job {
    const struct settings *settings;
    struct run run;
    struct recwrite out;
    struct emit emit;
    struct split split;
    struct plan plan;     /* of the open segment's last file */
    struct header header; /* of the open segment */
    char *raw_header;
    uint64_t total;      /* bytes in all files, 0 when unknown */
    uint64_t bytes_done; /* of the files before this one */
    size_t headers;      /* files that had one */
};

/* A file that has a header starts: opens its segment unless the open one has the same columns. */
static void begin_records(struct job *job, const char *name)
{
    const struct settings *settings = job->settings;
    const struct split_record *first = &job->split.record;
    char place[4096];
    snprintf(place, sizeof place, "%s:%llu", name, (unsigned long long)first->line);
    /* Both a header and, without one, the first row say how many fields there are. */
    if (first->fault == SPLIT_BAD_QUOTE || first->fault == SPLIT_UNTERMINATED)
        diag_die(STATUS_FAILED, "%s: the %s's quotes don't match", place,
                 settings->no_header ? "first row" : "header");
    if (first->fault == SPLIT_TOO_LONG || (!settings->no_header && first->raw.len > HEADER_MAX))
        diag_die(STATUS_FAILED, "%s: the first line is too long: is this CSV?", place);
    if (!settings->no_header) {
        if (utf8_prefix(first->raw) != first->raw.len)
            diag_die(STATUS_FAILED, "%s: the header isn't UTF-8: use --encoding", place);
        free(job->raw_header);
        job->raw_header = mem_text(first->raw.ptr, first->raw.len);
    }
    plan_free(&job->plan);
    plan_make(&job->plan, settings, place, first->field, first->nfields);
    if (job->out.open && !header_equal(&job->header, &job->plan.header))
        run_end_segment(&job->run, &job->out);
    if (!job->out.open) {
        recwrite_header(&job->out, &job->plan.header);
        header_free(&job->header);
        header_copy(&job->header, &job->plan.header);
    }
    emit_file(&job->emit, &job->plan, name,
              settings->no_header ? (struct slice){"", 0} : slice_of(job->raw_header));
    job->headers++;
}

static void count(struct job *job, const struct input *input)
{
    job->run.bytes_in = job->bytes_done + input->in.bytes;
    job->run.written = job->out.total + (job->out.open ? job->out.records : 0);
    run_progress(&job->run, job->total);
}

static void read_file(struct job *job, const char *path)
{
    struct input input;
    input_open(&input, path, job->settings->encoding);
    split_open(&job->split, input_read, &input);
    bool more = split_next(&job->split);
    if (more) {
        begin_records(job, input.in.name);
        if (!job->settings->no_header)
            more = split_next(&job->split);
    } else {
        diag_note("%s: nothing in it, not even a header", input.in.name);
    }
    for (uint64_t n = 1; more; n++, more = split_next(&job->split)) {
        emit_record(&job->emit, &job->split.record);
        if (n % CHUNK == 0)
            count(job, &input);
    }
    count(job, &input);
    job->bytes_done = job->run.bytes_in;
    input_close(&input);
}

/* Finds what can't be read before anything is written, and the number of bytes to come. */
static void check_files(struct job *job, char *const *paths, size_t n)
{
    bool known = true;
    for (size_t i = 0; i < n; i++) {
        struct stat status;
        bool standard = strcmp(paths[i], "-") == 0;
        if (standard ? fstat(STDIN_FILENO, &status) : stat(paths[i], &status))
            diag_die(STATUS_FAILED, "%s: %s", standard ? "stdin" : paths[i], strerror(errno));
        if (S_ISDIR(status.st_mode))
            diag_die(STATUS_FAILED, "%s: %s", standard ? "stdin" : paths[i], strerror(EISDIR));
        if (!standard && access(paths[i], R_OK) != 0)
            diag_die(STATUS_FAILED, "%s: %s", paths[i], strerror(errno));
        known = known && S_ISREG(status.st_mode);
        job->total += (uint64_t)status.st_size;
    }
    if (!known)
        job->total = 0;
}

static void csv_read(const struct settings *settings, const struct options *o)
{
    static char dash[] = "-";
    char *const standard_input[] = {dash};
    char *const *paths = o->noperands ? o->operands : standard_input;
    size_t npaths = o->noperands ? o->noperands : 1;
    struct job job = {.settings = settings};
    check_files(&job, paths, npaths);
    run_begin(&job.run, &o->std);
    recwrite_open(&job.out, STDOUT_FILENO, "stdout");
    emit_begin(&job.emit, settings, &job.run, &job.out);
    split_begin(&job.split, settings->delimiter, settings->scan, RECORD_MAX);
    for (size_t i = 0; i < npaths; i++)
        read_file(&job, paths[i]);
    if (job.headers == 0)
        diag_die(STATUS_FAILED, "the input is empty: without a header there are no columns");
    run_end_segment(&job.run, &job.out);
    job.run.bytes_out = job.out.out.bytes + job.out.out.len;
    job.run.written = job.out.total;
    recwrite_close(&job.out);
    if (job.emit.undecodable && !o->std.quiet)
        diag_note("%llu record%s with bytes that aren't %s: --encoding NAME says what the files "
                  "are in (WINDOWS-1252 and UTF-16 are common)",
                  (unsigned long long)job.emit.undecodable, job.emit.undecodable == 1 ? "" : "s",
                  settings->encoding ? settings->encoding : "UTF-8");
    split_end(&job.split);
    emit_end(&job.emit);
    plan_free(&job.plan);
    header_free(&job.header);
    free(job.raw_header);
    run_end(&job.run);
}

static char delimiter_option(const char *text)
{
    if (strcmp(text, "\\t") == 0 || strcmp(text, "tab") == 0)
        return '\t';
    if (strlen(text) != 1 || strchr("\"\r\n", *text) || *text < 0)
        diag_usage("--delimiter: not one byte of ASCII other than a quote or line end: %s",
                   diag_quote(slice_of(text)));
    return *text;
}

static void add_map(struct settings *settings, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        diag_usage("--map: not COLUMN=HEADER: %s", diag_quote(slice_of(text)));
    settings->maps = mem_resize(settings->maps, settings->nmaps + 1, sizeof *settings->maps);
    settings->maps[settings->nmaps++] =
        (struct map_option){{text, (size_t)(equals - text)}, slice_of(equals + 1)};
}

/* Options that must fit the type, once all are known. */
static void check_settings(const struct settings *settings)
{
    const struct schema_type *type = settings->type;
    for (size_t i = 0; i < settings->nmaps; i++) {
        struct slice column = settings->maps[i].column;
        if (type && !schema_column(type, column))
            diag_usage("--map: type %s has no column %s", type->name, diag_quote(column));
        for (size_t k = 0; k < i; k++)
            if (slice_equal(settings->maps[k].column, column))
                diag_usage("--map: column %s is mapped twice", diag_quote(column));
    }
    for (size_t i = 0; type && i < settings->nhashed; i++) {
        const struct schema_column *column = schema_column(type, slice_of(settings->hashed[i]));
        if (!column || column->kind != VALUE_INT)
            diag_usage("--hash-id: type %s has no integer column %s", type->name,
                       diag_quote(slice_of(settings->hashed[i])));
    }
    if (settings->derive_session && (!type || strcmp(type->name, "watch") != 0))
        diag_usage("--derive session_id is for type watch");
}

int main(int argc, char **argv)
{
    struct settings settings = {.type = schema_find(slice_of("watch")),
                                .delimiter = ',',
                                .hash_key = getenv("REELPIPE_ID_KEY_FILE"),
                                .rating_scale = 10};
    struct options o = {.usage = "csv-read [OPTION]... [FILE]...",
                        .about = "Reads CSV files and writes records with canonical values.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET | STD_REJECTS | STD_PROGRESS};
    const char *zone = "UTC";
    diag_begin("csv-read");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 't':
            settings.type = schema_find(slice_of(o.arg));
            if (!settings.type && strcmp(o.arg, "table") != 0)
                diag_usage("--type: no such type: %s", diag_quote(slice_of(o.arg)));
            break;
        case 'm':
            add_map(&settings, o.arg);
            break;
        case OPT_NO_HEADER:
            settings.no_header = true;
            break;
        case 'd':
            settings.delimiter = delimiter_option(o.arg);
            break;
        case OPT_ENCODING:
            settings.encoding = input_encoding(o.arg);
            break;
        case OPT_TZ:
            zone = o.arg;
            break;
        case OPT_TIME_FORMAT:
            settings.time_format = o.arg;
            break;
        case OPT_DATE_FORMAT:
            settings.date_format = o.arg;
            break;
        case OPT_RATING_SCALE:
            settings.rating_scale = option_int("rating-scale", o.arg, 1, 1000);
            break;
        case OPT_HASH_ID:
            option_list_free(settings.hashed);
            settings.hashed = option_list("hash-id", o.arg, &settings.nhashed);
            break;
        case OPT_HASH_KEY:
            settings.hash_key = o.arg;
            break;
        case OPT_DERIVE:
            if (strcmp(o.arg, "session_id") != 0)
                diag_usage("--derive: only session_id can be derived, not %s",
                           diag_quote(slice_of(o.arg)));
            settings.derive_session = true;
            break;
        case OPT_ORIGIN:
            settings.origin = true;
            break;
        case OPT_SCAN:
            if (strcmp(o.arg, "libcsv") != 0 && strcmp(o.arg, "auto") != 0)
                diag_usage("--scan: neither auto nor libcsv: %s", diag_quote(slice_of(o.arg)));
            settings.scan = strcmp(o.arg, "libcsv") == 0 ? SPLIT_LIBCSV : SPLIT_AUTO;
            break;
        }
    check_settings(&settings);
    zone_set(zone);
    settings.utc = strcmp(zone, "UTC") == 0;
    csv_read(&settings, &o);
    option_list_free(settings.hashed);
    free(settings.maps);
    return 0;
}
