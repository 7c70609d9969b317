#include "mem.h"
#include "rollups.h"
#include "value.h"

static const char *const figures[] = {"views", "viewers", "rated_views", "rating_sum"};
enum { NFIGURES = sizeof figures / sizeof *figures };

void rollup_header(struct recwrite *out, const char *type, const char *const *keys, size_t nkeys)
{
    const char *columns[KEYS_MAX + NFIGURES];
    struct header header;
    for (size_t i = 0; i < nkeys; i++)
        columns[i] = keys[i];
    for (size_t i = 0; i < NFIGURES; i++)
        columns[nkeys + i] = figures[i];
    header_make(&header, type, columns, nkeys + NFIGURES);
    recwrite_header(out, &header);
    header_free(&header);
}

void rollup_day(struct recwrite *out, int32_t day)
{
    char text[VALUE_MAX];
    recwrite_raw(out, (struct slice){text, value_write_date(text, day)});
}

void rollup_sums(struct recwrite *out, const struct sums *sums, uint64_t viewers)
{
    recwrite_int(out, sums->views);
    recwrite_int(out, (int64_t)viewers);
    recwrite_int(out, sums->rated);
    recwrite_decimal(out, sums->rating, 3);
    recwrite_done(out);
}
