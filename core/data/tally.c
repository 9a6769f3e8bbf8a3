/*
** tally.c -- cases by each combination of levels, counted block by block.
**
** While the combinations that can be are few, they are the cells of a table with a place for each,
** and every thread has a table of its own. Else a cell is found column by column, as the pair of
** what the columns before make up and a level. The tables are laid out anew when levels are added
** that they have no place for.
*/
#include "data/tally.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "base/text.h"
#include "base/thread.h"
#include "data/axis.h"

#define MOST_CELLS ((uint64_t)1 << 20) /* of a table with a place for each */
#define SPAN_ROWS  ((size_t)1 << 18)   /* between two polls */
#define TASK_ROWS  ((size_t)16384)
#define PIECE_ROWS ((size_t)1024)
#define UNKNOWN    UINT32_MAX

typedef struct layout {
    bool direct;
    uint32_t *capacities; /* direct: the places of each column, missing values included */
    uint32_t *strides;    /* direct: from a level to the next */
    assay_index **pairs;  /* else: of column i + 1, whose codes are the cells */
    size_t n_cells;
    size_t capacity; /* of what follows, for each worker; a cache line more than cells if direct */
    int64_t *cases;  /* direct: cases[worker * capacity + cell] */
    double *sums, *lost; /* weights by cell, and what the additions so far have lost */
} layout;

struct assay_tally {
    size_t n;
    int workers;
    bool weighted;
    uint64_t rows;
    assay_axis *axes;
    layout cells;
    uint32_t *levels;    /* n of them: one cell's */
    uint32_t *row_cells; /* of the span at hand, where they are needed row by row */
    size_t first;        /* and where it starts */
    size_t span;
    double *code_weights; /* weights in words, by code of `weight_texts` */
    size_t n_code_weights;
    assay_dictionary *weight_texts;
};

/* ---- layouts ---- */

static void free_layout(const assay_tally *self, layout *cells)
{
    for (size_t i = 0; cells->pairs != NULL && i + 1 < self->n; i++)
        assay_index_free(cells->pairs[i]);
    assay_free(cells->pairs);
    assay_free(cells->capacities);
    assay_free(cells->strides);
    assay_free(cells->cases);
    assay_free(cells->sums);
    assay_free(cells->lost);
}

/* Room for cells up to `n`, those that are new without a case. */
static bool make_room(const assay_tally *self, layout *cells, size_t n)
{
    const size_t tables = cells->direct ? (size_t)self->workers : 1;
    const size_t wanted = cells->direct || n > 2 * cells->capacity ? n : 2 * cells->capacity;
    const size_t had = cells->capacity, more = wanted - had;
    if (n <= had)
        return true;
    int64_t *cases = assay_resize_array(cells->cases, wanted, tables * sizeof *cases);
    cells->cases = cases == NULL ? cells->cases : cases;
    double *sums = self->weighted ? assay_resize_array(cells->sums, wanted, sizeof *sums) : NULL;
    cells->sums = sums == NULL ? cells->sums : sums;
    double *lost = self->weighted ? assay_resize_array(cells->lost, wanted, sizeof *lost) : NULL;
    cells->lost = lost == NULL ? cells->lost : lost;
    if (cases == NULL || (self->weighted && (sums == NULL || lost == NULL)))
        return false;
    memset(cases + had * tables, 0, more * tables * sizeof *cases);
    for (size_t i = had; self->weighted && i < wanted; i++)
        sums[i] = lost[i] = 0;
    cells->capacity = wanted;
    return true;
}

/* The places that the columns get: as many as before, or twice that, or what is needed. */
static uint64_t choose_capacities(const assay_tally *self, const uint32_t before[],
                                  uint32_t capacities[])
{
    uint64_t product = 1;
    for (size_t i = 0; i < self->n; i++) {
        const uint32_t needed = assay_axis_levels(&self->axes[i]) + 1;
        const uint32_t had = before == NULL ? 0 : before[i];
        capacities[i] = needed <= had ? had : needed / 2 < had ? 2 * had : needed;
        product = product > MOST_CELLS ? product : product * capacities[i];
    }
    return product;
}

