/*
** builder.c -- columns built from cells.
**
** A column of few texts is coded: its dictionary is small, and what it is can be told from the
** dictionary alone. Ids and dates of birth make a dictionary that is larger than the column and slow
** to look up, so from many texts on the builder keeps values instead (builder_values.c holds the
** arrays): whole numbers and days as long as every cell is one in the only way that it can be
** written, so that its text can be had again, and else text.
*/
#include "data/builder.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/builder_state.h"

assay_builder *assay_builder_new(void)
{
    assay_builder *builder = assay_alloc_zeroed_array(1, sizeof *builder);
    assay_dictionary *texts = builder == NULL ? NULL : assay_dictionary_new();
    if (texts == NULL) {
        assay_free(builder);
        return NULL;
    }
    builder->texts = texts;
    assay_values_start(&builder->values, ASSAY_FORM_CODES);
    return builder;
}

void assay_builder_free(assay_builder *builder)
{
    if (builder == NULL)
        return;
    assay_dictionary_release(builder->texts);
    assay_values_free(&builder->values);
    assay_free(builder->map);
    assay_free(builder);
}

/* ---- forms ---- */

const char *assay_builder_text(const assay_builder *builder, size_t row,
                               char scratch[ASSAY_CELL_BYTES], size_t *length)
{
    if (builder->values.form != ASSAY_FORM_CODES)
        return assay_values_text(&builder->values, row, scratch, length);
    const uint32_t code = assay_values_code(&builder->values, row);
    *length = 0;
    return code == 0 ? NULL : assay_dictionary_text(builder->texts, code, length);
}

/* Puts a text behind the values; false: it is not of their form. */
static assay_status push_text(assay_context *context, assay_values *values, const char *bytes,
                              size_t length, bool *fits)
{
    int64_t integer;
    int32_t days;
    *fits = true;
    switch (values->form) {
    case ASSAY_FORM_INTEGERS:
        *fits = assay_text_is_plain_integer(bytes, length) &&
                assay_text_to_integer(bytes, length, &integer) == ASSAY_OK;
        if (*fits)
            assay_values_push_integer(values, integer);
        return ASSAY_OK;
    case ASSAY_FORM_DAYS:
        *fits = assay_date_from_text(bytes, length, NULL, &days) == ASSAY_OK;
        if (*fits)
            assay_values_push_days(values, days);
        return ASSAY_OK;
    case ASSAY_FORM_TEXT:
        return assay_values_push_text(context, values, bytes, length);
    default:
        *fits = false;
        return ASSAY_OK;
    }
}

/* Copies all rows into values of another form; *fits is false where one is not of that form. */
static assay_status copy_rows(assay_context *context, const assay_builder *builder,
                              assay_values *to, bool *fits)
{
    *fits = true;
    assay_status status = assay_values_reserve(context, to, builder->values.rows);
    for (size_t row = 0; status == ASSAY_OK && *fits && row < builder->values.rows; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *text = assay_builder_text(builder, row, scratch, &length);
        if (text == NULL)
            assay_values_push_missing(to);
        else
            status = push_text(context, to, text, length, fits);
    }
    return status;
}

static void leave_codes(assay_builder *builder)
{
    assay_dictionary_release(builder->texts);
    assay_free(builder->map);
    builder->texts = NULL;
    builder->map = NULL;
    builder->from = NULL;
}

assay_status assay_builder_take_form(assay_context *context, assay_builder *builder,
                                     assay_form form)
{
    for (;; form++) {
        bool fits;
        assay_values fresh;
        assay_values_start(&fresh, form);
        const assay_status status = copy_rows(context, builder, &fresh, &fits);
        if (status == ASSAY_OK && fits) {
            assay_values_free(&builder->values);
            builder->values = fresh;
            leave_codes(builder);
            return ASSAY_OK;
        }
        assay_values_free(&fresh);
        if (status != ASSAY_OK)
            return status;
    }
}

/* ---- adding ---- */

static assay_status push_code(assay_context *context, assay_builder *builder, uint32_t code)
{
    const assay_status status = assay_values_widen(context, &builder->values, code);
    if (status == ASSAY_OK)
        assay_values_push_code(&builder->values, code);
    return status;
}

/* One text, for which there is room. */
static assay_status add_text(assay_context *context, assay_builder *builder, const char *bytes,
                             size_t length)
{
    bool fits;
    if (builder->values.form == ASSAY_FORM_CODES) {
        const uint32_t code = assay_dictionary_add(builder->texts, bytes, length);
        if (code == 0)
            return assay_fail_memory(context);
        if (code <= ASSAY_CODED_MOST)
            return push_code(context, builder, code);
        assay_status status = assay_builder_take_form(context, builder, ASSAY_FORM_INTEGERS);
        if (status == ASSAY_OK)
            status = assay_values_reserve(context, &builder->values, 1);
        if (status != ASSAY_OK)
            return status;
    }
    assay_status status = push_text(context, &builder->values, bytes, length, &fits);
    if (status != ASSAY_OK || fits)
        return status;
    status = assay_builder_take_form(context, builder, ASSAY_FORM_TEXT);
    if (status == ASSAY_OK)
        status = assay_values_reserve(context, &builder->values, 1);
    return status != ASSAY_OK ? status
                              : assay_values_push_text(context, &builder->values, bytes, length);
}

