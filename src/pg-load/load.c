#include "load.h"

#include <inttypes.h>
#include <stdlib.h>

#include "counts.h"
#include "diag.h"
#include "direct.h"
#include "marks.h"
#include "mem.h"

struct loader {
    struct load_options *options;
    struct recread in;
    struct run run;
    struct merge merge;
    struct segment segment;
    struct copyin copyin;
    struct stage stage;
    struct direct direct;
    struct marks marks;
    bool in_transaction;
    bool locked;           /* the locks of all expected types are held */
    uint64_t since_commit; /* records read since the last commit */
    uint64_t committed;    /* records of earlier commits */
    struct counts counts;
};

/* What --batch has committed stays when the stream turns out to be cut; that should be said. */
static struct loader *batches_at_exit;

static void tell_committed(void)
{
    if (batches_at_exit && batches_at_exit->committed > 0)
        diag_note("%" PRIu64 " records were committed before, up to a mark; what followed is not",
                  batches_at_exit->committed);
}

/* READ COMMITTED, whatever the server's default is: a load that has waited for another one's lock
 * must see its rows. The Citus setting is harmless elsewhere. Who has set a lock timeout keeps it.
 */
static void begin(struct loader *l)
{
    if (l->in_transaction)
        return;
    const char *pipeline = l->options->pipeline ? l->options->pipeline : "";
    pg_run(l->merge.conn, "beginning the transaction",
           "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
           "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'; SET LOCAL jit = off; "
           "SELECT set_config('work_mem', '64MB', true) "
           "WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB'); "
           "SELECT set_config('lock_timeout', '60s', true) "
           "WHERE current_setting('lock_timeout') = '0'");
    PGresult *result =
        pg_query_params(l->merge.conn, "beginning the transaction",
                        "SELECT set_config('reelpipe.pipeline', $1, true), "
                        "set_config('reelpipe.load_id', nextval('load_id_seq')::text, true)",
                        1, &pipeline);
    if (!l->options->dry_run)
        value_int(slice_of(PQgetvalue(result, 0, 1)), &l->run.loaded_as);
    PQclear(result);
    l->in_transaction = true;
    l->locked = false;
}

static void lock_type(struct loader *l, const char *type)
{
    pg_run_params(l->merge.conn, "waiting for another load of this type",
                  "SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext($1))", 1, &type);
}

static int compare_types(const void *a, const void *b)
{
    return strcmp(((const struct expected *)a)->type, ((const struct expected *)b)->type);
}

/* One load of a type at a time. The expected types are locked in the order of their names before
 * the first merge, so that two loads never wait for each other; without --expect the server finds
 * out when they do, and one exits 75. */
static void lock(struct loader *l)
{
    const struct expect *e = &l->options->expect;
    if (!e->list)
        lock_type(l, l->segment.type->name);
    if (!e->list || l->locked)
        return;
    struct expected *sorted = mem_resize(NULL, e->count, sizeof *sorted);
    memcpy(sorted, e->list, e->count * sizeof *sorted);
    qsort(sorted, e->count, sizeof *sorted, compare_types);
    for (size_t i = 0; i < e->count; i++)
        if (i == 0 || strcmp(sorted[i].type, sorted[i - 1].type) != 0)
            lock_type(l, sorted[i].type);
    free(sorted);
    l->locked = true;
}

static void merge_staged(struct loader *l, enum merge_mode mode)
{
    struct type_counts *t = counts_of(&l->counts, l->segment.type);
    if (merge_stage(&l->merge, mode, &l->stage, &l->in.header, l->in.file, &t->counts))
        t->bulk = true;
}

/* Enough has come for the bulk way, if the table is to be had. What is staged goes ahead. */
static void try_direct(struct loader *l)
{
    stage_finish(&l->stage);
    lock(l);
    if (!direct_begin(&l->direct, l->run.loaded_as)) {
        stage_start(&l->stage);
        return;
    }
    merge_staged(l, MERGE_STAGED);
    direct_start(&l->direct);
}

/* The table was empty: whatever the merge finds there is of this stream, so that of two records of
 * a session one is dropped, whichever stays. */
static void finish_direct(struct loader *l)
{
    struct type_counts *t = counts_of(&l->counts, l->segment.type);
    struct merge_counts *n = &t->counts;
    n->inserted += direct_end(&l->direct);
    int64_t updated = n->updated, unchanged = n->unchanged;
    stage_aside(&l->stage, &l->direct.aside);
    merge_staged(l, MERGE_STAGED);
    n->dropped += n->updated - updated + n->unchanged - unchanged;
    n->updated = updated;
    n->unchanged = unchanged;
    t->bulk = true;
}

static void merge(struct loader *l)
{
    if (l->direct.state == DIRECT_ON) {
        finish_direct(l);
    } else if (stage_finish(&l->stage)) {
        lock(l);
        merge_staged(l, l->options->mode);
    }
}

