/* calibrate.c -- weights that make a sample meet known totals. */
#include "infer/calibrate_parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* ---- distances ---- */

static void linear(const assay_shape *s, double u, double *f, double *slope, double *integral)
{
    (void)s;
    *f = 1 + u;
    *slope = 1;
    *integral = u + u * u / 2;
}

static void raking(const assay_shape *s, double u, double *f, double *slope, double *integral)
{
    (void)s;
    *f = *slope = *integral = exp(u);
}

static void logit(const assay_shape *s, double u, double *f, double *slope, double *integral)
{
    const double below = 1 - s->lower, above = s->upper - 1, width = s->upper - s->lower;
    const double e = exp(-fabs(s->a * u)); /* divided out where it would overflow */
    const double up = u > 0 ? 1 : e, down = u > 0 ? e : 1, sum = above * down + below * up;
    *f = (s->lower * above * down + s->upper * below * up) / sum;
    *slope = s->a * width * above * below * (up / sum) * (down / sum);
    *integral = s->lower * u + width / s->a * (log(sum) + (u > 0 ? s->a * u : 0));
}

static const assay_calibration_method methods[] = {
    {"linear", false, linear},
    {"raking", false, raking},
    {"logit", true, logit},
};

#define N_METHODS (sizeof methods / sizeof methods[0])

