/* tabulate.c -- counting columns. */
#include "data/tabulate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/tally.h"

/* ---- counts ---- */

/* The table of a tally, unless counting failed; releases the tally. */
static assay_status finish_count(assay_context *context, assay_tally *tally, assay_status status,
                                 const char *const names[], assay_frame **counts)
{
    if (status == ASSAY_OK)
        status = assay_tally_frame(context, tally, names, counts);
    assay_tally_free(tally);
    return status;
}

/* What a count looks at: columns of a source's blocks, or of a frame. */
typedef struct asked {
    size_t n, weight;
    const size_t *columns;
    const char **names;
    const assay_column **now;
} asked;

static void free_asked(asked *self)
{
    assay_free(self->names);
    assay_free(self->now);
}

static bool new_asked(asked *self, size_t n, const size_t columns[], size_t weight)
{
    *self = (asked){.n = n,
                    .weight = weight,
                    .columns = columns,
                    .names = assay_alloc_array(n, sizeof(char *)),
                    .now = assay_alloc_array(n, sizeof(assay_column *))};
    return self->names != NULL && self->now != NULL;
}

/* Tells a source that no other column is looked at. */
static assay_status keep_asked(assay_context *context, assay_source *source, const asked *self)
{
    bool *keep = assay_alloc_zeroed_array(source->n_columns, sizeof *keep);
    if (keep == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++)
        keep[self->columns[i]] = true;
    if (self->weight != ASSAY_NO_COLUMN)
        keep[self->weight] = true;
    assay_source_keep(source, keep);
    assay_free(keep);
    return ASSAY_OK;
}

static assay_status count_blocks(assay_context *context, assay_source *source, asked *self,
                                 assay_tally *tally)
{
    for (;;) {
        assay_block block;
        assay_status status = source->next(context, source, &block);
        if (status != ASSAY_OK || block.rows == 0)
            return status;
        for (size_t i = 0; i < self->n; i++)
            self->now[i] = block.columns[self->columns[i]];
        const assay_column *weights =
            self->weight == ASSAY_NO_COLUMN ? NULL : block.columns[self->weight];
        status = assay_tally_add(context, tally, self->now, weights, 0, block.rows);
        if (status != ASSAY_OK)
            return status;
    }
}

assay_status assay_count_weighted(assay_context *context, assay_source *source, size_t n,
                                  const size_t columns[], size_t weight, assay_frame **counts)
{
    asked self;
    assay_tally *tally = NULL;
    assay_status status =
        new_asked(&self, n, columns, weight) ? ASSAY_OK : assay_fail_memory(context);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        self.names[i] = source->names[columns[i]];
    if (status == ASSAY_OK)
        status = keep_asked(context, source, &self);
    if (status == ASSAY_OK)
        status = assay_tally_new(context, n, weight != ASSAY_NO_COLUMN, &tally);
    if (status == ASSAY_OK)
        status = count_blocks(context, source, &self, tally);
    status = finish_count(context, tally, status, self.names, counts);
    free_asked(&self);
    return status;
}

assay_status assay_count(assay_context *context, assay_source *source, size_t n,
                         const size_t columns[], assay_frame **counts)
{
    return assay_count_weighted(context, source, n, columns, ASSAY_NO_COLUMN, counts);
}

static assay_status check_weights(assay_context *context, const assay_column *weights)
{
    return weights == NULL || weights->type == ASSAY_INTEGER || weights->type == ASSAY_NUMBER
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EDOM, "weights are numbers: this is a %s column",
                            assay_type_name(weights->type));
}

assay_status assay_count_frame_weighted(assay_context *context, const assay_frame *frame, size_t n,
                                        const size_t columns[], size_t weight, assay_frame **counts)
{
    asked self;
    assay_tally *tally = NULL;
    const assay_column *weights =
        weight == ASSAY_NO_COLUMN ? NULL : assay_frame_column(frame, weight);
    assay_status status =
        new_asked(&self, n, columns, weight) ? ASSAY_OK : assay_fail_memory(context);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        self.names[i] = assay_frame_name(frame, columns[i]);
        self.now[i] = assay_frame_column(frame, columns[i]);
    }
    if (status == ASSAY_OK)
        status = check_weights(context, weights);
    if (status == ASSAY_OK)
        status = assay_tally_new(context, n, weights != NULL, &tally);
    if (status == ASSAY_OK)
        status = assay_tally_add(context, tally, self.now, weights, 0, assay_frame_rows(frame));
    status = finish_count(context, tally, status, self.names, counts);
    free_asked(&self);
    return status;
}

