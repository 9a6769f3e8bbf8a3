/* walk.h -- the order in which a method of selection walks the cases. */
#ifndef ASSAY_SAMPLE_WALK_H
#define ASSAY_SAMPLE_WALK_H

#include "data/frame.h"

/*
** Columns to sort by, each ascending or descending, missing values last either way. Serpentine: the
** direction of a column turns from each group that the columns before it make to the next, missing
** values with it, so that neighbours differ as little as they can (SAS SURVEYSELECT, SORT=SERP).
*/
typedef struct assay_sorting {
    size_t n;
    size_t *columns;  /* columns[n] */
    bool *descending; /* descending[n] */
    bool serpentine;
} assay_sorting;

/*
** Brings rows[n] of a frame into that order, ties by the bytes of the id; NULL or no column: by id
** alone. How they stood before does not matter.
*/
assay_status assay_walk(assay_context *context, const assay_frame *frame, size_t id,
                        const assay_sorting *by, size_t n, uint32_t rows[]);

#endif
