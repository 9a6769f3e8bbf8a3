/* interval_finite.c -- limits for the cases of a finite population: whole ones, N of them. */
#include <math.h>
#include <stdbool.h>

#include "prob/finite.h"
#include "prob/interval_method.h"

/* hyper_...: finite.h says what they are, and whose. */
typedef assay_status hyper_limit(uint64_t x, uint64_t n, uint64_t N, double tail, uint64_t *limit);

struct pair {
    hyper_limit *lower, *upper;
    bool weighs_tails; /* asked for a confidence, not for a tail; one-sided it is hyper_tail */
};

static const struct pair by_tails = {assay_hyper_tail_lower, assay_hyper_tail_upper, false};

static assay_status find_pair(const struct pair *pair, const assay_question *q, uint64_t x,
                              uint64_t n, uint64_t N, uint64_t *lower, uint64_t *upper)
{
    const struct pair *of = pair->weighs_tails && q->side != ASSAY_TWO_SIDED ? &by_tails : pair;
    const double bar = of->weighs_tails ? q->confidence : q->tail;
    assay_status status = ASSAY_OK;
    *lower = x;
    *upper = N - (n - x);
    if (q->side != ASSAY_UPPER)
        status = of->lower(x, n, N, bar, lower);
    if (status == ASSAY_OK && q->side != ASSAY_LOWER)
        status = of->upper(x, n, N, bar, upper);
    return status;
}

assay_status assay_counts_hyper_tail(const assay_question *q, uint64_t x, uint64_t n, uint64_t N,
                                     uint64_t *lower, uint64_t *upper)
{
    return find_pair(&by_tails, q, x, n, N, lower, upper);
}

assay_status assay_counts_hyper_mid_p(const assay_question *q, uint64_t x, uint64_t n, uint64_t N,
                                      uint64_t *lower, uint64_t *upper)
{
    static const struct pair by_mid_p = {assay_hyper_mid_p_lower, assay_hyper_mid_p_upper, false};
    const assay_status status = find_pair(&by_mid_p, q, x, n, N, lower, upper);
    if (status != ASSAY_OK || *lower <= *upper)
        return status;
    const uint64_t above = *lower; /* none is accepted: the two between which the tests turn */
    *lower = *upper;
    *upper = above;
    return ASSAY_OK;
}

assay_status assay_counts_hyper_blaker(const assay_question *q, uint64_t x, uint64_t n, uint64_t N,
                                       uint64_t *lower, uint64_t *upper)
{
    static const struct pair by_blaker = {assay_hyper_blaker_lower, assay_hyper_blaker_upper, true};
    return find_pair(&by_blaker, q, x, n, N, lower, upper);
}

assay_status assay_counts_hyper_minlike(const assay_question *q, uint64_t x, uint64_t n, uint64_t N,
                                        uint64_t *lower, uint64_t *upper)
{
    static const struct pair by_minlike = {assay_hyper_minlike_lower, assay_hyper_minlike_upper,
                                           true};
    return find_pair(&by_minlike, q, x, n, N, lower, upper);
}

assay_status assay_every_hyper_wang(assay_context *context, const assay_question *q, uint64_t n,
                                    uint64_t N, uint64_t lower[])
{
    bool within;
    return assay_hyper_wang(context, n, N, q->confidence, UINT64_MAX, lower, &within);
}

/* ---- bayes ---------------------------------------------------------------------------------- */

/*
** With a population the marked cases among the m = N - n that were not drawn are beta-binomial: with
** x and n - x added to the prior's numbers, a and b,
**   P(K = k + 1) / P(K = k) = (m - k) (k + a) / ((k + 1) (m - k - 1 + b)).
** The limits are x and the least k with P(K <= k) >= tail, and >= 1 - tail; x cases and N - (n - x)
** at the utmost, and n = 0 asks the prior. Weights are summed by their ratios from the peak to where
** they are nothing, and counted from there.
*/
struct unseen {
    double m, a, b;
};

static double ratio_up(const struct unseen *u, double k)
{
    return (u->m - k) * (k + u->a) / ((k + 1) * (u->m - k - 1 + u->b));
}

/* The same distribution of the cases that are not marked. */
static struct unseen turned(const struct unseen *u)
{
    return (struct unseen){u->m, u->b, u->a};
}

/* A k near which the weights are greatest; where a and b are below 1, one of both ends. */
static double peak(const struct unseen *u)
{
    if (u->a > 1 && u->b > 1)
        return fmin(floor((u->m + 1) * (u->a - 1) / (u->a + u->b - 2)), u->m);
    return u->a > u->b ? u->m : 0;
}

/* The last k above which nothing is, its weight, and the sum of those from `start` to there. */
struct slope {
    double end, weight, sum;
};

static struct slope climb(const struct unseen *u, double start)
{
    const bool has_two_peaks = u->a < 1 && u->b < 1;
    struct slope s = {start, 1, 1};
    double carry = 0; /* Kahan's */
    while (s.end < u->m && (has_two_peaks || s.weight > 1e-20 * s.sum)) {
        s.weight *= ratio_up(u, s.end);
        s.end++;
        const double y = s.weight - carry, sum = s.sum + y;
        carry = (sum - s.sum) - y;
        s.sum = sum;
    }
    return s;
}

/* The least k whose P(K > k) is at most `bar`, in weights. */
static double descend(const struct unseen *u, const struct slope *s, double bar)
{
    double k = s->end, weight = s->weight, above = 0;
    while (k > 0 && above + weight <= bar) {
        above += weight;
        k--;
        weight /= ratio_up(u, k);
    }
    return k;
}

assay_status assay_counts_bayes(const assay_question *q, uint64_t x, uint64_t n, uint64_t N,
                                uint64_t *lower, uint64_t *upper)
{
    const struct unseen u = {(double)(N - n), (double)x + q->prior[0],
                             (double)(n - x) + q->prior[1]};
    const struct unseen no = turned(&u);
    const double start = peak(&u);
    const struct slope up = climb(&u, start), down = climb(&no, u.m - start);
    const double total = up.sum + down.sum - 1; /* the start is in both */
    /* the least k with P(K <= k) >= tail is m less the least j with P(m - K > j) < tail */
    *lower = x + (uint64_t)(u.m - descend(&no, &down, q->tail * total * (1 - ASSAY_TIE)));
    *upper = x + (uint64_t)descend(&u, &up, q->tail * total * (1 + ASSAY_TIE));
    return ASSAY_OK;
}
