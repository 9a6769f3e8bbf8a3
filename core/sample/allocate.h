/* allocate.h -- a total shared out over strata. */
#ifndef ASSAY_SAMPLE_ALLOCATE_H
#define ASSAY_SAMPLE_ALLOCATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

#define ASSAY_ALLOCATE_MOST INT32_MAX /* the largest total */

/*
** Shares n cases out over strata h = 0 .. n_strata - 1 in proportion to weight[n_strata], within
** minimum[h] .. maximum[h] (NULL: 0, and no maximum).
**
**   real[h]   = clamp(lambda weight[h], minimum[h], maximum[h]), lambda such that they add up to n
**   whole[h]  = real[h] rounded by largest remainder, within the bounds; they add up to n exactly
**
** Remainders that differ by less than 1e-12 (from n = 563 on: 8 n DBL_EPSILON, the noise of real)
** are equal; the larger weight goes first, then the lower index. A weight of 0 (or below 1e-290 of
** the largest) is infinitesimal: its stratum gets its minimum, and more only when all others are at
** their maximum; what is left is then shared equally. The weights of the usual rules, with N
** population, S standard deviation, c cost: proportional N, equal 1, Neyman N S, optimal N S /
** sqrt(c), power N^q.
**
** Only + - * / are used, in a fixed order: the same bits on every machine.
**
** ASSAY_EDOM, with a message: no strata, n above ASSAY_ALLOCATE_MOST, a weight below 0 or not
** finite, every weight 0, a minimum above its maximum, minimums that add up to more than n,
** maximums that add up to less. ASSAY_ENOMEM. On failure real and whole are untouched.
**
** Source: Neyman (1934), JRSS 97, 558-625; Gabler, Ganninger & Muennich (2012), Metrika 75, 151-161
** (bounds); Hamilton's rule of largest remainders.
*/
assay_status assay_allocate(assay_context *context, uint64_t n, size_t n_strata,
                            const double weight[], const uint64_t minimum[],
                            const uint64_t maximum[], double real[], uint64_t whole[]);

/* Whether a request can be met: the checks of assay_allocate alone. */
assay_status assay_allocate_check(assay_context *context, uint64_t n, size_t n_strata,
                                  const double weight[], const uint64_t minimum[],
                                  const uint64_t maximum[]);

#endif
