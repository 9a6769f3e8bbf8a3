/* estimate_method.c -- limits for an estimated share, method by method. */
#include "infer/estimate_method.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "infer/exact.h"
#include "prob/dist.h"

/* ---- from an effective size ---- */

static double capped(const assay_estimate_evidence *e, double n)
{
    return e->cap ? fmin(n, e->relevant) : n;
}

static assay_status wilson_neff(const assay_estimate_evidence *e, double *lower, double *upper)
{
    return assay_wilson_at(e->p, capped(e, e->n_effective), e->critical, lower, upper);
}

static assay_status score(const assay_estimate_evidence *e, double *lower, double *upper)
{
    return assay_wilson_at(e->p, e->homogeneous, e->critical, lower, upper);
}

static assay_status clopper_pearson(const assay_estimate_evidence *e, double n, double *lower,
                                    double *upper)
{
    return assay_clopper_pearson_real(fmin(e->p * n, n), n, e->tail, lower, upper);
}

static assay_status korn_graubard_z(const assay_estimate_evidence *e, double *lower, double *upper)
{
    return clopper_pearson(e, capped(e, e->n_effective), lower, upper);
}

static assay_status korn_graubard(const assay_estimate_evidence *e, double *lower, double *upper)
{
    double simple;
    if (!(e->relevant > 1))
        return ASSAY_OK;
    const assay_status status = assay_t_quantile(e->tail, e->relevant - 1, &simple);
    if (status != ASSAY_OK)
        return status;
    const double ratio = simple / e->critical;
    return clopper_pearson(e, capped(e, e->n_effective * ratio * ratio), lower, upper);
}

static assay_status lrt(const assay_estimate_evidence *e, double *lower, double *upper)
{
    const double n = capped(e, e->n_effective);
    return assay_lrt_at(fmin(e->p * n, n), n, e->critical, lower, upper);
}

/* ---- from a standard error ---- */

static assay_status wald(const assay_estimate_evidence *e, double *lower, double *upper)
{
    const double arm = e->critical * sqrt(e->variance);
    *lower = e->p - arm;
    *upper = e->p + arm;
    return ASSAY_OK;
}

/* The p whose log odds are u. */
static double share_of(double u)
{
    return u < 0 ? exp(u) / (1 + exp(u)) : 1 / (1 + exp(-u));
}

static assay_status logit(const assay_estimate_evidence *e, double *lower, double *upper)
{
    if (!(e->variance > 0) || e->p == 0 || e->q == 0)
        return ASSAY_OK;
    const double middle = log(e->p / e->q);
    const double arm = e->critical * sqrt(e->variance) / (e->p * e->q);
    *lower = share_of(middle - arm);
    *upper = share_of(middle + arm);
    return ASSAY_OK;
}

/* ---- from the counts of each stratum ---- */

/* Stratum by stratum: its weight, its share, and 1 by the size that its limits are made of. */
struct part {
    double weight, p, inverse;
};

static struct part part_of(const assay_estimate_evidence *e, const assay_estimate_cell *c,
                           bool finite)
{
    const double m = c->yes + c->no;
    const double g =
        c->sample == c->population ? 0 : (c->population - c->sample) / (c->population - 1);
    return (struct part){.weight = c->population * m / c->sample * c->raise / e->relevant_total,
                         .p = c->yes / m,
                         .inverse = (finite ? g : 1) / m};
}

/*
** Sums over strata of W^2 V and of W sqrt(V), V = p q / n; where that is 0 in all, V = 1/n. Their
** quotient is what a quantile of each stratum is shortened by.
*/
static double shortening(const assay_estimate_evidence *e, bool finite)
{
    double squares[2] = {0, 0}, roots[2] = {0, 0};
    for (size_t h = 0; h < e->n_cells; h++) {
        const assay_estimate_cell *c = &e->cells[h];
        if (c->yes + c->no == 0)
            continue;
        const struct part s = part_of(e, c, finite);
        const double v[2] = {s.p * (c->no / (c->yes + c->no)) * s.inverse, s.inverse};
        for (int k = 0; k < 2; k++) {
            squares[k] += s.weight * s.weight * v[k];
            roots[k] += s.weight * sqrt(v[k]);
        }
    }
    const int k = roots[0] > 0 ? 0 : 1;
    return sqrt(squares[k]) / roots[k];
}

