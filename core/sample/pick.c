/* pick.c -- which cases are drawn, once all stand in the order of their tickets. */
#include "sample/pick.h"

#include <string.h>

#include "base/memory.h"
#include "sample/apart.h"
#include "sample/choose.h"
#include "sample/rounding.h"

static void take(assay_sample *sample, uint32_t row, uint64_t rank)
{
    sample->rows[sample->n] = row;
    sample->ranks[sample->n++] = (uint32_t)rank;
}

/* ---- plain ---- */

/* From each stratum, which starts at order[from], the sizes[h] rows behind the first skips[h]. */
static void list(assay_sample *sample, const uint32_t order[], const uint64_t sizes[],
                 const uint64_t skips[])
{
    const assay_strata *strata = sample->plan->strata;
    size_t from = 0;
    for (size_t h = 0; h < strata->n; h++) {
        const size_t skip = skips == NULL ? 0 : (size_t)skips[h];
        for (size_t i = skip; i < skip + (size_t)sizes[h]; i++)
            take(sample, order[from + i], i + 1);
        from += assay_strata_rows(strata, h);
    }
}

static assay_status pick_plain(assay_context *context, assay_sample *sample, const uint32_t order[])
{
    const assay_plan *plan = sample->plan;
    if (plan->expected == NULL)
        memcpy(sample->sizes, plan->sample, plan->strata->n * sizeof *plan->sample);
    else {
        const assay_status status = assay_round_random(context, plan->size, plan->strata->n,
                                                       plan->expected, sample->seed, sample->sizes);
        if (status != ASSAY_OK)
            return status;
    }
    list(sample, order, sample->sizes, NULL);
    sample->n_sample = sample->n;
    list(sample, order, plan->reserve, sample->sizes);
    return ASSAY_OK;
}

/* ---- cells ---- */

/* Rows of order[] that are the first[c]-th to the last[c]-th of their cell, the latter left out. */
static void list_cells(assay_sample *sample, const uint32_t order[], const uint64_t first[],
                       const uint64_t last[], uint64_t seen[], uint64_t ranks[])
{
    const assay_plan *plan = sample->plan;
    const size_t rows = assay_frame_rows(plan->frame);
    memset(seen, 0, plan->cells->n * sizeof *seen);
    for (size_t i = 0; i < rows; i++) {
        const uint32_t row = order[i], cell = plan->cells->of_row[row];
        const uint64_t k = seen[cell]++;
        if (k >= (first == NULL ? 0 : first[cell]) && k < last[cell])
            take(sample, row, ++ranks[plan->strata->of_row[row]]);
    }
}

static assay_status pick_cells(assay_context *context, assay_sample *sample, const uint32_t order[])
{
    const assay_parts *cells = sample->plan->cells;
    uint64_t *seen = assay_alloc_array(cells->n, sizeof *seen);
    uint64_t *ranks = assay_alloc_zeroed_array(sample->plan->strata->n, sizeof *ranks);
    if (seen == NULL || ranks == NULL) {
        assay_free(seen);
        assay_free(ranks);
        return assay_fail_memory(context);
    }
    list_cells(sample, order, NULL, cells->sample, seen, ranks);
    sample->n_sample = sample->n;
    memcpy(sample->sizes, ranks, sample->plan->strata->n * sizeof *ranks);
    list_cells(sample, order, cells->sample, cells->drawn, seen, ranks);
    assay_free(seen);
    assay_free(ranks);
    return ASSAY_OK;
}

/* ---- a cap ---- */

/* Who holds how many, and where in order[] each stratum begins, goes on, and ends. */
typedef struct hand {
    const assay_plan *plan;
    uint64_t *held; /* [holders] */
    size_t *next;   /* [strata] */
} hand;

static void start_hand(hand *h)
{
    const assay_strata *strata = h->plan->strata;
    memset(h->held, 0, h->plan->holders->n * sizeof *h->held);
    for (size_t i = 0, from = 0; i < strata->n; from += (size_t)strata->population[i++])
        h->next[i] = from;
}

