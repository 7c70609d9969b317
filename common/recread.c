#include "recread.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "scan.h"
#include "value.h"

/* The buffer holds whole words of 64 bytes; bytes [position, end) are read and not handed out yet.
 * The masks say where separators and special bytes stand in [0, end). */
struct recread_state {
    char *const *paths;
    size_t npaths;
    size_t next_path;
    bool partial;
    bool input_open;
    bool input_ended;
    bool segment_open;
    struct in in;

    char *buffer;
    uint64_t *separators;
    uint64_t *specials;
    size_t capacity;
    size_t position;
    size_t end;
    size_t
        next_special; /* offset of the first special byte from the last line's start on, or end */
    uint64_t bytes_of_closed_inputs;
};

static char *const standard_input[] = {(char *)"-"};

static void make_room(struct recread_state *s, size_t capacity)
{
    s->buffer = mem_resize(s->buffer, capacity, 1);
    memset(s->buffer + s->capacity, 0, capacity - s->capacity);
    s->separators = mem_resize(s->separators, capacity / 64, sizeof *s->separators);
    s->specials = mem_resize(s->specials, capacity / 64, sizeof *s->specials);
    s->capacity = capacity;
}

static struct recread_state *state_new(struct recread *r, unsigned flags)
{
    *r = (struct recread){.file = "stdin"};
    struct recread_state *s = mem_zeroed(sizeof *s);
    s->partial = flags & RECREAD_PARTIAL;
    make_room(s, 2 * IO_BLOCK);
    r->state = s;
    return s;
}

void recread_open(struct recread *r, char *const *paths, size_t npaths, unsigned flags)
{
    struct recread_state *s = state_new(r, flags);
    s->paths = npaths ? paths : standard_input;
    s->npaths = npaths ? npaths : 1;
}

void recread_open_fd(struct recread *r, int fd, const char *name, unsigned flags)
{
    struct recread_state *s = state_new(r, flags);
    in_open_fd(&s->in, fd, name);
    s->input_open = true;
    r->file = name;
}

void recread_close(struct recread *r)
{
    struct recread_state *s = r->state;
    if (s->input_open)
        in_close(&s->in);
    free(s->buffer);
    free(s->separators);
    free(s->specials);
    free(s);
    header_free(&r->header);
    free(r->field);
    r->field = NULL;
    r->state = NULL;
}

void recread_die(const struct recread *r, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    diag_die(STATUS_FAILED, "%s:%llu: %s", r->file, (unsigned long long)r->line_number, message);
}

size_t recread_need(const struct recread *r, const char *column)
{
    int at = header_find(&r->header, column);
    if (at == COLUMN_NONE) {
        const struct slice *first = r->header.columns;
        const struct slice *last = first + r->header.ncolumns - 1;
        struct slice all = {first->ptr, (size_t)(last->ptr + last->len - first->ptr)};
        recread_die(r, "the %.*s records have no column %s: their columns are %s",
                    (int)r->header.type.len, r->header.type.ptr, column, diag_quote(all));
    }
    return (size_t)at;
}

/* Scans [from, s->end) again, from the start of its first word. Bytes beyond the end may hold
 * anything, so their bits are cleared. */
static void rescan(struct recread_state *s, size_t from)
{
    size_t first = from / 64, words = (s->end + 63) / 64;
    scan_words(s->buffer + first * 64, words - first, s->separators + first, s->specials + first);
    if (s->end % 64) {
        uint64_t valid = ((uint64_t)1 << s->end % 64) - 1;
        s->separators[words - 1] &= valid;
        s->specials[words - 1] &= valid;
    }
}

static size_t special_from(const struct recread_state *s, size_t offset)
{
    size_t words = (s->end + 63) / 64, w = offset / 64;
    if (w >= words)
        return s->end;
    uint64_t mask = s->specials[w] & (~(uint64_t)0 << offset % 64);
    while (!mask) {
        if (++w == words)
            return s->end;
        mask = s->specials[w];
    }
    return w * 64 + (size_t)__builtin_ctzll(mask);
}

