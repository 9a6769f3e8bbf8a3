/* posterior_question.c -- the bands that one question of a population may have, by its counts. */
#include "judge/posterior.h"

#include <math.h>

#include "base/memory.h"
#include "prob/dist.h"

typedef struct posterior {
    const assay_scale *scale;
    uint64_t x, n, N;
    double a, b; /* of the beta-binomial: prior and sample */
} posterior;

static bool is_domain(const posterior *p, const double prior[2])
{
    const bool endless = p->N == ASSAY_INFINITE;
    return p->x <= p->n && p->n <= (uint64_t)ASSAY_RATING_CASES && p->N >= 1 &&
           (endless || (p->n <= p->N && p->N <= ASSAY_POSTERIOR_MOST)) && prior[0] > 0 &&
           isfinite(prior[0]) && prior[1] > 0 && isfinite(prior[1]);
}

static bool reaches(const assay_scale *scale, uint64_t M, uint64_t N, size_t band)
{
    assay_banding banding;
    assay_rating_of_counts(scale, (int64_t)M, (int64_t)N, &banding);
    return banding.band >= band;
}

uint64_t assay_posterior_first(const assay_scale *scale, uint64_t N, size_t band)
{
    uint64_t low = 0, high = N + 1;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (reaches(scale, middle, N, band))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* ---- a population without end ---------------------------------------------------------------- */

/* Where a band begins, as a share: half a per cent below its per cent, where shares are rounded. */
static double edge_of(const assay_scale *scale, size_t band)
{
    const int64_t from = assay_scale_band(scale, band)->from;
    return (double)(reaches(scale, (uint64_t)(2 * from - 1), 200, band) ? 2 * from - 1 : 2 * from) /
           200;
}

static assay_status beta_chances(assay_context *context, const posterior *p, double chances[])
{
    const size_t K = assay_scale_n_bands(p->scale);
    double below = 0, above = 1; /* of the edge of the band before */
    for (size_t band = 0; band < K; band++) {
        double lower = 1, upper = 0;
        if (band + 1 < K &&
            assay_beta_cdf(edge_of(p->scale, band + 1), p->a, p->b, &lower, &upper) != ASSAY_OK)
            return assay_fail(context, ASSAY_ENUMERIC,
                              "a beta distribution of these counts has no digits");
        chances[band] = below < above ? lower - below : above - upper;
        below = lower;
        above = upper;
    }
    return ASSAY_OK;
}

/* ---- a finite one ---------------------------------------------------------------------------- */

/* What is added up for the bands, each with what rounding left over. */
typedef struct sums {
    double *total, *carry;
    const uint64_t *firsts; /* [K + 1] the least M of each band; N + 1 */
    size_t band;            /* that of the last term */
    size_t K;
} sums;

static void add(sums *to, uint64_t M, double term)
{
    while (to->band + 1 < to->K && M >= to->firsts[to->band + 1])
        to->band++;
    while (M < to->firsts[to->band])
        to->band--;
    const double y = term - to->carry[to->band], total = to->total[to->band] + y;
    to->carry[to->band] = (total - to->total[to->band]) - y;
    to->total[to->band] = total;
}

/* P(j + 1) / P(j), j the yes among the cases that were not sampled. */
static double ratio(const posterior *p, uint64_t j)
{
    const double left = (double)(p->N - p->n), i = (double)j;
    return (left - i) * (p->a + i) / ((i + 1) * (p->b + left - i - 1));
}

static uint64_t near_mode(const posterior *p)
{
    const double left = (double)(p->N - p->n), excess = p->a + p->b - 2;
    const double mode = excess > 0 ? (left + 1) * (p->a - 1) / excess : left / 2;
    return (uint64_t)fmin(fmax(floor(mode), 0), left);
}

static assay_status add_terms(assay_context *context, const posterior *p, sums *to)
{
    const uint64_t start = near_mode(p), last = p->N - p->n;
    double term = 1;
    add(to, p->x + start, term);
    for (uint64_t j = start; j < last && term > 0; j++) {
        if ((j - start) % 65536 == 0 && assay_poll(context, j, last) != ASSAY_OK)
            return context->error.status;
        term *= ratio(p, j);
        add(to, p->x + j + 1, term);
    }
    term = 1;
    for (uint64_t j = start; j > 0 && term > 0; j--) {
        if ((start - j) % 65536 == 0 && assay_poll(context, start - j, last) != ASSAY_OK)
            return context->error.status;
        term /= ratio(p, j - 1);
        add(to, p->x + j - 1, term);
    }
    return ASSAY_OK;
}

static assay_status finite_chances(assay_context *context, const posterior *p, double chances[])
{
    const size_t K = assay_scale_n_bands(p->scale);
    double sum = 0;
    double *sums_of = assay_alloc_zeroed_array(K, 2 * sizeof *sums_of);
    uint64_t *firsts = assay_alloc_array(K, sizeof *firsts);
    assay_status status = ASSAY_OK;
    if (sums_of == NULL || firsts == NULL) {
        status = assay_fail_memory(context);
    } else {
        sums to = {sums_of, sums_of + K, firsts, 0, K};
        for (size_t band = 0; band < K; band++)
            firsts[band] = assay_posterior_first(p->scale, p->N, band);
        status = add_terms(context, p, &to);
    }
    for (size_t band = 0; status == ASSAY_OK && band < K; band++)
        sum += sums_of[band];
    if (status == ASSAY_OK && !isfinite(sum))
        status = assay_fail(context, ASSAY_ENUMERIC, "no posterior: the prior is too close to 0");
    for (size_t band = 0; status == ASSAY_OK && band < K; band++)
        chances[band] = sums_of[band] / sum;
    assay_free(sums_of);
    assay_free(firsts);
    return status;
}

assay_status assay_posterior_question(assay_context *context, const assay_scale *scale, uint64_t x,
                                      uint64_t n, uint64_t population, const double prior[2],
                                      double chances[])
{
    const posterior p = {scale, x, n, population, prior[0] + (double)x, prior[1] + (double)(n - x)};
    if (!is_domain(&p, prior))
        return assay_fail(
            context, ASSAY_EDOM,
            "no posterior: more yes than cases, more cases than the population has or than "
            "2147483647, or a population above %d",
            (int)ASSAY_POSTERIOR_MOST);
    return population == ASSAY_INFINITE ? beta_chances(context, &p, chances)
                                        : finite_chances(context, &p, chances);
}
