/* statistic_parts.h -- what the files of statistics share. */
#ifndef ASSAY_INFER_STATISTIC_PARTS_H
#define ASSAY_INFER_STATISTIC_PARTS_H

#include "base/sum.h"
#include "infer/statistic.h"

/* Its units, and what follows from them. */
typedef struct statistic_domain {
    const assay_statistic_ask *ask;
    size_t units;
    uint8_t *has; /* [units] 1: inside, with a value */
    uint64_t n, missing, used;
    bool has_weight; /* some unit that has a value */
    double df;
    bool is_census; /* all units of its strata were sampled */
} statistic_domain;

assay_status assay_statistic_check(assay_context *context, const assay_statistic_ask *ask);
assay_status assay_statistic_domain(assay_context *context, const assay_statistic_ask *ask,
                                    statistic_domain *domain);

/* The counts of a domain, and NaN for all else. */
void assay_statistic_clear(const statistic_domain *domain, assay_interval_state state,
                           assay_statistic *out);

/* How many se the limits are off an estimate. */
assay_status assay_statistic_reach(assay_context *context, const assay_statistic_ask *ask,
                                   double df, double *times);

/* Limits from estimate and se; theta are the replicates, or NULL. */
assay_status assay_statistic_limit(assay_context *context, const statistic_domain *domain,
                                   double theta[], assay_statistic *out);

#endif
