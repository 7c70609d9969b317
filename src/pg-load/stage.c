#include "stage.h"

#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"

static const char *sql_type(enum value_kind kind)
{
    switch (kind) {
    case VALUE_INT:
        return "bigint";
    case VALUE_DECIMAL:
        return "numeric";
    case VALUE_RATING:
        return "numeric(5,3)";
    case VALUE_TIME:
        return "timestamptz";
    case VALUE_DATE:
        return "date";
    case VALUE_BOOL:
        return "boolean";
    case VALUE_TEXT:
    case VALUE_LIST:
    case VALUE_DECADE:
        break;
    }
    return "text";
}

/* Names come from the schema table (and `_origin`), never from the stream: quoting is for words
 * that SQL keeps to itself. */
static void add_columns(FILE *to, const struct stage *s, const struct header *header,
                        const char *quote)
{
    const char *separator = "";
    for (size_t i = 0; i < s->segment->ncolumns; i++) {
        if (!s->segment->staged[i])
            continue;
        fprintf(to, "%s%s%.*s%s", separator, quote, (int)header->columns[i].len,
                header->columns[i].ptr, quote);
        separator = ",";
    }
}

void stage_begin(struct stage *s, PGconn *conn, const struct segment *segment,
                 const struct header *header)
{
    size_t size;
    *s = (struct stage){.conn = conn, .segment = segment};
    FILE *columns = mem_stream(&s->columns, &size);
    fprintf(columns, "{");
    add_columns(columns, s, header, "");
    fprintf(columns, "}");
    mem_stream_end(columns);
    FILE *selection = mem_stream(&s->selection, &size);
    add_columns(selection, s, header, "\"");
    mem_stream_end(selection);
    s->buffer = mem_resize(NULL, STAGE_BUFFER, 1);
    order_open(&s->order, segment, header);
}

/* The tables are made once for a segment and emptied at each commit, so that an endless stream
 * doesn't churn the catalogue. */
static void make_tables(struct stage *s)
{
    size_t size;
    char *sql;
    FILE *create = mem_stream(&sql, &size);
    fprintf(create,
            "DROP TABLE IF EXISTS pg_temp.stage; DROP TABLE IF EXISTS pg_temp.stage_reject; "
            "CREATE TEMPORARY TABLE stage (");
    for (size_t i = 0; i < s->segment->type->ncolumns; i++)
        fprintf(create, "\"%s\" %s, ", s->segment->type->columns[i].name,
                sql_type(s->segment->type->columns[i].kind));
    if (s->segment->origin != COLUMN_NONE)
        fprintf(create, "_origin text, ");
    fprintf(create, "record bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000)"
                    ") ON COMMIT DELETE ROWS; "
                    "CREATE TEMPORARY TABLE stage_reject (record bigint, rule text, reason text) "
                    "ON COMMIT DELETE ROWS");
    mem_stream_end(create);
    pg_run(s->conn, "making the staging table", sql);
    free(sql);
    FILE *copy = mem_stream(&s->copy, &size);
    fprintf(copy, "COPY pg_temp.stage (%s) FROM STDIN", s->selection);
    mem_stream_end(copy);
}

static _Noreturn void die_copying(const struct stage *s, const PGresult *result)
{
    /* Where a value is to blame, the context names the line of the COPY: the record's number. */
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    const char *line = sqlstate && *sqlstate == '2' && context ? strstr(context, ", line ") : NULL;
    char what[128];
    if (line)
        snprintf(what, sizeof what, "copying %s record %lld", s->segment->type->name,
                 strtoll(line + strlen(", line "), NULL, 10));
    else
        snprintf(what, sizeof what, "copying %s records", s->segment->type->name);
    pg_die(s->conn, result, what);
}

/* The error of a COPY that the server has given up is in the result that follows. */
static _Noreturn void die_sending(const struct stage *s)
{
    PQputCopyEnd(s->conn, "the connection failed");
    PGresult *result = PQgetResult(s->conn);
    die_copying(s, PQresultStatus(result) == PGRES_FATAL_ERROR ? result : NULL);
}

void stage_start(struct stage *s)
{
    if (!s->copy)
        make_tables(s);
    PGresult *result = PQexec(s->conn, s->copy);
    if (PQresultStatus(result) != PGRES_COPY_IN)
        die_copying(s, result);
    PQclear(result);
    s->copying = true;
    s->records = 0;
    order_restart(&s->order);
}

static void send_bytes(struct stage *s, const char *bytes, size_t len)
{
    if (len > 0 && PQputCopyData(s->conn, bytes, (int)len) != 1)
        die_sending(s);
    s->sent += len;
}

static void add_bytes(struct stage *s, const char *bytes, size_t len)
{
    if (len > STAGE_BUFFER - s->len) {
        send_bytes(s, s->buffer, s->len);
        s->len = 0;
    }
    if (len > STAGE_BUFFER) {
        send_bytes(s, bytes, len);
        return;
    }
    memcpy(s->buffer + s->len, bytes, len);
    s->len += len;
}

void stage_record(struct stage *s, const struct recread *in)
{
    if (!s->copying)
        stage_start(s);
    if (s->segment->whole_lines) {
        add_bytes(s, in->line.ptr, in->line.len + 1);
    } else {
        bool first = true;
        for (size_t i = 0; i < s->segment->ncolumns; i++) {
            if (!s->segment->staged[i])
                continue;
            if (!first)
                add_bytes(s, "\t", 1);
            add_bytes(s, in->field[i].ptr, in->field[i].len);
            first = false;
        }
        add_bytes(s, "\n", 1);
    }
    order_see(&s->order, in);
    s->records++;
}

bool stage_finish(struct stage *s)
{
    if (!s->copying)
        return false;
    send_bytes(s, s->buffer, s->len);
    s->len = 0;
    if (PQputCopyEnd(s->conn, NULL) != 1)
        die_sending(s);
    PGresult *result = PQgetResult(s->conn);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die_copying(s, result);
    if (strtoull(PQcmdTuples(result), NULL, 10) != s->records)
        diag_die(STATUS_FAILED, "the server took %s of %llu %s records", PQcmdTuples(result),
                 (unsigned long long)s->records, s->segment->type->name);
    PQclear(result);
    while ((result = PQgetResult(s->conn)) != NULL)
        PQclear(result);
    s->copying = false;
    return true;
}

void stage_free(struct stage *s)
{
    free(s->copy);
    free(s->columns);
    free(s->selection);
    free(s->buffer);
    order_close(&s->order);
    *s = (struct stage){0};
}
