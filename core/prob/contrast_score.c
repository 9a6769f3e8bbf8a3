/* contrast_score.c -- differences by the score, in one pair of groups or over strata. */
#include "prob/contrast_method.h"

#include <math.h>

#include "base/memory.h"
#include "prob/dist.h"

/* ---- the likeliest shares with a difference --------------------------------------------------- */

/* The middle root of a cubic, by its angles: Miettinen & Nurminen 1985, appendix. */
static double root_by_angles(const struct contrast *c, double t)
{
    const double third_of_turn = 2.09439510239319549230842892218633526;
    const double n = c->n1 + c->n2, x = c->x1 + c->x2;
    const double b = ((c->n1 + 2 * c->n2) * t - n - x) / n;
    const double d = ((c->n2 * t - n - 2 * c->x2) * t + x) / n, e = c->x2 * t * (1 - t) / n;
    const double third = b / 3, q = third * third * third - b * d / 6 + e / 2;
    const double r = sqrt(fmax(third * third - d / 3, 0));
    const double cosine = r == 0 ? 1 : fmin(fmax(q / (r * r * r), -1), 1);
    return 2 * r * cos(third_of_turn / 2 + acos(cosine) / 3) - third;
}

/* x / p, and less x / p^2 in the slope: of nobody it is nothing, also where p is 0. */
static void add_share(double x, double p, double sign, double *height, double *slope)
{
    if (x == 0)
        return;
    *height += sign * x / p;
    *slope -= x / p / p;
}

/* The slope of the logarithm of the likelihood at p2, with p1 = p2 + t; falls, from lo to hi. */
static double likelihood_slope(const struct contrast *c, double t, double p2, double *bend)
{
    double height = 0;
    *bend = 0;
    add_share(c->x1, fmax(p2 + t, 0), 1, &height, bend);
    add_share(c->x2, p2, 1, &height, bend);
    add_share(c->n1 - c->x1, fmax(1 - t - p2, 0), -1, &height, bend);
    add_share(c->n2 - c->x2, 1 - p2, -1, &height, bend);
    return height;
}

/*
** The likeliest p2 of those with p1 = p2 + t. Where two roots of the cubic are almost one, as where all
** are yes, the angles have half the digits: Newton's steps on what has one root mend that.
*/
static double likeliest(const struct contrast *c, double t)
{
    double low = fmax(0, -t), high = fmin(1, 1 - t), bend;
    double p2 = fmin(fmax(root_by_angles(c, t), low), high);
    if (likelihood_slope(c, t, low, &bend) <= 0)
        return low;
    if (likelihood_slope(c, t, high, &bend) >= 0)
        return high;
    for (int i = 0; i < 60; i++) {
        const double slope = likelihood_slope(c, t, p2, &bend);
        const double next = p2 - slope / bend;
        *(slope > 0 ? &low : &high) = p2;
        if (fabs(next - p2) <= 1e-15 * p2)
            break;
        p2 = next > low && next < high ? next : low + (high - low) / 2;
    }
    return p2;
}

/* ---- all differences near what was found ------------------------------------------------------ */

/* Strata with the weight of each, above 0; `large` says whether variances have n / (n - 1). */
struct score {
    const struct contrast *strata;
    const double *weights;
    size_t k;
    bool large;
};

static double score_variance(const struct contrast *c, double t, bool large)
{
    const double p2 = likeliest(c, t), p1 = fmin(fmax(p2 + t, 0), 1), n = c->n1 + c->n2;
    const double v = p1 * (1 - p1) / c->n1 + p2 * (1 - p2) / c->n2;
    return large ? v * (n / (n - 1)) : v;
}

/* Whether t is no further from the weighted differences than z standard errors. */
static bool is_near(const void *self, double t)
{
    const struct score *s = self;
    double distance = 0, v = 0;
    for (size_t h = 0; h < s->k; h++) {
        const struct contrast *c = &s->strata[h];
        const double w = s->weights[h];
        distance += w * (c->p1 - c->p2 - t);
        v += w * w * score_variance(c, t, s->large);
    }
    return fabs(distance) <= s->strata[0].z * sqrt(v);
}

