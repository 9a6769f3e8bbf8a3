/* design_calibrated.c -- a design under calibrated weights. */
#include "infer/design_parts.h"

#include <string.h>

#include "base/memory.h"

void assay_design_release(assay_layer *layer)
{
    while (layer != NULL && --layer->owners == 0) {
        assay_layer *below = layer->below;
        assay_calibration_free(layer->calibration);
        assay_free(layer);
        layer = below;
    }
}

static assay_status check_start(assay_context *context, const assay_design *base,
                                const assay_calibration *calibration)
{
    size_t i = 0;
    if (calibration->n == base->units)
        while (i < base->units && calibration->design[i] == base->weights[i])
            i++;
    if (calibration->n == base->units && i == base->units)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "the calibration did not start from the weights of this design");
    return assay_design_blame(context, "weights", i);
}

assay_status assay_design_calibrated(assay_context *context, const assay_design *base,
                                     assay_calibration *calibration, assay_design **design)
{
    const assay_status status = check_start(context, base, calibration);
    if (status != ASSAY_OK)
        return status;
    assay_design *d = assay_alloc_array(1, sizeof *d);
    assay_layer *layer = assay_alloc_array(1, sizeof *layer);
    if (d == NULL || layer == NULL) {
        assay_free(d);
        assay_free(layer);
        return assay_fail_memory(context);
    }
    *layer = (assay_layer){calibration, base->calibrated, 1};
    if (base->calibrated != NULL)
        base->calibrated->owners++;
    *d = *base;
    ++*d->owners;
    d->calibrated = layer;
    d->weights = calibration->weights;
    d->simple = false;
    *design = d;
    return ASSAY_OK;
}

bool assay_design_is_calibrated(const assay_design *design)
{
    return design->calibrated != NULL;
}

assay_status assay_design_expand_to(assay_context *context, const assay_design *design,
                                    const assay_layer *end, double u[])
{
    assay_status status = ASSAY_OK;
    for (const assay_layer *layer = design->calibrated; status == ASSAY_OK && layer != end;
         layer = layer->below)
        status = assay_calibration_expand(context, layer->calibration, u, u);
    return status;
}

assay_status assay_design_expand(assay_context *context, const assay_design *design,
                                 const double z[], double u[])
{
    memcpy(u, z, design->units * sizeof *u);
    const assay_status status = assay_design_expand_to(context, design, NULL, u);
    for (size_t i = 0; status == ASSAY_OK && i < design->units; i++)
        u[i] *= design->start[i];
    return status;
}

double assay_design_part(const assay_design *design, size_t i)
{
    const double first = 1 - design->first.part[assay_design_item(design, i)];
    if (design->second.items == 0)
        return first;
    const uint32_t c = design->cluster[i];
    const uint64_t population = design->cluster_population[c];
    return population == ASSAY_INFINITE
               ? 0
               : first * (double)design->cluster_sample[c] / (double)population;
}
