/* frame.h -- a table in memory: names and shared, immutable columns. */
#ifndef ASSAY_DATA_FRAME_H
#define ASSAY_DATA_FRAME_H

#include "data/builder.h"

/* At most 2^32 - 2 rows. A frame is filled once, column by column, and then never changes. */
typedef struct assay_frame assay_frame;

assay_status assay_frame_new(assay_context *context, assay_frame **frame);
void assay_frame_free(assay_frame *frame); /* NULL is ignored */

/*
** Adds a column, which the frame takes over in any case (on failure it is released). Its length must
** be that of the columns already there, and its name not empty and not yet taken (ASSAY_EREPEATED).
*/
assay_status assay_frame_add(assay_context *context, assay_frame *frame, const char *name,
                             assay_column *column);

/* The same with a new column of values, which are copied: as many as the frame has rows. */
assay_status assay_frame_add_integers(assay_context *context, assay_frame *frame, const char *name,
                                      size_t n, const int64_t values[]);
assay_status assay_frame_add_numbers(assay_context *context, assay_frame *frame, const char *name,
                                     size_t n, const double values[]);
assay_status assay_frame_add_codes(assay_context *context, assay_frame *frame, const char *name,
                                   size_t n, const uint32_t codes[], assay_dictionary *dictionary);

size_t assay_frame_rows(const assay_frame *frame);
size_t assay_frame_columns(const assay_frame *frame);
const char *assay_frame_name(const assay_frame *frame, size_t i);
assay_column *assay_frame_column(const assay_frame *frame, size_t i);

#define ASSAY_NO_COLUMN SIZE_MAX
size_t assay_frame_find(const assay_frame *frame, const char *name); /* or ASSAY_NO_COLUMN */

/* The rows `rows[n]`, in that order; other columns are untouched. */
assay_status assay_frame_take(assay_context *context, const assay_frame *frame, size_t n,
                              const uint32_t rows[], assay_frame **taken);

/* Some columns, shared with `frame`, in the order given. */
assay_status assay_frame_select(assay_context *context, const assay_frame *frame, size_t n,
                                const size_t columns[], assay_frame **selected);

/* All columns, shared with `frame`, by other names: ASSAY_EREPEATED, ASSAY_EFORMAT as in adding. */
assay_status assay_frame_rename(assay_context *context, const assay_frame *frame,
                                const char *const names[], assay_frame **renamed);

/* The same columns and one more behind them, which is taken over as in adding. */
assay_status assay_frame_extend(assay_context *context, const assay_frame *frame, const char *name,
                                assay_column *column, assay_frame **extended);

/*
** Row numbers in the order of the columns given, each ascending, or descending where descending[i]
** (NULL: nowhere); rows that are equal in all of them keep their order. Missing values stand last
** either way. rows[assay_frame_rows(frame)] is filled.
*/
assay_status assay_frame_order(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], const bool descending[], uint32_t rows[]);

/*
** Of a column whose values differ: in how many rows the value is that of an earlier row but for its
** Unicode normal form (base/normal.h), and the first such row with the row that it is like.
*/
typedef struct assay_alike {
    uint64_t n;
    size_t row, other; /* from 0 */
} assay_alike;

assay_status assay_frame_find_alike(assay_context *context, const assay_frame *frame, size_t column,
                                    assay_alike *alike);

#endif
