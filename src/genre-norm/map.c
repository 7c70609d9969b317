/* map: reads --map files: labels of other languages and houses, and what they mean.
 */
#include "diag.h"
#include "escape.h"
#include "label.h"
#include "recread.h"
#include "value.h"

/* The two kinds of segments, and where their columns are. */
struct columns {
    bool by_id; /* `id` and `name`, else `genre` and `label` */
    size_t label;
    size_t meaning;
};

static struct columns find_columns(const struct recread *in)
{
    const struct header *header = &in->header;
    bool by_id =
        header_find(header, "id") != COLUMN_NONE && header_find(header, "name") != COLUMN_NONE;
    if (!by_id && (header_find(header, "label") == COLUMN_NONE ||
                   header_find(header, "genre") == COLUMN_NONE))
        recread_die(in, "a map needs the columns label and genre, or id and name");
    return (struct columns){by_id, recread_need(in, by_id ? "name" : "label"),
                            recread_need(in, by_id ? "id" : "genre")};
}

static genres meaning_of(const struct labels *labels, const struct recread *in, bool by_id,
                         struct slice field)
{
    genres meaning = 0;
    int64_t id;
    if (by_id) {
        if (!value_int(field, &id) || !intmap_has(&labels->ids, id))
            recread_die(in, "id: not the number of a TMDB genre: %s", diag_quote(field));
        return *intmap_find(&labels->ids, id);
    }
    if (!slice_is_null(field) && (field.len == 0 || !genres_parse(field, &meaning)))
        recread_die(in, "genre: not TMDB's movie genres: %s", diag_quote(field));
    return meaning;
}

void labels_read(struct labels *labels, char *path, unsigned flags)
{
    struct recread in;
    struct columns columns = {0};
    char text[LABEL_MAX], key[2 * LABEL_MAX];
    recread_open(&in, &path, 1, flags);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event == REC_SEGMENT)
            columns = find_columns(&in);
        if (event != REC_DATA)
            continue;
        struct slice field = in.field[columns.label];
        if (slice_is_null(field) || field.len > LABEL_MAX)
            recread_die(&in, "not a label: %s", diag_quote(field));
        struct slice label = {text, unescape(field, text)};
        if (label_key(label, key) == 0)
            recread_die(&in, "not a label: %s", diag_quote(field));
        labels_add(labels, label,
                   meaning_of(labels, &in, columns.by_id, in.field[columns.meaning]));
    }
    recread_close(&in);
}
