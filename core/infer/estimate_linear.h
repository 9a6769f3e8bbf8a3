/* estimate_linear.h -- a proportion under any design, by linearised residuals. */
#ifndef ASSAY_INFER_ESTIMATE_LINEAR_H
#define ASSAY_INFER_ESTIMATE_LINEAR_H

#include "infer/estimate.h"

/*
** What limits are made of where counts of strata do not say enough: p = sum w y / W over the relevant
** cases of the domain, W = sum w of them, q = 1 - p summed alike; the variance is that of the total of
** (y - p) / W (variance.h), df as design.h has it. `homogeneous` is the effective size if cases
** differed no more between clusters and strata than a simple random sample's: 1 / it is
**   sum over clusters (cases) of g (W_j / W)^2, and n/N times the same over the cases of each cluster,
** g = (N - n) / (N - 1) of what was drawn, or 1 - pi. A cluster of one mind counts there as one case.
*/
typedef struct assay_linear {
    double p, q, relevant_total, variance, df, homogeneous;
} assay_linear;

/*
** The domain is units of `group` (NULL: all) number `of` that are inside (NULL: all) and of the population.
** One of them at least must be relevant. Answers must be valid. Failures as
** assay_variance_of_totals, *out stays as it was.
*/
assay_status assay_estimate_linear(assay_context *context, const assay_design *design,
                                   const uint8_t answers[/*n*/], const uint32_t *group, uint32_t of,
                                   const uint8_t *inside, assay_linear *out);

#endif
