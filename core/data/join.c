/* join.c -- one table beside another, row by row of the same key. */
#include "data/join.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

#define NO_ROW UINT32_MAX

/* ---- keys ---- */

/* The key of a row, each part behind its length, so that no two different keys read the same. */
static bool key_of_row(const assay_frame *frame, size_t n, const size_t columns[], size_t row,
                       assay_bytes *to, bool *complete)
{
    to->length = 0;
    *complete = true;
    for (size_t i = 0; i < n && *complete; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t part;
        const char *cell =
            assay_column_cell(assay_frame_column(frame, columns[i]), row, scratch, &part);
        *complete = cell != NULL;
        if (*complete && (!assay_append(to, &part, sizeof part) || !assay_append(to, cell, part)))
            return false;
    }
    return true;
}

/* The rows on the right by key: codes from 1; first[code] and next[row] link those of one key. */
typedef struct lookup {
    assay_dictionary *keys;
    uint32_t *first; /* [number of keys + 1] */
    uint32_t *next;  /* [rows on the right]; while keys are found, the code of each row */
    bool *used;      /* by key: some row on the left has it */
} lookup;

static void free_lookup(lookup *self)
{
    assay_dictionary_release(self->keys);
    assay_free(self->first);
    assay_free(self->next);
    assay_free(self->used);
}

static assay_status refuse_repeated(assay_context *context, const assay_frame *right,
                                    const assay_join_options *options, size_t row, const lookup *by)
{
    size_t earlier = 0;
    while (by->next[earlier] != by->next[row])
        earlier++;
    assay_bytes shown = {0};
    bool good = true;
    for (size_t i = 0; good && i < options->n && !options->private; i++) {
        char scratch[ASSAY_CELL_BYTES], quoted[ASSAY_QUOTED];
        size_t length;
        const assay_column *column = assay_frame_column(right, options->right[i]);
        const char *cell = assay_column_cell(column, row, scratch, &length);
        assay_quote(cell, length, quoted);
        good = (i == 0 || assay_append(&shown, ", ", 2)) &&
               assay_append(&shown, quoted, strlen(quoted));
    }
    const assay_status status =
        good ? assay_fail(context, ASSAY_EREPEATED, "the key '%.90s' stands in rows %zu and %zu",
                          options->private ? "***" : shown.bytes, earlier + 1, row + 1)
             : assay_fail_memory(context);
    if (good)
        context->error.row = row + 1;
    assay_free(shown.bytes);
    return status;
}

static assay_status find_keys(assay_context *context, const assay_frame *right,
                              const assay_join_options *options, lookup *by)
{
    const size_t rows = assay_frame_rows(right);
    assay_bytes key = {0};
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        bool complete;
        const uint32_t before = assay_dictionary_size(by->keys);
        uint32_t code = 0;
        if (!key_of_row(right, options->n, options->right, row, &key, &complete) ||
            (complete && (code = assay_dictionary_add(by->keys, key.bytes, key.length)) == 0))
            status = assay_fail_memory(context);
        by->next[row] = code;
        if (status == ASSAY_OK && complete && code <= before && !options->many)
            status = refuse_repeated(context, right, options, row, by);
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, rows);
    }
    assay_free(key.bytes);
    return status;
}

/* From the last row to the first, so that each chain ascends. */
static void link_rows(lookup *by, size_t rows)
{
    for (uint32_t code = 0; code <= assay_dictionary_size(by->keys); code++)
        by->first[code] = NO_ROW;
    for (size_t row = rows; row-- > 0;) {
        const uint32_t code = by->next[row];
        by->next[row] = by->first[code];
        by->first[code] = (uint32_t)row;
    }
    by->first[0] = NO_ROW; /* keys with a missing part */
}

static assay_status new_lookup(assay_context *context, const assay_frame *right,
                               const assay_join_options *options, lookup *by)
{
    const size_t rows = assay_frame_rows(right);
    *by =
        (lookup){.keys = assay_dictionary_new(), .next = assay_alloc_array(rows, sizeof *by->next)};
    if (by->keys == NULL || by->next == NULL)
        return assay_fail_memory(context);
    const assay_status status = find_keys(context, right, options, by);
    if (status != ASSAY_OK)
        return status;
    const size_t n = (size_t)assay_dictionary_size(by->keys) + 1;
    by->first = assay_alloc_array(n, sizeof *by->first);
    by->used = assay_alloc_zeroed_array(n, sizeof *by->used);
    if (by->first == NULL || by->used == NULL)
        return assay_fail_memory(context);
    link_rows(by, rows);
    return ASSAY_OK;
}

/* ---- pairs of rows ---- */

typedef struct pairs {
    size_t n, left_capacity, right_capacity;
    uint32_t *left, *right; /* right: NO_ROW where nothing matches */
} pairs;

static assay_status add_pair(assay_context *context, pairs *to, uint32_t left, uint32_t right)
{
    if (to->n == UINT32_MAX - 1)
        return assay_fail(context, ASSAY_EDOM, "the joined frame has more than %lu rows",
                          (unsigned long)UINT32_MAX - 1);
    if (!assay_grow(&to->left, &to->left_capacity, to->n, sizeof *to->left) ||
        !assay_grow(&to->right, &to->right_capacity, to->n, sizeof *to->right))
        return assay_fail_memory(context);
    to->left[to->n] = left;
    to->right[to->n++] = right;
    return ASSAY_OK;
}

