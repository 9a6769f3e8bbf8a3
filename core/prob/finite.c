/* finite.c -- exact limits for the marked cases of a finite population. */
#include "prob/finite.h"

#include <float.h>
#include <math.h>

#include "base/memory.h"
#include "prob/dist.h"

static const double two_pi = 6.28318530717958647692528676655900577;

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- the distribution ----------------------------------------------------------------------- */

struct draw {
    uint64_t N, M, n; /* population, marked, drawn */
};

/* The fewest marked cases that can be drawn, and the most. */
static uint64_t fewest(const struct draw *d)
{
    return d->n > d->N - d->M ? d->n - (d->N - d->M) : 0;
}

static uint64_t most(const struct draw *d)
{
    return smaller(d->n, d->M);
}

/* x ln(x/m) + m - x, where apart = x - m has its own digits. */
static double deviance(double x, double m, double apart)
{
    if (x == 0)
        return m;
    if (fabs(apart) >= 0.1 * (x + m))
        return x * log(x / m) - apart;
    const double v = apart / (x + m);
    double sum = apart * v, power = 2 * x * v;
    for (int k = 3;; k += 2) {
        power *= v * v;
        const double next = sum + power / k;
        if (next == sum)
            return sum;
        sum = next;
    }
}

/* ln k! is k ln k - k + ln(root(k)) / 2 + remainder(k), for 0 too. */
static double root(double k)
{
    return k == 0 ? 1 : two_pi * k;
}

static double remainder_of(double k)
{
    return k == 0 ? 0 : assay_stirling_remainder(k);
}

/*
** P(X = x), fewest <= x <= most. Every cell of the table of drawn and marked differs from its
** expectation by the same amount, (x N - n M) / N, whose numerator is an exact integer: so the
** terms k ln k of the nine factorials come down to four deviances that have all their digits.
*/
static double density(const struct draw *d, uint64_t x)
{
    const double N = (double)d->N, M = (double)d->M, n = (double)d->n;
    const double a = (double)x, b = M - a, c = n - a, e = N - M - c;
    const double apart = (double)((int64_t)(x * d->N) - (int64_t)(d->n * d->M)) / N;
    const double deviances = deviance(a, n * M / N, apart) + deviance(b, (N - n) * M / N, -apart) +
                             deviance(c, n * (N - M) / N, -apart) +
                             deviance(e, (N - n) * (N - M) / N, apart);
    const double remainders = remainder_of(M) + remainder_of(N - M) + remainder_of(n) +
                              remainder_of(N - n) - remainder_of(N) - remainder_of(a) -
                              remainder_of(b) - remainder_of(c) - remainder_of(e);
    const double roots = root(M) / root(a) * (root(N - M) / root(b)) * (root(n) / root(c)) *
                         (root(N - n) / root(e)) / root(N);
    return exp(remainders - deviances) * sqrt(roots);
}

/* P(X = k + 1) / P(X = k), and P(X = k - 1) / P(X = k). */
static double ratio_up(const struct draw *d, uint64_t k)
{
    return (double)(d->M - k) * (double)(d->n - k) /
           ((double)(k + 1) * (double)(d->N - d->M - d->n + k + 1));
}

static double ratio_down(const struct draw *d, uint64_t k)
{
    return (double)k * (double)(d->N - d->M - d->n + k) /
           ((double)(d->M - k + 1) * (double)(d->n - k + 1));
}

/* Kahan's sum: a tail may have 100,000 terms. */
struct sum {
    double total, carry;
};

/* False when what follows is nothing beside the total. */
static bool add(struct sum *sum, double term)
{
    const double y = term - sum->carry, total = sum->total + y;
    sum->carry = (total - sum->total) - y;
    sum->total = total;
    return term > 1e-20 * total;
}

/* Densities from x on, of which `term` is the first, away from the mode. */
static double sum_up(const struct draw *d, uint64_t x, double term)
{
    struct sum sum = {0, 0};
    for (uint64_t k = x; add(&sum, term) && k < most(d); k++)
        term *= ratio_up(d, k);
    return sum.total;
}

static double sum_down(const struct draw *d, uint64_t x, double term)
{
    struct sum sum = {0, 0};
    for (uint64_t k = x; add(&sum, term) && k > fewest(d); k--)
        term *= ratio_down(d, k);
    return sum.total;
}

struct tails {
    double below, upward; /* P(X < x), P(X >= x) */
    double here;          /* P(X = x) */
};

static struct tails tails_at(const struct draw *d, uint64_t x)
{
    if (x > most(d))
        return (struct tails){1, 0, 0};
    if (x < fewest(d))
        return (struct tails){0, 1, 0};
    const double here = density(d, x);
    if (x == fewest(d))
        return (struct tails){0, 1, here};
    if ((double)x * ((double)d->N + 2) > ((double)d->n + 1) * ((double)d->M + 1)) {
        const double upward = sum_up(d, x, here);
        return (struct tails){1 - upward, upward, here};
    }
    const double below = sum_down(d, x - 1, here * ratio_down(d, x));
    return (struct tails){below, 1 - below, here};
}

