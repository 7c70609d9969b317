/* command: starts the command and passes lines to and from it.
 * Its output is read with the buffer of recread and checked as recread checks a stream: a command
 * can't slip in a line that isn't a record. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "recread.h"

static void make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        diag_die(STATUS_FAILED, "can't make a pipe: %s", strerror(errno));
}

void command_start(struct command *c, char **argv)
{
    int feed[2], output[2];
    make_pipe(feed);
    make_pipe(output);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, feed[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    *c = (struct command){.feed = feed[1]};
    int error = posix_spawnp(&c->pid, argv[0], &actions, NULL, argv, environ);
    if (error)
        diag_die(STATUS_FAILED, "can't run %s: %s", argv[0], strerror(error));
    posix_spawn_file_actions_destroy(&actions);
    close(feed[0]);
    close(output[1]);
    /* Only the feed: a read is tried when poll has said that it won't block. */
    fcntl(c->feed, F_SETFL, O_NONBLOCK);
    fcntl(c->feed, F_SETPIPE_SZ, FEED_FULL);
    in_open_fd(&c->output, output[0], argv[0]);
    recbuf_open(&c->buffer);
}

void command_add(struct command *c, struct slice line)
{
    if (c->feed < 0)
        return; /* it wants no more, as head(1) does */
    c->lines = mem_grow(c->lines, &c->lines_room, c->lines_len + line.len + 1, 1);
    memcpy(c->lines + c->lines_len, line.ptr, line.len + 1);
    c->lines_len += line.len + 1;
}

void command_close_feed(struct command *c)
{
    if (c->feed >= 0)
        close(c->feed);
    c->feed = -1;
    c->lines_len = c->lines_sent = 0;
}

/* SIGPIPE is ignored for this write alone: a command that stops reading is none of our business,
 * but a closed standard output ends us. */
void command_feed(struct command *c)
{
    signal(SIGPIPE, SIG_IGN);
    ssize_t n = write(c->feed, c->lines + c->lines_sent, c->lines_len - c->lines_sent);
    int error = errno;
    signal(SIGPIPE, SIG_DFL);
    if (n >= 0) {
        c->lines_sent += (size_t)n;
        if (c->lines_sent == c->lines_len)
            c->lines_len = c->lines_sent = 0;
    } else if (error == EPIPE) {
        command_close_feed(c);
    } else if (error != EAGAIN && error != EINTR) {
        diag_die(STATUS_FAILED, "%s: can't write to it: %s", c->output.name, strerror(error));
    }
}

/* The line isn't shown: it may hold a person's name. */
static _Noreturn void bad_output(const struct command *c, const char *what)
{
    diag_die(STATUS_FAILED, "output of %s:%llu: %s", c->output.name,
             (unsigned long long)c->line_number, what);
}

/* Checks a line of the command's as recread checks those of a stream. */
static void check_line(const struct command *c, struct slice line, size_t fields, bool special,
                       const struct header *header)
{
    size_t at;
    if (line.len > RECORD_MAX)
        bad_output(c, "a line of over 16 MiB");
    if (line.len && line.ptr[0] == '#')
        bad_output(c, "a control line among the records");
    const char *wrong = special ? line_check(line, &at) : NULL;
    if (wrong)
        bad_output(c, wrong);
    if (fields != header->ncolumns)
        diag_die(STATUS_FAILED, "output of %s:%llu: %zu fields, the header has %zu columns",
                 c->output.name, (unsigned long long)c->line_number, fields, header->ncolumns);
}

/* Reads a block of what the command gives and writes the whole lines of it. */
void command_drain(struct command *c, const struct header *header, struct recwrite *out)
{
    struct recbuf *b = &c->buffer;
    struct recbuf_line found;
    c->output_ended = recbuf_fill(b, &c->output) == 0;
    while (recbuf_split(b, NULL, 0, &found)) {
        struct slice line = {b->bytes + b->position, found.end - b->position};
        c->line_number++;
        recbuf_step(b, &found);
        check_line(c, line, found.fields, found.special, header);
        recwrite_line(out, line);
    }
    struct slice rest = {b->bytes + b->position, b->end - b->position};
    if (rest.len > RECORD_MAX || (c->output_ended && rest.len)) {
        c->line_number++;
        bad_output(c, c->output_ended ? "no line feed at the end" : "a line of over 16 MiB");
    }
}

/* Waits for the command's end and judges it. */
void command_end(struct command *c, const bool *accepted)
{
    int status;
    command_close_feed(c);
    in_close(&c->output);
    recbuf_close(&c->buffer);
    free(c->lines);
    while (waitpid(c->pid, &status, 0) < 0)
        if (errno != EINTR)
            diag_die(STATUS_FAILED, "can't wait for %s: %s", c->output.name, strerror(errno));
    if (WIFSIGNALED(status))
        diag_die(STATUS_FAILED, "%s was ended by signal %d (%s)", c->output.name, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    int code = WEXITSTATUS(status);
    if (!accepted[code])
        diag_die(code == STATUS_RETRY ? STATUS_RETRY : STATUS_FAILED, "%s failed with status %d",
                 c->output.name, code);
}
