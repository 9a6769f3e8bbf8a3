/* statistic.h -- means, totals, ratios and quantiles of numbers that a sample has. */
#ifndef ASSAY_INFER_STATISTIC_H
#define ASSAY_INFER_STATISTIC_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "data/column.h"
#include "infer/design.h"
#include "infer/replicate.h"
#include "prob/interval.h"

/*
** Sums are over the units of a domain that have a value, w the design's weights:
**   mean   sum w y / sum w
**   total  sum w y
**   ratio  sum w y / sum w x
** Variances are those of the totals of linearised variables (variance.h), in which units outside the
** domain have 0, or of replicates.
*/
typedef enum assay_statistic_kind { ASSAY_MEAN, ASSAY_TOTAL, ASSAY_RATIO } assay_statistic_kind;

/*
** How limits are made. tail = (1 - confidence) / 2.
**   T           estimate -+ t se, t the 1 - tail quantile of Student's t with df degrees of freedom
**   Z           the same with the normal quantile
**   PERCENTILE  the tail and 1 - tail quantiles of rao_wu replicates
*/
typedef enum assay_statistic_limits {
    ASSAY_LIMITS_T,
    ASSAY_LIMITS_Z,
    ASSAY_LIMITS_PERCENTILE
} assay_statistic_limits;

/* What is asked. Fields are read only for the call; y and x are NaN where a value is missing. */
typedef struct assay_statistic_ask {
    const assay_design *design;
    const assay_replicates *replicates; /* of that design, or NULL: linearised variances */
    const double *y;                    /* [n] */
    const double *x;                    /* [n] the denominator of a ratio */
    const uint8_t *inside;              /* [n] 0: outside the domain; or NULL: all are inside */
    double confidence;
    assay_statistic_limits limits;
} assay_statistic_ask;

/*
** state: NO_DATA (no unit of the domain has a value and a weight: all below are NaN), UNDEFINED (limits are NaN; the
** estimate too where it is a ratio to a total of 0), or OK.
*/
typedef struct assay_statistic {
    uint64_t n;       /* sampled units inside the domain */
    uint64_t missing; /* of these, without a value of y, or of x */
    double estimate, se;
    double df;   /* assay_design_df of the units with a value */
    double deff; /* variance / that of as many units drawn at random from all; or NaN */
    double lower, upper, half_width;
    uint64_t undefined; /* replicates without an estimate */
    assay_interval_state state;
} assay_statistic;

/*
** Limits are UNDEFINED where df is 0, unless all units of the strata that the domain is in were sampled,
** and where v is not to be had. deff compares with n units drawn from N, those of the whole design,
** (1 - n/N) s^2 / m for the mean of m units; a total's are all n, with 0 outside the domain.
** ASSAY_EDOM: a lonely stratum (variance.h); confidence outside (0, 1), PERCENTILE without rao_wu
** replicates (error.argument "method"). ASSAY_ENOMEM, ASSAY_ESTOPPED. *out stays then as it was.
** Source: Cochran (1977), Sampling Techniques, chapters 5 to 6; deff as R's survey.
*/
assay_status assay_statistic_of(assay_context *context, assay_statistic_kind kind,
                                const assay_statistic_ask *ask, assay_statistic *out);

/*
** The p quantile: the least value y with sum of w up to it >= p sum of w (to 1e-12 of it).
** Without replicates limits are Woodruff's: the quantiles at the limits of the proportion of units up to
** the estimate, by `method` of estimate.h (NULL: by its rule; ask->limits is not used); a limit of 0 has no
** value, and the limits are then UNDEFINED. se is half_width over the T quantile with df, deff that of
** the proportion. With rao_wu replicates ask->limits are used and deff is NaN; a jackknife is ASSAY_EDOM,
** "method": it is not consistent for quantiles; weights below 0 in the domain too, "weights", with their number. *used: the name of the proportion's method, else NULL.
** Sources: Woodruff (1952), JASA 47, 635-646; centred at the estimate, as R's svyquantile; Shao & Wu (1989),
** Annals of Statistics 17, 1176-1197, of the jackknife.
*/
assay_status assay_statistic_quantile(assay_context *context, const assay_statistic_ask *ask,
                                      double p, const assay_estimate_method *method,
                                      assay_statistic *out, const char **used);

/* The values of a column of integers or numbers, missing as NaN. ASSAY_EDOM for one of another kind. */
assay_status assay_statistic_values(assay_context *context, const assay_column *column,
                                    double y[/*n*/]);

/* 1 for yes, 0 for no and not applicable, NaN for unanswered: the total is the number of yes cases. */
void assay_statistic_answers(size_t n, const uint8_t answers[/*n*/], double y[/*n*/]);

#endif
