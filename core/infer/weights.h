/* weights.h -- what weights are like, weights kept within bounds, weights of those who answered. */
#ifndef ASSAY_INFER_WEIGHTS_H
#define ASSAY_INFER_WEIGHTS_H

#include "infer/calibrate.h"

/* Of the units that are inside (NULL: all; else n flags) and whose weight is not 0. */
typedef struct assay_weights_summary {
    size_t n, zero, negative;           /* `zero` are inside and count for nothing else here */
    double sum, mean, median, min, max; /* NaN where n is 0 */
    double deff; /* Kish's design effect of unequal weights, n sum w^2 / (sum w)^2 */
} assay_weights_summary;

assay_status assay_weights_summarise(assay_context *context, size_t n, const double weights[/*n*/],
                                     const uint8_t *inside, assay_weights_summary *summary);

/*
** Trimmed weights w'_i = min(max(c w_i, lower), upper), c such that their sum stays: what is cut off is
** spread over the others in proportion to their weights, and again until none is outside the bounds. Units
** that are not inside or have no weight keep theirs.
** ASSAY_EDOM, error.argument "lower" or "upper": not 0 <= lower <= upper; bounds within which there is no
** such sum. error.argument "weights", error.row: a weight below 0. ASSAY_ENOMEM.
** Source: Potter (1990), Proceedings of the Survey Research Methods Section, ASA, 225-230.
**
** The result is a calibration without variables: estimates take its factors as given.
*/
typedef struct assay_trimming {
    size_t raised, cut; /* units that came to stand at a bound */
    double scale;       /* c */
} assay_trimming;

assay_status assay_weights_trim(assay_context *context, size_t n, const double weights[/*n*/],
                                const uint8_t *inside, double lower, double upper,
                                assay_trimming *about, assay_calibration **calibration);

/*
** Non-response: class[i] below `classes` of each unit inside; `classes` of the others, who keep their
** weights. Those who responded stand for their class, w_i = d_i (sum of d in the class) / (sum of d of those in
** it who responded), the others get 0.
** ASSAY_EDOM, error.argument "class", error.row = class + 1: nobody in the class responded; "weights": one below 0.
** ASSAY_ENOMEM.
** Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, 15.6.
*/
assay_status assay_weights_respond(assay_context *context, size_t n, const double weights[/*n*/],
                                   size_t classes, const uint32_t class[/*n*/],
                                   const uint8_t responded[/*n*/], assay_calibration **calibration);

#endif
