/* test_strata.c -- Mantel and Haenszel's estimates and test over several tables. */
#include "prob/test.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "prob/dist.h"

typedef struct sums {
    double r, s, pr, cross, qs; /* of the odds ratio and its variance */
    double difference, size;    /* of the risk difference */
    double apart, variance;     /* of the test */
} sums;

static bool is_informative(double a, double b, double c, double d)
{
    return a + b > 0 && c + d > 0 && a + c > 0 && b + d > 0;
}

static void add_table(sums *sum, const uint64_t t[4], size_t *used)
{
    const double a = (double)t[0], b = (double)t[1], c = (double)t[2], d = (double)t[3];
    const double n = a + b + c + d, first = a + b, second = c + d;
    if (first > 0 && second > 0) {
        sum->difference += (a * second - c * first) / n;
        sum->size += first * second / n;
    }
    if (!is_informative(a, b, c, d))
        return;
    const double p = (a + d) / n, q = (b + c) / n, r = a * d / n, s = b * c / n;
    sum->r += r;
    sum->s += s;
    sum->pr += p * r;
    sum->cross += p * s + q * r;
    sum->qs += q * s;
    sum->apart += r - s; /* a - E(a) = (a d - b c) / n */
    sum->variance += first * second * (a + c) * (b + d) / (n * n * (n - 1));
    ++*used;
}

static void find_odds_ratio(const sums *sum, double confidence, assay_mantel_haenszel *out)
{
    out->odds_ratio = sum->r / sum->s;
    out->lower = out->upper = NAN;
    if (!(sum->r > 0 && sum->s > 0))
        return;
    const double variance = sum->pr / (2 * sum->r * sum->r) + sum->cross / (2 * sum->r * sum->s) +
                            sum->qs / (2 * sum->s * sum->s);
    const double z = assay_normal_upper((1 - confidence) / 2);
    out->lower = out->odds_ratio * exp(-z * sqrt(variance));
    out->upper = out->odds_ratio * exp(z * sqrt(variance));
}

assay_status assay_test_mantel_haenszel(size_t k, const uint64_t tables[], double confidence,
                                        bool corrected, assay_mantel_haenszel *out)
{
    sums sum = {0};
    size_t used = 0;
    if (!(confidence > 0 && confidence < 1))
        return ASSAY_EDOM;
    for (size_t i = 0; i < 4 * k; i++)
        if (tables[i] > ASSAY_TEST_MOST)
            return ASSAY_EDOM;
    for (size_t i = 0; i < k; i++)
        add_table(&sum, tables + 4 * i, &used);
    *out = (assay_mantel_haenszel){.used = used, .test = {NAN, 1, NAN}};
    out->risk_difference = sum.size > 0 ? sum.difference / sum.size : NAN;
    find_odds_ratio(&sum, confidence, out);
    if (used > 0) {
        const double apart = fmax(0, fabs(sum.apart) - (corrected ? 0.5 : 0));
        out->test.statistic = apart * apart / sum.variance;
        out->test.p_value = gsl_cdf_chisq_Q(out->test.statistic, 1);
    }
    return ASSAY_OK;
}
