/* Decides between records of one key. */
#include "dedupe.h"
#include "diag.h"
#include "personal.h"

/* A value that has no order makes the stream malformed. */
_Noreturn static void die_unsound(const struct arrival *a, const struct row *there, size_t turn,
                                  const struct turn *rule, bool of_new)
{
    const struct row *bad = of_new ? &a->row : there;
    size_t at = (size_t)bad->layout->best[turn];
    diag_die(STATUS_FAILED, "%s:%llu: %s%s: not a canonical %s: %s", a->file,
             (unsigned long long)a->line_number, rule->column->name,
             of_new ? "" : " of the record before with this key",
             value_kind_name(rule->column->kind),
             quote_field(&bad->layout->header, at, bad->field[at]));
}

/* A's fields have been split; THERE has the same key. */
static enum verdict compare(const struct dedupe *d, const struct arrival *a,
                            const struct row *there)
{
    size_t turn;
    bool of_new;
    if (row_conflict(&d->rule, there, &a->row) >= 0)
        return CONFLICT;
    if (d->rule.keep != KEEP_BEST)
        return d->rule.keep == KEEP_FIRST ? LOSES : WINS;
    enum row_order order = row_compare(&d->rule, there, &a->row, &turn, &of_new);
    if (order == ROW_UNSOUND)
        die_unsound(a, there, turn, &d->rule.best[turn], of_new);
    return order == ROW_STAYS ? LOSES : WINS;
}

enum verdict dedupe_compare(struct dedupe *d, const struct arrival *a, uint64_t old)
{
    row_split(a->row.layout, a->line, d->field);
    struct row there = held_row(&d->held, old);
    return compare(d, a, &there);
}

enum verdict dedupe_judge(struct dedupe *d, const struct arrival *a, uint64_t hash,
                          struct refs_probe *at, uint64_t *old)
{
    bool split = false;
    *at = refs_start(&d->refs, hash);
    for (; (*old = refs_find(&d->refs, at)) != 0; refs_step(at)) {
        if (!split)
            row_split(a->row.layout, a->line, d->field);
        split = true;
        struct row there = held_row(&d->held, *old);
        if (row_same_key(&d->rule, &there, &a->row))
            return compare(d, a, &there);
    }
    return IS_NEW;
}
