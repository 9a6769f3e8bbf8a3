/* plan.c -- how many cases from where, validated once. */
#include "sample/plan.h"

#include <math.h>
#include <stdatomic.h>
#include "base/memory.h"
#include "data/unique.h"
#include "sample/allocate.h"
#include "sample/capacity.h"
#include "sample/round_robin.h"

struct assay_plan_owner {
    atomic_size_t references;
};

/* ---- life ---- */

static assay_status share_columns(assay_context *context, const assay_frame *frame,
                                  assay_frame **shared)
{
    const size_t n = assay_frame_columns(frame);
    size_t *all = assay_alloc_array(n, sizeof *all);
    if (all == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        all[i] = i;
    const assay_status status = assay_frame_select(context, frame, n, all, shared);
    assay_free(all);
    return status;
}

/* A sample adds columns of its own: better said now than after the draw. */
static assay_status check_names(assay_context *context, const assay_frame *frame)
{
    static const char *const own[] = {"stratum", "role",       "rank",   "probability", "weight",
                                      "ticket",  "population", "sample", "reserve"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (assay_frame_find(frame, own[i]) != ASSAY_NO_COLUMN)
            return assay_fail(
                context, ASSAY_EREPEATED,
                "the column '%s' has the name of one that a sample adds: leave it out "
                "with select, or name it otherwise in the file",
                own[i]);
    return ASSAY_OK;
}

static assay_status check_rows(assay_context *context, uint64_t rows)
{
    return rows <= ASSAY_ALLOCATE_MOST
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EDOM,
                            "the list has %llu cases: a population of more than %d is not planned",
                            (unsigned long long)rows, ASSAY_ALLOCATE_MOST);
}

/* Room for the sizes, once the strata are known. */
static assay_status make_room(assay_context *context, size_t n, const size_t columns[],
                              assay_plan *plan)
{
    plan->columns = assay_alloc_array(n, sizeof *plan->columns);
    plan->sample = assay_alloc_zeroed_array(plan->strata->n, sizeof *plan->sample);
    plan->reserve = assay_alloc_zeroed_array(plan->strata->n, sizeof *plan->reserve);
    if (plan->columns == NULL || plan->sample == NULL || plan->reserve == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        plan->columns[i] = columns[i];
    plan->n_columns = n;
    return ASSAY_OK;
}

static assay_status fill(assay_context *context, const assay_frame *frame, size_t n,
                         const size_t columns[], assay_plan *plan)
{
    assay_status status = check_rows(context, assay_frame_rows(frame));
    if (status == ASSAY_OK)
        status = check_names(context, frame);
    if (status == ASSAY_OK)
        status = share_columns(context, frame, &plan->frame);
    if (status == ASSAY_OK)
        status = assay_frame_require_unique(context, frame, plan->id);
    if (status == ASSAY_OK)
        status = assay_strata_new(context, frame, n, columns, &plan->strata);
    return status == ASSAY_OK ? make_room(context, n, columns, plan) : status;
}

static void free_plan(assay_plan *plan)
{
    assay_frame_free(plan->frame);
    assay_free(plan->columns);
    assay_strata_free(plan->strata);
    assay_free(plan->sample);
    assay_free(plan->reserve);
    assay_free(plan->expected);
    assay_parts_free(plan->cells);
    assay_free(plan->asked);
    assay_strata_free(plan->holders);
    assay_measure_free(plan->measure);
    assay_stages_free(plan->stages);
    assay_listed_release(plan->listed);
    assay_free(plan->own);
    assay_free(plan);
}

static assay_plan *new_plan(void)
{
    assay_plan *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return NULL;
    fresh->own = assay_alloc(sizeof *fresh->own);
    if (fresh->own == NULL) {
        free_plan(fresh);
        return NULL;
    }
    atomic_init(&fresh->own->references, 1);
    return fresh;
}

/* Hands the plan out if it was made well. */
static assay_status answer(assay_status status, assay_plan *fresh, assay_plan **plan)
{
    if (status == ASSAY_OK)
        *plan = fresh;
    else
        free_plan(fresh);
    return status;
}

assay_status assay_plan_new(assay_context *context, const assay_frame *frame, size_t id, size_t n,
                            const size_t columns[], assay_plan **plan)
{
    assay_plan *fresh = new_plan();
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->id = id;
    return answer(fill(context, frame, n, columns, fresh), fresh, plan);
}

/* ---- of a list that streams past ---- */

static assay_status fill_listed(assay_context *context, const assay_unique *unique,
                                assay_plan *plan)
{
    assay_listed *listed = plan->listed;
    const char *id = listed->source->names[listed->numbers[listed->id]];
    plan->id = listed->id;
    assay_status status = check_rows(context, listed->rows);
    if (status == ASSAY_OK)
        status = check_names(context, listed->firsts);
    if (status == ASSAY_OK)
        status = share_columns(context, listed->firsts, &plan->frame);
    if (status == ASSAY_OK)
        status = assay_unique_answer(context, unique, id);
    if (status == ASSAY_OK)
        status = assay_listed_strata(context, listed, &plan->strata);
    return status == ASSAY_OK ? make_room(context, listed->n_columns, listed->columns, plan)
                              : status;
}

assay_status assay_plan_of_source(assay_context *context, assay_source *source,
                                  const assay_column_wish wishes[], const bool keep[], size_t id,
                                  size_t n, const size_t columns[], assay_plan **plan)
{
    assay_plan *fresh = new_plan();
    assay_unique *unique = assay_alloc_zeroed_array(1, sizeof *unique);
    assay_status status = fresh == NULL || unique == NULL
                              ? assay_fail_memory(context)
                              : assay_listed_new(context, source, wishes, keep, id, n, columns,
                                                 unique, &fresh->listed);
    if (status == ASSAY_OK)
        status = fill_listed(context, unique, fresh);
    if (unique != NULL)
        assay_unique_free(unique);
    assay_free(unique);
    return fresh == NULL ? status : answer(status, fresh, plan);
}

/* The sizes of a plan with the same strata. */
static assay_status copy_sizes(assay_context *context, const assay_plan *from, assay_plan *to)
{
    const size_t n = from->strata->n;
    to->expected = from->expected == NULL ? NULL : assay_alloc_array(n, sizeof *to->expected);
    if (from->expected != NULL && to->expected == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < n; h++) {
        to->sample[h] = from->sample[h];
        to->reserve[h] = from->reserve[h];
        if (to->expected != NULL)
            to->expected[h] = from->expected[h];
    }
    to->size = from->size;
    return ASSAY_OK;
}

assay_status assay_plan_hold(assay_context *context, const assay_plan *plan, assay_sifted *sifted,
                             assay_plan **held)
{
    assay_plan *fresh = new_plan();
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->id = plan->id;
    fresh->listed = assay_listed_retain(plan->listed);
    assay_status status =
        assay_strata_hold(context, plan->strata, sifted->n, sifted->of_row, &fresh->strata);
    if (status == ASSAY_OK)
        status = make_room(context, plan->n_columns, plan->columns, fresh);
    if (status == ASSAY_OK)
        status = copy_sizes(context, plan, fresh);
    if (status == ASSAY_OK) {
        fresh->frame = sifted->frame;
        sifted->frame = NULL;
    }
    return answer(status, fresh, held);
}

uint64_t assay_plan_population(const assay_plan *plan)
{
    uint64_t population = 0;
    for (size_t h = 0; h < plan->strata->n; h++)
        population += plan->strata->population[h];
    return population;
}

static assay_status require_rows(assay_context *context, const assay_plan *plan, const char *what)
{
    return plan->listed == NULL
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EDOM,
                            "%s needs all cases in memory, but this list streams past: collect it "
                            "first",
                            what);
}

assay_plan *assay_plan_retain(assay_plan *plan)
{
    atomic_fetch_add(&plan->own->references, 1);
    return plan;
}

void assay_plan_release(assay_plan *plan)
{
    if (plan != NULL && atomic_fetch_sub(&plan->own->references, 1) == 1)
        free_plan(plan);
}

/* ---- sizes ---- */

static assay_status refuse_stages(assay_context *context, const assay_plan *plan)
{
    return plan->stages == NULL
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EDOM,
                            "cells, caps and sizes by stratum do not go with two stages");
}

