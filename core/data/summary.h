/* summary.h -- a column of numbers in a few numbers. */
#ifndef ASSAY_DATA_SUMMARY_H
#define ASSAY_DATA_SUMMARY_H

#include "data/column.h"

/*
** An integer, number or date column in numbers. sd has the divisor n - 1 (NaN when n < 2); quartiles
** are of type 7 (Hyndman & Fan 1996): linear between order statistics at (n - 1) p. All are NaN when
** n = 0. Means use Welford's update. ASSAY_EDOM for other types.
*/
typedef struct assay_summary {
    uint64_t n, missing;
    double mean, sd, min, q1, median, q3, max;
} assay_summary;

assay_status assay_summarise(assay_context *context, const assay_column *column,
                             assay_summary *summary);

#endif
