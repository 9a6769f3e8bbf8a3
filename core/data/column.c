/* column.c -- one immutable column of a table. */
#include "data/column.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/column_own.h"

static const char *const type_names[] = {"category", "text", "integer", "number", "date"};

const char *assay_type_name(assay_type type)
{
    return type < ASSAY_INFER ? type_names[type] : "?";
}

bool assay_type_find(const char *name, assay_type *type)
{
    for (size_t i = 0; i < sizeof type_names / sizeof type_names[0]; i++)
        if (strcmp(name, type_names[i]) == 0) {
            *type = (assay_type)i;
            return true;
        }
    return false;
}

/* ---- life ---- */

static void free_owner(struct assay_column_owner *own)
{
    assay_free(own->values);
    assay_free(own->bytes);
    assay_free(own->missing);
    assay_free(own);
}

assay_column *assay_column_retain(assay_column *column)
{
    atomic_fetch_add(&column->own->references, 1);
    return column;
}

void assay_column_release(assay_column *column)
{
    if (column == NULL || atomic_fetch_sub(&column->own->references, 1) != 1)
        return;
    assay_dictionary_release(column->dictionary);
    free_owner(column->own);
    assay_free(column);
}

size_t assay_column_value_bytes(assay_type type, uint8_t width)
{
    switch (type) {
    case ASSAY_INTEGER:
        return sizeof(int64_t);
    case ASSAY_NUMBER:
        return sizeof(double);
    case ASSAY_DATE:
        return sizeof(int32_t);
    default:
        return width;
    }
}

assay_column *assay_column_adopt(assay_type type, uint8_t width, size_t n, void *values,
                                 char *bytes, uint64_t *missing)
{
    assay_column *column = assay_alloc_zeroed_array(1, sizeof *column);
    struct assay_column_owner *own = assay_alloc_zeroed_array(1, sizeof *own);
    if (column == NULL || own == NULL) {
        assay_free(column);
        assay_free(own);
        return NULL;
    }
    atomic_init(&own->references, 1);
    own->values = values;
    own->bytes = bytes;
    own->missing = missing;
    *column = (assay_column){.type = type,
                             .width = width,
                             .length = n,
                             .codes = type == ASSAY_CATEGORY ? values : NULL,
                             .integers = type == ASSAY_INTEGER ? values : NULL,
                             .numbers = type == ASSAY_NUMBER ? values : NULL,
                             .days = type == ASSAY_DATE ? values : NULL,
                             .offsets = type == ASSAY_TEXT ? values : NULL,
                             .bytes = bytes,
                             .missing = missing,
                             .own = own};
    return column;
}

assay_column *assay_column_make(assay_type type, uint8_t width, size_t n)
{
    void *values =
        n == SIZE_MAX ? NULL : assay_alloc_array(n + 1, assay_column_value_bytes(type, width));
    assay_column *column =
        values == NULL ? NULL : assay_column_adopt(type, width, n, values, NULL, NULL);
    if (column == NULL)
        assay_free(values);
    return column;
}

/* ---- cells ---- */

uint32_t assay_column_code(const assay_column *column, size_t row)
{
    return (uint32_t)assay_read_unsigned(column->codes, column->width, row);
}

void assay_column_codes(const assay_column *column, size_t first, size_t n, uint32_t codes[])
{
    const uint8_t *bytes = column->codes;
    const uint16_t *pairs = column->codes;
    if (column->width == 4)
        memcpy(codes, (const uint32_t *)column->codes + first, n * sizeof *codes);
    else
        for (size_t i = 0; i < n; i++)
            codes[i] = column->width == 1 ? bytes[first + i] : pairs[first + i];
}

bool assay_column_is_missing(const assay_column *column, size_t row)
{
    switch (column->type) {
    case ASSAY_CATEGORY:
        return assay_column_code(column, row) == 0;
    case ASSAY_INTEGER:
        return column->integers[row] == INT64_MIN;
    case ASSAY_NUMBER:
        return isnan(column->numbers[row]);
    case ASSAY_DATE:
        return column->days[row] == INT32_MIN;
    default:
        return column->missing != NULL && (column->missing[row / 64] >> (row % 64) & 1) != 0;
    }
}

static const char *text_of(const assay_column *column, size_t row, size_t *length)
{
    const uint64_t from = assay_read_unsigned(column->offsets, column->width, row);
    *length = (size_t)(assay_read_unsigned(column->offsets, column->width, row + 1) - from);
    return column->bytes + from;
}

const char *assay_column_cell(const assay_column *column, size_t row,
                              char scratch[ASSAY_CELL_BYTES], size_t *length)
{
    if (assay_column_is_missing(column, row))
        return NULL;
    switch (column->type) {
    case ASSAY_CATEGORY:
        return assay_dictionary_text(column->dictionary, assay_column_code(column, row), length);
    case ASSAY_TEXT:
        return text_of(column, row, length);
    case ASSAY_INTEGER:
        *length = (size_t)snprintf(scratch, ASSAY_CELL_BYTES, "%" PRId64, column->integers[row]);
        return scratch;
    case ASSAY_NUMBER:
        *length = assay_number_to_text(column->numbers[row], scratch);
        return scratch;
    default:
        assay_date_to_text(column->days[row], scratch);
        *length = strlen(scratch);
        return scratch;
    }
}

