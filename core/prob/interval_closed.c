/*
** interval_closed.c -- intervals by a formula. p = x/n, q = 1 - p; z is the normal quantile of the
** tail, below 0 for one-sided limits with a confidence below 1/2.
**
** Each is one function, of which METHOD makes two: for one pair of counts, and a kernel (lanes.h)
** for rows of them. Both give the same bits.
*/
#include <float.h>
#include <math.h>

#include "prob/dist.h"
#include "prob/interval_method.h"
#include "prob/lanes.h"

/* ---- what all have in common ---------------------------------------------------------------- */

/* 1 for the sides that are asked for, 0 for others: to choose in a loop by arithmetic. */
struct asked {
    double lower, upper;
};

ASSAY_INLINE struct asked asked_of(assay_side side)
{
    return (struct asked){side == ASSAY_UPPER ? 0 : 1, side == ASSAY_LOWER ? 0 : 1};
}

ASSAY_INLINE double held_inside(double limit)
{
    return assay_lane_least(assay_lane_most(limit, 0), 1);
}

/* Opens the sides that are not asked for and brings limits into [0, 1]; 1 where one was outside. */
ASSAY_INLINE double settle(struct asked asked, double p, double *lower, double *upper)
{
    const double low = *lower * asked.lower, high = *upper * asked.upper + (1 - asked.upper);
    const double inner_low = held_inside(low), inner_high = held_inside(high);
    *lower = p == 0 ? 0 : inner_low;
    *upper = p == 1 ? 1 : inner_high;
    return (low == inner_low ? 0 : 1.0) + (high == inner_high ? 0 : 1.0);
}

/* A whole number from 0 to 2^52: its bits are the last of those of 2^52 more. */
ASSAY_INLINE double number_of(int64_t count)
{
    return assay_lane_of_bits((uint64_t)count | UINT64_C(0x4330000000000000)) - 4503599627370496.0;
}

#define METHOD(name)                                                                               \
    assay_interval_state assay_closed_##name(const assay_question *q, const assay_evidence *e,     \
                                             double *lower, double *upper)                         \
    {                                                                                              \
        name(e, q->z, lower, upper);                                                               \
        if (isnan(*lower))                                                                         \
            return ASSAY_INTERVAL_UNDEFINED;                                                       \
        const double outside = settle(asked_of(q->side), e->p, lower, upper);                      \
        return outside > 0 ? ASSAY_INTERVAL_CLIPPED : ASSAY_INTERVAL_OK;                           \
    }                                                                                              \
    ASSAY_CLONES int assay_lanes_##name(                                                           \
        const assay_question *q, const int64_t x[ASSAY_INTERVAL_ROWS],                             \
        const int64_t n[ASSAY_INTERVAL_ROWS], double estimate[ASSAY_INTERVAL_ROWS],                \
        double lower[ASSAY_INTERVAL_ROWS], double upper[ASSAY_INTERVAL_ROWS])                      \
    {                                                                                              \
        const double z = q->z;                                                                     \
        const struct asked asked = asked_of(q->side);                                              \
        double lows[ASSAY_INTERVAL_ROWS], highs[ASSAY_INTERVAL_ROWS], shares[ASSAY_INTERVAL_ROWS]; \
        double outside[ASSAY_INTERVAL_ROWS];                                                       \
        int clipped = 0;                                                                           \
        for (int i = 0; i < ASSAY_INTERVAL_ROWS; i++) {                                            \
            const double yes = number_of(x[i]), cases = number_of(n[i]), p = yes / cases;          \
            const assay_evidence e = {p, 1 - p, yes, cases - yes, cases, cases, cases};            \
            double low, high;                                                                      \
            name(&e, z, &low, &high);                                                              \
            outside[i] = settle(asked, p, &low, &high);                                            \
            lows[i] = cases == 0 ? 0 : low;                                                        \
            highs[i] = cases == 0 ? 1 : high;                                                      \
            shares[i] = p;                                                                         \
        }                                                                                          \
        for (int i = 0; i < ASSAY_INTERVAL_ROWS; i++)                                              \
            clipped += outside[i] > 0 && n[i] > 0;                                                 \
        memcpy(lower, lows, sizeof lows);                                                          \
        memcpy(upper, highs, sizeof highs);                                                        \
        memcpy(estimate, shares, sizeof shares);                                                   \
        return clipped;                                                                            \
    }

/* ---- the methods ---------------------------------------------------------------------------- */

/*
** wald: p -+ z sqrt(p q / n); with a population the variance is (1 - n/N) p q / (n-1), undefined for
** n = 1. Too narrow, and a point at x = 0 and x = n: for comparison with what others have printed.
*/
ASSAY_INLINE void about(double p, double arm, double *lower, double *upper)
{
    *lower = p - arm;
    *upper = p + arm;
}

