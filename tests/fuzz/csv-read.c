/* csv-read's splitter: a file cut in two anywhere gives the same records as the whole; the fast
 * way, fed in pieces of any size, gives exactly libcsv's records; what libcsv itself says of the
 * whole input; nothing of the input is lost; every field that converts is canonical; and the short
 * rows of a log are written as they are without short.c. The first bytes choose delimiter, limit
 * and pieces; the rest is the file.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "convert.h"
#include "escape.h"
#include "mem.h"
#include "short.h"
#include "split.h"
#include "trail.h"
#include "zone.h"

struct feed {
    const uint8_t *bytes;
    size_t len;
    uint32_t random; /* 0: all at once */
};

static size_t feed_read(void *context, char *buffer, size_t size)
{
    struct feed *f = context;
    size_t n = f->len;
    if (f->random) {
        f->random = f->random * 1664525 + 1013904223;
        size_t piece = 1 + (f->random >> 16) % (f->random >> 28 ? 7 : 200);
        n = n < piece ? n : piece;
    }
    n = n < size ? n : size;
    if (n)
        memcpy(buffer, f->bytes, n);
    f->bytes += n;
    f->len -= n;
    return n;
}

/* Where a record must start: behind line ends, and lines of nothing but spaces and TABs. */
static size_t skip_blank_lines(const uint8_t *data, size_t len, size_t at, char delimiter,
                               size_t limit)
{
    for (;;) {
        size_t end = at;
        while (end < len && (data[end] == ' ' || data[end] == '\t') && data[end] != delimiter)
            end++;
        if (end - at > limit || (end < len && data[end] != '\n' && data[end] != '\r'))
            return at;
        if (end == len)
            return len;
        at = end + 1;
    }
}

/* Where the line that holds AT ends. */
static size_t line_end(const uint8_t *data, size_t len, size_t at)
{
    while (at < len && data[at] != '\n' && data[at] != '\r')
        at++;
    return at;
}

static void check_fields(struct convert *c, const struct split_record *r)
{
    bool plain = r->plain;
    for (size_t i = 0; i < r->nfields; i++) {
        struct slice text = r->field[i];
        for (size_t k = 0; plain && k < text.len; k++)
            assert(text.ptr[k] >= 0x20 && text.ptr[k] != '\\');
        if (utf8_prefix(text) != text.len)
            continue;
        for (int kind = VALUE_INT; kind <= VALUE_BOOL; kind++) {
            char scratch[VALUE_MAX + VALUE_SLACK];
            struct value value;
            struct fault fault;
            bool good = convert(c, (enum value_kind)kind, text, plain, scratch, &value, &fault);
            assert(good ? value.text.len > 0 : fault.rule && fault.what);
            if (good && value.raw)
                assert(value_check((enum value_kind)kind, value.text) == NULL);
        }
    }
}

struct plain_libcsv {
    char *text;
    size_t len, capacity;
};

static void append(struct plain_libcsv *p, const void *bytes, size_t len, char end)
{
    p->text = mem_grow(p->text, &p->capacity, p->len + len + 1, 1);
    if (len)
        memcpy(p->text + p->len, bytes, len);
    p->len += len;
    p->text[p->len++] = end;
}

static void append_field(void *bytes, size_t len, void *context)
{
    append(context, bytes, len, '\x1f');
}

static void append_row(int end, void *context)
{
    (void)end;
    append(context, "", 0, '\x1e');
}

static void check_variants(const uint8_t *data, size_t len, char delimiter)
{
    char bytes[256] = {0};
    struct block wanted[4], got[4];
    size_t count;
    const struct csvscan_variant *all = csvscan_variants(&count);
    memcpy(bytes, data, len < sizeof bytes ? len : sizeof bytes);
    all[count - 1].scan(bytes, 4, delimiter, wanted);
    for (size_t i = 0; i < count; i++) {
        all[i].scan(bytes, 4, delimiter, got);
        assert(memcmp(wanted, got, sizeof got) == 0);
    }
}

/* A file read in two runs: what csv-read --resume does. */
struct part {
    struct feed feed;
    size_t done; /* bytes that the splitter is done with */
    char last;
};

static size_t part_read(void *context, char *buffer, size_t size)
{
    struct part *part = context;
    return feed_read(&part->feed, buffer, size);
}

