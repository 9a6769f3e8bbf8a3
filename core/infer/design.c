/* design.c -- the design under which answers were collected. */
#include "infer/design.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* One calibration, on top of those before it; designs that share it count as its owners. */
struct layer {
    assay_calibration *calibration;
    struct layer *below; /* or NULL */
    size_t owners;
};

struct assay_design {
    size_t units, strata;
    uint32_t *stratum;             /* [units] */
    double *weights;               /* [units] */
    uint64_t *population, *sample; /* [strata] */
    uint64_t total;
    assay_lonely lonely;
    uint8_t *inside; /* [units], or NULL: all are */
    double *raise;   /* [strata], or NULL: 1 */
    uint64_t lost;
    struct layer *calibrated; /* the last one, or NULL */
};

/* Units between two polls: well under 10 ms. */
enum { BLOCK = 1 << 18 };

static const uint64_t largest_total = UINT64_C(1) << 53; /* a double still counts that far */

/* Adds to the failure just recorded which argument it is about, and where in it. */
static assay_status blame(assay_context *context, const char *argument, size_t index)
{
    context->error.row = index + 1;
    return assay_blame_argument(context, argument);
}

static assay_status set_stratum(assay_context *context, assay_design *d, size_t i, uint32_t h)
{
    if (h >= d->strata) {
        assay_fail(context, ASSAY_EDOM, "case %zu is in stratum %" PRIu64 " of %zu", i + 1,
                   (uint64_t)h + 1, d->strata);
        return blame(context, "stratum", i);
    }
    d->stratum[i] = h;
    d->sample[h]++;
    return ASSAY_OK;
}

static assay_status count_sample(assay_context *context, assay_design *d, const uint32_t stratum[])
{
    for (size_t i = 0; i < d->units; i++) {
        assay_status status = i % BLOCK == 0 ? assay_poll(context, i, d->units) : ASSAY_OK;
        if (status == ASSAY_OK)
            status = set_stratum(context, d, i, stratum[i]);
        if (status != ASSAY_OK)
            return status;
    }
    return ASSAY_OK;
}

static assay_status check_stratum(assay_context *context, const assay_design *d, size_t h)
{
    const uint64_t population = d->population[h], sample = d->sample[h];
    if (population > 0 && sample == 0) {
        assay_fail(context, ASSAY_EDOM,
                   "stratum %zu has a population of %" PRIu64 " and no case in the sample", h + 1,
                   population);
        return blame(context, "population", h);
    }
    if (sample > population) {
        assay_fail(context, ASSAY_EDOM,
                   "stratum %zu has a population of %" PRIu64 " and %" PRIu64
                   " cases in the sample",
                   h + 1, population, sample);
        return blame(context, "population", h);
    }
    return ASSAY_OK;
}

static assay_status set_populations(assay_context *context, assay_design *d,
                                    const uint64_t population[])
{
    for (size_t h = 0; h < d->strata; h++) {
        d->population[h] = population[h];
        const assay_status status = check_stratum(context, d, h);
        if (status != ASSAY_OK)
            return status;
        if (population[h] > largest_total - d->total) {
            assay_fail(context, ASSAY_EDOM, "the strata have a population beyond 2^53");
            return assay_blame_argument(context, "population");
        }
        d->total += population[h];
    }
    if (d->total > 0)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM, "the strata have a population of 0");
    return assay_blame_argument(context, "population");
}

static void set_weights(assay_design *d)
{
    for (size_t i = 0; i < d->units; i++) {
        const size_t h = d->stratum[i];
        d->weights[i] = (double)d->population[h] / (double)d->sample[h] * assay_design_raise(d, h);
    }
}