static int compare_cells(const assay_column *column, size_t a, size_t b)
{
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t a_length, b_length;
    const char *left = assay_column_cell(column, a, scratch_a, &a_length);
    const char *right = assay_column_cell(column, b, scratch_b, &b_length);
    return assay_compare_bytes(left, a_length, right, b_length);
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int assay_column_compare(const assay_column *column, size_t a, size_t b)
{
    const bool no_a = assay_column_is_missing(column, a), no_b = assay_column_is_missing(column, b);
    if (no_a || no_b)
        return no_a - no_b;
    switch (column->type) {
    case ASSAY_INTEGER:
        return ORDER(column->integers[a], column->integers[b]);
    case ASSAY_NUMBER:
        return ORDER(column->numbers[a], column->numbers[b]);
    case ASSAY_DATE:
        return ORDER(column->days[a], column->days[b]);
    case ASSAY_CATEGORY:
        if (assay_dictionary_is_declared(column->dictionary))
            return ORDER(assay_column_code(column, a), assay_column_code(column, b));
        /* fall through */
    default:
        return compare_cells(column, a, b);
    }
}

/* ---- columns from arrays ---- */

static assay_status copy_of(assay_context *context, assay_type type, size_t n, const void *values,
                            assay_column **column)
{
    assay_column *fresh = assay_column_make(type, 0, n);
    if (fresh == NULL)
        return assay_fail_memory(context);
    if (n > 0)
        memcpy(fresh->own->values, values, n * assay_column_value_bytes(type, 0));
    *column = fresh;
    return ASSAY_OK;
}

assay_status assay_column_of_integers(assay_context *context, size_t n, const int64_t values[],
                                      assay_column **column)
{
    return copy_of(context, ASSAY_INTEGER, n, values, column);
}

assay_status assay_column_of_numbers(assay_context *context, size_t n, const double values[],
                                     assay_column **column)
{
    return copy_of(context, ASSAY_NUMBER, n, values, column);
}

static assay_status column_to_come(assay_context *context, assay_type type, size_t n,
                                   assay_column **column)
{
    assay_column *fresh = assay_column_make(type, 0, n);
    if (fresh == NULL)
        return assay_fail_memory(context);
    *column = fresh;
    return ASSAY_OK;
}

assay_status assay_column_of_integers_to_come(assay_context *context, size_t n, int64_t **values,
                                              assay_column **column)
{
    const assay_status status = column_to_come(context, ASSAY_INTEGER, n, column);
    if (status == ASSAY_OK)
        *values = (*column)->own->values;
    return status;
}

assay_status assay_column_of_numbers_to_come(assay_context *context, size_t n, double **values,
                                             assay_column **column)
{
    const assay_status status = column_to_come(context, ASSAY_NUMBER, n, column);
    if (status == ASSAY_OK)
        *values = (*column)->own->values;
    return status;
}

assay_status assay_column_of_days(assay_context *context, size_t n, const int32_t values[],
                                  assay_column **column)
{
    return copy_of(context, ASSAY_DATE, n, values, column);
}

assay_status assay_column_of_codes(assay_context *context, size_t n, const uint32_t codes[],
                                   assay_dictionary *dictionary, assay_column **column)
{
    const uint32_t levels = assay_dictionary_size(dictionary);
    const uint8_t width = assay_code_width(levels);
    assay_column *fresh = assay_column_make(ASSAY_CATEGORY, width, n);
    if (fresh == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        assay_write_unsigned(fresh->own->values, width, i, codes[i]);
    fresh->dictionary = assay_dictionary_retain(dictionary);
    *column = fresh;
    return ASSAY_OK;
}

assay_status assay_column_make_text(assay_context *context, size_t n, size_t bytes,
                                    bool any_missing, assay_column **column)
{
    assay_column *fresh = assay_column_make(ASSAY_TEXT, bytes <= UINT32_MAX ? 4 : 8, n);
    if (fresh == NULL)
        return assay_fail_memory(context);
    struct assay_column_owner *own = fresh->own;
    own->bytes = assay_alloc(bytes);
    own->missing = any_missing ? assay_alloc_zeroed_array(n / 64 + 1, sizeof(uint64_t)) : NULL;
    if (own->bytes == NULL || (any_missing && own->missing == NULL)) {
        assay_column_release(fresh);
        return assay_fail_memory(context);
    }
    assay_write_unsigned(own->values, fresh->width, 0, 0);
    fresh->bytes = own->bytes;
    fresh->missing = own->missing;
    *column = fresh;
    return ASSAY_OK;
}

void assay_column_put(assay_column *column, size_t i, const char *text, size_t length)
{
    const uint64_t from = assay_read_unsigned(column->offsets, column->width, i);
    if (text == NULL)
        column->own->missing[i / 64] |= (uint64_t)1 << (i % 64);
    else if (length > 0)
        memcpy(column->own->bytes + from, text, length);
    assay_write_unsigned(column->own->values, column->width, i + 1,
                         from + (text == NULL ? 0 : length));
}

assay_status assay_column_of_texts(assay_context *context, size_t n, assay_text_at *at,
                                   const void *self, assay_column **column)
{
    size_t length, bytes = 0;
    bool any_missing = false;
    for (size_t row = 0; row < n; row++) {
        const bool known = at(self, row, &length) != NULL;
        any_missing |= !known;
        bytes += known ? length : 0;
    }
    assay_column *fresh;
    const assay_status status = assay_column_make_text(context, n, bytes, any_missing, &fresh);
    if (status != ASSAY_OK)
        return status;
    for (size_t row = 0; row < n; row++) {
        const char *text = at(self, row, &length);
        assay_column_put(fresh, row, text, length);
    }
    *column = fresh;
    return ASSAY_OK;
}