ASSAY_INLINE void wald(const assay_evidence *e, double z, double *lower, double *upper)
{
    about(e->p, z * sqrt(e->p * (1 - e->p) / e->variance), lower, upper);
}
METHOD(wald)

/* wald_cc: wald, and half a case more on either side. */
ASSAY_INLINE void wald_cc(const assay_evidence *e, double z, double *lower, double *upper)
{
    about(e->p, z * sqrt(e->p * (1 - e->p) / e->variance) + 0.5 / e->cases, lower, upper);
}
METHOD(wald_cc)

/*
** wilson: (p + z^2/2n -+ z sqrt(p q / n + z^2/4n^2)) / (1 + z^2/n), the p0 with |p - p0| =
** z sqrt(p0 q0 / n). lower = 0 exactly where p = 0, upper = 1 where p = 1.
** Source: Wilson (1927), JASA 22, 209-212.
*/
ASSAY_INLINE void wilson_limits(double p, double n, double z, double *lower, double *upper)
{
    const double k = z / n * z, middle = (p + k / 2) / (1 + k);
    const double arm = z * sqrt(p * (1 - p) / n + k / n / 4) / (1 + k);
    *lower = p == 0 ? 0 : middle - arm;
    *upper = p == 1 ? 1 : middle + arm;
}

ASSAY_INLINE void wilson(const assay_evidence *e, double z, double *lower, double *upper)
{
    wilson_limits(e->p, e->n, z, lower, upper);
}
METHOD(wilson)

assay_status assay_wilson_at(double p, double n_effective, double z, double *lower, double *upper)
{
    if (!(p >= 0 && p <= 1) || !(n_effective > 0) || !(z > 0 && z <= DBL_MAX))
        return ASSAY_EDOM;
    wilson_limits(p, n_effective, z, lower, upper);
    return ASSAY_OK;
}

assay_status assay_wilson_real(double p, double n_effective, double tail, double *lower,
                               double *upper)
{
    if (!(p >= 0 && p <= 1) || !(n_effective > 0) || !(tail > 0 && tail < 1))
        return ASSAY_EDOM;
    wilson_limits(p, n_effective, assay_normal_upper(tail), lower, upper);
    return ASSAY_OK;
}

/*
** wilson_cc: wilson with |p - p0| - 1/2n for |p - p0|:
**   (2np + z^2 - 1 - z sqrt(z^2 - 2 - 1/n + 4p (nq + 1))) / 2(n + z^2)
**   (2np + z^2 + 1 + z sqrt(z^2 + 2 - 1/n + 4p (nq - 1))) / 2(n + z^2)
** The first root is that of a number below 0 only where p = 0, whose lower limit is 0, the second
** where p = 1, whose upper limit is 1.
** Source: Newcombe (1998), Statistics in Medicine 17, 857-872, method 4.
*/
ASSAY_INLINE void corrected_limits(double p, double n, double z, double *lower, double *upper)
{
    const double q = 1 - p, s = z * z, twice = 2 * (n + s);
    const double low = sqrt(s - 2 - 1 / n + 4 * p * (n * q + 1));
    const double high = sqrt(s + 2 - 1 / n + 4 * p * (n * q - 1));
    *lower = p == 0 ? 0 : (2 * n * p + s - 1 - z * low) / twice;
    *upper = p == 1 ? 1 : (2 * n * p + s + 1 + z * high) / twice;
}

ASSAY_INLINE void wilson_cc(const assay_evidence *e, double z, double *lower, double *upper)
{
    corrected_limits(e->p, e->n, z, lower, upper);
}
METHOD(wilson_cc)

assay_status assay_wilson_cc_real(double p, double n, double tail, double *lower, double *upper)
{
    double low, high;
    if (!(p >= 0 && p <= 1) || !(n >= 1 && n <= DBL_MAX) || !(tail > 0 && tail < 1))
        return ASSAY_EDOM;
    corrected_limits(p, n, assay_normal_upper(tail), &low, &high);
    *lower = held_inside(low);
    *upper = held_inside(high);
    return ASSAY_OK;
}

/*
** agresti_coull: wald with n + z^2 for n and x + z^2/2 for x; clipped at x = 0 and x = n.
** Source: Agresti & Coull (1998), The American Statistician 52, 119-126.
*/
ASSAY_INLINE void agresti_coull(const assay_evidence *e, double z, double *lower, double *upper)
{
    const double n = e->n + z * z, p = (e->p * e->n + z * z / 2) / n;
    about(p, z * sqrt(p * (1 - p) / n), lower, upper);
}
METHOD(agresti_coull)
