#include "messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"

enum {
    SHOWN_LINES = 20,
    SHOWN_BYTES = 8192, /* at most, should the lines be that long */
    SEARCHED = 65536,   /* bytes at the end that a reason is looked for in */
    REASON_MAX = 500,
};

int64_t messages_end(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 ? info.st_size : 0;
}

/* The last bytes from FROM on, at most LIMIT of them. */
static char *read_end(int fd, int64_t from, int64_t limit, size_t *len)
{
    int64_t end = messages_end(fd);
    if (end - from > limit)
        from = end - limit;
    size_t size = end > from ? (size_t)(end - from) : 0;
    char *bytes = mem_resize(NULL, size + 1, 1);
    ssize_t n = size ? pread(fd, bytes, size, from) : 0;
    *len = n > 0 ? (size_t)n : 0;
    return bytes;
}

static void write_all(const char *bytes, size_t len)
{
    for (ssize_t n; len > 0 && (n = write(STDERR_FILENO, bytes, len)) > 0; len -= (size_t)n)
        bytes += n;
}

void messages_pass_on(int fd, int64_t *at)
{
    char block[4096];
    for (ssize_t n; (n = pread(fd, block, sizeof block, *at)) > 0; *at += n)
        write_all(block, (size_t)n);
}

void messages_show(int fd, const char *path, int64_t from)
{
    size_t len;
    char *bytes = read_end(fd, from, SHOWN_BYTES, &len);
    size_t at = len, lines = 0;
    while (at > 0 && lines < SHOWN_LINES)
        lines += bytes[--at] == '\n' && at + 1 < len;
    bool cut = at > 0 || messages_end(fd) - from > (int64_t)len;
    if (bytes[at] == '\n' && at + 1 < len)
        at++;
    if (len > 0)
        diag_note("%s%s:", cut ? "the last lines of " : "", path);
    write_all(bytes + at, len - at);
    if (len > 0 && bytes[len - 1] != '\n')
        write_all("\n", 1);
    free(bytes);
}

/* True for a line that a program of that name wrote. */
static bool is_by(struct slice line, const char *stage)
{
    size_t len = strlen(stage);
    return line.len > len + 2 && memcmp(line.ptr, stage, len) == 0 &&
           memcmp(line.ptr + len, ": ", 2) == 0;
}

/* Control characters and what isn't UTF-8 become `?`. */
static char *clean(struct slice line)
{
    size_t len = line.len;
    if (len > REASON_MAX)
        for (len = REASON_MAX; len > 0 && (line.ptr[len] & 0xc0) == 0x80;)
            len--;
    char *text = mem_text(line.ptr, len);
    for (size_t i = 0; i < len; i++) {
        i += utf8_prefix((struct slice){text + i, len - i});
        if (i < len)
            text[i] = '?';
    }
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i], next = (unsigned char)text[i + 1];
        if (byte == 0xc2 && next >= 0x80 && next <= 0x9f)
            text[i] = text[i + 1] = '?';
        else if (byte < 0x20 || byte == 0x7f)
            text[i] = '?';
    }
    return text;
}

char *messages_reason(int fd, int64_t from, const char *stage)
{
    size_t len;
    char *bytes = read_end(fd, from, SEARCHED, &len), *reason = NULL;
    struct slice last = {0}, own = {0};
    for (size_t at = 0; at < len;) {
        const char *newline = memchr(bytes + at, '\n', len - at);
        size_t end = newline ? (size_t)(newline - bytes) : len;
        struct slice line = {bytes + at, end - at};
        if (line.len > 0)
            last = line;
        if (stage && is_by(line, stage))
            own = line;
        at = end + 1;
    }
    if (own.len > 0)
        last = own;
    if (last.len > 0)
        reason = clean(last);
    free(bytes);
    return reason;
}
