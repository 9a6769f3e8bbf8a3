/* stratified_search.h -- what stratified.c asks of each method. */
#ifndef ASSAY_PROB_STRATIFIED_SEARCH_H
#define ASSAY_PROB_STRATIFIED_SEARCH_H

#include "prob/stratified.h"

/*
** The largest sum of d_h such that the split M_h = x_h + d_h is not rejected as having too many:
** its tail probability is above `bar`. All strata have 0 < n_h < N_h; there is at least one.
*/
typedef assay_status assay_stratified_search(assay_context *context, size_t n_strata,
                                             const assay_stratum_count strata[/*n_strata*/],
                                             double bar, uint64_t *more);
assay_stratified_search assay_exact_search, assay_combined_search;

/* Of counts that may be too large: UINT64_MAX then. */
uint64_t assay_capped_product(uint64_t a, uint64_t b);
uint64_t assay_capped_sum(uint64_t a, uint64_t b);

#endif
