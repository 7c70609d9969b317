#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "diag.h"
#include "mem.h"
#include "recread.h"
#include "recwrite.h"
#include "schema.h"
#include "totals.h"

enum { GRACE = 2000000 }; /* microseconds that a pg-load gets for its end */

struct entry {
    const char *path;
    const struct outcome *outcome;
    const char *stages;
    bool tell;
};

static void open_segment(struct recwrite *out, const struct schema_type *type)
{
    struct header header;
    const char **names = mem_resize(NULL, type->ncolumns, sizeof *names);
    for (size_t i = 0; i < type->ncolumns; i++)
        names[i] = type->columns[i].name;
    header_make(&header, type->name, names, type->ncolumns);
    recwrite_header(out, &header);
    header_free(&header);
    free(names);
}

static void write_time(struct recwrite *out, int64_t at)
{
    char text[VALUE_MAX];
    recwrite_raw(out, (struct slice){text, value_write_time(text, at)});
}

static void write_text(struct recwrite *out, const char *text)
{
    recwrite_text(out, slice_of(text ? text : ""));
}

/* A run that is under way has neither an end nor counts, one without statistics no counts. */
static void write_run(struct recwrite *out, const struct outcome *o, const struct counts *counts)
{
    open_segment(out, schema_find(slice_of("etl_run")));
    write_text(out, o->pipeline);
    write_time(out, o->started_at);
    if (o->finished_at) {
        write_time(out, o->finished_at);
        recwrite_int(out, o->status);
    } else {
        recwrite_null(out);
        recwrite_null(out);
    }
    write_text(out, o->signal ? outcome_signal(o->signal) : NULL);
    write_text(out, o->failed_stage);
    recwrite_int(out, o->attempts);
    const int64_t numbers[] = {counts->read,      counts->written,  counts->rejected,
                               counts->dropped,   counts->inserted, counts->updated,
                               counts->unchanged, counts->bytes_in, counts->bytes_out};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (counts->read >= 0)
            recwrite_int(out, numbers[i]);
        else
            recwrite_null(out);
    write_text(out, o->message);
    recwrite_done(out);
    recwrite_end(out);
}

static void add_stages(const char *path, struct totals *totals)
{
    struct recread in;
    char *files[] = {(char *)(uintptr_t)path};
    recread_open(&in, files, 1, 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
        if (event == REC_DATA)
            totals_add(totals, &in);
    recread_close(&in);
}

/* The records of the stages in one segment, with the columns that are loaded. */
static void copy_stages(const char *path, struct recwrite *out)
{
    const struct schema_type *type = schema_find(slice_of("etl_stage"));
    struct recread in;
    char *files[] = {(char *)(uintptr_t)path};
    recread_open(&in, files, 1, 0);
    open_segment(out, type);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event != REC_DATA)
            continue;
        for (size_t i = 0; i < type->ncolumns; i++) {
            int column = header_find(&in.header, type->columns[i].name);
            recwrite_raw(out, column == COLUMN_NONE ? SLICE_NULL : in.field[column]);
        }
        recwrite_done(out);
    }
    recwrite_end(out);
    recread_close(&in);
}

static void tell(const struct outcome *o, const struct counts *n)
{
    double seconds = (double)(o->finished_at - o->started_at) / 1e6;
    if (n->read < 0)
        diag_note("%s: done in %.2f s", o->pipeline, seconds);
    else
        diag_note("%s: done in %.2f s: read %" PRId64 " = written %" PRId64 " (inserted %" PRId64
                  ", updated %" PRId64 ", unchanged %" PRId64 ") + rejected %" PRId64
                  " + dropped %" PRId64,
                  o->pipeline, seconds, n->read, n->written, n->inserted, n->updated, n->unchanged,
                  n->rejected, n->dropped);
}

static void write_entry(const struct entry *e)
{
    struct totals totals = {0};
    struct counts counts = {.read = -1};
    struct stat info;
    struct recwrite out;
    bool counted = e->stages && stat(e->stages, &info) == 0 && info.st_size > 0;
    if (counted)
        add_stages(e->stages, &totals);
    if (totals.stages > 0)
        counts = totals_sum(&totals);
    const char *slash = strrchr(e->path, '/');
    char *directory = mem_text(e->path, (size_t)(slash - e->path));
    char *hidden = place_path(directory, ".", slash + 1);
    recwrite_create(&out, hidden, 0600);
    write_run(&out, e->outcome, &counts);
    if (totals.stages > 0)
        copy_stages(e->stages, &out);
    out_flush(&out.out);
    /* A file without its end, after a loss of power, would stand in the way of those behind it. */
    if (fsync(out.out.fd) != 0)
        diag_die(STATUS_FAILED, "%s: can't write: %s", hidden, strerror(errno));
    recwrite_close(&out);
    if (rename(hidden, e->path) != 0)
        diag_die(STATUS_FAILED, "%s: can't rename it: %s", hidden, strerror(errno));
    if (e->tell)
        tell(e->outcome, &counts);
    totals_free(&totals);
    free(hidden);
    free(directory);
}

