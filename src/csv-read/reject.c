/* reject: takes bad records out of the stream, with the place, the rule and the row as it came. */
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "emit.h"
#include "escape.h"
#include "input.h"
#include "mem.h"
#include "personal.h"

struct slice emit_origin(struct emit *e, uint64_t line)
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
    size_t room = RECORD_MAX - 2 * e->raw_header.len - 16384, cost = 0, n = 0, i = 0;
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

void emit_reject(struct emit *e, const struct split_record *record, const char *rule,
                 const char *reason, bool bad_bytes)
{
    char text[512];
    size_t len;
    bool cut;
    char *raw = raw_text(e, record->raw, bad_bytes, &len, &cut);
    snprintf(text, sizeof text, "%s%s", reason, cut ? " (the raw text is cut)" : "");
    run_reject(e->run, rule, emit_origin(e, record->line), text, e->raw_header,
               (struct slice){raw, len});
    free(raw);
}

/* NUL and bytes that are no UTF-8. True when there were any: the record is rejected. */
bool emit_reject_bytes(struct emit *e, const struct split_record *record)
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
        emit_reject(e, record, "nul-byte", reason, true);
        return true;
    }
    if (e->settings->encoding)
        snprintf(reason, sizeof reason, "near byte %zu the record isn't %s", n,
                 e->settings->encoding);
    else
        snprintf(reason, sizeof reason, "byte %zu of the record, 0x%02x, isn't UTF-8", n, byte);
    emit_reject(e, record, "bad-encoding", reason, true);
    return true;
}

bool emit_reject_fault(struct emit *e, const struct split_record *record)
{
    char reason[160];
    switch (record->fault) {
    case SPLIT_OK:
        break;
    case SPLIT_BAD_QUOTE:
        emit_reject(
            e, record, "bad-quote",
            "a quoted field goes on behind its closing quote; a quote inside is written twice",
            false);
        return true;
    case SPLIT_UNTERMINATED:
        emit_reject(e, record, "unterminated-quote",
                    "a quoted field isn't closed by the end of the file, nor within 16 MiB", false);
        return true;
    case SPLIT_TOO_LONG:
        emit_reject(e, record, "too-long", "the line is longer than 16 MiB", true);
        return true;
    }
    if (record->nfields == e->plan->nfields)
        return false;
    snprintf(reason, sizeof reason, "%zu field%s, the %s has %zu", record->nfields,
             record->nfields == 1 ? "" : "s",
             e->settings->no_header ? "file's first record" : "header", e->plan->nfields);
    emit_reject(e, record, "ragged-row", reason, false);
    return true;
}

void emit_reject_value(struct emit *e, const struct split_record *record, size_t column,
                       const struct fault *fault)
{
    char reason[512];
    struct slice text = record->field[e->plan->columns[column].source];
    snprintf(reason, sizeof reason, "%s: %s: %s", e->plan->columns[column].name, fault->what,
             quote_field(&e->plan->header, column, text));
    emit_reject(e, record, fault->rule, reason, false);
}