static assay_status sum_of_wilson(const assay_estimate_evidence *e, bool finite, double *lower,
                                  double *upper)
{
    const double z = e->critical * shortening(e, finite);
    double low = 0, high = 0; /* from the two ends: what all strata have at an end is exact */
    for (size_t h = 0; h < e->n_cells; h++) {
        const assay_estimate_cell *c = &e->cells[h];
        double l, u;
        if (c->yes + c->no == 0)
            continue;
        const struct part s = part_of(e, c, finite);
        const assay_status status = assay_wilson_at(s.p, 1 / s.inverse, z, &l, &u);
        if (status != ASSAY_OK)
            return status;
        low += s.weight * l;
        high += s.weight * (1 - u);
    }
    *lower = fmax(low, 0);
    *upper = 1 - fmax(high, 0);
    return ASSAY_OK;
}

static assay_status yan_su(const assay_estimate_evidence *e, double *lower, double *upper)
{
    return sum_of_wilson(e, false, lower, upper);
}

static assay_status yan_su_fpc(const assay_estimate_evidence *e, double *lower, double *upper)
{
    return sum_of_wilson(e, true, lower, upper);
}

static assay_status exact_limits(const assay_estimate_evidence *e, assay_exact_kind kind,
                                 double *lower, double *upper)
{
    assay_exact_count *counts = assay_alloc_array(e->n_cells, sizeof *counts);
    if (counts == NULL)
        return assay_fail_memory(e->context);
    for (size_t h = 0; h < e->n_cells; h++) {
        const assay_estimate_cell *c = &e->cells[h];
        if (c->raise != 1) {
            assay_free(counts);
            return assay_fail(e->context, ASSAY_EDOM,
                              "exact limits are for samples whose size did not depend on what was "
                              "found: here cases out of scope were replaced until all places were "
                              "filled");
        }
        counts[h] = (assay_exact_count){(uint64_t)c->population, (uint64_t)c->sample,
                                        (uint64_t)c->yes, (uint64_t)c->no};
    }
    const assay_status status =
        assay_exact_share(e->context, kind, e->n_cells, counts, e->tail, lower, upper);
    assay_free(counts);
    return status;
}

static assay_status exact(const assay_estimate_evidence *e, double *lower, double *upper)
{
    return exact_limits(e, ASSAY_EXACT, lower, upper);
}

static assay_status exact_combined(const assay_estimate_evidence *e, double *lower, double *upper)
{
    return exact_limits(e, ASSAY_EXACT_COMBINED, lower, upper);
}

/* ---- the table ---- */

static const assay_estimate_method methods[] = {
    {"wilson_neff", wilson_neff, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_NORMAL, true},
    {"korn_graubard", korn_graubard, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_DESIGN, true},
    {"korn_graubard_z", korn_graubard_z, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_NORMAL, true},
    {"logit_t", logit, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_DESIGN, false},
    {"logit_z", logit, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_NORMAL, false},
    {"wald_t", wald, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_DESIGN, false},
    {"wald_z", wald, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_NORMAL, false},
    {"wald_satterthwaite", wald, ASSAY_FROM_STRATA, ASSAY_QUANTILE_SATTERTHWAITE, false},
    {"yan_su", yan_su, ASSAY_FROM_STRATA, ASSAY_QUANTILE_NORMAL, false},
    {"yan_su_fpc", yan_su_fpc, ASSAY_FROM_STRATA, ASSAY_QUANTILE_NORMAL, false},
    {"score", score, ASSAY_FROM_STRATA, ASSAY_QUANTILE_NORMAL, false},
    {"lrt", lrt, ASSAY_FROM_MOMENTS, ASSAY_QUANTILE_DESIGN, true},
    {"exact", exact, ASSAY_FROM_SEARCH, ASSAY_QUANTILE_NORMAL, false},
    {"exact_combined", exact_combined, ASSAY_FROM_SEARCH, ASSAY_QUANTILE_NORMAL, false},
};
static const size_t n_methods = sizeof methods / sizeof methods[0];

