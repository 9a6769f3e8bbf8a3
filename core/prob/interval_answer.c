/* interval_answer.c -- intervals of many pairs of counts: the answers of their cells. */
#include <math.h>

#include "base/memory.h"
#include "base/sort.h"
#include "base/thread.h"
#include "prob/dist.h"
#include "prob/interval_cells.h"

typedef assay_interval_cells cells;

bool assay_interval_is_every(const assay_interval_rows *r)
{
    return r->ask->method->every != NULL && r->ask->side == ASSAY_TWO_SIDED;
}

/* The n whose cells the one at this place is among. */
static uint64_t sample_at(size_t place)
{
    uint64_t n = (uint64_t)sqrt(2 * (double)place);
    while (assay_interval_place(0, n) > place)
        n--;
    while (assay_interval_place(0, n + 1) <= place)
        n++;
    return n;
}

static uint64_t population_of(const cells *c, size_t cell)
{
    return c->N == NULL ? c->rows->ask->population : c->N[cell];
}

/* ---- answering ------------------------------------------------------------------------------ */

static void put_limit(cells *c, size_t cell, const assay_limit *limit)
{
    c->limits[cell].lower = limit->value;
    c->limits[cell].upper = limit->rest;
    c->state[cell] = (uint8_t)limit->state;
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
        c->state[cell] = ASSAY_CELL_FAILED;
}

/* ---- a handful of cells ---- */

/*
** So many of a table, or of the list, in one go: few, as some methods take milliseconds for one; more
** where beta quantiles are put off, to be searched for together.
*/
enum { FEW = 32, CELLS_AT_ONCE = 256 };

static size_t handful_of(const cells *c)
{
    return c->is_mirrored && c->rows->ask->method->shapes != NULL ? CELLS_AT_ONCE : FEW;
}

struct handful {
    cells *cells;
    size_t n; /* that are put off */
    size_t cell[CELLS_AT_ONCE];
    double a[CELLS_AT_ONCE], b[CELLS_AT_ONCE];
};

static void answer_mirrored(struct handful *h, size_t cell, uint64_t x, uint64_t n,
                            uint64_t population)
{
    cells *c = h->cells;
    const assay_interval_method *method = c->rows->ask->method;
    const assay_question *q = &c->rows->question;
    const assay_evidence e = assay_interval_evidence(x, n, population);
    assay_limit limit;
    if (method->shapes == NULL) {
        if (method->lower(q, &e, &limit) == ASSAY_OK)
            put_limit(c, cell, &limit);
        else
            c->state[cell] = ASSAY_CELL_FAILED;
    } else if (method->shapes(q, &e, &h->a[h->n], &h->b[h->n], &limit))
        h->cell[h->n++] = cell;
    else
        put_limit(c, cell, &limit);
}

static void answer(struct handful *h, size_t cell, uint64_t x, uint64_t n, uint64_t population)
{
    if (h->cells->is_mirrored)
        answer_mirrored(h, cell, x, n, population);
    else
        put_answer(h->cells, cell, x, n, population);
}

/* Those that were put off. */
static void finish(const struct handful *h)
{
    const double tail = h->cells->rows->question.tail;
    double value[CELLS_AT_ONCE], rest[CELLS_AT_ONCE];
    for (size_t i = 0; i < h->n; i++)
        value[i] = NAN;
    assay_beta_pairs(tail, 1 - tail, h->n, h->a, h->b, value, rest); /* NaN where it fails */
    for (size_t i = 0; i < h->n; i++) {
        const assay_limit limit = assay_interval_limit(value[i], rest[i]);
        if (isnan(value[i]))
            h->cells->state[h->cell[i]] = ASSAY_CELL_FAILED;
        else
            put_limit(h->cells, h->cell[i], &limit);
    }
}

static size_t end_of(const cells *c, size_t first)
{
    return c->n - first < handful_of(c) ? c->n : first + handful_of(c);
}

static void answer_listed(void *self, size_t task, int worker)
{
    cells *c = self;
    const size_t first = task * handful_of(c), end = end_of(c, first);
    struct handful h = {.cells = c};
    (void)worker;
    for (size_t cell = first; cell < end; cell++)
        answer(&h, cell, c->x[cell], c->of[cell], population_of(c, cell));
    finish(&h);
}

static void answer_used(void *self, size_t task, int worker)
{
    cells *c = self;
    const size_t first = task * handful_of(c), end = end_of(c, first);
    uint64_t n = sample_at(first), x = first - assay_interval_place(0, n);
    struct handful h = {.cells = c};
    (void)worker;
    for (size_t cell = first; cell < end; cell++, x++) {
        if (x > n) {
            n++;
            x = 0;
        }
        if (c->used[cell])
            answer(&h, cell, x, n, c->rows->ask->population);
    }
    finish(&h);
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

assay_status assay_interval_answer_cells(assay_interval_cells *c, assay_context *context)
{
    if (assay_interval_is_every(c->rows))
        return answer_samples(c, context);
    const size_t size = handful_of(c);
    return assay_parallel(context, (c->n + size - 1) / size,
                          c->is_table ? answer_used : answer_listed, c);
}
