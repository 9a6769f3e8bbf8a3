/* tabulate.h -- counting and summarising columns. */
#ifndef ASSAY_DATA_TABULATE_H
#define ASSAY_DATA_TABULATE_H

#include "data/source.h"

/*
** Cases by each combination of levels that occurs in the columns given: a frame of those columns,
** `cases` and `share` (of all rows; no rows, no lines). A missing value is a level of its own, shown
** last; others stand in the order in which they were declared, numbers and dates by value, the rest
** in byte order.
*/
assay_status assay_count(assay_context *context, assay_source *source, size_t n,
                         const size_t columns[], assay_frame **counts);

/* The same of a frame; n >= 1. Other columns cost nothing. */
assay_status assay_count_frame(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], assay_frame **counts);

/*
** Sample beside population: a frame of `variable`, `level`, `population`, `population_share`,
** `sample`, `sample_share` and `difference` (sample minus population share). Both frames have the
** columns named; a level is listed if it occurs in the population.
*/
assay_status assay_balance(assay_context *context, const assay_frame *population,
                           const assay_frame *sample, size_t n, const char *const columns[],
                           assay_frame **balance);

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
