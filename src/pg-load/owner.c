#include "owner.h"

#include <stdio.h>

bool owner_offers(PGconn *conn, const char *step, const char *type, const char *arguments)
{
    char name[128];
    snprintf(name, sizeof name, "%s_%s(%s)", step, type, arguments);
    const char *values[] = {name};
    PGresult *result = pg_query_params(conn, "looking for the bulk way",
                                       "SELECT FROM pg_proc WHERE oid = to_regprocedure($1) "
                                       "AND has_function_privilege(oid, 'EXECUTE')",
                                       1, values);
    bool found = PQntuples(result) == 1;
    PQclear(result);
    return found;
}

PGresult *owner_call(PGconn *conn, const char *what, const char *step, const char *type,
                     const char *arguments)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT %s_%s(%s)", step, type, arguments);
    return pg_query(conn, what, sql);
}
