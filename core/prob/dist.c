/* dist.c -- quantiles and tails of the normal, t, chi-squared, F and binomial distributions. */
#include "prob/dist.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

#include "prob/lanes.h"

static const double two_pi = 6.28318530717958647692528676655900577;

/* Written so that NaN fails. */
static bool is_probability(double p)
{
    return p > 0 && p < 1;
}

double assay_normal_upper(double tail)
{
    return is_probability(tail) ? gsl_cdf_ugaussian_Qinv(tail) : NAN;
}

/* delta(k / 2): counts, and counts and a half, are what is asked for. */
static const double small_remainders[] = {
    0.0,
    0.15342640972002734529,
    0.08106146679532725822,
    0.054814121051917653896,
    0.041340695955409294094,
    0.033162873519936287485,
    0.027677925684998339149,
    0.023746163656297495971,
    0.020790672103765093112,
    0.018488450532673185231,
    0.016644691189821192163,
    0.015134973221917378874,
    0.013876128823070747999,
    0.012810465242920226924,
    0.011896709945891770095,
    0.011104559758206917327,
    0.010411265261972096497,
    0.0097994161261588032984,
    0.0092554621827127329177,
    0.008768700134139385463,
    0.0083305634333628712565,
    0.0079341145643140205472,
    0.007573675487951840795,
    0.0072445543013203831795,
    0.0069428401072095298657,
    0.0066652470327076824424,
    0.0064089941880042070684,
    0.0061717122630394576475,
    0.0059513701127588477356,
    0.005746216513010115682,
};

/*
** The series holds from 15; below it the argument is raised by
** delta(n) = delta(n+1) + (n+1/2) ln(1+1/n) - 1, whose steps are small and positive.
*/
double assay_stirling_remainder(double n)
{
    double sum = 0;
    if (n > 0 && n < 15 && 2 * n == floor(2 * n))
        return small_remainders[(int)(2 * n)];
    for (; n < 15; n++)
        sum += (n + 0.5) * log1p(1 / n) - 1;
    return sum + assay_lane_remainder(n);
}

double assay_deviance(double x, double m, double apart)
{
    return x == 0 ? m : assay_lane_deviance(x, m, apart);
}

/* ln p, from the side where it has its digits. */
static double log_of(double p, double q)
{
    return p < q ? log(p) : log1p(-q);
}

double assay_binomial_log_density(double x, double n, double p, double q)
{
    if (!(x >= 0 && x <= n && p >= 0 && p <= 1 && q >= 0 && q <= 1))
        return NAN;
    if (p == 0 || q == 0)
        return x == (p == 0 ? 0 : n) ? 0 : -HUGE_VAL;
    if (x == 0)
        return n * log_of(q, p);
    if (x == n)
        return n * log_of(p, q);
    return assay_stirling_remainder(n) - assay_stirling_remainder(x) -
           assay_stirling_remainder(n - x) - assay_deviance(x, n * p, x - n * p) -
           assay_deviance(n - x, n * q, n - x - n * q) + 0.5 * log(n / (two_pi * x * (n - x)));
}

/* Fisher and Cornish: an expansion in 1/df that is exact to rounding beyond 1e7. */
static double t_near_normal(double p, double df)
{
    const double z = -assay_normal_upper(p), s = z * z;
    return z + z * ((s + 1) / 4 + (5 * s * s + 16 * s + 3) / 96 / df) / df;
}

/* df / (df + t^2) is beta(df/2, 1/2) and its lower tail holds both tails of t. */
assay_status assay_t_quantile(double p, double df, double *x)
{
    double part, rest;
    if (!is_probability(p) || !(df > 0))
        return ASSAY_EDOM;
    const double half = fmin(p, 1 - p), size = 2 * half;
    if (half == 0.5 || df > 1e7) {
        *x = half == 0.5 ? 0 : t_near_normal(p, df);
        return ASSAY_OK;
    }
    const assay_status status = assay_beta_pair(size, 1 - size, df / 2, 0.5, &part, &rest);
    if (status != ASSAY_OK || part == 0)
        return status != ASSAY_OK ? status : ASSAY_ENUMERIC;
    const double t = sqrt(df) * sqrt(rest / part);
    *x = p < 0.5 ? -t : t;
    return ASSAY_OK;
}

assay_status assay_chi_squared_upper(double tail, double df, double *x)
{
    if (!is_probability(tail) || !(df > 0 && df <= DBL_MAX))
        return ASSAY_EDOM;
    const double found = gsl_cdf_chisq_Qinv(tail, df);
    if (!(found >= 0 && found <= DBL_MAX))
        return ASSAY_ENUMERIC;
    *x = found;
    return ASSAY_OK;
}

/* d1 X / (d1 X + d2) is beta(d1/2, d2/2). */
assay_status assay_f_upper(double tail, double d1, double d2, double *x)
{
    double part, rest;
    if (!is_probability(tail) || !(d1 > 0 && d1 <= DBL_MAX) || !(d2 > 0))
        return ASSAY_EDOM;
    if (isinf(d2)) {
        const assay_status status = assay_chi_squared_upper(tail, d1, &part);
        if (status == ASSAY_OK)
            *x = part / d1;
        return status;
    }
    const assay_status status = assay_beta_pair(1 - tail, tail, d1 / 2, d2 / 2, &part, &rest);
    if (status != ASSAY_OK || part == 0 || rest == 0)
        return status != ASSAY_OK ? status : ASSAY_ENUMERIC;
    *x = d2 / d1 * (part / rest);
    return ASSAY_OK;
}

/* More than k are yes where the (k + 1)-th smallest of n uniform numbers is below p. */
assay_status assay_binomial_tails(uint64_t k, uint64_t n, double p, double *lower, double *upper)
{
    if (!(p >= 0 && p <= 1))
        return ASSAY_EDOM;
    if (k < n)
        return assay_beta_cdf(p, (double)(k + 1), (double)(n - k), upper, lower);
    *lower = 1;
    *upper = 0;
    return ASSAY_OK;
}
