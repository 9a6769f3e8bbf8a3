/* margin_fit.c -- weights that meet margins, and how far weights do. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "infer/margin_parts.h"

#define ROUNDING 1e-12 /* what summing weights may leave of a total that is met */

/* Says which level a failure about one of the totals is about. */
static assay_status tell(assay_context *context, const assay_margins *self, assay_status status)
{
    char label[ASSAY_LABEL_BYTES], message[sizeof context->error.message];
    if (status == ASSAY_OK || strcmp(context->error.argument, "totals") != 0 ||
        context->error.row == 0 || context->error.row > self->p)
        return status;
    const size_t j = (size_t)context->error.row - 1;
    memcpy(message, context->error.message, sizeof message);
    assay_fail(context, status, "%s: %s", assay_margins_label(self, j, label), message);
    return assay_blame_argument(context, self->names[self->of[j]]);
}

static uint64_t cases_of(const assay_margins *self, size_t j)
{
    uint64_t cases = 0;
    for (size_t c = 0; c < self->cells; c++)
        cases += self->x[c * self->p + j] != 0 ? self->size[c] : 0;
    return cases;
}

uint64_t assay_margins_beyond(const assay_margins *self, size_t j, double *total)
{
    if (j >= self->p)
        return 0;
    *total = self->totals[j];
    const uint64_t cases = self->labels[j] != NULL ? cases_of(self, j) : 0;
    return (double)cases > *total * (1 + 1e-9) ? cases : 0;
}

/* Numbers of one sign have a total of that sign under any factors above 0. */
static assay_status check_sign(assay_context *context, const assay_margins *self, size_t j)
{
    uint64_t below = 0, above = 0;
    for (size_t c = 0; c < self->cells; c++) {
        below += self->x[c * self->p + j] < 0 ? self->size[c] : 0;
        above += self->x[c * self->p + j] > 0 ? self->size[c] : 0;
    }
    const double total = self->totals[j];
    if ((below == 0) == (above == 0) || (below == 0 ? total > 0 : total < 0))
        return ASSAY_OK;
    char label[ASSAY_LABEL_BYTES], text[ASSAY_NUMBER_TEXT];
    const uint64_t cases = below + above;
    assay_number_to_digits(total, 12, text);
    assay_fail(context, ASSAY_EDOM,
               "the total of %s is %s, but %" PRIu64 " case%s %s 0 and none %s",
               assay_margins_label(self, j, label), text, cases, cases == 1 ? " is" : "s are",
               below == 0 ? "above" : "below", below == 0 ? "below" : "above");
    return assay_blame_argument(context, self->names[self->of[j]]);
}

/* No factor above 0 brings cases to a total of 0. */
static assay_status check_zero(assay_context *context, const assay_margins *self)
{
    for (size_t j = 0; j < self->p; j++) {
        const assay_status status =
            self->labels[j] == NULL ? check_sign(context, self, j) : ASSAY_OK;
        if (status != ASSAY_OK)
            return status;
        const uint64_t cases =
            self->labels[j] != NULL && self->totals[j] == 0 ? cases_of(self, j) : 0;
        if (cases == 0)
            continue;
        char label[ASSAY_LABEL_BYTES];
        assay_fail(context, ASSAY_EDOM, "the total of %s is 0, but %" PRIu64 " case%s it",
                   assay_margins_label(self, j, label), cases, cases == 1 ? " has" : "s have");
        return assay_blame_argument(context, self->names[self->of[j]]);
    }
    return ASSAY_OK;
}

/* How weights are sought. */
typedef struct search {
    const double *weights;
    const assay_calibration_method *method;
    double lower, upper;
} search;

static assay_status fit(assay_context *context, const assay_margins *self, const search *how,
                        size_t p, const double x[], const double totals[],
                        assay_calibration **calibration)
{
    const assay_auxiliary from = {self->n, how->weights, self->cells, p, self->cell, x, totals};
    return assay_calibrate(context, &from, how->method, how->lower, how->upper, calibration);
}

/* Whether the margins but one can be met: ASSAY_OK or ASSAY_ENUMERIC. */
static assay_status fit_without(assay_context *context, const assay_margins *self,
                                const search *how, size_t m)
{
    double *x = assay_alloc_array(self->cells * self->p, sizeof *x), *totals = NULL;
    assay_calibration *c = NULL;
    size_t p = 0, at = 0;
    totals = assay_alloc_array(self->p, sizeof *totals);
    assay_status status = x == NULL || totals == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t j = 0; status == ASSAY_OK && j < self->p; j++)
        if (self->of[j] != m)
            totals[p++] = self->totals[j];
    for (size_t c_at = 0; status == ASSAY_OK && c_at < self->cells; c_at++)
        for (size_t j = 0; j < self->p; j++)
            if (self->of[j] != m)
                x[at++] = self->x[c_at * self->p + j];
    if (status == ASSAY_OK)
        status = fit(context, self, how, p, x, totals, &c);
    assay_calibration_free(c);
    assay_free(x);
    assay_free(totals);
    return status;
}

