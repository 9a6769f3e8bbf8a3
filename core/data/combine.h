/* combine.h -- which combination of levels each row of a table has. */
#ifndef ASSAY_DATA_COMBINE_H
#define ASSAY_DATA_COMBINE_H

#include "data/axis.h"

/*
** Combinations of the levels of n columns are numbered from 0 as they are met, block by block, a
** missing value being a level too; without columns there is one. `cases` and `first` are by
** combination. Zeroed but for n it is new.
*/
typedef struct assay_combine {
    size_t n;
    assay_axis *axes;
    assay_index **steps; /* the combination of the columns before, and a level of this one */
    size_t size;         /* combinations so far */
    size_t capacity;
    struct assay_combination {
        uint64_t cases, first; /* the row that has it first, from 0 */
    } * all;
    uint64_t rows;
} assay_combine;

void assay_combine_free(assay_combine *self); /* what it holds */

/*
** of_row[i] becomes the combination of row `first + i` of the columns, n of them. Does not poll: some
** ten thousand rows take a millisecond.
*/
assay_status assay_combine_rows(assay_context *context, assay_combine *self,
                                const assay_column *const columns[], size_t first, size_t n,
                                uint32_t of_row[]);

#endif
