/* funnel_limit.c -- what chance does at a target, and the limits that it gives. */
#include "judge/funnel.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "prob/dist.h"
#include "prob/hyper.h"
#include "prob/interval.h"

static const double two_pi = 6.28318530717958647692528676655900577;

/* The marked cases of a population at the target: M, or M + 1 with the probability `part`. */
typedef struct marked {
    uint64_t M;
    double part;
} marked;

static bool is_finite(const assay_funnel_law *law)
{
    return !law->rate && law->population != ASSAY_INFINITE;
}

/* target N, which is whole where rounding alone keeps it from that. */
static marked marked_of(const assay_funnel_law *law)
{
    const double all = law->target * (double)law->population, whole = round(all);
    if (fabs(all - whole) <= 1e-12 * fmax(1, all))
        return (marked){(uint64_t)whole, 0};
    return (marked){(uint64_t)floor(all), all - floor(all)};
}

static bool is_count(double size)
{
    return size >= 1 && size <= (double)ASSAY_FUNNEL_MOST && size == floor(size);
}

static bool is_law(const assay_funnel_law *law)
{
    if (law->rate)
        return law->target >= 0 && law->size > 0 && isfinite(law->size) &&
               law->target * law->size <= (double)ASSAY_FUNNEL_MOST;
    return law->target >= 0 && law->target <= 1 && is_count(law->size) &&
           (law->population == ASSAY_INFINITE ||
            (law->population <= ASSAY_FUNNEL_MOST && law->size <= (double)law->population));
}

/* The standard deviation of x / n. */
static double sd_of(const assay_funnel_law *law)
{
    if (law->rate)
        return sqrt(law->target / law->size);
    const double variance = law->target * (1 - law->target) / law->size,
                 N = (double)law->population;
    if (!is_finite(law) || variance == 0)
        return sqrt(variance);
    return law->size == N ? 0 : sqrt(variance * (N - law->size) / (N - 1));
}

/* ---- the distribution of x ------------------------------------------------------------------- */

static void hyper_tails(const assay_funnel_law *law, uint64_t k, uint64_t M, double *lower,
                        double *upper)
{
    assay_hyper_tails(k, law->population, M, (uint64_t)law->size, lower, upper);
}

/* P(X <= k) and P(X > k). */
static void tails(const assay_funnel_law *law, uint64_t k, double *lower, double *upper)
{
    if (law->rate) {
        const double mean = law->target * law->size;
        *lower = mean == 0 ? 1 : gsl_cdf_poisson_P((unsigned)k, mean);
        *upper = mean == 0 ? 0 : gsl_cdf_poisson_Q((unsigned)k, mean);
    } else if (!is_finite(law)) {
        assay_binomial_tails(k, (uint64_t)law->size, law->target, lower, upper);
    } else {
        const marked at = marked_of(law);
        double more_lower, more_upper;
        hyper_tails(law, k, at.M, lower, upper);
        if (at.part == 0)
            return;
        hyper_tails(law, k, at.M + 1, &more_lower, &more_upper);
        *lower += at.part * (more_lower - *lower);
        *upper += at.part * (more_upper - *upper);
    }
}

static double hyper_density(const assay_funnel_law *law, uint64_t M, uint64_t k)
{
    const assay_hyper h = {law->population, M, (uint64_t)law->size};
    return k < assay_hyper_fewest(&h) || k > assay_hyper_most(&h) ? 0 : assay_hyper_density(&h, k);
}

/* Loader's form, as the binomial's in prob/dist.h. */
static double poisson_density(double k, double mean)
{
    if (k == 0 || mean == 0)
        return k == 0 ? exp(-mean) : 0;
    return exp(-assay_stirling_remainder(k) - assay_deviance(k, mean, k - mean)) / sqrt(two_pi * k);
}

static double density(const assay_funnel_law *law, uint64_t k)
{
    if (law->rate)
        return poisson_density((double)k, law->target * law->size);
    if (!is_finite(law))
        return exp(assay_binomial_log_density((double)k, law->size, law->target, 1 - law->target));
    const marked at = marked_of(law);
    const double here = hyper_density(law, at.M, k);
    return at.part == 0 ? here : here + at.part * (hyper_density(law, at.M + 1, k) - here);
}

/* ---- limits ---------------------------------------------------------------------------------- */

/* A probability and what is left of 1, each with its digits. */
typedef struct level {
    double p, q;
} level;

/* F(k) - p, from the side where both have their digits. */
static double above(const assay_funnel_law *law, uint64_t k, level at)
{
    double lower, upper;
    tails(law, k, &lower, &upper);
    return at.p < at.q ? lower - at.p : at.q - upper;
}

