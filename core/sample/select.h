/* select.h -- which units of one stratum, by any method of selection. */
#ifndef ASSAY_SAMPLE_SELECT_H
#define ASSAY_SAMPLE_SELECT_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/*
** Where a method's decisions come from. Most methods only ask whether something of probability p
** happens, or for one of n alternatives, so that every path can be walked and its probability
** multiplied out: that is how they are proved.
*/
typedef struct assay_chance {
    bool (*happens)(void *self, double p);      /* true with probability p */
    uint64_t (*one_of)(void *self, uint64_t n); /* 0 .. n - 1, all alike; n >= 1 */
    double (*uniform)(void *self);              /* in (0, 1) */
    void *self;
} assay_chance;

assay_chance assay_chance_of(gsl_rng *rng); /* which lives as long */

/*
** Units in the order in which a method walks them. Probabilities lie in (0, 1] and add up to `size`,
** whole but for bernoulli and poisson; a unit of probability 1 is always chosen.
*/
typedef struct assay_units {
    size_t n;
    double size;
    const double *probability;
    const double *number; /* permanent random numbers in (0, 1) */
} assay_units;

/*
** fixed_size    exactly `size` units are chosen, always
** unequal       probabilities may differ
** approximate   probabilities are what is aimed at; the true ones are near
** by_number     the permanent random numbers decide, and chance is not asked
** sorted        the order in which units are walked is part of the design: like units beside each
**               other are spread over the sample (implicit stratification)
*/
typedef struct assay_method {
    const char *name;
    bool fixed_size, unequal, approximate, by_number, sorted;
    assay_status (*choose)(assay_context *context, const assay_units *units,
                           const assay_chance *chance, bool chosen[]);
} assay_method;

/*
** systematic          every (n / size)-th from a random start, in integers; all probabilities alike
** bernoulli           number < p, all p alike; the size is random
** poisson             number < p; the size is random
** sequential_poisson  the smallest number / p (Ohlsson 1998, J. Official Statistics 14, 149)
** pareto              the smallest [number / (1 - number)] / [p / (1 - p)] (Rosen 1997, J. Statist.
**                     Planning Inference 62, 159)
** sampford            Sampford (1967), Biometrika 54, 499: exact p (sampford.h)
** pps_systematic      one random start on the cumulated probabilities (Madow 1949)
** chromy              Chromy (1979), sequential, from a random unit round the circle
** pivotal             Deville & Tille (1998), Biometrika 85, 89: neighbours in order fight for their
**                     probabilities
** NULL: no such method.
*/
const assay_method *assay_method_find(const char *name);
extern const assay_method assay_methods[];
extern const size_t assay_methods_n;

/*
** Probabilities in proportion to sizes[n] > 0 that add up to `size` <= n: size x / sum x; where that
** is 1 or more the unit is certain, and the rest is divided again among the others. ASSAY_EDOM: a
** size that is not positive and finite, or `size` above n.
*/
assay_status assay_probabilities(assay_context *context, size_t n, const double sizes[],
                                 uint64_t size, double probability[]);

#endif
