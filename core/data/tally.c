/*
** tally.c -- cases by each combination of levels, counted block by block.
**
** Threads find the cells of rows (tally_cells.h) span by span. Where each has a place they count them
** too, each in a table of its own; else rows are counted, and new cells made, by the caller.
*/
#include "data/tally.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "base/text.h"
#include "base/thread.h"
#include "data/tally_cells.h"

#define SPAN_ROWS  ((size_t)1 << 18) /* between two polls */
#define TASK_ROWS  ((size_t)16384)
#define PIECE_ROWS ((size_t)1024)
#define UNKNOWN    UINT32_MAX

struct assay_tally {
    size_t n;
    bool weighted;
    uint64_t rows;
    assay_axis *axes;
    assay_tally_cells cells;
    uint32_t *levels;    /* n of them: one cell's */
    uint32_t *row_cells; /* of the span at hand, where they are needed row by row */
    size_t first;        /* and where it starts */
    size_t span;
    double *code_weights; /* weights in words, by code of `weight_texts` */
    size_t n_code_weights;
    assay_dictionary *weight_texts;
};

/* ---- life ---- */

void assay_tally_free(assay_tally *tally)
{
    if (tally == NULL)
        return;
    for (size_t i = 0; tally->axes != NULL && i < tally->n; i++)
        assay_axis_free(&tally->axes[i]);
    assay_tally_cells_free(&tally->cells);
    assay_dictionary_release(tally->weight_texts);
    assay_free(tally->axes);
    assay_free(tally->levels);
    assay_free(tally->row_cells);
    assay_free(tally->code_weights);
    assay_free(tally);
}

assay_status assay_tally_new(assay_context *context, size_t n, bool weighted, assay_tally **tally)
{
    assay_tally *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL)
        return assay_fail_memory(context);
    self->n = n;
    self->weighted = weighted;
    self->cells =
        (assay_tally_cells){.n = n, .workers = assay_workers(context), .weighted = weighted};
    self->axes = assay_alloc_zeroed_array(n, sizeof *self->axes);
    self->levels = assay_alloc_array(n, sizeof *self->levels);
    if (self->axes == NULL || self->levels == NULL) {
        assay_tally_free(self);
        return assay_fail_memory(context);
    }
    *tally = self;
    return ASSAY_OK;
}

uint64_t assay_tally_rows(const assay_tally *tally)
{
    return tally->rows;
}

/* ---- rows: threads find their cells ---- */

/* Adds the levels of rows, each times the stride, to their cells. */
static void add_strides(const assay_axis *axis, uint32_t stride, size_t first, size_t offset,
                        size_t n, uint32_t cells[])
{
    const assay_column *column = axis->column;
    const uint32_t *levels = axis->translated;
    const size_t row = first + offset;
    if (column->type != ASSAY_CATEGORY)
        for (size_t i = 0; i < n; i++)
            cells[i] += stride * axis->codes[offset + i];
    else if (column->width == 1)
        for (size_t i = 0; i < n; i++)
            cells[i] += stride * levels[((const uint8_t *)column->codes)[row + i]];
    else if (column->width == 2)
        for (size_t i = 0; i < n; i++)
            cells[i] += stride * levels[((const uint16_t *)column->codes)[row + i]];
    else
        for (size_t i = 0; i < n; i++)
            cells[i] += stride * levels[((const uint32_t *)column->codes)[row + i]];
}

static void count_piece(const assay_tally *self, size_t offset, size_t n, int worker)
{
    const assay_tally_cells *cells = &self->cells;
    uint32_t at[PIECE_ROWS] = {0};
    int64_t *cases = cells->cases + (size_t)worker * cells->capacity;
    for (size_t i = 0; i < self->n; i++)
        add_strides(&self->axes[i], (uint32_t)cells->strides[i], self->first, offset, n, at);
    for (size_t i = 0; i < n; i++)
        cases[at[i]]++;
    if (self->weighted)
        memcpy(self->row_cells + offset, at, n * sizeof at[0]);
}

/* The same of a key. */
static void add_to_keys(const assay_axis *axis, uint64_t stride, size_t first, size_t offset,
                        size_t n, uint64_t keys[])
{
    for (size_t i = 0; i < n; i++)
        keys[i] += stride * assay_axis_level(axis, first, offset + i);
}

