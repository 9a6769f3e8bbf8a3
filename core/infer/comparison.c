/* comparison.c -- parts of a population, or two inspections of it, compared. */
#include "infer/comparison.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "infer/variance.h"
#include "prob/dist.h"

/* ---- limits ---------------------------------------------------------------------------------- */

/* P(|T| > t) by the beta distribution; infinite df: the normal. */
static assay_status two_tails(double t, double df, double *p)
{
    double upper;
    *p = NAN;
    if (isnan(t) || !(df > 0))
        return ASSAY_OK;
    if (isinf(df)) {
        *p = erfc(fabs(t) / sqrt(2));
        return ASSAY_OK;
    }
    return assay_beta_cdf(df / (df + t * t), df / 2, 0.5, p, &upper);
}

/* sqrt(a^2 + b^2 - 2 rho a b) without the loss of digits near rho = 1. */
static double arm(double a, double b, double rho)
{
    return sqrt((a - b) * (a - b) + 2 * (1 - rho) * a * b);
}

static void newcombe(assay_comparison *c)
{
    const assay_estimate *a = &c->first, *b = &c->second;
    c->lower = c->difference - arm(a->estimate - a->lower, b->upper - b->estimate, c->correlation);
    c->upper = c->difference + arm(a->upper - a->estimate, b->estimate - b->lower, c->correlation);
}

static assay_status wald(assay_comparison *c, double confidence, double df)
{
    double t;
    c->lower = c->upper = NAN;
    if (!(df > 0))
        return ASSAY_OK;
    const assay_status status = assay_t_quantile((1 - confidence) / 2, df, &t);
    if (status == ASSAY_OK) {
        c->lower = c->difference + t * c->se; /* t is below 0 */
        c->upper = c->difference - t * c->se;
    }
    return status;
}

static void clip(assay_comparison *c)
{
    c->state = ASSAY_INTERVAL_OK;
    if (isnan(c->lower) || isnan(c->upper)) {
        c->lower = c->upper = NAN;
        c->state = ASSAY_INTERVAL_UNDEFINED;
    } else if (c->lower < -1 || c->upper > 1) {
        c->lower = fmax(c->lower, -1);
        c->upper = fmin(c->upper, 1);
        c->state = ASSAY_INTERVAL_CLIPPED;
    }
}

static void set_no_data(assay_comparison *c)
{
    c->difference = c->se = c->df = c->correlation = c->p_value = c->lower = c->upper = NAN;
    c->state = ASSAY_INTERVAL_NO_DATA;
}

/* From two estimates, their covariance, and the degrees of freedom of the difference. */
static assay_status compare(double covariance, double df, double confidence,
                            assay_comparison_method method, assay_comparison *c)
{
    const double spread = c->first.se * c->second.se;
    c->difference = c->first.estimate - c->second.estimate;
    c->correlation = spread > 0 ? fmin(fmax(covariance / spread, -1), 1) : 0;
    c->se = arm(c->first.se, c->second.se, c->correlation);
    c->df = df;
    assay_status status =
        two_tails(c->se > 0 ? c->difference / c->se : (double)NAN, df, &c->p_value);
    if (status == ASSAY_OK && method == ASSAY_COMPARE_NEWCOMBE)
        newcombe(c);
    else if (status == ASSAY_OK)
        status = wald(c, confidence, method == ASSAY_COMPARE_WALD_Z ? (double)INFINITY : df);
    clip(c);
    return status;
}

static bool has_data(const assay_comparison *c)
{
    return c->first.relevant > 0 && c->second.relevant > 0;
}

/* ---- linearised shares ----------------------------------------------------------------------- */

static bool is_relevant(const assay_wave *w, size_t i)
{
    return (w->inside == NULL || w->inside[i] != 0) && assay_design_inside(w->design, i) &&
           w->answers[i] <= ASSAY_NO;
}

/* z = (y - p) / the estimated number of relevant cases; 0 for all that are not of the domain. */
static void linearise(const assay_wave *w, const assay_estimate *e, double z[])
{
    const size_t n = assay_design_units(w->design);
    const double *weights = assay_design_weights(w->design);
    double size = 0;
    for (size_t i = 0; i < n; i++)
        size += is_relevant(w, i) ? weights[i] : 0;
    for (size_t i = 0; i < n; i++) {
        const double y = w->answers[i] == ASSAY_YES;
        z[i] = is_relevant(w, i) ? (y - e->estimate) / size : 0;
    }
}

static assay_status estimate_wave(assay_context *context, const assay_wave *w, double confidence,
                                  const assay_estimate_method *limits, assay_estimate *out)
{
    uint64_t undefined;
    const assay_estimate_request request = {.n_questions = 1,
                                            .answers = &w->answers,
                                            .n_groups = 1,
                                            .inside = w->inside,
                                            .confidence = confidence,
                                            .method = limits};
    if (w->replicates == NULL)
        return assay_estimate_proportions(context, w->design, &request, out);
    return assay_replicates_proportions(context, w->replicates, &request, false, out, &undefined);
}

