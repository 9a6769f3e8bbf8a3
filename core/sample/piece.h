/* piece.h -- a list that streams past, written in the order of strata and tickets. */
#ifndef ASSAY_SAMPLE_PIECE_H
#define ASSAY_SAMPLE_PIECE_H

#include "base/file.h"
#include "sample/draw.h"

/*
** Writes every case of the list that a sample was drawn from, with its stratum and ticket, by stratum
** and ticket: what assay_csv_write makes of assay_sample_frame. The list is gone through once for each
** piece of it that fits into `bytes` of memory or so (0: as many as suit a list of any length).
*/
assay_status assay_write_pieces(assay_context *context, const assay_sample *sample, uint64_t bytes,
                                assay_output *output);

#endif