/* The cells that are known; those that are not stay for the caller. */
static void find_piece(const assay_tally *self, size_t offset, size_t n)
{
    const assay_tally_cells *cells = &self->cells;
    uint32_t *at = self->row_cells + offset;
    uint64_t keys[PIECE_ROWS];
    uint32_t codes[PIECE_ROWS];
    for (size_t i = 0; cells->n_steps == 0 && i < n; i++)
        at[i] = assay_axis_level(&self->axes[0], self->first, offset + i);
    for (size_t s = 0; s < cells->n_steps; s++) {
        const assay_tally_step *step = &cells->steps[s];
        for (size_t i = 0; i < n; i++)
            keys[i] = s == 0 ? 0 : (uint64_t)at[i] << 32;
        for (size_t j = step->first; j < step->end; j++)
            add_to_keys(&self->axes[j], cells->strides[j], self->first, offset, n, keys);
        assay_index_find_all(step->keys, n, keys, codes);
        for (size_t i = 0; i < n; i++) /* none is 0, which becomes UNKNOWN */
            at[i] = s > 0 && at[i] == UNKNOWN ? UNKNOWN : codes[i] - 1;
    }
}

static void do_task(void *context, size_t task, int worker)
{
    const assay_tally *self = context;
    const size_t end = (task + 1) * TASK_ROWS < self->span ? (task + 1) * TASK_ROWS : self->span;
    for (size_t offset = task * TASK_ROWS; offset < end; offset += PIECE_ROWS) {
        const size_t n = end - offset < PIECE_ROWS ? end - offset : PIECE_ROWS;
        if (self->cells.direct)
            count_piece(self, offset, n, worker);
        else
            find_piece(self, offset, n);
    }
}

/* Cells that are met for the first time are made, and rows are counted in theirs. */
static assay_status count_found(assay_context *context, assay_tally *self)
{
    for (size_t i = 0; i < self->span; i++) {
        size_t cell = self->row_cells[i];
        if (cell == UNKNOWN || cell >= self->cells.capacity) {
            for (size_t j = 0; j < self->n; j++)
                self->levels[j] = assay_axis_level(&self->axes[j], self->first, i);
            if (!assay_tally_cells_place(&self->cells, self->levels, &cell))
                return assay_fail_memory(context);
            self->row_cells[i] = (uint32_t)cell;
        }
        self->cells.cases[cell]++;
        self->cells.n_cells = cell < self->cells.n_cells ? self->cells.n_cells : cell + 1;
    }
    return ASSAY_OK;
}

/* ---- weights ---- */

/* Reads the texts that a category's dictionary has got; NaN is none. */
static assay_status read_weights(assay_context *context, assay_tally *self,
                                 const assay_column *weights)
{
    const size_t n = (size_t)assay_dictionary_size(weights->dictionary) + 1;
    if (self->weight_texts != weights->dictionary) {
        assay_dictionary_release(self->weight_texts);
        self->weight_texts = assay_dictionary_retain(weights->dictionary);
        self->n_code_weights = 1;
    }
    double *grown = assay_resize_array(self->code_weights, n, sizeof *grown);
    if (grown == NULL)
        return assay_fail_memory(context);
    self->code_weights = grown;
    for (; self->n_code_weights < n; self->n_code_weights++) {
        size_t length;
        const char *bytes =
            assay_dictionary_text(weights->dictionary, (uint32_t)self->n_code_weights, &length);
        double *weight = &grown[self->n_code_weights];
        if (assay_text_to_number(bytes, length, weight) != ASSAY_OK)
            *weight = (double)NAN;
    }
    return ASSAY_OK;
}

/* The weight of a row where it is not missing; NaN: it is no number. */
static double weight_at(const assay_tally *self, const assay_column *weights, size_t row)
{
    size_t length;
    double weight;
    if (weights->type == ASSAY_NUMBER)
        return weights->numbers[row];
    if (weights->type == ASSAY_INTEGER)
        return (double)weights->integers[row];
    if (weights->type == ASSAY_CATEGORY)
        return self->code_weights[assay_column_code(weights, row)];
    const char *cell = assay_column_cell(weights, row, NULL, &length);
    return assay_text_to_number(cell, length, &weight) == ASSAY_OK ? weight : (double)NAN;
}

