/* pg-migrate: brings a database's tables up to date. Each numbered file of sql/schema runs once, in
 * order, in a transaction together with its row in schema_migration, and one pg-migrate at a time.
 */
#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "options.h"
#include "pg.h"

enum { OPT_STATUS = 256, CHECKSUM = 65 };

static const struct option_spec specs[] = {
    {OPT_STATUS, "status", NULL, "list the migrations, applied and pending; change nothing"},
};

struct migrate {
    PGconn *conn;
    const char *directory; /* sql/schema */
    bool status;
    bool quiet;
};

struct migration {
    char *name; /* the file's name without the directory */
    char *sql;
    char checksum[CHECKSUM];
    const char *applied_at; /* NULL: pending */
};

static void checksum(char *hex, const char *text)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    if (!EVP_Digest(text, strlen(text), digest, &size, EVP_sha256(), NULL))
        diag_die(STATUS_FAILED, "SHA-256 isn't available");
    for (unsigned i = 0; i < size; i++)
        snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
}

static int is_migration(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 8 && strspn(entry->d_name, "0123456789") == 3 && entry->d_name[3] == '-' &&
           strcmp(entry->d_name + len - 4, ".sql") == 0;
}

static char *path_of(const struct migrate *m, const char *name)
{
    size_t size = strlen(m->directory) + strlen(name) + 2;
    char *path = mem_resize(NULL, size, 1);
    snprintf(path, size, "%s/%s", m->directory, name);
    return path;
}

static struct migration *read_migrations(const struct migrate *m, size_t *count)
{
    struct dirent **entries;
    int n = scandir(m->directory, &entries, is_migration, alphasort);
    if (n <= 0)
        diag_die(STATUS_FAILED, "%s: no migrations there", m->directory);
    struct migration *list = mem_zeroed((size_t)n * sizeof *list);
    for (int i = 0; i < n; i++) {
        struct migration *at = &list[i];
        at->name = mem_text(entries[i]->d_name, strlen(entries[i]->d_name));
        char *path = path_of(m, at->name);
        at->sql = pg_sql_text(path);
        if (!at->sql)
            diag_die(STATUS_FAILED, "%s: gone while it was to be read", path);
        if (i > 0 && strncmp(at->name, list[i - 1].name, 3) == 0)
            diag_die(STATUS_FAILED, "%s: two migrations have this number, %s too", path,
                     list[i - 1].name);
        checksum(at->checksum, at->sql);
        free(path);
        free(entries[i]);
    }
    free(entries);
    *count = (size_t)n;
    return list;
}

static void free_migrations(struct migration *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i].name);
        free(list[i].sql);
    }
    free(list);
}

