#include "scan.h"

#include <stdbool.h>

#include "neon.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { BLOCK = SCAN_BLOCK, BATCH = 32 };

static void scan_portable(const char *bytes, size_t nblocks, struct scan_raw *raw)
{
    for (size_t b = 0; b < nblocks; b++, bytes += BLOCK) {
        struct scan_raw found = {0};
        for (unsigned i = 0; i < BLOCK; i++) {
            unsigned char c = (unsigned char)bytes[i];
            bool special = c >= 0x80 || c == '\\' || c == '\r' || c == '\0';
            found.block.separators |= (uint64_t)(c == '\t' || c == '\n') << i;
            found.block.lines |= (uint64_t)(c == '\n') << i;
            found.block.specials |= (uint64_t)special << i;
            found.nulls |= (uint64_t)(c == '\\' && bytes[i + 1] == 'N') << i;
        }
        raw[b] = found;
    }
}

#if defined(__x86_64__)

/* The separators differ in their low four bits, and so do the specials: one table look-up by those
 * bits gives the only byte that a given byte could be, and one comparison tells whether it is. A
 * place of the table that stands for none holds a byte whose low bits are different. (The byte
 * shuffle gives 0 for bytes from 0x80 on, which equals none of them; their own top bit marks them
 * special.) */
__attribute__((target("avx2"))) static void scan_avx2(const char *bytes, size_t nblocks,
                                                      struct scan_raw *raw)
{
    const __m256i separator_table =
        _mm256_setr_epi8(1, 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
                         0, 0, '\t', '\n', 0, 0, 0, 0, 0);
    const __m256i special_table =
        _mm256_setr_epi8('\0', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\\', '\r', 0, 0, '\0', 0, 0, 0, 0,
                         0, 0, 0, 0, 0, 0, 0, '\\', '\r', 0, 0);
    const __m256i lf = _mm256_set1_epi8('\n'), backslash = _mm256_set1_epi8('\\');
    const __m256i n = _mm256_set1_epi8('N');
    for (size_t b = 0; b < nblocks; b++) {
        struct scan_raw found = {0};
        for (unsigned i = 0; i < BLOCK; i += 32, bytes += 32) {
            __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
            __m256i next = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 1));
            __m256i separator = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(separator_table, v), v);
            __m256i special = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(special_table, v), v);
            __m256i line = _mm256_cmpeq_epi8(v, lf);
            __m256i null =
                _mm256_and_si256(_mm256_cmpeq_epi8(v, backslash), _mm256_cmpeq_epi8(next, n));
            special = _mm256_or_si256(special, v); /* movemask takes the top bits */
            found.block.separators |= (uint64_t)(uint32_t)_mm256_movemask_epi8(separator) << i;
            found.block.lines |= (uint64_t)(uint32_t)_mm256_movemask_epi8(line) << i;
            found.block.specials |= (uint64_t)(uint32_t)_mm256_movemask_epi8(special) << i;
            found.nulls |= (uint64_t)(uint32_t)_mm256_movemask_epi8(null) << i;
        }
        raw[b] = found;
    }
}

/* SSE2 is part of every x86-64; it has no byte shuffle, so each byte is compared for. */
static void scan_sse2(const char *bytes, size_t nblocks, struct scan_raw *raw)
{
    const __m128i tab = _mm_set1_epi8('\t'), lf = _mm_set1_epi8('\n'), n = _mm_set1_epi8('N');
    const __m128i backslash = _mm_set1_epi8('\\'), cr = _mm_set1_epi8('\r');
    for (size_t b = 0; b < nblocks; b++) {
        struct scan_raw found = {0};
        for (unsigned i = 0; i < BLOCK; i += 16, bytes += 16) {
            __m128i v = _mm_loadu_si128((const __m128i *)(const void *)bytes);
            __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 1));
            __m128i line = _mm_cmpeq_epi8(v, lf), escape = _mm_cmpeq_epi8(v, backslash);
            __m128i separator = _mm_or_si128(_mm_cmpeq_epi8(v, tab), line);
            __m128i special = _mm_or_si128(escape, _mm_cmpeq_epi8(v, cr));
            __m128i null = _mm_and_si128(escape, _mm_cmpeq_epi8(next, n));
            special = _mm_or_si128(special, _mm_cmpeq_epi8(v, _mm_setzero_si128()));
            special = _mm_or_si128(special, v);
            found.block.separators |= (uint64_t)(uint32_t)_mm_movemask_epi8(separator) << i;
            found.block.lines |= (uint64_t)(uint32_t)_mm_movemask_epi8(line) << i;
            found.block.specials |= (uint64_t)(uint32_t)_mm_movemask_epi8(special) << i;
            found.nulls |= (uint64_t)(uint32_t)_mm_movemask_epi8(null) << i;
        }
        raw[b] = found;
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

