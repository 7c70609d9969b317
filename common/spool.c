#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"

enum { LINE_GUESS = 512, NEAR = 8 * 1024, NEAR_GUESS = 64 * 1024, PIECE = 256 * 1024 };

static const char *directory(void)
{
    const char *dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/tmp";
}

_Noreturn static void die(const char *what)
{
    diag_die(STATUS_FAILED, "%s: can't %s: %s", directory(), what, strerror(errno));
}

static int make_file(void)
{
    char path[4096];
    int fd = open(directory(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (fd >= 0)
        return fd;
    /* Not every file system has files without a name. */
    int n = snprintf(path, sizeof path, "%s/reelpipe.XXXXXX", directory());
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        die("make a file for what is held back");
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        die("make a file for what is held back");
    unlink(path);
    return fd;
}

static void write_at(int fd, const char *bytes, size_t len, uint64_t offset)
{
    while (len) {
        ssize_t n = pwrite(fd, bytes, len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            die("write what is held back");
        bytes += n;
        len -= (size_t)n;
        offset += (uint64_t)n;
    }
}

static void read_at(int fd, char *bytes, size_t len, uint64_t offset)
{
    while (len) {
        ssize_t n = pread(fd, bytes, len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = EIO;
        if (n <= 0)
            die("read what was held back");
        bytes += n;
        len -= (size_t)n;
        offset += (uint64_t)n;
    }
}

void spool_open(struct spool *s, size_t memory)
{
    *s = (struct spool){.fd = -1, .tail_size = memory};
}

void spool_close(struct spool *s)
{
    if (s->fd >= 0)
        close(s->fd);
    free(s->tail);
    free(s->found);
    free(s->scan);
    *s = (struct spool){.fd = -1};
}

uint64_t spool_end(const struct spool *s)
{
    return 1 + s->filed + s->tail_len;
}

char *spool_room(struct spool *s, size_t len)
{
    if (s->tail_len && len > s->tail_size - s->tail_len) {
        if (s->fd < 0)
            s->fd = make_file();
        write_at(s->fd, s->tail, s->tail_len, s->filed);
        s->filed += s->tail_len;
        s->tail_len = 0;
    }
    if (!s->tail || len > s->tail_size) {
        if (len > s->tail_size)
            s->tail_size = len;
        free(s->tail);
        s->tail = mem_resize(NULL, s->tail_size, 1);
    }
    s->tail_len += len;
    return s->tail + s->tail_len - len;
}

size_t spool_read(const struct spool *s, uint64_t offset, char *buffer, size_t len)
{
    uint64_t at = offset - 1, left = s->filed + s->tail_len - at;
    if (len > left)
        len = (size_t)left;
    size_t filed = at >= s->filed ? 0 : s->filed - at < len ? (size_t)(s->filed - at) : len;
    if (filed)
        read_at(s->fd, buffer, filed, at);
    if (len > filed)
        memcpy(buffer + filed, s->tail + (at + filed - s->filed), len - filed);
    return len;
}

/* The line at OFFSET in what was read last, or a slice without an address. */
static struct slice line_in_found(const struct spool *s, uint64_t offset)
{
    if (offset < s->found_from || offset - s->found_from >= s->found_len)
        return (struct slice){NULL, 0};
    const char *line = s->found + (offset - s->found_from);
    const char *lf = memchr(line, '\n', s->found_len - (size_t)(line - s->found));
    return lf ? (struct slice){line, (size_t)(lf - line)} : (struct slice){NULL, 0};
}

struct slice spool_line(struct spool *s, uint64_t offset)
{
    if (offset - 1 >= s->filed) {
        const char *line = s->tail + (offset - 1 - s->filed);
        const char *lf = memchr(line, '\n', (size_t)(s->tail + s->tail_len - line));
        return (struct slice){line, (size_t)(lf - line)};
    }
    struct slice line = line_in_found(s, offset);
    /* Who asks for a line soon behind the last one goes on like that. */
    bool near = offset >= s->found_last && offset - s->found_last < NEAR;
    s->found_last = offset;
    for (size_t want = near ? NEAR_GUESS : LINE_GUESS; !line.ptr; want *= 4) {
        s->found = mem_grow(s->found, &s->found_size, want, 1);
        s->found_len = spool_read(s, offset, s->found, want);
        s->found_from = offset;
        line = line_in_found(s, offset);
        if (!line.ptr && s->found_len < want)
            diag_die(STATUS_FAILED, "a held back line has no end: this is a bug, please report it");
    }
    return line;
}

static void change(struct spool *s, uint64_t offset, const char *bytes, size_t len)
{
    uint64_t at = offset - 1;
    size_t filed = at >= s->filed ? 0 : s->filed - at < len ? (size_t)(s->filed - at) : len;
    if (filed)
        write_at(s->fd, bytes, filed, at);
    if (len > filed)
        memcpy(s->tail + (at + filed - s->filed), bytes + filed, len - filed);
}

void spool_change(struct spool *s, uint64_t offset, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (offset + i >= s->found_from && offset + i - s->found_from < s->found_len)
            s->found[offset + i - s->found_from] = bytes[i];
    /* The walk's piece is written back as a whole, so it must hold the change itself. */
    if (s->scan_len && offset >= s->scan_from && offset < s->scan_from + s->scan_at) {
        memcpy(s->scan + (offset - s->scan_from), bytes, len);
        s->scan_changed = true;
    } else {
        change(s, offset, bytes, len);
    }
}

void spool_walk_from(struct spool *s, uint64_t offset)
{
    if (!s->scan) {
        s->scan_size = PIECE;
        s->scan = mem_resize(NULL, s->scan_size, 1);
    }
    s->scan_from = offset;
    s->scan_len = s->scan_at = 0;
    s->scan_changed = false;
}

/* Writes changes back, moves what is left to the front and reads on. False when there is no more.
 */
static bool next_piece(struct spool *s)
{
    if (s->scan_changed) {
        change(s, s->scan_from, s->scan, s->scan_at);
        s->found_len = 0; /* may be from before */
    }
    s->scan_changed = false;
    s->scan_len -= s->scan_at;
    memmove(s->scan, s->scan + s->scan_at, s->scan_len);
    s->scan_from += s->scan_at;
    s->scan_at = 0;
    if (s->scan_len == s->scan_size) {
        s->scan_size *= 2;
        s->scan = mem_resize(s->scan, s->scan_size, 1);
    }
    size_t n = spool_read(s, s->scan_from + s->scan_len, s->scan + s->scan_len,
                          s->scan_size - s->scan_len);
    s->scan_len += n;
    return n > 0;
}

bool spool_walk(struct spool *s, uint64_t *offset, struct slice *line)
{
    const char *lf;
    for (;;) {
        const char *start = s->scan + s->scan_at;
        lf = memchr(start, '\n', s->scan_len - s->scan_at);
        if (lf)
            break;
        if (!next_piece(s))
            return false;
    }
    *offset = s->scan_from + s->scan_at;
    *line = (struct slice){s->scan + s->scan_at, (size_t)(lf - s->scan) - s->scan_at};
    s->scan_at += line->len + 1;
    return true;
}
