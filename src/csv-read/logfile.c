/* logfile: one pass of hashing finds the longest known beginning of a text; then the splitter
 * goes on from there, and what it is done with goes into the hash. */
#include "logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"

const char *logfile_open(struct logfile *f, const char *path, const char *name)
{
    *f = (struct logfile){.length = UINT64_MAX};
    /* A pipe without a writer would block. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return strerror(errno);
    if (fstat(fd, &f->status) != 0 || !S_ISREG(f->status.st_mode)) {
        bool directory = S_ISDIR(f->status.st_mode);
        close(fd);
        errno = 0;
        return directory ? "Is a directory" : "not a file that can be read again";
    }
    in_open_fd(&f->input.in, fd, name);
    trail_begin(&f->trail);
    return NULL;
}

void logfile_forget(struct logfile *f)
{
    trail_free(&f->trail);
    trail_begin(&f->trail);
    heading_free(&f->heading);
    f->headed = f->known = f->whole = f->more = false;
    f->length = UINT64_MAX;
}

void logfile_close(struct logfile *f)
{
    input_close(&f->input);
    trail_free(&f->trail);
    heading_free(&f->heading);
}

/* --- recognizing ------------------------------------------------------------------------------ */

/* The offsets at which a text is compared with what is known: first the small ones, then those of
 * texts that begin like it. */
struct stops {
    const struct bookmarks *known;
    uint64_t *offsets;
    size_t n, at;
    bool to_end;
};

/* The next one behind OFFSET, or 0. */
static uint64_t next_stop(struct stops *s, uint64_t offset)
{
    while (offset < TRAIL_HEAD)
        if (++offset == TRAIL_HEAD || s->known->small[offset])
            return offset;
    if (s->at < s->n)
        return s->offsets[s->at++];
    return s->to_end ? UINT64_MAX : 0;
}

static bool is_plain(const struct input *input)
{
    return !input->gzipped && !input->encoding;
}

/* The bytes of text that a plain file has. */
static uint64_t plain_length(const struct logfile *f)
{
    uint64_t size = (uint64_t)f->status.st_size;
    return size > f->input.mark ? size - f->input.mark : 0;
}

static void walk(struct logfile *f, struct bookmarks *known, struct stops *s)
{
    char *buffer = mem_resize(NULL, IO_BLOCK, 1);
    size_t at = 0, n = 0;
    struct trail t;
    trail_begin(&t);
    for (uint64_t stop; (stop = next_stop(s, t.offset)) != 0;) {
        while (t.offset < stop) {
            if (at == n) {
                n = input_read(&f->input, buffer, IO_BLOCK);
                at = 0;
                if (n == 0)
                    break;
            }
            size_t part = n - at < stop - t.offset ? n - at : (size_t)(stop - t.offset);
            trail_add(&t, buffer + at, part);
            at += part;
        }
        if (t.offset < stop) {
            f->length = t.offset;
            break;
        }
        if (stop == TRAIL_HEAD && !s->offsets)
            s->offsets = bookmarks_offsets(
                known, t.head, is_plain(&f->input) ? plain_length(f) : UINT64_MAX, &s->n);
        struct content *content = bookmarks_find(known, &t);
        if (content) {
            content->met = true;
            t.line = content->state.line;
            trail_copy(&f->trail, &t);
        }
    }
    trail_free(&t);
    free(buffer);
}

bool logfile_recognize(struct logfile *f, struct bookmarks *known, const char *encoding)
{
    input_begin(&f->input, encoding);
    struct stops s = {.known = known, .to_end = f->input.gzipped};
    if (!f->input.fault)
        walk(f, known, &s);
    free(s.offsets);
    if (is_plain(&f->input))
        f->length = plain_length(f);
    f->known = f->trail.offset > 0;
    f->whole = f->trail.offset == f->length;
    return !f->input.fault;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct feed {
    struct logfile *file;
    uint64_t budget;
};

static size_t feed_read(void *context, char *buffer, size_t size)
{
    struct feed *feed = context;
    if (feed->budget == 0) {
        feed->file->more = true;
        return 0;
    }
    size = size < feed->budget ? size : (size_t)feed->budget;
    size_t n = input_read(&feed->file->input, buffer, size);
    feed->budget -= n;
    return n;
}

static void feed_done(void *context, const char *bytes, size_t len)
{
    struct feed *feed = context;
    trail_add(&feed->file->trail, bytes, len);
}

static void open_at(struct feed *feed, struct split *split, uint64_t offset)
{
    input_seek(&feed->file->input, offset);
    split_open(split, feed_read, feed);
}

/* The header, which stands at the start of the file wherever reading goes on. True when the
 * splitter stands at the first record, in front of it or, without a header, on it. */
static bool read_heading(struct feed *feed, struct job *job, split_sink *sink, bool settled,
                         char **wrong)
{
    struct logfile *f = feed->file;
    struct split *split = &job->split;
    open_at(feed, split, 0);
    split->sink = sink;
    if (!split_next(split) || (split->record.open && !settled))
        return false;
    *wrong = heading_make(&f->heading, job->settings, &split->record, &f->bad_status);
    f->bad_line = split->record.line;
    f->headed = !*wrong;
    return f->headed;
}

bool logfile_heading(struct logfile *f, struct job *job)
{
    struct feed feed = {f, UINT64_MAX};
    char *wrong = NULL;
    bool read = f->headed || read_heading(&feed, job, NULL, true, &wrong);
    free(wrong);
    return read;
}

/* A line over the limit has come in part: it is a record when its end is there. The file's text is
 * gone through, but the trail stays in front of the line if it isn't. COPY gets the record's text,
 * which has to outlive that. */
static bool long_line_ends(struct logfile *f, struct split *split, bool settled, char **copy)
{
    struct split_record *record = &split->record;
    struct trail before;
    split_tell(split, record->raw.ptr);
    trail_begin(&before);
    trail_copy(&before, &f->trail);
    *copy = mem_text(record->raw.ptr, record->raw.len);
    record->raw.ptr = *copy;
    bool ended = split_skip(split) || settled;
    if (!ended)
        trail_copy(&f->trail, &before);
    trail_free(&before);
    return ended;
}

/* Emits the record at hand. False: it isn't complete, and the trail ends in front of it. */
static bool take_record(struct logfile *f, struct job *job, bool settled)
{
    struct split *split = &job->split;
    const struct split_record *record = &split->record;
    char *copy = NULL;
    bool complete = true;
    if (record->fault == SPLIT_TOO_LONG) {
        complete = long_line_ends(f, split, settled, &copy);
    } else if (record->open && !settled) {
        split_tell(split, record->raw.ptr);
        complete = false;
    }
    if (complete)
        emit_record(&job->emit, record);
    else
        f->trail.line = record->line;
    f->in_quotes = !complete && record->fault == SPLIT_UNTERMINATED;
    free(copy);
    f->known |= complete;
    return complete;
}

char *logfile_read(struct logfile *f, struct job *job, bool settled, uint64_t budget)
{
    struct feed feed = {f, budget};
    struct split *split = &job->split;
    const uint64_t bytes = job->run.bytes_in, from = f->trail.offset;
    char *wrong = NULL;
    f->whole = f->more = false;
    if ((from == 0 || !f->headed) &&
        !read_heading(&feed, job, from ? NULL : feed_done, settled, &wrong))
        return wrong;
    if (from) {
        open_at(&feed, split, from);
        split->sink = feed_done;
        split->line = f->trail.line;
        split->after_cr = trail_last(&f->trail) == '\r';
    }
    /* Without a header the splitter stands on the first record already. */
    bool more = (from == 0 && job->settings->no_header) || split_next(split);
    for (uint64_t n = 0; more; n++, more = split_next(split)) {
        if (n == 0)
            job_file(job, &f->heading, f->input.in.name);
        if (!take_record(f, job, settled))
            break;
        if (n % JOB_CHUNK == 0)
            job_count(job, bytes + f->trail.offset - from);
    }
    if (!more) {
        split_tell(split, settled ? split->buffer + split->end : NULL);
        f->trail.line = split->line;
        f->whole = !f->more && (settled || split_at_end(split));
    }
    job_count(job, bytes + f->trail.offset - from);
    return NULL;
}
