/* scan.c -- where the fields of delimited text end: the one place with vector instructions. */
#include "data/scan.h"

#include <string.h>

#if defined __x86_64__ && defined __GNUC__
#include <immintrin.h>
#define VECTORS 1
#else
#define VECTORS 0
#endif

/* What a kernel calls must become part of it, or it is compiled for another machine. */
#define FORCED static inline __attribute__((always_inline))

/* Bit i of each mask tells of byte i of 64. */
typedef struct masks {
    uint64_t delimiters, newlines, quotes, returns, nuls, high;
} masks;

assay_scan assay_scan_start(char delimiter)
{
    return (assay_scan){.delimiter = delimiter, .parted = 1};
}

/* ---- what is common to all kernels ---- */

/* Bit i is the parity of the bits up to i: what lies inside quotes, opening quotes included. */
FORCED uint64_t parity_so_far(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/*
** Quotes and carriage returns in 64 bytes. A quote opens behind a separator, or behind a quote that
** closed (a doubled quote closes and opens again); a quote that closed stands before a separator, a
** carriage return or a quote; a carriage return stands before a line feed. Separators inside quotes
** are taken out.
*/
FORCED void mind_quotes(assay_scan *scan, masks *m, uint64_t valid, uint64_t *separators)
{
    const uint64_t inside = parity_so_far(m->quotes) ^ (scan->open ? ~(uint64_t)0 : 0);
    const uint64_t opening = m->quotes & inside, closing = m->quotes & ~inside;
    const uint64_t returns = m->returns & ~inside;
    scan->inner += (uint64_t)__builtin_popcountll(m->newlines & inside);
    m->newlines &= ~inside;
    *separators &= ~inside;

    const uint64_t after_separator = *separators << 1 | scan->parted;
    const uint64_t after_closing = closing << 1 | scan->closed;
    const uint64_t after_return = returns << 1 | scan->returned;
    const uint64_t wrong = (opening & ~(after_separator | after_closing)) |
                           (after_closing & ~(*separators | m->quotes | returns)) |
                           (after_return & ~m->newlines);
    scan->wrong |= (wrong & valid) != 0;
    scan->open = inside >> 63 != 0;
    scan->closed = closing >> 63;
    scan->returned = returns >> 63;
}

FORCED size_t write_ends(uint64_t separators, size_t at, uint32_t ends[])
{
    const size_t n = (size_t)__builtin_popcountll(separators);
    for (size_t i = 0; i < n; i += 8) /* eight at a time: the last few are written over */
        for (size_t j = i; j < i + 8; j++) {
            ends[j] = (uint32_t)at + (uint32_t)__builtin_ctzll(separators | (uint64_t)1 << 63);
            separators &= separators - 1;
        }
    return n;
}

FORCED uint64_t first_bits(size_t n)
{
    return n >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1;
}

/* The separators of 64 bytes, of which the first `n` count. */
FORCED uint64_t take(assay_scan *scan, masks m, size_t n)
{
    const uint64_t valid = first_bits(n);
    uint64_t separators = (m.delimiters | m.newlines) & valid;
    m.newlines &= valid;
    m.quotes &= valid;
    m.returns &= valid;
    scan->high |= m.high & valid;
    scan->wrong |= (m.nuls & valid) != 0;
    if ((m.quotes | m.returns) != 0 || scan->open || scan->closed != 0 || scan->returned != 0)
        mind_quotes(scan, &m, valid, &separators);
    scan->newlines += (uint64_t)__builtin_popcountll(m.newlines);
    scan->parted = separators >> 63;
    return separators;
}

/*
** A kernel: `classify` makes the masks of 64 bytes with the instructions of one generation of
** machines. Compiled for that generation as a whole, so that the loop keeps its vectors in registers.
*/
#define KERNEL(name, target, classify)                                                             \
    target static size_t name(assay_scan *scan, const char *bytes, size_t from, size_t to,         \
                              uint32_t ends[])                                                     \
    {                                                                                              \
        assay_scan state = *scan;                                                                  \
        size_t n = 0;                                                                              \
        for (size_t at = from; at < to; at += 64)                                                  \
            n += write_ends(take(&state, classify(bytes + at, state.delimiter), to - at), at,      \
                            ends + n);                                                             \
        *scan = state;                                                                             \
        return n;                                                                                  \
    }

/* ---- any machine: eight bytes in a word ---- */

#define EACH(byte) (0x0101010101010101u * (uint64_t)(unsigned char)(byte))
#define TOPS       EACH(0x80)

/* Bit i: byte i of the word is `byte`. The sum's top bits are clear exactly where a byte is 0. */
FORCED uint64_t equal_bytes(uint64_t word, char byte)
{
    const uint64_t differs = word ^ EACH(byte);
    const uint64_t tops = ~(((differs & ~TOPS) + ~TOPS) | differs) & TOPS;
    return (tops >> 7) * 0x0102040810204080u >> 56;
}

FORCED uint64_t load_word(const char *bytes)
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    return word;
}

