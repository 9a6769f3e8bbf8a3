/* tabulate.c -- counting and summarising columns. */
#include "data/tabulate.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* ---- levels of one column, across the blocks of a source ---- */

typedef struct level_map {
    assay_dictionary *levels; /* of all blocks; code 0 is missing */
    assay_type type;
    assay_dictionary *local; /* its codes are translated; held, or its address might be reused */
    uint32_t *codes;         /* 0: not yet translated */
    size_t n_codes;
} level_map;

/* Codes of the dictionary that a block's category has, translated as they come up. */
static assay_status follow(assay_context *context, level_map *map, const assay_column *column)
{
    assay_dictionary *local = column->type == ASSAY_CATEGORY ? column->dictionary : NULL;
    const size_t n = local == NULL ? 0 : (size_t)assay_dictionary_size(local) + 1;
    map->type = column->type;
    if (local != NULL && assay_dictionary_is_declared(local))
        assay_dictionary_declare(map->levels);
    if (local == map->local && n == map->n_codes)
        return ASSAY_OK;
    assay_dictionary_release(map->local);
    map->local = assay_dictionary_retain(local);
    assay_free(map->codes);
    map->codes = assay_alloc_zeroed_array(n, sizeof *map->codes);
    map->n_codes = n;
    return map->codes == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status level_of_row(assay_context *context, level_map *map, const assay_column *column,
                                 size_t row, uint32_t *level)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    *level = 0;
    if (assay_column_is_missing(column, row))
        return ASSAY_OK;
    const uint32_t code = map->local == NULL ? 0 : assay_column_code(column, row);
    if (code != 0 && map->codes[code] != 0) {
        *level = map->codes[code];
        return ASSAY_OK;
    }
    const char *cell = assay_column_cell(column, row, scratch, &length);
    *level = assay_dictionary_add(map->levels, cell, length);
    if (*level == 0)
        return assay_fail_memory(context);
    if (code != 0)
        map->codes[code] = *level;
    return ASSAY_OK;
}

