/* filter.c -- which rows stay. */
#include "data/filter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

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

/* A condition made ready for its column: category levels as flags, other values as numbers. */
typedef struct prepared {
    const assay_condition *condition;
    const assay_column *column;
    bool *level_meets; /* category: by code; NULL for other types */
    value *values;     /* integer, number, date: the values, or low and high */
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
        *to = (value){.number = days};
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

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_value(const assay_column *column, size_t row, const value *to)
{
    if (column->type == ASSAY_NUMBER)
        return ORDER(column->numbers[row], to->number);
    if (column->type == ASSAY_DATE)
        return ORDER((double)column->days[row], to->number);
    return to->whole ? ORDER(column->integers[row], to->integer)
                     : ORDER((double)column->integers[row], to->number);
}

static bool number_meets(const prepared *self, size_t row)
{
    const assay_condition *condition = self->condition;
    if (condition->kind == ASSAY_IS_BETWEEN)
        return compare_value(self->column, row, &self->values[0]) >= condition->low_strict &&
               -compare_value(self->column, row, &self->values[1]) >= condition->high_strict;
    for (size_t i = 0; i < condition->n; i++)
        if (compare_value(self->column, row, &self->values[i]) == 0)
            return true;
    return false;
}

static bool row_meets(const prepared *self, size_t row)
{
    const assay_condition *condition = self->condition;
    const assay_column *column = self->column;
    if (condition->kind == ASSAY_IS_MISSING || assay_column_is_missing(column, row))
        return condition->kind == ASSAY_IS_MISSING &&
               assay_column_is_missing(column, row) != condition->except;
    bool meets;
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    if (self->level_meets != NULL)
        meets = self->level_meets[assay_column_code(column, row)];
    else if (self->values == NULL) {
        const char *cell = assay_column_cell(column, row, scratch, &length);
        meets = text_meets(condition, cell, length);
    } else
        meets = number_meets(self, row);
    return meets != condition->except;
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
    if (kind == ASSAY_IS_ONE_OF)
        return mark_values(context, frame, self);
    if (kind == ASSAY_IS_BETWEEN && assay_dictionary_is_declared(levels))
        return mark_between(context, frame, self);
    mark_texts(self);
    return ASSAY_OK;
}

static assay_status prepare_values(assay_context *context, const assay_frame *frame, prepared *self)
{
    const assay_condition *condition = self->condition;
    const bool between = condition->kind == ASSAY_IS_BETWEEN;
    assay_status status = ASSAY_OK;
    self->values = assay_alloc_array(between ? 2 : condition->n, sizeof *self->values);
    if (self->values == NULL)
        return assay_fail_memory(context);
    if (between) {
        self->values[0] = (value){.number = (double)-INFINITY};
        self->values[1] = (value){.number = (double)INFINITY};
        if (condition->low.bytes != NULL)
            status = read_value(context, frame, condition, condition->low, &self->values[0]);
        if (status == ASSAY_OK && condition->high.bytes != NULL)
            status = read_value(context, frame, condition, condition->high, &self->values[1]);
        return status;
    }
    for (size_t i = 0; status == ASSAY_OK && i < condition->n; i++)
        status = read_value(context, frame, condition, condition->values[i], &self->values[i]);
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
    return prepare_values(context, frame, self);
}

static assay_status run(assay_context *context, const assay_frame *frame, size_t n,
                        const prepared all[], uint32_t rows[], size_t *kept)
{
    const size_t total = assay_frame_rows(frame);
    size_t found = 0;
    for (size_t row = 0; row < total; row++) {
        size_t met = 0;
        while (met < n && row_meets(&all[met], row))
            met++;
        if (met == n)
            rows[found++] = (uint32_t)row;
        if (row % 65536 == 0 && assay_poll(context, row, total) != ASSAY_OK)
            return context->error.status;
    }
    *kept = found;
    return ASSAY_OK;
}

assay_status assay_filter(assay_context *context, const assay_frame *frame, size_t n,
                          const assay_condition conditions[], uint32_t rows[], size_t *kept)
{
    prepared *all = assay_alloc_zeroed_array(n, sizeof *all);
    assay_status status = all == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = prepare(context, frame, &conditions[i], &all[i]);
    if (status == ASSAY_OK)
        status = run(context, frame, n, all, rows, kept);
    for (size_t i = 0; all != NULL && i < n; i++) {
        assay_free(all[i].level_meets);
        assay_free(all[i].values);
    }
    assay_free(all);
    return status;
}

/* ---- one row per person ---- */

static uint32_t root_of(uint32_t parents[], uint32_t row)
{
    while (parents[row] != row)
        row = parents[row] = parents[parents[row]];
    return row;
}

/* The parts of a key, each behind its length, so that no two different keys read the same. */
static bool key_of_row(const assay_frame *frame, const assay_key *key, size_t row, assay_bytes *to,
                       bool *complete)
{
    to->length = 0;
    *complete = true;
    for (size_t i = 0; i < key->n && *complete; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t part;
        const assay_column *column = assay_frame_column(frame, key->columns[i]);
        const char *cell = assay_column_cell(column, row, scratch, &part);
        *complete = cell != NULL;
        if (*complete && (!assay_append(to, &part, sizeof part) || !assay_append(to, cell, part)))
            return false;
    }
    return true;
}

/* Links the rows that agree in one key; firsts[code - 1] is the first row with that key. */
static assay_status link_rows(assay_context *context, const assay_frame *frame,
                              const assay_key *key, uint32_t parents[], uint32_t firsts[])
{
    const size_t n = assay_frame_rows(frame);
    assay_dictionary *seen = assay_dictionary_new();
    assay_bytes text = {0};
    bool complete;
    assay_status status = seen == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < n; row++) {
        if (!key_of_row(frame, key, row, &text, &complete)) {
            status = assay_fail_memory(context);
        } else if (complete) {
            const uint32_t before = assay_dictionary_size(seen);
            const uint32_t code = assay_dictionary_add(seen, text.bytes, text.length);
            if (code == 0)
                status = assay_fail_memory(context);
            else if (code > before)
                firsts[code - 1] = (uint32_t)row;
            else
                parents[root_of(parents, (uint32_t)row)] = root_of(parents, firsts[code - 1]);
        }
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, n);
    }
    assay_dictionary_release(seen);
    assay_free(text.bytes);
    return status;
}

