#include "held.h"

#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "refs.h"

/* OTHER in a frame: 40 bits as seven printable bytes, so that a frame stays a line of text. */
enum { OTHER_LEN = 7 };

static void other_write(char *to, uint64_t other)
{
    for (unsigned i = 0; i < OTHER_LEN; i++)
        to[i] = (char)(0x40 | (other >> 6 * i & 0x3f));
}

static bool has_other(char frame)
{
    return frame >= 'A' && frame <= 'Z';
}

void held_open(struct held *h, const struct rule *rule, size_t memory)
{
    *h = (struct held){.rule = rule};
    spool_open(&h->spool, memory);
}

void held_close(struct held *h)
{
    spool_close(&h->spool);
    for (size_t i = 0; i < h->nlayouts; i++)
        layout_free(h->layouts[i]);
    free(h->layouts);
    free(h->spans);
    free(h->field);
    free(h->files);
    *h = (struct held){0};
}

static const struct layout *keep_layout(struct held *h, struct layout *layout)
{
    /* Segments mostly look alike: then one layout serves them all. */
    for (size_t i = h->nlayouts; i-- > 0;)
        if (header_equal(&h->layouts[i]->header, &layout->header)) {
            layout_free(layout);
            return h->layouts[i];
        }
    h->layouts = mem_grow(h->layouts, &h->layouts_size, h->nlayouts + 1, sizeof *h->layouts);
    h->layouts[h->nlayouts++] = layout;
    if (layout->width > h->field_size) {
        h->field_size = layout->width;
        h->field = mem_resize(h->field, h->field_size, sizeof *h->field);
    }
    return layout;
}

const struct layout *held_layout(struct held *h, const struct header *header)
{
    return keep_layout(h, layout_make(h->rule, header));
}

const struct layout *held_key_layout(struct held *h, const struct layout *whole)
{
    return keep_layout(h, layout_of_keys(h->rule, whole));
}

void held_use(struct held *h, const struct layout *layout)
{
    if (h->nspans && h->spans[h->nspans - 1].layout == layout)
        return;
    h->spans = mem_grow(h->spans, &h->spans_size, h->nspans + 1, sizeof *h->spans);
    h->spans[h->nspans++] = (struct held_span){spool_end(&h->spool), layout};
}

const struct layout *held_layout_at(const struct held *h, uint64_t offset)
{
    size_t low = 0, high = h->nspans;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (h->spans[middle].from <= offset)
            low = middle;
        else
            high = middle;
    }
    return h->spans[low].layout;
}

static uint64_t add(struct held *h, enum frame frame, uint64_t other, struct slice text)
{
    uint64_t offset = spool_end(&h->spool);
    bool with_other = has_other((char)frame);
    size_t head = with_other ? 1 + OTHER_LEN : 1;
    if (offset > REFS_OFFSET_MAX)
        diag_die(STATUS_FAILED, "more than 1 TiB would have to be held back");
    char *to = spool_room(&h->spool, head + text.len + 1);
    to[0] = (char)frame;
    if (with_other)
        other_write(to + 1, other);
    if (text.len)
        memcpy(to + head, text.ptr, text.len);
    to[head + text.len] = '\n';
    return offset;
}

static void add_place(struct held *h, const char *file, uint64_t line_number)
{
    bool same_file = h->nfiles && h->files[h->nfiles - 1] == file;
    if (!same_file) {
        h->files = mem_grow(h->files, &h->files_size, h->nfiles + 1, sizeof *h->files);
        h->files[h->nfiles++] = file;
    }
    if (!same_file || line_number != h->next_line) {
        char text[64];
        int n =
            snprintf(text, sizeof text, "%zu %llu", h->nfiles - 1, (unsigned long long)line_number);
        add(h, FRAME_PLACE, 0, (struct slice){text, (size_t)n});
    }
    h->next_line = line_number + 1;
}

uint64_t held_add(struct held *h, enum frame frame, uint64_t other, struct slice text,
                  const char *file, uint64_t line_number)
{
    if (h->places && line_number)
        add_place(h, file, line_number);
    return add(h, frame, other, text);
}

uint64_t held_add_key(struct held *h, const struct row *row)
{
    const struct layout *layout = row->layout;
    uint64_t offset = spool_end(&h->spool);
    size_t len = 1;
    if (offset > REFS_OFFSET_MAX)
        diag_die(STATUS_FAILED, "more than 1 TiB of keys");
    for (size_t i = 0; i < layout->nkept; i++)
        len += row->field[layout->kept[i]].len + 1;
    char *to = spool_room(&h->spool, len);
    *to++ = FRAME_KEY;
    for (size_t i = 0; i < layout->nkept; i++) {
        struct slice field = row->field[layout->kept[i]];
        if (field.len)
            memcpy(to, field.ptr, field.len);
        to += field.len;
        *to++ = i + 1 < layout->nkept ? '\t' : '\n';
    }
    return offset;
}

struct slice held_text(struct slice line)
{
    size_t head = has_other(line.ptr[0]) ? 1 + OTHER_LEN : 1;
    return (struct slice){line.ptr + head, line.len - head};
}

uint64_t held_other(struct slice line)
{
    uint64_t other = 0;
    for (unsigned i = 0; i < OTHER_LEN; i++)
        other |= (uint64_t)(line.ptr[1 + i] & 0x3f) << 6 * i;
    return other;
}

struct row held_row(struct held *h, uint64_t offset)
{
    const struct layout *layout = held_layout_at(h, offset);
    row_split(layout, held_text(spool_line(&h->spool, offset)), h->field);
    return (struct row){layout, h->field};
}

void held_drop(struct held *h, uint64_t offset)
{
    char frame =
        has_other(spool_line(&h->spool, offset).ptr[0]) ? FRAME_LATE_DROPPED : FRAME_DROPPED;
    spool_change(&h->spool, offset, &frame, 1);
}

void held_decide(struct held *h, uint64_t offset, enum frame frame, uint64_t other)
{
    char head[1 + OTHER_LEN] = {(char)frame};
    other_write(head + 1, other);
    spool_change(&h->spool, offset, head, sizeof head);
}

const char *held_place(const struct held *h, struct slice text, uint64_t *line)
{
    char *rest;
    size_t file = strtoul(text.ptr, &rest, 10);
    *line = strtoull(rest, NULL, 10);
    return h->files[file];
}
