/* mask: takes out of a stream what is personal. Columns are removed, or get keyed pseudonyms: the
 * same value has the same one everywhere, and nobody without the key can tell whose it is. Records
 * of users who have been erased are dropped. */
#include <stdlib.h>
#include <unistd.h>

#include "columns.h"
#include "diag.h"
#include "erased.h"
#include "field.h"
#include "mem.h"
#include "options.h"
#include "run.h"

enum { OPT_KEY_FILE = 256, OPT_ADD_HASH };

static const struct option_spec specs[] = {
    {'r', "remove", "COLUMN,...", "write NULL in these columns"},
    {'e', "erased", "FILE", "drop the records of the users that FILE lists (pg-read erased-users)"},
    {OPT_ADD_HASH, "add-hash", NULL, "add the column hash, by which such a list knows user_id"},
    {OPT_KEY_FILE, "key-file", "FILE", "the key (default: REELPIPE_MASK_KEY_FILE)"},
};

struct settings {
    struct columns columns;
    char *erased; /* --erased, or NULL */
    bool add_hash;
    struct key key;
    const struct standard_options *std;
};

/* A segment of the stream; COLUMN_NONE where there is no such column, or nothing to do about it. */
struct segment {
    int user;
    int reject[2], reason; /* of rejects: what is removed, and what is blanked, if it names one */
    size_t width;          /* fields of a record that is written */
    struct slice *fields;
    char hash[ERASURE_TEXT];
    char *blanked;
    size_t blanked_size;
};

static void open_segment(struct segment *s, struct settings *settings, const struct erased *erased,
                         const struct recread *in, struct recwrite *out)
{
    static const char *const hash[] = {"hash"};
    struct header header;
    bool rejects = slice_is(in->header.type, "reject") && !erased_is_empty(erased);
    columns_find(&settings->columns, in);
    s->user = header_find(&in->header, "user_id");
    s->reject[0] = rejects ? header_find(&in->header, "raw_header") : COLUMN_NONE;
    s->reject[1] = rejects ? header_find(&in->header, "raw") : COLUMN_NONE;
    s->reason = rejects ? header_find(&in->header, "reason") : COLUMN_NONE;
    if (settings->add_hash) {
        recread_need(in, "user_id");
        if (header_find(&in->header, "hash") != COLUMN_NONE)
            recread_die(in, "the stream has a column \"hash\" already");
    }
    header_extend(&header, &in->header, hash, settings->add_hash);
    s->width = header.ncolumns;
    s->fields = mem_resize(s->fields, s->width, sizeof *s->fields);
    recwrite_header(out, &header);
    header_free(&header);
}

/* A rejected row may be any text, in which the user's id may stand anywhere: any number will do.
 * Returns whether something had to be done. */
static bool blank_reject(struct segment *s, struct erased *erased)
{
    bool changed = false;
    for (size_t i = 0; i < 2; i++) {
        if (s->reject[i] == COLUMN_NONE || !erased_is_named(erased, s->fields[s->reject[i]]))
            continue;
        s->fields[s->reject[i]] = SLICE_NULL;
        changed = true;
    }
    if (s->reason != COLUMN_NONE && erased_is_named(erased, s->fields[s->reason])) {
        struct slice *reason = &s->fields[s->reason];
        s->blanked = mem_grow(s->blanked, &s->blanked_size, ERASED_GROWTH * reason->len, 1);
        *reason = (struct slice){s->blanked, erased_blank(erased, *reason, s->blanked)};
        changed = true;
    }
    return changed;
}

static void add_hash(struct segment *s, struct settings *settings, const struct recread *in)
{
    int64_t user;
    struct slice *field = &s->fields[s->width - 1];
    *field = SLICE_NULL;
    if (!field_int(in, (size_t)s->user, &user))
        return;
    key_erasure(&settings->key, user, s->hash);
    *field = (struct slice){s->hash, sizeof s->hash};
}

