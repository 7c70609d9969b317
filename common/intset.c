#include "intset.h"

/* Slots between two times that memory is given back while the table moves; how much it grows. */
enum { STRETCH = 256 * 1024, GROWTH_PERCENT = 60 };

static void take_lines(struct intset *set, size_t lines)
{
    set->slots = pages_new(lines * PAGES_LINE);
    set->lines = lines;
    set->limit = lines * INTSET_LINE / 5 * 4;
}

void intset_open(struct intset *set, struct budget *budget)
{
    *set = (struct intset){.budget = budget};
    take_lines(set, pages_grow(budget, 0, GROWTH_PERCENT));
}

void intset_expect(struct intset *set, size_t keys)
{
    size_t lines = keys / 4 * 5 / INTSET_LINE + 1;
    if (set->budget->limit || lines <= set->lines)
        return;
    pages_free(set->slots, set->lines * PAGES_LINE);
    set->budget->used += (uint64_t)(lines - set->lines) * PAGES_LINE;
    take_lines(set, lines);
}

void intset_close(struct intset *set)
{
    pages_free(set->slots, set->lines * PAGES_LINE);
    pages_release(set->budget, set->lines);
    *set = (struct intset){0};
}

bool intset_grow(struct intset *set)
{
    size_t old_lines = set->lines, lines = pages_grow(set->budget, old_lines, GROWTH_PERCENT);
    if (!lines)
        return false;
    uint64_t *old = set->slots;
    take_lines(set, lines);
    for (size_t from = 0, end = old_lines * INTSET_LINE; from < end; from += STRETCH) {
        size_t to = from + STRETCH < end ? from + STRETCH : end;
        for (size_t i = from; i < to; i++)
            if (old[i])
                *intset_slot(set, old[i]) = old[i];
        pages_drop(old, from * sizeof *old, to * sizeof *old);
    }
    pages_free(old, old_lines * PAGES_LINE);
    return true;
}
