#include "stage.h"

#include <stdio.h>
#include <stdlib.h>

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

void stage_begin(struct stage *s, struct copyin *copyin, const struct segment *segment,
                 const struct header *header)
{
    size_t size;
    *s = (struct stage){.conn = copyin->conn, .copyin = copyin, .segment = segment};
    FILE *columns = mem_stream(&s->columns, &size);
    fprintf(columns, "{");
    add_columns(columns, s, header, "");
    fprintf(columns, "}");
    mem_stream_end(columns);
    FILE *selection = mem_stream(&s->selection, &size);
    add_columns(selection, s, header, "\"");
    mem_stream_end(selection);
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

void stage_start(struct stage *s)
{
    if (!s->copy)
        make_tables(s);
    copyin_open(s->copyin, s->segment, s->copy, s->records == 0);
}

void stage_record(struct stage *s, const struct recread *in)
{
    if (!s->copyin->open)
        stage_start(s);
    copyin_record(s->copyin, in, true);
    order_see(&s->order, in);
    s->records++;
}

void stage_aside(struct stage *s, struct spool *aside)
{
    char *sql;
    size_t size;
    uint64_t offset;
    struct slice line;
    pg_run(s->conn, "emptying the staging table", "TRUNCATE pg_temp.stage, pg_temp.stage_reject");
    FILE *copy = mem_stream(&sql, &size);
    fprintf(copy, "COPY pg_temp.stage (%s,record) FROM STDIN", s->selection);
    mem_stream_end(copy);
    copyin_open(s->copyin, s->segment, sql, false);
    free(sql);
    spool_walk_from(aside, 1);
    while (spool_walk(aside, &offset, &line))
        copyin_line(s->copyin, line);
    s->records = s->copyin->records;
    s->order.ascending = false;
    copyin_close(s->copyin);
}

bool stage_finish(struct stage *s)
{
    if (!s->copyin->open)
        return false;
    copyin_close(s->copyin);
    return true;
}

void stage_merged(struct stage *s)
{
    s->records = 0;
    order_restart(&s->order);
}

void stage_free(struct stage *s)
{
    free(s->copy);
    free(s->columns);
    free(s->selection);
    order_close(&s->order);
    *s = (struct stage){0};
}
