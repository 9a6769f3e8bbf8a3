/* finite.c -- exact limits for the marked cases of a finite population: by tails. */
#include "prob/finite.h"

#include <float.h>
#include <math.h>

#include "prob/dist.h"

/* ---- one limit ------------------------------------------------------------------------------ */

struct test {
    uint64_t N, n;
    double own; /* of P(X = x), the part that counts towards the tail: all of it, or half */
    double bar; /* the tail probability must be above this */
    double z;   /* the normal quantile of the tail */
};

double assay_hyper_bar(double tail)
{
    /* 1 - confidence has the rounding of the confidence, however small it is */
    return tail * (1 + ASSAY_TIE) + DBL_EPSILON / 4;
}

static struct test test_of(uint64_t N, uint64_t n, double own, double tail)
{
    return (struct test){N, n, own, assay_hyper_bar(tail), assay_normal_upper(tail)};
}

/* The Wilson limit at x, less half a case where all of x counts: a case or two off as a rule. */
static double first_guess(const struct test *t, uint64_t x)
{
    const double N = (double)t->N, n = (double)t->n, p = ((double)x + 0.5 - t->own) / n;
    const double k = t->z * t->z * (N - n) / (n * (N - 1));
    const double arm = sqrt(k * (p * (1 - p) + k / 4));
    return N * (p + k / 2 - (t->z > 0 ? arm : -arm)) / (1 + k);
}

/* M to try next: Newton on the logarithm of the tail, then the case beside where it leads. */
static double next_guess(const struct test *t, uint64_t M, uint64_t x, double here, double tail)
{
    const double slope = here * (double)x / (double)M; /* of the tail, about, per case */
    const double at = (double)M + log(t->bar / tail) * tail / slope;
    return tail > t->bar ? ceil(at) - 1 : floor(at) + 1;
}

/* `guess` if it lies between the two, else the nearest that does; the middle for NaN. */
static uint64_t inside(double guess, uint64_t fails, uint64_t passes)
{
    if (isnan(guess))
        return fails + (passes - fails) / 2;
    if (guess <= (double)fails)
        return fails + 1;
    return guess >= (double)passes ? passes - 1 : (uint64_t)guess;
}

/* The least M whose tail is above the bar, n < N. Every fourth step bisects, so it ends. */
static uint64_t lower_limit(const struct test *t, uint64_t x)
{
    if (x == 0)
        return 0;
    uint64_t fails = x - 1, passes = t->N - (t->n - x);
    double guess = first_guess(t, x);
    for (int step = 1; passes - fails > 1; step++) {
        const uint64_t M = inside(step % 4 == 0 ? (double)NAN : guess, fails, passes);
        const assay_hyper h = {t->N, M, t->n};
        const assay_hyper_parts parts = assay_hyper_split(&h, x);
        const double tail = parts.upward - (1 - t->own) * parts.here;
        *(tail > t->bar ? &passes : &fails) = M;
        guess = next_guess(t, M, x, parts.here, tail);
    }
    return passes;
}

static bool is_question(uint64_t x, uint64_t n, uint64_t population, double tail)
{
    return population <= ASSAY_FINITE_MOST && n <= population && x <= n && tail > 0 && tail < 1;
}

static assay_status lower_of(uint64_t x, uint64_t n, uint64_t population, double own, double tail,
                             uint64_t *lower)
{
    if (!is_question(x, n, population, tail))
        return ASSAY_EDOM;
    const struct test t = test_of(population, n, own, tail);
    *lower = n == population ? x : lower_limit(&t, x);
    return ASSAY_OK;
}

static assay_status upper_of(uint64_t x, uint64_t n, uint64_t population, double own, double tail,
                             uint64_t *upper)
{
    uint64_t mirrored;
    if (x > n)
        return ASSAY_EDOM;
    const assay_status status = lower_of(n - x, n, population, own, tail, &mirrored);
    if (status == ASSAY_OK)
        *upper = population - mirrored;
    return status;
}

