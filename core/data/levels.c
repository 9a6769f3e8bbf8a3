/* levels.c -- the values that columns take, numbered in the order in which tables show them. */
#include "data/levels.h"

#include <stdio.h>
#include <string.h>

#include "data/combine.h"
#include "data/tabulate.h"

void assay_levels_free(assay_levels *levels)
{
    assay_frame_free(levels->frame);
    assay_dictionary_release(levels->keys);
    assay_free(levels->key.bytes);
    *levels = (assay_levels){0};
}

/* ---- keys ---- */

/* The cells of a row, each behind its length, so that no two combinations give the same bytes. */
static assay_status make_key(assay_context *context, assay_levels *self, const assay_frame *frame,
                             const size_t columns[], size_t row)
{
    self->key.length = 0;
    for (size_t i = 0; i < self->n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const char *cell =
            assay_column_cell(assay_frame_column(frame, columns[i]), row, scratch, &length);
        const size_t prefix = cell == NULL ? SIZE_MAX : length;
        if (!assay_append(&self->key, &prefix, sizeof prefix) ||
            (cell != NULL && !assay_append(&self->key, cell, length)))
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

assay_status assay_levels_find(assay_context *context, assay_levels *levels,
                               const assay_frame *frame, const size_t columns[], size_t row,
                               size_t *index)
{
    if (levels->n == 0) {
        *index = 0;
        return ASSAY_OK;
    }
    const assay_status status = make_key(context, levels, frame, columns, row);
    if (status != ASSAY_OK)
        return status;
    const uint32_t code =
        assay_dictionary_find(levels->keys, levels->key.bytes, levels->key.length);
    *index = code == 0 ? ASSAY_NO_LEVEL : code - 1;
    return ASSAY_OK;
}

static assay_status number_rows(assay_context *context, assay_levels *self, const size_t all[])
{
    for (size_t row = 0; row < self->size; row++) {
        const assay_status status = make_key(context, self, self->frame, all, row);
        if (status != ASSAY_OK)
            return status;
        if (assay_dictionary_add(self->keys, self->key.bytes, self->key.length) != row + 1)
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* ---- making them ---- */

/* The columns under names that no result has, so that any of them can be counted. */
static assay_status rename_columns(assay_context *context, const assay_frame *frame, size_t n,
                                   const size_t columns[], assay_frame **renamed)
{
    assay_status status = assay_frame_new(context, renamed);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        char name[24];
        snprintf(name, sizeof name, "%zu", i);
        status = assay_frame_add(context, *renamed, name,
                                 assay_column_retain(assay_frame_column(frame, columns[i])));
    }
    return status;
}

/* Counts the columns into self->frame. */
static assay_status count_columns(assay_context *context, const assay_frame *frame, size_t n,
                                  const size_t columns[], const size_t all[], assay_levels *self)
{
    assay_frame *renamed = NULL;
    assay_status status = rename_columns(context, frame, n, columns, &renamed);
    if (status == ASSAY_OK)
        status = assay_count_frame(context, renamed, n, all, &self->frame);
    assay_frame_free(renamed);
    if (status != ASSAY_OK)
        return status;
    self->size = assay_frame_rows(self->frame);
    return number_rows(context, self, all);
}

/* All rows are of the one combination of no columns. */
static assay_status count_all(assay_context *context, const assay_frame *frame, assay_levels *self)
{
    const int64_t rows = (int64_t)assay_frame_rows(frame);
    self->size = 1;
    const assay_status status = assay_frame_new(context, &self->frame);
    return status == ASSAY_OK ? assay_frame_add_integers(context, self->frame, "cases", 1, &rows)
                              : status;
}

assay_status assay_levels_of(assay_context *context, const assay_frame *frame, size_t n,
                             const size_t columns[], assay_levels *levels)
{
    assay_levels fresh = {.n = n, .keys = assay_dictionary_new()};
    size_t *all = assay_alloc_array(n, sizeof *all);
    assay_status status = fresh.keys == NULL || all == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        all[i] = i;
    if (status == ASSAY_OK)
        status = n == 0 ? count_all(context, frame, &fresh)
                        : count_columns(context, frame, n, columns, all, &fresh);
    assay_free(all);
    if (status != ASSAY_OK) {
        assay_levels_free(&fresh);
        return status;
    }
    *levels = fresh;
    return ASSAY_OK;
}

/* ---- the combinations of rows ---- */

enum { BLOCK_ROWS = 65536 };

static assay_status combine_blocks(assay_context *context, assay_combine *all,
                                   const assay_column *const now[], size_t rows, uint32_t of_row[])
{
    assay_status status = ASSAY_OK;
    for (size_t first = 0; status == ASSAY_OK && first < rows; first += BLOCK_ROWS) {
        const size_t left = rows - first;
        status = assay_poll(context, first, rows);
        if (status == ASSAY_OK)
            status = assay_combine_rows(context, all, now, first,
                                        left < BLOCK_ROWS ? left : BLOCK_ROWS, of_row + first);
    }
    return status;
}

/* Combinations are numbered as they are met; each is looked up once, by the row that has it first. */
static assay_status renumber(assay_context *context, assay_levels *levels, const assay_frame *frame,
                             const size_t columns[], const assay_combine *all, uint32_t of_row[])
{
    uint32_t *numbers = assay_alloc_array(all->size, sizeof *numbers);
    assay_status status = numbers == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < all->size; i++) {
        size_t index = 0;
        status = assay_levels_find(context, levels, frame, columns, all->all[i].first, &index);
        numbers[i] = (uint32_t)index;
    }
    for (size_t row = 0; status == ASSAY_OK && row < assay_frame_rows(frame); row++)
        of_row[row] = numbers[of_row[row]];
    assay_free(numbers);
    return status;
}

assay_status assay_levels_of_rows(assay_context *context, assay_levels *levels,
                                  const assay_frame *frame, const size_t columns[],
                                  uint32_t of_row[])
{
    assay_combine all = {.n = levels->n};
    const assay_column **now = assay_alloc_array(levels->n, sizeof(assay_column *));
    assay_status status = now == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < levels->n; i++)
        now[i] = assay_frame_column(frame, columns[i]);
    if (status == ASSAY_OK)
        status = combine_blocks(context, &all, now, assay_frame_rows(frame), of_row);
    if (status == ASSAY_OK)
        status = renumber(context, levels, frame, columns, &all, of_row);
    assay_combine_free(&all);
    assay_free(now);
    return status;
}

static assay_status list_dictionary(assay_context *context, assay_dictionary *dictionary,
                                    assay_levels *self)
{
    static const size_t only[] = {0};
    uint32_t *codes = assay_alloc_array(self->size, sizeof *codes);
    int64_t *cases = assay_alloc_zeroed_array(self->size, sizeof *cases);
    assay_status status = codes == NULL || cases == NULL || self->keys == NULL
                              ? assay_fail_memory(context)
                              : assay_frame_new(context, &self->frame);
    for (size_t i = 0; status == ASSAY_OK && i < self->size; i++)
        codes[i] = (uint32_t)i + 1;
    if (status == ASSAY_OK)
        status = assay_frame_add_codes(context, self->frame, "0", self->size, codes, dictionary);
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, self->frame, "cases", self->size, cases);
    if (status == ASSAY_OK)
        status = number_rows(context, self, only);
    assay_free(codes);
    assay_free(cases);
    return status;
}

