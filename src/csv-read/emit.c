/* emit: converts all fields first, so that a record that turns out bad has written nothing, and
 * then writes them in one go. */
#include "emit.h"

#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "input.h"
#include "mem.h"

enum { LINE_MAX_OUT = RECORD_MAX, COPY = VALUE_SLACK };

void emit_begin(struct emit *e, const struct settings *settings, struct run *run,
                struct recwrite *out)
{
    *e = (struct emit){.settings = settings, .run = run, .out = out};
    convert_begin(&e->convert, settings);
    if (settings->nhashed)
        hasher_begin(&e->hasher, settings->hash_key);
}

void emit_end(struct emit *e)
{
    convert_end(&e->convert);
    if (e->settings->nhashed)
        hasher_end(&e->hasher);
    free(e->values);
    free(e->scratch);
    free(e->origin);
}

void emit_file(struct emit *e, const struct plan *plan, const char *file, struct slice raw_header)
{
    e->plan = plan;
    e->file = file;
    e->raw_header = raw_header;
    e->values = mem_resize(e->values, plan->ncolumns + 1, sizeof *e->values);
    e->scratch = mem_resize(e->scratch, plan->ncolumns + 1, sizeof *e->scratch);
    memset(e->scratch, 0, (plan->ncolumns + 1) * sizeof *e->scratch);
}

static struct slice origin_of(struct emit *e, uint64_t line)
{
    size_t need = strlen(e->file) + 32;
    e->origin = mem_grow(e->origin, &e->origin_capacity, need, 1);
    int n = snprintf(e->origin, need, "%s:%llu", e->file, (unsigned long long)line);
    return (struct slice){e->origin, (size_t)n};
}

/* A raw record for the reject file, which holds UTF-8 without NUL. One with other bytes is given
 * with these as \xHH, and with every backslash as \x5c, so that the bytes can be had back. What
 * doesn't fit into a record of the stream is cut. The caller frees it. */
static char *raw_text(const struct emit *e, struct slice raw, bool bad_bytes, size_t *len,
                      bool *cut)
{
    size_t room = LINE_MAX_OUT - 2 * e->raw_header.len - 16384, cost = 0, n = 0, i = 0;
    char *text = mem_resize(NULL, (bad_bytes ? 4 : 1) * raw.len + 1, 1);
    *cut = false;
    while (i < raw.len) {
        unsigned char byte = (unsigned char)raw.ptr[i];
        size_t size = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        struct slice character = {raw.ptr + i, size < raw.len - i ? size : raw.len - i};
        bool sound = !bad_bytes || (byte != '\\' && utf8_prefix(character) == size);
        cost += sound ? 2 * size : 5; /* as a field of the reject file, at most */
        if (cost > room) {
            *cut = true;
            break;
        }
        if (sound) {
            memcpy(text + n, character.ptr, size);
            n += size;
            i += size;
            continue;
        }
        /* input.h: a byte that --encoding couldn't decode came as two. */
        if (e->settings->encoding && byte >> 2 == INPUT_UNDECODED >> 2 && i + 1 < raw.len)
            byte = (unsigned char)(byte << 6 | ((unsigned char)raw.ptr[++i] & 0x3f));
        n += (size_t)sprintf(text + n, "\\x%02x", byte);
        i++;
    }
    *len = n;
    return text;
}

static void reject(struct emit *e, const struct split_record *record, const char *rule,
                   const char *reason, bool bad_bytes)
{
    char text[512];
    size_t len;
    bool cut;
    char *raw = raw_text(e, record->raw, bad_bytes, &len, &cut);
    snprintf(text, sizeof text, "%s%s", reason, cut ? " (the raw text is cut)" : "");
    run_reject(e->run, rule, origin_of(e, record->line), text, e->raw_header,
               (struct slice){raw, len});
    free(raw);
}

/* NUL and bytes that are no UTF-8. True when there were any: the record is rejected. */
static bool reject_bytes(struct emit *e, const struct split_record *record)
{
    char reason[128];
    const struct slice raw = record->raw;
    size_t sound = utf8_prefix(raw), n;
    if (sound == raw.len)
        return false;
    /* A record cut at the limit may end inside a character. */
    if (record->fault == SPLIT_TOO_LONG && raw.len - sound < 4)
        return false;
    unsigned char byte = (unsigned char)raw.ptr[sound];
    n = sound + 1;
    e->undecodable++;
    if (byte == 0) {
        snprintf(reason, sizeof reason, "byte %zu of the record is NUL", n);
        reject(e, record, "nul-byte", reason, true);
        return true;
    }
    if (e->settings->encoding)
        snprintf(reason, sizeof reason, "near byte %zu the record isn't %s", n,
                 e->settings->encoding);
    else
        snprintf(reason, sizeof reason, "byte %zu of the record, 0x%02x, isn't UTF-8", n, byte);
    reject(e, record, "bad-encoding", reason, true);
    return true;
}

