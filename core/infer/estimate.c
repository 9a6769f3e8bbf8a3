/* estimate.c -- what the answers of a sample say about the population. */
#include "infer/estimate.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "infer/estimate_linear.h"
#include "infer/exact.h"
#include "infer/variance.h"
#include "prob/dist.h"

/* Units between two polls: well under 10 ms. */
enum { BLOCK = 1 << 18 };

/* A stratum: its cases, those sampled, and of these yes and no inside the domain. */
struct cell {
    double population, sample, raise, yes, no;
};

/* All that a method may work from. */
struct evidence {
    assay_context *context;
    const struct cell *cells; /* [n_cells] */
    size_t n_cells;
    double units, total;   /* of the design: n and N */
    double p, q;           /* the estimate and 1 - estimate */
    double relevant_total; /* the estimated number of relevant cases in the population */
    double variance, df, n_effective;
    double relevant; /* relevant cases in the sample */
    double tail;     /* the probability left in one tail */
};

/* ---- sums ---- */

/* Neumaier's compensated sum. */
struct sum {
    double value, lost;
};

static void add(struct sum *s, double term)
{
    const double value = s->value + term;
    s->lost += fabs(s->value) >= fabs(term) ? (s->value - value) + term : (term - value) + s->value;
    s->value = value;
}

static double total(const struct sum *s)
{
    return s->value + s->lost;
}

/* ---- methods ---- */

/* Sets both limits; NaN where there are none. */
typedef assay_status limits_function(const struct evidence *, double *lower, double *upper);

struct assay_estimate_method {
    const char *name;
    limits_function *limits;
    bool from_counts; /* and not from n_effective, which others find positive and finite */
};

static assay_status wilson_neff(const struct evidence *e, double *lower, double *upper)
{
    return assay_wilson_real(e->p, e->n_effective, e->tail, lower, upper);
}

static assay_status korn_graubard(const struct evidence *e, double *lower, double *upper)
{
    double simple, used;
    *lower = *upper = NAN;
    if (!(e->df > 0))
        return ASSAY_OK;
    assay_status status = assay_t_quantile(e->tail, e->relevant - 1, &simple);
    if (status == ASSAY_OK)
        status = assay_t_quantile(e->tail, e->df, &used);
    if (status != ASSAY_OK)
        return status;
    const double ratio = simple / used, n = e->n_effective * ratio * ratio;
    return assay_clopper_pearson_real(fmin(e->p * n, n), n, e->tail, lower, upper);
}

