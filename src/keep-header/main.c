/* keep-header: runs a plain command, such as sort(1), on the data lines of a record stream.
 * The header goes around the command, and so do the marks; `#end` with the new count is written
 * only when the command has succeeded. One run of the command a segment. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "diag.h"
#include "mem.h"
#include "options.h"
#include "recread.h"
#include "recwrite.h"
#include "run.h"

static const struct option_spec specs[] = {
    {'a', "accept", "STATUS,...", "take these exit statuses of the command for success too"},
};

enum { COLUMNS_MAX = 64 * 1024 }; /* bytes */

struct keep_options {
    char **command;
    bool accepted[256]; /* exit statuses that mean success */
};

/* The marks of a segment, as they stand in the stream, one after the other. The command may change
 * the order of records, so they are written when all records are. */
struct marks {
    char *bytes;
    size_t len, room;
};

static void marks_add(struct marks *m, struct slice source, struct slice state)
{
    m->bytes = mem_grow(m->bytes, &m->room, m->len + source.len + state.len + 2, 1);
    memcpy(m->bytes + m->len, source.ptr, source.len);
    m->len += source.len;
    m->bytes[m->len++] = '\t';
    memcpy(m->bytes + m->len, state.ptr, state.len);
    m->len += state.len;
    m->bytes[m->len++] = '\n';
}

static void marks_write(struct marks *m, struct recwrite *out)
{
    for (size_t at = 0; at < m->len;) {
        const char *p = m->bytes + at, *end = m->bytes + m->len;
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        const char *stop = memchr(tab, '\n', (size_t)(end - tab));
        recwrite_mark(out, (struct slice){p, (size_t)(tab - p)},
                      (struct slice){tab + 1, (size_t)(stop - tab - 1)});
        at = (size_t)(stop + 1 - m->bytes);
    }
    m->len = 0;
}

/* The command finds columns by name in REELPIPE_COLUMNS: the header without its type, as it stands
 * in the stream. One that is too long for an environment isn't there. */
static void tell_columns(const struct header *header)
{
    static const char variable[] = "REELPIPE_COLUMNS";
    size_t before = header->type.len + 2; /* `#`, the type, a TAB */
    if (header->len < before || header->len - before > COLUMNS_MAX) {
        unsetenv(variable);
        return;
    }
    char *columns = mem_text(header->text + before, header->len - before);
    setenv(variable, columns, 1);
    free(columns);
}

/* Waits until the input, the feed or the command's output can be used; returns which, in the order
 * of `ready`. What is written goes out before the wait. */
static void wait_for(const struct command *c, bool want_input, struct recwrite *out, bool ready[3])
{
    bool pending = c->feed >= 0 && c->lines_len > 0;
    struct pollfd fds[3] = {{.fd = want_input ? STDIN_FILENO : -1, .events = POLLIN},
                            {.fd = pending ? c->feed : -1, .events = POLLOUT},
                            {.fd = c->output_ended ? -1 : c->output.fd, .events = POLLIN}};
    int n = poll(fds, 3, 0);
    if (n == 0) {
        out_flush(&out->out);
        do
            n = poll(fds, 3, -1);
        while (n < 0 && errno == EINTR);
    }
    if (n < 0)
        diag_die(STATUS_FAILED, "can't poll: %s", strerror(errno));
    for (size_t i = 0; i < 3; i++)
        ready[i] = fds[i].revents != 0;
}

/* Runs the command on the segment that has just been opened. All three ways are served as they get
 * ready, so no pipe can fill up while we wait at another. */
static void keep_segment(const struct keep_options *options, struct recread *in,
                         struct marks *marks, struct recwrite *out)
{
    struct command command;
    bool input_ended = false;
    recwrite_header(out, &in->header);
    tell_columns(&in->header);
    command_start(&command, options->command);
    while (!input_ended || !command.output_ended) {
        bool hungry = !input_ended && command.lines_len < FEED_FULL;
        bool ready[3] = {false, false, false};
        if (!hungry || !recread_ready(in))
            wait_for(&command, hungry, out, ready);
        else
            ready[0] = true;
        /* All lines that have come at once, so that the feed is a block and not a line. */
        for (bool more = ready[0]; more;) {
            enum rec_event event = recread_next(in);
            if (event == REC_DATA)
                command_add(&command, in->line);
            else if (event == REC_MARK)
                marks_add(marks, in->mark_source, in->mark_state);
            else
                input_ended = true;
            more = !input_ended && recread_ready(in) && command.lines_len < FEED_FULL;
        }
        if (command.feed >= 0 && command.lines_len > 0 && (ready[0] || ready[1]))
            command_feed(&command);
        if (input_ended && command.lines_len == 0)
            command_close_feed(&command);
        if (ready[2])
            command_drain(&command, &in->header, out);
    }
    command_end(&command, options->accepted);
    marks_write(marks, out);
    recwrite_end(out);
}

static void keep(const struct keep_options *options, struct recread *in, struct recwrite *out,
                 struct run *run)
{
    struct marks marks = {0};
    while (recread_next(in) == REC_SEGMENT) {
        keep_segment(options, in, &marks, out);
        run_progress(run, 0);
    }
    free(marks.bytes);
}

static void accept_statuses(struct keep_options *options, const char *text)
{
    size_t n;
    char **list = option_list("accept", text, &n);
    for (size_t i = 0; i < n; i++)
        options->accepted[option_int("accept", list[i], 0, 255)] = true;
    option_list_free(list);
}

int main(int argc, char **argv)
{
    diag_begin("keep-header");
    struct keep_options keep_options = {.accepted = {true}};
    struct options o = {.usage = "keep-header [OPTION]... COMMAND [ARGUMENT]...",
                        .about = "Runs a command on the data lines of a record stream.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET | STD_PARTIAL | STD_COMMAND};
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        if (code == 'a')
            accept_statuses(&keep_options, o.arg);
    if (o.noperands == 0)
        diag_usage("which command?");
    keep_options.command = o.operands;
    /* A parent may have us ignore our children's ends; waitpid needs them. */
    signal(SIGCHLD, SIG_DFL);
    struct run run;
    struct recread in;
    struct recwrite out;
    run_begin(&run, &o.std);
    recread_open(&in, NULL, 0, o.std.partial ? RECREAD_PARTIAL : 0);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    keep(&keep_options, &in, &out, &run);
    recwrite_close(&out);
    /* What the command leaves out is dropped; what it adds has been read from the command. */
    run.written = out.total;
    run.read = in.total > out.total ? in.total : out.total;
    run.dropped = run.read - run.written;
    run.bytes_in = in.bytes;
    run.bytes_out = out.out.bytes;
    recread_close(&in);
    run_end(&run);
    return 0;
}
