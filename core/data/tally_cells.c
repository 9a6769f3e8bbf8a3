/* tally_cells.c -- the cells of a tally: one for each combination of levels that occurs. */
#include "data/tally_cells.h"

#include <string.h>

#include "base/memory.h"

#define MOST_CELLS ((uint64_t)1 << 20) /* of a table with a place for each */
#define KEY_BITS   64
#define CELL_BITS  32

/* ---- memory ---- */

void assay_tally_cells_free(assay_tally_cells *cells)
{
    for (size_t s = 0; s < cells->n_steps; s++)
        assay_index_free(cells->steps[s].keys);
    assay_free(cells->steps);
    assay_free(cells->capacities);
    assay_free(cells->strides);
    assay_free(cells->cases);
    assay_free(cells->sums);
    assay_free(cells->lost);
}

/* Room for cells up to `n`, those that are new without a case. */
static bool make_room(assay_tally_cells *cells, size_t n)
{
    const size_t tables = cells->direct ? (size_t)cells->workers : 1;
    const size_t wanted = cells->direct || n > 2 * cells->capacity ? n : 2 * cells->capacity;
    const size_t had = cells->capacity, more = wanted - had;
    if (n <= had)
        return true;
    int64_t *cases = assay_resize_array(cells->cases, wanted, tables * sizeof *cases);
    cells->cases = cases == NULL ? cells->cases : cases;
    double *sums = cells->weighted ? assay_resize_array(cells->sums, wanted, sizeof *sums) : NULL;
    cells->sums = sums == NULL ? cells->sums : sums;
    double *lost = cells->weighted ? assay_resize_array(cells->lost, wanted, sizeof *lost) : NULL;
    cells->lost = lost == NULL ? cells->lost : lost;
    if (cases == NULL || (cells->weighted && (sums == NULL || lost == NULL)))
        return false;
    memset(cases + had * tables, 0, more * tables * sizeof *cases);
    for (size_t i = had; cells->weighted && i < wanted; i++)
        sums[i] = lost[i] = 0;
    cells->capacity = wanted;
    return true;
}

/* ---- a place for each ---- */

/* The places that the columns get: as many as before, or twice that, or what is needed. */
static uint64_t choose_capacities(const assay_axis axes[], size_t n, const uint64_t before[],
                                  uint64_t capacities[])
{
    uint64_t product = 1;
    for (size_t i = 0; i < n; i++) {
        const uint64_t needed = (uint64_t)assay_axis_levels(&axes[i]) + 1;
        const uint64_t had = before == NULL ? 0 : before[i];
        capacities[i] = needed <= had ? had : needed / 2 < had ? 2 * had : needed;
        product = product > MOST_CELLS ? product : product * capacities[i];
    }
    return product;
}

static bool lay_out_direct(assay_tally_cells *cells, uint64_t product)
{
    uint64_t stride = 1;
    cells->direct = true;
    cells->n_cells = (size_t)product;
    for (size_t i = 0; i < cells->n; i++) {
        cells->strides[i] = stride;
        stride *= cells->capacities[i];
    }
    return make_room(cells, cells->n_cells + 64 / sizeof *cells->cases);
}

/* ---- keys ---- */

/* The bits that a column's levels take. */
static unsigned bits_of(const assay_axis *axis)
{
    unsigned bits = 1;
    while (assay_axis_levels(axis) >> bits != 0 && bits < CELL_BITS - 1)
        bits++;
    return assay_axis_levels(axis) >> bits != 0 ? CELL_BITS : bits;
}

/* The columns get bits one beside the other; a step ends where its key is full. */
static bool lay_out_keys(const assay_axis axes[], assay_tally_cells *cells)
{
    unsigned used = KEY_BITS;
    cells->steps = assay_alloc_array(cells->n, sizeof *cells->steps);
    if (cells->steps == NULL)
        return false;
    for (size_t i = 0; i < cells->n; i++) {
        const unsigned bits = bits_of(&axes[i]);
        const unsigned room = cells->n_steps <= 1 ? KEY_BITS : KEY_BITS - CELL_BITS;
        if (used + bits > room) {
            assay_index *keys = assay_index_new();
            if (keys == NULL)
                return false;
            cells->steps[cells->n_steps++] = (assay_tally_step){.first = i, .keys = keys};
            used = 0;
        }
        cells->steps[cells->n_steps - 1].end = i + 1;
        cells->capacities[i] = (uint64_t)1 << bits;
        cells->strides[i] = (uint64_t)1 << used;
        used += bits;
    }
    return true;
}

