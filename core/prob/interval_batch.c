/* interval_batch.c -- intervals of many pairs of counts: the rows, and formulas over them. */
#include "prob/interval_batch.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"
#include "prob/interval_cells.h"

/* ---- rows ----------------------------------------------------------------------------------- */

uint64_t assay_interval_population(const assay_interval_rows *r, size_t row)
{
    return r->batch->populations == NULL ? r->ask->population
                                         : (uint64_t)r->batch->populations[row];
}

void assay_interval_put(const assay_interval_rows *r, size_t row, const assay_interval *found,
                        assay_interval_block *block)
{
    const assay_interval_batch *b = r->batch;
    b->estimate[row] = found->estimate;
    b->lower[row] = found->lower;
    b->upper[row] = found->upper;
    if (b->lower_count != NULL) {
        b->lower_count[row] = (int64_t)found->lower_count;
        b->upper_count[row] = (int64_t)found->upper_count;
    }
    block->states[found->state]++;
}

bool assay_interval_fits(const assay_interval_rows *r, size_t row)
{
    const int64_t x = r->batch->x[row], n = r->batch->n[row];
    const uint64_t population = assay_interval_population(r, row);
    const assay_interval_method *method = r->ask->method;
    if (r->batch->populations != NULL && r->batch->populations[row] < 0)
        return false;
    return x >= 0 && x <= n && (uint64_t)n <= population &&
           assay_interval_applies(method, population) &&
           (population <= method->most || !assay_interval_counts(method, population));
}

assay_status assay_interval_blame_row(assay_context *context, size_t row)
{
    char message[sizeof context->error.message];
    memcpy(message, context->error.message, sizeof message);
    const assay_status status =
        assay_fail(context, context->error.status, "row %zu: %.460s", row + 1, message);
    context->error.row = row + 1;
    return status;
}

assay_status assay_interval_refuse_row(const assay_interval_rows *r, assay_context *context,
                                       size_t row, assay_status status)
{
    const int64_t x = r->batch->x[row], n = r->batch->n[row];
    const uint64_t population = assay_interval_population(r, row);
    if (x < 0 || n < 0 || (r->batch->populations != NULL && r->batch->populations[row] < 0))
        assay_fail(context, ASSAY_EDOM, "a count is missing, or below 0");
    else if (assay_interval_check_counts(context, r->ask, population, (uint64_t)x, (uint64_t)n) ==
             ASSAY_OK)
        assay_fail(context, status, "the limits of %s were not found", r->ask->method->name);
    return assay_interval_blame_row(context, row);
}

/* ---- blocks of rows ------------------------------------------------------------------------- */

static const size_t block_rows = 16384;

struct blocks {
    const assay_interval_rows *rows;
    size_t from, to;
    assay_interval_rows_task *task;
    assay_interval_block *blocks;
};

static void do_block(void *self, size_t task, int worker)
{
    const struct blocks *s = self;
    const size_t from = s->from + task * block_rows;
    const size_t to = s->to - from > block_rows ? from + block_rows : s->to;
    (void)worker;
    s->blocks[task] = (assay_interval_block){.status = ASSAY_OK};
    s->task(s->rows, from, to, &s->blocks[task]);
}

/* The first failure, and the states of all. */
static assay_status gather(const struct blocks *s, size_t n, assay_context *context)
{
    for (size_t i = 0; i < n; i++) {
        const assay_interval_block *block = &s->blocks[i];
        if (block->status != ASSAY_OK)
            return assay_interval_refuse_row(s->rows, context, block->row, block->status);
        for (int state = 0; state < ASSAY_INTERVAL_STATES; state++)
            s->rows->batch->states[state] += block->states[state];
    }
    return ASSAY_OK;
}

assay_status assay_interval_rows_each(const assay_interval_rows *r, assay_context *context,
                                      size_t from, size_t to, assay_interval_rows_task *task)
{
    const size_t n = (to - from + block_rows - 1) / block_rows;
    struct blocks s = {r, from, to, task, assay_alloc_array(n, sizeof *s.blocks)};
    if (s.blocks == NULL)
        return assay_fail_memory(context);
    assay_status status = assay_parallel(context, n, do_block, &s);
    if (status == ASSAY_OK)
        status = gather(&s, n, context);
    assay_free(s.blocks);
    return status;
}

