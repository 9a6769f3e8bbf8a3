/* dist.h -- quantiles and tails of the normal, t, chi-squared, F, beta and binomial distributions. */
#ifndef ASSAY_PROB_DIST_H
#define ASSAY_PROB_DIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/*
** GSL 2.7.1 gives these wrongly, or never returns, for the sizes that a caseload has:
** gsl_cdf_beta_Pinv fails from a + b = 250 and hangs on NaN. Here every argument is checked first.
** p is a probability in (0, 1); a `tail` is one too, and is the probability ABOVE the answer, so
** that small upper tails keep all their digits. Any other value, NaN included, is ASSAY_EDOM.
** Quantiles are good to 1e-13 relative for shapes, sizes and degrees of freedom from 1/2 to 1e6 and
** p or tails down to 1e-100 (tests/reference/quantiles.csv).
*/

/* z with P(Z > z) = tail; the p quantile is -assay_normal_upper(p). NaN unless 0 < tail < 1. */
double assay_normal_upper(double tail);

/*
** x with P(T <= x) = p, T Student's t with `df` > 0 degrees of freedom, real or infinite (the
** normal). Symmetric to the last bit: the value with `tail` above it is minus the `tail` quantile.
** ASSAY_ENUMERIC where x exceeds about 1e150, which takes df < 1 and p below 1e-100 or so.
*/
assay_status assay_t_quantile(double p, double df, double *x);

/* x with P(X > x) = tail, X chi-squared with finite df > 0: GSL's, which is right for all of these. */
assay_status assay_chi_squared_upper(double tail, double df, double *x);

/*
** x with P(X > x) = tail, X the F distribution with finite d1 > 0 and d2 > 0 degrees of freedom, d2
** real or infinite (chi-squared over d1). ASSAY_ENUMERIC where x is below 1e-299.
*/
assay_status assay_f_upper(double tail, double d1, double d2, double *x);

/*
** lower = P(X <= x) and upper = P(X > x), X beta with finite a, b > 0; 0 <= x <= 1. The smaller of
** the two is good to 1e-12 relative up to a + b = 1e7; neither is got from the other when small.
*/
assay_status assay_beta_cdf(double x, double a, double b, double *lower, double *upper);

/*
** x with P(X <= x) = p, or with P(X > x) = tail; a, b as above. A quantile below 1e-299 is 0, one
** that rounds to 1 is 1. ASSAY_ENUMERIC where the tail of shapes above 1e9 was not found.
** Method: steps of the fourth order on ln(tail) in u = logit(x), from Carter's approximation: as a
** rule one evaluation of the continued fraction is enough. ln(tail) is concave in u, so that
** Newton's steps lead there from anywhere.
*/
assay_status assay_beta_quantile(double p, double a, double b, double *x);
assay_status assay_beta_upper(double tail, double a, double b, double *x);

/* x and y = 1 - x, each with all its digits, likewise p and tail = 1 - p. */
assay_status assay_beta_pair(double p, double tail, double a, double b, double *x, double *y);

/*
** The same for n pairs of shapes: x[i] and y[i] are to the last bit what one call for them gives, in
** about a sixth of the time. On ASSAY_ENUMERIC some are NaN; on ASSAY_EDOM none is touched.
*/
assay_status assay_beta_pairs(double p, double tail, size_t n, const double a[/*n*/],
                              const double b[/*n*/], double x[/*n*/], double y[/*n*/]);

/*
** ln b(x; n, p) = ln [ Gamma(n+1) / (Gamma(x+1) Gamma(n-x+1)) p^x q^(n-x) ], 0 <= x <= n real, with
** q = 1 - p given beside p so that neither is got by subtraction. -HUGE_VAL where b is 0, NaN
** outside the domain (p, q in [0, 1]).
** Source: Loader (2000), Fast and accurate computation of binomial probabilities: no logarithm of a
** factorial is subtracted from another, so the error does not grow with n.
*/
double assay_binomial_log_density(double x, double n, double p, double q);

/*
** lower = P(X <= k) and upper = P(X > k), X binomial: n trials, each yes with probability p in
** [0, 1]. Both beta tails, as exact as those. k may be any count.
*/
assay_status assay_binomial_tails(uint64_t k, uint64_t n, double p, double *lower, double *upper);

/* delta(n) = ln n! - ln [ sqrt(2 pi n) (n/e)^n ], n > 0 real. */
double assay_stirling_remainder(double n);

/*
** D(x, m) = x ln(x/m) + m - x, apart = x - m, which a caller may know to more digits: by its series in
** v = (x - m) / (x + m) where the three terms cancel. x >= 0, m > 0. Source: Loader (2000).
*/
double assay_deviance(double x, double m, double apart);

#endif
