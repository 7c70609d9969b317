/* neon: what the scans need on 64-bit ARM, where NEON is always there: bits from comparisons. */
#ifndef REELPIPE_NEON_H
#define REELPIPE_NEON_H

#if defined(__aarch64__) && !defined(__AARCH64EB__)

#include <arm_neon.h>

/* A bit for each byte of four vectors whose bytes are 0 or 0xff, the lowest for the first. ARM has
 * no instruction for it: each byte keeps the bit of its place among eight, and sums of neighbours,
 * taken three times, bring eight of them into one byte. */
static inline uint64_t neon_bits(const uint8x16_t v[4])
{
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t place = vld1q_u8(places);
    uint8x16_t low = vpaddq_u8(vandq_u8(v[0], place), vandq_u8(v[1], place));
    uint8x16_t high = vpaddq_u8(vandq_u8(v[2], place), vandq_u8(v[3], place));
    low = vpaddq_u8(low, high);
    low = vpaddq_u8(low, low);
    return vgetq_lane_u64(vreinterpretq_u64_u8(low), 0);
}

static inline uint8x16_t neon_load(const char *bytes)
{
    return vld1q_u8((const uint8_t *)bytes);
}

/* 0xff for the bytes that are, as signed numbers, less than LIMIT: those from 0x80 on are. */
static inline uint8x16_t neon_below(uint8x16_t v, int8_t limit)
{
    return vcltq_s8(vreinterpretq_s8_u8(v), vdupq_n_s8(limit));
}

#define REELPIPE_NEON 1

#endif

#endif
