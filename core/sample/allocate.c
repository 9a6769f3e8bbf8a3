/* allocate.c -- a total shared out over strata. */
#include "sample/allocate.h"

#include <float.h>
#include <gsl/gsl_heapsort.h>
#include <gsl/gsl_sort.h>
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"

typedef struct stratum {
    size_t index;
    double weight;    /* as given */
    double share;     /* weight over the largest weight; 0 once the stratum is settled */
    double low, high; /* the bounds */
    double real;
    double remainder; /* of real */
    uint64_t whole;
} stratum;

/* ---- what is asked -------------------------------------------------------------------------- */

static uint64_t low_of(const uint64_t minimum[], size_t h)
{
    return minimum == NULL ? 0 : minimum[h];
}

static uint64_t high_of(const uint64_t maximum[], size_t h)
{
    return maximum == NULL ? UINT64_MAX : maximum[h];
}

static uint64_t saturated_sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static assay_status check_weights(assay_context *context, size_t n_strata, const double weight[])
{
    double largest = 0;
    for (size_t h = 0; h < n_strata; h++) {
        if (!(weight[h] >= 0 && isfinite(weight[h])))
            return assay_fail(context, ASSAY_EDOM,
                              "the weight of stratum %zu must be a number of at least 0", h + 1);
        largest = weight[h] > largest ? weight[h] : largest;
    }
    if (largest == 0)
        return assay_fail(context, ASSAY_EDOM, "no stratum has a weight above 0");
    return ASSAY_OK;
}

static assay_status check_bounds(assay_context *context, uint64_t n, size_t n_strata,
                                 const uint64_t minimum[], const uint64_t maximum[])
{
    uint64_t lows = 0, highs = 0;
    for (size_t h = 0; h < n_strata; h++) {
        const uint64_t low = low_of(minimum, h), high = high_of(maximum, h);
        if (low > high)
            return assay_fail(context, ASSAY_EDOM,
                              "the minimum of stratum %zu is %" PRIu64 ", its maximum %" PRIu64,
                              h + 1, low, high);
        lows = saturated_sum(lows, low);
        highs = saturated_sum(highs, high);
    }
    if (lows > n)
        return assay_fail(context, ASSAY_EDOM,
                          "the minimums add up to %" PRIu64 ", more than the total of %" PRIu64,
                          lows, n);
    if (highs < n)
        return assay_fail(context, ASSAY_EDOM,
                          "the maximums add up to %" PRIu64 ", less than the total of %" PRIu64,
                          highs, n);
    return ASSAY_OK;
}

assay_status assay_allocate_check(assay_context *context, uint64_t n, size_t n_strata,
                                  const double weight[], const uint64_t minimum[],
                                  const uint64_t maximum[])
{
    if (n_strata == 0)
        return assay_fail(context, ASSAY_EDOM, "there are no strata");
    if (n > ASSAY_ALLOCATE_MOST)
        return assay_fail(context, ASSAY_EDOM, "the total of %" PRIu64 " is above %d", n,
                          ASSAY_ALLOCATE_MOST);
    const assay_status status = check_weights(context, n_strata, weight);
    return status == ASSAY_OK ? check_bounds(context, n, n_strata, minimum, maximum) : status;
}

static void set_up(stratum *strata, size_t n_strata, const double weight[],
                   const uint64_t minimum[], const uint64_t maximum[])
{
    double largest = 0;
    for (size_t h = 0; h < n_strata; h++)
        largest = weight[h] > largest ? weight[h] : largest;
    for (size_t h = 0; h < n_strata; h++) {
        const double share = weight[h] / largest;
        strata[h] = (stratum){
            .index = h,
            .weight = weight[h],
            .share = share < 1e-290 ? 0 : share, /* so that n / share is finite */
            .low = (double)low_of(minimum, h),
            .high = (double)high_of(maximum, h),
        };
    }
}

/* ---- real numbers --------------------------------------------------------------------------- */

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Kahan's sum: its error does not grow with the number of strata. */
typedef struct total {
    double sum, lost;
} total;

static void add(total *t, double x)
{
    const double y = x - t->lost, sum = t->sum + y;
    t->lost = (sum - t->sum) - y;
    t->sum = sum;
}

static double sum_at(const stratum *strata, size_t n_strata, double lambda)
{
    total t = {0, 0};
    for (size_t h = 0; h < n_strata; h++) {
        if (strata[h].share > 0)
            add(&t, clamp(lambda * strata[h].share, strata[h].low, strata[h].high));
    }
    return t.sum;
}

/*
** The sum over strata as a function of lambda is continuous, non-decreasing, and a straight line
** between breakpoints, where a stratum leaves its minimum or reaches its maximum. The last
** breakpoint whose sum does not pass what is wanted is found by bisection.
*/
static double last_breakpoint(const stratum *strata, size_t n_strata, double wanted, double *breaks)
{
    size_t n_breaks = 0, low = 0;
    for (size_t h = 0; h < n_strata; h++) {
        if (strata[h].share > 0) {
            breaks[n_breaks++] = strata[h].low / strata[h].share;
            breaks[n_breaks++] = strata[h].high / strata[h].share;
        }
    }
    gsl_sort(breaks, 1, n_breaks);
    for (size_t high = n_breaks; high - low > 1;) {
        const size_t middle = low + (high - low) / 2;
        if (sum_at(strata, n_strata, breaks[middle]) <= wanted)
            low = middle;
        else
            high = middle;
    }
    return breaks[low];
}

