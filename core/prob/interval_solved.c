/*
** interval_solved.c -- lower limits that are roots, searched for in u = logit(p): so p and 1 - p
** both keep their digits. X is binomial of n and p.
*/
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "prob/dist.h"
#include "prob/finite.h"
#include "prob/interval_method.h"

static assay_limit limit_at(double u)
{
    return (assay_limit){.value = 1 / (1 + exp(-u)), .rest = 1 / (1 + exp(u))};
}

static double logit_of(const assay_limit *limit)
{
    return log(limit->value) - log(limit->rest);
}

/* The limit with value^n = bar, or 1 where bar is that or more. */
static assay_status power_limit(double bar, double n, assay_limit *out)
{
    const double log_value = bar < 1 ? log(bar) / n : 0;
    *out = (assay_limit){.value = exp(log_value), .rest = -expm1(log_value)};
    return ASSAY_OK;
}

/* ---- tails ---------------------------------------------------------------------------------- */

/* What is asked about x, 0 < x <= n, at p = value, 1 - p = rest. */
struct tails {
    double below, upward; /* P(X < x), P(X >= x) */
    double here;          /* P(X = x) */
};

static double density(double x, double n, const assay_limit *at)
{
    return exp(assay_binomial_log_density(x, n, at->value, at->rest));
}

/* From the side of p or 1 - p that is not near 1. */
static assay_status tails_at(double x, double n, const assay_limit *at, struct tails *out)
{
    out->here = density(x, n, at);
    return at->value <= at->rest
               ? assay_beta_cdf(at->value, x, n - x + 1, &out->upward, &out->below)
               : assay_beta_cdf(at->rest, n - x + 1, x, &out->below, &out->upward);
}

/* ---- a root --------------------------------------------------------------------------------- */

/* At u: how far from 0, its first derivative over u, and the second by the first. */
struct height {
    double f, slope, bend;
};

typedef assay_status height_function(const void *self, double u, struct height *out);

/*
** The root of a function that rises from `low` to `high`, by Halley's steps from u; one that leaves
** the bracket is replaced by bisection. A step below `near` is the last, if Newton's is nearly the
** same: what is left of it then is some near^3. They differ next to another root.
*/
static assay_status find_root(height_function *f, const void *self, double low, double high,
                              double near, double *u)
{
    double at = *u > low && *u < high ? *u : low + (high - low) / 2;
    for (int i = 0; i < 200; i++) {
        struct height h;
        const assay_status status = f(self, at, &h);
        if (status != ASSAY_OK || isnan(h.f))
            return ASSAY_ENUMERIC;
        *(h.f < 0 ? &low : &high) = at;
        const double newton = -h.f / h.slope, damped = 1 + newton * h.bend / 2;
        const double step = damped > 0.5 && damped < 2 ? newton / damped : newton;
        const bool inside = at + step > low && at + step < high;
        const bool is_last = fabs(step) <= near && fabs(damped - 1) <= 1e-4;
        if (is_last || fabs(step) <= near * 1e-6 || high - low <= near * 1e-6) {
            *u = inside ? at + step : at;
            return ASSAY_OK;
        }
        at = inside ? at + step : low + (high - low) / 2;
    }
    return ASSAY_ENUMERIC;
}

/* How near is near: a 100,000th of the standard deviation of the logit, whose cube is nothing. */
static double near_of(double x, double n)
{
    return 1e-5 * sqrt(n / ((x + 0.5) * (n - x + 0.5)));
}

/* The logit of wilson's limit, from where to begin. */
static double first_guess(double x, double n, double z)
{
    const double k = z / n * z, p = x / n, middle = p + k / 2;
    const double arm = z * sqrt(p * (1 - p) / n + k / n / 4);
    return log((middle - arm) / (1 + k - middle + arm));
}

/* ---- mid_p ---------------------------------------------------------------------------------- */

struct mid_p {
    double x, n, tail;
};

/* ln of P(X > x) + P(X = x) / 2 by the tail. */
static assay_status mid_p_height(const void *self, double u, struct height *out)
{
    const struct mid_p *s = self;
    const double x = s->x, n = s->n;
    const assay_limit at = limit_at(u);
    struct tails t;
    const assay_status status = tails_at(x, n, &at, &t);
    if (status != ASSAY_OK)
        return status;
    const double middle = t.upward - t.here / 2, p = at.value, q = at.rest;
    const double weight = x * q + (n - x) * p, slope = t.here / 2 * weight / middle;
    const double bend = x * q - (n - x) * p + p * q * (n - 2 * x) / weight - slope;
    *out = (struct height){log(middle / s->tail), slope, bend};
    return ASSAY_OK;
}

