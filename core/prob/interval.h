/* interval.h -- confidence intervals for a proportion. */
#ifndef ASSAY_PROB_INTERVAL_H
#define ASSAY_PROB_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* What is to be said about limits beside their values; X(name, the word for it). */
#define ASSAY_INTERVAL_STATE_MAP(X)                                                                \
    X(OK, NULL)                                                                                    \
    X(NO_DATA, "no_data")       /* nothing was counted: estimate NaN, limits 0 and 1 */            \
    X(UNDEFINED, "undefined")   /* the method has no limits for these counts: NaN */               \
    X(EDGE_EXACT, "edge_exact") /* at 0 or n the method gave way to the exact limits */            \
    X(CLIPPED, "clipped")       /* a limit outside [0, 1] was brought back to its end */

typedef enum assay_interval_state {
#define X(name, word) ASSAY_INTERVAL_##name,
    ASSAY_INTERVAL_STATE_MAP(X)
#undef X
} assay_interval_state;

/* The word above; NULL for OK and for a number that is no state. */
const char *assay_interval_state_name(assay_interval_state state);

typedef struct assay_interval {
    double estimate, lower, upper;
    assay_interval_state state;
} assay_interval;

/*
** Two-sided limits leave (1 - confidence)/2 in each tail. A one-sided limit leaves the whole of
** 1 - confidence in its tail; its partner is then all that the counts allow:
**   ASSAY_LOWER   upper = 1, with a population (N - (n-x)) / N
**   ASSAY_UPPER   lower = 0, with a population x / N
*/
typedef enum assay_side { ASSAY_TWO_SIDED, ASSAY_LOWER, ASSAY_UPPER } assay_side;

/*
** A method is one row of a table in interval.c. With z such that P(Z > z) is the tail, p = x/n:
**   wald             p -+ z sqrt(p q / n); clipped
**   wilson           (p + z^2/2n -+ z sqrt(p q / n + z^2/4n^2)) / (1 + z^2/n)
**   clopper_pearson  beta quantiles: tail of (x, n-x+1), 1 - tail of (x+1, n-x)
** and with a population N
**   wald             p -+ z sqrt((1 - n/N) p q / (n-1)); undefined for n = 1
**   the other two    the same with n* = n (N-1) / (N-n) and x* = p n* for n and x
** wilson and clopper_pearson have lower = 0 exactly where x = 0, upper = 1 where x = n. n = N gives
** the point x/n. clopper_pearson covers with at least the confidence, the others on average or
** less.
** Sources: Wilson (1927), JASA 22, 209-212; Clopper & Pearson (1934), Biometrika 26, 404-413;
** Brown, Cai & DasGupta (2001), Statistical Science 16, 101-133.
*/
typedef struct assay_interval_method assay_interval_method;

const assay_interval_method *assay_interval_find(const char *name); /* NULL: no such method */
const char *assay_interval_name(size_t i);                          /* NULL past the last */

/* Whether a method has a form for this population: ASSAY_INFINITE, or any finite one. */
bool assay_interval_applies(const assay_interval_method *method, uint64_t population);

/*
** x yes among n cases drawn without replacement from `population`, or from one without end.
** ASSAY_EDOM: x > n, N < n, confidence outside (0, 1) or NaN, a method that does not apply.
** ASSAY_ENUMERIC: a quantile was not found. *out is untouched then.
*/
assay_status assay_interval_compute(const assay_interval_method *method, uint64_t x, uint64_t n,
                                    uint64_t population, double confidence, assay_side side,
                                    assay_interval *out);

/*
** The same limits from real numbers, for estimates whose effective size is no count: p in [0, 1],
** n_effective > 0 (infinite: the point p); 0 <= x <= n, n > 0 finite; 0 < tail < 1, the probability
** left in each tail. ASSAY_EDOM otherwise, NaN included.
*/
assay_status assay_wilson_real(double p, double n_effective, double tail, double *lower,
                               double *upper);
assay_status assay_clopper_pearson_real(double x, double n, double tail, double *lower,
                                        double *upper);

#endif