/* Whether the holder of a case may have it; if so, he has. */
static bool may_hold(hand *h, uint32_t row)
{
    uint64_t *held = &h->held[h->plan->holders->of_row[row]];
    if (*held == h->plan->cap)
        return false;
    ++*held;
    return true;
}

/* Up to wanted[] more cases of each stratum; got[] counts those it has. */
static void list_capped(assay_sample *sample, hand *h, const uint32_t order[],
                        const uint64_t wanted[], uint64_t got[])
{
    const assay_strata *strata = sample->plan->strata;
    size_t end = 0;
    for (size_t i = 0; i < strata->n; i++) {
        const uint64_t enough = got[i] + wanted[i];
        end += (size_t)strata->population[i];
        while (h->next[i] < end && got[i] < enough) {
            const uint32_t row = order[h->next[i]++];
            if (may_hold(h, row))
                take(sample, row, ++got[i]);
            else
                sample->passed[sample->n_passed++] = row;
        }
    }
}

/* One replay. pool[] has each stratum's rows in some order, from which a random one is next. */
static void replay(hand *h, gsl_rng *random, uint32_t pool[], uint32_t hits[])
{
    const assay_plan *plan = h->plan;
    size_t end = 0;
    start_hand(h);
    for (size_t i = 0; i < plan->strata->n; i++) {
        end += (size_t)plan->strata->population[i];
        for (uint64_t got = 0; h->next[i] < end && got < plan->sample[i]; h->next[i]++) {
            const size_t at = h->next[i];
            const size_t from = at + gsl_rng_uniform_int(random, (unsigned long)(end - at));
            const uint32_t row = pool[from];
            pool[from] = pool[at];
            pool[at] = row;
            if (may_hold(h, row)) {
                hits[row]++;
                got++;
            }
        }
    }
}

static assay_status estimate(assay_context *context, assay_sample *sample, hand *h,
                             const uint32_t order[])
{
    const size_t rows = assay_frame_rows(sample->plan->frame);
    uint32_t *pool = assay_alloc_array(rows, sizeof *pool);
    uint32_t *hits = assay_alloc_zeroed_array(rows, sizeof *hits);
    assay_status status = pool == NULL || hits == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        memcpy(pool, order, rows * sizeof *pool);
    assay_rng random;
    for (uint64_t r = 0; status == ASSAY_OK && r < ASSAY_REPLAYS; r++) {
        assay_rng_stream(&random, sample->seed, "cap", r);
        replay(h, &random.gsl, pool, hits);
        status = assay_poll(context, r, ASSAY_REPLAYS);
    }
    for (size_t i = 0; status == ASSAY_OK && i < sample->n_sample; i++) {
        sample->probability[i] = (hits[sample->rows[i]] + 1.0) / (ASSAY_REPLAYS + 1.0);
        sample->weight[i] = 1 / sample->probability[i];
    }
    assay_free(pool);
    assay_free(hits);
    return status;
}

static assay_status pick_capped(assay_context *context, assay_sample *sample,
                                const uint32_t order[], hand *h)
{
    const assay_plan *plan = sample->plan;
    uint64_t *got = assay_alloc_zeroed_array(plan->strata->n, sizeof *got);
    sample->passed = assay_alloc_array(assay_frame_rows(plan->frame), sizeof *sample->passed);
    if (got == NULL || sample->passed == NULL) {
        assay_free(got);
        return assay_fail_memory(context);
    }
    start_hand(h);
    list_capped(sample, h, order, plan->sample, got);
    sample->n_sample = sample->n;
    sample->n_passed_sample = sample->n_passed;
    memcpy(sample->sizes, got, plan->strata->n * sizeof *got);
    list_capped(sample, h, order, plan->reserve, got);
    sample->estimated = sample->n_passed > 0;
    assay_free(got);
    return ASSAY_OK;
}

