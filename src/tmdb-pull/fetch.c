#include "fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "value.h"
#include "verdict.h"

enum {
    WINDOW = 4096, /* more than a minute's requests: one film's back-off doesn't stop the rest */
    DOUBLINGS = 7, /* of the back-off after a failure of the service … */
    BODY_DOUBLINGS = 1, /* … and after a broken body, which isn't a sign of overload */
    REDIRECTS = 5,
    LONGEST_WAIT = 900, /* seconds: a service that asks for more is away */
    BAD_IN_A_ROW = 5,   /* jobs given up without one success: it isn't the films */
    AWAY_IN_A_ROW = 3,  /* attempts without one success: everything slows */
};

void fetch_begin(struct fetch *f, const struct fetch_options *options, const struct key *key,
                 struct run *run, struct out *out)
{
    *f = (struct fetch){.options = options, .run = run, .out = out, .key = key};
    f->http = http_open(&options->http, key);
    rate_begin(&f->rate, options->rate);
    f->window = mem_zeroed(WINDOW * sizeof *f->window);
    f->retries = mem_zeroed(WINDOW * sizeof *f->retries);
    /* Jitter is there to differ from run to run. */
    srandom((unsigned)monotonic_now() ^ (unsigned)getpid() << 16);
}

void fetch_end(struct fetch *f)
{
    http_close(f->http);
    rate_free(&f->rate);
    free(f->window);
    free(f->retries);
}

/* Full jitter: anything from nothing to the limit, which doubles with each attempt. */
static int64_t jitter(const struct fetch *f, const struct job *job, unsigned doublings)
{
    unsigned shift = job->attempts - 1 < doublings ? job->attempts - 1 : doublings;
    int64_t limit = f->options->backoff_us << shift;
    return (int64_t)((double)limit * ((double)random() / (double)RAND_MAX));
}

static void finish(struct job *job, enum outcome outcome, const char *reason)
{
    job->outcome = outcome;
    job->reason = reason ? mem_text(reason, strlen(reason)) : NULL;
    job->done = true;
}

static void give_up(struct fetch *f, struct job *job, const struct verdict *v, int64_t now)
{
    f->bad_in_a_row++;
    if (f->last_good < job->first && (v->service || f->bad_in_a_row >= BAD_IN_A_ROW))
        diag_die(STATUS_RETRY,
                 "%s: %s: given up after %u attempts in %.1f s; nothing else was answered "
                 "either: try again later",
                 job->path, v->reason, job->attempts, (double)(now - job->first) / 1e6);
    finish(job, OUTCOME_FAILED, v->reason);
}

static void try_again(struct fetch *f, struct job *job, const struct verdict *v,
                      const struct answer *answer, int64_t now)
{
    int64_t asked = answer->retry_after * MICROSECONDS;
    if (v->service && answer->retry_after > LONGEST_WAIT)
        diag_die(STATUS_RETRY, "%s: %s: the service asks to wait %lld s: try again later",
                 job->path, v->reason, (long long)answer->retry_after);
    if (v->service)
        f->away_in_a_row++;
    if (job->attempts >= f->options->attempts) {
        give_up(f, job, v, now);
        return;
    }
    int64_t wait = jitter(f, job, job->malformed ? BODY_DOUBLINGS : DOUBLINGS);
    if (answer->retry_after > LONGEST_WAIT)
        asked = 0; /* it is this film's trouble alone */
    job->due = now + asked + wait;
    f->retries[f->nretries++] = job;
    if (v->too_much)
        rate_slow(&f->rate, now, job->due);
    else if (v->service && (asked || f->away_in_a_row >= AWAY_IN_A_ROW))
        rate_pause(&f->rate, job->due);
}

/* Drops the parameter api_key from a path that a redirect gave: it is added when it is sent. */
static void drop_key(char *path)
{
    char *at = strstr(path, "api_key=");
    if (!at || at == path || !strchr("?&", at[-1]))
        return;
    char *rest = strchr(at, '&');
    if (rest)
        memmove(at, rest + 1, strlen(rest));
    else
        at[-1] = '\0';
}

static void redirect(struct fetch *f, struct job *job, const struct answer *answer, int64_t now)
{
    const char *path = http_path(f->http, answer->redirect);
    /* Before the message is cut: part of a key is too much. */
    char *shown = mem_text(answer->redirect, strlen(answer->redirect));
    key_redact(f->key, shown);
    if (!path)
        diag_die(STATUS_FAILED, "%s: redirected to another service, which doesn't get the key: %s",
                 job->path, diag_quote(slice_of(shown)));
    free(shown);
    if (++job->redirects > REDIRECTS) {
        finish(job, OUTCOME_REFUSED, "redirected again and again");
        return;
    }
    char *copy = mem_text(path, strlen(path));
    drop_key(copy);
    if (key_is_in(f->key, copy)) {
        /* Messages have the path. */
        free(copy);
        finish(job, OUTCOME_REFUSED, "redirected to an address that has the key in it");
        return;
    }
    free(job->path);
    job->path = copy;
    job->attempts--;
    job->due = now;
    f->retries[f->nretries++] = job;
}

