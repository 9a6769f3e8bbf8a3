/* tabulate.h -- counting columns. */
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
** The same with one column more, `weight`, of which `share` is then a share: the sum of the column `weight` over those rows, which
** holds integers or numbers (in a source also text that reads so); ASSAY_NO_COLUMN: none. Each row
** needs one: ASSAY_EMISSING and ASSAY_EFORMAT name the first row without.
*/
assay_status assay_count_weighted(assay_context *context, assay_source *source, size_t n,
                                  const size_t columns[], size_t weight, assay_frame **counts);
assay_status assay_count_frame_weighted(assay_context *context, const assay_frame *frame, size_t n,
                                        const size_t columns[], size_t weight,
                                        assay_frame **counts);

/*
** Sample beside population: a frame of `variable`, `level`, `population`, `population_share`,
** `sample`, `sample_share` and `difference` (sample minus population share). Both frames have the
** columns named; a level is listed if it occurs in the population.
*/
assay_status assay_balance(assay_context *context, const assay_frame *population,
                           const assay_frame *sample, size_t n, const char *const columns[],
                           assay_frame **balance);

#endif