static assay_status refuse_weight(assay_context *context, const assay_tally *self, size_t i,
                                  bool missing)
{
    const uint64_t row = self->rows + i + 1;
    assay_fail(context, missing ? ASSAY_EMISSING : ASSAY_EFORMAT,
               missing ? "row %llu has no weight" : "row %llu: the weight is not a number",
               (unsigned long long)row);
    context->error.row = row;
    return context->error.status;
}

/* Neumaier's sum of each cell, row by row. */
static assay_status add_weights(assay_context *context, assay_tally *self,
                                const assay_column *weights)
{
    double *sums = self->cells.sums, *lost = self->cells.lost;
    assay_status status = ASSAY_OK;
    if (weights->type == ASSAY_DATE)
        return assay_fail(context, ASSAY_EDOM, "weights are numbers, not dates");
    if (weights->type == ASSAY_CATEGORY)
        status = read_weights(context, self, weights);
    for (size_t i = 0; status == ASSAY_OK && i < self->span; i++) {
        if (assay_column_is_missing(weights, self->first + i))
            return refuse_weight(context, self, i, true);
        const double weight = weight_at(self, weights, self->first + i);
        if (!isfinite(weight))
            return refuse_weight(context, self, i, false);
        const size_t cell = self->row_cells[i];
        const double sum = sums[cell] + weight;
        lost[cell] += fabs(sums[cell]) >= fabs(weight) ? (sums[cell] - sum) + weight
                                                       : (weight - sum) + sums[cell];
        sums[cell] = sum;
    }
    return status;
}

/* ---- blocks ---- */

static assay_status add_span(assay_context *context, assay_tally *self,
                             const assay_column *const columns[], const assay_column *weights,
                             size_t first, size_t n)
{
    assay_status status = ASSAY_OK;
    self->first = first;
    self->span = n;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
        status = assay_axis_follow(context, &self->axes[i], columns[i], first, n);
    if (status == ASSAY_OK)
        status = assay_tally_cells_fit(context, self->axes, self->levels, &self->cells);
    if (status == ASSAY_OK && self->row_cells == NULL && (self->weighted || !self->cells.direct) &&
        (self->row_cells = assay_alloc_array(SPAN_ROWS, sizeof *self->row_cells)) == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK)
        assay_parallel_region(context, (n + TASK_ROWS - 1) / TASK_ROWS, do_task, self);
    if (status == ASSAY_OK && !self->cells.direct)
        status = count_found(context, self);
    if (status == ASSAY_OK && self->weighted)
        status = add_weights(context, self, weights);
    self->rows += status == ASSAY_OK ? n : 0;
    return status;
}

assay_status assay_tally_add(assay_context *context, assay_tally *tally,
                             const assay_column *const columns[], const assay_column *weights,
                             size_t first, size_t n)
{
    assay_status status = ASSAY_OK;
    for (size_t done = 0; status == ASSAY_OK && done < n; done += SPAN_ROWS) {
        const size_t span = n - done < SPAN_ROWS ? n - done : SPAN_ROWS;
        status = add_span(context, tally, columns, weights, first + done, span);
        if (status == ASSAY_OK && done + span < n)
            status = assay_poll(context, done + span, n);
    }
    return status;
}

/* ---- the table as a frame ---- */

typedef struct occurring {
    size_t n;
    uint32_t *levels; /* levels[column * n + i] of the i-th cell that occurs */
    int64_t *cases;
    double *shares, *weights;
} occurring;

static void free_occurring(occurring *all)
{
    assay_free(all->levels);
    assay_free(all->cases);
    assay_free(all->shares);
    assay_free(all->weights);
}

/* A sum beyond the largest double is infinite, and what it lost says nothing. */
static double weight_of(const assay_tally_cells *cells, size_t cell)
{
    const double sum = cells->sums[cell];
    return isfinite(sum) ? sum + cells->lost[cell] : sum;
}

/* Of all rows, or of all that they weigh; NaN where they weigh nothing together. */
static void find_shares(const assay_tally *self, occurring *all)
{
    double whole = (double)self->rows;
    if (self->weighted) {
        whole = 0;
        for (size_t i = 0; i < all->n; i++)
            whole += all->weights[i];
    }
    for (size_t i = 0; i < all->n; i++)
        all->shares[i] = (self->weighted ? all->weights[i] : (double)all->cases[i]) / whole;
}

