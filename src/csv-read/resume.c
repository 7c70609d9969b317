/* resume: what is new in the files since their bookmarks. A file that can't be read is a reject: it
 * keeps its bookmark for the next run, and doesn't hold up the others. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "live.h"
#include "mem.h"
#include "timeparse.h"

/* A gzip file that stops in the middle, and was written to so short a time ago, is being made. */
#define FRESH (60 * MICROSECONDS)

struct resume {
    struct live live;
    size_t sound; /* files that could be read */
};

static void bad_file(struct resume *r, const char *place, const char *reason)
{
    r->live.job.run.read++;
    run_reject(&r->live.job.run, "bad-file", slice_of(place), reason, (struct slice){"", 0},
               (struct slice){"", 0});
}

static int64_t age(const struct logfile *f)
{
    return time_now() -
           ((int64_t)f->status.st_mtim.tv_sec * MICROSECONDS + f->status.st_mtim.tv_nsec / 1000);
}

static void read_on(struct resume *r, struct logfile *f, const char *name)
{
    const int64_t settle = r->live.job.settings->settle;
    char *wrong = NULL;
    f->anew = !f->known;
    if (!f->whole)
        wrong = logfile_read(f, &r->live.job, settle >= 0 && age(f) >= settle, UINT64_MAX);
    if (f->input.fault)
        diag_die(STATUS_FAILED, "%s: changed while it was read: %s", name, f->input.fault);
    if (wrong) {
        char *place = mem_resize(NULL, strlen(name) + 32, 1);
        sprintf(place, "%s:%llu", name, (unsigned long long)f->bad_line);
        bad_file(r, place, wrong);
        free(place);
        free(wrong);
        return;
    }
    r->sound++;
    live_mark(&r->live, f, name);
}

static void recognize(struct resume *r, struct logfile *f, const char *name)
{
    if (logfile_recognize(f, &r->live.known, r->live.job.settings->encoding)) {
        read_on(r, f, name);
    } else if (f->input.cut && age(f) < FRESH) {
        diag_note("%s: is still being compressed: left for the next run", name);
        r->sound++;
    } else {
        bad_file(r, name, f->input.fault);
    }
}

static void resume_file(struct resume *r, const char *path)
{
    char *name = live_name(path);
    struct logfile f;
    const char *wrong = logfile_open(&f, path, name);
    if (!wrong) {
        const struct bookmark *bookmark = live_bookmark(&r->live, name);
        if (bookmark && live_unchanged(bookmark, &f.status)) {
            r->live.known.content[bookmark->content].met = true;
            r->sound++;
        } else {
            recognize(r, &f, name);
        }
        logfile_close(&f);
    } else if (errno == ENOENT) {
        diag_note("%s: it is gone, or has another name now", name);
    } else {
        bad_file(r, name, wrong);
    }
    free(name);
}

/* With nothing new in a table, its columns are those of the first file that has any. */
static void end(struct resume *r, char *const *paths, size_t npaths)
{
    struct logfile f;
    bool wanted = !r->live.job.out.open && !r->live.job.settings->type, found = false;
    for (size_t i = 0; wanted && !found && i < npaths; i++) {
        if (logfile_open(&f, paths[i], paths[i]))
            continue;
        input_begin(&f.input, r->live.job.settings->encoding);
        found = !f.input.fault && logfile_heading(&f, &r->live.job);
        if (!found)
            logfile_close(&f);
    }
    live_end(&r->live, found ? &f : NULL);
    if (found)
        logfile_close(&f);
}

void resume(const struct settings *settings, const struct options *o)
{
    struct resume r = {0};
    live_begin(&r.live, settings, o);
    for (size_t i = 0; i < o->noperands; i++)
        resume_file(&r, o->operands[i]);
    if (r.sound == 0)
        diag_die(STATUS_FAILED, "none of the files could be read");
    end(&r, o->operands, o->noperands);
}
