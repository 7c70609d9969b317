/* pg: PostgreSQL for the pg- programs: connecting, errors, and the files under sql/.
 *
 * The server is found the libpq way alone (PGSERVICE, PGHOST, PGPASSFILE …); no program has options
 * for it. An error ends the program: with STATUS_RETRY where trying again later makes sense, else
 * with STATUS_FAILED. The server rolls back what the transaction did.
 */
#ifndef REELPIPE_PG_H
#define REELPIPE_PG_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

/* Connects, in UTF-8, UTC and ISO dates, with notices as messages of the program. Gives up after
 * 30 seconds, or PGCONNECT_TIMEOUT. */
PGconn *pg_connect(void);

/* The exit status that an SQLSTATE means: STATUS_RETRY for 08*, 53300, 57P01 to 57P03, 40001, 40P01
 * and 55P03, else STATUS_FAILED. */
int pg_status(const char *sqlstate);

/* Ends the program for what RESULT (or, when it is NULL, the connection) says went wrong. WHAT is
 * what was being done, for the message: "merging watch". Details that may hold a row's values stay
 * out of it. */
_Noreturn void pg_die(PGconn *conn, const PGresult *result, const char *what);

/* Runs SQL, one or several statements, and returns the last one's result, which must be a success,
 * else the program ends. The caller clears it. */
PGresult *pg_query(PGconn *conn, const char *what, const char *sql);

/* The same for one statement with parameters $1, $2 … as text (NULL is NULL). */
PGresult *pg_query_params(PGconn *conn, const char *what, const char *sql, int count,
                          const char *const *values);

/* The same without a result. */
void pg_run(PGconn *conn, const char *what, const char *sql);
void pg_run_params(PGconn *conn, const char *what, const char *sql, int count,
                   const char *const *values);

/* The directory sql/: REELPIPE_SQL, or beside the program: ../sql in the source tree,
 * ../share/reelpipe/sql when installed. Ends the program when there is none. */
const char *pg_sql_directory(void);

/* The path of FOLDER/NAME.sql in it. Free with free(). */
char *pg_sql_path(const char *folder, const char *name);

/* The text of a file, NUL-terminated, or NULL when it doesn't exist (other failures end the
 * program). Free with free(). */
char *pg_sql_text(const char *path);

/* True for a name that may become part of a path under sql/: [a-z0-9][a-z0-9_-]*. */
bool pg_sql_name(const char *name);

#endif
