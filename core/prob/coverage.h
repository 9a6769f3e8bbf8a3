/* coverage.h -- how often the intervals of a method hold what they are about. */
#ifndef ASSAY_PROB_COVERAGE_H
#define ASSAY_PROB_COVERAGE_H

#include "base/context.h"
#include "prob/interval.h"

/*
** The coverage at a share p is the probability of the counts x of n whose interval has p in it. With a
** population of N cases p is one of M/N, M = 0 .. N, and x is hypergeometric; else p is any share
** between 0 and 1, and x is binomial.
**
**   minimum         the least coverage that there is; without a population the greatest lower bound,
**                   since next to a limit coverage only comes near its least values
**   at, at_count    the first share where it is, or to which p tends there; M, with a population
**   mean            over every share alike: M uniform on 0 .. N, or p uniform on (0, 1)
**   mean_width      of upper - lower, with the same prior, under which every x is as likely as another
**   max_half_width  the half of the widest, over x
**   undefined       how many x have no limits: they cover nothing, and have no width. Where all have
**                   none, the widths are NaN
**
** All exact but for rounding (about 1e-13), with no grid. Between two limits the counts that cover stay
** the same. Where they are a run a .. b, the probability of the run rises, then falls, in p and in M
** alike, so that it is least at an end of the piece; where they are several, as happens at extreme
** confidences, the turning points of the polynomial are found, or every M is tried. Means are sums
** of beta probabilities, and of the hypergeometric ones that are their like:
**   sum over M <= m of P(X = x | M) = (N+1)/(n+1) P(X' > x), with n+1 drawn of N+1, m+1 of them marked.
*/
typedef struct assay_coverage {
    double minimum, at;
    uint64_t at_count; /* 0 without a population */
    double mean, mean_width, max_half_width;
    uint64_t undefined;
} assay_coverage;

/* The shares that can be: both ends belong to it. 0 and 1 are all. */
typedef struct assay_coverage_range {
    double least, most;
} assay_coverage_range;

/*
** Of the two-sided intervals of a method; the side asked for is not looked at.
** ASSAY_EDOM: as assay_interval_compute; a range that is not within 0 and 1, or has no share in it
** that can be. ASSAY_ENUMERIC: n above ASSAY_COVERAGE_MOST, N above ASSAY_FINITE_MOST, or what the
** intervals refuse. ASSAY_ESTOPPED, ASSAY_ENOMEM. *out is untouched then.
*/
#define ASSAY_COVERAGE_MOST UINT64_C(100000)
assay_status assay_coverage_compute(assay_context *context, const assay_interval_request *ask,
                                    uint64_t n, assay_coverage_range range, assay_coverage *out);

/* The same of any limits, as shares: lower[n + 1], upper[n + 1], NaN where there are none. */
assay_status assay_coverage_of_limits(assay_context *context, uint64_t n, uint64_t population,
                                      const double lower[], const double upper[],
                                      assay_coverage_range range, assay_coverage *out);

#endif
