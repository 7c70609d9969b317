#include "recread.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "recbuf.h"
#include "value.h"

struct recread_state {
    char *const *paths;
    size_t npaths;
    size_t next_path;
    bool partial;
    bool input_open;
    bool input_ended;
    bool segment_open;
    struct in in;
    struct recbuf buffer;
    uint64_t bytes_of_closed_inputs;
};

static char *const standard_input[] = {(char *)"-"};

static struct recread_state *state_new(struct recread *r, unsigned flags)
{
    *r = (struct recread){.file = "stdin"};
    struct recread_state *s = mem_zeroed(sizeof *s);
    s->partial = flags & RECREAD_PARTIAL;
    recbuf_open(&s->buffer);
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
    recbuf_close(&s->buffer);
    free(s);
    header_free(&r->header);
    free(r->field);
    r->field = NULL;
    r->state = NULL;
}

bool recread_ready(const struct recread *r)
{
    return r->state->buffer.position < r->state->buffer.whole;
}

uint64_t recread_estimate(const struct recread *r)
{
    const struct recread_state *s = r->state;
    uint64_t size = 0, seen = r->bytes - (s->buffer.end - s->buffer.position);
    for (size_t i = 0; i < s->npaths; i++) {
        struct stat status;
        bool standard = strcmp(s->paths[i], "-") == 0;
        if ((standard ? fstat(STDIN_FILENO, &status) : stat(s->paths[i], &status)) != 0 ||
            !S_ISREG(status.st_mode))
            return 0;
        size += (uint64_t)status.st_size;
    }
    return seen == 0 ? 0 : (uint64_t)((double)r->total / (double)seen * (double)size);
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

/* Reads more behind what is there. Returns false at the end of this input. */
static bool fill(struct recread *r)
{
    struct recread_state *s = r->state;
    size_t waiting = s->buffer.end - s->buffer.position;
    if (waiting > RECORD_MAX) {
        r->line_number++;
        recread_die(r, "a line of over %d MiB", RECORD_MAX / 1024 / 1024);
    }
    size_t n = recbuf_fill(&s->buffer, &s->in);
    r->bytes = s->bytes_of_closed_inputs + s->in.bytes;
    if (n > 0)
        return true;
    s->input_ended = true;
    if (waiting == 0)
        return false;
    if (!s->partial) {
        r->line_number++;
        recread_die(r, "the input is cut: the last line has no line feed");
    }
    recbuf_add_newline(&s->buffer);
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
    s->buffer.position = s->buffer.end = s->buffer.whole = 0;
    r->file = s->in.name;
    r->line_number = 0;
    return true;
}

static void check_special_line(struct recread *r)
{
    size_t at;
    const char *wrong = line_check(r->line, &at);
    if (wrong)
        recread_die(r, "a malformed line: %s at byte %zu", wrong, at + 1);
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

static bool is_header(struct slice line)
{
    struct slice rest;
    return !control_word(line, "#end", &rest) && !control_word(line, "#mark", &rest);
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
    struct recbuf *b = &s->buffer;
    struct recbuf_line line;
    while (!recbuf_split(b, r->field, s->segment_open ? r->header.ncolumns : 0, &line)) {
        if (s->input_open && !s->input_ended && fill(r))
            continue;
        if (!next_input(r))
            return read_eof(r);
    }
    r->line = (struct slice){b->bytes + b->position, line.end - b->position};
    bool control = r->line.len && r->line.ptr[0] == '#';
    if (control && s->partial && s->segment_open && is_header(r->line)) {
        s->segment_open = false; /* the end of the cut segment is made up before the header */
        return REC_END;
    }
    r->line_number++;
    if (r->line.len > RECORD_MAX)
        recread_die(r, "a line of over %d MiB", RECORD_MAX / 1024 / 1024);
    recbuf_step(b, &line);
    if (line.special)
        check_special_line(r);
    if (control)
        return read_control(r);
    if (!s->segment_open)
        recread_die(r, "a record without a header");
    if (line.fields != r->header.ncolumns)
        recread_die(r, "a malformed line: %zu fields, the header has %zu columns", line.fields,
                    r->header.ncolumns);
    r->records++;
    r->total++;
    return REC_DATA;
}
