/* profile.c -- what a caseload looks like, column by column. */
#include "infer/profile.h"

#include <math.h>

#include "base/memory.h"
#include "infer/profile_lines.h"
#include "prob/interval.h"

/* ---- levels and counts ---- */

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

/* Lines of one variable in one group, what is missing where another caseload would stand. */
static assay_status add_profile_lines(assay_context *context, assay_lines *self,
                                      const char *variable, const assay_levels *levels,
                                      const assay_cells *counts, size_t g)
{
    const int64_t missing = *assay_cell(counts, g, counts->n_levels),
                  rows = assay_cells_rows(counts, g);
    const size_t n = counts->n_levels == 0 ? 1 : counts->n_levels;
    assay_status status = ASSAY_OK;
    for (size_t l = 0; status == ASSAY_OK && l < n; l++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *level = assay_lines_level(levels, l, counts->n_levels, scratch, &length);
        status = assay_lines_add(context, self, g, variable, level, length);
        if (status != ASSAY_OK)
            return status;
        self->cases[0][self->n - 1] = level == NULL ? 0 : *assay_cell(counts, g, l);
        self->cases[1][self->n - 1] = missing;
        self->wholes[2 * (self->n - 1)] = rows - missing;
        self->wholes[2 * (self->n - 1) + 1] = rows;
    }
    return status;
}

/* One variable, counted once for all groups; kept until the lines of each group are made. */
typedef struct variable {
    assay_levels levels;
    assay_cells counts;
} variable;

static assay_status count_variable(assay_context *context, const assay_frame *frame,
                                   const assay_profile_options *options, size_t column,
                                   assay_levels *groups, variable *self)
{
    assay_status status = find_levels(context, frame, column, &self->levels);
    if (status == ASSAY_OK)
        status = assay_cells_new(context, groups->size, assay_levels_known(&self->levels),
                                 &self->counts);
    return status == ASSAY_OK ? assay_cells_fill(context, frame, options->by, column, groups,
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
                                    assay_lines *self)
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

static double limit_of_line(const assay_lines *self, size_t i, const void *more)
{
    const limits *of = more;
    const double known = (double)self->wholes[2 * i], rows = (double)self->wholes[2 * i + 1];
    const uint64_t population =
        of->populations == NULL ? ASSAY_INFINITE : of->populations[self->groups[i]];
    double lower = 0, upper = 1;
    if (known > 0)
        assay_wilson_real(assay_lines_share(self, i, 0), effective_size(known, rows, population),
                          of->tail, &lower, &upper);
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

static double first_share(const assay_lines *self, size_t i, const void *more)
{
    (void)more;
    return assay_lines_share(self, i, 0);
}

static assay_status finish_profile(assay_context *context, const assay_lines *self,
                                   const assay_profile_options *options, assay_frame *frame)
{
    limits of = {.tail = (1 - options->confidence) / 2,
                 .populations = options->n_populations == 0 ? NULL : options->populations};
    assay_status status =
        assay_frame_add_integers(context, frame, "cases", self->n, self->cases[0]);
    if (status == ASSAY_OK)
        status = assay_lines_numbers(context, self, "share", first_share, NULL, frame);
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "missing", self->n, self->cases[1]);
    if (status != ASSAY_OK || isnan(options->confidence))
        return status;
    status = assay_lines_numbers(context, self, "lower", limit_of_line, &of, frame);
    of.upper = true;
    return status == ASSAY_OK
               ? assay_lines_numbers(context, self, "upper", limit_of_line, &of, frame)
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
                                 assay_lines *self, assay_frame *profile)
{
    const char **by = NULL;
    assay_status status = check_populations(context, options, groups);
    if (status == ASSAY_OK)
        status = collect_profile(context, frame, options, groups, self);
    if (status == ASSAY_OK)
        status = names_of(context, frame, options->n_by, options->by, &by);
    if (status == ASSAY_OK)
        status = assay_lines_start(context, self, groups, by, profile);
    assay_free(by);
    return status == ASSAY_OK ? finish_profile(context, self, options, profile) : status;
}

assay_status assay_profile(assay_context *context, const assay_frame *frame,
                           const assay_profile_options *options, assay_frame **profile)
{
    assay_levels groups = {0};
    assay_frame *fresh = NULL;
    assay_lines self;
    assay_status status = assay_lines_new(context, &self);
    if (status == ASSAY_OK)
        status = assay_levels_of(context, frame, options->n_by, options->by, &groups);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        status = make_profile(context, frame, options, &groups, &self, fresh);
    assay_levels_free(&groups);
    assay_lines_free(&self);
    return assay_lines_hand_on(status, fresh, profile);
}