static void part_done(void *context, const char *bytes, size_t len)
{
    struct part *part = context;
    part->done += len;
    part->last = bytes[len - 1];
}

/* Reads the complete records of a part of the file, and of its last part all, into OURS. */
static void read_part(struct split *s, struct part *part, bool last, uint64_t *line,
                      struct plain_libcsv *ours)
{
    split_open(s, part_read, part);
    s->sink = part_done;
    s->line = *line;
    s->after_cr = part->last == '\r';
    while (split_next(s)) {
        const struct split_record *r = &s->record;
        char number[64];
        size_t before = ours->len;
        if (r->open && !last) {
            split_tell(s, r->raw.ptr);
            *line = r->line;
            return;
        }
        int n = snprintf(number, sizeof number, "%llu %d ", (unsigned long long)r->line, r->fault);
        append(ours, number, (size_t)n, '\x1e');
        append(ours, r->raw.ptr, r->raw.len, '\x1e');
        if (r->fault == SPLIT_TOO_LONG) {
            split_tell(s, r->raw.ptr);
            size_t done = part->done;
            uint64_t here = r->line;
            char tail = part->last;
            if (!split_skip(s) && !last) {
                ours->len = before;
                part->done = done;
                part->last = tail;
                *line = here;
                return;
            }
        }
    }
    split_tell(s, NULL);
    *line = s->line;
}

/* Wherever a file is cut, reading on behind the last complete record gives what one reading does:
 * the same records on the same lines. */
static void check_parts(const uint8_t *text, size_t ntext, size_t cut, char delimiter, size_t limit)
{
    struct split s;
    struct plain_libcsv whole = {0}, parts = {0};
    struct part all = {.feed = {text, ntext, 0}}, two = {.feed = {text, cut, 0}};
    uint64_t line = 1;
    split_begin(&s, delimiter, SPLIT_AUTO, limit);
    read_part(&s, &all, true, &line, &whole);
    line = 1;
    read_part(&s, &two, false, &line, &parts);
    two.feed = (struct feed){text + two.done, ntext - two.done, 0};
    read_part(&s, &two, true, &line, &parts);
    assert(whole.len == parts.len && (!whole.len || !memcmp(whole.text, parts.text, whole.len)));
    split_end(&s);
    free(whole.text);
    free(parts.text);
}

/* A state that is read is written the same; and hashing in two pieces is hashing at once. */
static void check_state(const uint8_t *data, size_t len, size_t cut)
{
    struct state state;
    char text[STATE_MAX];
    struct trail one, two;
    if (state_parse((struct slice){(const char *)data, len}, &state))
        assert(slice_equal((struct slice){text, state_write(text, &state)},
                           (struct slice){(const char *)data, len}));
    trail_begin(&one);
    trail_begin(&two);
    trail_add(&one, (const char *)data, len);
    trail_add(&two, (const char *)data, cut);
    trail_add(&two, (const char *)data + cut, len - cut);
    char twice[STATE_MAX];
    struct state a = trail_state(&one), b = trail_state(&two);
    size_t n = state_write(text, &a);
    assert(state_write(twice, &b) == n && memcmp(text, twice, n) == 0);
    assert(len == 0 || state_parse((struct slice){text, n}, &state));
    assert(trail_last(&one) == trail_last(&two));
    trail_free(&one);
    trail_free(&two);
}

/* The records of a log without a header, and where their reader ends up. */
static void read_log(const struct settings *settings, struct feed feed, bool short_ones,
                     struct recwrite *out, struct run *run, uint64_t *line)
{
    static const char *const names[] = {"user_id", "movie_id", "timestamp", "rating", "session_id"};
    static const struct standard_options quiet = {.quiet = true, .max_rejects = -1};
    struct slice header[5];
    struct plan plan;
    struct emit emit;
    struct split s;
    for (size_t i = 0; i < 5; i++)
        header[i] = slice_of(names[i]);
    *run = (struct run){.std = &quiet, .rejected = 1000}; /* so many that no more are shown */
    recwrite_create(out, "/dev/null", 0);
    assert(!plan_make(&plan, settings, header, 5));
    assert(short_possible(&plan, settings));
    emit_begin(&emit, settings, run, out);
    emit_file(&emit, &plan, "log", (struct slice){"", 0});
    split_begin(&s, settings->delimiter, SPLIT_AUTO, RECORD_MAX);
    split_open(&s, feed_read, &feed);
    while (split_next(&s)) {
        emit_record(&emit, &s.record);
        if (short_ones)
            short_rows(&emit, &s);
    }
    *line = s.line;
    split_end(&s);
    emit_end(&emit);
    plan_free(&plan);
}

