/* finite.h -- exact limits for the marked cases of a finite population. */
#ifndef ASSAY_PROB_FINITE_H
#define ASSAY_PROB_FINITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/*
** Symbols: N population, M of its cases are marked, n are drawn without replacement, X of those are
** marked: hypergeometric. Limits are counts of marked cases, not shares. x is a value of X; no case
** drawn that is marked (x = 0) and all of them (x = n) are its ends.
** ASSAY_EDOM everywhere: N above ASSAY_FINITE_MOST, n or M above N, x above n, a tail or a
** confidence outside (0, 1), NaN. Results are untouched then.
*/
#define ASSAY_FINITE_MOST UINT64_C(2147483647) /* products of two counts stay exact */

/*
** lower = P(X <= k), upper = P(X > k); k may be any count. The smaller of the two is good to about
** 1e-14 relative, neither is got from the other when small.
** Method: the saddle-point form of the density (Loader 2000), in which no logarithm of a factorial
** is subtracted from another, and terms by their ratios away from the mode.
*/
assay_status assay_hyper_tails(uint64_t k, uint64_t population, uint64_t marked, uint64_t n,
                               double *lower, double *upper);

/*
** What a tail probability must exceed, and a coverage must reach: both sides may be the same
** fraction, of which rounding must not make two. What is equal is not greater. A tail that was got
** from a confidence is known to 2^-54 at best, which is allowed for too.
*/
#define ASSAY_TIE 1e-12

/*
** hyper_tail: the least M with P(X >= x | M) > tail, the largest with P(X <= x | M) > tail. Two
** limits with half of 1 - confidence as the tail are the test-inverting interval; one with all of
** it is the one-sided limit. lower = 0 for x = 0, upper = N for x = n, n = N gives x. The lower
** limit rises in x and falls in n, and upper(x) = N - lower(n - x).
** Sources: Katz (1953), JASA 48, 256-261; Konijn (1973); Buonaccorsi (1987), The American
** Statistician 41, 215-218.
*/
assay_status assay_hyper_tail_lower(uint64_t x, uint64_t n, uint64_t population, double tail,
                                    uint64_t *lower);
assay_status assay_hyper_tail_upper(uint64_t x, uint64_t n, uint64_t population, double tail,
                                    uint64_t *upper);

/* The lower limits of every x: lower[n + 1]. In N + n steps, or n searches where that is less. */
assay_status assay_hyper_tail_all(uint64_t n, uint64_t population, double tail, uint64_t lower[]);

/*
** hyper_wang: from the hyper_tail intervals at (1 - confidence) / 2, the middle x first, each end
** is pulled in case by case as long as every M stays covered with at least the confidence, and not
** past the one-sided limit; x and n - x mirror each other. lower[n + 1] as above. Stops with
** *within false at the first interval that is wider than `widest` cases, lower then being
** unfinished; UINT64_MAX finishes. ASSAY_ENUMERIC: N n above ASSAY_WANG_MOST.
** Source: Wang (2015), JASA 110, 1491-1499.
*/
#define ASSAY_WANG_MOST UINT64_C(10000000)
assay_status assay_hyper_wang(assay_context *context, uint64_t n, uint64_t population,
                              double confidence, uint64_t widest, uint64_t lower[], bool *within);

#endif
