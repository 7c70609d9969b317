/* dedupe: drops records that come again.
 * The schema says which columns are a type's key and which of several records stays; -k and --keep
 * say otherwise. Exact; beyond --memory it works on in passes over a file.
 */
#include <unistd.h>

#include "dedupe.h"
#include "diag.h"

enum {
    SPOOL_MEMORY = 1024 * 1024, /* still in a cache when it is written to the file */
    MOST_RESERVE = 8 * 1024 * 1024,
    LEAST_MEMORY = 16 * 1024
};

static const struct option_spec specs[] = {
    {'k', "key", "COLUMN,...", "columns that make a key (default: the type's)"},
    {256, "keep", "first|last|best", "which record of a key stays (default: the type's)"},
};

static int keep_option(const char *text)
{
    static const struct {
        const char *name;
        enum keep keep;
    } names[] = {{"first", KEEP_FIRST}, {"last", KEEP_LAST}, {"best", KEEP_BEST}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is(slice_of(text), names[i].name))
            return (int)names[i].keep;
    diag_usage("--keep: not first, last or best: %s", diag_quote(slice_of(text)));
}

/* Shares --memory out: a part is for what is held back, for blocks of I/O, and for what of a
 * growing table is there twice. */
static void share_memory(struct dedupe *d, uint64_t memory)
{
    d->spool_memory = SPOOL_MEMORY;
    if (memory == 0)
        return;
    if (memory < LEAST_MEMORY)
        memory = LEAST_MEMORY;
    uint64_t reserve = memory / 4 < MOST_RESERVE ? memory / 4 : MOST_RESERVE;
    if (d->spool_memory > reserve)
        d->spool_memory = (size_t)reserve;
    d->table_memory = memory - reserve;
}

int main(int argc, char **argv)
{
    static struct dedupe d = {.choice.keep = KEEP_BY_TYPE};
    struct options o = {
        .usage = "dedupe [-k COLUMN,...] [--keep first|last|best] [--memory SIZE] [FILE]...",
        .about = "Drops the records of a stream that come again.",
        .specs = specs,
        .nspecs = sizeof specs / sizeof *specs,
        .standard = STD_FILTER | STD_REJECTS | STD_MEMORY,
    };
    diag_begin("dedupe");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;) {
        if (code == 'k') {
            if (d.choice.keys)
                option_list_free(d.choice.keys);
            d.choice.keys = option_list("key", o.arg, &d.choice.nkeys);
        } else {
            d.choice.keep = keep_option(o.arg);
        }
    }
    share_memory(&d, o.std.memory);

    struct recread in;
    run_begin(&d.run, &o.std);
    recread_open(&in, o.operands, o.noperands, o.std.partial ? RECREAD_PARTIAL : 0);
    recwrite_open(&d.out, STDOUT_FILENO, "stdout");
    dedupe_stream(&d, &in);
    recwrite_close(&d.out);
    recread_close(&in);
    d.run.bytes_out = d.out.out.bytes;
    run_end(&d.run);
    if (d.choice.keys)
        option_list_free(d.choice.keys);
    return 0;
}
