/* variance.h -- how far estimated totals may be off under a design. */
#ifndef ASSAY_INFER_VARIANCE_H
#define ASSAY_INFER_VARIANCE_H

#include <stddef.h>

#include "base/context.h"
#include "infer/design.h"

/*
** Variances and covariances of the estimated totals sum w_i z_ia, a = 1..k, w_i the design's weights. Let
** t_ja be the sum of u_ia = w_i z_ia over cluster j (case j, where cases were drawn themselves; design.h says
** what u is under calibrated weights). Then
**   v_ab = sum over strata of n / (n - 1) sum over its n clusters of c_j (t_ja - A_a) (t_jb - A_b),
** c_j = 1 - n/N, or 1 - pi_j under unequal probabilities, A = sum c_j t_j / sum c_j; clusters of c_j = 0 are
** not among the n. Where the second stage is known, each cluster adds the same of its own cases,
** multiplied with n/N, or pi_j. For simple random samples in both stages that is unbiased for the variance
** of a total; under unequal probabilities it is the approximation of Hájek and Deville, which holds for
** fixed sizes drawn with high entropy (Sampford, Pareto, sequential Poisson), and overstates the variance
** of systematic, ordered and balanced samples. Where n = 1 and c > 0 the design's rule for lonely strata,
** or clusters, holds; ADJUST takes A to be the mean over all clusters (all cases).
**
** Who responded (weights.h) is a phase of its own, which adds sum f_i e_ia e_ib, f_i the part of the
** population that was sampled, e as calibrate.h says.
**
** An estimate f of such totals has the variance of the total of its linearised variable z, the
** derivative of f by w_i: (y_i - R x_i) / X for a ratio R = Y / X; a domain's z is 0 outside it.
**
** z[a][n]; v[k * k], symmetric; NaN where AVERAGE has nothing to take the mean of. Sums are compensated and
** in the order of the cases. ASSAY_EDOM: a lonely stratum under ASSAY_LONELY_FAIL (error.argument "lonely",
** error.row = h + 1), or a lonely cluster (row c + 1). ASSAY_ENOMEM, ASSAY_ESTOPPED. v stays then as it was.
** Sources: Cochran (1977), chapters 5 and 10; Deville (1999), Survey Methodology 25, 193-203; Binder
** (1983), International Statistical Review 51, 279-292.
*/
assay_status assay_variance_of_totals(assay_context *context, const assay_design *design, size_t k,
                                      const double *const z[/*k*/], double v[/*k * k*/]);

/* The failure above, for who needs no totals: ASSAY_OK unless the design has a lonely stratum or cluster. */
assay_status assay_variance_check_lonely(assay_context *context, const assay_design *design);

#endif
