/* choose.h -- the cases that a method of selection draws from each stratum. */
#ifndef ASSAY_SAMPLE_CHOOSE_H
#define ASSAY_SAMPLE_CHOOSE_H

#include "sample/draw.h"

/* ASSAY_EDOM where plan and drawing do not go together: draw.h says what does. */
assay_status assay_drawing_check(assay_context *context, const assay_plan *plan,
                                 const assay_drawing *how);

/*
** Whether the sample's method draws each case: chosen[rows of the frame]. Methods that sort walk a
** stratum by the sorting, then id; the others by ticket, as order[rows of the frame] has the rows.
** Permanent random numbers are the tickets', and chance is the stream "METHOD|STRATUM" of the seed.
*/
assay_status assay_choose(assay_context *context, const assay_sample *sample,
                          const uint32_t order[], bool chosen[]);

/* The probability that a case has under the sample's method. */
double assay_choose_probability(const assay_plan *plan, uint32_t row);

#endif
