/* combine.c -- which combination of levels each row of a table has. */
#include "data/combine.h"

#include "base/memory.h"
#include "base/thread.h"

enum { PIECE_ROWS = 1024, TASK_ROWS = 8 * PIECE_ROWS };
#define UNKNOWN UINT32_MAX

void assay_combine_free(assay_combine *self)
{
    for (size_t i = 0; i < self->n; i++) {
        if (self->axes != NULL)
            assay_axis_free(&self->axes[i]);
        if (self->steps != NULL)
            assay_index_free(self->steps[i]);
    }
    assay_free(self->axes);
    assay_free(self->steps);
    assay_free(self->all);
}

static assay_status start(assay_context *context, assay_combine *self)
{
    self->axes = assay_alloc_zeroed_array(self->n, sizeof *self->axes);
    self->steps = assay_alloc_zeroed_array(self->n, sizeof(assay_index *));
    if (self->axes == NULL || self->steps == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++)
        if ((self->steps[i] = assay_index_new()) == NULL)
            return assay_fail_memory(context);
    return ASSAY_OK;
}

/* ---- threads find the combinations that are known ---- */

typedef struct finding {
    const assay_combine *self;
    size_t first, n;
    uint32_t *of_row;
} finding;

/* What step i looks up: the combination so far, from 1, and the level. */
static uint64_t number_of(uint32_t before, uint32_t level)
{
    return (uint64_t)before << 32 | level;
}

static void find_piece(const finding *at, size_t from, size_t n)
{
    const assay_combine *self = at->self;
    uint64_t numbers[PIECE_ROWS];
    uint32_t codes[PIECE_ROWS];
    for (size_t i = 0; i < n; i++)
        codes[i] = 1;
    for (size_t c = 0; c < self->n; c++) {
        for (size_t i = 0; i < n; i++) /* behind one that is unknown nothing is found */
            numbers[i] = number_of(codes[i] == 0 ? UNKNOWN : codes[i],
                                   assay_axis_level(&self->axes[c], at->first, from + i));
        assay_index_find_all(self->steps[c], n, numbers, codes);
    }
    for (size_t i = 0; i < n; i++)
        at->of_row[from + i] = codes[i] == 0 ? UNKNOWN : codes[i] - 1;
}

static void find_rows(void *all, size_t task, int worker)
{
    const finding *at = all;
    const size_t from = task * TASK_ROWS, left = at->n - from;
    const size_t to = from + (left < TASK_ROWS ? left : TASK_ROWS);
    (void)worker;
    for (size_t row = from; row < to; row += PIECE_ROWS)
        find_piece(at, row, to - row < PIECE_ROWS ? to - row : PIECE_ROWS);
}

/* ---- the caller adds the others ---- */

static assay_status add_row(assay_context *context, assay_combine *self, size_t first, size_t i,
                            uint32_t *combination)
{
    uint32_t code = 1;
    for (size_t c = 0; c < self->n; c++) {
        const uint32_t level = assay_axis_level(&self->axes[c], first, i);
        code = assay_index_add(self->steps[c], number_of(code, level));
        if (code == 0)
            return assay_fail_memory(context);
    }
    *combination = code - 1;
    if (code <= self->size)
        return ASSAY_OK;
    if (!assay_grow(&self->all, &self->capacity, self->size, sizeof *self->all))
        return assay_fail_memory(context);
    self->all[self->size++] = (struct assay_combination){.first = self->rows + i};
    return ASSAY_OK;
}

assay_status assay_combine_rows(assay_context *context, assay_combine *self,
                                const assay_column *const columns[], size_t first, size_t n,
                                uint32_t of_row[])
{
    assay_status status = self->axes == NULL ? start(context, self) : ASSAY_OK;
    for (size_t c = 0; status == ASSAY_OK && c < self->n; c++)
        status = assay_axis_follow(context, &self->axes[c], columns[c], first, n);
    if (status != ASSAY_OK)
        return status;
    finding all = {self, first, n, of_row};
    assay_parallel_region(context, (n + TASK_ROWS - 1) / TASK_ROWS, find_rows, &all);
    for (size_t i = 0; i < n; i++) {
        if (of_row[i] >= self->size) {
            status = add_row(context, self, first, i, &of_row[i]);
            if (status != ASSAY_OK)
                return status;
        }
        self->all[of_row[i]].cases++;
    }
    self->rows += n;
    return ASSAY_OK;
}
