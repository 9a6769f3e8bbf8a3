/* change.h -- how many cases two waves, or two groups, need to show a change. */
#ifndef ASSAY_SAMPLE_CHANGE_H
#define ASSAY_SAMPLE_CHANGE_H

#include <stdint.h>

#include "base/status.h"

typedef struct assay_change_request {
    double from, to;         /* p1, p2: the shares expected in the waves, in [0, 1] */
    double confidence;       /* 1 - alpha of the two-sided test */
    double power;            /* the probability of seeing the change */
    uint64_t populations[2]; /* N1, N2: 1 .. 2^53, or ASSAY_INFINITE */
} assay_change_request;

typedef struct assay_change {
    double raw;    /* of either wave, without end and before rounding */
    uint64_t n[2]; /* cases of each wave */
} assay_change;

/*
** raw = [z_alpha/2 sqrt(2 p q) + z_beta sqrt(p1 q1 + p2 q2)]^2 / (p1 - p2)^2 with p = (p1 + p2) / 2;
** n_i = raw / (1 + (raw - 1) / N_i) rounded up, at least 1. ASSAY_EDOM: p1 = p2, which no sample
** tells apart, or anything outside its domain. ASSAY_ENUMERIC: n above 2^53.
** Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed.,
** section 4.2, without their continuity correction; Cochran (1977), ch. 4, for the population.
*/
assay_status assay_change_size(const assay_change_request *request, assay_change *change);

/*
** The half-width of the difference between two waves of n_i of N_i cases each:
** z sqrt(sum of p_i q_i / n_i (N_i - n_i) / (N_i - 1)). Infinite where an n_i is 0. ASSAY_EDOM:
** n_i > N_i, confidence or shares outside their domain.
*/
assay_status assay_change_margin(const uint64_t n[2], const uint64_t populations[2],
                                 const double shares[2], double confidence, double *margin);

#endif
