/* fuzz: what the targets share. The library ends the program at the first fault of its input; here
 * that ends one input, gives back its memory, and the run goes on. */
#ifndef REELPIPE_FUZZ_H
#define REELPIPE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* A descriptor that read(2) serves from memory. */
enum { FUZZ_FD = 1000000 };

/* Calls WORK. Returns 0 when it returned, or 1000 + the status with which it called exit. Memory
 * that it got and didn't free is freed in the second case; in the first it is a leak, which aborts.
 */
int fuzz_run(void (*work)(void *), void *context);

/* What FUZZ_FD gives from now on: BYTES, at most CHUNK of them a call. */
void fuzz_input(const uint8_t *bytes, size_t len, size_t chunk);

/* Ends the run with a message unless HOLDS. */
void fuzz_check(int holds, const char *what);

#endif
