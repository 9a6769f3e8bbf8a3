/*
** take.c -- some rows of a column as a column of their own.
**
** Rows are gathered by blocks, which threads share. What is taken is mostly much of a column and in
** its order: texts of rows that follow each other are copied at once.
*/
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"
#include "data/column_own.h"

#define BLOCK_ROWS ((size_t)65536) /* a multiple of 64: no two blocks share a word of a bitmap */

typedef struct taking {
    const assay_column *from;
    size_t n;
    const uint32_t *rows;
    assay_column *to;
    uint64_t *starts; /* text: where the bytes of each block begin, and the sum */
} taking;

static size_t block_end(const taking *self, size_t block)
{
    const size_t end = (block + 1) * BLOCK_ROWS;
    return end < self->n ? end : self->n;
}

static size_t n_blocks(size_t n)
{
    return (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

#define GATHER(bits)                                                                               \
    static void gather_##bits(void *to, const void *from, const uint32_t rows[], size_t n)         \
    {                                                                                              \
        uint##bits##_t *values = to;                                                               \
        for (size_t i = 0; i < n; i++)                                                             \
            values[i] = ((const uint##bits##_t *)from)[rows[i]];                                   \
    }
GATHER(8)
GATHER(16)
GATHER(32)
GATHER(64)

static void take_values(void *context, size_t block, int worker)
{
    const taking *self = context;
    const size_t first = block * BLOCK_ROWS, n = block_end(self, block) - first;
    const size_t each = assay_column_value_bytes(self->from->type, self->from->width);
    const void *values = self->from->own->values;
    const uint32_t *rows = self->rows + first;
    char *to = (char *)self->to->own->values + first * each;
    (void)worker;
    if (each == 1)
        gather_8(to, values, rows, n);
    else if (each == 2)
        gather_16(to, values, rows, n);
    else if (each == 4)
        gather_32(to, values, rows, n);
    else
        gather_64(to, values, rows, n);
}

/* ---- text ---- */

static uint64_t offset_of(const assay_column *column, size_t row)
{
    return column->width == 4 ? ((const uint32_t *)column->offsets)[row]
                              : ((const uint64_t *)column->offsets)[row];
}

static void set_offset(assay_column *column, size_t row, uint64_t offset)
{
    if (column->width == 4)
        ((uint32_t *)column->own->values)[row] = (uint32_t)offset;
    else
        ((uint64_t *)column->own->values)[row] = offset;
}

/* The bytes of a block, into starts[block + 1]. */
static void measure_texts(void *context, size_t block, int worker)
{
    const taking *self = context;
    uint64_t bytes = 0;
    (void)worker;
    for (size_t i = block * BLOCK_ROWS; i < block_end(self, block); i++)
        bytes +=
            offset_of(self->from, (size_t)self->rows[i] + 1) - offset_of(self->from, self->rows[i]);
    self->starts[block + 1] = bytes;
}

static void take_missing(const taking *self, size_t i)
{
    const uint32_t row = self->rows[i];
    if ((self->from->missing[row / 64] >> (row % 64) & 1) != 0)
        self->to->own->missing[i / 64] |= (uint64_t)1 << (i % 64);
}

/* Rows i.. of which each stands behind the one before, copied at once; returns the first other. */
static size_t take_run(const taking *self, size_t i, size_t end, uint64_t *place)
{
    const size_t row = self->rows[i];
    const uint64_t begin = offset_of(self->from, row), shift = *place - begin;
    uint64_t stop = begin;
    size_t n = 0;
    do {
        stop = offset_of(self->from, row + n + 1);
        n++;
        set_offset(self->to, i + n, stop + shift);
    } while (i + n < end && self->rows[i + n] == row + n);
    if (stop > begin)
        memcpy(self->to->own->bytes + *place, self->from->bytes + begin, (size_t)(stop - begin));
    *place += stop - begin;
    return i + n;
}

static void take_texts(void *context, size_t block, int worker)
{
    const taking *self = context;
    const size_t first = block * BLOCK_ROWS, end = block_end(self, block);
    uint64_t place = self->starts[block];
    (void)worker;
    for (size_t i = first; i < end;)
        i = take_run(self, i, end, &place);
    for (size_t i = first; self->from->missing != NULL && i < end; i++)
        take_missing(self, i);
}

static assay_status measure(assay_context *context, taking *self)
{
    const size_t blocks = n_blocks(self->n);
    self->starts = assay_alloc_zeroed_array(blocks + 1, sizeof *self->starts);
    if (self->starts == NULL)
        return assay_fail_memory(context);
    const assay_status status = assay_parallel(context, blocks, measure_texts, self);
    for (size_t i = 0; i < blocks; i++)
        self->starts[i + 1] += self->starts[i];
    return status;
}

static assay_status take_text(assay_context *context, taking *self)
{
    const size_t blocks = n_blocks(self->n);
    assay_status status = measure(context, self);
    if (status == ASSAY_OK)
        status = assay_column_make_text(context, self->n, (size_t)self->starts[blocks],
                                        self->from->missing != NULL, &self->to);
    if (status == ASSAY_OK)
        status = assay_parallel(context, blocks, take_texts, self);
    assay_free(self->starts);
    return status;
}

/* ---- any column ---- */

static assay_status take_fixed(assay_context *context, taking *self)
{
    self->to = assay_column_make(self->from->type, self->from->width, self->n);
    if (self->to == NULL)
        return assay_fail_memory(context);
    self->to->dictionary = assay_dictionary_retain(self->from->dictionary);
    return assay_parallel(context, n_blocks(self->n), take_values, self);
}

assay_status assay_column_take(assay_context *context, const assay_column *column, size_t n,
                               const uint32_t rows[], assay_column **taken)
{
    taking self = {.from = column, .n = n, .rows = rows};
    const assay_status status =
        column->type == ASSAY_TEXT ? take_text(context, &self) : take_fixed(context, &self);
    if (status != ASSAY_OK) {
        assay_column_release(self.to);
        return status;
    }
    *taken = self.to;
    return ASSAY_OK;
}

static assay_status slice_text(assay_context *context, const assay_column *column, size_t first,
                               size_t n, assay_column **taken)
{
    assay_column *fresh;
    const uint64_t begin = offset_of(column, first), end = offset_of(column, first + n);
    const assay_status status =
        assay_column_make_text(context, n, (size_t)(end - begin), column->missing != NULL, &fresh);
    if (status != ASSAY_OK)
        return status;
    if (end > begin)
        memcpy(fresh->own->bytes, column->bytes + begin, (size_t)(end - begin));
    for (size_t i = 0; i < n; i++) {
        set_offset(fresh, i + 1, offset_of(column, first + i + 1) - begin);
        if (column->missing != NULL && assay_column_is_missing(column, first + i))
            fresh->own->missing[i / 64] |= (uint64_t)1 << (i % 64);
    }
    *taken = fresh;
    return ASSAY_OK;
}

assay_status assay_column_slice(assay_context *context, const assay_column *column, size_t first,
                                size_t n, assay_column **taken)
{
    if (column->type == ASSAY_TEXT)
        return slice_text(context, column, first, n, taken);
    const size_t each = assay_column_value_bytes(column->type, column->width);
    assay_column *fresh = assay_column_make(column->type, column->width, n);
    if (fresh == NULL)
        return assay_fail_memory(context);
    if (n > 0)
        memcpy(fresh->own->values, (const char *)column->own->values + first * each, n * each);
    fresh->dictionary = assay_dictionary_retain(column->dictionary);
    *taken = fresh;
    return ASSAY_OK;
}