/* Reads more behind what is there. Returns false at the end of this input. */
static bool fill(struct recread *r)
{
    struct recread_state *s = r->state;
    size_t scanned = s->end;
    if (s->position) {
        s->end -= s->position;
        memmove(s->buffer, s->buffer + s->position, s->end);
        s->position = 0;
        scanned = 0;
    }
    if (s->capacity - s->end < IO_BLOCK) {
        if (s->end > RECORD_MAX) {
            r->line_number++;
            recread_die(r, "a line of over %d MiB", RECORD_MAX / 1024 / 1024);
        }
        make_room(s, 2 * s->capacity);
    }
    size_t n = in_read(&s->in, s->buffer + s->end, IO_BLOCK);
    r->bytes = s->bytes_of_closed_inputs + s->in.bytes;
    if (n == 0) {
        s->input_ended = true;
        if (s->end == 0)
            return false;
        if (!s->partial) {
            r->line_number++;
            recread_die(r, "the input is cut: the last line has no line feed");
        }
        s->buffer[s->end] = '\n';
        n = 1;
    }
    s->end += n;
    rescan(s, scanned);
    s->next_special = special_from(s, s->position);
    return true;
}

/* Opens the next input. Returns false when there is none. */
static bool next_input(struct recread *r)
{
    struct recread_state *s = r->state;
    if (s->input_open) {
        if (s->segment_open && !s->partial)
            diag_die(STATUS_FAILED, "%s: the input is cut: no #end after line %llu", r->file,
                     (unsigned long long)r->line_number);
        s->bytes_of_closed_inputs += s->in.bytes;
        in_close(&s->in);
        s->input_open = false;
    }
    if (s->next_path == s->npaths)
        return false;
    in_open(&s->in, s->paths[s->next_path++]);
    s->input_open = true;
    s->input_ended = false;
    s->position = s->end = 0;
    r->file = s->in.name;
    r->line_number = 0;
    return true;
}

/* Checks the special bytes of the line [s->position, line_end), if it has any. */
static inline void check_specials(struct recread *r, size_t line_end)
{
    struct recread_state *s = r->state;
    if (s->next_special >= line_end)
        return;
    size_t at;
    const char *wrong = line_check(r->line, &at);
    if (wrong)
        recread_die(r, "a malformed line: %s at byte %zu", wrong, at + 1);
    s->next_special = special_from(s, line_end);
}

/* Finds the fields of the line that starts at s->position. Returns false when its end isn't in the
 * buffer yet; else *LINE_END is the offset of its LF and the number of fields is returned in
 * *FOUND. */
static inline bool split_line(struct recread *r, size_t *line_end, size_t *found)
{
    struct recread_state *s = r->state;
    const char *buffer = s->buffer;
    size_t room = s->segment_open ? r->header.ncolumns : 0, n = 0;
    size_t words = (s->end + 63) / 64, w = s->position / 64, start = s->position;
    if (start >= s->end)
        return false;
    uint64_t mask = s->separators[w] & (~(uint64_t)0 << start % 64);
    for (;;) {
        while (!mask) {
            if (++w == words)
                return false;
            mask = s->separators[w];
        }
        size_t at = w * 64 + (size_t)__builtin_ctzll(mask);
        mask &= mask - 1;
        if (n < room)
            r->field[n] = (struct slice){buffer + start, at - start};
        n++;
        start = at + 1;
        if (buffer[at] == '\n') {
            *line_end = at;
            *found = n;
            return true;
        }
    }
}

static void open_segment(struct recread *r)
{
    struct header header;
    const char *wrong = header_parse(&header, r->line);
    if (wrong)
        recread_die(r, "%s: %s", wrong, diag_quote(r->line));
    header_free(&r->header);
    r->header = header;
    r->field = mem_resize(r->field, header.ncolumns, sizeof *r->field);
    r->segment++;
    r->records = 0;
    r->state->segment_open = true;
}

