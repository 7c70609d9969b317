/* csvscan: finds the bytes that matter to CSV, 64 at a time.
 *
 * One bit per byte, lowest bit first. Which bytes a class holds doesn't depend on quotes: that is
 * the splitter's business.
 */
#ifndef CSV_READ_CSVSCAN_H
#define CSV_READ_CSVSCAN_H

#include <stddef.h>
#include <stdint.h>

struct block {
    uint64_t ends;   /* the delimiter, LF, CR */
    uint64_t lines;  /* LF, CR */
    uint64_t quote;  /* `"` */
    uint64_t space;  /* space and TAB, unless they are the delimiter */
    uint64_t care;   /* bytes that can't go out as they are: below 0x20, above 0x7f, backslash */
    uint64_t digits; /* 0 to 9, also where one of them is the delimiter */
};

typedef void csvscan_function(const char *bytes, size_t nblocks, char delimiter,
                              struct block *blocks);

struct csvscan_variant {
    const char *name;
    csvscan_function *scan;
};

/* The variants that this machine can run, best first; the portable one is the last. COUNT is set.
 */
const struct csvscan_variant *csvscan_variants(size_t *count);

/* Classifies NBLOCKS blocks of 64 bytes with the best variant. */
void csvscan(const char *bytes, size_t nblocks, char delimiter, struct block *blocks);

#endif
