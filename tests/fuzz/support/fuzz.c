/* The linker puts these in the place of exit, read and the allocator (--wrap). Outside of fuzz_run
 * they only pass on. */
#include "fuzz.h"

#include <malloc.h>
#include <sanitizer/asan_interface.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void __real_exit(int status);
ssize_t __real_read(int fd, void *buffer, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *p);

_Noreturn void __wrap_exit(int status);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *p);

enum { POINTERS_MAX = 65536, BIG = 65536, BIG_KEPT = 8 };

static bool running;
static jmp_buf start;
static int exit_status;
static void *pointers[POINTERS_MAX];
static size_t npointers;
static const uint8_t *input;
static size_t input_left;
static size_t input_chunk;

static void *remember(void *p)
{
    if (running && p) {
        fuzz_check(npointers < POINTERS_MAX, "too many allocations");
        pointers[npointers++] = p;
    }
    return p;
}

static void forget(void *p)
{
    /* What was taken last is usually given back first. */
    for (size_t i = npointers; running && i-- > 0;)
        if (pointers[i] == p) {
            pointers[i] = pointers[--npointers];
            return;
        }
}

/* Most of the time of an input would go into mapping and unmapping the I/O blocks. They are kept
 * for the next one, poisoned meanwhile. */
static void *kept[BIG_KEPT];

static void *take_big(size_t size)
{
    for (size_t i = 0; running && size >= BIG && i < BIG_KEPT; i++)
        if (kept[i] && malloc_usable_size(kept[i]) == size) {
            void *p = kept[i];
            kept[i] = NULL;
            ASAN_UNPOISON_MEMORY_REGION(p, size);
            return p;
        }
    return __real_malloc(size);
}

static void give_back(void *p)
{
    size_t size = running && p ? malloc_usable_size(p) : 0;
    for (size_t i = 0; size >= BIG && i < BIG_KEPT; i++)
        if (!kept[i]) {
            ASAN_POISON_MEMORY_REGION(p, size);
            kept[i] = p;
            return;
        }
    __real_free(p);
}

void __wrap_exit(int status)
{
    if (!running)
        __real_exit(status);
    exit_status = status;
    longjmp(start, 1);
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
    if (fd != FUZZ_FD)
        return __real_read(fd, buffer, size);
    size_t n = input_left < input_chunk ? input_left : input_chunk;
    if (n > size)
        n = size;
    memcpy(buffer, input, n);
    input += n;
    input_left -= n;
    return (ssize_t)n;
}

void *__wrap_malloc(size_t size)
{
    return remember(take_big(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return remember(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    forget(old);
    return remember(old ? __real_realloc(old, size) : take_big(size));
}

void __wrap_free(void *p)
{
    forget(p);
    give_back(p);
}

int fuzz_run(void (*work)(void *), void *context)
{
    npointers = 0;
    running = true;
    if (setjmp(start)) {
        while (npointers)
            give_back(pointers[--npointers]);
        running = false;
        return 1000 + exit_status;
    }
    work(context);
    running = false;
    fuzz_check(npointers == 0, "memory was not given back");
    return 0;
}

void fuzz_input(const uint8_t *bytes, size_t len, size_t chunk)
{
    input = bytes;
    input_left = len;
    input_chunk = chunk;
}

void fuzz_check(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}
