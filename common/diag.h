/* diag: messages on standard error and the exit statuses that all programs share.
 *
 * A message is one line, `program: message`, written with one write(2), so that the lines of a
 * pipeline's stages never interleave. Control bytes in it are escaped: what comes from data can't
 * move the cursor or forge a second line (the rule git follows for messages from a remote).
 */
#ifndef REELPIPE_DIAG_H
#define REELPIPE_DIAG_H

#include "slice.h"

enum {
    STATUS_FAILED = 1, /* the work failed; nothing half-done went downstream */
    STATUS_USAGE = 2,  /* wrong usage */
    STATUS_RETRY = 75, /* failed, but trying again later makes sense (EX_TEMPFAIL) */
};

/* Names the program in all messages, and sets SIGPIPE to its default, so that `| head` ends a
 * program quietly even when the parent ignored the signal. Call it first in main. */
void diag_begin(const char *program);

/* The name given to diag_begin. */
const char *diag_program(void);

/* Prints one message line. */
void diag_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints one message line and exits with STATUS. atexit handlers run; buffers of record writers
 * are not flushed, so a failed program never writes `#end`. */
_Noreturn void diag_die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the message and a line that points to --help, and exits with STATUS_USAGE. */
_Noreturn void diag_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The value for use in a message: in double quotes, cut to 60 bytes at a character boundary (then
 * followed by `...`), control bytes, backslashes, quotes and bytes that aren't UTF-8 escaped.
 * Returns one of four buffers used in turn: valid until the fourth call after this one. */
const char *diag_quote(struct slice value);

#endif
