/* bookmarks: tables by source, by content, and by the beginning of the content, so that a file is
 * compared with the few contents that can be its own, however many there are. */
#include "bookmarks.h"

#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "recread.h"

/* A content's key. */
struct content_key {
    uint64_t offset;
    struct digest digest;
};

static struct slice key_slice(const struct content_key *key)
{
    return (struct slice){(const char *)key, sizeof *key};
}

static size_t put_content(struct bookmarks *b, const struct state *state)
{
    struct content_key key = {state->offset, state->digest};
    struct slice head = {(const char *)&state->head, sizeof state->head};
    uint64_t *number = textmap_put(&b->by_content, key_slice(&key), NULL);
    if (*number)
        return (size_t)*number - 1;
    b->content = mem_grow(b->content, &b->contents_size, b->ncontents + 1, sizeof *b->content);
    struct content *content = &b->content[b->ncontents];
    *content = (struct content){.state = *state};
    *number = ++b->ncontents;
    if (state->offset < TRAIL_HEAD) {
        b->small[state->offset] = true;
    } else {
        uint64_t *chain = textmap_put(&b->by_head, head, NULL);
        content->next = (size_t)*chain;
        *chain = b->ncontents;
    }
    return b->ncontents - 1;
}

struct bookmark *bookmarks_of(const struct bookmarks *b, struct slice source)
{
    const uint64_t *number = textmap_find(&b->by_source, source);
    return number ? &b->list[*number - 1] : NULL;
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->size == b->size && a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

bool bookmarks_set(struct bookmarks *b, struct slice source, const struct state *state)
{
    struct bookmark new = {put_content(b, state), state->stamped, state->stamp};
    uint64_t *number = textmap_put(&b->by_source, source, NULL);
    if (*number) {
        struct bookmark *old = &b->list[*number - 1];
        if (old->content == new.content &&
            (!new.stamped || (old->stamped && same_stamp(&old->stamp, &new.stamp))))
            return false;
        *old = new;
        return true;
    }
    b->list = mem_grow(b->list, &b->size, b->n + 1, sizeof *b->list);
    b->list[b->n] = new;
    *number = ++b->n;
    return true;
}

struct content *bookmarks_find(const struct bookmarks *b, const struct trail *t)
{
    struct content_key key = {t->offset, trail_digest(t)};
    const uint64_t *number = textmap_find(&b->by_content, key_slice(&key));
    return number ? &b->content[*number - 1] : NULL;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t *bookmarks_offsets(const struct bookmarks *b, uint32_t head, uint64_t limit, size_t *n)
{
    const struct slice key = {(const char *)&head, sizeof head};
    const uint64_t *chain = textmap_find(&b->by_head, key);
    uint64_t *offsets = NULL;
    size_t size = 0, count = 0;
    for (size_t i = chain ? (size_t)*chain : 0; i; i = b->content[i - 1].next)
        if (b->content[i - 1].state.offset <= limit) {
            offsets = mem_grow(offsets, &size, count + 1, sizeof *offsets);
            offsets[count++] = b->content[i - 1].state.offset;
        }
    if (count)
        qsort(offsets, count, sizeof *offsets, compare);
    *n = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || offsets[i] != offsets[i - 1])
            offsets[(*n)++] = offsets[i];
    return offsets;
}

static bool starts_with(struct slice text, const char *start)
{
    size_t len = strlen(start);
    return text.len >= len && memcmp(text.ptr, start, len) == 0;
}

/* Two pipelines that read the same logs have each their own bookmarks, and neither knows what the
 * other has loaded. */
static void check_pipeline(const struct recread *in, int column, char **pipeline)
{
    if (column == COLUMN_NONE)
        return;
    struct slice name = in->field[column];
    if (!*pipeline)
        *pipeline = mem_text(name.ptr, name.len);
    else if (!slice_is(name, *pipeline))
        recread_die(in, "bookmarks of several pipelines, %s and %s: take those of one",
                    diag_quote(slice_of(*pipeline)), diag_quote(name));
}

static void read_bookmark(struct bookmarks *b, const struct recread *in, struct slice source,
                          struct slice field)
{
    struct state state;
    if (!state_parse(field, &state))
        recread_die(in, "state: not one that this csv-read has written: %s", diag_quote(field));
    char *name = mem_resize(NULL, source.len, 1);
    bookmarks_set(b, (struct slice){name, unescape(source, name)}, &state);
    free(name);
}

void bookmarks_read(struct bookmarks *b, const char *path)
{
    struct recread in;
    size_t source = 0, state = 0;
    int pipeline = COLUMN_NONE;
    char *first = NULL;
    recread_open(&in, (char *const[]){(char *)path}, 1, 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event == REC_SEGMENT) {
            if (!slice_is(in.header.type, "bookmark"))
                recread_die(&in, "bookmarks are wanted, not records of type %s",
                            diag_quote(in.header.type));
            source = recread_need(&in, "source");
            state = recread_need(&in, "state");
            pipeline = header_find(&in.header, "pipeline");
        } else if (event == REC_DATA && (starts_with(in.field[source], "file:") ||
                                         starts_with(in.field[source], "past:"))) {
            check_pipeline(&in, pipeline, &first);
            read_bookmark(b, &in, in.field[source], in.field[state]);
        }
    }
    recread_close(&in);
    free(first);
}

void bookmarks_free(struct bookmarks *b)
{
    free(b->content);
    free(b->list);
    textmap_free(&b->by_source);
    textmap_free(&b->by_content);
    textmap_free(&b->by_head);
}
