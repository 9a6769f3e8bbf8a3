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

#define NO_CELL UINT32_MAX
#define FAILED  UINT8_MAX /* the state of a cell without an answer */

struct assay_interval_cells {
    const assay_interval_rows *rows;
    size_t from, to; /* rows */
    bool is_mirrored;
    bool has_own, has_other; /* whether a row needs the cell of x, and that of n - x */
    uint32_t *own, *other;   /* of row from + i: their numbers */
    size_t n, room;          /* cells */
    uint64_t *x, *of, *N;    /* x among `of`; N is NULL where there is one population */
    double *lower, *upper;   /* mirrored: the lower limit's distance from 0, and from 1 */
    int64_t *counts[2];      /* NULL unless limits are counts */
    uint8_t *state;
};
typedef struct assay_interval_cells cells;

static void free_cells(cells *c)
{
    void *const blocks[] = {c->own,   c->other, c->x,         c->of,        c->N,
                            c->lower, c->upper, c->counts[0], c->counts[1], c->state};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        assay_free(blocks[i]);
}

static uint64_t population_of(const cells *c, size_t cell)
{
    return c->N == NULL ? c->rows->ask->population : c->N[cell];
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

/* Nothing was drawn, or everything: no limit is searched for. */
static bool is_settled(const cells *c, size_t row)
{
    const uint64_t n = cases_of(c, row);
    return c->is_mirrored && (n == 0 || n == assay_interval_population(c->rows, row));
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

/* Calls `give` for every cell of every row; `place` is where its number belongs. */
typedef void give_cell(void *self, uint64_t x, uint64_t n, uint64_t population, uint32_t *place);

static assay_status for_each_cell(const cells *c, assay_context *context, give_cell *give,
                                  void *self)
{
    for (size_t row = c->from; row < c->to; row++) {
        const uint64_t x = yes_of(c, row), n = cases_of(c, row);
        const uint64_t population = assay_interval_population(c->rows, row);
        if (row % 65536 == 0 && assay_poll(context, row, c->to) != ASSAY_OK)
            return ASSAY_ESTOPPED;
        if (is_settled(c, row))
            continue;
        if (c->has_own)
            give(self, x, n, population, &c->own[row - c->from]);
        if (c->has_other)
            give(self, n - x, n, population, &c->other[row - c->from]);
    }
    return ASSAY_OK;
}

/* ---- by a table: a place for every pair up to the largest n --------------------------------- */

struct table {
    cells *cells;
    uint32_t *numbers; /* 1 where there is a cell, and then its number from 1 */
};

static size_t place_of(uint64_t x, uint64_t n)
{
    return (size_t)(n * (n + 1) / 2 + x);
}

static void mark(void *self, uint64_t x, uint64_t n, uint64_t population, uint32_t *place)
{
    const struct table *t = self;
    (void)population, (void)place;
    t->numbers[place_of(x, n)] = 1;
}

static void look_up(void *self, uint64_t x, uint64_t n, uint64_t population, uint32_t *place)
{
    const struct table *t = self;
    (void)population;
    *place = t->numbers[place_of(x, n)] - 1;
}

static bool make_room(cells *c, size_t room, bool has_populations)
{
    c->x = assay_alloc_array(room, sizeof *c->x);
    c->of = assay_alloc_array(room, sizeof *c->of);
    c->N = has_populations ? assay_alloc_array(room, sizeof *c->N) : NULL;
    c->room = room;
    return c->x != NULL && c->of != NULL && (c->N != NULL || !has_populations);
}

/* Numbers the places that were marked. */
static assay_status number_places(struct table *t, assay_context *context, uint64_t largest)
{
    cells *c = t->cells;
    const size_t places = place_of(largest, largest) + 1;
    size_t n = 0;
    for (size_t i = 0; i < places; i++)
        n += t->numbers[i];
    if (!make_room(c, n, false))
        return assay_fail_memory(context);
    for (uint64_t of = 0; of <= largest; of++)
        for (uint64_t x = 0; x <= of; x++) {
            uint32_t *number = &t->numbers[place_of(x, of)];
            if (*number == 0)
                continue;
            c->x[c->n] = x;
            c->of[c->n] = of;
            *number = (uint32_t)++c->n;
        }
    return ASSAY_OK;
}

static assay_status find_by_table(cells *c, assay_context *context, uint64_t largest)
{
    struct table t = {c,
                      assay_alloc_zeroed_array(place_of(largest, largest) + 1, sizeof *t.numbers)};
    assay_status status =
        t.numbers == NULL ? assay_fail_memory(context) : for_each_cell(c, context, mark, &t);
    if (status == ASSAY_OK)
        status = number_places(&t, context, largest);
    if (status == ASSAY_OK)
        status = for_each_cell(c, context, look_up, &t);
    assay_free(t.numbers);
    return status;
}

/* ---- by hashing ----------------------------------------------------------------------------- */

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

static void find_or_add(void *self, uint64_t x, uint64_t n, uint64_t population, uint32_t *place)
{
    const struct hashed *h = self;
    cells *c = h->cells;
    size_t i = hash_of(x, n, population) & h->mask;
    for (; h->numbers[i] != 0; i = (i + 1) & h->mask) {
        const size_t k = h->numbers[i] - 1;
        if (c->x[k] == x && c->of[k] == n && (c->N == NULL || c->N[k] == population)) {
            *place = (uint32_t)k;
            return;
        }
    }
    *place = (uint32_t)c->n;
    c->x[c->n] = x;
    c->of[c->n] = n;
    if (c->N != NULL)
        c->N[c->n] = population;
    h->numbers[i] = (uint32_t)++c->n;
}

static assay_status find_by_hash(cells *c, assay_context *context)
{
    const size_t room = (c->to - c->from) * (size_t)(c->has_own + c->has_other);
    size_t size = 16;
    while (size < 2 * room)
        size *= 2;
    struct hashed h = {c, assay_alloc_zeroed_array(size, sizeof *h.numbers), size - 1};
    const bool has_room = make_room(c, room, c->rows->batch->populations != NULL);
    const assay_status status = h.numbers != NULL && has_room
                                    ? for_each_cell(c, context, find_or_add, &h)
                                    : assay_fail_memory(context);
    assay_free(h.numbers);
    return status;
}

/* ---- finding -------------------------------------------------------------------------------- */

static assay_status find_cells(cells *c, assay_context *context)
{
    const size_t rows = c->to - c->from;
    uint64_t largest = 0;
    assay_status status = look_over(c, context, &largest);
    if (status != ASSAY_OK)
        return status;
    if (c->has_own && (c->own = assay_alloc_array(rows, sizeof *c->own)) == NULL)
        return assay_fail_memory(context);
    if (c->has_other && (c->other = assay_alloc_array(rows, sizeof *c->other)) == NULL)
        return assay_fail_memory(context);
    const bool fits = largest < UINT16_MAX && place_of(largest, largest) < 4 * rows + 4096;
    return fits && c->rows->batch->populations == NULL ? find_by_table(c, context, largest)
                                                       : find_by_hash(c, context);
}

/* ---- answering ------------------------------------------------------------------------------ */

static void put_limit(cells *c, size_t cell)
{
    const assay_evidence e =
        assay_interval_evidence(c->x[cell], c->of[cell], population_of(c, cell));
    assay_limit limit;
    if (c->rows->ask->method->lower(&c->rows->question, &e, &limit) != ASSAY_OK) {
        c->state[cell] = FAILED;
        return;
    }
    c->lower[cell] = limit.value;
    c->upper[cell] = limit.rest;
    c->state[cell] = (uint8_t)limit.state;
}

static void put_interval(cells *c, size_t cell, const assay_interval *found)
{
    c->lower[cell] = found->lower;
    c->upper[cell] = found->upper;
    c->state[cell] = (uint8_t)found->state;
    if (c->counts[0] != NULL) {
        c->counts[0][cell] = (int64_t)found->lower_count;
        c->counts[1][cell] = (int64_t)found->upper_count;
    }
}

static void answer_cell(cells *c, size_t cell)
{
    assay_interval found;
    if (assay_interval_answer(c->rows->ask->method, &c->rows->question, c->x[cell], c->of[cell],
                              population_of(c, cell), &found) == ASSAY_OK)
        put_interval(c, cell, &found);
    else
        c->state[cell] = FAILED;
}

enum { CELLS_AT_ONCE = 32 };

static void answer_some(void *self, size_t task, int worker)
{
    cells *c = self;
    const size_t first = task * CELLS_AT_ONCE, left = c->n - first;
    const size_t end = left < CELLS_AT_ONCE ? c->n : first + CELLS_AT_ONCE;
    (void)worker;
    for (size_t cell = first; cell < end; cell++)
        (c->is_mirrored ? put_limit : answer_cell)(c, cell);
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
            answer_cell(c, order[k]);
    }
    assay_free(order);
    return status;
}

static assay_status answer_cells(cells *c, assay_context *context)
{
    const bool counts = c->rows->batch->lower_count != NULL;
    c->lower = assay_alloc_array(c->n, sizeof *c->lower);
    c->upper = assay_alloc_array(c->n, sizeof *c->upper);
    c->state = assay_alloc_array(c->n, sizeof *c->state);
    for (int i = 0; i < 2 && counts; i++)
        c->counts[i] = assay_alloc_array(c->n, sizeof *c->counts[i]);
    if (c->lower == NULL || c->upper == NULL || c->state == NULL ||
        (counts && (c->counts[0] == NULL || c->counts[1] == NULL)))
        return assay_fail_memory(context);
    if (c->rows->ask->method->every != NULL && c->rows->ask->side == ASSAY_TWO_SIDED)
        return answer_samples(c, context);
    return assay_parallel(context, (c->n + CELLS_AT_ONCE - 1) / CELLS_AT_ONCE, answer_some, c);
}

/* ---- handing on to the rows ----------------------------------------------------------------- */

static bool read_limit(const cells *c, const uint32_t places[], size_t i, assay_limit *limit)
{
    if (places == NULL)
        return true;
    const uint32_t cell = places[i];
    *limit = (assay_limit){c->lower[cell], c->upper[cell], (assay_interval_state)c->state[cell]};
    return c->state[cell] != FAILED;
}

static bool join_cells(const cells *c, size_t row, assay_interval *found)
{
    assay_limit low = {.rest = 1}, high = {.rest = 1};
    const size_t i = row - c->from;
    if (!read_limit(c, c->own, i, &low) || !read_limit(c, c->other, i, &high))
        return false;
    assay_interval_join(&c->rows->question, yes_of(c, row), cases_of(c, row),
                        assay_interval_population(c->rows, row), &low, &high, found);
    return true;
}

static bool copy_cell(const cells *c, size_t row, assay_interval *found)
{
    const uint32_t cell = c->own[row - c->from];
    if (c->state[cell] == FAILED)
        return false;
    found->lower = c->lower[cell];
    found->upper = c->upper[cell];
    found->state = (assay_interval_state)c->state[cell];
    if (c->counts[0] != NULL) {
        found->lower_count = (uint64_t)c->counts[0][cell];
        found->upper_count = (uint64_t)c->counts[1][cell];
    }
    return true;
}

static void hand_on(const assay_interval_rows *r, size_t from, size_t to,
                    assay_interval_block *block)
{
    const cells *c = r->cells;
    for (size_t row = from; row < to && block->status == ASSAY_OK; row++) {
        const uint64_t x = yes_of(c, row), n = cases_of(c, row);
        assay_interval found = {.estimate = n == 0 ? NAN : (double)x / (double)n};
        bool good;
        if (is_settled(c, row))
            good = assay_interval_answer(r->ask->method, &r->question, x, n,
                                         assay_interval_population(r, row), &found) == ASSAY_OK;
        else
            good = (c->is_mirrored ? join_cells : copy_cell)(c, row, &found);
        block->row = row;
        block->status = good ? ASSAY_OK : ASSAY_ENUMERIC;
        if (good)
            assay_interval_put(r, row, &found, block);
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
