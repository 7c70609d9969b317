#include "direct.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "owner.h"

enum {
    RISING_MAX = 32 << 20,     /* keys, of 8 bytes */
    OTHERS_MEMORY = 256 << 20, /* bytes: 15 to 25 million keys */
    ASIDE_MEMORY = 4 << 20,    /* bytes; more goes to a file */
    NUMBER_SIZE = 24,          /* of a record's number as text */
};

/* The key must be one whole number, and every required column in the stream. */
static bool find_columns(struct direct *d, const struct header *header)
{
    const struct schema_type *type = d->segment->type;
    size_t keys = 0;
    for (size_t i = 0; i < type->ncolumns; i++) {
        const struct schema_column *column = &type->columns[i];
        int at = header_find(header, column->name);
        if (column->key && (keys++ > 0 || column->kind != VALUE_INT))
            return false;
        if (!column->required && !column->key)
            continue;
        if (at == COLUMN_NONE)
            return false;
        d->needed[d->nneeded++] = (size_t)at;
        if (column->key)
            d->key = (size_t)at;
    }
    return keys == 1;
}

void direct_open(struct direct *d, struct copyin *copyin, const struct segment *segment,
                 const struct header *header, bool wanted)
{
    *d = (struct direct){.copyin = copyin,
                         .segment = segment,
                         .needed = mem_zeroed(segment->type->ncolumns * sizeof *d->needed),
                         .budget = {.limit = OTHERS_MEMORY},
                         .greatest = INT64_MIN};
    if (wanted && find_columns(d, header))
        d->state = DIRECT_UNASKED;
}

void direct_ask(struct direct *d)
{
    PGconn *conn = d->copyin->conn;
    const char *type = d->segment->type->name;
    d->state = DIRECT_NO;
    if (!owner_offers(conn, "direct_ready", type, "") ||
        !owner_offers(conn, "direct_begin", type, "bigint") ||
        !owner_offers(conn, "direct_end", type, ""))
        return;
    PGresult *result = owner_call(conn, "looking for the bulk way", "direct_ready", type, "");
    if (strcmp(PQgetvalue(result, 0, 0), "t") == 0) {
        d->state = DIRECT_OFFERED;
        intset_open(&d->others, &d->budget);
        spool_open(&d->aside, ASIDE_MEMORY);
    }
    PQclear(result);
}

static bool is_rising(const struct direct *d, int64_t key)
{
    size_t from = 0, upto = d->nrising;
    while (from < upto) {
        size_t middle = from + (upto - from) / 2;
        if (d->rising[middle] == key)
            return true;
        if (d->rising[middle] < key)
            from = middle + 1;
        else
            upto = middle;
    }
    return false;
}

/* Most keys rise, so they are just appended; a look-up in millions costs more than the rest of a
 * record. */
static bool take_rising(struct direct *d, int64_t key)
{
    d->greatest = key;
    if (d->nrising == RISING_MAX)
        d->full = true;
    if (d->full)
        return true;
    d->rising = mem_grow(d->rising, &d->rising_capacity, d->nrising + 1, sizeof *d->rising);
    d->rising[d->nrising++] = key;
    return true;
}

/* Whether the key of the current record comes for the first time, as far as can be told. */
static bool take_key(struct direct *d, const struct recread *in)
{
    int64_t key;
    if (!value_int(in->field[d->key], &key))
        return false; /* NULL */
    if (key > d->greatest || (d->nrising == 0 && !d->full))
        return take_rising(d, key);
    if (d->full || is_rising(d, key))
        return false;
    enum intset_answer answer = intset_add(&d->others, (uint64_t)key);
    d->full = answer == INTSET_FULL;
    return answer == INTSET_NEW;
}

void direct_note(struct direct *d, const struct recread *in)
{
    take_key(d, in);
    d->records++;
}

bool direct_begin(struct direct *d, int64_t load_id)
{
    char load[NUMBER_SIZE];
    snprintf(load, sizeof load, "%" PRId64, load_id);
    PGresult *result = owner_call(d->copyin->conn, "taking the indexes off", "direct_begin",
                                  d->segment->type->name, load);
    d->state = PQgetisnull(result, 0, 0) ? DIRECT_NO : DIRECT_ON;
    if (d->state == DIRECT_ON)
        d->table = mem_text(PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
    PQclear(result);
    return d->state == DIRECT_ON;
}

void direct_start(struct direct *d)
{
    char *sql;
    size_t size;
    const char *separator = "";
    FILE *copy = mem_stream(&sql, &size);
    fprintf(copy, "COPY %s (", d->table);
    for (size_t i = 0; i < d->segment->ncolumns; i++)
        if (d->segment->staged[i] && d->segment->column[i]) {
            fprintf(copy, "%s\"%s\"", separator, d->segment->column[i]->name);
            separator = ",";
        }
    fprintf(copy, ") FROM STDIN");
    mem_stream_end(copy);
    copyin_open(d->copyin, d->segment, sql, false);
    free(sql);
}

static void lay_aside(struct direct *d, const struct recread *in)
{
    char number[NUMBER_SIZE];
    size_t len = (size_t)snprintf(number, sizeof number, "%" PRIu64 "\n", d->records), size = len;
    for (size_t i = 0; i < d->segment->ncolumns; i++)
        if (d->segment->staged[i])
            size += in->field[i].len + 1;
    char *at = spool_room(&d->aside, size);
    for (size_t i = 0; i < d->segment->ncolumns; i++) {
        if (!d->segment->staged[i])
            continue;
        memcpy(at, in->field[i].ptr, in->field[i].len);
        at += in->field[i].len;
        *at++ = '\t';
    }
    memcpy(at, number, len);
}

void direct_record(struct direct *d, const struct recread *in)
{
    bool straight = take_key(d, in);
    d->records++;
    for (size_t i = 0; i < d->nneeded; i++)
        straight = straight && !slice_is_null(in->field[d->needed[i]]);
    if (straight)
        copyin_record(d->copyin, in, false);
    else
        lay_aside(d, in);
}

int64_t direct_end(struct direct *d)
{
    int64_t rows = (int64_t)d->copyin->records;
    copyin_close(d->copyin);
    PQclear(owner_call(d->copyin->conn, "putting the indexes back on", "direct_end",
                       d->segment->type->name, ""));
    d->state = DIRECT_NO;
    return rows;
}

void direct_close(struct direct *d)
{
    free(d->table);
    free(d->needed);
    free(d->rising);
    if (d->others.slots) {
        intset_close(&d->others);
        spool_close(&d->aside);
    }
    *d = (struct direct){0};
}