static assay_status exact_limits(const struct evidence *e, assay_exact_kind kind, double *lower,
                                 double *upper)
{
    assay_exact_count *counts = assay_alloc_array(e->n_cells, sizeof *counts);
    if (counts == NULL)
        return assay_fail_memory(e->context);
    for (size_t h = 0; h < e->n_cells; h++) {
        const struct cell *c = &e->cells[h];
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

static assay_status exact(const struct evidence *e, double *lower, double *upper)
{
    return exact_limits(e, ASSAY_EXACT, lower, upper);
}

static assay_status exact_combined(const struct evidence *e, double *lower, double *upper)
{
    return exact_limits(e, ASSAY_EXACT_COMBINED, lower, upper);
}

static const assay_estimate_method methods[] = {
    {"wilson_neff", wilson_neff, false},
    {"korn_graubard", korn_graubard, false},
    {"exact", exact, true},
    {"exact_combined", exact_combined, true},
};
static const size_t n_methods = sizeof methods / sizeof methods[0];

const assay_estimate_method *assay_estimate_find(const char *name)
{
    for (size_t i = 0; i < n_methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

bool assay_estimate_is_from_counts(const assay_estimate_method *method)
{
    return method->from_counts;
}

const char *assay_estimate_name(size_t i)
{
    return i < n_methods ? methods[i].name : NULL;
}

const assay_estimate_method *assay_estimate_choose(double df, double p, double q, bool few)
{
    return assay_estimate_find(df < 20 || p == 0 || q == 0 || few ? "korn_graubard"
                                                                  : "wilson_neff");
}

static const assay_estimate_method *choose_method(const struct evidence *e)
{
    bool few = false;
    for (size_t h = 0; h < e->n_cells; h++)
        few |= e->cells[h].yes + e->cells[h].no > 0 && e->cells[h].sample < 5;
    return assay_estimate_choose(e->df, e->p, e->q, few);
}

/* ---- counting ---- */

static assay_status count_unit(assay_context *context, size_t i, uint8_t answer, bool is_inside,
                               struct cell *cell, assay_estimate *out)
{
    if (answer > ASSAY_UNANSWERED) {
        assay_fail(context, ASSAY_EDOM, "case %zu has the answer %d, which is none", i + 1, answer);
        context->error.row = i + 1;
        return assay_blame_argument(context, "answers");
    }
    if (!is_inside)
        return ASSAY_OK;
    out->n++;
    out->x += answer == ASSAY_YES;
    out->relevant += answer <= ASSAY_NO;
    out->not_applicable += answer == ASSAY_NOT_APPLICABLE;
    out->unanswered += answer == ASSAY_UNANSWERED;
    cell->yes += answer == ASSAY_YES;
    cell->no += answer == ASSAY_NO;
    return ASSAY_OK;
}

static assay_status count_answers(assay_context *context, const assay_design *d,
                                  const uint8_t answers[], const uint8_t *inside,
                                  struct cell cells[], assay_estimate *out)
{
    const size_t n = assay_design_units(d);
    const uint32_t *stratum = assay_design_stratum(d);
    for (size_t i = 0; i < n; i++) {
        assay_status status = i % BLOCK == 0 ? assay_poll(context, i, n) : ASSAY_OK;
        if (status == ASSAY_OK)
            status = count_unit(context, i, answers[i],
                                (inside == NULL || inside[i] != 0) && assay_design_inside(d, i),
                                &cells[stratum[i]], out);
        if (status != ASSAY_OK)
            return status;
    }
    return ASSAY_OK;
}

/* The figures that need no design. 200 x + m over 2 m rounds 100 x / m half up. */
static void set_shares(assay_estimate *out)
{
    const double x = (double)out->x, m = (double)out->relevant;
    const double blank = (double)(out->unanswered + out->lost);
    out->share = m > 0 ? x / m : NAN;
    out->percent = m > 0 ? (200 * out->x + out->relevant) / (2 * out->relevant) : 0;
    out->lowest_share = m + blank > 0 ? x / (m + blank) : NAN;
    out->highest_share = m + blank > 0 ? (x + blank) / (m + blank) : NAN;
}

/* ---- the estimate and its variance ---- */

/* Yes and no are summed alike, so that a unanimous sample gives exactly 0 and 1. */
static void set_proportion(struct evidence *e)
{
    struct sum yes = {0}, no = {0}, relevant = {0}, df = {0};
    for (size_t h = 0; h < e->n_cells; h++) {
        const struct cell *c = &e->cells[h];
        if (c->yes + c->no == 0)
            continue;
        const double weight = c->population / c->sample * c->raise;
        add(&yes, weight * c->yes);
        add(&no, weight * c->no);
        add(&relevant, weight * (c->yes + c->no));
        add(&df, c->yes + c->no - 1);
    }
    e->relevant_total = total(&relevant);
    e->p = total(&yes) / e->relevant_total;
    e->q = total(&no) / e->relevant_total;
    e->df = total(&df);
}

/*
** The squared residuals about their mean, as a sum over pairs of kinds of case: q for yes, -p for
** no, 0 for the rest. Nothing is subtracted, so a stratum of one mind gives exactly 0.
*/
static double squares(const struct evidence *e, const struct cell *c)
{
    const double rest = c->sample - c->yes - c->no;
    return (c->yes * c->no + rest * (c->yes * e->q * e->q + c->no * e->p * e->p)) / c->sample;
}

static bool is_lonely(const struct cell *c)
{
    return c->sample == 1 && c->population > 1;
}

static bool is_census(const struct cell *c)
{
    return c->sample == c->population;
}

/* A stratum's part of the variance of the total; for a lonely one 0, or what ADJUST says. */
static double stratum_variance(const struct evidence *e, const struct cell *c, assay_lonely lonely)
{
    const double scale =
        c->population * (c->population - c->sample) / c->sample * c->raise * c->raise;
    if (is_census(c))
        return 0;
    if (!is_lonely(c))
        return scale * squares(e, c) / (c->sample - 1);
    return lonely == ASSAY_LONELY_ADJUST ? scale * (c->yes * e->q * e->q + c->no * e->p * e->p) : 0;
}

static double variance(const struct evidence *e, assay_lonely lonely)
{
    struct sum v = {0};
    double strata = 0, defined = 0;
    for (size_t h = 0; h < e->n_cells; h++) {
        const struct cell *c = &e->cells[h];
        if (c->sample == 0)
            continue;
        add(&v, stratum_variance(e, c, lonely));
        strata++;
        defined += !is_lonely(c);
    }
    const double raise = lonely == ASSAY_LONELY_AVERAGE ? strata / defined : 1;
    const double scale = e->relevant_total;
    return total(&v) * raise / scale / scale; /* 0/0: no stratum to take the mean of */
}

/* The size that a simple random sample would need: infinite where all was sampled. */
static double effective_size(const struct evidence *e)
{
    struct sum v = {0};
    if (e->variance != 0) /* NaN passes on */
        return e->p * e->q / e->variance;
    for (size_t h = 0; h < e->n_cells; h++) {
        const struct cell *c = &e->cells[h];
        const double m = c->yes + c->no;
        if (m == 0 || is_census(c))
            continue;
        const double w = c->population * m / c->sample * c->raise / e->relevant_total;
        add(&v, w * w * (c->population - c->sample) / (c->population - 1) / m);
    }
    return 1 / total(&v);
}

static double design_effect(const struct evidence *e)
{
    const double simple = (1 - e->units / e->total) * e->p * e->q / (e->relevant - 1);
    return simple > 0 && isfinite(simple) ? e->variance / simple : NAN;
}

/* ---- putting together ---- */

static void set_no_data(assay_estimate *out)
{
    out->estimate = out->se = out->df = out->n_effective = out->deff = NAN;
    out->lower = out->upper = out->half_width = NAN;
    out->state = ASSAY_INTERVAL_NO_DATA;
}

static assay_status make_limits(const struct evidence *e, const assay_estimate_method *method,
                                double *lower, double *upper)
{
    *lower = *upper = isinf(e->n_effective) ? e->p : NAN;
    return method->from_counts || isfinite(e->n_effective) ? method->limits(e, lower, upper)
                                                           : ASSAY_OK;
}

assay_status assay_estimate_limits(const assay_estimate_method *method, const assay_moments *from,
                                   double confidence, double *lower, double *upper)
{
    if (method->from_counts)
        return ASSAY_EDOM;
    const struct evidence e = {.p = from->p,
                               .q = from->q,
                               .n_effective = from->n_effective,
                               .df = from->df,
                               .relevant = from->relevant,
                               .tail = (1 - confidence) / 2};
    return make_limits(&e, method, lower, upper);
}

static assay_status set_limits(const struct evidence *e, const assay_estimate_method *method,
                               assay_estimate *out)
{
    const assay_status status = make_limits(e, method, &out->lower, &out->upper);
    if (status != ASSAY_OK)
        return status;
    out->half_width = (out->upper - out->lower) / 2;
    out->state = isnan(out->lower) ? ASSAY_INTERVAL_UNDEFINED : ASSAY_INTERVAL_OK;
    return ASSAY_OK;
}

/* Where counts of strata say all. */
static void set_simple(const assay_design *d, struct evidence *e)
{
    set_proportion(e);
    e->variance = variance(e, assay_design_lonely(d));
    e->n_effective = effective_size(e);
}

/* Under any other design. */
static assay_status set_linear(assay_context *context, const assay_design *d,
                               const uint8_t answers[], const uint8_t *inside, struct evidence *e)
{
    assay_linear found;
    const assay_status status = assay_estimate_linear(context, d, answers, NULL, 0, inside, &found);
    if (status != ASSAY_OK)
        return status;
    e->p = found.p;
    e->q = found.q;
    e->relevant_total = found.relevant_total;
    e->variance = found.variance;
    e->df = found.df;
    e->n_effective = found.variance != 0 ? found.p * found.q / found.variance : found.homogeneous;
    return ASSAY_OK;
}

static assay_status check_method(assay_context *context, const assay_design *d,
                                 const assay_estimate_method *method)
{
    if (method == NULL || !method->from_counts || assay_design_is_simple(d))
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "'%s' works from the counts of simple random samples of known strata, which this "
               "design's clusters, weights or unknown populations are not",
               method->name);
    return assay_blame_argument(context, "method");
}

static assay_status estimate_from(assay_context *context, const assay_design *d,
                                  const uint8_t answers[], const uint8_t *inside,
                                  struct evidence *e, const assay_estimate_method *method,
                                  assay_estimate *out)
{
    assay_status status = check_method(context, d, method);
    if (status != ASSAY_OK)
        return status;
    if (out->relevant == 0) {
        set_no_data(out);
        out->method = method != NULL ? method->name : choose_method(e)->name;
        return ASSAY_OK;
    }
    status = assay_variance_check_lonely(context, d);
    if (status == ASSAY_OK && assay_design_is_simple(d))
        set_simple(d, e);
    else if (status == ASSAY_OK)
        status = set_linear(context, d, answers, inside, e);
    if (status != ASSAY_OK)
        return status;
    out->estimate = e->p;
    out->se = sqrt(e->variance);
    out->df = e->df;
    out->n_effective = e->n_effective;
    out->deff = design_effect(e);
    if (method == NULL)
        method = choose_method(e);
    out->method = method->name;
    return set_limits(e, method, out);
}

static struct cell *new_cells(const assay_design *d)
{
    const size_t n = assay_design_strata(d);
    struct cell *cells = assay_alloc_zeroed_array(n, sizeof *cells);
    for (size_t h = 0; cells != NULL && h < n; h++) {
        cells[h].population = (double)assay_design_population(d, h);
        cells[h].sample = (double)assay_design_sample(d, h);
        cells[h].raise = assay_design_raise(d, h);
    }
    return cells;
}

assay_status assay_estimate_proportion(assay_context *context, const assay_design *design,
                                       const uint8_t answers[], const uint8_t *inside,
                                       double confidence, const assay_estimate_method *method,
                                       assay_estimate *out)
{
    if (!(confidence > 0 && confidence < 1)) {
        assay_fail(context, ASSAY_EDOM, "the confidence is a fraction between 0 and 1");
        return assay_blame_argument(context, "confidence");
    }
    struct cell *cells = new_cells(design);
    if (cells == NULL)
        return assay_fail_memory(context);
    assay_estimate found = {.confidence = confidence, .lost = assay_design_lost(design)};
    assay_status status = count_answers(context, design, answers, inside, cells, &found);
    if (status == ASSAY_OK) {
        struct evidence e = {.context = context,
                             .cells = cells,
                             .n_cells = assay_design_strata(design),
                             .units = (double)assay_design_units(design),
                             .total = assay_design_cases(design),
                             .relevant = (double)found.relevant,
                             .tail = (1 - confidence) / 2};
        set_shares(&found);
        status = estimate_from(context, design, answers, inside, &e, method, &found);
    }
    assay_free(cells);
    if (status == ASSAY_OK)
        *out = found;
    return status;
}
