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

/* A label as messages show it. */
#define ASSAY_LABEL_BYTES 128
const char *assay_margins_label(const assay_margins *margins, size_t j,
                                char label[ASSAY_LABEL_BYTES]);

#endif
