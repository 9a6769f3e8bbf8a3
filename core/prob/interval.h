/* interval.h -- confidence intervals for a proportion. */
#ifndef ASSAY_PROB_INTERVAL_H
#define ASSAY_PROB_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
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
        ASSAY_INTERVAL_STATES
} assay_interval_state;

/* The word above; NULL for OK and for a number that is no state. */
const char *assay_interval_state_name(assay_interval_state state);

typedef struct assay_interval {
    double estimate, lower, upper;
    assay_interval_state state;
    uint64_t lower_count, upper_count; /* of a method that counts cases, else 0 */
} assay_interval;

/*
** Two-sided limits leave (1 - confidence)/2 in each tail. A one-sided limit leaves the whole of
** 1 - confidence in its tail; its partner is then all that the counts allow:
**   ASSAY_LOWER   upper = 1, with a population (N - (n-x)) / N
**   ASSAY_UPPER   lower = 0, with a population x / N
*/
typedef enum assay_side { ASSAY_TWO_SIDED, ASSAY_LOWER, ASSAY_UPPER } assay_side;

/*
** A method is one row of the table in interval.c, and a function in the file of its kind, which
** gives formula, source and edge values:
**   interval_closed.c   wald wald_cc wilson wilson_cc agresti_coull, by formulas in p, n and z
**   interval_mirror.c   clopper_pearson jeffreys jeffreys_mod bayes arcsine logit
**   interval_solved.c   mid_p lrt blaker, by roots
**   interval_finite.c   hyper_tail hyper_mid_p hyper_blaker hyper_minlike hyper_wang, and bayes with
**                       a population: whole cases
** With a population N, n* = n (N-1) / (N-n) stands for n, and p n* for x, in wilson, agresti_coull,
** clopper_pearson and jeffreys. The variance of wald, wald_cc and logit is p q (1 - n/N) / (n-1),
** which leaves them undefined for n = 1 (logit has its edges there).
**
** For every method lower = 0 where x = 0 and upper = 1 where x = n, but for bayes, whose limits are
** those of the posterior. n = N gives the point x/n; n = 0 the limits 0 and 1, but for bayes with a
** population, whose prior speaks of it. No and yes mirror each other. At least the confidence is
** reached by clopper_pearson and blaker, and, whatever the number of cases in the population, by
** hyper_tail, hyper_blaker, hyper_minlike and hyper_wang; by the others about, on average, or not at
** all (wald). What weighs the two tails against each other has no one-sided limits of its own: those
** of blaker are clopper_pearson's, those of the last three hyper_tail's, the shortest exact ones.
** Source: Brown, Cai & DasGupta (2001), Statistical Science 16, 101-133.
*/
typedef struct assay_interval_method assay_interval_method;

const assay_interval_method *assay_interval_find(const char *name); /* NULL: no such method */
const char *assay_interval_name(size_t i);                          /* NULL past the last */

/* Whether a method has a form for this population: ASSAY_INFINITE, or any finite one. */
bool assay_interval_applies(const assay_interval_method *method, uint64_t population);

/* Whether its limits with this population are whole cases: lower_count and upper_count. */
bool assay_interval_counts(const assay_interval_method *method, uint64_t population);

/* Whether it covers with at least its confidence, whatever the counts. */
bool assay_interval_is_guaranteed(const assay_interval_method *method, uint64_t population);

/* Whether it has a prior. */
bool assay_interval_has_prior(const assay_interval_method *method);

/* What is asked of one pair of counts, or of many. */
typedef struct assay_interval_request {
    const assay_interval_method *method;
    uint64_t population; /* N, or ASSAY_INFINITE */
    double confidence;
    assay_side side;
    double prior[2]; /* of bayes: Beta(prior[0], prior[1]), both finite and above 0 */
} assay_interval_request;

/*
** x yes among n cases drawn without replacement from the population, or from one without end.
** ASSAY_EDOM: x > n, N < n, confidence outside (0, 1) or NaN, a method that does not apply, a prior
** that is none. ASSAY_ENUMERIC: a quantile was not found, or the method would take too long, which
** names another. *out is untouched then. Only hyper_wang polls and allocates.
*/
assay_status assay_interval_compute(assay_context *context, const assay_interval_request *ask,
                                    uint64_t x, uint64_t n, assay_interval *out);

/*
** The same limits from real numbers, for estimates whose effective size is no count: p in [0, 1],
** n_effective > 0 (infinite: the point p); 0 <= x <= n, n > 0 finite; 0 < tail < 1, the probability
** left in each tail. For wilson_cc n is 1 or more, and p n whole. ASSAY_EDOM otherwise, NaN included.
*/
assay_status assay_wilson_real(double p, double n_effective, double tail, double *lower,
                               double *upper);
assay_status assay_wilson_cc_real(double p, double n, double tail, double *lower, double *upper);
assay_status assay_clopper_pearson_real(double x, double n, double tail, double *lower,
                                        double *upper);

/*
** wilson and lrt of such numbers at a quantile 0 < z < infinity of whatever distribution:
**   |p - p0| = z sqrt(p0 q0 / n),   2 [l(x/n) - l(p0)] = z^2.
*/
assay_status assay_wilson_at(double p, double n_effective, double z, double *lower, double *upper);
assay_status assay_lrt_at(double x, double n, double z, double *lower, double *upper);

#endif
