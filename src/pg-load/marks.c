#include "marks.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "mem.h"

static char *text_of(struct slice field)
{
    char *text = mem_resize(NULL, field.len + 1, 1);
    text[slice_is_null(field) ? 0 : unescape(field, text)] = '\0';
    return text;
}

void marks_add(struct marks *m, struct slice source, struct slice state)
{
    char *name = text_of(source);
    struct mark *at = m->list;
    /* A stream has few sources, and they come in turn: the last one is looked at first. */
    size_t i = m->count;
    while (i > 0 && strcmp(at[i - 1].source, name) != 0)
        i--;
    if (i > 0) {
        free(name);
        free(at[i - 1].state);
        at[i - 1].state = text_of(state);
        return;
    }
    m->list = mem_grow(m->list, &m->capacity, m->count + 1, sizeof *m->list);
    m->list[m->count++] = (struct mark){name, text_of(state)};
}

static void clear(struct marks *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->list[i].source);
        free(m->list[i].state);
    }
    m->count = 0;
}

void marks_store(struct marks *m, PGconn *conn, const char *pipeline)
{
    for (size_t i = 0; i < m->count; i++) {
        const char *values[] = {pipeline, m->list[i].source, m->list[i].state};
        pg_run_params(conn, "storing a bookmark",
                      "INSERT INTO etl_bookmark AS b (pipeline, source, state, load_id) "
                      "VALUES ($1, $2, $3, current_setting('reelpipe.load_id')::bigint) "
                      "ON CONFLICT (pipeline, source) DO UPDATE "
                      "SET state = EXCLUDED.state, load_id = EXCLUDED.load_id "
                      "WHERE b.state IS DISTINCT FROM EXCLUDED.state",
                      3, values);
    }
    clear(m);
}

void marks_forget(struct marks *m)
{
    m->unstored += m->count;
    clear(m);
}

void marks_free(struct marks *m)
{
    clear(m);
    free(m->list);
    *m = (struct marks){0};
}
