/* unique.h -- whether each row of a table has a value of its own. */
#ifndef ASSAY_DATA_UNIQUE_H
#define ASSAY_DATA_UNIQUE_H

#include "data/frame.h"

/*
** The values are not kept, only eight bytes of each: 64 bits of a hash. Where two hashes are the same
** the rows are gone through once more, with the values of those alone, so that the answer is exact.
** Zeroed it holds nothing. Use: add all blocks; settle; where there are `suspects`, search all blocks
** again; then the answer.
*/
enum { ASSAY_UNIQUE_PARTS = 256 };

typedef struct assay_unique {
    struct assay_unique_part {
        size_t n, capacity, repeated;
        uint64_t *hashes;
    } parts[ASSAY_UNIQUE_PARTS]; /* by the first bits of the hash */
    uint64_t *block;             /* the hashes of the rows at hand */
    size_t block_capacity;
    uint64_t rows;
    uint64_t none;      /* the first row, from 1, without a value; rows behind it do not matter */
    uint64_t again;     /* the first row, from 1, with a value that an earlier row has */
    size_t n_suspects;  /* hashes that more than one row has */
    uint64_t *suspects; /* ascending */
    assay_dictionary *seen; /* values with such a hash */
} assay_unique;

void assay_unique_free(assay_unique *self); /* what it holds */

/* Rows `first` and on of a column, n of them. */
assay_status assay_unique_add(assay_context *context, assay_unique *self,
                              const assay_column *column, size_t first, size_t n);
assay_status assay_unique_settle(assay_context *context, assay_unique *self);
assay_status assay_unique_search(assay_context *context, assay_unique *self,
                                 const assay_column *column);

/* ASSAY_EMISSING or ASSAY_EREPEATED with error.row, of whichever row comes first; or ASSAY_OK. */
assay_status assay_unique_answer(assay_context *context, const assay_unique *self,
                                 const char *name);

/* All of that for a column in memory. */
assay_status assay_frame_require_unique(assay_context *context, const assay_frame *frame,
                                        size_t column);

#endif
