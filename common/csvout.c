#include "csvout.h"

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
    const char *p = text.ptr, *end = p + text.len;
    out_char(out, '"');
    while (p < end) {
        const char *quote = memchr(p, '"', (size_t)(end - p));
        const char *stop = quote ? quote + 1 : end;
        out_bytes(out, p, (size_t)(stop - p));
        if (quote)
            out_char(out, '"');
        p = stop;
    }
    out_char(out, '"');
}

void csvout_field(struct out *out, struct slice text, char delimiter)
{
    if (needs_quotes(text, delimiter))
        csvout_quoted(out, text);
    else
        out_slice(out, text);
}
