/* stratified.h -- limits for the total of a population in strata, from their definitions. */
#ifndef ASSAY_TESTS_STRATIFIED_H
#define ASSAY_TESTS_STRATIFIED_H

#include "check.h"
#include "exact.h"

#include "prob/stratified.h"

enum { MAX_STRATA = 12 };

typedef assay_stratum_count count;

static assay_context context;

/* ---- the same by definition ---- */

/* A tail of part / of, whose double is part / of. */
struct tail {
    unsigned part, of;
};

/* sum N_h X_h / n_h times all n_h, over strata of which something was drawn */
static inline uint64_t statistic(size_t n, const count c[], const uint64_t x[])
{
    uint64_t sum = 0;
    for (size_t h = 0; h < n; h++) {
        uint64_t term = c[h].population * x[h];
        for (size_t g = 0; g < n; g++)
            if (g != h && c[g].n > 0)
                term *= c[g].n;
        sum += c[h].n > 0 ? term : 0;
    }
    return sum;
}

/* The next of all vectors from low to high; false after the last. */
static inline bool next_vector(size_t n, uint64_t v[], const uint64_t low[], const uint64_t high[])
{
    for (size_t h = 0; h < n; h++) {
        if (v[h]++ < high[h])
            return true;
        v[h] = low[h];
    }
    return false;
}

static inline uint64_t total(size_t n, const uint64_t v[])
{
    uint64_t sum = 0;
    for (size_t h = 0; h < n; h++)
        sum += v[h];
    return sum;
}

/* Samples of all that are drawn, and of those with x marked. */
static inline uint64_t all_ways(size_t n, const count c[])
{
    uint64_t ways = 1;
    for (size_t h = 0; h < n; h++)
        ways *= exact_choose[c[h].population][c[h].n];
    return ways;
}

static inline uint64_t ways(size_t n, const count c[], const uint64_t M[], const uint64_t x[])
{
    uint64_t product = 1;
    for (size_t h = 0; h < n; h++)
        product *= exact_ways((int)c[h].population, (int)M[h], (int)c[h].n, (int)x[h]);
    return product;
}

/* Whether this split is rejected by T as having too many (sign 1) or too few (-1) marked cases. */
static inline bool exact_rejects(size_t n, const count c[], const uint64_t M[], int sign,
                                 struct tail a)
{
    uint64_t x[MAX_STRATA] = {0}, most[MAX_STRATA], low[MAX_STRATA] = {0}, seen[MAX_STRATA],
             sum = 0;
    for (size_t h = 0; h < n; h++) {
        most[h] = c[h].n;
        seen[h] = c[h].x;
    }
    const uint64_t t = statistic(n, c, seen);
    do {
        const uint64_t value = statistic(n, c, x);
        if (sign > 0 ? value <= t : value >= t)
            sum += ways(n, c, M, x);
    } while (next_vector(n, x, low, most));
    return sum * a.of <= all_ways(n, c) * a.part;
}

/* The same by Fisher's sum; Erlang's tail. */
static inline bool combined_rejects(size_t n, const count c[], const uint64_t M[], int sign,
                                    struct tail a)
{
    long double y = 0, term = 1, sum = 0;
    int open = 0;
    for (size_t h = 0; h < n; h++) {
        const int N = (int)c[h].population, k = (int)c[h].n, x = (int)c[h].x;
        const uint64_t tail =
            sign > 0 ? exact_sum(N, (int)M[h], k, 0, x) : exact_sum(N, (int)M[h], k, x, k);
        y -= logl((long double)tail / (long double)exact_choose[N][k]);
        open += c[h].n > 0 && c[h].n < c[h].population;
    }
    if (open == 0)
        return false;
    for (int i = 0; i < open; i++, term *= y / i)
        sum += term;
    return expl(-y) * sum <= (long double)a.part / a.of * (1 + 1e-12L);
}

typedef bool rejection(size_t n, const count c[], const uint64_t M[], int sign, struct tail a);

/* The extreme total of all splits that the sample allows and that are not rejected. */
static inline uint64_t limit_by_definition(rejection *rejects, size_t n, const count c[], int sign,
                                           struct tail a)
{
    uint64_t low[MAX_STRATA], high[MAX_STRATA], M[MAX_STRATA], limit = sign > 0 ? 0 : UINT64_MAX;
    for (size_t h = 0; h < n; h++) {
        M[h] = low[h] = c[h].x;
        high[h] = c[h].population - (c[h].n - c[h].x);
    }
    do {
        const uint64_t sum = total(n, M);
        if ((sign > 0 ? sum > limit || limit == 0 : sum < limit) && !rejects(n, c, M, sign, a))
            limit = sum;
    } while (next_vector(n, M, low, high));
    return limit;
}

/* ---- the methods ---- */

static const struct method {
    assay_stratified_limit *lower, *upper;
    rejection *rejects;
} methods[] = {
    {assay_exact_lower, assay_exact_upper, exact_rejects},
    {assay_combined_lower, assay_combined_upper, combined_rejects},
};
enum { METHODS = 2 };

static const struct tail tails[] = {{1, 10}, {1, 40}, {1, 5}, {1, 20}};

static inline uint64_t limit_of(assay_stratified_limit *f, size_t n, const count c[], double tail)
{
    uint64_t limit = 42;
    const assay_status status = f(&context, n, c, tail, &limit);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return limit;
}

static inline double share(struct tail a)
{
    return (double)a.part / a.of;
}

#endif
