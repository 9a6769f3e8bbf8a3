/*
** interval_cells.c -- intervals of many pairs of counts, each pair answered once.
**
** A cell is a pair, with a population where rows have their own. Where limits mirror each other it
** holds the lower limit of x, which is also the upper one of n - x: so that a row has two cells, and
** half as many limits are searched for. Else it holds both limits, and a row has one.
*/
#include "prob/interval_cells.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "base/thread.h"

#define FAILED UINT8_MAX /* the state of a cell without an answer */

/*
** Where no n is large there is a cell for each x of each n, used or not, x among n at n (n+1)/2 + x;
** else there are those that occur, and each row knows the numbers of its own.
*/
struct assay_interval_cells {
    const assay_interval_rows *rows;
    size_t from, to; /* rows */
    bool is_mirrored, is_table;
    bool has_own, has_other; /* whether a row needs the cell of x, and that of n - x */
    size_t n;                /* cells */
    uint8_t *used;           /* in a table, 1 where a row needs the cell */
    uint32_t *own, *other;   /* else: the cells of row from + i, */
    uint64_t *x, *of, *N;    /* and x among `of` of each; N is NULL where there is one population */
    struct limits {
        double lower, upper; /* mirrored: the lower limit's distance from 0, and from 1 */
    } * limits;
    int64_t *counts[2]; /* NULL unless limits are counts */
    uint8_t *state;
    bool has_states; /* whether a state is anything but OK */
};
typedef struct assay_interval_cells cells;

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

static size_t place_of(uint64_t x, uint64_t n)
{
    return (size_t)(n * (n + 1) / 2 + x);
}

/* The n whose cells the one at this place is among. */
static uint64_t sample_at(size_t place)
{
    uint64_t n = (uint64_t)sqrt(2 * (double)place);
    while (place_of(0, n) > place)
        n--;
    while (place_of(0, n + 1) <= place)
        n++;
    return n;
}

static assay_status mark_cells(cells *c, assay_context *context)
{
    for (size_t row = c->from; row < c->to; row++) {
        const uint64_t x = yes_of(c, row), n = cases_of(c, row);
        if (row % 65536 == 0 && assay_poll(context, row, c->to) != ASSAY_OK)
            return ASSAY_ESTOPPED;
        if (!is_searched(c, row))
            continue;
        if (c->has_own)
            c->used[place_of(x, n)] = 1;
        if (c->has_other)
            c->used[place_of(n - x, n)] = 1;
    }
    return ASSAY_OK;
}