/* In a process of its own, because reading what the command has left, and writing to a disk that
 * may be full, may not end the one that still has to say how the run went. */
static bool write_apart(const struct entry *e)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        write_entry(e);
        exit(0);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && status == 0;
}

bool journal_write(const char *path, const struct outcome *o, const char *stages, bool say_so)
{
    struct entry e = {.path = path, .outcome = o, .stages = stages, .tell = say_so};
    if (write_apart(&e))
        return true;
    if (!stages)
        return false;
    diag_note("%s: the counts of the stages are left out of the log", o->pipeline);
    e.stages = NULL;
    return write_apart(&e);
}

/* pg-load beside this program, or else the one of PATH. */
static char *find_pg_load(void)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len > 0) {
        self[len] = '\0';
        *strrchr(self, '/') = '\0';
        char *beside = place_path(self, "pg-load", "");
        if (access(beside, X_OK) == 0)
            return beside;
        free(beside);
    }
    return mem_text("pg-load", strlen("pg-load"));
}

/* Loads one file under the name of its run, which the merge of stages takes for its pipeline. A
 * file that is gone has been loaded by somebody else. */
static int load_file(const char *path, int64_t deadline, bool quiet)
{
    const char *file = strrchr(path, '/') + 1;
    char *name = mem_text(file, strcspn(file, "@"));
    char *program = find_pg_load();
    char *argv[] = {program, "--quiet", "--pipeline", name, "--", (char *)(uintptr_t)path, NULL};
    /* The key for TMDB is none of its business. */
    const char *environment[] = {"REELPIPE_STATS", "TMDB_TOKEN", "TMDB_API_KEY",
                                 getenv("PGCONNECT_TIMEOUT") ? NULL : "PGCONNECT_TIMEOUT=5", NULL};
    int nowhere = quiet ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
    struct command c = {.argv = argv,
                        .environment = environment,
                        .standard_error = nowhere,
                        .kept = -1,
                        .no_input = true};
    struct limits limits = {.deadline = deadline, .grace = GRACE};
    pid_t pid = child_start(&c);
    int status = STATUS_FAILED;
    if (pid)
        status = child_wait(pid, &limits).status;
    else
        diag_note("can't run %s: %s", program, strerror(errno));
    if (nowhere >= 0)
        close(nowhere);
    free(program);
    free(name);
    return access(path, F_OK) == 0 ? status : 0;
}

static int is_entry(const struct dirent *entry)
{
    const char *at = strchr(entry->d_name, '@'), *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && at && dot && dot > at && strcmp(dot, ".tsv") == 0;
}

/* Oldest first, whatever their names. */
static int by_time(const struct dirent **a, const struct dirent **b)
{
    int order = strcmp(strchr((*a)->d_name, '@'), strchr((*b)->d_name, '@'));
    return order ? order : strcmp((*a)->d_name, (*b)->d_name);
}

int journal_waiting(const struct place *p)
{
    struct dirent **list;
    int n = scandir(p->journal_directory, &list, is_entry, NULL);
    for (int i = 0; i < n; i++)
        free(list[i]);
    if (n >= 0)
        free(list);
    return n;
}

/* One that pg-load refuses stays too, and the others get their turn; but when the database is away,
 * or doesn't answer, the next one would fare no better. */
bool journal_load(const struct place *p, const char *file, int64_t microseconds, bool quiet)
{
    struct dirent **list;
    int64_t deadline = monotonic_now() + microseconds;
    int n = scandir(p->journal_directory, &list, is_entry, by_time), status = 0;
    bool loaded = true, away = false;
    for (int i = 0; i < n; i++) {
        char *path = place_path(p->journal_directory, list[i]->d_name, "");
        if (!away) {
            status = load_file(path, deadline, quiet);
            if (status == 0)
                unlink(path);
            loaded = loaded && status == 0;
            away = status != 0 && status != STATUS_FAILED;
        }
        free(path);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    if (!away && file)
        loaded = load_file(file, deadline, quiet) == 0 && loaded;
    return loaded;
}
