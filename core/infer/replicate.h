/* replicate.h -- variances from estimates repeated under other weights. */
#ifndef ASSAY_INFER_REPLICATE_H
#define ASSAY_INFER_REPLICATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/design.h"
#include "infer/estimate.h"

/*
** How the weights w_i of a design are changed from replicate to replicate. Stratum h has n_h of N_h cases
** in the sample, f_h = n_h / N_h; where clusters were drawn, these are what is counted, drawn and left
** out, all cases of one together.
**   rao_wu     n_h - 1 of the n_h cases are drawn with replacement; who is drawn t times has the weight
**              w [1 - l_h + l_h n_h / (n_h - 1) t], l_h = sqrt(1 - f_h), which is above 0 unless N_h
**              is without end. v = sum (theta_b - mean)^2 / (B - 1)
**   jackknife  each case in turn is left out, and the others of its stratum have w n_h / (n_h - 1):
**              v = sum over h of (1 - f_h) (n_h - 1) / n_h sum (theta_hj - theta)^2, theta the
**              estimate under the design's own weights. Strata all of whose cases were sampled are passed over
** A stratum of one case has no replicate. Under CERTAINTY its weights stay; under AVERAGE they do, and v
** is multiplied as in variance.h; under COLLAPSE it is one with its neighbour; ADJUST has no such form.
** Sources: Rao, Wu & Yue (1992), Survey Methodology 18, 209-217; Rao & Wu (1988), JASA 83, 231-241.
*/
typedef enum assay_replication { ASSAY_RAO_WU, ASSAY_JACKKNIFE } assay_replication;

/* What to be told beside results of fewer: ASSAY_REPLICATES_FEW of them leave 2 % of chance in a se. */
#define ASSAY_REPLICATES_FEW  1000
#define ASSAY_REPLICATES_MOST 1000000

typedef struct assay_replicates assay_replicates;

/*
** The replicates of a design, which must outlive them. `n` and `seed` are for rao_wu: replicate b draws
** from the counters of replicate b of the stream "replicate" of the seed (rng.h), so no result depends
** on threads. For the jackknife n is 0 and seed NULL: it has as many as there are cases to leave out.
** ASSAY_EDOM with error.argument "n" or "seed"; "lonely", error.row = h + 1, for a stratum of one case
** under FAIL or ADJUST; "method" for a design that has none: unequal probabilities, or a second stage
** that is known below a first one of finite populations. ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
assay_status assay_replicates_new(assay_context *context, const assay_design *design,
                                  assay_replication method, uint64_t n, const char *seed,
                                  assay_replicates **replicates);
void assay_replicates_free(assay_replicates *replicates); /* NULL is ignored */

const assay_design *assay_replicates_design(const assay_replicates *replicates);
assay_replication assay_replicates_method(const assay_replicates *replicates);
size_t assay_replicates_count(const assay_replicates *replicates);

/*
** The ratios sum w y / sum w x of k pairs in every replicate, or totals sum w y where x[a] is NULL:
** theta[a * count + b] of pair a in replicate b, NaN where the denominator is 0. y[a][n], x[a][n].
** ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
assay_status assay_replicates_ratios(assay_context *context, const assay_replicates *replicates,
                                     size_t k, const double *const y[/*k*/],
                                     const double *const x[/*k*/], double theta[/*k * count*/]);

/*
** The p quantile of m values in every replicate: theta[count]. unit[m] are the units that have them, in
** ascending order of value[m]; the quantile is the least value up to which the sum of weights is p of all.
*/
assay_status assay_replicates_quantiles(assay_context *context, const assay_replicates *replicates,
                                        size_t m, const uint32_t unit[/*m*/],
                                        const double value[/*m*/], double p,
                                        double theta[/*count*/]);

/*
** v of the formulas above. Replicates that are NaN, *undefined of them, are left out of the mean and of
** B; a jackknife with one of them has no v, and v is NaN.
*/
double assay_replicates_variance(const assay_replicates *replicates, const double theta[/*count*/],
                                 double full, uint64_t *undefined);

/*
** The `tail` and 1 - `tail` quantiles of the replicates that are not NaN, of type 7 (linear between order
** statistics at (B - 1) tail); NaN where there is none. theta is put in another order.
*/
void assay_replicates_percentiles(size_t n, double theta[/*n*/], double tail, double *lower,
                                  double *upper);

/*
** assay_estimate_proportions with the variances of replicates, and all that follows from these: se,
** n_effective, deff, limits. `percentile`: limits are the percentiles of the replicates (rao_wu only), and
** the request's method is not used. undefined[]: replicates in which no case of a domain was relevant.
** ASSAY_EDOM also for a method from counts, error.argument "method", which has no use for a variance, and
** for `cap`, error.argument "cap".
*/
assay_status assay_replicates_proportions(assay_context *context,
                                          const assay_replicates *replicates,
                                          const assay_estimate_request *request, bool percentile,
                                          assay_estimate out[/*n_groups * n_questions*/],
                                          uint64_t undefined[/*n_groups * n_questions*/]);

#endif
