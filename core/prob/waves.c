/* waves.c -- the change between two samples that may have cases in common. */
#include "prob/waves.h"

#include <math.h>

#include "prob/contrast_method.h"
#include "prob/dist.h"

/* A sample's share with its variance and Wilson's limits. */
struct share {
    double p, q, n, variance, lower, upper;
    double spread; /* 1/n - 1/N */
};

struct range {
    double least, most;
};

/* ---- what may be in common ------------------------------------------------------------------- */

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void assay_waves_common(const assay_waves *w, uint64_t *least, uint64_t *most)
{
    const uint64_t n1 = w->first.n, n2 = w->second.n, population = w->first.population;
    *most = smaller(n1, n2);
    *least = w->same && population - n1 < n2 ? n2 - (population - n1) : 0;
}

static uint64_t sum_of(const assay_pairs *p)
{
    return p->both + p->first + p->second + p->neither;
}

static bool is_within(const assay_group *g, uint64_t yes, uint64_t no)
{
    return yes <= g->x && no <= g->n - g->x;
}

static bool are_pairs(const assay_waves *w, const assay_pairs *p)
{
    const uint64_t most = smaller(w->first.n, w->second.n);
    return p->both <= most && p->first <= most && p->second <= most && p->neither <= most &&
           is_within(&w->first, p->both + p->first, p->second + p->neither) &&
           is_within(&w->second, p->both + p->second, p->first + p->neither);
}

/* Samples drawn each from its own list are independent, whoever is on both. */
static bool is_of_two_populations(const assay_waves *w)
{
    return !w->same && (w->first.population != ASSAY_INFINITE ||
                        w->second.population != ASSAY_INFINITE);
}

/* Sets how many are in common, at least and at most; false where that cannot be. */
static bool set_common(const assay_waves *w, uint64_t *least, uint64_t *most)
{
    assay_waves_common(w, least, most);
    if (is_of_two_populations(w))
        *most = 0;
    if (w->common == ASSAY_COMMON_UNKNOWN)
        return true;
    const uint64_t m = w->common == ASSAY_COMMON_PAIRS ? sum_of(&w->pairs) : w->count;
    if (m < *least || m > *most || (w->common == ASSAY_COMMON_PAIRS && !are_pairs(w, &w->pairs)))
        return false;
    *least = *most = m;
    return true;
}

/* ---- correlation ----------------------------------------------------------------------------- */

/* m / (n1 n2) - 1/N: what the covariance of a case's answers counts for in that of the shares. */
static double coupling(const assay_waves *w, uint64_t m)
{
    const double n1 = (double)w->first.n, n2 = (double)w->second.n;
    const bool finite = w->same && w->first.population != ASSAY_INFINITE;
    return (double)m / n1 / n2 - (finite ? 1 / (double)w->first.population : 0);
}

/* The correlations that two answers with shares p1 and p2 can have; 0 where one is always the same. */
static struct range frechet(const struct share *a, const struct share *b)
{
    const double spread = sqrt(a->p * a->q * b->p * b->q);
    if (spread == 0)
        return (struct range){0, 0};
    const double least = fmax(0, a->p - b->q) - a->p * b->p, most = fmin(a->p, b->p) - a->p * b->p;
    return (struct range){fmax(least / spread, -1), fmin(most / spread, 1)};
}

static double correlation(double covariance, double spread)
{
    return spread > 0 ? fmin(fmax(covariance / spread, -1), 1) : 0;
}

/* S12 of the pairs, by their counts of agreement and of change: m^2 times the covariance is whole. */
static double covariance_of(const assay_pairs *p)
{
    const double m = (double)sum_of(p);
    if (m < 2)
        return 0;
    return ((double)p->both * (double)p->neither - (double)p->first * (double)p->second) / m /
           (m - 1);
}

static struct range correlations(const assay_waves *w, const struct share *a, const struct share *b,
                                 uint64_t least, uint64_t most)
{
    if (w->common == ASSAY_COMMON_PAIRS) {
        const double rho = correlation(coupling(w, most) * covariance_of(&w->pairs),
                                       sqrt(a->variance * b->variance));
        return (struct range){rho, rho};
    }
    const struct range r = frechet(a, b);
    const double scale = sqrt(a->spread * b->spread);
    const double low = coupling(w, least), high = coupling(w, most);
    const double ends[] = {low * r.least, low * r.most, high * r.least, high * r.most};
    struct range found = {ends[0], ends[0]};
    for (int i = 1; i < 4; i++) {
        found.least = fmin(found.least, ends[i]);
        found.most = fmax(found.most, ends[i]);
    }
    return (struct range){correlation(found.least, scale), correlation(found.most, scale)};
}

/* ---- methods --------------------------------------------------------------------------------- */

static assay_status share_of(const assay_group *g, double tail, struct share *s)
{
    const double n = (double)g->n, population = (double)g->population;
    const bool endless = g->population == ASSAY_INFINITE;
    const double rest = endless ? 1 : (double)(g->population - g->n) / population;
    *s = (struct share){
        .p = (double)g->x / n, .q = (double)(g->n - g->x) / n, .n = n, .spread = rest / n};
    s->variance = rest == 0 ? 0 : rest * s->p * s->q / (n - 1);
    return assay_wilson_real(s->p, endless ? n : n * (population - 1) / (population - n), tail,
                             &s->lower, &s->upper);
}

