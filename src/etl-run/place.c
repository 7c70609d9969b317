#include "place.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "timeparse.h"
#include "value.h"

enum { NAME_MAX_LEN = 64, STAMP_SIZE = 32 };

char *place_path(const char *directory, const char *name, const char *suffix)
{
    size_t size = strlen(directory) + strlen(name) + strlen(suffix) + 2;
    char *path = mem_resize(NULL, size, 1);
    snprintf(path, size, "%s/%s%s", directory, name, suffix);
    return path;
}

bool place_name(const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > NAME_MAX_LEN || *name == '.' || *name == '-')
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && !strchr("._-", *name))
            return false;
    return true;
}

/* Makes PATH and what is above it. */
static void make_directories(const char *path)
{
    char *part = mem_text(path, strlen(path));
    for (char *slash = part + 1;; slash++) {
        bool last = *slash == '\0';
        if (!last && *slash != '/')
            continue;
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            diag_die(STATUS_FAILED, "%s: can't make the directory: %s", part, strerror(errno));
        if (last)
            break;
        *slash = '/';
    }
    free(part);
}

/* As pg-local has it: root's state is the machine's, a user's is the user's. */
static char *runs_directory(void)
{
    const char *given = getenv("REELPIPE_RUNS"), *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (given && *given)
        return mem_text(given, strlen(given));
    if (geteuid() == 0)
        return place_path("/var/lib/reelpipe", "runs", "");
    if (state && *state == '/')
        return place_path(state, "reelpipe/runs", "");
    if (!home || *home != '/')
        diag_die(STATUS_FAILED, "neither REELPIPE_RUNS nor HOME says where runs are kept");
    return place_path(home, ".local/state/reelpipe/runs", "");
}

static char *subdirectory(const struct place *p, const char *name, const char *below)
{
    char *path = place_path(p->runs, "etl-run/", name), *whole = path;
    if (*below) {
        whole = place_path(path, below, "");
        free(path);
    }
    make_directories(whole);
    return whole;
}

void place_open(struct place *p, const char *name)
{
    char *runs = runs_directory();
    *p = (struct place){.name = name};
    make_directories(runs);
    /* The command may work in another directory. */
    p->runs = realpath(runs, NULL);
    if (!p->runs)
        diag_die(STATUS_FAILED, "%s: %s", runs, strerror(errno));
    free(runs);
    char *locks = subdirectory(p, "locks", "");
    p->lock = place_path(locks, name, "");
    free(locks);
    p->running_directory = subdirectory(p, "running", "");
    p->journal_directory = subdirectory(p, "journal", "");
    p->logs = subdirectory(p, "logs", name);
}

static void forget_run(struct place *p)
{
    free(p->running);
    free(p->journal);
    free(p->log);
    free(p->stages);
    free(p->failed);
}

void place_close(struct place *p)
{
    forget_run(p);
    free(p->runs);
    free(p->lock);
    free(p->running_directory);
    free(p->journal_directory);
    free(p->logs);
    *p = (struct place){0};
}

/* The lock belongs to the open file, which the command inherits: as long as anything of a run is
 * alive its name is taken, also when we were killed outright. */
static _Noreturn void refuse(const struct place *p, int fd)
{
    char text[32] = "";
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    long pid = n > 0 ? strtol(text, NULL, 10) : 0;
    if (pid <= 0)
        diag_die(STATUS_RETRY, "%s is running already", p->name);
    if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
        diag_die(STATUS_RETRY, "%s is running already: what process %ld has left behind", p->name,
                 pid);
    diag_die(STATUS_RETRY, "%s is running already, by process %ld", p->name, pid);
}

int place_take_lock(const struct place *p)
{
    int fd = open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        diag_die(STATUS_FAILED, "%s: %s", p->lock, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            refuse(p, fd);
        diag_die(STATUS_FAILED, "%s: can't lock it: %s", p->lock, strerror(errno));
    }
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        diag_die(STATUS_FAILED, "%s: can't write: %s", p->lock, strerror(errno));
    return fd;
}

