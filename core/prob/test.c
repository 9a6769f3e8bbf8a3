/* test.c -- tests of counts. */
#include "prob/test.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

/* Weighted mean of the scores; the sums below are taken about it, so that years such as 2018 lose nothing. */
static double mean_score(size_t k, const uint64_t n[], const double scores[], double total)
{
    double sum = 0;
    for (size_t i = 0; i < k; i++)
        sum += (double)n[i] / total * scores[i];
    return sum;
}

/* Whether cases stand at two scores at least. Rounding makes the spread of equal ones more than 0. */
static bool differ(size_t k, const uint64_t n[], const double scores[])
{
    double first = NAN;
    for (size_t i = 0; i < k; i++) {
        if (n[i] > 0 && !isnan(first) && scores[i] != first)
            return true;
        first = n[i] > 0 ? scores[i] : first;
    }
    return false;
}

assay_status assay_test_trend(size_t k, const uint64_t x[], const uint64_t n[],
                              const double scores[], assay_trend_test *test)
{
    double yes = 0, total = 0, up = 0, spread = 0;
    for (size_t i = 0; i < k; i++) {
        if (x[i] > n[i] || !isfinite(scores[i]))
            return ASSAY_EDOM;
        yes += (double)x[i];
        total += (double)n[i];
    }
    *test = (assay_trend_test){NAN, NAN, NAN};
    if (!(total > 0))
        return ASSAY_OK;
    const double p = yes / total, middle = mean_score(k, n, scores, total);
    for (size_t i = 0; i < k; i++) {
        const double s = scores[i] - middle;
        up += s * ((double)x[i] - (double)n[i] * p);
        spread += s * s * (double)n[i];
    }
    if (!differ(k, n, scores))
        return ASSAY_OK;
    test->slope = up / spread;
    if (yes == 0 || yes == total)
        test->slope = 0;
    else {
        test->z = up / sqrt(p * (1 - p) * spread);
        test->p_value = 2 * gsl_cdf_ugaussian_Q(fabs(test->z));
    }
    return ASSAY_OK;
}