static assay_status too_many(assay_context *context, const assay_plan *plan, size_t h,
                             uint64_t wanted)
{
    char quoted[ASSAY_QUOTED];
    size_t length;
    const char *label = assay_strata_label(plan->strata, h, &length);
    const uint64_t there = plan->strata->population[h];
    return assay_fail(context, ASSAY_EDOM,
                      "stratum '%s' holds %llu case%s: a sample of %llu cannot be drawn from it",
                      assay_quote(label, length, quoted), (unsigned long long)there,
                      there == 1 ? "" : "s", (unsigned long long)wanted);
}

static assay_status check_share(assay_context *context, double share)
{
    if (share >= 0 && share <= 100)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM, "a share of the sample is needed, such as 0.20");
    return assay_blame_argument(context, "reserve");
}

/* An expected size rounded up; too large a number for what is no size of a stratum. */
static uint64_t most_of(double expected)
{
    return expected >= 0 && expected <= ASSAY_ALLOCATE_MOST ? (uint64_t)ceil(expected) : UINT64_MAX;
}

/* Of whole sizes, or of expected ones. */
static assay_status find_reserves(assay_context *context, const assay_plan *plan,
                                  const uint64_t sample[], const double expected[], double share,
                                  uint64_t wanted[], uint64_t reserve[])
{
    const assay_strata *strata = plan->strata;
    const assay_status status = check_share(context, share);
    if (status != ASSAY_OK)
        return status;
    for (size_t h = 0; h < strata->n; h++) {
        const uint64_t most = sample != NULL ? sample[h] : most_of(expected[h]);
        if (most > strata->population[h])
            return too_many(context, plan, h, most);
    }
    for (size_t h = 0; h < strata->n; h++) {
        const uint64_t most = sample != NULL ? sample[h] : most_of(expected[h]);
        const uint64_t left = strata->population[h] - most;
        wanted[h] = assay_round_half_up(share * (sample != NULL ? (double)most : expected[h]));
        reserve[h] = wanted[h] < left ? wanted[h] : left;
    }
    return ASSAY_OK;
}