/* ---- domains of one survey ------------------------------------------------------------------- */

static assay_status linear_covariance(assay_context *context, const assay_wave *first,
                                      const assay_wave *second, const assay_comparison *c,
                                      double *covariance)
{
    double v[4];
    const size_t n = assay_design_units(first->design);
    double *z1 = assay_alloc_array(n, sizeof *z1), *z2 = assay_alloc_array(n, sizeof *z2);
    assay_status status = z1 == NULL || z2 == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK) {
        const double *const z[] = {z1, z2};
        linearise(first, &c->first, z1);
        linearise(second, &c->second, z2);
        status = assay_variance_of_totals(context, first->design, 2, z, v);
    }
    if (status == ASSAY_OK)
        *covariance = v[1];
    assay_free(z1);
    assay_free(z2);
    return status;
}

/* What the ratio of replicates is made of: yes, and relevant, of a wave. */
static void set_values(const assay_wave *w, double yes[], double relevant[])
{
    for (size_t i = 0; i < assay_design_units(w->design); i++) {
        relevant[i] = is_relevant(w, i);
        yes[i] = is_relevant(w, i) && w->answers[i] == ASSAY_YES;
    }
}

/* (v1 + v2 - v of the differences) / 2, all over the replicates in which both are defined. */
static double covariance_of_replicates(const assay_replicates *r, const assay_comparison *c,
                                       double theta[/*3 * count*/])
{
    uint64_t undefined;
    const double full[] = {c->first.estimate, c->second.estimate,
                           c->first.estimate - c->second.estimate};
    const size_t count = assay_replicates_count(r);
    double v[3];
    for (size_t b = 0; b < count; b++) {
        theta[2 * count + b] = theta[b] - theta[count + b];
        theta[b] = isnan(theta[2 * count + b]) ? (double)NAN : theta[b];
        theta[count + b] = isnan(theta[2 * count + b]) ? (double)NAN : theta[count + b];
    }
    for (size_t a = 0; a < 3; a++)
        v[a] = assay_replicates_variance(r, &theta[a * count], full[a], &undefined);
    return (v[0] + v[1] - v[2]) / 2;
}

static assay_status replicate_covariance(assay_context *context, const assay_wave *first,
                                         const assay_wave *second, const assay_comparison *c,
                                         double *covariance)
{
    const assay_replicates *r = first->replicates;
    const size_t n = assay_design_units(first->design), count = assay_replicates_count(r);
    double *values = assay_alloc_array(4 * n, sizeof *values);
    double *theta = assay_alloc_array(3 * count, sizeof *theta);
    assay_status status = values == NULL || theta == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK) {
        const double *const y[] = {values, values + 2 * n};
        const double *const x[] = {values + n, values + 3 * n};
        set_values(first, values, values + n);
        set_values(second, values + 2 * n, values + 3 * n);
        status = assay_replicates_ratios(context, r, 2, y, x, theta);
    }
    if (status == ASSAY_OK)
        *covariance = covariance_of_replicates(r, c, theta);
    assay_free(values);
    assay_free(theta);
    return status;
}

