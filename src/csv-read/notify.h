/* notify: waits for files to change, by inotify where that works. */
#ifndef CSV_READ_NOTIFY_H
#define CSV_READ_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>

/* From now on SIGTERM and SIGINT (unless that is ignored) are only noticed by notify_wait. */
void notify_begin(char *const *paths, size_t npaths);

/* Waits until something has happened in the directories of the paths, at most half a second: not
 * all file systems say (NFS), nor does the target of a symbolic link, so the caller has to look in
 * any case. False when a signal has come. A reader of standard output that is gone ends the program
 * by SIGPIPE. */
bool notify_wait(void);

/* Sleeps for a moment, so that what comes in small pieces is taken in larger ones. The same result.
 */
bool notify_pause(void);

/* True once a signal has come. */
bool notify_stopped(void);

#endif
