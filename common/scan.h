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
void scan_words(const char *bytes, size_t words, uint64_t *separators, uint64_t *specials);

/* The path that needs no vector instructions; scan_words falls back to it. */
void scan_words_portable(const char *bytes, size_t words, uint64_t *separators, uint64_t *specials);

#endif
