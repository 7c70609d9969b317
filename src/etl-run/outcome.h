/* outcome: what is known of a run: a record of type etl_run, but for the counts. */
#ifndef ETL_RUN_OUTCOME_H
#define ETL_RUN_OUTCOME_H

#include <stdint.h>

struct outcome {
    const char *pipeline;
    int64_t started_at;  /* microseconds since 1970 */
    int64_t finished_at; /* 0: it runs */
    int64_t attempts;
    int status;         /* as a shell shows it; 0: done */
    int signal;         /* that ended what failed, or 0 */
    char *failed_stage; /* NULL: none, or not known; free() */
    char *message;      /* NULL: none; free() */
};

/* "SIGKILL" of a signal's number, in a buffer that the next call overwrites. */
const char *outcome_signal(int number);

/* Which stage failed first in the last pipe that failed, by the file that pipelines/lib.bash
 * writes: a line `STAGE TAB STATUS` for each stage that failed, in the order in which they did, and
 * an empty line behind each pipe. Sets the stage, and the signal when its status is that of one;
 * leaves them when the file says nothing. */
void outcome_blame(struct outcome *o, const char *path);

void outcome_forget(struct outcome *o);

#endif