assay_status assay_hyper_tails(uint64_t k, uint64_t population, uint64_t marked, uint64_t n,
                               double *lower, double *upper)
{
    if (population > ASSAY_FINITE_MOST || marked > population || n > population)
        return ASSAY_EDOM;
    const struct draw d = {population, marked, n};
    const struct tails tails = tails_at(&d, smaller(k, population) + 1);
    *lower = tails.below;
    *upper = tails.upward;
    return ASSAY_OK;
}

/* ---- one limit ------------------------------------------------------------------------------ */

struct test {
    uint64_t N, n;
    double bar; /* the tail probability must be above this */
    double z;   /* the normal quantile of the tail */
};

static struct test test_of(uint64_t N, uint64_t n, double tail)
{
    /* 1 - confidence has the rounding of the confidence, however small it is */
    const double bar = tail * (1 + ASSAY_TIE) + DBL_EPSILON / 4;
    return (struct test){N, n, bar, assay_normal_upper(tail)};
}

/* The Wilson limit at x - 1/2, corrected for the population: a case or two off as a rule. */
static double first_guess(const struct test *t, uint64_t x)
{
    const double N = (double)t->N, n = (double)t->n, p = ((double)x - 0.5) / n;
    const double k = t->z * t->z * (N - n) / (n * (N - 1));
    const double arm = sqrt(k * (p * (1 - p) + k / 4));
    return N * (p + k / 2 - (t->z > 0 ? arm : -arm)) / (1 + k);
}