static void commit(struct loader *l)
{
    if (l->options->pipeline && l->marks.count > 0) {
        begin(l);
        marks_store(&l->marks, l->merge.conn, l->options->pipeline);
    }
    marks_forget(&l->marks);
    counts_add_up(&l->counts, &l->run);
    l->run.read = l->in.total;
    l->run.bytes_in = l->in.bytes;
    run_judge_rejects(&l->run);
    run_flush_rejects(&l->run);
    if (!l->in_transaction)
        return;
    const char *end = l->options->dry_run ? "ROLLBACK" : "COMMIT";
    PGresult *result = pg_query(l->merge.conn, "committing", end);
    if (strcmp(PQcmdStatus(result), end) != 0)
        diag_die(STATUS_FAILED, "the server rolled back");
    PQclear(result);
    l->in_transaction = false;
    l->committed += l->since_commit;
    l->since_commit = 0;
}

static void segment(struct loader *l)
{
    struct slice type = l->in.header.type;
    const char *wanted = expect_take(&l->options->expect, type);
    if (wanted)
        recread_die(&l->in, "a segment of %.*s came, expected was %s", (int)type.len, type.ptr,
                    wanted);
    const struct load_options *o = l->options;
    segment_begin(&l->segment, &l->in);
    stage_begin(&l->stage, &l->copyin, &l->segment, &l->in.header);
    direct_open(&l->direct, &l->copyin, &l->segment, &l->in.header,
                o->mode != MERGE_STAGED && o->batch == 0);
    counts_of(&l->counts, l->segment.type);
}

static void stage_one(struct loader *l)
{
    if (l->direct.state == DIRECT_UNASKED)
        direct_ask(&l->direct);
    stage_record(&l->stage, &l->in);
    if (l->direct.state != DIRECT_OFFERED)
        return;
    direct_note(&l->direct, &l->in);
    if (l->stage.records == merge_bulk_from(l->options->mode))
        try_direct(l);
}

static void record(struct loader *l)
{
    segment_check(&l->segment, &l->in);
    begin(l);
    if (l->direct.state == DIRECT_ON)
        direct_record(&l->direct, &l->in);
    else
        stage_one(l);
    l->since_commit++;
    if (l->in.total % 1024 == 0) {
        l->run.read = l->in.total;
        l->run.bytes_in = l->in.bytes;
        run_progress(&l->run, 0);
    }
}

/* With --batch a mark is where a commit may happen: when enough has come together, and when nothing
 * more is there to be read, so that a trickle is in the database at once. */
static void mark(struct loader *l)
{
    marks_add(&l->marks, l->in.mark_source, l->in.mark_state);
    if (l->options->batch == 0)
        return;
    if (l->since_commit >= l->options->batch || !recread_ready(&l->in)) {
        merge(l);
        commit(l);
    }
}

static void end_segment(struct loader *l)
{
    if (l->segment.always && !l->stage.copy) {
        begin(l);
        stage_start(&l->stage);
    }
    merge(l);
    stage_free(&l->stage);
    direct_close(&l->direct);
    segment_free(&l->segment);
}

static void report(struct loader *l)
{
    const struct load_options *o = l->options;
    if (!o->std->quiet)
        counts_report(&l->counts);
    if (l->marks.unstored > 0 && !o->std->quiet)
        diag_note("%" PRIu64 " bookmarks are not stored: that takes --pipeline", l->marks.unstored);
    if (o->dry_run)
        diag_note("dry run: nothing has been changed");
}

void load(struct load_options *options)
{
    struct loader l = {.options = options};
    run_begin(&l.run, options->std);
    l.merge = (struct merge){.run = &l.run, .conn = pg_connect()};
    l.copyin = (struct copyin){.conn = l.merge.conn};
    if (options->batch > 0) {
        batches_at_exit = &l;
        atexit(tell_committed);
    }
    recread_open(&l.in, options->files, options->nfiles, 0);
    for (enum rec_event event; (event = recread_next(&l.in)) != REC_EOF;)
        switch (event) {
        case REC_SEGMENT:
            segment(&l);
            break;
        case REC_DATA:
            record(&l);
            break;
        case REC_MARK:
            mark(&l);
            break;
        case REC_END:
            end_segment(&l);
            break;
        case REC_EOF:
            break;
        }
    const char *missing = expect_missing(&options->expect);
    if (missing)
        diag_die(STATUS_FAILED, "%s: the stream ends without the expected segment of %s", l.in.file,
                 missing);
    commit(&l);
    batches_at_exit = NULL;
    recread_close(&l.in);
    l.run.bytes_out = l.copyin.sent;
    copyin_free(&l.copyin);
    PQfinish(l.merge.conn);
    report(&l);
    run_end(&l.run);
    marks_free(&l.marks);
    counts_free(&l.counts);
}