FORCED masks classify_portable(const char *bytes, char delimiter)
{
    masks m = {0};
    for (int i = 0; i < 8; i++) {
        const uint64_t word = load_word(bytes + 8 * i);
        const int shift = 8 * i;
        m.delimiters |= equal_bytes(word, delimiter) << shift;
        m.newlines |= equal_bytes(word, '\n') << shift;
        m.quotes |= equal_bytes(word, '"') << shift;
        m.returns |= equal_bytes(word, '\r') << shift;
        m.nuls |= equal_bytes(word, '\0') << shift;
        m.high |= ((word & TOPS) >> 7) * 0x0102040810204080u >> 56 << shift;
    }
    return m;
}

KERNEL(scan_portable, , classify_portable)

/* ---- x86: 16, 32 or 64 bytes in a vector ---- */

#if VECTORS

#define FOR_AVX2   __attribute__((target("avx2,bmi,popcnt")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,popcnt")))

FORCED uint64_t equal_16(const __m128i v[4], char byte)
{
    uint64_t bits = 0;
    for (int i = 0; i < 4; i++)
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], _mm_set1_epi8(byte)))
                << (16 * i);
    return bits;
}

FORCED masks classify_sse2(const char *bytes, char delimiter)
{
    __m128i v[4];
    masks m = {0};
    memcpy(v, bytes, sizeof v);
    m.delimiters = equal_16(v, delimiter);
    m.newlines = equal_16(v, '\n');
    m.quotes = equal_16(v, '"');
    m.returns = equal_16(v, '\r');
    m.nuls = equal_16(v, '\0');
    for (int i = 0; i < 4; i++)
        m.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(v[i]) << (16 * i);
    return m;
}

FOR_AVX2 FORCED uint64_t equal_32(__m256i low, __m256i high, char byte)
{
    const __m256i wanted = _mm256_set1_epi8(byte);
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)) << 32 |
           (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
}

FOR_AVX2 FORCED masks classify_avx2(const char *bytes, char delimiter)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    return (masks){
        .delimiters = equal_32(low, high, delimiter),
        .newlines = equal_32(low, high, '\n'),
        .quotes = equal_32(low, high, '"'),
        .returns = equal_32(low, high, '\r'),
        .nuls = equal_32(low, high, '\0'),
        .high = (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32 |
                (uint32_t)_mm256_movemask_epi8(low),
    };
}

FOR_AVX512 FORCED masks classify_avx512(const char *bytes, char delimiter)
{
    const __m512i v = _mm512_loadu_si512(bytes);
    return (masks){
        .delimiters = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(delimiter)),
        .newlines = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n')),
        .quotes = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"')),
        .returns = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r')),
        .nuls = _mm512_cmpeq_epi8_mask(v, _mm512_setzero_si512()),
        .high = _mm512_movepi8_mask(v),
    };
}

KERNEL(scan_sse2, , classify_sse2)
KERNEL(scan_avx2, FOR_AVX2, classify_avx2)
KERNEL(scan_avx512, FOR_AVX512, classify_avx512)

#endif

/* ---- which one ---- */

assay_scan_kernel *assay_scan_at(size_t i)
{
    if (i == 0)
        return scan_portable;
#if VECTORS
    if (i == 1)
        return scan_sse2;
    if (i == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("popcnt"))
        return scan_avx2;
    if (i == 3 && __builtin_cpu_supports("avx512bw") && assay_scan_at(2) != NULL)
        return scan_avx512;
#endif
    return NULL;
}

assay_scan_kernel *assay_scan_best(void)
{
    size_t i = 0;
    while (assay_scan_at(i + 1) != NULL)
        i++;
    return assay_scan_at(i);
}
