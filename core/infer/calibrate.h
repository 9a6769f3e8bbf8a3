/* calibrate.h -- weights that make a sample meet known totals. */
#ifndef ASSAY_INFER_CALIBRATE_H
#define ASSAY_INFER_CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/*
** Unit i has the design weight d_i and p auxiliary variables x_i whose totals T over the population
** are known. Calibrated weights w_i = d_i F(x_i' lambda) meet sum w_i x_i = T and stay near d_i:
**   linear   F = 1 + u: weights of the generalised regression estimator; may be negative
**   raking   F = exp(u): on margins the weights of iterative proportional fitting
**   logit    F between `lower` < 1 < `upper`,
**            [L(U-1) + U(1-L) exp(A u)] / [(U-1) + (1-L) exp(A u)], A = (U-L) / ((1-L)(U-1))
** Source: Deville & Särndal (1992), JASA 87, 376-382.
*/
typedef struct assay_calibration_method assay_calibration_method;

const assay_calibration_method *assay_calibration_find(const char *name); /* NULL: no such method */
const char *assay_calibration_name(size_t i);                             /* NULL past the last */
bool assay_calibration_is_bounded(const assay_calibration_method *method);
bool assay_calibration_is_positive(const assay_calibration_method *method, double lower); /* F is */

/*
** Units with the same x are one cell: unit i is in cell[i], whose variables are x[cell[i] p + j]. So
** the margins of many units cost what their combinations cost.
*/
typedef struct assay_auxiliary {
    size_t n;
    const double *weights; /* [n] from 0 on; units of 0 count for nothing */
    size_t cells, p;
    const uint32_t *cell; /* [n] below cells */
    const double *x;      /* [cells * p] */
    const double *totals; /* [p] */
} assay_auxiliary;

/*
** What was found. `z` has the variables made orthonormal under the design weights, `rank` of them, a
** column for each that does not follow from the others; NULL where cells are post-strata.
** Fields are to be read only.
*/
typedef struct assay_calibration {
    size_t n, cells, p, rank, steps;
    const assay_calibration_method *method; /* NULL: there are no variables, or cells are post-strata */
    double lower, upper;                    /* its bounds */
    bool response;    /* weights of those who responded (weights.h); there are no variables */
    double *weights;  /* w[n] */
    double *factor;   /* g[cells], w_i = d_i g of its cell */
    double *achieved; /* [p] sum w x */
    bool *follows;    /* [p] the variable follows from others, whose totals its own agrees with */
    double *design;   /* d[n] */
    uint32_t *cell;   /* [n] */
    double *z;        /* [cells * rank] or NULL */
} assay_calibration;

/*
** By Newton's method on the convex dual, steps halved until it falls; done where every total is met to
** 1e-10 of max(1, |T|).
** error.argument and error.row = place + 1 say where:
**   ASSAY_EDOM      "weights": below 0; "totals": not finite, for a variable that no unit has, or
**                   contradicting those of variables it follows from; "bounds"; "x": not finite
**   ASSAY_ENUMERIC  "totals": not to be met, the worst one is named
** ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
assay_status assay_calibrate(assay_context *context, const assay_auxiliary *auxiliary,
                             const assay_calibration_method *method, double lower, double upper,
                             assay_calibration **calibration);

/*
** Post-stratification: cells are post-strata with totals[cells]; g = T_c / sum of d in c. `x` and p
** are not used. ASSAY_EDOM, "totals": a cell without units has a total above 0, a total below 0.
*/
assay_status assay_poststratify(assay_context *context, const assay_auxiliary *auxiliary,
                                assay_calibration **calibration);
void assay_calibration_free(assay_calibration *calibration); /* NULL is ignored */

/*
** e = y - x' B, B the regression of y on x under the design weights: the variance of the calibrated
** total of y is that of the design's total of g e. e may be y itself. Not of a response.
*/
assay_status assay_calibration_residuals(assay_context *context,
                                         const assay_calibration *calibration,
                                         const double y[/*n*/], double e[/*n*/]);

/*
** u_i = g_i e_i, so that the variance of sum w_i y_i is the design's of the total of u. Where a class of
** those sampled is known by those who responded, u_i = Y + g_i (y_i - Y), Y the mean of y in the class under the
** design weights: g_i is 0 for who did not respond, and the size of the class is itself an estimate.
** u may be y itself. ASSAY_ENOMEM. Source: Särndal, Swensson & Wretman (1992), 15.6.
*/
assay_status assay_calibration_expand(assay_context *context, const assay_calibration *calibration,
                                      const double y[/*n*/], double u[/*n*/]);

/*
** e_i = w_i sqrt(1 - 1/g_i) (y_i - Y) of those who responded, 0 of others: what who responds adds to the error
** of sum w_i y_i is the sum of f_i e_i^2 where f_i of the population was sampled. Of a response alone.
** Source: Fay (1991), Proceedings of the Survey Research Methods Section, ASA, 429-440; Shao & Steel (1999),
** JASA 94, 254-265.
*/
assay_status assay_calibration_response(assay_context *context,
                                        const assay_calibration *calibration,
                                        const double y[/*n*/], double e[/*n*/]);

/* Kish's design effect of unequal weights, n sum w^2 / (sum w)^2 of the n that are not 0. */
double assay_weights_deff(size_t n, const double weights[/*n*/]);

#endif
