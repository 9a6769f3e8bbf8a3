/* calibrate_solve.c -- the weights nearest to the design's that meet the totals. */
#include <float.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "infer/calibrate_parts.h"

#define MOST_STEPS  200
#define MOST_HALVES 60
#define MET         1e-10
#define SAME_TOTAL  1e-9
#define INDEPENDENT 1e-10 /* the part of a variable that does not follow from the others */
#define TOO_MANY_X  20000

/* ---- variables that do not follow from each other ---- */

/*
** The variables of the cells in use, scaled and times the root of the cell's size, as a matrix that is
** then factored with pivoting; what is needed of it.
*/
typedef struct basis {
    const assay_auxiliary *from;
    const double *size;    /* [cells] */
    double *matrix, *norm; /* [rows * p], [p] of the variables */
    double *tau, *scratch;
    size_t *order, rank; /* [p] the variables, those kept first */
    size_t rows;         /* at least p */
} basis;

static void free_basis(basis *b)
{
    assay_free(b->matrix);
    assay_free(b->norm);
    assay_free(b->tau);
    assay_free(b->scratch);
    assay_free(b->order);
}

static assay_status new_basis(assay_context *context, basis *b)
{
    const size_t p = b->from->p;
    b->rows = b->from->cells > p ? b->from->cells : p;
    if (p > TOO_MANY_X)
        return assay_calibration_refuse(context, "x", 0, "there are too many auxiliary variables");
    b->matrix = p > 0 && b->rows <= SIZE_MAX / p
                    ? assay_alloc_zeroed_array(b->rows * p, sizeof *b->matrix)
                    : assay_alloc_zeroed_array(1, sizeof *b->matrix);
    b->norm = assay_alloc_zeroed_array(p + 1, sizeof *b->norm);
    b->tau = assay_alloc_array(p + 1, sizeof *b->tau);
    b->scratch = assay_alloc_array(p + 1, sizeof *b->scratch);
    b->order = assay_alloc_array(p + 1, sizeof *b->order);
    return b->matrix == NULL || b->norm == NULL || b->tau == NULL || b->scratch == NULL ||
                   b->order == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static void fill_basis(basis *b)
{
    const size_t p = b->from->p;
    for (size_t c = 0; c < b->from->cells; c++)
        for (size_t j = 0; j < p; j++) {
            const double value = b->from->x[c * p + j];
            b->norm[j] += b->size[c] * value * value;
        }
    for (size_t j = 0; j < p; j++)
        b->norm[j] = sqrt(b->norm[j]);
    for (size_t c = 0; c < b->from->cells; c++)
        for (size_t j = 0; j < p && b->size[c] > 0; j++)
            if (b->norm[j] > 0)
                b->matrix[c * p + j] = sqrt(b->size[c]) * b->from->x[c * p + j] / b->norm[j];
}

/* Factors, and counts the pivots that are not rounding. */
static assay_status factor_basis(assay_context *context, basis *b)
{
    const size_t p = b->from->p;
    int sign;
    if (p == 0)
        return ASSAY_OK;
    gsl_matrix_view matrix = gsl_matrix_view_array(b->matrix, b->rows, p);
    gsl_vector_view tau = gsl_vector_view_array(b->tau, p);
    gsl_vector_view scratch = gsl_vector_view_array(b->scratch, p);
    gsl_permutation order = {p, b->order};
    if (gsl_linalg_QRPT_decomp(&matrix.matrix, &tau.vector, &order, &sign, &scratch.vector) != 0)
        return assay_fail(context, ASSAY_ENUMERIC, "the auxiliary variables were not factored");
    for (b->rank = 0; b->rank < p; b->rank++)
        if (!(fabs(b->matrix[b->rank * p + b->rank]) > INDEPENDENT))
            break;
    return ASSAY_OK;
}

/* Solves z' R = x' for the cell's variables that are kept: sum size z z' is then the identity. */
static void orthonormal(const basis *b, const double x[], double z[])
{
    const size_t p = b->from->p;
    for (size_t k = 0; k < b->rank; k++) {
        double value = x[b->order[k]] / b->norm[b->order[k]];
        for (size_t i = 0; i < k; i++)
            value -= z[i] * b->matrix[i * p + k];
        z[k] = value / b->matrix[k * p + k];
    }
}

/* A variable that follows from others has the total that follows from theirs: c' t, c = sum size z x. */
static assay_status check_redundant(assay_context *context, const basis *b, const double z[],
                                    const double t[])
{
    const size_t p = b->from->p;
    for (size_t k = b->rank; k < p; k++) {
        const size_t j = b->order[k];
        double implied = 0;
        for (size_t c = 0; c < b->from->cells; c++)
            for (size_t i = 0; i < b->rank; i++)
                implied += b->size[c] * b->from->x[c * p + j] * z[c * b->rank + i] * t[i];
        const double total = b->from->totals[j];
        if (fabs(total - implied) <= SAME_TOTAL * fmax(1, fabs(total)))
            continue;
        if (b->norm[j] == 0)
            return assay_calibration_refuse(context, "totals", j,
                                            "there is a total for what no case of the sample has");
        char own[ASSAY_NUMBER_TEXT], others[ASSAY_NUMBER_TEXT];
        assay_number_to_digits(total, 10, own);
        assay_number_to_digits(implied, 10, others);
        assay_fail(context, ASSAY_EDOM, "the total is %s, but %s follows from the others", own,
                   others);
        context->error.row = j + 1;
        return assay_blame_argument(context, "totals");
    }
    return ASSAY_OK;
}

/* ---- Newton ---- */

typedef struct newton {
    const assay_auxiliary *from;
    const assay_calibration_method *method;
    assay_shape shape;
    size_t rank;
    const double *size, *z, *t;                         /* [cells], [cells * rank], [rank] */
    double *lambda, *tried, *residual, *step, *hessian; /* [rank], the last [rank * rank] */
    double *factor;                                     /* [cells] */
    double dual, terms; /* the dual, and the sum of its terms without their signs */
} newton;

static void free_newton(newton *w)
{
    assay_free(w->lambda);
    assay_free(w->hessian);
}

static assay_status new_newton(assay_context *context, newton *w)
{
    const size_t r = w->rank;
    double *four = assay_alloc_zeroed_array(4 * r + 1, sizeof *four);
    w->lambda = four;
    w->hessian = assay_alloc_array(r * r + 1, sizeof *w->hessian);
    if (four == NULL || w->hessian == NULL)
        return assay_fail_memory(context);
    w->tried = four + r;
    w->residual = four + 2 * r;
    w->step = four + 3 * r;
    return ASSAY_OK;
}

/* Factors and dual at lambda; with `full` residual and Hessian too. */
static void evaluate(newton *w, const double lambda[], bool full)
{
    const size_t r = w->rank;
    w->dual = w->terms = 0;
    for (size_t k = 0; k < r; k++) {
        w->dual -= lambda[k] * w->t[k];
        w->terms += fabs(lambda[k] * w->t[k]);
        w->residual[k] = w->t[k];
    }
    if (full)
        memset(w->hessian, 0, r * r * sizeof *w->hessian);
    for (size_t c = 0; c < w->from->cells; c++) {
        const double *z = w->z + c * r;
        double u = 0, slope, integral;
        for (size_t k = 0; k < r; k++)
            u += z[k] * lambda[k];
        w->method->at(&w->shape, u, &w->factor[c], &slope, &integral);
        w->dual += w->size[c] * integral;
        w->terms += fabs(w->size[c] * integral);
        for (size_t k = 0; full && k < r; k++) {
            const double scaled = w->size[c] * slope * z[k];
            w->residual[k] -= w->size[c] * w->factor[c] * z[k];
            for (size_t l = 0; l <= k; l++)
                w->hessian[k * r + l] += scaled * z[l];
        }
    }
}

/* The total that is met worst, off by *off of max(1, |T|). */
static size_t worst(const newton *w, double achieved[], double *off)
{
    const size_t p = w->from->p;
    size_t at = 0;
    *off = 0;
    memset(achieved, 0, p * sizeof *achieved);
    for (size_t c = 0; c < w->from->cells; c++)
        for (size_t j = 0; j < p; j++)
            achieved[j] += w->size[c] * w->factor[c] * w->from->x[c * p + j];
    for (size_t j = 0; j < p; j++) {
        const double total = w->from->totals[j];
        const double apart = fabs(achieved[j] - total) / fmax(1, fabs(total));
        if (!(apart <= *off)) {
            *off = apart;
            at = j;
        }
    }
    return at;
}

/* The step of Newton's method, in `step`; false where there is none. */
static bool find_step(newton *w)
{
    gsl_matrix_view hessian = gsl_matrix_view_array(w->hessian, w->rank, w->rank);
    gsl_vector_view step = gsl_vector_view_array(w->step, w->rank);
    memcpy(w->step, w->residual, w->rank * sizeof *w->step);
    return gsl_linalg_cholesky_decomp1(&hessian.matrix) == 0 &&
           gsl_linalg_cholesky_svx(&hessian.matrix, &step.vector) == 0;
}

/*
** Goes along the step until the dual has fallen enough; false where it does not. A step so long that factors
** overflow tells nothing of the dual.
*/
static bool take_step(newton *w)
{
    const double before = w->dual;
    double slope = 0, length = 1;
    for (size_t k = 0; k < w->rank; k++)
        slope += w->step[k] * w->residual[k];
    for (int half = 0; half < MOST_HALVES; half++, length /= 2) {
        for (size_t k = 0; k < w->rank; k++)
            w->tried[k] = w->lambda[k] + length * w->step[k];
        evaluate(w, w->tried, false);
        const double rounding = 16 * DBL_EPSILON * w->terms;
        if (isfinite(w->terms) && w->dual <= before - 1e-4 * length * slope + rounding) {
            memcpy(w->lambda, w->tried, w->rank * sizeof *w->lambda);
            return true;
        }
    }
    return false;
}

static assay_status not_met(assay_context *context, const newton *w, const double achieved[],
                            size_t at)
{
    char total[ASSAY_NUMBER_TEXT], nearest[ASSAY_NUMBER_TEXT];
    assay_number_to_digits(w->from->totals[at], 10, total);
    assay_number_to_digits(achieved[at], 10, nearest);
    assay_fail(context, ASSAY_ENUMERIC,
               "the total of %s cannot be met together with the others%s: it comes to %s at the "
               "nearest",
               total, w->method->bounded ? " within the bounds" : "", nearest);
    context->error.row = at + 1;
    return assay_blame_argument(context, "totals");
}

/* One more step: near the answer each doubles the digits, and the totals show half of what factors lack. */
static void polish(newton *w, double achieved[])
{
    double off;
    if (!find_step(w))
        return;
    for (size_t k = 0; k < w->rank; k++)
        w->lambda[k] += w->step[k];
    evaluate(w, w->lambda, false);
    worst(w, achieved, &off);
}

static assay_status iterate(assay_context *context, newton *w, assay_calibration *out)
{
    for (out->steps = 0;; out->steps++) {
        double off;
        assay_status status = assay_poll(context, out->steps, MOST_STEPS);
        if (status != ASSAY_OK)
            return status;
        evaluate(w, w->lambda, true);
        const size_t at = worst(w, out->achieved, &off);
        if (off < MET) {
            polish(w, out->achieved);
            return ASSAY_OK;
        }
        if (out->steps == MOST_STEPS || !find_step(w) || !take_step(w)) {
            evaluate(w, w->lambda, false);
            worst(w, out->achieved, &off);
            return not_met(context, w, out->achieved, at);
        }
    }
}

static assay_status solve(assay_context *context, newton *w, const basis *b, double t[],
                          assay_calibration *out)
{
    const assay_auxiliary *from = b->from;
    for (size_t c = 0; c < from->cells; c++)
        orthonormal(b, from->x + c * from->p, out->z + c * b->rank);
    orthonormal(b, from->totals, t);
    assay_status status = check_redundant(context, b, out->z, t);
    w->z = out->z;
    w->t = t;
    w->rank = b->rank;
    if (status == ASSAY_OK)
        status = new_newton(context, w);
    return status == ASSAY_OK ? iterate(context, w, out) : status;
}

assay_status assay_calibration_solve(assay_context *context, const assay_auxiliary *from,
                                     const assay_calibration_method *method,
                                     const assay_shape *shape, const double size[],
                                     assay_calibration *out)
{
    basis b = {.from = from, .size = size};
    newton w = {
        .from = from, .method = method, .shape = *shape, .size = size, .factor = out->factor};
    double *t = NULL;
    assay_status status = new_basis(context, &b);
    if (status == ASSAY_OK) {
        fill_basis(&b);
        status = factor_basis(context, &b);
    }
    if (status == ASSAY_OK) {
        out->rank = b.rank;
        for (size_t k = b.rank; k < from->p; k++)
            out->follows[b.order[k]] = true;
        t = assay_alloc_array(b.rank + 1, sizeof *t);
        out->z = assay_alloc_array(from->cells * b.rank + 1, sizeof *out->z);
        status = t == NULL || out->z == NULL ? assay_fail_memory(context)
                                             : solve(context, &w, &b, t, out);
    }
    free_newton(&w);
    free_basis(&b);
    assay_free(t);
    return status;
}
