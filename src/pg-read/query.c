#include "query.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "pg.h"

static const char *const kind_names[] = {"text", "int", "time"};

struct param *query_add_param(struct query *q, const char *name, enum param_kind kind)
{
    q->params = mem_grow(q->params, &q->capacity, q->nparams + 1, sizeof *q->params);
    struct param *param = &q->params[q->nparams++];
    *param = (struct param){.name = mem_text(name, strlen(name)), .kind = kind};
    return param;
}

struct param *query_param(const struct query *q, const char *name)
{
    for (size_t i = 0; i < q->nparams; i++)
        if (strcmp(q->params[i].name, name) == 0)
            return &q->params[i];
    return NULL;
}

/* "since time: help" */
static bool read_param(struct query *q, char *text)
{
    char *kind = strchr(text, ' ');
    char *help = kind ? strstr(kind, ": ") : NULL;
    if (!help)
        return false;
    *kind++ = '\0';
    *help = '\0';
    help += 2;
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (strcmp(kind, kind_names[i]) == 0 && pg_sql_name(text)) {
            query_add_param(q, text, (enum param_kind)i)->help = mem_text(help, strlen(help));
            return true;
        }
    return false;
}

static void read_comment(struct query *q, const char *path, int number, char *line)
{
    static const char type[] = "-- type: ", param[] = "-- param ";
    bool good = true;
    if (number == 1)
        q->about = mem_text(line + 3, strlen(line + 3));
    else if (strncmp(line, type, strlen(type)) == 0 && !q->type)
        q->type = mem_text(line + strlen(type), strlen(line + strlen(type)));
    else if (strncmp(line, param, strlen(param)) == 0)
        good = read_param(q, line + strlen(param));
    else
        good = false;
    if (!good)
        diag_die(STATUS_FAILED, "%s:%d: not `-- type: TYPE` or `-- param NAME KIND: help`: %s",
                 path, number, diag_quote(slice_of(line)));
}

/* COPY takes the query in parentheses, so its semicolon goes. */
static char *statement(const char *sql)
{
    size_t len = strlen(sql);
    while (len > 0 && strchr(" \t\r\n;", sql[len - 1]))
        len--;
    return mem_text(sql, len);
}

void query_read(struct query *q, const char *name)
{
    *q = (struct query){.name = mem_text(name, strlen(name))};
    char *path = pg_sql_name(name) ? pg_sql_path("read", name) : NULL;
    char *text = path ? pg_sql_text(path) : NULL;
    if (!text)
        diag_usage("no such query (--list shows them): %s", diag_quote(slice_of(name)));
    char *line = text;
    for (int number = 1; strncmp(line, "-- ", 3) == 0; number++) {
        char *end = line + strcspn(line, "\n");
        bool last = *end == '\0';
        *end = '\0';
        read_comment(q, path, number, line);
        line = last ? end : end + 1;
    }
    if (!q->about || !q->type)
        diag_die(STATUS_FAILED, "%s: a query begins with `-- what it gives` and `-- type: TYPE`",
                 path);
    q->sql = statement(line);
    free(text);
    free(path);
}

void query_make(struct query *q, const char *sql, const char *type)
{
    *q = (struct query){.type = mem_text(type, strlen(type)), .sql = statement(sql)};
}

static int is_query(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 4 && strcmp(entry->d_name + len - 4, ".sql") == 0;
}

void query_list(void)
{
    char *directory = pg_sql_path("read", "");
    *strrchr(directory, '/') = '\0';
    struct dirent **entries;
    int n = scandir(directory, &entries, is_query, alphasort);
    for (int i = 0; i < n; i++) {
        struct query q;
        entries[i]->d_name[strlen(entries[i]->d_name) - 4] = '\0';
        query_read(&q, entries[i]->d_name);
        printf("%-16s %s\n", q.name, q.about);
        for (size_t p = 0; p < q.nparams; p++)
            printf("  %-14s %s: %s\n", q.params[p].name, kind_names[q.params[p].kind],
                   q.params[p].help);
        query_free(&q);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    free(directory);
    if (fflush(stdout) != 0 || ferror(stdout))
        diag_die(STATUS_FAILED, "stdout: can't write");
}

void query_free(struct query *q)
{
    for (size_t i = 0; i < q->nparams; i++) {
        free(q->params[i].name);
        free(q->params[i].help);
        free(q->params[i].value);
    }
    free(q->params);
    free(q->name);
    free(q->about);
    free(q->type);
    free(q->sql);
    *q = (struct query){0};
}
