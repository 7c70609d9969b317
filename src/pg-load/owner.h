/* owner: functions of the owner of the tables, for what pg-load's role may not do itself. */
#ifndef PG_LOAD_OWNER_H
#define PG_LOAD_OWNER_H

#include "pg.h"

/* Whether STEP_TYPE(ARGUMENTS), such as bulk_begin_watch(), is there and may be called. */
bool owner_offers(PGconn *conn, const char *step, const char *type, const char *arguments);

/* SELECT STEP_TYPE(ARGUMENTS); the caller clears the result, one row of one column. WHAT is for
 * messages. */
PGresult *owner_call(PGconn *conn, const char *what, const char *step, const char *type,
                     const char *arguments);

#endif
