/* multinomial.c -- simultaneous confidence intervals for the shares of several categories. */
#include "prob/multinomial.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "prob/dist.h"
#include "prob/finite.h"

/* What a method works from: k >= 2 and 1 <= n < population. */
struct sample {
    size_t k;
    const uint64_t *counts;
    uint64_t n, population;
    double miss; /* 1 - confidence */
};

typedef assay_status limits_function(assay_context *, const struct sample *,
                                     assay_multinomial_cell out[]);

struct assay_multinomial_method {
    const char *name;
    limits_function *infinite, *finite; /* NULL where there is no such form */
    bool counts;
};

/* Half of what each category may miss with. */
static double bonferroni_tail(const struct sample *s)
{
    return s->miss / 2 / (double)s->k;
}

/* The size of an infinite population's sample that says as much: n (N-1) / (N-n). */
static double effective_size(const struct sample *s)
{
    const double n = (double)s->n;
    if (s->population == ASSAY_INFINITE)
        return n;
    return n * (double)(s->population - 1) / (double)(s->population - s->n);
}

/* ---- Wilson's quadratic --------------------------------------------------------------------- */

/* (p - q)^2 = z^2 q (1 - q) / n, solved for q. */
static void score_limits(double z2, double n, assay_multinomial_cell *cell)
{
    const double p = cell->estimate, k = z2 / n, middle = (p + k / 2) / (1 + k);
    const double arm = sqrt(k * (p * (1 - p) + k / 4)) / (1 + k);
    cell->lower = p == 0 ? 0 : middle - arm;
    cell->upper = p == 1 ? 1 : middle + arm;
}

static assay_status score(const struct sample *s, double z2, assay_multinomial_cell out[])
{
    for (size_t i = 0; i < s->k; i++)
        score_limits(z2, effective_size(s), &out[i]);
    return ASSAY_OK;
}

static assay_status goodman(assay_context *context, const struct sample *s,
                            assay_multinomial_cell out[])
{
    (void)context;
    const double z = assay_normal_upper(bonferroni_tail(s));
    return score(s, z * z, out);
}

static assay_status quesenberry_hurst(assay_context *context, const struct sample *s,
                                      assay_multinomial_cell out[])
{
    double z2;
    const assay_status status = assay_chi_squared_upper(s->miss, (double)(s->k - 1), &z2);
    return status == ASSAY_OK ? score(s, z2, out)
                              : assay_fail(context, status, "the limits were not found");
}

/* ---- Bonferroni ----------------------------------------------------------------------------- */

static assay_status clopper_pearson(assay_context *context, const struct sample *s,
                                    assay_multinomial_cell out[])
{
    const double n = effective_size(s), tail = bonferroni_tail(s);
    for (size_t i = 0; i < s->k; i++) {
        const assay_status status =
            assay_clopper_pearson_real(out[i].estimate * n, n, tail, &out[i].lower, &out[i].upper);
        if (status != ASSAY_OK)
            return assay_fail(context, status, "the limits were not found");
    }
    return ASSAY_OK;
}

static assay_status hyper_tail(assay_context *context, const struct sample *s,
                               assay_multinomial_cell out[])
{
    const double tail = bonferroni_tail(s), population = (double)s->population;
    if (s->population > ASSAY_FINITE_MOST)
        return assay_fail(context, ASSAY_EDOM,
                          "hyper_tail_bonferroni is for a population of at most 2147483647");
    for (size_t i = 0; i < s->k; i++) {
        const uint64_t x = s->counts[i];
        assay_multinomial_cell *cell = &out[i];
        assay_status status =
            assay_hyper_tail_lower(x, s->n, s->population, tail, &cell->lower_count);
        if (status == ASSAY_OK)
            status = assay_hyper_tail_upper(x, s->n, s->population, tail, &cell->upper_count);
        if (status == ASSAY_OK)
            status = assay_poll(context, i, s->k);
        if (status != ASSAY_OK)
            return status;
        cell->lower = (double)cell->lower_count / population;
        cell->upper = (double)cell->upper_count / population;
    }
    return ASSAY_OK;
}

