/* estimate_count.h -- the answers of each stratum in each domain, counted in one pass. */
#ifndef ASSAY_INFER_ESTIMATE_COUNT_H
#define ASSAY_INFER_ESTIMATE_COUNT_H

#include "infer/estimate.h"

/* For estimate.c alone. */

/*
** A cell is a stratum in a domain, of which there is a unit. The cells of a domain stand together, in
** the order of the strata. Zeroed it holds nothing.
*/
typedef struct assay_estimate_cells {
    size_t n, most;    /* all; the most of one domain */
    uint32_t *of_unit; /* [units]; n for units outside all domains */
    uint32_t *stratum; /* [n] */
    size_t *first;     /* [n_groups + 1] */
} assay_estimate_cells;

/* ASSAY_EDOM: a group that is none. To be freed whatever the answer. */
assay_status assay_estimate_cells_of(assay_context *context, const assay_design *design,
                                     const assay_estimate_request *request,
                                     assay_estimate_cells *cells);
void assay_estimate_cells_free(assay_estimate_cells *cells);

/* How many units of each cell have each answer, by assay_answer. */
typedef uint32_t assay_estimate_counts[4];

/*
** counts[n_questions][n + 1], the last of each question those of units outside. ASSAY_EDOM: an answer
** that is none. ASSAY_ESTOPPED.
*/
assay_status assay_estimate_count(assay_context *context, const assay_estimate_cells *cells,
                                  size_t units, size_t n_questions, const uint8_t *const answers[],
                                  assay_estimate_counts counts[]);

#endif
