/* logs: the watch logs of a stretch of time, one file an hour or all in one. */
#ifndef SIM_WATCH_LOGS_H
#define SIM_WATCH_LOGS_H

#include "dirt.h"
#include "service.h"

struct logs {
    struct service *service;
    struct dirt *dirt;
    int64_t start;  /* a whole hour, seconds since 1970 */
    int64_t end;    /* views at this second and later aren't written */
    uint64_t files; /* counted while writing */
    uint64_t bytes;
};

/* Writes DIR/logs/YYYY-MM-DDTHH.csv for each hour. The directory exists. */
void logs_write_files(struct logs *logs, const char *dir);

/* Writes all rows under one header to OUT. */
void logs_write_stream(struct logs *logs, struct out *out);

#endif
