/* csvscan: classifies bytes with the widest compare instructions that the machine has: AVX2 or
 * SSE2, chosen at run time, NEON, or a table look-up that gives the same bits anywhere. The fuzz
 * target holds the variants together. */
#include "csvscan.h"

#include <stdbool.h>

#include "neon.h"

enum { BLOCK = 64 };

static void scan_portable(const char *bytes, size_t nblocks, char delimiter, struct block *blocks)
{
    enum { ENDS = 1, QUOTE = 2, SPACE = 4, CARE = 8, DIGIT = 16, LINE = 32 };
    unsigned char class[256];
    for (unsigned c = 0; c < 256; c++)
        class[c] = c < 0x20 || c > 0x7f || c == '\\' ? CARE : 0;
    class['\n'] |= ENDS | LINE;
    class['\r'] |= ENDS | LINE;
    class['"'] |= QUOTE;
    class[' '] |= SPACE;
    class['\t'] |= SPACE;
    class[(unsigned char)delimiter] = ENDS;
    for (unsigned c = '0'; c <= '9'; c++)
        class[c] |= DIGIT;
    for (size_t b = 0; b < nblocks; b++) {
        struct block found = {0};
        for (unsigned i = 0; i < BLOCK; i++) {
            uint64_t c = class[(unsigned char)bytes[b * BLOCK + i]];
            found.ends |= (c & 1) << i;
            found.quote |= (c >> 1 & 1) << i;
            found.space |= (c >> 2 & 1) << i;
            found.care |= (c >> 3 & 1) << i;
            found.digits |= (c >> 4 & 1) << i;
            found.lines |= (c >> 5 & 1) << i;
        }
        blocks[b] = found;
    }
}

#ifdef __x86_64__
#include <immintrin.h>

/* A signed compare with 0x20 finds the control bytes and, being negative, those above 0x7f. */
static void scan_sse2(const char *bytes, size_t nblocks, char delimiter, struct block *blocks)
{
    const __m128i delim = _mm_set1_epi8(delimiter);
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'), quote = _mm_set1_epi8('"');
    const __m128i space = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i zero = _mm_set1_epi8('0'), nine = _mm_set1_epi8(9);
    for (size_t b = 0; b < nblocks; b++) {
        struct block found = {0};
        for (unsigned i = 0; i < BLOCK; i += 16) {
            __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(bytes + b * BLOCK + i));
            __m128i d = _mm_cmpeq_epi8(v, delim);
            __m128i lines = _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr));
            __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(v, space), _mm_cmpeq_epi8(v, tab));
            __m128i care = _mm_or_si128(_mm_cmplt_epi8(v, space), _mm_cmpeq_epi8(v, backslash));
            __m128i digit = _mm_sub_epi8(v, zero);
            digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, nine), digit);
            __m128i ends = _mm_or_si128(lines, d);
            blank = _mm_andnot_si128(d, blank);
            care = _mm_andnot_si128(d, care);
            found.ends |= (uint64_t)(unsigned)_mm_movemask_epi8(ends) << i;
            found.lines |= (uint64_t)(unsigned)_mm_movemask_epi8(lines) << i;
            found.quote |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << i;
            found.space |= (uint64_t)(unsigned)_mm_movemask_epi8(blank) << i;
            found.care |= (uint64_t)(unsigned)_mm_movemask_epi8(care) << i;
            found.digits |= (uint64_t)(unsigned)_mm_movemask_epi8(digit) << i;
        }
        blocks[b] = found;
    }
}

