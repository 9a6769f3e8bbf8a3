/* filter.h -- which rows stay. */
#ifndef ASSAY_DATA_FILTER_H
#define ASSAY_DATA_FILTER_H

#include "data/frame.h"

typedef struct assay_text {
    const char *bytes; /* NULL: none */
    size_t length;
} assay_text;

typedef enum assay_condition_kind {
    ASSAY_IS_ONE_OF,  /* the value is one of values[n] */
    ASSAY_IS_BETWEEN, /* low <= value <= high, either bound may be absent or strict */
    ASSAY_CONTAINS,   /* values[0] stands somewhere in the value, byte for byte */
    ASSAY_IS_MISSING
} assay_condition_kind;

/*
** One condition on one column. Values are written as in a file and read by the column's type; one
** that cannot be read so is ASSAY_EDOM, one that is no level of a category ASSAY_EUNKNOWN with the
** nearest level named. Bounds of a declared category go by the order of its levels, of text by
** bytes. A missing value meets no condition but ASSAY_IS_MISSING, `except` or not.
*/
typedef struct assay_condition {
    size_t column;
    assay_condition_kind kind;
    bool private; /* messages show no value of this column */
    bool except;  /* turned round, for values that are not missing */
    bool low_strict, high_strict;
    size_t n;
    const assay_text *values;
    assay_text low, high;
} assay_condition;

/* Rows that meet all `n` conditions, ascending, into rows[assay_frame_rows(frame)]. */
assay_status assay_filter(assay_context *context, const assay_frame *frame, size_t n,
                          const assay_condition conditions[], uint32_t rows[], size_t *kept);

/*
** One row per person. Two rows are the same person if they agree in all columns of any key, and so
** are all that are linked by such pairs; a key with a missing part matches nothing. Of each person
** the first row (or the last) in the order of column `order` is kept, a missing value standing last
** (first); equal ones go by column `tie` ascending, then by row. ASSAY_NO_COLUMN as `order`: by row
** alone.
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
                            const assay_distinct_options *options, uint32_t rows[], size_t *kept);

#endif
