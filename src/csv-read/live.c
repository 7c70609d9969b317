/* live: bookmarks on their way out. */
#include "live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "timeparse.h"

/* A stamp is trusted when the file's last change was this long ago as it was read: a clock of a
 * file system ticks every 4 ms, or 2 s on FAT, and changes within a tick can't be told apart. */
enum { TICK = 2 * 1000 * 1000 };

char *live_name(const char *path)
{
    char *name = mem_resize(NULL, 3 * strlen(path) + 1, 1), *to = name;
    while (*path) {
        size_t sound = utf8_prefix(slice_of(path));
        memcpy(to, path, sound);
        to += sound;
        path += sound;
        if (*path)
            to += sprintf(to, "%%%02X", (unsigned char)*path++);
    }
    *to = '\0';
    return name;
}

static char *source_of(const char *name)
{
    char *source = mem_resize(NULL, strlen(name) + 6, 1);
    sprintf(source, "file:%s", name);
    return source;
}

struct bookmark *live_bookmark(const struct live *l, const char *name)
{
    char *source = source_of(name);
    struct bookmark *bookmark = bookmarks_of(&l->known, slice_of(source));
    free(source);
    return bookmark;
}

static struct stamp stamp_of(const struct stat *status)
{
    return (struct stamp){(uint64_t)status->st_size, status->st_mtim.tv_sec,
                          (int32_t)status->st_mtim.tv_nsec};
}

bool live_unchanged(const struct bookmark *bookmark, const struct stat *status)
{
    struct stamp now = stamp_of(status);
    return bookmark->stamped && bookmark->stamp.size == now.size &&
           bookmark->stamp.seconds == now.seconds && bookmark->stamp.nanoseconds == now.nanoseconds;
}

/* The state of a file that was read to its end, and hasn't changed since it was opened, gets a
 * stamp: next time it needn't be opened. */
static struct state state_of(const struct logfile *f)
{
    struct state state = trail_state(&f->trail);
    struct stat now;
    int64_t changed =
        (int64_t)f->status.st_mtim.tv_sec * MICROSECONDS + f->status.st_mtim.tv_nsec / 1000;
    state.stamp = stamp_of(&f->status);
    state.stamped = f->whole && fstat(f->input.in.fd, &now) == 0 &&
                    now.st_size == f->status.st_size &&
                    now.st_mtim.tv_sec == f->status.st_mtim.tv_sec &&
                    now.st_mtim.tv_nsec == f->status.st_mtim.tv_nsec && changed + TICK < time_now();
    return state;
}

/* A mark stands in a segment. Where no record has opened one, the type's own columns do. */
static void need_segment(struct live *l, struct logfile *f)
{
    const struct settings *settings = l->job.settings;
    const char *columns[64];
    size_t n = 0;
    struct header header;
    if (l->job.out.open)
        return;
    if (f && (f->headed || (!settings->type && logfile_heading(f, &l->job)))) {
        job_segment(&l->job, &f->heading.plan.header);
        return;
    }
    if (!settings->type)
        diag_die(STATUS_FAILED, "the input is empty: without a header there are no columns");
    while (n < settings->type->ncolumns) {
        columns[n] = settings->type->columns[n].name;
        n++;
    }
    if (settings->origin)
        columns[n++] = "_origin";
    header_make(&header, settings->type->name, columns, n);
    job_segment(&l->job, &header);
    header_free(&header);
}

static void write_mark(struct live *l, struct logfile *f, const char *source,
                       const struct state *state)
{
    char text[STATE_MAX];
    need_segment(l, f);
    run_flush_rejects(&l->job.run);
    state_write(text, state);
    recwrite_mark_text(&l->job.out, slice_of(source), slice_of(text));
}

static void put_aside(struct live *l, const struct bookmark *old, const struct logfile *f,
                      const char *name)
{
    const struct content *content = &l->known.content[old->content];
    l->displaced =
        mem_grow(l->displaced, &l->displaced_size, l->ndisplaced + 1, sizeof *l->displaced);
    l->displaced[l->ndisplaced++] = (struct displaced){old->content, mem_text(name, strlen(name)),
                                                       f->length < content->state.offset, f->anew};
}

void live_mark(struct live *l, struct logfile *f, const char *name)
{
    if (!f->known)
        return;
    char *source = source_of(name);
    struct state state = state_of(f);
    const struct bookmark *old = bookmarks_of(&l->known, slice_of(source));
    if (old && !l->known.content[old->content].met)
        put_aside(l, old, f, name);
    if (bookmarks_set(&l->known, slice_of(source), &state))
        write_mark(l, f, source, &state);
    bookmarks_find(&l->known, &f->trail)->met = true;
    free(source);
}

void live_mark_past(struct live *l, struct digest past, const struct state *state)
{
    char source[48] = "past:";
    for (size_t i = 0; i < sizeof past.bytes; i++)
        sprintf(source + 5 + 2 * i, "%02x", past.bytes[i]);
    if (bookmarks_set(&l->known, slice_of(source), state))
        write_mark(l, NULL, source, state);
}

/* True when a file of another name is known to have the content. */
static bool is_elsewhere(const struct live *l, size_t content)
{
    for (size_t i = 0; i < l->known.n; i++)
        if (l->known.list[i].content == content)
            return true;
    return false;
}

void live_settle_displaced(struct live *l)
{
    for (size_t i = 0; i < l->ndisplaced; i++) {
        const struct displaced *d = &l->displaced[i];
        const struct content *content = &l->known.content[d->content];
        struct state state = content->state;
        if (!content->met && !is_elsewhere(l, d->content)) {
            if (d->anew)
                diag_note("%s: %s, %" PRIu64 " bytes: read from the start", d->name,
                          d->shorter ? "shorter than what had been read of it"
                                     : "not what had been read of it",
                          state.offset);
            state.stamped = false;
            live_mark_past(l, state.digest, &state);
        }
        free(d->name);
    }
    l->ndisplaced = 0;
}

void live_begin(struct live *l, const struct settings *settings, const struct options *o)
{
    *l = (struct live){0};
    if (settings->resume)
        bookmarks_read(&l->known, settings->resume);
    job_begin(&l->job, settings, o);
}

void live_end(struct live *l, struct logfile *some)
{
    live_settle_displaced(l);
    need_segment(l, some);
    job_end(&l->job);
    bookmarks_free(&l->known);
    free(l->displaced);
}