#ifdef REELPIPE_NEON
static void scan_neon(const char *bytes, size_t nblocks, struct scan_raw *raw)
{
    const uint8x16_t tab = vdupq_n_u8('\t'), lf = vdupq_n_u8('\n'), cr = vdupq_n_u8('\r');
    const uint8x16_t backslash = vdupq_n_u8('\\'), n = vdupq_n_u8('N');
    for (size_t b = 0; b < nblocks; b++, bytes += BLOCK) {
        uint8x16_t separator[4], line[4], special[4], null[4];
        for (unsigned i = 0; i < 4; i++) {
            uint8x16_t v = neon_load(bytes + 16 * i), next = neon_load(bytes + 16 * i + 1);
            uint8x16_t escape = vceqq_u8(v, backslash);
            line[i] = vceqq_u8(v, lf);
            separator[i] = vorrq_u8(line[i], vceqq_u8(v, tab));
            special[i] = vorrq_u8(vorrq_u8(escape, vceqq_u8(v, cr)),
                                  vorrq_u8(vceqzq_u8(v), neon_below(v, 0)));
            null[i] = vandq_u8(escape, vceqq_u8(next, n));
        }
        raw[b] = (struct scan_raw){{neon_bits(separator), neon_bits(line), neon_bits(special)},
                                   neon_bits(null)};
    }
}
#endif

static const struct scan_variant variants[] = {
#ifdef REELPIPE_NEON
    {"neon", scan_neon},
#endif
    {"portable", scan_portable}};

const struct scan_variant *scan_variants(size_t *count)
{
    *count = sizeof variants / sizeof *variants;
    return variants;
}

#endif

static void clear_beyond(struct scan_raw *raw, size_t end)
{
    uint64_t valid = ((uint64_t)1 << end % BLOCK) - 1;
    raw->block.separators &= valid;
    raw->block.lines &= valid;
    raw->block.specials &= valid;
}

void scan_stream(const char *bytes, size_t from, size_t end, struct scan_block *blocks)
{
    size_t count, b = from / BLOCK, nblocks = (end + BLOCK - 1) / BLOCK;
    scan_function *scan = scan_variants(&count)->scan;
    uint64_t before =
        b ? blocks[b - 1].separators >> (BLOCK - 1) : 1; /* the byte ahead of a block */
    while (b < nblocks) {
        /* A block's last field may end in the next block. */
        struct scan_raw raw[BATCH + 1];
        size_t ahead = nblocks - b, n = ahead < BATCH ? ahead : BATCH;
        ahead = ahead < BATCH + 1 ? ahead : BATCH + 1;
        scan(bytes + b * BLOCK, ahead, raw);
        if (b + ahead == nblocks && end % BLOCK)
            clear_beyond(&raw[ahead - 1], end);
        for (size_t i = 0; i < n; i++, b++) {
            uint64_t separators = raw[i].block.separators;
            uint64_t next = i + 1 < ahead ? raw[i + 1].block.separators : 0;
            uint64_t whole = (separators << 1 | before) & (separators >> 2 | next << (BLOCK - 2));
            raw[i].block.specials &= ~(raw[i].nulls & whole);
            before = separators >> (BLOCK - 1);
            blocks[b] = raw[i].block;
        }
    }
    blocks[nblocks] = (struct scan_block){0};
}
