/* sim-watch: a simulated streaming service: films, users, and watch logs as hourly CSV files.
 * The same options give the same bytes on every machine, so what it writes can stand for real input
 * in tests, benchmarks and demonstrations. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "dirt.h"
#include "options.h"
#include "run.h"
#include "service.h"
#include "simulate.h"
#include "timeparse.h"
#include "users.h"
#include "value.h"

enum {
    OPT_OUT = 256,
    OPT_PRINT,
    OPT_DAYS,
    OPT_NOW,
    OPT_AS_OF,
    OPT_USERS,
    OPT_MOVIES,
    OPT_MOVIES_FROM,
    OPT_PER_DAY,
    OPT_SEED,
    OPT_DIRTY,
    OPT_KINDS,
    OPT_TRUTH,
};

static const struct option_spec specs[] = {
    {OPT_OUT, "out", "DIR", "write movies.csv, users.csv, logs/ and truth.tsv into DIR"},
    {OPT_PRINT, "print", "WHAT", "write logs, movies or users to standard output as one CSV"},
    {OPT_NOW, "now", "TIME", "when the logs end (default: now)"},
    {OPT_DAYS, "days", "N", "how many days they go back (default 30)"},
    {OPT_PER_DAY, "per-day", "N", "views on an average day (default 50000)"},
    {OPT_USERS, "users", "N", "how many users there are (default 10000)"},
    {OPT_MOVIES, "movies", "N", "how many films there are (default 10000)"},
    {OPT_MOVIES_FROM, "movies-from", "FILE", "view the films of a stream of movie records instead"},
    {OPT_AS_OF, "as-of", "DATE", "the day that films and users are as of (default: of --now)"},
    {OPT_SEED, "seed", "N", "another number, another service (default 1)"},
    {OPT_DIRTY, "dirty", "PERCENT", "let PERCENT of the rows be bad (0 to 50)"},
    {OPT_KINDS, "kinds", "KIND,...", "of these kinds only (`list' lists them)"},
    {OPT_TRUTH, "truth", "FILE", "write how many rows of each kind there are to FILE"},
};

static enum print print_option(const char *text)
{
    if (strcmp(text, "logs") == 0)
        return PRINT_LOGS;
    if (strcmp(text, "movies") == 0)
        return PRINT_MOVIES;
    if (strcmp(text, "users") == 0)
        return PRINT_USERS;
    diag_usage("--print: not logs, movies or users: %s", diag_quote(slice_of(text)));
}

static uint32_t percent_option(const char *text)
{
    int64_t millionths;
    if (value_decimal(slice_of(text), &millionths) && millionths >= 0 &&
        millionths <= 50 * MICROSECONDS && millionths % 1000 == 0)
        return (uint32_t)(millionths / 1000);
    diag_usage("--dirty: not a number from 0 to 50 with at most 3 places: %s",
               diag_quote(slice_of(text)));
}

static int32_t date_option(const char *option, const char *text)
{
    int32_t days;
    if (!value_date(slice_of(text), &days))
        diag_usage("%s: not a date: %s", option, diag_quote(slice_of(text)));
    return days;
}

static void list_kinds(void)
{
    for (enum kind kind = PLAIN + 1; kind < NKINDS; kind++)
        puts(kinds[kind].name);
    if (fflush(stdout) != 0)
        diag_die(STATUS_FAILED, "stdout: can't write: %s", strerror(errno));
    exit(0);
}

static void kinds_option(struct sim_options *o, const char *text)
{
    if (strcmp(text, "list") == 0)
        list_kinds();
    for (enum kind kind = PLAIN; kind < NKINDS; kind++)
        o->kinds[kind] = false;
    size_t n;
    char **names = option_list("kinds", text, &n);
    for (size_t i = 0; i < n; i++) {
        enum kind kind = PLAIN + 1;
        while (kind < NKINDS && strcmp(kinds[kind].name, names[i]) != 0)
            kind++;
        if (kind == NKINDS)
            diag_usage("--kinds: no such kind: %s", diag_quote(slice_of(names[i])));
        o->kinds[kind] = true;
    }
    option_list_free(names);
}

static void check_options(struct sim_options *o)
{
    if (!o->out == (o->print == PRINT_NOTHING))
        diag_usage("one of --out and --print is needed");
    if (o->movies_from && o->print == PRINT_MOVIES)
        diag_usage("--print movies: these are the films of --movies-from");
    if (!o->as_of_given)
        o->as_of = (int32_t)floor_div(o->now, SECONDS_PER_DAY);
    int64_t first = floor_div(o->now - o->days * SECONDS_PER_DAY, SECONDS_PER_DAY);
    if (first <= SERVICE_FIRST_DAY)
        diag_usage("the first day is before 2000-01-04, when no simulated service existed");
    if (first <= o->as_of - SERVICE_DAYS)
        diag_usage("--as-of is more than %d days after the first day", SERVICE_DAYS);
}

int main(int argc, char **argv)
{
    diag_begin("sim-watch");
    struct sim_options sim = {.now = floor_div(time_now(), MICROSECONDS),
                              .days = 30,
                              .per_day = 50000,
                              .users = 10000,
                              .movies = 10000,
                              .seed = 1};
    for (enum kind kind = PLAIN + 1; kind < NKINDS; kind++)
        sim.kinds[kind] = true;
    struct options o = {.usage = "sim-watch --out DIR [OPTION]...\n"
                                 "sim-watch --print logs|movies|users [OPTION]...",
                        .about = "Simulates a streaming service: films, users and watch logs.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET};
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_OUT:
            sim.out = o.arg;
            break;
        case OPT_PRINT:
            sim.print = print_option(o.arg);
            break;
        case OPT_DAYS:
            sim.days = option_int("days", o.arg, 1, SERVICE_DAYS - 1);
            break;
        case OPT_NOW:
            sim.now = floor_div(timeparse_option("now", o.arg), MICROSECONDS);
            break;
        case OPT_AS_OF:
            sim.as_of = date_option("--as-of", o.arg);
            sim.as_of_given = true;
            break;
        case OPT_USERS:
            sim.users = option_int("users", o.arg, 1, 100000000);
            break;
        case OPT_MOVIES:
            sim.movies = option_int("movies", o.arg, 1, 10000000);
            break;
        case OPT_MOVIES_FROM:
            sim.movies_from = o.arg;
            break;
        case OPT_PER_DAY:
            sim.per_day = option_int("per-day", o.arg, 1, 100000000);
            break;
        case OPT_SEED:
            sim.seed = (uint64_t)option_int("seed", o.arg, 0, INT64_MAX);
            break;
        case OPT_DIRTY:
            sim.dirty = percent_option(o.arg);
            break;
        case OPT_KINDS:
            kinds_option(&sim, o.arg);
            break;
        case OPT_TRUTH:
            sim.truth = o.arg;
            break;
        }
    if (o.noperands)
        diag_usage("no operand is taken: %s", diag_quote(slice_of(o.operands[0])));
    check_options(&sim);
    struct run run;
    run_begin(&run, &o.std);
    simulate(&sim, &run);
    run_end(&run);
    return 0;
}