assay_status assay_levels_of_dictionary(assay_context *context, assay_dictionary *dictionary,
                                        assay_levels *levels)
{
    assay_levels fresh = {
        .n = 1, .size = assay_dictionary_size(dictionary), .keys = assay_dictionary_new()};
    const assay_status status = list_dictionary(context, dictionary, &fresh);
    if (status != ASSAY_OK) {
        assay_levels_free(&fresh);
        return status;
    }
    *levels = fresh;
    return ASSAY_OK;
}

int64_t assay_levels_cases(const assay_levels *levels, size_t i)
{
    return assay_frame_column(levels->frame, levels->n)->integers[i];
}

size_t assay_levels_known(const assay_levels *levels)
{
    const assay_column *values = assay_frame_column(levels->frame, 0);
    const bool some_missing = levels->size > 0 && assay_column_is_missing(values, levels->size - 1);
    return levels->size - (some_missing ? 1 : 0);
}

/* ---- different values ---- */

/* Of a category: the codes that occur. */
static assay_status count_codes(assay_context *context, const assay_column *column,
                                uint64_t *distinct, uint64_t *missing)
{
    const size_t n = (size_t)assay_dictionary_size(column->dictionary) + 1;
    bool *seen = assay_alloc_zeroed_array(n, sizeof *seen);
    assay_status status = seen == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < column->length; row++) {
        const uint32_t code = assay_column_code(column, row);
        *missing += code == 0;
        *distinct += code != 0 && !seen[code];
        seen[code] = true;
        if (row % 65536 == 0)
            status = assay_poll(context, row, column->length);
    }
    assay_free(seen);
    return status;
}

