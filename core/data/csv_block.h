/* csv_block.h -- the parts of a block put together as columns. */
#ifndef ASSAY_DATA_CSV_BLOCK_H
#define ASSAY_DATA_CSV_BLOCK_H

#include "base/memory.h"
#include "data/builder.h"
#include "data/csv_part.h"

/* Texts that mean missing, and room for a cell whose quotes are doubled. */
typedef struct assay_csv_cells {
    size_t n_missing;
    const char *const *missing;
    uint64_t missing_lengths; /* bit i: one of i bytes is among them; 63: or of more */
    assay_bytes scratch;
} assay_csv_cells;

void assay_csv_cells_start(assay_csv_cells *cells, size_t n_missing, const char *const missing[]);

/*
** A column coded by a dictionary has at most this many texts before a block, so that it cannot have
** more than 65,535 after it.
*/
enum { ASSAY_CSV_PARTS = 16, ASSAY_CSV_UNSEEN = 1024 };
#define ASSAY_CSV_CODED_MOST (UINT16_MAX - ASSAY_CSV_PARTS * ASSAY_CSV_UNSEEN)

/* Gives the cells of a part that no dictionary knew their codes, in their order. */
assay_status assay_csv_block_settle(assay_context *context, const assay_csv_layout *layout,
                                    assay_csv_cells *cells, assay_csv_part *part);

/* Adds the cells of one row whose columns are read later to the builders of their columns. */
assay_status assay_csv_block_fetch(assay_context *context, const assay_csv_layout *layout,
                                   assay_csv_cells *cells, const assay_csv_part *part, size_t row,
                                   assay_builder *const builders[]);

/* Kept column `i` of the rows of all parts. */
assay_status assay_csv_block_column(assay_context *context, const assay_csv_layout *layout,
                                    assay_csv_cells *cells, size_t i, size_t n_parts,
                                    const assay_csv_part parts[], assay_column **column);

#endif
