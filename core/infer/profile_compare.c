/* profile_compare.c -- two caseloads side by side. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "infer/profile.h"
#include "infer/profile_lines.h"

/* ---- the two frames ---- */

/* What is asked of one of the two frames. */
typedef struct side {
    const assay_frame *frame;
    size_t *by, *columns;
    assay_levels groups;
} side;

static assay_status find_columns(assay_context *context, const assay_frame *frame, size_t n,
                                 const char *const names[], size_t **columns)
{
    *columns = assay_alloc_array(n, sizeof **columns);
    if (*columns == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++) {
        (*columns)[i] = assay_frame_find(frame, names[i]);
        if ((*columns)[i] == ASSAY_NO_COLUMN) {
            assay_fail(context, ASSAY_EUNKNOWN, "one of the frames has no column '%.40s'",
                       names[i]);
            return assay_blame_argument(context, names[i]);
        }
    }
    return ASSAY_OK;
}

static void free_side(side *self)
{
    assay_free(self->by);
    assay_free(self->columns);
    assay_levels_free(&self->groups);
}

static assay_status new_side(assay_context *context, const assay_frame *frame, size_t n_by,
                             const char *const by[], size_t n, const char *const columns[],
                             side *self)
{
    *self = (side){.frame = frame};
    assay_status status = find_columns(context, frame, n_by, by, &self->by);
    if (status == ASSAY_OK)
        status = find_columns(context, frame, n, columns, &self->columns);
    return status == ASSAY_OK ? assay_levels_of(context, frame, n_by, self->by, &self->groups)
                              : status;
}

/* The combinations that occur in one or the other. */
static assay_status join_levels(assay_context *context, const assay_levels *a,
                                const assay_levels *b, assay_levels *both)
{
    assay_frame *joined = NULL;
    size_t *all = assay_alloc_array(a->n, sizeof *all);
    assay_status status =
        all == NULL ? assay_fail_memory(context) : assay_frame_new(context, &joined);
    for (size_t i = 0; status == ASSAY_OK && i < a->n; i++) {
        char name[24];
        assay_column *column;
        snprintf(name, sizeof name, "%zu", i);
        all[i] = i;
        status = assay_columns_append(context, assay_frame_column(a->frame, i),
                                      assay_frame_column(b->frame, i), &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, joined, name, column);
    }
    if (status == ASSAY_OK)
        status = assay_levels_of(context, joined, a->n, all, both);
    assay_frame_free(joined);
    assay_free(all);
    return status;
}

static assay_status join_variable(assay_context *context, const side sides[2], size_t i,
                                  assay_levels *levels)
{
    assay_levels own[2] = {{0}, {0}};
    assay_status status = ASSAY_OK;
    for (size_t s = 0; status == ASSAY_OK && s < 2; s++)
        status = assay_levels_of(context, sides[s].frame, 1, &sides[s].columns[i], &own[s]);
    if (status == ASSAY_OK)
        status = join_levels(context, &own[0], &own[1], levels);
    assay_levels_free(&own[0]);
    assay_levels_free(&own[1]);
    return status;
}

/* One variable of both frames. */
typedef struct pair {
    assay_levels levels;
    assay_cells counts[2];
} pair;

static assay_status count_pair(assay_context *context, const side sides[2], size_t i,
                               assay_levels *groups, pair *self)
{
    assay_status status = join_variable(context, sides, i, &self->levels);
    for (size_t s = 0; status == ASSAY_OK && s < 2; s++) {
        status = assay_cells_new(context, groups->size, assay_levels_known(&self->levels),
                                 &self->counts[s]);
        if (status == ASSAY_OK)
            status = assay_cells_fill(context, sides[s].frame, sides[s].by, sides[s].columns[i],
                                      groups, &self->levels, &self->counts[s]);
    }
    return status;
}

/* Lines of one variable in one group; one for what is missing if anything is, in either frame. */
static assay_status add_pair_lines(assay_context *context, assay_lines *self, const char *name,
                                   const pair *of, size_t g)
{
    const size_t known = of->counts[0].n_levels;
    const int64_t rows[2] = {assay_cells_rows(&of->counts[0], g),
                             assay_cells_rows(&of->counts[1], g)};
    assay_status status = ASSAY_OK;
    for (size_t l = 0; status == ASSAY_OK && l < of->levels.size; l++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *level = assay_lines_level(&of->levels, l, known, scratch, &length);
        status = assay_lines_add(context, self, g, name, level, length);
        for (size_t s = 0; status == ASSAY_OK && s < 2; s++) {
            self->cases[s][self->n - 1] = *assay_cell(&of->counts[s], g, l);
            self->wholes[2 * (self->n - 1) + s] = rows[s];
        }
    }
    return status;
}

