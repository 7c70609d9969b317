#include "rule.h"

#define XXH_INLINE_ALL
#include <stdlib.h>
#include <xxhash.h>

#include "diag.h"
#include "mem.h"

/* Files a turn in order. */
static void take_turn(struct rule *rule, struct turn turn)
{
    if (!turn.turn || rule->nbest == BEST_MAX)
        return;
    size_t at = rule->nbest++;
    for (; at > 0 && rule->best[at - 1].turn > turn.turn; at--)
        rule->best[at] = rule->best[at - 1];
    rule->best[at] = turn;
}

static void take_schema_columns(struct rule *rule)
{
    for (size_t i = 0; i < rule->type->ncolumns; i++) {
        const struct schema_column *column = &rule->type->columns[i];
        if (column->identity && rule->nidentity < IDENTITY_MAX)
            rule->identity[rule->nidentity++] = column;
        take_turn(rule, (struct turn){column, column->present, true});
        take_turn(rule, (struct turn){column, column->best, false});
    }
}

static bool has_key(const struct schema_type *type)
{
    for (size_t i = 0; i < type->ncolumns; i++)
        if (type->columns[i].key)
            return true;
    return false;
}

struct rule rule_make(struct slice type, const struct choice *choice)
{
    struct rule rule = {.type = schema_find(type), .choice = choice, .keep = KEEP_FIRST};
    if (rule.type)
        take_schema_columns(&rule);
    if (choice->keys) {
        rule.nidentity =
            0; /* other columns than the type's make the key: it says nothing of them */
    } else if (rule.type && has_key(rule.type)) {
        rule.keep = rule.type->keep;
        rule.key_required = true;
    } else {
        rule.whole_row = true;
    }
    if (choice->keep != KEEP_BY_TYPE)
        rule.keep = (enum keep)choice->keep;
    if (rule.keep == KEEP_BEST && rule.nbest == 0)
        diag_die(STATUS_USAGE, "--keep best: the type %s doesn't say which record is the best",
                 diag_quote(type));
    return rule;
}

const char *rule_lacks(const struct rule *rule, const struct header *header)
{
    for (size_t i = 0; rule->choice->keys && i < rule->choice->nkeys; i++)
        if (header_find(header, rule->choice->keys[i]) == COLUMN_NONE)
            return rule->choice->keys[i];
    for (size_t i = 0; rule->key_required && i < rule->type->ncolumns; i++)
        if (rule->type->columns[i].key &&
            header_find(header, rule->type->columns[i].name) == COLUMN_NONE)
            return rule->type->columns[i].name;
    return NULL;
}

static void need(struct layout *layout, int column)
{
    if (column != COLUMN_NONE && (size_t)column >= layout->width)
        layout->width = (size_t)column + 1;
}

static int compare_text(struct slice a, struct slice b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_name(const void *a, const void *b, void *columns)
{
    const struct slice *names = columns;
    return compare_text(names[*(const size_t *)a], names[*(const size_t *)b]);
}

static void find_keys(struct layout *layout, const struct rule *rule)
{
    const struct header *header = &layout->header;
    size_t most = header->ncolumns + rule->choice->nkeys, n = 0;
    layout->key = mem_resize(NULL, most, sizeof *layout->key);
    layout->key_is_int = mem_zeroed(most);
    if (rule->choice->keys) {
        for (; n < rule->choice->nkeys; n++)
            layout->key[n] = (size_t)header_find(header, rule->choice->keys[n]);
    } else if (rule->key_required) {
        for (size_t i = 0; i < rule->type->ncolumns; i++)
            if (rule->type->columns[i].key)
                layout->key[n++] = (size_t)header_find(header, rule->type->columns[i].name);
    } else {
        /* Ordered by name, so that rows are the same whatever the order of their columns. */
        for (size_t i = 0; i < header->ncolumns; i++)
            if (header->columns[i].ptr[0] != '_')
                layout->key[n++] = i;
        for (size_t i = 0; n == 0 && i < header->ncolumns; i++)
            layout->key[i] = i;
        if (n == 0)
            n = header->ncolumns; /* nothing but _ columns: then they are what there is */
        qsort_r(layout->key, n, sizeof *layout->key, by_name, header->columns);
    }
    layout->nkeys = n;
    for (size_t i = 0; i < n; i++) {
        const struct schema_column *column =
            rule->type ? schema_column(rule->type, header->columns[layout->key[i]]) : NULL;
        layout->key_is_int[i] = column && column->kind == VALUE_INT;
    }
}

static void keep(struct layout *layout, int column)
{
    need(layout, column);
    for (size_t i = 0; i < layout->nkept; i++)
        if (layout->kept[i] == (size_t)column)
            return;
    if (column != COLUMN_NONE)
        layout->kept[layout->nkept++] = (size_t)column;
}

struct layout *layout_make(const struct rule *rule, const struct header *header)
{
    struct layout *layout = mem_zeroed(sizeof *layout);
    header_copy(&layout->header, header);
    find_keys(layout, rule);
    layout->kept = mem_resize(NULL, header->ncolumns, sizeof *layout->kept);
    for (size_t i = 0; i < layout->nkeys; i++)
        keep(layout, (int)layout->key[i]);
    for (size_t i = 0; i < rule->nidentity; i++)
        keep(layout, layout->identity[i] = header_find(header, rule->identity[i]->name));
    for (size_t i = 0; i < rule->nbest; i++)
        need(layout, layout->best[i] = header_find(header, rule->best[i].column->name));
    keep(layout, layout->origin = header_find(header, "_origin"));
    return layout;
}

void layout_free(struct layout *layout)
{
    header_free(&layout->header);
    free(layout->key);
    free(layout->key_is_int);
    free(layout->kept);
    free(layout);
}

struct layout *layout_of_keys(const struct rule *rule, const struct layout *whole)
{
    const struct header *from = &whole->header;
    char *line = mem_resize(NULL, from->len + 1, 1);
    size_t len = (size_t)(from->columns[0].ptr - from->text) - 1; /* #TYPE */
    memcpy(line, from->text, len);
    for (size_t i = 0; i < whole->nkept; i++) {
        const struct slice name = from->columns[whole->kept[i]];
        line[len++] = '\t';
        memcpy(line + len, name.ptr, name.len);
        len += name.len;
    }
    struct header header;
    const char *wrong = header_parse(&header, (struct slice){line, len});
    if (wrong)
        diag_die(STATUS_FAILED, "%s: this is a bug, please report it", wrong);
    struct layout *layout = layout_make(rule, &header);
    header_free(&header);
    free(line);
    return layout;
}

void row_split(const struct layout *layout, struct slice line, struct slice *field)
{
    const char *start = line.ptr, *end = line.ptr + line.len;
    for (size_t i = 0; i < layout->width; i++) {
        const char *tab = memchr(start, '\t', (size_t)(end - start));
        const char *stop = tab ? tab : end;
        field[i] = (struct slice){start, (size_t)(stop - start)};
        start = tab ? tab + 1 : end;
    }
}

uint64_t row_hash(const struct row *row)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < row->layout->nkeys; i++) {
        struct slice field = row_plain(row->field[row->layout->key[i]]);
        hash = XXH3_64bits_withSeed(field.ptr, field.len, hash);
    }
    return hash;
}