assay_status assay_count_frame(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], assay_frame **counts)
{
    return assay_count_frame_weighted(context, frame, n, columns, ASSAY_NO_COLUMN, counts);
}

/* ---- one column counted ---- */

/* cases / whole, in a column of its own. */
static assay_status add_shares(assay_context *context, assay_frame *frame, const char *name,
                               size_t n, const int64_t cases[], const uint64_t wholes[])
{
    double *shares = assay_alloc_array(n, sizeof *shares);
    assay_status status = shares == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        shares[i] = wholes[i] == 0 ? (double)NAN : (double)cases[i] / (double)wholes[i];
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, name, n, shares);
    assay_free(shares);
    return status;
}

/* One column counted. The code of a level in `rows` is its row in `counts`, from 1. */
typedef struct counted {
    assay_frame *counts;
    assay_dictionary *rows;
} counted;

static void free_counted(counted *self)
{
    assay_frame_free(self->counts);
    assay_dictionary_release(self->rows);
}

/* A missing value stands last, so that the rows of the others are numbered without a gap. */
static assay_status number_rows(assay_context *context, counted *self)
{
    const assay_column *levels = assay_frame_column(self->counts, 0);
    for (size_t row = 0; row < levels->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *level = assay_column_cell(levels, row, scratch, &length);
        if (level != NULL && assay_dictionary_add(self->rows, level, length) == 0)
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* To be freed whatever the answer. */
static assay_status count_frame(assay_context *context, const assay_frame *frame, size_t column,
                                counted *self)
{
    *self = (counted){.rows = assay_dictionary_new()};
    assay_status status = self->rows == NULL
                              ? assay_fail_memory(context)
                              : assay_count_frame(context, frame, 1, &column, &self->counts);
    return status == ASSAY_OK ? number_rows(context, self) : status;
}

/* The cases of a level, NULL for those where it is missing; 0 if it does not occur. */
static int64_t cases_of(const counted *self, const char *level, size_t length)
{
    const assay_column *cases = assay_frame_column(self->counts, 1);
    const uint32_t known = assay_dictionary_size(self->rows);
    const uint32_t row =
        level == NULL ? known + 1 : assay_dictionary_find(self->rows, level, length);
    return row == 0 || row > cases->length ? 0 : cases->integers[row - 1];
}

static uint64_t total_cases(const counted *self)
{
    const assay_column *cases = assay_frame_column(self->counts, 1);
    uint64_t total = 0;
    for (size_t row = 0; row < cases->length; row++)
        total += (uint64_t)cases->integers[row];
    return total;
}

/* ---- lines of variable, level and counts, of a balance ---- */

typedef struct lines {
    assay_builder *variables, *levels;
    size_t n, capacities[4];
    int64_t *cases, *others; /* others: of the sample, in balance */
    uint64_t *wholes, *other_wholes;
} lines;

static void free_lines(lines *self)
{
    assay_builder_free(self->variables);
    assay_builder_free(self->levels);
    assay_free(self->cases);
    assay_free(self->others);
    assay_free(self->wholes);
    assay_free(self->other_wholes);
}

static assay_status new_lines(assay_context *context, lines *self)
{
    *self = (lines){.variables = assay_builder_new(), .levels = assay_builder_new()};
    if (self->variables != NULL && self->levels != NULL)
        return ASSAY_OK;
    free_lines(self);
    return assay_fail_memory(context);
}

static assay_status add_line(assay_context *context, lines *self, const char *variable,
                             const char *level, size_t length)
{
    const size_t n = self->n;
    if (!assay_grow(&self->cases, &self->capacities[0], n, sizeof *self->cases) ||
        !assay_grow(&self->others, &self->capacities[1], n, sizeof *self->others) ||
        !assay_grow(&self->wholes, &self->capacities[2], n, sizeof *self->wholes) ||
        !assay_grow(&self->other_wholes, &self->capacities[3], n, sizeof *self->other_wholes))
        return assay_fail_memory(context);
    self->cases[n] = self->others[n] = 0;
    self->wholes[n] = self->other_wholes[n] = 0;
    self->n++;
    const assay_status status =
        assay_builder_add(context, self->variables, variable, strlen(variable));
    if (status != ASSAY_OK)
        return status;
    return level == NULL ? assay_builder_add_missing(context, self->levels)
                         : assay_builder_add(context, self->levels, level, length);
}

/* Columns variable and level of the result. */
static assay_status start_frame(assay_context *context, const lines *self, assay_frame *frame)
{
    static const assay_column_wish wish = {.type = ASSAY_CATEGORY};
    assay_column *column;
    assay_status status = assay_builder_finish(context, self->variables, &wish, &column);
    if (status == ASSAY_OK)
        status = assay_frame_add(context, frame, "variable", column);
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, self->levels, &wish, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, "level", column) : status;
}

typedef assay_status finisher(assay_context *context, const lines *self, assay_frame *frame);

/* The table that a finisher makes of the lines, unless collecting them failed; releases them. */
static assay_status make_table(assay_context *context, lines *self, assay_status status,
                               finisher *finish, assay_frame **table)
{
    assay_frame *fresh = NULL;
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        status = finish(context, self, fresh);
    free_lines(self);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *table = fresh;
    return ASSAY_OK;
}

/* ---- sample beside population ---- */

/* One line for each level of the population, a missing value last. */
static assay_status compare_levels(assay_context *context, lines *self, const char *name,
                                   const counted *all, const counted *some)
{
    const assay_column *occur = assay_frame_column(all->counts, 0);
    const uint64_t whole = total_cases(all), other_whole = total_cases(some);
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < occur->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const char *level = assay_column_cell(occur, row, scratch, &length);
        status = add_line(context, self, name, level, length);
        if (status != ASSAY_OK)
            break;
        self->cases[self->n - 1] = assay_frame_column(all->counts, 1)->integers[row];
        self->others[self->n - 1] = cases_of(some, level, length);
        self->wholes[self->n - 1] = whole;
        self->other_wholes[self->n - 1] = other_whole;
    }
    return status;
}