assay_status assay_plan_reserves(assay_context *context, const assay_plan *plan,
                                 const uint64_t sample[], double share, uint64_t wanted[],
                                 uint64_t reserve[])
{
    return find_reserves(context, plan, sample, NULL, share, wanted, reserve);
}

assay_status assay_plan_expected_reserves(assay_context *context, const assay_plan *plan,
                                          const double expected[], double share, uint64_t wanted[],
                                          uint64_t reserve[])
{
    return find_reserves(context, plan, NULL, expected, share, wanted, reserve);
}

assay_status assay_plan_set(assay_context *context, assay_plan *plan, const uint64_t sample[],
                            const uint64_t reserve[])
{
    const assay_strata *strata = plan->strata;
    const assay_status status = refuse_stages(context, plan);
    if (status != ASSAY_OK)
        return status;
    for (size_t h = 0; h < strata->n; h++)
        if (sample[h] > strata->population[h] || reserve[h] > strata->population[h] - sample[h])
            return too_many(context, plan, h, sample[h] + reserve[h]);
    plan->size = 0;
    for (size_t h = 0; h < strata->n; h++) {
        plan->sample[h] = sample[h];
        plan->reserve[h] = reserve[h];
        plan->size += sample[h];
    }
    return ASSAY_OK;
}

assay_status assay_plan_set_expected(assay_context *context, assay_plan *plan, uint64_t n,
                                     const double expected[], const uint64_t reserve[])
{
    const assay_strata *strata = plan->strata;
    const assay_status status = refuse_stages(context, plan);
    double sum = 0;
    if (status != ASSAY_OK)
        return status;
    for (size_t h = 0; h < strata->n; h++) {
        const uint64_t most = most_of(expected[h]);
        if (most > strata->population[h] || reserve[h] > strata->population[h] - most)
            return too_many(context, plan, h, most + reserve[h]);
        sum += expected[h];
    }
    if (!(fabs(sum - (double)n) < 0.25)) /* as rounding.h has it */
        return assay_fail(context, ASSAY_EDOM, "the sizes of the strata do not add up to %llu",
                          (unsigned long long)n);
    double *copy = assay_alloc_array(strata->n, sizeof *copy);
    if (copy == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < strata->n; h++) {
        copy[h] = expected[h];
        plan->sample[h] = (uint64_t)expected[h];
        plan->reserve[h] = reserve[h];
    }
    assay_free(plan->expected);
    plan->expected = copy;
    plan->size = n;
    return ASSAY_OK;
}

/* ---- below the strata ---- */

assay_status assay_plan_within(assay_context *context, assay_plan *plan, size_t n,
                               const size_t columns[], uint64_t cap)
{
    const size_t n_strata = plan->strata->n;
    assay_status status = refuse_stages(context, plan);
    if (status == ASSAY_OK)
        status = require_rows(context, plan, "a plan with cells");
    if (status != ASSAY_OK)
        return status;
    uint64_t *asked = assay_alloc_array(n_strata, 2 * sizeof *asked);
    if (asked == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < n_strata; h++) {
        asked[h] = plan->sample[h];
        asked[n_strata + h] = plan->reserve[h];
    }
    status = assay_parts_new(context, plan->frame, plan->strata, n, columns, cap, plan->sample,
                             plan->reserve, &plan->cells);
    if (status != ASSAY_OK) {
        assay_free(asked);
        return status;
    }
    plan->asked = asked;
    assay_parts_sizes(plan->cells, n_strata, plan->sample, plan->reserve);
    plan->size = 0;
    for (size_t h = 0; h < n_strata; h++)
        plan->size += plan->sample[h];
    return ASSAY_OK;
}

