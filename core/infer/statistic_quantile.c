/* statistic_quantile.c -- quantiles of numbers that a sample has. */
#include "infer/statistic_parts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"

/* The values in ascending order with their units, and the weights up to each. */
typedef struct ranks {
    size_t m;
    uint32_t *unit;
    double *value, *up_to;
} ranks;

typedef struct pair {
    double value;
    uint32_t unit;
} pair;

static int compare(const void *a, const void *b)
{
    const pair *p = a, *q = b;
    if (p->value != q->value)
        return p->value < q->value ? -1 : 1;
    return p->unit < q->unit ? -1 : p->unit > q->unit;
}

static assay_status new_ranks(assay_context *context, const statistic_domain *d, ranks *of)
{
    pair *pairs = assay_alloc_array(d->used, sizeof *pairs);
    of->unit = assay_alloc_array(d->used, sizeof *of->unit);
    of->value = assay_alloc_array(d->used, sizeof *of->value);
    of->up_to = assay_alloc_array(d->used, sizeof *of->up_to);
    if (pairs == NULL || of->unit == NULL || of->value == NULL || of->up_to == NULL) {
        assay_free(pairs);
        return assay_fail_memory(context);
    }
    for (size_t i = 0; i < d->units; i++)
        if (d->has[i])
            pairs[of->m++] = (pair){d->ask->y[i], (uint32_t)i};
    qsort(pairs, of->m, sizeof *pairs, compare);
    assay_sum weights = {0};
    for (size_t i = 0; i < of->m; i++) {
        of->unit[i] = pairs[i].unit;
        of->value[i] = pairs[i].value;
        assay_sum_add(&weights, assay_design_weights(d->ask->design)[pairs[i].unit]);
        of->up_to[i] = assay_sum_total(&weights);
    }
    assay_free(pairs);
    return ASSAY_OK;
}

static void free_ranks(ranks *of)
{
    assay_free(of->unit);
    assay_free(of->value);
    assay_free(of->up_to);
}

static double quantile(const ranks *of, double p)
{
    const double least = p * of->up_to[of->m - 1] * (1 - 1e-12);
    size_t i = 0;
    while (i + 1 < of->m && of->up_to[i] < least)
        i++;
    return of->value[i];
}

/* Whether each unit of the domain is up to the quantile, as answers. */
static void answer(const statistic_domain *d, double most, uint8_t answers[])
{
    for (size_t i = 0; i < d->units; i++)
        answers[i] = (uint8_t)(!d->has[i]             ? ASSAY_NOT_APPLICABLE
                               : d->ask->y[i] <= most ? ASSAY_YES
                                                      : ASSAY_NO);
}

static void set_woodruff(const ranks *of, const assay_estimate *share, double times,
                         assay_statistic *out)
{
    const bool is_point = share->lower == share->upper;
    out->lower = is_point || share->lower > 0 ? quantile(of, share->lower) : (double)NAN;
    out->upper = is_point || share->upper < 1 ? quantile(of, share->upper) : (double)NAN;
    out->half_width = (out->upper - out->lower) / 2;
    out->se = is_point ? 0 : out->half_width / times;
    out->deff = share->deff;
    out->state = isnan(out->half_width) ? ASSAY_INTERVAL_UNDEFINED : ASSAY_INTERVAL_OK;
}

static assay_status woodruff(assay_context *context, const statistic_domain *d, const ranks *of,
                             const assay_estimate_method *method, assay_statistic *out,
                             const char **used)
{
    assay_estimate share;
    double times = NAN;
    uint8_t *answers = assay_alloc_array(d->units, sizeof *answers);
    if (answers == NULL)
        return assay_fail_memory(context);
    answer(d, out->estimate, answers);
    assay_status status = assay_estimate_proportion(
        context, d->ask->design, answers, d->ask->inside, d->ask->confidence, method, &share);
    if (status == ASSAY_OK && d->df > 0)
        status = assay_statistic_reach(context, d->ask, d->df, &times);
    assay_free(answers);
    if (status != ASSAY_OK)
        return status;
    *used = share.method;
    if (!isnan(share.lower))
        set_woodruff(of, &share, times, out);
    else
        out->state = ASSAY_INTERVAL_UNDEFINED;
    return ASSAY_OK;
}

static assay_status bootstrap(assay_context *context, const statistic_domain *d, const ranks *of,
                              double p, assay_statistic *out)
{
    const assay_replicates *r = d->ask->replicates;
    double *theta = assay_alloc_array(assay_replicates_count(r), sizeof *theta);
    assay_status status = theta == NULL ? assay_fail_memory(context)
                                        : assay_replicates_quantiles(context, r, of->m, of->unit,
                                                                     of->value, p, theta);
    if (status == ASSAY_OK) {
        out->se = sqrt(assay_replicates_variance(r, theta, out->estimate, &out->undefined));
        status = assay_statistic_limit(context, d, theta, out);
    }
    assay_free(theta);
    return status;
}

static assay_status check_quantile(assay_context *context, const assay_statistic_ask *ask, double p)
{
    if (!(p > 0 && p < 1)) {
        assay_fail(context, ASSAY_EDOM, "a quantile is of a share p between 0 and 1");
        return assay_blame_argument(context, "p");
    }
    if (ask->replicates == NULL || assay_replicates_method(ask->replicates) != ASSAY_JACKKNIFE)
        return assay_statistic_check(context, ask);
    assay_fail(context, ASSAY_EDOM,
               "the jackknife gives no variance of a quantile: take rao_wu replicates, or the "
               "survey without replicates");
    return assay_blame_argument(context, "method");
}

/* Weights up to a value must grow with it. */
static assay_status check_weights(assay_context *context, const statistic_domain *d)
{
    const double *w = assay_design_weights(d->ask->design);
    uint64_t below = 0;
    for (size_t i = 0; i < d->units; i++)
        below += d->has[i] && w[i] < 0;
    if (below == 0)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "%" PRIu64 " of %" PRIu64 " weights are below 0: a quantile needs weights from 0 on, "
               "such as raking gives",
               below, d->used);
    return assay_blame_argument(context, "weights");
}

static assay_status estimate_quantile(assay_context *context, const statistic_domain *d, double p,
                                      const assay_estimate_method *method, assay_statistic *out,
                                      const char **used)
{
    ranks of = {0};
    assay_status status = ASSAY_OK;
    assay_statistic_clear(d, ASSAY_INTERVAL_NO_DATA, out);
    if (!d->has_weight)
        return ASSAY_OK;
    status = check_weights(context, d);
    if (status != ASSAY_OK)
        return status;
    status = new_ranks(context, d, &of);
    if (status == ASSAY_OK) {
        out->estimate = quantile(&of, p);
        status = d->ask->replicates == NULL ? woodruff(context, d, &of, method, out, used)
                                            : bootstrap(context, d, &of, p, out);
    }
    free_ranks(&of);
    return status;
}

assay_status assay_statistic_quantile(assay_context *context, const assay_statistic_ask *ask,
                                      double p, const assay_estimate_method *method,
                                      assay_statistic *out, const char **used)
{
    statistic_domain d = {0};
    assay_statistic found;
    const char *name = NULL;
    assay_status status = check_quantile(context, ask, p);
    if (status == ASSAY_OK)
        status = assay_statistic_domain(context, ask, &d);
    if (status == ASSAY_OK)
        status = estimate_quantile(context, &d, p, method, &found, &name);
    assay_free(d.has);
    if (status != ASSAY_OK)
        return status;
    *out = found;
    *used = name;
    return ASSAY_OK;
}
