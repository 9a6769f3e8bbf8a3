/* append.c -- one table below another. */
#include "data/append.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Two columns of one name, seen as one. */
typedef struct pair {
    const char *name;
    const assay_column *top, *bottom;
    size_t rows;
} pair;

/* The part that holds a row of the whole, and its row there. */
static const assay_column *part_of(const pair *self, size_t row, size_t *at)
{
    const bool is_top = row < self->top->length;
    *at = is_top ? row : row - self->top->length;
    return is_top ? self->top : self->bottom;
}

static bool is_declared(const assay_column *column)
{
    return column->type == ASSAY_CATEGORY && assay_dictionary_is_declared(column->dictionary);
}

/* A file does not say what a column without any value would hold. */
static bool is_empty(const assay_column *column)
{
    size_t row = 0;
    while (row < column->length && assay_column_is_missing(column, row))
        row++;
    return row == column->length && !is_declared(column);
}

static bool is_textual(assay_type type)
{
    return type == ASSAY_CATEGORY || type == ASSAY_TEXT;
}

static bool is_numeric(assay_type type)
{
    return type == ASSAY_INTEGER || type == ASSAY_NUMBER;
}

static assay_status find_type(assay_context *context, const pair *self, assay_type *type)
{
    const assay_type top = self->top->type, bottom = self->bottom->type;
    if (top == bottom || is_empty(self->bottom))
        *type = top;
    else if (is_empty(self->top))
        *type = bottom;
    else if (is_numeric(top) && is_numeric(bottom))
        *type = ASSAY_NUMBER;
    else if (is_textual(top) && is_textual(bottom))
        *type = is_declared(self->top) || is_declared(self->bottom) ? ASSAY_CATEGORY : ASSAY_TEXT;
    else
        return assay_fail(context, ASSAY_EFORMAT, "column '%.40s' is %s here and %s there",
                          self->name, assay_type_name(top), assay_type_name(bottom));
    return ASSAY_OK;
}

/* ---- values ---- */

static assay_status append_integers(assay_context *context, const pair *self, assay_column **column)
{
    int64_t *values = assay_alloc_array(self->rows, sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t row = 0; row < self->rows; row++) {
        size_t at;
        const assay_column *part = part_of(self, row, &at);
        values[row] = part->type == ASSAY_INTEGER ? part->integers[at] : INT64_MIN;
    }
    const assay_status status = assay_column_of_integers(context, self->rows, values, column);
    assay_free(values);
    return status;
}

static assay_status append_days(assay_context *context, const pair *self, assay_column **column)
{
    int32_t *values = assay_alloc_array(self->rows, sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t row = 0; row < self->rows; row++) {
        size_t at;
        const assay_column *part = part_of(self, row, &at);
        values[row] = part->type == ASSAY_DATE ? part->days[at] : INT32_MIN;
    }
    const assay_status status = assay_column_of_days(context, self->rows, values, column);
    assay_free(values);
    return status;
}

#define WHOLE ((int64_t)1 << 53) /* up to here each integer has a double of its own */

static bool is_exact(const assay_column *part, size_t at)
{
    return part->type != ASSAY_INTEGER || part->integers[at] == INT64_MIN ||
           (part->integers[at] >= -WHOLE && part->integers[at] <= WHOLE);
}

static double number_at(const assay_column *part, size_t at)
{
    if (part->type == ASSAY_NUMBER)
        return part->numbers[at];
    if (part->type != ASSAY_INTEGER || part->integers[at] == INT64_MIN)
        return (double)NAN;
    return (double)part->integers[at];
}

static assay_status append_numbers(assay_context *context, const pair *self, assay_column **column)
{
    double *values = assay_alloc_array(self->rows, sizeof *values);
    assay_status status = values == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < self->rows; row++) {
        size_t at;
        const assay_column *part = part_of(self, row, &at);
        values[row] = number_at(part, at);
        if (!is_exact(part, at))
            status = assay_fail(context, ASSAY_EFORMAT,
                                "column '%.40s' is integer in one frame and number in the other: "
                                "an integer beyond 2^53 would change",
                                self->name);
    }
    if (status == ASSAY_OK)
        status = assay_column_of_numbers(context, self->rows, values, column);
    assay_free(values);
    return status;
}

static const char *text_at(const void *pair_of_texts, size_t row, size_t *length)
{
    size_t at;
    const assay_column *part = part_of(pair_of_texts, row, &at);
    return is_textual(part->type) ? assay_column_cell(part, at, NULL, length) : NULL;
}

/* ---- categories ---- */

static bool same_levels(const assay_dictionary *a, const assay_dictionary *b)
{
    const uint32_t n = assay_dictionary_size(a);
    bool same = n == assay_dictionary_size(b);
    for (uint32_t code = 1; same && code <= n; code++) {
        size_t a_length, b_length;
        const char *left = assay_dictionary_text(a, code, &a_length);
        const char *right = assay_dictionary_text(b, code, &b_length);
        same = assay_compare_bytes(left, a_length, right, b_length) == 0;
    }
    return same;
}

static bool add_levels(const assay_column *part, assay_dictionary *levels)
{
    bool good = true;
    const uint32_t n = part->type == ASSAY_CATEGORY ? assay_dictionary_size(part->dictionary) : 0;
    for (uint32_t code = 1; good && code <= n; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(part->dictionary, code, &length);
        good = assay_dictionary_add(levels, bytes, length) != 0;
    }
    return good;
}

