/* builder_values.c -- the growing arrays of a column that is being built. */
#include "data/builder_values.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/column_own.h"

static const assay_type types[] = {
    [ASSAY_FORM_CODES] = ASSAY_CATEGORY,   [ASSAY_FORM_NUMBERS] = ASSAY_NUMBER,
    [ASSAY_FORM_INTEGERS] = ASSAY_INTEGER, [ASSAY_FORM_DAYS] = ASSAY_DATE,
    [ASSAY_FORM_TEXT] = ASSAY_TEXT,
};

void assay_values_start(assay_values *values, assay_form form)
{
    *values = (assay_values){.form = form,
                             .width = form == ASSAY_FORM_CODES  ? 1
                                      : form == ASSAY_FORM_TEXT ? 4
                                                                : 0};
}

void assay_values_free(assay_values *values)
{
    assay_free(values->values);
    assay_free(values->bytes);
    assay_free(values->missing);
    *values = (assay_values){.form = values->form, .width = values->width};
}

static size_t each(const assay_values *values)
{
    return assay_column_value_bytes(types[values->form], values->width);
}

/* ---- room ---- */

static assay_status grow_missing(assay_context *context, assay_values *values, size_t capacity)
{
    const size_t before = values->missing == NULL ? 0 : values->capacity / 64 + 1;
    const size_t words = capacity / 64 + 1;
    uint64_t *missing = assay_resize_array(values->missing, words, sizeof *missing);
    if (missing == NULL)
        return assay_fail_memory(context);
    memset(missing + before, 0, (words - before) * sizeof *missing);
    values->missing = missing;
    return ASSAY_OK;
}

assay_status assay_values_reserve(assay_context *context, assay_values *values, size_t n)
{
    const size_t most = UINT32_MAX - 1;
    if (n > most - values->rows)
        return assay_fail(context, ASSAY_EDOM, "more than %zu rows", most);
    const size_t wanted = values->rows + n;
    if (values->values != NULL && wanted <= values->capacity)
        return ASSAY_OK;
    const size_t half_more = values->capacity + values->capacity / 2 + 16;
    const size_t capacity = wanted > half_more ? wanted : half_more;
    void *grown = assay_resize_array(values->values, capacity + 1, each(values));
    if (grown == NULL)
        return assay_fail_memory(context);
    if (values->values == NULL)
        memset(grown, 0, each(values)); /* text starts at 0 */
    values->values = grown;
    if (values->form == ASSAY_FORM_TEXT) {
        const assay_status status = grow_missing(context, values, capacity);
        if (status != ASSAY_OK)
            return status;
    }
    values->capacity = capacity;
    return ASSAY_OK;
}

/* The same values in another width. */
static assay_status change_width(assay_context *context, assay_values *values, uint8_t width)
{
    void *wider = assay_alloc_array(values->capacity + 1, width);
    if (wider == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; values->values != NULL && i <= values->rows && i < values->capacity + 1; i++)
        assay_write_unsigned(wider, width, i,
                             i < values->rows || values->form == ASSAY_FORM_TEXT
                                 ? assay_read_unsigned(values->values, values->width, i)
                                 : 0);
    assay_free(values->values);
    values->values = wider;
    values->width = width;
    return ASSAY_OK;
}

assay_status assay_values_widen(assay_context *context, assay_values *values, uint32_t code)
{
    const uint8_t width = assay_code_width(code);
    if (width <= values->width)
        return ASSAY_OK;
    if (values->values == NULL)
        values->width = width;
    return values->values == NULL ? ASSAY_OK : change_width(context, values, width);
}

