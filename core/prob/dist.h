/* dist.h -- quantiles and tails of the normal, t, beta and binomial distributions. */
#ifndef ASSAY_PROB_DIST_H
#define ASSAY_PROB_DIST_H

#include "base/status.h"

/*
** GSL 2.7.1 gives these wrongly, or never returns, for the sizes that a caseload has:
** gsl_cdf_beta_Pinv fails from a + b = 250 and hangs on NaN. Here every argument is checked first.
** p is a probability in (0, 1); a `tail` is one too, and is the probability ABOVE the answer, so
** that small upper tails keep all their digits. Any other value, NaN included, is ASSAY_EDOM.
*/

/* z with P(Z > z) = tail; the p quantile is -assay_normal_upper(p). NaN unless 0 < tail < 1. */
double assay_normal_upper(double tail);

/*
** x with P(T <= x) = p, T Student's t with `df` > 0 degrees of freedom, real or infinite (the
** normal). Symmetric to the last bit: the value with `tail` above it is minus the `tail` quantile.
** ASSAY_ENUMERIC where x exceeds about 1e150, which takes df < 1 and p below 1e-100 or so.
*/
assay_status assay_t_quantile(double p, double df, double *x);

/*
** lower = P(X <= x) and upper = P(X > x), X beta with finite a, b > 0; 0 <= x <= 1. The smaller of
** the two is good to 1e-12 relative up to a + b = 1e7; neither is got from the other when small.
*/
assay_status assay_beta_cdf(double x, double a, double b, double *lower, double *upper);

/*
** x with P(X <= x) = p, or with P(X > x) = tail; a, b as above. Relative error about 1e-14 for
** p >= 1e-3 and a + b <= 1e6. A quantile below 1e-299 is 0, one that rounds to 1 is 1.
** ASSAY_ENUMERIC only where a and b differ by a factor of 1e15.
** Method: Newton on ln(tail) in u = logit(x), where the density is x^a y^b / B(a,b), by Loader's
** expansion; bisection when a step leaves the bracket.
*/
assay_status assay_beta_quantile(double p, double a, double b, double *x);
assay_status assay_beta_upper(double tail, double a, double b, double *x);

/*
** ln b(x; n, p) = ln [ Gamma(n+1) / (Gamma(x+1) Gamma(n-x+1)) p^x q^(n-x) ], 0 <= x <= n real, with
** q = 1 - p given beside p so that neither is got by subtraction. -HUGE_VAL where b is 0, NaN
** outside the domain (p, q in [0, 1]).
** Source: Loader (2000), Fast and accurate computation of binomial probabilities: no logarithm of a
** factorial is subtracted from another, so the error does not grow with n.
*/
double assay_binomial_log_density(double x, double n, double p, double q);

/* delta(n) = ln n! - ln [ sqrt(2 pi n) (n/e)^n ], n > 0 real. */
double assay_stirling_remainder(double n);

#endif
