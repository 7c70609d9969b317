#include "escape.h"

#include <stdint.h>

/* What follows the backslash for C, or 0 when it stands for itself. */
static inline char letter_of(char c)
{
    switch (c) {
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\\':
        return '\\';
    default:
        return 0;
    }
}

void escape_write(struct out *out, struct slice text)
{
    const char *p = text.ptr, *end = p + text.len, *run = p;
    if (p < end && *p == '#')
        out_char(out, '\\');
    for (; p < end; p++) {
        char letter = letter_of(*p);
        if (!letter)
            continue;
        out_bytes(out, run, (size_t)(p - run));
        out_char(out, '\\');
        out_char(out, letter);
        run = p + 1;
    }
    out_bytes(out, run, (size_t)(p - run));
}

size_t escape(struct slice text, char *buffer)
{
    char *out = buffer;
    if (text.len && text.ptr[0] == '#')
        *out++ = '\\';
    for (const char *p = text.ptr, *end = p + text.len; p < end; p++) {
        char letter = letter_of(*p);
        if (letter)
            *out++ = '\\';
        *out++ = letter ? letter : *p;
    }
    return (size_t)(out - buffer);
}

size_t unescape(struct slice field, char *buffer)
{
    char *out = buffer;
    for (const char *p = field.ptr, *end = p + field.len; p < end; p++) {
        if (*p != '\\' || p + 1 == end) {
            *out++ = *p;
            continue;
        }
        p++;
        *out++ = *p == 't' ? '\t' : *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p;
    }
    return (size_t)(out - buffer);
}

/* The length of the UTF-8 character at P (the first byte is 0x80 or more), or 0: the well-formed
 * byte sequences of The Unicode Standard, table 3-7. */
static size_t utf8_char(const unsigned char *p, size_t room)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t len;
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        len = 2;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        len = 3;
        if (p[0] == 0xe0)
            low = 0xa0;
        else if (p[0] == 0xed)
            high = 0x9f;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        len = 4;
        if (p[0] == 0xf0)
            low = 0x90;
        else if (p[0] == 0xf4)
            high = 0x8f;
    } else {
        return 0;
    }
    if (len > room || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if (p[i] < 0x80 || p[i] > 0xbf)
            return 0;
    return len;
}

size_t utf8_prefix(struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    size_t i = 0;
    while (i < text.len) {
        /* Eight bytes of ASCII without NUL at a time. */
        while (text.len - i >= 8) {
            uint64_t word;
            memcpy(&word, p + i, 8);
            uint64_t zero = (word - 0x0101010101010101u) & ~word;
            if ((word | zero) & 0x8080808080808080u)
                break;
            i += 8;
        }
        if (i == text.len)
            break;
        if (p[i] < 0x80) {
            if (p[i] == 0)
                break;
            i++;
            continue;
        }
        size_t len = utf8_char(p + i, text.len - i);
        if (len == 0)
            break;
        i += len;
    }
    return i;
}

/* What is wrong with the escape at P (a backslash) of a field that goes from START to END, or NULL.
 */
static const char *escape_check(const char *p, const char *start, const char *end)
{
    char c = p + 1 < end ? p[1] : '\0';
    switch (c) {
    case 't':
    case 'n':
    case 'r':
    case '\\':
        return NULL;
    case '#':
        return p == start ? NULL : "the escape \\# inside a field";
    case 'N':
        return p == start && p + 2 == end ? NULL : "the escape \\N inside a field";
    case '\0':
        return "a backslash at the end of a field";
    default:
        return "an escape that isn't \\t \\n \\r \\\\ \\# or \\N";
    }
}

const char *line_check(struct slice line, size_t *at)
{
    const char *start = line.ptr, *end = line.ptr + line.len;
    while (start <= end) {
        const char *tab = memchr(start, '\t', (size_t)(end - start));
        const char *stop = tab ? tab : end;
        for (const char *p = start; p < stop; p++) {
            *at = (size_t)(p - line.ptr);
            if (*p == '\r')
                return "a raw CR";
            if (*p != '\\')
                continue;
            const char *wrong = escape_check(p, start, stop);
            if (wrong)
                return wrong;
            p++;
        }
        start = stop + 1;
    }
    *at = utf8_prefix(line);
    if (*at < line.len)
        return line.ptr[*at] == '\0' ? "a NUL byte" : "invalid UTF-8";
    return NULL;
}
