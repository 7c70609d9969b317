/* messages: what stages have written to standard error, in the log of their run. */
#ifndef ETL_RUN_MESSAGES_H
#define ETL_RUN_MESSAGES_H

#include <stdint.h>

/* Where the log ends: an attempt's messages begin there. */
int64_t messages_end(int fd);

/* Writes what stands in the log from *AT on to standard error, and moves *AT. */
void messages_pass_on(int fd, int64_t *at);

/* Shows the last lines from FROM on, on standard error. PATH is the log's, for the line above them.
 */
void messages_show(int fd, const char *path, int64_t from);

/* The message that says why STAGE failed (NULL: not known which): its last one, or else the last
 * line of all. Cut to a sane length, without control characters; NULL when there is none. Free with
 * free(). */
char *messages_reason(int fd, int64_t from, const char *stage);

#endif
