/* parts.h -- strata parted further, down to the officer, as the Ministry's sampler does. */
#ifndef ASSAY_SAMPLE_PARTS_H
#define ASSAY_SAMPLE_PARTS_H

#include "sample/strata.h"

/*
** Each stratum is parted by the first column, each part by the second, and so on; the last parts are
** the cells, in byte order of their levels. What is drawn of a stratum, sample and reserves together,
** goes down from part to part by the proportional rule (round_robin.h), and a simple random sample
** comes from each cell. With a cap, no level of the last column has more than `cap` cases over all
** strata, which are gone through in order: the excess goes to other cells of the same part and, where
** none has room, is dropped. A cell whose share rounds to 0 has no chance at all.
** The sample of a stratum is shared out over what is drawn from its cells by the same rule; the rest
** are reserves. Fields are to be read only.
*/
typedef struct assay_parts {
    size_t n;
    uint32_t *of_row;     /* of_row[rows]: the cell of each row, from 0 */
    uint64_t *population; /* population[n] */
    uint32_t *stratum;    /* stratum[n] */
    uint64_t *drawn;      /* drawn[n]: sample and reserves */
    uint64_t *sample;     /* sample[n] */
    size_t n_columns;
    size_t *columns; /* columns[n_columns] */
    uint64_t cap;    /* 0: none */
} assay_parts;

/*
** The cells of a frame for these sizes of sample and reserves by stratum. ASSAY_EMISSING where a row
** has no level in one of the columns, with error.row.
*/
assay_status assay_parts_new(assay_context *context, const assay_frame *frame,
                             const assay_strata *strata, size_t n_columns, const size_t columns[],
                             uint64_t cap, const uint64_t sample[], const uint64_t reserve[],
                             assay_parts **cells);
void assay_parts_free(assay_parts *cells); /* NULL is ignored */

/* What the cells of each stratum have together, which may be less than was asked for. */
void assay_parts_sizes(const assay_parts *cells, size_t n_strata, uint64_t sample[],
                       uint64_t reserve[]);

/* The cases of cells without sample, and of those the ones whose cell gives reserves alone. */
uint64_t assay_parts_without_chance(const assay_parts *cells, uint64_t *reserves_alone);

#endif
