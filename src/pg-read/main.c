/* pg-read: the rows of a query as a record stream. Named queries stand in sql/read; their
 * parameters are bound, never pasted into the text. Everything is read in one snapshot.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "diag.h"
#include "mem.h"
#include "personal.h"
#include "pg.h"
#include "pgtext.h"
#include "query.h"
#include "run.h"
#include "schema.h"
#include "span.h"
#include "timeparse.h"
#include "zone.h"

enum { OPT_QUERY = 256, OPT_TYPE, OPT_LIST, OPT_CHECK, OPT_NOW, OPT_TZ };

static const struct option_spec specs[] = {
    {'p', "param", "NAME=VALUE", "give a parameter of the query a value"},
    {OPT_LIST, "list", NULL, "list the named queries and their parameters"},
    {OPT_CHECK, "check", NULL, "NAME is a rule of sql/checks: write what it finds"},
    {OPT_QUERY, "query", "SQL", "run this SELECT instead of a named query"},
    {OPT_TYPE, "type", "TYPE", "the type of the records of --query"},
    {OPT_NOW, "now", "TIME", "what lengths of time count from (default: now)"},
    {OPT_TZ, "tz", "ZONE", "business time zone (default: the database's)"},
};

struct read_options {
    struct query query;
    char **given; /* the --param options */
    size_t ngiven;
    size_t capacity;
    const char *now_text; /* NULL: the present */
    int64_t now;
    const char *tz; /* NULL: the database's */
    const struct standard_options *std;
};

struct column {
    const char *name;
    enum pgtext_form form;
    const struct schema_column *schema; /* NULL: the schema table doesn't know it */
};

static void set_value(struct param *param, const char *value)
{
    free(param->value);
    param->value = mem_text(value, strlen(value));
}

static void set_time(struct param *param, int64_t moment)
{
    char text[VALUE_MAX];
    value_write_time(text, moment);
    set_value(param, text);
}

/* A span whose beginning is a length, such as since=7d, has an end. */
static void end_span(struct read_options *o, const char *since)
{
    struct param *until = query_param(&o->query, "until");
    if (until && until->kind == PARAM_TIME && !until->value)
        set_time(until, span_end(since, o->now));
}

static void take_params(struct read_options *o, bool named)
{
    const char *since = NULL;
    for (size_t i = 0; i < o->ngiven; i++) {
        char *name = o->given[i], *value = strchr(name, '=');
        int64_t number;
        if (!value)
            diag_usage("--param: not NAME=VALUE: %s", diag_quote(slice_of(name)));
        *value++ = '\0';
        struct param *param = query_param(&o->query, name);
        if (!param && !named && pg_sql_name(name))
            param = query_add_param(&o->query, name, PARAM_TEXT);
        if (!param)
            diag_usage("--param: the query has no such parameter: %s", diag_quote(slice_of(name)));
        if (param->kind == PARAM_INT && !value_int(slice_of(value), &number))
            diag_usage("--param %s: not an integer: %s", name, diag_quote(slice_of(value)));
        if (param->kind != PARAM_TIME) {
            set_value(param, value);
            continue;
        }
        set_time(param, span_start(name, value, o->now));
        if (strcmp(name, "since") == 0 && span_is_length(value))
            since = value;
    }
    if (since)
        end_span(o, since);
}

static bool has_time(const struct query *q)
{
    for (size_t i = 0; i < q->nparams; i++)
        if (q->params[i].kind == PARAM_TIME)
            return true;
    return false;
}

/* Local times and whole days are the business's. */
static void set_zone(PGconn *conn, const struct read_options *o)
{
    if (o->tz || !(has_time(&o->query) || o->query.severity))
        return;
    PGresult *row =
        pg_query(conn, "reading the business time zone", "SELECT business_tz FROM settings");
    zone_set(PQntuples(row) == 1 ? PQgetvalue(row, 0, 0) : "UTC");
    PQclear(row);
}

static void bind_params(PGconn *conn, const struct query *q)
{
    char name[128];
    for (size_t i = 0; i < q->nparams; i++) {
        snprintf(name, sizeof name, "param.%s", q->params[i].name);
        const char *values[] = {name, q->params[i].value ? q->params[i].value : ""};
        pg_run_params(conn, "binding the parameters", "SELECT set_config($1, $2, true)", 2, values);
    }
}

/* The query's own columns make the header. */
static struct column *describe(PGconn *conn, const struct query *q, struct header *header)
{
    PGresult *prepared = PQprepare(conn, "", q->sql, 0, NULL);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
        pg_die(conn, prepared, q->name ? q->name : "--query");
    PQclear(prepared);
    PGresult *description = PQdescribePrepared(conn, "");
    if (PQresultStatus(description) != PGRES_COMMAND_OK)
        pg_die(conn, description, q->name ? q->name : "--query");
    int n = PQnfields(description);
    if (n == 0)
        diag_die(STATUS_FAILED, "the query returns no columns");
    char *line;
    size_t size;
    FILE *text = open_memstream(&line, &size);
    if (!text)
        diag_die(STATUS_FAILED, "out of memory");
    fprintf(text, "#%s", q->type);
    for (int i = 0; i < n; i++)
        fprintf(text, "\t%s", PQfname(description, i));
    if (fclose(text) != 0)
        diag_die(STATUS_FAILED, "out of memory");
    const char *wrong = header_parse(header, (struct slice){line, size});
    if (!wrong && header->ncolumns != (size_t)n)
        wrong = "a column's name has a TAB";
    if (wrong)
        diag_die(STATUS_FAILED, "the query's columns make no header: %s: %s", wrong,
                 diag_quote((struct slice){line, size}));
    struct column *columns = mem_zeroed((size_t)n * sizeof *columns);
    const struct schema_type *type = schema_find(header->type);
    for (int i = 0; i < n; i++) {
        columns[i].form = pgtext_form(PQftype(description, i));
        if (type)
            columns[i].schema = schema_column(type, header->columns[i]);
    }
    PQclear(description);
    free(line);
    return columns;
}

