/* validate: takes out the records that a source can't know to be wrong: a watch in the future, a
 * film without a title, a rating of 11. Each rule has a name, which stands in the rejects. Records
 * that pass are passed on as they are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "diag.h"
#include "list.h"
#include "mem.h"
#include "movies.h"
#include "options.h"
#include "personal.h"
#include "run.h"
#include "timeparse.h"

enum {
    OPT_NOW = 256,
    OPT_SKEW,
    OPT_SINCE,
    OPT_AHEAD,
    OPT_MOVIES,
    OPT_SKIP,
    OPT_LIST_RULES,
    OPT_LIST_TYPES,
};

static const struct option_spec specs[] = {
    {OPT_NOW, "now", "TIME", "the present (default: now)"},
    {OPT_SKEW, "skew", "DURATION", "how far ahead clocks may be (default 5m)"},
    {OPT_SINCE, "since", "TIME", "reject watches before TIME"},
    {OPT_AHEAD, "ahead", "YEARS", "how far ahead a release date may lie (default 10)"},
    {OPT_MOVIES, "movies", "FILE", "reject watches of films that FILE doesn't have"},
    {OPT_SKIP, "skip", "RULE,...", "leave out these rules"},
    {OPT_LIST_RULES, "list-rules", NULL, "write the rules as records and exit"},
    {OPT_LIST_TYPES, "list-types", NULL, "write the record types' columns as records and exit"},
};

struct settings {
    struct limits limits;
    struct movies movies;
    struct standard_options *std;
    char *const *files;
    size_t nfiles;
};

/* One line, `rejected 12 time-in-future, 3 rating-range`, under the summary's figure. */
static void report_rules(const uint64_t *broken)
{
    char line[512];
    size_t len = 0;
    for (int rule = 0; rule < RULE_COUNT; rule++)
        if (broken[rule])
            len += (size_t)snprintf(line + len, sizeof line - len, "%s%llu %s", len ? ", " : "",
                                    (unsigned long long)broken[rule], rule_texts[rule].name);
    if (len)
        diag_note("rejected by rule: %s", line);
}

static void reject(struct run *run, const struct recread *in, const struct finding *found)
{
    const char *rule = rule_texts[found->rule].name, *column = found->check->column->name;
    struct slice value = in->field[found->check->at];
    if (slice_is_null(value))
        run_reject_record(run, in, rule, "%s: %s", column, found->what);
    else
        run_reject_record(run, in, rule, "%s: %s: %s", column, found->what,
                          quote_field(&in->header, found->check->at, value));
}

static void work(const struct settings *settings)
{
    struct run run;
    struct recread in;
    struct recwrite out;
    struct plan plan = {0};
    struct finding found;
    uint64_t broken[RULE_COUNT] = {0};
    run_begin(&run, settings->std);
    recread_open(&in, settings->files, settings->nfiles,
                 settings->std->partial ? RECREAD_PARTIAL : 0);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
        switch (event) {
        case REC_SEGMENT:
            plan_make(&plan, &in);
            recwrite_header(&out, &in.header);
            break;
        case REC_DATA:
            if (check_record(&plan, &settings->limits, in.field, &found)) {
                recwrite_line(&out, in.line);
            } else {
                broken[found.rule]++;
                run.read = in.total;
                reject(&run, &in, &found);
            }
            if (in.total % 4096 == 0) {
                run.read = in.total;
                run.bytes_in = in.bytes;
                run_progress(&run, 0);
            }
            break;
        case REC_MARK:
            run_pass_mark(&run, &in, &out);
            break;
        default:
            run.read = in.total;
            run_end_segment(&run, &out);
        }
    recwrite_close(&out);
    run.read = in.total;
    run.written = out.total;
    run.bytes_in = in.bytes;
    run.bytes_out = out.out.bytes;
    recread_close(&in);
    free(plan.checks);
    if (!settings->std->quiet)
        report_rules(broken);
    run_end(&run);
}