static struct migration *find(struct migration *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

/* Compares what the database has with the files. An applied file never changes: what it should have
 * done otherwise is a new migration. */
static PGresult *mark_applied(const struct migrate *m, struct migration *list, size_t count)
{
    PGresult *table = pg_query(m->conn, "looking for schema_migration",
                               "SELECT FROM pg_class WHERE oid = to_regclass('schema_migration')");
    bool exists = PQntuples(table) == 1;
    PQclear(table);
    if (!exists)
        return NULL;
    PGresult *applied =
        pg_query(m->conn, "reading schema_migration",
                 "SELECT name, checksum, to_char(applied_at AT TIME ZONE 'UTC', "
                 "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM schema_migration ORDER BY name");
    for (int i = 0; i < PQntuples(applied); i++) {
        struct migration *at = find(list, count, PQgetvalue(applied, i, 0));
        if (!at)
            diag_die(STATUS_FAILED,
                     "%s/%s: applied to this database, but the file isn't here: is this an older "
                     "version of the programs?",
                     m->directory, PQgetvalue(applied, i, 0));
        if (strcmp(at->checksum, PQgetvalue(applied, i, 1)) != 0)
            diag_die(STATUS_FAILED,
                     "%s/%s: changed since it was applied on %s; undo that, and put the change "
                     "into a new migration",
                     m->directory, at->name, PQgetvalue(applied, i, 2));
        at->applied_at = PQgetvalue(applied, i, 2);
    }
    return applied;
}

static int line_of(const char *sql, const char *position)
{
    int line = 1;
    long left = strtol(position, NULL, 10) - 1; /* in characters */
    for (; *sql && left > 0; sql++) {
        line += *sql == '\n';
        left -= (*sql & 0xC0) != 0x80;
    }
    return line;
}

static void apply(const struct migrate *m, const struct migration *at)
{
    char place[512];
    snprintf(place, sizeof place, "%s/%s", m->directory, at->name);
    pg_run(m->conn, place, "BEGIN");
    PGresult *result = PQexec(m->conn, at->sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
        if (position)
            snprintf(place, sizeof place, "%s/%s:%d", m->directory, at->name,
                     line_of(at->sql, position));
        pg_die(m->conn, status == PGRES_EMPTY_QUERY ? NULL : result, place);
    }
    PQclear(result);
    if (PQtransactionStatus(m->conn) != PQTRANS_INTRANS)
        diag_die(STATUS_FAILED, "%s: a migration may not end its transaction", place);
    const char *values[] = {at->name, at->checksum};
    pg_run_params(m->conn, place, "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)",
                  2, values);
    pg_run(m->conn, place, "COMMIT");
    if (!m->quiet)
        diag_note("applied %s", at->name);
}

static void make_table(const struct migrate *m)
{
    pg_run(m->conn, "making schema_migration",
           "CREATE TABLE IF NOT EXISTS schema_migration ("
           "name text PRIMARY KEY, checksum text NOT NULL, "
           "applied_at timestamptz NOT NULL DEFAULT now()); "
           "COMMENT ON TABLE schema_migration IS 'The files of sql/schema that have been applied'; "
           "COMMENT ON COLUMN schema_migration.name IS 'The file'; "
           "COMMENT ON COLUMN schema_migration.checksum IS 'The SHA-256 of its text'; "
           "COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied'");
}

static void migrate(const struct migrate *m)
{
    size_t count, pending = 0;
    struct migration *list = read_migrations(m, &count);
    if (!m->status) {
        /* For the session: each migration has a transaction of its own. */
        pg_run(m->conn, "waiting for another pg-migrate",
               "SELECT pg_advisory_lock(hashtext('reelpipe'), hashtext('pg-migrate'))");
        make_table(m);
    }
    PGresult *applied = mark_applied(m, list, count);
    for (size_t i = 0; i < count; i++) {
        if (m->status)
            printf("%-8s %-20s %s\n", list[i].applied_at ? "applied" : "pending",
                   list[i].applied_at ? list[i].applied_at : "-", list[i].name);
        else if (!list[i].applied_at)
            apply(m, &list[i]);
        pending += !list[i].applied_at;
    }
    if (!m->status && !m->quiet && pending == 0)
        diag_note("nothing to do: all %zu migrations are applied", count);
    PQclear(applied);
    free_migrations(list, count);
}

int main(int argc, char **argv)
{
    struct migrate m = {0};
    struct options o = {.usage = "pg-migrate [OPTION]...",
                        .about = "Brings the tables of a PostgreSQL database up to date.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET};
    diag_begin("pg-migrate");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        if (code == OPT_STATUS)
            m.status = true;
    if (o.noperands > 0)
        diag_usage("no operand is expected: %s", diag_quote(slice_of(o.operands[0])));
    m.quiet = o.std.quiet;
    char *directory = pg_sql_path("schema", "");
    *strrchr(directory, '/') = '\0';
    m.directory = directory;
    m.conn = pg_connect();
    migrate(&m);
    PQfinish(m.conn);
    free(directory);
    if (fflush(stdout) != 0 || ferror(stdout))
        diag_die(STATUS_FAILED, "stdout: can't write");
    return 0;
}
