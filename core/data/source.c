/* source.c -- a table that streams past in blocks; a frame is a collected source. */
#include "data/source.h"

#include "base/memory.h"

assay_source *assay_source_share(assay_source *source)
{
    source->shared++;
    return source;
}

void assay_source_free(assay_source *source)
{
    if (source != NULL && source->shared > 0)
        source->shared--;
    else if (source != NULL)
        source->free(source);
}

assay_status assay_source_rewind(assay_context *context, assay_source *source)
{
    return source->rewind != NULL
               ? source->rewind(context, source)
               : assay_fail(context, ASSAY_EDOM, "this table can be gone through only once");
}

void assay_source_keep(assay_source *source, const bool keep[])
{
    if (source->keep != NULL && keep != NULL)
        source->keep(source, keep);
}

/* ---- a frame as a source ---- */

typedef struct frame_source {
    assay_source face;
    const assay_frame *frame;
    size_t row; /* where the next block starts */
    const char **names;
    assay_column **columns; /* of the block handed out last; NULL entries are free */
} frame_source;

static void release_block(frame_source *self)
{
    for (size_t i = 0; i < self->face.n_columns; i++) {
        assay_column_release(self->columns[i]);
        self->columns[i] = NULL;
    }
}

static assay_status next_of_frame(assay_context *context, assay_source *source, assay_block *block)
{
    frame_source *self = (frame_source *)source;
    const size_t left = assay_frame_rows(self->frame) - self->row;
    const size_t rows = left < ASSAY_BLOCK_ROWS ? left : ASSAY_BLOCK_ROWS;
    release_block(self);
    for (size_t i = 0; i < source->n_columns; i++) {
        assay_column *column = assay_frame_column(self->frame, i);
        const assay_status status =
            assay_column_slice(context, column, self->row, rows, &self->columns[i]);
        if (status != ASSAY_OK)
            return status;
    }
    self->row += rows;
    *block = (assay_block){.rows = rows, .columns = self->columns};
    return assay_poll(context, self->row, assay_frame_rows(self->frame));
}

static assay_status rewind_of_frame(assay_context *context, assay_source *source)
{
    (void)context;
    ((frame_source *)source)->row = 0;
    return ASSAY_OK;
}

static void free_of_frame(assay_source *source)
{
    frame_source *self = (frame_source *)source;
    if (self->columns != NULL)
        release_block(self);
    assay_free(self->columns);
    assay_free(self->names);
    assay_free(self);
}

assay_status assay_source_of_frame(assay_context *context, const assay_frame *frame,
                                   assay_source **source)
{
    const size_t n = assay_frame_columns(frame);
    frame_source *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL)
        return assay_fail_memory(context);
    self->frame = frame;
    self->names = assay_alloc_zeroed_array(n, sizeof *self->names);
    self->columns = assay_alloc_zeroed_array(n, sizeof(assay_column *));
    if (self->names == NULL || self->columns == NULL) {
        free_of_frame(&self->face);
        return assay_fail_memory(context);
    }
    for (size_t i = 0; i < n; i++)
        self->names[i] = assay_frame_name(frame, i);
    self->face = (assay_source){.n_columns = n,
                                .names = self->names,
                                .next = next_of_frame,
                                .rewind = rewind_of_frame,
                                .free = free_of_frame};
    *source = &self->face;
    return ASSAY_OK;
}

/* ---- a source as a frame ---- */

static assay_status fill(assay_context *context, assay_source *source, const bool keep[],
                         assay_builder *builders[])
{
    for (;;) {
        assay_block block;
        assay_status status = source->next(context, source, &block);
        if (status != ASSAY_OK || block.rows == 0)
            return status;
        for (size_t i = 0; status == ASSAY_OK && i < source->n_columns; i++)
            if (keep == NULL || keep[i])
                status = assay_builder_add_column(context, builders[i], block.columns[i]);
        if (status != ASSAY_OK)
            return status;
    }
}

assay_column_wish assay_source_wish(const assay_source *source, const assay_column_wish *wish,
                                    size_t i)
{
    if (source->wishes == NULL || wish->type != ASSAY_INFER || wish->levels != NULL ||
        (source->wishes[i].type == ASSAY_INFER && source->wishes[i].levels == NULL))
        return *wish;
    assay_column_wish own = source->wishes[i];
    own.private = wish->private;
    return own;
}

static assay_status finish(assay_context *context, const assay_source *source,
                           const assay_column_wish wishes[], const bool keep[],
                           assay_builder *builders[], assay_frame *frame)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < source->n_columns; i++) {
        assay_column *column;
        if (keep != NULL && !keep[i])
            continue;
        const assay_column_wish wish = assay_source_wish(source, &wishes[i], i);
        status = assay_builder_finish(context, builders[i], &wish, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, frame, source->names[i], column);
        else if (status == ASSAY_EFORMAT)
            assay_blame_argument(context, source->names[i]);
        assay_builder_free(builders[i]); /* as early as can be: it holds a copy of the column */
        builders[i] = NULL;
    }
    return status;
}

assay_status assay_source_collect(assay_context *context, assay_source *source,
                                  const assay_column_wish wishes[], const bool keep[],
                                  assay_frame **frame)
{
    assay_frame *fresh = NULL;
    assay_builder **builders = assay_alloc_zeroed_array(source->n_columns, sizeof *builders);
    assay_status status = builders == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < source->n_columns; i++)
        if ((builders[i] = assay_builder_new()) == NULL)
            status = assay_fail_memory(context);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        assay_source_keep(source, keep);
    if (status == ASSAY_OK)
        status = fill(context, source, keep, builders);
    if (status == ASSAY_OK)
        status = finish(context, source, wishes, keep, builders, fresh);
    for (size_t i = 0; builders != NULL && i < source->n_columns; i++)
        assay_builder_free(builders[i]);
    assay_free(builders);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *frame = fresh;
    return ASSAY_OK;
}