/* A count with P(X > k) as good as 0. */
static uint64_t most_of(const assay_funnel_law *law)
{
    const double mean = law->target * law->size;
    return law->rate ? (uint64_t)ceil(mean + 50 * sqrt(mean) + 800) : (uint64_t)law->size;
}

/* The quantile of a normal law of that mean and deviation, in 0 .. most. */
static uint64_t near_quantile(const assay_funnel_law *law, level at, uint64_t most)
{
    const double z = at.p < at.q ? -assay_normal_upper(at.p) : assay_normal_upper(at.q);
    const double k = round(law->size * (law->target + z * sd_of(law)));
    return k <= 0 ? 0 : k >= (double)most ? most : (uint64_t)k;
}

/* min {k: F(k) >= p}, by steps that double from near it, and then halve. */
static uint64_t quantile(const assay_funnel_law *law, level at)
{
    const uint64_t most = most_of(law);
    uint64_t high = near_quantile(law, at, most), low, step = 1;
    for (; high < most && above(law, high, at) < 0; step *= 2)
        high = most - high > step ? high + step : most;
    low = high;
    for (step = 1; low > 0 && above(law, low - 1, at) >= 0; step *= 2) {
        high = low - 1;
        low = high > step ? high - step : 0;
    }
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (above(law, middle, at) >= 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static double clip(const assay_funnel_law *law, double limit)
{
    return limit < 0 ? 0 : limit > 1 && !law->rate ? 1 : limit;
}

/* (F(k) - p) / f(k), 0 to 1 but for rounding. */
static double part_of(const assay_funnel_law *law, uint64_t k, level at)
{
    const double a = above(law, k, at) / density(law, k);
    return a > 0 ? fmin(a, 1) : 0;
}

static double exact_limit(const assay_funnel_law *law, level at)
{
    const uint64_t k = quantile(law, at);
    return clip(law, ((double)k - part_of(law, k, at)) / law->size);
}

/*
** max {k: G(k) >= q}: G(k + 1) = 1 - F(k) < q is F(k) > p, so that it is min {k: F(k) > p}, which is
** the quantile but for F(k) = p; there both ways of drawing meet. G(k) - q = p - F(k) + f(k).
*/
static double mirrored_limit(const assay_funnel_law *law, level at)
{
    if (at.p < at.q)
        return exact_limit(law, at);
    const uint64_t k = quantile(law, at);
    return clip(law, ((double)k + 1 - part_of(law, k, at)) / law->size);
}

static double normal_limit(const assay_funnel_law *law, level at)
{
    const double z = at.p < at.q ? -assay_normal_upper(at.p) : assay_normal_upper(at.q);
    return law->target + z * sd_of(law);
}

assay_status assay_funnel_limit(const assay_funnel_law *law, assay_funnel_method method, double p,
                                double *limit)
{
    if (!is_law(law) || !(p > 0 && p < 1))
        return ASSAY_EDOM;
    const level at = {p, 1 - p};
    if (sd_of(law) == 0)
        *limit = law->target;
    else if (method == ASSAY_FUNNEL_NORMAL)
        *limit = normal_limit(law, at);
    else
        *limit = method == ASSAY_FUNNEL_EXACT ? exact_limit(law, at) : mirrored_limit(law, at);
    return ASSAY_OK;
}

/* ---- how far off a unit is ------------------------------------------------------------------- */

/* P(X >= x) with M marked, or of the law without a population. */
static double upward(const assay_funnel_law *law, uint64_t x)
{
    double lower, upper;
    if (x == 0)
        return 1;
    if (is_finite(law)) {
        const marked at = marked_of(law);
        hyper_tails(law, x - 1, at.M + (at.part > 0), &lower, &upper);
    } else {
        tails(law, x - 1, &lower, &upper);
    }
    return upper;
}

static double downward(const assay_funnel_law *law, uint64_t x)
{
    double lower, upper;
    if (is_finite(law))
        hyper_tails(law, x, marked_of(law).M, &lower, &upper);
    else
        tails(law, x, &lower, &upper);
    return lower;
}

static bool is_count_of(const assay_funnel_law *law, uint64_t x)
{
    return is_law(law) && x <= ASSAY_FUNNEL_MOST && (law->rate || (double)x <= law->size);
}

assay_status assay_funnel_p_value(const assay_funnel_law *law, uint64_t x, double *p_value)
{
    if (!is_count_of(law, x))
        return ASSAY_EDOM;
    *p_value = fmin(1, 2 * fmin(downward(law, x), upward(law, x)));
    return ASSAY_OK;
}

assay_status assay_funnel_z(const assay_funnel_law *law, uint64_t x, double *z)
{
    if (!is_count_of(law, x))
        return ASSAY_EDOM;
    const double sd = sd_of(law);
    *z = sd == 0 ? (double)NAN : ((double)x / law->size - law->target) / sd;
    return ASSAY_OK;
}
