/* quick: the values that most fields hold, found canonical, or next to it, in a few instructions.
 * What isn't known here is left to convert, which tries this first. */
#ifndef CSV_READ_QUICK_H
#define CSV_READ_QUICK_H

#include "convert.h"
#include "digits.h"

/* `\N` with the slack that convert promises. */
static inline struct slice quick_null(void)
{
    static const char text[2 + VALUE_SLACK] = "\\N";
    return (struct slice){text, 2};
}

/* The place of a rating of LEN bytes (0 to 3) in convert.ratings: no other of its length and with
 * its first and third byte is short. */
static inline size_t short_rating_place(uint32_t written, size_t len)
{
    return len << 8 | (written & 0xf) << 4 | (written >> 16 & 0xf);
}

/* Nearly all ratings are written D, D.D or not at all: these are worked out beforehand. They come
 * in no order that a processor could guess, so that nothing here depends on which one it is. */
static inline bool short_rating(const struct convert *c, struct slice text, struct slice *value)
{
    if (text.len > 3)
        return false;
    uint32_t written;
    memcpy(&written, text.ptr, sizeof written);
    written = le32toh(written) & (((uint32_t)1 << 8 * text.len) - 1);
    const struct short_rating *rating = &c->ratings[short_rating_place(written, text.len)];
    *value = (struct slice){rating->text, rating->len};
    return (rating->written == written) & (rating->len != 0);
}

/* Most times of a log are of the day of the one before, which is then known to exist. True when P
 * has 19 bytes of such a time, whatever stands between date and clock. */
static inline bool is_of_known_day(const struct convert *c, const char *p)
{
    return memcmp(p, c->day, sizeof c->day) == 0 && is_clock(load_clock(p + 11));
}

static inline bool is_canonical_time(const struct convert *c, struct slice text)
{
    return text.len == 20 && text.ptr[10] == 'T' && text.ptr[19] == 'Z' &&
           is_of_known_day(c, text.ptr);
}

/* Canonical times, and `YYYY-MM-DD HH:MM:SS` when local time is UTC: unless --time-format says how
 * times are written. */
static inline bool quick_time(const struct convert *c, struct slice text, char *scratch,
                              struct slice *value)
{
    if (c->settings->time_format)
        return false;
    if (is_canonical_time(c, text)) {
        *value = text;
        return true;
    }
    if (text.len != 19 || !c->settings->utc || text.ptr[10] != ' ' || !is_of_known_day(c, text.ptr))
        return false;
    memcpy(scratch, text.ptr, 19);
    scratch[10] = 'T';
    scratch[19] = 'Z';
    *value = (struct slice){scratch, 20};
    return true;
}

/* As convert, for a VALUE that is raw; false: convert has to look. */
static inline bool convert_quickly(const struct convert *c, enum value_kind kind, struct slice text,
                                   bool plain, char *scratch, struct slice *value)
{
    if (kind == VALUE_RATING)
        return short_rating(c, text, value);
    if (text.len == 0) {
        *value = quick_null();
        return true;
    }
    if (kind == VALUE_INT) {
        *value = text;
        return is_natural(text);
    }
    if (kind == VALUE_TIME)
        return quick_time(c, text, scratch, value);
    *value = text;
    return kind == VALUE_TEXT && plain && *text.ptr != '#';
}

#endif