__attribute__((target("avx2"))) static void scan_avx2(const char *bytes, size_t nblocks,
                                                      char delimiter, struct block *blocks)
{
    const __m256i delim = _mm256_set1_epi8(delimiter);
    const __m256i lf = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r');
    const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
    const __m256i space = _mm256_set1_epi8(' '), tab = _mm256_set1_epi8('\t');
    const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
    for (size_t b = 0; b < nblocks; b++) {
        struct block found = {0};
        for (unsigned i = 0; i < BLOCK; i += 32) {
            __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + b * BLOCK + i));
            __m256i d = _mm256_cmpeq_epi8(v, delim);
            __m256i lines = _mm256_or_si256(_mm256_cmpeq_epi8(v, lf), _mm256_cmpeq_epi8(v, cr));
            __m256i blank = _mm256_or_si256(_mm256_cmpeq_epi8(v, space), _mm256_cmpeq_epi8(v, tab));
            __m256i care =
                _mm256_or_si256(_mm256_cmpgt_epi8(space, v), _mm256_cmpeq_epi8(v, backslash));
            __m256i digit = _mm256_sub_epi8(v, zero);
            digit = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, nine), digit);
            __m256i ends = _mm256_or_si256(lines, d);
            blank = _mm256_andnot_si256(d, blank);
            care = _mm256_andnot_si256(d, care);
            __m256i q = _mm256_cmpeq_epi8(v, quote);
            found.ends |= (uint64_t)(unsigned)_mm256_movemask_epi8(ends) << i;
            found.lines |= (uint64_t)(unsigned)_mm256_movemask_epi8(lines) << i;
            found.quote |= (uint64_t)(unsigned)_mm256_movemask_epi8(q) << i;
            found.space |= (uint64_t)(unsigned)_mm256_movemask_epi8(blank) << i;
            found.care |= (uint64_t)(unsigned)_mm256_movemask_epi8(care) << i;
            found.digits |= (uint64_t)(unsigned)_mm256_movemask_epi8(digit) << i;
        }
        blocks[b] = found;
    }
}
#endif

#ifdef REELPIPE_NEON
static void scan_neon(const char *bytes, size_t nblocks, char delimiter, struct block *blocks)
{
    const uint8x16_t delim = vdupq_n_u8((uint8_t)delimiter), lf = vdupq_n_u8('\n');
    const uint8x16_t cr = vdupq_n_u8('\r'), quote = vdupq_n_u8('"'), space = vdupq_n_u8(' ');
    const uint8x16_t tab = vdupq_n_u8('\t'), backslash = vdupq_n_u8('\\');
    const uint8x16_t zero = vdupq_n_u8('0'), nine = vdupq_n_u8(9);
    for (size_t b = 0; b < nblocks; b++, bytes += BLOCK) {
        uint8x16_t ends[4], lines[4], quotes[4], blanks[4], care[4], digits[4];
        for (unsigned i = 0; i < 4; i++) {
            uint8x16_t v = neon_load(bytes + 16 * i), d = vceqq_u8(v, delim);
            lines[i] = vorrq_u8(vceqq_u8(v, lf), vceqq_u8(v, cr));
            ends[i] = vorrq_u8(lines[i], d);
            quotes[i] = vceqq_u8(v, quote);
            blanks[i] = vbicq_u8(vorrq_u8(vceqq_u8(v, space), vceqq_u8(v, tab)), d);
            care[i] = vbicq_u8(vorrq_u8(neon_below(v, ' '), vceqq_u8(v, backslash)), d);
            digits[i] = vcleq_u8(vsubq_u8(v, zero), nine);
        }
        blocks[b] = (struct block){.ends = neon_bits(ends),
                                   .lines = neon_bits(lines),
                                   .quote = neon_bits(quotes),
                                   .space = neon_bits(blanks),
                                   .care = neon_bits(care),
                                   .digits = neon_bits(digits)};
    }
}
#endif

const struct csvscan_variant *csvscan_variants(size_t *count)
{
    static const struct csvscan_variant all[] = {
#ifdef __x86_64__
        {"avx2", scan_avx2},
        {"sse2", scan_sse2},
#endif
#ifdef REELPIPE_NEON
        {"neon", scan_neon},
#endif
        {"portable", scan_portable},
    };
    size_t first = 0;
#ifdef __x86_64__
    if (!__builtin_cpu_supports("avx2"))
        first = 1;
#endif
    *count = sizeof all / sizeof *all - first;
    return all + first;
}

void csvscan(const char *bytes, size_t nblocks, char delimiter, struct block *blocks)
{
    static csvscan_function *best;
    if (!best) {
        size_t count;
        best = csvscan_variants(&count)->scan;
    }
    best(bytes, nblocks, delimiter, blocks);
}
