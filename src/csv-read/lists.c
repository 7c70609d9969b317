/* lists: elements are trimmed, empty ones left out; a `|` inside one becomes `/`. */
#include "lists.h"

#include <cjson/cJSON.h>
#include <stdio.h>

#include "mem.h"

struct builder {
    struct convert *c;
    size_t len;
};

static void add(struct builder *b, struct slice text)
{
    while (text.len && (*text.ptr == ' ' || *text.ptr == '\t'))
        text.ptr++, text.len--;
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    if (text.len == 0)
        return;
    struct convert *c = b->c;
    c->list = mem_grow(c->list, &c->list_capacity, b->len + text.len + 1 + VALUE_SLACK, 1);
    if (b->len)
        c->list[b->len++] = '|';
    for (size_t i = 0; i < text.len; i++)
        c->list[b->len++] = text.ptr[i] == '|' ? '/' : text.ptr[i];
}

static void split_at(struct builder *b, struct slice text, char separator)
{
    const char *p = text.ptr, *end = p + text.len;
    for (;;) {
        const char *stop = memchr(p, separator, (size_t)(end - p));
        add(b, (struct slice){p, (size_t)((stop ? stop : end) - p)});
        if (!stop)
            return;
        p = stop + 1;
    }
}

/* A text, a number (TMDB's genre_ids), or an object's name, or its id when it has no name. */
static bool add_json(struct builder *b, const cJSON *item)
{
    if (cJSON_IsObject(item)) {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "name");
        item = cJSON_IsString(name) ? name : cJSON_GetObjectItemCaseSensitive(item, "id");
    }
    if (cJSON_IsString(item)) {
        add(b, slice_of(item->valuestring));
        return true;
    }
    if (cJSON_IsNumber(item) && item->valuedouble == (double)item->valueint) {
        char number[VALUE_MAX];
        add(b, (struct slice){number, value_write_int(number, item->valueint)});
        return true;
    }
    return false;
}

static bool parse_json(struct builder *b, struct slice text)
{
    const char *end;
    /* A NUL would end the element's text early. */
    if (memmem(text.ptr, text.len, "\\u0000", 6))
        return false;
    cJSON *root = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, false);
    bool good = cJSON_IsArray(root) && end == text.ptr + text.len;
    const cJSON *item;
    if (good)
        cJSON_ArrayForEach(item, root)
        {
            good = good && add_json(b, item);
        }
    cJSON_Delete(root);
    return good;
}

bool convert_list(struct convert *c, struct slice text, struct value *value, struct fault *fault)
{
    struct builder b = {c, 0};
    if (*text.ptr == '[') {
        if (!parse_json(&b, text)) {
            *fault = (struct fault){"bad-list", "not a JSON array of {id,name} or of texts"};
            return false;
        }
    } else {
        split_at(&b, text, memchr(text.ptr, '|', text.len) ? '|' : ',');
    }
    *value = b.len ? (struct value){{c->list, b.len}, false} : convert_null();
    return true;
}
