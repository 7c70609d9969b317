/* agg-hourly: at what hours people watch.
 * Reads watches, and writes views and different viewers for each hour of the day, and for each
 * weekday and hour.
 */
#include <unistd.h>

#include "diag.h"
#include "hours.h"
#include "marks.h"
#include "options.h"
#include "timeparse.h"
#include "zone.h"

enum { OPT_BY = 256, OPT_WINDOW, OPT_NOW, OPT_TZ, OPT_MARKS };
enum { WINDOW_DAYS_MAX = 36525 };

static const struct option_spec specs[] = {
    {OPT_BY, "by", "WHAT,...", "hour, hour-weekday: a segment each (default both)"},
    {OPT_WINDOW, "window", "DAYSd", "whole business days to count (default all)"},
    {OPT_NOW, "now", "TIME", "the last day is that of this time (default now)"},
    {OPT_TZ, "tz", "ZONE", "business time zone (default UTC)"},
    {OPT_MARKS, "pass-marks", NULL, "pass bookmarks on, behind the records"},
};

enum by { BY_HOUR, BY_HOUR_WEEKDAY, BYS };
static const char *const by_names[BYS] = {"hour", "hour-weekday"};

struct hourly {
    enum by order[BYS]; /* of the segments */
    size_t n;
    int days; /* 0: all */
    int64_t now;
    bool pass_marks;
    uint64_t memory;
};

static void work(const struct hourly *o, struct run *run, struct recread *in, struct recwrite *out)
{
    struct hours hours;
    struct marks marks = {0};
    hours_open(&hours, zone_day(o->now), o->days, o->memory);
    for (enum rec_event event; (event = recread_next(in)) != REC_EOF;) {
        if (event == REC_DATA) {
            hours_record(&hours, in, run);
            if (++run->read % 4096 == 0) {
                run->bytes_in = in->bytes;
                run_progress(run, 0);
            }
        } else if (event == REC_SEGMENT) {
            hours_segment(&hours, in);
        } else if (event == REC_MARK && o->pass_marks) {
            marks_take(&marks, in);
        }
    }
    run->bytes_in = in->bytes;
    hours_finish(&hours);
    for (size_t i = 0; i < o->n; i++) {
        if (o->order[i] == BY_HOUR)
            hours_write(&hours, out);
        else
            hours_write_weekdays(&hours, out);
        if (i == o->n - 1)
            marks_write(&marks, run, out);
        run_end_segment(run, out);
    }
    hours_close(&hours);
}

static void set_by(struct hourly *h, const char *text)
{
    size_t n;
    char **names = option_list("by", text, &n);
    for (size_t i = 0; i < n; i++) {
        enum by by = (enum by)option_name("by", names[i], by_names, BYS);
        for (size_t j = 0; j < h->n; j++)
            if (h->order[j] == by)
                diag_usage("--by: twice: %s", diag_quote(slice_of(names[i])));
        h->order[h->n++] = by;
    }
    option_list_free(names);
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
            set_by(&h, o.arg);
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
        set_by(&h, "hour,hour-weekday");
    h.now = now ? timeparse_option("now", now) : time_now(); /* in the zone of --tz */
    h.memory = o.std.memory;

    struct run run;
    struct recread in;
    struct recwrite out;
    run_begin(&run, &o.std);
    run.counts = true;
    recread_open(&in, o.operands, o.noperands, o.std.partial ? RECREAD_PARTIAL : 0);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    work(&h, &run, &in, &out);
    recwrite_close(&out);
    recread_close(&in);
    run.bytes_out = out.out.bytes;
    run_end(&run);
    return 0;
}
