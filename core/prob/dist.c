/* dist.c -- quantiles and tails of the normal, t, beta and binomial distributions. */
#include "prob/dist.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

static const double two_pi = 6.28318530717958647692528676655900577;

/* Written so that NaN fails. */
static bool is_probability(double p)
{
    return p > 0 && p < 1;
}

static bool is_shape(double a)
{
    return a > 0 && a <= DBL_MAX;
}

double assay_normal_upper(double tail)
{
    return is_probability(tail) ? gsl_cdf_ugaussian_Qinv(tail) : NAN;
}

/*
** The series holds from 15; below it the argument is raised by
** delta(n) = delta(n+1) + (n+1/2) ln(1+1/n) - 1, whose steps are small and positive.
*/
double assay_stirling_remainder(double n)
{
    double sum = 0;
    for (; n < 15; n++)
        sum += (n + 0.5) * log1p(1 / n) - 1;
    const double s = 1 / (n * n);
    const double series =
        1 / 12.0 - s * (1 / 360.0 - s * (1 / 1260.0 -
                                         s * (1 / 1680.0 - s * (1 / 1188.0 - s * 691 / 360360.0))));
    return sum + series / n;
}

/* D(x, m) = x ln(x/m) + m - x, by its series in v = (x-m)/(x+m) where the three terms cancel. */
static double deviance(double x, double m)
{
    if (!(fabs(x - m) < 0.1 * (x + m)))
        return x * log(x / m) + m - x;
    const double v = (x - m) / (x + m);
    double sum = (x - m) * v, power = 2 * x * v;
    for (int k = 3;; k += 2) {
        power *= v * v;
        const double next = sum + power / k;
        if (next == sum)
            return sum;
        sum = next;
    }
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
           assay_stirling_remainder(n - x) - deviance(x, n * p) - deviance(n - x, n * q) +
           0.5 * log(n / (two_pi * x * (n - x)));
}

/* A point of the beta distribution; y = 1 - x is carried beside x. */
struct beta {
    double a, b, x, y;
};

/* ln [ x^a y^b / B(a,b) ], the density of logit(x). */
static double beta_log_density(const struct beta *t)
{
    const double n = t->a + t->b;
    return log(t->a / n * t->b) + assay_binomial_log_density(t->a, n, t->x, t->y);
}

/*
** f with I_x(a,b) = x^a y^b / (B(a,b) f), for x below about the mean: the even part of DLMF 8.17.22
** (Didonato & Morris 1992), by Lentz's method. Converges in O(sqrt(max(a,b))) terms; NaN if not.
*/
static double beta_fraction(const struct beta *t)
{
    const double a = t->a, b = t->b, x = t->x, lead = a * t->y - b * x + 1;
    const double last = 2000 + 20 * sqrt(fmax(a, b));
    double f = a * lead / (a + 1), c = f, d = 0;
    for (double m = 1; m <= last; m++) {
        const double k = a + 2 * m, r = x / (k - 1);
        const double top = (a + m - 1) * r * (a + b + m - 1) * r * m * (b - m);
        const double bottom = m + m * (b - m) * r + (a + m) * (lead + m * (1 + t->y)) / (k + 1);
        d = 1 / (bottom + top * d);
        c = bottom + top / c;
        f *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON)
            return f;
    }
    return NAN;
}

/*
** The tail on the side of `t` that is away from the mean is the density over `fraction`; the other
** one is what is left. True where that is the lower tail.
*/
static bool beta_side(const struct beta *t, double *fraction)
{
    const struct beta mirror = {t->b, t->a, t->y, t->x};
    const bool below = t->x * (t->a + t->b + 2) < t->a + 1;
    *fraction = beta_fraction(below ? t : &mirror);
    return below;
}

