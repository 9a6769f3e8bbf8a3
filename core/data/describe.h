/* describe.h -- what each column of a table that streams past holds. */
#ifndef ASSAY_DATA_DESCRIBE_H
#define ASSAY_DATA_DESCRIBE_H

#include "data/source.h"

/* So many different values of a column are held at most; behind them they are no more counted. */
#define ASSAY_DESCRIBE_MOST 65535

/*
** Reads a source once and holds no rows. Two frames:
**   columns   column, type, rows, missing, distinct, more ("yes" where there are more different
**             values than ASSAY_DESCRIBE_MOST; distinct is missing then), and of integers, numbers
**             and dates mean, sd, min, q1, median, q3, max (summary.h; dates in days); there are no
**             quartiles where there are more
**   levels    column, level, cases: of the categories, in byte order
** Columns are those with keep[i], in their order. wishes[] as in assay_source_collect, but only
** ASSAY_INFER without levels, or ASSAY_TEXT: else ASSAY_EDOM. The type is the one that a collected
** column has (builder.h).
*/
assay_status assay_describe(assay_context *context, assay_source *source,
                            const assay_column_wish wishes[], const bool keep[],
                            assay_frame **columns, assay_frame **levels);

#endif