static uint64_t under_cap(uint64_t cases, uint64_t cap)
{
    return cases < cap ? cases : cap;
}

/* Each stratum parted by holder, with nothing drawn, and the holder of each cell. */
static assay_status part_by_holder(assay_context *context, const assay_plan *plan,
                                   assay_parts **cells, uint32_t **holder)
{
    uint64_t *none = assay_alloc_zeroed_array(plan->strata->n, sizeof *none);
    if (none == NULL)
        return assay_fail_memory(context);
    const assay_status status =
        assay_parts_new(context, plan->frame, plan->strata, 1, &plan->holder, 0, none, none, cells);
    assay_free(none);
    if (status != ASSAY_OK)
        return status;
    *holder = assay_alloc_array((*cells)->n, sizeof **holder);
    if (*holder == NULL)
        return assay_fail_memory(context);
    for (size_t row = 0; row < assay_frame_rows(plan->frame); row++)
        (*holder)[(*cells)->of_row[row]] = plan->holders->of_row[row];
    return ASSAY_OK;
}

/* A stratum that the cap leaves too few cases, whatever the others take. */
static assay_status check_strata(assay_context *context, const assay_plan *plan,
                                 const assay_parts *cells)
{
    char quoted[ASSAY_QUOTED];
    for (size_t h = 0, c = 0; h < plan->strata->n; h++) {
        uint64_t room = 0;
        for (; c < cells->n && cells->stratum[c] == h; c++)
            room += under_cap(cells->population[c], plan->cap);
        size_t length;
        const char *label = assay_strata_label(plan->strata, h, &length);
        if (room < plan->sample[h])
            return assay_fail(
                context, ASSAY_EDOM,
                "with at most %llu for each '%.40s', stratum '%s' can give %llu cases, not %llu",
                (unsigned long long)plan->cap, assay_frame_name(plan->frame, plan->holder),
                assay_quote(label, length, quoted), (unsigned long long)room,
                (unsigned long long)plan->sample[h]);
    }
    return ASSAY_OK;
}

static assay_status check_cap(assay_context *context, const assay_plan *plan)
{
    assay_parts *cells = NULL;
    uint32_t *holder = NULL;
    uint64_t most = 0;
    assay_status status = part_by_holder(context, plan, &cells, &holder);
    if (status == ASSAY_OK)
        status = check_strata(context, plan, cells);
    if (status == ASSAY_OK)
        status = assay_capacity(context, cells, holder, plan->holders->n, plan->cap,
                                plan->strata->n, plan->sample, &most);
    if (status == ASSAY_OK && most < plan->size)
        status =
            assay_fail(context, ASSAY_EDOM,
                       "with at most %llu for each '%.40s', the strata can give %llu cases "
                       "together, not %llu",
                       (unsigned long long)plan->cap, assay_frame_name(plan->frame, plan->holder),
                       (unsigned long long)most, (unsigned long long)plan->size);
    assay_parts_free(cells);
    assay_free(holder);
    return status;
}

assay_status assay_plan_cap(assay_context *context, assay_plan *plan, size_t column, uint64_t cap)
{
    assay_status status = refuse_stages(context, plan);
    if (status == ASSAY_OK)
        status = require_rows(context, plan, "a cap");
    if (status == ASSAY_OK)
        status = assay_strata_new(context, plan->frame, 1, &column, &plan->holders);
    plan->holder = column;
    plan->cap = cap;
    if (status == ASSAY_OK)
        status = check_cap(context, plan);
    if (status != ASSAY_OK) {
        assay_strata_free(plan->holders);
        plan->holders = NULL;
    }
    return status;
}

assay_status assay_plan_measure(assay_context *context, assay_plan *plan, size_t column)
{
    if (plan->expected != NULL || plan->cells != NULL || plan->holders != NULL ||
        plan->stages != NULL)
        return assay_fail(context, ASSAY_EDOM,
                          "a measure of size does not go with cells, a cap, stages or sizes that "
                          "are rounded by chance");
    if (require_rows(context, plan, "a measure of size") != ASSAY_OK)
        return context->error.status;
    return assay_measure_new(context, plan->frame, plan->id, plan->strata, column, plan->sample,
                             &plan->measure);
}

double assay_plan_probability(const assay_plan *plan, size_t h)
{
    const double n = plan->stages != NULL     ? plan->stages->expected[h]
                     : plan->expected != NULL ? plan->expected[h]
                                              : (double)plan->sample[h];
    return n / (double)plan->strata->population[h];
}