/*
** mid_p: the p with P(X > x | p) + P(X = x | p) / 2 = tail. 0 at x = 0, (2 tail)^(1/n) at x = n, or 1
** where that is more.
** Source: Lancaster (1961), JASA 56, 223-234; Berry & Armitage (1995), The Statistician 44, 417-423.
*/
assay_status assay_lower_mid_p(const assay_question *q, const assay_evidence *e, assay_limit *out)
{
    const struct mid_p self = {e->x, e->n, q->tail};
    *out = (assay_limit){.value = 0, .rest = 1};
    if (e->x == 0)
        return ASSAY_OK;
    if (e->x == e->n)
        return power_limit(2 * q->tail, e->n, out);
    double u = first_guess(e->x, e->n, q->z);
    const assay_status status = find_root(mid_p_height, &self, -700, 700, near_of(e->x, e->n), &u);
    if (status == ASSAY_OK)
        *out = limit_at(u);
    return status;
}

/* ---- lrt ------------------------------------------------------------------------------------ */

struct lrt {
    double x, n, z;
};

/* z less the signed root of 2 [l(x/n) - l(p)], whose square has the derivative 2 (n p - x). */
static assay_status lrt_height(const void *self, double u, struct height *out)
{
    const struct lrt *s = self;
    const assay_limit at = limit_at(u);
    const double apart = s->x * at.rest - (s->n - s->x) * at.value;
    const double deviance = assay_deviance(s->x, s->n * at.value, apart) +
                            assay_deviance(s->n - s->x, s->n * at.rest, -apart);
    const double root = (apart < 0 ? -1 : 1) * sqrt(2 * deviance);
    const double curve = s->n * at.value * at.rest;
    *out = (struct height){s->z - root, sqrt(curve), 0}; /* near x/n, where all is flat */
    if (fabs(root) > 1e-3) {
        out->slope = apart / root;
        out->bend = (out->slope * out->slope - curve) / root / out->slope;
    }
    return ASSAY_OK;
}

/*
** lrt: the p below x/n with 2 [l(x/n) - l(p)] = z^2, l(p) = x ln p + (n-x) ln(1-p); above x/n where
** z is below 0. 0 at x = 0, exp(-z^2 / 2n) at x = n.
** Source: Brown, Cai & DasGupta (2001), Statistical Science 16, 101-133, section 4.2.
*/
assay_status assay_lower_lrt(const assay_question *q, const assay_evidence *e, assay_limit *out)
{
    const double x = e->x, n = e->n;
    const struct lrt self = {x, n, q->z};
    *out = (assay_limit){.value = 0, .rest = 1};
    if (x == 0)
        return ASSAY_OK;
    if (x == n)
        return power_limit(q->z > 0 ? exp(-q->z * q->z / 2) : 1, n, out);
    double u = log(x / (n - x)) - q->z * sqrt(n / (x * (n - x)));
    const assay_status status = find_root(lrt_height, &self, -700, 700, near_of(x, n), &u);
    if (status == ASSAY_OK)
        *out = limit_at(u);
    return status;
}

assay_status assay_lrt_at(double x, double n, double z, double *lower, double *upper)
{
    assay_limit low, high;
    if (!(n > 0 && n <= DBL_MAX && x >= 0 && x <= n) || !(z > 0 && z <= DBL_MAX))
        return ASSAY_EDOM;
    const assay_question q = {.z = z};
    const assay_evidence yes = {.x = x, .n = n}, no = {.x = n - x, .n = n};
    assay_status status = assay_lower_lrt(&q, &yes, &low);
    if (status == ASSAY_OK)
        status = assay_lower_lrt(&q, &no, &high);
    if (status != ASSAY_OK)
        return status;
    *lower = low.value;
    *upper = high.rest;
    return ASSAY_OK;
}

/* ---- blaker --------------------------------------------------------------------------------- */

/*
** A p is in the interval if the counts whose smaller tail is at most that of x have a probability
** above 1 - confidence: below x/n that is P(X >= x | p) + P(X <= k | p), where k is the largest
** count with P(X <= k | p) <= P(X >= x | p) (-1: none). k rises with p, and where it does the
** probability jumps, to 2 P(X >= x | p). So
**   - up to the p where P(X >= x | p) = tail, clopper_pearson's limit, it is at most 2 tail: too
**     small;
**   - at the first jump above it is more: that is the limit, unless
**   - between the two, where k does not change, it has risen above 2 tail already. There it falls at
**     first, if at all, for its derivative is n [b(x-1; n-1, p) - b(k; n-1, p)] and the first by the
**     second rises with p: so there is one root.
** No step is made from jump to jump, no grid is searched.
** Source: Blaker (2000), Canadian Journal of Statistics 28, 783-798.
*/
struct blaker {
    double x, n;
    double k;   /* the count whose P(X <= k) is added or compared; -1: none */
    double all; /* 1 - confidence */
};

/* ln P(X >= x) and ln P(X <= k), k < x, or the two themselves: value, first and second derivative. */
struct pair {
    double value[2], first[2], second[2];
    double at_k; /* P(X = k) */
};

