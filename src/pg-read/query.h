/* query: a named query, sql/read/NAME.sql, or a data-quality rule, sql/checks/NAME.sql.
 *
 * A query's first lines are comments: `-- what it gives`, `-- type: TYPE`, and `-- param NAME KIND:
 * help` for each parameter (KIND is time, int or text; `KIND = DEFAULT` gives it a value). Then
 * follows one SELECT, which reads its parameters with current_setting('param.NAME'), the empty text
 * standing for one that isn't given. check.h says what is different in a rule.
 */
#ifndef PG_READ_QUERY_H
#define PG_READ_QUERY_H

#include <stdbool.h>
#include <stddef.h>

enum query_kind { QUERY_READ, QUERY_CHECK };

enum param_kind { PARAM_TEXT, PARAM_INT, PARAM_TIME };

struct param {
    char *name;
    enum param_kind kind;
    char *help;
    char *value; /* canonical; NULL: not given */
};

struct query {
    char *name;
    char *about;
    char *type;
    char *severity; /* of a rule: error or warning; NULL for a query */
    char *sql;
    struct param *params;
    size_t nparams;
    size_t capacity;
};

/* Reads the query or rule NAME. Ends the program when there is none (status 2) or its comments are
 * wrong. */
void query_read(struct query *q, enum query_kind kind, const char *name);

/* Makes a query of SQL whose records are of TYPE; every parameter is a text. */
void query_make(struct query *q, const char *sql, const char *type);

/* Adds a parameter: for query_make's queries. */
struct param *query_add_param(struct query *q, const char *name, enum param_kind kind);

/* The parameter of that name, or NULL. */
struct param *query_param(const struct query *q, const char *name);

/* Prints the names of all queries or rules and what they give, with their parameters. */
void query_list(enum query_kind kind);

void query_free(struct query *q);

#endif
