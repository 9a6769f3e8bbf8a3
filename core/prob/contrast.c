/* contrast.c -- two proportions compared: the table of methods, and their difference. */
#include "prob/contrast.h"

#include <math.h>
#include <string.h>

#include "prob/contrast_method.h"
#include "prob/dist.h"

struct assay_contrast_method {
    assay_contrast_kind kind;
    const char *name;
    contrast_limits *infinite, *finite; /* NULL where there is no such form */
};

double contrast_edge(contrast_test *holds, const void *self, double inside, double outside)
{
    for (;;) {
        const double middle = inside + (outside - inside) / 2;
        if (middle == inside || middle == outside)
            return inside;
        *(holds(self, middle) ? &inside : &outside) = middle;
    }
}

bool contrast_is_group(const assay_group *g)
{
    return g->x <= g->n && g->n <= g->population && g->n <= UINT64_C(1) << 53;
}

struct contrast contrast_of(const assay_group *first, const assay_group *second, double tail,
                            double z)
{
    const double x1 = (double)first->x, n1 = (double)first->n;
    const double x2 = (double)second->x, n2 = (double)second->n;
    return (struct contrast){*first, *second, x1, n1, x2, n2, x1 / n1, x2 / n2, tail, z};
}

/* ---- wald ----------------------------------------------------------------------------------- */

static void around(double middle, double arm, assay_interval *out)
{
    out->lower = middle - arm;
    out->upper = middle + arm;
}

static double variance(double p, double n)
{
    return p * (1 - p) / n;
}

static assay_status wald(const struct contrast *c, assay_interval *out)
{
    around(out->estimate, c->z * sqrt(variance(c->p1, c->n1) + variance(c->p2, c->n2)), out);
    return ASSAY_OK;
}

static assay_status wald_cc(const struct contrast *c, assay_interval *out)
{
    const double arm = c->z * sqrt(variance(c->p1, c->n1) + variance(c->p2, c->n2));
    around(out->estimate, arm + (1 / c->n1 + 1 / c->n2) / 2, out);
    return ASSAY_OK;
}

/* (1 - n/N) p q / (n - 1); 0 for a census, NaN, which is 0/0, for one case of several. */
static double finite_variance(const assay_group *g, double p)
{
    if (g->n == g->population)
        return 0;
    const double rest = g->population == ASSAY_INFINITE
                            ? 1
                            : (double)(g->population - g->n) / (double)g->population;
    return rest * p * (1 - p) / (double)(g->n - 1);
}

static assay_status wald_finite(const struct contrast *c, assay_interval *out)
{
    const double v = finite_variance(&c->first, c->p1) + finite_variance(&c->second, c->p2);
    if (isnan(v))
        out->state = ASSAY_INTERVAL_UNDEFINED;
    around(out->estimate, c->z * sqrt(v), out);
    return ASSAY_OK;
}

static assay_status agresti_caffo(const struct contrast *c, assay_interval *out)
{
    const double p1 = (c->x1 + 1) / (c->n1 + 2), p2 = (c->x2 + 1) / (c->n2 + 2);
    around(p1 - p2, c->z * sqrt(variance(p1, c->n1 + 2) + variance(p2, c->n2 + 2)), out);
    return ASSAY_OK;
}

/* ---- newcombe ------------------------------------------------------------------------------- */

/* The limits of one group, from x yes among n. */
typedef assay_status one_limits(const assay_group *, double tail, double *lower, double *upper);

/* With a population the size is n (N-1) / (N-n), infinite for a census, which gives the point. */
static assay_status wilson(const assay_group *g, double tail, double *lower, double *upper)
{
    const double n = (double)g->n, x = (double)g->x, population = (double)g->population;
    const double size =
        g->population == ASSAY_INFINITE ? n : n * (population - 1) / (population - n);
    return assay_wilson_real(x / n, size, tail, lower, upper);
}

static assay_status wilson_cc(const assay_group *g, double tail, double *lower, double *upper)
{
    const double n = (double)g->n;
    return assay_wilson_cc_real((double)g->x / n, n, tail, lower, upper);
}

static assay_status combined(const struct contrast *c, one_limits *limits, assay_interval *out)
{
    double l1, u1, l2, u2;
    assay_status status = limits(&c->first, c->tail, &l1, &u1);
    if (status == ASSAY_OK)
        status = limits(&c->second, c->tail, &l2, &u2);
    if (status != ASSAY_OK)
        return status;
    out->lower = out->estimate - hypot(c->p1 - l1, u2 - c->p2);
    out->upper = out->estimate + hypot(u1 - c->p1, c->p2 - l2);
    return ASSAY_OK;
}

