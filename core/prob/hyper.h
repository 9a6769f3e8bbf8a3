/* hyper.h -- the hypergeometric distribution: marked cases among those drawn. */
#ifndef ASSAY_PROB_HYPER_H
#define ASSAY_PROB_HYPER_H

#include <stdint.h>

#include "base/status.h"

/*
** Symbols: N population, M of its cases are marked, n are drawn without replacement, X of those are
** marked.
*/
#define ASSAY_FINITE_MOST UINT64_C(2147483647) /* products of two counts stay exact */

/*
** lower = P(X <= k), upper = P(X > k); k may be any count. The smaller of the two is good to about
** 1e-14 relative, neither is got from the other when small.
** ASSAY_EDOM: N above ASSAY_FINITE_MOST, n or M above N. Results are untouched then.
** Method: the saddle-point form of the density (Loader 2000), in which no logarithm of a factorial
** is subtracted from another, and terms by their ratios away from the mode.
*/
assay_status assay_hyper_tails(uint64_t k, uint64_t population, uint64_t marked, uint64_t n,
                               double *lower, double *upper);

/* ---- for loops, whose arguments are within those bounds already ---- */

typedef struct assay_hyper {
    uint64_t N, M, n;
} assay_hyper;

/* The fewest marked cases that can be drawn, and the most. */
uint64_t assay_hyper_fewest(const assay_hyper *h);
uint64_t assay_hyper_most(const assay_hyper *h);

/* P(X = x), P(X = x + 1) / P(X = x) and P(X = x - 1) / P(X = x), fewest <= x <= most. */
double assay_hyper_density(const assay_hyper *h, uint64_t x);
double assay_hyper_ratio_up(const assay_hyper *h, uint64_t x);
double assay_hyper_ratio_down(const assay_hyper *h, uint64_t x);

typedef struct assay_hyper_parts {
    double below, upward; /* P(X < x), P(X >= x) */
    double here;          /* P(X = x) */
} assay_hyper_parts;

/* Any x. */
assay_hyper_parts assay_hyper_split(const assay_hyper *h, uint64_t x);

#endif
