/* lanes.h -- loops over a few numbers that a compiler turns into vector instructions. */
#ifndef ASSAY_PROB_LANES_H
#define ASSAY_PROB_LANES_H

#include <stdint.h>
#include <string.h>

/*
** A kernel is a function with ASSAY_CLONES in front: it is compiled for several processors and the
** right one is taken when the program starts. Its loops run over ASSAY_LANES numbers, call nothing
** but what is ASSAY_INLINE, and choose by ?: and never by `if`. Only + - * / sqrt and the functions
** below may be in it: then every clone, and the same code over one number, gives the same bits.
*/
enum { ASSAY_LANES = 8 };

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) &&   \
    !defined(__SANITIZE_ADDRESS__)
#define ASSAY_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ASSAY_CLONES
#endif

#if defined(__GNUC__)
#define ASSAY_INLINE static inline __attribute__((always_inline))
#else
#define ASSAY_INLINE static inline
#endif

ASSAY_INLINE uint64_t assay_lane_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ASSAY_INLINE double assay_lane_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* fmin and fmax mind NaN, for which there is no one instruction. */
ASSAY_INLINE double assay_lane_least(double a, double b)
{
    return a < b ? a : b;
}

ASSAY_INLINE double assay_lane_most(double a, double b)
{
    return a > b ? a : b;
}

/* x = 2^exponent * part with part in [sqrt(1/2), sqrt(2)); x positive and normal. */
typedef struct assay_lane_parts {
    double exponent, part;
} assay_lane_parts;

ASSAY_INLINE assay_lane_parts assay_lane_split(double x)
{
    const uint64_t bits = assay_lane_bits(x), above = bits - UINT64_C(0x3fe6a09e667f3bcd);
    const uint64_t biased = ((above >> 52) + 2048) & 4095; /* never negative */
    const double shifted = assay_lane_of_bits(biased | UINT64_C(0x4330000000000000)); /* + 2^52 */
    return (assay_lane_parts){shifted - (4503599627370496.0 + 2048),
                              assay_lane_of_bits(bits - (above & UINT64_C(0xfff0000000000000)))};
}

/* (artanh(v) - v) / v for s = v^2, |v| <= sqrt(2) - 1 / (sqrt(2) + 1): eleven terms are 1e-17. */
ASSAY_INLINE double assay_lane_artanh(double s)
{
    const double high = 1 / 15.0 + s * (1 / 17.0 + s * (1 / 19.0 + s * (1 / 21.0 + s / 23)));
    return s * (1 / 3.0 +
                s * (1 / 5.0 +
                     s * (1 / 7.0 + s * (1 / 9.0 + s * (1 / 11.0 + s * (1 / 13.0 + s * high))))));
}

/* ln 2 in two parts: a small whole number times the first is exact. */
#define ASSAY_LN2_HIGH 0.693147180369123816490
#define ASSAY_LN2_LOW  1.90821492927058770002e-10

/* ln x to about 1e-16, for positive normal x. */
ASSAY_INLINE double assay_lane_log(double x)
{
    const assay_lane_parts p = assay_lane_split(x);
    const double v = (p.part - 1) / (p.part + 1);
    return p.exponent * ASSAY_LN2_HIGH +
           (p.exponent * ASSAY_LN2_LOW + (2 * v * assay_lane_artanh(v * v) + 2 * v));
}

/* e^t to two units in the last place; t is brought into [-700, 700] first. */
ASSAY_INLINE double assay_lane_exp(double t)
{
    const double inside = assay_lane_least(assay_lane_most(t, -700), 700);
    const double magic = 6755399441055744.0; /* 1.5 * 2^52 rounds to whole numbers */
    const double turned = inside * 1.44269504088896340736 + magic, k = turned - magic;
    const double r = inside - k * ASSAY_LN2_HIGH - k * ASSAY_LN2_LOW;
    const double high =
        1 / 40320.0 +
        r * (1 / 362880.0 +
             r * (1 / 3628800.0 + r * (1 / 39916800.0 + r * (1 / 479001600.0 + r / 6227020800))));
    const double series =
        1 +
        r * (1 + r * (1 / 2.0 +
                      r * (1 / 6.0 +
                           r * (1 / 24.0 +
                                r * (1 / 120.0 + r * (1 / 720.0 + r * (1 / 5040.0 + r * high)))))));
    return series * assay_lane_of_bits((assay_lane_bits(turned) + 1023) << 52);
}

/*
** D(x, m) = x ln(x/m) + m - x for x, m > 0, apart = x - m (dist.h). With v = apart / (x + m) it is
** apart v + 2 x (artanh(v) - v), which loses nothing; away from 1, where x/m has another exponent,
** the three terms do not cancel.
*/
ASSAY_INLINE double assay_lane_deviance(double x, double m, double apart)
{
    const assay_lane_parts p = assay_lane_split(x / m);
    const double top = p.exponent == 0 ? apart : p.part - 1;
    const double bottom = p.exponent == 0 ? x + m : p.part + 1;
    const double v = top / bottom, rest = 2 * v * assay_lane_artanh(v * v);
    const double near = apart * v + x * rest;
    const double far = x * (p.exponent * (ASSAY_LN2_HIGH + ASSAY_LN2_LOW) + (rest + 2 * v)) - apart;
    return p.exponent == 0 ? near : far;
}

/* delta(n) of dist.h for n >= 15, by Stirling's series. */
ASSAY_INLINE double assay_lane_remainder(double n)
{
    const double s = 1 / (n * n);
    const double series =
        1 / 12.0 - s * (1 / 360.0 - s * (1 / 1260.0 -
                                         s * (1 / 1680.0 - s * (1 / 1188.0 - s * 691 / 360360.0))));
    return series / n;
}

#endif
