/* plan.c -- how many cases from where, validated once. */
#include "sample/plan.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/memory.h"
#include "sample/allocate.h"
#include "sample/capacity.h"
#include "sample/round_robin.h"
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

static assay_status check_rows(assay_context *context, const assay_frame *frame)
{
    const size_t rows = assay_frame_rows(frame);
    return rows <= ASSAY_ALLOCATE_MOST
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EDOM,
                            "the list has %zu cases: a population of more than %d is not planned",
                            rows, ASSAY_ALLOCATE_MOST);
}

static assay_status fill(assay_context *context, const assay_frame *frame, size_t n,
                         const size_t columns[], assay_plan *plan)
{
    assay_status status = check_rows(context, frame);
    if (status == ASSAY_OK)
        status = check_names(context, frame);
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
    assay_free(plan->expected);
    assay_parts_free(plan->cells);
    assay_free(plan->asked);
    assay_strata_free(plan->holders);
    assay_measure_free(plan->measure);
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
    double sum = 0;
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
    uint64_t *asked = assay_alloc_array(n_strata, 2 * sizeof *asked);
    if (asked == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < n_strata; h++) {
        asked[h] = plan->sample[h];
        asked[n_strata + h] = plan->reserve[h];
    }
    const assay_status status = assay_parts_new(context, plan->frame, plan->strata, n, columns, cap,
                                                plan->sample, plan->reserve, &plan->cells);
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
    assay_status status = assay_strata_new(context, plan->frame, 1, &column, &plan->holders);
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
    if (plan->expected != NULL || plan->cells != NULL || plan->holders != NULL)
        return assay_fail(context, ASSAY_EDOM,
                          "a measure of size does not go with cells, a cap or sizes that are "
                          "rounded by chance");
    return assay_measure_new(context, plan->frame, plan->id, plan->strata, column, plan->sample,
                             &plan->measure);
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

double assay_plan_probability(const assay_plan *plan, size_t h)
{
    const double n = plan->expected != NULL ? plan->expected[h] : (double)plan->sample[h];
    return n / (double)plan->strata->population[h];
}

static assay_status add_probabilities(assay_context *context, assay_frame *table,
                                      const assay_plan *plan)
{
    const assay_strata *strata = plan->strata;
    double *values = assay_alloc_array(strata->n, sizeof *values);
    assay_status status = values == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t h = 0; status == ASSAY_OK && h < strata->n; h++)
        values[h] = assay_plan_probability(plan, h);
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
        status = plan->expected != NULL
                     ? assay_frame_add_numbers(context, fresh, "sample", strata->n, plan->expected)
                     : add_counts(context, fresh, "sample", strata->n, plan->sample);
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
