/* rng: the simulation's random numbers, the same on every machine.
 *
 * xoshiro256** 1.0 (David Blackman and Sebastiano Vigna, 2018), seeded through splitmix64
 * (Sebastiano Vigna, 2015), both in the public domain. Everything drawn from it is computed in
 * integers: no floating point, no C library function, so no platform can differ.
 */
#ifndef SIM_WATCH_RNG_H
#define SIM_WATCH_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t s[4];
};

/* What a stream of numbers is for. Each purpose and index has a stream of its own, so that the
 * films stay the same when the number of users changes, and an hour when the days around it do. */
enum rng_purpose { RNG_FILM = 1, RNG_USER, RNG_HOUR, RNG_RHYTHM, RNG_DIRT };

/* Starts the stream INDEX of PURPOSE under SEED. */
void rng_begin(struct rng *rng, uint64_t seed, enum rng_purpose purpose, uint64_t index);

/* 64 random bits. */
static inline uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->s;
    uint64_t x = s[1] * 5;
    uint64_t result = ((x << 7) | (x >> 57)) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* An integer from 0 to N-1, by multiply and shift (Lemire): a bias of N / 2^64 is of no account. */
static inline uint64_t rng_below(struct rng *rng, uint64_t n)
{
    return (uint64_t)(((unsigned __int128)rng_next(rng) * n) >> 64);
}

/* An integer from LOW to HIGH, both included. */
static inline int64_t rng_between(struct rng *rng, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(rng, (uint64_t)(high - low + 1));
}

/* A bell-shaped integer around 0, the sum of four uniform ones: between -2*WIDTH and 2*WIDTH, with
 * a standard deviation of 0.58 * WIDTH. */
int64_t rng_bell(struct rng *rng, int64_t width);

/* Choice by weight in constant time (Walker's alias method, built as by Vose, in integers). */
struct alias {
    size_t n;
    size_t room;   /* elements that the arrays have room for */
    uint64_t *cut; /* below it the column's own index, else the other: 0..2^32 */
    uint32_t *other;
    uint64_t *share; /* work space of alias_build */
    uint32_t *stack;
};

/* Builds the table for N weights, whose sum isn't 0 and times N is below 2^96. An ALIAS of zeros,
 * or one built before, which is then replaced. */
void alias_build(struct alias *alias, const uint64_t *weights, size_t n);
void alias_free(struct alias *alias);

static inline size_t alias_choose(const struct alias *alias, struct rng *rng)
{
    uint64_t bits = rng_next(rng);
    size_t column = (size_t)(((bits >> 32) * alias->n) >> 32);
    return (bits & 0xffffffff) < alias->cut[column] ? column : alias->other[column];
}

#endif