static assay_status pair_at(const struct blaker *s, double u, struct pair *out)
{
    const double x = s->x, n = s->n, k = s->k;
    const assay_limit at = limit_at(u);
    const double p = at.value, q = at.rest;
    struct tails above, below = {0, 1, 0};
    assay_status status = tails_at(x, n, &at, &above);
    if (status == ASSAY_OK && k >= 0)
        status = tails_at(k + 1, n, &at, &below);
    if (status != ASSAY_OK)
        return status;
    out->at_k = below.here * (k + 1) / (n - k) * q / p;
    out->value[0] = above.upward;
    out->value[1] = below.below;
    out->first[0] = x * q * above.here;
    out->first[1] = -(n - k) * p * out->at_k;
    out->second[0] = out->first[0] * (x * q - (n - x) * p - p);
    out->second[1] = out->first[1] * (k * q - (n - k) * p + q);
    return ASSAY_OK;
}

/* ln P(X >= x) - ln P(X <= k), which rises. */
static assay_status jump_height(const void *self, double u, struct height *out)
{
    struct pair t;
    const assay_status status = pair_at(self, u, &t);
    if (status != ASSAY_OK)
        return status;
    const double up = t.first[0] / t.value[0], down = t.first[1] / t.value[1];
    const double second =
        t.second[0] / t.value[0] - up * up - t.second[1] / t.value[1] + down * down;
    *out = (struct height){log(t.value[0] / t.value[1]), up - down, second / (up - down)};
    return ASSAY_OK;
}

/* P(X >= x) + P(X <= k) - (1 - confidence). */
static assay_status sum_height(const void *self, double u, struct height *out)
{
    const struct blaker *s = self;
    struct pair t;
    const assay_status status = pair_at(s, u, &t);
    if (status != ASSAY_OK)
        return status;
    const double slope = t.first[0] + t.first[1];
    *out = (struct height){t.value[0] + t.value[1] - s->all, slope,
                           (t.second[0] + t.second[1]) / slope};
    return ASSAY_OK;
}

/* What a tail is at most that is as small as `tail`: what is equal is not greater. */
static double bar_of(double tail)
{
    return tail * (1 + ASSAY_TIE) + DBL_EPSILON / 4;
}

/* About the k with P(X <= k) = tail, from 0 to x - 1: Cornish and Fisher's. */
static double guess_k(const struct blaker *s, double z, const assay_limit *at)
{
    const double sd = sqrt(s->n * at->value * at->rest);
    const double k = s->n * at->value - z * sd + (at->rest - at->value) * (z * z - 1) / 6;
    return fmin(fmax(floor(k - 0.5), 0), s->x - 1);
}

/* The largest k with P(X <= k) at most `bar`, or -1; from a guess, by the ratios of densities. */
static assay_status find_k(const struct blaker *s, double guess, double bar, const assay_limit *at,
                           double *found)
{
    const double n = s->n, odds = at->value / at->rest;
    struct tails t;
    double k = guess;
    assay_status status = tails_at(k + 1, n, at, &t);
    for (; status == ASSAY_OK && t.below > 4 * bar && k > 0; k--) /* too far off to subtract */
        status = tails_at(k, n, at, &t);
    double next = t.here; /* P(X = k + 1) */
    for (; t.below + next <= bar; k++, next *= (n - k) / (k + 1) * odds)
        t.below += next;
    for (; k >= 0 && t.below > bar; k--) {
        next *= (k + 1) / (n - k) / odds;
        t.below -= next;
    }
    *found = k;
    return status;
}

/*
** Whether the probability is 2 tail at clopper_pearson's limit already, and rises or turns there: as
** where p = 1/2 and k = n - x, whose probabilities are the same. Then that is the limit.
*/
static bool is_start(const struct blaker *s, const struct pair *t)
{
    return t->value[0] + t->value[1] >= s->all * (1 - ASSAY_TIE) &&
           t->first[0] + t->first[1] >= -ASSAY_TIE * t->first[0];
}

/* From clopper_pearson's limit, `start`, to the first jump or to the root before it. */
static assay_status find_blaker(struct blaker *s, const assay_question *q, double start, double *u)
{
    const double near = near_of(s->x, s->n), k = s->k;
    struct pair t;
    *u = start;
    s->k = k + 1;
    assay_status status = find_root(jump_height, s, start, 700, near, u);
    if (status == ASSAY_OK)
        status = pair_at(s, *u, &t);
    if (status != ASSAY_OK || !(t.value[0] + t.value[1] - t.at_k > bar_of(q->rest)))
        return status;
    s->k = k;
    status = pair_at(s, start, &t);
    if (status == ASSAY_OK && is_start(s, &t))
        *u = start;
    if (status != ASSAY_OK || *u == start)
        return status;
    return find_root(sum_height, s, start, *u, near, u);
}

assay_status assay_lower_blaker(const assay_question *q, const assay_evidence *e, assay_limit *out)
{
    struct blaker self = {.x = e->x, .n = e->n, .all = q->rest};
    double u;
    assay_status status = assay_lower_clopper_pearson(q, e, out);
    if (status != ASSAY_OK || e->x == 0 || q->side != ASSAY_TWO_SIDED)
        return status;
    const double guess = guess_k(&self, q->z, out);
    status = find_k(&self, guess, bar_of(q->tail), out, &self.k);
    if (status == ASSAY_OK)
        status = find_blaker(&self, q, logit_of(out), &u);
    if (status == ASSAY_OK)
        *out = limit_at(u);
    return status;
}