uint64_t row_hash_of_int(int64_t key)
{
    char text[VALUE_MAX];
    return XXH3_64bits_withSeed(text, value_write_int(text, key), 0);
}

/* Whole rows are only the same when they have the same columns. */
static bool same_columns(const struct layout *a, const struct layout *b)
{
    if (a->nkeys != b->nkeys)
        return false;
    for (size_t i = 0; i < a->nkeys; i++)
        if (!slice_equal(a->header.columns[a->key[i]], b->header.columns[b->key[i]]))
            return false;
    return true;
}

bool row_same_key(const struct rule *rule, const struct row *a, const struct row *b)
{
    if (rule->whole_row && a->layout != b->layout && !same_columns(a->layout, b->layout))
        return false;
    for (size_t i = 0; i < a->layout->nkeys; i++)
        if (!slice_equal(row_plain(a->field[a->layout->key[i]]),
                         row_plain(b->field[b->layout->key[i]])))
            return false;
    return true;
}

int row_conflict(const struct rule *rule, const struct row *a, const struct row *b)
{
    for (size_t i = 0; i < rule->nidentity; i++) {
        int x = a->layout->identity[i], y = b->layout->identity[i];
        if (x != COLUMN_NONE && y != COLUMN_NONE && !slice_equal(a->field[x], b->field[y]))
            return (int)i;
    }
    return -1;
}

static struct slice best_field(const struct row *row, size_t i)
{
    int at = row->layout->best[i];
    return at == COLUMN_NONE ? SLICE_NULL : row->field[at];
}

/* A number that orders values of KIND; false when the field isn't canonical. */
static bool ordinal(enum value_kind kind, struct slice field, int64_t *value)
{
    int32_t narrow = 0;
    bool sound;
    switch (kind) {
    case VALUE_INT:
        return value_int(field, value);
    case VALUE_DECIMAL:
        return value_decimal(field, value);
    case VALUE_TIME:
        return value_time(field, value);
    case VALUE_RATING:
        sound = value_rating(field, &narrow);
        break;
    default:
        sound = value_date(field, &narrow);
    }
    *value = narrow;
    return sound;
}

enum row_order row_compare(const struct rule *rule, const struct row *old, const struct row *new,
                           size_t *turn, bool *of_new)
{
    for (*turn = 0; *turn < rule->nbest; ++*turn) {
        struct slice a = best_field(old, *turn), b = best_field(new, *turn);
        bool no_a = slice_is_null(a), no_b = slice_is_null(b);
        enum value_kind kind = rule->best[*turn].column->kind;
        int64_t x, y;
        if (no_a != no_b)
            return no_a ? ROW_BEATEN : ROW_STAYS;
        if (no_a || rule->best[*turn].presence || slice_equal(a, b))
            continue;
        if (kind == VALUE_TEXT || kind == VALUE_LIST || kind == VALUE_BOOL)
            return compare_text(b, a) > 0 ? ROW_BEATEN : ROW_STAYS;
        *of_new = !ordinal(kind, b, &y);
        if (*of_new || !ordinal(kind, a, &x))
            return ROW_UNSOUND;
        return y > x ? ROW_BEATEN : ROW_STAYS; /* canonical: other bytes, another value */
    }
    return ROW_STAYS;
}
