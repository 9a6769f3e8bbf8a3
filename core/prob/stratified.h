/* stratified.h -- exact limits for the marked cases of a finite population in strata. */
#ifndef ASSAY_PROB_STRATIFIED_H
#define ASSAY_PROB_STRATIFIED_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/*
** Stratum h has N_h cases, of which M_h are marked; n_h were drawn without replacement, x_h of
** these are marked. Limits are for the total M = sum M_h. A split is a vector (M_h) that the sample
** allows, x_h <= M_h <= N_h - (n_h - x_h): so a stratum that was taken whole is known, and one of
** which nothing was drawn may hold anything.
*/
typedef struct assay_stratum_count {
    uint64_t population, n, x;
} assay_stratum_count;

/*
** lower: the least M of a split that is not rejected at `tail` as having too few marked cases;
** upper: the largest of one not rejected as having too many. Each holds with a probability of at
** least 1 - tail, whatever the true split: that one is allowed by its sample always, and rejected
** with a probability of at most `tail`. Half of 1 - confidence as the tail gives the two limits of
** an interval, all of it a one-sided limit. upper(x) = N - lower(n - x); no marked case has the
** lower limit 0, all marked the upper limit N. With one stratum both methods are hyper_tail
** (finite.h). What is equal is not greater, as there.
**
** ASSAY_EDOM: x_h > n_h or n_h > N_h (error.row = h + 1), a population above ASSAY_FINITE_MOST in
** one stratum, a tail outside (0, 1) (error.argument "tail"). ASSAY_ENUMERIC: more steps than are
** allowed; the message has their number and says what to take. ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
typedef assay_status assay_stratified_limit(assay_context *context, size_t n_strata,
                                            const assay_stratum_count strata[/*n_strata*/],
                                            double tail, uint64_t *limit);

/*
** exact: a split is rejected as too many where P(T <= t) <= tail, as too few where P(T >= t) <=
** tail, T = sum (N_h / N) X_h / n_h and t its value in the sample. T is compared in integers, over
** the least common denominator of the N_h / n_h. All splits are searched: P(T <= t) falls in each
** M_h, so it is enough to ask, for each split of all strata but the one with the most cases not
** drawn, whether that one can bring the total above the best yet.
** Steps: with strata 1..k in the order of their N_h - n_h, those with 0 < n_h < N_h only,
**   (N_1-n_1+1) ... (N_{k-1}-n_{k-1}+1) * [sum of V_{j-1} (n_j + 1) over j < k, plus n_k + 1],
** V_j = (n_1+1) ... (n_j+1) the values that terms 1..j of T can have, or the multiples of the unit
** of T up to the largest T, where these are fewer and less than 2^22. At most 10^9, with at most
** 2^22 for the bracket; and T in its units must fit in 64 bits.
** Source: Wendell & Schmee (1996), JASA 91, 825-830, whose splits are all with sum M; here those
** that the sample contradicts are left out, which cannot lose the true one.
*/
#define ASSAY_EXACT_MOST UINT64_C(1000000000)
assay_stratified_limit assay_exact_lower, assay_exact_upper;

/*
** exact_combined: with p_h = P(X_h <= x_h | M_h), or P(X_h >= x_h | M_h) for too few, a split is
** rejected where -2 sum ln p_h reaches the `tail` point of chi-squared with 2 k degrees of freedom,
** k the number of strata with 0 < n_h < N_h. For the true split P(p_h <= u) <= u, with equality
** where p_h has no jumps, so that each -2 ln p_h is stochastically at most chi-squared with 2, and
** their sum, the samples being independent, at most chi-squared with 2 k. The least sum over the
** splits of each M is found stratum by stratum (min-plus convolution).
** Steps: the sum over strata of (R_1 + ... + R_{h-1} + 1000) (R_h + 1), R_h = N_h - n_h, the 1000
** for what a p-value takes. Some 40,000 cases not drawn, in any number of strata, are the most.
** Sources: Fisher (1932), Statistical Methods for Research Workers, section 21.1; Ottoboni, Stark,
** Lindeman & McBurnett (2018), E-Vote-ID, LNCS 11143, 174-188, for the union over splits.
*/
#define ASSAY_COMBINED_MOST UINT64_C(1000000000)
assay_stratified_limit assay_combined_lower, assay_combined_upper;

#endif
