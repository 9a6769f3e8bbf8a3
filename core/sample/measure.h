/* measure.h -- inclusion probabilities in proportion to a measure of size. */
#ifndef ASSAY_SAMPLE_MEASURE_H
#define ASSAY_SAMPLE_MEASURE_H

#include "sample/strata.h"

/*
** In each stratum as select.h has it: size x / sum x, and 1 where that is 1 or more, with the rest
** divided again. Sums go by the bytes of the ids, so that the order of the rows cannot change a bit.
** Fields are to be read only.
*/
typedef struct assay_measure {
    size_t column;
    double *probability; /* probability[rows] */
    uint64_t
        *certain; /* certain[strata]: cases of probability 1, 0 where the stratum is taken whole */
} assay_measure;

/*
** `sample` has the size of each stratum. ASSAY_EDOM for a column that holds no numbers, or, with
** error.row, where a row's measure is missing (ASSAY_EMISSING) or not above 0 and finite.
*/
assay_status assay_measure_new(assay_context *context, const assay_frame *frame, size_t id,
                               const assay_strata *strata, size_t column, const uint64_t sample[],
                               assay_measure **measure);
void assay_measure_free(assay_measure *measure); /* NULL is ignored */

#endif