static assay_design *allocate(size_t units, size_t strata)
{
    assay_design *d = assay_alloc_zeroed_array(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->units = units;
    d->strata = strata;
    d->stratum = assay_alloc_array(units, sizeof *d->stratum);
    d->weights = assay_alloc_array(units, sizeof *d->weights);
    d->population = assay_alloc_zeroed_array(strata, sizeof *d->population);
    d->sample = assay_alloc_zeroed_array(strata, sizeof *d->sample);
    if (d->stratum != NULL && d->weights != NULL && d->population != NULL && d->sample != NULL)
        return d;
    assay_design_free(d);
    return NULL;
}

assay_status assay_design_new(assay_context *context, size_t n, const uint32_t stratum[],
                              size_t n_strata, const uint64_t population[], assay_lonely lonely,
                              assay_design **design)
{
    assay_design *d = allocate(n, n_strata);
    if (d == NULL)
        return assay_fail_memory(context);
    d->lonely = lonely;
    assay_status status = count_sample(context, d, stratum);
    if (status == ASSAY_OK)
        status = set_populations(context, d, population);
    if (status != ASSAY_OK) {
        assay_design_free(d);
        return status;
    }
    set_weights(d);
    *design = d;
    return ASSAY_OK;
}

/* A stratum all of whose cases were lost has nobody who stands for it. */
static assay_status check_lost(assay_context *context, size_t n, const uint32_t stratum[],
                               size_t n_strata, const uint64_t lost[])
{
    bool *met = assay_alloc_zeroed_array(n_strata, sizeof *met);
    if (met == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        if (stratum[i] < n_strata)
            met[stratum[i]] = true;
    size_t h = 0;
    while (h < n_strata && (met[h] || lost[h] == 0))
        h++;
    assay_free(met);
    if (h == n_strata)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "all %" PRIu64
               " cases drawn from stratum %zu are unavailable: nothing can be said of it",
               lost[h], h + 1);
    return blame(context, "population", h);
}

static assay_status set_aftermath(assay_context *context, assay_design *d,
                                  const assay_aftermath *after)
{
    d->inside = assay_alloc_array(d->units, sizeof *d->inside);
    d->raise = assay_alloc_array(d->strata, sizeof *d->raise);
    if (d->inside == NULL || d->raise == NULL)
        return assay_fail_memory(context);
    memcpy(d->inside, after->inside, d->units);
    for (size_t h = 0; h < d->strata; h++) {
        d->raise[h] = after->raise[h];
        d->lost += after->lost[h];
        if (!(after->raise[h] > 0) || isinf(after->raise[h])) {
            assay_fail(context, ASSAY_EDOM, "the weights of stratum %zu cannot be raised like that",
                       h + 1);
            return blame(context, "raise", h);
        }
    }
    set_weights(d);
    return ASSAY_OK;
}

assay_status assay_design_after(assay_context *context, size_t n, const uint32_t stratum[],
                                size_t n_strata, const uint64_t population[], assay_lonely lonely,
                                const assay_aftermath *after, assay_design **design)
{
    assay_design *d = NULL;
    assay_status status =
        after == NULL ? ASSAY_OK : check_lost(context, n, stratum, n_strata, after->lost);
    if (status == ASSAY_OK)
        status = assay_design_new(context, n, stratum, n_strata, population, lonely, &d);
    if (status == ASSAY_OK && after != NULL)
        status = set_aftermath(context, d, after);
    if (status != ASSAY_OK)
        assay_design_free(d);
    else
        *design = d;
    return status;
}

/* ---- calibrated weights ---- */

static void release(struct layer *layer)
{
    while (layer != NULL && --layer->owners == 0) {
        struct layer *below = layer->below;
        assay_calibration_free(layer->calibration);
        assay_free(layer);
        layer = below;
    }
}

static void *copy_of(const void *from, size_t n, size_t size)
{
    void *to = assay_alloc_array(n, size);
    if (to != NULL)
        memcpy(to, from, n * size);
    return to;
}

/* A copy without its calibrations; NULL: out of memory. */
static assay_design *copy(const assay_design *from)
{
    assay_design *d = allocate(from->units, from->strata);
    if (d == NULL)
        return NULL;
    d->total = from->total;
    d->lonely = from->lonely;
    d->lost = from->lost;
    memcpy(d->stratum, from->stratum, d->units * sizeof *d->stratum);
    memcpy(d->weights, from->weights, d->units * sizeof *d->weights);
    memcpy(d->population, from->population, d->strata * sizeof *d->population);
    memcpy(d->sample, from->sample, d->strata * sizeof *d->sample);
    if (from->inside != NULL)
        d->inside = copy_of(from->inside, d->units, sizeof *d->inside);
    if (from->raise != NULL)
        d->raise = copy_of(from->raise, d->strata, sizeof *d->raise);
    if ((from->inside != NULL && d->inside == NULL) || (from->raise != NULL && d->raise == NULL)) {
        assay_design_free(d);
        return NULL;
    }
    return d;
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
    return blame(context, "weights", i);
}

assay_status assay_design_calibrated(assay_context *context, const assay_design *base,
                                     assay_calibration *calibration, assay_design **design)
{
    const assay_status status = check_start(context, base, calibration);
    if (status != ASSAY_OK)
        return status;
    assay_design *d = copy(base);
    struct layer *layer = assay_alloc_array(1, sizeof *layer);
    if (d == NULL || layer == NULL) {
        assay_design_free(d);
        assay_free(layer);
        return assay_fail_memory(context);
    }
    *layer = (struct layer){calibration, base->calibrated, 1};
    if (base->calibrated != NULL)
        base->calibrated->owners++;
    d->calibrated = layer;
    memcpy(d->weights, calibration->weights, d->units * sizeof *d->weights);
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
    const double *weights = design->weights;
    memcpy(u, z, design->units * sizeof *u);
    for (const struct layer *layer = design->calibrated; layer != NULL; layer = layer->below) {
        const assay_calibration *c = layer->calibration;
        const assay_status status = assay_calibration_expand(context, c, u, u);
        if (status != ASSAY_OK)
            return status;
        weights = c->design;
    }
    for (size_t i = 0; i < design->units; i++)
        u[i] *= weights[i];
    return ASSAY_OK;
}

/* ---- what a design says ---- */

void assay_design_free(assay_design *design)
{
    if (design == NULL)
        return;
    release(design->calibrated);
    assay_free(design->inside);
    assay_free(design->raise);
    assay_free(design->stratum);
    assay_free(design->weights);
    assay_free(design->population);
    assay_free(design->sample);
    assay_free(design);
}

size_t assay_design_units(const assay_design *design)
{
    return design->units;
}

size_t assay_design_strata(const assay_design *design)
{
    return design->strata;
}

const uint32_t *assay_design_stratum(const assay_design *design)
{
    return design->stratum;
}

uint64_t assay_design_population(const assay_design *design, size_t h)
{
    return design->population[h];
}

uint64_t assay_design_sample(const assay_design *design, size_t h)
{
    return design->sample[h];
}

uint64_t assay_design_total(const assay_design *design)
{
    return design->total;
}

assay_lonely assay_design_lonely(const assay_design *design)
{
    return design->lonely;
}

bool assay_design_inside(const assay_design *design, size_t i)
{
    return design->inside == NULL || design->inside[i] != 0;
}

const double *assay_design_weights(const assay_design *design)
{
    return design->weights;
}

double assay_design_raise(const assay_design *design, size_t h)
{
    return design->raise == NULL ? 1 : design->raise[h];
}

uint64_t assay_design_lost(const assay_design *design)
{
    return design->lost;
}
