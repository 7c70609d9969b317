/* io: block input and output on file descriptors. The only way records are read and written.
 *
 * Blocks of 256 KiB with raw read(2) and write(2), pipes enlarged to 1 MiB where the kernel allows
 * it (a refusal is harmless). An input that is about to block first flushes every open output, so a
 * stream that trickles is passed on at once, and one that rushes is passed on in whole blocks.
 */
#ifndef REELPIPE_IO_H
#define REELPIPE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "slice.h"

enum { IO_BLOCK = 256 * 1024 };

struct in {
    int fd;
    const char *name; /* for messages: the path, or "stdin" */
    uint64_t bytes;   /* read so far */
};

struct out {
    int fd;
    const char *name; /* for messages: the path, or "stdout" */
    uint64_t bytes;   /* written so far, without what is buffered */
    char *buffer;     /* IO_BLOCK bytes */
    size_t len;       /* bytes in the buffer that aren't written yet */
    struct out *next; /* the outputs that in_read flushes */
};

/* Opens PATH ("-" is standard input). A file that can't be opened is a diag_die, status 1. The name
 * is kept, not copied. */
void in_open(struct in *in, const char *path);

/* Takes over an open descriptor. */
void in_open_fd(struct in *in, int fd, const char *name);

/* Reads up to SIZE bytes into BUFFER; 0 at the end. Flushes all outputs before it blocks. Read
 * errors end the program, status 1. */
size_t in_read(struct in *in, void *buffer, size_t size);

/* Closes the descriptor (not standard input). */
void in_close(struct in *in);

/* Opens an output on FD; NAME is kept, not copied. */
void out_open(struct out *out, int fd, const char *name);

/* Creates (or empties) PATH with MODE and opens an output on it; "-" is standard output. */
void out_create(struct out *out, const char *path, unsigned mode);

/* Writes all that is buffered. Write errors (a full disk, a closed descriptor) end the program with
 * status 1 and a message that names the output. */
void out_flush(struct out *out);

/* Flushes and closes, reporting the errors that only close(2) reports. */
void out_close(struct out *out);

/* Writes a long run past the buffer, in order. The slow half of out_bytes. */
void out_long(struct out *out, const char *bytes, size_t len);

static inline void out_bytes(struct out *out, const char *bytes, size_t len)
{
    if (len > IO_BLOCK - out->len) {
        out_long(out, bytes, len);
        return;
    }
    memcpy(out->buffer + out->len, bytes, len);
    out->len += len;
}

static inline void out_char(struct out *out, char c)
{
    if (out->len == IO_BLOCK)
        out_flush(out);
    out->buffer[out->len++] = c;
}

static inline void out_slice(struct out *out, struct slice s)
{
    out_bytes(out, s.ptr, s.len);
}

static inline void out_text(struct out *out, const char *text)
{
    out_bytes(out, text, strlen(text));
}

/* Writes a decimal integer. */
void out_int(struct out *out, int64_t value);

#endif