/* The time in a file's name: of one length, so that names sort by it. */
static void write_stamp(char *stamp, int64_t at)
{
    int year, month, day;
    int64_t second = floor_div(at, MICROSECONDS), clock = floor_mod(second, SECONDS_PER_DAY);
    civil_from_days((int32_t)floor_div(second, SECONDS_PER_DAY), &year, &month, &day);
    snprintf(stamp, STAMP_SIZE, "%04u%02u%02uT%02u%02u%02u.%06uZ", (unsigned)year % 10000,
             (unsigned)month % 100, (unsigned)day % 100, (unsigned)(clock / 3600) % 100,
             (unsigned)(clock / 60 % 60), (unsigned)(clock % 60),
             (unsigned)floor_mod(at, MICROSECONDS));
}

/* The time that REST, the end of a file's name, begins with, or 0. */
static int64_t read_stamp(const char *rest)
{
    int year, month, day, hour, minute, second, fraction, len = 0;
    int32_t days;
    if (sscanf(rest, "%4d%2d%2dT%2d%2d%2d.%6dZ%n", &year, &month, &day, &hour, &minute, &second,
               &fraction, &len) != 7 ||
        len == 0 || !days_from_civil(year, month, day, &days))
        return 0;
    return ((int64_t)days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second) * MICROSECONDS +
           fraction;
}

void place_run(struct place *p, int64_t started_at)
{
    char stamp[STAMP_SIZE], file[NAME_MAX_LEN + 1 + STAMP_SIZE];
    forget_run(p);
    write_stamp(stamp, started_at);
    snprintf(file, sizeof file, "%s@%s", p->name, stamp);
    p->running = place_path(p->running_directory, file, ".tsv");
    p->journal = place_path(p->journal_directory, file, ".tsv");
    p->log = place_path(p->logs, stamp, ".log");
    p->stages = place_path(p->logs, stamp, ".tsv");
    p->failed = place_path(p->logs, stamp, ".failed");
}

int64_t place_lost(const struct place *p, char **path)
{
    int64_t started_at = 0;
    size_t len = strlen(p->name);
    DIR *directory = opendir(p->running_directory);
    if (!directory)
        diag_die(STATUS_FAILED, "%s: %s", p->running_directory, strerror(errno));
    for (struct dirent *entry; !started_at && (entry = readdir(directory)) != NULL;)
        if (strncmp(entry->d_name, p->name, len) == 0 && entry->d_name[len] == '@') {
            started_at = read_stamp(entry->d_name + len + 1);
            if (started_at)
                *path = place_path(p->running_directory, entry->d_name, "");
        }
    closedir(directory);
    return started_at;
}

int64_t place_last_sign(const struct place *p)
{
    const char *const files[] = {p->running, p->log, p->stages, p->failed};
    int64_t last = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct stat info;
        if (stat(files[i], &info) != 0)
            continue;
        int64_t at = (int64_t)info.st_mtim.tv_sec * MICROSECONDS + info.st_mtim.tv_nsec / 1000;
        last = at > last ? at : last;
    }
    return last;
}

static int is_of_run(const struct dirent *entry)
{
    return read_stamp(entry->d_name) != 0;
}

/* Files stand in the order of their runs. */
void place_tidy(const struct place *p, int64_t keep)
{
    struct dirent **list;
    int n = scandir(p->logs, &list, is_of_run, alphasort);
    int64_t runs = 0, previous = 0;
    for (int i = n - 1; i >= 0; i--) {
        int64_t at = read_stamp(list[i]->d_name);
        runs += at != previous;
        previous = at;
        if (runs > keep) {
            char *path = place_path(p->logs, list[i]->d_name, "");
            unlink(path);
            free(path);
        }
        free(list[i]);
    }
    if (n >= 0)
        free(list);
}
