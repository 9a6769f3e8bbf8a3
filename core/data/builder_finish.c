/* builder_finish.c -- what a column is, once all its cells are known. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/builder_state.h"

/* ---- what the column is ---- */

typedef bool fits(const char *bytes, size_t length, const assay_column_wish *wish);

static bool fits_integer(const char *bytes, size_t length, const assay_column_wish *wish)
{
    (void)wish;
    return assay_text_is_plain_integer(bytes, length);
}

static bool fits_number(const char *bytes, size_t length, const assay_column_wish *wish)
{
    char copy[ASSAY_POINT_BYTES];
    bytes = assay_with_point(bytes, length, wish->decimal, copy);
    return bytes != NULL && assay_text_is_plain_number(bytes, length);
}

static bool fits_date(const char *bytes, size_t length, const assay_column_wish *wish)
{
    int32_t days;
    return assay_date_from_text(bytes, length, wish->dates, &days) == ASSAY_OK;
}

/* Days are held where dates were written in this way, or came as dates. */
static bool dates_are_iso(const assay_column_wish *wish)
{
    return wish->dates == NULL || strcmp(wish->dates, "yyyy-mm-dd") == 0;
}

/* Whether every text fits, and there is one: of the dictionary, or row by row. */
static bool all_fit(const assay_builder *builder, fits *fit, const assay_column_wish *wish)
{
    const bool coded = builder->values.form == ASSAY_FORM_CODES;
    const size_t n = coded ? assay_dictionary_size(builder->texts) : builder->values.rows;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *bytes = coded ? assay_dictionary_text(builder->texts, (uint32_t)i + 1, &length)
                                  : assay_values_text(&builder->values, i, scratch, &length);
        if (bytes != NULL && !fit(bytes, length, wish))
            return false;
        any |= bytes != NULL;
    }
    return any;
}

/* Codes for text, unless there are more than `most`: then *coded is false and all is as it was. */
static assay_status take_codes(assay_context *context, assay_builder *builder, size_t most,
                               bool *coded)
{
    assay_dictionary *texts = assay_dictionary_new();
    assay_values fresh;
    assay_values_start(&fresh, ASSAY_FORM_CODES);
    assay_status status = texts == NULL
                              ? assay_fail_memory(context)
                              : assay_values_reserve(context, &fresh, builder->values.rows);
    *coded = true;
    for (size_t row = 0; status == ASSAY_OK && *coded && row < builder->values.rows; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *text = assay_builder_text(builder, row, scratch, &length);
        const uint32_t code = text == NULL ? 0 : assay_dictionary_add(texts, text, length);
        if (text != NULL && code == 0)
            status = assay_fail_memory(context);
        else if ((*coded = code <= most))
            status = assay_values_widen(context, &fresh, code);
        if (status == ASSAY_OK && *coded)
            assay_values_push_code(&fresh, code);
    }
    if (status != ASSAY_OK || !*coded) {
        assay_values_free(&fresh);
        assay_dictionary_release(texts);
        return status;
    }
    assay_values_free(&builder->values);
    assay_dictionary_release(builder->texts);
    builder->values = fresh;
    builder->texts = texts;
    return ASSAY_OK;
}

/* Category where each value stands twice on average, and text otherwise. */
static assay_status infer_category(assay_context *context, assay_builder *builder, assay_type *type)
{
    const size_t half = builder->values.known / 2;
    const size_t most = half < ASSAY_CODED_MOST ? half : ASSAY_CODED_MOST;
    bool coded = true;
    assay_status status = ASSAY_OK;
    if (builder->values.form == ASSAY_FORM_CODES)
        coded = assay_dictionary_size(builder->texts) <= most;
    else
        status = take_codes(context, builder, most, &coded);
    *type = coded ? ASSAY_CATEGORY : ASSAY_TEXT;
    return status;
}

