/* margin_cells.c -- units sorted by what they have in several columns. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "data/axis.h"
#include "infer/margin_parts.h"

/* So many combinations that can be have a place each; where there are more, those that occur are looked up. */
#define DIRECT ((uint64_t)1 << 22)

enum { BLOCK = 4096, POLLED = 1 << 18 };

/* The cells so far, [n] of them in cell[], `size` of them in use. */
typedef struct split {
    size_t n, size;
    const uint8_t *inside;
    uint32_t *cell;
    uint64_t missing; /* units inside without a value in the column at hand */
} split;

/* How combinations get their numbers, from 1; 0: out of memory. */
typedef struct numbering {
    uint32_t *direct; /* [places] or NULL */
    assay_index *index;
    uint32_t used;
} numbering;

static inline uint32_t number_of(numbering *self, uint64_t key)
{
    if (self->direct[key] == 0)
        self->direct[key] = ++self->used;
    return self->direct[key];
}

static assay_status new_numbers(assay_context *context, uint64_t places, numbering *self)
{
    if (places <= DIRECT)
        self->direct = assay_alloc_zeroed_array((size_t)places, sizeof *self->direct);
    else
        self->index = assay_index_new();
    return self->direct == NULL && self->index == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static bool is_inside(const split *self, size_t i)
{
    return self->inside == NULL || self->inside[i] != 0;
}

/* The next n units, from `from` on, by their level in one column more; false: out of memory. */
static bool renumber_block(split *self, size_t from, size_t n, const uint32_t levels[],
                           uint64_t width, numbering *numbers)
{
    uint32_t *cell = self->cell + from;
    for (size_t i = 0; i < n; i++) {
        if (!is_inside(self, from + i))
            continue;
        const uint64_t key = cell[i] * width + levels[i];
        const uint32_t number = numbers->direct != NULL ? number_of(numbers, key)
                                                        : assay_index_add(numbers->index, key);
        if (number == 0)
            return false;
        self->missing += levels[i] == 0;
        cell[i] = number - 1;
    }
    return true;
}

static assay_status renumber(assay_context *context, const assay_axis *axis, numbering *numbers,
                             split *self)
{
    uint32_t levels[BLOCK];
    const uint64_t width = (uint64_t)assay_axis_levels(axis) + 1;
    for (size_t i = 0; i < self->n; i += BLOCK) {
        const size_t n = self->n - i < BLOCK ? self->n - i : BLOCK;
        const assay_status status = i % POLLED == 0 ? assay_poll(context, i, self->n) : ASSAY_OK;
        if (status != ASSAY_OK)
            return status;
        assay_axis_copy(axis, 0, i, n, levels);
        if (!renumber_block(self, i, n, levels, width, numbers))
            return assay_fail_memory(context);
    }
    self->size = numbers->index == NULL ? numbers->used : assay_index_size(numbers->index);
    return ASSAY_OK;
}

static assay_status refuse_missing(assay_context *context, const split *self, const char *name)
{
    char quoted[ASSAY_QUOTED];
    assay_fail(context, ASSAY_EMISSING, "%" PRIu64 " of %zu cases have no '%s'", self->missing,
               self->n, assay_quote(name, strlen(name), quoted));
    return assay_blame_argument(context, name);
}

static assay_status refine(assay_context *context, const assay_column *column, const char *name,
                           split *self)
{
    assay_axis axis = {0};
    numbering numbers = {0};
    assay_status status = assay_axis_follow(context, &axis, column, 0, self->n);
    if (status == ASSAY_OK)
        status =
            new_numbers(context, self->size * ((uint64_t)assay_axis_levels(&axis) + 1), &numbers);
    if (status == ASSAY_OK)
        status = renumber(context, &axis, &numbers, self);
    assay_axis_free(&axis);
    assay_free(numbers.direct);
    assay_index_free(numbers.index);
    return status == ASSAY_OK && self->missing > 0 ? refuse_missing(context, self, name) : status;
}

/* Units outside are put behind all others; the first unit of each cell is found. */
static assay_status finish(assay_context *context, split *self, size_t **first)
{
    size_t *rows = assay_alloc_array(self->size + 1, sizeof *rows);
    if (rows == NULL)
        return assay_fail_memory(context);
    for (size_t i = self->n; i-- > 0;) {
        if (!is_inside(self, i))
            self->cell[i] = (uint32_t)self->size;
        rows[self->cell[i]] = i;
    }
    *first = rows;
    return ASSAY_OK;
}

assay_status assay_margin_classes(assay_context *context, const assay_frame *units,
                                  const uint8_t *inside, size_t n_columns, const size_t columns[],
                                  uint32_t class[], size_t *classes, size_t **first)
{
    split self = {.n = assay_frame_rows(units), .size = 1, .inside = inside, .cell = class};
    assay_status status = ASSAY_OK;
    memset(class, 0, self.n * sizeof *class);
    for (size_t j = 0; status == ASSAY_OK && j < n_columns; j++)
        status = refine(context, assay_frame_column(units, columns[j]),
                        assay_frame_name(units, columns[j]), &self);
    if (status == ASSAY_OK)
        status = finish(context, &self, first);
    if (status == ASSAY_OK)
        *classes = self.size;
    return status;
}

/* ---- what is said of them ---- */

char *assay_margin_row_label(const assay_frame *frame, size_t n_columns, const size_t *columns,
                             size_t row)
{
    assay_bytes label = {0};
    bool good = assay_append(&label, "", 0);
    for (size_t i = 0; good && i < n_columns; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const assay_column *column = assay_frame_column(frame, columns == NULL ? i : columns[i]);
        const char *cell = assay_column_cell(column, row, scratch, &length);
        good = (i == 0 || assay_append(&label, " / ", 3)) &&
               (cell == NULL ? assay_append(&label, "NA", 2) : assay_append(&label, cell, length));
    }
    if (good)
        return label.bytes;
    assay_free(label.bytes);
    return NULL;
}
