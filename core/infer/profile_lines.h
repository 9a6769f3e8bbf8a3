/* profile_lines.h -- the lines of profiles and comparisons: a level of a variable in a group. */
#ifndef ASSAY_INFER_PROFILE_LINES_H
#define ASSAY_INFER_PROFILE_LINES_H

#include "data/builder.h"
#include "data/levels.h"

/* For profile.c and profile_compare.c alone. */

/* ---- cases by group and level ---- */

typedef struct assay_cells {
    size_t n_groups, n_levels;
    int64_t *cases; /* [n_groups][n_levels + 1], missing values behind the levels */
} assay_cells;

static inline int64_t *assay_cell(const assay_cells *self, size_t group, size_t level)
{
    return &self->cases[group * (self->n_levels + 1) + level];
}

/* All of a group, missing values too. */
int64_t assay_cells_rows(const assay_cells *self, size_t group);

assay_status assay_cells_new(assay_context *context, size_t n_groups, size_t n_levels,
                             assay_cells *self);

/* Counts `column` of a frame by the columns `by` into cells that were made. */
assay_status assay_cells_fill(assay_context *context, const assay_frame *frame, const size_t by[],
                              size_t column, assay_levels *groups, assay_levels *levels,
                              assay_cells *self);

/* ---- lines of a table ---- */

/* A line is a level of a variable in a group; its two numbers of cases are those of two caseloads. */
typedef struct assay_lines {
    assay_builder *variables, *levels;
    size_t n, capacities[4];
    uint32_t *groups;
    int64_t *cases[2], *wholes; /* wholes: what the shares are of, two for each line */
} assay_lines;

/* To be freed whatever the answer. */
assay_status assay_lines_new(assay_context *context, assay_lines *self);
void assay_lines_free(assay_lines *self);

/* `level` NULL: the line of what is missing. Its numbers are then to be set. */
assay_status assay_lines_add(assay_context *context, assay_lines *self, size_t group,
                             const char *variable, const char *level, size_t length);

/* The level's text for a line; NULL behind the last. */
const char *assay_lines_level(const assay_levels *levels, size_t l, size_t n_levels,
                              char scratch[ASSAY_CELL_BYTES], size_t *length);

/* Columns by, variable and level of the result. */
assay_status assay_lines_start(assay_context *context, const assay_lines *self,
                               const assay_levels *groups, const char *const by[],
                               assay_frame *frame);

/* NaN where there is nothing to share. */
double assay_lines_share(const assay_lines *self, size_t i, size_t side);

/* A column of numbers, one for each line, that `number_of` gives. */
typedef double assay_line_number(const assay_lines *self, size_t i, const void *more);

assay_status assay_lines_numbers(assay_context *context, const assay_lines *self, const char *name,
                                 assay_line_number *number_of, const void *more,
                                 assay_frame *frame);

/* Hands a table on if it was made, else releases it. */
assay_status assay_lines_hand_on(assay_status status, assay_frame *fresh, assay_frame **table);

#endif
