/* mem: allocation that doesn't return failure. Out of memory ends the program with exit 1. */
#ifndef REELPIPE_MEM_H
#define REELPIPE_MEM_H

#include <stddef.h>
#include <stdio.h>

/* SIZE bytes, zeroed. Free with free(). */
void *mem_zeroed(size_t size);

/* COUNT elements of SIZE bytes, resized from OLD (NULL for new; contents kept, new part not
 * cleared). Overflow of the product counts as out of memory. Free with free(). */
void *mem_resize(void *old, size_t count, size_t size);

/* Makes room for NEED elements in an array that grows by half: returns ARRAY, moved if need be, and
 * updates CAPACITY (in elements). */
void *mem_grow(void *array, size_t *capacity, size_t need, size_t size);

/* A NUL-terminated copy of LEN bytes. Free with free(). */
char *mem_text(const char *bytes, size_t len);

/* A stream that makes *TEXT, NUL-terminated, of what is written to it, and *SIZE its length; both
 * are valid after mem_stream_end. Free the text with free(). */
FILE *mem_stream(char **text, size_t *size);
void mem_stream_end(FILE *stream);

#endif
