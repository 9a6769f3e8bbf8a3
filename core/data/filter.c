/* filter.c -- which rows stay. */
#include "data/filter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"

/* ---- conditions ---- */

/*
** A value of a condition on numbers or dates. From 2^53 on not every integer has a double of its
** own: whole numbers are compared with an integer column as integers.
*/
typedef struct value {
    bool whole;
    int64_t integer; /* if whole */
    double number;   /* a bound that is absent is infinite */
} value;

/* Values between two bounds. Whole ones are in it themselves; none is where lowest > highest. */
typedef struct range {
    int64_t lowest, highest; /* integer, date */
    double low, high;        /* number */
    bool with_low, with_high;
} range;

/* A condition made ready for its column: category levels as flags, other values as ranges. */
typedef struct prepared {
    const assay_condition *condition;
    const assay_column *column;
    bool *level_meets; /* category: by code, `except` included; NULL for other types */
    range *ranges;     /* integer, number, date: the value is in one of them; else NULL */
    size_t n_ranges;
} prepared;

static const char *column_name(const assay_frame *frame, const assay_condition *condition)
{
    return assay_frame_name(frame, condition->column);
}

static value value_of_number(double number)
{
    if (number >= 0x1p63 || number <= -0x1p63) /* beyond every integer */
        return (value){.number = number > 0 ? (double)INFINITY : (double)-INFINITY};
    const bool whole = floor(number) == number;
    return (value){.whole = whole, .integer = whole ? (int64_t)number : 0, .number = number};
}

static assay_status read_value(assay_context *context, const assay_frame *frame,
                               const assay_condition *condition, assay_text text, value *to)
{
    const assay_type type = assay_frame_column(frame, condition->column)->type;
    char quoted[ASSAY_QUOTED];
    int32_t days = 0;
    int64_t integer;
    double number = 0;
    const assay_status status = type == ASSAY_DATE
                                    ? assay_date_from_text(text.bytes, text.length, NULL, &days)
                                    : assay_text_to_number(text.bytes, text.length, &number);
    if (status != ASSAY_OK)
        return assay_fail(context, ASSAY_EDOM, "column '%s' holds %ss: '%s' is none",
                          column_name(frame, condition), assay_type_name(type),
                          assay_quote(text.bytes, text.length, quoted));
    if (type == ASSAY_NUMBER)
        *to = (value){.number = number};
    else if (type == ASSAY_DATE)
        *to = (value){.whole = true, .integer = days};
    else if (assay_text_to_integer(text.bytes, text.length, &integer) == ASSAY_OK)
        *to = (value){.whole = true, .integer = integer};
    else
        *to = value_of_number(number);
    return ASSAY_OK;
}

/* The levels of a column, as many as fit, for a message. */
static void list_levels(const assay_dictionary *levels, size_t size, char list[])
{
    size_t used = 0;
    list[0] = '\0';
    for (uint32_t code = 1; code <= assay_dictionary_size(levels); code++) {
        char quoted[ASSAY_QUOTED];
        size_t length;
        const char *bytes = assay_dictionary_text(levels, code, &length);
        if (used + length + 8 > size) {
            strcpy(list + used, " ...");
            return;
        }
        used += (size_t)snprintf(list + used, size - used, "%s%s", code == 1 ? "" : ", ",
                                 assay_quote(bytes, length, quoted));
    }
}

static assay_status unknown_level(assay_context *context, const assay_frame *frame,
                                  const assay_condition *condition, assay_text text)
{
    char quoted[ASSAY_QUOTED], near[ASSAY_QUOTED], list[200];
    if (condition->private)
        return assay_fail(context, ASSAY_EUNKNOWN, "column '%s' has no such level",
                          column_name(frame, condition));
    const assay_dictionary *levels = assay_frame_column(frame, condition->column)->dictionary;
    const uint32_t code = assay_dictionary_nearest(levels, text.bytes, text.length);
    size_t length = 0;
    const char *nearest = code == 0 ? "" : assay_dictionary_text(levels, code, &length);
    assay_quote(text.bytes, text.length, quoted);
    if (code != 0)
        return assay_fail(
            context, ASSAY_EUNKNOWN, "column '%s' has no level '%s': did you mean '%s'?",
            column_name(frame, condition), quoted, assay_quote(nearest, length, near));
    list_levels(levels, sizeof list, list);
    return assay_fail(context, ASSAY_EUNKNOWN, "column '%s' has no level '%s': it has %s",
                      column_name(frame, condition), quoted, list[0] == '\0' ? "none" : list);
}