/* Every row on the right with the key of one on the left. */
static assay_status match_row(assay_context *context, const assay_join_options *options, lookup *by,
                              uint32_t row, uint32_t code, pairs *to)
{
    assay_status status = ASSAY_OK;
    by->used[code] = code != 0;
    if (by->first[code] == NO_ROW)
        return options->inner ? ASSAY_OK : add_pair(context, to, row, NO_ROW);
    for (uint32_t other = by->first[code]; status == ASSAY_OK && other != NO_ROW;
         other = by->next[other])
        status = add_pair(context, to, row, other);
    return status;
}

static assay_status match_rows(assay_context *context, const assay_frame *left,
                               const assay_join_options *options, lookup *by, pairs *to,
                               assay_join_counts *counts)
{
    const size_t rows = assay_frame_rows(left);
    assay_bytes key = {0};
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        bool complete;
        if (!key_of_row(left, options->n, options->left, row, &key, &complete)) {
            status = assay_fail_memory(context);
            break;
        }
        const uint32_t code = complete ? assay_dictionary_find(by->keys, key.bytes, key.length) : 0;
        counts->without_key += !complete;
        counts->unmatched += complete && code == 0;
        status = match_row(context, options, by, (uint32_t)row, code, to);
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, rows);
    }
    assay_free(key.bytes);
    return status;
}

static void count_unused(const lookup *by, size_t rows, assay_join_counts *counts)
{
    counts->unused = rows;
    for (uint32_t code = 1; code <= assay_dictionary_size(by->keys); code++)
        for (uint32_t row = by->first[code]; by->used[code] && row != NO_ROW; row = by->next[row])
            counts->unused--;
}

/* ---- the columns on the right, missing where nothing matches ---- */

typedef struct gathering {
    const assay_column *from;
    size_t n;
    const uint32_t *rows;
} gathering;

static const char *text_at(const void *gathering_of_texts, size_t row, size_t *length)
{
    const gathering *self = gathering_of_texts;
    return self->rows[row] == NO_ROW ? NULL
                                     : assay_column_cell(self->from, self->rows[row], NULL, length);
}

/* Values of `each` bytes, to be freed; NULL when out of memory. */
static void *gather_values(const gathering *self, const void *from, size_t each,
                           const void *missing)
{
    char *to = assay_alloc_array(self->n, each);
    for (size_t i = 0; to != NULL && i < self->n; i++) {
        const uint32_t row = self->rows[i];
        memcpy(to + i * each, row == NO_ROW ? missing : (const char *)from + row * each, each);
    }
    return to;
}

static uint32_t *gather_codes(const gathering *self)
{
    uint32_t *to = assay_alloc_array(self->n, sizeof *to);
    for (size_t i = 0; to != NULL && i < self->n; i++)
        to[i] = self->rows[i] == NO_ROW ? 0 : assay_column_code(self->from, self->rows[i]);
    return to;
}

static assay_status gather(assay_context *context, const gathering *self, assay_column **column)
{
    static const int64_t no_integer = INT64_MIN;
    static const double no_number = (double)NAN;
    static const int32_t no_day = INT32_MIN;
    const assay_column *from = self->from;
    const size_t n = self->n;
    void *values;
    assay_status status = ASSAY_ENOMEM;
    switch (from->type) {
    case ASSAY_INTEGER:
        values = gather_values(self, from->integers, sizeof no_integer, &no_integer);
        if (values != NULL)
            status = assay_column_of_integers(context, n, values, column);
        break;
    case ASSAY_NUMBER:
        values = gather_values(self, from->numbers, sizeof no_number, &no_number);
        if (values != NULL)
            status = assay_column_of_numbers(context, n, values, column);
        break;
    case ASSAY_DATE:
        values = gather_values(self, from->days, sizeof no_day, &no_day);
        if (values != NULL)
            status = assay_column_of_days(context, n, values, column);
        break;
    case ASSAY_CATEGORY:
        values = gather_codes(self);
        if (values != NULL)
            status = assay_column_of_codes(context, n, values, from->dictionary, column);
        break;
    default:
        return assay_column_of_texts(context, n, text_at, self, column);
    }
    assay_free(values);
    return status == ASSAY_ENOMEM ? assay_fail_memory(context) : status;
}

static bool is_key(const assay_join_options *options, size_t column)
{
    for (size_t i = 0; i < options->n; i++)
        if (options->right[i] == column)
            return true;
    return false;
}

static assay_status put_beside(assay_context *context, const assay_frame *right,
                               const assay_join_options *options, const pairs *rows,
                               assay_frame *joined)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < assay_frame_columns(right); i++) {
        assay_column *column;
        if (is_key(options, i))
            continue;
        const gathering self = {assay_frame_column(right, i), rows->n, rows->right};
        status = gather(context, &self, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, joined, assay_frame_name(right, i), column);
        if (status == ASSAY_OK)
            status = assay_poll(context, i + 1, assay_frame_columns(right));
    }
    return status;
}

/* ---- the whole ---- */

assay_status assay_frame_join(assay_context *context, const assay_frame *left,
                              const assay_frame *right, const assay_join_options *options,
                              assay_frame **joined, assay_join_counts *counts)
{
    lookup by;
    pairs rows = {0};
    assay_frame *fresh = NULL;
    assay_join_counts found = {0};
    assay_status status = new_lookup(context, right, options, &by);
    if (status == ASSAY_OK)
        status = match_rows(context, left, options, &by, &rows, &found);
    if (status == ASSAY_OK)
        count_unused(&by, assay_frame_rows(right), &found);
    free_lookup(&by);
    if (status == ASSAY_OK)
        status = assay_frame_take(context, left, rows.n, rows.left, &fresh);
    if (status == ASSAY_OK)
        status = put_beside(context, right, options, &rows, fresh);
    assay_free(rows.left);
    assay_free(rows.right);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *joined = fresh;
    *counts = found;
    return ASSAY_OK;
}