/* ---- Sison and Glaz ------------------------------------------------------------------------- */

/*
** A Poisson count with mean m, a count itself, given that it is within c of m. Weights are relative
** to that of m: c goes up by one at a time, and each time two of them come in. moment[r] is the
** sum of weight times (count - m)^r.
*/
struct poisson {
    double mean, above, below; /* the weights at m + c and m - c */
    double moment[5];
};

static struct poisson poisson_of(uint64_t mean)
{
    return (struct poisson){(double)mean, 1, 1, {1, 0, 0, 0, 0}};
}

static void widen(struct poisson *v, double c)
{
    v->above *= v->mean / (v->mean + c);
    v->below *= c <= v->mean ? (v->mean - c + 1) / v->mean : 0;
    double up = v->above, down = v->below;
    for (int r = 0; r < 5; r++) {
        v->moment[r] += up + down;
        up *= c;
        down *= -c;
    }
}

/* Sums over the counts, which are independent: so their cumulants add up. */
struct total {
    double probability; /* that each is within c of its mean */
    double mean, variance, third, fourth;
};

static void add_cumulants(const struct poisson *v, double density, struct total *total)
{
    const double all = v->moment[0], m = v->moment[1] / all, m2 = v->moment[2] / all;
    const double m3 = v->moment[3] / all, m4 = v->moment[4] / all, variance = m2 - m * m;
    total->probability *= all * density;
    total->mean += m;
    total->variance += variance;
    total->third += m3 - 3 * m * m2 + 2 * m * m * m;
    total->fourth += m4 - 4 * m * m3 + 6 * m * m * m2 - 3 * m * m * m * m - 3 * variance * variance;
}

/* P(X = m), X Poisson with mean m. */
static double poisson_peak(double m)
{
    static const double two_pi = 6.28318530717958647692528676655900577;
    return exp(-assay_stirling_remainder(m)) / sqrt(two_pi * m);
}

/* The density of their sum at its mean before truncation, by Edgeworth's expansion. */
static double density_of_sum(const struct total *t)
{
    static const double root_two_pi = 2.50662827463100050241576528481104525;
    const double z = -t->mean / sqrt(t->variance), s = z * z;
    const double g1 = t->third / (t->variance * sqrt(t->variance));
    const double g2 = t->fourth / (t->variance * t->variance);
    const double series = 1 + g1 * z * (s - 3) / 6 + g2 * (s * (s - 6) + 3) / 24 +
                          g1 * g1 * (s * (s * (s - 15) + 45) - 15) / 72;
    return series * exp(-s / 2) / (root_two_pi * sqrt(t->variance));
}

/* nu(c), for the categories that have cases: the others are 0 with certainty. */
static double probability_within(size_t k, const struct poisson v[], double n)
{
    struct total total = {1, 0, 0, 0, 0};
    for (size_t i = 0; i < k; i++)
        add_cumulants(&v[i], poisson_peak(v[i].mean), &total);
    return total.probability * density_of_sum(&total) / poisson_peak(n);
}

