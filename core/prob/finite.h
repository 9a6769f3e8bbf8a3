/* finite.h -- exact limits for the marked cases of a finite population. */
#ifndef ASSAY_PROB_FINITE_H
#define ASSAY_PROB_FINITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"
#include "prob/hyper.h"

/*
** Symbols as in hyper.h. Limits are counts of marked cases, not shares. x is a value of X; no case
** drawn that is marked (x = 0) and all of them (x = n) are its ends: lower = 0 for x = 0, upper = N
** for x = n. All marked cases that the draw leaves room for are x <= M <= N - (n - x), and n = N
** gives x. Methods are mirror-symmetric: upper(x) = N - lower(n - x).
** ASSAY_EDOM everywhere: N above ASSAY_FINITE_MOST, n above N, x above n, a tail or a confidence
** outside (0, 1), NaN. Results are untouched then.
*/

/*
** What a tail probability must exceed, and a coverage must reach: both sides may be the same
** fraction, of which rounding must not make two. What is equal is not greater. A tail that was got
** from a confidence is known to 2^-54 at best, which is allowed for too.
*/
#define ASSAY_TIE 1e-12

double assay_hyper_bar(double tail); /* what a computed tail must be above, both allowed for */

/*
** hyper_tail: the least M with P(X >= x | M) > tail, the largest with P(X <= x | M) > tail. Two
** limits with half of 1 - confidence as the tail are the test-inverting interval; one with all of
** it is the one-sided limit. The lower limit rises in x and falls in n.
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
** hyper_mid_p: the same with P(X > x | M) + P(X = x | M) / 2 above the tail, and its mirror image:
** narrower, and not sure of its confidence. Where no M has such a tail, x <= M <= N - (n - x) holds.
** At confidences of a few per cent no M may pass both tests: lower is then above upper.
** Source: Lancaster (1961), JASA 56, 223-234, on the mid-P value.
*/
assay_status assay_hyper_mid_p_lower(uint64_t x, uint64_t n, uint64_t population, double tail,
                                     uint64_t *lower);
assay_status assay_hyper_mid_p_upper(uint64_t x, uint64_t n, uint64_t population, double tail,
                                     uint64_t *upper);

/*
** hyper_blaker, hyper_minlike: the least and the largest M at which a two-sided test of all of
** 1 - confidence does not reject, and so the hull of the M accepted. Its p-value is the probability
** of the counts that are at most as likely as x:
**   hyper_blaker   by the smaller of P(X <= w), P(X >= w)
**   hyper_minlike  by P(X = w)
** Two-sided by nature: there are no one-sided ones. They need not be nested in the confidence.
** hyper_blaker lies within hyper_tail. Milliseconds at N = 1e6, seconds where n and N - n are 1e9.
** Sources: Blaker (2000), Canadian Journal of Statistics 28, 783-798; Sterne (1954), Biometrika 41,
** 275-278, for the order by likelihood.
*/
assay_status assay_hyper_blaker_lower(uint64_t x, uint64_t n, uint64_t population,
                                      double confidence, uint64_t *lower);
assay_status assay_hyper_blaker_upper(uint64_t x, uint64_t n, uint64_t population,
                                      double confidence, uint64_t *upper);
assay_status assay_hyper_minlike_lower(uint64_t x, uint64_t n, uint64_t population,
                                       double confidence, uint64_t *lower);
assay_status assay_hyper_minlike_upper(uint64_t x, uint64_t n, uint64_t population,
                                       double confidence, uint64_t *upper);

/*
** hyper_wang: from the hyper_tail intervals at (1 - confidence) / 2, the middle x first, each end
** is pulled in case by case as long as every M stays covered with at least the confidence, and not
** past the one-sided limit; x and n - x mirror each other. At confidences of a half and below an end
** may come to lie beyond that of the next x. lower[n + 1] as above. Stops with
** *within false at the first interval that is wider than `widest` cases, lower then being
** unfinished; UINT64_MAX finishes. ASSAY_ENUMERIC: N n above ASSAY_WANG_MOST
** (N, where n = 0), which takes less than a second.
** Source: Wang (2015), JASA 110, 1491-1499.
*/
#define ASSAY_WANG_MOST UINT64_C(10000000)
bool assay_hyper_wang_takes(uint64_t n, uint64_t population);
assay_status assay_hyper_wang(assay_context *context, uint64_t n, uint64_t population,
                              double confidence, uint64_t widest, uint64_t lower[], bool *within);

#endif
