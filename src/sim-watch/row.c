/* row: writes a view as `user_id,movie_id,timestamp,rating,session_id`.
 * This is where a clean run spends its time, so digits are written by hand into a small buffer and
 * the date is worked out once a day. */
#include "row.h"

const char row_header[] = "user_id,movie_id,timestamp,rating,session_id\n";

static char *put_int(char *p, int64_t value)
{
    char digits[20];
    size_t i = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (value < 0)
        *p++ = '-';
    do {
        digits[--i] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    memcpy(p, digits + i, sizeof digits - i);
    return p + (sizeof digits - i);
}

static char *put_two(char *p, uint32_t value)
{
    p[0] = (char)('0' + value / 10);
    p[1] = (char)('0' + value % 10);
    return p + 2;
}

static char *put_time(char *p, int64_t time, struct row_date *date)
{
    int32_t day = (int32_t)floor_div(time, SECONDS_PER_DAY);
    if (day != date->day || !*date->text) {
        value_write_date(date->text, day);
        date->day = day;
    }
    uint32_t second = (uint32_t)floor_mod(time, SECONDS_PER_DAY);
    memcpy(p, date->text, 10);
    p[10] = 'T';
    p = put_two(p + 11, second / 3600);
    *p++ = ':';
    p = put_two(p, second / 60 % 60);
    *p++ = ':';
    p = put_two(p, second % 60);
    *p++ = 'Z';
    return p;
}

size_t row_write(char *buffer, const struct view *view, struct row_date *date)
{
    char *p = put_int(buffer, view->user);
    *p++ = ',';
    p = put_int(p, view->film);
    *p++ = ',';
    p = put_time(p, view->time, date);
    *p++ = ',';
    if (view->rating != NOT_RATED) {
        p = put_int(p, view->rating / 10);
        if (view->rating % 10) {
            *p++ = '.';
            *p++ = (char)('0' + view->rating % 10);
        }
    }
    *p++ = ',';
    p = put_int(p, view->session);
    return (size_t)(p - buffer);
}
