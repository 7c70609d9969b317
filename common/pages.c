#include "pages.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "diag.h"

enum { PAGE = 4096, HUGE_PAGE = 2 * 1024 * 1024 };

static size_t rounded(size_t size)
{
    size_t unit = size >= HUGE_PAGE ? HUGE_PAGE : PAGE;
    return (size + unit - 1) / unit * unit;
}

void *pages_new(size_t size)
{
    bool huge = size >= HUGE_PAGE;
    size_t need = rounded(size), extra = huge ? HUGE_PAGE : 0;
    char *p = mmap(NULL, need + extra, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        diag_die(STATUS_FAILED, "out of memory: %zu bytes for a table: %s", size, strerror(errno));
    if (!huge)
        return p;
    /* A huge page starts at a multiple of its size: what lies outside goes back. */
    size_t before = (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE) % HUGE_PAGE;
    if (before)
        munmap(p, before);
    if (extra - before)
        munmap(p + before + need, extra - before);
    madvise(p + before, need, MADV_HUGEPAGE);
    return p + before;
}

void pages_drop(void *pages, size_t from, size_t to)
{
    size_t first = (from + PAGE - 1) / PAGE * PAGE, end = to / PAGE * PAGE;
    if (first < end)
        madvise((char *)pages + first, end - first, MADV_DONTNEED);
}

void pages_free(void *pages, size_t size)
{
    if (pages)
        munmap(pages, rounded(size));
}

size_t pages_grow(struct budget *budget, size_t lines, unsigned percent)
{
    size_t want = lines ? lines + lines * percent / 100 : PAGE / PAGES_LINE;
    if (budget->limit && lines) {
        uint64_t others = budget->used - (uint64_t)lines * PAGES_LINE;
        uint64_t room = budget->limit > others ? (budget->limit - others) / PAGES_LINE : 0;
        if (want > room)
            want = (size_t)room;
        if (want < lines + lines / 16)
            return 0;
    }
    budget->used += (uint64_t)(want - lines) * PAGES_LINE;
    return want;
}

void pages_release(struct budget *budget, size_t lines)
{
    budget->used -= (uint64_t)lines * PAGES_LINE;
}
