/* join.h -- one table beside another, row by row of the same key. */
#ifndef ASSAY_DATA_JOIN_H
#define ASSAY_DATA_JOIN_H

#include "data/frame.h"

/*
** Two keys are the same if all their columns have the same cells as they are written to a file, so
** that text, category and integer meet. A key with a missing part matches nothing.
*/
typedef struct assay_join_options {
    size_t n;            /* >= 1 columns make the key */
    const size_t *left;  /* their numbers on the left */
    const size_t *right; /* and on the right, whose key columns are left out of the result */
    bool inner;   /* leaves out rows on the left without a match; else they have missing values */
    bool many;    /* a key may stand in several rows on the right; else ASSAY_EREPEATED */
    bool private; /* no key is shown in a message */
} assay_join_options;

typedef struct assay_join_counts {
    uint64_t unmatched;   /* rows on the left whose key no row on the right has */
    uint64_t without_key; /* rows on the left with a missing part in their key */
    uint64_t unused;      /* rows on the right that match nothing */
} assay_join_counts;

/*
** The columns on the left, then those on the right; rows in the order on the left, and for one of
** them in the order on the right. No two columns may have one name. ASSAY_EREPEATED names the first
** row on the right whose key an earlier one has, in error.row. ASSAY_EDOM: more rows than a frame
** holds.
*/
assay_status assay_frame_join(assay_context *context, const assay_frame *left,
                              const assay_frame *right, const assay_join_options *options,
                              assay_frame **joined, assay_join_counts *counts);

#endif
