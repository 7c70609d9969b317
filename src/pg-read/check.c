/* check: counts a rule's rows on the server, however many, and describes the first of them there.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "value.h"

/* The columns' names once, then the rows: `day views: 2026-11-01 4, 2026-11-02 7`. A row's text is
 * cut too: a title or a state may be long. */
static const char
    before[] = "WITH violation AS MATERIALIZED (\n",
    behind[] = "\n), numbered AS (\n"
               "    SELECT row_number() OVER () AS n, to_json(v) AS row\n"
               "    FROM (SELECT * FROM violation LIMIT 20) AS v\n"
               "), described AS (\n"
               "    SELECT d.n, d.row, (SELECT string_agg(coalesce(left(e.value, 60), '-'),\n"
               "            ' ' ORDER BY e.ordinality)\n"
               "        FROM json_each_text(d.row) WITH ORDINALITY AS e) AS line\n"
               "    FROM numbered AS d\n"
               "), found AS (\n"
               "    SELECT count(*) AS rows FROM violation\n"
               ")\n"
               "SELECT current_setting('param.now')::timestamptz AS checked_at,\n"
               "    current_setting('param.check_rule') AS rule,\n"
               "    current_setting('param.check_severity') AS severity,\n"
               "    current_setting('param.check_description') AS description,\n"
               "    f.rows AS found,\n"
               "    (SELECT string_agg(k.key, ' ' ORDER BY k.ordinality) FROM described AS d,\n"
               "        json_object_keys(d.row) WITH ORDINALITY AS k (key, ordinality)\n"
               "     WHERE d.n = 1) || ': ' ||\n"
               "    (SELECT string_agg(d.line, ', ' ORDER BY d.n) FROM described AS d) ||\n"
               "    CASE WHEN f.rows > 20 THEN ', ...' ELSE '' END AS detail\n"
               "FROM found AS f";

static void add(struct query *q, const char *name, enum param_kind kind, const char *value)
{
    query_add_param(q, name, kind)->value = mem_text(value, strlen(value));
}

void check_make(struct query *q, int64_t now)
{
    char moment[VALUE_MAX];
    value_write_time(moment, now);
    add(q, "now", PARAM_TIME, moment);
    add(q, "check_rule", PARAM_TEXT, q->name);
    add(q, "check_severity", PARAM_TEXT, q->severity);
    add(q, "check_description", PARAM_TEXT, q->about);
    char *sql;
    size_t size;
    FILE *text = mem_stream(&sql, &size);
    fprintf(text, "%s%s%s", before, q->sql, behind);
    mem_stream_end(text);
    free(q->sql);
    q->sql = sql;
    q->type = mem_text("dq_result", strlen("dq_result"));
}
