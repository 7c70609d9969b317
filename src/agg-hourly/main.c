/* agg-hourly: at what hours people watch.
 * Reads watches, and writes views and different viewers for each hour of the day, and for each
 * weekday and hour.
 */
#include "aggregate.h"
#include "diag.h"
#include "hours.h"
#include "timeparse.h"
#include "zone.h"

enum { OPT_BY = 256, OPT_WINDOW, OPT_NOW, OPT_TZ, OPT_MARKS };

static const struct option_spec specs[] = {
    {OPT_BY, "by", "WHAT,...", "hour, hour-weekday: a segment each (default both)"},
    {OPT_WINDOW, "window", "DAYSd", "whole business days to count (default all)"},
    {OPT_NOW, "now", "TIME", "the last day is that of this time (default now)"},
    {OPT_TZ, "tz", "ZONE", "business time zone (default UTC)"},
    {OPT_MARKS, "pass-marks", NULL, "pass bookmarks on, behind the records"},
};

enum { BY_HOUR, BY_HOUR_WEEKDAY, BYS };
static const char *const by_names[BYS] = {"hour", "hour-weekday"};

struct hourly {
    int order[BYS]; /* of the segments */
    size_t n;
    int days; /* 0: all */
    int64_t now;
    bool pass_marks;
    uint64_t memory;
};

static void work(const struct hourly *o, struct aggregate *a)
{
    struct hours hours;
    hours_open(&hours, zone_day(o->now), o->days, o->memory);
    for (enum rec_event event; (event = aggregate_next(a)) != REC_EOF;)
        if (event == REC_SEGMENT)
            hours_segment(&hours, &a->in);
        else
            hours_record(&hours, &a->in, &a->run);
    hours_finish(&hours);
    for (size_t i = 0; i < o->n; i++) {
        if (o->order[i] == BY_HOUR)
            hours_write(&hours, &a->out);
        else
            hours_write_weekdays(&hours, &a->out);
        aggregate_end_segment(a, i == o->n - 1);
    }
    hours_close(&hours);
}

int main(int argc, char **argv)
{
    struct hourly h = {0};
    struct options o = {
        .usage = "agg-hourly [OPTION]... [FILE]...",
        .about = "Counts watches by hour of the day, and by weekday and hour.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER | STD_REJECTS | STD_MEMORY,
    };
    const char *now = NULL;
    diag_begin("agg-hourly");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_BY:
            option_names("by", o.arg, by_names, BYS, h.order, &h.n);
            break;
        case OPT_WINDOW:
            h.days = days_option("window", o.arg, WINDOW_DAYS_MAX);
            break;
        case OPT_NOW:
            now = o.arg;
            break;
        case OPT_TZ:
            zone_set(o.arg);
            break;
        case OPT_MARKS:
            h.pass_marks = true;
        }
    if (!h.n)
        option_names("by", "hour,hour-weekday", by_names, BYS, h.order, &h.n);
    h.now = now ? timeparse_option("now", now) : time_now(); /* in the zone of --tz */
    h.memory = o.std.memory;

    struct aggregate a;
    aggregate_open(&a, &o, h.pass_marks);
    work(&h, &a);
    aggregate_close(&a);
    return 0;
}
