/* contrast_ratio.c -- the limits of ratios of two proportions, and of two odds. */
#include "prob/contrast_method.h"

#include <math.h>

#include "prob/finite.h"

/* ---- logarithms with a standard error ------------------------------------------------------- */

/* ratio e^(-+ z se) */
static void around(double ratio, double arm, assay_interval *out)
{
    out->lower = ratio * exp(-arm);
    out->upper = ratio * exp(arm);
}

static assay_status undefined(assay_interval *out)
{
    out->lower = out->upper = NAN;
    out->state = ASSAY_INTERVAL_UNDEFINED;
    return ASSAY_OK;
}

/* From x + add yes among n + add. */
static void ratio_limits(const struct contrast *c, double add, assay_interval *out)
{
    const double x1 = c->x1 + add, n1 = c->n1 + add, x2 = c->x2 + add, n2 = c->n2 + add;
    const double v = (n1 - x1) / (x1 * n1) + (n2 - x2) / (x2 * n2);
    around(x1 * n2 / (x2 * n1), c->z * sqrt(v), out);
}

assay_status contrast_katz(const struct contrast *c, assay_interval *out)
{
    if (c->x1 == 0 || c->x2 == 0)
        return undefined(out);
    ratio_limits(c, 0, out);
    return ASSAY_OK;
}

assay_status contrast_walter(const struct contrast *c, assay_interval *out)
{
    ratio_limits(c, 0.5, out);
    return ASSAY_OK;
}

/* The odds ratio of counts to which `add` was added, and its limits. */
static double odds_limits(const struct contrast *c, double add, assay_interval *out)
{
    const double yes1 = c->x1 + add, no1 = c->n1 - c->x1 + add;
    const double yes2 = c->x2 + add, no2 = c->n2 - c->x2 + add, odds = yes1 * no2 / (no1 * yes2);
    around(odds, c->z * sqrt(1 / yes1 + 1 / no1 + 1 / yes2 + 1 / no2), out);
    return odds;
}

assay_status contrast_woolf(const struct contrast *c, assay_interval *out)
{
    if (c->x1 == 0 || c->x2 == 0 || c->x1 == c->n1 || c->x2 == c->n2)
        return undefined(out);
    odds_limits(c, 0, out);
    return ASSAY_OK;
}

assay_status contrast_haldane_anscombe(const struct contrast *c, assay_interval *out)
{
    out->estimate = odds_limits(c, 0.5, out);
    return ASSAY_OK;
}

/* ---- koopman -------------------------------------------------------------------------------- */

/*
** Where `holds` ends to be true, by the logarithm: on the side of `step` from `start`, or on the other
** one if it is false there already. Doubling steps, then bisection. HUGE_VAL with the sign of the
** step where it never ends.
*/
static double log_limit(contrast_test *holds, const void *self, double start, double step)
{
    double inside = start, outside = start;
    while (!holds(self, inside) && fabs(inside) < 700) {
        outside = inside;
        inside -= step;
        step *= 2;
    }
    while (outside == inside || holds(self, outside)) {
        if (fabs(outside) > 700)
            return step < 0 ? -HUGE_VAL : HUGE_VAL;
        inside = outside;
        outside += step;
        step *= 2;
    }
    return contrast_edge(holds, self, inside, outside);
}

/*
** Whether p1 and t p2 are no further apart than z standard errors, t = e^log_t: the likeliest p2 with
** p1 = t p2 is the lesser root of n t p^2 - (a t + b) p + x1 + x2, a = n1 + x2 and b = n2 + x1, whose
** discriminant is written without the subtraction that loses it where both are next to 1.
*/
static bool is_near(const void *self, double log_t)
{
    const struct contrast *c = self;
    const double t = exp(log_t), a = (c->n1 + c->x2) * t, b = c->n2 + c->x1, x = c->x1 + c->x2;
    const double root = sqrt((a - b) * (a - b) + 4 * t * (c->n1 - c->x1) * (c->n2 - c->x2));
    const double p2 = fmin(2 * x / (a + b + root), 1), p1 = fmin(t * p2, 1);
    const double v = p1 * (1 - p1) / c->n1 + t * t * p2 * (1 - p2) / c->n2;
    return fabs(c->p1 - t * c->p2) <= c->z * sqrt(v);
}

