/* source.h -- a table that streams past in blocks; a frame is a collected source. */
#ifndef ASSAY_DATA_SOURCE_H
#define ASSAY_DATA_SOURCE_H

#include "data/frame.h"

#define ASSAY_BLOCK_ROWS 65536 /* at most */

/* The columns belong to the source and last until the next block is asked for. */
typedef struct assay_block {
    size_t rows; /* 0: the end */
    assay_column *const *columns;
} assay_block;

/*
** Made by a format (csv.h) or from a frame. `next` fills the block that follows; `free` releases all
** that the source holds. Cells of a file come as text or missing; their types are found by who
** collects them, over the whole column.
*/
typedef struct assay_source assay_source;
struct assay_source {
    size_t n_columns;
    const char *const *names;
    assay_status (*next)(assay_context *context, assay_source *source, assay_block *block);
    void (*free)(assay_source *source);
};

/* Streams a frame, which must outlive the source. */
assay_status assay_source_of_frame(assay_context *context, const assay_frame *frame,
                                   assay_source **source);

void assay_source_free(assay_source *source); /* NULL is ignored */

/*
** Reads a source to its end. wishes[n_columns] says what each column is to be; a failure names the
** column in error.argument. Only columns with keep[i] are kept, in their order; keep NULL is all.
*/
assay_status assay_source_collect(assay_context *context, assay_source *source,
                                  const assay_column_wish wishes[], const bool keep[],
                                  assay_frame **frame);

#endif