static assay_status find_in_table(cells *c, assay_context *context, uint64_t largest)
{
    c->is_table = true;
    c->n = place_of(0, largest + 1);
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

static bool is_every(const cells *c)
{
    return c->rows->ask->method->every != NULL && c->rows->ask->side == ASSAY_TWO_SIDED;
}

static assay_status find_cells(cells *c, assay_context *context)
{
    uint64_t largest = 0;
    const assay_status status = look_over(c, context, &largest);
    if (status != ASSAY_OK)
        return status;
    const bool is_small =
        largest < UINT16_MAX && place_of(0, largest) < 2 * (c->to - c->from) + 4096;
    return is_small && c->rows->batch->populations == NULL && !is_every(c)
               ? find_in_table(c, context, largest)
               : find_by_hash(c, context);
}

static uint64_t population_of(const cells *c, size_t cell)
{
    return c->N == NULL ? c->rows->ask->population : c->N[cell];
}

/* ---- answering ------------------------------------------------------------------------------ */

static void put_limit(cells *c, size_t cell, uint64_t x, uint64_t n, uint64_t population)
{
    const assay_evidence e = assay_interval_evidence(x, n, population);
    assay_limit limit;
    if (c->rows->ask->method->lower(&c->rows->question, &e, &limit) != ASSAY_OK) {
        c->state[cell] = FAILED;
        return;
    }
    c->limits[cell].lower = limit.value;
    c->limits[cell].upper = limit.rest;
    c->state[cell] = (uint8_t)limit.state;
}

static void put_interval(cells *c, size_t cell, const assay_interval *found)
{
    c->limits[cell].lower = found->lower;
    c->limits[cell].upper = found->upper;
    c->state[cell] = (uint8_t)found->state;
    if (c->counts[0] != NULL) {
        c->counts[0][cell] = (int64_t)found->lower_count;
        c->counts[1][cell] = (int64_t)found->upper_count;
    }
}

static void put_answer(cells *c, size_t cell, uint64_t x, uint64_t n, uint64_t population)
{
    assay_interval found;
    if (assay_interval_answer(c->rows->ask->method, &c->rows->question, x, n, population, &found) ==
        ASSAY_OK)
        put_interval(c, cell, &found);
    else
        c->state[cell] = FAILED;
}

static void answer(cells *c, size_t cell, uint64_t x, uint64_t n, uint64_t population)
{
    (c->is_mirrored ? put_limit : put_answer)(c, cell, x, n, population);
}

enum { CELLS_AT_ONCE = 32 };

static size_t end_of(const cells *c, size_t first)
{
    return c->n - first < CELLS_AT_ONCE ? c->n : first + CELLS_AT_ONCE;
}

static void answer_listed(void *self, size_t task, int worker)
{
    cells *c = self;
    const size_t first = task * CELLS_AT_ONCE, end = end_of(c, first);
    (void)worker;
    for (size_t cell = first; cell < end; cell++)
        answer(c, cell, c->x[cell], c->of[cell], population_of(c, cell));
}

static void answer_used(void *self, size_t task, int worker)
{
    cells *c = self;
    const size_t first = task * CELLS_AT_ONCE, end = end_of(c, first);
    uint64_t n = sample_at(first), x = first - place_of(0, n);
    (void)worker;
    for (size_t cell = first; cell < end; cell++, x++) {
        if (x > n) {
            n++;
            x = 0;
        }
        if (c->used[cell])
            answer(c, cell, x, n, c->rows->ask->population);
    }
}

/* ---- answering all x of a sample at once ---------------------------------------------------- */

static int order_by_sample(const void *self, uint32_t a, uint32_t b)
{
    const cells *c = self;
    const uint64_t left = population_of(c, a), right = population_of(c, b);
    if (left != right)
        return left < right ? -1 : 1;
    return c->of[a] == c->of[b] ? 0 : c->of[a] < c->of[b] ? -1 : 1;
}

/* The first row that has this cell. */
static size_t row_with(const cells *c, uint32_t cell)
{
    size_t row = c->from;
    while (row + 1 < c->to && c->own[row - c->from] != cell)
        row++;
    return row;
}

/* The cells from order[0] on that are of the same sample, n in number. */
static assay_status answer_sample(cells *c, assay_context *context, size_t n,
                                  const uint32_t order[])
{
    const uint64_t of = c->of[order[0]], N = population_of(c, order[0]);
    uint64_t *lower = assay_alloc_array((size_t)of + 1, sizeof *lower);
    if (lower == NULL)
        return assay_fail_memory(context);
    assay_status status = c->rows->ask->method->every(context, &c->rows->question, of, N, lower);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const uint64_t x = c->x[order[i]];
        assay_interval found = {0};
        assay_interval_set_counts(lower[x], N - lower[of - x], N, &found);
        put_interval(c, order[i], &found);
    }
    assay_free(lower);
    if (status == ASSAY_ENUMERIC || status == ASSAY_EDOM)
        assay_interval_blame_row(context, row_with(c, order[0]));
    return status;
}

static assay_status answer_samples(cells *c, assay_context *context)
{
    uint32_t *order = assay_alloc_array(c->n, sizeof *order);
    if (order == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < c->n; i++)
        order[i] = (uint32_t)i;
    assay_status status = assay_sort(context, c->n, order, order_by_sample, c);
    for (size_t i = 0, end; status == ASSAY_OK && i < c->n; i = end) {
        const uint64_t of = c->of[order[i]];
        for (end = i + 1; end < c->n && order_by_sample(c, order[i], order[end]) == 0;)
            end++;
        if (of > 0 && of < population_of(c, order[i]))
            status = answer_sample(c, context, end - i, order + i);
        for (size_t k = i; k < end && (of == 0 || of == population_of(c, order[i])); k++)
            put_answer(c, order[k], c->x[order[k]], of, population_of(c, order[k]));
    }
    assay_free(order);
    return status;
}

static assay_status answer_all(cells *c, assay_context *context)
{
    if (is_every(c))
        return answer_samples(c, context);
    return assay_parallel(context, (c->n + CELLS_AT_ONCE - 1) / CELLS_AT_ONCE,
                          c->is_table ? answer_used : answer_listed, c);
}

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
    const assay_status status = answer_all(c, context);
    for (size_t cell = 0; status == ASSAY_OK && cell < c->n; cell++)
        c->has_states |= c->state[cell] != ASSAY_INTERVAL_OK;
    return status;
}

/* ---- handing on to the rows ----------------------------------------------------------------- */

static size_t own_cell(const cells *c, size_t row)
{
    return c->is_table ? place_of(yes_of(c, row), cases_of(c, row)) : c->own[row - c->from];
}

static size_t other_cell(const cells *c, size_t row)
{
    return c->is_table ? place_of(cases_of(c, row) - yes_of(c, row), cases_of(c, row))
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
    if (c->state[cell] == FAILED)
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
    else if ((int)low->state == FAILED || (int)high->state == FAILED)
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
