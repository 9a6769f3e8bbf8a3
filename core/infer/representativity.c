/* representativity.c -- whether a sample looks like the population it was drawn from. */
#include "infer/representativity.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "data/levels.h"
#include "prob/test.h"

#define NOTABLE 0.1

/* ---- the measures ---- */

typedef struct counts {
    size_t k;
    const uint64_t *population, *sample;
    uint64_t N, n;
} counts;

static double expected(const counts *c, size_t i)
{
    return (double)c->n * (double)c->population[i] / (double)c->N;
}

/* sum (n_k - E_k)^2 / E_k */
static double distance(const counts *c, const uint64_t sample[])
{
    double sum = 0;
    for (size_t i = 0; i < c->k; i++) {
        const double off = (double)sample[i] - expected(c, i);
        sum += off * off / expected(c, i);
    }
    return sum;
}

/* |n_k N - n N_k|: both products are below 2^64, since no count passes 2^32. */
static uint64_t gap(const counts *c, size_t i)
{
    const uint64_t have = c->sample[i] * c->N, want = c->n * c->population[i];
    return have > want ? have - want : want - have;
}

static void measure_gaps(const counts *c, assay_representativity *found)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < c->k; i++) {
        double difference, z;
        largest = gap(c, i) > largest ? gap(c, i) : largest;
        assay_representativity_cell(c->sample[i], c->n, c->population[i], c->N, &difference, &z);
        found->largest_difference = fmax(found->largest_difference, fabs(difference));
    }
    found->exact = largest == 0;
    found->within_rounding = largest < c->N;
    found->largest_gap = (double)largest / (double)c->N;
}

/* S^2 = n X^2 / (N (N-1)) with X^2 the distance above. */
static double r_indicator(const counts *c)
{
    if (c->n == c->N)
        return 1;
    const double n = (double)c->n, N = (double)c->N;
    const double spread = n * distance(c, c->sample) / (N * (N - 1));
    const double by_sampling = n * (N - n) * (double)(c->k - 1) / (N * (N - 1) * (N - 1));
    return 1 - 2 * sqrt(fmax(spread - by_sampling, 0));
}

void assay_representativity_cell(uint64_t n_k, uint64_t n, uint64_t N_k, uint64_t N,
                                 double *std_difference, double *z)
{
    const double P = (double)N_k / (double)N, p = (double)n_k / (double)n;
    const double sd = sqrt(P * (1 - P));
    *std_difference = *z = 0;
    if (N_k == 0 || N_k == N || n == N)
        return;
    *std_difference = (p - P) / sd;
    *z = *std_difference / sqrt((double)(N - n) / ((double)(N - 1) * (double)n));
}

/* ---- one variable ---- */

static assay_status check_counts(assay_context *context, counts *c, uint64_t replicates)
{
    for (size_t i = 0; i < c->k; i++) {
        if (c->population[i] == 0 || c->sample[i] > c->population[i] ||
            c->population[i] > UINT32_MAX - 1 - c->N)
            return assay_fail(context, ASSAY_EDOM,
                              "the sample has cases that its population has not");
        c->N += c->population[i];
        c->n += c->sample[i];
    }
    if (c->n == 0)
        return assay_fail(context, ASSAY_EDOM, "the sample is empty");
    if (replicates < 1 || replicates > ASSAY_REPLICATES_MOST)
        return assay_fail(context, ASSAY_EDOM, "replicates are from 1 to %d",
                          ASSAY_REPLICATES_MOST);
    return ASSAY_OK;
}

/* The test of one variable, which has a stream of its own. */
static assay_status test_fit(assay_context *context, const counts *c, const char *seed,
                             const char *variable, uint64_t replicates, assay_fit *fit)
{
    assay_bytes stream = {0};
    assay_status status = ASSAY_OK;
    if (!assay_append(&stream, "representativity/", strlen("representativity/")) ||
        !assay_append(&stream, variable, strlen(variable)))
        status = assay_fail_memory(context);
    if (status == ASSAY_OK) {
        const assay_simulation by = {seed, stream.bytes, replicates};
        status = assay_test_fit_population(context, c->k, c->population, c->sample, &by, fit);
    }
    assay_free(stream.bytes);
    return status;
}

