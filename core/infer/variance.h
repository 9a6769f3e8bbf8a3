/* variance.h -- how far estimated totals may be off under a design. */
#ifndef ASSAY_INFER_VARIANCE_H
#define ASSAY_INFER_VARIANCE_H

#include <stddef.h>

#include "base/context.h"
#include "infer/design.h"

/*
** Variances and covariances of the estimated totals sum w_i z_ia, a = 1..k, w_i the design's weights:
**   v_ab = sum over strata of (1 - n_h/N_h) n_h / (n_h - 1) sum (u_ia - U_a)(u_ib - U_b),
** u_ia = w_i z_ia (design.h says what under calibrated weights), U_a its mean over the n_h cases of the stratum. Where n_h = 1 < N_h the design's rule
** holds; ADJUST takes U_a to be the mean over all cases.
**
** An estimate f of such totals has the variance of the total of its linearised variable z, the
** derivative of f by w_i: (y_i - R x_i) / X for a ratio R = Y / X; a domain's z is 0 outside it.
**
** z[a][n]; v[k * k], symmetric. ASSAY_EDOM: a lonely stratum under ASSAY_LONELY_FAIL
** (error.argument "lonely", error.row = h + 1). ASSAY_ENOMEM, ASSAY_ESTOPPED. v stays then as it was.
** Sources: Cochran (1977), chapter 5; Binder (1983), International Statistical Review 51, 279-292.
*/
assay_status assay_variance_of_totals(assay_context *context, const assay_design *design, size_t k,
                                      const double *const z[/*k*/], double v[/*k * k*/]);

#endif
