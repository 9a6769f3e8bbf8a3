/* tally_cells.h -- the cells of a tally: one for each combination of levels that occurs. */
#ifndef ASSAY_DATA_TALLY_CELLS_H
#define ASSAY_DATA_TALLY_CELLS_H

#include "data/axis.h"

/* For tally.c alone. */

/* Columns whose levels make one key, behind the cell that the columns before them make up. */
typedef struct assay_tally_step {
    size_t first, end; /* of the columns */
    assay_index *keys; /* their codes, less 1, are cells */
} assay_tally_step;

/*
** While the combinations that can be are few, each has a place of its own (`direct`), and every
** worker a table of its own. Else the levels of a row are packed into 64 bits and looked up; where
** they need more, the cell so far and the next columns make the next key. Whichever it is, level l
** of column i adds l * strides[i].
*/
typedef struct assay_tally_cells {
    size_t n; /* columns */
    int workers;
    bool weighted;
    bool direct;
    uint64_t *capacities; /* the places of each column, missing values included */
    uint64_t *strides;
    size_t n_steps; /* none if direct, or if a column stands alone: its levels are the cells */
    assay_tally_step *steps;
    size_t n_cells;
    size_t capacity; /* of what follows, for each worker; a cache line more than cells if direct */
    int64_t *cases;  /* cases[worker * capacity + cell]; one table unless direct */
    double *sums, *lost; /* weights by cell, and what the additions so far have lost */
} assay_tally_cells;

void assay_tally_cells_free(
    assay_tally_cells *cells); /* what they hold; zeroed ones hold nothing */

/*
** Lays the cells out anew if a column has levels that they have no place for; what was counted is
** kept. n, workers and weighted are set before; scratch[n].
*/
assay_status assay_tally_cells_fit(assay_context *context, const assay_axis axes[],
                                   uint32_t scratch[], assay_tally_cells *cells);

/* The cell of these levels, which is made if there is none; false when out of memory. */
bool assay_tally_cells_place(assay_tally_cells *cells, const uint32_t levels[], size_t *cell);

/* The levels that make up a cell. */
void assay_tally_cells_levels(const assay_tally_cells *cells, size_t cell, uint32_t levels[]);

/* All that was counted in a cell. */
int64_t assay_tally_cells_cases(const assay_tally_cells *cells, size_t cell);

#endif
