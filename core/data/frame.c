/* frame.c -- a table in memory: names and shared, immutable columns. */
#include "data/frame.h"

#include <string.h>

#include "base/memory.h"
#include "base/normal.h"
#include "base/sort.h"

typedef struct named {
    char *name;
    assay_column *column;
} named;

struct assay_frame {
    size_t n, capacity;
    named *columns;
};

assay_status assay_frame_new(assay_context *context, assay_frame **frame)
{
    assay_frame *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    *frame = fresh;
    return ASSAY_OK;
}

void assay_frame_free(assay_frame *frame)
{
    if (frame == NULL)
        return;
    for (size_t i = 0; i < frame->n; i++) {
        assay_free(frame->columns[i].name);
        assay_column_release(frame->columns[i].column);
    }
    assay_free(frame->columns);
    assay_free(frame);
}

static assay_status check_new(assay_context *context, const assay_frame *frame, const char *name,
                              const assay_column *column)
{
    if (name[0] == '\0')
        return assay_fail(context, ASSAY_EFORMAT, "column %zu has no name", frame->n + 1);
    if (assay_frame_find(frame, name) != ASSAY_NO_COLUMN)
        return assay_fail(context, ASSAY_EREPEATED,
                          "two columns are named '%.40s': rename one before", name);
    if (frame->n > 0 && column->length != assay_frame_rows(frame))
        return assay_fail(context, ASSAY_EDOM, "column '%.40s' has %zu rows where others have %zu",
                          name, column->length, assay_frame_rows(frame));
    return ASSAY_OK;
}

assay_status assay_frame_add(assay_context *context, assay_frame *frame, const char *name,
                             assay_column *column)
{
    assay_status status = check_new(context, frame, name, column);
    char *copy = status == ASSAY_OK ? assay_copy_text(name, strlen(name)) : NULL;
    if (status == ASSAY_OK && (copy == NULL || !assay_grow(&frame->columns, &frame->capacity,
                                                           frame->n, sizeof *frame->columns)))
        status = assay_fail_memory(context);
    if (status != ASSAY_OK) {
        assay_free(copy);
        assay_column_release(column);
        return status;
    }
    frame->columns[frame->n++] = (named){.name = copy, .column = column};
    return ASSAY_OK;
}

