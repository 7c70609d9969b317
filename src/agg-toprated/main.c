/* agg-toprated: which films are rated best.
 * Reads watches, or the daily rollups of films, and ranks the films by the mean of their ratings or
 * by an estimate that trusts few ratings less.
 */
#include "aggregate.h"
#include "diag.h"
#include "ranking.h"
#include "timeparse.h"
#include "zone.h"

enum { OPT_WINDOW = 256, OPT_NOW, OPT_TZ, OPT_SCORE, OPT_MIN_VOTES, OPT_TOP, OPT_MARKS };

static const struct option_spec specs[] = {
    {OPT_WINDOW, "window", "DAYSd", "whole business days to count (default all)"},
    {OPT_NOW, "now", "TIME", "the last day is that of this time (default now)"},
    {OPT_TZ, "tz", "ZONE", "business time zone (default UTC)"},
    {OPT_SCORE, "score", "bayes|weighted", "what the rank goes by (default bayes)"},
    {OPT_MIN_VOTES, "min-votes", "N", "ratings that weigh as much as the mean (default 25)"},
    {OPT_TOP, "top", "N", "only the first N"},
    {OPT_MARKS, "pass-marks", NULL, "pass bookmarks on, behind the records"},
};

struct toprated {
    enum score score;
    int days; /* 0: all */
    int64_t now;
    int64_t min_votes;
    uint64_t top; /* 0: all */
    bool pass_marks;
};

static void work(const struct toprated *o, struct aggregate *a)
{
    struct films films = {.last_day = zone_day(o->now), .days = o->days};
    for (enum rec_event event; (event = aggregate_next(a)) != REC_EOF;)
        if (event == REC_SEGMENT)
            films_segment(&films, &a->in);
        else
            films_record(&films, &a->in, &a->run);
    ranking_write(&films, o->score, o->min_votes, o->top, &a->out);
    aggregate_end_segment(a, true);
    films_close(&films);
}

int main(int argc, char **argv)
{
    struct toprated t = {.score = SCORE_BAYES, .min_votes = 25};
    struct options o = {
        .usage = "agg-toprated [OPTION]... [FILE]...",
        .about = "Ranks films by the ratings in their watches.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER | STD_REJECTS,
    };
    const char *now = NULL;
    diag_begin("agg-toprated");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_WINDOW:
            t.days = days_option("window", o.arg, WINDOW_DAYS_MAX);
            break;
        case OPT_NOW:
            now = o.arg;
            break;
        case OPT_TZ:
            zone_set(o.arg);
            break;
        case OPT_SCORE:
            t.score = (enum score)option_name("score", o.arg, score_names, SCORES);
            break;
        case OPT_MIN_VOTES:
            t.min_votes = option_int("min-votes", o.arg, 0, MIN_VOTES_MAX);
            break;
        case OPT_TOP:
            t.top = (uint64_t)option_int("top", o.arg, 1, INT64_MAX);
            break;
        case OPT_MARKS:
            t.pass_marks = true;
        }
    t.now = now ? timeparse_option("now", now) : time_now(); /* in the zone of --tz */

    struct aggregate a;
    aggregate_open(&a, &o, t.pass_marks);
    work(&t, &a);
    aggregate_close(&a);
    return 0;
}
