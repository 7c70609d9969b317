/* follow: reads on at the end of files that grow. A file that is replaced by another of its name is
 * read until nothing more comes to it, and the new one meanwhile; one that is cut or rewritten in
 * place is begun anew. Goes on until a signal ends it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "live.h"
#include "mem.h"
#include "notify.h"
#include "timeparse.h"

/* Records are marked, and so can be committed, at least after so many bytes. */
enum { BUDGET = 1024 * 1024, SHORT = 64 * 1024 };

/* A file that has lost its name is left when nothing was added for so long. */
#define FAREWELL (10 * MICROSECONDS)

struct tail {
    struct logfile file;
    uint64_t size;      /* when it was last looked at … */
    uint64_t stalled;   /* … with a quote open or a long line: its size then; 0: not */
    int64_t last;       /* when something last came, of one that lost its name … */
    struct digest past; /* … and what had been read of it then */
};

/* An operand. */
struct name {
    const char *path;
    char *name;
    struct tail *tail; /* NULL while there is no such file */
    bool told;         /* … which has been said */
};

struct follow {
    struct live live;
    struct name *names;
    size_t n;
    struct tail **past; /* files that have lost their names */
    size_t npast, past_size;
};

static void read_tail(struct follow *f, struct tail *t, const char *name)
{
    struct job *job = &f->live.job;
    uint64_t budget = BUDGET;
    do {
        uint64_t from = t->file.trail.offset;
        char *wrong = logfile_read(&t->file, job, false, budget);
        if (wrong)
            diag_die(t->file.bad_status, "%s:%" PRIu64 ": %s", t->file.input.in.name,
                     t->file.bad_line, wrong);
        if (t->file.trail.offset > from && name)
            live_mark(&f->live, &t->file, name);
        /* A record that is longer than the budget needs a larger one. */
        budget = t->file.trail.offset > from ? BUDGET : 2 * budget;
    } while (t->file.more && !notify_stopped());
}

/* True when one of the bytes between two offsets of the file is ENDS[0] or ENDS[1]. */
static bool has_end(const struct tail *t, const char *ends, uint64_t from, uint64_t upto)
{
    char bytes[16 * 1024];
    while (from < upto) {
        size_t len = upto - from < sizeof bytes ? (size_t)(upto - from) : sizeof bytes;
        ssize_t n = pread(t->file.input.in.fd, bytes, len, (off_t)from);
        if (n <= 0 || memchr(bytes, ends[0], (size_t)n) || memchr(bytes, ends[1], (size_t)n))
            return true;
        from += (uint64_t)n;
    }
    return false;
}

/* A record that isn't complete is read anew when something has come. A long one (a stray quote has
 * opened it, say) only when what has come may end it: else it would be gone through again and again
 * while it grows. */
static bool worth_reading(const struct tail *t, uint64_t size)
{
    uint64_t open = size - t->file.trail.offset;
    if (size <= t->size || t->size - t->file.trail.offset < SHORT ||
        (t->file.in_quotes && open > RECORD_MAX))
        return size > t->size;
    return has_end(t, t->file.in_quotes ? "\"\"" : "\r\n", t->size, size);
}

/* True when the file still has the text before the trail's end, as far as its last bytes tell. */
static bool same_text(const struct tail *t, uint64_t size)
{
    const struct trail *trail = &t->file.trail;
    char now[TRAIL_LAST];
    size_t n = trail->offset < TRAIL_LAST ? (size_t)trail->offset : TRAIL_LAST;
    uint64_t end = t->file.input.mark + trail->offset;
    return size >= end && pread(t->file.input.in.fd, now, n, (off_t)(end - n)) == (ssize_t)n &&
           memcmp(now, trail->last + TRAIL_LAST - n, n) == 0;
}

static void recognize(struct follow *f, struct tail *t)
{
    if (!logfile_recognize(&t->file, &f->live.known, NULL))
        diag_die(STATUS_FAILED, "%s: %s", t->file.input.in.name, t->file.input.fault);
    if (t->file.input.gzipped)
        diag_die(STATUS_FAILED, "%s: a compressed file can't be followed", t->file.input.in.name);
    t->file.anew = !t->file.known;
}

/* Keeps what was read of a file whose name belongs to another text from now on. */
static void keep_past(struct follow *f, struct tail *t)
{
    struct state state = trail_state(&t->file.trail);
    if (t->last == 0)
        t->past = state.digest;
    if (t->file.known)
        live_mark_past(&f->live, t->past, &state);
}

/* Reads what has come since the last time; true when something has. NAME is NULL for a file that
 * has lost its name. */
