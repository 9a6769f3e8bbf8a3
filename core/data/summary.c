/* summary.c -- a column of numbers in a few numbers. */
#include "data/summary.h"

#include <gsl/gsl_sort.h>
#include <math.h>

#include "base/memory.h"

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