/* Degrees of freedom of all that is relevant in either. */
static assay_status either_df(assay_context *context, const assay_wave *first,
                              const assay_wave *second, double *df)
{
    const size_t n = assay_design_units(first->design);
    uint8_t *domain = assay_alloc_array(n, sizeof *domain);
    if (domain == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        domain[i] = is_relevant(first, i) || is_relevant(second, i);
    const assay_status status = assay_design_df(context, first->design, domain, df);
    assay_free(domain);
    return status;
}

assay_status assay_compare_domains(assay_context *context, const assay_wave *first,
                                   const assay_wave *second, double confidence,
                                   const assay_estimate_method *limits,
                                   assay_comparison_method method, assay_comparison *out)
{
    double covariance = 0, df = 0;
    assay_comparison found;
    set_no_data(&found);
    assay_status status = estimate_wave(context, first, confidence, limits, &found.first);
    if (status == ASSAY_OK)
        status = estimate_wave(context, second, confidence, limits, &found.second);
    if (status == ASSAY_OK && has_data(&found)) {
        status = (first->replicates == NULL ? linear_covariance : replicate_covariance)(
            context, first, second, &found, &covariance);
        if (status == ASSAY_OK)
            status = either_df(context, first, second, &df);
        if (status == ASSAY_OK)
            status = compare(covariance, df, confidence, method, &found);
    }
    if (status == ASSAY_OK)
        *out = found;
    return status;
}

/* ---- two surveys ----------------------------------------------------------------------------- */

/* The cases in common of a stratum: how many, and sums of their linearised answers. */
struct common {
    double m, x, y, xy;
};

static assay_status refuse_designs(assay_context *context, const char *why)
{
    assay_fail(context, ASSAY_EDOM, "%s", why);
    return assay_blame_argument(context, "design");
}

static assay_status check_waves(assay_context *context, const assay_wave *first,
                                const assay_wave *second)
{
    const assay_design *a = first->design, *b = second->design;
    const size_t strata = assay_design_strata(a);
    if (first->replicates != NULL || second->replicates != NULL)
        return refuse_designs(context, "replicates do not know of cases in common");
    if (!assay_design_is_simple(a) || !assay_design_is_simple(b))
        return refuse_designs(context, "cases in common are for simple random samples of strata");
    if (strata != assay_design_strata(b))
        return refuse_designs(context, "cases in common are for samples of the same strata");
    for (size_t h = 0; h < strata; h++)
        if (assay_design_population(a, h) != assay_design_population(b, h))
            return refuse_designs(context, "cases in common are for samples of the same strata");
    return ASSAY_OK;
}

/* Weights are in z: a case's w_i z_i is N_h/n_h z_i, so N_h^2 cancels against n1_h n2_h / N_h^2. */
static double stratum_covariance(const struct common *c, double n1, double n2, double population)
{
    if (c->m < 2)
        return 0;
    const double s12 = (c->xy - c->x * c->y / c->m) / (c->m - 1);
    return (c->m - n1 * n2 / population) * s12;
}

static assay_status sum_common(assay_context *context, const assay_design *a, const assay_design *b,
                               const assay_matches *matches, const double z1[], const double z2[],
                               struct common common[])
{
    const double *w1 = assay_design_weights(a), *w2 = assay_design_weights(b);
    for (size_t i = 0; i < matches->k; i++) {
        const size_t j = matches->first[i], k = matches->second[i];
        if (j >= assay_design_units(a) || k >= assay_design_units(b) ||
            assay_design_stratum(a)[j] != assay_design_stratum(b)[k])
            return refuse_designs(context, "a case in common is in two strata");
        struct common *c = &common[assay_design_stratum(a)[j]];
        const double x = w1[j] * z1[j], y = w2[k] * z2[k];
        *c = (struct common){c->m + 1, c->x + x, c->y + y, c->xy + x * y};
    }
    return ASSAY_OK;
}

static assay_status matched_covariance(assay_context *context, const assay_wave *first,
                                       const assay_wave *second, const assay_matches *matches,
                                       const assay_comparison *c, double *covariance)
{
    const assay_design *a = first->design, *b = second->design;
    const size_t strata = assay_design_strata(a);
    double *z1 = assay_alloc_array(assay_design_units(a), sizeof *z1);
    double *z2 = assay_alloc_array(assay_design_units(b), sizeof *z2);
    struct common *common = assay_alloc_zeroed_array(strata, sizeof *common);
    assay_status status = ASSAY_OK;
    if (z1 == NULL || z2 == NULL || common == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK) {
        linearise(first, &c->first, z1);
        linearise(second, &c->second, z2);
        status = sum_common(context, a, b, matches, z1, z2, common);
    }
    for (size_t h = 0; status == ASSAY_OK && h < strata; h++)
        *covariance += stratum_covariance(&common[h], (double)assay_design_sample(a, h),
                                          (double)assay_design_sample(b, h),
                                          (double)assay_design_population(a, h));
    assay_free(z1);
    assay_free(z2);
    assay_free(common);
    return status;
}

/* Satterthwaite's; a variance of 0 has nothing to be unsure of. */
static double two_df(const assay_estimate *a, const assay_estimate *b)
{
    const double v1 = a->se * a->se, v2 = b->se * b->se;
    const double part1 = v1 > 0 ? v1 * v1 / a->df : 0, part2 = v2 > 0 ? v2 * v2 / b->df : 0;
    return part1 + part2 > 0 ? (v1 + v2) * (v1 + v2) / (part1 + part2) : a->df + b->df;
}

assay_status assay_compare_waves(assay_context *context, const assay_wave *first,
                                 const assay_wave *second, const assay_matches *matches,
                                 double confidence, const assay_estimate_method *limits,
                                 assay_comparison_method method, assay_comparison *out)
{
    double covariance = 0;
    assay_comparison found;
    set_no_data(&found);
    assay_status status = matches == NULL ? ASSAY_OK : check_waves(context, first, second);
    if (status == ASSAY_OK)
        status = estimate_wave(context, first, confidence, limits, &found.first);
    if (status == ASSAY_OK)
        status = estimate_wave(context, second, confidence, limits, &found.second);
    if (status == ASSAY_OK && has_data(&found)) {
        if (matches != NULL)
            status = matched_covariance(context, first, second, matches, &found, &covariance);
        if (status == ASSAY_OK)
            status = compare(covariance, two_df(&found.first, &found.second), confidence, method,
                             &found);
    }
    if (status == ASSAY_OK)
        *out = found;
    return status;
}
