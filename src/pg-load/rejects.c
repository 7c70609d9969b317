#include "rejects.h"

#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "pgtext.h"

/* What stands before the record's own columns in a row. */
enum { ROW_RECORD, ROW_ORIGIN, ROW_RULE, ROW_REASON, ROW_RAW };

struct reader {
    const struct stage *stage;
    struct run *run;
    const char *file;
    char *header;            /* the header line of the raw lines */
    enum pgtext_form *forms; /* of a row's columns */
    struct slice *fields;
    size_t nfields;
    struct pgtext text;
    int64_t conflicting;
};

static enum pgtext_form form_of(const struct schema_column *column)
{
    switch (column ? column->kind : VALUE_TEXT) {
    case VALUE_INT:
    case VALUE_BOOL:
        return PGTEXT_PLAIN;
    case VALUE_DECIMAL:
    case VALUE_RATING:
        return PGTEXT_NUMERIC;
    case VALUE_TIME:
        return PGTEXT_TIME;
    case VALUE_DATE:
        return PGTEXT_DATE;
    case VALUE_TEXT:
    case VALUE_LIST:
    case VALUE_DECADE:
        break;
    }
    return PGTEXT_TEXT;
}

static void reader_begin(struct reader *r, const struct header *header)
{
    const struct segment *segment = r->stage->segment;
    size_t size;
    r->nfields = ROW_RAW;
    r->forms = mem_resize(NULL, ROW_RAW + segment->nstaged, sizeof *r->forms);
    r->fields = mem_resize(NULL, ROW_RAW + segment->nstaged, sizeof *r->fields);
    FILE *line = mem_stream(&r->header, &size);
    r->forms[ROW_RECORD] = PGTEXT_PLAIN;
    r->forms[ROW_ORIGIN] = r->forms[ROW_RULE] = r->forms[ROW_REASON] = PGTEXT_TEXT;
    fprintf(line, "#%s", segment->type->name);
    for (size_t i = 0; i < segment->ncolumns; i++) {
        if (!segment->staged[i])
            continue;
        r->forms[r->nfields++] = form_of(segment->column[i]);
        fprintf(line, "\t%.*s", (int)header->columns[i].len, header->columns[i].ptr);
    }
    mem_stream_end(line);
}

static void reader_end(struct reader *r)
{
    pgtext_free(&r->text);
    free(r->forms);
    free(r->fields);
    free(r->header);
}

static bool split(struct reader *r, const char *row, size_t len)
{
    const char *end = row + len;
    for (size_t i = 0; i < r->nfields; i++) {
        const char *tab = memchr(row, '\t', (size_t)(end - row));
        if (!tab != (i == r->nfields - 1))
            return false;
        r->fields[i] = (struct slice){row, (size_t)((tab ? tab : end) - row)};
        row = tab ? tab + 1 : end;
    }
    return true;
}

/* The text of one of the row's own columns. Free with free(). */
static char *text_of(struct reader *r, size_t i, size_t *len)
{
    struct slice field = pgtext_canonical(&r->text, r->forms[i], r->fields[i]);
    char *text = mem_resize(NULL, field.len + 1, 1);
    *len = unescape(field, text);
    text[*len] = '\0';
    return text;
}

/* The raw line is the record as it was loaded: columns that start with `_` have stayed behind. */
static void hand_over(struct reader *r)
{
    char *raw, place[4096];
    size_t raw_len, origin_len, rule_len, reason_len;
    FILE *line = mem_stream(&raw, &raw_len);
    for (size_t i = ROW_RAW; i < r->nfields; i++) {
        struct slice field = pgtext_canonical(&r->text, r->forms[i], r->fields[i]);
        if (i > ROW_RAW)
            fputc('\t', line);
        fwrite(field.ptr, 1, field.len, line);
    }
    mem_stream_end(line);
    char *origin = NULL;
    if (slice_is_null(r->fields[ROW_ORIGIN])) {
        int n = snprintf(place, sizeof place, "%s:record %.*s", r->file,
                         (int)r->fields[ROW_RECORD].len, r->fields[ROW_RECORD].ptr);
        origin_len = n < (int)sizeof place ? (size_t)n : sizeof place - 1;
    } else {
        origin = text_of(r, ROW_ORIGIN, &origin_len);
    }
    char *rule = text_of(r, ROW_RULE, &rule_len);
    char *reason = text_of(r, ROW_REASON, &reason_len);
    r->conflicting += strcmp(rule, "key-conflict") == 0;
    run_reject(r->run, rule, (struct slice){origin ? origin : place, origin_len}, reason,
               slice_of(r->header), (struct slice){raw, raw_len});
    free(origin);
    free(rule);
    free(reason);
    free(raw);
}

static void start_copy(const struct reader *r)
{
    const struct stage *stage = r->stage;
    char *sql;
    size_t size;
    FILE *query = mem_stream(&sql, &size);
    fprintf(query,
            "COPY (SELECT r.rejected, %s, r.rejected_rule, r.rejected_reason, %s "
            "FROM (SELECT record AS rejected, rule AS rejected_rule, reason AS rejected_reason "
            "FROM pg_temp.stage_reject) AS r "
            "JOIN pg_temp.stage AS s ON s.record = r.rejected ORDER BY r.rejected) TO STDOUT",
            stage->segment->origin == COLUMN_NONE ? "NULL" : "s._origin", stage->selection);
    mem_stream_end(query);
    PGresult *result = PQexec(stage->conn, sql);
    if (PQresultStatus(result) != PGRES_COPY_OUT)
        pg_die(stage->conn, result, "reading the rejected records");
    PQclear(result);
    free(sql);
}

int64_t rejects_hand_over(const struct stage *stage, const struct header *header, const char *file,
                          struct run *run, int64_t count)
{
    struct reader r = {.stage = stage, .run = run, .file = file};
    int64_t handed = 0;
    char *row;
    int len;
    reader_begin(&r, header);
    start_copy(&r);
    for (; (len = PQgetCopyData(stage->conn, &row, 0)) > 0; handed++) {
        if (!split(&r, row, (size_t)len - 1))
            diag_die(STATUS_FAILED, "reading the rejected records: a row has other columns");
        hand_over(&r);
        PQfreemem(row);
    }
    PGresult *result = PQgetResult(stage->conn);
    if (len != -1 || PQresultStatus(result) != PGRES_COMMAND_OK)
        pg_die(stage->conn, result, "reading the rejected records");
    PQclear(result);
    while ((result = PQgetResult(stage->conn)) != NULL)
        PQclear(result);
    if (handed != count)
        diag_die(STATUS_FAILED, "%s: stage_reject doesn't hold the records counted as rejected",
                 stage->segment->merge_path);
    reader_end(&r);
    return r.conflicting;
}
