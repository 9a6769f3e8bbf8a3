/* interval_cells.c -- intervals of many pairs of counts, each pair answered once: rows and cells. */
#include "prob/interval_cells.h"

#include <math.h>

#include "base/memory.h"

typedef assay_interval_cells cells;

static void free_cells(cells *c)
{
    void *const blocks[] = {c->used, c->own,    c->other,     c->x,         c->of,
                            c->N,    c->limits, c->counts[0], c->counts[1], c->state};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        assay_free(blocks[i]);
}

/* ---- rows ----------------------------------------------------------------------------------- */

static uint64_t yes_of(const cells *c, size_t row)
{
    return (uint64_t)c->rows->batch->x[row];
}

static uint64_t cases_of(const cells *c, size_t row)
{
    return (uint64_t)c->rows->batch->n[row];
}

/* Whether a row has cells: not where nothing was drawn, or everything. */
static bool is_searched(const cells *c, size_t row)
{
    const uint64_t n = cases_of(c, row);
    return !c->is_mirrored || (n > 0 && n < assay_interval_population(c->rows, row));
}

/* Refuses rows that cannot be answered; the largest n of the others. */
static assay_status look_over(const cells *c, assay_context *context, uint64_t *largest)
{
    uint64_t most = 0;
    for (size_t row = c->from; row < c->to; row++) {
        if (!assay_interval_fits(c->rows, row))
            return assay_interval_refuse_row(c->rows, context, row, ASSAY_EDOM);
        most = cases_of(c, row) > most ? cases_of(c, row) : most;
        if (row % 65536 == 0 && assay_poll(context, row, c->to) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    }
    *largest = most;
    return ASSAY_OK;
}

/* ---- a table -------------------------------------------------------------------------------- */

static assay_status mark_cells(cells *c, assay_context *context)
{
    for (size_t row = c->from; row < c->to; row++) {
        const uint64_t x = yes_of(c, row), n = cases_of(c, row);
        if (row % 65536 == 0 && assay_poll(context, row, c->to) != ASSAY_OK)
            return ASSAY_ESTOPPED;
        if (!is_searched(c, row))
            continue;
        if (c->has_own)
            c->used[assay_interval_place(x, n)] = 1;
        if (c->has_other)
            c->used[assay_interval_place(n - x, n)] = 1;
    }
    return ASSAY_OK;
}

static assay_status find_in_table(cells *c, assay_context *context, uint64_t largest)
{
    c->is_table = true;
    c->n = assay_interval_place(0, largest + 1);
    c->used = assay_alloc_zeroed_array(c->n, sizeof *c->used);
    return c->used == NULL ? assay_fail_memory(context) : mark_cells(c, context);
}

/* ---- those that occur ----------------------------------------------------------------------- */

struct hashed {
    cells *cells;
    uint32_t *numbers; /* from 1; 0: free */
    size_t mask;
};

static size_t hash_of(uint64_t x, uint64_t n, uint64_t population)
{
    uint64_t h = (x + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ (n + 1) * UINT64_C(0xc2b2ae3d27d4eb4f) ^
                 population * UINT64_C(0x165667b19e3779f9);
    h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (size_t)(h ^ h >> 32);
}

static uint32_t find_or_add(const struct hashed *h, uint64_t x, uint64_t n, uint64_t population)
{
    cells *c = h->cells;
    size_t i = hash_of(x, n, population) & h->mask;
    for (; h->numbers[i] != 0; i = (i + 1) & h->mask) {
        const uint32_t k = h->numbers[i] - 1;
        if (c->x[k] == x && c->of[k] == n && (c->N == NULL || c->N[k] == population))
            return k;
    }
    c->x[c->n] = x;
    c->of[c->n] = n;
    if (c->N != NULL)
        c->N[c->n] = population;
    h->numbers[i] = (uint32_t)++c->n;
    return h->numbers[i] - 1;
}

static assay_status number_cells(const struct hashed *h, assay_context *context)
{
    cells *c = h->cells;
    for (size_t row = c->from; row < c->to; row++) {
        const uint64_t x = yes_of(c, row), n = cases_of(c, row);
        const uint64_t population = assay_interval_population(c->rows, row);
        if (row % 65536 == 0 && assay_poll(context, row, c->to) != ASSAY_OK)
            return ASSAY_ESTOPPED;
        if (!is_searched(c, row))
            continue;
        if (c->has_own)
            c->own[row - c->from] = find_or_add(h, x, n, population);
        if (c->has_other)
            c->other[row - c->from] = find_or_add(h, n - x, n, population);
    }
    return ASSAY_OK;
}

static bool make_room(cells *c)
{
    const bool own_populations = c->rows->batch->populations != NULL;
    const size_t rows = c->to - c->from, most = rows * (size_t)(c->has_own + c->has_other);
    c->own = c->has_own ? assay_alloc_array(rows, sizeof *c->own) : NULL;
    c->other = c->has_other ? assay_alloc_array(rows, sizeof *c->other) : NULL;
    c->x = assay_alloc_array(most, sizeof *c->x);
    c->of = assay_alloc_array(most, sizeof *c->of);
    c->N = own_populations ? assay_alloc_array(most, sizeof *c->N) : NULL;
    return (c->own != NULL || !c->has_own) && (c->other != NULL || !c->has_other) && c->x != NULL &&
           c->of != NULL && (c->N != NULL || !own_populations);
}

static assay_status find_by_hash(cells *c, assay_context *context)
{
    const size_t most = (c->to - c->from) * (size_t)(c->has_own + c->has_other);
    size_t size = 16;
    while (size < 2 * most)
        size *= 2;
    const struct hashed h = {c, assay_alloc_zeroed_array(size, sizeof *h.numbers), size - 1};
    const assay_status status =
        h.numbers != NULL && make_room(c) ? number_cells(&h, context) : assay_fail_memory(context);
    assay_free(h.numbers);
    return status;
}

static assay_status find_cells(cells *c, assay_context *context)
{
    uint64_t largest = 0;
    const assay_status status = look_over(c, context, &largest);
    if (status != ASSAY_OK)
        return status;
    const bool is_small =
        largest < UINT16_MAX && assay_interval_place(0, largest) < 2 * (c->to - c->from) + 4096;
    return is_small && c->rows->batch->populations == NULL && !assay_interval_is_every(c->rows)
               ? find_in_table(c, context, largest)
               : find_by_hash(c, context);
}

/* ---- answering ------------------------------------------------------------------------------ */

static assay_status answer_cells(cells *c, assay_context *context)
{
    const bool counts = c->rows->batch->lower_count != NULL;
    c->limits = assay_alloc_array(c->n, sizeof *c->limits);
    c->state = assay_alloc_zeroed_array(c->n, sizeof *c->state);
    for (int i = 0; i < 2 && counts; i++)
        c->counts[i] = assay_alloc_array(c->n, sizeof *c->counts[i]);
    if (c->limits == NULL || c->state == NULL ||
        (counts && (c->counts[0] == NULL || c->counts[1] == NULL)))
        return assay_fail_memory(context);
    const assay_status status = assay_interval_answer_cells(c, context);
    for (size_t cell = 0; status == ASSAY_OK && cell < c->n; cell++)
        c->has_states |= c->state[cell] != ASSAY_INTERVAL_OK;
    return status;
}

/* ---- handing on to the rows ----------------------------------------------------------------- */

static size_t own_cell(const cells *c, size_t row)
{
    return c->is_table ? assay_interval_place(yes_of(c, row), cases_of(c, row))
                       : c->own[row - c->from];
}

static size_t other_cell(const cells *c, size_t row)
{
    return c->is_table ? assay_interval_place(cases_of(c, row) - yes_of(c, row), cases_of(c, row))
                       : c->other[row - c->from];
}

/* The lower limits of rows, and their upper ones: read in one go, which waits for memory once. */
enum { ROWS_AT_ONCE = 64 };

static void read_limits(const cells *c, size_t from, size_t n, assay_limit low[],
                        assay_limit high[])
{
    for (size_t i = 0; i < n; i++)
        low[i] = high[i] = (assay_limit){.rest = 1};
    for (size_t i = 0; i < n && c->has_own; i++)
        if (is_searched(c, from + i))
            low[i].value = c->limits[own_cell(c, from + i)].lower;
    for (size_t i = 0; i < n && c->has_other; i++)
        if (is_searched(c, from + i))
            high[i].rest = c->limits[other_cell(c, from + i)].upper;
    for (size_t i = 0; i < n && c->has_states; i++)
        if (is_searched(c, from + i)) {
            low[i].state = c->has_own ? c->state[own_cell(c, from + i)] : 0;
            high[i].state = c->has_other ? c->state[other_cell(c, from + i)] : 0;
        }
}

static bool copy_cell(const cells *c, size_t row, assay_interval *found)
{
    const size_t cell = own_cell(c, row);
    if (c->state[cell] == ASSAY_CELL_FAILED)
        return false;
    found->lower = c->limits[cell].lower;
    found->upper = c->limits[cell].upper;
    found->state = (assay_interval_state)c->state[cell];
    if (c->counts[0] != NULL) {
        found->lower_count = (uint64_t)c->counts[0][cell];
        found->upper_count = (uint64_t)c->counts[1][cell];
    }
    return true;
}

static void hand_on_row(const cells *c, size_t row, const assay_limit *low, const assay_limit *high,
                        assay_interval_block *block)
{
    const uint64_t x = yes_of(c, row), n = cases_of(c, row);
    const uint64_t population = assay_interval_population(c->rows, row);
    assay_interval found = {.estimate = n == 0 ? NAN : (double)x / (double)n};
    block->row = row;
    if (!is_searched(c, row))
        block->status = assay_interval_answer(c->rows->ask->method, &c->rows->question, x, n,
                                              population, &found);
    else if (!c->is_mirrored)
        block->status = copy_cell(c, row, &found) ? ASSAY_OK : ASSAY_ENUMERIC;
    else if ((int)low->state == ASSAY_CELL_FAILED || (int)high->state == ASSAY_CELL_FAILED)
        block->status = ASSAY_ENUMERIC;
    else
        assay_interval_join(&c->rows->question, x, n, population, low, high, &found);
    if (block->status == ASSAY_OK)
        assay_interval_put(c->rows, row, &found, block);
}

static void hand_on(const assay_interval_rows *r, size_t from, size_t to,
                    assay_interval_block *block)
{
    const cells *c = r->cells;
    assay_limit low[ROWS_AT_ONCE], high[ROWS_AT_ONCE];
    for (size_t n; from < to && block->status == ASSAY_OK; from += n) {
        n = to - from < ROWS_AT_ONCE ? to - from : ROWS_AT_ONCE;
        if (c->is_mirrored)
            read_limits(c, from, n, low, high);
        for (size_t i = 0; i < n && block->status == ASSAY_OK; i++)
            hand_on_row(c, from + i, &low[i], &high[i], block);
    }
}

assay_status assay_interval_by_cells(const assay_interval_rows *r, assay_context *context,
                                     size_t from, size_t to)
{
    const assay_side side = r->ask->side;
    const double *prior = r->ask->prior;
    cells c = {.rows = r, .from = from, .to = to};
    const bool finite = r->batch->populations != NULL || r->ask->population != ASSAY_INFINITE;
    c.is_mirrored = r->ask->method->lower != NULL && !(finite && r->ask->method->counts != NULL) &&
                    (!r->ask->method->has_prior || prior[0] == prior[1]);
    c.has_own = !c.is_mirrored || side != ASSAY_UPPER;
    c.has_other = c.is_mirrored && side != ASSAY_LOWER;
    assay_interval_rows with = *r;
    with.cells = &c;
    assay_status status = find_cells(&c, context);
    if (status == ASSAY_OK)
        status = answer_cells(&c, context);
    if (status == ASSAY_OK)
        status = assay_interval_rows_each(&with, context, from, to, hand_on);
    free_cells(&c);
    return status;
}