static bool look(struct follow *f, struct tail *t, const char *name)
{
    struct stat status;
    if (fstat(t->file.input.in.fd, &status) != 0)
        diag_die(STATUS_FAILED, "%s: %s", t->file.input.in.name, strerror(errno));
    uint64_t size = (uint64_t)status.st_size, from = t->file.trail.offset;
    if (!same_text(t, size)) {
        diag_note("%s: cut or rewritten: read from the start", t->file.input.in.name);
        keep_past(f, t);
        logfile_forget(&t->file);
        t->size = from = 0;
        t->file.status = status;
        input_seek(&t->file.input, 0);
        recognize(f, t);
    }
    if (worth_reading(t, size))
        read_tail(f, t, name);
    t->size = size;
    return t->file.trail.offset != from;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* A file that is being read already, under another name or none: it has been renamed to one of the
 * names, and is read on under that. NULL: it is a new one. */
static struct tail *take_over(struct follow *f, const struct stat *status)
{
    struct tail *found = NULL;
    for (size_t i = 0; i < f->n && !found; i++)
        if (f->names[i].tail && same_file(&f->names[i].tail->file.status, status)) {
            found = f->names[i].tail;
            f->names[i].tail = NULL;
        }
    for (size_t i = 0; i < f->npast && !found; i++)
        if (same_file(&f->past[i]->file.status, status)) {
            found = f->past[i];
            f->past[i] = f->past[--f->npast];
        }
    if (found)
        found->last = 0;
    return found;
}

static void open_name(struct follow *f, struct name *n)
{
    struct tail *t = mem_zeroed(sizeof *t);
    const char *wrong = logfile_open(&t->file, n->path, n->name);
    if (wrong) {
        if (errno != ENOENT)
            diag_die(STATUS_FAILED, "%s: %s", n->name, wrong);
        if (!n->told)
            diag_note("%s: there is no such file yet: waiting for it", n->name);
        n->told = true;
        free(t);
        return;
    }
    n->tail = take_over(f, &t->file.status);
    if (n->tail) {
        logfile_close(&t->file);
        free(t);
        n->tail->file.input.in.name = n->name;
    } else {
        n->tail = t;
        recognize(f, t);
    }
    live_mark(&f->live, &n->tail->file, n->name);
    look(f, n->tail, n->name);
}

/* Whatever becomes of the name, a file is read under it until another one has it. */
static void look_at_name(struct follow *f, struct name *n)
{
    struct stat status;
    if (!n->tail) {
        open_name(f, n);
        return;
    }
    bool replaced = stat(n->path, &status) == 0 && !same_file(&n->tail->file.status, &status);
    look(f, n->tail, n->name);
    if (!replaced)
        return;
    keep_past(f, n->tail);
    n->tail->last = time_now();
    f->past = mem_grow(f->past, &f->past_size, f->npast + 1, sizeof *f->past);
    f->past[f->npast++] = n->tail;
    n->tail = NULL;
    open_name(f, n);
}

static void look_at_past(struct follow *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->npast; i++) {
        struct tail *t = f->past[i];
        int64_t now = time_now();
        if (look(f, t, NULL)) {
            keep_past(f, t);
            t->last = now;
        }
        if (now - t->last < FAREWELL) {
            f->past[kept++] = t;
            continue;
        }
        if (!t->file.whole && t->size > t->file.trail.offset)
            diag_note("%s: the file that had this name before ends within a record: %" PRIu64
                      " bytes are not read",
                      t->file.input.in.name, t->size - t->file.trail.offset);
        logfile_close(&t->file);
        free(t);
    }
    f->npast = kept;
}

static void look_at_all(struct follow *f)
{
    for (size_t i = 0; i < f->n; i++)
        look_at_name(f, &f->names[i]);
    look_at_past(f);
    live_settle_displaced(&f->live);
    run_flush_rejects(&f->live.job.run);
    out_flush(&f->live.job.out.out);
}

void follow(const struct settings *settings, const struct options *o)
{
    struct follow f = {.n = o->noperands};
    f.names = mem_zeroed((f.n + 1) * sizeof *f.names);
    for (size_t i = 0; i < f.n; i++)
        f.names[i] = (struct name){.path = o->operands[i], .name = live_name(o->operands[i])};
    live_begin(&f.live, settings, o);
    notify_begin(o->operands, o->noperands);
    do
        look_at_all(&f);
    while (notify_pause() && notify_wait());
    live_end(&f.live, NULL);
    for (size_t i = 0; i < f.n; i++) {
        if (f.names[i].tail)
            logfile_close(&f.names[i].tail->file);
        free(f.names[i].tail);
        free(f.names[i].name);
    }
    for (size_t i = 0; i < f.npast; i++) {
        logfile_close(&f.past[i]->file);
        free(f.past[i]);
    }
    free(f.past);
    free(f.names);
}
