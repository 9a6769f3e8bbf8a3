/* axis.h -- the levels of one column, across the blocks of a table. */
#ifndef ASSAY_DATA_AXIS_H
#define ASSAY_DATA_AXIS_H

#include "data/column.h"
#include "data/index.h"

#define ASSAY_AXIS_NEAR 8192

/*
** The levels are numbered from 1 as they are met; 0 is a missing value. Text and categories have
** the same levels, and a column may change between them; all else keeps the type it has first.
*/
typedef struct assay_axis {
    bool started;
    assay_type type;          /* of the column */
    assay_dictionary *levels; /* text, category */
    assay_index *values;      /* integer, number, date: their bits */
    uint32_t *near;           /* levels of least_near and the whole numbers behind it, or NULL */
    uint64_t least_near;
    const assay_column *column; /* that is followed now */
    assay_dictionary *local;    /* whose codes are translated; held, lest its address be reused */
    uint32_t *translated;       /* category: the level of each code */
    size_t n_translated;        /* codes, 0 included */
    uint32_t *codes;            /* anything else: the levels of the rows at hand */
    size_t capacity;
} assay_axis;

void assay_axis_free(assay_axis *axis); /* what it holds; a zeroed one holds nothing */

/*
** Goes on to rows `first` and on, `n` of them, of a column, whose levels are entered: all of a
** category, those that occur of other types. ASSAY_EFORMAT: the column has changed its type.
*/
assay_status assay_axis_follow(assay_context *context, assay_axis *axis, const assay_column *column,
                               size_t first, size_t n);

uint32_t assay_axis_levels(const assay_axis *axis); /* how many there are */

/* The level of row `first + i` of those that are followed. */
static inline uint32_t assay_axis_level(const assay_axis *axis, size_t first, size_t i)
{
    return axis->column->type == ASSAY_CATEGORY
               ? axis->translated[assay_column_code(axis->column, first + i)]
               : axis->codes[i];
}

/* The same of n rows from first + from on. */
void assay_axis_copy(const assay_axis *axis, size_t first, size_t from, size_t n,
                     uint32_t levels[]);

/*
** A column of levels[n]: integers, numbers and dates are such again, text is a category. Of a
** category that is not declared only the levels that occur are kept.
*/
assay_status assay_axis_column(assay_context *context, const assay_axis *axis, size_t n,
                               const uint32_t levels[], assay_column **column);

/*
** ranks[assay_axis_levels(axis) + 1]: the place of each level in the order of assay_column_compare;
** that of a missing value, level 0, is behind all others.
*/
assay_status assay_axis_rank(assay_context *context, const assay_axis *axis, uint32_t ranks[]);

#endif
