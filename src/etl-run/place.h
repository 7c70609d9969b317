/* place: where runs leave what outlives them: locks, messages and statistics of the last runs, and
 * what is still to go into the log of the database. All of it is the owner's alone.
 *
 *     RUNS/etl-run/locks/NAME             held while NAME runs; has the process id of who holds it
 *     RUNS/etl-run/running/NAME@TIME.tsv  the run under way
 *     RUNS/etl-run/journal/NAME@TIME.tsv  runs that are to be loaded; never changed once they are
 * there RUNS/etl-run/logs/NAME/TIME.log     what its stages wrote to standard error
 *     RUNS/etl-run/logs/NAME/TIME.tsv     what its stages counted
 */
#ifndef ETL_RUN_PLACE_H
#define ETL_RUN_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct place {
    const char *name; /* of the pipeline */
    char *runs;       /* REELPIPE_RUNS or its default, absolute */
    char *lock;
    char *running_directory;
    char *journal_directory;
    char *logs;
    /* Of the run under way. */
    char *running;
    char *journal;
    char *log;
    char *stages;
    char *failed; /* where a pipeline says which stage failed */
};

/* True for a name that can be part of a file's: letters, digits, `.`, `_`, `-`; not a `.` or `-` in
 * front, at most 64. */
bool place_name(const char *name);

/* Makes the directories. Ends the program when that can't be done. */
void place_open(struct place *p, const char *name);
void place_close(struct place *p);

/* Takes the lock and returns its descriptor. When it is taken the program ends with status 75 and a
 * message that names the process. */
int place_take_lock(const struct place *p);

/* Sets the paths of a run that began at STARTED_AT (microseconds since 1970). */
void place_run(struct place *p, int64_t started_at);

/* The start of a run that was left behind in running/, or 0; its file is *PATH then (free it). */
int64_t place_lost(const struct place *p, char **path);

/* When a sign of life of the run whose paths are set was last seen: the youngest of its files; 0
 * when there is none. Microseconds since 1970. */
int64_t place_last_sign(const struct place *p);

/* Removes the files of all but the last KEEP runs of this name. */
void place_tidy(const struct place *p, int64_t keep);

/* DIRECTORY, a slash, and NAME and SUFFIX. Free with free(). */
char *place_path(const char *directory, const char *name, const char *suffix);

#endif