static void start_copy(PGconn *conn, const struct query *q)
{
    size_t size = strlen(q->sql) + 64;
    char *sql = mem_resize(NULL, size, 1);
    snprintf(sql, size, "COPY (\n%s\n) TO STDOUT", q->sql);
    PGresult *result = PQexec(conn, sql);
    free(sql);
    if (PQresultStatus(result) != PGRES_COPY_OUT)
        pg_die(conn, result, q->name ? q->name : "--query");
    PQclear(result);
}

static void write_row(struct recwrite *out, const struct header *header,
                      const struct column *columns, struct pgtext *text, struct slice row)
{
    const char *at = row.ptr, *end = row.ptr + row.len;
    for (size_t i = 0; i < header->ncolumns; i++) {
        const char *tab = memchr(at, '\t', (size_t)(end - at));
        struct slice raw = {at, (size_t)((tab ? tab : end) - at)};
        struct slice field = pgtext_canonical(text, columns[i].form, raw);
        const char *wrong = text->wrong;
        if (!wrong && columns[i].schema)
            wrong = value_check(columns[i].schema->kind, field);
        if (wrong)
            diag_die(STATUS_FAILED, "row %llu: %.*s: %s: %s", (unsigned long long)out->records + 1,
                     (int)header->columns[i].len, header->columns[i].ptr, wrong,
                     quote_field(header, i, raw));
        recwrite_raw(out, field);
        at = tab ? tab + 1 : end;
    }
    recwrite_done(out);
}

static void read_rows(PGconn *conn, struct run *run, const struct query *q)
{
    struct header header;
    struct column *columns = describe(conn, q, &header);
    struct pgtext text = {0};
    struct recwrite out;
    char *row;
    int len;
    start_copy(conn, q);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    recwrite_header(&out, &header);
    while ((len = PQgetCopyData(conn, &row, 0)) > 0) {
        write_row(&out, &header, columns, &text, (struct slice){row, (size_t)len - 1});
        PQfreemem(row);
        run->read++;
        run->bytes_in += (uint64_t)len;
        if (run->read % 1024 == 0)
            run_progress(run, 0);
    }
    PGresult *result = PQgetResult(conn);
    if (len != -1 || PQresultStatus(result) != PGRES_COMMAND_OK)
        pg_die(conn, result, q->name ? q->name : "--query");
    PQclear(result);
    recwrite_end(&out);
    run->written = out.total;
    recwrite_close(&out);
    run->bytes_out = out.out.bytes;
    pgtext_free(&text);
    header_free(&header);
    free(columns);
}

static void read_query(struct read_options *o, bool named)
{
    struct run run;
    run_begin(&run, o->std);
    PGconn *conn = pg_connect();
    pg_run(conn, "beginning the transaction",
           "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off");
    set_zone(conn, o);
    o->now = o->now_text ? timeparse_option("now", o->now_text) : time_now();
    take_params(o, named);
    if (o->query.severity)
        check_make(&o->query, o->now);
    bind_params(conn, &o->query);
    read_rows(conn, &run, &o->query);
    PQfinish(conn);
    run_end(&run);
}

int main(int argc, char **argv)
{
    struct read_options r = {0};
    const char *sql = NULL, *type = NULL, *now = NULL;
    bool list = false;
    enum query_kind kind = QUERY_READ;
    struct options o = {.usage = "pg-read [OPTION]... NAME\n"
                                 "       pg-read [OPTION]... --check NAME\n"
                                 "       pg-read [OPTION]... --query SQL --type TYPE",
                        .about = "Writes the rows of a PostgreSQL query as records.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET | STD_PROGRESS};
    diag_begin("pg-read");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 'p':
            r.given = mem_grow(r.given, &r.capacity, r.ngiven + 1, sizeof *r.given);
            r.given[r.ngiven++] = mem_text(o.arg, strlen(o.arg));
            break;
        case OPT_LIST:
            list = true;
            break;
        case OPT_CHECK:
            kind = QUERY_CHECK;
            break;
        case OPT_QUERY:
            sql = o.arg;
            break;
        case OPT_TYPE:
            type = o.arg;
            break;
        case OPT_NOW:
            now = o.arg;
            break;
        case OPT_TZ:
            r.tz = o.arg;
            zone_set(o.arg);
            break;
        }
    if (list) {
        query_list(kind);
        return 0;
    }
    if (sql ? o.noperands > 0 || !type || kind == QUERY_CHECK : o.noperands != 1 || type)
        diag_usage("either the name of a query is needed, or --query and --type");
    if (sql)
        query_make(&r.query, sql, type);
    else
        query_read(&r.query, kind, o.operands[0]);
    r.now_text = now;
    r.std = &o.std;
    read_query(&r, sql == NULL);
    for (size_t i = 0; i < r.ngiven; i++)
        free(r.given[i]);
    free(r.given);
    query_free(&r.query);
    return 0;
}
