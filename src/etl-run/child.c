#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "value.h"

enum {
    TICK = 200000,       /* microseconds */
    POLL = 20000,        /* while strays, whose ends nobody reports to us, are waited for */
    KILL_WAIT = 5000000, /* for the kernel to do what SIGKILL says */
    LONGEST = 1000000000,
};

static sigset_t waited, original;
static int told;

int64_t monotonic_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

/* A signal that our parent has us ignore, as nohup(1) does with SIGHUP, stays ignored. */
void signals_begin(void)
{
    static const int endings[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&waited);
    sigaddset(&waited, SIGCHLD);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct sigaction now;
        sigaction(endings[i], NULL, &now);
        if (now.sa_handler != SIG_IGN)
            sigaddset(&waited, endings[i]);
    }
    sigprocmask(SIG_BLOCK, &waited, &original);
    /* Orphans of the command become ours: without somebody who reaps them their group would seem
     * to be alive. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int signals_told(void)
{
    return told;
}

/* The next signal within that time; 0: none, or a child's end. */
static int next_signal(int64_t microseconds)
{
    if (microseconds < 0)
        microseconds = 0;
    struct timespec wait = {.tv_sec = (time_t)(microseconds / MICROSECONDS),
                            .tv_nsec = (long)(microseconds % MICROSECONDS) * 1000};
    int got = sigtimedwait(&waited, NULL, &wait);
    if (got <= 0 || got == SIGCHLD)
        return 0;
    if (!told)
        told = got;
    return got;
}

bool signals_pause(int64_t microseconds)
{
    int64_t until = monotonic_now() + microseconds;
    for (int64_t left; !told && (left = until - monotonic_now()) > 0;)
        next_signal(left);
    return !told;
}

_Noreturn void signals_die(int number)
{
    sigset_t one;
    signal(number, SIG_DFL);
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    exit(STATUS_FAILED);
}

/* The child's half: never returns. Only what may be called after fork. */
static _Noreturn void become(const struct command *c, int report)
{
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, &original, NULL);
    /* A group in the background that reads from a terminal would be stopped. */
    if (c->no_input || isatty(STDIN_FILENO)) {
        int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2(nothing, STDIN_FILENO);
    }
    if (c->standard_error >= 0)
        dup2(c->standard_error, STDERR_FILENO);
    if (c->kept >= 0)
        fcntl(c->kept, F_SETFD, 0);
    for (size_t i = 0; c->environment && c->environment[i]; i++)
        putenv((char *)(uintptr_t)c->environment[i]); /* without a `=` it takes the variable out */
    execvp(c->argv[0], c->argv);
    int error = errno;
    ssize_t ignored = write(report, &error, sizeof error);
    (void)ignored;
    _exit(127);
}

pid_t child_start(const struct command *c)
{
    int report[2], error = 0;
    if (pipe2(report, O_CLOEXEC) != 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0)
        become(c, report[1]);
    if (pid < 0)
        error = errno;
    else
        setpgid(pid, pid); /* whoever comes first: the group must be there when it is signalled */
    close(report[1]);
    if (pid > 0 && read(report[0], &error, sizeof error) == (ssize_t)sizeof error)
        waitpid(pid, NULL, 0);
    close(report[0]);
    errno = error;
    return error ? 0 : pid;
}

/* A stopped process would never see it. */
static void signal_group(pid_t pid, int number)
{
    kill(-pid, number);
    kill(-pid, SIGCONT);
}

/* Takes the ends of all children that have ended; true when PID is among them. */
static bool reap(pid_t pid, struct ending *e)
{
    int status;
    bool found = false;
    for (pid_t one; (one = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (one != pid)
            continue;
        found = true;
        e->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        e->status = e->signal ? 128 + e->signal : WEXITSTATUS(status);
    }
    return found;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

struct ending child_wait(pid_t pid, const struct limits *limits)
{
    struct ending e = {0};
    int64_t deadline = limits->deadline ? limits->deadline : INT64_MAX, kill_at = INT64_MAX;
    bool alive = true, stopping = false, killed = false;
    for (;;) {
        int64_t now = monotonic_now();
        int stop_by = 0;
        if (reap(pid, &e))
            alive = false;
        /* A command that ends by itself may leave a server running; one that is ended, or killed
         * by somebody, has left a mess. */
        if (!alive && !stopping && !e.signal)
            break;
        if (!alive && kill(-pid, 0) != 0)
            break;
        if (!alive && !stopping)
            stop_by = SIGTERM;
        if (alive && !stopping && now >= deadline) {
            e.timed_out = true;
            stop_by = SIGTERM;
        }
        if (now >= kill_at) {
            if (killed && !alive)
                break; /* one that even SIGKILL doesn't end is stuck in the kernel */
            signal_group(pid, SIGKILL);
            killed = true;
            kill_at = now + KILL_WAIT;
        }
        if (!stop_by) {
            int64_t wait = least(stopping ? INT64_MAX : deadline, kill_at);
            wait = least(wait == INT64_MAX ? LONGEST : wait - now, limits->tick ? TICK : LONGEST);
            stop_by = next_signal(alive ? wait : least(wait, POLL));
        }
        if (stop_by) {
            signal_group(pid, stop_by);
            if (!stopping)
                kill_at = monotonic_now() + limits->grace;
            stopping = true;
        }
        if (limits->tick)
            limits->tick(limits->tick_arg);
    }
    if (limits->tick)
        limits->tick(limits->tick_arg);
    return e;
}