assay_status assay_representativity_of(assay_context *context, size_t k,
                                       const uint64_t population[], const uint64_t sample[],
                                       const char *seed, const char *variable, uint64_t replicates,
                                       assay_representativity *found)
{
    counts c = {.k = k, .population = population, .sample = sample};
    assay_representativity fresh = {.cells = k, .df = k - 1, .p_value = 1};
    assay_fit fit;
    assay_status status = check_counts(context, &c, replicates);
    if (status == ASSAY_OK)
        status = test_fit(context, &c, seed, variable, replicates, &fit);
    if (status != ASSAY_OK)
        return status;
    fresh.r_indicator = r_indicator(&c);
    measure_gaps(&c, &fresh);
    if (k > 1) { /* one cell fits whatever was drawn */
        fresh.chi_squared = fit.test.statistic;
        fresh.p_value = fit.test.p_value;
        fresh.by_simulation = fit.by_simulation;
    }
    *found = fresh;
    return ASSAY_OK;
}

/* ---- tables ---- */

typedef struct tables {
    const assay_frame *population, *sample;
    const char *seed;
    uint64_t replicates;
    /* a row for each variable, for each level */
    assay_builder *variables, *methods, *matches, *level_variables, *level_names, *flags;
    assay_bytes measures, level_measures; /* test_row, level_row */
    size_t n, n_levels;
} tables;

typedef struct test_row {
    int64_t cells, df;
    double chi_squared, p_value, r_indicator, largest_gap, largest_difference;
} test_row;

typedef struct level_row {
    int64_t population, sample;
    double expected, std_difference, z;
} level_row;

static void free_tables(tables *self)
{
    assay_builder_free(self->variables);
    assay_builder_free(self->methods);
    assay_builder_free(self->matches);
    assay_builder_free(self->level_variables);
    assay_builder_free(self->level_names);
    assay_builder_free(self->flags);
    assay_free(self->measures.bytes);
    assay_free(self->level_measures.bytes);
}

static assay_status new_tables(assay_context *context, tables *self)
{
    assay_builder **const builders[] = {&self->variables,       &self->methods,     &self->matches,
                                        &self->level_variables, &self->level_names, &self->flags};
    for (size_t i = 0; i < sizeof builders / sizeof builders[0]; i++)
        if ((*builders[i] = assay_builder_new()) == NULL)
            return assay_fail_memory(context);
    return ASSAY_OK;
}

static assay_status add_text(assay_context *context, assay_builder *builder, const char *text)
{
    return assay_builder_add(context, builder, text, strlen(text));
}

static assay_status add_test(assay_context *context, tables *self, const char *variable,
                             const assay_representativity *found)
{
    const test_row row = {(int64_t)found->cells,    (int64_t)found->df, found->chi_squared,
                          found->p_value,           found->r_indicator, found->largest_gap,
                          found->largest_difference};
    const char *match = found->exact ? "exact" : found->within_rounding ? "rounding" : "no";
    assay_status status = add_text(context, self->variables, variable);
    if (status == ASSAY_OK)
        status =
            add_text(context, self->methods, found->by_simulation ? "simulation" : "chi_squared");
    if (status == ASSAY_OK)
        status = add_text(context, self->matches, match);
    if (status == ASSAY_OK && !assay_append(&self->measures, &row, sizeof row))
        status = assay_fail_memory(context);
    self->n++;
    return status;
}

static assay_status add_level(assay_context *context, tables *self, const char *variable,
                              const assay_levels *levels, const counts *c, size_t i)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    level_row row = {.population = (int64_t)c->population[i],
                     .sample = (int64_t)c->sample[i],
                     .expected = expected(c, i)};
    assay_representativity_cell(c->sample[i], c->n, c->population[i], c->N, &row.std_difference,
                                &row.z);
    const char *level =
        assay_column_cell(assay_frame_column(levels->frame, 0), i, scratch, &length);
    assay_status status = add_text(context, self->level_variables, variable);
    if (status == ASSAY_OK)
        status = level == NULL ? assay_builder_add_missing(context, self->level_names)
                               : assay_builder_add(context, self->level_names, level, length);
    if (status == ASSAY_OK)
        status = add_text(context, self->flags, fabs(row.std_difference) > NOTABLE ? "yes" : "no");
    if (status == ASSAY_OK && !assay_append(&self->level_measures, &row, sizeof row))
        status = assay_fail_memory(context);
    self->n_levels++;
    return status;
}

