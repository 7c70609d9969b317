/* rows: describe the query, which makes the header, and copy its rows out. They come in the binary
 * form of COPY; columns of types that have no simple one are cast to text.
 */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binary.h"
#include "diag.h"
#include "mem.h"
#include "personal.h"
#include "pg.h"
#include "schema.h"

struct column {
    enum binary_form form;
    const struct schema_column *schema; /* NULL: what comes is canonical, or no type's */
};

struct rows {
    PGconn *conn;
    const char *name; /* of the query, for messages */
    char *sql;        /* what is to be copied */
    struct header header;
    struct column *columns;
    struct binary binary;
    struct recwrite *out;
};

static void make_header(struct rows *r, const struct query *q, const PGresult *description)
{
    int n = PQnfields(description);
    char *line;
    size_t size;
    if (n == 0)
        diag_die(STATUS_FAILED, "the query returns no columns");
    FILE *text = mem_stream(&line, &size);
    fprintf(text, "#%s", q->type);
    for (int i = 0; i < n; i++)
        fprintf(text, "\t%s", PQfname(description, i));
    mem_stream_end(text);
    const char *wrong = header_parse(&r->header, (struct slice){line, size});
    if (!wrong && r->header.ncolumns != (size_t)n)
        wrong = "a column's name has a TAB";
    if (wrong)
        diag_die(STATUS_FAILED, "the query's columns make no header: %s: %s", wrong,
                 diag_quote((struct slice){line, size}));
    free(line);
}

/* A number, date or time that is canonical needs no look at what the schema table says. */
static bool needs_check(enum binary_form form, enum value_kind kind)
{
    bool number = form == BINARY_INT2 || form == BINARY_INT4 || form == BINARY_INT8;
    return !(number && kind == VALUE_INT) && !(form == BINARY_TIME && kind == VALUE_TIME) &&
           !(form == BINARY_DATE && kind == VALUE_DATE);
}

static void make_columns(struct rows *r, const PGresult *description)
{
    const struct schema_type *type = schema_find(r->header.type);
    r->columns = mem_zeroed(r->header.ncolumns * sizeof *r->columns);
    for (size_t i = 0; i < r->header.ncolumns; i++) {
        struct column *column = &r->columns[i];
        column->form = binary_form(PQftype(description, (int)i));
        if (type)
            column->schema = schema_column(type, r->header.columns[i]);
        if (column->schema && !needs_check(column->form, column->schema->kind))
            column->schema = NULL;
    }
}

/* The query, and around it, where a column has to be cast, one that does so. free() it. */
static char *with_casts(const struct rows *r, const char *query, const PGresult *description)
{
    char *sql;
    size_t size;
    bool casts = false;
    FILE *text = mem_stream(&sql, &size);
    for (size_t i = 0; i < r->header.ncolumns; i++) {
        const char *column = PQfname(description, (int)i);
        char *name = PQescapeIdentifier(r->conn, column, strlen(column));
        bool cast = binary_is_cast(r->columns[i].form);
        if (!name)
            pg_die(r->conn, NULL, r->name);
        fprintf(text, "%s%s%s", i ? ", " : "SELECT ", name, cast ? "::text" : "");
        PQfreemem(name);
        casts |= cast;
    }
    fprintf(text, " FROM (\n%s\n) AS q", query);
    mem_stream_end(text);
    if (casts)
        return sql;
    free(sql);
    return mem_text(query, strlen(query));
}

