/* csv-read's splitter: the fast way, fed in pieces of any size, gives exactly libcsv's records;
 * what libcsv itself says of the whole input; nothing of the input is lost; and every field that
 * converts is canonical. The first bytes choose delimiter, limit and pieces; the rest is the file.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "convert.h"
#include "escape.h"
#include "mem.h"
#include "split.h"
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

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The raw record stands at *AT in the input or behind blanks; goes behind it. */
static void account(const uint8_t *data, size_t len, size_t *at, const struct split_record *r)
{
    while (*at + r->raw.len > len || memcmp(data + *at, r->raw.ptr, r->raw.len) != 0) {
        assert(*at < len && is_blank(data[*at]));
        ++*at;
    }
    *at += r->raw.len;
    if (r->fault == SPLIT_TOO_LONG)
        while (*at < len && data[*at] != '\n' && data[*at] != '\r')
            ++*at;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char delimiters[] = ",;\t| \\a,";
    static const size_t limits[] = {1 << 20, 1 << 20, 40, 7};
    static const struct settings settings = {.rating_scale = 5, .utc = true};
    if (len < 2)
        return 0;
    char delimiter = delimiters[data[0] & 7];
    size_t limit = limits[data[0] >> 3 & 3], at = 0;
    struct feed pieces = {data + 2, len - 2, data[1] * 2654435761u | 1u}, whole = pieces;
    whole.random = data[0] >> 5 ? 0 : 77;
    zone_set("UTC");
    check_variants(data, len, delimiter);

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
        account(data + 2, len - 2, &at, r);
        check_fields(&convert, r);
        check_fields(&convert, q);
    }
    for (; at < len - 2; at++)
        assert(is_blank(data[2 + at]));

    struct csv_parser parser;
    csv_init(&parser, 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_parse(&parser, data + 2, len - 2, append_field, append_row, &theirs);
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
