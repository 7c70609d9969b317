/* Runs a piece of a test in a child: see child.h. */
#include "child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"

static void take(int fd, char *text, size_t size)
{
    ssize_t n = pread(fd, text, size - 1, 0);
    text[n < 0 ? 0 : n] = '\0';
    close(fd);
}

void run_child(struct ended *ended, void (*work)(void *), void *context, const char *input,
               size_t len, size_t chunk)
{
    int ends[2], out = memfd_create("out", 0), errors = memfd_create("errors", 0), status = 0;
    /* Each packet is one read(2), as large as it was sent. */
    if (out < 0 || errors < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        abort();
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        dup2(ends[0], 0);
        dup2(out, 1);
        dup2(errors, 2);
        close(ends[0]);
        close(ends[1]);
        diag_begin("test");
        work(context);
        exit(0);
    }
    close(ends[0]);
    for (size_t at = 0; at < len; at += chunk) {
        size_t n = len - at < chunk ? len - at : chunk;
        if (send(ends[1], input + at, n, MSG_NOSIGNAL) < 0)
            break; /* the child has ended */
    }
    close(ends[1]);
    waitpid(child, &status, 0);
    ended->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    take(out, ended->out, sizeof ended->out);
    take(errors, ended->errors, sizeof ended->errors);
}
