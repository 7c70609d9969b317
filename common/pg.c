#include "pg.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "timeparse.h"
#include "value.h"

enum { CONNECT_SECONDS = 30 };

int pg_status(const char *sqlstate)
{
    static const char *const retry[] = {"53300", "57P01", "57P02", "57P03",
                                        "40001", "40P01", "55P03"};
    if (strncmp(sqlstate, "08", 2) == 0)
        return STATUS_RETRY;
    for (size_t i = 0; i < sizeof retry / sizeof *retry; i++)
        if (strcmp(sqlstate, retry[i]) == 0)
            return STATUS_RETRY;
    return STATUS_FAILED;
}

/* Messages of libpq end in a newline and may have several lines; one line says enough. */
static struct slice first_line(const char *message)
{
    return (struct slice){message, strcspn(message, "\n")};
}

static void show_notice(void *unused, const char *message)
{
    (void)unused;
    struct slice line = first_line(message);
    diag_note("%.*s", (int)line.len, line.ptr);
}

/* The SQLSTATE that a verbose message of a failed connection holds ("FATAL:  53300: sorry, …"):
 * libpq gives it nowhere else. Returns where it stands, or NULL. */
static const char *find_sqlstate(const char *message)
{
    for (const char *p = message; (p = strstr(p, ":  ")) != NULL; p++) {
        size_t n = 0;
        while (n < 5 && (isdigit((unsigned char)p[3 + n]) || isupper((unsigned char)p[3 + n])))
            n++;
        if (n == 5 && p[8] == ':' && p[9] == ' ')
            return p + 3;
    }
    return NULL;
}

static _Noreturn void die_unconnected(PGconn *conn)
{
    const char *message = PQerrorMessage(conn);
    const char *found = find_sqlstate(message);
    int status;
    if (found) {
        char sqlstate[6] = {0};
        memcpy(sqlstate, found, 5);
        status = pg_status(sqlstate);
        struct slice line = first_line(found + 7);
        diag_die(status, "can't connect to PostgreSQL: %.*s", (int)line.len, line.ptr);
    }
    /* Nobody answered, unless it is a matter of settings: a server that does answer asks for a
     * password that isn't there, and one that can't be tried has wrong parameters. */
    PGPing ping = PQping("");
    bool settings = ping == PQPING_OK || ping == PQPING_NO_ATTEMPT ||
                    strncmp(message, "invalid ", strlen("invalid ")) == 0;
    status = settings ? STATUS_FAILED : STATUS_RETRY;
    struct slice line = first_line(message);
    diag_die(status, "can't connect to PostgreSQL: %.*s", (int)line.len, line.ptr);
}

static int64_t connect_seconds(void)
{
    struct slice text = slice_of(getenv("PGCONNECT_TIMEOUT") ? getenv("PGCONNECT_TIMEOUT") : "");
    int64_t seconds;
    return value_int(text, &seconds) && seconds > 0 && seconds < 86400 ? seconds : CONNECT_SECONDS;
}

/* PQconnectdb does the same, but leaves no time to ask for verbose messages. */
static void wait_connected(PGconn *conn)
{
    int64_t deadline = time_now() + connect_seconds() * MICROSECONDS;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK) {
        int64_t left = (deadline - time_now()) / 1000;
        struct pollfd wanted = {.fd = PQsocket(conn),
                                .events = status == PGRES_POLLING_WRITING ? POLLOUT : POLLIN};
        int ready = left > 0 ? poll(&wanted, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0)
            diag_die(STATUS_RETRY, "can't connect to PostgreSQL: no answer in time");
        status = PQconnectPoll(conn);
        if (status == PGRES_POLLING_FAILED)
            die_unconnected(conn);
    }
}

PGconn *pg_connect(void)
{
    const char *const keywords[] = {"client_encoding", "fallback_application_name", NULL};
    const char *const values[] = {"UTF8", diag_program(), NULL};
    PGconn *conn = PQconnectStartParams(keywords, values, 0);
    if (!conn)
        diag_die(STATUS_FAILED, "out of memory");
    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    if (PQstatus(conn) == CONNECTION_BAD)
        die_unconnected(conn);
    wait_connected(conn);
    PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
    PQsetNoticeProcessor(conn, show_notice, NULL);
    pg_run(conn, "setting up the connection",
           /* A schema of the user's name, or of pg_temp, must not stand before ours. */
           "SET search_path = public, pg_temp; SET client_min_messages = warning; SET DateStyle = "
           "'ISO, YMD'; SET TimeZone = 'UTC'; "
           "SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; "
           "SET standard_conforming_strings = on");
    /* A server that is merging notices soon that this program has been killed. */
    if (PQserverVersion(conn) >= 140000)
        pg_run(conn, "setting up the connection", "SET client_connection_check_interval = '1s'");
    return conn;
}

