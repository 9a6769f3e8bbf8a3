/* pivot.c -- a long table made wide: the levels of a column become columns. */
#include "data/pivot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/levels.h"

typedef struct pivot {
    const assay_frame *frame;
    const size_t *row_columns;
    size_t column;
    const assay_column *values;
    assay_levels rows, columns;
    uint32_t
        *from; /* [columns][rows]: the row of the frame that a cell comes from, from 1; 0: none */
} pivot;

static void free_pivot(pivot *self)
{
    assay_levels_free(&self->rows);
    assay_levels_free(&self->columns);
    assay_free(self->from);
}

static assay_status find_levels(assay_context *context, pivot *self, size_t n)
{
    assay_status status = assay_levels_of(context, self->frame, n, self->row_columns, &self->rows);
    if (status == ASSAY_OK)
        status = assay_levels_of(context, self->frame, 1, &self->column, &self->columns);
    if (status == ASSAY_OK && self->columns.size > ASSAY_PIVOT_COLUMNS)
        status = assay_fail(context, ASSAY_EDOM,
                            "column '%.40s' has %zu levels, more than the %d "
                            "columns that a table may get",
                            assay_frame_name(self->frame, self->column), self->columns.size,
                            ASSAY_PIVOT_COLUMNS);
    if (status != ASSAY_OK)
        return status;
    const size_t size = self->columns.size;
    self->from = size > 0 && self->rows.size > SIZE_MAX / size
                     ? NULL
                     : assay_alloc_zeroed_array(self->rows.size * size, sizeof *self->from);
    return self->from == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status place_row(assay_context *context, pivot *self, size_t row)
{
    size_t i = 0, j = 0;
    assay_status status =
        assay_levels_find(context, &self->rows, self->frame, self->row_columns, row, &i);
    if (status == ASSAY_OK)
        status = assay_levels_find(context, &self->columns, self->frame, &self->column, row, &j);
    if (status != ASSAY_OK)
        return status;
    uint32_t *from = &self->from[j * self->rows.size + i];
    if (*from != 0) {
        assay_fail(
            context, ASSAY_EREPEATED,
            "rows %u and %zu are for one cell of the table: count first, or name more of the "
            "columns in rows",
            *from, row + 1);
        context->error.row = row + 1;
        return ASSAY_EREPEATED;
    }
    *from = (uint32_t)row + 1;
    return ASSAY_OK;
}

static assay_status place_rows(assay_context *context, pivot *self)
{
    const size_t total = assay_frame_rows(self->frame);
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < total; row++) {
        status = place_row(context, self, row);
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, total);
    }
    return status;
}

/* ---- the wide table ---- */

static assay_status add_integers(assay_context *context, const pivot *self, const uint32_t from[],
                                 int64_t absent, const char *name, assay_frame *wide)
{
    const size_t n = self->rows.size;
    int64_t *cells = assay_alloc_array(n, sizeof *cells);
    if (cells == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        cells[i] = from[i] == 0 ? absent : self->values->integers[from[i] - 1];
    const assay_status status = assay_frame_add_integers(context, wide, name, n, cells);
    assay_free(cells);
    return status;
}

static assay_status add_numbers(assay_context *context, const pivot *self, const uint32_t from[],
                                double absent, const char *name, assay_frame *wide)
{
    const size_t n = self->rows.size;
    double *cells = assay_alloc_array(n, sizeof *cells);
    if (cells == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        cells[i] = from[i] == 0 ? absent : self->values->numbers[from[i] - 1];
    const assay_status status = assay_frame_add_numbers(context, wide, name, n, cells);
    assay_free(cells);
    return status;
}

/* The level as the name of a column. */
static char *name_of(const pivot *self, size_t j)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length = 2;
    const char *cell =
        assay_column_cell(assay_frame_column(self->columns.frame, 0), j, scratch, &length);
    return cell == NULL ? assay_copy_text("NA", 2) : assay_copy_text(cell, length);
}

static assay_status add_column(assay_context *context, const pivot *self, size_t j,
                               bool absent_is_zero, assay_frame *wide)
{
    const uint32_t *from = self->from + j * self->rows.size;
    char *name = name_of(self, j);
    if (name == NULL)
        return assay_fail_memory(context);
    const assay_status status =
        self->values->type == ASSAY_INTEGER
            ? add_integers(context, self, from, absent_is_zero ? 0 : INT64_MIN, name, wide)
            : add_numbers(context, self, from, absent_is_zero ? 0 : (double)NAN, name, wide);
    assay_free(name);
    return status;
}

static assay_status make_wide(assay_context *context, const pivot *self, bool absent_is_zero,
                              assay_frame *wide)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->rows.n; i++)
        status = assay_frame_add(context, wide, assay_frame_name(self->frame, self->row_columns[i]),
                                 assay_column_retain(assay_frame_column(self->rows.frame, i)));
    for (size_t j = 0; status == ASSAY_OK && j < self->columns.size; j++)
        status = add_column(context, self, j, absent_is_zero, wide);
    return status;
}

assay_status assay_pivot(assay_context *context, const assay_frame *frame, size_t n,
                         const size_t rows[], size_t column, size_t values, bool absent_is_zero,
                         assay_frame **pivoted)
{
    assay_frame *wide = NULL;
    pivot self = {.frame = frame,
                  .row_columns = rows,
                  .column = column,
                  .values = assay_frame_column(frame, values)};
    if (self.values->type != ASSAY_INTEGER && self.values->type != ASSAY_NUMBER)
        return assay_fail(context, ASSAY_EDOM,
                          "column '%.40s' is a %s column: the values of a table are numbers",
                          assay_frame_name(frame, values), assay_type_name(self.values->type));
    assay_status status = find_levels(context, &self, n);
    if (status == ASSAY_OK)
        status = place_rows(context, &self);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &wide);
    if (status == ASSAY_OK)
        status = make_wide(context, &self, absent_is_zero, wide);
    free_pivot(&self);
    if (status != ASSAY_OK) {
        assay_frame_free(wide);
        return status;
    }
    *pivoted = wide;
    return ASSAY_OK;
}
