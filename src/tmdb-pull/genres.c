/* genres: TMDB's list of genres, as records that genre-norm --map reads. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "body.h"
#include "diag.h"
#include "mem.h"
#include "pull.h"

struct genres {
    struct pull *pull;
    bool asked;
    struct genre *list;
    size_t count;
    char *path;
};

static enum feed_next next_list(void *context, struct job *job, bool may_block)
{
    struct genres *g = context;
    (void)may_block;
    if (g->asked)
        return FEED_END;
    g->asked = true;
    job->path = mem_text(g->path, strlen(g->path));
    return FEED_JOB;
}

static const char *parse_list(void *context, struct job *job, struct slice body)
{
    struct genres *g = context;
    (void)job;
    return body_genres(body, &g->list, &g->count);
}

static void emit_list(void *context, struct job *job)
{
    (void)context;
    if (job->outcome != OUTCOME_OK)
        diag_die(job->outcome == OUTCOME_FAILED ? STATUS_RETRY : STATUS_FAILED, "%s: %s", job->path,
                 job->reason);
}

static void write_genres(const struct genres *g, struct recwrite *out)
{
    struct run *run = g->pull->run;
    for (size_t i = 0; i < g->count; i++) {
        run->read++;
        if (!g->list[i].name) {
            char reason[100];
            snprintf(reason, sizeof reason, "name: genre %lld has none in this language",
                     (long long)g->list[i].id);
            run_reject(run, "missing-value", slice_of(g->path), reason, slice_of(""), slice_of(""));
            continue;
        }
        recwrite_int(out, g->list[i].id);
        recwrite_text(out, slice_of(g->list[i].name));
        recwrite_done(out);
        run->written++;
    }
}

void pull_genres(struct pull *pull)
{
    static const char *const columns[] = {"id", "name"};
    const char *language = pull->options->language;
    struct genres g = {.pull = pull,
                       .path = path_of("/genre/movie/list%s%s", language ? "?language=" : "",
                                       language ? language : "")};
    struct recwrite out;
    struct header header;
    fetch_all(
        &pull->fetch,
        &(struct feed){
            .context = &g, .next = next_list, .parse = parse_list, .emit = emit_list, .fd = -1});
    header_make(&header, "genre", columns, 2);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    recwrite_header(&out, &header);
    write_genres(&g, &out);
    run_end_segment(pull->run, &out);
    out_flush(&out.out);
    pull->run->bytes_out = out.out.bytes;
    recwrite_close(&out);
    header_free(&header);
    genres_free(g.list, g.count);
    free(g.path);
}
