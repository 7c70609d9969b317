/* child: a command in a process group of its own, and waiting for its end.
 *
 * Signals that would end this program (SIGTERM, SIGINT, SIGHUP, SIGQUIT) go to the command's group;
 * the program itself goes on and decides what to do about its end. What the command leaves behind
 * when it is ended is ended too, first by SIGTERM, then by SIGKILL.
 */
#ifndef ETL_RUN_CHILD_H
#define ETL_RUN_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct command {
    char *const *argv;
    const char *const *environment; /* "NAME=VALUE", or "NAME" to take it out; ended by NULL */
    int standard_error;             /* a descriptor; -1: ours */
    int kept;                       /* a descriptor that it inherits; -1: none */
    bool no_input;                  /* its standard input is empty */
};

struct limits {
    int64_t deadline;     /* when it is ended, by monotonic_now(); 0: never */
    int64_t grace;        /* microseconds from SIGTERM to SIGKILL */
    void (*tick)(void *); /* called five times a second; NULL: nothing is */
    void *tick_arg;
};

struct ending {
    int status;     /* as a shell shows it: of a signal, 128 and its number */
    int signal;     /* that killed it, or 0 */
    bool timed_out; /* it was ended because of the deadline */
};

/* Microseconds on a clock that nobody sets. */
int64_t monotonic_now(void);

/* From here on signals wait until a child_wait or signals_pause looks for them. */
void signals_begin(void);

/* The first signal that asked the program to end, or 0. */
int signals_told(void);

/* Waits that long; false when told to end meanwhile, or before. */
bool signals_pause(int64_t microseconds);

/* Ends the program by SIGNAL, as if it had never been waited for. */
_Noreturn void signals_die(int signal);

/* Starts the command; 0 and errno when it can't be run. */
pid_t child_start(const struct command *c);

struct ending child_wait(pid_t pid, const struct limits *limits);

#endif
