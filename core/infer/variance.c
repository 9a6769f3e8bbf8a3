/* variance.c -- how far estimated totals may be off under a design. */
#include "infer/variance.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "infer/design_parts.h"

/* Units between two polls: well under 10 ms. */
enum { BLOCK = 1 << 16 };

/* ---- one stage: k totals of its items about the means of their groups ---- */

struct work {
    const assay_stage *stage;
    assay_lonely lonely;
    size_t k;
    const double *t;    /* [k * items] */
    assay_sum *means;   /* [groups * k] */
    assay_sum *parts;   /* [groups] */
    assay_sum *overall; /* [k] the means over all items */
    assay_sum *squares; /* [groups * k * k], its lower half */
};

static bool is_lonely(const assay_stage *stage, size_t h)
{
    return stage->open[h] == 1;
}

static void add_means(struct work *w, size_t j)
{
    const assay_stage *s = w->stage;
    const size_t h = s->group[j];
    assay_sum_add(&w->parts[h], s->part[j]);
    for (size_t a = 0; a < w->k; a++) {
        const double t = w->t[a * s->items + j];
        assay_sum_add(&w->means[h * w->k + a], s->part[j] * t);
        assay_sum_add(&w->overall[a], t / (double)s->items);
    }
}

static double centre(const struct work *w, size_t h, size_t a)
{
    if (is_lonely(w->stage, h) && w->lonely == ASSAY_LONELY_ADJUST)
        return assay_sum_total(&w->overall[a]);
    return assay_sum_total(&w->means[h * w->k + a]) / assay_sum_total(&w->parts[h]);
}

static void add_squares(struct work *w, size_t j)
{
    const assay_stage *s = w->stage;
    const size_t h = s->group[j], k = w->k;
    if (s->part[j] == 0 || (is_lonely(s, h) && w->lonely != ASSAY_LONELY_ADJUST))
        return; /* the deviation of the only one from itself */
    for (size_t a = 0; a < k; a++) {
        const double deviation = w->t[a * s->items + j] - centre(w, h, a);
        for (size_t b = 0; b <= a; b++)
            assay_sum_add(&w->squares[(h * k + a) * k + b],
                          s->part[j] * deviation * (w->t[b * s->items + j] - centre(w, h, b)));
    }
}

static assay_status for_each(assay_context *context, struct work *w,
                             void (*act)(struct work *, size_t))
{
    const size_t n = w->stage->items;
    for (size_t j = 0; j < n; j++) {
        const assay_status status = j % BLOCK == 0 ? assay_poll(context, j, n) : ASSAY_OK;
        if (status != ASSAY_OK)
            return status;
        act(w, j);
    }
    return ASSAY_OK;
}

/* What the mean of defined groups standing for lonely ones makes of the sum of those. */
static double raise_of(const struct work *w, const uint8_t met[])
{
    double groups = 0, defined = 0;
    if (w->lonely != ASSAY_LONELY_AVERAGE)
        return 1;
    for (size_t h = 0; h < w->stage->groups; h++) {
        groups += met[h];
        defined += met[h] && !is_lonely(w->stage, h);
    }
    return groups / defined; /* 0/0: no group to take the mean of */
}

/* Adds what the stage says to v's lower half. */
static void gather(const struct work *w, const uint8_t met[], double v[])
{
    const size_t k = w->k;
    const double raise = raise_of(w, met);
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++) {
            assay_sum all = {0};
            for (size_t h = 0; h < w->stage->groups; h++) {
                const double n = (double)w->stage->open[h];
                assay_sum_add(&all, assay_sum_total(&w->squares[(h * k + a) * k + b]) *
                                        (n > 1 ? n / (n - 1) : 1));
            }
            v[a * k + b] += assay_sum_total(&all) * raise;
        }
}

static assay_status run_stage(assay_context *context, struct work *w, double v[])
{
    const size_t k = w->k, groups = w->stage->groups;
    uint8_t *met = assay_alloc_zeroed_array(groups, sizeof *met);
    w->means = assay_alloc_zeroed_array(groups * k, sizeof *w->means);
    w->parts = assay_alloc_zeroed_array(groups, sizeof *w->parts);
    w->overall = assay_alloc_zeroed_array(k, sizeof *w->overall);
    w->squares = assay_alloc_zeroed_array(groups * k * k, sizeof *w->squares);
    assay_status status = ASSAY_OK;
    if (met == NULL || w->means == NULL || w->parts == NULL || w->overall == NULL ||
        w->squares == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK)
        status = for_each(context, w, add_means);
    if (status == ASSAY_OK)
        status = for_each(context, w, add_squares);
    for (size_t j = 0; status == ASSAY_OK && j < w->stage->items; j++)
        met[w->stage->group[j]] = 1;
    if (status == ASSAY_OK)
        gather(w, met, v);
    assay_free(met);
    assay_free(w->means);
    assay_free(w->parts);
    assay_free(w->overall);
    assay_free(w->squares);
    return status;
}

/* ---- both stages ---- */

