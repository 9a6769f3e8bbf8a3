/* trend.c -- a share from period to period. */
#include "infer/trend.h"

#include <math.h>

#include "base/memory.h"
#include "data/levels.h"
#include "prob/test.h"

/* A row for each group and period; those of one group stand together. */
typedef struct trend {
    const assay_frame *all;
    size_t n_by;
    size_t *columns; /* by, then the period; behind them 0, 1, ... for the frame of the rows */
    assay_levels rows, periods;
    int64_t *cases, *yes;
    double *scores, *shares;
} trend;

static void free_trend(trend *self)
{
    assay_levels_free(&self->rows);
    assay_levels_free(&self->periods);
    assay_free(self->columns);
    assay_free(self->cases);
    assay_free(self->yes);
    assay_free(self->scores);
    assay_free(self->shares);
}

static assay_status list_columns(assay_context *context, size_t period, size_t n_by,
                                 const size_t by[], trend *self)
{
    self->columns = assay_alloc_array(2 * (n_by + 1), sizeof *self->columns);
    if (self->columns == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i <= n_by; i++) {
        self->columns[i] = i < n_by ? by[i] : period;
        self->columns[n_by + 1 + i] = i;
    }
    return ASSAY_OK;
}

/* ---- counting ---- */

static assay_status new_rows(assay_context *context, trend *self)
{
    const size_t n = self->n_by + 1;
    assay_status status = assay_levels_of(context, self->all, n, self->columns, &self->rows);
    if (status == ASSAY_OK)
        status = assay_levels_of(context, self->all, 1, &self->columns[self->n_by], &self->periods);
    if (status != ASSAY_OK)
        return status;
    if (assay_levels_known(&self->periods) < self->periods.size)
        return assay_fail(context, ASSAY_EMISSING, "some cases have no '%.40s'",
                          assay_frame_name(self->all, self->columns[self->n_by]));
    self->cases = assay_alloc_array(self->rows.size, sizeof *self->cases);
    self->yes = assay_alloc_zeroed_array(self->rows.size, sizeof *self->yes);
    self->scores = assay_alloc_array(self->rows.size, sizeof *self->scores);
    self->shares = assay_alloc_array(self->rows.size, sizeof *self->shares);
    return self->cases == NULL || self->yes == NULL || self->scores == NULL || self->shares == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static assay_status count_yes(assay_context *context, const assay_frame *yes, trend *self)
{
    assay_levels found = {0};
    const size_t *own = self->columns + self->n_by + 1;
    assay_status status = assay_levels_of(context, yes, self->n_by + 1, self->columns, &found);
    for (size_t row = 0; status == ASSAY_OK && row < found.size; row++) {
        size_t i;
        status = assay_levels_find(context, &self->rows, found.frame, own, row, &i);
        if (status == ASSAY_OK && (i == ASSAY_NO_LEVEL || assay_levels_cases(&found, row) >
                                                              assay_levels_cases(&self->rows, i)))
            status = assay_fail(context, ASSAY_EDOM, "more cases are yes than there are");
        if (status == ASSAY_OK)
            self->yes[i] = assay_levels_cases(&found, row);
    }
    assay_levels_free(&found);
    return status;
}

static assay_status score_of_row(assay_context *context, trend *self, size_t row, double *score)
{
    const assay_column *period = assay_frame_column(self->rows.frame, self->n_by);
    size_t rank = 0;
    switch (period->type) {
    case ASSAY_INTEGER:
        *score = (double)period->integers[row];
        return ASSAY_OK;
    case ASSAY_NUMBER:
        *score = period->numbers[row];
        return ASSAY_OK;
    case ASSAY_DATE:
        *score = period->days[row];
        return ASSAY_OK;
    default: {
        const assay_status status =
            assay_levels_find(context, &self->periods, self->rows.frame, &self->n_by, row, &rank);
        *score = (double)rank + 1;
        return status;
    }
    }
}

static assay_status fill_rows(assay_context *context, const assay_frame *yes, trend *self)
{
    assay_status status = new_rows(context, self);
    if (status == ASSAY_OK)
        status = count_yes(context, yes, self);
    for (size_t row = 0; status == ASSAY_OK && row < self->rows.size; row++) {
        self->cases[row] = assay_levels_cases(&self->rows, row);
        self->shares[row] = (double)self->yes[row] / (double)self->cases[row];
        status = score_of_row(context, self, row, &self->scores[row]);
    }
    return status;
}

static assay_status make_shares(assay_context *context, const trend *self, assay_frame *frame)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i <= self->n_by; i++)
        status = assay_frame_add(context, frame, assay_frame_name(self->all, self->columns[i]),
                                 assay_column_retain(assay_frame_column(self->rows.frame, i)));
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "cases", self->rows.size, self->cases);
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "yes", self->rows.size, self->yes);
    return status == ASSAY_OK
               ? assay_frame_add_numbers(context, frame, "share", self->rows.size, self->shares)
               : status;
}

