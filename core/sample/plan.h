/* plan.h -- how many cases from where, validated once. */
#ifndef ASSAY_SAMPLE_PLAN_H
#define ASSAY_SAMPLE_PLAN_H

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
    uint64_t size;     /* the sum of sample[] */
    struct assay_plan_owner *own;
} assay_plan;

/*
** The strata of a frame, with nothing allocated yet: sample[] and reserve[] are 0. Ids must be there
** and differ (ASSAY_EMISSING, ASSAY_EREPEATED with error.row).
*/
assay_status assay_plan_new(assay_context *context, const assay_frame *frame, size_t id, size_t n,
                            const size_t columns[], assay_plan **plan);
assay_plan *assay_plan_retain(assay_plan *plan);
void assay_plan_release(assay_plan *plan); /* NULL is ignored */

/*
** Sets the sizes of a plan that nobody shares yet. ASSAY_EDOM, with the stratum named, where sample
** and reserve together are more than a stratum holds.
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

/*
** The plan as a table: `stratum`, the strata columns, `population`, `sample`, `reserve`,
** `probability` (n_h / N_h).
*/
assay_status assay_plan_table(assay_context *context, const assay_plan *plan, assay_frame **table);

/*
** The fingerprint of the list of cases, the same in any order: the sum of the first 52 bits of the
** tickets of all ids under the seed "frame", as decimal digits.
*/
#define ASSAY_FINGERPRINT_BYTES 40
void assay_plan_fingerprint(const assay_plan *plan, char fingerprint[ASSAY_FINGERPRINT_BYTES]);

#endif