/*
** Whether row `a` is to be kept rather than row `b`, which stands above it. A missing value is
** never preferred to one that is there, be it the first or the last that is kept.
*/
static bool is_better(const assay_frame *frame, const assay_distinct_options *options, uint32_t a,
                      uint32_t b)
{
    if (options->order == ASSAY_NO_COLUMN)
        return options->last;
    const assay_column *by = assay_frame_column(frame, options->order);
    const bool missing = assay_column_is_missing(by, a) || assay_column_is_missing(by, b);
    const int order = assay_column_compare(by, a, b);
    if (order != 0)
        return options->last && !missing ? order > 0 : order < 0;
    return options->tie != ASSAY_NO_COLUMN &&
           assay_column_compare(assay_frame_column(frame, options->tie), a, b) < 0;
}

/* best[root]: the row kept of the person whose root it is. */
static size_t keep_best(const assay_frame *frame, const assay_distinct_options *options,
                        uint32_t parents[], uint32_t best[], uint32_t rows[])
{
    const uint32_t n = (uint32_t)assay_frame_rows(frame);
    size_t kept = 0;
    for (uint32_t row = 0; row < n; row++)
        best[row] = UINT32_MAX;
    for (uint32_t row = 0; row < n; row++) {
        const uint32_t root = root_of(parents, row);
        if (best[root] == UINT32_MAX || is_better(frame, options, row, best[root]))
            best[root] = row;
    }
    for (uint32_t row = 0; row < n; row++)
        if (best[root_of(parents, row)] == row)
            rows[kept++] = row;
    return kept;
}

assay_status assay_distinct(assay_context *context, const assay_frame *frame,
                            const assay_distinct_options *options, uint32_t rows[], size_t *kept)
{
    const size_t n = assay_frame_rows(frame);
    uint32_t *parents = assay_alloc_array(n, sizeof *parents);
    uint32_t *firsts = assay_alloc_array(n, sizeof *firsts);
    assay_status status = parents == NULL || firsts == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < n; row++)
        parents[row] = (uint32_t)row;
    for (size_t i = 0; status == ASSAY_OK && i < options->n_keys; i++)
        status = link_rows(context, frame, &options->keys[i], parents, firsts);
    if (status == ASSAY_OK)
        *kept = keep_best(frame, options, parents, firsts, rows);
    assay_free(parents);
    assay_free(firsts);
    return status;
}
