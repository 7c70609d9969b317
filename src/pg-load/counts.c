#include "counts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"

struct type_counts *counts_of(struct counts *c, const struct schema_type *type)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].type == type)
            return &c->list[i];
    c->list = mem_grow(c->list, &c->capacity, c->count + 1, sizeof *c->list);
    c->list[c->count] = (struct type_counts){.type = type};
    return &c->list[c->count++];
}

void counts_add_up(const struct counts *c, struct run *run)
{
    run->inserted = run->updated = run->unchanged = 0;
    run->dropped = 0;
    for (size_t i = 0; i < c->count; i++) {
        run->inserted += c->list[i].counts.inserted;
        run->updated += c->list[i].counts.updated;
        run->unchanged += c->list[i].counts.unchanged;
        run->dropped += (uint64_t)c->list[i].counts.dropped;
    }
    run->written = (uint64_t)(run->inserted + run->updated + run->unchanged);
}

void counts_report(const struct counts *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct merge_counts *n = &c->list[i].counts;
        diag_note("%s: %" PRId64 " inserted, %" PRId64 " updated, %" PRId64 " unchanged, %" PRId64
                  " dropped, %" PRId64 " rejected (%" PRId64 " conflicting), %s",
                  c->list[i].type->name, n->inserted, n->updated, n->unchanged, n->dropped,
                  n->rejected, n->conflicting, c->list[i].bulk ? "bulk" : "staged");
    }
}

void counts_free(struct counts *c)
{
    free(c->list);
    *c = (struct counts){0};
}
