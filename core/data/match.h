/* match.h -- which rows of a table agree. */
#ifndef ASSAY_DATA_MATCH_H
#define ASSAY_DATA_MATCH_H

#include "data/frame.h"

#define ASSAY_NO_ROW UINT32_MAX

/*
** firsts[assay_frame_rows(frame)]: of each row the first that has the same values in all `n` columns
** (itself, if there is none above it); ASSAY_NO_ROW where one of them is missing. Values are the same
** if they are written the same: 0 and -0 are.
*/
assay_status assay_match(assay_context *context, const assay_frame *frame, size_t n,
                         const size_t columns[], uint32_t firsts[]);

#endif
