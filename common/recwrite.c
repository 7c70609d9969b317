#include "recwrite.h"

#include "escape.h"
#include "value.h"

void recwrite_open(struct recwrite *w, int fd, const char *name)
{
    *w = (struct recwrite){0};
    out_open(&w->out, fd, name);
}

void recwrite_create(struct recwrite *w, const char *path, unsigned mode)
{
    *w = (struct recwrite){0};
    out_create(&w->out, path, mode);
}

void recwrite_header(struct recwrite *w, const struct header *header)
{
    out_bytes(&w->out, header->text, header->len);
    out_char(&w->out, '\n');
    w->open = true;
    w->records = 0;
}

void recwrite_fields(struct recwrite *w, const struct slice *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        recwrite_raw(w, fields[i]);
    recwrite_done(w);
}

void recwrite_text(struct recwrite *w, struct slice text)
{
    recwrite_raw(w, text.len ? (struct slice){"", 0} : SLICE_NULL);
    escape_write(&w->out, text);
}

void recwrite_int(struct recwrite *w, int64_t value)
{
    recwrite_raw(w, (struct slice){"", 0});
    out_int(&w->out, value);
}

void recwrite_null(struct recwrite *w)
{
    recwrite_raw(w, SLICE_NULL);
}

void recwrite_decimal(struct recwrite *w, int64_t value, unsigned places)
{
    char text[VALUE_MAX];
    recwrite_raw(w, (struct slice){text, value_write_decimal(text, value, places)});
}

void recwrite_mark(struct recwrite *w, struct slice source, struct slice state)
{
    out_text(&w->out, "#mark\t");
    out_slice(&w->out, source);
    out_char(&w->out, '\t');
    out_slice(&w->out, state);
    out_char(&w->out, '\n');
}

void recwrite_mark_text(struct recwrite *w, struct slice source, struct slice state)
{
    out_text(&w->out, "#mark\t");
    escape_write(&w->out, source);
    out_char(&w->out, '\t');
    escape_write(&w->out, state);
    out_char(&w->out, '\n');
}

void recwrite_end(struct recwrite *w)
{
    out_text(&w->out, "#end\t");
    out_int(&w->out, (int64_t)w->records);
    out_char(&w->out, '\n');
    w->total += w->records;
    w->open = false;
}

void recwrite_close(struct recwrite *w)
{
    out_close(&w->out);
}
