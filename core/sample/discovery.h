/* discovery.h -- how many cases show that few of a population fail. */
#ifndef ASSAY_SAMPLE_DISCOVERY_H
#define ASSAY_SAMPLE_DISCOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/*
** The smallest n of which, if a share `rate` of N cases failed, more than c would with at least the
** confidence C: P(X <= c) <= 1 - C. X is hypergeometric with M = rate N failing cases, rounded up,
** or binomial where N is ASSAY_INFINITE. Equal to 1e-12 is equal.
*/
typedef struct assay_discovery_request {
    uint64_t population; /* 1 .. 2^31 - 1, or ASSAY_INFINITE */
    double confidence;   /* C */
    double rate;         /* in (0, 1) */
    uint64_t acceptance; /* c: so many failing cases in the sample are put up with */
} assay_discovery_request;

/*
** P(X <= c) falls in n, so n is found by bisection. *marked is M, 0 without a population. If M <= c
** no sample shows it: *exists is false, and *n is untouched. ASSAY_EDOM: a population, confidence
** or rate outside its domain. ASSAY_ENUMERIC: n above 2^53.
** Source: AICPA (2017), Audit Guide: Audit Sampling, appendix A, is the binomial form.
*/
assay_status assay_discovery_size(const assay_discovery_request *request, uint64_t *n,
                                  uint64_t *marked, bool *exists);

#endif
