/* interval.c -- confidence intervals for a proportion. */
#include "prob/interval.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "prob/dist.h"

/* What a method works from: 0 <= x <= n, 1 <= n < population, 0 < tail < 1. */
struct counts {
    uint64_t x, n, population;
    double tail; /* the probability left in one tail */
};

/* Sets lower, upper and, where it matters, the state; the estimate x/n and OK are there already. */
typedef assay_status limits_function(const struct counts *, assay_interval *);

struct assay_interval_method {
    const char *name;
    limits_function *infinite, *finite; /* NULL where there is no such form */
};

const char *assay_interval_state_name(assay_interval_state state)
{
    static const char *const words[] = {
#define X(name, word) word,
        ASSAY_INTERVAL_STATE_MAP(X)
#undef X
    };
    return (size_t)state < sizeof words / sizeof words[0] ? words[state] : NULL;
}

/* The size of an infinite population's sample that says as much: n (N-1) / (N-n). */
static double effective_size(const struct counts *c)
{
    return (double)c->n * (double)(c->population - 1) / (double)(c->population - c->n);
}

/* ---- wald ---- */

static void wald_limits(double variance, double tail, assay_interval *out)
{
    const double arm = assay_normal_upper(tail) * sqrt(variance);
    out->lower = out->estimate - arm;
    out->upper = out->estimate + arm;
}

static assay_status wald(const struct counts *c, assay_interval *out)
{
    const double p = out->estimate;
    wald_limits(p * (1 - p) / (double)c->n, c->tail, out);
    return ASSAY_OK;
}

static assay_status wald_finite(const struct counts *c, assay_interval *out)
{
    const double p = out->estimate, rest = (double)(c->population - c->n) / (double)c->population;
    if (c->n == 1)
        out->state = ASSAY_INTERVAL_UNDEFINED;
    else
        wald_limits(rest * p * (1 - p) / (double)(c->n - 1), c->tail, out);
    return ASSAY_OK;
}

/* ---- wilson ---- */

assay_status assay_wilson_real(double p, double n_effective, double tail, double *lower,
                               double *upper)
{
    if (!(p >= 0 && p <= 1) || !(n_effective > 0) || !(tail > 0 && tail < 1))
        return ASSAY_EDOM;
    const double z = assay_normal_upper(tail), k = z / n_effective * z;
    const double middle = (p + k / 2) / (1 + k);
    const double arm = z * sqrt(p * (1 - p) / n_effective + k / n_effective / 4) / (1 + k);
    *lower = p == 0 ? 0 : middle - arm;
    *upper = p == 1 ? 1 : middle + arm;
    return ASSAY_OK;
}

static assay_status wilson(const struct counts *c, assay_interval *out)
{
    return assay_wilson_real(out->estimate, (double)c->n, c->tail, &out->lower, &out->upper);
}

static assay_status wilson_finite(const struct counts *c, assay_interval *out)
{
    return assay_wilson_real(out->estimate, effective_size(c), c->tail, &out->lower, &out->upper);
}

/* ---- clopper_pearson ---- */

assay_status assay_clopper_pearson_real(double x, double n, double tail, double *lower,
                                        double *upper)
{
    if (!(n > 0 && n <= DBL_MAX && x >= 0 && x <= n) || !(tail > 0 && tail < 1))
        return ASSAY_EDOM;
    double low = 0, high = 1;
    assay_status status = x > 0 ? assay_beta_quantile(tail, x, n - x + 1, &low) : ASSAY_OK;
    if (status == ASSAY_OK && x < n)
        status = assay_beta_upper(tail, x + 1, n - x, &high);
    if (status != ASSAY_OK)
        return status;
    *lower = low;
    *upper = high;
    return ASSAY_OK;
}

static assay_status clopper_pearson(const struct counts *c, assay_interval *out)
{
    return assay_clopper_pearson_real((double)c->x, (double)c->n, c->tail, &out->lower,
                                      &out->upper);
}

static assay_status clopper_pearson_finite(const struct counts *c, assay_interval *out)
{
    const double n = effective_size(c), x = c->x == c->n ? n : out->estimate * n;
    return assay_clopper_pearson_real(x, n, c->tail, &out->lower, &out->upper);
}

/* ---- the table ---- */

static const assay_interval_method methods[] = {
    {"wald", wald, wald_finite},
    {"wilson", wilson, wilson_finite},
    {"clopper_pearson", clopper_pearson, clopper_pearson_finite},
};
static const size_t n_methods = sizeof methods / sizeof methods[0];

const assay_interval_method *assay_interval_find(const char *name)
{
    for (size_t i = 0; i < n_methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

const char *assay_interval_name(size_t i)
{
    return i < n_methods ? methods[i].name : NULL;
}

static limits_function *form_for(const assay_interval_method *method, uint64_t population)
{
    return population == ASSAY_INFINITE ? method->infinite : method->finite;
}

bool assay_interval_applies(const assay_interval_method *method, uint64_t population)
{
    return form_for(method, population) != NULL;
}

/* ---- one interval ---- */

/* The limit that a one-sided interval does not ask for is what the counts allow. */
static void open_side(const struct counts *c, assay_side side, assay_interval *out)
{
    const bool endless = c->population == ASSAY_INFINITE;
    const double population = (double)c->population;
    if (side == ASSAY_LOWER)
        out->upper = endless ? 1 : (double)(c->population - (c->n - c->x)) / population;
    else if (side == ASSAY_UPPER)
        out->lower = endless ? 0 : (double)c->x / population;
}

static void clip(assay_interval *out)
{
    if (!(out->lower < 0 || out->lower > 1 || out->upper < 0 || out->upper > 1))
        return;
    out->lower = fmin(fmax(out->lower, 0), 1);
    out->upper = fmin(fmax(out->upper, 0), 1);
    out->state = ASSAY_INTERVAL_CLIPPED;
}

assay_status assay_interval_compute(const assay_interval_method *method, uint64_t x, uint64_t n,
                                    uint64_t population, double confidence, assay_side side,
                                    assay_interval *out)
{
    if (x > n || population < n || !(confidence > 0 && confidence < 1))
        return ASSAY_EDOM;
    limits_function *limits = form_for(method, population);
    if (limits == NULL)
        return ASSAY_EDOM;
    if (n == 0) {
        *out = (assay_interval){NAN, 0, 1, ASSAY_INTERVAL_NO_DATA};
        return ASSAY_OK;
    }
    const double rest = 1 - confidence, p = (double)x / (double)n;
    const struct counts c = {x, n, population, side == ASSAY_TWO_SIDED ? rest / 2 : rest};
    assay_interval found = {p, NAN, NAN, ASSAY_INTERVAL_OK};
    if (n == population)
        found.lower = found.upper = p;
    else {
        const assay_status status = limits(&c, &found);
        if (status != ASSAY_OK)
            return status;
    }
    if (found.state != ASSAY_INTERVAL_UNDEFINED)
        open_side(&c, side, &found);
    clip(&found);
    *out = found;
    return ASSAY_OK;
}