static void mask_record(struct segment *s, struct settings *settings, struct erased *erased,
                        const struct recread *in, struct recwrite *out, uint64_t *blanked)
{
    bool rejects = s->reason != COLUMN_NONE || s->reject[0] >= 0 || s->reject[1] >= 0;
    if (!rejects && !settings->add_hash && settings->columns.n == 0) {
        recwrite_line(out, in->line);
        return;
    }
    memcpy(s->fields, in->field, in->header.ncolumns * sizeof *in->field);
    if (rejects)
        *blanked += blank_reject(s, erased);
    if (settings->add_hash)
        add_hash(s, settings, in);
    columns_mask(&settings->columns, in, s->fields);
    if (in->line.len + (settings->columns.n + 1) * ERASURE_TEXT >= RECORD_MAX)
        recread_die(in, "the record becomes longer than %d MiB", RECORD_MAX / 1024 / 1024);
    recwrite_fields(out, s->fields, s->width);
}

static bool is_dropped(const struct segment *s, struct erased *erased, const struct recread *in)
{
    int64_t user;
    return s->user != COLUMN_NONE && !erased_is_empty(erased) &&
           field_int(in, (size_t)s->user, &user) && erased_has(erased, user);
}

static void work(struct settings *settings)
{
    struct run run;
    struct recread in;
    struct recwrite out;
    struct erased erased = {0};
    struct segment segment = {0};
    uint64_t blanked = 0;
    run_begin(&run, settings->std);
    if (settings->erased)
        erased_read(&erased, settings->erased, &settings->key);
    recread_open(&in, NULL, 0, settings->std->partial ? RECREAD_PARTIAL : 0);
    recwrite_open(&out, STDOUT_FILENO, "stdout");
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
        switch (event) {
        case REC_SEGMENT:
            open_segment(&segment, settings, &erased, &in, &out);
            break;
        case REC_DATA:
            if (is_dropped(&segment, &erased, &in))
                run.dropped++;
            else
                mask_record(&segment, settings, &erased, &in, &out, &blanked);
            if (in.total % 4096 == 0) {
                run.read = in.total;
                run.bytes_in = in.bytes;
                run_progress(&run, 0);
            }
            break;
        case REC_MARK:
            run_pass_mark(&run, &in, &out);
            break;
        default:
            recwrite_end(&out);
        }
    recwrite_close(&out);
    run.read = in.total;
    run.written = out.total;
    run.bytes_in = in.bytes;
    run.bytes_out = out.out.bytes;
    recread_close(&in);
    if (blanked && !settings->std->quiet)
        diag_note("rejects with the number of an erased user, now without it and without the raw "
                  "row: %llu",
                  (unsigned long long)blanked);
    run_end(&run);
    erased_free(&erased);
    free(segment.fields);
    free(segment.blanked);
}

int main(int argc, char **argv)
{
    struct options o = {
        .usage = "mask [OPTION]... [COLUMN]...",
        .about = "Gives the COLUMNs of a record stream keyed pseudonyms, or removes columns.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER,
    };
    struct settings settings = {.std = &o.std};
    settings.columns.key = &settings.key;
    char **removed = NULL;
    size_t nremoved = 0;

    diag_begin("mask");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case 'r':
            if (removed)
                diag_usage("--remove is given twice: name all columns in one, with commas");
            removed = option_list("remove", o.arg, &nremoved);
            break;
        case 'e':
            settings.erased = (char *)o.arg;
            break;
        case OPT_ADD_HASH:
            settings.add_hash = true;
            break;
        case OPT_KEY_FILE:
            settings.key.path = o.arg;
            break;
        }
    for (size_t i = 0; i < o.noperands; i++)
        columns_add(&settings.columns, o.operands[i], false);
    for (size_t i = 0; i < nremoved; i++)
        columns_add(&settings.columns, removed[i], true);
    if (settings.columns.n == 0 && !settings.erased && !settings.add_hash)
        diag_usage("nothing to do: name a COLUMN, --remove, --erased or --add-hash");
    if (settings.erased && strcmp(settings.erased, "-") == 0)
        diag_usage("standard input can't be both the list of erased users and the stream");
    if (o.noperands || settings.add_hash)
        key_need(&settings.key);
    work(&settings);
    columns_free(&settings.columns);
    key_close(&settings.key);
    option_list_free(removed);
    return 0;
}
