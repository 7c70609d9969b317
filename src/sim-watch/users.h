/* users: the people of the simulated service. */
#ifndef SIM_WATCH_USERS_H
#define SIM_WATCH_USERS_H

#include <stddef.h>
#include <stdint.h>

#include "io.h"
#include "rng.h"

enum { USER_FIRST_ID = 10001, SERVICE_DAYS = 1500 };

struct user {
    int32_t signup_day;
    int16_t leaning; /* thousandths of a rating: how kind this user's ratings are */
    uint16_t share;  /* of ratings given to films viewed, in thousandths */
};

struct users {
    size_t n;
    struct user *users; /* user I has the id USER_FIRST_ID + I; in the order of their sign-up */
    struct alias activity;
    uint64_t seed;
};

/* Invents N users who signed up in the SERVICE_DAYS days that end with TODAY, more and more a day.
 */
void users_invent(struct users *users, uint64_t seed, size_t n, int32_t today);

/* A user who views something on DAY, by activity. Nobody views before the day after the sign-up,
 * when it is over in every time zone; but the first user signed up before all days there are. */
size_t user_choose(const struct users *users, struct rng *rng, int32_t day);

/* Writes the users as CSV. */
void users_write(const struct users *users, struct out *out);

void users_free(struct users *users);

#endif
