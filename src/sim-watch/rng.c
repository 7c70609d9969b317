/* rng: random numbers and choice by weight, in integers alone.
 * The algorithms are named in rng.h; a change here changes every simulated service, so the tests
 * hold known outputs. */
#include "rng.h"

#include <stdlib.h>

#include "mem.h"

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void rng_begin(struct rng *rng, uint64_t seed, enum rng_purpose purpose, uint64_t index)
{
    uint64_t state = seed;
    state = splitmix64(&state) ^ (uint64_t)purpose;
    state = splitmix64(&state) ^ index;
    for (size_t i = 0; i < 4; i++)
        rng->s[i] = splitmix64(&state);
}

int64_t rng_bell(struct rng *rng, int64_t width)
{
    uint64_t bits = rng_next(rng);
    int64_t sum = 0;
    for (unsigned shift = 0; shift < 64; shift += 16)
        sum += (int64_t)((bits >> shift) & 0xffff);
    /* Shifting a negative number isn't portable, dividing is. */
    return (sum - 2 * 65535) * width / 65535;
}

void alias_build(struct alias *alias, const uint64_t *weights, size_t n)
{
    if (n > alias->room) {
        alias->cut = mem_resize(alias->cut, n, sizeof *alias->cut);
        alias->other = mem_resize(alias->other, n, sizeof *alias->other);
        alias->share = mem_resize(alias->share, n, sizeof *alias->share);
        alias->stack = mem_resize(alias->stack, n, sizeof *alias->stack);
        alias->room = n;
    }
    alias->n = n;
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += weights[i];
    /* Shares in units where 2^32 is a column's fair part; poor columns are stacked from the bottom,
     * rich ones from the top. */
    const uint64_t fair = (uint64_t)1 << 32;
    size_t poor = 0;
    size_t rich = n;
    for (size_t i = 0; i < n; i++) {
        alias->share[i] = (uint64_t)((((unsigned __int128)weights[i] * n) << 32) / total);
        if (alias->share[i] < fair)
            alias->stack[poor++] = (uint32_t)i;
        else
            alias->stack[--rich] = (uint32_t)i;
    }
    while (poor > 0 && rich < n) {
        uint32_t small = alias->stack[--poor];
        uint32_t large = alias->stack[rich];
        alias->cut[small] = alias->share[small];
        alias->other[small] = large;
        alias->share[large] -= fair - alias->share[small];
        if (alias->share[large] < fair) {
            rich++;
            alias->stack[poor++] = large;
        }
    }
    /* What is left is fair but for rounding. A weight of 0 must not be chosen even so: it goes to
     * the heaviest. */
    size_t heaviest = 0;
    for (size_t i = 1; i < n; i++)
        if (weights[i] > weights[heaviest])
            heaviest = i;
    for (size_t i = 0; i < poor; i++) {
        uint32_t last = alias->stack[i];
        alias->cut[last] = weights[last] ? fair : 0;
        alias->other[last] = (uint32_t)heaviest;
    }
    for (size_t i = rich; i < n; i++) {
        alias->cut[alias->stack[i]] = fair;
        alias->other[alias->stack[i]] = alias->stack[i];
    }
}

void alias_free(struct alias *alias)
{
    free(alias->cut);
    free(alias->other);
    free(alias->share);
    free(alias->stack);
    *alias = (struct alias){0};
}
