/* parts.c -- strata parted further, down to the officer, as the Ministry's sampler does. */
#include "sample/parts.h"

#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "sample/round_robin.h"

/* What is needed only while the cells are made. */
typedef struct maker {
    assay_context *context;
    const assay_strata *strata;
    assay_strata **levels; /* levels[n_columns]: each column by itself */
    uint32_t *order;       /* rows by stratum and level */
    uint32_t *first_row;   /* [cells]: a row of each */
    uint64_t *held;        /* [levels of the last column] */
    uint64_t *parts;       /* [2 cells]: populations and sizes of the parts of one part */
    assay_parts *cells;
} maker;

/* ---- cells ---- */

/* At which column the levels of two rows part; n_columns if at none. Below 0: the strata differ. */
static int parting(const maker *m, uint32_t a, uint32_t b)
{
    if (m->strata->of_row[a] != m->strata->of_row[b])
        return -1;
    size_t i = 0;
    while (i < m->cells->n_columns && m->levels[i]->of_row[a] == m->levels[i]->of_row[b])
        i++;
    return (int)i;
}

static int compare_rows(const void *self, uint32_t a, uint32_t b)
{
    const maker *m = self;
    const int at = parting(m, a, b);
    if (at == (int)m->cells->n_columns)
        return 0;
    const uint32_t *by = at < 0 ? m->strata->of_row : m->levels[at]->of_row;
    return by[a] < by[b] ? -1 : 1;
}

static assay_status order_rows(maker *m, const assay_frame *frame)
{
    const size_t rows = assay_frame_rows(frame);
    m->levels = assay_alloc_zeroed_array(m->cells->n_columns, sizeof(assay_strata *));
    m->order = assay_alloc_array(rows, sizeof *m->order);
    m->cells->of_row = assay_alloc_array(rows, sizeof *m->cells->of_row);
    if (m->levels == NULL || m->order == NULL || m->cells->of_row == NULL)
        return assay_fail_memory(m->context);
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < m->cells->n_columns; i++)
        status = assay_strata_new(m->context, frame, 1, &m->cells->columns[i], &m->levels[i]);
    for (size_t row = 0; row < rows; row++)
        m->order[row] = (uint32_t)row;
    return status == ASSAY_OK ? assay_sort(m->context, rows, m->order, compare_rows, m) : status;
}

static assay_status make_room(maker *m)
{
    assay_parts *cells = m->cells;
    const size_t n = cells->n, last = m->levels[cells->n_columns - 1]->n;
    cells->population = assay_alloc_zeroed_array(n, sizeof *cells->population);
    cells->stratum = assay_alloc_array(n, sizeof *cells->stratum);
    cells->drawn = assay_alloc_zeroed_array(n, sizeof *cells->drawn);
    cells->sample = assay_alloc_zeroed_array(n, sizeof *cells->sample);
    m->first_row = assay_alloc_array(n, sizeof *m->first_row);
    m->parts = assay_alloc_array(n, 2 * sizeof *m->parts);
    m->held = assay_alloc_zeroed_array(last, sizeof *m->held);
    return cells->population == NULL || cells->stratum == NULL || cells->drawn == NULL ||
                   cells->sample == NULL || m->first_row == NULL || m->parts == NULL ||
                   m->held == NULL
               ? assay_fail_memory(m->context)
               : ASSAY_OK;
}

static assay_status number_cells(maker *m, size_t rows)
{
    assay_parts *cells = m->cells;
    for (size_t i = 0; i < rows; i++) {
        const uint32_t row = m->order[i];
        if (i == 0 || parting(m, m->order[i - 1], row) < (int)cells->n_columns)
            cells->n++;
        cells->of_row[row] = (uint32_t)cells->n - 1;
    }
    const assay_status status = make_room(m);
    if (status != ASSAY_OK)
        return status;
    for (size_t row = 0; row < rows; row++) {
        const uint32_t cell = cells->of_row[row];
        cells->population[cell]++;
        cells->stratum[cell] = m->strata->of_row[row];
        m->first_row[cell] = (uint32_t)row;
    }
    return ASSAY_OK;
}

/* ---- sizes ---- */

/* Behind the last of the cells from `from` on that lie in the same part of column `i`. */
static size_t end_of_part(const maker *m, size_t from, size_t to, size_t i)
{
    size_t end = from + 1;
    while (end < to && parting(m, m->first_row[from], m->first_row[end]) > (int)i)
        end++;
    return end;
}

/* The cells from .. to of one part: nobody holds more than the cap. */
static assay_status hold_cap(maker *m, size_t from, size_t to)
{
    assay_parts *cells = m->cells;
    const assay_strata *holders = m->levels[cells->n_columns - 1];
    if (cells->cap == 0)
        return ASSAY_OK;
    uint32_t *holder = assay_alloc_array(to - from, sizeof *holder);
    if (holder == NULL)
        return assay_fail_memory(m->context);
    for (size_t c = from; c < to; c++)
        holder[c - from] = holders->of_row[m->first_row[c]];
    const assay_status status =
        assay_share_under_cap(m->context, cells->cap, to - from, holder, cells->population + from,
                              m->held, cells->drawn + from);
    assay_free(holder);
    return status;
}

