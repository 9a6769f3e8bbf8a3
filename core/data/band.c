/* band.c -- numbers sorted into bands. */
#include "data/band.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define LABEL_BYTES 80

/* What a break stands for in this column: all up to it belongs to its band. */
static double end_of(const assay_column *column, double at)
{
    return column->type == ASSAY_INTEGER ? floor(at) : at;
}

static assay_status check_breaks(assay_context *context, const assay_column *column, size_t n,
                                 const double breaks[])
{
    const bool whole = column->type == ASSAY_INTEGER;
    if (!whole && column->type != ASSAY_NUMBER)
        return assay_fail(context, ASSAY_EDOM, "a %s column has no numbers to put into bands",
                          assay_type_name(column->type));
    if (n == 0)
        return assay_fail(context, ASSAY_EDOM, "bands need at least one break");
    for (size_t i = 0; i < n; i++) {
        char text[ASSAY_NUMBER_TEXT];
        assay_number_to_text(breaks[i], text);
        if (!isfinite(breaks[i]) || (whole && !(fabs(breaks[i]) < 0x1p53)))
            return assay_fail(context, ASSAY_EDOM,
                              "break %zu, %s, is no number that a band can end at", i + 1, text);
        if (i > 0 && !(breaks[i] > breaks[i - 1]))
            return assay_fail(context, ASSAY_EDOM, "breaks must ascend: break %zu, %s, does not",
                              i + 1, text);
        if (i > 0 && !(end_of(column, breaks[i]) > end_of(column, breaks[i - 1])))
            return assay_fail(context, ASSAY_EDOM,
                              "no whole number lies between break %zu, %s, and the one before it",
                              i + 1, text);
    }
    return ASSAY_OK;
}

/* ---- labels ---- */

static void label_inner(const assay_column *column, double low, double high,
                        char label[LABEL_BYTES])
{
    char from[ASSAY_NUMBER_TEXT], to[ASSAY_NUMBER_TEXT];
    const bool whole = column->type == ASSAY_INTEGER;
    assay_number_to_text(whole ? low + 1 : low, from);
    assay_number_to_text(high, to);
    if (!whole)
        snprintf(label, LABEL_BYTES, "over %s to %s", from, to);
    else if (low + 1 == high)
        snprintf(label, LABEL_BYTES, "%s", to);
    else
        snprintf(label, LABEL_BYTES, low + 1 < 0 ? "%s to %s" : "%s-%s", from, to);
}

static void label_band(const assay_column *column, size_t n, const double breaks[], size_t i,
                       char label[LABEL_BYTES])
{
    char end[ASSAY_NUMBER_TEXT];
    assay_number_to_text(end_of(column, breaks[i < n ? i : n - 1]), end);
    if (i == 0)
        snprintf(label, LABEL_BYTES, "%s or %s", end,
                 column->type == ASSAY_INTEGER ? "fewer" : "less");
    else if (i == n)
        snprintf(label, LABEL_BYTES, "over %s", end);
    else
        label_inner(column, end_of(column, breaks[i - 1]), end_of(column, breaks[i]), label);
}

static assay_status make_levels(assay_context *context, const assay_column *column, size_t n,
                                const double breaks[], assay_dictionary *levels)
{
    if (levels == NULL)
        return assay_fail_memory(context);
    assay_dictionary_declare(levels);
    for (size_t i = 0; i <= n; i++) {
        char label[LABEL_BYTES];
        label_band(column, n, breaks, i, label);
        if (assay_dictionary_add(levels, label, strlen(label)) == 0)
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* ---- cells ---- */

/* How many breaks lie below x, by bisection: its band, from 0. */
static size_t band_of(double x, size_t n, const double breaks[])
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (breaks[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* An integer that a double does not hold is rounded, but never past a break: those are below 2^53. */
static uint32_t code_of_row(const assay_column *column, size_t row, size_t n, const double breaks[])
{
    if (assay_column_is_missing(column, row))
        return 0;
    const double x =
        column->type == ASSAY_INTEGER ? (double)column->integers[row] : column->numbers[row];
    return (uint32_t)band_of(x, n, breaks) + 1;
}

static assay_status fill(assay_context *context, const assay_column *column, size_t n,
                         const double breaks[], assay_dictionary *levels, assay_column **bands)
{
    uint32_t *codes = assay_alloc_array(column->length, sizeof *codes);
    assay_status status = codes == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < column->length; row++) {
        codes[row] = code_of_row(column, row, n, breaks);
        if (row % 65536 == 0)
            status = assay_poll(context, row, column->length);
    }
    if (status == ASSAY_OK)
        status = assay_column_of_codes(context, column->length, codes, levels, bands);
    assay_free(codes);
    return status;
}

assay_status assay_band(assay_context *context, const assay_column *column, size_t n,
                        const double breaks[], assay_column **bands)
{
    assay_status status = check_breaks(context, column, n, breaks);
    if (status != ASSAY_OK)
        return status;
    assay_dictionary *levels = assay_dictionary_new();
    status = make_levels(context, column, n, breaks, levels);
    if (status == ASSAY_OK)
        status = fill(context, column, n, breaks, levels, bands);
    assay_dictionary_release(levels);
    return status;
}
