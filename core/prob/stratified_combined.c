/* stratified_combined.c -- the largest total that combined p-values do not reject. */
#include "prob/stratified_search.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "prob/finite.h"

struct combination {
    assay_context *context;
    double bar, strata;
    double
        *least; /* [n]: of -ln p, summed over the strata so far, by the cases above the sample's */
    double *next; /* the same with one stratum more */
    double *one;  /* [n_one]: of that stratum */
    size_t n, n_one;
};

/* P(chi-squared with two degrees of freedom for each stratum > 2 y). */
static double tail_of(const struct combination *c, double y)
{
    return gsl_cdf_gamma_Q(y, c->strata, 1);
}

static bool passes(const struct combination *c, double y)
{
    return !(tail_of(c, y) <= c->bar); /* a tail that cannot be had rejects nothing */
}

static uint64_t steps(size_t n_strata, const assay_stratum_count strata[])
{
    uint64_t before = 1000, sum = 0;
    for (size_t h = 0; h < n_strata; h++) {
        const uint64_t rest = strata[h].population - strata[h].n;
        sum = assay_capped_sum(sum, assay_capped_product(before, rest + 1));
        before = assay_capped_sum(before, rest);
    }
    return sum;
}

/*
** -ln p for the marked cases of one stratum, as far as they may pass alone; no more than those of
** the sample always do. It rises, and so does every sum of such. What is too small for a double
** counts as the least double, which rejects less.
*/
static assay_status weigh(struct combination *c, const assay_stratum_count *s)
{
    c->n_one = 0;
    for (uint64_t d = 0; d <= s->population - s->n; d++) {
        double p, above;
        assay_status status = d % 1024 == 0 ? assay_poll(c->context, 0, 0) : ASSAY_OK;
        if (status == ASSAY_OK)
            status = assay_hyper_tails(s->x, s->population, s->x + d, s->n, &p, &above);
        if (status != ASSAY_OK)
            return status;
        c->one[d] = p < above ? -log(fmax(p, DBL_MIN)) : -log1p(-above);
        if (d > 0 && !passes(c, c->one[d]))
            break;
        c->n_one++;
    }
    return ASSAY_OK;
}

/* next[i + j] = min of least[i] + one[j], cut off where no more can pass. */
static assay_status convolve(struct combination *c)
{
    const size_t n = c->n + c->n_one - 1;
    for (size_t i = 0; i < n; i++)
        c->next[i] = HUGE_VAL;
    for (size_t j = 0; j < c->n_one; j++) {
        const double cost = c->one[j];
        double *to = &c->next[j];
        for (size_t i = 0; i < c->n; i++) {
            const double sum = c->least[i] + cost;
            to[i] = sum < to[i] ? sum : to[i];
        }
        if (j % 64 == 0 && assay_poll(c->context, 0, 0) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    }
    double *const freed = c->least;
    c->least = c->next;
    c->next = freed;
    for (c->n = n; c->n > 1 && !passes(c, c->least[c->n - 1]); c->n--)
        ;
    return ASSAY_OK;
}

static assay_status combine(struct combination *c, size_t n_strata,
                            const assay_stratum_count strata[], uint64_t *more)
{
    c->least[0] = 0;
    c->n = 1;
    for (size_t h = 0; h < n_strata; h++) {
        assay_status status = weigh(c, &strata[h]);
        if (status == ASSAY_OK)
            status = convolve(c);
        if (status != ASSAY_OK)
            return status;
    }
    *more = c->n - 1;
    return ASSAY_OK;
}

assay_status assay_combined_search(assay_context *context, size_t n_strata,
                                   const assay_stratum_count strata[], double bar, uint64_t *more)
{
    const uint64_t work = steps(n_strata, strata);
    if (work > ASSAY_COMBINED_MOST)
        return assay_fail(context, ASSAY_ENUMERIC,
                          "exact_combined is for strata that take at most %" PRIu64
                          " steps, and these take %s%" PRIu64 ": take korn_graubard",
                          ASSAY_COMBINED_MOST, work == UINT64_MAX ? "over " : "", work);
    size_t rest = 1;
    for (size_t h = 0; h < n_strata; h++)
        rest += strata[h].population - strata[h].n;
    struct combination c = {.context = context, .bar = bar, .strata = (double)n_strata};
    c.least = assay_alloc_array(rest, sizeof *c.least);
    c.next = assay_alloc_array(rest, sizeof *c.next);
    c.one = assay_alloc_array(rest, sizeof *c.one);
    const assay_status status = c.least != NULL && c.next != NULL && c.one != NULL
                                    ? combine(&c, n_strata, strata, more)
                                    : assay_fail_memory(context);
    assay_free(c.least);
    assay_free(c.next);
    assay_free(c.one);
    return status;
}
