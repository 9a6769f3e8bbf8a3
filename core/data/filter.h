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

/*
** Rows that meet all `n` conditions, ascending, into rows[assay_frame_rows(frame)]; NULL: they are
** counted only.
*/
assay_status assay_filter(assay_context *context, const assay_frame *frame, size_t n,
                          const assay_condition conditions[], uint32_t rows[], size_t *kept);

#endif
