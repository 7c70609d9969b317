/* service: deals the views of a week out to its hours, and gives each a user, a film and a rating.
 * The number of views before an hour is computed from the whole week's, so every week has exactly
 * seven times the views of a day and session ids never need a counter. */
#include "service.h"

#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "value.h"

enum { HOUR = 3600, HOURS_OF_WEEK = 168 };

/* How busy each hour is (UTC): lowest before dawn, highest in the evening, later at weekends. */
static const uint32_t weekday[24] = {26, 14, 9,  6,  5,  7,  11, 17, 20, 20, 21, 24,
                                     29, 29, 27, 29, 35, 46, 62, 83, 98, 92, 69, 44};
static const uint32_t weekend[24] = {38, 25, 16, 10, 7,  7,  9,  14, 22,  31, 38, 43,
                                     48, 52, 55, 57, 60, 66, 76, 90, 100, 97, 81, 58};
/* How busy each day is, Monday first, in hundredths of a plain day. */
static const uint32_t day_of_week[7] = {86, 84, 88, 94, 118, 112, 108};

/* The part of a week's weight that lies before hour H (0..168) of it. */
static uint64_t weight_before(int64_t h)
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < h; i++) {
        const uint32_t *rhythm = i / 24 >= 5 ? weekend : weekday;
        sum += (uint64_t)rhythm[i % 24] * day_of_week[i / 24];
    }
    return sum;
}

/* The number of views before hour H of the service's life by the rhythm alone. */
static int64_t rhythm_before(const struct service *s, int64_t h)
{
    unsigned __int128 week = (unsigned __int128)s->per_day * 7;
    uint64_t part =
        (uint64_t)(week * weight_before(h % HOURS_OF_WEEK) / weight_before(HOURS_OF_WEEK));
    return (int64_t)((uint64_t)week * (uint64_t)(h / HOURS_OF_WEEK) + part);
}

/* The number of views before hour H: the border between two hours is moved a little to either side,
 * so that no two days are alike. By less than half of the smaller hour: borders never cross. The
 * borders of weeks stay. */
static int64_t views_before(const struct service *s, int64_t h)
{
    int64_t border = rhythm_before(s, h);
    if (h % HOURS_OF_WEEK == 0)
        return border;
    int64_t left = border - rhythm_before(s, h - 1);
    int64_t right = rhythm_before(s, h + 1) - border;
    struct rng rng;
    rng_begin(&rng, s->seed, RNG_RHYTHM, (uint64_t)h);
    return border + (left < right ? left : right) * rng_between(&rng, -38, 38) / 256;
}

void service_begin(struct service *s)
{
    s->popularity_day = DAY_UNKNOWN;
    s->popularity = (struct alias){0};
    s->weights = mem_resize(NULL, s->catalogue->n, sizeof *s->weights);
}

void service_end(struct service *s)
{
    alias_free(&s->popularity);
    free(s->weights);
}

static void set_popularity(struct service *s, int32_t day)
{
    if (s->popularity_day == day)
        return;
    uint64_t total = 0;
    for (size_t i = 0; i < s->catalogue->n; i++)
        total += s->weights[i] = film_weight(&s->catalogue->films[i], day);
    if (total == 0) {
        char date[VALUE_MAX];
        value_write_date(date, day);
        diag_die(STATUS_FAILED, "no film of the catalogue is out on %s", date);
    }
    alias_build(&s->popularity, s->weights, s->catalogue->n);
    s->popularity_day = day;
}

void hour_begin(struct hour *hour, struct service *s, int64_t start)
{
    int64_t h = start / HOUR - (int64_t)SERVICE_FIRST_DAY * 24;
    int64_t before = views_before(s, h);
    *hour = (struct hour){.service = s,
                          .start = start,
                          .sequence = before,
                          .n = (uint64_t)(views_before(s, h + 1) - before),
                          .day = (int32_t)(start / SECONDS_PER_DAY)};
    set_popularity(s, hour->day);
    rng_begin(&hour->rng, s->seed, RNG_HOUR, (uint64_t)h);
}

/* About 40 % of the views are rated: the film's quality, the user's leaning and the day's mood, to
 * the nearest half. */
static int32_t choose_rating(struct rng *rng, const struct film *film, const struct user *user)
{
    if (rng_below(rng, 1000) >= user->share)
        return NOT_RATED;
    int64_t rating = film->quality + user->leaning + rng_bell(rng, 2200);
    int64_t tenths = (rating + 250) / 500 * 5;
    return tenths < 5 ? 5 : tenths > 100 ? 100 : (int32_t)tenths;
}

bool hour_next(struct hour *hour, struct view *view)
{
    if (hour->at == hour->n)
        return false;
    struct service *s = hour->service;
    struct rng *rng = &hour->rng;
    const struct film *film = &s->catalogue->films[alias_choose(&s->popularity, rng)];
    size_t user = user_choose(s->users, rng, hour->day);
    /* Each view has its own n-th part of the hour, so the times rise by themselves. */
    uint64_t moment = (hour->at << 16) + (rng_next(rng) >> 48);
    view->session = 2 * (hour->sequence + (int64_t)hour->at) + 2;
    view->user = USER_FIRST_ID + (int64_t)user;
    view->film = film->id;
    view->time = hour->start + (int64_t)((moment * HOUR / hour->n) >> 16);
    view->rating = choose_rating(rng, film, &s->users->users[user]);
    hour->at++;
    return true;
}