/* ---- by a method ---- */

/* From each stratum up to most[h] cases that were chosen, or were not; ranks go on from ranks[h]. */
static void list_chosen(assay_sample *sample, const uint32_t order[], const bool chosen[],
                        bool want, const uint64_t most[], uint64_t ranks[])
{
    const assay_strata *strata = sample->plan->strata;
    size_t from = 0;
    for (size_t h = 0; h < strata->n; h++) {
        const size_t end = from + (size_t)strata->population[h];
        uint64_t got = 0;
        for (; from < end && got < most[h]; from++)
            if (chosen[order[from]] == want) {
                take(sample, order[from], ++ranks[h]);
                got++;
            }
        from = end;
    }
}

static assay_status pick_chosen(assay_context *context, assay_sample *sample,
                                const uint32_t order[])
{
    const assay_plan *plan = sample->plan;
    const assay_strata *strata = plan->strata;
    bool *chosen = assay_alloc_array(assay_frame_rows(plan->frame), sizeof *chosen);
    uint64_t *ranks = assay_alloc_zeroed_array(strata->n, sizeof *ranks);
    assay_status status = chosen == NULL || ranks == NULL
                              ? assay_fail_memory(context)
                              : assay_choose(context, sample, order, chosen);
    if (status == ASSAY_OK) {
        list_chosen(sample, order, chosen, true, strata->population, ranks);
        sample->n_sample = sample->n;
        memcpy(sample->sizes, ranks, strata->n * sizeof *ranks);
        list_chosen(sample, order, chosen, false, plan->reserve, ranks);
    }
    assay_free(chosen);
    assay_free(ranks);
    return status;
}

/* ---- two stages ---- */

/* The rows of order[] by unit, each unit's by ticket; next[u] is behind the last row of unit u. */
static void gather_units(const assay_plan *plan, const uint32_t order[], size_t next[],
                         uint32_t gathered[])
{
    const assay_strata *units = plan->stages->units;
    for (size_t u = 0, from = 0; u < units->n; from += (size_t)units->population[u++])
        next[u] = from;
    for (size_t i = 0; i < assay_frame_rows(plan->frame); i++)
        gathered[next[units->of_row[order[i]]]++] = order[i];
}

/*
** Of each unit drawn its first n_i cases, with their probabilities. What other samples have drawn says
** which cases of a unit come first, not which units are drawn.
*/
static void list_units(assay_sample *sample, const size_t next[], const uint32_t gathered[])
{
    const assay_plan *plan = sample->plan;
    const assay_stages *stages = plan->stages;
    const assay_apart *apart = sample->how.apart;
    for (size_t k = 0; k < sample->units->n; k++) {
        const uint32_t u = sample->units->rows[k];
        const uint64_t n = assay_stages_cases(stages, u), all = stages->units->population[u];
        const double unit = sample->units->probability[k], p = unit * (double)n / (double)all;
        for (uint64_t i = 0; i < n; i++) {
            const uint32_t row = gathered[next[u] - all + i];
            sample->probability[sample->n] =
                apart != NULL && !apart->exact
                    ? unit * assay_apart_probability(apart, row, u, all, n)
                    : p;
            sample->weight[sample->n] = 1 / p;
            take(sample, row, i + 1);
        }
        sample->sizes[plan->strata->of_row[stages->units->first_row[u]]] += n;
    }
    sample->n_sample = sample->n;
}

static void list_unit_reserves(assay_sample *sample, const size_t next[], const uint32_t gathered[])
{
    const assay_stages *stages = sample->plan->stages;
    for (size_t k = 0; k < sample->units->n; k++) {
        const size_t u = sample->units->rows[k];
        const uint64_t n = assay_stages_cases(stages, u), spare = assay_stages_reserve(stages, u);
        for (uint64_t i = n; i < n + spare; i++)
            take(sample, gathered[next[u] - stages->units->population[u] + i], i + 1);
    }
}

