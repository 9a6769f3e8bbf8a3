/* test_fit.c -- goodness of fit, by the chi-squared distribution or by simulation. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "prob/test.h"

#define SMALLEST_EXPECTED 5
#define GUARD             1e-12

/* What is expected of a sample of n cases: shares, or a population from which it is drawn. */
typedef struct expectation {
    size_t k;
    uint64_t n;
    const uint64_t *counts;
    const double *shares; /* NULL: of a population */
    double all;           /* their sum */
    const uint64_t *population;
    uint64_t N;
} expectation;

static double expected(const expectation *of, size_t i)
{
    return of->shares != NULL ? (double)of->n * of->shares[i] / of->all
                              : (double)of->n * (double)of->population[i] / (double)of->N;
}

/* sum (n_k - E_k)^2 / E_k */
static double distance(const expectation *of, const uint64_t counts[])
{
    double sum = 0;
    for (size_t i = 0; i < of->k; i++) {
        const double off = (double)counts[i] - expected(of, i);
        sum += off * off / expected(of, i);
    }
    return sum;
}

/* ---- samples ---- */

/*
** Of a population `cell_of` has the cell of each case: n draws of a Fisher-Yates shuffle choose a
** sample; undone backwards, they leave the list as it was, so that no replicate depends on others.
** Of shares `up_to` has their running sums.
*/
typedef struct sampler {
    const expectation *of;
    uint32_t *cell_of, *drawn_from;
    double *up_to;
    uint64_t *counts;
} sampler;

static void free_sampler(sampler *self)
{
    assay_free(self->cell_of);
    assay_free(self->drawn_from);
    assay_free(self->up_to);
    assay_free(self->counts);
}

static bool new_cells(sampler *self)
{
    const expectation *of = self->of;
    self->cell_of = assay_alloc_array(of->N, sizeof *self->cell_of);
    self->drawn_from = assay_alloc_array(of->n, sizeof *self->drawn_from);
    if (self->cell_of == NULL || self->drawn_from == NULL)
        return false;
    for (size_t i = 0, at = 0; i < of->k; i++)
        for (uint64_t j = 0; j < of->population[i]; j++)
            self->cell_of[at++] = (uint32_t)i;
    return true;
}

static bool new_sums(sampler *self)
{
    double sum = 0;
    self->up_to = assay_alloc_array(self->of->k, sizeof *self->up_to);
    if (self->up_to == NULL)
        return false;
    for (size_t i = 0; i < self->of->k; i++)
        self->up_to[i] = sum += self->of->shares[i] / self->of->all;
    return true;
}

static void swap(uint32_t *cells, size_t a, size_t b)
{
    const uint32_t kept = cells[a];
    cells[a] = cells[b];
    cells[b] = kept;
}

static void draw_of_population(sampler *self, assay_rng *rng)
{
    const size_t n = self->of->n;
    for (size_t i = 0; i < n; i++) {
        const unsigned long left = (unsigned long)(self->of->N - i);
        self->drawn_from[i] = (uint32_t)(i + gsl_rng_uniform_int(&rng->gsl, left));
        swap(self->cell_of, i, self->drawn_from[i]);
        self->counts[self->cell_of[i]]++;
    }
    for (size_t i = n; i > 0; i--)
        swap(self->cell_of, i - 1, self->drawn_from[i - 1]);
}

