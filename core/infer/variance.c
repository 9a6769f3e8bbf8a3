/* variance.c -- how far estimated totals may be off under a design. */
#include "infer/variance.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Units between two polls: well under 10 ms. */
enum { BLOCK = 1 << 16 };

/* What is summed: means[h * k + a] of u over stratum h, then sums[(h * k + a) * k + b] about them. */
struct work {
    const assay_design *design;
    size_t k;
    double *u; /* [k * n] what the totals are made of */
    double *means, *sums;
    double *overall; /* [k] the means over all cases */
};

static double value(const struct work *w, size_t i, size_t a)
{
    return w->u[a * assay_design_units(w->design) + i];
}

static void add_means(struct work *w, size_t i)
{
    const size_t h = assay_design_stratum(w->design)[i];
    const double n = (double)assay_design_sample(w->design, h);
    for (size_t a = 0; a < w->k; a++) {
        w->means[h * w->k + a] += value(w, i, a) / n;
        w->overall[a] += value(w, i, a) / (double)assay_design_units(w->design);
    }
}

static bool is_lonely(const assay_design *d, size_t h)
{
    return assay_design_sample(d, h) == 1 && assay_design_population(d, h) > 1;
}

/* The means that deviations of a stratum are taken from. */
static const double *centre(const struct work *w, size_t h)
{
    const bool adjusted =
        is_lonely(w->design, h) && assay_design_lonely(w->design) == ASSAY_LONELY_ADJUST;
    return adjusted ? w->overall : &w->means[h * w->k];
}

static void add_squares(struct work *w, size_t i)
{
    const size_t h = assay_design_stratum(w->design)[i], k = w->k;
    const double *mean = centre(w, h);
    double *sums = &w->sums[h * k * k];
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++)
            sums[a * k + b] += (value(w, i, a) - mean[a]) * (value(w, i, b) - mean[b]);
}

static assay_status for_each(assay_context *context, struct work *w,
                             void (*act)(struct work *, size_t))
{
    const size_t n = assay_design_units(w->design);
    for (size_t i = 0; i < n; i++) {
        const assay_status status = i % BLOCK == 0 ? assay_poll(context, i, n) : ASSAY_OK;
        if (status != ASSAY_OK)
            return status;
        act(w, i);
    }
    return ASSAY_OK;
}

static assay_status check_lonely(assay_context *context, const assay_design *d)
{
    if (assay_design_lonely(d) != ASSAY_LONELY_FAIL)
        return ASSAY_OK;
    for (size_t h = 0; h < assay_design_strata(d); h++) {
        if (!is_lonely(d, h))
            continue;
        assay_fail(context, ASSAY_EDOM,
                   "stratum %zu has a population of %" PRIu64 " and one case in the sample, which "
                   "gives no variance: choose certainty, adjust or average for lonely strata",
                   h + 1, assay_design_population(d, h));
        context->error.row = h + 1;
        return assay_blame_argument(context, "lonely");
    }
    return ASSAY_OK;
}

/* (1 - n/N) n / (n - 1), with 1 for n - 1 in a lonely stratum. */
static double scale_of(const assay_design *d, size_t h)
{
    const double n = (double)assay_design_sample(d, h),
                 population = (double)assay_design_population(d, h);
    return n == 0 ? 0 : (1 - n / population) * n / fmax(n - 1, 1);
}

/* What the mean of defined strata standing for lonely ones makes of the sum of those. */
static double raise_of(const assay_design *d)
{
    double strata = 0, defined = 0;
    if (assay_design_lonely(d) != ASSAY_LONELY_AVERAGE)
        return 1;
    for (size_t h = 0; h < assay_design_strata(d); h++) {
        strata += assay_design_sample(d, h) > 0;
        defined += assay_design_sample(d, h) > 0 && !is_lonely(d, h);
    }
    return strata / defined; /* 0/0: no stratum to take the mean of */
}

static void gather(const struct work *w, double v[])
{
    const size_t k = w->k;
    const double raise = raise_of(w->design);
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++) {
            double sum = 0;
            for (size_t h = 0; h < assay_design_strata(w->design); h++)
                sum += scale_of(w->design, h) * w->sums[(h * k + a) * k + b];
            v[a * k + b] = v[b * k + a] = sum * raise;
        }
}

assay_status assay_variance_of_totals(assay_context *context, const assay_design *design, size_t k,
                                      const double *const z[], double v[])
{
    const size_t strata = assay_design_strata(design);
    assay_status status = check_lonely(context, design);
    if (status != ASSAY_OK)
        return status;
    const size_t n = assay_design_units(design);
    struct work w = {.design = design, .k = k};
    w.u = assay_alloc_array(n * k, sizeof *w.u);
    w.means = assay_alloc_zeroed_array(strata * k, sizeof *w.means);
    w.sums = assay_alloc_zeroed_array(strata * k * k, sizeof *w.sums);
    w.overall = assay_alloc_zeroed_array(k, sizeof *w.overall);
    if (w.u == NULL || w.means == NULL || w.sums == NULL || w.overall == NULL)
        status = assay_fail_memory(context);
    for (size_t a = 0; status == ASSAY_OK && a < k; a++)
        status = assay_design_expand(context, design, z[a], &w.u[a * n]);
    if (status == ASSAY_OK)
        status = for_each(context, &w, add_means);
    if (status == ASSAY_OK)
        status = for_each(context, &w, add_squares);
    if (status == ASSAY_OK)
        gather(&w, v);
    assay_free(w.u);
    assay_free(w.means);
    assay_free(w.sums);
    assay_free(w.overall);
    return status;
}
