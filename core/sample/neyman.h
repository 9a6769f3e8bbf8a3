/* neyman.h -- the whole numbers of least variance. */
#ifndef ASSAY_SAMPLE_NEYMAN_H
#define ASSAY_SAMPLE_NEYMAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/*
** The whole sizes from max(1, minimum[h]) to maximum[h] (NULL: 0, and no maximum) that add up to n
** and for which the sum of weight[h]^2 / whole[h] is least: with weight = N S, the variance of the
** stratified mean. Wright's rule gives each case in turn to the stratum of the greatest
**   weight[h]^2 / (k (k + 1)),  k its cases so far,
** which is optimal because each step gains less than the one before. Priorities that differ by less
** than a relative 2e-12 or so are equal and go to the lower index. Weights of 0 (or below 1e-150 of the
** largest) have their turn when all others are at their maximum, and are then equal to each other.
**
** What is handed out is the n - sum of the lows greatest priorities: the least of them is found by
** bisection, so the time is that of some 60 passes over the strata whatever n. Only + - * / sqrt.
**
** ASSAY_EDOM, with a message: as assay_allocate, and where the strata need more than n cases at
** one in each. ASSAY_ENOMEM. On failure whole is untouched.
**
** Source: Wright (2012), Amer. Stat. 66, 217-224; Wright (2017), Stat. Prob. Lett. 129, 50-57.
*/
assay_status assay_allocate_exact(assay_context *context, uint64_t n, size_t n_strata,
                                  const double weight[], const uint64_t minimum[],
                                  const uint64_t maximum[], uint64_t whole[]);

#endif
