/* child: runs what may end the program in a child process, and says how it ended. */
#ifndef REELPIPE_TEST_CHILD_H
#define REELPIPE_TEST_CHILD_H

#include <stddef.h>

struct ended {
    int status;        /* of exit; -1 when it was killed */
    char out[65536];   /* what it wrote to descriptor 1 */
    char errors[8192]; /* and to 2 */
};

/* Calls WORK(CONTEXT) in a child that then exits with 0. Descriptor 0 gives INPUT (NULL: nothing),
 * at most CHUNK bytes a read(2). */
void run_child(struct ended *ended, void (*work)(void *), void *context, const char *input,
               size_t len, size_t chunk);

#endif