/* The first cell whose running sum is above u; rounding may leave the last one a little below 1. */
static size_t cell_at(const sampler *self, double u)
{
    size_t low = 0, high = self->of->k - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (self->up_to[middle] > u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void draw_sample(sampler *self, assay_rng *rng)
{
    memset(self->counts, 0, self->of->k * sizeof *self->counts);
    if (self->of->shares == NULL) {
        draw_of_population(self, rng);
        return;
    }
    for (uint64_t i = 0; i < self->of->n; i++)
        self->counts[cell_at(self, gsl_rng_uniform(&rng->gsl))]++;
}

static assay_status count_as_large(assay_context *context, sampler *self,
                                   const assay_simulation *by, uint64_t *as_large)
{
    const double observed = distance(self->of, self->of->counts) * (1 - GUARD);
    const uint64_t between_polls = 1 + 200000 / self->of->n;
    assay_rng rng;
    assay_rng_stream(&rng, by->seed, by->stream, 0);
    *as_large = 0;
    for (uint64_t b = 0; b < by->replicates; b++) {
        assay_rng_replicate(&rng, b);
        draw_sample(self, &rng);
        *as_large += distance(self->of, self->counts) >= observed;
        if (b % between_polls == 0) {
            const assay_status status = assay_poll(context, b, by->replicates);
            if (status != ASSAY_OK)
                return status;
        }
    }
    return ASSAY_OK;
}

static assay_status simulate(assay_context *context, const expectation *of,
                             const assay_simulation *by, double *p_value)
{
    sampler self = {.of = of, .counts = assay_alloc_array(of->k, sizeof *self.counts)};
    uint64_t as_large = 0;
    assay_status status = ASSAY_OK;
    if (self.counts == NULL || !(of->shares != NULL ? new_sums(&self) : new_cells(&self)))
        status = assay_fail_memory(context);
    if (status == ASSAY_OK)
        status = count_as_large(context, &self, by, &as_large);
    free_sampler(&self);
    if (status == ASSAY_OK)
        *p_value = (double)(1 + as_large) / (double)(by->replicates + 1);
    return status;
}

/* ---- the tests ---- */

static assay_status find_fit(assay_context *context, const expectation *of, double factor,
                             const assay_simulation *by, assay_fit *fit)
{
    assay_fit fresh = {.test = {NAN, (double)of->k - 1, NAN}, .smallest = HUGE_VAL};
    assay_status status = ASSAY_OK;
    for (size_t i = 0; i < of->k; i++)
        fresh.smallest = fmin(fresh.smallest, expected(of, i));
    if (of->n > 0 && of->k > 1 && factor == 0) {
        fresh.test.statistic = 0;
        fresh.test.p_value = 1;
    } else if (of->n > 0 && of->k > 1) {
        fresh.test.statistic = distance(of, of->counts) * factor;
        fresh.by_simulation = fresh.smallest < SMALLEST_EXPECTED;
        if (fresh.by_simulation)
            status = simulate(context, of, by, &fresh.test.p_value);
        else
            fresh.test.p_value = gsl_cdf_chisq_Q(fresh.test.statistic, fresh.test.df);
    }
    if (status == ASSAY_OK)
        *fit = fresh;
    return status;
}

static assay_status check_common(assay_context *context, const expectation *of,
                                 const assay_simulation *by)
{
    if (of->k == 0)
        return assay_fail(context, ASSAY_EDOM, "there are no cells");
    if (by->replicates < 1 || by->replicates > ASSAY_REPLICATES_MOST)
        return assay_fail(context, ASSAY_EDOM, "replicates are from 1 to %d",
                          ASSAY_REPLICATES_MOST);
    return ASSAY_OK;
}

assay_status assay_test_fit_shares(assay_context *context, size_t k, const double shares[],
                                   const uint64_t counts[], const assay_simulation *by,
                                   assay_fit *fit)
{
    expectation of = {.k = k, .counts = counts, .shares = shares};
    for (size_t i = 0; i < k; i++) {
        if (!(shares[i] > 0) || !isfinite(of.all += shares[i]))
            return assay_fail(context, ASSAY_EDOM, "share %zu is not above 0", i + 1);
        if (counts[i] > ASSAY_TEST_MOST || (of.n += counts[i]) > ASSAY_TEST_MOST)
            return assay_fail(context, ASSAY_EDOM, "there are more than %d cases",
                              (int)ASSAY_TEST_MOST);
    }
    const assay_status status = check_common(context, &of, by);
    return status == ASSAY_OK ? find_fit(context, &of, 1, by, fit) : status;
}

assay_status assay_test_fit_population(assay_context *context, size_t k,
                                       const uint64_t population[], const uint64_t counts[],
                                       const assay_simulation *by, assay_fit *fit)
{
    expectation of = {.k = k, .counts = counts, .population = population};
    for (size_t i = 0; i < k; i++) {
        if (population[i] == 0)
            return assay_fail(context, ASSAY_EDOM, "cell %zu of the population is empty", i + 1);
        if (counts[i] > population[i])
            return assay_fail(context, ASSAY_EDOM, "cell %zu has more cases than its population",
                              i + 1);
        if (population[i] > UINT32_MAX - 1 - of.N)
            return assay_fail(context, ASSAY_EDOM, "the population has more than 2^32 - 2 cases");
        of.N += population[i];
        of.n += counts[i];
    }
    const assay_status status = check_common(context, &of, by);
    if (status != ASSAY_OK)
        return status;
    return find_fit(context, &of, of.n < of.N ? (double)(of.N - 1) / (double)(of.N - of.n) : 0, by,
                    fit);
}
