/* dist_beta.c -- tails and quantiles of the beta distribution, one or many at a time. */
#include "prob/dist.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "prob/lanes.h"

/*
** What is found out about as many points as there are lanes; `width` of them are in use. Shapes are
** turned so that p, the probability below x, is at most 1/2. y = 1 - x is carried beside x: each
** has all its digits however small it is.
*/
struct group {
    double a[ASSAY_LANES], b[ASSAY_LANES];
    double x[ASSAY_LANES], y[ASSAY_LANES];
    double peak[ASSAY_LANES];     /* ln of the density of logit(x) at the mean */
    double density[ASSAY_LANES];  /* its logarithm at x: ln [ x^a y^b / B(a,b) ] */
    double fraction[ASSAY_LANES]; /* the density is this many times the tail on one side of x: */
    double below[ASSAY_LANES];    /* the lower tail where 1, the upper one where 0 */
    double done[ASSAY_LANES];
    size_t index[ASSAY_LANES]; /* whose result this is */
};

static bool is_shape(double a)
{
    return a > 0 && a <= DBL_MAX; /* so that NaN fails */
}

/* ---- the density ---------------------------------------------------------------------------- */

static const double one_by_two_pi = 0.159154943091895335768883763372514362;

ASSAY_INLINE double large_remainders(double a, double b)
{
    return assay_lane_remainder(assay_lane_most(a + b, 15)) -
           assay_lane_remainder(assay_lane_most(a, 15)) -
           assay_lane_remainder(assay_lane_most(b, 15));
}

static double remainders(double a, double b)
{
    return assay_stirling_remainder(a + b) - assay_stirling_remainder(a) -
           assay_stirling_remainder(b);
}

ASSAY_INLINE void find_peaks(size_t width, struct group *g)
{
    double small[ASSAY_LANES];
    for (size_t l = 0; l < width; l++) {
        const double a = g->a[l], b = g->b[l];
        g->peak[l] = 0.5 * assay_lane_log(a / (a + b) * b * one_by_two_pi);
        small[l] = large_remainders(a, b);
    }
    for (size_t l = 0; l < width; l++)
        if (g->a[l] < 15 || g->b[l] < 15)
            small[l] = remainders(g->a[l], g->b[l]);
    for (size_t l = 0; l < width; l++)
        g->peak[l] += small[l];
}

/* By Loader's expansion about the mean (dist.h): the deviances have all their digits. */
ASSAY_INLINE void find_densities(size_t width, struct group *g)
{
    for (size_t l = 0; l < width; l++) {
        const double a = g->a[l], b = g->b[l], n = a + b, apart = a * g->y[l] - b * g->x[l];
        g->density[l] = g->peak[l] - assay_lane_deviance(a, n * g->x[l], apart) -
                        assay_lane_deviance(b, n * g->y[l], -apart);
    }
}

/* ---- the tail ------------------------------------------------------------------------------- */

/*
** f with I_x(a,b) = x^a y^b / (B(a,b) f), for x below about the mean: the even part of DLMF 8.17.22
** (Didonato & Morris 1992), by the recurrence of numerators p and denominators q, four terms for
** each division by q. Converges in O(sqrt(max(a,b))) terms.
*/
struct terms {
    double a[ASSAY_LANES], b[ASSAY_LANES], x[ASSAY_LANES], y[ASSAY_LANES], lead[ASSAY_LANES];
    double p[ASSAY_LANES], q[ASSAY_LANES], p_before[ASSAY_LANES], q_before[ASSAY_LANES];
    double live[ASSAY_LANES]; /* 0 where the fraction stays as it is */
};

/* The m-th term; r = x / (a + 2m - 1), and for the next m behind it. */
ASSAY_INLINE void add_term(const struct terms *t, size_t l, double m, double *r, double *p,
                           double *q, double p_now, double q_now)
{
    const double a = t->a[l], b = t->b[l], rest = m * (b - m) * *r, next = 1 / (a + 2 * m + 1);
    const double top = (a + m - 1) * *r * (a + b + m - 1) * rest;
    const double bottom = m + rest + (a + m) * (t->lead[l] + m * (1 + t->y[l])) * next;
    *p = bottom * p_now + top * *p;
    *q = bottom * q_now + top * *q;
    *r = t->x[l] * next;
}

