/* source.h -- a table that streams past in blocks; a frame is a collected source. */
#ifndef ASSAY_DATA_SOURCE_H
#define ASSAY_DATA_SOURCE_H

#include "data/frame.h"

#define ASSAY_BLOCK_ROWS 65536 /* at most */

/*
** columns[i] is NULL where the source was told not to keep it. The columns belong to the source and
** last until the next block is asked for; the dictionary of a category column lasts as long as the
** source and only grows, so that a code means the same text in every block.
*/
typedef struct assay_block {
    size_t rows; /* 0: the end */
    assay_column *const *columns;
} assay_block;

/*
** Made by a format (csv.h) or from a frame. `next` fills the block that follows; `free` releases all
** that the source holds. Text formats hand out text and category columns (one column may change
** between the two from block to block), whose types are found by who collects them, over the whole
** column; formats that know types hand out integers, numbers and dates too.
**
** `wishes` is what the format itself knows of its columns, such as levels from value labels; NULL:
** nothing. `keep` says which columns will be looked at, keep[n_columns], and is called before the
** first block or not at all; NULL: the format always makes all of them. `rewind` makes the block that
** comes next the first one again; NULL: the source can be gone through only once.
**
** `defer` says, between two passes and once, which columns blocks need not have any more, because few
** of their cells are wanted: those are NULL in blocks, and `fetch` adds those of rows[n] of the block
** handed out last to builders[n_columns]. NULL: the source has no cheaper way.
*/
typedef struct assay_source assay_source;
struct assay_source {
    size_t n_columns;
    const char *const *names;
    const assay_column_wish *wishes;
    void (*keep)(assay_source *source, const bool keep[]);
    assay_status (*next)(assay_context *context, assay_source *source, assay_block *block);
    assay_status (*rewind)(assay_context *context, assay_source *source);
    void (*defer)(assay_source *source, const bool deferred[]);
    assay_status (*fetch)(assay_context *context, assay_source *source, size_t n,
                          const uint32_t rows[], assay_builder *const builders[]);
    void (*free)(assay_source *source);
    size_t shared; /* by so many more */
};

/* Streams a frame, which must outlive the source. */
assay_status assay_source_of_frame(assay_context *context, const assay_frame *frame,
                                   assay_source **source);

assay_source *assay_source_share(assay_source *source); /* to be freed once more */
void assay_source_free(assay_source *source);           /* NULL is ignored */

/* ASSAY_EDOM: it can be gone through only once; ASSAY_EIO: it is not any more what it was. */
assay_status assay_source_rewind(assay_context *context, assay_source *source);

/* What column i is to be: the caller's wish, or the source's own where the caller has none. */
assay_column_wish assay_source_wish(const assay_source *source, const assay_column_wish *wish,
                                    size_t i);

/* Columns without keep[i] may be left out of the blocks from now on; keep NULL is all. */
void assay_source_keep(assay_source *source, const bool keep[]);

/*
** Reads a source to its end. wishes[n_columns] says what each column is to be, where it says
** ASSAY_INFER without levels the source's own wish holds; a failure names the column in
** error.argument. Only columns with keep[i] are kept, in their order; keep NULL is all.
*/
assay_status assay_source_collect(assay_context *context, assay_source *source,
                                  const assay_column_wish wishes[], const bool keep[],
                                  assay_frame **frame);

#endif
