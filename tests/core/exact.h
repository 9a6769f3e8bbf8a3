/* exact.h -- the hypergeometric distribution and its limits in integers, from their definitions. */
#ifndef ASSAY_TESTS_EXACT_H
#define ASSAY_TESTS_EXACT_H

#include <stdbool.h>
#include <stdint.h>

/* Up to 60 cases, C(60, 30) = 1.2e17 and forty times that fits. */
enum { EXACT_MOST = 60 };

static uint64_t exact_choose[EXACT_MOST + 1][EXACT_MOST + 1];

static inline void exact_init(void)
{
    for (int n = 0; n <= EXACT_MOST; n++)
        for (int k = 0; k <= n; k++)
            exact_choose[n][k] =
                k == 0 || k == n ? 1 : exact_choose[n - 1][k - 1] + exact_choose[n - 1][k];
}

/* The samples of n of N with x of the M marked. */
static inline uint64_t exact_ways(int N, int M, int n, int x)
{
    return x < 0 || x > M || n - x < 0 || n - x > N - M
               ? 0
               : exact_choose[M][x] * exact_choose[N - M][n - x];
}

/* Those with low to high of them. */
static inline uint64_t exact_sum(int N, int M, int n, int low, int high)
{
    uint64_t sum = 0;
    for (int x = low; x <= high; x++)
        sum += exact_ways(N, M, n, x);
    return sum;
}

/* A confidence of yes / of; intervals of all x. */
struct exact {
    int N, n, yes, of;
    int lower[EXACT_MOST + 1], upper[EXACT_MOST + 1];
};

/* Least M with P(X >= x) > (of - yes) / of / parts, largest with P(X <= x) > it. */
static inline int exact_lower(const struct exact *e, int x, unsigned parts)
{
    int M = 0;
    while (exact_sum(e->N, M, e->n, x, e->n) * parts * (unsigned)e->of <=
           exact_choose[e->N][e->n] * (unsigned)(e->of - e->yes))
        M++;
    return M;
}

static inline int exact_upper(const struct exact *e, int x, unsigned parts)
{
    int M = e->N;
    while (exact_sum(e->N, M, e->n, 0, x) * parts * (unsigned)e->of <=
           exact_choose[e->N][e->n] * (unsigned)(e->of - e->yes))
        M--;
    return M;
}

static inline void exact_tail(struct exact *e)
{
    for (int x = 0; x <= e->n; x++) {
        e->lower[x] = exact_lower(e, x, 2);
        e->upper[x] = exact_upper(e, x, 2);
    }
}

/* Least M that x leaves room for with P(X > x) + P(X = x) / 2 > (of - yes) / of / 2, or the last. */
static inline int exact_mid_lower(const struct exact *e, int x)
{
    int M = x;
    while (x > 0 && M < e->N - (e->n - x) &&
           (2 * exact_sum(e->N, M, e->n, x + 1, e->n) + exact_ways(e->N, M, e->n, x)) *
                   (unsigned)e->of <=
               exact_choose[e->N][e->n] * (unsigned)(e->of - e->yes))
        M++;
    return M;
}

static inline void exact_mid_p(struct exact *e)
{
    for (int x = 0; x <= e->n; x++) {
        e->lower[x] = exact_mid_lower(e, x);
        e->upper[x] = e->N - exact_mid_lower(e, e->n - x);
    }
}

/* What makes a count unlikely: the fewer of the samples with up to x and with x or more, or exact_ways. */
typedef uint64_t exact_order(int N, int M, int n, int x);

static inline uint64_t exact_smaller_tail(int N, int M, int n, int x)
{
    const uint64_t low = exact_sum(N, M, n, 0, x), high = exact_sum(N, M, n, x, n);
    return low < high ? low : high;
}

/* The least and the largest M at which counts at most as likely as x are above (of - yes) / of. */
static inline void exact_hull(struct exact *e, exact_order *order)
{
    for (int x = 0; x <= e->n; x++)
        e->lower[x] = -1;
    for (int M = 0; M <= e->N; M++) {
        uint64_t by[EXACT_MOST + 1];
        for (int w = 0; w <= e->n; w++)
            by[w] = order(e->N, M, e->n, w);
        for (int x = 0; x <= e->n; x++) {
            uint64_t sum = 0;
            for (int w = 0; w <= e->n; w++)
                sum += by[w] <= by[x] ? exact_ways(e->N, M, e->n, w) : 0;
            if (sum * (unsigned)e->of <= exact_choose[e->N][e->n] * (unsigned)(e->of - e->yes))
                continue;
            e->lower[x] = e->lower[x] < 0 ? M : e->lower[x];
            e->upper[x] = M;
        }
    }
}

static inline bool exact_covers(const struct exact *e, int M)
{
    uint64_t sum = 0;
    for (int x = 0; x <= e->n; x++)
        if (e->lower[x] <= M && M <= e->upper[x])
            sum += exact_ways(e->N, M, e->n, x);
    return sum * (unsigned)e->of >= exact_choose[e->N][e->n] * (unsigned)e->yes;
}

/* Sets one end of x, and its mirror image of n - x; takes it back if a population is not covered. */
static inline bool exact_try(struct exact *e, int x, int lower, int upper)
{
    const struct exact before = *e;
    e->lower[x] = lower;
    e->upper[x] = upper;
    e->upper[e->n - x] = e->N - lower;
    e->lower[e->n - x] = e->N - upper;
    if (2 * x == e->n) { /* one end moved, so the other must */
        e->lower[x] = lower > before.lower[x] ? lower : e->N - upper;
        e->upper[x] = e->N - e->lower[x];
    }
    bool good = e->lower[x] <= e->upper[x];
    for (int M = 0; M <= e->N; M++)
        good = good && exact_covers(e, M);
    if (!good)
        *e = before;
    return good;
}

/* Wang (2015): the middle first, each end in by one while all are covered. */
static inline void exact_wang(struct exact *e)
{
    exact_tail(e);
    for (int x = e->n / 2; x >= 0; x--) {
        const int last = exact_lower(e, x, 1), first = exact_upper(e, x, 1);
        while (e->lower[x] < last && exact_try(e, x, e->lower[x] + 1, e->upper[x]))
            ;
        while (e->upper[x] > first && exact_try(e, x, e->lower[x], e->upper[x] - 1))
            ;
    }
}

static inline int exact_widest(const struct exact *e)
{
    int widest = 0;
    for (int x = 0; x <= e->n; x++)
        if (e->upper[x] - e->lower[x] > widest)
            widest = e->upper[x] - e->lower[x];
    return widest;
}

#endif
