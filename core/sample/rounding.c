/* rounding.c -- real sizes made whole by chance. */
#include "sample/rounding.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"

static const uint64_t one = ASSAY_ROUNDING_POINTS;

/* The whole part of x, and its fraction in units of 2^-52. */
static uint64_t split(double x, uint64_t *fraction)
{
    const double nearest = floor(x + 0.5);
    if (fabs(x - nearest) <= 1e-12 * (x > 1 ? x : 1)) {
        *fraction = 0;
        return (uint64_t)nearest;
    }
    *fraction = (uint64_t)((x - floor(x)) * (double)one);
    return (uint64_t)x;
}

/* The last bits of the fractions are noise: the first ones that can take it make the sum whole. */
static void make_whole(size_t n, uint64_t fraction[])
{
    uint64_t sum = 0;
    for (size_t h = 0; h < n; h++)
        sum = (sum + fraction[h]) % one;
    const bool more = sum > one / 2;
    uint64_t noise = more ? one - sum : sum;
    for (size_t h = 0; h < n && noise > 0; h++) {
        const uint64_t room = more ? one - fraction[h] : fraction[h];
        const uint64_t step = fraction[h] == 0 ? 0 : noise < room ? noise : room;
        fraction[h] = more ? fraction[h] + step : fraction[h] - step;
        noise -= step;
    }
}

static assay_status check_reals(assay_context *context, uint64_t n, size_t n_strata,
                                const double real[], uint64_t point)
{
    double sum = 0;
    if (point >= one)
        return assay_fail(context, ASSAY_EDOM, "the point of rounding is not below 2^52");
    for (size_t h = 0; h < n_strata; h++) {
        if (!(real[h] >= 0 && real[h] <= (double)n + 1))
            return assay_fail(context, ASSAY_EDOM,
                              "the size of stratum %zu is no number from 0 to the total", h + 1);
        sum += real[h];
    }
    if (!(fabs(sum - (double)n) < 0.25)) /* noise stays far below; what is whole is near n alone */
        return assay_fail(context, ASSAY_EDOM, "the sizes of the strata do not add up to %llu",
                          (unsigned long long)n);
    return ASSAY_OK;
}

assay_status assay_round_systematic(assay_context *context, uint64_t n, size_t n_strata,
                                    const double real[], uint64_t point, uint64_t whole[])
{
    const assay_status status = check_reals(context, n, n_strata, real, point);
    if (status != ASSAY_OK)
        return status;
    uint64_t *fraction = assay_alloc_array(n_strata, sizeof *fraction), at = point;
    if (fraction == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < n_strata; h++)
        whole[h] = split(real[h], &fraction[h]);
    make_whole(n_strata, fraction);
    for (size_t h = 0; h < n_strata; h++) {
        at += fraction[h];
        whole[h] += at / one;
        at %= one;
    }
    assay_free(fraction);
    return ASSAY_OK;
}

assay_status assay_round_random(assay_context *context, uint64_t n, size_t n_strata,
                                const double real[], const char *seed, uint64_t whole[])
{
    assay_rng rng;
    assay_rng_stream(&rng, seed, "rounding", 0);
    const uint64_t high = gsl_rng_get(&rng.gsl), low = gsl_rng_get(&rng.gsl);
    return assay_round_systematic(context, n, n_strata, real, (high << 32 | low) >> 12, whole);
}
