/* plan.h -- how many cases from where, validated once. */
#ifndef ASSAY_SAMPLE_PLAN_H
#define ASSAY_SAMPLE_PLAN_H

#include "sample/listed.h"
#include "sample/measure.h"
#include "sample/parts.h"
#include "sample/stages.h"
#include "sample/strata.h"

/*
** Complete in itself: it holds its own references to the frame's columns. Shared by counting
** references. Fields are to be read only.
*/
typedef struct assay_plan {
    assay_frame *frame; /* the eligible cases */
    size_t id;          /* the column that names a case */
    size_t n_columns;
    size_t *columns; /* columns[n_columns]: what the strata are made of */
    assay_strata *strata;
    uint64_t *sample;  /* sample[strata->n]: cases to draw */
    uint64_t *reserve; /* reserve[strata->n]: further cases, in the order of their tickets */
    uint64_t size;     /* the sum of sample[], or of expected[] */
    double *expected;  /* NULL, or expected[strata->n] of sizes that each draw makes whole by chance
                          (rounding.h); sample[] has their whole parts */
    assay_parts *cells; /* NULL, or what the strata are parted into */
    uint64_t *asked;    /* NULL, or asked[2 strata->n]: sample and reserves before the cells' cap */
    assay_strata *holders; /* NULL, or by whom no more than `cap` cases may be held */
    size_t holder;         /* the column of the holders */
    uint64_t cap;
    assay_measure *measure; /* NULL, or what probabilities are in proportion to */
    assay_stages *stages;   /* NULL, or the units that are drawn first; sample[], reserve[] and size
                               are then the most that a draw can have */
    assay_listed *listed; /* NULL, or the list that streams past, of which `frame` has some rows */
    struct assay_plan_owner *own;
} assay_plan;

/*
** The strata of a frame, with nothing allocated yet: sample[] and reserve[] are 0. Ids must be there
** and differ (ASSAY_EMISSING, ASSAY_EREPEATED with error.row). At most ASSAY_ALLOCATE_MOST rows.
*/
assay_status assay_plan_new(assay_context *context, const assay_frame *frame, size_t id, size_t n,
                            const size_t columns[], assay_plan **plan);

/*
** The same of a list that streams past, with the failures that it has when it is collected (source.h;
** id and columns[n] are columns of the source, which is shared with the plan). Such a plan takes sizes
** and reserves, but neither cells nor a cap nor a measure of size (ASSAY_EDOM).
*/
assay_status assay_plan_of_source(assay_context *context, assay_source *source,
                                  const assay_column_wish wishes[], const bool keep[], size_t id,
                                  size_t n, const size_t columns[], assay_plan **plan);

/* The same plan with other rows of its list, which are taken over from `sifted`. */
assay_status assay_plan_hold(assay_context *context, const assay_plan *plan, assay_sifted *sifted,
                             assay_plan **held);

uint64_t assay_plan_population(const assay_plan *plan); /* cases in all strata */
assay_plan *assay_plan_retain(assay_plan *plan);
void assay_plan_release(assay_plan *plan); /* NULL is ignored */

/*
** Sets the sizes of a plan that nobody shares yet. ASSAY_EDOM, with the stratum named, where sample
** and reserve together are more than a stratum holds; or the plan has stages, which set their own.
*/
assay_status assay_plan_set(assay_context *context, assay_plan *plan, const uint64_t sample[],
                            const uint64_t reserve[]);

/*
** The reserves that a share r of the sample gives: wanted[h] = round_half_up(r n_h), of which
** reserve[h] are there. ASSAY_EDOM for a share that is not in [0, 100] or a sample larger than its
** stratum.
*/
assay_status assay_plan_reserves(assay_context *context, const assay_plan *plan,
                                 const uint64_t sample[], double share, uint64_t wanted[],
                                 uint64_t reserve[]);

/* The same for expected sizes, of which any may be rounded up. */
assay_status assay_plan_expected_reserves(assay_context *context, const assay_plan *plan,
                                          const double expected[], double share, uint64_t wanted[],
                                          uint64_t reserve[]);

/*
** Sets expected sizes, which add up to n, and reserves. ASSAY_EDOM where an expected size, rounded
** up, and the reserves are more than a stratum holds, or the sizes do not add up.
*/
assay_status assay_plan_set_expected(assay_context *context, assay_plan *plan, uint64_t n,
                                     const double expected[], const uint64_t reserve[]);

/*
** Parts the strata, whose sizes were set, into cells (parts.h), and sets the sizes to what these
** have. `cap` is for the levels of the last column; 0: none.
*/
assay_status assay_plan_within(assay_context *context, assay_plan *plan, size_t n,
                               const size_t columns[], uint64_t cap);

/*
** No level of `column` is to have more than `cap` cases: the draw passes over further ones (pick.h).
** ASSAY_EDOM, in numbers, where the cap leaves a stratum, or all strata together, too few cases.
** ASSAY_EMISSING where a row has no level, with error.row.
*/
assay_status assay_plan_cap(assay_context *context, assay_plan *plan, size_t column, uint64_t cap);

/*
** Within each stratum, whose sizes were set, probabilities are to be in proportion to the measure of
** size in `column` (measure.h). ASSAY_EDOM where sizes are expected ones, or there are cells or a cap.
*/
assay_status assay_plan_measure(assay_context *context, assay_plan *plan, size_t column);

/* n_h / N_h, of expected sizes where there are any; the mean of a stratum in two stages. */
double assay_plan_probability(const assay_plan *plan, size_t h);

/*
** The plan as a table: `stratum`, the strata columns, `population`, `sample` (numbers where they are
** expected ones), `reserve`, `probability` (n_h / N_h). With stages, `units` and `sample_units`, those
** drawn, stand before `population`, and `sample` and `reserve` are expected numbers.
*/
assay_status assay_plan_table(assay_context *context, const assay_plan *plan, assay_frame **table);

/*
** The fingerprint of the list of cases, the same in any order: the sum of the first 52 bits of the
** tickets of all ids under the seed "frame", as decimal digits.
*/
#define ASSAY_FINGERPRINT_BYTES 40
assay_status assay_plan_fingerprint(assay_context *context, const assay_plan *plan,
                                    char fingerprint[ASSAY_FINGERPRINT_BYTES]);

#endif