static assay_status compare_column(assay_context *context, lines *self,
                                   const assay_frame *population, const assay_frame *sample,
                                   const char *name)
{
    counted all, some = {0};
    const size_t in_all = assay_frame_find(population, name);
    const size_t in_some = assay_frame_find(sample, name);
    if (in_all == ASSAY_NO_COLUMN || in_some == ASSAY_NO_COLUMN)
        return assay_fail(context, ASSAY_EUNKNOWN, "there is no column '%.40s'", name);
    assay_status status = count_frame(context, population, in_all, &all);
    if (status == ASSAY_OK)
        status = count_frame(context, sample, in_some, &some);
    if (status == ASSAY_OK)
        status = compare_levels(context, self, name, &all, &some);
    free_counted(&all);
    free_counted(&some);
    return status;
}

static assay_status add_differences(assay_context *context, const lines *self, assay_frame *frame)
{
    double *differences = assay_alloc_array(self->n, sizeof *differences);
    assay_status status = differences == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
        differences[i] = (double)self->others[i] / (double)self->other_wholes[i] -
                         (double)self->cases[i] / (double)self->wholes[i];
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "difference", self->n, differences);
    assay_free(differences);
    return status;
}

static assay_status finish_balance(assay_context *context, const lines *self, assay_frame *frame)
{
    assay_status status = start_frame(context, self, frame);
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "population", self->n, self->cases);
    if (status == ASSAY_OK)
        status = add_shares(context, frame, "population_share", self->n, self->cases, self->wholes);
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "sample", self->n, self->others);
    if (status == ASSAY_OK)
        status =
            add_shares(context, frame, "sample_share", self->n, self->others, self->other_wholes);
    return status == ASSAY_OK ? add_differences(context, self, frame) : status;
}

assay_status assay_balance(assay_context *context, const assay_frame *population,
                           const assay_frame *sample, size_t n, const char *const columns[],
                           assay_frame **balance)
{
    lines self;
    assay_status status = new_lines(context, &self);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = compare_column(context, &self, population, sample, columns[i]);
    return make_table(context, &self, status, finish_balance, balance);
}