/* ---- row by row ----------------------------------------------------------------------------- */

static void one_by_one(const assay_interval_rows *r, size_t from, size_t to,
                       assay_interval_block *block)
{
    for (size_t row = from; row < to && block->status == ASSAY_OK; row++) {
        assay_interval found;
        block->row = row;
        block->status = assay_interval_fits(r, row) ? ASSAY_OK : ASSAY_EDOM;
        if (block->status == ASSAY_OK)
            block->status = assay_interval_answer(
                r->ask->method, &r->question, (uint64_t)r->batch->x[row],
                (uint64_t)r->batch->n[row], assay_interval_population(r, row), &found);
        if (block->status == ASSAY_OK)
            assay_interval_put(r, row, &found, block);
    }
}

/* Whether rows are counts that a kernel takes: 0 <= x <= n < 2^52. How many have n = 0 is counted. */
static bool fit_lanes(const int64_t x[ASSAY_INTERVAL_ROWS], const int64_t n[ASSAY_INTERVAL_ROWS],
                      uint64_t *empty)
{
    uint64_t wrong = 0, zeros = 0;
    for (int i = 0; i < ASSAY_INTERVAL_ROWS; i++) {
        const uint64_t yes = (uint64_t)x[i], cases = (uint64_t)n[i];
        wrong |= (yes | cases | (cases - yes)) >> 52;
        zeros += cases == 0;
    }
    *empty = zeros;
    return wrong == 0;
}

static void by_lanes(const assay_interval_rows *r, size_t from, size_t to,
                     assay_interval_block *block)
{
    const assay_interval_batch *b = r->batch;
    size_t row = from;
    for (uint64_t empty; to - row >= ASSAY_INTERVAL_ROWS; row += ASSAY_INTERVAL_ROWS) {
        if (!fit_lanes(b->x + row, b->n + row, &empty)) {
            one_by_one(r, row, row + ASSAY_INTERVAL_ROWS, block);
            if (block->status != ASSAY_OK)
                return;
            continue;
        }
        const int clipped =
            r->ask->method->lanes(&r->question, b->x + row, b->n + row, b->estimate + row,
                                  b->lower + row, b->upper + row);
        block->states[ASSAY_INTERVAL_CLIPPED] += (uint64_t)clipped;
        block->states[ASSAY_INTERVAL_NO_DATA] += empty;
        block->states[ASSAY_INTERVAL_OK] += ASSAY_INTERVAL_ROWS - (uint64_t)clipped - empty;
    }
    one_by_one(r, row, to, block);
}

/* ---- all ------------------------------------------------------------------------------------ */

/* Pairs are looked for among so many rows: it bounds the memory that they take. */
static const size_t slice_rows = 1 << 21;

static assay_status compute_in_cells(const assay_interval_rows *r, assay_context *context)
{
    assay_status status = ASSAY_OK;
    for (size_t from = 0; status == ASSAY_OK && from < r->batch->rows; from += slice_rows) {
        const size_t left = r->batch->rows - from;
        status = assay_interval_by_cells(r, context, from,
                                         from + (left < slice_rows ? left : slice_rows));
    }
    return status;
}

assay_status assay_interval_compute_all(assay_context *context, const assay_interval_request *ask,
                                        assay_interval_batch *batch)
{
    const assay_status status = assay_interval_check(context, ask);
    if (status != ASSAY_OK)
        return status;
    const assay_interval_rows r = {ask, batch, assay_interval_question(ask), NULL};
    const bool endless = batch->populations == NULL && ask->population == ASSAY_INFINITE;
    memset(batch->states, 0, sizeof batch->states);
    if (ask->method->closed == NULL)
        return compute_in_cells(&r, context);
    return assay_interval_rows_each(&r, context, 0, batch->rows, endless ? by_lanes : one_by_one);
}