static bool find_occurring(const assay_tally *self, occurring *all)
{
    const assay_tally_cells *cells = &self->cells;
    *all = (occurring){.n = 0};
    for (size_t cell = 0; cell < cells->n_cells; cell++)
        all->n += assay_tally_cells_cases(cells, cell) > 0;
    const size_t n = all->n;
    all->levels = assay_alloc_array(n, self->n * sizeof *all->levels);
    all->cases = assay_alloc_array(n, sizeof *all->cases);
    all->shares = assay_alloc_array(n, sizeof *all->shares);
    all->weights = assay_alloc_array(n, sizeof *all->weights);
    if (all->levels == NULL || all->cases == NULL || all->shares == NULL || all->weights == NULL)
        return false;
    for (size_t cell = 0, i = 0; i < n; cell++) {
        all->cases[i] = assay_tally_cells_cases(cells, cell);
        if (all->cases[i] == 0)
            continue;
        all->weights[i] = self->weighted ? weight_of(cells, cell) : 0;
        assay_tally_cells_levels(cells, cell, self->levels);
        for (size_t j = 0; j < self->n; j++)
            all->levels[j * n + i] = self->levels[j];
        i++;
    }
    find_shares(self, all);
    return true;
}

/* ---- their order ---- */

typedef struct ordering {
    size_t n, columns;
    const uint32_t *levels;
    uint32_t **ranks; /* of the levels of each column */
} ordering;

static int compare_cells(const void *context, uint32_t a, uint32_t b)
{
    const ordering *self = context;
    for (size_t i = 0; i < self->columns; i++) {
        const uint32_t *levels = self->levels + i * self->n;
        const uint32_t left = self->ranks[i][levels[a]], right = self->ranks[i][levels[b]];
        if (left != right)
            return left < right ? -1 : 1;
    }
    return 0;
}

static assay_status rank_levels(assay_context *context, const assay_tally *self, uint32_t *ranks[])
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++) {
        ranks[i] =
            assay_alloc_array((size_t)assay_axis_levels(&self->axes[i]) + 1, sizeof *ranks[i]);
        status = ranks[i] == NULL ? assay_fail_memory(context)
                                  : assay_axis_rank(context, &self->axes[i], ranks[i]);
    }
    return status;
}

/* order[all->n]: the cells in the order of their levels. */
static assay_status order_cells(assay_context *context, const assay_tally *self,
                                const occurring *all, uint32_t order[])
{
    uint32_t **ranks = assay_alloc_zeroed_array(self->n, sizeof *ranks);
    assay_status status =
        ranks == NULL ? assay_fail_memory(context) : rank_levels(context, self, ranks);
    const ordering by = {.n = all->n, .columns = self->n, .levels = all->levels, .ranks = ranks};
    for (size_t i = 0; i < all->n; i++)
        order[i] = (uint32_t)i;
    if (status == ASSAY_OK)
        status = assay_sort(context, all->n, order, compare_cells, &by);
    for (size_t i = 0; ranks != NULL && i < self->n; i++)
        assay_free(ranks[i]);
    assay_free(ranks);
    return status;
}

static assay_status fill_frame(assay_context *context, const assay_tally *self,
                               const occurring *all, const char *const names[], assay_frame *frame)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++) {
        assay_column *column;
        status =
            assay_axis_column(context, &self->axes[i], all->n, all->levels + i * all->n, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, frame, names[i], column);
    }
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "cases", all->n, all->cases);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "share", all->n, all->shares);
    if (status == ASSAY_OK && self->weighted)
        status = assay_frame_add_numbers(context, frame, "weight", all->n, all->weights);
    return status;
}

assay_status assay_tally_frame(assay_context *context, const assay_tally *tally,
                               const char *const names[], assay_frame **counts)
{
    occurring all;
    assay_frame *unordered = NULL;
    uint32_t *order = NULL;
    assay_status status = find_occurring(tally, &all) ? assay_frame_new(context, &unordered)
                                                      : assay_fail_memory(context);
    if (status == ASSAY_OK)
        status = fill_frame(context, tally, &all, names, unordered);
    if (status == ASSAY_OK && (order = assay_alloc_array(all.n, sizeof *order)) == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK)
        status = order_cells(context, tally, &all, order);
    if (status == ASSAY_OK)
        status = assay_frame_take(context, unordered, all.n, order, counts);
    free_occurring(&all);
    assay_free(order);
    assay_frame_free(unordered);
    return status;
}
