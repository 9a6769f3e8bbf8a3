/* estimate_method.h -- what the files of estimates, and of their replicates, know of each other. */
#ifndef ASSAY_INFER_ESTIMATE_METHOD_H
#define ASSAY_INFER_ESTIMATE_METHOD_H

#include "infer/estimate.h"

/* A stratum: its cases, those sampled, and of these yes and no inside the domain. */
typedef struct assay_estimate_cell {
    double population, sample, raise, yes, no;
} assay_estimate_cell;

/* All that a method may work from. */
typedef struct assay_estimate_evidence {
    assay_context *context; /* for methods that search, else NULL */
    const assay_estimate_cell
        *cells; /* [n_cells] strata with cases of the domain; all, for those */
    size_t n_cells;
    double p, q;           /* the estimate and 1 - estimate */
    double relevant_total; /* the estimated number of relevant cases in the population */
    double variance;
    double df, satterthwaite; /* degrees of freedom: of the design, and of the strata's variances */
    double n_effective;
    double homogeneous; /* the effective size if all strata had one share */
    double relevant;    /* relevant cases in the sample */
    double tail;        /* the probability left in one tail */
    double critical;    /* the quantile that the method takes; NaN where it has none */
    bool cap;           /* an effective size is no more than the relevant cases */
} assay_estimate_evidence;

/* Sets both limits, which may be outside [0, 1]; NaN where there are none. */
typedef assay_status assay_estimate_form(const assay_estimate_evidence *e, double *lower,
                                         double *upper);

/* The quantile that a method takes: the normal one, or Student's t with these degrees of freedom. */
typedef enum assay_estimate_quantile {
    ASSAY_QUANTILE_NORMAL,
    ASSAY_QUANTILE_DESIGN,
    ASSAY_QUANTILE_SATTERTHWAITE
} assay_estimate_quantile;

typedef enum assay_estimate_source {
    ASSAY_FROM_MOMENTS, /* assay_moments say all that it asks */
    ASSAY_FROM_STRATA,  /* and the counts of each stratum */
    ASSAY_FROM_SEARCH   /* these alone; it allocates, polls and explains its failures */
} assay_estimate_source;

struct assay_estimate_method {
    const char *name;
    assay_estimate_form *limits;
    assay_estimate_source from;
    assay_estimate_quantile quantile;
    bool capped; /* it has an effective size, which `cap` is for */
};

/*
** Limits by a method, within [0, 1], and what is to be said of them; e->critical is found here. Where
** n_effective is infinite they are the point p, where it is NaN there are none; but a method that
** searches needs no effective size.
*/
assay_status assay_estimate_make_limits(const assay_estimate_evidence *e,
                                        const assay_estimate_method *method, double *lower,
                                        double *upper, assay_interval_state *state);

/* The probability left in a tail that has a limit. */
double assay_estimate_tail(double confidence, assay_side side);

/* Puts the end of the range for the limit that a side does not have, and sets the half-width. */
void assay_estimate_finish_limits(assay_estimate *out);

#endif