const assay_calibration_method *assay_calibration_find(const char *name)
{
    for (size_t i = 0; i < N_METHODS; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

const char *assay_calibration_name(size_t i)
{
    return i < N_METHODS ? methods[i].name : NULL;
}

bool assay_calibration_is_bounded(const assay_calibration_method *method)
{
    return method->bounded;
}

bool assay_calibration_is_positive(const assay_calibration_method *method, double lower)
{
    return method->bounded ? lower >= 0 : method->at == raking;
}

/* ---- what is given ---- */

assay_status assay_calibration_refuse(assay_context *context, const char *argument, size_t place,
                                      const char *message)
{
    assay_fail(context, ASSAY_EDOM, "%s", message);
    context->error.row = place + 1;
    return assay_blame_argument(context, argument);
}

assay_status assay_calibration_check_weights(assay_context *context, size_t n,
                                             const double weights[])
{
    size_t bad = 0, first = 0;
    for (size_t i = 0; i < n; i++)
        bad += !(weights[i] >= 0 && weights[i] <= DBL_MAX);
    if (bad == 0)
        return ASSAY_OK;
    while (weights[first] >= 0 && weights[first] <= DBL_MAX)
        first++;
    assay_fail(context, ASSAY_EDOM,
               "%zu of %zu weights are not from 0 on: a weighting needs such ones", bad, n);
    context->error.row = first + 1;
    return assay_blame_argument(context, "weights");
}

static assay_status check(assay_context *context, const assay_auxiliary *from)
{
    const assay_status status = assay_calibration_check_weights(context, from->n, from->weights);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < from->n; i++)
        if (from->cell[i] >= from->cells)
            return assay_calibration_refuse(context, "cell", i, "a unit is in no cell");
    for (size_t i = 0; i < from->cells * from->p; i++)
        if (!isfinite(from->x[i]))
            return assay_calibration_refuse(context, "x", i, "an auxiliary variable is missing");
    return ASSAY_OK;
}

static assay_status check_totals(assay_context *context, const double totals[], size_t n)
{
    for (size_t j = 0; j < n; j++)
        if (!isfinite(totals[j]))
            return assay_calibration_refuse(context, "totals", j, "a total is not a number");
    return ASSAY_OK;
}

assay_calibration *assay_calibration_new(const assay_auxiliary *from, size_t p)
{
    assay_calibration *c = assay_alloc_zeroed_array(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->n = from->n;
    c->cells = from->cells;
    c->p = p;
    c->weights = assay_alloc_array(from->n, sizeof *c->weights);
    c->design = assay_alloc_array(from->n, sizeof *c->design);
    c->cell = assay_alloc_array(from->n, sizeof *c->cell);
    c->factor = assay_alloc_array(from->cells, sizeof *c->factor);
    c->achieved = assay_alloc_zeroed_array(p, sizeof *c->achieved);
    c->follows = assay_alloc_zeroed_array(p, sizeof *c->follows);
    if (c->weights != NULL && c->design != NULL && c->cell != NULL && c->factor != NULL &&
        c->achieved != NULL && c->follows != NULL) {
        memcpy(c->design, from->weights, from->n * sizeof *c->design);
        memcpy(c->cell, from->cell, from->n * sizeof *c->cell);
        return c;
    }
    assay_calibration_free(c);
    return NULL;
}

void assay_calibration_free(assay_calibration *c)
{
    if (c == NULL)
        return;
    assay_free(c->weights);
    assay_free(c->design);
    assay_free(c->cell);
    assay_free(c->factor);
    assay_free(c->achieved);
    assay_free(c->follows);
    assay_free(c->z);
    assay_free(c);
}

/* The design weights of each cell together: size[cells]. */
static void size_cells(const assay_calibration *c, double size[])
{
    memset(size, 0, c->cells * sizeof *size);
    for (size_t i = 0; i < c->n; i++)
        size[c->cell[i]] += c->design[i];
}

void assay_calibration_weigh(assay_calibration *c)
{
    for (size_t i = 0; i < c->n; i++)
        c->weights[i] = c->design[i] * c->factor[c->cell[i]];
}

static assay_status make_shape(assay_context *context, const assay_calibration_method *method,
                               double lower, double upper, assay_shape *shape)
{
    shape->lower = lower;
    shape->upper = upper;
    shape->a = (upper - lower) / ((1 - lower) * (upper - 1));
    if (!method->bounded || (lower < 1 && upper > 1 && isfinite(lower) && isfinite(upper)))
        return ASSAY_OK;
    return assay_calibration_refuse(context, "bounds", 0,
                                    "bounds must be one below 1 and one above");
}

assay_status assay_calibrate(assay_context *context, const assay_auxiliary *from,
                             const assay_calibration_method *method, double lower, double upper,
                             assay_calibration **calibration)
{
    assay_shape shape;
    assay_calibration *c = NULL;
    double *size = NULL;
    assay_status status = check(context, from);
    if (status == ASSAY_OK)
        status = check_totals(context, from->totals, from->p);
    if (status == ASSAY_OK)
        status = make_shape(context, method, lower, upper, &shape);
    if (status == ASSAY_OK && ((c = assay_calibration_new(from, from->p)) == NULL ||
                               (size = assay_alloc_array(from->cells, sizeof *size)) == NULL))
        status = assay_fail_memory(context);
    if (status == ASSAY_OK) {
        size_cells(c, size);
        status = assay_calibration_solve(context, from, method, &shape, size, c);
    }
    assay_free(size);
    if (status != ASSAY_OK) {
        assay_calibration_free(c);
        return status;
    }
    c->method = method;
    c->lower = lower;
    c->upper = upper;
    assay_calibration_weigh(c);
    *calibration = c;
    return ASSAY_OK;
}

/* ---- post-strata ---- */

static assay_status meet_cell(assay_context *context, double size, double total, size_t at,
                              double *factor)
{
    if (total < 0)
        return assay_calibration_refuse(context, "totals", at, "a total is below 0");
    if (size == 0 && total > 0)
        return assay_calibration_refuse(context, "totals", at,
                                        "there is a total for what no case of the sample has");
    *factor = size > 0 ? total / size : 0;
    return ASSAY_OK;
}

assay_status assay_poststratify(assay_context *context, const assay_auxiliary *from,
                                assay_calibration **calibration)
{
    const assay_auxiliary cells = {from->n, from->weights, from->cells, 0, from->cell, NULL, NULL};
    assay_calibration *c = NULL;
    assay_status status = check(context, &cells);
    if (status == ASSAY_OK)
        status = check_totals(context, from->totals, from->cells);
    if (status == ASSAY_OK && (c = assay_calibration_new(from, from->cells)) == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK)
        size_cells(c, c->achieved);
    for (size_t i = 0; status == ASSAY_OK && i < from->cells; i++)
        status = meet_cell(context, c->achieved[i], from->totals[i], i, &c->factor[i]);
    if (status != ASSAY_OK) {
        assay_calibration_free(c);
        return status;
    }
    memcpy(c->achieved, from->totals, from->cells * sizeof *c->achieved);
    c->rank = from->cells;
    assay_calibration_weigh(c);
    *calibration = c;
    return ASSAY_OK;
}

/* ---- residuals ---- */

/* y of each cell under the design weights: sum d y; [cells]. */
static void sum_cells(const assay_calibration *c, const double y[], double sums[])
{
    memset(sums, 0, c->cells * sizeof *sums);
    for (size_t i = 0; i < c->n; i++)
        sums[c->cell[i]] += c->design[i] * y[i];
}

/* What the regression gives in each cell: z' B with B = sum d z y, or the cell's mean. */
static void fit_cells(const assay_calibration *c, const double size[], const double sums[],
                      double b[], double fitted[])
{
    for (size_t k = 0; c->z != NULL && k < c->rank; k++) {
        b[k] = 0;
        for (size_t i = 0; i < c->cells; i++)
            b[k] += c->z[i * c->rank + k] * sums[i];
    }
    for (size_t i = 0; i < c->cells; i++) {
        fitted[i] = 0;
        for (size_t k = 0; c->z != NULL && k < c->rank; k++)
            fitted[i] += c->z[i * c->rank + k] * b[k];
        if (c->z == NULL && size[i] > 0)
            fitted[i] = sums[i] / size[i];
    }
}

assay_status assay_calibration_residuals(assay_context *context, const assay_calibration *c,
                                         const double y[], double e[])
{
    double *room = assay_alloc_array(3 * c->cells + c->rank + 1, sizeof *room);
    if (room == NULL)
        return assay_fail_memory(context);
    double *size = room, *sums = room + c->cells, *fitted = sums + c->cells;
    size_cells(c, size);
    sum_cells(c, y, sums);
    fit_cells(c, size, sums, fitted + c->cells, fitted);
    for (size_t i = 0; i < c->n; i++)
        e[i] = y[i] - fitted[c->cell[i]];
    assay_free(room);
    return ASSAY_OK;
}

/* ---- response ---- */

/* What y of those who responded is on average in each unit's class, under the design weights; in no class 0. */
static assay_status class_means(assay_context *context, const assay_calibration *c,
                                const double y[], double mean[])
{
    double *sums = assay_alloc_zeroed_array(2 * c->cells, sizeof *sums);
    if (sums == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < c->n; i++) {
        sums[2 * c->cell[i]] += c->design[i];
        sums[2 * c->cell[i] + 1] += c->design[i] * y[i];
    }
    for (size_t i = 0; i < c->n; i++) {
        const size_t k = c->cell[i] - c->cell[i] % 2; /* those of the class who responded */
        mean[i] = k + 1 < c->cells ? sums[2 * k + 1] / sums[2 * k] : 0;
    }
    assay_free(sums);
    return ASSAY_OK;
}

static assay_status expand_response(assay_context *context, const assay_calibration *c,
                                    const double y[], double u[])
{
    double *mean = assay_alloc_array(c->n, sizeof *mean);
    assay_status status =
        mean == NULL ? assay_fail_memory(context) : class_means(context, c, y, mean);
    for (size_t i = 0; status == ASSAY_OK && i < c->n; i++)
        u[i] = mean[i] + c->factor[c->cell[i]] * (y[i] - mean[i]);
    assay_free(mean);
    return status;
}

assay_status assay_calibration_response(assay_context *context, const assay_calibration *c,
                                        const double y[], double e[])
{
    double *mean = assay_alloc_array(c->n, sizeof *mean);
    assay_status status =
        mean == NULL ? assay_fail_memory(context) : class_means(context, c, y, mean);
    for (size_t i = 0; status == ASSAY_OK && i < c->n; i++) {
        const double g = c->factor[c->cell[i]];
        e[i] = g > 1 ? c->weights[i] * sqrt(1 - 1 / g) * (y[i] - mean[i]) : 0;
    }
    assay_free(mean);
    return status;
}

assay_status assay_calibration_expand(assay_context *context, const assay_calibration *c,
                                      const double y[], double u[])
{
    if (c->response)
        return expand_response(context, c, y, u);
    const assay_status status = assay_calibration_residuals(context, c, y, u);
    for (size_t i = 0; status == ASSAY_OK && i < c->n; i++)
        u[i] *= c->factor[c->cell[i]];
    return status;
}

double assay_weights_deff(size_t n, const double weights[])
{
    double used = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        used += weights[i] != 0;
        sum += weights[i];
        squares += weights[i] * weights[i];
    }
    return used * squares / (sum * sum);
}