static assay_status newcombe(const struct contrast *c, assay_interval *out)
{
    return combined(c, wilson, out);
}

static assay_status newcombe_cc(const struct contrast *c, assay_interval *out)
{
    return combined(c, wilson_cc, out);
}

/* ---- the table ------------------------------------------------------------------------------ */

static const assay_contrast_method methods[] = {
    {ASSAY_DIFFERENCE, "newcombe", newcombe, newcombe},
    {ASSAY_DIFFERENCE, "newcombe_cc", newcombe_cc, NULL},
    {ASSAY_DIFFERENCE, "miettinen_nurminen", contrast_miettinen_nurminen, NULL},
    {ASSAY_DIFFERENCE, "mee", contrast_mee, NULL},
    {ASSAY_DIFFERENCE, "agresti_caffo", agresti_caffo, NULL},
    {ASSAY_DIFFERENCE, "wald", wald, wald_finite},
    {ASSAY_DIFFERENCE, "wald_cc", wald_cc, NULL},
    {ASSAY_RATIO, "koopman", contrast_koopman, NULL},
    {ASSAY_RATIO, "katz", contrast_katz, NULL},
    {ASSAY_RATIO, "walter", contrast_walter, NULL},
    {ASSAY_ODDS_RATIO, "exact", contrast_exact, NULL},
    {ASSAY_ODDS_RATIO, "mid_p", contrast_mid_p, NULL},
    {ASSAY_ODDS_RATIO, "woolf", contrast_woolf, NULL},
    {ASSAY_ODDS_RATIO, "haldane_anscombe", contrast_haldane_anscombe, NULL},
};
static const size_t n_methods = sizeof methods / sizeof methods[0];

const char *assay_contrast_name(assay_contrast_kind kind, size_t i)
{
    for (size_t k = 0; k < n_methods; k++)
        if (methods[k].kind == kind && i-- == 0)
            return methods[k].name;
    return NULL;
}

const assay_contrast_method *assay_contrast_find(assay_contrast_kind kind, const char *name)
{
    for (size_t k = 0; k < n_methods; k++)
        if (methods[k].kind == kind && strcmp(methods[k].name, name) == 0)
            return &methods[k];
    return NULL;
}

bool contrast_is_score(const assay_contrast_method *method, bool *large)
{
    *large = method->infinite == contrast_miettinen_nurminen;
    return *large || method->infinite == contrast_mee;
}

bool assay_contrast_is_finite(const assay_contrast_method *method)
{
    return method->finite != NULL;
}

/* ---- one contrast --------------------------------------------------------------------------- */

static double estimate_of(assay_contrast_kind kind, const struct contrast *c)
{
    if (kind == ASSAY_DIFFERENCE)
        return c->p1 - c->p2;
    if (kind == ASSAY_RATIO)
        return c->x1 * c->n2 / (c->x2 * c->n1);
    return c->x1 * (c->n2 - c->x2) / ((c->n1 - c->x1) * c->x2);
}

static void clip(assay_interval *out)
{
    if (out->lower < -1 || out->upper > 1)
        out->state = ASSAY_INTERVAL_CLIPPED;
    out->lower = out->lower < -1 ? -1 : out->lower;
    out->upper = out->upper > 1 ? 1 : out->upper;
}

assay_status assay_contrast(const assay_contrast_method *method, const assay_group *first,
                            const assay_group *second, double confidence, assay_interval *out)
{
    const bool endless =
        first->population == ASSAY_INFINITE && second->population == ASSAY_INFINITE;
    contrast_limits *limits = endless ? method->infinite : method->finite;
    if (!contrast_is_group(first) || !contrast_is_group(second) ||
        !(confidence > 0 && confidence < 1) || limits == NULL)
        return ASSAY_EDOM;
    const double least = method->kind == ASSAY_DIFFERENCE ? -1 : 0;
    const double most = method->kind == ASSAY_DIFFERENCE ? 1 : (double)INFINITY;
    assay_interval found = {
        .estimate = NAN, .lower = least, .upper = most, .state = ASSAY_INTERVAL_NO_DATA};
    if (first->n > 0 && second->n > 0) {
        const double tail = (1 - confidence) / 2;
        const struct contrast c = contrast_of(first, second, tail, assay_normal_upper(tail));
        found.state = ASSAY_INTERVAL_OK;
        found.estimate = estimate_of(method->kind, &c);
        const assay_status status = limits(&c, &found);
        if (status != ASSAY_OK)
            return status;
        if (method->kind == ASSAY_DIFFERENCE)
            clip(&found);
    }
    *out = found;
    return ASSAY_OK;
}
