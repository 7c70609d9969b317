#include "direct.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"

enum {
    KEYS_MEMORY = 512 << 20, /* bytes: 30 to 50 million keys */
    ASIDE_MEMORY = 4 << 20,  /* bytes; more goes to a file */
    NUMBER_SIZE = 24,        /* of a record's number as text */
};

/* The functions must be there and be allowed. */
static bool offered(const struct direct *d)
{
    char name[128];
    snprintf(name, sizeof name, "direct_begin_%s(bigint)", d->segment->type->name);
    const char *values[] = {name};
    PGresult *result = pg_query_params(d->copyin->conn, "looking for the bulk way",
                                       "SELECT FROM pg_proc WHERE oid = to_regprocedure($1) "
                                       "AND has_function_privilege(oid, 'EXECUTE')",
                                       1, values);
    bool found = PQntuples(result) == 1;
    PQclear(result);
    return found;
}

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
                         .budget = {.limit = KEYS_MEMORY},
                         .greatest = INT64_MIN};
    intset_open(&d->keys, &d->budget);
    spool_open(&d->aside, ASIDE_MEMORY);
    d->possible = wanted && find_columns(d, header);
}

/* Whether the key of the current record comes for the first time, as far as can be told. */
static bool take_key(struct direct *d, const struct recread *in)
{
    int64_t key;
    if (!value_int(in->field[d->key], &key))
        return false; /* NULL */
    enum intset_answer answer = intset_add(&d->keys, (uint64_t)key);
    bool new = answer == INTSET_NEW || (answer == INTSET_FULL && key > d->greatest);
    if (key > d->greatest)
        d->greatest = key;
    return new;
}

void direct_note(struct direct *d, const struct recread *in)
{
    take_key(d, in);
    d->records++;
}

bool direct_begin(struct direct *d, int64_t load_id)
{
    char sql[256];
    d->possible = offered(d);
    if (!d->possible)
        return false;
    snprintf(sql, sizeof sql, "SELECT direct_begin_%s(%" PRId64 ")", d->segment->type->name,
             load_id);
    PGresult *result = pg_query(d->copyin->conn, "taking the indexes off", sql);
    if (PQgetisnull(result, 0, 0)) {
        d->possible = false;
    } else {
        d->table = mem_text(PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
        d->on = true;
    }
    PQclear(result);
    return d->on;
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
    copyin_open(d->copyin, d->segment, sql);
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
    char sql[256];
    int64_t rows = (int64_t)d->copyin->records;
    copyin_close(d->copyin);
    snprintf(sql, sizeof sql, "SELECT direct_end_%s()", d->segment->type->name);
    pg_run(d->copyin->conn, "putting the indexes back on", sql);
    d->on = d->possible = false;
    return rows;
}

void direct_close(struct direct *d)
{
    free(d->table);
    free(d->needed);
    intset_close(&d->keys);
    spool_close(&d->aside);
    *d = (struct direct){0};
}
