/* exact.h -- exact limits for the share of yes among relevant cases, from counts in strata. */
#ifndef ASSAY_INFER_EXACT_H
#define ASSAY_INFER_EXACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/* Stratum h: N_h cases, n_h sampled, of these some answered yes, some no, the others neither. */
typedef struct assay_exact_count {
    uint64_t population, n, yes, no;
} assay_exact_count;

/* Limits for a total of marked cases: one of the two methods of prob/stratified.h. */
typedef enum assay_exact_kind { ASSAY_EXACT, ASSAY_EXACT_COMBINED } assay_exact_kind;

/*
** Limits for Y / (Y + Z), Y the yes and Z the no cases of the population, each with `tail`.
** Where every sampled case is yes or no, all cases of the population are taken to be: the limits
** are those of Y over N. Where k > 0 sampled cases are neither, nobody knows how many of the
** population are; Y and Z are then totals of marked cases, one apart from the other, and
**   lower = L / min(L + U, N - k),
** L the lower limit of Y at 0.9 tail, U the upper one of Z at 0.1 tail; upper = 1 - the same with
** yes and no exchanged. It misses only if L > Y or U < Z, whose probabilities are at most 0.9 and
** 0.1 of the tail: no size of the domain is assumed. (Most of the tail goes to L, which narrows the
** limits more.) A population with cases that are neither, of which the sample may have none, is
** missed with at most 1.1 tail, as both rules together may miss; the tests find none that is missed
** with more than the tail.
** Both are NaN where no case is yes or no. ASSAY_EDOM: more yes and no than sampled (error.row =
** h + 1); other failures are those of prob/stratified.h.
*/
assay_status assay_exact_share(assay_context *context, assay_exact_kind kind, size_t n_strata,
                               const assay_exact_count strata[/*n_strata*/], double tail,
                               double *lower, double *upper);

#endif
