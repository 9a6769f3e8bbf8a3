/* append.h -- one table below another. */
#ifndef ASSAY_DATA_APPEND_H
#define ASSAY_DATA_APPEND_H

#include "data/frame.h"

/*
** The rows of `above` and then those of `below`, which has the same columns, whatever their order:
** ASSAY_EUNKNOWN names a column that only one of them has. Types that differ:
**   integer and number    number; an integer beyond 2^53 would change and is ASSAY_EFORMAT
**   category and text     text
**   no value at all       the other column's type: what is empty could be read as anything
**   declared levels       stay; the other column must keep to them, or have declared the same ones in
**                         the same order: ASSAY_EFORMAT with error.row set (0: the levels differ)
** Any other two are ASSAY_EFORMAT. A failure names the column in error.argument. Other categories
** have their levels in order of first appearance.
*/
assay_status assay_frame_append(assay_context *context, const assay_frame *above,
                                const assay_frame *below, assay_frame **both);

#endif
