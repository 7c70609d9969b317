/* users: invents people, some of whom view much and most of whom view little.
 * Names are made of words that no family bears; mail addresses are of example.com, which RFC 2606
 * keeps free. */
#include "users.h"

#include <stdlib.h>

#include "mem.h"
#include "value.h"
#include "words.h"

/* How many tries a choice gets among all users, before it is made among those who signed up. */
enum { TRIES = 8 };

static const char *const countries[] = {"DE", "US", "GB", "FR", "ES", "IN", "JP", "BR",
                                        "PL", "SE", "KR", "NG", "MX", "CA", "IT", "NL"};
static const char *const plans[] = {"basic", "standard", "premium"};

void users_invent(struct users *users, uint64_t seed, size_t n, int32_t today)
{
    *users = (struct users){.n = n, .seed = seed};
    users->users = mem_resize(NULL, n, sizeof *users->users);
    uint64_t *weights = mem_resize(NULL, n, sizeof *weights);
    for (size_t i = 0; i < n; i++) {
        struct user *user = &users->users[i];
        struct rng rng;
        rng_begin(&rng, seed, RNG_USER, i);
        /* The days since the sign-up fall with the square of the place, so the service grows. */
        uint64_t left = (uint64_t)(n - i) * 65536 / n;
        user->signup_day = today - (int32_t)(left * left * SERVICE_DAYS >> 32);
        user->leaning = (int16_t)rng_bell(&rng, 700);
        user->share = (uint16_t)rng_between(&rng, 0, 800);
        /* Few are very active: the weight is one over a uniform number. */
        weights[i] = 1000000 / (uint64_t)rng_between(&rng, 40, 1000);
    }
    alias_build(&users->activity, weights, n);
    free(weights);
}

size_t user_choose(const struct users *users, struct rng *rng, int32_t day)
{
    for (size_t i = 0; i < TRIES; i++) {
        size_t user = alias_choose(&users->activity, rng);
        if (users->users[user].signup_day < day)
            return user;
    }
    size_t low = 0; /* binary search for the number of users who signed up before */
    size_t high = users->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (users->users[middle].signup_day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? rng_below(rng, low) : 0;
}

void users_write(const struct users *users, struct out *out)
{
    size_t nfirst = word_count(word_first_names);
    size_t nlast = word_count(word_last_names);
    out_text(out, "user_id,name,email,signup_date,country,plan,birth_years\n");
    for (size_t i = 0; i < users->n; i++) {
        struct rng rng;
        rng_begin(&rng, users->seed ^ 0x6e616d65, RNG_USER, i);
        const char *first = word_first_names[rng_below(&rng, nfirst)];
        const char *last = word_last_names[rng_below(&rng, nlast)];
        int64_t id = USER_FIRST_ID + (int64_t)i;
        char date[VALUE_MAX];
        out_int(out, id);
        out_char(out, ',');
        out_text(out, first);
        out_char(out, ' ');
        out_text(out, last);
        out_text(out, ",user");
        out_int(out, id);
        out_text(out, "@example.com,");
        out_bytes(out, date, value_write_date(date, users->users[i].signup_day));
        out_char(out, ',');
        out_text(out, countries[rng_below(&rng, sizeof countries / sizeof *countries)]);
        out_char(out, ',');
        out_text(out, plans[rng_below(&rng, sizeof plans / sizeof *plans)]);
        int64_t decade = rng_between(&rng, 194, 200) * 10;
        out_char(out, ',');
        out_int(out, decade);
        out_char(out, '-');
        out_int(out, decade + 9);
        out_char(out, '\n');
    }
}

void users_free(struct users *users)
{
    free(users->users);
    alias_free(&users->activity);
}
