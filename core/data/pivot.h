/* pivot.h -- a long table made wide: the levels of a column become columns. */
#ifndef ASSAY_DATA_PIVOT_H
#define ASSAY_DATA_PIVOT_H

#include "data/frame.h"

/* More columns than this are a mistake, an id taken for a category. */
#define ASSAY_PIVOT_COLUMNS 4096

/*
** A row for each combination of the n >= 1 columns `rows`, a column for each level of `column` that
** occurs, its name the level, and in each cell what `values`, an integer or number column, has
** there. Rows and columns stand as assay_count lists them; cells without a level are the column
** "NA", which stands last. A cell that no row of the frame has is `absent_is_zero` ? 0 : missing.
** ASSAY_EDOM: `values` is of another type; more levels than above. ASSAY_EREPEATED: two rows of the
** frame for one cell (error.row is the second), two columns of one name.
*/
assay_status assay_pivot(assay_context *context, const assay_frame *frame, size_t n,
                         const size_t rows[], size_t column, size_t values, bool absent_is_zero,
                         assay_frame **pivoted);

#endif