/* Totals that cannot be met together: names the margins each of which keeps the others from being met. */
static assay_status blame_margins(assay_context *context, const assay_margins *self,
                                  const search *how)
{
    const assay_error first = context->error;
    char names[256] = "", quoted[ASSAY_QUOTED];
    size_t blamed = SIZE_MAX, length = 0;
    for (size_t m = 0; self->n_margins > 1 && m < self->n_margins; m++) {
        const assay_status status = fit_without(context, self, how, m);
        if (status != ASSAY_OK && status != ASSAY_ENUMERIC)
            return status;
        if (status != ASSAY_OK || length + ASSAY_QUOTED + 8 > sizeof names)
            continue;
        blamed = blamed == SIZE_MAX ? m : blamed;
        length += (size_t)snprintf(names + length, sizeof names - length, "%s'%s'",
                                   length == 0 ? "" : " or ",
                                   assay_quote(self->names[m], strlen(self->names[m]), quoted));
    }
    context->error = first;
    if (blamed == SIZE_MAX)
        return tell(context, self, ASSAY_ENUMERIC);
    assay_fail(context, ASSAY_ENUMERIC,
               "the margins cannot be met together%s: without %s the others can",
               assay_calibration_is_bounded(how->method) ? " within the bounds" : "", names);
    return assay_blame_argument(context, self->names[blamed]);
}

assay_status assay_margins_calibrate(assay_context *context, const assay_margins *self,
                                     const double weights[], const assay_calibration_method *method,
                                     double lower, double upper, assay_calibration **calibration)
{
    const search how = {weights, method, lower, upper};
    assay_status status =
        assay_calibration_is_positive(method, lower) ? check_zero(context, self) : ASSAY_OK;
    if (status != ASSAY_OK)
        return status;
    status = fit(context, self, &how, self->p, self->x, self->totals, calibration);
    return status == ASSAY_ENUMERIC ? blame_margins(context, self, &how)
                                    : tell(context, self, status);
}

/* ---- post-strata ---- */

/* Each unit's post-stratum; units outside are one of their own, whose total is what it is. */
static void find_strata(const assay_margins *self, const double weights[], uint32_t cell[],
                        double totals[])
{
    totals[self->p] = 0;
    for (size_t i = 0; i < self->n; i++) {
        const double *x = &self->x[self->cell[i] * self->p];
        size_t j = 0;
        while (j < self->p && x[j] == 0)
            j++;
        cell[i] = (uint32_t)j;
        totals[j] += j == self->p ? weights[i] : 0;
    }
}

assay_status assay_margins_poststratify(assay_context *context, const assay_margins *self,
                                        const double weights[], assay_calibration **calibration)
{
    assay_status status = check_zero(context, self);
    if (status != ASSAY_OK)
        return status;
    uint32_t *cell = assay_alloc_array(self->n, sizeof *cell);
    double *totals = assay_alloc_array(self->p + 1, sizeof *totals);
    if (cell == NULL || totals == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK) {
        memcpy(totals, self->totals, self->p * sizeof *totals);
        find_strata(self, weights, cell, totals);
        const assay_auxiliary from = {self->n, weights, self->p + 1, 0, cell, NULL, totals};
        status = tell(context, self, assay_poststratify(context, &from, calibration));
    }
    assay_free(cell);
    assay_free(totals);
    return status;
}

/* ---- how far they are met ---- */

static assay_status sum_achieved(assay_context *context, const assay_margins *self,
                                 const double weights[], double achieved[])
{
    double *size = assay_alloc_zeroed_array(self->cells, sizeof *size);
    if (size == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++)
        size[self->cell[i]] += weights[i];
    for (size_t c = 0; c < self->cells; c++)
        for (size_t j = 0; j < self->p; j++)
            achieved[j] += size[c] * self->x[c * self->p + j];
    assay_free(size);
    return ASSAY_OK;
}

static const char *variable_at(const void *of, size_t j, size_t *length)
{
    const assay_margins *self = of;
    const char *name = self->names[self->of[j]];
    *length = strlen(name);
    return name;
}

static const char *level_at(const void *of, size_t j, size_t *length)
{
    const assay_margins *self = of;
    *length = self->labels[j] == NULL ? 0 : strlen(self->labels[j]);
    return self->labels[j];
}

static assay_status add_texts(assay_context *context, const assay_margins *self, const char *name,
                              assay_text_at *at, assay_frame *frame)
{
    assay_column *column;
    const assay_status status = assay_column_of_texts(context, self->p, at, self, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

static assay_status add_columns(assay_context *context, const assay_margins *self,
                                double achieved[], assay_frame *frame)
{
    const size_t p = self->p;
    assay_status status = add_texts(context, self, "variable", variable_at, frame);
    if (status == ASSAY_OK)
        status = add_texts(context, self, "level", level_at, frame);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "target", p, self->totals);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "achieved", p, achieved);
    for (size_t j = 0; j < p; j++) {
        const double target = self->totals[j], off = achieved[j] - target;
        achieved[j] = fabs(off) > ROUNDING * fmax(1, fabs(target)) ? off : 0;
    }
    return status == ASSAY_OK ? assay_frame_add_numbers(context, frame, "difference", p, achieved)
                              : status;
}

assay_status assay_margins_frame(assay_context *context, const assay_margins *self,
                                 const double weights[], assay_frame **frame)
{
    assay_frame *fresh = NULL;
    double *achieved = assay_alloc_zeroed_array(self->p, sizeof *achieved);
    assay_status status = achieved == NULL ? assay_fail_memory(context)
                                           : sum_achieved(context, self, weights, achieved);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        status = add_columns(context, self, achieved, fresh);
    assay_free(achieved);
    if (status != ASSAY_OK)
        assay_frame_free(fresh);
    else
        *frame = fresh;
    return status;
}
