/* measure.c -- inclusion probabilities in proportion to a measure of size. */
#include "sample/measure.h"

#include <math.h>

#include "base/memory.h"
#include "base/sort.h"
#include "sample/select.h"
#include "sample/walk.h"

/* ---- checks ---- */

static double size_of(const assay_column *column, size_t row)
{
    return column->type == ASSAY_INTEGER ? (double)column->integers[row] : column->numbers[row];
}

/* A size may be private: it is told what is wrong with it, but not which it is. */
static assay_status refuse_row(assay_context *context, assay_status status, const char *name,
                               size_t row, const char *what)
{
    assay_fail(context, status, "row %zu: '%.40s' is %s: a measure of size is a number above 0",
               row + 1, name, what);
    context->error.row = row + 1;
    return status;
}

static assay_status check_sizes(assay_context *context, const assay_frame *frame, size_t i)
{
    const assay_column *column = assay_frame_column(frame, i);
    const char *name = assay_frame_name(frame, i);
    if (column->type != ASSAY_INTEGER && column->type != ASSAY_NUMBER) {
        assay_fail(context, ASSAY_EDOM,
                   "'%.40s' is a column of type %s: a measure of size is a number above 0", name,
                   assay_type_name(column->type));
        return assay_blame_argument(context, "size_measure");
    }
    for (size_t row = 0; row < column->length; row++) {
        if (assay_column_is_missing(column, row))
            return refuse_row(context, ASSAY_EMISSING, name, row, "missing");
        const double x = size_of(column, row);
        if (!(x > 0 && isfinite(x)))
            return refuse_row(context, ASSAY_EDOM, name, row,
                              x == 0  ? "0"
                              : x < 0 ? "below 0"
                                      : "not finite");
    }
    return ASSAY_OK;
}

/* ---- probabilities ---- */

static int compare_strata(const void *self, uint32_t a, uint32_t b)
{
    const uint32_t *of_row = self;
    return (of_row[a] > of_row[b]) - (of_row[a] < of_row[b]);
}

/* Rows by stratum, then id. */
static assay_status order_rows(assay_context *context, const assay_frame *frame, size_t id,
                               const assay_strata *strata, uint32_t order[])
{
    const size_t n = assay_frame_rows(frame);
    for (size_t row = 0; row < n; row++)
        order[row] = (uint32_t)row;
    const assay_status status = assay_walk(context, frame, id, NULL, n, order);
    return status == ASSAY_OK ? assay_sort(context, n, order, compare_strata, strata->of_row)
                              : status;
}

/* The n rows of one stratum; x[n] and p[n] are room. How many are certain goes to *certain. */
static assay_status divide(assay_context *context, const assay_measure *measure,
                           const assay_column *column, size_t n, const uint32_t rows[],
                           uint64_t size, double x[], double p[], uint64_t *certain)
{
    for (size_t i = 0; i < n; i++)
        x[i] = size_of(column, rows[i]);
    const assay_status status = assay_probabilities(context, n, x, size, p);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < n; i++) {
        measure->probability[rows[i]] = size == n ? 1 : p[i]; /* whole, whatever rounding does */
        *certain += size < n && p[i] == 1;
    }
    return ASSAY_OK;
}

static assay_status divide_all(assay_context *context, const assay_measure *measure,
                               const assay_frame *frame, const assay_strata *strata,
                               const uint64_t sample[], const uint32_t order[], double room[])
{
    const assay_column *column = assay_frame_column(frame, measure->column);
    const size_t rows = assay_frame_rows(frame);
    assay_status status = ASSAY_OK;
    for (size_t h = 0, from = 0; status == ASSAY_OK && h < strata->n; h++) {
        const size_t n = (size_t)strata->population[h];
        status = divide(context, measure, column, n, order + from, sample[h], room, room + rows,
                        &measure->certain[h]);
        from += n;
        if (status == ASSAY_OK)
            status = assay_poll(context, from, rows);
    }
    return status;
}

static assay_status fill(assay_context *context, const assay_frame *frame, size_t id,
                         const assay_strata *strata, const uint64_t sample[],
                         assay_measure *measure)
{
    const size_t rows = assay_frame_rows(frame);
    assay_status status = check_sizes(context, frame, measure->column);
    if (status != ASSAY_OK)
        return status;
    measure->probability = assay_alloc_array(rows, sizeof *measure->probability);
    measure->certain = assay_alloc_zeroed_array(strata->n, sizeof *measure->certain);
    uint32_t *order = assay_alloc_array(rows, sizeof *order);
    double *room = assay_alloc_array(rows, 2 * sizeof *room);
    if (measure->probability == NULL || measure->certain == NULL || order == NULL || room == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK)
        status = order_rows(context, frame, id, strata, order);
    if (status == ASSAY_OK)
        status = divide_all(context, measure, frame, strata, sample, order, room);
    assay_free(order);
    assay_free(room);
    return status;
}

/* ---- life ---- */

assay_status assay_measure_new(assay_context *context, const assay_frame *frame, size_t id,
                               const assay_strata *strata, size_t column, const uint64_t sample[],
                               assay_measure **measure)
{
    assay_measure *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->column = column;
    const assay_status status = fill(context, frame, id, strata, sample, fresh);
    if (status != ASSAY_OK) {
        assay_measure_free(fresh);
        return status;
    }
    *measure = fresh;
    return ASSAY_OK;
}

void assay_measure_free(assay_measure *measure)
{
    if (measure == NULL)
        return;
    assay_free(measure->probability);
    assay_free(measure->certain);
    assay_free(measure);
}
