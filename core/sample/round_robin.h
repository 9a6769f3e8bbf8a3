/* round_robin.h -- a total shared out as the Ministry of Justice's case sampler does. */
#ifndef ASSAY_SAMPLE_ROUND_ROBIN_H
#define ASSAY_SAMPLE_ROUND_ROBIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/*
** The rules of ministryofjustice/probation-case-sampler (commit d11d92d, 2021), which chose cases
** for HM Inspectorate of Probation. Sizes and populations are at most ASSAY_ALLOCATE_MOST each;
** larger ones are ASSAY_EDOM. Ties go to the lower index. On failure nothing is touched.
*/

/* x to the nearest whole number, halves up; 3.4999999999, which is 0.35 * 10 in binary, is a half. */
uint64_t assay_round_half_up(double x);

/*
** Brings sizes[n] to add up to `target`: one more at a time from the smallest size up, or one less
** from the largest down, in turns, passing over those at their bound, until the sum is met or all
** stand at their bounds. low may be NULL (0). The order is that of the sizes at the start.
*/
assay_status assay_round_robin(assay_context *context, uint64_t target, size_t n, uint64_t sizes[],
                               const uint64_t low[], const uint64_t high[]);

/*
** The proportional rule: sizes[i] = min(population[i], round_half_up(total population[i] / N)), then
** as many more as `buffer` says, round_half_up(buffer sizes[i]), as far as cases remain; then
** brought in turns to total + round_half_up(buffer total). Where there are fewer cases, all.
*/
assay_status assay_share_out(assay_context *context, uint64_t total, double buffer, size_t n,
                             const uint64_t population[], uint64_t sizes[]);

/*
** The cap: sizes[i] cases of holder[i], who already holds held[holder[i]], are cut to what leaves no
** holder more than `cap`. As many as were cut go, one each in turn and smallest first, to those
** with cases left and room under the cap. What finds no place is dropped. Each holder stands once in
** holder[n]; held[] is brought up to date.
*/
assay_status assay_share_under_cap(assay_context *context, uint64_t cap, size_t n,
                                   const uint32_t holder[], const uint64_t population[],
                                   uint64_t held[], uint64_t sizes[]);

/*
** Whole sizes from real ones that add up to `total`: real[i] rounded half up and brought in turns to
** `total`, within low[i] .. high[i]; and reserves, so that sample and reserve together are what the
** rule with a buffer gives, as far as a stratum's population goes.
*/
assay_status assay_round_in_turns(assay_context *context, uint64_t total, double buffer, size_t n,
                                  const double real[], const uint64_t population[],
                                  const uint64_t low[], const uint64_t high[], uint64_t sample[],
                                  uint64_t reserve[]);

#endif
