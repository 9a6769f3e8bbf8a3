/* estimate.h -- what the answers of a sample say about the population. */
#ifndef ASSAY_INFER_ESTIMATE_H
#define ASSAY_INFER_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/design.h"
#include "prob/interval.h"

/* An answer, one uint8_t for each unit of the design. Relevant cases are yes and no. */
typedef enum assay_answer {
    ASSAY_YES,
    ASSAY_NO,
    ASSAY_NOT_APPLICABLE,
    ASSAY_UNANSWERED
} assay_answer;

/*
** How limits are made, one row of a table in estimate_method.c. p is the estimate, q = 1 - p, v its
** variance, z and t_k the 1 - (1 - confidence)/2 quantiles of the normal distribution and of
** Student's t with k degrees of freedom, n_effective = p q / v (see below where v = 0):
**   wilson_neff         Wilson's limits at p with n_effective
**   korn_graubard       Clopper and Pearson's at x = p n', n' = n_effective (t_{r-1} / t_df)^2, r
**                       the relevant cases. n' is not cut to n: a finite population raises it rightly
**   korn_graubard_z     the same with n' = n_effective
**   lrt                 the P with 2 n_effective [p ln(p/P) + q ln(q/(1-P))] <= t_df^2: the
**                       likelihood ratio of a binomial sample, divided by the design effect (the
**                       "likelihood" of svyciprop in R's survey, which has n_effective (r-1) / r)
**   wald_z, wald_t      p -+ z sqrt(v), p -+ t_df sqrt(v)
**   logit_z, logit_t    the same of ln(p/q), whose variance is v / (p q)^2; none where v, p or q is 0
** and from the counts of each stratum, W_h its weight (below), p_h its share, m_h its relevant cases:
**   wald_satterthwaite  wald with t of (sum c_h)^2 / sum c_h^2 / (n_h - 1) degrees of freedom, c_h
**                       the terms of v, in the second sum of strata with n_h > 1; none where v = 0
**   yan_su              sum W_h (Wilson's limits of stratum h at z s), s^2 = sum W_h^2 V_h /
**                       (sum W_h sqrt(V_h))^2, V_h = p_h q_h / m_h, or 1 / m_h where all of these are 0
**   yan_su_fpc          the same with m_h (N_h - 1) / (N_h - n_h) for m_h; a stratum all of whose cases
**                       were sampled is a point
**   score               the P with (p - P)^2 <= z^2 P (1-P) sum W_h^2 g_h / m_h, which is Wilson's at
**                       the effective size that v = 0 has below: a score test of one share in all strata
**   exact               limits from the counts of each stratum that miss with at most half of
**                       1 - confidence each, whatever the population (but see exact.h for cases that
**                       are not relevant): Wendell and Schmee's. ASSAY_ENUMERIC, with the number of
**                       steps, for more than a few strata
**   exact_combined      the same from combined p-values: wider, for any number of strata
** Where the degrees of freedom are 0, methods with t have no limits. Limits beyond 0 or 1 are
** brought back there (state CLIPPED).
** Sources: Korn & Graubard (1998), Survey Methodology 24, 193-201; Wilson (1927); Rao & Scott (1984),
** Annals of Statistics 12, 46-60 (lrt); Satterthwaite (1946), Biometrics Bulletin 2, 110-114;
** Yan & Su (2010), Statistics in Biopharmaceutical Research 2, 329-335, with fixed weights.
*/
typedef struct assay_estimate_method assay_estimate_method;

const assay_estimate_method *assay_estimate_find(const char *name); /* NULL: no such method */
const char *assay_estimate_name(size_t i);                          /* NULL past the last */

/* Whether limits are made of the counts of each stratum, and not of moments (assay_moments) alone. */
bool assay_estimate_is_from_counts(const assay_estimate_method *method);

/* Whether it has an effective size, which a request may cap. */
bool assay_estimate_is_capped(const assay_estimate_method *method);

/*
** The cases inside the domain, and the proportion of yes among its relevant ones. Strata h have N_h
** cases of which n_h were sampled; r_h of these are relevant and inside, x_h of those yes.
*/
typedef struct assay_estimate {
    uint64_t n;        /* sampled cases inside the domain: the next three together */
    uint64_t relevant; /* yes and no */
    uint64_t not_applicable, unanswered; /* counted apart, never guessed */
    uint64_t x;                          /* yes */
    double share;                        /* x / relevant, unweighted; NaN where none is relevant */
    uint64_t percent; /* the share in per cent, rounded half up; 0 where it is NaN */
    uint64_t lost;    /* cases of the design that were unavailable, of whatever domain they are */
    double lowest_share,
        highest_share; /* the share if all unanswered and lost were no, or yes; or NaN */

    double estimate; /* sum w_h x_h / sum w_h r_h, w_h = N_h/n_h, times the design's raise */
    double se;       /* sqrt(v) */
    double df; /* sum of (r_h - 1) over strata with a relevant case; Satterthwaite's where used */
    double n_effective;
    double deff; /* v / [(1 - n/N) p (1-p) / (relevant - 1)], n and N of the whole design; or NaN */
    double lower, upper,
        half_width; /* half_width = (upper - lower) / 2; NaN of a one-sided limit */
    assay_side side;

    double confidence;
    const char *method; /* the name of the one used */
    assay_interval_state state;
} assay_estimate;

