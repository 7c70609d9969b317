/* csvout: see csvout.h. libcsv's own writer quotes every field; a file that people read is better
 * off with bare numbers, so only the decision to quote is made here. */
#include "csvout.h"

#include <csv.h>
#include <stdlib.h>

#include "mem.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool needs_quotes(struct slice text, char delimiter)
{
    if (text.len == 0)
        return false;
    if (is_space(text.ptr[0]) || is_space(text.ptr[text.len - 1]))
        return true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == delimiter || c == '"' || c == '\r' || c == '\n')
            return true;
    }
    return false;
}

void csvout_quoted(struct out *out, struct slice text)
{
    /* Twice the text and two quotes is the longest that it can get. */
    char small[512];
    size_t room = 2 * text.len + 2;
    char *buffer = room <= sizeof small ? small : mem_resize(NULL, room, 1);
    size_t len = csv_write2(buffer, room, text.ptr, text.len, '"');
    out_bytes(out, buffer, len);
    if (buffer != small)
        free(buffer);
}

void csvout_field(struct out *out, struct slice text, char delimiter)
{
    if (needs_quotes(text, delimiter))
        csvout_quoted(out, text);
    else
        out_slice(out, text);
}
