/* plain: files from beginning to end, one after the other. What can't be read ends the program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "input.h"
#include "job.h"
#include "mem.h"
#include "short.h"

struct files {
    struct job job;
    struct heading heading;
    uint64_t done;  /* bytes of the files before this one */
    size_t headers; /* files that had one */
};

static void check_fault(const struct input *input)
{
    if (input->fault)
        diag_die(STATUS_FAILED, "%s: %s", input->in.name, input->fault);
}

static size_t read_sound(void *context, char *buffer, size_t size)
{
    size_t n = input_read(context, buffer, size);
    check_fault(context);
    return n;
}

static void begin_records(struct files *f, const char *name)
{
    int status;
    const struct split_record *first = &f->job.split.record;
    heading_free(&f->heading);
    char *wrong = heading_make(&f->heading, f->job.settings, first, &status);
    if (wrong)
        diag_die(status, "%s:%llu: %s", name, (unsigned long long)first->line, wrong);
    job_file(&f->job, &f->heading, name);
    f->headers++;
}

static void read_file(struct files *f, const char *path)
{
    struct input input;
    struct split *split = &f->job.split;
    in_open(&input.in, path);
    input_begin(&input, f->job.settings->encoding);
    check_fault(&input);
    split_open(split, read_sound, &input);
    bool more = split_next(split);
    if (more) {
        begin_records(f, input.in.name);
        if (!f->job.settings->no_header)
            more = split_next(split);
    } else {
        diag_note("%s: nothing in it, not even a header", input.in.name);
    }
    for (uint64_t n = 1; more; n++, more = split_next(split)) {
        emit_record(&f->job.emit, &split->record);
        n += short_rows(&f->job.emit, split);
        if (n >= JOB_CHUNK) {
            job_count(&f->job, f->done + input.in.bytes);
            n = 0;
        }
    }
    f->done += input.in.bytes;
    job_count(&f->job, f->done);
    input_close(&input);
}

/* Finds what can't be read before anything is written, and the number of bytes to come. */
static uint64_t check_files(char *const *paths, size_t n)
{
    bool known = true;
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++) {
        struct stat status;
        bool standard = strcmp(paths[i], "-") == 0;
        if (standard ? fstat(STDIN_FILENO, &status) : stat(paths[i], &status))
            diag_die(STATUS_FAILED, "%s: %s", standard ? "stdin" : paths[i], strerror(errno));
        if (S_ISDIR(status.st_mode))
            diag_die(STATUS_FAILED, "%s: %s", standard ? "stdin" : paths[i], strerror(EISDIR));
        if (!standard && access(paths[i], R_OK) != 0)
            diag_die(STATUS_FAILED, "%s: %s", paths[i], strerror(errno));
        known = known && S_ISREG(status.st_mode);
        total += (uint64_t)status.st_size;
    }
    return known ? total : 0;
}

void plain(const struct settings *settings, const struct options *o)
{
    static char dash[] = "-";
    char *const standard_input[] = {dash};
    char *const *paths = o->noperands ? o->operands : standard_input;
    size_t npaths = o->noperands ? o->noperands : 1;
    struct files f = {0};
    uint64_t total = check_files(paths, npaths);
    job_begin(&f.job, settings, o);
    f.job.total = total;
    for (size_t i = 0; i < npaths; i++)
        read_file(&f, paths[i]);
    if (f.headers == 0)
        diag_die(STATUS_FAILED, "the input is empty: without a header there are no columns");
    heading_free(&f.heading); /* nothing more is emitted */
    job_end(&f.job);
}
