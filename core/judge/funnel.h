/* funnel.h -- units against the limits within which chance alone would hold them. */
#ifndef ASSAY_JUDGE_FUNNEL_H
#define ASSAY_JUDGE_FUNNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/*
** A unit has x events. What it is held against is a target, and what chance does there:
**   shares   x of n trials are binomial (n, target)
**   shares, of a population N from which the n were drawn without replacement: hypergeometric, with
**            target N of the N cases marked. Where that is no whole number its two neighbours share
**            the probability, so that the mean is n target exactly. At n = N chance does nothing
**   rates    x events in an exposure m, a real number above 0, are Poisson with mean m target
*/

/*
** How a limit at the probability p is drawn, F and f being the distribution of x and its density:
**   exact     (k - a) / n, k = min {k: F(k) >= p}, a = (F(k) - p) / f(k), for lower and upper limits
**             alike, as published. Because F is of x or fewer, an upper limit so drawn stands up to
**             one event lower than a test of x or more would have it
**   mirrored  the same for lower limits; upper ones (k + a) / n, k = max {k: G(k) >= 1 - p},
**             a = (G(k) - 1 + p) / f(k), G(k) = P(X >= k): a unit is outside the limits just where an
**             exact one-sided test rejects
**   normal    target + z_p sd, sd^2 = target (1 - target) / n (N - n) / (N - 1), or target / m
** exact and mirrored limits lie in [0, 1]; a rate's have no upper end. Where chance does nothing, at
** targets of 0 and 1 and where n = N, every limit is the target.
** Source: Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in
** Medicine 24, 1185-1202, appendix A.1.
*/
typedef enum assay_funnel_method {
    ASSAY_FUNNEL_EXACT,
    ASSAY_FUNNEL_MIRRORED,
    ASSAY_FUNNEL_NORMAL
} assay_funnel_method;

/* What a count is drawn from. */
typedef struct assay_funnel_law {
    double target;
    double size;         /* n, whole; or the exposure of a rate */
    uint64_t population; /* N; ASSAY_INFINITE: none, and for rates */
    bool rate;
} assay_funnel_law;

/*
** The limit at p. ASSAY_EDOM: p not in (0, 1); a target outside [0, 1], of a rate below 0; a size that is
** no whole number from 1 to ASSAY_FUNNEL_MOST, of a rate not above 0 or with a mean above it; N < n, or
** above ASSAY_FUNNEL_MOST. NaN fails.
*/
#define ASSAY_FUNNEL_MOST UINT64_C(2147483647)
assay_status assay_funnel_limit(const assay_funnel_law *law, assay_funnel_method method, double p,
                                double *limit);

/*
** The least probability, two-sided, at which chance brings x: min (1, 2 min (P(X <= x), P(X >= x))).
** With a population each tail is that of the neighbour of target N that makes it larger, so that a unit
** less than a case off is no exception. Domain as above.
*/
assay_status assay_funnel_p_value(const assay_funnel_law *law, uint64_t x, double *p_value);

/* (x / n - target) / sd; NaN where sd is 0. Domain as above. */
assay_status assay_funnel_z(const assay_funnel_law *law, uint64_t x, double *z);

/* ---- many units ------------------------------------------------------------------------------ */

/* What is asked. Counts are arrays of `units`; negative ones are none. */
typedef struct assay_funnel_request {
    size_t units;
    const int64_t *events;
    const int64_t *trials;      /* NULL: rates */
    const double *exposure;     /* of rates, else NULL */
    const int64_t *populations; /* NULL: none */
    double target;              /* NaN: pooled, sum x / sum n */
    size_t n_confidences;
    const double *confidences; /* ascending, each in (0, 1) */
    assay_funnel_method method;
    double
        winsorised; /* the share of units at each end whose z is brought in for phi, 0 to below 1/2 */
    bool inflate;   /* limits by phi where the rule says so */
    double rank_confidence; /* in (0, 1); NaN: no ranks */
} assay_funnel_request;

/*
** What is answered; arrays are the caller's. A unit without trials, or with an exposure of 0, has NaN
** everywhere but in its limits, which are 0 and 1 (infinity), and is in no sum.
**
** Over-dispersion: with the K units that have a z, phi is the mean of z^2 after the floor(K winsorised)
** lowest z were set to the next higher and as many of the highest to the next lower. Limits are inflated
** where K phi > K - 1, with a target that was given where phi > 1: they are then target + z_p sd sqrt(phi)
** by every method, there being no exact law. chi_squared is the sum of z^2, not winsorised, with K - 1
** degrees of freedom, or K.
** A p-value is two-sided: assay_funnel_p_value's; of normal and of inflated limits that of z / sqrt(phi).
** `outside` is the highest of the confidences C with p <= 1 - C, NaN if there is none.
**
** Ranks count from the highest share down, 1 + the number of higher ones. rank_from .. rank_to hold the
** ranks of the true shares, all together, with at least rank_confidence: j stands above i for certain
** where j's limits lie above i's, limits being clopper_pearson's (hyper_tail with a population, of rates
** Garwood's) at the confidence rank_confidence^(1/K), for independent units.
** Sources: Spiegelhalter (2005), sections 4 and A.2 for phi; Klein, Wright & Wieczorek (2020), A joint
** confidence region for an overall ranking of populations, JRSS C 69, 589-606; Garwood (1936).
*/
typedef struct assay_funnel {
    double *share, *z, *p_value, *outside; /* [units] */
    double **lower, **upper;               /* [n_confidences][units] */
    int64_t *rank, *rank_from, *rank_to;   /* [units], NULL without ranks; INT64_MIN: none */
    double target, phi, chi_squared, chi_squared_p; /* the last three NaN without a z */
    size_t used, tested;                            /* units with trials; those of them with a z */
    bool inflated;
} assay_funnel;

/*
** ASSAY_EDOM, with error.row = i + 1 where it is about one unit: events above trials, trials above a
** population, counts that are none or above ASSAY_FUNNEL_MOST, an exposure that is negative or not
** finite, events without trials or exposure; no unit with trials; a pooled target from one unit alone;
** options outside their ranges (error.argument). ASSAY_ENOMEM, ASSAY_ESTOPPED, ASSAY_ENUMERIC. What was to
** be filled then holds anything.
*/
assay_status assay_funnel_compare(assay_context *context, const assay_funnel_request *ask,
                                  assay_funnel *found);

#endif