static assay_status pick_stages(assay_context *context, assay_sample *sample,
                                const uint32_t order[])
{
    const assay_plan *plan = sample->plan;
    const assay_stages *stages = plan->stages;
    const assay_drawing how = {.method = stages->method, .sorting = stages->sorting};
    size_t *next = assay_alloc_array(stages->units->n, sizeof *next);
    uint32_t *gathered = assay_alloc_array(assay_frame_rows(plan->frame), sizeof *gathered);
    const assay_status status =
        next == NULL || gathered == NULL
            ? assay_fail_memory(context)
            : assay_draw_by(context, stages->first, sample->seed, &how, &sample->units);
    if (status == ASSAY_OK) {
        gather_units(plan, order, next, gathered);
        list_units(sample, next, gathered);
        list_unit_reserves(sample, next, gathered);
        sample->approximate = sample->units->approximate;
    }
    assay_free(next);
    assay_free(gathered);
    return status;
}

/* ---- probabilities ---- */

static void find_probabilities(assay_sample *sample)
{
    const assay_plan *plan = sample->plan;
    const assay_strata *strata = plan->strata;
    const assay_parts *cells = plan->cells;
    for (size_t i = 0; i < sample->n_sample; i++) {
        const uint32_t row = sample->rows[i], h = strata->of_row[row];
        const double population = (double)strata->population[h];
        sample->probability[i] = assay_plan_probability(plan, h);
        sample->weight[i] = plan->expected != NULL ? population / plan->expected[h]
                                                   : population / (double)plan->sample[h];
        if (cells != NULL) {
            const uint32_t cell = cells->of_row[row];
            sample->probability[i] = (double)cells->sample[cell] / (double)cells->population[cell];
        }
        if (sample->how.apart != NULL && !sample->how.apart->exact)
            sample->probability[i] =
                cells != NULL ? assay_apart_probability(sample->how.apart, row, cells->of_row[row],
                                                        cells->population[cells->of_row[row]],
                                                        cells->sample[cells->of_row[row]])
                              : assay_apart_probability(sample->how.apart, row, h,
                                                        strata->population[h], sample->sizes[h]);
        if (plan->measure != NULL) {
            sample->probability[i] = assay_choose_probability(plan, row);
            sample->weight[i] = 1 / sample->probability[i];
        }
    }
}

static assay_status pick_under_cap(assay_context *context, assay_sample *sample,
                                   const uint32_t order[])
{
    const assay_plan *plan = sample->plan;
    hand h = {.plan = plan};
    h.held = assay_alloc_array(plan->holders->n, sizeof *h.held);
    h.next = assay_alloc_array(plan->strata->n, sizeof *h.next);
    assay_status status = h.held == NULL || h.next == NULL
                              ? assay_fail_memory(context)
                              : pick_capped(context, sample, order, &h);
    find_probabilities(sample);
    if (status == ASSAY_OK && sample->estimated)
        status = estimate(context, sample, &h, order);
    assay_free(h.held);
    assay_free(h.next);
    return status;
}

assay_status assay_pick(assay_context *context, assay_sample *sample, const uint32_t order[])
{
    const assay_plan *plan = sample->plan;
    assay_status status;
    if (plan->holders != NULL)
        status = pick_under_cap(context, sample, order);
    else if (plan->stages != NULL)
        status = pick_stages(context, sample, order);
    else {
        status = sample->how.method != NULL ? pick_chosen(context, sample, order)
                 : plan->cells != NULL      ? pick_cells(context, sample, order)
                                            : pick_plain(context, sample, order);
        find_probabilities(sample);
    }
    for (size_t i = sample->n_sample; i < sample->n; i++)
        sample->reserves[plan->strata->of_row[sample->rows[i]]]++;
    return status;
}