/* The counts of one variable, or of a cross of several: two arrays of levels->size in one block. */
static assay_status count_cells(assay_context *context, const tables *self, size_t n,
                                const size_t in_population[], const size_t in_sample[],
                                assay_levels *levels, uint64_t **both)
{
    assay_levels drawn = {0};
    size_t own[2] = {0}, *all = n <= 2 ? own : assay_alloc_array(n, sizeof *all);
    assay_status status = all == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        all[i] = i;
    if (status == ASSAY_OK)
        status = assay_levels_of(context, self->population, n, in_population, levels);
    if (status == ASSAY_OK)
        status = assay_levels_of(context, self->sample, n, in_sample, &drawn);
    if (status == ASSAY_OK &&
        (*both = assay_alloc_zeroed_array(levels->size, 2 * sizeof **both)) == NULL)
        status = assay_fail_memory(context);
    for (size_t i = 0; status == ASSAY_OK && i < levels->size; i++)
        (*both)[i] = (uint64_t)assay_levels_cases(levels, i);
    for (size_t row = 0; status == ASSAY_OK && row < drawn.size; row++) {
        size_t i;
        status = assay_levels_find(context, levels, drawn.frame, all, row, &i);
        if (status == ASSAY_OK && i == ASSAY_NO_LEVEL)
            status =
                assay_fail(context, ASSAY_EDOM, "the sample has cases that its population has not");
        if (status == ASSAY_OK)
            (*both)[levels->size + i] = (uint64_t)assay_levels_cases(&drawn, row);
    }
    if (all != own)
        assay_free(all);
    assay_levels_free(&drawn);
    return status;
}

static assay_status add_variable(assay_context *context, tables *self, const char *variable,
                                 size_t n, const size_t in_population[], const size_t in_sample[])
{
    assay_levels levels = {0};
    uint64_t *both = NULL;
    assay_representativity found;
    assay_status status = count_cells(context, self, n, in_population, in_sample, &levels, &both);
    const size_t k = levels.size;
    counts c = {.k = k, .population = both, .sample = status == ASSAY_OK ? both + k : NULL};
    if (status == ASSAY_OK)
        status = check_counts(context, &c, self->replicates);
    if (status == ASSAY_OK)
        status = assay_representativity_of(context, k, both, both + k, self->seed, variable,
                                           self->replicates, &found);
    if (status == ASSAY_OK)
        status = add_test(context, self, variable, &found);
    for (size_t i = 0; status == ASSAY_OK && n == 1 && i < k; i++)
        status = add_level(context, self, variable, &levels, &c, i);
    assay_levels_free(&levels);
    assay_free(both);
    return status;
}

static assay_status find_columns(assay_context *context, const assay_frame *frame, size_t n,
                                 const char *const names[], size_t columns[])
{
    for (size_t i = 0; i < n; i++) {
        columns[i] = assay_frame_find(frame, names[i]);
        if (columns[i] == ASSAY_NO_COLUMN) {
            assay_fail(context, ASSAY_EUNKNOWN, "there is no column '%.40s'", names[i]);
            return assay_blame_argument(context, names[i]);
        }
    }
    return ASSAY_OK;
}

static bool join_names(size_t n, const char *const names[], assay_bytes *joined)
{
    for (size_t i = 0; i < n; i++)
        if (!assay_append(joined, " / ", i == 0 ? 0 : 3) ||
            !assay_append(joined, names[i], strlen(names[i])))
            return false;
    return true;
}

static assay_status add_variables(assay_context *context, tables *self, size_t n,
                                  const char *const names[])
{
    assay_bytes joined = {0};
    size_t *columns = assay_alloc_array(2 * n, sizeof *columns);
    assay_status status = columns == NULL || !join_names(n, names, &joined)
                              ? assay_fail_memory(context)
                              : find_columns(context, self->population, n, names, columns);
    if (status == ASSAY_OK)
        status = find_columns(context, self->sample, n, names, columns + n);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = add_variable(context, self, names[i], 1, &columns[i], &columns[n + i]);
    if (status == ASSAY_OK && n > 1)
        status = add_variable(context, self, joined.bytes, n, columns, columns + n);
    assay_free(columns);
    assay_free(joined.bytes);
    return status;
}