static bool lay_out_direct(const assay_tally *self, layout *cells, uint64_t product)
{
    uint32_t stride = 1;
    cells->direct = true;
    cells->n_cells = (size_t)product;
    for (size_t i = 0; i < self->n; i++) {
        cells->strides[i] = stride;
        stride *= cells->capacities[i];
    }
    return make_room(self, cells, cells->n_cells + 64 / sizeof *cells->cases);
}

static bool lay_out_pairs(const assay_tally *self, layout *cells)
{
    cells->pairs = assay_alloc_zeroed_array(self->n, sizeof(assay_index *));
    bool good = cells->pairs != NULL;
    for (size_t i = 0; good && i + 1 < self->n; i++)
        good = (cells->pairs[i] = assay_index_new()) != NULL;
    return good;
}

static bool lay_out(const assay_tally *self, const layout *before, layout *cells)
{
    *cells = (layout){.capacities = assay_alloc_array(self->n, sizeof(uint32_t)),
                      .strides = assay_alloc_array(self->n, sizeof(uint32_t))};
    if (cells->capacities == NULL || cells->strides == NULL)
        return false;
    uint64_t product = choose_capacities(self, before->capacities, cells->capacities);
    if (product > MOST_CELLS)
        product = choose_capacities(self, NULL, cells->capacities);
    return product > MOST_CELLS ? lay_out_pairs(self, cells) : lay_out_direct(self, cells, product);
}

/* The levels that make up a cell. */
static void levels_of(const assay_tally *self, const layout *cells, size_t cell, uint32_t levels[])
{
    for (size_t i = 0; cells->direct && i < self->n; i++)
        levels[i] = (uint32_t)cell / cells->strides[i] % cells->capacities[i];
    if (cells->direct)
        return;
    for (size_t i = self->n - 1; i > 0; i--) {
        const uint64_t pair = assay_index_number(cells->pairs[i - 1], (uint32_t)cell + 1);
        levels[i] = (uint32_t)pair;
        cell = (size_t)(pair >> 32);
    }
    levels[0] = (uint32_t)cell;
}

/* The cell of these levels, which is made if there is none; false when out of memory. */
static bool place(const assay_tally *self, layout *cells, const uint32_t levels[], size_t *cell)
{
    size_t at = cells->direct ? 0 : levels[0];
    for (size_t i = 0; cells->direct && i < self->n; i++)
        at += (size_t)levels[i] * cells->strides[i];
    for (size_t i = 1; !cells->direct && i < self->n; i++) {
        const uint32_t code = assay_index_add(cells->pairs[i - 1], (uint64_t)at << 32 | levels[i]);
        if (code == 0)
            return false;
        at = code - 1;
    }
    *cell = at;
    cells->n_cells = at < cells->n_cells ? cells->n_cells : at + 1;
    return make_room(self, cells, at + 1);
}

static int64_t cases_of(const assay_tally *self, const layout *cells, size_t cell)
{
    int64_t cases = 0;
    for (int i = 0; i < (cells->direct ? self->workers : 1); i++)
        cases += cells->cases[(size_t)i * cells->capacity + cell];
    return cases;
}

static bool move_cells(const assay_tally *self, const layout *from, layout *to)
{
    for (size_t cell = 0; cell < from->n_cells; cell++) {
        size_t at;
        const int64_t cases = cases_of(self, from, cell);
        if (cases == 0)
            continue;
        levels_of(self, from, cell, self->levels);
        if (!place(self, to, self->levels, &at))
            return false;
        to->cases[at] = cases;
        if (self->weighted) {
            to->sums[at] = from->sums[cell];
            to->lost[at] = from->lost[cell];
        }
    }
    return true;
}