/* Shares `wanted` out over the strata whose share is above 0. breaks[2 n_strata] is scratch. */
static void spread(stratum *strata, size_t n_strata, double wanted, double *breaks)
{
    const double at = last_breakpoint(strata, n_strata, wanted, breaks);
    double rest = wanted;
    total free_share = {0, 0};
    for (size_t h = 0; h < n_strata; h++) {
        stratum *s = &strata[h];
        if (s->share == 0)
            continue;
        const bool at_low = s->low / s->share > at, at_high = s->high / s->share <= at;
        s->real = at_low ? s->low : s->high;
        if (at_low || at_high)
            rest -= s->real;
        else
            add(&free_share, s->share);
    }
    for (size_t h = 0; h < n_strata; h++) {
        stratum *s = &strata[h];
        if (s->share > 0 && s->low / s->share <= at && s->high / s->share > at)
            s->real = clamp(rest / free_share.sum * s->share, s->low, s->high);
    }
}

/* Strata with a weight first; those without share equally what they leave. */
static void allocate_real(stratum *strata, size_t n_strata, uint64_t n, double *breaks)
{
    double highs = 0, idle_lows = 0;
    for (size_t h = 0; h < n_strata; h++) {
        if (strata[h].share > 0)
            highs += strata[h].high;
        else
            idle_lows += strata[h].low;
    }
    const bool saturated = highs + idle_lows < (double)n;
    if (!saturated)
        spread(strata, n_strata, (double)n - idle_lows, breaks);
    for (size_t h = 0; h < n_strata; h++) {
        const bool idle = strata[h].share == 0;
        if (saturated || idle)
            strata[h].real = idle ? strata[h].low : strata[h].high;
        if (saturated)
            strata[h].share = idle ? 1 : 0;
    }
    if (saturated)
        spread(strata, n_strata, (double)n - highs, breaks);
}

/* ---- whole numbers -------------------------------------------------------------------------- */

/* Falling remainders; then falling weights, rising indices: a total order, so any sort will do. */
static int compare_claims(const void *a, const void *b)
{
    const stratum *s = a, *t = b;
    if (s->remainder != t->remainder)
        return s->remainder > t->remainder ? -1 : 1;
    if (s->weight != t->weight)
        return s->weight > t->weight ? -1 : 1;
    return s->index < t->index ? -1 : s->index > t->index;
}

/* Nearly equal is not transitive, so a run of ties ends at `guard` below its first member. */
static void level_ties(stratum *strata, size_t n_strata, double guard)
{
    for (size_t h = 1; h < n_strata; h++) {
        if (strata[h - 1].remainder - strata[h].remainder <= guard)
            strata[h].remainder = strata[h - 1].remainder;
    }
}

/*
** The integer parts do not add up to more than n, since the noise of the reals is far below 1. What
** is missing is the sum of the remainders: that many strata have one and are below their maximum.
*/
static void allocate_whole(stratum *strata, size_t n_strata, uint64_t n)
{
    uint64_t left = n;
    const double noise = 8 * DBL_EPSILON * (double)n;
    for (size_t h = 0; h < n_strata; h++) {
        strata[h].whole = (uint64_t)strata[h].real;
        strata[h].remainder = strata[h].real - (double)strata[h].whole;
        left -= strata[h].whole;
    }
    gsl_heapsort(strata, n_strata, sizeof *strata, compare_claims);
    level_ties(strata, n_strata, noise > 1e-12 ? noise : 1e-12);
    gsl_heapsort(strata, n_strata, sizeof *strata, compare_claims);
    for (size_t h = 0; h < n_strata && left > 0; h++) {
        if ((double)strata[h].whole < strata[h].high) {
            strata[h].whole++;
            left--;
        }
    }
}

assay_status assay_allocate(assay_context *context, uint64_t n, size_t n_strata,
                            const double weight[], const uint64_t minimum[],
                            const uint64_t maximum[], double real[], uint64_t whole[])
{
    const assay_status status =
        assay_allocate_check(context, n, n_strata, weight, minimum, maximum);
    if (status != ASSAY_OK)
        return status;
    stratum *strata = assay_alloc_array(n_strata, sizeof *strata + 2 * sizeof(double));
    if (strata == NULL)
        return assay_fail_memory(context);

    double *breaks = (double *)(strata + n_strata);
    set_up(strata, n_strata, weight, minimum, maximum);
    allocate_real(strata, n_strata, n, breaks);
    allocate_whole(strata, n_strata, n);
    for (size_t h = 0; h < n_strata; h++) {
        real[strata[h].index] = strata[h].real;
        whole[strata[h].index] = strata[h].whole;
    }
    assay_free(strata);
    return ASSAY_OK;
}
