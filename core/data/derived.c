/* derived.c -- a column whose values, and with them its type, come one by one. */
#include "data/derived.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/builder.h"

typedef union number {
    int64_t integer;
    double number;
} number;

struct assay_derived {
    assay_type type; /* so far; ASSAY_INFER: all are missing */
    size_t n, room;
    number *numbers;        /* integer and number */
    assay_builder *builder; /* text */
};

assay_derived *assay_derived_new(size_t n)
{
    assay_derived *values = assay_alloc_zeroed_array(1, sizeof *values);
    number *numbers = values == NULL ? NULL : assay_alloc_array(n, sizeof *numbers);
    if (numbers == NULL) {
        assay_free(values);
        return NULL;
    }
    *values = (assay_derived){.type = ASSAY_INFER, .room = n, .numbers = numbers};
    return values;
}

void assay_derived_free(assay_derived *values)
{
    if (values == NULL)
        return;
    assay_free(values->numbers);
    assay_builder_free(values->builder);
    assay_free(values);
}

static assay_status refuse(assay_context *context, size_t row, const char *what)
{
    assay_fail(context, ASSAY_EDOM, "row %zu: %s", row + 1, what);
    context->error.row = row + 1;
    return ASSAY_EDOM;
}

static assay_status check_room(assay_context *context, const assay_derived *values)
{
    return values->n < values->room
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EDOM, "more than the %zu values that there is room for",
                            values->room);
}

/* ---- from one type to the next ---- */

#define WHOLE ((int64_t)1 << 53) /* up to here each integer has a double of its own */

static bool is_whole(int64_t value)
{
    return value >= -WHOLE && value <= WHOLE;
}

static const char beyond[] = "an integer beyond 2^53 would change among numbers with a fraction";

/* Integers become numbers in place. */
static assay_status turn_into_numbers(assay_context *context, assay_derived *values)
{
    for (size_t row = 0; row < values->n; row++)
        if (values->numbers[row].integer != INT64_MIN && !is_whole(values->numbers[row].integer))
            return refuse(context, row, beyond);
    for (size_t row = 0; row < values->n; row++) {
        const int64_t integer = values->numbers[row].integer;
        values->numbers[row].number = integer == INT64_MIN ? (double)NAN : (double)integer;
    }
    values->type = ASSAY_NUMBER;
    return ASSAY_OK;
}

static assay_status add_number_cell(assay_context *context, assay_builder *builder, double value)
{
    char text[ASSAY_NUMBER_TEXT];
    if (isnan(value))
        return assay_builder_add_missing(context, builder);
    const size_t length = assay_number_to_text(value, text);
    return assay_builder_add(context, builder, text, length);
}

static assay_status add_integer_cell(assay_context *context, assay_builder *builder, int64_t value)
{
    char text[ASSAY_NUMBER_TEXT];
    if (value == INT64_MIN)
        return assay_builder_add_missing(context, builder);
    const int length = snprintf(text, sizeof text, "%" PRId64, value);
    return assay_builder_add(context, builder, text, (size_t)length);
}

/* What has come so far becomes cells. */
static assay_status turn_into_text(assay_context *context, assay_derived *values)
{
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < values->n; row++)
        if (values->type == ASSAY_NUMBER)
            status = add_number_cell(context, builder, values->numbers[row].number);
        else if (values->type == ASSAY_INTEGER)
            status = add_integer_cell(context, builder, values->numbers[row].integer);
        else
            status = assay_builder_add_missing(context, builder);
    if (status != ASSAY_OK) {
        assay_builder_free(builder);
        return status;
    }
    values->builder = builder;
    values->type = ASSAY_TEXT;
    return ASSAY_OK;
}

/* The missing values that came before the first number. */
static void start_numbers(assay_derived *values, assay_type type)
{
    for (size_t row = 0; row < values->n; row++)
        if (type == ASSAY_INTEGER)
            values->numbers[row].integer = INT64_MIN;
        else
            values->numbers[row].number = (double)NAN;
    values->type = type;
}

/* ---- one value ---- */

static assay_status put_number(assay_context *context, assay_derived *values, double value)
{
    if (values->type == ASSAY_TEXT)
        return add_number_cell(context, values->builder, value);
    values->numbers[values->n].number = value;
    return ASSAY_OK;
}

assay_status assay_derived_add_missing(assay_context *context, assay_derived *values)
{
    assay_status status = check_room(context, values);
    if (status == ASSAY_OK && values->type == ASSAY_INTEGER)
        values->numbers[values->n].integer = INT64_MIN;
    else if (status == ASSAY_OK && values->type != ASSAY_INFER)
        status = put_number(context, values, (double)NAN);
    values->n += status == ASSAY_OK;
    return status;
}

assay_status assay_derived_add_integer(assay_context *context, assay_derived *values, int64_t value)
{
    assay_status status = check_room(context, values);
    if (status == ASSAY_OK && value == INT64_MIN)
        return refuse(context, values->n, "the smallest integer stands for a missing value");
    if (status == ASSAY_OK && values->type == ASSAY_NUMBER && !is_whole(value))
        return refuse(context, values->n, beyond);
    if (values->type == ASSAY_INFER)
        start_numbers(values, ASSAY_INTEGER);
    if (status == ASSAY_OK && values->type == ASSAY_TEXT)
        status = add_integer_cell(context, values->builder, value);
    else if (status == ASSAY_OK && values->type == ASSAY_NUMBER)
        values->numbers[values->n].number = (double)value;
    else if (status == ASSAY_OK)
        values->numbers[values->n].integer = value;
    values->n += status == ASSAY_OK;
    return status;
}

assay_status assay_derived_add_number(assay_context *context, assay_derived *values, double value)
{
    if (isnan(value))
        return assay_derived_add_missing(context, values);
    assay_status status = check_room(context, values);
    if (status == ASSAY_OK && isinf(value))
        return refuse(context, values->n, "a number without end is no value of a cell");
    if (status == ASSAY_OK && values->type == ASSAY_INTEGER)
        status = turn_into_numbers(context, values);
    if (status == ASSAY_OK && values->type == ASSAY_INFER)
        start_numbers(values, ASSAY_NUMBER);
    if (status == ASSAY_OK)
        status = put_number(context, values, value);
    values->n += status == ASSAY_OK;
    return status;
}

assay_status assay_derived_add_text(assay_context *context, assay_derived *values,
                                    const char *bytes, size_t length)
{
    assay_status status = check_room(context, values);
    if (status == ASSAY_OK && values->type != ASSAY_TEXT)
        status = turn_into_text(context, values);
    if (status == ASSAY_OK)
        status = assay_builder_add(context, values->builder, bytes, length);
    values->n += status == ASSAY_OK;
    return status;
}

/* ---- the column ---- */

assay_status assay_derived_finish(assay_context *context, assay_derived *values,
                                  assay_column **column)
{
    assay_status status = ASSAY_OK;
    if (values->type == ASSAY_INTEGER)
        return assay_column_of_integers(context, values->n, &values->numbers->integer, column);
    if (values->type == ASSAY_NUMBER)
        return assay_column_of_numbers(context, values->n, &values->numbers->number, column);
    if (values->type == ASSAY_INFER)
        status = turn_into_text(context, values);
    if (status != ASSAY_OK)
        return status;
    return assay_builder_finish(context, values->builder, &(assay_column_wish){.type = ASSAY_INFER},
                                column);
}
