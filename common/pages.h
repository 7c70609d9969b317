/* pages: big blocks of memory straight from the kernel, on huge pages where that pays, under a
 * limit that several tables share. What intset and dedupe's table of references are made of.
 */
#ifndef REELPIPE_PAGES_H
#define REELPIPE_PAGES_H

#include <stddef.h>
#include <stdint.h>

enum { PAGES_LINE = 64 }; /* bytes that come from memory together */

/* What --memory leaves for tables. */
struct budget {
    uint64_t limit; /* bytes; 0: none */
    uint64_t used;
};

/* SIZE bytes, zeroed. Out of memory ends the program. */
void *pages_new(size_t size);

/* Gives the memory of [FROM, TO) back; what was there is lost. Whole pages only: what is left of
 * the first and the last one stays. */
void pages_drop(void *pages, size_t from, size_t to);

void pages_free(void *pages, size_t size);

/* The number of lines (of 64 bytes) that a hash table of LINES lines (0: a new one) grows to:
 * PERCENT more, or what the budget has left, or 0 when that isn't worth the move. A new table gets
 * a page whatever the budget says, so that every table can hold something. The budget is charged.
 */
size_t pages_grow(struct budget *budget, size_t lines, unsigned percent);

/* Takes a table off the budget. */
void pages_release(struct budget *budget, size_t lines);

#endif
