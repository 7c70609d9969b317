#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

static _Noreturn void out_of_memory(size_t size)
{
    diag_die(STATUS_FAILED, "out of memory: can't get %zu bytes", size);
}

void *mem_zeroed(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory(SIZE_MAX);
    void *p = realloc(old, bytes ? bytes : 1);
    if (!p)
        out_of_memory(bytes);
    return p;
}

void *mem_grow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return array;
    size_t wanted = *capacity + *capacity / 2 + 8;
    if (wanted < need)
        wanted = need;
    array = mem_resize(array, wanted, size);
    *capacity = wanted;
    return array;
}

char *mem_text(const char *bytes, size_t len)
{
    char *text = mem_resize(NULL, len + 1, 1);
    memcpy(text, bytes, len);
    text[len] = '\0';
    return text;
}

FILE *mem_stream(char **text, size_t *size)
{
    FILE *stream = open_memstream(text, size);
    if (!stream)
        diag_die(STATUS_FAILED, "out of memory");
    return stream;
}

void mem_stream_end(FILE *stream)
{
    if (fclose(stream) != 0)
        diag_die(STATUS_FAILED, "out of memory");
}