/*
** Estimates a proportion in a domain: cases that are not applicable, unanswered or not inside stay
** in the variance, with a residual of 0. `inside` is NULL (all) or n flags, 0 for outside.
**   v = sum N_h^2 (1 - n_h/N_h) s_h^2 / n_h / (sum w_h r_h)^2,
** s_h^2 the variance of 1-p (yes), -p (no), 0 (all else) over the n_h cases, times the square of the
** design's raise, which is 1 but where cases out of scope were replaced. Where n_h = 1 < N_h
** the design's rule for lonely strata holds; ADJUST puts the square of that one value for s_h^2.
** Where v is 0 because every stratum is of one mind, n_effective = 1 / sum W_h^2 g_h / r_h with
** W_h = w_h r_h / sum, g_h = (N_h - n_h) / (N_h - 1), over strata with r_h > 0.
** Where all cases of these strata were sampled, n_effective is infinite and both limits are p (but
** those of exact and exact_combined, for which the other strata may have relevant cases too).
**
** Under designs that are not simple (design.h) p, v and df are those of linearised residuals
** (estimate_linear.h), and methods from counts are refused.
**
** `method` NULL: the design's rule, wilson_neff, but korn_graubard when df < 20, or a stratum with
** a relevant case has fewer than 5 in the sample, or x is 0 or all.
** state: NO_DATA (no relevant case, or none with a weight: estimate, limits and what belongs to them are
** NaN), UNDEFINED (limits NaN; also where weights below 0 bring the estimate outside 0 and 1), CLIPPED, or OK.
**
** ASSAY_EDOM: an answer that is none (error.argument "answers", error.row = i + 1); confidence
** outside (0, 1); a method from counts under a design that is not simple (error.argument "method"); a
** lonely stratum under ASSAY_LONELY_FAIL, unless there is no data (error.argument "lonely", error.row =
** h + 1). ASSAY_ENOMEM, ASSAY_ESTOPPED, ASSAY_ENUMERIC. *out stays as it was.
** Sources: Cochran (1977), Sampling Techniques, chapters 5 and 5A; lonely strata as R's survey.
*/
assay_status assay_estimate_proportion(assay_context *context, const assay_design *design,
                                       const uint8_t answers[/*n*/], const uint8_t *inside,
                                       double confidence, const assay_estimate_method *method,
                                       assay_estimate *out);

/*
** Many questions and domains. Each unit is of one group; a domain is the part of a group that is
** inside. `cap`: an effective size is no more than the relevant cases in the sample, after Korn and
** Graubard's ratio, as Parker et al. (2017), National Center for Health Statistics Presentation
** Standards for Proportions, have it; only for methods that have one.
*/
typedef struct assay_estimate_request {
    size_t n_questions;
    const uint8_t *const *answers; /* [n_questions][n] */
    size_t n_groups;
    const uint32_t *group; /* [n] from 0; NULL: all are of group 0 */
    const uint8_t *inside; /* [n], or NULL */
    double confidence;
    const assay_estimate_method *method;
    bool cap;
    assay_side side; /* of one: its tail has all of 1 - confidence, and the other limit is 0 or 1 */
} assay_estimate_request;

/*
** out[g * n_questions + k] is question k in group g, to the last bit as assay_estimate_proportion has
** it. All answers are counted in one pass; threads do not change a bit. Failures as there, and
** ASSAY_EDOM for a group that is not below n_groups (error.argument "group", error.row = i + 1), for one
** side at a confidence of 1/2 or less (error.argument "side") and for `cap` with a method that has no effective size (error.argument "cap").
*/
assay_status assay_estimate_proportions(assay_context *context, const assay_design *design,
                                        const assay_estimate_request *request,
                                        assay_estimate out[/*n_groups * n_questions*/]);

bool assay_estimate_is_share(double p); /* 0 <= p <= 1 */

/* The design's rule: `few` is whether a stratum with a relevant case has fewer than 5 in the sample. */
const assay_estimate_method *assay_estimate_choose(double df, double p, double q, bool few);

/* What limits are made of, for who has many estimates; q = 1 - p, to be exactly 0 where p is 1. */
typedef struct assay_moments {
    double p, q, variance, n_effective, df;
    double relevant; /* cases in the sample */
} assay_moments;

/* Both limits of these; NaN where they are undefined. ASSAY_EDOM: a method from counts. ASSAY_ENUMERIC. */
assay_status assay_estimate_limits(const assay_estimate_method *method, const assay_moments *from,
                                   double confidence, double *lower, double *upper);

#endif