/* ---- a test for each group ---- */

typedef struct tests {
    size_t n;
    uint32_t *firsts; /* the first row of each group */
    int64_t *periods, *cases, *yes;
    double *slopes, *z, *p_values;
} tests;

static void free_tests(tests *self)
{
    assay_free(self->firsts);
    assay_free(self->periods);
    assay_free(self->slopes);
}

static assay_status new_tests(assay_context *context, size_t most, tests *self)
{
    *self = (tests){.firsts = assay_alloc_array(most, sizeof *self->firsts),
                    .periods = assay_alloc_zeroed_array(most, 3 * sizeof *self->periods),
                    .slopes = assay_alloc_array(most, 3 * sizeof *self->slopes)};
    if (self->firsts == NULL || self->periods == NULL || self->slopes == NULL)
        return assay_fail_memory(context);
    self->cases = self->periods + most;
    self->yes = self->cases + most;
    self->z = self->slopes + most;
    self->p_values = self->z + most;
    return ASSAY_OK;
}

static bool same_group(const trend *self, size_t a, size_t b)
{
    for (size_t i = 0; i < self->n_by; i++)
        if (assay_column_compare(assay_frame_column(self->rows.frame, i), a, b) != 0)
            return false;
    return true;
}

static assay_status test_group(assay_context *context, const trend *self, size_t first, size_t k,
                               tests *to)
{
    const size_t g = to->n++;
    assay_trend_test found;
    const assay_status status =
        assay_test_trend(k, (const uint64_t *)self->yes + first,
                         (const uint64_t *)self->cases + first, self->scores + first, &found);
    if (status != ASSAY_OK)
        return assay_fail(context, status, "the periods of a trend must be finite numbers");
    to->firsts[g] = (uint32_t)first;
    to->periods[g] = (int64_t)k;
    for (size_t i = first; i < first + k; i++) {
        to->cases[g] += self->cases[i];
        to->yes[g] += self->yes[i];
    }
    to->slopes[g] = found.slope;
    to->z[g] = found.z;
    to->p_values[g] = found.p_value;
    return ASSAY_OK;
}

static assay_status fill_tests(assay_context *context, const trend *self, tests *to)
{
    assay_status status = new_tests(context, self->rows.size, to);
    for (size_t first = 0, k; status == ASSAY_OK && first < self->rows.size; first += k) {
        for (k = 1; first + k < self->rows.size && same_group(self, first, first + k);)
            k++;
        status = test_group(context, self, first, k, to);
    }
    return status;
}

static assay_status make_tests(assay_context *context, const trend *self, const tests *of,
                               assay_frame *frame)
{
    const struct {
        const char *name;
        const int64_t *integers;
        const double *numbers;
    } columns[] = {{"periods", of->periods, NULL},
                   {"cases", of->cases, NULL},
                   {"yes", of->yes, NULL},
                   {"slope", NULL, of->slopes},
                   {"z", NULL, of->z},
                   {"p_value", NULL, of->p_values}};
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n_by; i++) {
        assay_column *column;
        status = assay_column_take(context, assay_frame_column(self->rows.frame, i), of->n,
                                   of->firsts, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, frame, assay_frame_name(self->all, self->columns[i]),
                                     column);
    }
    for (size_t i = 0; status == ASSAY_OK && i < sizeof columns / sizeof columns[0]; i++)
        status = columns[i].integers != NULL
                     ? assay_frame_add_integers(context, frame, columns[i].name, of->n,
                                                columns[i].integers)
                     : assay_frame_add_numbers(context, frame, columns[i].name, of->n,
                                               columns[i].numbers);
    return status;
}

assay_status assay_trend(assay_context *context, const assay_frame *all, const assay_frame *yes,
                         size_t period, size_t n_by, const size_t by[], assay_frame **shares,
                         assay_frame **tests_frame)
{
    trend self = {.all = all, .n_by = n_by};
    tests found = {0};
    assay_frame *fresh[2] = {NULL, NULL};
    assay_status status = list_columns(context, period, n_by, by, &self);
    if (status == ASSAY_OK)
        status = fill_rows(context, yes, &self);
    if (status == ASSAY_OK)
        status = fill_tests(context, &self, &found);
    for (size_t i = 0; status == ASSAY_OK && i < 2; i++)
        status = assay_frame_new(context, &fresh[i]);
    if (status == ASSAY_OK)
        status = make_shares(context, &self, fresh[0]);
    if (status == ASSAY_OK)
        status = make_tests(context, &self, &found, fresh[1]);
    free_tests(&found);
    free_trend(&self);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh[0]);
        assay_frame_free(fresh[1]);
        return status;
    }
    *shares = fresh[0];
    *tests_frame = fresh[1];
    return ASSAY_OK;
}