ASSAY_INLINE void add_four_terms(size_t width, double m, struct terms *t, double fraction[])
{
    for (size_t l = 0; l < width; l++) {
        double r = t->x[l] / (t->a[l] + 2 * m + 1);
        double p0 = t->p_before[l], q0 = t->q_before[l], p1 = t->p[l], q1 = t->q[l];
        add_term(t, l, m + 1, &r, &p0, &q0, p1, q1);
        add_term(t, l, m + 2, &r, &p1, &q1, p0, q0);
        add_term(t, l, m + 3, &r, &p0, &q0, p1, q1);
        add_term(t, l, m + 4, &r, &p1, &q1, p0, q0);
        const double scale = 1 / q1, before = fraction[l], now = p1 * scale;
        fraction[l] = t->live[l] > 0 ? now : before;
        t->live[l] = fabs(now - before) > 4 * DBL_EPSILON * now ? t->live[l] : 0;
        t->p_before[l] = p0 * scale;
        t->q_before[l] = q0 * scale;
        t->p[l] = now;
        t->q[l] = 1;
    }
}

/* The side of x that is away from the mean, as a lower tail. */
ASSAY_INLINE void start_terms(size_t width, struct group *g, struct terms *t)
{
    for (size_t l = 0; l < width; l++) {
        const double a = g->a[l], b = g->b[l], x = g->x[l], y = g->y[l];
        const double below = x * (a + b + 2) < a + 1 ? 1 : 0;
        g->below[l] = below;
        t->a[l] = below > 0 ? a : b;
        t->b[l] = below > 0 ? b : a;
        t->x[l] = below > 0 ? x : y;
        t->y[l] = below > 0 ? y : x;
    }
    for (size_t l = 0; l < width; l++) {
        t->lead[l] = t->a[l] * t->y[l] - t->b[l] * t->x[l] + 1;
        t->p_before[l] = 1;
        t->q_before[l] = 0;
        t->p[l] = g->fraction[l] = t->a[l] * t->lead[l] / (t->a[l] + 1);
        t->q[l] = 1;
        t->live[l] = 1;
    }
}

ASSAY_INLINE double sum_of(size_t width, const double v[])
{
    double sum = 0;
    for (size_t l = 0; l < width; l++)
        sum += v[l];
    return sum;
}

/* Finds density, fraction and below. The fraction is NaN where it does not converge. */
ASSAY_INLINE void evaluate(size_t width, struct group *g)
{
    struct terms t;
    double most = 0;
    find_densities(width, g);
    start_terms(width, g, &t);
    for (size_t l = 0; l < width; l++)
        most = fmax(most, fmax(g->a[l], g->b[l]));
    const double last = fmin(2000 + 20 * sqrt(most), 1e6);
    for (double m = 0; m < last && sum_of(width, t.live) > 0; m += 4)
        add_four_terms(width, m, &t, g->fraction);
    for (size_t l = 0; l < width; l++)
        g->fraction[l] = t.live[l] > 0 ? (double)NAN : g->fraction[l];
}

assay_status assay_beta_cdf(double x, double a, double b, double *lower, double *upper)
{
    if (!(x >= 0 && x <= 1) || !is_shape(a) || !is_shape(b))
        return ASSAY_EDOM;
    double below = x == 1 ? 1 : 0, above = 1 - below;
    if (x > 0 && x < 1) {
        const double least = 1e-290, inside = fmax(x, least);
        struct group g = {.a = {a}, .b = {b}, .x = {inside}, .y = {1 - inside}};
        find_peaks(1, &g);
        evaluate(1, &g);
        double tail = exp(g.density[0]) / g.fraction[0];
        if (x < least) /* where the tail is a power of x to the last digit */
            tail *= exp(a * (log(x) - log(least)));
        below = g.below[0] > 0 ? tail : 1 - tail;
        above = g.below[0] > 0 ? 1 - tail : tail;
    }
    if (isnan(below))
        return ASSAY_ENUMERIC;
    *lower = below;
    *upper = above;
    return ASSAY_OK;
}

/* ---- where to begin ------------------------------------------------------------------------- */

/* What is looked for: p <= 1/2 is the probability below. */
struct goal {
    double log_p, z; /* P(Z > z) = p for a normal Z */
    bool turned;     /* shapes were exchanged, and so are x and y */
};

/* Carter's approximation of the logit, for shapes from 1 on: Abramowitz & Stegun 26.5.22. */
ASSAY_INLINE double normal_logit(const struct goal *goal, double a, double b)
{
    const double by_a = 1 / (2 * assay_lane_most(a, 1) - 1),
                 by_b = 1 / (2 * assay_lane_most(b, 1) - 1);
    const double h = 2 / (by_a + by_b), lambda = (goal->z * goal->z - 3) / 6;
    const double root = sqrt(h + lambda > 0 ? h + lambda : h);
    const double w = goal->z * root / h - (by_b - by_a) * (lambda + 5 / 6.0 - 2 / (3 * h));
    return assay_lane_log(a / b) - 2 * w;
}

