/* profile.c -- what a caseload looks like, column by column, and beside another. */
#include "infer/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "data/levels.h"
#include "prob/interval.h"

/* ---- cases by group and level ---- */

typedef struct cells {
    size_t n_groups, n_levels;
    int64_t *cases; /* [n_groups][n_levels + 1], missing values behind the levels */
} cells;

static int64_t *cell(const cells *self, size_t group, size_t level)
{
    return &self->cases[group * (self->n_levels + 1) + level];
}

static int64_t rows_of_group(const cells *self, size_t group)
{
    int64_t rows = 0;
    for (size_t level = 0; level <= self->n_levels; level++)
        rows += *cell(self, group, level);
    return rows;
}

static assay_status new_cells(assay_context *context, size_t n_groups, size_t n_levels, cells *self)
{
    *self = (cells){.n_groups = n_groups, .n_levels = n_levels};
    if (n_groups > 0 && n_levels + 1 > SIZE_MAX / n_groups)
        return assay_fail_memory(context);
    self->cases = assay_alloc_zeroed_array(n_groups * (n_levels + 1), sizeof *self->cases);
    return self->cases == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

/* The columns 0 .. n_by - 1 of `joint` are its groups, column n_by the level. */
static assay_status add_joint(assay_context *context, const assay_levels *joint,
                              assay_levels *groups, assay_levels *levels, const size_t numbers[],
                              cells *self)
{
    const assay_column *level = assay_frame_column(joint->frame, groups->n);
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < joint->size; row++) {
        size_t g = 0, l = self->n_levels;
        status = assay_levels_find(context, groups, joint->frame, numbers, row, &g);
        if (status == ASSAY_OK && !assay_column_is_missing(level, row))
            status = assay_levels_find(context, levels, joint->frame, numbers + groups->n, row, &l);
        if (status == ASSAY_OK)
            *cell(self, g, l) += assay_levels_cases(joint, row);
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, joint->size);
    }
    return status;
}

