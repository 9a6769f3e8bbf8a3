/* margin_parts.h -- what the files of margins share. */
#ifndef ASSAY_INFER_MARGIN_PARTS_H
#define ASSAY_INFER_MARGIN_PARTS_H

#include "infer/margin.h"

/* Units with the same values are one cell; the last one may be of the units outside, all of whose x are 0. */
struct assay_margins {
    size_t n, cells, p, n_margins;
    uint32_t *cell; /* [n] */
    double *x;      /* [cells * p] */
    double *totals; /* [p] */
    uint64_t *size; /* [cells] units */
    char **labels;  /* [p] the levels; NULL: a total of numbers or of all cases */
    size_t *of;     /* [p] the margin of each variable, counted from 0 */
    char **names;   /* [n_margins] */
    bool *private;  /* [n_margins] */
};

/* The values of a row, joined by " / "; `columns` NULL: those of the first ones. NULL: out of memory. */
char *assay_margin_row_label(const assay_frame *frame, size_t n_columns, const size_t *columns,
                             size_t row);

#endif