static bool contains(const char *bytes, size_t length, assay_text part)
{
    for (size_t i = 0; i + part.length <= length; i++)
        if (memcmp(bytes + i, part.bytes, part.length) == 0)
            return true;
    return false;
}

static bool text_in_bounds(const assay_condition *condition, const char *bytes, size_t length)
{
    const assay_text low = condition->low, high = condition->high;
    const int from_low =
        low.bytes == NULL ? 1 : assay_compare_bytes(bytes, length, low.bytes, low.length);
    const int to_high =
        high.bytes == NULL ? 1 : assay_compare_bytes(high.bytes, high.length, bytes, length);
    return from_low >= condition->low_strict && to_high >= condition->high_strict;
}

static bool text_meets(const assay_condition *condition, const char *bytes, size_t length)
{
    if (condition->kind == ASSAY_CONTAINS)
        return contains(bytes, length, condition->values[0]);
    if (condition->kind == ASSAY_IS_BETWEEN)
        return text_in_bounds(condition, bytes, length);
    for (size_t i = 0; i < condition->n; i++)
        if (condition->values[i].length == length &&
            memcmp(condition->values[i].bytes, bytes, length) == 0)
            return true;
    return false;
}

/* The code of a text that must be a level of the column; none at all has the code `otherwise`. */
static assay_status find_level(assay_context *context, const assay_frame *frame,
                               const assay_condition *condition, assay_text text,
                               uint32_t otherwise, uint32_t *code)
{
    const assay_dictionary *levels = assay_frame_column(frame, condition->column)->dictionary;
    *code = text.bytes == NULL ? otherwise : assay_dictionary_find(levels, text.bytes, text.length);
    return text.bytes != NULL && *code == 0 ? unknown_level(context, frame, condition, text)
                                            : ASSAY_OK;
}

static assay_status mark_values(assay_context *context, const assay_frame *frame, prepared *self)
{
    const assay_condition *condition = self->condition;
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < condition->n; i++) {
        uint32_t code;
        status = find_level(context, frame, condition, condition->values[i], 0, &code);
        if (status == ASSAY_OK)
            self->level_meets[code] = true;
    }
    return status;
}

/* Between two levels of a declared category: in the order in which they were declared. */
static assay_status mark_between(assay_context *context, const assay_frame *frame, prepared *self)
{
    const assay_condition *condition = self->condition;
    const uint32_t n = assay_dictionary_size(self->column->dictionary);
    uint32_t low, high;
    assay_status status = find_level(context, frame, condition, condition->low, 0, &low);
    if (status == ASSAY_OK)
        status = find_level(context, frame, condition, condition->high, n + 1, &high);
    if (status != ASSAY_OK)
        return status;
    for (uint32_t code = low + (low == 0 || condition->low_strict); code <= n; code++)
        self->level_meets[code] = condition->high_strict ? code < high : code <= high;
    return ASSAY_OK;
}

static void mark_texts(prepared *self)
{
    const assay_dictionary *levels = self->column->dictionary;
    for (uint32_t code = 1; code <= assay_dictionary_size(levels); code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(levels, code, &length);
        self->level_meets[code] = text_meets(self->condition, bytes, length);
    }
}

static assay_status prepare_levels(assay_context *context, const assay_frame *frame, prepared *self)
{
    const assay_dictionary *levels = self->column->dictionary;
    const assay_condition_kind kind = self->condition->kind;
    self->level_meets =
        assay_alloc_zeroed_array((size_t)assay_dictionary_size(levels) + 2, sizeof(bool));
    if (self->level_meets == NULL)
        return assay_fail_memory(context);
    assay_status status = ASSAY_OK;
    if (kind == ASSAY_IS_ONE_OF)
        status = mark_values(context, frame, self);
    else if (kind == ASSAY_IS_BETWEEN && assay_dictionary_is_declared(levels))
        status = mark_between(context, frame, self);
    else
        mark_texts(self);
    for (uint32_t code = 1; self->condition->except && code <= assay_dictionary_size(levels);
         code++)
        self->level_meets[code] = !self->level_meets[code];
    return status;
}

/* The whole numbers from one bound to the other. */
static range whole_range(const value *low, const value *high, bool low_strict, bool high_strict)
{
    const range nothing = {.lowest = 1, .highest = 0};
    range between = {.lowest = INT64_MIN + 1, .highest = INT64_MAX};
    if (low->whole && low_strict && low->integer == INT64_MAX)
        return nothing;
    if (low->whole)
        between.lowest = low->integer + low_strict;
    else if (!isinf(low->number))
        between.lowest = (int64_t)ceil(low->number);
    if (high->whole)
        between.highest = high->integer - high_strict;
    else if (!isinf(high->number))
        between.highest = (int64_t)floor(high->number);
    const bool beyond = (!low->whole && low->number == (double)INFINITY) ||
                        (!high->whole && high->number == (double)-INFINITY);
    return beyond ? nothing : between;
}

