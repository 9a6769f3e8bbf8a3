/* replicate_calibrate.c -- every replicate calibrated anew, to the totals that the design's weights meet. */
#include "infer/replicate_parts.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "infer/design_parts.h"

/*
** A calibration is found again under other weights from what it keeps: its variables are z, which say the
** same as those that were given, their totals those of z under the calibrated weights. Factors of weights
** that were trimmed are taken as given, as in variance.h.
*/
static bool is_given(const assay_calibration *c)
{
    return !c->response && c->method == NULL && c->z != NULL;
}

/* ---- layers ---- */

static size_t count_layers(const assay_design *d)
{
    size_t n = 0;
    for (const assay_layer *layer = d->calibrated; layer != NULL; layer = layer->below)
        n++;
    return n;
}

static assay_status set_totals(assay_context *context, replicate_layer *to)
{
    const assay_calibration *c = to->calibration;
    const size_t p = c->method != NULL ? c->rank : 0;
    to->totals = assay_alloc_zeroed_array(p, sizeof *to->totals);
    if (to->totals == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < p; k++)
            to->totals[k] += c->weights[i] * c->z[c->cell[i] * p + k];
    return ASSAY_OK;
}

/* In the order in which the weights were calibrated. */
static assay_status set_layers(assay_context *context, assay_replicates *r)
{
    assay_status status = ASSAY_OK;
    r->layers = assay_alloc_zeroed_array(count_layers(r->design), sizeof *r->layers);
    if (r->layers == NULL)
        return assay_fail_memory(context);
    r->n_layers = count_layers(r->design);
    size_t at = r->n_layers;
    for (const assay_layer *from = r->design->calibrated; from != NULL; from = from->below)
        r->layers[--at].calibration = from->calibration;
    for (size_t l = 0; status == ASSAY_OK && l < r->n_layers; l++) {
        replicate_layer *layer = &r->layers[l];
        layer->first = r->cells;
        r->cells += is_given(layer->calibration) ? 0 : layer->calibration->cells;
        status = set_totals(context, layer);
    }
    return status;
}

/* ---- one replicate ---- */

/* What post-strata, or classes of those who responded, need: sum of the weights in each cell. */
static void sum_cells(const assay_calibration *c, const double weights[], double sums[])
{
    memset(sums, 0, c->cells * sizeof *sums);
    for (size_t i = 0; i < c->n; i++)
        sums[c->cell[i]] += weights[i];
}

/* NaN where nobody is left of a post-stratum that has a total. */
static void meet_cells(const assay_calibration *c, double factor[])
{
    for (size_t k = 0; k < c->cells; k++)
        factor[k] = factor[k] > 0         ? c->achieved[k] / factor[k]
                    : c->achieved[k] == 0 ? 0
                                          : (double)NAN;
}

/* The cells of a class are those who responded and those who did not; the last one is outside all. */
static void meet_classes(const assay_calibration *c, double factor[])
{
    for (size_t k = 0; k + 2 < c->cells; k += 2) {
        const double responded = factor[k], all = responded + factor[k + 1];
        factor[k] = responded > 0 ? all / responded : all == 0 ? 0 : (double)NAN;
        factor[k + 1] = 0;
    }
    factor[c->cells - 1] = 1;
}

/* Totals that cannot be met under these weights leave the replicate without an estimate, to be counted. */
static assay_status calibrate(assay_context *context, const replicate_layer *layer,
                              const double weights[], double factor[])
{
    const assay_calibration *c = layer->calibration;
    const assay_auxiliary from = {c->n, weights, c->cells, c->rank, c->cell, c->z, layer->totals};
    assay_calibration *found = NULL;
    const assay_status status =
        assay_calibrate(context, &from, c->method, c->lower, c->upper, &found);
    if (status == ASSAY_OK)
        memcpy(factor, found->factor, c->cells * sizeof *factor);
    assay_calibration_free(found);
    if (status != ASSAY_EDOM && status != ASSAY_ENUMERIC)
        return status;
    context->error = (assay_error){0};
    for (size_t k = 0; k < c->cells; k++)
        factor[k] = NAN;
    return ASSAY_OK;
}

