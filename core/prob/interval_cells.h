/* interval_cells.h -- what the files of many intervals know of each other, and nobody else. */
#ifndef ASSAY_PROB_INTERVAL_CELLS_H
#define ASSAY_PROB_INTERVAL_CELLS_H

#include "prob/interval_batch.h"
#include "prob/interval_method.h"

typedef struct assay_interval_rows {
    const assay_interval_request *ask;
    assay_interval_batch *batch;
    assay_question question;
    const struct assay_interval_cells *cells; /* of the rows that are being answered */
} assay_interval_rows;

uint64_t assay_interval_population(const assay_interval_rows *r, size_t row);

/* Whether the counts of a row can be answered. */
bool assay_interval_fits(const assay_interval_rows *r, size_t row);

/* Adds the row to the failure just recorded; returns its status. */
assay_status assay_interval_blame_row(assay_context *context, size_t row);

/* Records why a row failed, its counts or else `status`, and which it is. */
assay_status assay_interval_refuse_row(const assay_interval_rows *r, assay_context *context,
                                       size_t row, assay_status status);

/* What came of a block of rows: the first that failed, or how many have each state. */
typedef struct assay_interval_block {
    assay_status status;
    size_t row;
    uint64_t states[ASSAY_INTERVAL_STATES];
} assay_interval_block;

void assay_interval_put(const assay_interval_rows *r, size_t row, const assay_interval *found,
                        assay_interval_block *block);

/* Does a task for all blocks of rows, in threads, and gathers what came of them. */
typedef void assay_interval_rows_task(const assay_interval_rows *r, size_t from, size_t to,
                                      assay_interval_block *block);
assay_status assay_interval_rows_each(const assay_interval_rows *r, assay_context *context,
                                      size_t from, size_t to, assay_interval_rows_task *task);

/* Rows from .. to - 1, of which each pair is answered once. */
assay_status assay_interval_by_cells(const assay_interval_rows *r, assay_context *context,
                                     size_t from, size_t to);

#endif