static range range_between(assay_type type, const value *low, const value *high,
                           const assay_condition *condition)
{
    const bool low_strict = low != high && condition->low_strict;
    const bool high_strict = low != high && condition->high_strict;
    if (type != ASSAY_NUMBER) {
        range whole = whole_range(low, high, low_strict, high_strict);
        if (type == ASSAY_DATE && whole.lowest <= INT32_MIN) /* a missing date is in none */
            whole.lowest = INT32_MIN + 1;
        return whole;
    }
    return (range){.low = low->number,
                   .high = high->number,
                   .with_low = !low_strict,
                   .with_high = !high_strict};
}

static assay_status prepare_bounds(assay_context *context, const assay_frame *frame, prepared *self)
{
    const assay_condition *condition = self->condition;
    value low = {.number = (double)-INFINITY}, high = {.number = (double)INFINITY};
    assay_status status = ASSAY_OK;
    if (condition->low.bytes != NULL)
        status = read_value(context, frame, condition, condition->low, &low);
    if (status == ASSAY_OK && condition->high.bytes != NULL)
        status = read_value(context, frame, condition, condition->high, &high);
    if (status == ASSAY_OK)
        self->ranges[0] = range_between(self->column->type, &low, &high, condition);
    return status;
}

static assay_status prepare_ranges(assay_context *context, const assay_frame *frame, prepared *self)
{
    const assay_condition *condition = self->condition;
    const bool between = condition->kind == ASSAY_IS_BETWEEN;
    assay_status status = ASSAY_OK;
    self->n_ranges = between ? 1 : condition->n;
    self->ranges = assay_alloc_array(self->n_ranges, sizeof *self->ranges);
    if (self->ranges == NULL)
        return assay_fail_memory(context);
    if (between)
        return prepare_bounds(context, frame, self);
    for (size_t i = 0; status == ASSAY_OK && i < condition->n; i++) {
        value only = {.number = 0};
        status = read_value(context, frame, condition, condition->values[i], &only);
        self->ranges[i] = range_between(self->column->type, &only, &only, condition);
    }
    return status;
}

static assay_status prepare(assay_context *context, const assay_frame *frame,
                            const assay_condition *condition, prepared *self)
{
    *self =
        (prepared){.condition = condition, .column = assay_frame_column(frame, condition->column)};
    if (condition->kind == ASSAY_IS_MISSING)
        return ASSAY_OK;
    if (self->column->type == ASSAY_CATEGORY)
        return prepare_levels(context, frame, self);
    if (self->column->type == ASSAY_TEXT || condition->kind == ASSAY_CONTAINS)
        return ASSAY_OK;
    return prepare_ranges(context, frame, self);
}

/* ---- rows ---- */

/*
** Rows are looked at in blocks, which threads share: one flag for each row of a block, which every
** condition may clear.
*/
#define BLOCK_ROWS ((size_t)16384)

typedef struct sweep {
    size_t n, total;
    const prepared *all;
    uint32_t *rows; /* those found in a block stand where the block starts; NULL: counted only */
    size_t *found;  /* by block */
} sweep;

