/* simulate: makes up films and users, and writes the files or the one CSV that are asked for. */
#include "simulate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "films.h"
#include "logs.h"
#include "mem.h"
#include "service.h"
#include "users.h"
#include "value.h"

enum { SECONDS_PER_HOUR = 3600 };

static void make_directory(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        diag_die(STATUS_FAILED, "%s: can't create: %s", path, strerror(errno));
}

static char *path_in(const char *dir, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", dir, name) < 0)
        diag_die(STATUS_FAILED, "out of memory");
    return path;
}

static uint64_t write_csv(const char *path, const struct catalogue *catalogue,
                          const struct users *users)
{
    struct out out;
    out_create(&out, path, 0666);
    if (catalogue)
        films_write(catalogue, &out);
    else
        users_write(users, &out);
    out_close(&out);
    return out.bytes;
}

/* The rows of the logs; what is no row isn't counted. */
static uint64_t count_rows(const struct dirt *dirt)
{
    uint64_t rows = 0;
    for (enum kind kind = PLAIN; kind < NKINDS; kind++)
        if (kinds[kind].outcome != IGNORED)
            rows += dirt->counts[kind];
    return rows;
}

static void write_logs(const struct sim_options *o, const struct catalogue *catalogue,
                       const struct users *users, struct run *run)
{
    struct service service = {
        .seed = o->seed, .per_day = (uint64_t)o->per_day, .catalogue = catalogue, .users = users};
    struct dirt dirt = {
        .seed = o->seed, .dirty = o->dirty, .unknown_film = catalogue->last_id + 1000};
    memcpy(dirt.enabled, o->kinds, sizeof dirt.enabled);
    int64_t start = o->now - o->days * SECONDS_PER_DAY;
    struct logs logs = {.service = &service,
                        .dirt = &dirt,
                        .start = start - floor_mod(start, SECONDS_PER_HOUR),
                        .end = o->now};
    service_begin(&service);
    dirt_begin(&dirt);
    if (o->out) {
        logs_write_files(&logs, o->out);
    } else {
        struct out out;
        out_open(&out, STDOUT_FILENO, "stdout");
        logs_write_stream(&logs, &out);
        out_close(&out);
        logs.bytes = out.bytes;
    }
    char *truth = o->out && !o->truth ? path_in(o->out, "truth.tsv") : NULL;
    if (o->truth || truth)
        dirt_truth(&dirt, o->truth ? o->truth : truth);
    free(truth);
    run->written += count_rows(&dirt);
    run->bytes_out += logs.bytes;
    service_end(&service);
}

void simulate(const struct sim_options *o, struct run *run)
{
    struct catalogue catalogue = {0};
    struct users users = {0};
    if (o->movies_from)
        films_read(&catalogue, o->movies_from, o->as_of);
    else if (o->print != PRINT_USERS)
        films_invent(&catalogue, o->seed, (size_t)o->movies, o->as_of);
    if (o->print != PRINT_MOVIES)
        users_invent(&users, o->seed, (size_t)o->users, o->as_of);
    if (o->print == PRINT_MOVIES || o->print == PRINT_USERS) {
        const struct catalogue *films = o->print == PRINT_MOVIES ? &catalogue : NULL;
        run->written = films ? catalogue.n : users.n;
        run->bytes_out = write_csv("-", films, &users);
    } else if (o->print == PRINT_LOGS) {
        write_logs(o, &catalogue, &users, run);
    } else {
        char *logs = path_in(o->out, "logs");
        char *movies_csv = path_in(o->out, "movies.csv");
        char *users_csv = path_in(o->out, "users.csv");
        make_directory(o->out);
        make_directory(logs);
        if (!o->movies_from) {
            run->written += catalogue.n;
            run->bytes_out += write_csv(movies_csv, &catalogue, NULL);
        }
        run->written += users.n;
        run->bytes_out += write_csv(users_csv, NULL, &users);
        write_logs(o, &catalogue, &users, run);
        free(logs);
        free(movies_csv);
        free(users_csv);
    }
    run->read = run->written;
    films_free(&catalogue);
    users_free(&users);
}