/* Of anything else: the cells as they are written. */
static assay_status count_cells(assay_context *context, const assay_column *column,
                                uint64_t *distinct, uint64_t *missing)
{
    assay_dictionary *seen = assay_dictionary_new();
    assay_status status = seen == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < column->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *cell = assay_column_cell(column, row, scratch, &length);
        *missing += cell == NULL;
        if (cell != NULL && assay_dictionary_add(seen, cell, length) == 0)
            status = assay_fail_memory(context);
        if (status == ASSAY_OK && row % 16384 == 0)
            status = assay_poll(context, row, column->length);
    }
    *distinct = status == ASSAY_OK ? assay_dictionary_size(seen) : 0;
    assay_dictionary_release(seen);
    return status;
}

assay_status assay_column_distinct(assay_context *context, const assay_column *column,
                                   uint64_t *distinct, uint64_t *missing)
{
    uint64_t values = 0, none = 0;
    const assay_status status = column->type == ASSAY_CATEGORY
                                    ? count_codes(context, column, &values, &none)
                                    : count_cells(context, column, &values, &none);
    if (status != ASSAY_OK)
        return status;
    *distinct = values;
    *missing = none;
    return ASSAY_OK;
}

/* ---- two columns as one ---- */

static bool is_declared(const assay_column *column)
{
    return column->type == ASSAY_CATEGORY && assay_dictionary_is_declared(column->dictionary);
}

static assay_status add_levels(assay_context *context, assay_dictionary *levels,
                               const assay_dictionary *more)
{
    for (uint32_t code = 1; code <= assay_dictionary_size(more); code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(more, code, &length);
        if (assay_dictionary_add(levels, bytes, length) == 0)
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* The levels of two categories, those that were declared first; none where neither was. */
static assay_status join_levels(assay_context *context, const assay_column *first,
                                const assay_column *second, assay_dictionary **levels)
{
    const bool turned = !is_declared(first);
    if (first->type != ASSAY_CATEGORY || second->type != ASSAY_CATEGORY ||
        (turned && !is_declared(second)))
        return ASSAY_OK;
    *levels = assay_dictionary_new();
    if (*levels == NULL)
        return assay_fail_memory(context);
    assay_dictionary_declare(*levels);
    const assay_status status = add_levels(context, *levels, (turned ? second : first)->dictionary);
    return status == ASSAY_OK ? add_levels(context, *levels, (turned ? first : second)->dictionary)
                              : status;
}

assay_status assay_columns_append(assay_context *context, const assay_column *first,
                                  const assay_column *second, assay_column **joined)
{
    assay_column_wish wish = {.type = first->type == second->type ? first->type : ASSAY_INFER};
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context)
                                          : join_levels(context, first, second, &wish.levels);
    if (status == ASSAY_OK)
        status = assay_builder_add_column(context, builder, first);
    if (status == ASSAY_OK)
        status = assay_builder_add_column(context, builder, second);
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, builder, &wish, joined);
    assay_dictionary_release(wish.levels);
    assay_builder_free(builder);
    return status;
}
