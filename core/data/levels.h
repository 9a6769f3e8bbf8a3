/* levels.h -- the values that columns take, numbered in the order in which tables show them. */
#ifndef ASSAY_DATA_LEVELS_H
#define ASSAY_DATA_LEVELS_H

#include "base/memory.h"
#include "data/frame.h"

/*
** Each combination of values that occurs in `n` columns is a row of `frame`: its first n columns
** have the values, with the types of the columns they come from, column n how many cases have them.
** They stand as assay_count lists them. Without columns there is one combination, of all rows.
*/
typedef struct assay_levels {
    size_t n, size;
    assay_frame *frame;
    assay_dictionary *keys; /* row i has the code i + 1 */
    assay_bytes key;
} assay_levels;

#define ASSAY_NO_LEVEL SIZE_MAX

/* Columns may have any names, `cases` too. Free what was made; zeroed levels may be freed as well. */
assay_status assay_levels_of(assay_context *context, const assay_frame *frame, size_t n,
                             const size_t columns[], assay_levels *levels);
void assay_levels_free(assay_levels *levels);

/* All levels of a declared dictionary, whether they occur or not; no cases are counted. */
assay_status assay_levels_of_dictionary(assay_context *context, assay_dictionary *dictionary,
                                        assay_levels *levels);

/*
** Which combination a row of a frame has in these columns: levels->n of them, compared as they are
** written to files. ASSAY_NO_LEVEL if it is none of them.
*/
assay_status assay_levels_find(assay_context *context, assay_levels *levels,
                               const assay_frame *frame, const size_t columns[], size_t row,
                               size_t *index);

/*
** of_row[assay_frame_rows(frame)]: the combination of each row of the frame that the levels were made of
** by these columns.
*/
assay_status assay_levels_of_rows(assay_context *context, assay_levels *levels,
                                  const assay_frame *frame, const size_t columns[],
                                  uint32_t of_row[]);

/* How many rows have combination i. */
int64_t assay_levels_cases(const assay_levels *levels, size_t i);

/* How many values of a single column are known: a missing one stands behind them. */
size_t assay_levels_known(const assay_levels *levels);

/* How many different values a column has, and how many rows have none: no table is made. */
assay_status assay_column_distinct(assay_context *context, const assay_column *column,
                                   uint64_t *distinct, uint64_t *missing);

/*
** Two columns as one, the second behind the first: with their type where it is the same, else with
** the one that fits all their cells. Of two categories, declared levels come before the other's.
*/
assay_status assay_columns_append(assay_context *context, const assay_column *first,
                                  const assay_column *second, assay_column **joined);

#endif
