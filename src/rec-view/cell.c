/* cell: measures text in columns of the terminal by wcwidth(3), wide and combining characters
 * included, and takes the sting out of control characters.
 * Fields are UTF-8 that recread has checked, so characters are decoded here without ifs. */
#include "cell.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "mem.h"

static bool widths_known;

bool cell_begin(void)
{
    setlocale(LC_CTYPE, "");
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    /* Widths are those of UTF-8 even where the person's locale is another. */
    widths_known = utf8 || setlocale(LC_CTYPE, "C.UTF-8") != NULL;
    return utf8;
}

/* The character at P, whose length goes to LEN. */
static uint32_t decode(const char *p, size_t *len)
{
    unsigned char c = (unsigned char)*p;
    *len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (*len == 1)
        return c;
    uint32_t character = c & (0x7fu >> *len);
    for (size_t i = 1; i < *len; i++)
        character = character << 6 | ((unsigned char)p[i] & 0x3f);
    return character;
}

/* The columns that a character takes; -1: it mustn't be shown as it is. */
static int width_of(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        return -1;
    if (c < 0x7f)
        return 1;
    /* Marks and overrides of the direction of writing make text look like another. */
    if ((c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
        (c >= 0x2060 && c <= 0x2069) || c == 0xfeff)
        return c == 0x200d ? 0 : -1; /* the joiner is part of emoji and of Indic scripts */
    return widths_known ? wcwidth((wchar_t)c) : 1;
}

static bool is_plain(struct slice field)
{
    for (size_t i = 0; i < field.len; i++) {
        unsigned char c = (unsigned char)field.ptr[i];
        if (c < 0x20 || c > 0x7e || c == '\\')
            return false;
    }
    return true;
}

void cell_set(struct cell *cell, struct slice field)
{
    if (slice_is_null(field)) {
        cell->text = slice_of("-");
        cell->width = 1;
        return;
    }
    if (is_plain(field)) {
        cell->text = field;
        cell->width = field.len;
        return;
    }
    if (field.ptr[0] == '\\' && field.ptr[1] == '#')
        field = (struct slice){field.ptr + 1, field.len - 1};
    /* The longest that a character can grow is from 1 byte to 4, from 2 or 3 to 6, from 4 to 10. */
    cell->buffer = mem_grow(cell->buffer, &cell->room, 4 * field.len + 1, 1);
    char *to = cell->buffer;
    cell->width = 0;
    for (size_t i = 0, len; i < field.len; i += len) {
        uint32_t c = decode(field.ptr + i, &len);
        int width = width_of(c);
        if (width >= 0) {
            memcpy(to, field.ptr + i, len);
            to += len;
            cell->width += (size_t)width;
        } else {
            int n = c < 0x100     ? sprintf(to, "\\x%02x", (unsigned)c)
                    : c < 0x10000 ? sprintf(to, "\\u%04x", (unsigned)c)
                                  : sprintf(to, "\\U%08x", (unsigned)c);
            to += n;
            cell->width += (size_t)n;
        }
    }
    cell->text = (struct slice){cell->buffer, (size_t)(to - cell->buffer)};
}

void cell_cut(struct cell *cell, size_t width, const char *mark)
{
    if (cell->width <= width)
        return;
    size_t bytes = 0, columns = 0;
    for (size_t len; bytes < cell->text.len; bytes += len) {
        int w = width_of(decode(cell->text.ptr + bytes, &len));
        if (columns + (size_t)w + 1 > width)
            break;
        columns += (size_t)w;
    }
    bool own = cell->text.ptr == cell->buffer;
    cell->buffer = mem_grow(cell->buffer, &cell->room, bytes + strlen(mark) + 1, 1);
    if (!own)
        memcpy(cell->buffer, cell->text.ptr, bytes);
    strcpy(cell->buffer + bytes, mark);
    cell->text = (struct slice){cell->buffer, bytes + strlen(mark)};
    cell->width = columns + 1;
}

void cell_free(struct cell *cell)
{
    free(cell->buffer);
}