/* ln x where the lower tail is x^a / (a B(a,b)), which it is for small x. */
ASSAY_INLINE double power_logarithm(const struct goal *goal, double a, double b, double peak)
{
    const double n = a + b, rest = b * assay_lane_log(b / n);
    return assay_lane_log(a / n) + (goal->log_p + assay_lane_log(a) - peak + rest) / a;
}

#define SMALL_SHAPE 4    /* where the second of them is the better one */
#define TOO_SMALL   -688 /* ln of 1e-299: x counts as 0 */

ASSAY_INLINE void begin(size_t width, const struct goal *goal, struct group *g)
{
    for (size_t l = 0; l < width; l++) {
        const double a = g->a[l], b = g->b[l];
        const double odds = assay_lane_exp(-normal_logit(goal, a, b));
        const double power = power_logarithm(goal, a, b, g->peak[l]);
        const double first = assay_lane_least(assay_lane_exp(power), 0.9);
        const double small = assay_lane_least(first * (1 + (b - 1) * first / (a + 1)), 0.9);
        g->x[l] = a < SMALL_SHAPE ? small : 1 / (1 + odds);
        g->y[l] = a < SMALL_SHAPE ? 1 - small : odds / (1 + odds);
        g->done[l] = a < SMALL_SHAPE && power < TOO_SMALL ? 1 : 0;
    }
    for (size_t l = 0; l < width; l++)
        g->x[l] = g->done[l] > 0 ? 0 : g->x[l];
}

/* ---- one step ------------------------------------------------------------------------------- */

/*
** The step in u = logit(x) to where ln P(X <= x) is the goal. With newton = (goal - here) / h, where
** h = density / P is the slope, and e, g2, g3 as below, it is the series of the inverse function
** to the fourth power. ln P is concave in u, as the density of u is log-concave: so Newton's
** step alone leads to the goal from anywhere, and is taken where the series is no use yet.
*/
#define LONGEST 30
struct step {
    double length;
    double error; /* about what the length may be wrong by */
};

ASSAY_INLINE struct step step_by(double newton, double h, double a, double b, double x, double y)
{
    const double g1 = a * y - b * x, g2 = -(a + b) * x * y, g3 = g2 * (y - x); /* of ln density */
    const double e = g1 - h, e1 = g2 - h * e;                                  /* e and its slope */
    const double q = 2 * e * e + h * e - g2, q1 = (4 * e + h) * e1 + h * e * e - g3;
    const double fourth = (q1 - 3 * e * q) / 24;
    const double series = newton * (1 + newton * (-e / 2 + newton * (q / 6 + newton * fourth)));
    const double size = fabs(newton), bend = fabs(e) + sqrt(-g2), reach = size * (1 + bend);
    const double length = reach < 0.5 ? series : newton, error = size * size * bend * reach * reach;
    return (struct step){assay_lane_least(assay_lane_most(length, -LONGEST), LONGEST),
                         size > LONGEST ? size : error * reach};
}

ASSAY_INLINE void improve(size_t width, const struct goal *goal, struct group *g)
{
    evaluate(width, g);
    for (size_t l = 0; l < width; l++) {
        const double density = assay_lane_exp(g->density[l]), fraction = g->fraction[l];
        const bool below = g->below[l] > 0;
        const double tail = 1 - density / fraction,
                     log_part = assay_lane_log(below ? fraction : tail);
        const double log_tail = below ? g->density[l] - log_part : log_part;
        const double h = below ? fraction : density / tail;
        const struct step step =
            step_by((goal->log_p - log_tail) / h, h, g->a[l], g->b[l], g->x[l], g->y[l]);
        const double odds = assay_lane_exp(step.length), x = g->x[l] * odds, n = g->y[l] + x;
        g->y[l] = g->y[l] / n;
        g->x[l] = x / n;
        g->done[l] = step.error > 1e-15 ? 0 : 1; /* NaN goes no further either */
    }
}

/* ---- one quantile --------------------------------------------------------------------------- */

enum { MOST_STEPS = 60 };

static struct goal goal_of(double p, double tail)
{
    const double least = fmin(p, tail);
    return (struct goal){log(least), assay_normal_upper(least), p > tail};
}

static bool is_question(double p, double tail)
{
    return p > 0 && tail > 0 && p + tail <= 1 + DBL_EPSILON;
}

