/* simulate.h -- what a planned design would say of a share that is known. */
#ifndef ASSAY_INFER_SIMULATE_H
#define ASSAY_INFER_SIMULATE_H

#include "infer/estimate.h"
#include "sample/plan.h"

/* What repeated samples said. P = sum K_h / sum N_h is what they were to find. */
typedef struct assay_simulation {
    uint64_t draws;
    double share;        /* P */
    double mean, sd;     /* of the estimates; sd NaN for one draw */
    double exact_sd;     /* what theory says of sd */
    double mean_se;      /* of the standard errors that samples give themselves */
    double coverage;     /* the share of draws whose limits hold P */
    double below, above; /* whose upper limit is below P, whose lower one is above it */
    double mean_width;   /* of the intervals that are defined; NaN if none is */
    uint64_t undefined;  /* draws without limits, which hold nothing */
} assay_simulation;

#define ASSAY_SIMULATE_MOST 100000000

/*
** Draws n_h of the N_h cases of each stratum at random without replacement, again and again, of which
** K_h are yes, and estimates P from each sample as assay_estimate_proportion does with all cases
** relevant: p = sum (N_h/N) x_h/n_h, its variance, and limits by `method` (NULL: by the design's rule).
** Of yes and no the counts are all that an estimate sees, so that x_h is drawn by inversion from the
** hypergeometric distribution, with the counters of the stream "simulate" of the seed, one replicate
** for each draw: results do not depend on threads.
** exact_sd = sqrt(sum (N_h/N)^2 (1 - n_h/N_h) S_h^2 / n_h), S_h^2 = K_h (N_h - K_h) / (N_h (N_h - 1)).
**
** A limit that is P to within 1e-12 holds it. ASSAY_EDOM, with error.row = h + 1 where it is about
** one stratum: no case at all, n_h > N_h, K_h > N_h, n_h = 0 < N_h, n_h = 1 < N_h (no variance), draws
** not in 1 .. ASSAY_SIMULATE_MOST, a confidence outside (0, 1), a bad seed. ASSAY_ENOMEM,
** ASSAY_ESTOPPED, ASSAY_ENUMERIC.
** Source: Cochran (1977), Sampling Techniques, chapters 2 and 5.
*/
assay_status assay_simulate(assay_context *context, size_t n_strata,
                            const uint64_t population[/*n_strata*/],
                            const uint64_t yes[/*n_strata*/], const uint64_t sample[/*n_strata*/],
                            double confidence, const assay_estimate_method *method,
                            const char *seed, uint64_t draws, assay_simulation *found);

/*
** How many cases of each stratum have one of n texts in a column of the plan's list: counts[strata].
** ASSAY_EMISSING, with error.row, where a case has no value; ASSAY_EUNKNOWN for a text that no case
** has. Lists that stream past are refused with ASSAY_EDOM.
*/
assay_status assay_simulate_count(assay_context *context, const assay_plan *plan, size_t column,
                                  size_t n, const char *const texts[], uint64_t counts[]);

#endif
