/* waves.h -- the change between two samples that may have cases in common. */
#ifndef ASSAY_PROB_WAVES_H
#define ASSAY_PROB_WAVES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "prob/contrast.h"

/* The answers of cases that are in both samples: yes both times, the first, the second time only, never. */
typedef struct assay_pairs {
    uint64_t both, first, second, neither;
} assay_pairs;

/* What is known of the cases in common. */
typedef enum assay_common {
    ASSAY_COMMON_UNKNOWN, /* nothing: any number of them */
    ASSAY_COMMON_COUNT,   /* how many */
    ASSAY_COMMON_PAIRS    /* how many, and their answers both times */
} assay_common;

/*
** Two samples of n1 and n2 cases of which m are in both. `same` says that both are of the same
** population, whose N is that of both groups. Samples drawn each from a finite population of its own are
** independent, and m counts as 0.
*/
typedef struct assay_waves {
    assay_group first, second;
    bool same;
    assay_common common;
    uint64_t count;    /* m, for ASSAY_COMMON_COUNT */
    assay_pairs pairs; /* for ASSAY_COMMON_PAIRS */
} assay_waves;

/*
** The change d = p2 - p1 with limits. The shares are correlated,
**   rho = (m / (n1 n2) - 1/N) r / sqrt((1/n1 - 1/N) (1/n2 - 1/N)),
** r the correlation of a case's two answers, 1/N = 0 where there is no end to the population.
** With ASSAY_COMMON_PAIRS rho = (m / (n1 n2) - 1/N) S12 / sqrt(v1 v2), S12 the covariance of the answers
** of the cases in common (divisor m - 1; 0 for m < 2), v_i = (1 - n_i/N_i) p_i q_i / (n_i - 1). Else r is
** anything that the shares allow (Fréchet), and m, if that is not known, anything that the sizes
** do; rho then lies between rho_least and rho_most.
**   newcombe  d - sqrt(a^2 + b^2 - 2 rho a b) to d + ..., a and b the distances to Wilson's limits of each
**             share (those with the population where there is one)
**   wald      d -+ z sqrt(v1 + v2 - 2 rho sqrt(v1 v2))
**   tango     all changes t with |second - first - n t| <= z sqrt(n (2 f + t (1 - t))), f the likeliest
**             share of first-only: for the same cases both times (n1 = n2 = m, ASSAY_COMMON_PAIRS)
** `lower` and `upper` are the widest of all rho that may be, those within (`narrow`) the shortest: the two
** agree where the pairs are known.
** Sources: Newcombe (1998), Statistics in Medicine 17, 2635-2650; Tango (1998), ibid. 891-908; Zou
** & Donner (2008), ibid. 27, 1693-1702; for samples in common Cochran (1977), 12.10.
*/
typedef enum assay_waves_method {
    ASSAY_WAVES_NEWCOMBE,
    ASSAY_WAVES_WALD,
    ASSAY_WAVES_TANGO
} assay_waves_method;

typedef struct assay_change {
    double estimate, lower, upper, narrow_lower, narrow_upper;
    double rho_least, rho_most;
    uint64_t count_least, count_most; /* m */
    assay_interval_state state;
} assay_change;

/*
** NO_DATA for a group without cases: estimate NaN, limits -1 and 1. UNDEFINED: wald of one case of several.
** ASSAY_EDOM: x > n, n > N, n above 2^53, a confidence outside (0, 1); N that differ with `same`; more in
** common than either sample has, or than the rest of the population leaves room for fewer; pairs
** that say more yes or no than a sample has; tango for other samples. *out is untouched then.
*/
assay_status assay_waves_change(const assay_waves *waves, assay_waves_method method,
                                double confidence, assay_change *out);

/* The numbers of cases that two samples of these sizes may have in common. */
void assay_waves_common(const assay_waves *waves, uint64_t *least, uint64_t *most);

#endif
