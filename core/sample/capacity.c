/* capacity.c -- how many cases a cap can leave. */
#include "sample/capacity.h"

#include <string.h>

#include "base/memory.h"

#define UNSEEN UINT32_MAX
#define ROOT   (UINT32_MAX - 1)

typedef struct flow {
    const assay_parts *cells;
    const uint32_t *holder;
    size_t n_holders, n_strata;
    uint64_t cap;
    const uint64_t *wanted;
    uint64_t *given;                  /* [cells] */
    uint64_t *has, *held;             /* [strata], [holders]: the sums of given[] */
    size_t *of_stratum;               /* [strata + 1]: where each stratum's cells begin */
    size_t *of_holder, *cells_of;     /* [holders + 1]: where each one's begin in cells_of[cells] */
    uint32_t *by_stratum, *by_holder; /* the cell by which a path came to it, UNSEEN or ROOT */
    uint32_t *queue;                  /* [strata] */
} flow;

/* ---- setting up ---- */

static assay_status make_room(assay_context *context, flow *f)
{
    const size_t n = f->cells->n;
    f->given = assay_alloc_zeroed_array(n, sizeof *f->given);
    f->cells_of = assay_alloc_array(n, sizeof *f->cells_of);
    f->has = assay_alloc_zeroed_array(f->n_strata, sizeof *f->has);
    f->held = assay_alloc_zeroed_array(f->n_holders, sizeof *f->held);
    f->of_stratum = assay_alloc_zeroed_array(f->n_strata + 1, sizeof *f->of_stratum);
    f->of_holder = assay_alloc_zeroed_array(f->n_holders + 1, sizeof *f->of_holder);
    f->by_stratum = assay_alloc_array(f->n_strata, sizeof *f->by_stratum);
    f->by_holder = assay_alloc_array(f->n_holders, sizeof *f->by_holder);
    f->queue = assay_alloc_array(f->n_strata, sizeof *f->queue);
    return f->given == NULL || f->cells_of == NULL || f->has == NULL || f->held == NULL ||
                   f->of_stratum == NULL || f->of_holder == NULL || f->by_stratum == NULL ||
                   f->by_holder == NULL || f->queue == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static void free_flow(flow *f)
{
    assay_free(f->given);
    assay_free(f->cells_of);
    assay_free(f->has);
    assay_free(f->held);
    assay_free(f->of_stratum);
    assay_free(f->of_holder);
    assay_free(f->by_stratum);
    assay_free(f->by_holder);
    assay_free(f->queue);
}

/* Cells stand by stratum already; by holder they are counted into their places. */
static void list_cells(flow *f)
{
    for (size_t c = 0; c < f->cells->n; c++) {
        f->of_stratum[f->cells->stratum[c] + 1] = c + 1;
        f->of_holder[f->holder[c] + 1]++;
    }
    for (size_t h = 1; h <= f->n_strata; h++)
        if (f->of_stratum[h] < f->of_stratum[h - 1])
            f->of_stratum[h] = f->of_stratum[h - 1];
    for (size_t o = 1; o <= f->n_holders; o++)
        f->of_holder[o] += f->of_holder[o - 1];
    for (size_t c = f->cells->n; c-- > 0;)
        f->cells_of[--f->of_holder[f->holder[c] + 1]] = c;
    for (size_t o = 0; o < f->n_holders; o++) /* each end has moved to its beginning */
        f->of_holder[o] = f->of_holder[o + 1];
    f->of_holder[f->n_holders] = f->cells->n;
}

static void give_what_is_free(flow *f)
{
    for (size_t c = 0; c < f->cells->n; c++) {
        const uint32_t h = f->cells->stratum[c], o = f->holder[c];
        uint64_t n = f->cells->population[c];
        n = n < f->wanted[h] - f->has[h] ? n : f->wanted[h] - f->has[h];
        n = n < f->cap - f->held[o] ? n : f->cap - f->held[o];
        f->given[c] = n;
        f->has[h] += n;
        f->held[o] += n;
    }
}

/* ---- paths ---- */

/* The strata that hold a case of a full holder, which another of theirs could replace. */
static size_t reach_strata(flow *f, uint32_t o, size_t n_queue)
{
    for (size_t i = f->of_holder[o]; i < f->of_holder[o + 1]; i++) {
        const size_t c = f->cells_of[i];
        const uint32_t h = f->cells->stratum[c];
        if (f->given[c] > 0 && f->by_stratum[h] == UNSEEN) {
            f->by_stratum[h] = (uint32_t)c;
            f->queue[n_queue++] = h;
        }
    }
    return n_queue;
}

/* A holder with room that a stratum in want comes to, or UNSEEN. */
static uint32_t find_path(flow *f)
{
    size_t n_queue = 0;
    for (size_t h = 0; h < f->n_strata; h++) {
        f->by_stratum[h] = f->has[h] < f->wanted[h] ? ROOT : UNSEEN;
        if (f->by_stratum[h] == ROOT)
            f->queue[n_queue++] = (uint32_t)h;
    }
    memset(f->by_holder, 0xff, f->n_holders * sizeof *f->by_holder);
    for (size_t i = 0; i < n_queue; i++) {
        const uint32_t h = f->queue[i];
        for (size_t c = f->of_stratum[h]; c < f->of_stratum[h + 1]; c++) {
            const uint32_t o = f->holder[c];
            if (f->given[c] == f->cells->population[c] || f->by_holder[o] != UNSEEN)
                continue;
            f->by_holder[o] = (uint32_t)c;
            if (f->held[o] < f->cap)
                return o;
            n_queue = reach_strata(f, o, n_queue);
        }
    }
    return UNSEEN;
}

static void follow_path(flow *f, uint32_t o)
{
    f->held[o]++;
    for (;;) {
        const uint32_t c = f->by_holder[o], h = f->cells->stratum[c];
        f->given[c]++;
        if (f->by_stratum[h] == ROOT) {
            f->has[h]++;
            return;
        }
        f->given[f->by_stratum[h]]--;
        o = f->holder[f->by_stratum[h]];
    }
}

assay_status assay_capacity(assay_context *context, const assay_parts *cells,
                            const uint32_t holder[], size_t n_holders, uint64_t cap,
                            size_t n_strata, const uint64_t wanted[], uint64_t *most)
{
    flow f = {.cells = cells,
              .holder = holder,
              .n_holders = n_holders,
              .n_strata = n_strata,
              .cap = cap,
              .wanted = wanted};
    uint64_t all = 0;
    assay_status status = make_room(context, &f);
    if (status == ASSAY_OK) {
        list_cells(&f);
        give_what_is_free(&f);
    }
    for (uint64_t paths = 0; status == ASSAY_OK; paths++) {
        const uint32_t end = find_path(&f);
        if (end == UNSEEN)
            break;
        follow_path(&f, end);
        status = assay_poll(context, paths, 0);
    }
    for (size_t h = 0; status == ASSAY_OK && h < n_strata; h++)
        all += f.has[h];
    if (status == ASSAY_OK)
        *most = all;
    free_flow(&f);
    return status;
}
