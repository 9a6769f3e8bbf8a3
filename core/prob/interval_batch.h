/* interval_batch.h -- intervals of many pairs of counts at once. */
#ifndef ASSAY_PROB_INTERVAL_BATCH_H
#define ASSAY_PROB_INTERVAL_BATCH_H

#include "prob/interval.h"

/* The first three are read, the others filled: a place for each row. Negative counts are none. */
typedef struct assay_interval_batch {
    size_t rows;
    const int64_t *x, *n;
    const int64_t *populations; /* NULL: the request's for every row */
    double *estimate, *lower, *upper;
    int64_t *lower_count, *upper_count;     /* NULL unless the method counts cases */
    uint64_t states[ASSAY_INTERVAL_STATES]; /* how many rows have each */
} assay_interval_batch;

/*
** What assay_interval_compute gives for each row, to the last bit, by context->threads threads. Pairs
** that are there again among some two million rows are answered once; formulas are answered afresh, by
** vector instructions. Fails as one interval does, with the row named and in error.row; then what was
** to be filled holds anything. ASSAY_ESTOPPED, ASSAY_ENOMEM; at most some 200 MB beside the rows.
*/
assay_status assay_interval_compute_all(assay_context *context, const assay_interval_request *ask,
                                        assay_interval_batch *batch);

#endif
