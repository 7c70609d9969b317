/* emit: converts all fields first, so that a record that turns out bad has written nothing, and
 * then writes them in one go. */
#include "emit.h"

#include <stdlib.h>

#include "mem.h"
#include "quick.h"
#include "short.h"

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
    e->all_values = true;
    for (size_t i = 0; i < plan->ncolumns; i++)
        e->all_values &= plan->columns[i].how == PLAN_VALUE;
    e->short_possible = short_possible(plan, e->settings);
    e->values = mem_resize(e->values, plan->ncolumns + 1, sizeof *e->values);
    e->scratch = mem_resize(e->scratch, plan->ncolumns + 1, sizeof *e->scratch);
    memset(e->scratch, 0, (plan->ncolumns + 1) * sizeof *e->scratch);
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
            e->values[i] = (struct value){emit_origin(e, record->line), false};
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
            if (column->how != PLAN_HASH || record->field[column->source].len == 0 ||
                slice_is_null(record->field[column->source]))
                continue;
            write_id(e, i, hasher_id(&e->hasher, record->field[column->source]));
            continue;
        }
        *special |= column->how == PLAN_DERIVE;
        if (!convert(&e->convert, column->kind, record->field[column->source], record->plain,
                     e->scratch[i].bytes, value, &fault)) {
            emit_reject_value(e, record, i, &fault);
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

/* Most records: nothing special in them, all values quickly found. They go into the output's buffer
 * field by field, and count only when the last one is there. False: nothing has been written. */
static bool write_quickly(struct emit *e, const struct split_record *record)
{
    const struct plan *plan = e->plan;
    struct out *out = &e->out->out;
    size_t need = record->raw.len + plan->ncolumns * (VALUE_MAX + 1) + COPY;
    if (need > IO_BLOCK)
        return false;
    if (need > IO_BLOCK - out->len)
        out_flush(out);
    char *p = out->buffer + out->len;
    for (size_t i = 0; i < plan->ncolumns; i++) {
        const struct plan_column *column = &plan->columns[i];
        struct slice value;
        if (!convert_quickly(&e->convert, column->kind, record->field[column->source], true,
                             e->scratch[i].bytes, &value))
            return false;
        p = copy(p, value);
        *p++ = '\t';
    }
    p[-1] = '\n';
    out->len = (size_t)(p - out->buffer);
    e->out->records++;
    return true;
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
    if (!record->plain && emit_reject_bytes(e, record))
        return;
    if ((record->fault != SPLIT_OK || record->nfields != e->plan->nfields) &&
        emit_reject_fault(e, record))
        return;
    if (record->plain && e->all_values && write_quickly(e, record))
        return;
    if (!convert_fields(e, record, &special))
        return;
    if (special)
        derive(e, record);
    if (record->raw.len > LINE_MAX_OUT / 4 && escaped_length(e) > LINE_MAX_OUT) {
        emit_reject(e, record, "too-long", "the record would be longer than 16 MiB", false);
        return;
    }
    write_values(e);
}
