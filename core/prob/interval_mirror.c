/*
** interval_mirror.c -- lower limits by quantiles and by transformations; the upper limit of x is the
** mirror image of the lower one of n - x.
*/
#include <float.h>
#include <math.h>

#include "prob/dist.h"
#include "prob/interval_method.h"

static const assay_limit certain = {.value = 0, .rest = 1};

/* Of both the lesser has its digits: the other one is rounded once, so that limits stay in order. */
assay_limit assay_interval_limit(double value, double rest)
{
    if (value < rest)
        return (assay_limit){.value = value, .rest = 1 - value};
    return (assay_limit){.value = 1 - rest, .rest = rest};
}

/* The value with `tail` below it, of beta(a, b). */
static assay_status beta_limit(double tail, double a, double b, assay_limit *out)
{
    double value, rest;
    const assay_status status = assay_beta_pair(tail, 1 - tail, a, b, &value, &rest);
    if (status == ASSAY_OK)
        *out = assay_interval_limit(value, rest);
    return status;
}

/* The value v with v^n = tail. */
static assay_limit power_limit(double tail, double n)
{
    const double log_value = log(tail) / n;
    return (assay_limit){.value = exp(log_value), .rest = -expm1(log_value)};
}

/* `lower` of a method, by its `shapes`. */
#define BETA(name)                                                                                 \
    assay_status assay_lower_##name(const assay_question *q, const assay_evidence *e,              \
                                    assay_limit *out)                                              \
    {                                                                                              \
        double a, b;                                                                               \
        const bool is_beta = assay_shapes_##name(q, e, &a, &b, out);                               \
        return is_beta ? beta_limit(q->tail, a, b, out) : ASSAY_OK;                                \
    }

static bool set_shapes(double first, double second, double *a, double *b)
{
    *a = first;
    *b = second;
    return true;
}

/*
** clopper_pearson: the tail quantile of beta(x, n-x+1), which is the p with P(X >= x | p) = tail.
** lower = 0 at x = 0, tail^(1/n) at x = n. Covers with at least the confidence.
** Source: Clopper & Pearson (1934), Biometrika 26, 404-413.
*/
bool assay_shapes_clopper_pearson(const assay_question *q, const assay_evidence *e, double *a,
                                  double *b, assay_limit *out)
{
    if (e->x > 0 && e->no > 0)
        return set_shapes(e->x, e->no + 1, a, b);
    *out = e->x == 0 ? certain : power_limit(q->tail, e->n);
    return false;
}
BETA(clopper_pearson)

assay_status assay_clopper_pearson_real(double x, double n, double tail, double *lower,
                                        double *upper)
{
    assay_limit low, high;
    if (!(n > 0 && n <= DBL_MAX && x >= 0 && x <= n) || !(tail > 0 && tail < 1))
        return ASSAY_EDOM;
    const assay_question q = {.tail = tail};
    const assay_evidence yes = {.x = x, .no = n - x, .n = n}, no = {.x = n - x, .no = x, .n = n};
    assay_status status = assay_lower_clopper_pearson(&q, &yes, &low);
    if (status == ASSAY_OK)
        status = assay_lower_clopper_pearson(&q, &no, &high);
    if (status != ASSAY_OK)
        return status;
    *lower = low.value;
    *upper = high.rest;
    return ASSAY_OK;
}

/*
** jeffreys: the tail quantile of beta(x + 1/2, n - x + 1/2); 0 at x = 0.
** Source: Brown, Cai & DasGupta (2001), Statistical Science 16, 101-133, section 4.1.1.
*/
bool assay_shapes_jeffreys(const assay_question *q, const assay_evidence *e, double *a, double *b,
                           assay_limit *out)
{
    (void)q;
    if (e->x > 0)
        return set_shapes(e->x + 0.5, e->no + 0.5, a, b);
    *out = certain;
    return false;
}
BETA(jeffreys)

/* jeffreys_mod: jeffreys, but 0 at x = 1 too, and clopper_pearson at x = n. Source: ibid., 4.1.2. */
bool assay_shapes_jeffreys_mod(const assay_question *q, const assay_evidence *e, double *a,
                               double *b, assay_limit *out)
{
    if (e->no > 0 && e->x > 1)
        return set_shapes(e->x + 0.5, e->no + 0.5, a, b);
    *out = e->no == 0 ? power_limit(q->tail, e->n) : certain;
    return false;
}
BETA(jeffreys_mod)

/* bayes: the tail quantile of beta(x + a, n - x + b), also at x = 0. */
bool assay_shapes_bayes(const assay_question *q, const assay_evidence *e, double *a, double *b,
                        assay_limit *out)
{
    (void)out;
    return set_shapes(e->x + q->prior[0], e->no + q->prior[1], a, b);
}
BETA(bayes)

/*
** arcsine: sin^2 of asin(sqrt((x + 3/8) / (n + 3/4))) - z / (2 sqrt n), an angle that is held within
** 0 and a right one (clipped); 0 at x = 0.
** Source: Anscombe (1948), Biometrika 35, 246-254.
*/
assay_status assay_lower_arcsine(const assay_question *q, const assay_evidence *e, assay_limit *out)
{
    const double arm = q->z / (2 * sqrt(e->n)), n = e->n + 0.75;
    const double angle = asin(sqrt((e->x + 0.375) / n)) - arm;
    const double other = asin(sqrt((e->no + 0.375) / n)) + arm; /* a right angle less that */
    *out = certain;
    if (other < 0)
        *out = (assay_limit){.value = 1, .rest = 0};
    else if (angle > 0 && e->x > 0)
        *out = (assay_limit){.value = sin(angle) * sin(angle), .rest = sin(other) * sin(other)};
    if (other < 0 || angle < 0)
        out->state = ASSAY_INTERVAL_CLIPPED;
    return ASSAY_OK;
}

/*
** logit: ln(p/q) - z / sqrt(n p q), and back; clopper_pearson where x is 0 or n (edge_exact).
*/
assay_status assay_lower_logit(const assay_question *q, const assay_evidence *e, assay_limit *out)
{
    if (e->x == 0 || e->no == 0) {
        assay_lower_clopper_pearson(q, e, out);
        out->state = ASSAY_INTERVAL_EDGE_EXACT;
        return ASSAY_OK;
    }
    const double u = log(e->x / e->no) - q->z / sqrt(e->p * e->q * e->variance);
    *out = (assay_limit){.value = 1 / (1 + exp(-u)), .rest = 1 / (1 + exp(u))};
    return ASSAY_OK;
}
