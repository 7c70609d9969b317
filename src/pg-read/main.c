/* pg-read: the rows of a query as a record stream. Named queries stand in sql/read; their
 * parameters are bound, never pasted into the text. Everything is read in one snapshot.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "diag.h"
#include "mem.h"
#include "pg.h"
#include "query.h"
#include "rows.h"
#include "span.h"
#include "timeparse.h"
#include "value.h"
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

/* A --param option. */
struct given {
    char *name;
    const char *value;
    bool taken; /* by a query */
};

struct read_options {
    struct query *queries;
    size_t nqueries;
    struct given *given;
    size_t ngiven;
    size_t capacity;
    const char *now_text; /* NULL: the present */
    int64_t now;
    const char *tz; /* NULL: the database's */
    bool named;     /* the queries are; not by --query */
    const struct standard_options *std;
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
static void end_span(struct query *q, const char *since, int64_t now)
{
    struct param *until = query_param(q, "until");
    if (until && until->kind == PARAM_TIME && !until->value)
        set_time(until, span_end(since, now));
}

static void give(struct read_options *o, const char *text)
{
    char *name = mem_text(text, strlen(text)), *value = strchr(name, '=');
    if (!value)
        diag_usage("--param: not NAME=VALUE: %s", diag_quote(slice_of(name)));
    *value++ = '\0';
    o->given = mem_grow(o->given, &o->capacity, o->ngiven + 1, sizeof *o->given);
    o->given[o->ngiven++] = (struct given){.name = name, .value = value};
}

/* Each query takes the parameters that it has. */
static void take_params(struct read_options *o, struct query *q)
{
    const char *since = NULL;
    for (size_t i = 0; i < o->ngiven; i++) {
        const char *name = o->given[i].name, *value = o->given[i].value;
        int64_t number;
        struct param *param = query_param(q, name);
        if (!param && !o->named && pg_sql_name(name))
            param = query_add_param(q, name, PARAM_TEXT);
        if (!param)
            continue;
        o->given[i].taken = true;
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
        end_span(q, since, o->now);
}

static void take_all_params(struct read_options *o)
{
    for (size_t i = 0; i < o->nqueries; i++)
        take_params(o, &o->queries[i]);
    for (size_t i = 0; i < o->ngiven; i++)
        if (!o->given[i].taken)
            diag_usage(o->nqueries > 1 ? "--param: none of the queries has such a parameter: %s"
                                       : "--param: the query has no such parameter: %s",
                       diag_quote(slice_of(o->given[i].name)));
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
    bool needed = false;
    for (size_t i = 0; i < o->nqueries; i++)
        needed |= has_time(&o->queries[i]) || o->queries[i].severity;
    if (o->tz || !needed)
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

/* All in one transaction, and so of one moment. */
static void read_queries(struct read_options *o)
{
    struct run run;
    struct recwrite out;
    run_begin(&run, o->std);
    PGconn *conn = pg_connect();
    pg_run(conn, "beginning the transaction",
           "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off");
    set_zone(conn, o);
    o->now = o->now_text ? timeparse_option("now", o->now_text) : time_now();
    take_all_params(o);
    struct rows **rows = mem_resize(NULL, o->nqueries, sizeof *rows);
    for (size_t i = 0; i < o->nqueries; i++) {
        if (o->queries[i].severity)
            check_make(&o->queries[i], o->now);
        rows[i] = rows_describe(conn, &o->queries[i]);
    }
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    for (size_t i = 0; i < o->nqueries; i++) {
        bind_params(conn, &o->queries[i]);
        rows_write(rows[i], &out, &run);
    }
    free(rows);
    recwrite_close(&out);
    PQfinish(conn);
    run.written = out.total;
    run.bytes_out = out.out.bytes;
    run_end(&run);
}

int main(int argc, char **argv)
{
    struct read_options r = {0};
    const char *sql = NULL, *type = NULL;
    bool list = false;
    enum query_kind kind = QUERY_READ;
    struct options o = {.usage = "pg-read [OPTION]... NAME...\n"
                                 "       pg-read [OPTION]... --check NAME...\n"
                                 "       pg-read [OPTION]... --query SQL --type TYPE",
                        .about = "Writes the rows of PostgreSQL queries as records.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET | STD_PROGRESS};
    diag_begin("pg-read");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 'p':
            give(&r, o.arg);
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
            r.now_text = o.arg;
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
    if (sql ? o.noperands > 0 || !type || kind == QUERY_CHECK : o.noperands == 0 || type)
        diag_usage("either the name of a query is needed, or --query and --type");
    r.named = !sql;
    r.nqueries = sql ? 1 : o.noperands;
    r.queries = mem_zeroed(r.nqueries * sizeof *r.queries);
    if (sql)
        query_make(&r.queries[0], sql, type);
    for (size_t i = 0; i < o.noperands; i++)
        query_read(&r.queries[i], kind, o.operands[i]);
    r.std = &o.std;
    read_queries(&r);
    for (size_t i = 0; i < r.ngiven; i++)
        free(r.given[i].name);
    free(r.given);
    for (size_t i = 0; i < r.nqueries; i++)
        query_free(&r.queries[i]);
    free(r.queries);
    return 0;
}