static assay_status infer(assay_context *context, assay_builder *builder,
                          const assay_column_wish *wish, assay_type *type)
{
    const assay_form form = builder->values.form;
    const bool any = builder->typed || builder->values.known > 0;
    if (form == ASSAY_FORM_INTEGERS && any)
        *type = ASSAY_INTEGER;
    else if (form == ASSAY_FORM_NUMBERS)
        *type = ASSAY_NUMBER;
    else if (form == ASSAY_FORM_DAYS && any && (builder->typed || dates_are_iso(wish)))
        *type = ASSAY_DATE;
    else if (all_fit(builder, fits_integer, wish))
        *type = ASSAY_INTEGER;
    else if (all_fit(builder, fits_number, wish))
        *type = ASSAY_NUMBER;
    else if (all_fit(builder, fits_date, wish))
        *type = ASSAY_DATE;
    else
        return infer_category(context, builder, type);
    return ASSAY_OK;
}

/* ---- the column ---- */

/* Says which cell is not what the column was to be. */
static assay_status refuse(assay_context *context, const assay_builder *builder, size_t row,
                           bool private, const char *expected)
{
    char quoted[ASSAY_QUOTED], scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *bytes = assay_builder_text(builder, row, scratch, &length);
    assay_fail(context, ASSAY_EFORMAT, "row %zu: '%s' is not %s", row + 1,
               private ? "***" : assay_quote(bytes, length, quoted), expected);
    context->error.row = row + 1;
    return ASSAY_EFORMAT;
}

/* Reads one text as a value of `type` behind the values. */
static bool push_parsed(assay_values *values, const char *bytes, size_t length,
                        const assay_column_wish *wish)
{
    int64_t integer = 0;
    int32_t days = 0;
    double number = 0;
    char copy[ASSAY_POINT_BYTES];
    bool good;
    switch (values->form) {
    case ASSAY_FORM_INTEGERS:
        good = assay_text_to_integer(bytes, length, &integer) == ASSAY_OK;
        assay_values_push_integer(values, integer);
        return good;
    case ASSAY_FORM_NUMBERS:
        bytes = assay_with_point(bytes, length, wish->decimal, copy);
        good = bytes != NULL && assay_text_to_number(bytes, length, &number) == ASSAY_OK;
        assay_values_push_number(values, number);
        return good;
    default:
        good = assay_date_from_text(bytes, length, wish->dates, &days) == ASSAY_OK;
        assay_values_push_days(values, days);
        return good;
    }
}

/* The values of the dictionary's texts, by code; each is read once. */
static assay_status parse_texts(assay_context *context, const assay_builder *builder,
                                const assay_column_wish *wish, assay_values *parsed,
                                uint32_t *wrong)
{
    const uint32_t n = assay_dictionary_size(builder->texts);
    const assay_status status = assay_values_reserve(context, parsed, (size_t)n + 1);
    if (status != ASSAY_OK)
        return status;
    *wrong = 0;
    assay_values_push_missing(parsed);
    for (uint32_t code = 1; *wrong == 0 && code <= n; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(builder->texts, code, &length);
        if (!push_parsed(parsed, bytes, length, wish))
            *wrong = code;
    }
    return ASSAY_OK;
}

static assay_status values_of_codes(assay_context *context, const assay_builder *builder,
                                    const assay_column_wish *wish, assay_values *to, size_t *wrong)
{
    assay_values parsed;
    uint32_t refused = 0;
    assay_values_start(&parsed, to->form);
    const assay_status status = parse_texts(context, builder, wish, &parsed, &refused);
    for (size_t row = 0; status == ASSAY_OK && row < builder->values.rows; row++) {
        const uint32_t code = assay_values_code(&builder->values, row);
        if (code != 0 && code == refused) {
            *wrong = row;
            break;
        }
        if (refused == 0)
            assay_values_push_value(to, &parsed, code);
    }
    assay_values_free(&parsed);
    return status;
}

static void values_of_rows(const assay_builder *builder, const assay_column_wish *wish,
                           assay_values *to, size_t *wrong)
{
    for (size_t row = 0; *wrong == SIZE_MAX && row < builder->values.rows; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *bytes = assay_builder_text(builder, row, scratch, &length);
        if (bytes == NULL)
            assay_values_push_missing(to);
        else if (!push_parsed(to, bytes, length, wish))
            *wrong = row;
    }
}

