/* libcsv: the slow way to split, and the one that decides. One record is fed to libcsv line by line
 * until it says that the row is complete. */
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "split.h"

/* libcsv's buffer is its own: fields are kept one behind the other, as offsets until the text has
 * stopped moving. */
static void keep_field(void *bytes, size_t len, void *context)
{
    struct split *s = context;
    s->text = mem_grow(s->text, &s->text_capacity, s->text_len + len + 16, 1);
    if (len)
        memcpy(s->text + s->text_len, bytes, len);
    split_field(s, (struct slice){NULL, len});
    s->text_len += len;
}

static void keep_row(int end, void *context)
{
    struct split *s = context;
    (void)end;
    s->row_done = true;
}

static void forget_row(struct split *s)
{
    csv_set_opts(&s->parser, CSV_STRICT);
    csv_fini(&s->parser, NULL, NULL, NULL);
    s->record.nfields = 0;
}

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((signed char)text.ptr[i] < 0x20 || text.ptr[i] == '\\')
            return false;
    return true;
}

static bool finish(struct split *s, size_t len, uint64_t inner_lines)
{
    const char *at = s->text;
    bool plain = true;
    for (size_t i = 0; i < s->record.nfields; i++) {
        s->fields[i].ptr = at;
        at += s->fields[i].len;
        plain = plain && is_plain(s->fields[i]);
    }
    return split_whole(s, len, inner_lines, plain);
}

/* Feeds LEN bytes. Returns how many libcsv took: fewer when the quotes are wrong. A quote inside a
 * bare field isn't: it stands for itself. */
static size_t feed(struct split *s, const char *bytes, size_t len)
{
    size_t done = 0;
    while (done < len) {
        done += csv_parse(&s->parser, bytes + done, len - done, keep_field, keep_row, s);
        if (done == len)
            break;
        if (csv_error(&s->parser) != CSV_EPARSE)
            diag_die(STATUS_FAILED, "out of memory");
        if (s->parser.quoted)
            break;
        csv_set_opts(&s->parser, 0);
        done += csv_parse(&s->parser, bytes + done, 1, keep_field, keep_row, s);
        csv_set_opts(&s->parser, CSV_STRICT);
    }
    return done;
}

/* The length of the line at BYTES with its end, or LEN. */
static size_t line_length(const char *bytes, size_t len)
{
    const char *lf = memchr(bytes, '\n', len);
    size_t upto = lf ? (size_t)(lf + 1 - bytes) : len;
    const char *cr = memchr(bytes, '\r', upto);
    return cr ? (size_t)(cr + 1 - bytes) : upto;
}

bool split_libcsv(struct split *s)
{
    size_t fed = 0;
    uint64_t inner_lines = 0;
    s->record.nfields = s->text_len = 0;
    s->row_done = false;
    for (;;) {
        if (fed > s->limit) {
            forget_row(s);
            return split_first_line(s, SPLIT_UNTERMINATED);
        }
        if (s->start + fed == s->end) {
            if (split_fill(s))
                continue;
            csv_set_opts(&s->parser, CSV_STRICT | CSV_STRICT_FINI);
            bool unterminated = csv_fini(&s->parser, keep_field, keep_row, s) != 0;
            csv_set_opts(&s->parser, CSV_STRICT);
            if (!unterminated)
                return finish(s, fed, inner_lines);
            forget_row(s);
            split_first_line(s, SPLIT_UNTERMINATED);
            return s->record.open = true;
        }
        const char *bytes = s->buffer + s->start + fed;
        size_t len = line_length(bytes, s->end - s->start - fed);
        if (len > s->limit + 1 - fed)
            len = s->limit + 1 - fed;
        size_t done = feed(s, bytes, len);
        if (done < len) {
            forget_row(s);
            return split_first_line(s, SPLIT_BAD_QUOTE);
        }
        fed += len;
        if (s->row_done)
            return finish(s, fed - 1, inner_lines);
        inner_lines += bytes[len - 1] == '\n';
    }
}
