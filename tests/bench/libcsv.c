/* bench-libcsv: CSV to TSV with libcsv and stdio as its manual shows, nothing else: no types, no
 * checks, no escapes. What csv-read is measured beside.
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

static char separator;

static void field(void *bytes, size_t len, void *out)
{
    if (separator)
        putc_unlocked(separator, out);
    fwrite(bytes, 1, len, out);
    separator = '\t';
}

static void record(int end, void *out)
{
    (void)end;
    putc_unlocked('\n', out);
    separator = 0;
}

int main(int argc, char **argv)
{
    static char block[256 * 1024];
    struct csv_parser parser;
    FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (!in || csv_init(&parser, CSV_APPEND_NULL) != 0)
        return 1;
    for (size_t n; (n = fread(block, 1, sizeof block, in)) > 0;)
        if (csv_parse(&parser, block, n, field, record, stdout) != n)
            return 1;
    csv_fini(&parser, field, record, stdout);
    csv_free(&parser);
    fclose(in);
    return fclose(stdout) != 0;
}