/* ---- the tables as frames ---- */

static assay_status add_builder(assay_context *context, assay_frame *frame, const char *name,
                                assay_builder *builder)
{
    static const assay_column_wish wish = {.type = ASSAY_CATEGORY};
    assay_column *column;
    const assay_status status = assay_builder_finish(context, builder, &wish, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

/* The member at `offset` of each of n rows of `size` bytes, as a column. */
static assay_status add_integers(assay_context *context, assay_frame *frame, const char *name,
                                 size_t n, const assay_bytes *rows, size_t size, size_t offset)
{
    int64_t *values = assay_alloc_array(n, sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        memcpy(&values[i], rows->bytes + i * size + offset, sizeof *values);
    const assay_status status = assay_frame_add_integers(context, frame, name, n, values);
    assay_free(values);
    return status;
}

static assay_status add_numbers(assay_context *context, assay_frame *frame, const char *name,
                                size_t n, const assay_bytes *rows, size_t size, size_t offset)
{
    double *values = assay_alloc_array(n, sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        memcpy(&values[i], rows->bytes + i * size + offset, sizeof *values);
    const assay_status status = assay_frame_add_numbers(context, frame, name, n, values);
    assay_free(values);
    return status;
}

#define TEST(kind, member)                                                                         \
    (status == ASSAY_OK ? add_##kind(context, frame, #member, self->n, &self->measures,            \
                                     sizeof(test_row), offsetof(test_row, member))                 \
                        : status)
#define LEVEL(kind, member)                                                                        \
    (status == ASSAY_OK                                                                            \
         ? add_##kind(context, frame, #member, self->n_levels, &self->level_measures,              \
                      sizeof(level_row), offsetof(level_row, member))                              \
         : status)

static assay_status make_tests(assay_context *context, const tables *self, assay_frame *frame)
{
    assay_status status = add_builder(context, frame, "variable", self->variables);
    status = TEST(integers, cells);
    status = TEST(numbers, chi_squared);
    status = TEST(integers, df);
    status = TEST(numbers, p_value);
    if (status == ASSAY_OK)
        status = add_builder(context, frame, "method", self->methods);
    status = TEST(numbers, r_indicator);
    status = TEST(numbers, largest_gap);
    if (status == ASSAY_OK)
        status = add_builder(context, frame, "match", self->matches);
    return TEST(numbers, largest_difference);
}

static assay_status make_levels(assay_context *context, const tables *self, assay_frame *frame)
{
    assay_status status = add_builder(context, frame, "variable", self->level_variables);
    if (status == ASSAY_OK)
        status = add_builder(context, frame, "level", self->level_names);
    status = LEVEL(integers, population);
    status = LEVEL(integers, sample);
    status = LEVEL(numbers, expected);
    status = LEVEL(numbers, std_difference);
    status = LEVEL(numbers, z);
    return status == ASSAY_OK ? add_builder(context, frame, "flag", self->flags) : status;
}

assay_status assay_represent(assay_context *context, const assay_frame *population,
                             const assay_frame *sample, size_t n, const char *const columns[],
                             const char *seed, uint64_t replicates, assay_frame **tests,
                             assay_frame **levels)
{
    tables self = {
        .population = population, .sample = sample, .seed = seed, .replicates = replicates};
    assay_frame *fresh[2] = {NULL, NULL};
    assay_status status = new_tables(context, &self);
    if (status == ASSAY_OK)
        status = add_variables(context, &self, n, columns);
    for (size_t i = 0; status == ASSAY_OK && i < 2; i++)
        status = assay_frame_new(context, &fresh[i]);
    if (status == ASSAY_OK)
        status = make_tests(context, &self, fresh[0]);
    if (status == ASSAY_OK)
        status = make_levels(context, &self, fresh[1]);
    free_tables(&self);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh[0]);
        assay_frame_free(fresh[1]);
        return status;
    }
    *tests = fresh[0];
    *levels = fresh[1];
    return ASSAY_OK;
}
