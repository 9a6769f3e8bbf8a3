/* profile_lines.c -- the lines of profiles and comparisons: a level of a variable in a group. */
#include "infer/profile_lines.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

/* ---- cases by group and level ---- */

int64_t assay_cells_rows(const assay_cells *self, size_t group)
{
    int64_t rows = 0;
    for (size_t level = 0; level <= self->n_levels; level++)
        rows += *assay_cell(self, group, level);
    return rows;
}

assay_status assay_cells_new(assay_context *context, size_t n_groups, size_t n_levels,
                             assay_cells *self)
{
    *self = (assay_cells){.n_groups = n_groups, .n_levels = n_levels};
    if (n_groups > 0 && n_levels + 1 > SIZE_MAX / n_groups)
        return assay_fail_memory(context);
    self->cases = assay_alloc_zeroed_array(n_groups * (n_levels + 1), sizeof *self->cases);
    return self->cases == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

/* The columns 0 .. n_by - 1 of `joint` are its groups, column n_by the level. */
static assay_status add_joint(assay_context *context, const assay_levels *joint,
                              assay_levels *groups, assay_levels *levels, const size_t numbers[],
                              assay_cells *self)
{
    const assay_column *level = assay_frame_column(joint->frame, groups->n);
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < joint->size; row++) {
        size_t g = 0, l = self->n_levels;
        status = assay_levels_find(context, groups, joint->frame, numbers, row, &g);
        if (status == ASSAY_OK && !assay_column_is_missing(level, row))
            status = assay_levels_find(context, levels, joint->frame, numbers + groups->n, row, &l);
        if (status == ASSAY_OK)
            *assay_cell(self, g, l) += assay_levels_cases(joint, row);
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, joint->size);
    }
    return status;
}

assay_status assay_cells_fill(assay_context *context, const assay_frame *frame, const size_t by[],
                              size_t column, assay_levels *groups, assay_levels *levels,
                              assay_cells *self)
{
    const size_t n = groups->n + 1;
    assay_levels joint = {0};
    size_t *asked = assay_alloc_array(2 * n, sizeof *asked);
    if (asked == NULL)
        return assay_fail_memory(context);
    size_t *numbers = asked + n;
    for (size_t i = 0; i < n; i++) {
        asked[i] = i < groups->n ? by[i] : column;
        numbers[i] = i;
    }
    assay_status status = assay_levels_of(context, frame, n, asked, &joint);
    if (status == ASSAY_OK)
        status = add_joint(context, &joint, groups, levels, numbers, self);
    assay_levels_free(&joint);
    assay_free(asked);
    return status;
}

/* ---- lines of a table ---- */

void assay_lines_free(assay_lines *self)
{
    assay_builder_free(self->variables);
    assay_builder_free(self->levels);
    assay_free(self->groups);
    assay_free(self->cases[0]);
    assay_free(self->cases[1]);
    assay_free(self->wholes);
}

assay_status assay_lines_new(assay_context *context, assay_lines *self)
{
    *self = (assay_lines){.variables = assay_builder_new(), .levels = assay_builder_new()};
    return self->variables == NULL || self->levels == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

assay_status assay_lines_add(assay_context *context, assay_lines *self, size_t group,
                             const char *variable, const char *level, size_t length)
{
    const size_t n = self->n;
    if (!assay_grow(&self->groups, &self->capacities[0], n, sizeof *self->groups) ||
        !assay_grow(&self->cases[0], &self->capacities[1], n, sizeof *self->cases[0]) ||
        !assay_grow(&self->cases[1], &self->capacities[2], n, sizeof *self->cases[1]) ||
        !assay_grow(&self->wholes, &self->capacities[3], n, 2 * sizeof *self->wholes))
        return assay_fail_memory(context);
    self->groups[n] = (uint32_t)group;
    self->n++;
    const assay_status status =
        assay_builder_add(context, self->variables, variable, strlen(variable));
    if (status != ASSAY_OK)
        return status;
    return level == NULL ? assay_builder_add_missing(context, self->levels)
                         : assay_builder_add(context, self->levels, level, length);
}

const char *assay_lines_level(const assay_levels *levels, size_t l, size_t n_levels,
                              char scratch[ASSAY_CELL_BYTES], size_t *length)
{
    *length = 0;
    return l >= n_levels
               ? NULL
               : assay_column_cell(assay_frame_column(levels->frame, 0), l, scratch, length);
}

assay_status assay_lines_start(assay_context *context, const assay_lines *self,
                               const assay_levels *groups, const char *const by[],
                               assay_frame *frame)
{
    static const assay_column_wish wish = {.type = ASSAY_CATEGORY};
    assay_column *column;
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < groups->n; i++) {
        status = assay_column_take(context, assay_frame_column(groups->frame, i), self->n,
                                   self->groups, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, frame, by[i], column);
    }
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, self->variables, &wish, &column);
    if (status == ASSAY_OK)
        status = assay_frame_add(context, frame, "variable", column);
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, self->levels, &wish, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, "level", column) : status;
}

double assay_lines_share(const assay_lines *self, size_t i, size_t side)
{
    const int64_t whole = self->wholes[2 * i + side];
    return whole == 0 ? (double)NAN : (double)self->cases[side][i] / (double)whole;
}

assay_status assay_lines_numbers(assay_context *context, const assay_lines *self, const char *name,
                                 assay_line_number *number_of, const void *more, assay_frame *frame)
{
    double *numbers = assay_alloc_array(self->n, sizeof *numbers);
    if (numbers == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++)
        numbers[i] = number_of(self, i, more);
    const assay_status status = assay_frame_add_numbers(context, frame, name, self->n, numbers);
    assay_free(numbers);
    return status;
}

assay_status assay_lines_hand_on(assay_status status, assay_frame *fresh, assay_frame **table)
{
    if (status == ASSAY_OK)
        *table = fresh;
    else
        assay_frame_free(fresh);
    return status;
}
