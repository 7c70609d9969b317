#include "copyin.h"

#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"

enum { BUFFER = 256 * 1024 };

static _Noreturn void die_copying(const struct copyin *c, const PGresult *result)
{
    /* Where a value is to blame, the context names the line of the COPY: the record's number. */
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    bool found = c->numbered && sqlstate && *sqlstate == '2' && context;
    const char *line = found ? strstr(context, ", line ") : NULL;
    const char *type = c->segment->type->name;
    char what[128];
    if (line)
        snprintf(what, sizeof what, "copying %s record %lld", type,
                 strtoll(line + strlen(", line "), NULL, 10));
    else
        snprintf(what, sizeof what, "copying %s records", type);
    pg_die(c->conn, result, what);
}

/* The error of a COPY that the server has given up is in the result that follows. */
static _Noreturn void die_sending(const struct copyin *c)
{
    PQputCopyEnd(c->conn, "the connection failed");
    PGresult *result = PQgetResult(c->conn);
    die_copying(c, PQresultStatus(result) == PGRES_FATAL_ERROR ? result : NULL);
}

void copyin_open(struct copyin *c, const struct segment *segment, const char *sql, bool numbered)
{
    c->segment = segment;
    c->numbered = numbered;
    PGresult *result = PQexec(c->conn, sql);
    if (PQresultStatus(result) != PGRES_COPY_IN)
        die_copying(c, result);
    PQclear(result);
    if (!c->buffer)
        c->buffer = mem_resize(NULL, BUFFER, 1);
    c->open = true;
    c->records = 0;
}

static void send_bytes(struct copyin *c, const char *bytes, size_t len)
{
    if (len > 0 && PQputCopyData(c->conn, bytes, (int)len) != 1)
        die_sending(c);
    c->sent += len;
}

static void add_bytes(struct copyin *c, const char *bytes, size_t len)
{
    if (len > BUFFER - c->len) {
        send_bytes(c, c->buffer, c->len);
        c->len = 0;
    }
    if (len > BUFFER) {
        send_bytes(c, bytes, len);
        return;
    }
    memcpy(c->buffer + c->len, bytes, len);
    c->len += len;
}

void copyin_line(struct copyin *c, struct slice line)
{
    add_bytes(c, line.ptr, line.len);
    add_bytes(c, "\n", 1);
    c->records++;
}

void copyin_record(struct copyin *c, const struct recread *in, bool origin)
{
    const struct segment *segment = c->segment;
    if (segment->whole_lines && (origin || segment->origin == COLUMN_NONE)) {
        add_bytes(c, in->line.ptr, in->line.len + 1);
        c->records++;
        return;
    }
    bool first = true;
    for (size_t i = 0; i < segment->ncolumns; i++) {
        if (!segment->staged[i] || (!segment->column[i] && !origin))
            continue;
        if (!first)
            add_bytes(c, "\t", 1);
        add_bytes(c, in->field[i].ptr, in->field[i].len);
        first = false;
    }
    add_bytes(c, "\n", 1);
    c->records++;
}

void copyin_close(struct copyin *c)
{
    send_bytes(c, c->buffer, c->len);
    c->len = 0;
    if (PQputCopyEnd(c->conn, NULL) != 1)
        die_sending(c);
    PGresult *result = PQgetResult(c->conn);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die_copying(c, result);
    if (strtoull(PQcmdTuples(result), NULL, 10) != c->records)
        diag_die(STATUS_FAILED, "the server took %s of %llu %s records", PQcmdTuples(result),
                 (unsigned long long)c->records, c->segment->type->name);
    PQclear(result);
    while ((result = PQgetResult(c->conn)) != NULL)
        PQclear(result);
    c->open = false;
}

void copyin_free(struct copyin *c)
{
    free(c->buffer);
    c->buffer = NULL;
}
