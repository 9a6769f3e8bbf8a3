/* hyper.c -- the hypergeometric distribution: marked cases among those drawn. */
#include "prob/hyper.h"

#include <math.h>
#include <stdbool.h>

#include "prob/dist.h"

static const double two_pi = 6.28318530717958647692528676655900577;

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t assay_hyper_fewest(const assay_hyper *h)
{
    return h->n > h->N - h->M ? h->n - (h->N - h->M) : 0;
}

uint64_t assay_hyper_most(const assay_hyper *h)
{
    return smaller(h->n, h->M);
}

/* ln k! is k ln k - k + ln(root(k)) / 2 + remainder(k), for 0 too. */
static double root(double k)
{
    return k == 0 ? 1 : two_pi * k;
}

static double remainder_of(double k)
{
    return k == 0 ? 0 : assay_stirling_remainder(k);
}

/*
** P(X = x), fewest <= x <= most. Every cell of the table of drawn and marked differs from its
** expectation by the same amount, (x N - n M) / N, whose numerator is an exact integer: so the
** terms k ln k of the nine factorials come down to four deviances that have all their digits.
*/
double assay_hyper_density(const assay_hyper *h, uint64_t x)
{
    const double N = (double)h->N, M = (double)h->M, n = (double)h->n;
    const double a = (double)x, b = M - a, c = n - a, e = N - M - c;
    const double apart = (double)((int64_t)(x * h->N) - (int64_t)(h->n * h->M)) / N;
    const double deviances = assay_deviance(a, n * M / N, apart) +
                             assay_deviance(b, (N - n) * M / N, -apart) +
                             assay_deviance(c, n * (N - M) / N, -apart) +
                             assay_deviance(e, (N - n) * (N - M) / N, apart);
    const double remainders = remainder_of(M) + remainder_of(N - M) + remainder_of(n) +
                              remainder_of(N - n) - remainder_of(N) - remainder_of(a) -
                              remainder_of(b) - remainder_of(c) - remainder_of(e);
    const double roots = root(M) / root(a) * (root(N - M) / root(b)) * (root(n) / root(c)) *
                         (root(N - n) / root(e)) / root(N);
    return exp(remainders - deviances) * sqrt(roots);
}

double assay_hyper_ratio_up(const assay_hyper *h, uint64_t k)
{
    return (double)(h->M - k) * (double)(h->n - k) /
           ((double)(k + 1) * (double)(h->N - h->M - h->n + k + 1));
}

double assay_hyper_ratio_down(const assay_hyper *h, uint64_t k)
{
    return (double)k * (double)(h->N - h->M - h->n + k) /
           ((double)(h->M - k + 1) * (double)(h->n - k + 1));
}

/* Kahan's sum: a tail may have 100,000 terms. */
struct sum {
    double total, carry;
};

/* False when what follows is nothing beside the total. */
static bool add(struct sum *sum, double term)
{
    const double y = term - sum->carry, total = sum->total + y;
    sum->carry = (total - sum->total) - y;
    sum->total = total;
    return term > 1e-20 * total;
}

/* Densities from x on, of which `term` is the first, away from the mode. */
static double sum_up(const assay_hyper *h, uint64_t x, double term)
{
    struct sum sum = {0, 0};
    for (uint64_t k = x; add(&sum, term) && k < assay_hyper_most(h); k++)
        term *= assay_hyper_ratio_up(h, k);
    return sum.total;
}

static double sum_down(const assay_hyper *h, uint64_t x, double term)
{
    struct sum sum = {0, 0};
    for (uint64_t k = x; add(&sum, term) && k > assay_hyper_fewest(h); k--)
        term *= assay_hyper_ratio_down(h, k);
    return sum.total;
}

assay_hyper_parts assay_hyper_split(const assay_hyper *h, uint64_t x)
{
    if (x > assay_hyper_most(h))
        return (assay_hyper_parts){1, 0, 0};
    if (x < assay_hyper_fewest(h))
        return (assay_hyper_parts){0, 1, 0};
    const double here = assay_hyper_density(h, x);
    if (x == assay_hyper_fewest(h))
        return (assay_hyper_parts){0, 1, here};
    if ((double)x * ((double)h->N + 2) > ((double)h->n + 1) * ((double)h->M + 1)) {
        const double upward = sum_up(h, x, here);
        return (assay_hyper_parts){1 - upward, upward, here};
    }
    const double below = sum_down(h, x - 1, here * assay_hyper_ratio_down(h, x));
    return (assay_hyper_parts){below, 1 - below, here};
}

assay_status assay_hyper_tails(uint64_t k, uint64_t population, uint64_t marked, uint64_t n,
                               double *lower, double *upper)
{
    if (population > ASSAY_FINITE_MOST || marked > population || n > population)
        return ASSAY_EDOM;
    const assay_hyper h = {population, marked, n};
    const assay_hyper_parts parts = assay_hyper_split(&h, smaller(k, population) + 1);
    *lower = parts.below;
    *upper = parts.upward;
    return ASSAY_OK;
}
