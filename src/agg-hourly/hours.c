#include "hours.h"

#include "diag.h"
#include "field.h"
#include "zone.h"

/* The cells of a weekday, or for 0 of all days, are half a block: the hours of the day. */
enum { HALF = BLOCK_CELLS / 2 };

static size_t hour_cell(int weekday, int hour)
{
    return (size_t)(weekday * HALF + hour);
}

static void see(struct hours *h, int weekday, int hour, int64_t user)
{
    size_t cell = hour_cell(weekday, hour);
    viewers_add_mask(&h->viewers, (uint32_t)(cell / BLOCK_CELLS), UINT64_C(1) << cell % BLOCK_CELLS,
                     user);
}

void hours_open(struct hours *h, int32_t last_day, int days, uint64_t memory)
{
    *h = (struct hours){.last_day = last_day, .days = days};
    viewers_open(&h->viewers, VIEWERS_DENSE, memory);
    viewers_room(&h->viewers, hour_cell(WEEKDAYS + 1, 0));
}

void hours_close(struct hours *h)
{
    viewers_close(&h->viewers);
}

void hours_segment(struct hours *h, const struct recread *in)
{
    if (!slice_is(in->header.type, "watch"))
        recread_die(in, "can't count records of type %s, only watch", diag_quote(in->header.type));
    h->column_time = recread_need(in, "watch_timestamp");
    h->column_user = recread_need(in, "user_id");
}

void hours_record(struct hours *h, const struct recread *in, struct run *run)
{
    int64_t time, user;
    int32_t day;
    int hour;
    if (!field_time(in, h->column_time, &time)) {
        run_reject_record(run, in, "missing-value", "watch_timestamp: missing");
        return;
    }
    zone_clock(time, &day, &hour);
    if (day > h->last_day || (h->days && day <= h->last_day - h->days)) {
        run->dropped++;
        return;
    }
    int weekday = iso_weekday(day);
    h->views[weekday][hour]++;
    if (field_int(in, h->column_user, &user)) {
        see(h, 0, hour, user);
        see(h, weekday, hour, user);
    }
    run->written++;
}

void hours_finish(struct hours *h)
{
    viewers_finish(&h->viewers);
}

static void write_header(const char *type, const char *const *columns, size_t n,
                         struct recwrite *out)
{
    struct header header;
    header_make(&header, type, columns, n);
    recwrite_header(out, &header);
    header_free(&header);
}

void hours_write(const struct hours *h, struct recwrite *out)
{
    static const char *const columns[] = {"hour", "views", "viewers"};
    write_header("hourly", columns, sizeof columns / sizeof *columns, out);
    for (int hour = 0; hour < HOURS; hour++) {
        int64_t views = 0;
        for (int weekday = 1; weekday <= WEEKDAYS; weekday++)
            views += h->views[weekday][hour];
        recwrite_int(out, hour);
        recwrite_int(out, views);
        recwrite_int(out, (int64_t)h->viewers.count[hour_cell(0, hour)]);
        recwrite_done(out);
    }
}

void hours_write_weekdays(const struct hours *h, struct recwrite *out)
{
    static const char *const columns[] = {"weekday", "hour", "views", "viewers"};
    write_header("weekday_hourly", columns, sizeof columns / sizeof *columns, out);
    for (int weekday = 1; weekday <= WEEKDAYS; weekday++)
        for (int hour = 0; hour < HOURS; hour++) {
            recwrite_int(out, weekday);
            recwrite_int(out, hour);
            recwrite_int(out, h->views[weekday][hour]);
            recwrite_int(out, (int64_t)h->viewers.count[hour_cell(weekday, hour)]);
            recwrite_done(out);
        }
}
