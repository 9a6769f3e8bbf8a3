/* replicate_proportion.c -- proportions with the variances of replicates. */
#include "infer/replicate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "infer/estimate_method.h"

/* Estimates whose replicates are made together: what is held at a time does not grow with their number. */
enum { TOGETHER = 16 };

/* Estimates first .. first + n of a request, and room for their replicates. */
typedef struct part {
    const assay_replicates *replicates;
    const assay_estimate_request *ask;
    bool percentile;
    size_t units, count, first, n;
    double *values; /* [2 * TOGETHER * units] yes and relevant of each in turn */
    double *theta;  /* [TOGETHER * count] */
} part;

/* ---- replicates ---- */

static bool is_in_group(const part *p, size_t i, size_t g)
{
    const assay_estimate_request *ask = p->ask;
    return (ask->group == NULL || ask->group[i] == g) &&
           (ask->inside == NULL || ask->inside[i] != 0) &&
           assay_design_inside(assay_replicates_design(p->replicates), i);
}

static void set_values(part *p, size_t j)
{
    const size_t at = p->first + j, questions = p->ask->n_questions;
    const uint8_t *answers = p->ask->answers[at % questions];
    double *yes = p->values + 2 * j * p->units, *relevant = yes + p->units;
    for (size_t i = 0; i < p->units; i++) {
        const bool counts = is_in_group(p, i, at / questions) && answers[i] <= ASSAY_NO;
        relevant[i] = counts;
        yes[i] = counts && answers[i] == ASSAY_YES;
    }
}

static assay_status replicate(assay_context *context, part *p)
{
    const double *y[TOGETHER], *x[TOGETHER];
    for (size_t j = 0; j < p->n; j++) {
        set_values(p, j);
        y[j] = p->values + 2 * j * p->units;
        x[j] = y[j] + p->units;
    }
    return assay_replicates_ratios(context, p->replicates, p->n, y, x, p->theta);
}

/* ---- one estimate ---- */

/* Where v is 0 since all are of one mind, the size that the design's own variance fell back to stays. */
static void set_variance(double v, assay_estimate *out)
{
    const double p = out->estimate, linearised = out->se * out->se;
    if (v != 0 && assay_estimate_is_share(p))
        out->n_effective = p * (1 - p) / v;
    else if (p > 0 && p < 1)
        out->n_effective = INFINITY;
    out->deff *= linearised > 0 ? v / linearised : 1;
    out->se = sqrt(v);
}

/* Replicates that are all alike tell nothing, unless all cases were sampled. */
static void set_percentiles(const part *p, double theta[], assay_estimate *out)
{
    out->lower = out->upper = isinf(out->n_effective) ? out->estimate : (double)NAN;
    if (out->se > 0)
        assay_replicates_percentiles(p->count, theta,
                                     assay_estimate_tail(out->confidence, out->side), &out->lower,
                                     &out->upper);
    out->method = "percentile";
    out->state = isnan(out->lower) ? ASSAY_INTERVAL_UNDEFINED : ASSAY_INTERVAL_OK;
}

static assay_status set_limits(assay_context *context, const part *p, double theta[],
                               assay_estimate *out)
{
    assay_estimate_evidence from = {.context = context,
                                    .p = out->estimate,
                                    .q = 1 - out->estimate,
                                    .variance = out->se * out->se,
                                    .n_effective = out->n_effective,
                                    .df = out->df,
                                    .relevant = (double)out->relevant,
                                    .tail = assay_estimate_tail(out->confidence, out->side)};
    assay_status status = ASSAY_OK;
    if (p->percentile)
        set_percentiles(p, theta, out);
    else
        status = assay_estimate_make_limits(&from, assay_estimate_find(out->method), &out->lower,
                                            &out->upper, &out->state);
    assay_estimate_finish_limits(out);
    return status;
}

/* ---- all ---- */

static assay_status do_part(assay_context *context, part *p, assay_estimate out[],
                            uint64_t undefined[])
{
    assay_status status = replicate(context, p);
    for (size_t j = 0; status == ASSAY_OK && j < p->n; j++) {
        double *theta = p->theta + j * p->count;
        assay_estimate *of = &out[p->first + j];
        undefined[p->first + j] = 0;
        if (of->state == ASSAY_INTERVAL_NO_DATA)
            continue;
        set_variance(
            assay_replicates_variance(p->replicates, theta, of->estimate, &undefined[p->first + j]),
            of);
        if (assay_estimate_is_share(of->estimate))
            status = set_limits(context, p, theta, of);
    }
    return status;
}

static assay_status check(assay_context *context, const assay_replicates *r,
                          const assay_estimate_request *ask, bool percentile)
{
    if (ask->cap) {
        assay_fail(context, ASSAY_EDOM, "the effective size of replicates is not capped");
        return assay_blame_argument(context, "cap");
    }
    if (percentile && assay_replicates_method(r) == ASSAY_JACKKNIFE)
        assay_fail(context, ASSAY_EDOM,
                   "percentile limits are for rao_wu: the replicates of a jackknife have not the "
                   "spread of the estimate");
    else if (ask->method != NULL && !percentile && assay_estimate_is_from_counts(ask->method))
        assay_fail(context, ASSAY_EDOM,
                   "these limits are made of counts, and have no use for replicates: ask the "
                   "survey without them");
    else
        return ASSAY_OK;
    return assay_blame_argument(context, "method");
}

static assay_status do_parts(assay_context *context, part *p, assay_estimate out[],
                             uint64_t undefined[])
{
    const size_t all = p->ask->n_questions * p->ask->n_groups;
    assay_status status = ASSAY_OK;
    for (; status == ASSAY_OK && p->first < all; p->first += p->n) {
        p->n = all - p->first < TOGETHER ? all - p->first : TOGETHER;
        status = do_part(context, p, out, undefined);
    }
    return status;
}

static assay_status run(assay_context *context, part *p, assay_estimate found[], uint64_t missed[])
{
    assay_estimate_request plain = *p->ask;
    if (p->percentile)
        plain.method = NULL;
    const assay_status status =
        assay_estimate_proportions(context, assay_replicates_design(p->replicates), &plain, found);
    return status == ASSAY_OK ? do_parts(context, p, found, missed) : status;
}

assay_status assay_replicates_proportions(assay_context *context, const assay_replicates *r,
                                          const assay_estimate_request *ask, bool percentile,
                                          assay_estimate out[], uint64_t undefined[])
{
    const size_t all = ask->n_questions * ask->n_groups;
    part p = {.replicates = r, .ask = ask, .percentile = percentile};
    assay_status status = check(context, r, ask, percentile);
    if (status != ASSAY_OK)
        return status;
    p.units = assay_design_units(assay_replicates_design(r));
    p.count = assay_replicates_count(r);
    p.values = assay_alloc_array(p.units, 2 * TOGETHER * sizeof *p.values);
    p.theta = assay_alloc_array(p.count, TOGETHER * sizeof *p.theta);
    assay_estimate *found = assay_alloc_array(all, sizeof *found);
    uint64_t *missed = assay_alloc_array(all, sizeof *missed);
    status = p.values == NULL || p.theta == NULL || found == NULL || missed == NULL
                 ? assay_fail_memory(context)
                 : run(context, &p, found, missed);
    if (status == ASSAY_OK) {
        memcpy(out, found, all * sizeof *out);
        memcpy(undefined, missed, all * sizeof *undefined);
    }
    assay_free(p.values);
    assay_free(p.theta);
    assay_free(found);
    assay_free(missed);
    return status;
}