static assay_status check_stage(assay_context *context, const assay_design *d,
                                const assay_stage *stage)
{
    size_t h = 0;
    while (h < stage->groups && !is_lonely(stage, h))
        h++;
    if (h == stage->groups)
        return ASSAY_OK;
    const bool second = stage == &d->second;
    const uint64_t population = second ? d->cluster_population[h] : d->population[h];
    char of[64] = "";
    if (population != ASSAY_INFINITE)
        snprintf(of, sizeof of, "has a population of %" PRIu64 " and ", population);
    assay_fail(context, ASSAY_EDOM,
               "%s %zu %s%sone %s in the sample, which gives no variance: choose certainty, "
               "adjust, average or collapse for lonely strata",
               second ? "cluster" : "stratum", h + 1, of, of[0] == '\0' ? "has " : "",
               !second && d->cluster != NULL ? "cluster" : "case");
    return assay_design_blame(context, "lonely", h);
}

assay_status assay_variance_check_lonely(assay_context *context, const assay_design *d)
{
    if (d->lonely != ASSAY_LONELY_FAIL && d->lonely != ASSAY_LONELY_COLLAPSE)
        return ASSAY_OK;
    const assay_status status = check_stage(context, d, &d->first);
    return status == ASSAY_OK ? check_stage(context, d, &d->second) : status;
}

/* u of each cluster summed: t[k * clusters]. */
static assay_status sum_clusters(assay_context *context, const assay_design *d, size_t k,
                                 const double u[], double t[])
{
    assay_sum *sums = assay_alloc_array(d->clusters, sizeof *sums);
    if (sums == NULL)
        return assay_fail_memory(context);
    for (size_t a = 0; a < k; a++) {
        memset(sums, 0, d->clusters * sizeof *sums);
        for (size_t i = 0; i < d->units; i++)
            assay_sum_add(&sums[d->cluster[i]], u[a * d->units + i]);
        for (size_t c = 0; c < d->clusters; c++)
            t[a * d->clusters + c] = assay_sum_total(&sums[c]);
    }
    assay_free(sums);
    return ASSAY_OK;
}

/* v's lower half, from u[k * n] and room for t[k * clusters]. */
static assay_status add_stages(assay_context *context, const assay_design *d, size_t k,
                               const double u[], double t[], double v[])
{
    struct work first = {.stage = &d->first, .lonely = d->lonely, .k = k, .t = u};
    struct work second = {.stage = &d->second, .lonely = d->lonely, .k = k, .t = u};
    assay_status status = ASSAY_OK;
    if (d->cluster != NULL) {
        first.t = t;
        status = sum_clusters(context, d, k, u, t);
    }
    if (status == ASSAY_OK)
        status = run_stage(context, &first, v);
    if (status == ASSAY_OK && d->second.items > 0)
        status = run_stage(context, &second, v);
    return status;
}

/* ---- who responded ---- */

/* u[k * n] as it comes to the layer, whose error of response it then becomes. */
static assay_status response_errors(assay_context *context, const assay_design *d,
                                    const assay_layer *layer, size_t k, const double *const z[],
                                    double u[])
{
    assay_status status = ASSAY_OK;
    for (size_t a = 0; status == ASSAY_OK && a < k; a++) {
        double *e = &u[a * d->units];
        memcpy(e, z[a], d->units * sizeof *e);
        status = assay_design_expand_to(context, d, layer, e);
        if (status == ASSAY_OK)
            status = assay_calibration_response(context, layer->calibration, e, e);
    }
    return status;
}

static assay_status add_response(assay_context *context, const assay_design *d,
                                 const assay_layer *layer, size_t k, const double *const z[],
                                 double u[], double v[])
{
    const assay_status status = response_errors(context, d, layer, k, z, u);
    for (size_t a = 0; status == ASSAY_OK && a < k; a++)
        for (size_t b = 0; b <= a; b++) {
            assay_sum all = {0};
            for (size_t i = 0; i < d->units; i++)
                assay_sum_add(&all,
                              assay_design_part(d, i) * u[a * d->units + i] * u[b * d->units + i]);
            v[a * k + b] += assay_sum_total(&all);
        }
    return status;
}

assay_status assay_variance_of_totals(assay_context *context, const assay_design *d, size_t k,
                                      const double *const z[], double v[])
{
    assay_status status = assay_variance_check_lonely(context, d);
    if (status != ASSAY_OK)
        return status;
    const size_t n = d->units;
    double *u = assay_alloc_array(n + d->clusters + k, k * sizeof *u);
    if (u == NULL)
        return assay_fail_memory(context);
    double *t = u + n * k, *sums = t + d->clusters * k;
    memset(sums, 0, k * k * sizeof *sums);
    for (size_t a = 0; status == ASSAY_OK && a < k; a++)
        status = assay_design_expand(context, d, z[a], &u[a * n]);
    if (status == ASSAY_OK)
        status = add_stages(context, d, k, u, t, sums);
    for (const assay_layer *layer = d->calibrated; status == ASSAY_OK && layer != NULL;
         layer = layer->below)
        if (layer->calibration->response)
            status = add_response(context, d, layer, k, z, u, sums);
    for (size_t a = 0; status == ASSAY_OK && a < k; a++)
        for (size_t b = 0; b <= a; b++)
            v[a * k + b] = v[b * k + a] = sums[a * k + b];
    assay_free(u);
    return status;
}