/* Counts `column` of a frame by the columns `by` into cells that were made. */
static assay_status fill_cells(assay_context *context, const assay_frame *frame, const size_t by[],
                               size_t column, assay_levels *groups, assay_levels *levels,
                               cells *self)
{
    const size_t n = groups->n + 1;
    assay_levels joint = {0};
    size_t *asked = assay_alloc_array(2 * n, sizeof *asked), *numbers = asked + n;
    if (asked == NULL)
        return assay_fail_memory(context);
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

/* A line is a level of a variable in a group; a and b are those of two caseloads, or b is not used. */
typedef struct lines {
    assay_builder *variables, *levels;
    size_t n, capacities[4];
    uint32_t *groups;
    int64_t *cases[2], *wholes; /* wholes: what the shares are of, two for each line */
} lines;

static void free_lines(lines *self)
{
    assay_builder_free(self->variables);
    assay_builder_free(self->levels);
    assay_free(self->groups);
    assay_free(self->cases[0]);
    assay_free(self->cases[1]);
    assay_free(self->wholes);
}

static assay_status new_lines(assay_context *context, lines *self)
{
    *self = (lines){.variables = assay_builder_new(), .levels = assay_builder_new()};
    return self->variables == NULL || self->levels == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

/* `level` NULL: the line of what is missing. Its numbers are then to be set. */
static assay_status add_line(assay_context *context, lines *self, size_t group,
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

/* The level's text for a line; NULL behind the last. */
static const char *level_text(const assay_levels *levels, size_t l, size_t n_levels,
                              char scratch[ASSAY_CELL_BYTES], size_t *length)
{
    *length = 0;
    return l >= n_levels
               ? NULL
               : assay_column_cell(assay_frame_column(levels->frame, 0), l, scratch, length);
}

/* Columns by, variable and level of the result. */
static assay_status start_frame(assay_context *context, const lines *self,
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

static double share_of(const lines *self, size_t i, size_t side)
{
    const int64_t whole = self->wholes[2 * i + side];
    return whole == 0 ? (double)NAN : (double)self->cases[side][i] / (double)whole;
}

/* A column of numbers, one for each line, that `number_of` gives. */
typedef double line_number(const lines *self, size_t i, const void *more);

static assay_status add_numbers(assay_context *context, const lines *self, const char *name,
                                line_number *number_of, const void *more, assay_frame *frame)
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

/* ---- profile ---- */

static bool is_declared(const assay_column *column)
{
    return column->type == ASSAY_CATEGORY && assay_dictionary_is_declared(column->dictionary);
}

/* The levels that a variable has lines for. */
static assay_status find_levels(assay_context *context, const assay_frame *frame, size_t column,
                                assay_levels *levels)
{
    const assay_column *of = assay_frame_column(frame, column);
    return is_declared(of) ? assay_levels_of_dictionary(context, of->dictionary, levels)
                           : assay_levels_of(context, frame, 1, &column, levels);
}

/* Lines of one variable in one group: cases, of the known; the missing ones stand where b would. */
static assay_status add_profile_lines(assay_context *context, lines *self, const char *variable,
                                      const assay_levels *levels, const cells *counts, size_t g)
{
    const int64_t missing = *cell(counts, g, counts->n_levels), rows = rows_of_group(counts, g);
    const size_t n = counts->n_levels == 0 ? 1 : counts->n_levels;
    assay_status status = ASSAY_OK;
    for (size_t l = 0; status == ASSAY_OK && l < n; l++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *level = level_text(levels, l, counts->n_levels, scratch, &length);
        status = add_line(context, self, g, variable, level, length);
        if (status != ASSAY_OK)
            return status;
        self->cases[0][self->n - 1] = level == NULL ? 0 : *cell(counts, g, l);
        self->cases[1][self->n - 1] = missing;
        self->wholes[2 * (self->n - 1)] = rows - missing;
        self->wholes[2 * (self->n - 1) + 1] = rows;
    }
    return status;
}

/* One variable, counted once for all groups; kept until the lines of each group are made. */
typedef struct variable {
    assay_levels levels;
    cells counts;
} variable;

static assay_status count_variable(assay_context *context, const assay_frame *frame,
                                   const assay_profile_options *options, size_t column,
                                   assay_levels *groups, variable *self)
{
    assay_status status = find_levels(context, frame, column, &self->levels);
    if (status == ASSAY_OK)
        status = new_cells(context, groups->size, assay_levels_known(&self->levels), &self->counts);
    return status == ASSAY_OK ? fill_cells(context, frame, options->by, column, groups,
                                           &self->levels, &self->counts)
                              : status;
}

static void free_variables(size_t n, variable variables[])
{
    for (size_t i = 0; variables != NULL && i < n; i++) {
        assay_levels_free(&variables[i].levels);
        assay_free(variables[i].counts.cases);
    }
    assay_free(variables);
}

static assay_status collect_profile(assay_context *context, const assay_frame *frame,
                                    const assay_profile_options *options, assay_levels *groups,
                                    lines *self)
{
    variable *variables = assay_alloc_zeroed_array(options->n, sizeof *variables);
    assay_status status = variables == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < options->n; i++)
        status =
            count_variable(context, frame, options, options->columns[i], groups, &variables[i]);
    for (size_t g = 0; status == ASSAY_OK && g < groups->size; g++)
        for (size_t i = 0; status == ASSAY_OK && i < options->n; i++)
            status = add_profile_lines(context, self, assay_frame_name(frame, options->columns[i]),
                                       &variables[i].levels, &variables[i].counts, g);
    free_variables(options->n, variables);
    return status;
}

/* ---- limits ---- */

typedef struct limits {
    double tail;
    const uint64_t *populations; /* or NULL */
    bool upper;
} limits;

/* The size of an infinite population's sample that says as much as the k known cases of the group. */
static double effective_size(double known, double rows, uint64_t population)
{
    if (population == ASSAY_INFINITE)
        return known;
    if (rows == (double)population)
        return HUGE_VAL;
    const double part = (double)population * (known / rows);
    return fmax(known * (part - 1) / (part - known), 0);
}

static double limit_of_line(const lines *self, size_t i, const void *more)
{
    const limits *of = more;
    const double known = (double)self->wholes[2 * i], rows = (double)self->wholes[2 * i + 1];
    const uint64_t population =
        of->populations == NULL ? ASSAY_INFINITE : of->populations[self->groups[i]];
    double lower = 0, upper = 1;
    if (known > 0)
        assay_wilson_real(share_of(self, i, 0), effective_size(known, rows, population), of->tail,
                          &lower, &upper);
    return of->upper ? upper : lower;
}

static assay_status check_populations(assay_context *context, const assay_profile_options *options,
                                      const assay_levels *groups)
{
    if (!isnan(options->confidence) && !(options->confidence > 0 && options->confidence < 1))
        return assay_fail(context, ASSAY_EDOM, "confidence lies between 0 and 1");
    if (options->n_populations != 0 && options->n_populations != groups->size)
        return assay_fail(context, ASSAY_EDOM, "%zu populations for %zu groups",
                          options->n_populations, groups->size);
    for (size_t g = 0; g < options->n_populations; g++) {
        const uint64_t rows = (uint64_t)assay_levels_cases(groups, g);
        if (options->populations[g] >= rows)
            continue;
        assay_fail(context, ASSAY_EDOM, "group %zu has %llu cases, more than its population, %llu",
                   g + 1, (unsigned long long)rows, (unsigned long long)options->populations[g]);
        context->error.row = g + 1;
        return ASSAY_EDOM;
    }
    return ASSAY_OK;
}

static double first_share(const lines *self, size_t i, const void *more)
{
    (void)more;
    return share_of(self, i, 0);
}

static assay_status finish_profile(assay_context *context, const lines *self,
                                   const assay_profile_options *options, assay_frame *frame)
{
    limits of = {.tail = (1 - options->confidence) / 2,
                 .populations = options->n_populations == 0 ? NULL : options->populations};
    assay_status status =
        assay_frame_add_integers(context, frame, "cases", self->n, self->cases[0]);
    if (status == ASSAY_OK)
        status = add_numbers(context, self, "share", first_share, NULL, frame);
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "missing", self->n, self->cases[1]);
    if (status != ASSAY_OK || isnan(options->confidence))
        return status;
    status = add_numbers(context, self, "lower", limit_of_line, &of, frame);
    of.upper = true;
    return status == ASSAY_OK ? add_numbers(context, self, "upper", limit_of_line, &of, frame)
                              : status;
}

/* The names of the columns `by`, which the frame keeps. */
static assay_status names_of(assay_context *context, const assay_frame *frame, size_t n,
                             const size_t columns[], const char ***names)
{
    *names = assay_alloc_array(n, sizeof **names);
    for (size_t i = 0; *names != NULL && i < n; i++)
        (*names)[i] = assay_frame_name(frame, columns[i]);
    return *names == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status make_profile(assay_context *context, const assay_frame *frame,
                                 const assay_profile_options *options, assay_levels *groups,
                                 lines *self, assay_frame *profile)
{
    const char **by = NULL;
    assay_status status = check_populations(context, options, groups);
    if (status == ASSAY_OK)
        status = collect_profile(context, frame, options, groups, self);
    if (status == ASSAY_OK)
        status = names_of(context, frame, options->n_by, options->by, &by);
    if (status == ASSAY_OK)
        status = start_frame(context, self, groups, by, profile);
    assay_free(by);
    return status == ASSAY_OK ? finish_profile(context, self, options, profile) : status;
}

/* Hands a table on if it was made, else releases it. */
static assay_status hand_on(assay_status status, assay_frame *fresh, assay_frame **table)
{
    if (status == ASSAY_OK)
        *table = fresh;
    else
        assay_frame_free(fresh);
    return status;
}

assay_status assay_profile(assay_context *context, const assay_frame *frame,
                           const assay_profile_options *options, assay_frame **profile)
{
    assay_levels groups = {0};
    assay_frame *fresh = NULL;
    lines self;
    assay_status status = new_lines(context, &self);
    if (status == ASSAY_OK)
        status = assay_levels_of(context, frame, options->n_by, options->by, &groups);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        status = make_profile(context, frame, options, &groups, &self, fresh);
    assay_levels_free(&groups);
    free_lines(&self);
    return hand_on(status, fresh, profile);
}

/* ---- two caseloads side by side ---- */

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
        status = assay_columns_join(context, assay_frame_column(a->frame, i),
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
    cells counts[2];
} pair;

static assay_status count_pair(assay_context *context, const side sides[2], size_t i,
                               assay_levels *groups, pair *self)
{
    assay_status status = join_variable(context, sides, i, &self->levels);
    for (size_t s = 0; status == ASSAY_OK && s < 2; s++) {
        status =
            new_cells(context, groups->size, assay_levels_known(&self->levels), &self->counts[s]);
        if (status == ASSAY_OK)
            status = fill_cells(context, sides[s].frame, sides[s].by, sides[s].columns[i], groups,
                                &self->levels, &self->counts[s]);
    }
    return status;
}

/* Lines of one variable in one group; one for what is missing if anything is, in either frame. */
static assay_status add_pair_lines(assay_context *context, lines *self, const char *name,
                                   const pair *of, size_t g)
{
    const size_t known = of->counts[0].n_levels;
    const int64_t rows[2] = {rows_of_group(&of->counts[0], g), rows_of_group(&of->counts[1], g)};
    assay_status status = ASSAY_OK;
    for (size_t l = 0; status == ASSAY_OK && l < of->levels.size; l++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *level = level_text(&of->levels, l, known, scratch, &length);
        status = add_line(context, self, g, name, level, length);
        for (size_t s = 0; status == ASSAY_OK && s < 2; s++) {
            self->cases[s][self->n - 1] = *cell(&of->counts[s], g, l);
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
                                       lines *self)
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

static double share_of_side(const lines *self, size_t i, const void *more)
{
    const size_t *s = more;
    return share_of(self, i, *s);
}

static double difference(const lines *self, size_t i, const void *more)
{
    (void)more;
    return share_of(self, i, 1) - share_of(self, i, 0);
}

static double standardised(const lines *self, size_t i, const void *more)
{
    const double a = share_of(self, i, 0), b = share_of(self, i, 1);
    (void)more;
    if (a == b)
        return 0;
    const double variance = (a * (1 - a) + b * (1 - b)) / 2;
    return variance > 0 ? (b - a) / sqrt(variance) : (double)NAN;
}

static assay_status add_side(assay_context *context, const lines *self, size_t s, const char *name,
                             assay_frame *frame)
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
            status = add_numbers(context, self, title.bytes, share_of_side, &s, frame);
    }
    assay_free(title.bytes);
    return status;
}

static assay_status finish_comparison(assay_context *context, const lines *self,
                                      const char *const names[2], assay_frame *frame)
{
    assay_status status = ASSAY_OK;
    for (size_t s = 0; status == ASSAY_OK && s < 2; s++)
        status = add_side(context, self, s, names[s], frame);
    if (status == ASSAY_OK)
        status = add_numbers(context, self, "difference", difference, NULL, frame);
    return status == ASSAY_OK
               ? add_numbers(context, self, "std_difference", standardised, NULL, frame)
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
    lines self;
    assay_status status = new_lines(context, &self);
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
        status = start_frame(context, &self, &groups, by, fresh);
    if (status == ASSAY_OK)
        status = finish_comparison(context, &self, names, fresh);
    assay_levels_free(&groups);
    free_side(&sides[0]);
    free_side(&sides[1]);
    free_lines(&self);
    return hand_on(status, fresh, comparison);
}
