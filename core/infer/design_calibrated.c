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

assay_status assay_design_expand(assay_context *context, const assay_design *design,
                                 const double z[], double u[])
{
    memcpy(u, z, design->units * sizeof *u);
    for (const assay_layer *layer = design->calibrated; layer != NULL; layer = layer->below) {
        const assay_calibration *c = layer->calibration;
        const assay_status status = assay_calibration_expand(context, c, u, u);
        if (status != ASSAY_OK)
            return status;
    }
    for (size_t i = 0; i < design->units; i++)
        u[i] *= design->start[i];
    return ASSAY_OK;
}
