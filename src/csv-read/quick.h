/* quick: the values that most fields hold, found canonical, or next to it, in a few instructions.
 * What isn't known here is left to convert, which tries this first. */
#ifndef CSV_READ_QUICK_H
#define CSV_READ_QUICK_H

#include <endian.h>

#include "convert.h"

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* `\N` with the slack that convert promises. */
static inline struct slice quick_null(void)
{
    static const char text[2 + VALUE_SLACK] = "\\N";
    return (struct slice){text, 2};
}

/* True when 1 to 8 bytes at P are digits; reads 8. */
static inline bool eight_digits(const char *p, size_t len)
{
    uint64_t word, zeros = 0x3030303030303030u;
    memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (len < 8)
        word = word << (64 - 8 * len) | zeros >> 8 * len;
#else
    if (len < 8)
        word = word >> (64 - 8 * len) | zeros << 8 * len;
#endif
    return ((word & 0xf0f0f0f0f0f0f0f0u) == zeros) &
           (((word + 0x0606060606060606u) & 0xf0f0f0f0f0f0f0f0u) == zeros);
}

static inline bool is_canonical_int(struct slice text)
{
    if (text.len == 0 || text.len > 16 || (text.ptr[0] == '0' && text.len > 1))
        return false;
    if (text.len <= 8)
        return eight_digits(text.ptr, text.len);
    return eight_digits(text.ptr, 8) && eight_digits(text.ptr + 8, text.len - 8);
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

/* True when P is MM:SS, and a second that every hour has. */
static inline bool is_minute_second(const char *p)
{
    return p[0] >= '0' && p[0] <= '5' && is_digit(p[1]) && p[2] == ':' && p[3] >= '0' &&
           p[3] <= '5' && is_digit(p[4]);
}

/* Most times of a log stand in the hour of the one before: date and hour are then known to exist,
 * and minutes and seconds are quickly checked. Canonical times, and `YYYY-MM-DD HH:MM:SS` when
 * local time is UTC, go this way. */
static inline bool known_hour(const struct convert *c, struct slice text, char *scratch,
                              struct slice *value)
{
    if (text.len < 19 || memcmp(text.ptr, c->hour, 14) != 0 || !is_minute_second(text.ptr + 14))
        return false;
    if (text.len == 20 && text.ptr[19] == 'Z' && text.ptr[10] == 'T') {
        *value = text;
        return true;
    }
    if (text.len != 19 || !c->settings->utc)
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
        return is_canonical_int(text);
    }
    if (kind == VALUE_TIME)
        return known_hour(c, text, scratch, value);
    *value = text;
    return kind == VALUE_TEXT && plain && *text.ptr != '#';
}

#endif
