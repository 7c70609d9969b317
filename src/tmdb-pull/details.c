#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "body.h"
#include "diag.h"
#include "mem.h"
#include "pull.h"
#include "value.h"

struct details {
    struct pull *pull;
    const struct id_source *source;
};

char *path_of(const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return mem_text(text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

void reject_id(struct pull *pull, const char *rule, const struct id_source *source, uint64_t line,
               int64_t part, struct slice raw, const char *reason)
{
    char origin[1024], within[64] = "";
    if (source->part)
        snprintf(within, sizeof within, "%s%lld", source->part, (long long)part);
    int len = snprintf(origin, sizeof origin, "%s%s%llu%s", source->where, source->unit,
                       (unsigned long long)line, within);
    size_t size = (size_t)len < sizeof origin ? (size_t)len : sizeof origin - 1;
    run_reject(pull->run, rule, (struct slice){origin, size}, reason, slice_of("movie_id"), raw);
}

static enum feed_next next_film(void *context, struct job *job, bool may_block)
{
    struct details *d = context;
    struct pull *pull = d->pull;
    enum feed_next next;
    while ((next = d->source->next(d->source->context, &job->id, &job->line, may_block)) ==
           FEED_JOB) {
        if (idset_add(&pull->seen, job->id)) {
            const char *language = pull->options->language;
            job->path = path_of("/movie/%lld%s%s", (long long)job->id, language ? "?language=" : "",
                                language ? language : "");
            return FEED_JOB;
        }
        pull->run->dropped++;
    }
    return next;
}

static const char *parse_film(void *context, struct job *job, struct slice body)
{
    (void)context;
    struct film film;
    const char *wrong = body_film(body, job->id, &film);
    if (wrong)
        return wrong;
    job->result = mem_resize(NULL, 1, sizeof film);
    memcpy(job->result, &film, sizeof film);
    return NULL;
}

static void emit_film(void *context, struct job *job)
{
    struct details *d = context;
    if (job->outcome == OUTCOME_OK) {
        output_film(d->pull, job->result);
        film_free(job->result);
        free(job->result);
    } else if (job->outcome == OUTCOME_GONE) {
        output_tombstone(d->pull, job->id);
    } else {
        char id[VALUE_MAX];
        size_t len = value_write_int(id, job->id);
        reject_id(d->pull,
                  job->outcome == OUTCOME_REFUSED ? "fetch-refused"
                  : job->malformed                ? "bad-body"
                                                  : "fetch-failed",
                  d->source, job->line, job->id, (struct slice){id, len}, job->reason);
    }
}

void details_fetch(struct pull *pull, const struct id_source *source)
{
    struct details d = {.pull = pull, .source = source};
    fetch_all(&pull->fetch, &(struct feed){.context = &d,
                                           .next = next_film,
                                           .parse = parse_film,
                                           .emit = emit_film,
                                           .fd = source->fd});
}
