/* tally.h -- cases by each combination of levels, counted block by block. */
#ifndef ASSAY_DATA_TALLY_H
#define ASSAY_DATA_TALLY_H

#include "data/frame.h"

typedef struct assay_tally assay_tally;

/* Of n >= 1 columns; with a sum of weights for each combination if it is `weighted`. */
assay_status assay_tally_new(assay_context *context, size_t n, bool weighted, assay_tally **tally);
void assay_tally_free(assay_tally *tally); /* NULL is ignored */

/*
** Adds rows `first` and on, `n` of them, of the columns; the weights are an integer or number column
** (or cells of text that are numbers), NULL unless the tally is weighted. It may well poll. Sums are
** compensated and go by row, so that neither threads nor blocks change them. ASSAY_EMISSING: a row
** without a weight; ASSAY_EFORMAT: a weight that is no number, or a column that changes its type;
** error.row counts all rows added.
*/
assay_status assay_tally_add(assay_context *context, assay_tally *tally,
                             const assay_column *const columns[], const assay_column *weights,
                             size_t first, size_t n);

uint64_t assay_tally_rows(const assay_tally *tally); /* added so far */

/*
** A frame of the columns under these names, `cases`, `share` (of all rows; if weighted, of all weights)
** and, if weighted, `weight`: one row for each combination that occurs, in the order of assay_column_compare by one
** column after the other.
*/
assay_status assay_tally_frame(assay_context *context, const assay_tally *tally,
                               const char *const names[], assay_frame **counts);

#endif
