/* notify: signals, inotify on the directories (a file that is replaced takes its own watch along),
 * and the reader of standard output, in one ppoll(2). */
#include "notify.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"

enum { LOOK_MS = 500, PAUSE_MS = 50 };

static const uint32_t events = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;

static volatile sig_atomic_t stopped;
static sigset_t waiting; /* the signals blocked while waiting: not ours */
static int inotify = -1;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static void catch_signal(int number)
{
    struct sigaction old, action = {.sa_handler = stop};
    sigset_t set;
    sigaction(number, NULL, &old);
    if (old.sa_handler == SIG_IGN)
        return;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigaction(number, &action, NULL);
}

static void watch_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash ? mem_text(path, (size_t)(slash - path) + 1) : mem_text(".", 1);
    /* A directory that is named twice is watched once; one that can't be is looked at. */
    inotify_add_watch(inotify, directory, events);
    free(directory);
}

void notify_begin(char *const *paths, size_t npaths)
{
    sigprocmask(SIG_BLOCK, NULL, &waiting);
    sigdelset(&waiting, SIGTERM);
    sigdelset(&waiting, SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGINT);
    inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    for (size_t i = 0; inotify >= 0 && i < npaths; i++)
        watch_directory(paths[i]);
}

static bool wait_for(int fd, long milliseconds)
{
    struct pollfd fds[] = {{.fd = STDOUT_FILENO}, {.fd = fd, .events = POLLIN}};
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    char buffer[4096] __attribute__((aligned(8)));
    if (ppoll(fds, 2, &time, &waiting) > 0) {
        if (fds[0].revents & POLLERR)
            raise(SIGPIPE);
        while (fds[1].revents && read(fd, buffer, sizeof buffer) > 0)
            ;
    }
    return !stopped;
}

bool notify_stopped(void)
{
    sigset_t pending;
    /* Blocked as they are, the signals wait until notify_wait lets them in. */
    return stopped || (sigpending(&pending) == 0 &&
                       (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1));
}

bool notify_wait(void)
{
    return wait_for(inotify, LOOK_MS);
}

bool notify_pause(void)
{
    return wait_for(-1, PAUSE_MS);
}