/*
** A declared category is entered whole and in its order, so that the codes of the map are the order
** of the levels.
*/
static assay_status enter_declared(assay_context *context, level_map *map,
                                   const assay_dictionary *declared)
{
    for (uint32_t code = 1; code <= assay_dictionary_size(declared); code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(declared, code, &length);
        if (assay_dictionary_add(map->levels, bytes, length) == 0)
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

static assay_status follow_column(assay_context *context, level_map *map,
                                  const assay_column *column)
{
    assay_status status = follow(context, map, column);
    if (status == ASSAY_OK && assay_dictionary_is_declared(map->levels) &&
        assay_dictionary_size(map->levels) == 0)
        status = enter_declared(context, map, map->local);
    return status;
}

static void free_maps(level_map maps[], size_t n)
{
    for (size_t i = 0; maps != NULL && i < n; i++) {
        assay_dictionary_release(maps[i].levels);
        assay_dictionary_release(maps[i].local);
        assay_free(maps[i].codes);
    }
    assay_free(maps);
}

static level_map *new_maps(size_t n)
{
    level_map *maps = assay_alloc_zeroed_array(n, sizeof *maps);
    for (size_t i = 0; maps != NULL && i < n; i++)
        if ((maps[i].levels = assay_dictionary_new()) == NULL) {
            free_maps(maps, n);
            return NULL;
        }
    return maps;
}

/* ---- cells of the table ---- */

typedef struct tally {
    size_t n; /* columns */
    level_map *maps;
    assay_dictionary *cells; /* n levels of 4 bytes each as the text of a cell */
    int64_t *cases;          /* by the cell's code - 1 */
    size_t capacity;
    uint64_t rows;
} tally;

static void free_tally(tally *self)
{
    free_maps(self->maps, self->n);
    assay_dictionary_release(self->cells);
    assay_free(self->cases);
}

static assay_status new_tally(assay_context *context, size_t n, tally *self)
{
    *self = (tally){.n = n, .maps = new_maps(n), .cells = assay_dictionary_new()};
    if (self->maps != NULL && self->cells != NULL)
        return ASSAY_OK;
    free_tally(self);
    return assay_fail_memory(context);
}

static assay_status count_cell(assay_context *context, tally *self, const uint32_t levels[])
{
    const uint32_t before = assay_dictionary_size(self->cells);
    if (!assay_grow(&self->cases, &self->capacity, before, sizeof *self->cases))
        return assay_fail_memory(context);
    const uint32_t cell =
        assay_dictionary_add(self->cells, (const char *)levels, self->n * sizeof *levels);
    if (cell == 0)
        return assay_fail_memory(context);
    self->cases[cell - 1] = cell > before ? 1 : self->cases[cell - 1] + 1;
    self->rows++;
    return ASSAY_OK;
}

static assay_status count_block(assay_context *context, tally *self, const assay_block *block,
                                const size_t columns[], uint32_t levels[])
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
        status = follow_column(context, &self->maps[i], block->columns[columns[i]]);
    for (size_t row = 0; status == ASSAY_OK && row < block->rows; row++) {
        for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
            status =
                level_of_row(context, &self->maps[i], block->columns[columns[i]], row, &levels[i]);
        if (status == ASSAY_OK)
            status = count_cell(context, self, levels);
    }
    return status;
}

static assay_status count_source(assay_context *context, assay_source *source,
                                 const size_t columns[], tally *self)
{
    uint32_t *levels = assay_alloc_array(self->n, sizeof *levels);
    assay_status status = levels == NULL ? assay_fail_memory(context) : ASSAY_OK;
    while (status == ASSAY_OK) {
        assay_block block;
        status = source->next(context, source, &block);
        if (status != ASSAY_OK || block.rows == 0)
            break;
        status = count_block(context, self, &block, columns, levels);
    }
    assay_free(levels);
    return status;
}

static uint32_t level_in_cell(const tally *self, uint32_t cell, size_t column)
{
    size_t length;
    uint32_t level;
    const char *levels = assay_dictionary_text(self->cells, cell, &length);
    memcpy(&level, levels + column * sizeof level, sizeof level);
    return level;
}

/* ---- the table as a frame ---- */

/* The levels of one column, cell by cell, with the type that the column had. */
static assay_status column_of_levels(assay_context *context, const tally *self, size_t i,
                                     assay_column **column)
{
    const level_map *map = &self->maps[i];
    const bool declared = assay_dictionary_is_declared(map->levels);
    assay_builder *builder = assay_builder_new();
    const uint32_t n = assay_dictionary_size(self->cells);
    assay_status status = builder == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (uint32_t cell = 1; status == ASSAY_OK && cell <= n; cell++) {
        const uint32_t level = level_in_cell(self, cell, i);
        size_t length = 0;
        const char *bytes = level == 0 ? NULL : assay_dictionary_text(map->levels, level, &length);
        status = level == 0 ? assay_builder_add_missing(context, builder)
                            : assay_builder_add(context, builder, bytes, length);
    }
    const assay_column_wish wish = {.type = map->type == ASSAY_TEXT ? ASSAY_CATEGORY : map->type,
                                    .levels = declared ? map->levels : NULL};
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, builder, &wish, column);
    assay_builder_free(builder);
    return status;
}

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

static assay_status fill_counts(assay_context *context, const tally *self,
                                const char *const names[], const size_t columns[],
                                assay_frame *frame)
{
    const size_t n = assay_dictionary_size(self->cells);
    uint64_t *wholes = assay_alloc_array(n, sizeof *wholes);
    assay_status status = wholes == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++) {
        assay_column *column;
        status = column_of_levels(context, self, i, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, frame, names[columns[i]], column);
    }
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        wholes[i] = self->rows;
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "cases", n, self->cases);
    if (status == ASSAY_OK)
        status = add_shares(context, frame, "share", n, self->cases, wholes);
    assay_free(wholes);
    return status;
}