assay_status contrast_koopman(const struct contrast *c, assay_interval *out)
{
    /* where there is no estimate to start from, the one from counts raised by a half is near */
    const double raised = (c->x1 + 0.5) * (c->n2 + 0.5) / ((c->x2 + 0.5) * (c->n1 + 0.5));
    const double start = log(c->x1 > 0 && c->x2 > 0 ? out->estimate : raised);
    out->lower = c->x1 == 0 ? 0 : exp(log_limit(is_near, c, start, -1));
    out->upper = c->x2 == 0 ? (double)INFINITY : exp(log_limit(is_near, c, start, 1));
    return ASSAY_OK;
}

/* ---- Fisher's noncentral hypergeometric ----------------------------------------------------- */

/* x1 of the first group given x1 + x2: from `least` to `most`; the weight of k is C(n1, k) C(n2, x -
** k) e^(theta k). */
struct conditional {
    double x, n1, n2, total, least, most;
    double half;   /* what part of P(x1) is left out of a tail: 0, or 1/2 for mid-p */
    double tail;   /* what a tail must exceed */
    bool is_upper; /* whether the tail is that of x1 and below */
};

static struct conditional conditional_of(const struct contrast *c, double half)
{
    const double total = c->x1 + c->x2;
    return (struct conditional){.x = c->x1,
                                .n1 = c->n1,
                                .n2 = c->n2,
                                .total = total,
                                .least = fmax(0, total - c->n2),
                                .most = fmin(c->n1, total),
                                .half = half,
                                .tail = c->tail};
}

/* Weights on one side of x1, relative to its own, and how far off they are on average. */
struct side {
    double weight, moment;
};

static double ratio_up(const struct conditional *c, double k, double odds)
{
    return odds * (c->n1 - k) * (c->total - k) / ((k + 1) * (c->n2 - c->total + k + 1));
}

/* The weights are log-concave: once they fall they fall faster, so that what is nothing stays it. */
static struct side sum_above(const struct conditional *c, double odds)
{
    struct side sum = {0, 0};
    double weight = 1;
    for (double k = c->x; k < c->most; k++) {
        const double ratio = ratio_up(c, k, odds);
        weight *= ratio;
        sum.weight += weight;
        sum.moment += weight * (k + 1 - c->x);
        if (isinf(sum.moment) || (ratio < 1 && weight < 1e-18 * sum.weight))
            break;
    }
    return sum;
}

static struct side sum_below(const struct conditional *c, double odds)
{
    struct side sum = {0, 0};
    double weight = 1;
    for (double k = c->x; k > c->least; k--) {
        const double ratio = 1 / ratio_up(c, k - 1, odds);
        weight *= ratio;
        sum.weight += weight;
        sum.moment += weight * (c->x - (k - 1));
        if (isinf(sum.moment) || (ratio < 1 && weight < 1e-18 * sum.weight))
            break;
    }
    return sum;
}

/* Whether the tail that starts at x1 is above the bar; of the two sides at most one is infinite. */
static bool is_possible(const void *self, double theta)
{
    const struct conditional *c = self;
    const double odds = exp(theta), above = sum_above(c, odds).weight,
                 below = sum_below(c, odds).weight;
    const double away = c->is_upper ? above : below, towards = c->is_upper ? below : above;
    if (isinf(towards) || isinf(away))
        return isinf(towards);
    return (1 - c->half + towards) / (1 + towards + away) > c->tail;
}

/* Whether x1 is above its expectation, or at it. */
static bool is_above_mean(const void *self, double theta)
{
    const struct conditional *c = self;
    return sum_above(c, exp(theta)).moment <= sum_below(c, exp(theta)).moment;
}

static assay_status conditional_limits(const struct contrast *all, double half, assay_interval *out)
{
    struct conditional c = conditional_of(all, half);
    if (all->first.n > ASSAY_FINITE_MOST || all->second.n > ASSAY_FINITE_MOST)
        return ASSAY_EDOM;
    assay_interval raised;
    const double start = log(odds_limits(all, 0.5, &raised)), step = 0.5;
    const bool at_least = c.x == c.least, at_most = c.x == c.most;
    if (at_least && at_most)
        out->estimate = NAN;
    else if (at_least || at_most)
        out->estimate = at_least ? 0 : (double)INFINITY;
    else
        out->estimate = exp(log_limit(is_above_mean, &c, start, step));
    out->lower = at_least ? 0 : exp(log_limit(is_possible, &c, start, -step));
    c.is_upper = true;
    out->upper = at_most ? (double)INFINITY : exp(log_limit(is_possible, &c, start, step));
    return ASSAY_OK;
}

assay_status contrast_exact(const struct contrast *c, assay_interval *out)
{
    return conditional_limits(c, 0, out);
}

assay_status contrast_mid_p(const struct contrast *c, assay_interval *out)
{
    return conditional_limits(c, 0.5, out);
}
