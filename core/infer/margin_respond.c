/* margin_respond.c -- weights raised for non-response within classes. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "infer/margin_parts.h"
#include "infer/weights.h"

typedef struct classes {
    const assay_frame *units;
    size_t n_columns;
    const size_t *columns;
    size_t n, size;             /* units; classes */
    uint32_t *class;            /* [n] */
    size_t *first;              /* [size] */
    int64_t *cases, *responded; /* [size + 1] */
} classes;

static void free_classes(classes *self)
{
    assay_free(self->class);
    assay_free(self->first);
    assay_free(self->cases);
    assay_free(self->responded);
}

static assay_status sort_units(assay_context *context, const uint8_t *inside,
                               const uint8_t responded[], classes *self)
{
    self->class = assay_alloc_array(self->n, sizeof *self->class);
    assay_status status =
        self->class == NULL
            ? assay_fail_memory(context)
            : assay_margin_classes(context, self->units, inside, self->n_columns, self->columns,
                                   self->class, &self->size, &self->first);
    if (status != ASSAY_OK)
        return status;
    self->cases = assay_alloc_zeroed_array(self->size + 1, sizeof *self->cases);
    self->responded = assay_alloc_zeroed_array(self->size + 1, sizeof *self->responded);
    if (self->cases == NULL || self->responded == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++) {
        self->cases[self->class[i]]++;
        self->responded[self->class[i]] += responded[i] != 0;
    }
    return ASSAY_OK;
}

/* Core knows a class by its number, people by its values. */
static assay_status tell(assay_context *context, const classes *self, bool private,
                         assay_status status)
{
    if (status != ASSAY_EDOM || strcmp(context->error.argument, "class") != 0)
        return status;
    const size_t k = (size_t)context->error.row - 1;
    char quoted[ASSAY_QUOTED];
    char *label =
        assay_margin_row_label(self->units, self->n_columns, self->columns, self->first[k]);
    if (label == NULL)
        return assay_fail_memory(context);
    assay_fail(context, ASSAY_EDOM,
               "none of the %" PRId64 " cases of class '%s' responded: join it to another",
               self->cases[k], private ? "***" : assay_quote(label, strlen(label), quoted));
    assay_free(label);
    return assay_blame_argument(context, "by");
}

static assay_status add_figures(assay_context *context, const classes *self,
                                const assay_calibration *c, assay_frame *frame)
{
    double *factor = assay_alloc_array(self->size, sizeof *factor);
    assay_status status =
        factor == NULL ? assay_fail_memory(context)
                       : assay_frame_add_integers(context, frame, "cases", self->size, self->cases);
    for (size_t k = 0; factor != NULL && k < self->size; k++)
        factor[k] = c->factor[2 * k];
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "responded", self->size, self->responded);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "factor", self->size, factor);
    assay_free(factor);
    return status;
}

/* The columns at the first unit of each class. */
static assay_status add_values(assay_context *context, const classes *self, assay_frame *frame)
{
    uint32_t *rows = assay_alloc_array(self->size, sizeof *rows);
    assay_status status = rows == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t k = 0; rows != NULL && k < self->size; k++)
        rows[k] = (uint32_t)self->first[k];
    for (size_t j = 0; status == ASSAY_OK && j < self->n_columns; j++) {
        assay_column *column = NULL;
        status = assay_column_take(context, assay_frame_column(self->units, self->columns[j]),
                                   self->size, rows, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, frame,
                                     assay_frame_name(self->units, self->columns[j]), column);
    }
    assay_free(rows);
    return status;
}

static assay_status list_classes(assay_context *context, const classes *self,
                                 const assay_calibration *c, assay_frame **frame)
{
    assay_frame *fresh = NULL;
    assay_status status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        status = add_values(context, self, fresh);
    if (status == ASSAY_OK)
        status = add_figures(context, self, c, fresh);
    if (status != ASSAY_OK)
        assay_frame_free(fresh);
    else
        *frame = fresh;
    return status;
}

assay_status assay_margin_respond(assay_context *context, const assay_frame *units,
                                  const uint8_t *inside, size_t n_columns, const size_t columns[],
                                  const double weights[], const uint8_t responded[], bool private,
                                  assay_calibration **calibration, assay_frame **frame)
{
    classes self = {
        .units = units, .n_columns = n_columns, .columns = columns, .n = assay_frame_rows(units)};
    assay_calibration *c = NULL;
    assay_status status = sort_units(context, inside, responded, &self);
    if (status == ASSAY_OK)
        status = tell(
            context, &self, private,
            assay_weights_respond(context, self.n, weights, self.size, self.class, responded, &c));
    if (status == ASSAY_OK)
        status = list_classes(context, &self, c, frame);
    free_classes(&self);
    if (status != ASSAY_OK)
        assay_calibration_free(c);
    else
        *calibration = c;
    return status;
}