static assay_status finish_values(assay_context *context, assay_builder *builder, assay_type type,
                                  const assay_column_wish *wish, assay_column **column)
{
    static const char *const expected[] = {
        [ASSAY_INTEGER] = "a whole number", [ASSAY_NUMBER] = "a number", [ASSAY_DATE] = "a date"};
    assay_form form;
    assay_values fresh;
    size_t wrong = SIZE_MAX;
    assay_form_of_type(type, &form);
    const bool same = form != ASSAY_FORM_DAYS || builder->typed || dates_are_iso(wish);
    if (builder->values.form == form && same)
        return assay_values_finish(context, &builder->values, NULL, column);
    assay_values_start(&fresh, form);
    assay_status status = assay_values_reserve(context, &fresh, builder->values.rows);
    if (status == ASSAY_OK && builder->values.form == ASSAY_FORM_CODES)
        status = values_of_codes(context, builder, wish, &fresh, &wrong);
    else if (status == ASSAY_OK)
        values_of_rows(builder, wish, &fresh, &wrong);
    if (status == ASSAY_OK && wrong != SIZE_MAX)
        status = refuse(context, builder, wrong, wish->private, expected[type]);
    if (status == ASSAY_OK)
        status = assay_values_finish(context, &fresh, NULL, column);
    assay_values_free(&fresh);
    return status;
}

/* Codes of the builder's texts in the declared levels: new_codes[code]; *wrong: one that has none. */
static void match_levels(const assay_builder *builder, const assay_dictionary *levels,
                         uint32_t new_codes[], uint32_t *wrong)
{
    const uint32_t distinct = assay_dictionary_size(builder->texts);
    new_codes[0] = 0;
    *wrong = 0;
    for (uint32_t code = 1; *wrong == 0 && code <= distinct; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(builder->texts, code, &length);
        new_codes[code] = assay_dictionary_find(levels, bytes, length);
        if (new_codes[code] == 0)
            *wrong = code;
    }
}

static assay_status finish_levels(assay_context *context, assay_builder *builder,
                                  const assay_column_wish *wish, assay_column **column)
{
    const size_t distinct = assay_dictionary_size(builder->texts), rows = builder->values.rows;
    uint32_t wrong, *new_codes = assay_alloc_array(distinct + 1, sizeof *new_codes);
    assay_values fresh;
    assay_values_start(&fresh, ASSAY_FORM_CODES);
    assay_status status = new_codes == NULL ? assay_fail_memory(context)
                                            : assay_values_reserve(context, &fresh, rows);
    if (status == ASSAY_OK)
        status = assay_values_widen(context, &fresh, assay_dictionary_size(wish->levels));
    if (status == ASSAY_OK)
        match_levels(builder, wish->levels, new_codes, &wrong);
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        const uint32_t code = assay_values_code(&builder->values, row);
        if (wrong != 0 && code == wrong)
            status = refuse(context, builder, row, wish->private, "one of the levels declared");
        else if (wrong == 0)
            assay_values_push_code(&fresh, new_codes[code]);
    }
    if (status == ASSAY_OK)
        status = assay_values_finish(context, &fresh, wish->levels, column);
    assay_free(new_codes);
    assay_values_free(&fresh);
    return status;
}

static assay_status finish_category(assay_context *context, assay_builder *builder,
                                    const assay_column_wish *wish, assay_column **column)
{
    bool coded = true;
    if (builder->values.form != ASSAY_FORM_CODES) {
        const assay_status status = take_codes(context, builder, UINT32_MAX, &coded);
        if (status != ASSAY_OK)
            return status;
    }
    if (wish->levels != NULL)
        return finish_levels(context, builder, wish, column);
    assay_dictionary_trim(builder->texts);
    return assay_values_finish(context, &builder->values, builder->texts, column);
}

assay_status assay_builder_finish(assay_context *context, assay_builder *builder,
                                  const assay_column_wish *wish, assay_column **column)
{
    assay_type type = wish->levels != NULL ? ASSAY_CATEGORY : wish->type;
    assay_status status = type == ASSAY_INFER ? infer(context, builder, wish, &type) : ASSAY_OK;
    if (status != ASSAY_OK)
        return status;
    if (type == ASSAY_CATEGORY)
        return finish_category(context, builder, wish, column);
    if (type != ASSAY_TEXT)
        return finish_values(context, builder, type, wish, column);
    if (builder->values.form != ASSAY_FORM_TEXT)
        status = assay_builder_take_form(context, builder, ASSAY_FORM_TEXT);
    return status != ASSAY_OK ? status
                              : assay_values_finish(context, &builder->values, NULL, column);
}