/* c, and d, of the header; NaN where there is none. */
static assay_status width_of(assay_context *context, const struct sample *s, size_t k,
                             struct poisson v[], double *width, double *part)
{
    const double level = 1 - s->miss, n = (double)s->n;
    double before = 0;
    for (double c = 1; c <= n; c++) {
        for (size_t i = 0; i < k; i++)
            widen(&v[i], c);
        const double now = probability_within(k, v, n);
        if (now > level) {
            *width = c - 1;
            *part = (level - before) / (now - before);
            return ASSAY_OK;
        }
        before = now;
        if (fmod(c, 1024) == 0 && assay_poll(context, 0, 0) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    }
    *width = NAN;
    return ASSAY_OK;
}

static void clip(assay_multinomial_cell *cell)
{
    if (isnan(cell->lower)) {
        cell->state = ASSAY_INTERVAL_UNDEFINED;
        return;
    }
    if (cell->lower < 0 || cell->upper > 1)
        cell->state = ASSAY_INTERVAL_CLIPPED;
    cell->lower = fmax(cell->lower, 0);
    cell->upper = fmin(cell->upper, 1);
}

static assay_status sison_glaz(assay_context *context, const struct sample *s,
                               assay_multinomial_cell out[])
{
    double width = 0, part = 0;
    size_t k = 0;
    struct poisson *v = assay_alloc_array(s->k, sizeof *v);
    if (v == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < s->k; i++)
        if (s->counts[i] > 0)
            v[k++] = poisson_of(s->counts[i]);
    const assay_status status = width_of(context, s, k, v, &width, &part);
    for (size_t i = 0; i < s->k; i++) {
        const double x = (double)s->counts[i];
        out[i].lower = (x - width) / (double)s->n;
        out[i].upper = (x + (width + 2 * part)) / (double)s->n;
        clip(&out[i]);
    }
    assay_free(v);
    return status;
}

/* ---- the table ------------------------------------------------------------------------------ */

static const assay_multinomial_method methods[] = {
    {"goodman", goodman, goodman, false},
    {"sison_glaz", sison_glaz, NULL, false},
    {"quesenberry_hurst", quesenberry_hurst, quesenberry_hurst, false},
    {"clopper_pearson_bonferroni", clopper_pearson, clopper_pearson, false},
    {"hyper_tail_bonferroni", NULL, hyper_tail, true},
};
static const size_t n_methods = sizeof methods / sizeof methods[0];

const assay_multinomial_method *assay_multinomial_find(const char *name)
{
    for (size_t i = 0; i < n_methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

const char *assay_multinomial_name(size_t i)
{
    return i < n_methods ? methods[i].name : NULL;
}

static limits_function *form_for(const assay_multinomial_method *method, uint64_t population)
{
    return population == ASSAY_INFINITE ? method->infinite : method->finite;
}

bool assay_multinomial_applies(const assay_multinomial_method *method, uint64_t population)
{
    return form_for(method, population) != NULL;
}

bool assay_multinomial_counts(const assay_multinomial_method *method)
{
    return method->counts;
}

/* ---- all of them ---------------------------------------------------------------------------- */

/* False above 2^53, up to which a double has every count. */
static bool add_up(size_t k, const uint64_t counts[], uint64_t *n)
{
    const uint64_t most = UINT64_C(1) << 53;
    *n = 0;
    for (size_t i = 0; i < k; i++) {
        if (counts[i] > most - *n)
            return false;
        *n += counts[i];
    }
    return true;
}

/* Before anything is known, and of a census: the limits are there already. */
static void start_cells(const struct sample *s, assay_multinomial_cell out[])
{
    for (size_t i = 0; i < s->k; i++) {
        const double p = (double)s->counts[i] / (double)s->n;
        out[i] = (assay_multinomial_cell){p, p, p, s->counts[i], s->counts[i], ASSAY_INTERVAL_OK};
        if (s->n == 0)
            out[i] = (assay_multinomial_cell){NAN, 0, 1, 0, s->population, ASSAY_INTERVAL_NO_DATA};
    }
}

assay_status assay_multinomial(assay_context *context, const assay_multinomial_method *method,
                               size_t k, const uint64_t counts[], uint64_t population,
                               double confidence, assay_multinomial_cell out[])
{
    struct sample s = {k, counts, 0, population, 1 - confidence};
    if (k < 2 || !(confidence > 0 && confidence < 1) || !add_up(k, counts, &s.n) ||
        s.n > population || !assay_multinomial_applies(method, population))
        return assay_fail(context, ASSAY_EDOM, "an argument is outside its domain");
    start_cells(&s, out);
    if (s.n == 0 || s.n == population)
        return ASSAY_OK;
    return form_for(method, population)(context, &s, out);
}
