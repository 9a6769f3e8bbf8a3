/* distinct.h -- one row per person. */
#ifndef ASSAY_DATA_DISTINCT_H
#define ASSAY_DATA_DISTINCT_H

#include "data/frame.h"

/*
** Two rows are the same person if they agree in all columns of any key, and so are all that are
** linked by such pairs; a key with a missing part matches nothing. Of each person the first row (or
** the last) in the order of column `order` is kept, a missing value standing last (first); equal
** ones go by column `tie` ascending, then by row. ASSAY_NO_COLUMN as `order`: by row alone. `rows`
** gets the `kept` rows, ascending; rows `without_key` have a missing part in every key.
*/
typedef struct assay_key {
    size_t n;
    const size_t *columns;
} assay_key;

typedef struct assay_distinct_options {
    size_t n_keys;
    const assay_key *keys;
    size_t order, tie;
    bool last;
} assay_distinct_options;

assay_status assay_distinct(assay_context *context, const assay_frame *frame,
                            const assay_distinct_options *options, uint32_t rows[], size_t *kept,
                            size_t *without_key);

#endif