static assay_status grow_bytes(assay_context *context, assay_values *values, size_t more)
{
    if (more > SIZE_MAX / 4 - values->used)
        return assay_fail_memory(context);
    const size_t wanted = values->used + more;
    if (wanted > UINT32_MAX && values->width == 4) {
        const assay_status status = change_width(context, values, 8);
        if (status != ASSAY_OK)
            return status;
    }
    if (values->bytes != NULL && wanted <= values->bytes_capacity)
        return ASSAY_OK;
    const size_t capacity = wanted + wanted / 2 + 64;
    char *bytes = assay_resize(values->bytes, capacity);
    if (bytes == NULL)
        return assay_fail_memory(context);
    values->bytes = bytes;
    values->bytes_capacity = capacity;
    return ASSAY_OK;
}

/* ---- pushing ---- */

void assay_values_push_missing(assay_values *values)
{
    const size_t row = values->rows;
    switch (values->form) {
    case ASSAY_FORM_CODES:
        assay_values_push_code(values, 0);
        return;
    case ASSAY_FORM_NUMBERS:
        assay_values_push_number(values, (double)NAN);
        return;
    case ASSAY_FORM_INTEGERS:
        assay_values_push_integer(values, INT64_MIN);
        return;
    case ASSAY_FORM_DAYS:
        assay_values_push_days(values, INT32_MIN);
        return;
    default:
        values->missing[row / 64] |= (uint64_t)1 << (row % 64);
        assay_write_unsigned(values->values, values->width, ++values->rows, values->used);
    }
}

void assay_values_push_code(assay_values *values, uint32_t code)
{
    values->known += code != 0;
    assay_write_unsigned(values->values, values->width, values->rows++, code);
}

void assay_values_push_integer(assay_values *values, int64_t value)
{
    values->known += value != INT64_MIN;
    ((int64_t *)values->values)[values->rows++] = value;
}

void assay_values_push_number(assay_values *values, double value)
{
    values->known += isnan(value) ? 0 : 1;
    ((double *)values->values)[values->rows++] = value;
}

void assay_values_push_days(assay_values *values, int32_t value)
{
    values->known += value != INT32_MIN;
    ((int32_t *)values->values)[values->rows++] = value;
}

assay_status assay_values_push_text(assay_context *context, assay_values *values, const char *bytes,
                                    size_t length)
{
    const assay_status status = grow_bytes(context, values, length);
    if (status != ASSAY_OK)
        return status;
    if (length > 0)
        memcpy(values->bytes + values->used, bytes, length);
    values->used += length;
    values->known++;
    assay_write_unsigned(values->values, values->width, ++values->rows, values->used);
    return ASSAY_OK;
}

/* The bits of n rows behind those of `rows`; the bitmap has room for them and is 0 there. */
static size_t push_bits(uint64_t to[], size_t rows, const uint64_t from[], size_t n)
{
    size_t missing = 0;
    for (size_t i = 0; i < n; i++) {
        if (i % 64 == 0 && from[i / 64] == 0) {
            i += 63;
            continue;
        }
        const uint64_t bit = from[i / 64] >> (i % 64) & 1;
        to[(rows + i) / 64] |= bit << ((rows + i) % 64);
        missing += bit;
    }
    return missing;
}

assay_status assay_values_push_texts(assay_context *context, assay_values *values,
                                     const assay_column *column)
{
    const size_t n = column->length;
    const size_t from = assay_read_unsigned(column->offsets, column->width, 0);
    const size_t bytes = assay_read_unsigned(column->offsets, column->width, n) - from;
    assay_status status = assay_values_reserve(context, values, n);
    if (status == ASSAY_OK)
        status = grow_bytes(context, values, bytes);
    if (status != ASSAY_OK)
        return status;
    if (bytes > 0)
        memcpy(values->bytes + values->used, column->bytes + from, bytes);
    const size_t base = values->used - from;
    for (size_t i = 1; i <= n; i++)
        assay_write_unsigned(values->values, values->width, values->rows + i,
                             base + assay_read_unsigned(column->offsets, column->width, i));
    const size_t missing =
        column->missing == NULL ? 0 : push_bits(values->missing, values->rows, column->missing, n);
    values->known += n - missing;
    values->used += bytes;
    values->rows += n;
    return ASSAY_OK;
}

