/* interval_method.h -- what the files of intervals know of each other, and nobody else. */
#ifndef ASSAY_PROB_INTERVAL_METHOD_H
#define ASSAY_PROB_INTERVAL_METHOD_H

#include "prob/interval.h"

/* What every pair of counts is asked. */
typedef struct assay_question {
    double confidence;
    double rest; /* 1 - confidence */
    double tail; /* the probability left in one tail: half of it, or, one-sided, all */
    double z;    /* the normal quantile of the tail; below 0 where the tail is above 1/2 */
    assay_side side;
    double prior[2];
} assay_question;

/* A pair of counts as a sample from a population without end that says as much. */
typedef struct assay_evidence {
    double p, q;     /* x/n, and (n-x)/n with its own digits */
    double x, no, n; /* the counts, no = n-x; with a population p n*, q n*, n* = n (N-1) / (N-n) */
    double variance; /* n, with a population (n-1) N / (N-n): p q by it is the variance of p */
    double cases;    /* n itself, of which a correction for continuity is half a case */
} assay_evidence;

typedef struct assay_limit {
    double value, rest; /* rest = 1 - value, with its own digits */
    assay_interval_state state;
} assay_limit;

/*
** A method has functions of these kinds; those that it has not are NULL.
**
** closed   both limits by a formula, brought into [0, 1], and what is to be said about them; the one
**          that a one-sided interval does not ask for is 0 or 1. `lanes` are the same over rows.
** lower    the lower limit; the upper one is the mirror image of that of n - x. 0 <= x <= n, n > 0
**          real and finite. `shapes`: true where that is the tail quantile of a beta distribution with
**          these shapes, which many at once are searched for faster; false where *out is the limit.
** counts   both limits of a population as whole cases, x <= n < N <= most; n > 0 unless the
**          method has a prior. The one that a one-sided interval does not ask for is not looked at.
** every    the lower limits of every x as whole cases, lower[n + 1], where they are found together,
**          two-sided; the upper one of x is N - lower[n - x]. One-sided `counts` answers.
*/
typedef assay_interval_state assay_closed_form(const assay_question *q, const assay_evidence *e,
                                               double *lower, double *upper);
typedef assay_status assay_lower_form(const assay_question *q, const assay_evidence *e,
                                      assay_limit *out);
typedef bool assay_shapes_form(const assay_question *q, const assay_evidence *e, double *a,
                               double *b, assay_limit *out);
typedef assay_status assay_counts_form(const assay_question *q, uint64_t x, uint64_t n, uint64_t N,
                                       uint64_t *lower, uint64_t *upper);
typedef assay_status assay_every_form(assay_context *context, const assay_question *q, uint64_t n,
                                      uint64_t N, uint64_t lower[]);

/*
** Rows of 0 <= x <= n < 2^52 from a population without end, as many as there is room for; returns
** how many were clipped. Where n = 0 the estimate is NaN, and the limits are 0 and 1.
*/
enum { ASSAY_INTERVAL_ROWS = 64 };
typedef int assay_lanes_form(const assay_question *q, const int64_t x[ASSAY_INTERVAL_ROWS],
                             const int64_t n[ASSAY_INTERVAL_ROWS],
                             double estimate[ASSAY_INTERVAL_ROWS],
                             double lower[ASSAY_INTERVAL_ROWS], double upper[ASSAY_INTERVAL_ROWS]);

struct assay_interval_method {
    const char *name;
    assay_closed_form *closed;
    assay_lanes_form *lanes;
    assay_lower_form *lower;
    assay_shapes_form *shapes;
    assay_counts_form *counts;
    assay_every_form *every;
    uint64_t most;  /* cases of a population that `counts` is for */
    bool corrected; /* closed or lower hold with a population too */
    bool has_prior;
    bool guaranteed; /* where it counts cases, or else without a population */
};

assay_closed_form assay_closed_wald, assay_closed_wald_cc, assay_closed_wilson,
    assay_closed_wilson_cc, assay_closed_agresti_coull;
assay_lanes_form assay_lanes_wald, assay_lanes_wald_cc, assay_lanes_wilson, assay_lanes_wilson_cc,
    assay_lanes_agresti_coull;
assay_lower_form assay_lower_clopper_pearson, assay_lower_jeffreys, assay_lower_jeffreys_mod,
    assay_lower_bayes, assay_lower_arcsine, assay_lower_logit, assay_lower_mid_p, assay_lower_lrt,
    assay_lower_blaker;
assay_shapes_form assay_shapes_clopper_pearson, assay_shapes_jeffreys, assay_shapes_jeffreys_mod,
    assay_shapes_bayes;
assay_counts_form assay_counts_hyper_tail, assay_counts_hyper_mid_p, assay_counts_hyper_blaker,
    assay_counts_hyper_minlike, assay_counts_bayes;
assay_every_form assay_every_hyper_wang;

/* The limit from a beta quantile and 1 less that. */
assay_limit assay_interval_limit(double value, double rest);

/* ASSAY_OK, or why the request cannot be answered: for any counts, and for these. */
assay_status assay_interval_check(assay_context *context, const assay_interval_request *ask);
assay_status assay_interval_check_counts(assay_context *context, const assay_interval_request *ask,
                                         uint64_t population, uint64_t x, uint64_t n);

assay_question assay_interval_question(const assay_interval_request *ask);

/* One pair that was checked, by any function but `every`. */
assay_status assay_interval_answer(const assay_interval_method *method, const assay_question *q,
                                   uint64_t x, uint64_t n, uint64_t population,
                                   assay_interval *out);

/* What x among n cases of N say; 0 < n < N. */
assay_evidence assay_interval_evidence(uint64_t x, uint64_t n, uint64_t population);

/* The interval of the lower limit of x and that of n - x. */
void assay_interval_join(const assay_question *q, uint64_t x, uint64_t n, uint64_t population,
                         const assay_limit *of_x, const assay_limit *of_rest, assay_interval *out);

/* Limits that are whole cases, as counts and as shares. */
void assay_interval_set_counts(uint64_t lower, uint64_t upper, uint64_t population,
                               assay_interval *out);

#endif