static bool fits(const assay_tally *self)
{
    if (self->cells.capacities == NULL)
        return false;
    for (size_t i = 0; self->cells.direct && i < self->n; i++)
        if (assay_axis_levels(&self->axes[i]) >= self->cells.capacities[i])
            return false;
    return true;
}

static assay_status make_fit(assay_context *context, assay_tally *self)
{
    layout fresh;
    if (fits(self))
        return ASSAY_OK;
    if (!lay_out(self, &self->cells, &fresh) || !move_cells(self, &self->cells, &fresh)) {
        free_layout(self, &fresh);
        return assay_fail_memory(context);
    }
    free_layout(self, &self->cells);
    self->cells = fresh;
    return ASSAY_OK;
}

/* ---- life ---- */

void assay_tally_free(assay_tally *tally)
{
    if (tally == NULL)
        return;
    for (size_t i = 0; tally->axes != NULL && i < tally->n; i++)
        assay_axis_free(&tally->axes[i]);
    free_layout(tally, &tally->cells);
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
    self->workers = assay_workers(context);
    self->weighted = weighted;
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
    const layout *cells = &self->cells;
    uint32_t at[PIECE_ROWS] = {0};
    int64_t *cases = cells->cases + (size_t)worker * cells->capacity;
    for (size_t i = 0; i < self->n; i++)
        add_strides(&self->axes[i], cells->strides[i], self->first, offset, n, at);
    for (size_t i = 0; i < n; i++)
        cases[at[i]]++;
    if (self->weighted)
        memcpy(self->row_cells + offset, at, n * sizeof at[0]);
}

/* The cells that are known; those that are not stay for the caller. */
static void find_piece(const assay_tally *self, size_t offset, size_t n)
{
    uint32_t *at = self->row_cells + offset;
    for (size_t i = 0; i < n; i++)
        at[i] = assay_axis_level(&self->axes[0], self->first, offset + i);
    for (size_t j = 1; j < self->n; j++)
        for (size_t i = 0; i < n; i++) {
            const uint32_t level = assay_axis_level(&self->axes[j], self->first, offset + i);
            const uint64_t pair = (uint64_t)at[i] << 32 | level;
            /* none is 0, which becomes UNKNOWN */
            at[i] = at[i] == UNKNOWN ? at[i] : assay_index_find(self->cells.pairs[j - 1], pair) - 1;
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
            if (!place(self, &self->cells, self->levels, &cell))
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
        status = make_fit(context, self);
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
static double weight_of(const layout *cells, size_t cell)
{
    const double sum = cells->sums[cell];
    return isfinite(sum) ? sum + cells->lost[cell] : sum;
}

static bool find_occurring(const assay_tally *self, occurring *all)
{
    const layout *cells = &self->cells;
    *all = (occurring){.n = 0};
    for (size_t cell = 0; cell < cells->n_cells; cell++)
        all->n += cases_of(self, cells, cell) > 0;
    const size_t n = all->n;
    all->levels = assay_alloc_array(n, self->n * sizeof *all->levels);
    all->cases = assay_alloc_array(n, sizeof *all->cases);
    all->shares = assay_alloc_array(n, sizeof *all->shares);
    all->weights = assay_alloc_array(n, sizeof *all->weights);
    if (all->levels == NULL || all->cases == NULL || all->shares == NULL || all->weights == NULL)
        return false;
    for (size_t cell = 0, i = 0; i < n; cell++) {
        all->cases[i] = cases_of(self, cells, cell);
        if (all->cases[i] == 0)
            continue;
        all->shares[i] = (double)all->cases[i] / (double)self->rows;
        all->weights[i] = self->weighted ? weight_of(cells, cell) : 0;
        levels_of(self, cells, cell, self->levels);
        for (size_t j = 0; j < self->n; j++)
            all->levels[j * n + i] = self->levels[j];
        i++;
    }
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