static void trace(const struct fetch *f, const struct job *job, const struct answer *answer)
{
    if (!f->options->verbose)
        return;
    if (answer->error)
        diag_note("GET %s: attempt %u: %s, %lld ms", job->path, job->attempts, answer->error,
                  (long long)answer->microseconds / 1000);
    else
        diag_note("GET %s: attempt %u: HTTP %ld, %zu bytes, %lld ms", job->path, job->attempts,
                  answer->status, answer->body.len, (long long)answer->microseconds / 1000);
}

static void settle(struct fetch *f, const struct feed *feed, const struct answer *answer)
{
    struct job *job = answer->tag;
    int64_t now = monotonic_now();
    struct verdict v;
    f->under_way--;
    f->run->bytes_in += answer->body.len;
    trace(f, job, answer);
    if (!answer->error && answer->redirect) {
        redirect(f, job, answer, now);
        return;
    }
    verdict_of(&v, answer, f->key);
    job->malformed = false;
    if (v.kind == VERDICT_NO_KEY)
        diag_die(STATUS_FAILED, "the key is refused: %s", v.reason);
    if (v.kind == VERDICT_GOOD) {
        const char *wrong = feed->parse(feed->context, job, answer->body);
        if (wrong) {
            v.kind = VERDICT_AGAIN;
            job->malformed = true;
            snprintf(v.reason, sizeof v.reason, "%s", wrong);
            key_redact(f->key, v.reason);
        }
    }
    if (v.kind == VERDICT_AGAIN) {
        try_again(f, job, &v, answer, now);
        return;
    }
    f->last_good = now;
    f->bad_in_a_row = f->away_in_a_row = 0;
    finish(job,
           v.kind == VERDICT_GOOD   ? OUTCOME_OK
           : v.kind == VERDICT_GONE ? OUTCOME_GONE
                                    : OUTCOME_REFUSED,
           v.kind == VERDICT_GOOD ? NULL : v.reason);
}

/* Admits jobs as long as there is room and few wait to be sent. Returns what the feed said last. */
static enum feed_next admit(struct fetch *f, const struct feed *feed)
{
    while (f->tail - f->head < WINDOW && f->tail - f->unsent < f->options->http.in_flight) {
        struct job *job = &f->window[f->tail % WINDOW];
        *job = (struct job){0};
        enum feed_next next = feed->next(feed->context, job, f->tail == f->head);
        if (next != FEED_JOB)
            return next;
        f->tail++;
    }
    return FEED_JOB;
}

/* Takes the job that is to be sent next; those that wait for another attempt come first, because
 * they hold back the ones behind them. NULL: none is due; then *AT is lowered to when one is. */
static struct job *take_due(struct fetch *f, int64_t now, int64_t *at)
{
    size_t best = f->nretries;
    for (size_t i = 0; i < f->nretries; i++)
        if (best == f->nretries || f->retries[i]->due < f->retries[best]->due)
            best = i;
    if (best < f->nretries && f->retries[best]->due <= now) {
        struct job *job = f->retries[best];
        f->retries[best] = f->retries[--f->nretries];
        return job;
    }
    if (f->unsent < f->tail)
        return &f->window[f->unsent++ % WINDOW];
    if (best < f->nretries && f->retries[best]->due < *at)
        *at = f->retries[best]->due;
    return NULL;
}

/* Sends what may be sent. Returns when more may be, without regard to answers that come. */
static int64_t send_due(struct fetch *f, int64_t now)
{
    int64_t at = INT64_MAX;
    while (f->under_way < f->options->http.in_flight && (f->nretries || f->unsent < f->tail)) {
        int64_t earliest = rate_earliest(&f->rate, now);
        if (earliest > now)
            return earliest;
        struct job *job = take_due(f, now, &at);
        if (!job)
            return at;
        if (job->attempts++ == 0)
            job->first = now;
        int64_t *sent = rate_sent(&f->rate, now);
        f->requests++;
        f->under_way++;
        http_send(f->http, job->path, job, sent);
    }
    return at;
}

static void emit_done(struct fetch *f, const struct feed *feed)
{
    for (; f->head < f->tail && f->window[f->head % WINDOW].done; f->head++) {
        struct job *job = &f->window[f->head % WINDOW];
        feed->emit(feed->context, job);
        free(job->reason);
        free(job->path);
    }
}

void fetch_all(struct fetch *f, const struct feed *feed)
{
    enum { PATIENCE = 1000 }; /* milliseconds: for the live line */
    struct answer answer;
    for (;;) {
        enum feed_next next = admit(f, feed);
        int64_t now = monotonic_now(), at = send_due(f, now);
        bool any = false;
        for (; http_answer(f->http, &answer); any = true)
            settle(f, feed, &answer);
        emit_done(f, feed);
        run_progress(f->run, 0);
        if (f->head == f->tail) {
            if (next == FEED_END)
                return;
            continue;
        }
        now = monotonic_now();
        if (any || at <= now)
            continue; /* an answer makes room for more, or asks for another attempt */
        int64_t wait = at == INT64_MAX ? PATIENCE : (at - now + 999) / 1000;
        if (f->out->len)
            out_flush(f->out);
        http_wait(f->http, next == FEED_WAIT ? feed->fd : -1,
                  (int)(wait < PATIENCE ? wait : PATIENCE));
    }
}
