#include "marks.h"

#include <stdlib.h>

#include "mem.h"

void marks_take(struct marks *m, const struct recread *in)
{
    struct slice source = {0};
    uint64_t *number = textmap_put(&m->index, in->mark_source, &source);
    if (!*number) {
        m->mark = mem_grow(m->mark, &m->size, m->n + 1, sizeof *m->mark);
        m->mark[m->n] = (struct mark){source, NULL};
        *number = ++m->n;
    }
    struct mark *mark = &m->mark[*number - 1];
    free(mark->state);
    mark->state = mem_text(in->mark_state.ptr, in->mark_state.len);
}

void marks_write(struct marks *m, struct run *run, struct recwrite *out)
{
    if (m->n)
        run_flush_rejects(run);
    for (size_t i = 0; i < m->n; i++) {
        recwrite_mark(out, m->mark[i].source, slice_of(m->mark[i].state));
        free(m->mark[i].state);
    }
    free(m->mark);
    textmap_free(&m->index);
}
