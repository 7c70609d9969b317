/* Finds what a record has for a key, and where to look for it. */
#include "dedupe.h"
#include "personal.h"

void dedupe_wait(struct dedupe *d, const struct recread *in)
{
    const struct layout *layout = d->layout;
    struct waiting *w = &d->waiting[d->nwaiting++];
    struct row row = {layout, in->field};
    *w = (struct waiting){.line = in->line, .line_number = in->line_number, .what = BY_HASH};
    d->file = in->file;
    for (size_t i = 0; i < layout->nkeys; i++) {
        struct slice field = in->field[layout->key[i]];
        w->is_int = value_int(field, &w->number);
        if (w->is_int)
            continue;
        if (slice_is_null(field) && d->rule.key_required)
            w->what = NO_KEY;
        else if (layout->key_is_int[i] && !slice_is_null(field))
            recread_die(in, "%.*s: not an integer: %s",
                        (int)layout->header.columns[layout->key[i]].len,
                        layout->header.columns[layout->key[i]].ptr,
                        quote_field(&layout->header, layout->key[i], field));
    }
    if (w->what == NO_KEY)
        return;
    w->is_int = w->is_int && layout->nkeys == 1 && !d->rule.whole_row;
    if (w->is_int && d->first && d->rule.nidentity == 0) {
        w->what = BY_INT;
        intset_prefetch(&d->ints, (uint64_t)w->number);
    } else if (w->is_int && d->rises && w->number > d->greatest) {
        w->what = BY_RISE;
        d->greatest = w->number;
    } else {
        w->hash = row_hash(&row);
        refs_prefetch(&d->refs, w->hash);
    }
}
