/* etl-run: runs a pipeline for cron or a timer: one at a time under its name, with a time limit and
 * further attempts, its messages kept; and takes down in the log of the database how it went, now
 * or, when the database is away, in a later run.
 */
#include <string.h>

#include "diag.h"
#include "options.h"
#include "place.h"
#include "supervise.h"
#include "timeparse.h"
#include "value.h"

enum { OPT_RETRY_WAIT = 256, OPT_ON_FAILURE, OPT_GRACE };

static const struct option_spec specs[] = {
    {'t', "timeout", "DURATION", "end the run when it isn't done after that time: 90s, 30m, 2h"},
    {OPT_GRACE, "grace", "DURATION", "from SIGTERM to SIGKILL (default 10s)"},
    {'r', "retry", "N", "try up to N times more when the command exits with 75"},
    {OPT_RETRY_WAIT, "retry-wait", "DURATION",
     "before the first of them (default 10s); then twice as long each time"},
    {OPT_ON_FAILURE, "on-failure", "COMMAND", "run this shell command when the run has failed"},
    {'k', "keep", "N", "keep the messages of the last N runs (default 50)"},
    {'v', "verbose", NULL, "show the messages of the stages as they come"},
};

/* A length of time that isn't none. */
static int64_t some_time(const char *option, const char *text)
{
    int64_t length = duration_option(option, text);
    if (length == 0)
        diag_usage("--%s: no time at all: %s", option, diag_quote(slice_of(text)));
    return length;
}

int main(int argc, char **argv)
{
    struct settings s = {.grace = 10 * MICROSECONDS, .retry_wait = 10 * MICROSECONDS, .keep = 50};
    struct options o = {.usage = "etl-run [OPTION]... NAME -- COMMAND [ARGUMENT]...",
                        .about = "Runs a pipeline under a name, and logs how it went.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET | STD_COMMAND};
    diag_begin("etl-run");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 't':
            s.timeout = some_time("timeout", o.arg);
            break;
        case OPT_GRACE:
            s.grace = duration_option("grace", o.arg);
            break;
        case 'r':
            s.retries = option_int("retry", o.arg, 0, 1000);
            break;
        case OPT_RETRY_WAIT:
            s.retry_wait = some_time("retry-wait", o.arg);
            break;
        case OPT_ON_FAILURE:
            s.on_failure = o.arg;
            break;
        case 'k':
            s.keep = option_int("keep", o.arg, 1, 1000000);
            break;
        case 'v':
            s.verbose = true;
            break;
        }
    if (o.noperands == 0)
        diag_usage("under which name?");
    s.name = o.operands[0];
    if (!place_name(s.name))
        diag_usage("not a name of up to 64 letters, digits and ._-: %s",
                   diag_quote(slice_of(s.name)));
    size_t first = o.noperands > 1 && strcmp(o.operands[1], "--") == 0 ? 2 : 1;
    if (first == o.noperands)
        diag_usage("which command?");
    if (first == 1 && o.operands[1][0] == '-')
        diag_usage("options go before the name, a command behind `--': %s",
                   diag_quote(slice_of(o.operands[1])));
    s.command = o.operands + first;
    s.quiet = o.std.quiet;
    return supervise(&s);
}