#define CLEAR_LEVELS(bits)                                                                         \
    static void clear_levels_##bits(const void *codes, size_t n, const bool meets[], bool flags[]) \
    {                                                                                              \
        for (size_t i = 0; i < n; i++)                                                             \
            flags[i] &= meets[((const uint##bits##_t *)codes)[i]];                                 \
    }
CLEAR_LEVELS(8)
CLEAR_LEVELS(16)
CLEAR_LEVELS(32)

static void clear_levels(const prepared *self, size_t first, size_t n, bool flags[])
{
    const uint8_t width = self->column->width;
    const void *codes = (const char *)self->column->codes + first * width;
    if (width == 1)
        clear_levels_8(codes, n, self->level_meets, flags);
    else if (width == 2)
        clear_levels_16(codes, n, self->level_meets, flags);
    else
        clear_levels_32(codes, n, self->level_meets, flags);
}

/* Marks values of x[n] that are in a range; a missing one never is. */
#define MARK_WHOLE(type)                                                                           \
    static void mark_##type(const type##_t x[], size_t n, const range *in, bool flags[])           \
    {                                                                                              \
        for (size_t i = 0; i < n; i++)                                                             \
            flags[i] |= (x[i] >= in->lowest) & (x[i] <= in->highest);                              \
    }
MARK_WHOLE(int64)
MARK_WHOLE(int32)

static void mark_numbers(const double x[], size_t n, const range *in, bool flags[])
{
    for (size_t i = 0; i < n; i++) {
        const bool low = (x[i] > in->low) | ((x[i] == in->low) & in->with_low);
        const bool high = (x[i] < in->high) | ((x[i] == in->high) & in->with_high);
        flags[i] |= low & high;
    }
}

static void clear_ranges(const prepared *self, size_t first, size_t n, bool flags[])
{
    const assay_column *column = self->column;
    const bool except = self->condition->except;
    bool in[BLOCK_ROWS] = {false};
    for (size_t k = 0; k < self->n_ranges; k++) {
        if (column->type == ASSAY_NUMBER)
            mark_numbers(column->numbers + first, n, &self->ranges[k], in);
        else if (column->type == ASSAY_INTEGER)
            mark_int64(column->integers + first, n, &self->ranges[k], in);
        else
            mark_int32(column->days + first, n, &self->ranges[k], in);
    }
    for (size_t i = 0; i < n; i++)
        flags[i] &= in[i] != except;
    for (size_t i = 0; except && i < n; i++)
        flags[i] &= !assay_column_is_missing(column, first + i);
}

/* Conditions on text, and on the text of anything else; missing values. */
static bool cell_meets(const prepared *self, size_t row)
{
    const assay_condition *condition = self->condition;
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *cell = assay_column_cell(self->column, row, scratch, &length);
    return cell != NULL && text_meets(condition, cell, length) != condition->except;
}

static void clear_flags(const prepared *self, size_t first, size_t n, bool flags[])
{
    const assay_condition *condition = self->condition;
    if (condition->kind == ASSAY_IS_MISSING)
        for (size_t i = 0; i < n; i++)
            flags[i] &= assay_column_is_missing(self->column, first + i) != condition->except;
    else if (self->level_meets != NULL)
        clear_levels(self, first, n, flags);
    else if (self->ranges != NULL)
        clear_ranges(self, first, n, flags);
    else
        for (size_t i = 0; i < n; i++)
            flags[i] = flags[i] && cell_meets(self, first + i);
}

static void sweep_block(void *context, size_t block, int worker)
{
    const sweep *self = context;
    bool flags[BLOCK_ROWS];
    const size_t first = block * BLOCK_ROWS, left = self->total - first;
    const size_t n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    size_t found = 0;
    (void)worker;
    memset(flags, true, n);
    for (size_t i = 0; i < self->n; i++)
        clear_flags(&self->all[i], first, n, flags);
    if (self->rows != NULL)
        for (size_t i = 0; i < n; i++) {
            self->rows[first + found] = (uint32_t)(first + i);
            found += flags[i];
        }
    else
        for (size_t i = 0; i < n; i++)
            found += flags[i];
    self->found[block] = found;
}

/* The rows of all blocks side by side. */
static size_t close_gaps(const sweep *self, size_t blocks)
{
    size_t kept = 0;
    for (size_t block = 0; block < blocks; block++) {
        if (self->rows != NULL && kept < block * BLOCK_ROWS)
            memmove(self->rows + kept, self->rows + block * BLOCK_ROWS,
                    self->found[block] * sizeof *self->rows);
        kept += self->found[block];
    }
    return kept;
}

static assay_status run(assay_context *context, sweep *self, size_t *kept)
{
    const size_t blocks = (self->total + BLOCK_ROWS - 1) / BLOCK_ROWS;
    self->found = assay_alloc_array(blocks, sizeof *self->found);
    if (self->found == NULL)
        return assay_fail_memory(context);
    const assay_status status = assay_parallel(context, blocks, sweep_block, self);
    if (status == ASSAY_OK)
        *kept = close_gaps(self, blocks);
    assay_free(self->found);
    return status;
}

assay_status assay_filter(assay_context *context, const assay_frame *frame, size_t n,
                          const assay_condition conditions[], uint32_t rows[], size_t *kept)
{
    prepared *all = assay_alloc_zeroed_array(n, sizeof *all);
    assay_status status = all == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = prepare(context, frame, &conditions[i], &all[i]);
    sweep self = {.n = n, .total = assay_frame_rows(frame), .all = all, .rows = rows};
    if (status == ASSAY_OK)
        status = run(context, &self, kept);
    for (size_t i = 0; all != NULL && i < n; i++) {
        assay_free(all[i].level_meets);
        assay_free(all[i].ranges);
    }
    assay_free(all);
    return status;
}
