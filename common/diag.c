#include "diag.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "escape.h"

enum {
    MESSAGE_MAX = 4096, /* at most PIPE_BUF, so that a line in a shared pipe stays whole */
    QUOTE_MAX = 60,     /* bytes of a value that a message shows */
};

static const char *program = "reelpipe";

/* A descriptor from 0 to 2 that the parent closed would be taken by the next file that is opened,
 * and records or messages would end up in it. Reading or writing what is put here instead fails. */
static void hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            open("/dev/null", O_PATH);
}

void diag_begin(const char *name)
{
    program = name;
    hold_standard_descriptors();
    signal(SIGPIPE, SIG_DFL);
}

const char *diag_program(void)
{
    return program;
}

/* Control bytes become `?`: values were quoted by diag_quote before, but paths and the messages of
 * libraries come as they are. */
static void print_line(const char *format, va_list args)
{
    char text[MESSAGE_MAX];
    int prefix = snprintf(text, sizeof text, "%s: ", program);
    size_t len = (size_t)prefix;
    int n = vsnprintf(text + len, sizeof text - len, format, args);
    if (n > 0)
        len += (size_t)n;
    if (len > sizeof text - 1)
        len = sizeof text - 1;
    while (len > (size_t)prefix && text[len - 1] == '\n')
        len--;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i], next = (unsigned char)text[i + 1];
        if (byte == 0xc2 && next >= 0x80 && next <= 0x9f) /* the control characters beyond ASCII */
            text[i] = text[i + 1] = '?';
        else if (byte < 0x20 || byte == 0x7f)
            text[i] = '?';
    }
    text[len++] = '\n';
    /* Nobody is left to tell when standard error itself can't be written. */
    ssize_t ignored = write(STDERR_FILENO, text, len);
    (void)ignored;
}

void diag_note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

void diag_die(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
    exit(status);
}

void diag_usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
    diag_die(STATUS_USAGE, "Try '%s --help'.", program);
}

const char *diag_quote(struct slice value)
{
    static char buffers[4][QUOTE_MAX * 4 + 8];
    static unsigned turn;
    char *start = buffers[turn++ % 4], *out = start;

    *out++ = '"';
    size_t i = 0;
    while (i < value.len && i < QUOTE_MAX) {
        unsigned char c = (unsigned char)value.ptr[i];
        size_t sound = 0; /* bytes of the character at i when it isn't ASCII */
        if (c >= 0x80) {
            sound = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
            if (sound > value.len - i || utf8_prefix((struct slice){value.ptr + i, sound}) != sound)
                sound = 0;
            else if (c == 0xc2 && (unsigned char)value.ptr[i + 1] < 0xa0)
                sound = 0; /* U+0080 to U+009F are control characters too */
        }
        if (sound && i + sound > QUOTE_MAX)
            break;
        if (sound) {
            memcpy(out, value.ptr + i, sound);
            out += sound;
            i += sound;
            continue;
        }
        if (c == '\n' || c == '\t' || c == '\r') {
            *out++ = '\\';
            *out++ = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
        } else if (c == '"' || c == '\\') {
            *out++ = '\\';
            *out++ = (char)c;
        } else if (c < 0x20 || c >= 0x7f) {
            out += sprintf(out, "\\x%02x", c);
        } else {
            *out++ = (char)c;
        }
        i++;
    }
    strcpy(out, i < value.len ? "...\"" : "\"");
    return start;
}
