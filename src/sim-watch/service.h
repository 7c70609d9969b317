/* service: who watches what, and when.
 *
 * The service is a function of time: the views of an hour follow from the seed, the films, the
 * users and the views a day, and not from the hours around it. So a run for a later --now continues
 * the logs of an earlier one, and the log of an hour that isn't over is the beginning of its full
 * log.
 */
#ifndef SIM_WATCH_SERVICE_H
#define SIM_WATCH_SERVICE_H

#include "films.h"
#include "rng.h"
#include "users.h"

enum { NOT_RATED = -1 };

struct view {
    int64_t session;
    int64_t user;
    int64_t film;
    int64_t time;   /* seconds since 1970 */
    int32_t rating; /* in tenths, a multiple of 5, or NOT_RATED */
};

struct service {
    uint64_t seed;
    uint64_t per_day;
    const struct catalogue *catalogue;
    const struct users *users;
    /* The service's own. */
    struct alias popularity; /* of the films on popularity_day */
    uint64_t *weights;
    int32_t popularity_day;
};

/* The views of an hour, one after the other. */
struct hour {
    struct service *service;
    int64_t start;    /* seconds since 1970 */
    int64_t sequence; /* of the first view, in the service's life */
    uint64_t n;       /* views in the hour */
    uint64_t at;      /* views handed out */
    int32_t day;
    struct rng rng;
};

/* Monday 2000-01-03: the first day of any simulated service, in days since 1970. */
enum { SERVICE_FIRST_DAY = 10959 };

void service_begin(struct service *service);
void service_end(struct service *service);

/* Starts the hour that begins at START. Ends the program when no film is out yet. */
void hour_begin(struct hour *hour, struct service *service, int64_t start);

/* The next view of the hour, in order of time; false after the last one. Session ids are even and
 * rise; the odd number after each belongs to nobody. */
bool hour_next(struct hour *hour, struct view *view);

#endif
