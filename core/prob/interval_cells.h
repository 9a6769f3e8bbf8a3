/* interval_cells.h -- what the files of many intervals know of each other, and nobody else. */
#ifndef ASSAY_PROB_INTERVAL_CELLS_H
#define ASSAY_PROB_INTERVAL_CELLS_H

#include "prob/interval_batch.h"
#include "prob/interval_method.h"

typedef struct assay_interval_rows {
    const assay_interval_request *ask;
    assay_interval_batch *batch;
    assay_question question;
    const struct assay_interval_cells *cells; /* of the rows that are being answered */
} assay_interval_rows;

uint64_t assay_interval_population(const assay_interval_rows *r, size_t row);

/* Whether the counts of a row can be answered. */
bool assay_interval_fits(const assay_interval_rows *r, size_t row);

/* Adds the row to the failure just recorded; returns its status. */
assay_status assay_interval_blame_row(assay_context *context, size_t row);

/* Records why a row failed, its counts or else `status`, and which it is. */
assay_status assay_interval_refuse_row(const assay_interval_rows *r, assay_context *context,
                                       size_t row, assay_status status);

/* What came of a block of rows: the first that failed, or how many have each state. */
typedef struct assay_interval_block {
    assay_status status;
    size_t row;
    uint64_t states[ASSAY_INTERVAL_STATES];
} assay_interval_block;

void assay_interval_put(const assay_interval_rows *r, size_t row, const assay_interval *found,
                        assay_interval_block *block);

/* Does a task for all blocks of rows, in threads, and gathers what came of them. */
typedef void assay_interval_rows_task(const assay_interval_rows *r, size_t from, size_t to,
                                      assay_interval_block *block);
assay_status assay_interval_rows_each(const assay_interval_rows *r, assay_context *context,
                                      size_t from, size_t to, assay_interval_rows_task *task);

/* ---- cells ---------------------------------------------------------------------------------- */

/*
** A cell is a pair, with a population where rows have their own. Where limits mirror each other it
** holds the lower limit of x, which is also the upper one of n - x: so that a row has two cells, and
** half as many limits are searched for. Else it holds both limits, and a row has one.
**
** Where no n is large there is a cell for each x of each n, used or not, x among n at n (n+1)/2 + x;
** else there are those that occur, and each row knows the numbers of its own.
*/
typedef struct assay_interval_cells {
    const assay_interval_rows *rows;
    size_t from, to; /* rows */
    bool is_mirrored, is_table;
    bool has_own, has_other; /* whether a row needs the cell of x, and that of n - x */
    size_t n;                /* cells */
    uint8_t *used;           /* in a table, 1 where a row needs the cell */
    uint32_t *own, *other;   /* else: the cells of row from + i, */
    uint64_t *x, *of, *N;    /* and x among `of` of each; N is NULL where there is one population */
    struct assay_interval_ends {
        double lower, upper; /* mirrored: the lower limit's distance from 0, and from 1 */
    } * limits;
    int64_t *counts[2]; /* NULL unless limits are counts */
    uint8_t *state;
    bool has_states; /* whether a state is anything but OK */
} assay_interval_cells;

#define ASSAY_CELL_FAILED UINT8_MAX /* the state of a cell without an answer */

/* Where x among n is in a table. */
static inline size_t assay_interval_place(uint64_t x, uint64_t n)
{
    return (size_t)(n * (n + 1) / 2 + x);
}

/* Whether all x of a sample are answered together. */
bool assay_interval_is_every(const assay_interval_rows *r);

/* Sets limits, counts and states of the cells; those that a table has for nobody are left. */
assay_status assay_interval_answer_cells(assay_interval_cells *c, assay_context *context);

/* Rows from .. to - 1, of which each pair is answered once. */
assay_status assay_interval_by_cells(const assay_interval_rows *r, assay_context *context,
                                     size_t from, size_t to);

#endif
