/* derived.h -- a column whose values, and with them its type, come one by one. */
#ifndef ASSAY_DATA_DERIVED_H
#define ASSAY_DATA_DERIVED_H

#include "data/column.h"

typedef struct assay_derived assay_derived;

/* Room for n values, NULL when out of memory; that many are added before the column is made. */
assay_derived *assay_derived_new(size_t n);
void assay_derived_free(assay_derived *values); /* NULL is ignored */

/*
** Each adds one value. NaN is missing. ASSAY_EDOM with error.row: an infinite number, INT64_MIN,
** which stands for missing in a column, or an integer beyond 2^53 among numbers, which would change.
*/
assay_status assay_derived_add_missing(assay_context *context, assay_derived *values);
assay_status assay_derived_add_integer(assay_context *context, assay_derived *values,
                                       int64_t value);
assay_status assay_derived_add_number(assay_context *context, assay_derived *values, double value);
assay_status assay_derived_add_text(assay_context *context, assay_derived *values,
                                    const char *bytes, size_t length);

/*
** Makes the column: integer if all values are integers, number if they are integers and numbers.
** With text among them the type is inferred as that of cells in a file (assay_builder_finish), and
** so it is where all are missing.
*/
assay_status assay_derived_finish(assay_context *context, assay_derived *values,
                                  assay_column **column);

#endif
