/* plan.c -- how many cases from where, validated once. */
#include "sample/plan.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/memory.h"
#include "sample/ticket.h"

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

static assay_status fill(assay_context *context, const assay_frame *frame, size_t n,
                         const size_t columns[], assay_plan *plan)
{
    assay_status status = check_names(context, frame);
    if (status == ASSAY_OK)
        status = share_columns(context, frame, &plan->frame);
    if (status == ASSAY_OK)
        status = assay_frame_require_unique(context, frame, plan->id);
    if (status == ASSAY_OK)
        status = assay_strata_new(context, frame, n, columns, &plan->strata);
    if (status != ASSAY_OK)
        return status;
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

static void free_plan(assay_plan *plan)
{
    assay_frame_free(plan->frame);
    assay_free(plan->columns);
    assay_strata_free(plan->strata);
    assay_free(plan->sample);
    assay_free(plan->reserve);
    assay_free(plan->own);
    assay_free(plan);
}

assay_status assay_plan_new(assay_context *context, const assay_frame *frame, size_t id, size_t n,
                            const size_t columns[], assay_plan **plan)
{
    assay_plan *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->id = id;
    fresh->own = assay_alloc(sizeof *fresh->own);
    const assay_status status =
        fresh->own == NULL ? assay_fail_memory(context) : fill(context, frame, n, columns, fresh);
    if (status != ASSAY_OK) {
        free_plan(fresh);
        return status;
    }
    atomic_init(&fresh->own->references, 1);
    *plan = fresh;
    return ASSAY_OK;
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

/* The guard lets 0.35 * 10, which is a little under 3.5 in binary, round up as it does by hand. */
static uint64_t round_half_up(double x)
{
    return (uint64_t)floor(x + 0.5 + 1e-9);
}

assay_status assay_plan_reserves(assay_context *context, const assay_plan *plan,
                                 const uint64_t sample[], double share, uint64_t wanted[],
                                 uint64_t reserve[])
{
    const assay_strata *strata = plan->strata;
    if (!(share >= 0 && share <= 100)) {
        assay_fail(context, ASSAY_EDOM, "a share of the sample is needed, such as 0.20");
        return assay_blame_argument(context, "reserve");
    }
    for (size_t h = 0; h < strata->n; h++)
        if (sample[h] > strata->population[h])
            return too_many(context, plan, h, sample[h]);
    for (size_t h = 0; h < strata->n; h++) {
        const uint64_t left = strata->population[h] - sample[h];
        wanted[h] = round_half_up(share * (double)sample[h]);
        reserve[h] = wanted[h] < left ? wanted[h] : left;
    }
    return ASSAY_OK;
}

assay_status assay_plan_set(assay_context *context, assay_plan *plan, const uint64_t sample[],
                            const uint64_t reserve[])
{
    const assay_strata *strata = plan->strata;
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

/* ---- the plan as a table ---- */

static assay_status add_counts(assay_context *context, assay_frame *table, const char *name,
                               size_t n, const uint64_t counts[])
{
    int64_t *values = assay_alloc_array(n, sizeof *values);
    assay_status status = values == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t h = 0; status == ASSAY_OK && h < n; h++)
        values[h] = (int64_t)counts[h];
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, table, name, n, values);
    assay_free(values);
    return status;
}

static assay_status add_labels(assay_context *context, assay_frame *table,
                               const assay_strata *strata)
{
    uint32_t *codes = assay_alloc_array(strata->n, sizeof *codes);
    assay_status status = codes == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t h = 0; status == ASSAY_OK && h < strata->n; h++)
        codes[h] = (uint32_t)h + 1;
    if (status == ASSAY_OK)
        status = assay_frame_add_codes(context, table, "stratum", strata->n, codes, strata->labels);
    assay_free(codes);
    return status;
}

static assay_status add_levels(assay_context *context, assay_frame *table, const assay_plan *plan)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < plan->n_columns; i++) {
        assay_column *column;
        status = assay_column_take(context, assay_frame_column(plan->frame, plan->columns[i]),
                                   plan->strata->n, plan->strata->first_row, &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, table,
                                     assay_frame_name(plan->frame, plan->columns[i]), column);
    }
    return status;
}

static assay_status add_probabilities(assay_context *context, assay_frame *table,
                                      const assay_plan *plan)
{
    const assay_strata *strata = plan->strata;
    double *values = assay_alloc_array(strata->n, sizeof *values);
    assay_status status = values == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t h = 0; status == ASSAY_OK && h < strata->n; h++)
        values[h] = (double)plan->sample[h] / (double)strata->population[h];
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, table, "probability", strata->n, values);
    assay_free(values);
    return status;
}

assay_status assay_plan_table(assay_context *context, const assay_plan *plan, assay_frame **table)
{
    const assay_strata *strata = plan->strata;
    assay_frame *fresh;
    assay_status status = assay_frame_new(context, &fresh);
    if (status != ASSAY_OK)
        return status;
    status = add_labels(context, fresh, strata);
    if (status == ASSAY_OK)
        status = add_levels(context, fresh, plan);
    if (status == ASSAY_OK)
        status = add_counts(context, fresh, "population", strata->n, strata->population);
    if (status == ASSAY_OK)
        status = add_counts(context, fresh, "sample", strata->n, plan->sample);
    if (status == ASSAY_OK)
        status = add_counts(context, fresh, "reserve", strata->n, plan->reserve);
    if (status == ASSAY_OK)
        status = add_probabilities(context, fresh, plan);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *table = fresh;
    return ASSAY_OK;
}

/* At most 2^32 numbers below 2^52: the sum needs 84 bits, kept in base 10^18. */
void assay_plan_fingerprint(const assay_plan *plan, char fingerprint[ASSAY_FINGERPRINT_BYTES])
{
    const assay_column *ids = assay_frame_column(plan->frame, plan->id);
    const uint64_t base = 1000000000000000000u;
    uint64_t low = 0, high = 0;
    for (size_t row = 0; row < ids->length; row++) {
        char scratch[ASSAY_CELL_BYTES], ticket[ASSAY_TICKET];
        size_t length;
        const char *id = assay_column_cell(ids, row, scratch, &length);
        assay_ticket("frame", id, length, ticket);
        low += assay_ticket_number(ticket);
        high += low / base;
        low %= base;
    }
    if (high > 0)
        snprintf(fingerprint, ASSAY_FINGERPRINT_BYTES, "%llu%018llu", (unsigned long long)high,
                 (unsigned long long)low);
    else
        snprintf(fingerprint, ASSAY_FINGERPRINT_BYTES, "%llu", (unsigned long long)low);
}