static void check_short(const struct feed *feed, char delimiter)
{
    const struct settings settings = {.type = schema_find(slice_of("watch")),
                                      .delimiter = delimiter,
                                      .rating_scale = 5,
                                      .utc = true};
    struct recwrite out, wanted;
    struct run run, other;
    uint64_t line, other_line;
    if (feed->len > IO_BLOCK / 64) /* all is to stay in the buffer */
        return;
    read_log(&settings, *feed, true, &out, &run, &line);
    read_log(&settings, *feed, false, &wanted, &other, &other_line);
    assert(out.out.len == wanted.out.len && out.records == wanted.records && line == other_line);
    assert(run.read == other.read && run.rejected == other.rejected);
    assert(memcmp(out.out.buffer, wanted.out.buffer, out.out.len) == 0);
    recwrite_close(&out);
    recwrite_close(&wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char delimiters[] = ",;\t| \\a,";
    static const size_t limits[] = {1 << 20, 1 << 20, 40, 7};
    static const struct settings settings = {.rating_scale = 5, .utc = true};
    if (len < 2)
        return 0;
    char delimiter = delimiters[data[0] & 7];
    size_t limit = limits[data[0] >> 3 & 3], at = 0;
    const uint8_t *text = data + 2;
    size_t ntext = len - 2;
    struct feed pieces = {text, ntext, data[1] * 2654435761u | 1u}, whole = pieces;
    whole.random = data[0] >> 5 ? 0 : 77;
    zone_set("UTC");
    check_variants(data, len, delimiter);
    size_t cut = ntext ? (data[0] * 257u + data[1]) % (ntext + 1) : 0;
    check_parts(text, ntext, cut, delimiter, limit);
    check_short(&pieces, delimiter);
    check_state(text, ntext, cut);

    struct split a, b;
    struct convert convert;
    struct plain_libcsv ours = {0}, theirs = {0};
    bool faults = false;
    split_begin(&a, delimiter, SPLIT_AUTO, limit);
    split_begin(&b, delimiter, SPLIT_LIBCSV, limit);
    split_open(&a, feed_read, &pieces);
    split_open(&b, feed_read, &whole);
    convert_begin(&convert, &settings);
    for (;;) {
        bool more = split_next(&a);
        assert(split_next(&b) == more);
        if (!more)
            break;
        const struct split_record *r = &a.record, *q = &b.record;
        assert(r->line == q->line && r->fault == q->fault && slice_equal(r->raw, q->raw));
        assert(r->raw.len <= limit && r->nfields == q->nfields);
        assert(r->fault == SPLIT_OK ? r->nfields > 0 : r->nfields == 0);
        faults |= r->fault != SPLIT_OK;
        for (size_t i = 0; i < r->nfields; i++) {
            assert(slice_equal(r->field[i], q->field[i]));
            append_field((void *)(uintptr_t)r->field[i].ptr, r->field[i].len, &ours);
        }
        append_row('\n', &ours);
        at = skip_blank_lines(text, ntext, at, delimiter, limit);
        assert(ntext - at >= r->raw.len && memcmp(text + at, r->raw.ptr, r->raw.len) == 0);
        at += r->raw.len;
        if (r->fault == SPLIT_TOO_LONG)
            at = line_end(text, ntext, at);
        assert(at == ntext || text[at] == '\n' || text[at] == '\r');
        check_fields(&convert, r);
        check_fields(&convert, q);
    }
    assert(skip_blank_lines(text, ntext, at, delimiter, limit) == ntext);

    struct csv_parser parser;
    csv_init(&parser, 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_parse(&parser, text, ntext, append_field, append_row, &theirs);
    csv_fini(&parser, append_field, append_row, &theirs);
    csv_free(&parser);
    struct slice got = {ours.text, ours.len}, wanted = {theirs.text, theirs.len};
    assert(faults || slice_equal(got, wanted));

    convert_end(&convert);
    split_end(&a);
    split_end(&b);
    free(ours.text);
    free(theirs.text);
    return 0;
}
