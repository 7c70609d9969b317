#include "merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "owner.h"
#include "rejects.h"

/* Below this many records the staged way is as fast, and keeps nobody from the table. */
enum { BULK_RECORDS = 20000 };

uint64_t merge_bulk_from(enum merge_mode mode)
{
    switch (mode) {
    case MERGE_AUTO:
        return BULK_RECORDS;
    case MERGE_BULK:
        return 1;
    case MERGE_STAGED:
        break;
    }
    return UINT64_MAX;
}

static void tell_merge(const struct merge *m, const struct stage *stage)
{
    char records[24];
    snprintf(records, sizeof records, "%" PRIu64, stage->records);
    const char *values[] = {stage->columns, records, stage->order.ascending ? "t" : "f"};
    pg_run_params(m->conn, "preparing the merge",
                  "SELECT set_config('reelpipe.columns', $1, true), "
                  "set_config('reelpipe.records', $2, true), "
                  "set_config('reelpipe.distinct', $3, true)",
                  3, values);
}

/* Takes keys and indexes off, if the type has functions for that and the table is to be had. */
static bool bulk_begin(const struct merge *m, const char *type)
{
    if (!owner_offers(m->conn, "bulk_begin", type, "") ||
        !owner_offers(m->conn, "bulk_end", type, ""))
        return false;
    PGresult *result = owner_call(m->conn, "taking the indexes off", "bulk_begin", type, "");
    bool done = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    return done;
}

static int64_t count_of(const struct stage *stage, const PGresult *result, const char *name)
{
    int column = PQfnumber(result, name);
    int64_t count;
    if (column < 0 || !value_int(slice_of(PQgetvalue(result, 0, column)), &count))
        diag_die(STATUS_FAILED, "%s: the last statement returns no count %s",
                 stage->segment->merge_path, name);
    return count;
}

static struct merge_counts run_merge(const struct merge *m, const struct stage *stage)
{
    struct merge_counts n = {0};
    char what[64];
    snprintf(what, sizeof what, "merging %s records", stage->segment->type->name);
    PGresult *result = pg_query(m->conn, what, stage->segment->merge);
    if (PQtransactionStatus(m->conn) != PQTRANS_INTRANS)
        diag_die(STATUS_FAILED, "%s: a merge may not end the transaction",
                 stage->segment->merge_path);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        diag_die(STATUS_FAILED, "%s: the last statement doesn't return one row",
                 stage->segment->merge_path);
    n.inserted = count_of(stage, result, "inserted");
    n.updated = count_of(stage, result, "updated");
    n.unchanged = count_of(stage, result, "unchanged");
    n.dropped = count_of(stage, result, "dropped");
    n.rejected = count_of(stage, result, "rejected");
    PQclear(result);
    int64_t sum = n.inserted + n.updated + n.unchanged + n.dropped + n.rejected;
    if (sum != (int64_t)stage->records || n.unchanged < 0 || n.dropped < 0)
        diag_die(STATUS_FAILED, "%s: the counts don't add up to the %" PRIu64 " records",
                 stage->segment->merge_path, stage->records);
    return n;
}

bool merge_stage(const struct merge *m, enum merge_mode mode, struct stage *stage,
                 const struct header *header, const char *file, struct merge_counts *total)
{
    const char *type = stage->segment->type->name;
    tell_merge(m, stage);
    bool bulk = merge_bulk_from(mode) <= stage->records && bulk_begin(m, type);
    struct merge_counts n = run_merge(m, stage);
    if (bulk)
        PQclear(owner_call(m->conn, "putting the indexes back on", "bulk_end", type, ""));
    if (n.rejected > 0)
        n.conflicting = rejects_hand_over(stage, header, file, m->run, n.rejected);
    total->inserted += n.inserted;
    total->updated += n.updated;
    total->unchanged += n.unchanged;
    total->dropped += n.dropped;
    total->rejected += n.rejected;
    total->conflicting += n.conflicting;
    stage_merged(stage);
    return bulk;
}