assay_status assay_builder_add(assay_context *context, assay_builder *builder, const char *bytes,
                               size_t length)
{
    const assay_status status = assay_values_reserve(context, &builder->values, 1);
    return status != ASSAY_OK ? status : add_text(context, builder, bytes, length);
}

assay_status assay_builder_add_missing(assay_context *context, assay_builder *builder)
{
    const assay_status status = assay_values_reserve(context, &builder->values, 1);
    if (status == ASSAY_OK)
        assay_values_push_missing(&builder->values);
    return status;
}

static assay_status add_cells(assay_context *context, assay_builder *builder,
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

/* ---- adding codes ---- */

static assay_status extend_map(assay_context *context, assay_builder *builder,
                               const assay_dictionary *from)
{
    const size_t n = (size_t)assay_dictionary_size(from) + 1;
    if (builder->from != from) {
        builder->from = from;
        builder->mapped = builder->unknown = 0;
    }
    if (n <= builder->mapped)
        return ASSAY_OK;
    uint32_t *map = assay_resize_array(builder->map, n, sizeof *map);
    if (map == NULL)
        return assay_fail_memory(context);
    memset(map + builder->mapped, 0, (n - builder->mapped) * sizeof *map);
    builder->map = map;
    builder->unknown += n - builder->mapped - (builder->mapped == 0);
    builder->mapped = n;
    return ASSAY_OK;
}

/* Codes of texts that occur for the first time, in the order in which they do. */
static assay_status learn_codes(assay_context *context, assay_builder *builder,
                                const assay_column *column)
{
    uint32_t most = 0;
    for (size_t row = 0; builder->unknown > 0 && row < column->length; row++) {
        const uint32_t code = assay_column_code(column, row);
        if (code == 0 || builder->map[code] != 0)
            continue;
        size_t length;
        const char *text = assay_dictionary_text(column->dictionary, code, &length);
        builder->map[code] = assay_dictionary_add(builder->texts, text, length);
        if (builder->map[code] == 0)
            return assay_fail_memory(context);
        most = builder->map[code] > most ? builder->map[code] : most;
        builder->unknown--;
    }
    return assay_values_widen(context, &builder->values, most);
}

static assay_status add_codes(assay_context *context, assay_builder *builder,
                              const assay_column *column)
{
    assay_status status = extend_map(context, builder, column->dictionary);
    if (status == ASSAY_OK)
        status = learn_codes(context, builder, column);
    if (status == ASSAY_OK)
        status = assay_values_reserve(context, &builder->values, column->length);
    if (status != ASSAY_OK)
        return status;
    assay_values_push_codes(&builder->values, column, builder->map);
    return assay_dictionary_size(builder->texts) <= ASSAY_CODED_MOST
               ? ASSAY_OK
               : assay_builder_take_form(context, builder, ASSAY_FORM_INTEGERS);
}

bool assay_form_of_type(assay_type type, assay_form *form)
{
    *form = type == ASSAY_INTEGER  ? ASSAY_FORM_INTEGERS
            : type == ASSAY_NUMBER ? ASSAY_FORM_NUMBERS
                                   : ASSAY_FORM_DAYS;
    return type == ASSAY_INTEGER || type == ASSAY_NUMBER || type == ASSAY_DATE;
}

assay_status assay_builder_add_column(assay_context *context, assay_builder *builder,
                                      const assay_column *column)
{
    assay_form form;
    assay_status status = ASSAY_OK;
    if (assay_form_of_type(column->type, &form)) {
        if (builder->values.rows == 0 && builder->values.form == ASSAY_FORM_CODES) {
            assay_values_free(&builder->values);
            assay_values_start(&builder->values, form);
            builder->typed = true;
        }
        if (builder->values.form == form)
            return assay_values_push_array(context, &builder->values, column);
    } else if (column->type == ASSAY_CATEGORY && builder->values.form == ASSAY_FORM_CODES) {
        return add_codes(context, builder, column);
    } else if (column->type == ASSAY_TEXT && builder->values.form == ASSAY_FORM_CODES) {
        status = assay_builder_take_form(context, builder, ASSAY_FORM_INTEGERS);
    }
    if (status == ASSAY_OK && column->type == ASSAY_TEXT && builder->values.form == ASSAY_FORM_TEXT)
        return assay_values_push_texts(context, &builder->values, column);
    return status != ASSAY_OK ? status : add_cells(context, builder, column);
}