assay_status assay_beta_pair(double p, double tail, double a, double b, double *x, double *y)
{
    if (!is_question(p, tail) || !is_shape(a) || !is_shape(b))
        return ASSAY_EDOM;
    const struct goal goal = goal_of(p, tail);
    struct group g = {.a = {goal.turned ? b : a}, .b = {goal.turned ? a : b}};
    find_peaks(1, &g);
    begin(1, &goal, &g);
    for (int i = 0; i < MOST_STEPS && !(g.done[0] > 0); i++)
        improve(1, &goal, &g);
    if (!(g.done[0] > 0) || isnan(g.x[0]))
        return ASSAY_ENUMERIC;
    *x = goal.turned ? g.y[0] : g.x[0];
    *y = goal.turned ? g.x[0] : g.y[0];
    return ASSAY_OK;
}

assay_status assay_beta_quantile(double p, double a, double b, double *x)
{
    double y;
    return assay_beta_pair(p, 1 - p, a, b, x, &y);
}

assay_status assay_beta_upper(double tail, double a, double b, double *x)
{
    double y;
    return assay_beta_pair(1 - tail, tail, a, b, x, &y);
}

/* ---- many quantiles ------------------------------------------------------------------------- */

enum { GROUPS = 32, BLOCK = GROUPS * ASSAY_LANES };

ASSAY_CLONES static void begin_groups(const struct goal *goal, size_t n, struct group groups[])
{
    for (size_t i = 0; i < n; i++) {
        find_peaks(ASSAY_LANES, &groups[i]);
        begin(ASSAY_LANES, goal, &groups[i]);
    }
}

ASSAY_CLONES static void improve_groups(const struct goal *goal, size_t n, struct group groups[])
{
    for (size_t i = 0; i < n; i++)
        improve(ASSAY_LANES, goal, &groups[i]);
}

/* Lays `n` pairs of shapes out; lanes that are left over at the end repeat the last. */
static size_t lay_out(const struct goal *goal, size_t n, const double a[], const double b[],
                      struct group groups[])
{
    const size_t n_groups = (n + ASSAY_LANES - 1) / ASSAY_LANES;
    for (size_t i = 0; i < n_groups * ASSAY_LANES; i++) {
        struct group *g = &groups[i / ASSAY_LANES];
        const size_t l = i % ASSAY_LANES, from = i < n ? i : n - 1;
        g->a[l] = goal->turned ? b[from] : a[from];
        g->b[l] = goal->turned ? a[from] : b[from];
        g->index[l] = from;
    }
    return n_groups;
}

static void move_lane(const struct group *from, size_t l, struct group *to, size_t k)
{
    to->a[k] = from->a[l];
    to->b[k] = from->b[l];
    to->x[k] = from->x[l];
    to->y[k] = from->y[l];
    to->peak[k] = from->peak[l];
    to->index[k] = from->index[l];
}

/* Hands out what is done, and moves the other lanes to the front; returns how many there are. */
static size_t keep_unfinished(size_t n, struct group groups[], double x[], double y[])
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct group *g = &groups[i / ASSAY_LANES];
        const size_t l = i % ASSAY_LANES;
        if (g->done[l] > 0) {
            x[g->index[l]] = g->x[l];
            y[g->index[l]] = g->y[l];
        } else {
            move_lane(g, l, &groups[kept / ASSAY_LANES], kept % ASSAY_LANES);
            kept++;
        }
    }
    return kept;
}

/* At most BLOCK of them, x and y of shapes that may be turned; NaN where there is none. */
static void solve_block(const struct goal *goal, size_t n, const double a[], const double b[],
                        double x[], double y[])
{
    struct group groups[GROUPS];
    begin_groups(goal, lay_out(goal, n, a, b, groups), groups);
    size_t left = keep_unfinished(n, groups, x, y);
    for (int i = 0; i < MOST_STEPS && left > 0; i++) {
        improve_groups(goal, (left + ASSAY_LANES - 1) / ASSAY_LANES, groups);
        left = keep_unfinished(left, groups, x, y);
    }
    for (size_t i = 0; i < left; i++) {
        const size_t at = groups[i / ASSAY_LANES].index[i % ASSAY_LANES];
        x[at] = y[at] = NAN;
    }
}

assay_status assay_beta_pairs(double p, double tail, size_t n, const double a[], const double b[],
                              double x[], double y[])
{
    bool found = true;
    if (!is_question(p, tail))
        return ASSAY_EDOM;
    for (size_t i = 0; i < n; i++)
        if (!is_shape(a[i]) || !is_shape(b[i]))
            return ASSAY_EDOM;
    const struct goal goal = goal_of(p, tail);
    for (size_t i = 0; i < n; i += BLOCK)
        solve_block(&goal, n - i < BLOCK ? n - i : BLOCK, a + i, b + i, (goal.turned ? y : x) + i,
                    (goal.turned ? x : y) + i);
    for (size_t i = 0; i < n; i++)
        found = found && !isnan(x[i]);
    return found ? ASSAY_OK : ASSAY_ENUMERIC;
}
