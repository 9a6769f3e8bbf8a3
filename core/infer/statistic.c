/* statistic.c -- means, totals, ratios and quantiles of numbers that a sample has. */
#include "infer/statistic_parts.h"

#include "base/memory.h"
#include "infer/variance.h"
#include "prob/dist.h"

/* Units between two polls: well under 10 ms. */
enum { BLOCK = 1 << 18 };

/* ---- the domain ---- */

static bool is_inside(const assay_statistic_ask *ask, size_t i)
{
    return (ask->inside == NULL || ask->inside[i] != 0) && assay_design_inside(ask->design, i);
}

static void add_unit(statistic_domain *d, size_t i)
{
    const assay_statistic_ask *ask = d->ask;
    const size_t h = assay_design_stratum(ask->design)[i];
    const bool inside = is_inside(ask, i);
    d->has[i] = inside && !isnan(ask->y[i]) && (ask->x == NULL || !isnan(ask->x[i]));
    d->n += inside;
    d->missing += inside && !d->has[i];
    d->used += d->has[i];
    d->has_weight |= d->has[i] && assay_design_weights(ask->design)[i] != 0;
    d->is_census &= !d->has[i] ||
                    assay_design_sample(ask->design, h) == assay_design_population(ask->design, h);
}

assay_status assay_statistic_domain(assay_context *context, const assay_statistic_ask *ask,
                                    statistic_domain *d)
{
    const assay_design *design = ask->design;
    *d = (statistic_domain){.ask = ask, .units = assay_design_units(design)};
    d->is_census = assay_design_clusters(design) == 0 && !assay_design_has_chances(design);
    d->has = assay_alloc_array(d->units, sizeof *d->has);
    if (d->has == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < d->units; i++) {
        const assay_status status = i % BLOCK == 0 ? assay_poll(context, i, d->units) : ASSAY_OK;
        if (status != ASSAY_OK)
            return status;
        add_unit(d, i);
    }
    return assay_design_df(context, design, d->has, &d->df);
}

void assay_statistic_clear(const statistic_domain *d, assay_interval_state state,
                           assay_statistic *out)
{
    *out = (assay_statistic){.n = d->n, .missing = d->missing, .state = state};
    out->estimate = out->se = out->deff = out->lower = out->upper = out->half_width = NAN;
    out->df = d->used > 0 ? d->df : (double)NAN;
}

/* ---- limits ---- */

assay_status assay_statistic_check(assay_context *context, const assay_statistic_ask *ask)
{
    if (!(ask->confidence > 0 && ask->confidence < 1)) {
        assay_fail(context, ASSAY_EDOM, "the confidence is a fraction between 0 and 1");
        return assay_blame_argument(context, "confidence");
    }
    if (ask->limits != ASSAY_LIMITS_PERCENTILE ||
        (ask->replicates != NULL && assay_replicates_method(ask->replicates) == ASSAY_RAO_WU))
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "percentile limits are those of rao_wu replicates, which the survey has not");
    return assay_blame_argument(context, "method");
}

/* How many se the limits are off the estimate. */
assay_status assay_statistic_reach(assay_context *context, const assay_statistic_ask *ask,
                                   double df, double *times)
{
    const double tail = (1 - ask->confidence) / 2;
    *times = assay_normal_upper(tail);
    if (ask->limits != ASSAY_LIMITS_T)
        return ASSAY_OK;
    const assay_status status = assay_t_quantile(tail, df, times);
    *times = -*times;
    return status == ASSAY_OK ? status
                              : assay_fail(context, status,
                                           "the quantile of Student's t is not "
                                           "to be had");
}

