/* scan: finds the bytes of a record stream that mean something, 64 at a time.
 *
 * One bit a byte: `separators` has the TABs and LFs, `specials` the bytes that a plain line doesn't
 * have (backslash, CR, NUL, anything from 0x80 on). The instruction set is chosen at run time;
 * every path gives the same bits.
 */
#ifndef REELPIPE_SCAN_H
#define REELPIPE_SCAN_H

#include <stddef.h>
#include <stdint.h>

/* Scans WORDS * 64 bytes at BYTES into WORDS words of each mask; bit 0 is the first byte. */
typedef void scan_function(const char *bytes, size_t words, uint64_t *separators,
                           uint64_t *specials);

struct scan_variant {
    const char *name;
    scan_function *scan;
};

/* The variants that this machine can run, best first; the portable one is the last. COUNT is set.
 */
const struct scan_variant *scan_variants(size_t *count);

/* Scans with the best variant. */
void scan_words(const char *bytes, size_t words, uint64_t *separators, uint64_t *specials);

#endif