struct rows *rows_describe(PGconn *conn, const struct query *q)
{
    struct rows *r = mem_zeroed(sizeof *r);
    r->conn = conn;
    r->name = q->name ? q->name : "--query";
    PGresult *result = PQprepare(conn, "", q->sql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        pg_die(conn, result, r->name);
    PQclear(result);
    result = PQdescribePrepared(conn, "");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        pg_die(conn, result, r->name);
    make_header(r, q, result);
    make_columns(r, result);
    r->sql = with_casts(r, q->sql, result);
    PQclear(result);
    return r;
}

static void start_copy(struct rows *r)
{
    size_t size = strlen(r->sql) + 64;
    char *sql = mem_resize(NULL, size, 1);
    snprintf(sql, size, "COPY (\n%s\n) TO STDOUT (FORMAT binary)", r->sql);
    PGresult *result = PQexec(r->conn, sql);
    free(sql);
    if (PQresultStatus(result) != PGRES_COPY_OUT)
        pg_die(r->conn, result, r->name);
    PQclear(result);
}

static _Noreturn void die_garbled(void)
{
    diag_die(STATUS_FAILED, "the server sends rows that are no binary COPY");
}

/* Takes a big-endian number of SIZE bytes from REST; its sign is the first bit's. */
static int32_t take_number(struct slice *rest, size_t size)
{
    uint32_t n = 0;
    if (rest->len < size)
        die_garbled();
    for (size_t i = 0; i < size; i++)
        n = n << 8 | (unsigned char)rest->ptr[i];
    rest->ptr += size;
    rest->len -= size;
    return size == 2 ? (int16_t)n : (int32_t)n;
}

/* The head of the copy comes before the first row, mostly in one piece with it: a signature, flags,
 * and room for what may be added one day. */
static void skip_head(struct slice *rest)
{
    static const char signature[] = "PGCOPY\n\377\r\n"; /* its NUL is part of it */
    if (rest->len < sizeof signature || memcmp(rest->ptr, signature, sizeof signature) != 0)
        die_garbled();
    rest->ptr += sizeof signature;
    rest->len -= sizeof signature;
    if (take_number(rest, 4) != 0)
        die_garbled();
    size_t more = (size_t)take_number(rest, 4);
    if (more > rest->len)
        die_garbled();
    rest->ptr += more;
    rest->len -= more;
}

static void write_value(struct rows *r, size_t i, struct slice value)
{
    const struct column *column = &r->columns[i];
    struct slice field = binary_canonical(&r->binary, column->form, value);
    const char *wrong = r->binary.wrong;
    if (!wrong && column->schema)
        wrong = value_check(column->schema->kind, field);
    if (wrong)
        diag_die(STATUS_FAILED, "row %llu: %.*s: %s: %s", (unsigned long long)r->out->records + 1,
                 (int)r->header.columns[i].len, r->header.columns[i].ptr, wrong,
                 quote_field(&r->header, i, field));
    recwrite_raw(r->out, field);
}

/* False for the line of the end. */
static bool write_row(struct rows *r, struct slice rest)
{
    int32_t n = take_number(&rest, 2);
    if (n == -1 && rest.len == 0)
        return false;
    if (n != (int32_t)r->header.ncolumns)
        die_garbled();
    for (size_t i = 0; i < r->header.ncolumns; i++) {
        int32_t len = take_number(&rest, 4);
        if (len == -1) {
            recwrite_raw(r->out, SLICE_NULL);
            continue;
        }
        if (len < 0 || (size_t)len > rest.len)
            die_garbled();
        write_value(r, i, (struct slice){rest.ptr, (size_t)len});
        rest.ptr += len;
        rest.len -= (size_t)len;
    }
    recwrite_done(r->out);
    return true;
}

void rows_write(struct rows *r, struct recwrite *out, struct run *run)
{
    char *row;
    bool head = true;
    int len;
    r->out = out;
    recwrite_header(out, &r->header);
    start_copy(r);
    while ((len = PQgetCopyData(r->conn, &row, 0)) > 0) {
        struct slice rest = {row, (size_t)len};
        if (head)
            skip_head(&rest);
        head = false;
        if (rest.len > 0 && write_row(r, rest) && ++run->read % 1024 == 0)
            run_progress(run, 0);
        PQfreemem(row);
        run->bytes_in += (uint64_t)len;
    }
    PGresult *result = PQgetResult(r->conn);
    if (len != -1 || PQresultStatus(result) != PGRES_COMMAND_OK)
        pg_die(r->conn, result, r->name);
    PQclear(result);
    recwrite_end(out);
    binary_free(&r->binary);
    header_free(&r->header);
    free(r->columns);
    free(r->sql);
    free(r);
}
