#include "rising.h"

#include <stdlib.h>

#include "mem.h"

/* A look-up far from the last one takes some forty steps, of which many wait for memory, one in a
 * hash table waits once: steps are to be few beside the keys that needed none. */
enum { FREE_STEPS = 64 * 1024, KEYS_PER_STEP = 2 };

void rising_add(struct rising *r, int64_t key, uint64_t offset)
{
    r->keys = mem_grow(r->keys, &r->capacity, r->n + 1, sizeof *r->keys);
    r->keys[r->n++] = (struct rising_key){key, offset};
}

/* The part [*FROM, *TO) that KEY belongs to, found from `last` on in steps that double. */
static void bracket(struct rising *r, int64_t key, size_t *from, size_t *to)
{
    const struct rising_key *keys = r->keys;
    size_t step = 1;
    *from = *to = r->last;
    if (keys[r->last].key <= key) {
        while (*to < r->n && keys[*to].key <= key) {
            *from = *to;
            *to = step < r->n - *to ? *to + step : r->n;
            step *= 2;
            r->steps++;
        }
    } else {
        while (*from > 0 && keys[*from].key > key) {
            *to = *from;
            *from = step < *from ? *from - step : 0;
            step *= 2;
            r->steps++;
        }
    }
}

struct rising_key *rising_find(struct rising *r, int64_t key)
{
    size_t from, to;
    if (r->n == 0)
        return NULL;
    bracket(r, key, &from, &to);
    /* keys[from] is not above KEY, unless it is the first; keys[to], if there, is. */
    for (; to - from > 1; r->steps++) {
        size_t middle = from + (to - from) / 2;
        if (r->keys[middle].key <= key)
            from = middle;
        else
            to = middle;
    }
    r->last = from;
    return r->keys[from].key == key ? &r->keys[from] : NULL;
}

bool rising_is_slow(const struct rising *r)
{
    return r->steps > FREE_STEPS + r->n / KEYS_PER_STEP;
}

void rising_free(struct rising *r)
{
    free(r->keys);
    *r = (struct rising){0};
}
