/* digits: decimal digits, several at a time. For modules that look at every field of a stream;
 * others have value.h.
 *
 * A word holds eight bytes of text, the first in its lowest byte, on every machine.
 */
#ifndef REELPIPE_DIGITS_H
#define REELPIPE_DIGITS_H

#include <endian.h>
#include <stdint.h>

#include "slice.h"

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static inline uint64_t load_64(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return le64toh(w);
}

static inline uint64_t load_32(const char *p)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return le32toh(w);
}

/* A word whose first BITS, up to 56, are zeros as text. */
static inline uint64_t zeros_ahead(unsigned bits)
{
    return 0x3030303030303030 & (((uint64_t)1 << bits) - 1);
}

/* The word of 1 to 8 bytes, zeros ahead of them. Nothing beside them is read: two loads overlap. */
static inline uint64_t load_up_to_64(const char *p, size_t len)
{
    unsigned ahead = 8 * (8 - (unsigned)len); /* bits */
    uint64_t w;
    if (len >= 4)
        w = load_32(p + len - 4) << 32 | (uint32_t)(load_32(p) << ahead);
    else
        w = (uint64_t)(unsigned char)p[len - 1] << 56 |
            (uint64_t)(unsigned char)p[len / 2] << (ahead + 8 * (len / 2)) |
            (uint64_t)(unsigned char)p[0] << ahead;
    return w | zeros_ahead(ahead);
}

static inline bool are_digits(uint64_t w)
{
    return ((w & 0xf0f0f0f0f0f0f0f0) | ((w + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4) ==
           0x3333333333333333;
}

/* The number that eight digits are: pairs become numbers below 100, then pairs of those, and so on.
 * Ids are read millions of times, and digit by digit each step waits for the one before. */
static inline uint64_t number_of_digits(uint64_t w)
{
    w &= 0x0f0f0f0f0f0f0f0f;
    w = (w * 10 + (w >> 8)) & 0x00ff00ff00ff00ff;
    w = (w * 100 + (w >> 16)) & 0x0000ffff0000ffff;
    return (w * 10000 + (w >> 32)) & 0xffffffff;
}

/* True for a canonical integer from 0 on that has at most 16 digits, which nearly all have. */
static inline bool is_natural(struct slice text)
{
    const char *p = text.ptr;
    size_t len = text.len;
    if (len == 0 || len > 16 || (*p == '0' && len > 1))
        return false;
    if (len <= 8)
        return are_digits(load_up_to_64(p, len));
    return are_digits(load_64(p)) && are_digits(load_64(p + len - 8));
}

/* The word of HH:MM:SS, eight bytes: colons become zeros, and digits what they stand for. */
static inline uint64_t load_clock(const char *p)
{
    return load_64(p) ^ 0x30303a30303a3030;
}

/* True when load_clock has seen a time of day. Whatever is neither a colon nor a digit has high
 * bits, or does once 6 is added; tens of minutes and seconds do from 6 on, of hours from 3 on. */
static inline bool is_clock(uint64_t w)
{
    return ((w | (w + 0x060a00060a00060d)) & 0xf0f0fff0f0fff0f0) == 0 &&
           (w & 0xff) * 10 + (w >> 8 & 0xff) < 24;
}

/* Of a time of day, the seconds. */
static inline int clock_seconds(uint64_t w)
{
    w = (w * 10 + (w >> 8)) & 0x00ff0000ff0000ff;
    return (int)(w & 0xff) * 3600 + (int)(w >> 24 & 0xff) * 60 + (int)(w >> 48);
}

#endif
