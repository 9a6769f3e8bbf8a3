/* test.c -- tests of counts in one table. */
#include "prob/test.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"

static double two_sided_normal(double z)
{
    return 2 * gsl_cdf_ugaussian_Q(fabs(z));
}

/* ---- tables of counts ---- */

typedef struct table {
    size_t rows, columns;
    const uint64_t *counts;
    double n;
} table;

static double row_sum(const table *t, size_t i)
{
    double sum = 0;
    for (size_t j = 0; j < t->columns; j++)
        sum += (double)t->counts[i * t->columns + j];
    return sum;
}

static double column_sum(const table *t, size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < t->rows; i++)
        sum += (double)t->counts[i * t->columns + j];
    return sum;
}

static double pearson_term(double n, double expected)
{
    return (n - expected) * (n - expected) / expected;
}

static double yates_term(double n, double expected)
{
    const double apart = fmax(0, fabs(n - expected) - 0.5);
    return apart * apart / expected;
}

/* 2 (n ln(n / E) + E - n): the last two add up to 0 over a table, and keep each term from cancelling. */
static double lr_term(double n, double expected)
{
    const double apart = (n - expected) / expected;
    return n == 0 ? 2 * expected : 2 * (n * log1p(apart) - (n - expected));
}

struct assay_chi_squared {
    const char *name;
    double (*term)(double n, double expected);
    bool four_cells; /* for 2 x 2 alone */
    bool n_minus_1;
};

static const assay_chi_squared chi_squared_methods[] = {
    {"pearson", pearson_term, false, false},
    {"n_minus_1", pearson_term, false, true},
    {"yates", yates_term, true, false},
    {"lr", lr_term, false, false},
};

#define N_CHI_SQUARED (sizeof chi_squared_methods / sizeof chi_squared_methods[0])

const char *assay_chi_squared_name(size_t i)
{
    return i < N_CHI_SQUARED ? chi_squared_methods[i].name : NULL;
}

const assay_chi_squared *assay_chi_squared_find(const char *name)
{
    for (size_t i = 0; i < N_CHI_SQUARED; i++)
        if (strcmp(chi_squared_methods[i].name, name) == 0)
            return &chi_squared_methods[i];
    return NULL;
}

/* The sum of all cells; more than the most above that. */
static uint64_t total(size_t cells, const uint64_t counts[])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < cells && sum <= ASSAY_TEST_MOST; i++)
        sum = counts[i] > ASSAY_TEST_MOST ? counts[i] : sum + counts[i];
    return sum;
}

/* The sum of the terms; NaN where an expected count is 0. */
static double sum_terms(const assay_chi_squared *method, const table *t, double *smallest)
{
    double sum = 0;
    *smallest = HUGE_VAL;
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->columns; j++) {
            const double expected = row_sum(t, i) * column_sum(t, j) / t->n;
            *smallest = expected < *smallest ? expected : *smallest;
            sum += method->term((double)t->counts[i * t->columns + j], expected);
        }
    return *smallest > 0 ? sum : NAN;
}

assay_status assay_test_chi_squared(const assay_chi_squared *method, size_t rows, size_t columns,
                                    const uint64_t counts[], assay_test *test, double *smallest)
{
    const uint64_t n = rows > 0 && columns > 0 && columns <= SIZE_MAX / rows
                           ? total(rows * columns, counts)
                           : UINT64_MAX;
    const table t = {rows, columns, counts, (double)n};
    if (n > ASSAY_TEST_MOST || (method->four_cells && !(rows == 2 && columns == 2)))
        return ASSAY_EDOM;
    *test = (assay_test){NAN, (double)((rows - 1) * (columns - 1)), NAN};
    *smallest = NAN;
    if (n == 0)
        return ASSAY_OK;
    const double sum = sum_terms(method, &t, smallest);
    if (test->df == 0 || isnan(sum))
        return ASSAY_OK;
    test->statistic = method->n_minus_1 ? sum * ((t.n - 1) / t.n) : sum;
    test->p_value = gsl_cdf_chisq_Q(test->statistic, test->df);
    return ASSAY_OK;
}

assay_status assay_test_pooled_fpc(const uint64_t x[2], const uint64_t n[2],
                                   const uint64_t populations[2], assay_test *test)
{
    double factor = 0;
    for (size_t i = 0; i < 2; i++) {
        if (x[i] > n[i] || n[i] == 0 || n[i] > populations[i] || populations[i] > ASSAY_TEST_MOST)
            return ASSAY_EDOM;
        if (n[i] < populations[i])
            factor +=
                (double)(populations[i] - n[i]) / ((double)(populations[i] - 1) * (double)n[i]);
    }
    const double all = (double)(n[0] + n[1]), p = (double)(x[0] + x[1]) / all;
    const double apart = (double)x[0] / (double)n[0] - (double)x[1] / (double)n[1];
    const double variance = p * ((all - (double)(x[0] + x[1])) / all) * factor;
    *test = (assay_test){NAN, NAN, NAN};
    if (variance > 0) {
        test->statistic = apart / sqrt(variance);
        test->p_value = two_sided_normal(test->statistic);
    }
    return ASSAY_OK;
}

/* ---- many tests ---- */

static int by_size(const void *self, uint32_t a, uint32_t b)
{
    const double *p = self;
    return (p[a] > p[b]) - (p[a] < p[b]);
}

/* `order` has the tests by rising p. Both factors fall as the rank rises. */
static void step(assay_adjustment method, size_t m, const uint32_t order[], const double p[],
                 double adjusted[])
{
    double bound = method == ASSAY_BENJAMINI_HOCHBERG ? 1 : 0;
    for (size_t i = 0; i < m; i++) {
        const size_t at = method == ASSAY_BENJAMINI_HOCHBERG ? m - 1 - i : i;
        const uint32_t which = order[at];
        if (method == ASSAY_HOLM)
            bound = fmin(1, fmax(bound, (double)(m - at) * p[which]));
        else if (method == ASSAY_BENJAMINI_HOCHBERG)
            bound = fmin(bound, p[which] * (double)m / (double)(at + 1));
        else
            bound = fmin(1, (double)m * p[which]);
        adjusted[which] = bound;
    }
}

assay_status assay_test_adjust(assay_context *context, assay_adjustment method, size_t m,
                               const double p[], double adjusted[])
{
    size_t tested = 0;
    if (m > UINT32_MAX - 1)
        return assay_fail(context, ASSAY_EDOM, "too many p-values");
    for (size_t i = 0; i < m; i++)
        if (p[i] < 0 || p[i] > 1)
            return assay_fail(context, ASSAY_EDOM, "p-value %zu is not from 0 to 1", i + 1);
    uint32_t *order = assay_alloc_array(m + (m == 0), sizeof *order);
    if (order == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < m; i++)
        if (!isnan(p[i]))
            order[tested++] = (uint32_t)i;
    const assay_status status = assay_sort(context, tested, order, by_size, p);
    if (status == ASSAY_OK) {
        for (size_t i = 0; i < m; i++)
            adjusted[i] = NAN;
        step(method, tested, order, p, adjusted);
    }
    assay_free(order);
    return status;
}

/* ---- trend ---- */

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
        test->p_value = two_sided_normal(test->z);
    }
    return ASSAY_OK;
}