/* The one column's levels are the cells. */
static void lay_out_alone(assay_tally_cells *cells)
{
    cells->capacities[0] = UINT64_MAX;
    cells->strides[0] = 1;
}

/* ---- layouts ---- */

static bool lay_out(const assay_axis axes[], const assay_tally_cells *before,
                    assay_tally_cells *cells)
{
    const size_t n = before->n;
    *cells = (assay_tally_cells){.n = n,
                                 .workers = before->workers,
                                 .weighted = before->weighted,
                                 .capacities = assay_alloc_array(n, sizeof(uint64_t)),
                                 .strides = assay_alloc_array(n, sizeof(uint64_t))};
    if (cells->capacities == NULL || cells->strides == NULL)
        return false;
    uint64_t product = choose_capacities(axes, n, before->capacities, cells->capacities);
    if (product > MOST_CELLS)
        product = choose_capacities(axes, n, NULL, cells->capacities);
    if (product <= MOST_CELLS)
        return lay_out_direct(cells, product);
    if (n == 1)
        lay_out_alone(cells);
    return n == 1 || lay_out_keys(axes, cells);
}

void assay_tally_cells_levels(const assay_tally_cells *cells, size_t cell, uint32_t levels[])
{
    uint64_t key = cell;
    for (size_t i = 0; cells->n_steps == 0 && i < cells->n; i++)
        levels[i] = (uint32_t)(key / cells->strides[i] % cells->capacities[i]);
    for (size_t s = cells->n_steps; s > 0; s--) {
        const assay_tally_step *step = &cells->steps[s - 1];
        key = assay_index_number(step->keys, (uint32_t)key + 1);
        for (size_t i = step->first; i < step->end; i++)
            levels[i] = (uint32_t)(key / cells->strides[i] % cells->capacities[i]);
        key >>= CELL_BITS;
    }
}

bool assay_tally_cells_place(assay_tally_cells *cells, const uint32_t levels[], size_t *cell)
{
    uint64_t at = 0;
    for (size_t i = 0; cells->n_steps == 0 && i < cells->n; i++)
        at += levels[i] * cells->strides[i];
    for (size_t s = 0; s < cells->n_steps; s++) {
        const assay_tally_step *step = &cells->steps[s];
        at <<= CELL_BITS;
        for (size_t i = step->first; i < step->end; i++)
            at += levels[i] * cells->strides[i];
        const uint32_t code = assay_index_add(step->keys, at);
        if (code == 0)
            return false;
        at = code - 1;
    }
    *cell = (size_t)at;
    cells->n_cells = *cell < cells->n_cells ? cells->n_cells : *cell + 1;
    return make_room(cells, *cell + 1);
}

int64_t assay_tally_cells_cases(const assay_tally_cells *cells, size_t cell)
{
    int64_t cases = 0;
    for (int i = 0; i < (cells->direct ? cells->workers : 1); i++)
        cases += cells->cases[(size_t)i * cells->capacity + cell];
    return cases;
}

static bool move_cells(const assay_tally_cells *from, uint32_t levels[], assay_tally_cells *to)
{
    for (size_t cell = 0; cell < from->n_cells; cell++) {
        size_t at;
        const int64_t cases = assay_tally_cells_cases(from, cell);
        if (cases == 0)
            continue;
        assay_tally_cells_levels(from, cell, levels);
        if (!assay_tally_cells_place(to, levels, &at))
            return false;
        to->cases[at] = cases;
        if (to->weighted) {
            to->sums[at] = from->sums[cell];
            to->lost[at] = from->lost[cell];
        }
    }
    return true;
}

static bool fits(const assay_tally_cells *cells, const assay_axis axes[])
{
    if (cells->capacities == NULL)
        return false;
    for (size_t i = 0; i < cells->n; i++)
        if (assay_axis_levels(&axes[i]) >= cells->capacities[i])
            return false;
    return true;
}

assay_status assay_tally_cells_fit(assay_context *context, const assay_axis axes[],
                                   uint32_t scratch[], assay_tally_cells *cells)
{
    assay_tally_cells fresh;
    if (fits(cells, axes))
        return ASSAY_OK;
    if (!lay_out(axes, cells, &fresh) || !move_cells(cells, scratch, &fresh)) {
        assay_tally_cells_free(&fresh);
        return assay_fail_memory(context);
    }
    assay_tally_cells_free(cells);
    *cells = fresh;
    return ASSAY_OK;
}