static assay_status find_factors(assay_context *context, const replicate_layer *layer,
                                 const double weights[], double factor[])
{
    const assay_calibration *c = layer->calibration;
    if (is_given(c))
        return ASSAY_OK;
    if (c->method != NULL)
        return calibrate(context, layer, weights, factor);
    sum_cells(c, weights, factor);
    if (c->response)
        meet_classes(c, factor);
    else
        meet_cells(c, factor);
    return ASSAY_OK;
}

static double factor_of(const assay_replicates *r, size_t l, const double found[], size_t i)
{
    const assay_calibration *c = r->layers[l].calibration;
    return is_given(c) ? c->factor[c->cell[i]] : found[r->layers[l].first + c->cell[i]];
}

/* Weights of 0 stay so, whatever their cell has. */
static double times(double weight, double factor)
{
    return weight == 0 ? 0 : weight * factor;
}

static bool is_met(const replicate_layer *layer, const double factor[])
{
    size_t k = is_given(layer->calibration) ? layer->calibration->cells : 0;
    while (k < layer->calibration->cells && !isnan(factor[k]))
        k++;
    return k == layer->calibration->cells;
}

static assay_status calibrate_replicate(assay_context *context, assay_replicates *r, size_t b,
                                        const replicate_room *room, double weights[])
{
    double *found = &r->found[b * r->cells];
    assay_replicate_places(r, b, room->drawn, room->base);
    for (size_t i = 0; i < r->rows; i++)
        weights[i] = r->weights[i] * room->base[r->place[i]];
    for (size_t l = 0; l < r->n_layers; l++) {
        double *factor = found + r->layers[l].first;
        const assay_status status = find_factors(context, &r->layers[l], weights, factor);
        if (status != ASSAY_OK)
            return status;
        const bool met = is_met(&r->layers[l], factor);
        for (size_t k = 0; !met && k < r->cells; k++)
            found[k] = NAN;
        for (size_t i = 0; i < r->rows; i++)
            weights[i] = times(weights[i], factor_of(r, l, found, i));
    }
    return ASSAY_OK;
}

/* ---- all of them ---- */

assay_status assay_replicates_calibrate(assay_context *context, assay_replicates *r)
{
    assay_status status = set_layers(context, r);
    if (status != ASSAY_OK)
        return status;
    const replicate_room room = {assay_alloc_array(r->drawn, sizeof *room.drawn),
                                 assay_alloc_array(r->places, sizeof *room.base)};
    double *weights = assay_alloc_array(r->rows, sizeof *weights);
    r->found = assay_alloc_array(r->count, r->cells * sizeof *r->found);
    if (room.drawn == NULL || room.base == NULL || weights == NULL || r->found == NULL)
        status = assay_fail_memory(context);
    for (size_t b = 0; status == ASSAY_OK && b < r->count; b++) {
        status = assay_poll(context, b, r->count);
        if (status == ASSAY_OK)
            status = calibrate_replicate(context, r, b, &room, weights);
    }
    assay_free(room.drawn);
    assay_free(room.base);
    assay_free(weights);
    return status;
}

void assay_replicates_uncalibrate(assay_replicates *r)
{
    for (size_t l = 0; l < r->n_layers; l++)
        assay_free(r->layers[l].totals);
    assay_free(r->layers);
    assay_free(r->found);
}

void assay_replicate_factors(const assay_replicates *r, size_t b, const replicate_room *room,
                             double factor[])
{
    if (r->n_layers == 0) {
        assay_replicate_places(r, b, room->drawn, factor);
        return;
    }
    const double *found = &r->found[b * r->cells];
    assay_replicate_places(r, b, room->drawn, room->base);
    for (size_t i = 0; i < r->rows; i++) {
        factor[i] = room->base[r->place[i]];
        for (size_t l = 0; l < r->n_layers; l++)
            factor[i] = times(factor[i], factor_of(r, l, found, i));
    }
}
