/* finite_hull.c -- exact limits for the marked cases of a finite population: by two-sided tests. */
#include "prob/finite.h"

#include <math.h>

/*
** Below the M at which x is likeliest, p(M) = P(X >= x) + P(X < k), where the counts under k are
** those on the other side that are at most as likely as x. k never falls as M rises, because
** P(X >= x) gains on P(X <= w), and P(X = x) on P(X = w), w < x (monotone likelihood ratio).
**
** Where k stays the same, p(M) is 1 - P(k <= X < x), and one more marked case changes that by
** [P(X = k-1) (n-k+1) - P(X = x-1) (n-x+1)] / (N-M), which turns from plus to minus once at most:
** p(M) falls, then rises, and its first M above a bar is found by bisection. Over a range in which
** k changes, P(X >= x) at its end and P(X < k) with the k of its end and the M of its start bound
** p(M) from above: what cannot pass is left out, the rest is halved.
*/
struct hull;

/* Whether count w, below x, is at most as likely as x, by the parts of x. */
typedef bool is_as_unlikely(const assay_hyper *h, uint64_t w, const assay_hyper_parts *at_x);

struct hull {
    uint64_t N, n, x;
    double bar;
    is_as_unlikely *belongs;
};

struct point {
    uint64_t M, k;
    double upward, p;
};

static bool by_tail(const assay_hyper *h, uint64_t w, const assay_hyper_parts *at_x)
{
    return assay_hyper_split(h, w + 1).below <= at_x->upward * (1 + ASSAY_TIE);
}

static bool by_density(const assay_hyper *h, uint64_t w, const assay_hyper_parts *at_x)
{
    return w < assay_hyper_fewest(h) || assay_hyper_density(h, w) <= at_x->here * (1 + ASSAY_TIE);
}

/* p at M, whose k is known to be from `low` to `high`. */
static struct point look(const struct hull *t, uint64_t M, uint64_t low, uint64_t high)
{
    const assay_hyper h = {t->N, M, t->n};
    const assay_hyper_parts at_x = assay_hyper_split(&h, t->x);
    while (low < high) {
        const uint64_t middle = low + (high - low + 1) / 2;
        if (t->belongs(&h, middle - 1, &at_x))
            low = middle;
        else
            high = middle - 1;
    }
    return (struct point){M, low, at_x.upward, at_x.upward + assay_hyper_split(&h, low).below};
}

/* The largest p that there can be from a to b. */
static double bound(const struct hull *t, const struct point *a, const struct point *b)
{
    const assay_hyper h = {t->N, a->M, t->n};
    return b->upward + assay_hyper_split(&h, b->k).below;
}

/* a fails, b passes, and between them what fails lies before what passes. */
static uint64_t first_between(const struct hull *t, const struct point *a, const struct point *b)
{
    uint64_t fails = a->M, passes = b->M;
    while (passes - fails > 1) {
        const uint64_t M = fails + (passes - fails) / 2;
        *(look(t, M, a->k, b->k).p > t->bar ? &passes : &fails) = M;
    }
    return passes;
}

/* The first M above a, which fails, up to b that passes; false if there is none. */
static bool find_first(const struct hull *t, const struct point *a, const struct point *b,
                       uint64_t *first)
{
    const bool passes = b->p > t->bar;
    if (b->M - a->M <= 1 || a->k == b->k) {
        if (passes)
            *first = first_between(t, a, b);
        return passes;
    }
    if (!passes && bound(t, a, b) <= t->bar)
        return false;
    const struct point middle = look(t, a->M + (b->M - a->M) / 2, a->k, b->k);
    if (middle.p > t->bar)
        return find_first(t, a, &middle, first);
    return find_first(t, a, &middle, first) || find_first(t, &middle, b, first);
}

/*
** The last M from x on with (n+1) P(X >= x) within the bar, or x. Up to there p is too, because of the
** counts below x that belong none is likelier than P(X >= x), and by_tail not even all of them.
*/
static uint64_t start(const struct hull *t, uint64_t likeliest)
{
    uint64_t low = t->x, high = likeliest;
    while (high - low > 1) {
        const uint64_t M = low + (high - low) / 2;
        const assay_hyper h = {t->N, M, t->n};
        if ((double)(t->n + 1) * assay_hyper_split(&h, t->x).upward <= t->bar)
            low = M;
        else
            high = M;
    }
    return low;
}

/* n < N, 1 <= x; `likeliest` is the least M at which no count is likelier than x. */
static uint64_t hull_limit(const struct hull *t, uint64_t likeliest)
{
    if (t->bar >= 1 || likeliest == t->x)
        return likeliest;
    const struct point a = look(t, start(t, likeliest), 0, t->x);
    const struct point b = {likeliest, t->x, 1, 1};
    uint64_t first = a.M;
    if (a.p <= t->bar)
        find_first(t, &a, &b, &first);
    return first;
}

typedef assay_status lower_function(uint64_t x, uint64_t n, uint64_t population, double confidence,
                                    uint64_t *lower);

static bool is_question(uint64_t x, uint64_t n, uint64_t population, double confidence)
{
    return population <= ASSAY_FINITE_MOST && n <= population && x <= n && confidence > 0 &&
           confidence < 1;
}

static assay_status mirror(lower_function *of, uint64_t x, uint64_t n, uint64_t population,
                           double confidence, uint64_t *upper)
{
    uint64_t lower;
    if (x > n)
        return ASSAY_EDOM;
    const assay_status status = of(n - x, n, population, confidence, &lower);
    if (status == ASSAY_OK)
        *upper = population - lower;
    return status;
}

/* ---- hyper_blaker --------------------------------------------------------------------------- */

assay_status assay_hyper_blaker_lower(uint64_t x, uint64_t n, uint64_t population,
                                      double confidence, uint64_t *lower)
{
    if (!is_question(x, n, population, confidence))
        return ASSAY_EDOM;
    const struct hull t = {population, n, x, assay_hyper_bar(1 - confidence), by_tail};
    uint64_t median = x; /* the least M that has x as a median */
    const assay_status status = assay_hyper_tail_lower(x, n, population, 0.5, &median);
    if (status == ASSAY_OK)
        *lower = x == 0 || n == population ? x : hull_limit(&t, median);
    return status;
}

assay_status assay_hyper_blaker_upper(uint64_t x, uint64_t n, uint64_t population,
                                      double confidence, uint64_t *upper)
{
    return mirror(assay_hyper_blaker_lower, x, n, population, confidence, upper);
}

/* ---- hyper_minlike -------------------------------------------------------------------------- */

assay_status assay_hyper_minlike_lower(uint64_t x, uint64_t n, uint64_t population,
                                       double confidence, uint64_t *lower)
{
    if (!is_question(x, n, population, confidence))
        return ASSAY_EDOM;
    const struct hull t = {population, n, x, assay_hyper_bar(1 - confidence), by_density};
    /* x is a mode from M + 1 = x (N+2) / (n+1) on */
    *lower =
        x == 0 || n == population ? x : hull_limit(&t, (x * (population + 2) + n) / (n + 1) - 1);
    return ASSAY_OK;
}

assay_status assay_hyper_minlike_upper(uint64_t x, uint64_t n, uint64_t population,
                                       double confidence, uint64_t *upper)
{
    return mirror(assay_hyper_minlike_lower, x, n, population, confidence, upper);
}