/* The same rows in the order of the first n columns. */
static assay_status in_order(assay_context *context, assay_frame *unordered, size_t n,
                             assay_frame **ordered)
{
    const size_t rows = assay_frame_rows(unordered);
    size_t *columns = assay_alloc_array(n, sizeof *columns);
    uint32_t *order = assay_alloc_array(rows, sizeof *order);
    assay_status status = columns == NULL || order == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        columns[i] = i;
    if (status == ASSAY_OK)
        status = assay_frame_order(context, unordered, n, columns, NULL, order);
    if (status == ASSAY_OK)
        status = assay_frame_take(context, unordered, rows, order, ordered);
    assay_free(columns);
    assay_free(order);
    return status;
}

assay_status assay_count(assay_context *context, assay_source *source, size_t n,
                         const size_t columns[], assay_frame **counts)
{
    tally self;
    assay_frame *frame = NULL;
    assay_status status = new_tally(context, n, &self);
    if (status != ASSAY_OK)
        return status;
    status = count_source(context, source, columns, &self);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &frame);
    if (status == ASSAY_OK)
        status = fill_counts(context, &self, source->names, columns, frame);
    if (status == ASSAY_OK)
        status = in_order(context, frame, n, counts);
    assay_frame_free(frame);
    free_tally(&self);
    return status;
}

assay_status assay_count_frame(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], assay_frame **counts)
{
    assay_frame *asked = NULL; /* the columns to count alone: a source copies all it has */
    assay_source *source = NULL;
    size_t *all = assay_alloc_array(n, sizeof *all);
    assay_status status = all == NULL ? assay_fail_memory(context)
                                      : assay_frame_select(context, frame, n, columns, &asked);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        all[i] = i;
    if (status == ASSAY_OK)
        status = assay_source_of_frame(context, asked, &source);
    if (status == ASSAY_OK)
        status = assay_count(context, source, n, all, counts);
    assay_source_free(source);
    assay_frame_free(asked);
    assay_free(all);
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

/* ---- numbers ---- */

static double value_at(const assay_column *column, size_t row)
{
    return column->type == ASSAY_NUMBER    ? column->numbers[row]
           : column->type == ASSAY_INTEGER ? (double)column->integers[row]
                                           : (double)column->days[row];
}

/* Type 7 quantile of sorted x[n], n >= 1. */
static double quantile(const double x[], size_t n, double p)
{
    const double place = (double)(n - 1) * p;
    const size_t below = (size_t)place;
    return below + 1 < n ? x[below] + (place - (double)below) * (x[below + 1] - x[below])
                         : x[n - 1];
}

static void describe(const double x[], size_t n, assay_summary *summary)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        const double from_old = x[i] - mean;
        mean += from_old / (double)(i + 1);
        squares += from_old * (x[i] - mean);
    }
    summary->mean = mean;
    summary->sd = n < 2 ? (double)NAN : sqrt(squares / (double)(n - 1));
    summary->min = x[0];
    summary->q1 = quantile(x, n, 0.25);
    summary->median = quantile(x, n, 0.5);
    summary->q3 = quantile(x, n, 0.75);
    summary->max = x[n - 1];
}

assay_status assay_summarise(assay_context *context, const assay_column *column,
                             assay_summary *summary)
{
    const double none = (double)NAN;
    if (column->type == ASSAY_CATEGORY || column->type == ASSAY_TEXT)
        return assay_fail(context, ASSAY_EDOM, "a %s column has no numbers to summarise",
                          assay_type_name(column->type));
    double *known = assay_alloc_array(column->length, sizeof *known);
    if (known == NULL)
        return assay_fail_memory(context);
    size_t n = 0;
    for (size_t row = 0; row < column->length; row++)
        if (!assay_column_is_missing(column, row))
            known[n++] = value_at(column, row);
    *summary = (assay_summary){.n = n,
                               .missing = column->length - n,
                               .mean = none,
                               .sd = none,
                               .min = none,
                               .q1 = none,
                               .median = none,
                               .q3 = none,
                               .max = none};
    if (n > 0) {
        gsl_sort(known, 1, n);
        describe(known, n, summary);
    }
    assay_free(known);
    return ASSAY_OK;
}
