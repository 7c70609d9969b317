#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "value.h"

enum { PIPE_SIZE = 1024 * 1024 };

static struct out *outputs; /* all open ones */

static void enlarge_pipe(int fd)
{
    /* Fails on what isn't a pipe and where the user's pipe quota is used up; both are harmless. */
    fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
}

void in_open_fd(struct in *in, int fd, const char *name)
{
    *in = (struct in){.fd = fd, .name = name};
    enlarge_pipe(fd);
}

void in_open(struct in *in, const char *path)
{
    if (strcmp(path, "-") == 0) {
        in_open_fd(in, STDIN_FILENO, "stdin");
        return;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        diag_die(STATUS_FAILED, "%s: %s", path, strerror(errno));
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    in_open_fd(in, fd, path);
}

size_t in_read(struct in *in, void *buffer, size_t size)
{
    bool pending = false;
    for (struct out *out = outputs; out; out = out->next)
        pending |= out->len > 0;
    if (pending) {
        struct pollfd poll_fd = {.fd = in->fd, .events = POLLIN};
        if (poll(&poll_fd, 1, 0) <= 0)
            for (struct out *out = outputs; out; out = out->next)
                out_flush(out);
    }
    for (;;) {
        ssize_t n = read(in->fd, buffer, size);
        if (n >= 0) {
            in->bytes += (uint64_t)n;
            return (size_t)n;
        }
        if (errno != EINTR)
            diag_die(STATUS_FAILED, "%s: can't read: %s", in->name, strerror(errno));
    }
}

void in_close(struct in *in)
{
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    in->fd = -1;
}

void out_open(struct out *out, int fd, const char *name)
{
    *out = (struct out){.fd = fd, .name = name, .buffer = mem_resize(NULL, IO_BLOCK, 1)};
    enlarge_pipe(fd);
    out->next = outputs;
    outputs = out;
}

void out_create(struct out *out, const char *path, unsigned mode)
{
    if (strcmp(path, "-") == 0) {
        out_open(out, STDOUT_FILENO, "stdout");
        return;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        diag_die(STATUS_FAILED, "%s: can't create: %s", path, strerror(errno));
    out_open(out, fd, path);
}

static void write_all(struct out *out, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(out->fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            diag_die(STATUS_FAILED, "%s: can't write: %s", out->name, strerror(errno));
        bytes += n;
        len -= (size_t)n;
        out->bytes += (uint64_t)n;
    }
}

void out_flush(struct out *out)
{
    size_t len = out->len;
    out->len = 0; /* before writing: a failed write mustn't be tried again at exit */
    write_all(out, out->buffer, len);
}

void out_close(struct out *out)
{
    out_flush(out);
    for (struct out **link = &outputs; *link; link = &(*link)->next)
        if (*link == out) {
            *link = out->next;
            break;
        }
    free(out->buffer);
    out->buffer = NULL;
    /* Some file systems (NFS, quotas) report a failed write only here. */
    if (close(out->fd) != 0 && errno != EINTR)
        diag_die(STATUS_FAILED, "%s: can't write: %s", out->name, strerror(errno));
    out->fd = -1;
}

void out_long(struct out *out, const char *bytes, size_t len)
{
    size_t room = IO_BLOCK - out->len;
    if (len > room && len < IO_BLOCK) {
        memcpy(out->buffer + out->len, bytes, room);
        out->len += room;
        out_flush(out);
        bytes += room;
        len -= room;
    } else if (len >= IO_BLOCK) {
        out_flush(out);
        write_all(out, bytes, len);
        return;
    }
    memcpy(out->buffer + out->len, bytes, len);
    out->len += len;
}

void out_int(struct out *out, int64_t value)
{
    char text[VALUE_MAX];
    out_bytes(out, text, value_write_int(text, value));
}