assay_status assay_beta_cdf(double x, double a, double b, double *lower, double *upper)
{
    if (!(x >= 0 && x <= 1) || !is_shape(a) || !is_shape(b))
        return ASSAY_EDOM;
    double below = x == 1 ? 1 : 0, above = 1 - below;
    if (x > 0 && x < 1) {
        const struct beta t = {a, b, x, 1 - x};
        double fraction;
        const bool is_lower = beta_side(&t, &fraction);
        const double tail = exp(beta_log_density(&t)) / fraction;
        below = is_lower ? tail : 1 - tail;
        above = is_lower ? 1 - tail : tail;
    }
    if (isnan(below))
        return ASSAY_ENUMERIC;
    *lower = below;
    *upper = above;
    return ASSAY_OK;
}

/* The point whose logit is u. */
static struct beta beta_at(double a, double b, double u)
{
    return (struct beta){a, b, 1 / (1 + exp(-u)), 1 / (1 + exp(u))};
}

/*
** Newton's step in u = logit(x) on the logarithm of the smaller of p and q = 1 - p, which is nearly
** straight in u at both ends. Where the density is too small for a double the step is infinite,
** with the right sign.
*/
static double newton_step(double p, double q, const struct beta *t)
{
    double fraction;
    const bool is_lower = beta_side(t, &fraction), wants_lower = p <= q;
    const double log_density = beta_log_density(t), wanted = log(wants_lower ? p : q);
    double got = log_density - log(fraction), slope = fraction;
    if (is_lower != wants_lower) {
        const double tail = 1 - exp(got);
        got = log(tail);
        slope = exp(log_density) / tail;
    }
    return (wants_lower ? wanted - got : got - wanted) / slope;
}

/*
** u = logit of the quantile with p below and q above it; +-limit where it lies beyond. A step that
** leaves the bracket is replaced by bisection.
*/
static assay_status beta_logit(double p, double q, double a, double b, double *u)
{
    const double limit = 690;
    /* the normal quantile of the logit, which is near where a and b are not small */
    const double z = p <= q ? -assay_normal_upper(p) : assay_normal_upper(q);
    const double guess = log(a) - log(b) + (a > 1 && b > 1 ? z * sqrt(1 / a + 1 / b) : 0);
    double low = -limit, high = limit, at = fmin(fmax(guess, low + 1), high - 1);
    for (int i = 0; i < 200; i++) {
        const struct beta t = beta_at(a, b, at);
        const double step = newton_step(p, q, &t), before = at;
        if (isnan(step))
            return ASSAY_ENUMERIC;
        *(step > 0 ? &low : &high) = at;
        at += step;
        if (!(at > low && at < high))
            at = low + (high - low) / 2;
        if (fabs(at - before) <= 2 * DBL_EPSILON * fmax(1, fabs(at))) {
            *u = at;
            return ASSAY_OK;
        }
    }
    return ASSAY_ENUMERIC;
}

static assay_status beta_quantile(double p, double q, double a, double b, double *x)
{
    double u;
    if (!is_shape(a) || !is_shape(b))
        return ASSAY_EDOM;
    const assay_status status = beta_logit(p, q, a, b, &u);
    if (status == ASSAY_OK)
        *x = u < -689 ? 0 : 1 / (1 + exp(-u));
    return status;
}

assay_status assay_beta_quantile(double p, double a, double b, double *x)
{
    return is_probability(p) ? beta_quantile(p, 1 - p, a, b, x) : ASSAY_EDOM;
}

assay_status assay_beta_upper(double tail, double a, double b, double *x)
{
    return is_probability(tail) ? beta_quantile(1 - tail, tail, a, b, x) : ASSAY_EDOM;
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
    double u;
    if (!is_probability(p) || !(df > 0))
        return ASSAY_EDOM;
    const double half = fmin(p, 1 - p), size = 2 * half;
    if (half == 0.5 || df > 1e7) {
        *x = half == 0.5 ? 0 : t_near_normal(p, df);
        return ASSAY_OK;
    }
    const assay_status status = beta_logit(size, 1 - size, df / 2, 0.5, &u);
    if (status != ASSAY_OK || u < -689)
        return status != ASSAY_OK ? status : ASSAY_ENUMERIC;
    const double t = sqrt(df) * exp(-u / 2);
    *x = p < 0.5 ? -t : t;
    return ASSAY_OK;
}
