/* supervise: a run from its lock to its place in the log. */
#ifndef ETL_RUN_SUPERVISE_H
#define ETL_RUN_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

/* Lengths of time are in microseconds. */
struct settings {
    const char *name;
    char **command;
    int64_t timeout; /* of the whole run; 0: none */
    int64_t grace;   /* from SIGTERM to SIGKILL */
    int64_t retries; /* after the first attempt */
    int64_t retry_wait;
    const char *on_failure; /* NULL: nothing */
    int64_t keep;           /* runs whose messages are kept */
    bool quiet;
    bool verbose;
};

/* Runs the command and returns the exit status of the program. */
int supervise(const struct settings *s);

#endif
