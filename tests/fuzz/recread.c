/* The record reader: the same bytes in pieces of any size give the same events, and the events are
 * those of a reader written from reelpipe(5) alone, a byte at a time. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "fuzz.h"
#include "recread.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What happened, as text: enough to tell any two runs apart. */
struct log {
    char *text;
    size_t len, capacity;
    bool partial;
};

static void put(struct log *log, const char *bytes, size_t len)
{
    fuzz_check(log->capacity - log->len > len, "the log is too small");
    memcpy(log->text + log->len, bytes, len);
    log->len += len;
}

static void put_text(struct log *log, const char *text)
{
    put(log, text, strlen(text));
}

static void put_number(struct log *log, uint64_t n)
{
    char text[32];
    put(log, text, (size_t)snprintf(text, sizeof text, "%llu;", (unsigned long long)n));
}

static void read_all(void *context)
{
    struct log *log = context;
    struct recread in;
    recread_open_fd(&in, FUZZ_FD, "input", log->partial ? RECREAD_PARTIAL : 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        switch (event) {
        case REC_SEGMENT:
            put_text(log, "S");
            put(log, in.header.type.ptr, in.header.type.len);
            for (size_t i = 0; i < in.header.ncolumns; i++) {
                put_text(log, "\t");
                put(log, in.header.columns[i].ptr, in.header.columns[i].len);
            }
            break;
        case REC_DATA:
            put_text(log, "D");
            fuzz_check(in.line.ptr[in.line.len] == '\n', "no LF behind the line");
            for (size_t i = 0; i < in.header.ncolumns; i++) {
                put(log, in.field[i].ptr, in.field[i].len);
                put_text(log, "\t");
            }
            put_number(log, in.line_number);
            break;
        case REC_MARK:
            put_text(log, "M");
            put(log, in.mark_source.ptr, in.mark_source.len);
            put_text(log, "\t");
            put(log, in.mark_state.ptr, in.mark_state.len);
            break;
        default:
            put_text(log, "E");
            put_number(log, in.records);
            break;
        }
        put_text(log, "\n");
    }
    recread_close(&in);
}

/* --- the reference -----------------------------------------------------------------------------
 */

struct names {
    const uint8_t *start[256];
    size_t len[256];
    size_t n;
};

/* One character of UTF-8 by decoding it and checking the number; 0 when it is none. */
static size_t character(const uint8_t *p, size_t room)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (p[0] < 0x80)
        return 1;
    size_t n = (p[0] & 0xe0) == 0xc0   ? 2
               : (p[0] & 0xf0) == 0xe0 ? 3
               : (p[0] & 0xf8) == 0xf0 ? 4
                                       : 0;
    if (n == 0 || n > room)
        return 0;
    uint32_t c = p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    return c >= least[n] && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff) ? n : 0;
}

