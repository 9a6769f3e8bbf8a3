/* rounding.h -- real sizes made whole by chance. */
#ifndef ASSAY_SAMPLE_ROUNDING_H
#define ASSAY_SAMPLE_ROUNDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/*
** Systematic rounding: with F_h the sum of the fractions of real[0 .. h] and u uniform in [0, 1),
**   whole[h] = floor(real[h]) + floor(F_h + u) - floor(F_h-1 + u)
** so that each is rounded to a neighbouring whole number, the expectation is real[h], and the sum is
** n in every draw. Fractions are kept in units of 2^-52 and u is `point` / 2^52: the probability that
** h is rounded up is the fraction itself, exactly. A fraction within 1e-12 of a whole number (of
** the number itself, where it is above 1) counts as whole.
**
** ASSAY_EDOM: point is 2^52 or more, a number that is negative or not finite, or a sum that is
** further than 0.25 from n. On failure whole is untouched.
**
** Source: Madow (1949), Ann. Math. Stat. 20, 333-354 (systematic sampling); Cox (1987), JASA 82,
** 520-524 (unbiased controlled rounding).
*/
#define ASSAY_ROUNDING_POINTS (UINT64_C(1) << 52)
assay_status assay_round_systematic(assay_context *context, uint64_t n, size_t n_strata,
                                    const double real[], uint64_t point, uint64_t whole[]);

/* The same with the point of a seed: the first 52 bits of its stream "rounding" (base/rng.h). */
assay_status assay_round_random(assay_context *context, uint64_t n, size_t n_strata,
                                const double real[], const char *seed, uint64_t whole[]);

#endif