static void skip_rules(bool *skip, const char *list)
{
    size_t n;
    char **names = option_list("skip", list, &n);
    for (size_t i = 0; i < n; i++) {
        enum rule rule = rule_find(names[i]);
        if (rule == RULE_NONE)
            diag_usage("--skip: no such rule (see --list-rules): %s",
                       diag_quote(slice_of(names[i])));
        skip[rule] = true;
    }
    option_list_free(names);
}

/* The last date that isn't in the future, and the last that a film may be announced for. A date has
 * no zone, and the day begins up to 14 hours before UTC's: hence the day of grace. */
static void set_days(struct limits *limits, int64_t now, int years)
{
    int year, month, day;
    limits->latest_day = (int32_t)floor_div(limits->latest, SECONDS_PER_DAY * MICROSECONDS) + 1;
    civil_from_days((int32_t)floor_div(now, SECONDS_PER_DAY * MICROSECONDS), &year, &month, &day);
    if (year + years > 9999)
        days_from_civil(9999, 12, 31, &limits->latest_release);
    else if (!days_from_civil(year + years, month, day, &limits->latest_release))
        days_from_civil(year + years, month, 28, &limits->latest_release);
}

/* Reads the --movies files. Only one reader can have standard input. */
static void use_movies(struct settings *settings, char **movies, size_t nmovies)
{
    bool stdin_used = settings->nfiles == 0;
    for (size_t i = 0; i < settings->nfiles; i++)
        stdin_used |= strcmp(settings->files[i], "-") == 0;
    for (size_t i = 0; i < nmovies; i++) {
        if (strcmp(movies[i], "-") == 0) {
            if (stdin_used)
                diag_usage("--movies: standard input is read already");
            stdin_used = true;
        }
    }
    if (settings->limits.skip[RULE_UNKNOWN_MOVIE])
        return;
    for (size_t i = 0; i < nmovies; i++)
        movies_read(&settings->movies, movies[i], settings->std->partial ? RECREAD_PARTIAL : 0);
    settings->limits.movies = nmovies ? &settings->movies : NULL;
}

int main(int argc, char **argv)
{
    struct options o = {
        .usage = "validate [OPTION]... [FILE]...",
        .about = "Takes records out that break a rule: future times, impossible ratings, "
                 "films without a title.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER | STD_REJECTS,
    };
    struct settings settings = {.limits.since = INT64_MIN, .std = &o.std};
    int64_t now = time_now(), skew = 5 * 60 * MICROSECONDS;
    int years = 10;
    void (*list)(void) = NULL;
    char **movies = mem_zeroed((size_t)argc * sizeof *movies);
    size_t nmovies = 0;

    diag_begin("validate");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_NOW:
            now = timeparse_option("now", o.arg);
            break;
        case OPT_SKEW:
            skew = duration_option("skew", o.arg);
            break;
        case OPT_SINCE:
            settings.limits.since = timeparse_option("since", o.arg);
            break;
        case OPT_AHEAD:
            years = (int)option_int("ahead", o.arg, 0, 9999);
            break;
        case OPT_MOVIES:
            movies[nmovies++] = (char *)o.arg;
            break;
        case OPT_SKIP:
            skip_rules(settings.limits.skip, o.arg);
            break;
        case OPT_LIST_RULES:
            list = list_rules;
            break;
        case OPT_LIST_TYPES:
            list = list_types;
            break;
        }
    if (list) {
        if (o.noperands)
            diag_usage("--list-rules and --list-types read no file: %s",
                       diag_quote(slice_of(o.operands[0])));
        list();
        free(movies);
        return 0;
    }
    settings.files = o.operands;
    settings.nfiles = o.noperands;
    settings.limits.latest = now + skew;
    set_days(&settings.limits, now, years);
    use_movies(&settings, movies, nmovies);
    work(&settings);
    movies_free(&settings.movies);
    free(movies);
    return 0;
}