/* `theta` are replicates, or NULL. */
assay_status assay_statistic_limit(assay_context *context, const statistic_domain *d,
                                   double theta[], assay_statistic *out)
{
    double times = 0;
    assay_status status = ASSAY_OK;
    out->lower = out->upper = d->is_census && !isnan(out->se) ? out->estimate : (double)NAN;
    if (!d->is_census && d->df > 0 && !isnan(out->se)) {
        if (d->ask->limits == ASSAY_LIMITS_PERCENTILE) {
            assay_replicates_percentiles(assay_replicates_count(d->ask->replicates), theta,
                                         (1 - d->ask->confidence) / 2, &out->lower, &out->upper);
        } else {
            status = assay_statistic_reach(context, d->ask, d->df, &times);
            out->lower = out->estimate - times * out->se;
            out->upper = out->estimate + times * out->se;
        }
    }
    out->half_width = (out->upper - out->lower) / 2;
    out->state = isnan(out->half_width) ? ASSAY_INTERVAL_UNDEFINED : ASSAY_INTERVAL_OK;
    return status;
}

/* ---- means, totals, ratios ---- */

/* Columns that what is asked is made of, 0 outside the domain; `x` is 1 inside it for a mean. */
typedef struct columns {
    double *y, *x, *z;
} columns;

