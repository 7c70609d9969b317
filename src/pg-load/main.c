/* pg-load: loads a record stream into PostgreSQL. Each segment is copied into a temporary table and
 * merged by sql/load/TYPE.sql, all in one transaction, together with the stream's bookmarks: a
 * stream that is malformed or cut, or a merge that fails, changes nothing. A first load of many
 * records may go straight into its table.
 */
#include <stdlib.h>

#include "diag.h"
#include "load.h"

enum { OPT_EXPECT = 256, OPT_PIPELINE, OPT_DRY_RUN, OPT_BATCH, OPT_MODE };

static const struct option_spec specs[] = {
    {OPT_EXPECT, "expect", "TYPE[+],...", "fail unless exactly these segments come, in this order"},
    {OPT_PIPELINE, "pipeline", "NAME", "store the stream's bookmarks under NAME"},
    {'n', "dry-run", NULL, "do everything, commit nothing"},
    {OPT_BATCH, "batch", "N", "commit at marks, every N records and when the stream pauses"},
    {OPT_MODE, "mode", "auto|staged|bulk", "how a first load goes (default auto)"},
};

static enum merge_mode parse_mode(const char *text)
{
    if (strcmp(text, "auto") == 0)
        return MERGE_AUTO;
    if (strcmp(text, "staged") == 0)
        return MERGE_STAGED;
    if (strcmp(text, "bulk") == 0)
        return MERGE_BULK;
    diag_usage("--mode: not auto, staged or bulk: %s", diag_quote(slice_of(text)));
}

int main(int argc, char **argv)
{
    struct load_options l = {.mode = MERGE_AUTO};
    struct options o = {.usage = "pg-load [OPTION]... [FILE]...",
                        .about = "Loads a record stream into PostgreSQL, in one transaction.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET | STD_REJECTS | STD_PROGRESS};
    diag_begin("pg-load");
    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;)
        switch (code) {
        case OPT_EXPECT:
            expect_parse(&l.expect, o.arg);
            break;
        case OPT_PIPELINE:
            if (!*o.arg)
                diag_usage("--pipeline: an empty name");
            l.pipeline = o.arg;
            break;
        case 'n':
            l.dry_run = true;
            break;
        case OPT_BATCH:
            l.batch = (uint64_t)option_int("batch", o.arg, 1, INT64_MAX);
            break;
        case OPT_MODE:
            l.mode = parse_mode(o.arg);
            break;
        }
    if (l.batch > 0 && l.dry_run)
        diag_usage("--batch commits on the way: it doesn't go with --dry-run");
    if (l.dry_run) /* what is to be rolled back isn't worth the locks */
        l.mode = MERGE_STAGED;
    l.files = o.operands;
    l.nfiles = o.noperands;
    l.std = &o.std;
    load(&l);
    expect_free(&l.expect);
    return 0;
}
