/* axis.c -- the levels of one column, across the blocks of a table. */
#include "data/axis.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "base/thread.h"

void assay_axis_free(assay_axis *axis)
{
    assay_dictionary_release(axis->levels);
    assay_dictionary_release(axis->local);
    assay_index_free(axis->values);
    assay_free(axis->near);
    assay_free(axis->translated);
    assay_free(axis->codes);
}

static bool is_text(assay_type type)
{
    return type == ASSAY_TEXT || type == ASSAY_CATEGORY;
}

static assay_status start(assay_context *context, assay_axis *axis, const assay_column *column)
{
    axis->type = column->type;
    axis->started = true;
    if (is_text(column->type))
        axis->levels = assay_dictionary_new();
    else
        axis->values = assay_index_new();
    return axis->levels == NULL && axis->values == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

/* ---- categories: codes are translated once, as the dictionary grows ---- */

static assay_status translate(assay_context *context, assay_axis *axis, size_t from, size_t to)
{
    uint32_t *grown = assay_resize_array(axis->translated, to, sizeof *grown);
    if (grown == NULL)
        return assay_fail_memory(context);
    axis->translated = grown;
    grown[0] = 0;
    for (size_t code = from; code < to; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(axis->local, (uint32_t)code, &length);
        grown[code] = assay_dictionary_add(axis->levels, bytes, length);
        if (grown[code] == 0)
            return assay_fail_memory(context);
        axis->n_translated = code + 1;
    }
    return ASSAY_OK;
}

static assay_status follow_category(assay_context *context, assay_axis *axis,
                                    const assay_column *column)
{
    const size_t n = (size_t)assay_dictionary_size(column->dictionary) + 1;
    if (assay_dictionary_is_declared(column->dictionary))
        assay_dictionary_declare(axis->levels);
    if (axis->local != column->dictionary) {
        assay_dictionary_release(axis->local);
        axis->local = assay_dictionary_retain(column->dictionary);
        axis->n_translated = 0;
    }
    const size_t known = axis->n_translated == 0 ? 1 : axis->n_translated;
    return n > axis->n_translated ? translate(context, axis, known, n) : ASSAY_OK;
}

/* ---- other columns: threads find the levels that are known, the caller adds the others ---- */

#define TASK_ROWS ((size_t)4096)
#define UNKNOWN   UINT32_MAX

typedef struct rows {
    assay_axis *axis;
    size_t first, n;
} rows;

/* The bits of a value, alike for values that print alike. */
static uint64_t bits_of(const assay_column *column, size_t row)
{
    uint64_t bits;
    if (column->type == ASSAY_INTEGER)
        return (uint64_t)column->integers[row];
    if (column->type == ASSAY_DATE)
        return (uint64_t)(int64_t)column->days[row];
    const double number = column->numbers[row] + 0.0; /* no negative zero */
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Whole numbers near the first one have a table of their own: ages, years, days of some years. */
static uint32_t find_value(const assay_axis *axis, uint64_t bits)
{
    const uint64_t place = bits - axis->least_near;
    return place < ASSAY_AXIS_NEAR && axis->near != NULL ? axis->near[place]
                                                         : assay_index_find(axis->values, bits);
}

static uint32_t add_value(assay_axis *axis, uint64_t bits)
{
    if (axis->near == NULL && axis->type != ASSAY_NUMBER) {
        axis->near = assay_alloc_zeroed_array(ASSAY_AXIS_NEAR, sizeof *axis->near);
        axis->least_near = bits - ASSAY_AXIS_NEAR / 2;
        if (axis->near == NULL)
            return 0;
    }
    const uint32_t level = assay_index_add(axis->values, bits);
    if (axis->near != NULL && bits - axis->least_near < ASSAY_AXIS_NEAR)
        axis->near[bits - axis->least_near] = level;
    return level;
}

static uint32_t find_level(const assay_axis *axis, size_t row)
{
    const assay_column *column = axis->column;
    size_t length;
    char scratch[ASSAY_CELL_BYTES];
    if (assay_column_is_missing(column, row))
        return 0;
    uint32_t level;
    if (axis->values != NULL)
        level = find_value(axis, bits_of(column, row));
    else {
        const char *cell = assay_column_cell(column, row, scratch, &length);
        level = assay_dictionary_find(axis->levels, cell, length);
    }
    return level == 0 ? UNKNOWN : level;
}

static uint32_t add_level(assay_axis *axis, size_t row)
{
    size_t length;
    char scratch[ASSAY_CELL_BYTES];
    if (axis->values != NULL)
        return add_value(axis, bits_of(axis->column, row));
    const char *cell = assay_column_cell(axis->column, row, scratch, &length);
    return assay_dictionary_add(axis->levels, cell, length);
}

static void find_levels(void *context, size_t task, int worker)
{
    const rows *at = context;
    const size_t end = (task + 1) * TASK_ROWS < at->n ? (task + 1) * TASK_ROWS : at->n;
    (void)worker;
    for (size_t i = task * TASK_ROWS; i < end; i++)
        at->axis->codes[i] = find_level(at->axis, at->first + i);
}

static assay_status follow_values(assay_context *context, assay_axis *axis, size_t first, size_t n)
{
    rows at = {.axis = axis, .first = first, .n = n};
    if (n > axis->capacity) {
        assay_free(axis->codes);
        axis->codes = assay_alloc_array(n, sizeof *axis->codes);
        axis->capacity = axis->codes == NULL ? 0 : n;
    }
    if (n > axis->capacity)
        return assay_fail_memory(context);
    assay_parallel_region(context, (n + TASK_ROWS - 1) / TASK_ROWS, find_levels, &at);
    for (size_t i = 0; i < n; i++)
        if (axis->codes[i] == UNKNOWN && (axis->codes[i] = add_level(axis, first + i)) == 0)
            return assay_fail_memory(context);
    return ASSAY_OK;
}

assay_status assay_axis_follow(assay_context *context, assay_axis *axis, const assay_column *column,
                               size_t first, size_t n)
{
    assay_status status = axis->started ? ASSAY_OK : start(context, axis, column);
    axis->column = column;
    if (status != ASSAY_OK)
        return status;
    if (column->type != axis->type && !(is_text(column->type) && is_text(axis->type)))
        return assay_fail(context, ASSAY_EFORMAT, "a column of type %s goes on as %s",
                          assay_type_name(axis->type), assay_type_name(column->type));
    return column->type == ASSAY_CATEGORY ? follow_category(context, axis, column)
                                          : follow_values(context, axis, first, n);
}

uint32_t assay_axis_levels(const assay_axis *axis)
{
    return axis->levels != NULL   ? assay_dictionary_size(axis->levels)
           : axis->values != NULL ? assay_index_size(axis->values)
                                  : 0;
}

void assay_axis_copy(const assay_axis *axis, size_t first, size_t from, size_t n, uint32_t levels[])
{
    if (axis->column->type != ASSAY_CATEGORY) {
        memcpy(levels, axis->codes + from, n * sizeof *levels);
        return;
    }
    assay_column_codes(axis->column, first + from, n, levels);
    for (size_t i = 0; i < n; i++)
        levels[i] = axis->translated[levels[i]];
}

/* ---- levels as a column ---- */

/* Codes of the levels that occur, in a dictionary of their own. */
static assay_status keep_levels(const assay_axis *axis, size_t n, const uint32_t levels[],
                                assay_dictionary *kept, uint32_t new_codes[], uint32_t codes[])
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t level = levels[i];
        if (level != 0 && new_codes[level] == 0) {
            size_t length;
            const char *bytes = assay_dictionary_text(axis->levels, level, &length);
            new_codes[level] = assay_dictionary_add(kept, bytes, length);
            if (new_codes[level] == 0)
                return ASSAY_ENOMEM;
        }
        codes[i] = new_codes[level];
    }
    return ASSAY_OK;
}