assay_status assay_frame_add_integers(assay_context *context, assay_frame *frame, const char *name,
                                      size_t n, const int64_t values[])
{
    assay_column *column;
    const assay_status status = assay_column_of_integers(context, n, values, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

assay_status assay_frame_add_numbers(assay_context *context, assay_frame *frame, const char *name,
                                     size_t n, const double values[])
{
    assay_column *column;
    const assay_status status = assay_column_of_numbers(context, n, values, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

assay_status assay_frame_add_codes(assay_context *context, assay_frame *frame, const char *name,
                                   size_t n, const uint32_t codes[], assay_dictionary *dictionary)
{
    assay_column *column;
    const assay_status status = assay_column_of_codes(context, n, codes, dictionary, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

size_t assay_frame_rows(const assay_frame *frame)
{
    return frame->n == 0 ? 0 : frame->columns[0].column->length;
}

size_t assay_frame_columns(const assay_frame *frame)
{
    return frame->n;
}

const char *assay_frame_name(const assay_frame *frame, size_t i)
{
    return frame->columns[i].name;
}

assay_column *assay_frame_column(const assay_frame *frame, size_t i)
{
    return frame->columns[i].column;
}

size_t assay_frame_find(const assay_frame *frame, const char *name)
{
    for (size_t i = 0; i < frame->n; i++)
        if (strcmp(frame->columns[i].name, name) == 0)
            return i;
    return ASSAY_NO_COLUMN;
}

/* Whether these are all rows, in their order: columns never change, and can then be shared. */
static bool is_every_row(const assay_frame *frame, size_t n, const uint32_t rows[])
{
    size_t i = 0;
    if (n != assay_frame_rows(frame))
        return false;
    while (i < n && rows[i] == i)
        i++;
    return i == n;
}

assay_status assay_frame_take(assay_context *context, const assay_frame *frame, size_t n,
                              const uint32_t rows[], assay_frame **taken)
{
    const bool every = is_every_row(frame, n, rows);
    assay_frame *fresh;
    assay_status status = assay_frame_new(context, &fresh);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; status == ASSAY_OK && i < frame->n; i++) {
        assay_column *column = frame->columns[i].column;
        if (every)
            assay_column_retain(column);
        else
            status = assay_column_take(context, column, n, rows, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, fresh, frame->columns[i].name, column);
        if (status == ASSAY_OK)
            status = assay_poll(context, i + 1, frame->n);
    }
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *taken = fresh;
    return ASSAY_OK;
}

/* The columns `columns[n]` (NULL: the first n) by the names `names[n]` (NULL: their own). */
static assay_status share(assay_context *context, const assay_frame *frame, size_t n,
                          const size_t columns[], const char *const names[], assay_frame **shared)
{
    assay_frame *fresh;
    assay_status status = assay_frame_new(context, &fresh);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const named *from = &frame->columns[columns != NULL ? columns[i] : i];
        status = assay_frame_add(context, fresh, names != NULL ? names[i] : from->name,
                                 assay_column_retain(from->column));
    }
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *shared = fresh;
    return ASSAY_OK;
}

assay_status assay_frame_select(assay_context *context, const assay_frame *frame, size_t n,
                                const size_t columns[], assay_frame **selected)
{
    return share(context, frame, n, columns, NULL, selected);
}

assay_status assay_frame_rename(assay_context *context, const assay_frame *frame,
                                const char *const names[], assay_frame **renamed)
{
    return share(context, frame, frame->n, NULL, names, renamed);
}

assay_status assay_frame_extend(assay_context *context, const assay_frame *frame, const char *name,
                                assay_column *column, assay_frame **extended)
{
    assay_frame *fresh;
    assay_status status = share(context, frame, frame->n, NULL, NULL, &fresh);
    if (status != ASSAY_OK) {
        assay_column_release(column);
        return status;
    }
    status = assay_frame_add(context, fresh, name, column);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *extended = fresh;
    return ASSAY_OK;
}

/* ---- order ---- */

/* A column that rows are ordered by. */
typedef struct sort_key {
    const assay_column *column;
    bool descending;
    uint32_t *ranks; /* of a category's codes in the order of their bytes, or NULL */
} sort_key;

typedef struct ordering {
    size_t n;
    sort_key *keys;
} ordering;

static int compare_levels(const void *dictionary, uint32_t a, uint32_t b)
{
    size_t length_a, length_b;
    const char *text_a = assay_dictionary_text(dictionary, a, &length_a);
    const char *text_b = assay_dictionary_text(dictionary, b, &length_b);
    return assay_compare_bytes(text_a, length_a, text_b, length_b);
}

/* Ranks once for each level what would be compared once for each pair of rows. */
static assay_status rank_levels(assay_context *context, sort_key *key)
{
    const assay_dictionary *dictionary = key->column->dictionary;
    const uint32_t n = assay_dictionary_size(dictionary);
    uint32_t *codes = assay_alloc_array(n, sizeof *codes);
    key->ranks = assay_alloc_zeroed_array((size_t)n + 1, sizeof *key->ranks);
    assay_status status =
        codes == NULL || key->ranks == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (uint32_t i = 0; status == ASSAY_OK && i < n; i++)
        codes[i] = i + 1;
    if (status == ASSAY_OK)
        status = assay_sort(context, n, codes, compare_levels, dictionary);
    for (uint32_t i = 0; status == ASSAY_OK && i < n; i++)
        key->ranks[codes[i]] = i;
    assay_free(codes);
    return status;
}

static int compare_rows(const void *self, uint32_t a, uint32_t b)
{
    const ordering *by = self;
    int order = 0;
    for (size_t i = 0; order == 0 && i < by->n; i++) {
        const sort_key *key = &by->keys[i];
        const bool no_a = assay_column_is_missing(key->column, a);
        const bool no_b = assay_column_is_missing(key->column, b);
        if (no_a || no_b) {
            order = no_a - no_b;
            continue;
        }
        if (key->ranks != NULL) {
            const uint32_t left = key->ranks[assay_column_code(key->column, a)];
            const uint32_t right = key->ranks[assay_column_code(key->column, b)];
            order = (left > right) - (left < right);
        } else {
            order = assay_column_compare(key->column, a, b);
        }
        order = key->descending ? -order : order;
    }
    return order;
}

static void free_keys(ordering *by)
{
    for (size_t i = 0; by->keys != NULL && i < by->n; i++)
        assay_free(by->keys[i].ranks);
    assay_free(by->keys);
}

static assay_status make_keys(assay_context *context, const assay_frame *frame,
                              const size_t columns[], const bool descending[], ordering *by)
{
    const size_t rows = assay_frame_rows(frame);
    assay_status status = ASSAY_OK;
    by->keys = assay_alloc_zeroed_array(by->n, sizeof *by->keys);
    if (by->keys == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; status == ASSAY_OK && i < by->n; i++) {
        const assay_column *column = frame->columns[columns[i]].column;
        by->keys[i] =
            (sort_key){.column = column, .descending = descending != NULL && descending[i]};
        if (column->type == ASSAY_CATEGORY && !assay_dictionary_is_declared(column->dictionary) &&
            assay_dictionary_size(column->dictionary) <= rows)
            status = rank_levels(context, &by->keys[i]);
    }
    return status;
}

assay_status assay_frame_order(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], const bool descending[], uint32_t rows[])
{
    ordering by = {.n = n};
    const size_t total = assay_frame_rows(frame);
    assay_status status = make_keys(context, frame, columns, descending, &by);
    for (size_t i = 0; status == ASSAY_OK && i < total; i++)
        rows[i] = (uint32_t)i;
    if (status == ASSAY_OK)
        status = assay_sort(context, total, rows, compare_rows, &by);
    free_keys(&by);
    return status;
}

/* ---- ids ---- */

/* The normal forms seen so far, and the row of each. */
typedef struct forms {
    assay_dictionary *seen;
    uint32_t *rows;
    size_t capacity;
    bool ascii; /* one of another text is ASCII: a Kelvin sign is a K */
    assay_alike alike;
} forms;

static void found_alike(forms *f, size_t row, size_t other)
{
    const size_t first = row < other ? other : row, second = row < other ? row : other;
    if (f->alike.n++ == 0 || first < f->alike.row) {
        f->alike.row = first;
        f->alike.other = second;
    }
}

static assay_status add_form(assay_context *context, forms *f, const char *cell, size_t length,
                             size_t row)
{
    char form[ASSAY_NORMAL_BYTES];
    const size_t n = assay_normal_form(cell, length, form);
    const uint32_t size = assay_dictionary_size(f->seen);
    if (n == 0)
        return ASSAY_OK;
    f->ascii = f->ascii || assay_is_ascii(form, n);
    if (!assay_grow(&f->rows, &f->capacity, size, sizeof *f->rows))
        return assay_fail_memory(context);
    const uint32_t code = assay_dictionary_add(f->seen, form, n);
    if (code == 0)
        return assay_fail_memory(context);
    if (code <= size)
        found_alike(f, row, f->rows[code - 1]);
    else
        f->rows[size] = (uint32_t)row;
    return ASSAY_OK;
}

/* One pass over the rows that are ASCII, or over the others. */
static assay_status look_through(assay_context *context, const assay_column *values, bool ascii,
                                 forms *f)
{
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < values->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *cell = assay_column_cell(values, row, scratch, &length);
        if (cell != NULL && assay_is_ascii(cell, length) == ascii) {
            const uint32_t code = ascii ? assay_dictionary_find(f->seen, cell, length) : 0;
            if (code != 0)
                found_alike(f, row, f->rows[code - 1]);
            status = ascii ? ASSAY_OK : add_form(context, f, cell, length, row);
        }
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, values->length);
    }
    return status;
}

assay_status assay_frame_find_alike(assay_context *context, const assay_frame *frame, size_t column,
                                    assay_alike *alike)
{
    const assay_column *values = assay_frame_column(frame, column);
    forms f = {.seen = assay_dictionary_new()};
    assay_status status = f.seen == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK && (values->type == ASSAY_TEXT || values->type == ASSAY_CATEGORY))
        status = look_through(context, values, false, &f);
    if (status == ASSAY_OK && f.ascii)
        status = look_through(context, values, true, &f);
    if (status == ASSAY_OK)
        *alike = f.alike;
    assay_dictionary_release(f.seen);
    assay_free(f.rows);
    return status;
}
