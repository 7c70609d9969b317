#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "diag.h"
#include "journal.h"
#include "mem.h"
#include "messages.h"
#include "outcome.h"
#include "place.h"
#include "timeparse.h"
#include "value.h"

enum { STATUS_CANT_RUN = 127 };

/* How long the log of the database is waited for: at the start, where it holds up the command; at
 * the end; at the end of a run that was told to end. */
#define LOAD_FIRST       (10 * MICROSECONDS)
#define LOAD_LAST        (120 * MICROSECONDS)
#define LOAD_HURRIED     (10 * MICROSECONDS)
#define RETRY_WAIT_MAX   (15 * 60 * MICROSECONDS)
#define ON_FAILURE_LIMIT (60 * MICROSECONDS)

struct runner {
    const struct settings *settings;
    struct place place;
    struct outcome outcome;
    int lock;
    int log;
    int64_t attempt_from; /* where the messages of the attempt begin in the log */
    int64_t shown;        /* --verbose: up to where the log has been passed on */
    int64_t deadline;
    bool timed_out;
};

static char *joined(const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + 2;
    char *text = mem_resize(NULL, size, 1);
    snprintf(text, size, "%s=%s", name, value);
    return text;
}

static void pass_on(void *arg)
{
    struct runner *r = arg;
    messages_pass_on(r->log, &r->shown);
}

/* One attempt: runs the command, and takes down how it ended. */
static void attempt(struct runner *r)
{
    const struct settings *s = r->settings;
    struct outcome *o = &r->outcome;
    outcome_forget(o);
    unlink(r->place.failed);
    r->attempt_from = messages_end(r->log);
    char *stats = joined("REELPIPE_STATS", r->place.stages);
    char *failed = joined("REELPIPE_FAILED", r->place.failed);
    char *runs = joined("REELPIPE_RUNS", r->place.runs);
    char *run = joined("REELPIPE_RUN", s->name);
    /* What programs of different attempts count doesn't belong together. */
    char number[VALUE_MAX];
    value_write_int(number, o->attempts);
    char *pipe = joined("REELPIPE_PIPE", number);
    const char *environment[] = {run, stats, failed, runs, pipe, NULL};
    struct command c = {
        .argv = s->command, .environment = environment, .standard_error = r->log, .kept = r->lock};
    struct limits limits = {.deadline = r->deadline,
                            .grace = s->grace,
                            .tick = s->verbose ? pass_on : NULL,
                            .tick_arg = r};
    struct ending e = {.status = STATUS_CANT_RUN};
    pid_t pid = child_start(&c);
    if (pid)
        e = child_wait(pid, &limits);
    else
        dprintf(r->log, "%s: can't run %s: %s\n", diag_program(), s->command[0], strerror(errno));
    o->status = e.status;
    o->signal = e.signal;
    r->timed_out = e.timed_out;
    if (e.timed_out && e.status == 0)
        o->status = STATUS_FAILED; /* it took the SIGTERM for a reason to do less */
    if (o->status != 0)
        outcome_blame(o, r->place.failed);
    unlink(r->place.failed);
    free(pipe);
    free(run);
    free(stats);
    free(failed);
    free(runs);
}

/* Tries the command until it ends with something else than 75. Each wait is twice as long as the
 * one before; none goes beyond the deadline. */
static void attempts(struct runner *r)
{
    const struct settings *s = r->settings;
    struct outcome *o = &r->outcome;
    int64_t wait = s->retry_wait;
    for (o->attempts = 1;; o->attempts++) {
        attempt(r);
        if (o->status != STATUS_RETRY || o->attempts > s->retries || signals_told())
            break;
        if (r->deadline && monotonic_now() + wait >= r->deadline)
            break;
        if (!s->quiet)
            diag_note("%s: attempt %lld of %lld ended with status %d; the next one is in %.1f s",
                      s->name, (long long)o->attempts, (long long)s->retries + 1, o->status,
                      (double)wait / 1e6);
        if (!signals_pause(wait))
            break;
        wait = wait < RETRY_WAIT_MAX / 2 ? wait * 2 : RETRY_WAIT_MAX;
    }
}

/* Says why it failed: what we know better than the stages, or what they said. */
static void explain(struct runner *r)
{
    struct outcome *o = &r->outcome;
    char text[128] = "";
    int told = signals_told();
    if (o->status == 0)
        return;
    if (r->timed_out)
        snprintf(text, sizeof text, "timed out: not done after %lld s",
                 (long long)(r->settings->timeout / MICROSECONDS));
    else if (told)
        snprintf(text, sizeof text, "told to end by %s", outcome_signal(told));
    else if (o->signal && !o->failed_stage)
        snprintf(text, sizeof text, "the command was ended by %s", outcome_signal(o->signal));
    else
        o->message = messages_reason(r->log, r->attempt_from, o->failed_stage);
    if (!o->message && !*text)
        snprintf(text, sizeof text, "ended with status %d", o->status);
    if (*text)
        o->message = mem_text(text, strlen(text));
    if (!o->signal && (r->timed_out || told))
        o->signal = told ? told : SIGTERM;
}

static void tell_failure(struct runner *r)
{
    const struct outcome *o = &r->outcome;
    char place[128] = "";
    if (!r->settings->verbose)
        messages_show(r->log, r->place.log, r->attempt_from);
    if (o->failed_stage)
        snprintf(place, sizeof place, " in %s", o->failed_stage);
    diag_note("%s: failed%s with status %d after %.2f s, attempt %lld of %lld: %s",
              r->settings->name, place, o->status, (double)(o->finished_at - o->started_at) / 1e6,
              (long long)o->attempts, (long long)r->settings->retries + 1, o->message);
}

