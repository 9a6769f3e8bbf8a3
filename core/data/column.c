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

assay_column *assay_column_make(assay_type type, uint8_t width, size_t n)
{
    assay_column *column = assay_alloc_zeroed_array(1, sizeof *column);
    struct assay_column_owner *own = assay_alloc_zeroed_array(1, sizeof *own);
    void *values =
        n == SIZE_MAX ? NULL : assay_alloc_array(n + 1, assay_column_value_bytes(type, width));
    if (column == NULL || own == NULL || values == NULL) {
        assay_free(column);
        assay_free(own);
        assay_free(values);
        return NULL;
    }
    atomic_init(&own->references, 1);
    own->values = values;
    column->type = type;
    column->width = width;
    column->length = n;
    column->own = own;
    column->codes = type == ASSAY_CATEGORY ? values : NULL;
    column->integers = type == ASSAY_INTEGER ? values : NULL;
    column->numbers = type == ASSAY_NUMBER ? values : NULL;
    column->days = type == ASSAY_DATE ? values : NULL;
    column->offsets = type == ASSAY_TEXT ? values : NULL;
    return column;
}

/* ---- cells ---- */

uint32_t assay_column_code(const assay_column *column, size_t row)
{
    return (uint32_t)assay_read_unsigned(column->codes, column->width, row);
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

assay_status assay_column_of_days(assay_context *context, size_t n, const int32_t values[],
                                  assay_column **column)
{
    return copy_of(context, ASSAY_DATE, n, values, column);
}

assay_status assay_column_of_codes(assay_context *context, size_t n, const uint32_t codes[],
                                   assay_dictionary *dictionary, assay_column **column)
{
    const uint32_t levels = assay_dictionary_size(dictionary);
    const uint8_t width = levels <= UINT8_MAX ? 1 : levels <= UINT16_MAX ? 2 : 4;
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

/* The next row, i, of a column from assay_column_make_text; NULL is missing. */
static void put_text(assay_column *column, size_t i, const char *text, size_t length)
{
    const uint64_t from = assay_read_unsigned(column->offsets, column->width, i);
    if (text == NULL)
        column->own->missing[i / 64] |= (uint64_t)1 << (i % 64);
    else if (length > 0)
        memcpy(column->own->bytes + from, text, length);
    assay_write_unsigned(column->own->values, column->width, i + 1,
                         from + (text == NULL ? 0 : length));
}

/* ---- building from cells ---- */

struct assay_builder {
    assay_dictionary *texts;
    uint32_t *codes;
    size_t rows, capacity;
};

assay_builder *assay_builder_new(void)
{
    assay_builder *builder = assay_alloc_zeroed_array(1, sizeof *builder);
    assay_dictionary *texts = builder == NULL ? NULL : assay_dictionary_new();
    if (texts == NULL) {
        assay_free(builder);
        return NULL;
    }
    builder->texts = texts;
    return builder;
}

void assay_builder_free(assay_builder *builder)
{
    if (builder == NULL)
        return;
    assay_dictionary_release(builder->texts);
    assay_free(builder->codes);
    assay_free(builder);
}

static assay_status add_code(assay_context *context, assay_builder *builder, uint32_t code)
{
    if (builder->rows >= UINT32_MAX - 1)
        return assay_fail(context, ASSAY_EDOM, "more than %lu rows", (unsigned long)UINT32_MAX - 1);
    if (!assay_grow(&builder->codes, &builder->capacity, builder->rows, sizeof *builder->codes))
        return assay_fail_memory(context);
    builder->codes[builder->rows++] = code;
    return ASSAY_OK;
}

assay_status assay_builder_add(assay_context *context, assay_builder *builder, const char *bytes,
                               size_t length)
{
    const uint32_t code = assay_dictionary_add(builder->texts, bytes, length);
    return code == 0 ? assay_fail_memory(context) : add_code(context, builder, code);
}

assay_status assay_builder_add_missing(assay_context *context, assay_builder *builder)
{
    return add_code(context, builder, 0);
}

assay_status assay_builder_add_column(assay_context *context, assay_builder *builder,
                                      const assay_column *column)
{
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < column->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *cell = assay_column_cell(column, row, scratch, &length);
        status = cell == NULL ? assay_builder_add_missing(context, builder)
                              : assay_builder_add(context, builder, cell, length);
    }
    return status;
}

typedef bool fits(const char *bytes, size_t length, const char *dates);

static bool fits_integer(const char *bytes, size_t length, const char *dates)
{
    (void)dates;
    return assay_text_is_plain_integer(bytes, length);
}

static bool fits_number(const char *bytes, size_t length, const char *dates)
{
    (void)dates;
    return assay_text_is_plain_number(bytes, length);
}

static bool fits_date(const char *bytes, size_t length, const char *dates)
{
    int32_t days;
    return assay_date_from_text(bytes, length, dates, &days) == ASSAY_OK;
}

static bool all_fit(const assay_builder *builder, fits *fit, const char *dates)
{
    const uint32_t n = assay_dictionary_size(builder->texts);
    for (uint32_t code = 1; code <= n; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(builder->texts, code, &length);
        if (!fit(bytes, length, dates))
            return false;
    }
    return n > 0;
}

static assay_type infer(const assay_builder *builder, const char *dates)
{
    const uint32_t distinct = assay_dictionary_size(builder->texts);
    size_t known = 0;
    for (size_t i = 0; i < builder->rows; i++)
        known += builder->codes[i] != 0;
    if (all_fit(builder, fits_integer, NULL))
        return ASSAY_INTEGER;
    if (all_fit(builder, fits_number, NULL))
        return ASSAY_NUMBER;
    if (all_fit(builder, fits_date, dates))
        return ASSAY_DATE;
    return distinct <= UINT16_MAX && distinct <= known / 2 ? ASSAY_CATEGORY : ASSAY_TEXT;
}

/* Says which cell is not what the column was to be. */
static assay_status refuse(assay_context *context, const assay_builder *builder, uint32_t code,
                           bool private, const char *expected)
{
    char quoted[ASSAY_QUOTED];
    size_t length, row = 0;
    const char *bytes = assay_dictionary_text(builder->texts, code, &length);
    while (builder->codes[row] != code)
        row++;
    assay_fail(context, ASSAY_EFORMAT, "row %zu: '%s' is not %s", row + 1,
               private ? "***" : assay_quote(bytes, length, quoted), expected);
    context->error.row = row + 1;
    return ASSAY_EFORMAT;
}

/* Reads one text as a value of `type` into value[0]. */
static bool parse(assay_type type, const char *bytes, size_t length, const char *dates, void *value)
{
    switch (type) {
    case ASSAY_INTEGER:
        return assay_text_to_integer(bytes, length, value) == ASSAY_OK;
    case ASSAY_NUMBER:
        return assay_text_to_number(bytes, length, value) == ASSAY_OK;
    default:
        return assay_date_from_text(bytes, length, dates, value) == ASSAY_OK;
    }
}

static void set_missing(assay_type type, void *value)
{
    if (type == ASSAY_INTEGER)
        *(int64_t *)value = INT64_MIN;
    else if (type == ASSAY_NUMBER)
        *(double *)value = (double)NAN;
    else
        *(int32_t *)value = INT32_MIN;
}

/* Integers, numbers and dates: each distinct text is read once. */
static assay_status finish_values(assay_context *context, const assay_builder *builder,
                                  assay_type type, const assay_column_wish *wish,
                                  assay_column **column)
{
    static const char *const expected[] = {
        [ASSAY_INTEGER] = "a whole number", [ASSAY_NUMBER] = "a number", [ASSAY_DATE] = "a date"};
    const size_t each = assay_column_value_bytes(type, 0);
    const uint32_t distinct = assay_dictionary_size(builder->texts);
    assay_column *fresh = assay_column_make(type, 0, builder->rows);
    char *values = fresh == NULL ? NULL : assay_alloc_array((size_t)distinct + 1, each);
    assay_status status = values == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        set_missing(type, values);
    for (uint32_t code = 1; status == ASSAY_OK && code <= distinct; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(builder->texts, code, &length);
        if (!parse(type, bytes, length, wish->dates, values + code * each))
            status = refuse(context, builder, code, wish->private, expected[type]);
    }
    for (size_t i = 0; status == ASSAY_OK && i < builder->rows; i++)
        memcpy((char *)fresh->own->values + i * each, values + builder->codes[i] * each, each);
    assay_free(values);
    if (status != ASSAY_OK) {
        assay_column_release(fresh);
        return status;
    }
    *column = fresh;
    return ASSAY_OK;
}

/* Codes of the builder's texts in the declared levels: new_codes[code]. */
static assay_status match_levels(assay_context *context, const assay_builder *builder,
                                 const assay_column_wish *wish, uint32_t new_codes[])
{
    const uint32_t distinct = assay_dictionary_size(builder->texts);
    new_codes[0] = 0;
    for (uint32_t code = 1; code <= distinct; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(builder->texts, code, &length);
        new_codes[code] = assay_dictionary_find(wish->levels, bytes, length);
        if (new_codes[code] == 0)
            return refuse(context, builder, code, wish->private, "one of the levels declared");
    }
    return ASSAY_OK;
}

static assay_status finish_levels(assay_context *context, assay_builder *builder,
                                  const assay_column_wish *wish, assay_column **column)
{
    const size_t distinct = assay_dictionary_size(builder->texts);
    uint32_t *new_codes = assay_alloc_array(distinct + 1, sizeof *new_codes);
    if (new_codes == NULL)
        return assay_fail_memory(context);
    assay_status status = match_levels(context, builder, wish, new_codes);
    for (size_t i = 0; status == ASSAY_OK && i < builder->rows; i++)
        builder->codes[i] = new_codes[builder->codes[i]];
    assay_free(new_codes);
    return status != ASSAY_OK ? status
                              : assay_column_of_codes(context, builder->rows, builder->codes,
                                                      wish->levels, column);
}

/* The text of a row, NULL if missing. */
static const char *builder_text(const assay_builder *builder, size_t row, size_t *length)
{
    *length = 0;
    return builder->codes[row] == 0
               ? NULL
               : assay_dictionary_text(builder->texts, builder->codes[row], length);
}

static assay_status finish_text(assay_context *context, const assay_builder *builder,
                                assay_column **column)
{
    size_t length, bytes = 0;
    bool any_missing = false;
    for (size_t i = 0; i < builder->rows; i++) {
        any_missing |= builder_text(builder, i, &length) == NULL;
        bytes += length;
    }
    assay_column *fresh;
    const assay_status status =
        assay_column_make_text(context, builder->rows, bytes, any_missing, &fresh);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < builder->rows; i++) {
        const char *text = builder_text(builder, i, &length);
        put_text(fresh, i, text, length);
    }
    *column = fresh;
    return ASSAY_OK;
}

assay_status assay_builder_finish(assay_context *context, assay_builder *builder,
                                  const assay_column_wish *wish, assay_column **column)
{
    const bool has_levels = wish->levels != NULL;
    const assay_type type = has_levels                  ? ASSAY_CATEGORY
                            : wish->type == ASSAY_INFER ? infer(builder, wish->dates)
                                                        : wish->type;
    switch (type) {
    case ASSAY_CATEGORY:
        if (has_levels)
            return finish_levels(context, builder, wish, column);
        return assay_column_of_codes(context, builder->rows, builder->codes, builder->texts,
                                     column);
    case ASSAY_TEXT:
        return finish_text(context, builder, column);
    default:
        return finish_values(context, builder, type, wish, column);
    }
}
