/* job: headers of files, segments of the stream, counts. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"

enum { HEADER_MAX = 64 * 1024 };

static char *refuse(const char *what, int *status)
{
    *status = STATUS_FAILED;
    return mem_text(what, strlen(what));
}

char *heading_make(struct heading *h, const struct settings *settings,
                   const struct split_record *first, int *status)
{
    const bool is_header = !settings->no_header;
    /* Both a header and, without one, the first row say how many fields there are. */
    if (first->fault == SPLIT_BAD_QUOTE || first->fault == SPLIT_UNTERMINATED)
        return refuse(is_header ? "the header's quotes don't match"
                                : "the first row's quotes don't match",
                      status);
    if (first->fault == SPLIT_TOO_LONG || (is_header && first->raw.len > HEADER_MAX))
        return refuse("the first line is too long: is this CSV?", status);
    if (is_header && utf8_prefix(first->raw) != first->raw.len)
        return refuse("the header isn't UTF-8: use --encoding", status);
    if (is_header)
        h->raw = mem_text(first->raw.ptr, first->raw.len);
    *status = STATUS_USAGE;
    return plan_make(&h->plan, settings, first->field, first->nfields);
}

void heading_free(struct heading *h)
{
    plan_free(&h->plan);
    free(h->raw);
    *h = (struct heading){0};
}

void job_begin(struct job *job, const struct settings *settings, const struct options *o)
{
    *job = (struct job){.settings = settings, .options = o};
    run_begin(&job->run, &o->std);
    recwrite_open(&job->out, STDOUT_FILENO, "stdout");
    emit_begin(&job->emit, settings, &job->run, &job->out);
    split_begin(&job->split, settings->delimiter, settings->scan, RECORD_MAX);
}

void job_segment(struct job *job, const struct header *header)
{
    if (job->out.open && !header_equal(&job->header, header))
        run_end_segment(&job->run, &job->out);
    if (job->out.open)
        return;
    recwrite_header(&job->out, header);
    header_free(&job->header);
    header_copy(&job->header, header);
}

void job_file(struct job *job, const struct heading *heading, const char *name)
{
    job_segment(job, &heading->plan.header);
    emit_file(&job->emit, &heading->plan, name, slice_of(heading->raw ? heading->raw : ""));
}

void job_count(struct job *job, uint64_t bytes)
{
    job->run.bytes_in = bytes;
    job->run.written = job->out.total + (job->out.open ? job->out.records : 0);
    run_progress(&job->run, job->total);
}

void job_end(struct job *job)
{
    run_end_segment(&job->run, &job->out);
    job->run.bytes_out = job->out.out.bytes + job->out.out.len;
    job->run.written = job->out.total;
    recwrite_close(&job->out);
    if (job->emit.undecodable && !job->options->std.quiet)
        diag_note("%llu record%s with bytes that aren't %s: --encoding NAME says what the files "
                  "are in (WINDOWS-1252 and UTF-16 are common)",
                  (unsigned long long)job->emit.undecodable, job->emit.undecodable == 1 ? "" : "s",
                  job->settings->encoding ? job->settings->encoding : "UTF-8");
    split_end(&job->split);
    emit_end(&job->emit);
    header_free(&job->header);
    run_end(&job->run);
}
