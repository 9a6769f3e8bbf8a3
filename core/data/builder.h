/* builder.h -- columns built from cells. */
#ifndef ASSAY_DATA_BUILDER_H
#define ASSAY_DATA_BUILDER_H

#include "data/column.h"

/*
** Takes cells in the order of their rows. As long as few texts come again and again it holds codes;
** where they differ it holds what they have been so far, whole numbers, days or text, and no more
** than the column will.
*/
typedef struct assay_builder assay_builder;

assay_builder *assay_builder_new(void); /* NULL when out of memory */
void assay_builder_free(assay_builder *builder);
assay_status assay_builder_add(assay_context *context, assay_builder *builder, const char *bytes,
                               size_t length);
assay_status assay_builder_add_missing(assay_context *context, assay_builder *builder);

/*
** Adds every cell of a column. Where all columns added are integers, or all numbers, or all dates,
** an inferred column has their type; else cells are taken as they would be written to a file. While
** category columns with one dictionary are added, its codes must keep their meaning and the
** dictionary itself must last.
*/
assay_status assay_builder_add_column(assay_context *context, assay_builder *builder,
                                      const assay_column *column);

/*
** Makes the column; the builder can only be freed then. Inference takes the first type that fits
** every cell and loses nothing: integer and number (the plain ones of text.h), date, category (each
** value stands twice on average, at most 65,535 of them), text. A cell that is not of the type wished
** for, or not among the levels, is ASSAY_EFORMAT with error.row set.
*/
assay_status assay_builder_finish(assay_context *context, assay_builder *builder,
                                  const assay_column_wish *wish, assay_column **column);

#endif
