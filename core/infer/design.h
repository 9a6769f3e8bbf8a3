/* design.h -- the design under which answers were collected. */
#ifndef ASSAY_INFER_DESIGN_H
#define ASSAY_INFER_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/calibrate.h"

/*
** Simple random samples without replacement, one from each stratum: unit i of the n sampled ones is
** in stratum[i], of population[h] cases. A design is checked once, copies what it is given and
** stays as it is; estimators take it and look for strata and populations nowhere else.
*/
typedef struct assay_design assay_design;

/*
** What the variance of a stratum is, of which one case of several was sampled (the names of R's
** survey.lonely.psu):
**   FAIL       not to be had: asking for it is an error
**   CERTAINTY  0
**   ADJUST     from the deviation of the one case from the estimate over all strata
**   AVERAGE    the mean of those strata that have one (0 where all cases were sampled)
*/
typedef enum assay_lonely {
    ASSAY_LONELY_FAIL,
    ASSAY_LONELY_CERTAINTY,
    ASSAY_LONELY_ADJUST,
    ASSAY_LONELY_AVERAGE
} assay_lonely;

/*
** ASSAY_EDOM, with the message and
**   error.argument = "stratum", error.row = i + 1      stratum[i] is not below n_strata
**   error.argument = "population", error.row = h + 1   more cases sampled than the stratum has;
**                                                      or a population and no case in the sample
**   error.argument = "population", error.row = 0       no case in any stratum, or over 2^53
** An empty stratum, 0 of 0, is allowed and counts for nothing. ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
assay_status assay_design_new(assay_context *context, size_t n, const uint32_t stratum[/*n*/],
                              size_t n_strata, const uint64_t population[/*n_strata*/],
                              assay_lonely lonely, assay_design **design);
void assay_design_free(assay_design *design); /* NULL is ignored */

/*
** What became of the cases of a sample after it was drawn (sample/revision.h says why). NULL: nothing.
**   inside[n]        0: the case turned out to be none of the population. It stays a sampled case outside
**                    every domain
**   raise[n_strata]  what weights N_h/n_h of cases inside are multiplied by; positive and finite
**   lost[n_strata]   cases drawn that could not be assessed; they are not among the n, whose weights
**                    stand for them
*/
typedef struct assay_aftermath {
    const uint8_t *inside;
    const double *raise;
    const uint64_t *lost;
} assay_aftermath;

/*
** The same of a sample some of whose cases were lost. ASSAY_EDOM also with error.argument = "population",
** error.row = h + 1 where all of a stratum were; and for a raise outside its range.
*/
assay_status assay_design_after(assay_context *context, size_t n, const uint32_t stratum[/*n*/],
                                size_t n_strata, const uint64_t population[/*n_strata*/],
                                assay_lonely lonely, const assay_aftermath *after,
                                assay_design **design);

/*
** The same design under calibrated weights. `base` is copied, and may be calibrated itself: its weights
** are those that the calibration started from, unit by unit, which is checked (ASSAY_EDOM,
** error.argument = "weights"). The new design owns the calibration; on failure the caller still does.
*/
assay_status assay_design_calibrated(assay_context *context, const assay_design *base,
                                     assay_calibration *calibration, assay_design **design);
bool assay_design_is_calibrated(const assay_design *design);

/*
** u[n], of which the variance of the total sum w_i z_i is made: w_i z_i; under calibrated weights
** w_i e_i, e the residuals of z (calibrate.h), of each calibration in turn from the last to the first.
** ASSAY_ENOMEM. Source: Deville & Särndal (1992), JASA 87, 376-382.
*/
assay_status assay_design_expand(assay_context *context, const assay_design *design,
                                 const double z[/*n*/], double u[/*n*/]);

size_t assay_design_units(const assay_design *design);  /* n */
size_t assay_design_strata(const assay_design *design); /* n_strata, empty ones included */
const uint32_t *assay_design_stratum(const assay_design *design); /* [n] */
uint64_t assay_design_population(const assay_design *design, size_t h);
uint64_t assay_design_sample(const assay_design *design, size_t h);
uint64_t assay_design_total(const assay_design *design);        /* the population of all strata */
const double *assay_design_weights(const assay_design *design); /* [n] N_h/n_h, times the raise;
                                                                     or the calibrated ones */
assay_lonely assay_design_lonely(const assay_design *design);
bool assay_design_inside(const assay_design *design, size_t i); /* the unit is of the population */
double assay_design_raise(const assay_design *design, size_t h);
uint64_t assay_design_lost(const assay_design *design); /* of all strata */

#endif
