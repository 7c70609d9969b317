/* scan: finds the bytes of a record stream that mean something, 64 at a time.
 *
 * A block has a bit for each of 64 bytes, the lowest for the first. The instruction set is chosen
 * at run time; every path gives the same bits.
 */
#ifndef REELPIPE_SCAN_H
#define REELPIPE_SCAN_H

#include <stddef.h>
#include <stdint.h>

enum { SCAN_BLOCK = 64 }; /* bytes */

struct scan_block {
    uint64_t separators; /* TAB and LF */
    uint64_t lines;      /* LF */
    uint64_t specials;   /* what a plain line doesn't have: backslash, CR, NUL, not ASCII */
};

/* Classifies the bytes from FROM, rounded down to a whole block, to END; bits beyond END are clear,
 * and so is one block more. BYTES starts a line, and END's block and a byte behind it must be
 * readable. The backslash of a field that is `\N` isn't special, as missing values are common: if
 * all of it, the separator too, stood there when its block was scanned. */
void scan_stream(const char *bytes, size_t from, size_t end, struct scan_block *blocks);

/* The 64 bits of a class from bit SHIFT (0 to 63) of LOW on, which go on in HIGH. */
static inline uint64_t scan_window(uint64_t low, uint64_t high, size_t shift)
{
    return low >> shift | high << 1 << (SCAN_BLOCK - 1 - shift);
}

/* What scan_stream is made of, for tests. */
struct scan_raw {
    struct scan_block block; /* every backslash is special */
    uint64_t nulls;          /* a backslash before an N */
};

typedef void scan_function(const char *bytes, size_t nblocks, struct scan_raw *raw);

struct scan_variant {
    const char *name;
    scan_function *scan;
};

/* The variants that this machine can run, best first; the portable one is the last. COUNT is set.
 */
const struct scan_variant *scan_variants(size_t *count);

#endif
