/* estimate_linear.c -- a proportion under any design, by linearised residuals. */
#include "infer/estimate_linear.h"

#include <math.h>

#include "base/memory.h"
#include "base/sum.h"
#include "infer/design_parts.h"
#include "infer/variance.h"

/* relevant[i]: unit i is relevant and of the domain. */
struct work {
    const assay_design *design;
    const uint8_t *answers;
    uint8_t *relevant; /* [n] */
    double *room;      /* [n] */
};

static void mark(struct work *w, const uint32_t *group, uint32_t of, const uint8_t *inside)
{
    for (size_t i = 0; i < w->design->units; i++)
        w->relevant[i] = (group == NULL || group[i] == of) && (inside == NULL || inside[i] != 0) &&
                         assay_design_inside(w->design, i) && w->answers[i] <= ASSAY_NO;
}

/* Yes and no are summed alike, so that a unanimous sample gives exactly 0 and 1. */
static void set_proportion(const struct work *w, assay_linear *out)
{
    assay_sum yes = {0}, no = {0}, all = {0};
    for (size_t i = 0; i < w->design->units; i++)
        if (w->relevant[i]) {
            assay_sum_add(w->answers[i] == ASSAY_YES ? &yes : &no, w->design->weights[i]);
            assay_sum_add(&all, w->design->weights[i]);
        }
    out->relevant_total = assay_sum_total(&all);
    out->p = assay_sum_total(&yes) / out->relevant_total;
    out->q = assay_sum_total(&no) / out->relevant_total;
}

/*
** Strata of one mind leave no residuals but those of rounding, some 1e-17 of the sum of their
** sizes, 2 p q. No sample short of its population has a standard error as small.
*/
static double without_rounding(double variance, const assay_linear *out)
{
    return sqrt(variance) < 1e-14 * out->p * out->q ? 0 : variance;
}

static assay_status set_variance(assay_context *context, const struct work *w, assay_linear *out)
{
    const double *const each[] = {w->room};
    for (size_t i = 0; i < w->design->units; i++) {
        const double residual = w->answers[i] == ASSAY_YES ? out->q : -out->p;
        w->room[i] = w->relevant[i] ? residual / out->relevant_total : 0;
    }
    const assay_status status =
        assay_variance_of_totals(context, w->design, 1, each, &out->variance);
    if (status == ASSAY_OK)
        out->variance = without_rounding(out->variance, out);
    return status;
}

/* N / (N - 1): variances of one case of a population of N, as one of those not drawn. */
static double small(uint64_t population)
{
    return population == ASSAY_INFINITE || population < 2
               ? 1
               : (double)population / (double)(population - 1);
}

/* Adds the squared shares of all weights that the items of a stage have. */
static void add_shares(const struct work *w, const assay_stage *stage, bool second,
                       const assay_linear *out, assay_sum *v)
{
    const assay_design *d = w->design;
    for (size_t j = 0; j < stage->items; j++)
        w->room[j] = 0;
    for (size_t i = 0; i < d->units; i++)
        if (w->relevant[i])
            w->room[second ? i : assay_design_item(d, i)] += d->weights[i] / out->relevant_total;
    for (size_t i = 0; i < d->units; i++) {
        const size_t j = second ? i : assay_design_item(d, i);
        const uint64_t population =
            second ? d->cluster_population[d->cluster[i]] : d->population[d->stratum[i]];
        const double scale = d->chances != NULL && !second ? 1 : small(population);
        assay_sum_add(v, stage->part[j] * scale * w->room[j] * w->room[j]);
        w->room[j] = 0; /* each item once */
    }
}

static void set_homogeneous(const struct work *w, assay_linear *out)
{
    assay_sum v = {0};
    add_shares(w, &w->design->first, false, out, &v);
    if (w->design->second.items > 0)
        add_shares(w, &w->design->second, true, out, &v);
    out->homogeneous = 1 / assay_sum_total(&v);
}

assay_status assay_estimate_linear(assay_context *context, const assay_design *design,
                                   const uint8_t answers[], const uint32_t *group, uint32_t of,
                                   const uint8_t *inside, assay_linear *out)
{
    struct work w = {.design = design, .answers = answers};
    w.relevant = assay_alloc_array(design->units, sizeof *w.relevant);
    w.room = assay_alloc_array(design->units, sizeof *w.room);
    assay_status status =
        w.relevant == NULL || w.room == NULL ? assay_fail_memory(context) : ASSAY_OK;
    assay_linear found;
    if (status == ASSAY_OK) {
        mark(&w, group, of, inside);
        set_proportion(&w, &found);
        status = set_variance(context, &w, &found);
    }
    if (status == ASSAY_OK)
        status = assay_design_df(context, design, w.relevant, &found.df);
    if (status == ASSAY_OK) {
        set_homogeneous(&w, &found);
        *out = found;
    }
    assay_free(w.relevant);
    assay_free(w.room);
    return status;
}
