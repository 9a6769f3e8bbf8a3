/* stream.h -- tables of a source that streams past and is not held. */
#ifndef ASSAY_DATA_STREAM_H
#define ASSAY_DATA_STREAM_H

#include "data/source.h"

/*
** The tables that assay_count and assay_profile make of a collected frame (tabulate.h), from blocks:
** memory goes by the combinations that occur, not by the rows. Cells of a file have no types until
** all are seen, so the levels get them at the end: wishes[] as in assay_source_collect, for all
** columns of the source. A level that is not what was wished for is ASSAY_EFORMAT with the column in
** error.argument.
*/
assay_status assay_stream_count(assay_context *context, assay_source *source, size_t n,
                                const size_t columns[], size_t weight,
                                const assay_column_wish wishes[], assay_frame **counts);

/*
** Each column by itself, within each level of the column `by` unless it is ASSAY_NO_COLUMN: a frame
** of it, `variable`, `level`, `cases`, `share` and `missing`.
*/
assay_status assay_stream_profile(assay_context *context, assay_source *source, size_t n,
                                  const size_t columns[], size_t by,
                                  const assay_column_wish wishes[], assay_frame **profile);

#endif
