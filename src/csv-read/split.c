/* split: the buffer, line numbers, and the fast way, which goes from one delimiter or line end to
 * the next by the bits of csvscan and looks closer only where a record has quotes or spaces. */
#include "split.h"

#include <stdlib.h>

#include "io.h"
#include "mem.h"

enum {
    BLOCK = SPLIT_BLOCK,
    BUFFER = IO_BLOCK + 64 * 1024, /* room for a whole read behind the rest of the last one */
    SLACK = 128,                   /* the LF at the end, and reads of whole blocks beyond it */
};

void split_begin(struct split *s, char delimiter, enum split_mode mode, size_t limit)
{
    *s = (struct split){.delimiter = delimiter, .mode = mode, .limit = limit, .eof = true};
    s->capacity = BUFFER;
    s->buffer = mem_zeroed(s->capacity + SLACK);
    s->blocks = mem_resize(NULL, s->capacity / BLOCK + 2, sizeof *s->blocks);
    csv_init(&s->parser, CSV_STRICT);
    csv_set_delim(&s->parser, (unsigned char)delimiter);
    /* By default a long field is moved once every 128 bytes. */
    csv_set_blk_size(&s->parser, (size_t)1 << 18);
}

void split_open(struct split *s, split_source *source, void *context)
{
    s->source = source;
    s->context = context;
    s->sink = NULL;
    s->start = s->end = s->scanned = s->told = 0;
    s->eof = s->skipping = s->after_cr = false;
    s->line = 1;
}

void split_tell(struct split *s, const char *upto)
{
    size_t end = upto ? (size_t)(upto - s->buffer) : s->start;
    if (s->sink && end > s->told) {
        s->sink(s->context, s->buffer + s->told, end - s->told);
        s->told = end;
    }
}

bool split_at_end(const struct split *s)
{
    return s->eof && s->start == s->end;
}

void split_end(struct split *s)
{
    csv_free(&s->parser);
    free(s->buffer);
    free(s->blocks);
    free(s->fields);
    free(s->text);
    *s = (struct split){0};
}

/* Classifies what has come; bits of bytes that haven't come yet are cleared. */
static void scan(struct split *s)
{
    size_t from = s->scanned / BLOCK, upto = s->end + s->eof;
    size_t count = (upto + BLOCK - 1) / BLOCK - from;
    csvscan(s->buffer + from * BLOCK, count, s->delimiter, s->blocks + from);
    if (upto % BLOCK) {
        struct block *last = &s->blocks[upto / BLOCK];
        uint64_t valid = ((uint64_t)1 << upto % BLOCK) - 1;
        last->ends &= valid;
        last->lines &= valid;
        last->quote &= valid;
        last->space &= valid;
        last->care &= valid;
        last->digits &= valid;
    }
    s->scanned = upto;
}

bool split_fill(struct split *s)
{
    if (s->eof)
        return false;
    if (s->start) {
        split_tell(s, NULL);
        memmove(s->buffer, s->buffer + s->start, s->end - s->start);
        s->end -= s->start;
        s->start = s->scanned = s->told = 0;
    } else if (s->capacity - s->end < IO_BLOCK / 4) {
        s->capacity *= 2;
        s->buffer = mem_resize(s->buffer, s->capacity + SLACK, 1);
        memset(s->buffer + s->end, 0, s->capacity + SLACK - s->end);
        s->blocks = mem_resize(s->blocks, s->capacity / BLOCK + 2, sizeof *s->blocks);
    }
    size_t room = s->capacity - s->end;
    size_t n = s->source(s->context, s->buffer + s->end, room < IO_BLOCK ? room : IO_BLOCK);
    s->end += n;
    if (n == 0) {
        s->eof = true;
        s->buffer[s->end] = '\n';
    }
    if (s->mode == SPLIT_AUTO)
        scan(s);
    return n != 0;
}

void split_field(struct split *s, struct slice text)
{
    s->fields = mem_grow(s->fields, &s->fields_capacity, s->record.nfields + 1, sizeof *s->fields);
    s->fields[s->record.nfields++] = text;
    s->record.field = s->fields;
}

/* Goes behind the line end at AT (which at the end of the file may not be there). */
static void pass_line(struct split *s, size_t at)
{
    s->line++;
    s->after_cr = at < s->end && s->buffer[at] == '\r';
    s->start = at < s->end ? at + 1 : s->end;
}

/* The offset from s->start of the first line end, found by filling as far as LIMIT + 1 bytes go. */
static bool find_line_end(struct split *s, size_t *len)
{
    size_t seen = 0;
    for (;;) {
        const char *p = s->buffer + s->start;
        for (size_t n = s->end - s->start; seen < n && seen <= s->limit; seen++)
            if (is_line_end(p[seen])) {
                *len = seen;
                return true;
            }
        if (seen > s->limit)
            return false;
        if (!split_fill(s)) {
            *len = seen;
            return true;
        }
    }
}

bool split_first_line(struct split *s, enum split_fault fault)
{
    size_t len;
    s->record.nfields = 0;
    s->record.plain = false;
    s->record.fault = fault;
    if (find_line_end(s, &len) && len <= s->limit) {
        s->record.raw = (struct slice){s->buffer + s->start, len};
        s->record.open = s->start + len == s->end;
        pass_line(s, s->start + len);
    } else {
        s->record.fault = SPLIT_TOO_LONG;
        s->record.raw = (struct slice){s->buffer + s->start, s->limit};
        s->start += s->limit;
        s->skipping = true;
    }
    return true;
}

bool split_whole(struct split *s, size_t len, uint64_t inner_lines, bool plain)
{
    if (len > s->limit)
        return split_first_line(s, SPLIT_UNTERMINATED);
    s->record.raw = (struct slice){s->buffer + s->start, len};
    s->record.plain = plain;
    s->record.open = s->start + len == s->end;
    s->line += inner_lines;
    pass_line(s, s->start + len);
    return true;
}

bool split_skip(struct split *s)
{
    for (;;) {
        while (s->start < s->end && !is_line_end(s->buffer[s->start]))
            s->start++;
        if (s->start < s->end || !split_fill(s))
            break;
    }
    bool ended = s->start < s->end;
    pass_line(s, s->start);
    s->skipping = false;
    return ended;
}

/* Goes to the first byte of the next record; false at the end of the file. */
static bool skip_blank_lines(struct split *s)
{
    for (;;) {
        while (s->start < s->end) {
            size_t at = s->start;
            while (at < s->end && is_space(s, s->buffer[at]))
                at++;
            if (at == s->end && at - s->start <= s->limit)
                break;
            if (at == s->end || !is_line_end(s->buffer[at]) || at - s->start > s->limit) {
                s->after_cr = false;
                return true;
            }
            if (at == s->start && s->after_cr && s->buffer[at] == '\n') {
                s->after_cr = false;
                s->start++;
            } else {
                pass_line(s, at);
            }
        }
        if (!split_fill(s))
            return false;
    }
}

bool split_next(struct split *s)
{
    if (s->skipping)
        split_skip(s);
    if ((s->start >= s->end || (unsigned char)s->buffer[s->start] <= ' ') && !skip_blank_lines(s))
        return false;
    s->after_cr = false;
    s->record.line = s->line;
    s->record.fault = SPLIT_OK;
    s->record.open = false;
    return s->mode == SPLIT_LIBCSV ? split_libcsv(s) : split_fast(s);
}
