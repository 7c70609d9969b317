/* agg-trending: what is watched most, and how that has changed.
 * Reads watches once, counts views and different viewers of films, genres and all in the last days
 * and in as many days before, and writes the items of the last days by rank, a segment for each.
 */
#include "aggregate.h"
#include "diag.h"
#include "ranking.h"
#include "tally.h"
#include "timeparse.h"
#include "value.h"
#include "zone.h"

enum { OPT_BY = 256, OPT_WINDOW, OPT_NOW, OPT_TZ, OPT_TOP, OPT_SCORE, OPT_HALF_LIFE, OPT_MARKS };

static const struct option_spec specs[] = {
    {OPT_BY, "by", "WHAT,...", "movie, genre, all: a segment each (needed)"},
    {OPT_WINDOW, "window", "DAYSd", "whole business days to count (default 7d)"},
    {OPT_NOW, "now", "TIME", "the window ends with the day of this time (default now)"},
    {OPT_TZ, "tz", "ZONE", "business time zone (default UTC)"},
    {OPT_TOP, "top", "N", "only the first N"},
    {OPT_SCORE, "score", "views|viewers|decay", "what the rank goes by (default views)"},
    {OPT_HALF_LIFE, "half-life", "TIME", "age at which a view counts half in decay (default 2d)"},
    {OPT_MARKS, "pass-marks", NULL, "pass bookmarks on, behind the records"},
};

struct trending {
    int order[BYS]; /* of the segments */
    size_t n;
    enum score score;
    int days;
    int64_t now;
    int64_t half_life;
    uint64_t top; /* 0: all */
    bool pass_marks;
    bool quiet;
    uint64_t memory;
};

static void work(const struct trending *o, struct aggregate *a)
{
    struct window window;
    struct tally tally;
    bool wanted[BYS] = {false};
    for (size_t i = 0; i < o->n; i++)
        wanted[o->order[i]] = true;
    window_open(&window, o->days, o->now, o->half_life);
    tally_open(&tally, wanted, &window, o->score == SCORE_VIEWERS, o->memory);
    for (enum rec_event event; (event = aggregate_next(a)) != REC_EOF;)
        if (event == REC_SEGMENT)
            tally_segment(&tally, &a->in);
        else
            tally_record(&tally, &a->in, &a->run);
    tally_finish(&tally, &a->in);
    for (size_t i = 0; i < o->n; i++) {
        ranking_write(&tally.list[o->order[i]], &window, o->score, o->top, &a->out);
        aggregate_end_segment(a, i == o->n - 1);
    }
    if (tally.without_genres && !o->quiet)
        diag_note("%llu of the records counted have no genres",
                  (unsigned long long)tally.without_genres);
    tally_close(&tally);
    window_close(&window);
}

int main(int argc, char **argv)
{
    struct trending t = {.days = 7, .half_life = 2 * SECONDS_PER_DAY * MICROSECONDS};
    struct options o = {
        .usage = "agg-trending --by WHAT[,WHAT]... [OPTION]... [FILE]...",
        .about = "Ranks films and genres by their watches of the last days, with the change.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER | STD_REJECTS | STD_MEMORY,
    };
    const char *now = NULL, *half_life = NULL;
    diag_begin("agg-trending");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_BY:
            option_names("by", o.arg, by_names, BYS, t.order, &t.n);
            break;
        case OPT_WINDOW:
            t.days = days_option("window", o.arg, WINDOW_DAYS_MAX);
            break;
        case OPT_NOW:
            now = o.arg;
            break;
        case OPT_TZ:
            zone_set(o.arg);
            break;
        case OPT_TOP:
            t.top = (uint64_t)option_int("top", o.arg, 1, INT64_MAX);
            break;
        case OPT_SCORE:
            t.score = (enum score)option_name("score", o.arg, score_names, 3);
            break;
        case OPT_HALF_LIFE:
            half_life = o.arg;
            t.half_life = duration_option("half-life", half_life);
            break;
        case OPT_MARKS:
            t.pass_marks = true;
        }
    if (!t.n)
        diag_usage("--by is needed: movie, genre, all, or several of them");
    if (half_life && t.score != SCORE_DECAY)
        diag_usage("--half-life goes with --score decay");
    t.now = now ? timeparse_option("now", now) : time_now(); /* in the zone of --tz */
    t.memory = o.std.memory;
    t.quiet = o.std.quiet;

    struct aggregate a;
    aggregate_open(&a, &o, t.pass_marks);
    work(&t, &a);
    aggregate_close(&a);
    return 0;
}