static assay_status category_of_levels(assay_context *context, const assay_axis *axis, size_t n,
                                       const uint32_t levels[], assay_column **column)
{
    if (axis->started && assay_dictionary_is_declared(axis->levels))
        return assay_column_of_codes(context, n, levels, axis->levels, column);
    const size_t known = (size_t)assay_axis_levels(axis) + 1;
    assay_dictionary *kept = assay_dictionary_new();
    uint32_t *new_codes = assay_alloc_zeroed_array(known, sizeof *new_codes);
    uint32_t *codes = assay_alloc_array(n, sizeof *codes);
    assay_status status = kept == NULL || new_codes == NULL || codes == NULL
                              ? ASSAY_ENOMEM
                              : keep_levels(axis, n, levels, kept, new_codes, codes);
    status = status == ASSAY_OK ? assay_column_of_codes(context, n, codes, kept, column)
                                : assay_fail_memory(context);
    assay_dictionary_release(kept);
    assay_free(new_codes);
    assay_free(codes);
    return status;
}

static void write_value(const assay_axis *axis, uint32_t level, void *values, size_t i)
{
    const uint64_t bits = level == 0 ? 0 : assay_index_number(axis->values, level);
    if (axis->type == ASSAY_NUMBER && level == 0)
        ((double *)values)[i] = (double)NAN;
    else if (axis->type == ASSAY_DATE)
        ((int32_t *)values)[i] = level == 0 ? INT32_MIN : (int32_t)(int64_t)bits;
    else if (axis->type == ASSAY_INTEGER && level == 0)
        ((int64_t *)values)[i] = INT64_MIN;
    else
        memcpy((char *)values + i * sizeof bits, &bits, sizeof bits);
}

assay_status assay_axis_column(assay_context *context, const assay_axis *axis, size_t n,
                               const uint32_t levels[], assay_column **column)
{
    if (axis->values == NULL)
        return category_of_levels(context, axis, n, levels, column);
    void *values = assay_alloc_array(n, sizeof(uint64_t));
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        write_value(axis, levels[i], values, i);
    const assay_status status =
        axis->type == ASSAY_INTEGER  ? assay_column_of_integers(context, n, values, column)
        : axis->type == ASSAY_NUMBER ? assay_column_of_numbers(context, n, values, column)
                                     : assay_column_of_days(context, n, values, column);
    assay_free(values);
    return status;
}

/* ---- the order of levels ---- */

static int compare_levels(const void *column, uint32_t a, uint32_t b)
{
    return assay_column_compare(column, a, b);
}

assay_status assay_axis_rank(assay_context *context, const assay_axis *axis, uint32_t ranks[])
{
    const uint32_t n = assay_axis_levels(axis);
    assay_column *column = NULL;
    uint32_t *order = assay_alloc_array(n, sizeof *order);
    if (order == NULL)
        return assay_fail_memory(context);
    for (uint32_t i = 0; i < n; i++)
        order[i] = i + 1;
    assay_status status = assay_axis_column(context, axis, n, order, &column);
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    if (status == ASSAY_OK)
        status = assay_sort(context, n, order, compare_levels, column);
    ranks[0] = n;
    for (uint32_t i = 0; status == ASSAY_OK && i < n; i++)
        ranks[order[i] + 1] = i;
    assay_column_release(column);
    assay_free(order);
    return status;
}
