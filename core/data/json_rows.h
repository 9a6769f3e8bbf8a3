/* json_rows.h -- a table as JSON: a list of objects, one for each row. */
#ifndef ASSAY_DATA_JSON_ROWS_H
#define ASSAY_DATA_JSON_ROWS_H

#include "base/file.h"
#include "data/frame.h"

/*
** One row a line, its members in the order of the columns, missing values and infinite numbers null;
** numbers have `digits` significant digits, or are the shortest that read back the same if digits is
** 0. Rows are written as they come: nothing is held in memory. ASSAY_EFORMAT, naming row and column:
** text or a name that is not UTF-8.
*/
assay_status assay_json_rows_write(assay_context *context, const assay_frame *frame, int digits,
                                   assay_output *output);

#endif