/*
** Shares `size` out over the parts of column `i`, and what each gets over its own parts. A part's
** size waits in its first cell.
*/
static assay_status share_down(maker *m, size_t from, size_t to, size_t i, uint64_t size)
{
    assay_parts *cells = m->cells;
    uint64_t *population = m->parts, *sizes = m->parts + cells->n;
    size_t n = 0;
    for (size_t part = from; part < to; n++) {
        const size_t end = end_of_part(m, part, to, i);
        for (population[n] = 0; part < end; part++)
            population[n] += cells->population[part];
    }
    assay_status status = assay_share_out(m->context, size, 0, n, population, sizes);
    if (status != ASSAY_OK)
        return status;
    n = 0;
    for (size_t part = from; part < to; part = end_of_part(m, part, to, i))
        cells->drawn[part] = sizes[n++];
    if (i + 1 == cells->n_columns)
        return hold_cap(m, from, to);
    for (size_t part = from, end; status == ASSAY_OK && part < to; part = end) {
        end = end_of_part(m, part, to, i);
        status = share_down(m, part, end, i + 1, cells->drawn[part]);
    }
    return status;
}

static assay_status share_stratum(maker *m, size_t from, size_t to, uint64_t sample,
                                  uint64_t reserve)
{
    assay_parts *cells = m->cells;
    uint64_t drawn = 0;
    assay_status status = share_down(m, from, to, 0, sample + reserve);
    for (size_t c = from; c < to; c++)
        drawn += cells->drawn[c];
    if (status == ASSAY_OK)
        status = assay_share_out(m->context, sample < drawn ? sample : drawn, 0, to - from,
                                 cells->drawn + from, cells->sample + from);
    return status;
}

static assay_status build(maker *m, const assay_frame *frame, const uint64_t sample[],
                          const uint64_t reserve[])
{
    assay_status status = order_rows(m, frame);
    if (status == ASSAY_OK)
        status = number_cells(m, assay_frame_rows(frame));
    for (size_t from = 0, to; status == ASSAY_OK && from < m->cells->n; from = to) {
        const uint32_t h = m->cells->stratum[from];
        for (to = from; to < m->cells->n && m->cells->stratum[to] == h;)
            to++;
        status = share_stratum(m, from, to, sample[h], reserve[h]);
        if (status == ASSAY_OK)
            status = assay_poll(m->context, to, m->cells->n);
    }
    return status;
}

static void free_maker(maker *m)
{
    for (size_t i = 0; m->levels != NULL && i < m->cells->n_columns; i++)
        assay_strata_free(m->levels[i]);
    assay_free(m->levels);
    assay_free(m->order);
    assay_free(m->first_row);
    assay_free(m->held);
    assay_free(m->parts);
}

/* ---- life ---- */

assay_status assay_parts_new(assay_context *context, const assay_frame *frame,
                             const assay_strata *strata, size_t n_columns, const size_t columns[],
                             uint64_t cap, const uint64_t sample[], const uint64_t reserve[],
                             assay_parts **cells)
{
    if (n_columns == 0)
        return assay_fail(context, ASSAY_EDOM, "there is no column to part the strata by");
    assay_parts *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    maker m = {.context = context, .strata = strata, .cells = fresh};
    assay_status status = ASSAY_ENOMEM;
    fresh->cap = cap;
    fresh->columns = assay_alloc_array(n_columns, sizeof *fresh->columns);
    if (fresh->columns != NULL) {
        memcpy(fresh->columns, columns, n_columns * sizeof *columns);
        fresh->n_columns = n_columns;
        status = build(&m, frame, sample, reserve);
    } else
        assay_fail_memory(context);
    free_maker(&m);
    if (status != ASSAY_OK) {
        assay_parts_free(fresh);
        return status;
    }
    *cells = fresh;
    return ASSAY_OK;
}

void assay_parts_free(assay_parts *cells)
{
    if (cells == NULL)
        return;
    assay_free(cells->of_row);
    assay_free(cells->population);
    assay_free(cells->stratum);
    assay_free(cells->drawn);
    assay_free(cells->sample);
    assay_free(cells->columns);
    assay_free(cells);
}

void assay_parts_sizes(const assay_parts *cells, size_t n_strata, uint64_t sample[],
                       uint64_t reserve[])
{
    for (size_t h = 0; h < n_strata; h++)
        sample[h] = reserve[h] = 0;
    for (size_t c = 0; c < cells->n; c++) {
        sample[cells->stratum[c]] += cells->sample[c];
        reserve[cells->stratum[c]] += cells->drawn[c] - cells->sample[c];
    }
}

uint64_t assay_parts_without_chance(const assay_parts *cells, uint64_t *reserves_alone)
{
    uint64_t none = 0, alone = 0;
    for (size_t c = 0; c < cells->n; c++) {
        none += cells->sample[c] == 0 ? cells->population[c] : 0;
        alone += cells->sample[c] == 0 && cells->drawn[c] > 0 ? cells->population[c] : 0;
    }
    *reserves_alone = alone;
    return none;
}