static bool sound_field(const uint8_t *p, size_t len)
{
    if (len == 2 && p[0] == '\\' && p[1] == 'N')
        return true;
    for (size_t i = 0; i < len;) {
        if (p[i] == '\r' || p[i] == 0)
            return false;
        if (p[i] == '\\') {
            if (i + 1 == len || !(strchr("tnr\\", p[i + 1]) || (p[i + 1] == '#' && i == 0)) ||
                p[i + 1] == 0)
                return false;
            i += 2;
            continue;
        }
        size_t n = character(p + i, len - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

static bool is_type(const uint8_t *p, size_t len)
{
    if (len == 0 || p[0] < 'a' || p[0] > 'z')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!(p[i] >= 'a' && p[i] <= 'z') && !(p[i] >= '0' && p[i] <= '9') && p[i] != '_')
            return false;
    return true;
}

static bool is_name(const struct names *f, size_t i)
{
    if (f->len[i] == 0 || (f->len[i] == 2 && memcmp(f->start[i], "\\N", 2) == 0))
        return false;
    for (size_t k = 1; k < i; k++)
        if (f->len[k] == f->len[i] && memcmp(f->start[k], f->start[i], f->len[i]) == 0)
            return false;
    return true;
}

/* The number of a count, or -1. */
static long long count_of(const uint8_t *p, size_t len)
{
    long long n = 0;
    if (len == 0 || len > 18 || (len > 1 && p[0] == '0'))
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        n = n * 10 + (p[i] - '0');
    }
    return n;
}

static bool field_is(const struct names *f, size_t i, const char *text)
{
    return f->len[i] == strlen(text) && memcmp(f->start[i], text, f->len[i]) == 0;
}

/* Reads it all into LOG. 0: sound; 1: not; -1: beyond what the reference can do. */
static int reference(struct log *log, const uint8_t *bytes, size_t len)
{
    struct names f;
    bool open = false, any = false;
    size_t columns = 0;
    uint64_t records = 0, line = 0;
    for (size_t at = 0; at < len;) {
        const uint8_t *lf = memchr(bytes + at, '\n', len - at);
        if (!lf)
            return 1;
        line++;
        f.n = 0;
        for (const uint8_t *p = bytes + at;; p++) {
            const uint8_t *from = p;
            while (*p != '\t' && *p != '\n')
                p++;
            if (f.n == 256)
                return -1;
            f.start[f.n] = from;
            f.len[f.n++] = (size_t)(p - from);
            if (!sound_field(from, (size_t)(p - from)))
                return 1;
            if (*p == '\n')
                break;
        }
        bool control = bytes[at] == '#';
        at = (size_t)(lf - bytes) + 1;
        if (!control) {
            if (!open || f.n != columns)
                return 1;
            records++;
            put_text(log, "D");
            for (size_t i = 0; i < f.n; i++) {
                put(log, (const char *)f.start[i], f.len[i]);
                put_text(log, "\t");
            }
            put_number(log, line);
        } else if (field_is(&f, 0, "#end")) {
            if (!open || f.n != 2 || count_of(f.start[1], f.len[1]) != (long long)records)
                return 1;
            open = false;
            put_text(log, "E");
            put_number(log, records);
        } else if (field_is(&f, 0, "#mark")) {
            if (!open || f.n != 3 || f.len[1] == 0)
                return 1;
            put_text(log, "M");
            put(log, (const char *)f.start[1], f.len[1]);
            put_text(log, "\t");
            put(log, (const char *)f.start[2], f.len[2]);
        } else {
            if (open || !is_type(f.start[0] + 1, f.len[0] - 1) || f.n < 2)
                return 1;
            put_text(log, "S");
            put(log, (const char *)f.start[0] + 1, f.len[0] - 1);
            for (size_t i = 1; i < f.n; i++) {
                if (!is_name(&f, i))
                    return 1;
                put_text(log, "\t");
                put(log, (const char *)f.start[i], f.len[i]);
            }
            open = any = true;
            columns = f.n - 1;
            records = 0;
        }
        put_text(log, "\n");
    }
    return open || !any;
}

/* -----------------------------------------------------------------------------------------------
 */

static int run(struct log *log, const uint8_t *bytes, size_t len, size_t chunk, bool partial)
{
    log->len = 0;
    log->partial = partial;
    fuzz_input(bytes, len, chunk);
    int status = fuzz_run(read_all, log);
    fuzz_check(status == 0 || status == 1000 + STATUS_FAILED, "an exit status that can't be");
    return status;
}

static bool equal(const struct log *a, const struct log *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct log whole, pieces, wanted;
    static const size_t sizes[] = {1, 2, 3, 7, 63, 64, 65, 1000};
    if (len > 20000)
        return 0;
    if (!whole.text)
        for (unsigned i = 0; i < 3; i++) {
            struct log *log = i == 0 ? &whole : i == 1 ? &pieces : &wanted;
            log->capacity = 1 << 20;
            log->text = malloc(log->capacity);
        }
    size_t chunk = sizes[len % (sizeof sizes / sizeof *sizes)];
    for (int partial = 0; partial <= 1; partial++) {
        int status = run(&whole, bytes, len, len + 1, partial);
        fuzz_check(run(&pieces, bytes, len, chunk, partial) == status,
                   "pieces end in another way than the whole");
        fuzz_check(equal(&whole, &pieces), "pieces give other events than the whole");
        if (partial)
            continue;
        wanted.len = 0;
        int fault = reference(&wanted, bytes, len);
        if (fault < 0)
            continue;
        fuzz_check((status != 0) == fault, "accepted or refused unlike the reference");
        fuzz_check(fault || equal(&whole, &wanted), "other events than the reference");
    }
    return 0;
}
