/* multinomial.h -- simultaneous confidence intervals for the shares of several categories. */
#ifndef ASSAY_PROB_MULTINOMIAL_H
#define ASSAY_PROB_MULTINOMIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "prob/interval.h"

/*
** n cases fall into k categories, x of them into one, p = x/n; 1 - C is the probability with which
** any of the k intervals may miss. A method is one row of a table in multinomial.c:
**   goodman          Wilson's limits at the normal quantile z of (1 - C) / 2k
**   quesenberry_hurst            the same with z^2 the 1 - C chi-squared quantile, k - 1 df
**   clopper_pearson_bonferroni   Clopper and Pearson's at (1 - C) / 2k in each tail; guaranteed
**   sison_glaz       p - c/n to p + (c + 2d)/n, brought back into [0, 1]: nu(c) is the probability
**                    that every count stays within c of its own, c the smallest whole number with
**                    nu(c) <= C < nu(c+1), and d = (C - nu(c)) / (nu(c+1) - nu(c)). nu is that of
**                    truncated Poisson counts given their sum, by an Edgeworth expansion; nu(0) is
**                    taken as 0. For 25 cases and 5 in each category, or more. Undefined where no
**                    nu up to nu(n) is above C, as with few cases at 0.9999.
** and with a population N the first three with n* = n (N-1) / (N-n) for n (none is exact then), and
**   hyper_tail_bonferroni        exact limits for a finite population at (1 - C) / 2k in each tail
**                                (finite.h); guaranteed
** Lower limits are exactly 0 where x = 0, upper ones 1 where x = n; n = N gives the points.
** Sources: Quesenberry & Hurst (1964), Technometrics 6, 191-195; Goodman (1965), Technometrics 7,
** 247-254; Sison & Glaz (1995), JASA 90, 366-369; Katz (1953), JASA 48, 256-261.
*/
typedef struct assay_multinomial_method assay_multinomial_method;

const assay_multinomial_method *assay_multinomial_find(const char *name); /* NULL: no such method */
const char *assay_multinomial_name(size_t i);                             /* NULL past the last */

/* Whether a method has a form for this population: ASSAY_INFINITE, or any finite one. */
bool assay_multinomial_applies(const assay_multinomial_method *method, uint64_t population);

/* One category. The limits as cases of the population mean nothing unless the method gives such. */
typedef struct assay_multinomial_cell {
    double estimate, lower, upper;
    uint64_t lower_count, upper_count;
    assay_interval_state state;
} assay_multinomial_cell;

/* Whether the limits of a method are counts of cases too. */
bool assay_multinomial_counts(const assay_multinomial_method *method);

/*
** The intervals of all k >= 2 categories of a sample without replacement from `population`, or from
** one without end. n = 0: estimates NaN, limits 0 and 1, ASSAY_INTERVAL_NO_DATA. ASSAY_INTERVAL_UNDEFINED: limits NaN.
** ASSAY_EDOM: k < 2, a sum above 2^53, N below it (above 2^31 - 1 for hyper_tail_bonferroni), a
** confidence outside (0, 1), a method that does not apply.
*/
assay_status assay_multinomial(assay_context *context, const assay_multinomial_method *method,
                               size_t k, const uint64_t counts[/*k*/], uint64_t population,
                               double confidence, assay_multinomial_cell out[/*k*/]);

#endif