static bool reject_fault(struct emit *e, const struct split_record *record)
{
    char reason[160];
    switch (record->fault) {
    case SPLIT_OK:
        break;
    case SPLIT_BAD_QUOTE:
        reject(e, record, "bad-quote",
               "a quoted field goes on behind its closing quote; a quote inside is written twice",
               false);
        return true;
    case SPLIT_UNTERMINATED:
        reject(e, record, "unterminated-quote",
               "a quoted field isn't closed by the end of the file, nor within 16 MiB", false);
        return true;
    case SPLIT_TOO_LONG:
        reject(e, record, "too-long", "the line is longer than 16 MiB", true);
        return true;
    }
    if (record->nfields == e->plan->nfields)
        return false;
    snprintf(reason, sizeof reason, "%zu field%s, the %s has %zu", record->nfields,
             record->nfields == 1 ? "" : "s",
             e->settings->no_header ? "file's first record" : "header", e->plan->nfields);
    reject(e, record, "ragged-row", reason, false);
    return true;
}

static void reject_value(struct emit *e, const struct split_record *record, size_t column,
                         const struct fault *fault)
{
    char reason[512];
    struct slice text = record->field[e->plan->columns[column].source];
    snprintf(reason, sizeof reason, "%s: %s: %s", e->plan->columns[column].name, fault->what,
             diag_quote(text));
    reject(e, record, fault->rule, reason, false);
}

static void write_id(struct emit *e, size_t column, int64_t id)
{
    char *bytes = e->scratch[column].bytes;
    e->values[column] = (struct value){{bytes, value_write_int(bytes, id)}, true};
}

/* Fills the values that aren't a field of their own. */
static void derive(struct emit *e, const struct split_record *record)
{
    const struct plan *plan = e->plan;
    for (size_t i = 0; i < plan->ncolumns; i++) {
        if (plan->columns[i].how == PLAN_ORIGIN) {
            e->values[i] = (struct value){origin_of(e, record->line), false};
        } else if (plan->columns[i].how == PLAN_DERIVE && slice_is_null(e->values[i].text)) {
            struct slice user = e->values[plan->user].text, movie = e->values[plan->movie].text,
                         time = e->values[plan->time].text;
            if (!slice_is_null(user) && !slice_is_null(movie) && !slice_is_null(time))
                write_id(e, i, session_id(user, movie, time));
        }
    }
}

/* Converts all fields. False: the record has been rejected. */
static bool convert_fields(struct emit *e, const struct split_record *record, bool *special)
{
    const struct plan *plan = e->plan;
    struct fault fault;
    for (size_t i = 0; i < plan->ncolumns; i++) {
        const struct plan_column *column = &plan->columns[i];
        struct value *value = &e->values[i];
        if (column->how != PLAN_VALUE && (column->how != PLAN_DERIVE || column->source < 0)) {
            *special |= column->how != PLAN_HASH;
            *value = convert_null();
            if (column->how != PLAN_HASH || record->field[column->source].len == 0)
                continue;
            write_id(e, i, hasher_id(&e->hasher, record->field[column->source]));
            continue;
        }
        *special |= column->how == PLAN_DERIVE;
        if (!convert(&e->convert, column->kind, record->field[column->source], record->plain,
                     e->scratch[i].bytes, value, &fault)) {
            reject_value(e, record, i, &fault);
            return false;
        }
    }
    return true;
}

/* Copies in steps of COPY bytes, the last one beyond the end: both sides have the room. */
static inline char *copy(char *to, struct slice text)
{
    size_t done = 0;
    do {
        memcpy(to + done, text.ptr + done, COPY);
        done += COPY;
    } while (done < text.len);
    return to + text.len;
}

static void write_values(struct emit *e)
{
    struct out *out = &e->out->out;
    const size_t n = e->plan->ncolumns;
    size_t total = n + COPY;
    bool raw = true;
    for (size_t i = 0; i < n; i++) {
        total += e->values[i].text.len;
        raw &= e->values[i].raw;
    }
    if (!raw || total > IO_BLOCK) {
        for (size_t i = 0; i < n; i++)
            if (e->values[i].raw)
                recwrite_raw(e->out, e->values[i].text);
            else
                recwrite_text(e->out, e->values[i].text);
        recwrite_done(e->out);
        return;
    }
    if (total > IO_BLOCK - out->len)
        out_flush(out);
    char *p = out->buffer + out->len;
    for (size_t i = 0; i < n; i++) {
        p = copy(p, e->values[i].text);
        *p++ = '\t';
    }
    p[-1] = '\n';
    out->len = (size_t)(p - out->buffer);
    e->out->records++;
}

/* The bytes of the line that the values make. */
static size_t escaped_length(const struct emit *e)
{
    size_t total = 0;
    for (size_t i = 0; i < e->plan->ncolumns; i++) {
        struct slice text = e->values[i].text;
        total += text.len + 2;
        if (!e->values[i].raw)
            for (size_t k = 0; k < text.len; k++)
                total += text.ptr[k] == '\\' || text.ptr[k] == '\t' || text.ptr[k] == '\n' ||
                         text.ptr[k] == '\r';
    }
    return total;
}

void emit_record(struct emit *e, const struct split_record *record)
{
    bool special = false;
    e->run->read++;
    if (!record->plain && reject_bytes(e, record))
        return;
    if ((record->fault != SPLIT_OK || record->nfields != e->plan->nfields) &&
        reject_fault(e, record))
        return;
    if (!convert_fields(e, record, &special))
        return;
    if (special)
        derive(e, record);
    if (record->raw.len > LINE_MAX_OUT / 4 && escaped_length(e) > LINE_MAX_OUT) {
        reject(e, record, "too-long", "the record would be longer than 16 MiB", false);
        return;
    }
    write_values(e);
}
