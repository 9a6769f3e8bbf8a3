/* design.h -- the design under which answers were collected. */
#ifndef ASSAY_INFER_DESIGN_H
#define ASSAY_INFER_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/calibrate.h"

/*
** What the variance of a stratum is, of which one case (or cluster) of several was sampled, and of
** a cluster of which one case was (the names of R's survey.lonely.psu):
**   FAIL       not to be had: asking for it is an error
**   CERTAINTY  0
**   ADJUST     from the deviation of the one from the mean over all strata (or clusters)
**   AVERAGE    the mean of those strata (clusters) that have one (0 where all cases were sampled)
**   COLLAPSE   that of the stratum and its neighbour taken as one, from before the variance is taken
** A stratum's neighbour is the one that is named, or the next one in order that is not wholly
** sampled, the last one before it where none follows; that of a cluster is found likewise among the
** clusters of its stratum. One that already has a neighbour, as theirs, takes no other.
** Source of COLLAPSE: Cochran (1977), section 5A.12.
*/
typedef enum assay_lonely {
    ASSAY_LONELY_FAIL,
    ASSAY_LONELY_CERTAINTY,
    ASSAY_LONELY_ADJUST,
    ASSAY_LONELY_AVERAGE,
    ASSAY_LONELY_COLLAPSE
} assay_lonely;

/*
** What became of the cases of a sample after it was drawn (sample/revision.h says why).
**   inside[n]     0: the case turned out to be none of the population. It stays a sampled case outside
**                 every domain
**   raise[strata] what weights of cases inside are multiplied by; positive and finite
**   lost[strata]  cases drawn that could not be assessed; they are not among the n, whose weights
**                 stand for them
*/
typedef struct assay_aftermath {
    const uint8_t *inside;
    const double *raise;
    const uint64_t *lost;
} assay_aftermath;

/*
** How n cases were sampled. Simple random samples without replacement, one from each stratum: case i
** is in stratum[i], of population[h] cases; ASSAY_INFINITE: without end, no correction is made. The
** rest may be NULL or 0:
**   weights[n]     the cases' weights, above 0; else they follow from the populations (1 where these
**                  are infinite)
**   chances[n]     0 < pi <= 1, the probability of the case, or of its cluster where there are any, for
**                  samples of a fixed size with unequal ones. Populations serve then for counting alone
**   clusters       cases were drawn by clusters, case i in cluster[i]; population[h] counts clusters, and
**                  all cases of a cluster are in one stratum
**   cluster_population[clusters]  the cases of each, of which those given are a simple random sample
**                  (ASSAY_INFINITE: without end); NULL: what was done within clusters is not known, and
**                  variances are those between clusters
**   neighbour[strata]  for COLLAPSE: the stratum that h is put together with; h itself: by the order
**   after          what became of cases; NULL: nothing
*/
typedef struct assay_sampling {
    size_t n, strata;
    const uint32_t *stratum;
    const uint64_t *population;
    const double *weights, *chances;
    size_t clusters;
    const uint32_t *cluster;
    const uint64_t *cluster_population;
    assay_lonely lonely;
    const uint32_t *neighbour;
    const assay_aftermath *after;
} assay_sampling;

/*
** A design is checked once, copies what it is given and stays as it is; estimators take it and look
** for strata, populations and weights nowhere else.
*/
typedef struct assay_design assay_design;

/*
** ASSAY_EDOM, with the message, error.argument, and error.row = place + 1 or 0:
**   "stratum"     stratum[i] is not below strata
**   "population"  more cases sampled than the stratum (row h) has, or a population and none sampled;
**                 all cases drawn from it are lost; row 0: no case in any stratum, or over 2^53
**   "weights", "chances"  of case i, outside their range
**   "cluster"     cluster[i] is not below clusters, or is in two strata; a cluster (row 0) without cases
**   "cluster_population"  more cases sampled than the cluster (row c) has
**   "neighbour"   of stratum h: no stratum, or one without cases
**   "lonely"      COLLAPSE, and stratum h or cluster h has no neighbour
**   "raise"       of stratum h, outside its range
** An empty stratum, 0 of 0, is allowed and counts for nothing. ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
assay_status assay_design_new(assay_context *context, const assay_sampling *sampling,
                              assay_design **design);
void assay_design_free(assay_design *design); /* NULL is ignored */

/*
** The same design under calibrated weights. `base` stays as it is and may be freed; it may be
** calibrated itself. Its weights are those that the calibration started from, unit by unit, which is checked (ASSAY_EDOM,
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

/*
** Degrees of freedom of a domain: the clusters (cases, where there are none) that have a case in it,
** less the strata that have; a stratum and its neighbour (COLLAPSE) are one. domain[n] is 0 outside;
** NULL: all. Cases whose weight came to 0 are in none. Negative never. ASSAY_ENOMEM. Source: Korn & Graubard (1999), Analysis of Health Surveys.
*/
assay_status assay_design_df(assay_context *context, const assay_design *design,
                             const uint8_t *domain, double *df);

/*
** Whether the counts of each stratum say all that a variance needs: cases drawn themselves, with the
** weights N_h/n_h times the raise of their stratum, from finite populations, none put together.
*/
bool assay_design_is_simple(const assay_design *design);

size_t assay_design_units(const assay_design *design);                  /* n */
size_t assay_design_strata(const assay_design *design);                 /* empty ones included */
const uint32_t *assay_design_stratum(const assay_design *design);       /* [n] */
uint64_t assay_design_population(const assay_design *design, size_t h); /* cases, or clusters */
uint64_t assay_design_sample(const assay_design *design, size_t h);     /* cases, or clusters */
uint64_t assay_design_total(const assay_design *design); /* population of all strata, or infinite */
double
assay_design_cases(const assay_design *design); /* the same in cases; under clusters and under
                                                          chances the sum of the weights at first */
const double *assay_design_weights(const assay_design *design); /* [n] those in force */
assay_lonely assay_design_lonely(const assay_design *design);
size_t assay_design_clusters(const assay_design *design); /* 0: cases were drawn themselves */
const uint32_t *assay_design_cluster(const assay_design *design); /* [n], or NULL */
uint64_t assay_design_cluster_population(const assay_design *design, size_t c);
bool assay_design_is_two_stage(const assay_design *design); /* the second stage is known */
bool assay_design_has_chances(const assay_design *design);
bool assay_design_inside(const assay_design *design, size_t i); /* the unit is of the population */
const uint8_t *assay_design_insiders(const assay_design *design); /* [n] the same, or NULL: all */
double assay_design_raise(const assay_design *design, size_t h);
uint64_t assay_design_lost(const assay_design *design); /* of all strata */

#endif