static void limits(const struct score *s, assay_interval *out)
{
    const double d = out->estimate;
    out->lower = d <= -1 ? -1 : contrast_edge(is_near, s, d, -1);
    out->upper = d >= 1 ? 1 : contrast_edge(is_near, s, d, 1);
}

static assay_status single(const struct contrast *c, bool large, assay_interval *out)
{
    const double one = 1;
    const struct score s = {.strata = c, .weights = &one, .k = 1, .large = large};
    limits(&s, out);
    return ASSAY_OK;
}

assay_status contrast_mee(const struct contrast *c, assay_interval *out)
{
    return single(c, false, out);
}

assay_status contrast_miettinen_nurminen(const struct contrast *c, assay_interval *out)
{
    return single(c, true, out);
}

/* ---- strata ----------------------------------------------------------------------------------- */

/* The weights that say something: Mantel and Haenszel's where none are given. */
static double weight_of(const assay_group *a, const assay_group *b, const double weights[],
                        size_t h)
{
    const double n1 = (double)a->n, n2 = (double)b->n;
    if (weights != NULL)
        return weights[h];
    return n1 + n2 == 0 ? 0 : n1 * n2 / (n1 + n2);
}

static bool is_weight(double w)
{
    return w >= 0 && isfinite(w);
}

/* Fills the strata with a weight above 0. *missing: one of them has a group without cases. */
static assay_status gather(size_t k, const assay_group first[], const assay_group second[],
                           const double weights[], double z, struct contrast strata[],
                           double used[], size_t *n_used, bool *missing)
{
    *n_used = 0;
    *missing = false;
    for (size_t h = 0; h < k; h++) {
        const assay_group a = first[h], b = second[h];
        const double w = weight_of(&a, &b, weights, h);
        if (!contrast_is_group(&a) || !contrast_is_group(&b) || !is_weight(w) ||
            a.population != ASSAY_INFINITE || b.population != ASSAY_INFINITE)
            return ASSAY_EDOM;
        if (w == 0)
            continue;
        *missing |= a.n == 0 || b.n == 0;
        strata[*n_used] = contrast_of(&a, &b, 0, z);
        used[(*n_used)++] = w;
    }
    return ASSAY_OK;
}

/* Weights add up to 1; all differences being 1 or -1 that is what they come to, and no less. */
static double weighted_difference(size_t k, const struct contrast strata[], double weights[])
{
    double sum = 0, d = 0;
    for (size_t h = 0; h < k; h++)
        sum += weights[h];
    for (size_t h = 0; h < k; h++) {
        weights[h] /= sum;
        d += weights[h] * (strata[h].p1 - strata[h].p2);
    }
    return fmin(fmax(d, -1), 1);
}

assay_status assay_contrast_strata(assay_context *context, const assay_contrast_method *method,
                                   size_t k, const assay_group first[], const assay_group second[],
                                   const double weights[], double confidence, assay_interval *out)
{
    size_t used;
    bool missing, large;
    if (!contrast_is_score(method, &large) || !(confidence > 0 && confidence < 1))
        return assay_fail(context, ASSAY_EDOM, "only score methods take strata");
    struct contrast *strata = assay_alloc_array(k, sizeof *strata);
    double *w = assay_alloc_array(k, sizeof *w);
    assay_status status = strata == NULL || w == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK &&
        gather(k, first, second, weights, assay_normal_upper((1 - confidence) / 2), strata, w,
               &used, &missing) != ASSAY_OK)
        status = assay_fail(context, ASSAY_EDOM, "a stratum's counts or its weight");
    if (status == ASSAY_OK) {
        *out = (assay_interval){
            .estimate = NAN, .lower = -1, .upper = 1, .state = ASSAY_INTERVAL_NO_DATA};
        if (used > 0 && !missing) {
            const struct score s = {.strata = strata, .weights = w, .k = used, .large = large};
            out->estimate = weighted_difference(used, strata, w);
            out->state = ASSAY_INTERVAL_OK;
            limits(&s, out);
        }
    }
    assay_free(strata);
    assay_free(w);
    return status;
}