/* Hands a run that failed to the command of --on-failure. */
static void notify(const struct runner *r, const struct outcome *o)
{
    char *argv[] = {"sh", "-c", (char *)(uintptr_t)r->settings->on_failure, NULL};
    char status[VALUE_MAX], count[VALUE_MAX], at[VALUE_MAX];
    value_write_int(status, o->status);
    value_write_int(count, o->attempts);
    value_write_time(at, o->started_at);
    const struct {
        const char *name, *value;
    } given[] = {
        {"REELPIPE_NAME", o->pipeline},
        {"REELPIPE_STATUS", status},
        {"REELPIPE_SIGNAL", o->signal ? outcome_signal(o->signal) : ""},
        {"REELPIPE_STAGE", o->failed_stage ? o->failed_stage : ""},
        {"REELPIPE_MESSAGE", o->message ? o->message : ""},
        {"REELPIPE_ATTEMPTS", count},
        {"REELPIPE_STARTED_AT", at},
        {"REELPIPE_LOG", r->place.log},
    };
    enum { GIVEN = sizeof given / sizeof *given };
    char *texts[GIVEN];
    const char *environment[GIVEN + 3] = {"TMDB_TOKEN", "TMDB_API_KEY"};
    for (size_t i = 0; i < GIVEN; i++)
        environment[i + 2] = texts[i] = joined(given[i].name, given[i].value);
    struct command c = {.argv = argv,
                        .environment = environment,
                        .standard_error = -1,
                        .kept = -1,
                        .no_input = true};
    struct limits limits = {.deadline = monotonic_now() + ON_FAILURE_LIMIT,
                            .grace = r->settings->grace};
    pid_t pid = child_start(&c);
    int ended = pid ? child_wait(pid, &limits).status : STATUS_CANT_RUN;
    if (ended != 0)
        diag_note("%s: the command of --on-failure ended with status %d", o->pipeline, ended);
    for (size_t i = 0; i < GIVEN; i++)
        free(texts[i]);
}

/* A run of this name whose etl-run was killed, or whose machine stopped: nobody holds the lock any
 * more, so nothing of it is alive. */
static void bury_lost(struct runner *r)
{
    char *left;
    for (int64_t started_at; (started_at = place_lost(&r->place, &left)) != 0; free(left)) {
        place_run(&r->place, started_at);
        if (access(r->place.journal, F_OK) != 0) {
            static const char why[] = "lost: etl-run was killed, or the machine stopped";
            struct outcome o = {.pipeline = r->settings->name,
                                .started_at = started_at,
                                .finished_at = place_last_sign(&r->place),
                                .attempts = 1,
                                .status = STATUS_FAILED,
                                .message = mem_text(why, sizeof why - 1)};
            outcome_blame(&o, r->place.failed);
            diag_note("%s: an earlier run is lost; its messages are in %s", o.pipeline,
                      r->place.log);
            if (!journal_write(r->place.journal, &o, r->place.stages, false))
                exit(STATUS_FAILED);
            if (r->settings->on_failure)
                notify(r, &o);
            outcome_forget(&o);
        }
        unlink(r->place.failed);
        if (unlink(left) != 0)
            diag_die(STATUS_FAILED, "%s: can't remove it: %s", left, strerror(errno));
    }
}

static void begin(struct runner *r)
{
    const struct settings *s = r->settings;
    place_open(&r->place, s->name);
    r->lock = place_take_lock(&r->place);
    signals_begin();
    bury_lost(r);
    r->outcome = (struct outcome){.pipeline = s->name, .started_at = time_now(), .attempts = 1};
    place_run(&r->place, r->outcome.started_at);
    int stages = open(r->place.stages, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (stages < 0)
        diag_die(STATUS_FAILED, "%s: can't make it: %s", r->place.stages, strerror(errno));
    close(stages);
    r->log = open(r->place.log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (r->log < 0)
        diag_die(STATUS_FAILED, "%s: can't make it: %s", r->place.log, strerror(errno));
    if (s->timeout)
        r->deadline = monotonic_now() + s->timeout;
    if (!journal_write(r->place.running, &r->outcome, NULL, false))
        exit(STATUS_FAILED);
    /* That it runs is good to know, but no reason not to. */
    journal_load(&r->place, r->place.running, LOAD_FIRST, true);
}

/* Whether the run has found its way into the journal, at least. */
static bool finish(struct runner *r)
{
    const struct settings *s = r->settings;
    struct outcome *o = &r->outcome;
    o->finished_at = time_now();
    explain(r);
    bool kept = journal_write(r->place.journal, o, r->place.stages, o->status == 0 && !s->quiet);
    if (kept)
        unlink(r->place.running);
    if (o->status != 0)
        tell_failure(r);
    if (o->status != 0 && s->on_failure)
        notify(r, o);
    if (!journal_load(&r->place, NULL, signals_told() ? LOAD_HURRIED : LOAD_LAST, false))
        diag_note("%d runs are kept in %s until they can be loaded", journal_waiting(&r->place),
                  r->place.journal_directory);
    place_tidy(&r->place, s->keep);
    return kept;
}

int supervise(const struct settings *s)
{
    struct runner r = {.settings = s};
    begin(&r);
    if (signals_told())
        r.outcome.status = 128 + signals_told();
    else
        attempts(&r);
    bool kept = finish(&r);
    int status = r.outcome.status, told = signals_told();
    bool timed_out = r.timed_out;
    outcome_forget(&r.outcome);
    place_close(&r.place);
    close(r.log);
    close(r.lock);
    if (status != 0 && told)
        signals_die(told);
    if (status == 0)
        return kept ? 0 : STATUS_FAILED;
    return !timed_out && (status == STATUS_USAGE || status == STATUS_RETRY) ? status
                                                                            : STATUS_FAILED;
}
