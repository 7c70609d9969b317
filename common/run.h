/* run: what every program does around its work: count, reject, report.
 *
 * Conservation: read = written + rejected + dropped (aggregates: counted + rejected + dropped).
 * run_end checks it, prints the summary line on standard error (unless quiet) and appends one
 * segment of type etl_stage to the file that REELPIPE_STATS names, in a single write. When
 * REELPIPE_PIPE is set its text comes along as the column _pipe: which stages work together.
 */
#ifndef REELPIPE_RUN_H
#define REELPIPE_RUN_H

#include "options.h"
#include "recread.h"
#include "recwrite.h"

struct run {
    const struct standard_options *std;
    /* Counts, kept by the program (rejected is kept by run_reject). */
    uint64_t read;
    uint64_t written; /* or counted */
    uint64_t rejected;
    uint64_t dropped;
    uint64_t bytes_in;
    uint64_t bytes_out;
    bool counts; /* an aggregate: `written` are the records counted, the summary says so */
    /* What a load did with the records written; -1 for programs that don't load. */
    int64_t inserted;
    int64_t updated;
    int64_t unchanged;
    int64_t loaded_as; /* the load_id of the rows it stored; -1: none */
    /* The module's own. */
    int64_t started;    /* monotonic, microseconds */
    int64_t started_at; /* microseconds since 1970 */
    struct recwrite rejects;
    bool rejects_open;
    int64_t next_progress;
};

/* Starts the clock and opens the reject file (mode 0600, written anew), with its header. Ends the
 * program when REELPIPE_STATS names a place that can't be written. */
void run_begin(struct run *run, const struct standard_options *std);

/* Takes a bad record out of the stream: writes it to the reject file, or shows it on standard error
 * when there is no file and it is among the first ten. RULE is the rule's name ("bad-time"); ORIGIN
 * is file:line; REASON is one sentence as in messages (column, what, quoted value); RAW_HEADER and
 * RAW are the header line and the line as they came, unescaped here: the record file escapes them.
 * What would make the record longer than RECORD_MAX is cut, and the reason says so.
 * Ends the program with status 1 when this was one more than --max-rejects. */
void run_reject(struct run *run, const char *rule, struct slice origin, const char *reason,
                struct slice raw_header, struct slice raw);

/* The same for a record of a stream: the origin is its _origin column when it has one, else the
 * stream's file and line. The reason is formatted. */
void run_reject_record(struct run *run, const struct recread *in, const char *rule,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Writes the rejects so far to their file. Call it before passing a mark on. */
void run_flush_rejects(struct run *run);

/* Passes a mark on: after the records it covers and after the rejects it covers are in their file.
 */
void run_pass_mark(struct run *run, const struct recread *in, struct recwrite *out);

/* Closes the open segment of the output, when the rejects so far are in their file, and unless
 * --max-rejects P% is exceeded: else the program ends with status 1 before `#end` is written, so
 * that nothing is loaded downstream. run->read must be up to date. */
void run_end_segment(struct run *run, struct recwrite *out);

/* Ends the program with status 1 when --max-rejects P% is exceeded. For a program that has
 * something to commit, before it does; the others have run_end_segment and run_end. */
void run_judge_rejects(const struct run *run);

/* For --progress: call now and then (cheap); draws the live line on a terminal at most five times a
 * second. TOTAL is the number of bytes to come in all, or 0 when unknown. */
void run_progress(struct run *run, uint64_t total);

/* Ends the reject file with `#end`, judges --max-rejects P%, prints the summary, appends the
 * statistics. Call it last, after the output is closed. */
void run_end(struct run *run);

#endif