void assay_values_push_value(assay_values *values, const assay_values *from, size_t row)
{
    const size_t bytes = each(values);
    memcpy((char *)values->values + values->rows++ * bytes,
           (const char *)from->values + row * bytes, bytes);
}

void assay_values_push_codes(assay_values *values, const assay_column *column, const uint32_t map[])
{
    const size_t n = column->length;
    if (values->width == 1 && column->width == 1) {
        uint8_t *to = (uint8_t *)values->values + values->rows;
        const uint8_t *from = column->codes;
        for (size_t i = 0; i < n; i++) {
            to[i] = from[i] == 0 ? 0 : (uint8_t)map[from[i]];
            values->known += to[i] != 0;
        }
        values->rows += n;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t code = assay_column_code(column, i);
        assay_values_push_code(values, code == 0 ? 0 : map[code]);
    }
}

assay_status assay_values_push_array(assay_context *context, assay_values *values,
                                     const assay_column *column)
{
    const size_t bytes = each(values);
    const assay_status status = assay_values_reserve(context, values, column->length);
    if (status != ASSAY_OK)
        return status;
    if (column->length > 0)
        memcpy((char *)values->values + values->rows * bytes, column->own->values,
               column->length * bytes);
    for (size_t row = 0; row < column->length; row++)
        values->known += !assay_column_is_missing(column, row);
    values->rows += column->length;
    return ASSAY_OK;
}

/* ---- looking ---- */

uint32_t assay_values_code(const assay_values *values, size_t row)
{
    return (uint32_t)assay_read_unsigned(values->values, values->width, row);
}

/* A column over the values, for looking at them only. */
static assay_column view(const assay_values *values)
{
    return (assay_column){.type = types[values->form],
                          .width = values->width,
                          .length = values->rows,
                          .codes = values->values,
                          .integers = values->values,
                          .numbers = values->values,
                          .days = values->values,
                          .offsets = values->values,
                          .bytes = values->bytes,
                          .missing = values->missing};
}

const char *assay_values_text(const assay_values *values, size_t row,
                              char scratch[ASSAY_CELL_BYTES], size_t *length)
{
    const assay_column column = view(values);
    *length = 0;
    return assay_column_cell(&column, row, scratch, length);
}

/* ---- the column ---- */

static bool any_missing(const assay_values *values)
{
    for (size_t i = 0; i < values->rows; i += 64)
        if (values->missing[i / 64] != 0)
            return true;
    return false;
}

assay_status assay_values_finish(assay_context *context, assay_values *values,
                                 assay_dictionary *dictionary, assay_column **column)
{
    assay_status status = assay_values_reserve(context, values, 0);
    if (status == ASSAY_OK && values->form == ASSAY_FORM_TEXT)
        status = grow_bytes(context, values, 0);
    if (status != ASSAY_OK)
        return status;
    const bool bitmap = values->form == ASSAY_FORM_TEXT && any_missing(values);
    values->values = assay_resize_array(values->values, values->rows + 1, each(values));
    if (values->bytes != NULL)
        values->bytes = assay_resize(values->bytes, values->used);
    if (bitmap)
        values->missing =
            assay_resize_array(values->missing, values->rows / 64 + 1, sizeof(uint64_t));
    assay_column *fresh =
        assay_column_adopt(types[values->form], values->width, values->rows, values->values,
                           values->bytes, bitmap ? values->missing : NULL);
    if (fresh == NULL)
        return assay_fail_memory(context);
    if (!bitmap)
        assay_free(values->missing);
    fresh->dictionary = assay_dictionary_retain(dictionary);
    values->values = NULL;
    values->bytes = NULL;
    values->missing = NULL;
    assay_values_free(values);
    *column = fresh;
    return ASSAY_OK;
}