_Noreturn void pg_die(PGconn *conn, const PGresult *result, const char *what)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    int status = STATUS_FAILED;
    if (sqlstate)
        status = pg_status(sqlstate);
    else if (PQstatus(conn) == CONNECTION_BAD)
        status = STATUS_RETRY;
    if (!primary)
        primary = PQerrorMessage(conn);
    struct slice line = first_line(*primary ? primary : "the connection broke");
    /* A value that the server couldn't take stands at the end: `invalid input syntax …: "Ann"`. */
    if (sqlstate && strncmp(sqlstate, "22", 2) == 0) {
        const char *value = memmem(line.ptr, line.len, ": \"", 3);
        line.len = value ? (size_t)(value - line.ptr) : line.len;
    }
    /* "Failing row contains (…)" would print a person's data; a key is an id. */
    if (!detail || strncmp(detail, "Key (", 5) != 0)
        detail = "";
    diag_die(status, "%s: %.*s%s%s%s%s", what, (int)line.len, line.ptr, *detail ? ": " : "", detail,
             hint ? ": " : "", hint ? hint : "");
}

static PGresult *succeeded(PGconn *conn, const char *what, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        pg_die(conn, result, what);
    return result;
}

PGresult *pg_query(PGconn *conn, const char *what, const char *sql)
{
    return succeeded(conn, what, PQexec(conn, sql));
}

PGresult *pg_query_params(PGconn *conn, const char *what, const char *sql, int count,
                          const char *const *values)
{
    return succeeded(conn, what, PQexecParams(conn, sql, count, NULL, values, NULL, NULL, 0));
}

void pg_run(PGconn *conn, const char *what, const char *sql)
{
    PQclear(pg_query(conn, what, sql));
}

void pg_run_params(PGconn *conn, const char *what, const char *sql, int count,
                   const char *const *values)
{
    PQclear(pg_query_params(conn, what, sql, count, values));
}

static char *joined(const char *a, const char *b, const char *c, const char *d)
{
    size_t size = strlen(a) + strlen(b) + strlen(c) + strlen(d) + 1;
    char *text = mem_resize(NULL, size, 1);
    snprintf(text, size, "%s%s%s%s", a, b, c, d);
    return text;
}

static bool has_schema(const char *directory)
{
    struct stat status;
    char *schema = joined(directory, "/schema", "", "");
    bool found = stat(schema, &status) == 0 && S_ISDIR(status.st_mode);
    free(schema);
    return found;
}

const char *pg_sql_directory(void)
{
    /* bin/NAME and build/FLAVOUR/bin/NAME in the source tree, bin/NAME when installed. */
    static const char *const beside[] = {"/../sql", "/../../../sql", "/../share/reelpipe/sql"};
    static char *directory;
    if (directory)
        return directory;
    const char *given = getenv("REELPIPE_SQL");
    if (given && *given) {
        if (!has_schema(given))
            diag_die(STATUS_FAILED, "REELPIPE_SQL: no such directory, or no schema in it: %s",
                     diag_quote(slice_of(given)));
        return directory = joined(given, "", "", "");
    }
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len < 0)
        diag_die(STATUS_FAILED, "/proc/self/exe: %s", strerror(errno));
    program[len] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char *tried = joined(program, beside[i], "", "");
        if (has_schema(tried))
            return directory = tried;
        free(tried);
    }
    diag_die(STATUS_FAILED, "the directory sql isn't beside the program; REELPIPE_SQL can name it");
}

char *pg_sql_path(const char *folder, const char *name)
{
    char *inside = joined(pg_sql_directory(), "/", folder, "/");
    char *path = joined(inside, name, ".sql", "");
    free(inside);
    return path;
}

char *pg_sql_text(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        if (errno == ENOENT)
            return NULL;
        diag_die(STATUS_FAILED, "%s: %s", path, strerror(errno));
    }
    char *text = NULL;
    size_t size = 0, len = 0, n;
    do {
        text = mem_grow(text, &size, len + 4097, 1);
        n = fread(text + len, 1, 4096, file);
        len += n;
    } while (n > 0);
    if (ferror(file))
        diag_die(STATUS_FAILED, "%s: can't read: %s", path, strerror(errno));
    fclose(file);
    text[len] = '\0';
    return text;
}

bool pg_sql_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    if (!*name || !strchr(letters, *name))
        return false;
    for (; *name; name++)
        if (!strchr(letters, *name) && *name != '_' && *name != '-')
            return false;
    return true;
}