static void close_segment(struct recread *r, struct slice count)
{
    struct recread_state *s = r->state;
    int64_t n;
    if (!s->segment_open)
        recread_die(r, "an #end without a segment");
    if (!value_int(count, &n) || n < 0)
        recread_die(r, "#end: not a count: %s", diag_quote(count));
    if ((uint64_t)n != r->records && !s->partial)
        recread_die(r, "the input is cut: #end says %lld records, here are %llu", (long long)n,
                    (unsigned long long)r->records);
    s->segment_open = false;
}

static void read_mark(struct recread *r, struct slice rest)
{
    const char *tab = memchr(rest.ptr, '\t', rest.len);
    if (!r->state->segment_open)
        recread_die(r, "a #mark without a segment");
    if (!tab)
        recread_die(r, "#mark needs a source and a state: %s", diag_quote(rest));
    r->mark_source = (struct slice){rest.ptr, (size_t)(tab - rest.ptr)};
    r->mark_state = (struct slice){tab + 1, (size_t)(rest.ptr + rest.len - tab - 1)};
    if (!r->mark_source.len || memchr(tab + 1, '\t', r->mark_state.len))
        recread_die(r, "#mark needs a source and a state: %s", diag_quote(rest));
}

/* If the line is the word WORD and a TAB, sets REST to what follows. */
static bool control_word(struct slice line, const char *word, struct slice *rest)
{
    size_t len = strlen(word);
    if (line.len < len || memcmp(line.ptr, word, len) != 0)
        return false;
    if (line.len > len && line.ptr[len] != '\t')
        return false;
    size_t skip = line.len > len ? len + 1 : len;
    *rest = (struct slice){line.ptr + skip, line.len - skip};
    return true;
}

static enum rec_event read_control(struct recread *r)
{
    struct slice rest;
    if (control_word(r->line, "#end", &rest)) {
        close_segment(r, rest);
        return REC_END;
    }
    if (control_word(r->line, "#mark", &rest)) {
        read_mark(r, rest);
        return REC_MARK;
    }
    if (r->state->segment_open)
        recread_die(r, "the input is cut: a new header before the #end of the segment");
    open_segment(r);
    return REC_SEGMENT;
}

/* All inputs are read: nothing may be missing. */
static enum rec_event read_eof(struct recread *r)
{
    struct recread_state *s = r->state;
    if (s->segment_open) {
        s->segment_open = false;
        return REC_END;
    }
    if (r->segment == 0 && !s->partial)
        diag_die(STATUS_FAILED, "%s: the input is cut: it has no segment at all", r->file);
    return REC_EOF;
}

enum rec_event recread_next(struct recread *r)
{
    struct recread_state *s = r->state;
    size_t line_end, found;
    while (!split_line(r, &line_end, &found)) {
        if (s->input_open && !s->input_ended && fill(r))
            continue;
        if (!next_input(r))
            return read_eof(r);
    }
    /* --partial: a header may follow an open segment; its end is made up first. */
    if (s->partial && s->segment_open && s->buffer[s->position] == '#') {
        struct slice line = {s->buffer + s->position, line_end - s->position}, rest;
        if (!control_word(line, "#end", &rest) && !control_word(line, "#mark", &rest)) {
            s->segment_open = false;
            return REC_END;
        }
    }
    r->line_number++;
    r->line = (struct slice){s->buffer + s->position, line_end - s->position};
    if (r->line.len > RECORD_MAX)
        recread_die(r, "a line of over %d MiB", RECORD_MAX / 1024 / 1024);
    check_specials(r, line_end);
    s->position = line_end + 1;
    if (r->line.len && r->line.ptr[0] == '#')
        return read_control(r);
    if (!s->segment_open)
        recread_die(r, "a record without a header: %s", diag_quote(r->line));
    if (found != r->header.ncolumns)
        recread_die(r, "a malformed line: %zu fields, the header has %zu columns", found,
                    r->header.ncolumns);
    r->records++;
    r->total++;
    return REC_DATA;
}
