#include "query.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "pg.h"

static const char *const kind_names[] = {"text", "int", "time"};
static const char *const folders[] = {"read", "checks"};

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

/* "since time: help" or "percent int = 5: help" */
static bool read_param(struct query *q, char *text)
{
    char *kind = strchr(text, ' ');
    char *help = kind ? strstr(kind, ": ") : NULL;
    if (!help)
        return false;
    *kind++ = '\0';
    *help = '\0';
    help += 2;
    char *value = strstr(kind, " = ");
    if (value) {
        *value = '\0';
        value += 3;
    }
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (strcmp(kind, kind_names[i]) == 0 && pg_sql_name(text)) {
            struct param *param = query_add_param(q, text, (enum param_kind)i);
            param->help = mem_text(help, strlen(help));
            param->value = value ? mem_text(value, strlen(value)) : NULL;
            return true;
        }
    return false;
}

/* Takes what follows PREFIX in LINE, unless *VALUE is set already. */
static bool take(char **value, const char *prefix, const char *line)
{
    size_t len = strlen(prefix);
    if (*value || strncmp(line, prefix, len) != 0 || !line[len])
        return false;
    *value = mem_text(line + len, strlen(line + len));
    return true;
}

static void read_comment(struct query *q, enum query_kind kind, const char *path, int number,
                         char *line)
{
    static const char param[] = "-- param ";
    bool good;
    if (strncmp(line, param, strlen(param)) == 0)
        good = read_param(q, line + strlen(param));
    else if (kind == QUERY_CHECK)
        good =
            take(&q->about, "-- description: ", line) || take(&q->severity, "-- severity: ", line);
    else
        good = number == 1 ? take(&q->about, "-- ", line) : take(&q->type, "-- type: ", line);
    if (!good)
        diag_die(STATUS_FAILED, "%s:%d: not `-- %s` or `-- param NAME KIND: help`: %s", path,
                 number,
                 kind == QUERY_CHECK ? "severity: WHICH`, `-- description: WHAT" : "type: TYPE",
                 diag_quote(slice_of(line)));
}

static void check_comments(const struct query *q, enum query_kind kind, const char *path)
{
    if (kind == QUERY_READ && (!q->about || !q->type))
        diag_die(STATUS_FAILED, "%s: a query begins with `-- what it gives` and `-- type: TYPE`",
                 path);
    if (kind == QUERY_CHECK && (!q->about || !q->severity))
        diag_die(STATUS_FAILED,
                 "%s: a rule begins with `-- severity: WHICH` and `-- description: WHAT`", path);
    if (q->severity && strcmp(q->severity, "error") != 0 && strcmp(q->severity, "warning") != 0)
        diag_die(STATUS_FAILED, "%s: severity: neither error nor warning: %s", path,
                 diag_quote(slice_of(q->severity)));
}

/* COPY takes the query in parentheses, so its semicolon goes. */
static char *statement(const char *sql)
{
    size_t len = strlen(sql);
    while (len > 0 && strchr(" \t\r\n;", sql[len - 1]))
        len--;
    return mem_text(sql, len);
}

void query_read(struct query *q, enum query_kind kind, const char *name)
{
    *q = (struct query){.name = mem_text(name, strlen(name))};
    char *path = pg_sql_name(name) ? pg_sql_path(folders[kind], name) : NULL;
    char *text = path ? pg_sql_text(path) : NULL;
    if (!text) {
        free(path);
        diag_usage("no such %s (--list shows them): %s", kind == QUERY_CHECK ? "rule" : "query",
                   diag_quote(slice_of(name)));
    }
    char *line = text;
    for (int number = 1; strncmp(line, "-- ", 3) == 0; number++) {
        char *end = line + strcspn(line, "\n");
        bool last = *end == '\0';
        *end = '\0';
        read_comment(q, kind, path, number, line);
        line = last ? end : end + 1;
    }
    check_comments(q, kind, path);
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

void query_list(enum query_kind kind)
{
    char *directory = pg_sql_path(folders[kind], "");
    *strrchr(directory, '/') = '\0';
    struct dirent **entries;
    int n = scandir(directory, &entries, is_query, alphasort);
    for (int i = 0; i < n; i++) {
        struct query q;
        entries[i]->d_name[strlen(entries[i]->d_name) - 4] = '\0';
        query_read(&q, kind, entries[i]->d_name);
        printf("%-16s %s%s%s\n", q.name, q.severity ? q.severity : "", q.severity ? ": " : "",
               q.about);
        for (size_t p = 0; p < q.nparams; p++)
            printf("  %-14s %s%s%s: %s\n", q.params[p].name, kind_names[q.params[p].kind],
                   q.params[p].value ? " = " : "", q.params[p].value ? q.params[p].value : "",
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
    free(q->severity);
    free(q->sql);
    *q = (struct query){0};
}
