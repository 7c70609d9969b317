/* ids: film ids from a file or standard input: movie_id of a record stream, or one id a line. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "body.h"
#include "diag.h"
#include "mem.h"
#include "pull.h"
#include "value.h"

enum { LINE_MAX_BYTES = 4096 };

struct reader {
    struct pull *pull;
    struct id_source source;
    struct in in;
    bool is_stream;
    /* A record stream. */
    struct recread records;
    size_t column;
    /* A plain list. */
    char buffer[16 * LINE_MAX_BYTES];
    size_t at, end;
    bool ended;
    uint64_t line;
};

/* The first byte of an input, without taking it: -1 when there is none or it can't be told. */
static int first_byte(int fd)
{
    unsigned char byte;
    off_t here = lseek(fd, 0, SEEK_CUR);
    if (here >= 0)
        return pread(fd, &byte, 1, here) == 1 ? byte : -1;
    int copy[2], first = -1;
    if (pipe2(copy, O_CLOEXEC) != 0)
        diag_die(STATUS_FAILED, "can't make a pipe: %s", strerror(errno));
    /* tee copies from a pipe and leaves there what it copies. */
    if (tee(fd, copy[1], 1, 0) == 1 && read(copy[0], &byte, 1) == 1)
        first = byte;
    close(copy[0]);
    close(copy[1]);
    return first;
}

static void bad_id(struct reader *r, const char *rule, const char *what, struct slice raw)
{
    char reason[400];
    snprintf(reason, sizeof reason, "movie_id: %s: %s", what, diag_quote(raw));
    reject_id(r->pull, rule, &r->source, r->line, 0, raw, reason);
}

/* Takes the id of TEXT; false when it was rejected. */
static bool take_id(struct reader *r, struct slice text, int64_t *id)
{
    r->pull->run->read++;
    if (slice_is_null(text)) {
        bad_id(r, "missing-value", "missing", text);
        return false;
    }
    if (!value_int(text, id) || *id < 1 || *id > ID_MAX) {
        bad_id(r, "bad-id", "not an id of TMDB", text);
        return false;
    }
    return true;
}

static bool readable(int fd)
{
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    return poll(&wanted, 1, 0) != 0;
}

static enum feed_next next_of_stream(void *context, int64_t *id, uint64_t *line, bool may_block)
{
    struct reader *r = context;
    for (;;) {
        if (!may_block && !recread_ready(&r->records) && !readable(r->in.fd))
            return FEED_WAIT;
        switch (recread_next(&r->records)) {
        case REC_EOF:
            return FEED_END;
        case REC_SEGMENT:
            r->column = recread_need(&r->records, "movie_id");
            break;
        case REC_DATA:
            r->line = *line = r->records.line_number;
            if (take_id(r, r->records.field[r->column], id))
                return FEED_JOB;
            break;
        default:
            break;
        }
    }
}

/* The next line of a plain list, without its end and the spaces around it. */
static enum feed_next next_line(struct reader *r, struct slice *line, bool may_block)
{
    for (;;) {
        char *start = r->buffer + r->at, *lf = memchr(start, '\n', r->end - r->at);
        if (lf || (r->ended && r->at < r->end)) {
            size_t len = (size_t)((lf ? lf : r->buffer + r->end) - start);
            r->at += len + (lf != NULL);
            r->line++;
            while (len && strchr(" \t\r", start[len - 1]))
                len--;
            while (len && strchr(" \t", *start))
                start++, len--;
            *line = (struct slice){start, len};
            return FEED_JOB;
        }
        if (r->ended)
            return FEED_END;
        if (r->end - r->at > LINE_MAX_BYTES)
            diag_die(STATUS_FAILED, "%s:%llu: not a list of ids: a line of over %d bytes",
                     r->in.name, (unsigned long long)r->line + 1, LINE_MAX_BYTES);
        if (!may_block && !readable(r->in.fd))
            return FEED_WAIT;
        memmove(r->buffer, start, r->end - r->at);
        r->end -= r->at;
        r->at = 0;
        size_t n = in_read(&r->in, r->buffer + r->end, sizeof r->buffer - r->end);
        r->end += n;
        r->ended = n == 0;
    }
}

static enum feed_next next_of_list(void *context, int64_t *id, uint64_t *line, bool may_block)
{
    struct reader *r = context;
    struct slice text;
    enum feed_next next;
    while ((next = next_line(r, &text, may_block)) == FEED_JOB) {
        *line = r->line;
        if (text.len && take_id(r, text, id))
            return FEED_JOB;
    }
    return next;
}

void pull_ids(struct pull *pull, const char *path)
{
    struct reader *r = mem_zeroed(sizeof *r);
    r->pull = pull;
    in_open(&r->in, path);
    r->is_stream = first_byte(r->in.fd) == '#';
    r->source = (struct id_source){.context = r,
                                   .next = r->is_stream ? next_of_stream : next_of_list,
                                   .fd = r->in.fd,
                                   .where = r->in.name,
                                   .unit = ":"};
    if (r->is_stream)
        recread_open_fd(&r->records, r->in.fd, r->in.name, 0);
    details_fetch(pull, &r->source);
    if (r->is_stream)
        recread_close(&r->records);
    else
        in_close(&r->in);
    free(r);
}