/* M to try next: Newton on the logarithm of the tail, then the case beside where it leads. */
static double next_guess(const struct test *t, uint64_t M, uint64_t x, const struct tails *tails)
{
    const double slope = tails->here * (double)x / (double)M; /* of the tail, per case */
    const double at = (double)M + log(t->bar / tails->upward) * tails->upward / slope;
    return tails->upward > t->bar ? ceil(at) - 1 : floor(at) + 1;
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

/* The least M with P(X >= x | M) above the bar, n < N. Every fourth step bisects, so it ends. */
static uint64_t lower_limit(const struct test *t, uint64_t x)
{
    if (x == 0)
        return 0;
    uint64_t fails = x - 1, passes = t->N - (t->n - x);
    double guess = first_guess(t, x);
    for (int step = 1; passes - fails > 1; step++) {
        const uint64_t M = inside(step % 4 == 0 ? (double)NAN : guess, fails, passes);
        const struct draw d = {t->N, M, t->n};
        const struct tails tails = tails_at(&d, x);
        *(tails.upward > t->bar ? &passes : &fails) = M;
        guess = next_guess(t, M, x, &tails);
    }
    return passes;
}

static bool is_question(uint64_t x, uint64_t n, uint64_t population, double tail)
{
    return population <= ASSAY_FINITE_MOST && n <= population && x <= n && tail > 0 && tail < 1;
}

assay_status assay_hyper_tail_lower(uint64_t x, uint64_t n, uint64_t population, double tail,
                                    uint64_t *lower)
{
    if (!is_question(x, n, population, tail))
        return ASSAY_EDOM;
    const struct test t = test_of(population, n, tail);
    *lower = n == population ? x : lower_limit(&t, x);
    return ASSAY_OK;
}

assay_status assay_hyper_tail_upper(uint64_t x, uint64_t n, uint64_t population, double tail,
                                    uint64_t *upper)
{
    uint64_t mirrored;
    if (x > n)
        return ASSAY_EDOM;
    const assay_status status = assay_hyper_tail_lower(n - x, n, population, tail, &mirrored);
    if (status == ASSAY_OK)
        *upper = population - mirrored;
    return status;
}

/* ---- the limits of every x ------------------------------------------------------------------ */

/*
** A walk along the border between what fails and what passes: M goes up until x passes, then x goes
** up. With k = x - 1, the tail gains P(X = k | M) (n - k) / (N - M) by one more marked case, and
** loses P(X = x | M) by one more x. Where that is too close to call, and now and then against the
** rounding that gathers, the tail is summed afresh.
*/
struct walk {
    struct draw at;
    uint64_t x;
    double tail, before; /* P(X >= x), P(X = x - 1) */
    int steps;           /* since they were summed */
};

static void sum_afresh(struct walk *w)
{
    const struct tails here = tails_at(&w->at, w->x), one_less = tails_at(&w->at, w->x - 1);
    w->tail = here.upward;
    w->before = one_less.here;
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
    if (w->before == 0 || w->x > most(&w->at)) {
        w->x++;
        sum_afresh(w);
        return;
    }
    w->before *= ratio_up(&w->at, w->x - 1);
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
    const struct test t = test_of(population, n, tail);
    if (n < population && population < n * steps_of_search) {
        walk_border(&t, lower);
        return ASSAY_OK;
    }
    for (uint64_t x = 0; x <= n; x++)
        lower[x] = n == population ? x : lower_limit(&t, x);
    return ASSAY_OK;
}

/* ---- hyper_wang ----------------------------------------------------------------------------- */

struct wang {
    assay_context *context;
    uint64_t N, n;
    double level;
    uint64_t *start; /* the hyper_tail limits; start[n + 1] */
    uint64_t *last;  /* the one-sided limits */
    double *covered; /* of M and N - M alike, by the smaller; NaN: not yet summed */
    uint64_t tried;
};

/* The largest x whose first interval begins at M or below. */
static uint64_t last_begun(const struct wang *w, uint64_t M)
{
    uint64_t low = 0, high = w->n; /* start[0] is 0 */
    while (low < high) {
        const uint64_t middle = low + (high - low + 1) / 2;
        if (w->start[middle] <= M)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* The probability of the x whose first intervals hold M: both tails left out are small. */
static double covered_at_first(const struct wang *w, uint64_t M)
{
    const struct draw d = {w->N, M, w->n};
    const uint64_t high = last_begun(w, M), low = w->n - last_begun(w, w->N - M);
    return 1 - tails_at(&d, low).below - tails_at(&d, high + 1).upward;
}

/*
** Takes the lowest M from the interval of x, and N - M from that of n - x, if all stays covered.
** N - M is as well covered as M; where the two are one, it loses both x and n - x.
*/
static bool pull_in(struct wang *w, uint64_t x, uint64_t lower[])
{
    const uint64_t M = lower[x], mirror = w->n - x, taken = x == mirror ? 2 : 1;
    if (M >= w->last[x] || M + taken > w->N - lower[mirror])
        return false; /* something of it stays */
    double *covered = &w->covered[smaller(M, w->N - M)];
    if (isnan(*covered))
        *covered = covered_at_first(w, M);
    const struct draw d = {w->N, M, w->n};
    double lost = density(&d, x);
    if (2 * M == w->N && x != mirror)
        lost *= 2;
    if (!(*covered - lost >= w->level * (1 - ASSAY_TIE)))
        return false;
    *covered -= lost;
    lower[x]++;
    return true;
}

static assay_status pull_in_all(struct wang *w, uint64_t x, uint64_t lower[])
{
    while (pull_in(w, x, lower))
        if (++w->tried % 4096 == 0 && assay_poll(w->context, 0, 0) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    return assay_poll(w->context, 0, 0);
}

/* From the middle outwards. */
static assay_status pull_in_each(struct wang *w, uint64_t widest, uint64_t lower[], bool *within)
{
    for (uint64_t x = w->n / 2 + 1; x-- > 0;) {
        assay_status status = pull_in_all(w, x, lower);
        if (status == ASSAY_OK)
            status = pull_in_all(w, w->n - x, lower);
        if (status != ASSAY_OK)
            return status;
        if (w->N - lower[w->n - x] - lower[x] > widest) {
            *within = false;
            return ASSAY_OK;
        }
    }
    *within = true;
    return ASSAY_OK;
}

static assay_status start_wang(struct wang *w, double confidence, uint64_t lower[])
{
    const uint64_t n = w->n;
    w->start = assay_alloc_array(n + 1, sizeof *w->start);
    w->last = assay_alloc_array(n + 1, sizeof *w->last);
    w->covered = assay_alloc_array(w->N / 2 + 1, sizeof *w->covered);
    if (w->start == NULL || w->last == NULL || w->covered == NULL)
        return assay_fail_memory(w->context);
    assay_hyper_tail_all(n, w->N, (1 - confidence) / 2, w->start);
    assay_hyper_tail_all(n, w->N, 1 - confidence, w->last);
    for (uint64_t x = 0; x <= n; x++)
        lower[x] = w->start[x];
    for (uint64_t M = 0; M <= w->N / 2; M++)
        w->covered[M] = NAN;
    return ASSAY_OK;
}

assay_status assay_hyper_wang(assay_context *context, uint64_t n, uint64_t population,
                              double confidence, uint64_t widest, uint64_t lower[], bool *within)
{
    if (!is_question(0, n, population, confidence))
        return assay_fail(context, ASSAY_EDOM, "an argument is outside its domain");
    if (population * (n + 1) > ASSAY_WANG_MOST)
        return assay_fail(context, ASSAY_ENUMERIC,
                          "hyper_wang is for a population times a sample of at most 10000000, and "
                          "%llu times %llu is more: take hyper_tail",
                          (unsigned long long)population, (unsigned long long)n);
    struct wang w = {.context = context, .N = population, .n = n, .level = confidence};
    assay_status status = start_wang(&w, confidence, lower);
    if (status == ASSAY_OK)
        status = pull_in_each(&w, widest, lower, within);
    assay_free(w.start);
    assay_free(w.last);
    assay_free(w.covered);
    return status;
}