static assay_status new_columns(assay_context *context, size_t n, columns *c)
{
    c->y = assay_alloc_array(n, sizeof *c->y);
    c->x = assay_alloc_array(n, sizeof *c->x);
    c->z = assay_alloc_array(n, sizeof *c->z);
    return c->y == NULL || c->x == NULL || c->z == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static void free_columns(columns *c)
{
    assay_free(c->y);
    assay_free(c->x);
    assay_free(c->z);
}

/* What is estimated is Y / X; X is 1 for a total. */
typedef struct totals {
    double y, x, inside; /* `inside`: the weights of the domain */
} totals;

static totals fill_columns(const statistic_domain *d, assay_statistic_kind kind, columns *c)
{
    const double *w = assay_design_weights(d->ask->design);
    assay_sum y = {0}, x = {0}, inside = {0};
    for (size_t i = 0; i < d->units; i++) {
        c->y[i] = d->has[i] ? d->ask->y[i] : 0;
        c->x[i] = !d->has[i] ? 0 : kind == ASSAY_RATIO ? d->ask->x[i] : 1;
        assay_sum_add(&y, w[i] * c->y[i]);
        assay_sum_add(&x, w[i] * c->x[i]);
        assay_sum_add(&inside, d->has[i] ? w[i] : 0);
    }
    return (totals){assay_sum_total(&y), kind == ASSAY_TOTAL ? 1 : assay_sum_total(&x),
                    assay_sum_total(&inside)};
}

/* The derivatives of the estimate by the weights. */
static void linearise(const statistic_domain *d, assay_statistic_kind kind, double estimate,
                      double X, columns *c)
{
    for (size_t i = 0; i < d->units; i++)
        c->z[i] = kind == ASSAY_TOTAL ? c->y[i] : (c->y[i] - estimate * c->x[i]) / X;
}

/* Of z over m units with weights w: m / (m - 1) sum w (z - mean)^2 / sum w. */
static double spread(const statistic_domain *d, bool all, const double z[])
{
    const double *w = assay_design_weights(d->ask->design);
    const double m = all ? (double)d->units : (double)d->used;
    assay_sum weights = {0}, mean = {0}, squares = {0};
    for (size_t i = 0; i < d->units; i++)
        if (all || d->has[i]) {
            assay_sum_add(&weights, w[i]);
            assay_sum_add(&mean, w[i] * z[i]);
        }
    const double about = assay_sum_total(&mean) / assay_sum_total(&weights);
    for (size_t i = 0; i < d->units; i++)
        if (all || d->has[i])
            assay_sum_add(&squares, w[i] * (z[i] - about) * (z[i] - about));
    return m / (m - 1) * assay_sum_total(&squares) / assay_sum_total(&weights);
}

/* z is in shares of the total, so that a mean's variance is that of a total of z. */
static double design_effect(const statistic_domain *d, assay_statistic_kind kind, const totals *t,
                            const double z[], double v)
{
    const bool all = kind == ASSAY_TOTAL;
    const double *w = assay_design_weights(d->ask->design);
    const double n = (double)d->units, m = all ? n : (double)d->used;
    double size = t->inside;
    if (all) {
        assay_sum weights = {0};
        for (size_t i = 0; i < d->units; i++)
            assay_sum_add(&weights, w[i]);
        size = assay_sum_total(&weights);
    }
    const double left = 1 - n / assay_design_cases(d->ask->design);
    const double simple = left * size * size * spread(d, all, z) / m;
    return simple > 0 && isfinite(simple) ? v / simple : (double)NAN;
}

/* theta, [count], is allocated where there are replicates. */
static assay_status find_variance(assay_context *context, const statistic_domain *d,
                                  assay_statistic_kind kind, const columns *c, double **theta,
                                  double estimate, double *v, uint64_t *undefined)
{
    const assay_replicates *r = d->ask->replicates;
    if (r == NULL)
        return assay_variance_of_totals(context, d->ask->design, 1, (const double *const[]){c->z},
                                        v);
    *theta = assay_alloc_array(assay_replicates_count(r), sizeof **theta);
    if (*theta == NULL)
        return assay_fail_memory(context);
    const double *const x = kind == ASSAY_TOTAL ? NULL : c->x;
    const assay_status status = assay_replicates_ratios(
        context, r, 1, (const double *const[]){c->y}, (const double *const[]){x}, *theta);
    if (status == ASSAY_OK)
        *v = assay_replicates_variance(r, *theta, estimate, undefined);
    return status;
}

static assay_status estimate(assay_context *context, const statistic_domain *d,
                             assay_statistic_kind kind, columns *c, assay_statistic *out)
{
    const totals t = fill_columns(d, kind, c);
    double v = NAN, *theta = NULL;
    if (!d->has_weight || t.x == 0) {
        assay_statistic_clear(
            d, d->has_weight ? ASSAY_INTERVAL_UNDEFINED : ASSAY_INTERVAL_NO_DATA, out);
        return ASSAY_OK;
    }
    assay_statistic_clear(d, ASSAY_INTERVAL_OK, out);
    out->estimate = t.y / t.x;
    linearise(d, kind, out->estimate, t.x, c);
    assay_status status =
        find_variance(context, d, kind, c, &theta, out->estimate, &v, &out->undefined);
    if (status == ASSAY_OK) {
        out->se = sqrt(v);
        out->deff = design_effect(d, kind, &t, c->z, v);
        status = assay_statistic_limit(context, d, theta, out);
    }
    assay_free(theta);
    return status;
}

assay_status assay_statistic_of(assay_context *context, assay_statistic_kind kind,
                                const assay_statistic_ask *ask, assay_statistic *out)
{
    statistic_domain d = {0};
    columns c = {0};
    assay_statistic found;
    assay_status status = assay_statistic_check(context, ask);
    if (status == ASSAY_OK)
        status = assay_statistic_domain(context, ask, &d);
    if (status == ASSAY_OK)
        status = new_columns(context, d.units, &c);
    if (status == ASSAY_OK)
        status = estimate(context, &d, kind, &c, &found);
    free_columns(&c);
    assay_free(d.has);
    if (status == ASSAY_OK)
        *out = found;
    return status;
}

/* ---- values ---- */

assay_status assay_statistic_values(assay_context *context, const assay_column *column, double y[])
{
    if (column->type != ASSAY_INTEGER && column->type != ASSAY_NUMBER)
        return assay_fail(context, ASSAY_EDOM,
                          "numbers are needed, and this is a column of kind %s",
                          assay_type_name(column->type));
    for (size_t i = 0; i < column->length; i++)
        y[i] = assay_column_is_missing(column, i) ? (double)NAN
               : column->type == ASSAY_INTEGER    ? (double)column->integers[i]
                                                  : column->numbers[i];
    return ASSAY_OK;
}

void assay_statistic_answers(size_t n, const uint8_t answers[], double y[])
{
    for (size_t i = 0; i < n; i++)
        y[i] = answers[i] == ASSAY_UNANSWERED ? (double)NAN : answers[i] == ASSAY_YES;
}
