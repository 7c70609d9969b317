/* simulate: what the command line asks for, and doing it. */
#ifndef SIM_WATCH_SIMULATE_H
#define SIM_WATCH_SIMULATE_H

#include "dirt.h"
#include "run.h"

enum print { PRINT_NOTHING, PRINT_LOGS, PRINT_MOVIES, PRINT_USERS };

struct sim_options {
    const char *out;
    enum print print;
    int64_t now; /* seconds since 1970 */
    int64_t days;
    int64_t per_day;
    int64_t users;
    int64_t movies;
    const char *movies_from;
    int32_t as_of;
    bool as_of_given;
    uint64_t seed;
    uint32_t dirty; /* thousandths of a percent */
    bool kinds[NKINDS];
    const char *truth;
};

/* Makes up the service and writes it. Counts rows and bytes in RUN. */
void simulate(const struct sim_options *options, struct run *run);

#endif
