/* csv-read: reads CSV files and writes them as records of a type, values made canonical. Rows that
 * can't be read or whose values can't be are rejects with file and line. split cuts records, plan
 * matches the header, convert makes values, emit writes; input gunzips and decodes. plain reads
 * files from beginning to end; resume and follow read what is new in logs that grow. */
#include <stdlib.h>

#include "diag.h"
#include "input.h"
#include "job.h"
#include "live.h"
#include "mem.h"
#include "timeparse.h"
#include "zone.h"

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
    OPT_RESUME,
    OPT_FOLLOW,
    OPT_SETTLE,
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
    {OPT_RESUME, "resume", "BOOKMARKS", "only what is new since these bookmarks; write new ones"},
    {OPT_SETTLE, "settle", "TIME", "a file unchanged for TIME has ended: so has its last line"},
    {OPT_FOLLOW, "follow", NULL, "wait for more at the end of the files, until SIGTERM"},
    {OPT_SCAN, "scan", "auto|libcsv", "how records are found; the result is the same (auto)"},
};

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

/* A log is known by its bytes: it must be a file that can be read again. */
static void check_live(const struct settings *settings, const struct options *o)
{
    const char *option = settings->follow ? "--follow" : "--resume";
    if (settings->settle >= 0 && !settings->resume)
        diag_usage("--settle goes with --resume");
    if (settings->follow && settings->settle >= 0)
        diag_usage("--settle: a file that is followed doesn't end");
    if (settings->follow && settings->encoding)
        diag_usage("--follow: the files have to be UTF-8; --resume reads other encodings");
    if (!settings->follow && !settings->resume)
        return;
    if (o->noperands == 0)
        diag_usage("%s: no file is named", option);
    for (size_t i = 0; i < o->noperands; i++)
        if (strcmp(o->operands[i], "-") == 0)
            diag_usage("%s: standard input can't be recognized again: name files", option);
}

int main(int argc, char **argv)
{
    struct settings settings = {.type = schema_find(slice_of("watch")),
                                .delimiter = ',',
                                .hash_key = getenv("REELPIPE_ID_KEY_FILE"),
                                .rating_scale = 10,
                                .settle = -1};
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
        case OPT_RESUME:
            settings.resume = o.arg;
            break;
        case OPT_FOLLOW:
            settings.follow = true;
            break;
        case OPT_SETTLE:
            settings.settle = duration_option("settle", o.arg);
            break;
        case OPT_SCAN:
            if (strcmp(o.arg, "libcsv") != 0 && strcmp(o.arg, "auto") != 0)
                diag_usage("--scan: neither auto nor libcsv: %s", diag_quote(slice_of(o.arg)));
            settings.scan = strcmp(o.arg, "libcsv") == 0 ? SPLIT_LIBCSV : SPLIT_AUTO;
            break;
        }
    check_settings(&settings);
    check_live(&settings, &o);
    zone_set(zone);
    settings.utc = strcmp(zone, "UTC") == 0;
    if (settings.follow)
        follow(&settings, &o);
    else if (settings.resume)
        resume(&settings, &o);
    else
        plain(&settings, &o);
    option_list_free(settings.hashed);
    free(settings.maps);
    return 0;
}