static void free_pairs(size_t n, pair pairs[])
{
    for (size_t i = 0; pairs != NULL && i < n; i++) {
        assay_levels_free(&pairs[i].levels);
        assay_free(pairs[i].counts[0].cases);
        assay_free(pairs[i].counts[1].cases);
    }
    assay_free(pairs);
}

static assay_status collect_comparison(assay_context *context, const side sides[2], size_t n,
                                       const char *const columns[], assay_levels *groups,
                                       assay_lines *self)
{
    pair *pairs = assay_alloc_zeroed_array(n, sizeof *pairs);
    assay_status status = pairs == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = count_pair(context, sides, i, groups, &pairs[i]);
    for (size_t g = 0; status == ASSAY_OK && g < groups->size; g++)
        for (size_t i = 0; status == ASSAY_OK && i < n; i++)
            status = add_pair_lines(context, self, columns[i], &pairs[i], g);
    free_pairs(n, pairs);
    return status;
}

static double share_of_side(const assay_lines *self, size_t i, const void *more)
{
    const size_t *s = more;
    return assay_lines_share(self, i, *s);
}

static double difference(const assay_lines *self, size_t i, const void *more)
{
    (void)more;
    return assay_lines_share(self, i, 1) - assay_lines_share(self, i, 0);
}

static double standardised(const assay_lines *self, size_t i, const void *more)
{
    const double a = assay_lines_share(self, i, 0), b = assay_lines_share(self, i, 1);
    (void)more;
    if (a == b)
        return 0;
    const double variance = (a * (1 - a) + b * (1 - b)) / 2;
    return variance > 0 ? (b - a) / sqrt(variance) : (double)NAN;
}

static assay_status add_side(assay_context *context, const assay_lines *self, size_t s,
                             const char *name, assay_frame *frame)
{
    assay_bytes title = {0};
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < 2; i++) {
        const char *what = i == 0 ? "cases_" : "share_";
        title.length = 0;
        if (!assay_append(&title, what, strlen(what)) || !assay_append(&title, name, strlen(name)))
            status = assay_fail_memory(context);
        else if (i == 0)
            status = assay_frame_add_integers(context, frame, title.bytes, self->n, self->cases[s]);
        else
            status = assay_lines_numbers(context, self, title.bytes, share_of_side, &s, frame);
    }
    assay_free(title.bytes);
    return status;
}

static assay_status finish_comparison(assay_context *context, const assay_lines *self,
                                      const char *const names[2], assay_frame *frame)
{
    assay_status status = ASSAY_OK;
    for (size_t s = 0; status == ASSAY_OK && s < 2; s++)
        status = add_side(context, self, s, names[s], frame);
    if (status == ASSAY_OK)
        status = assay_lines_numbers(context, self, "difference", difference, NULL, frame);
    return status == ASSAY_OK
               ? assay_lines_numbers(context, self, "std_difference", standardised, NULL, frame)
               : status;
}

assay_status assay_compare(assay_context *context, const assay_frame *first,
                           const assay_frame *second, size_t n_by, const char *const by[], size_t n,
                           const char *const columns[], const char *const names[2],
                           assay_frame **comparison)
{
    side sides[2] = {{.frame = NULL}, {.frame = NULL}};
    assay_levels groups = {0};
    assay_frame *fresh = NULL;
    assay_lines self;
    assay_status status = assay_lines_new(context, &self);
    if (status == ASSAY_OK)
        status = new_side(context, first, n_by, by, n, columns, &sides[0]);
    if (status == ASSAY_OK)
        status = new_side(context, second, n_by, by, n, columns, &sides[1]);
    if (status == ASSAY_OK)
        status = join_levels(context, &sides[0].groups, &sides[1].groups, &groups);
    if (status == ASSAY_OK)
        status = collect_comparison(context, sides, n, columns, &groups, &self);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        status = assay_lines_start(context, &self, &groups, by, fresh);
    if (status == ASSAY_OK)
        status = finish_comparison(context, &self, names, fresh);
    assay_levels_free(&groups);
    free_side(&sides[0]);
    free_side(&sides[1]);
    assay_lines_free(&self);
    return assay_lines_hand_on(status, fresh, comparison);
}
