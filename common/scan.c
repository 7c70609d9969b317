#include "scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { SEPARATOR = 1, SPECIAL = 2 };

static inline unsigned class_of(unsigned char c)
{
    if (c == '\t' || c == '\n')
        return SEPARATOR;
    return c >= 0x80 || c == '\\' || c == '\r' || c == '\0' ? SPECIAL : 0;
}

static void scan_portable(const char *bytes, size_t words, uint64_t *separators, uint64_t *specials)
{
    for (size_t w = 0; w < words; w++, bytes += 64) {
        uint64_t separator = 0, special = 0;
        for (unsigned i = 0; i < 64; i++) {
            unsigned class = class_of((unsigned char)bytes[i]);
            separator |= (uint64_t)(class & SEPARATOR) << i;
            special |= (uint64_t)(class >> 1) << i;
        }
        separators[w] = separator;
        specials[w] = special;
    }
}

#if defined(__x86_64__)

/* The seven bytes looked for differ in their low four bits, so one table look-up by those bits
 * gives the only byte that a given byte could be, and one comparison tells whether it is. A place
 * of the table that stands for none holds a byte whose low bits are different. (The byte shuffle
 * gives 0 for bytes from 0x80 on, which equals none of them; their own top bit marks them special.)
 */
__attribute__((target("avx2"))) static void scan_avx2(const char *bytes, size_t words,
                                                      uint64_t *separators, uint64_t *specials)
{
    const __m256i separator_table =
        _mm256_setr_epi8(1, 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
                         0, 0, '\t', '\n', 0, 0, 0, 0, 0);
    const __m256i special_table =
        _mm256_setr_epi8('\0', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\\', '\r', 0, 0, '\0', 0, 0, 0, 0,
                         0, 0, 0, 0, 0, 0, 0, '\\', '\r', 0, 0);
    for (size_t w = 0; w < words; w++) {
        uint64_t masks[2] = {0, 0};
        for (unsigned half = 0; half < 2; half++, bytes += 32) {
            __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
            __m256i separator = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(separator_table, v), v);
            __m256i special = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(special_table, v), v);
            special = _mm256_or_si256(special, v); /* movemask takes the top bits */
            masks[0] |= (uint64_t)(uint32_t)_mm256_movemask_epi8(separator) << (32 * half);
            masks[1] |= (uint64_t)(uint32_t)_mm256_movemask_epi8(special) << (32 * half);
        }
        separators[w] = masks[0];
        specials[w] = masks[1];
    }
}

/* SSE2 is part of every x86-64; it has no byte shuffle, so each byte is compared for. */
static void scan_sse2(const char *bytes, size_t words, uint64_t *separators, uint64_t *specials)
{
    const __m128i tab = _mm_set1_epi8('\t'), lf = _mm_set1_epi8('\n');
    const __m128i backslash = _mm_set1_epi8('\\'), cr = _mm_set1_epi8('\r');
    for (size_t w = 0; w < words; w++) {
        uint64_t masks[2] = {0, 0};
        for (unsigned part = 0; part < 4; part++, bytes += 16) {
            __m128i v = _mm_loadu_si128((const __m128i *)(const void *)bytes);
            __m128i separator = _mm_or_si128(_mm_cmpeq_epi8(v, tab), _mm_cmpeq_epi8(v, lf));
            __m128i special = _mm_or_si128(_mm_cmpeq_epi8(v, backslash), _mm_cmpeq_epi8(v, cr));
            special = _mm_or_si128(special, _mm_cmpeq_epi8(v, _mm_setzero_si128()));
            special = _mm_or_si128(special, v);
            masks[0] |= (uint64_t)(uint32_t)_mm_movemask_epi8(separator) << (16 * part);
            masks[1] |= (uint64_t)(uint32_t)_mm_movemask_epi8(special) << (16 * part);
        }
        separators[w] = masks[0];
        specials[w] = masks[1];
    }
}

static const struct scan_variant variants[] = {
    {"avx2", scan_avx2}, {"sse2", scan_sse2}, {"portable", scan_portable}};

const struct scan_variant *scan_variants(size_t *count)
{
    size_t first = __builtin_cpu_supports("avx2") ? 0 : 1;
    *count = sizeof variants / sizeof *variants - first;
    return variants + first;
}

#else

static const struct scan_variant variants[] = {{"portable", scan_portable}};

const struct scan_variant *scan_variants(size_t *count)
{
    *count = sizeof variants / sizeof *variants;
    return variants;
}

#endif

void scan_words(const char *bytes, size_t words, uint64_t *separators, uint64_t *specials)
{
    size_t count;
    scan_variants(&count)->scan(bytes, words, separators, specials);
}
