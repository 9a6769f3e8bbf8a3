/* test_exact.c -- tests by the exact distribution of counts. */
#include "prob/test.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "prob/dist.h"

/* ---- Fisher ---- */

/*
** Tables with these margins by their first cell k, least <= k <= most. Weights are the
** probabilities over that of the likeliest table, got from it outwards by ratios, so that nothing
** large is subtracted.
*/
typedef struct tables {
    double first_row, second_row, first_column; /* sums */
    double least, most, mode;
} tables;

static tables tables_of(const uint64_t counts[4])
{
    const double a = (double)counts[0], b = (double)counts[1], c = (double)counts[2],
                 d = (double)counts[3];
    tables t = {.first_row = a + b, .second_row = c + d, .first_column = a + c};
    t.least = fmax(0, t.first_column - t.second_row);
    t.most = fmin(t.first_row, t.first_column);
    t.mode = floor((t.first_row + 1) * (t.first_column + 1) / (t.first_row + t.second_row + 2));
    t.mode = fmin(t.most, fmax(t.least, t.mode));
    return t;
}

/* The weight of k + 1 over that of k. */
static double ratio(const tables *t, double k)
{
    return (t->first_row - k) * (t->first_column - k) /
           ((k + 1) * (t->second_row - t->first_column + k + 1));
}

/* One way out from the mode: the weights of k + 1, k + 2 ... or of k - 1, k - 2 ... until they are 0. */
static double next_weight(const tables *t, double *k, bool up, double weight)
{
    if (up ? *k >= t->most : *k <= t->least)
        return 0;
    weight = up ? weight * ratio(t, *k) : weight / ratio(t, *k - 1);
    *k += up ? 1 : -1;
    return weight;
}

static double weight_of(const tables *t, double k)
{
    double at = t->mode, weight = 1;
    while (at != k && weight > 0)
        weight = next_weight(t, &at, k > t->mode, weight);
    return weight;
}

typedef struct sums {
    double all, counted;
} sums;

/* Whether a table of first cell k and that weight counts against the observed one. */
static bool counts_against(assay_alternative alternative, double k, double weight, double observed,
                           double limit)
{
    switch (alternative) {
    case ASSAY_GREATER:
        return k >= observed;
    case ASSAY_LESS:
        return k <= observed;
    default:
        return weight <= limit;
    }
}

assay_status assay_test_fisher(const uint64_t counts[4], assay_alternative alternative, bool mid_p,
                               double *p_value)
{
    for (size_t i = 0; i < 4; i++)
        if (counts[i] > ASSAY_TEST_MOST / 4)
            return ASSAY_EDOM;
    const tables t = tables_of(counts);
    const double observed = (double)counts[0], own = weight_of(&t, observed);
    const double limit = own * (1 + 1e-7);
    sums sum = {0};
    for (int up = 0; up < 2; up++) {
        double k = t.mode, weight = up ? 1 : next_weight(&t, &k, false, 1);
        while (weight > 0) {
            sum.all += weight;
            if (counts_against(alternative, k, weight, observed, limit))
                sum.counted += weight;
            weight = next_weight(&t, &k, up, weight);
        }
    }
    *p_value = fmin(1, (sum.counted - (mid_p ? own / 2 : 0)) / sum.all);
    return ASSAY_OK;
}

/* ---- McNemar ---- */

static double binomial_half(uint64_t k, uint64_t n)
{
    return exp(assay_binomial_log_density((double)k, (double)n, 0.5, 0.5));
}

/* P(X <= k), X binomial(n, 1/2): the beta tail of (n - k, k + 1) at 1/2. */
static assay_status binomial_half_tail(uint64_t k, uint64_t n, double *tail)
{
    double upper;
    if (k >= n) {
        *tail = 1;
        return ASSAY_OK;
    }
    return assay_beta_cdf(0.5, (double)(n - k), (double)k + 1, tail, &upper);
}

static assay_status mcnemar_exact(bool mid_p, uint64_t b, uint64_t c, double *p_value)
{
    const uint64_t least = b < c ? b : c, n = b + c;
    double tail;
    const assay_status status = binomial_half_tail(least, n, &tail);
    if (status != ASSAY_OK)
        return status;
    if (n == 0)
        *p_value = 1;
    else if (!mid_p)
        *p_value = fmin(1, 2 * tail);
    else if (b == c)
        *p_value = 1 - binomial_half(b, n) / 2;
    else
        *p_value = 2 * tail - binomial_half(least, n);
    return ASSAY_OK;
}

assay_status assay_test_mcnemar(assay_mcnemar method, uint64_t b, uint64_t c, assay_test *test)
{
    assay_test fresh = {NAN, NAN, NAN};
    if (b > ASSAY_TEST_MOST / 2 || c > ASSAY_TEST_MOST / 2)
        return ASSAY_EDOM;
    if (method == ASSAY_MCNEMAR_EXACT || method == ASSAY_MCNEMAR_MID_P) {
        const assay_status status =
            mcnemar_exact(method == ASSAY_MCNEMAR_MID_P, b, c, &fresh.p_value);
        if (status == ASSAY_OK)
            *test = fresh;
        return status;
    }
    const double apart = fabs((double)b - (double)c);
    const double counted = method == ASSAY_MCNEMAR_CHI_SQUARED_CC ? fmax(0, apart - 1) : apart;
    fresh.df = 1;
    if (b + c > 0) {
        fresh.statistic = counted * counted / (double)(b + c);
        fresh.p_value = gsl_cdf_chisq_Q(fresh.statistic, 1);
    }
    *test = fresh;
    return ASSAY_OK;
}