assay_status assay_hyper_tail_lower(uint64_t x, uint64_t n, uint64_t population, double tail,
                                    uint64_t *lower)
{
    return lower_of(x, n, population, 1, tail, lower);
}

assay_status assay_hyper_tail_upper(uint64_t x, uint64_t n, uint64_t population, double tail,
                                    uint64_t *upper)
{
    return upper_of(x, n, population, 1, tail, upper);
}

assay_status assay_hyper_mid_p_lower(uint64_t x, uint64_t n, uint64_t population, double tail,
                                     uint64_t *lower)
{
    return lower_of(x, n, population, 0.5, tail, lower);
}

assay_status assay_hyper_mid_p_upper(uint64_t x, uint64_t n, uint64_t population, double tail,
                                     uint64_t *upper)
{
    return upper_of(x, n, population, 0.5, tail, upper);
}

/* ---- the limits of every x ------------------------------------------------------------------ */

/*
** A walk along the border between what fails and what passes: M goes up until x passes, then x goes
** up. With k = x - 1, the tail gains P(X = k | M) (n - k) / (N - M) by one more marked case, and
** loses P(X = x | M) by one more x. Where that is too close to call, and now and then against the
** rounding that gathers, the tail is summed afresh.
*/
struct walk {
    assay_hyper at;
    uint64_t x;
    double tail, before; /* P(X >= x), P(X = x - 1) */
    int steps;           /* since they were summed */
};

static void sum_afresh(struct walk *w)
{
    w->tail = assay_hyper_split(&w->at, w->x).upward;
    w->before = assay_hyper_split(&w->at, w->x - 1).here;
    w->steps = 0;
}

static void mark_one_more(struct walk *w)
{
    const double N = (double)w->at.N, M = (double)w->at.M, n = (double)w->at.n;
    const double k = (double)(w->x - 1), share = w->before / ((M + 1 - k) * (N - M));
    w->tail += share * (n - k) * (M + 1 - k);
    w->before = share * (M + 1) * (N - M - n + k);
    w->at.M++;
    w->steps++;
}

static void ask_one_more(struct walk *w)
{
    if (w->before == 0 || w->x > assay_hyper_most(&w->at)) {
        w->x++;
        sum_afresh(w);
        return;
    }
    w->before *= assay_hyper_ratio_up(&w->at, w->x - 1);
    w->tail -= w->before;
    w->x++;
    w->steps++;
}

static bool passes(struct walk *w, double bar)
{
    if (w->steps > 4096 || !(fabs(w->tail - bar) > 1e-9 * bar + 1e-12))
        sum_afresh(w);
    return w->tail > bar;
}

static void walk_border(const struct test *t, uint64_t lower[])
{
    struct walk w = {.at = {t->N, 1, t->n}, .x = 1};
    lower[0] = 0;
    if (t->n == 0)
        return;
    sum_afresh(&w);
    for (;;) {
        while (w.at.M < t->N - (t->n - w.x) && !passes(&w, t->bar)) /* there it is certain */
            mark_one_more(&w);
        lower[w.x] = w.at.M;
        if (w.x == t->n)
            return;
        ask_one_more(&w);
    }
}

/* A search takes about as long as so many steps of the walk. */
static const uint64_t steps_of_search = 200;

assay_status assay_hyper_tail_all(uint64_t n, uint64_t population, double tail, uint64_t lower[])
{
    if (!is_question(0, n, population, tail))
        return ASSAY_EDOM;
    const struct test t = test_of(population, n, 1, tail);
    if (n < population && population < n * steps_of_search) {
        walk_border(&t, lower);
        return ASSAY_OK;
    }
    for (uint64_t x = 0; x <= n; x++)
        lower[x] = n == population ? x : lower_limit(&t, x);
    return ASSAY_OK;
}