const assay_estimate_method *assay_estimate_find(const char *name)
{
    for (size_t i = 0; i < n_methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

const char *assay_estimate_name(size_t i)
{
    return i < n_methods ? methods[i].name : NULL;
}

bool assay_estimate_is_from_counts(const assay_estimate_method *method)
{
    return method->from != ASSAY_FROM_MOMENTS;
}

bool assay_estimate_is_capped(const assay_estimate_method *method)
{
    return method->capped;
}

const assay_estimate_method *assay_estimate_choose(double df, double p, double q, bool few)
{
    return assay_estimate_find(df < 20 || p == 0 || q == 0 || few ? "korn_graubard"
                                                                  : "wilson_neff");
}

/* ---- limits ---- */

/* NaN where there are no degrees of freedom. */
static assay_status find_critical(const assay_estimate_evidence *e,
                                  assay_estimate_quantile quantile, double *critical)
{
    double t;
    const double df = quantile == ASSAY_QUANTILE_DESIGN ? e->df : e->satterthwaite;
    *critical = quantile == ASSAY_QUANTILE_NORMAL ? assay_normal_upper(e->tail) : (double)NAN;
    if (quantile == ASSAY_QUANTILE_NORMAL || !(df > 0))
        return ASSAY_OK;
    const assay_status status = assay_t_quantile(e->tail, df, &t);
    if (status == ASSAY_OK)
        *critical = -t;
    return status;
}

static assay_status use_method(const assay_estimate_evidence *e,
                               const assay_estimate_method *method, double *lower, double *upper)
{
    assay_estimate_evidence with = *e;
    if (method->from == ASSAY_FROM_SEARCH)
        return method->limits(e, lower, upper);
    if (!isfinite(e->n_effective))
        return ASSAY_OK;
    const assay_status status = find_critical(e, method->quantile, &with.critical);
    return status != ASSAY_OK || isnan(with.critical) ? status
                                                      : method->limits(&with, lower, upper);
}

assay_status assay_estimate_make_limits(const assay_estimate_evidence *e,
                                        const assay_estimate_method *method, double *lower,
                                        double *upper, assay_interval_state *state)
{
    *lower = *upper = isinf(e->n_effective) ? e->p : NAN;
    const assay_status status = use_method(e, method, lower, upper);
    if (status != ASSAY_OK)
        return status;
    *state = isnan(*lower) ? ASSAY_INTERVAL_UNDEFINED : ASSAY_INTERVAL_OK;
    if (*lower < 0 || *upper > 1) {
        *lower = fmax(*lower, 0);
        *upper = fmin(*upper, 1);
        *state = ASSAY_INTERVAL_CLIPPED;
    }
    return ASSAY_OK;
}

double assay_estimate_tail(double confidence, assay_side side)
{
    return side == ASSAY_TWO_SIDED ? (1 - confidence) / 2 : 1 - confidence;
}

void assay_estimate_finish_limits(assay_estimate *out)
{
    out->half_width = out->side == ASSAY_TWO_SIDED ? (out->upper - out->lower) / 2 : (double)NAN;
    if (out->side == ASSAY_LOWER && !isnan(out->lower))
        out->upper = 1;
    if (out->side == ASSAY_UPPER && !isnan(out->upper))
        out->lower = 0;
}

assay_status assay_estimate_limits(const assay_estimate_method *method, const assay_moments *from,
                                   double confidence, double *lower, double *upper)
{
    assay_interval_state state;
    if (method->from != ASSAY_FROM_MOMENTS)
        return ASSAY_EDOM;
    const assay_estimate_evidence e = {.p = from->p,
                                       .q = from->q,
                                       .variance = from->variance,
                                       .n_effective = from->n_effective,
                                       .df = from->df,
                                       .relevant = from->relevant,
                                       .tail = (1 - confidence) / 2};
    return assay_estimate_make_limits(&e, method, lower, upper, &state);
}