/* The levels of the whole, to be released: those declared, or all of both. */
static assay_status join_levels(assay_context *context, const pair *self, assay_dictionary **levels)
{
    const bool top = is_declared(self->top), bottom = is_declared(self->bottom);
    if (top && bottom && !same_levels(self->top->dictionary, self->bottom->dictionary))
        return assay_fail(context, ASSAY_EFORMAT,
                          "column '%.40s' has other levels declared in the other frame",
                          self->name);
    if (top || bottom) {
        *levels = assay_dictionary_retain((top ? self->top : self->bottom)->dictionary);
        return ASSAY_OK;
    }
    *levels = assay_dictionary_new();
    if (*levels != NULL && add_levels(self->top, *levels) && add_levels(self->bottom, *levels))
        return ASSAY_OK;
    assay_dictionary_release(*levels);
    *levels = NULL;
    return assay_fail_memory(context);
}

/* codes[rows]: each text is one of the levels, or was never declared. */
static assay_status find_codes(assay_context *context, const pair *self,
                               const assay_dictionary *levels, uint32_t codes[])
{
    for (size_t row = 0; row < self->rows; row++) {
        size_t length, at;
        const char *text = text_at(self, row, &length);
        codes[row] = text == NULL ? 0 : assay_dictionary_find(levels, text, length);
        if (text == NULL || codes[row] != 0)
            continue;
        const bool is_top = part_of(self, row, &at) == self->top;
        const assay_status status = assay_fail(
            context, ASSAY_EFORMAT,
            "column '%.40s': row %zu of the frame that is %s has none of the levels declared",
            self->name, at + 1, is_top ? "appended to" : "appended");
        context->error.row = at + 1;
        return status;
    }
    return ASSAY_OK;
}

static assay_status append_codes(assay_context *context, const pair *self, assay_column **column)
{
    assay_dictionary *levels = NULL;
    uint32_t *codes = assay_alloc_array(self->rows, sizeof *codes);
    assay_status status = codes == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        status = join_levels(context, self, &levels);
    if (status == ASSAY_OK)
        status = find_codes(context, self, levels, codes);
    if (status == ASSAY_OK)
        status = assay_column_of_codes(context, self->rows, codes, levels, column);
    assay_dictionary_release(levels);
    assay_free(codes);
    return status;
}

static assay_status append_column(assay_context *context, const pair *self, assay_column **column)
{
    assay_type type = ASSAY_INFER;
    const assay_status status = find_type(context, self, &type);
    if (status != ASSAY_OK)
        return status;
    switch (type) {
    case ASSAY_INTEGER:
        return append_integers(context, self, column);
    case ASSAY_NUMBER:
        return append_numbers(context, self, column);
    case ASSAY_DATE:
        return append_days(context, self, column);
    case ASSAY_CATEGORY:
        return append_codes(context, self, column);
    default:
        return assay_column_of_texts(context, self->rows, text_at, self, column);
    }
}

/* ---- the whole ---- */

/* Each column of `a` is one of `b`. */
static assay_status check_columns(assay_context *context, const assay_frame *a,
                                  const assay_frame *b, const char *where)
{
    for (size_t i = 0; i < assay_frame_columns(a); i++) {
        const char *name = assay_frame_name(a, i);
        if (assay_frame_find(b, name) == ASSAY_NO_COLUMN) {
            assay_fail(context, ASSAY_EUNKNOWN, "column '%.40s' is not in the frame %s", name,
                       where);
            return assay_blame_argument(context, name);
        }
    }
    return ASSAY_OK;
}

static assay_status append_all(assay_context *context, const assay_frame *above,
                               const assay_frame *below, assay_frame *both)
{
    const size_t rows = assay_frame_rows(above) + assay_frame_rows(below);
    const size_t n = assay_frame_columns(above);
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const char *name = assay_frame_name(above, i);
        const size_t other = assay_frame_find(below, name);
        const pair self = {name, assay_frame_column(above, i), assay_frame_column(below, other),
                           rows};
        assay_column *column;
        status = append_column(context, &self, &column);
        if (status == ASSAY_EFORMAT)
            assay_blame_argument(context, name);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, both, name, column);
        if (status == ASSAY_OK)
            status = assay_poll(context, i + 1, n);
    }
    return status;
}

assay_status assay_frame_append(assay_context *context, const assay_frame *above,
                                const assay_frame *below, assay_frame **both)
{
    assay_frame *fresh = NULL;
    const uint64_t rows = (uint64_t)assay_frame_rows(above) + assay_frame_rows(below);
    if (rows > UINT32_MAX - 1)
        return assay_fail(context, ASSAY_EDOM, "%" PRIu64 " rows are more than a frame holds: %lu",
                          rows, (unsigned long)UINT32_MAX - 1);
    assay_status status = check_columns(context, above, below, "that is appended");
    if (status == ASSAY_OK)
        status = check_columns(context, below, above, "that is appended to");
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &fresh);
    if (status == ASSAY_OK)
        status = append_all(context, above, below, fresh);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *both = fresh;
    return ASSAY_OK;
}
