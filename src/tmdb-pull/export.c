/* export: TMDB's daily id exports: the films of one, or how one differs from an older one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "body.h"
#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "pull.h"

enum {
    LINE_MAX_BYTES = 1024 * 1024,
    VANISHED_FEW = 100, /* more than these and … */
    VANISHED_PART = 10, /* … a tenth of a catalogue don't vanish between two exports */
};

struct export
{
    struct pull *pull;
    struct id_source source;
    gzFile file;
    char *line;
    size_t room;
    uint64_t number;
    uint64_t bad;
};

static void export_open(struct export *e, struct pull *pull, const char *path)
{
    *e = (struct export){.pull = pull};
    bool standard = strcmp(path, "-") == 0;
    e->source =
        (struct id_source){.context = e, .fd = -1, .where = standard ? "stdin" : path, .unit = ":"};
    int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        diag_die(STATUS_FAILED, "%s: %s", e->source.where, strerror(errno));
    e->file = gzdopen(fd, "rb");
    if (!e->file)
        diag_die(STATUS_FAILED, "out of memory");
    gzbuffer(e->file, IO_BLOCK);
}

static void export_close(struct export *e)
{
    gzclose_r(e->file);
    free(e->line);
}

/* The next line; false at the end. A file that is cut ends the program: what it lacks would pass
 * for vanished. */
static bool next_line(struct export *e, struct slice *line)
{
    size_t len = 0;
    for (;;) {
        e->line = mem_grow(e->line, &e->room, len + 4096, 1);
        /* gzgets would hide a NUL, and what follows it: the last byte tells how much it read. */
        memset(e->line + len, '\n', 4096);
        char *got = gzgets(e->file, e->line + len, 4096);
        int code = Z_OK;
        const char *message = gzerror(e->file, &code);
        if (code != Z_OK && code != Z_STREAM_END)
            diag_die(STATUS_FAILED, "%s:%llu: %s", e->source.where,
                     (unsigned long long)e->number + 1,
                     code == Z_ERRNO       ? strerror(errno)
                     : code == Z_BUF_ERROR ? "the file is cut"
                                           : message);
        if (!got && len == 0)
            return false;
        if (got) {
            char *end = e->line + len + 4095;
            while (end > e->line + len && *end == '\n')
                end--;
            /* `end` is the NUL that gzgets put behind what it read. */
            len = (size_t)(end - e->line);
        }
        if (!got || e->line[len - 1] == '\n')
            break;
        if (len > LINE_MAX_BYTES)
            diag_die(STATUS_FAILED, "%s:%llu: not an id export: a line of over %d KiB",
                     e->source.where, (unsigned long long)e->number + 1, LINE_MAX_BYTES / 1024);
    }
    e->number++;
    while (len && strchr("\r\n", e->line[len - 1]))
        len--;
    *line = (struct slice){e->line, len};
    return true;
}

/* The next film's id and popularity; lines that aren't films are rejected. */
static bool next_export(struct export *e, int64_t *id, int64_t *popularity)
{
    struct slice line;
    while (next_line(e, &line)) {
        if (line.len == 0)
            continue;
        e->pull->run->read++;
        const char *wrong = body_export_line(line, id, popularity);
        if (!wrong)
            return true;
        e->bad++;
        char origin[1024];
        int len = snprintf(origin, sizeof origin, "%s:%llu", e->source.where,
                           (unsigned long long)e->number);
        size_t size = (size_t)len < sizeof origin ? (size_t)len : sizeof origin - 1;
        bool sound = utf8_prefix(line) == line.len;
        run_reject(e->pull->run, "bad-line", (struct slice){origin, size}, wrong, slice_of(""),
                   sound ? line : slice_of(""));
    }
    return false;
}

static enum feed_next next_film(void *context, int64_t *id, uint64_t *line, bool may_block)
{
    struct export *e = context;
    int64_t popularity;
    (void)may_block;
    while (next_export(e, id, &popularity)) {
        *line = e->number;
        if (popularity >= e->pull->options->min_popularity)
            return FEED_JOB;
        e->pull->run->dropped++;
    }
    return FEED_END;
}

/* What --diff gathers. A film counts as known to the older export when it was popular enough then,
 * and as vanished when the newer one lacks it altogether. */
struct difference {
    struct idset old_all, old_known, new_all;
    struct idlist added;
    size_t next;
};

static enum feed_next next_added(void *context, int64_t *id, uint64_t *line, bool may_block)
{
    struct difference *d = context;
    (void)may_block;
    if (d->next == d->added.count)
        return FEED_END;
    *id = d->added.ids[d->next++];
    *line = (uint64_t)*id;
    return FEED_JOB;
}

static void read_difference(struct pull *pull, struct difference *d, uint64_t *bad)
{
    const struct pull_options *o = pull->options;
    struct export e;
    int64_t id, popularity;
    export_open(&e, pull, o->diff);
    while (next_export(&e, &id, &popularity)) {
        pull->run->dropped++;
        idset_add(&d->old_all, id);
        if (popularity >= o->min_popularity)
            idset_add(&d->old_known, id);
    }
    export_close(&e);
    export_open(&e, pull, o->file);
    while (next_export(&e, &id, &popularity)) {
        bool first = idset_add(&d->new_all, id);
        if (first && popularity >= o->min_popularity && !idset_has(&d->old_known, id))
            idlist_add(&d->added, id);
        else
            pull->run->dropped++;
    }
    *bad = e.bad;
    export_close(&e);
}

static void write_vanished(struct pull *pull, const struct difference *d, uint64_t bad)
{
    const struct pull_options *o = pull->options;
    struct idlist vanished = {0};
    idset_minus(&d->old_all, &d->new_all, &vanished);
    uint64_t most = d->old_all.count / VANISHED_PART;
    if (most < VANISHED_FEW)
        most = VANISHED_FEW;
    if (o->max_vanished >= 0)
        most = (uint64_t)o->max_vanished;
    if (vanished.count > most)
        diag_die(
            STATUS_FAILED,
            "%s: %zu of %llu films of %s aren't in it: it looks cut (--max-vanished allows more)",
            o->file, vanished.count, (unsigned long long)d->old_all.count, o->diff);
    if (vanished.count && bad) {
        diag_note("%s: %llu lines can't be read, so none of the %zu films that seem to have "
                  "vanished is taken for deleted",
                  o->file, (unsigned long long)bad, vanished.count);
        vanished.count = 0;
    }
    for (size_t i = 0; i < vanished.count; i++) {
        pull->run->read++;
        output_tombstone(pull, vanished.ids[i]);
    }
    idlist_free(&vanished);
}

void pull_export(struct pull *pull)
{
    const struct pull_options *o = pull->options;
    if (!o->diff) {
        struct export e;
        export_open(&e, pull, o->file);
        e.source.next = next_film;
        details_fetch(pull, &e.source);
        export_close(&e);
        return;
    }
    struct difference d = {0};
    uint64_t bad;
    read_difference(pull, &d, &bad);
    write_vanished(pull, &d, bad);
    details_fetch(
        pull,
        &(struct id_source){
            .context = &d, .next = next_added, .fd = -1, .where = o->file, .unit = ": film "});
    idset_free(&d.old_all);
    idset_free(&d.old_known);
    idset_free(&d.new_all);
    idlist_free(&d.added);
}