/* sqrt(a^2 + b^2 - 2 rho a b) without the loss of digits near rho = 1. */
static double arm(double a, double b, double rho)
{
    return sqrt((a - b) * (a - b) + 2 * (1 - rho) * a * b);
}

typedef void limits_function(const struct share *a, const struct share *b, double z, double rho,
                             double *lower, double *upper);

static void newcombe(const struct share *a, const struct share *b, double z, double rho,
                     double *lower, double *upper)
{
    const double d = b->p - a->p;
    (void)z;
    *lower = d - arm(b->p - b->lower, a->upper - a->p, rho);
    *upper = d + arm(b->upper - b->p, a->p - a->lower, rho);
}

static void wald(const struct share *a, const struct share *b, double z, double rho, double *lower,
                 double *upper)
{
    const double d = b->p - a->p, width = z * arm(sqrt(a->variance), sqrt(b->variance), rho);
    *lower = d - width;
    *upper = d + width;
}

/* Tango's: whether t is no further from the change than z standard errors. */
struct tango {
    double n, up, down, z; /* pairs; those that changed to yes, and to no */
};

static bool is_near(const void *self, double t)
{
    const struct tango *s = self;
    const double b = -s->up - s->down + (2 * s->n - s->up + s->down) * t;
    const double c = -s->down * t * (1 - t);
    const double root = sqrt(fmax(b * b - 8 * s->n * c, 0));
    const double fall =
        b <= 0 ? (root - b) / (4 * s->n) : -2 * c / (root + b); /* likeliest, to no */
    const double v = s->n * fmax(2 * fall + t * (1 - t), 0);
    return fabs(s->up - s->down - s->n * t) <= s->z * sqrt(v);
}

static void tango(const assay_pairs *p, double z, assay_change *out)
{
    const struct tango s = {(double)sum_of(p), (double)p->second, (double)p->first, z};
    const double d = out->estimate;
    out->lower = d <= -1 ? -1 : contrast_edge(is_near, &s, d, -1);
    out->upper = d >= 1 ? 1 : contrast_edge(is_near, &s, d, 1);
    out->narrow_lower = out->lower;
    out->narrow_upper = out->upper;
}

/* ---- putting together ------------------------------------------------------------------------ */

static bool is_question(const assay_waves *w, assay_waves_method method, double confidence)
{
    const bool all = w->common == ASSAY_COMMON_PAIRS && w->first.n == w->second.n &&
                     sum_of(&w->pairs) == w->first.n;
    return contrast_is_group(&w->first) && contrast_is_group(&w->second) && confidence > 0 &&
           confidence < 1 && (!w->same || w->first.population == w->second.population) &&
           (method != ASSAY_WAVES_TANGO || (all && w->first.population == ASSAY_INFINITE &&
                                            w->second.population == ASSAY_INFINITE));
}

static void clip(assay_change *c)
{
    if (c->lower < -1 || c->upper > 1)
        c->state = ASSAY_INTERVAL_CLIPPED;
    c->lower = c->lower < -1 ? -1 : c->lower;
    c->upper = c->upper > 1 ? 1 : c->upper;
    c->narrow_lower = c->narrow_lower < -1 ? -1 : c->narrow_lower;
    c->narrow_upper = c->narrow_upper > 1 ? 1 : c->narrow_upper;
    if (isnan(c->lower))
        c->state = ASSAY_INTERVAL_UNDEFINED;
}

static assay_status set_limits(const assay_waves *w, assay_waves_method method, double tail,
                               assay_change *c)
{
    struct share a, b;
    const double z = assay_normal_upper(tail);
    assay_status status = share_of(&w->first, tail, &a);
    if (status == ASSAY_OK)
        status = share_of(&w->second, tail, &b);
    if (status != ASSAY_OK)
        return status;
    const struct range rho = correlations(w, &a, &b, c->count_least, c->count_most);
    limits_function *limits = method == ASSAY_WAVES_WALD ? wald : newcombe;
    c->estimate = b.p - a.p;
    c->state = ASSAY_INTERVAL_OK;
    c->rho_least = rho.least;
    c->rho_most = rho.most;
    limits(&a, &b, z, rho.least, &c->lower, &c->upper);
    limits(&a, &b, z, rho.most, &c->narrow_lower, &c->narrow_upper);
    if (method == ASSAY_WAVES_TANGO)
        tango(&w->pairs, z, c);
    clip(c);
    return ASSAY_OK;
}

assay_status assay_waves_change(const assay_waves *waves, assay_waves_method method,
                                double confidence, assay_change *out)
{
    assay_change found = {.estimate = NAN,
                          .lower = -1,
                          .upper = 1,
                          .narrow_lower = -1,
                          .narrow_upper = 1,
                          .rho_least = NAN,
                          .rho_most = NAN,
                          .state = ASSAY_INTERVAL_NO_DATA};
    if (!is_question(waves, method, confidence) ||
        !set_common(waves, &found.count_least, &found.count_most))
        return ASSAY_EDOM;
    if (waves->first.n > 0 && waves->second.n > 0) {
        const assay_status status = set_limits(waves, method, (1 - confidence) / 2, &found);
        if (status != ASSAY_OK)
            return status;
    }
    *out = found;
    return ASSAY_OK;
}
