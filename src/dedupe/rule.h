/* rule: which records of a type are the same, which one stays, and where a segment has what decides
 * it.
 */
#ifndef DEDUPE_RULE_H
#define DEDUPE_RULE_H

#include "record.h"
#include "schema.h"

enum { KEEP_BY_TYPE = -1, BEST_MAX = 8, IDENTITY_MAX = 8 };

/* What the command line says. */
struct choice {
    char **keys; /* NULL: by the type */
    size_t nkeys;
    int keep; /* enum keep, or KEEP_BY_TYPE */
};

struct rule {
    const struct schema_type *type; /* NULL: not in the schema */
    const struct choice *choice;
    enum keep keep;
    bool whole_row;    /* all columns are the key, those with _ aside */
    bool key_required; /* a key of the schema: a record without it is a reject */
    size_t nidentity;
    const struct schema_column *identity[IDENTITY_MAX];
    size_t nbest;
    struct turn {
        const struct schema_column *column;
        int turn;
        bool presence; /* a value beats NULL; else the greater value beats the smaller */
    } best[BEST_MAX];  /* in order */
};

/* Where the columns of a segment are. Columns that a segment may lack can be COLUMN_NONE. */
struct layout {
    struct header header;
    size_t nkeys;
    size_t *key;
    bool *key_is_int; /* the schema says so */
    int identity[IDENTITY_MAX];
    int best[BEST_MAX];
    int origin;
    size_t nkept;
    size_t *kept; /* what must be remembered to know the key again and name its record: key,
                     identity, _origin, each column once */
    size_t width; /* fields to look at: the last that matters, and one */
};

struct row {
    const struct layout *layout;
    const struct slice *field; /* layout->width of them */
};

/* The rule for a type of records. `--keep best` for a type that has no best record ends the
 * program, status 2. */
struct rule rule_make(struct slice type, const struct choice *choice);

/* The name of a key column that the header lacks, or NULL. */
const char *rule_lacks(const struct rule *rule, const struct header *header);

/* The layout of a header that lacks nothing. */
struct layout *layout_make(const struct rule *rule, const struct header *header);
void layout_free(struct layout *layout);

/* The layout of the columns that WHOLE has in `kept`, in that order. */
struct layout *layout_of_keys(const struct rule *rule, const struct layout *whole);

/* Finds the first layout->width fields of a line. */
void row_split(const struct layout *layout, struct slice line, struct slice *field);

/* A field as it is compared: a `#` at its start may come with a backslash or, but for the first
 * column, without. */
static inline struct slice row_plain(struct slice field)
{
    if (field.len > 1 && field.ptr[0] == '\\' && field.ptr[1] == '#')
        return (struct slice){field.ptr + 1, field.len - 1};
    return field;
}

uint64_t row_hash(const struct row *row);

/* The hash of a row whose key is KEY and nothing else. */
uint64_t row_hash_of_int(int64_t key);
bool row_same_key(const struct rule *rule, const struct row *a, const struct row *b);

/* The number of the identity column in which two records of one key disagree, or -1. */
int row_conflict(const struct rule *rule, const struct row *a, const struct row *b);

enum row_order { ROW_STAYS, ROW_BEATEN, ROW_UNSOUND };

/* Whether NEW beats OLD by the best rule. ROW_UNSOUND when a value isn't canonical: then *TURN is
 * the turn at which it matters, and *OF_NEW tells whose it is. */
enum row_order row_compare(const struct rule *rule, const struct row *old, const struct row *new,
                           size_t *turn, bool *of_new);

#endif
