#include "expect.h"

#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "options.h"
#include "schema.h"

void expect_parse(struct expect *e, const char *text)
{
    expect_free(e);
    e->names = option_list("expect", text, &e->count);
    e->list = mem_zeroed(e->count * sizeof *e->list);
    for (size_t i = 0; i < e->count; i++) {
        char *name = e->names[i];
        size_t len = strlen(name);
        if (name[len - 1] == '+') {
            e->list[i].several = true;
            name[len - 1] = '\0';
        }
        if (!schema_find(slice_of(name)))
            diag_usage("--expect: no such type: %s", diag_quote(slice_of(name)));
        e->list[i].type = name;
    }
}

const char *expect_take(struct expect *e, struct slice type)
{
    if (!e->list)
        return NULL;
    if (e->next < e->count && slice_is(type, e->list[e->next].type)) {
        e->next++;
        return NULL;
    }
    const struct expected *last = e->next ? &e->list[e->next - 1] : NULL;
    if (last && last->several && slice_is(type, last->type))
        return NULL;
    return e->next < e->count ? e->list[e->next].type : "the end";
}

const char *expect_missing(const struct expect *e)
{
    return e->next < e->count ? e->list[e->next].type : NULL;
}

void expect_free(struct expect *e)
{
    free(e->list);
    option_list_free(e->names);
    *e = (struct expect){0};
}
