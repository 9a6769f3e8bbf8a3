/* plan_table.c -- a plan as a table, and the fingerprint of its list. */
#include <stdio.h>

#include "base/memory.h"
#include "sample/plan.h"

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
    const assay_frame *cases = plan->listed != NULL ? plan->listed->firsts : plan->frame;
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < plan->n_columns; i++) {
        assay_column *column;
        status = assay_column_take(context, assay_frame_column(cases, plan->columns[i]),
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
        values[h] = assay_plan_probability(plan, h);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, table, "probability", strata->n, values);
    assay_free(values);
    return status;
}

static assay_status add_sizes(assay_context *context, assay_frame *table, const assay_plan *plan)
{
    const assay_strata *strata = plan->strata;
    assay_status status = add_counts(context, table, "population", strata->n, strata->population);
    if (status == ASSAY_OK)
        status = plan->expected != NULL
                     ? assay_frame_add_numbers(context, table, "sample", strata->n, plan->expected)
                     : add_counts(context, table, "sample", strata->n, plan->sample);
    return status == ASSAY_OK ? add_counts(context, table, "reserve", strata->n, plan->reserve)
                              : status;
}

static assay_status add_stages(assay_context *context, assay_frame *table, const assay_plan *plan)
{
    const assay_stages *stages = plan->stages;
    const assay_plan *first = stages->first;
    const size_t n = plan->strata->n;
    assay_status status = add_counts(context, table, "units", n, first->strata->population);
    if (status == ASSAY_OK)
        status = add_counts(context, table, "sample_units", n, first->sample);
    if (status == ASSAY_OK)
        status = add_counts(context, table, "population", n, plan->strata->population);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, table, "sample", n, stages->expected);
    return status == ASSAY_OK
               ? assay_frame_add_numbers(context, table, "reserve", n, stages->expected_reserve)
               : status;
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
        status = plan->stages != NULL ? add_stages(context, fresh, plan)
                                      : add_sizes(context, fresh, plan);
    if (status == ASSAY_OK)
        status = add_probabilities(context, fresh, plan);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *table = fresh;
    return ASSAY_OK;
}

/* ---- the fingerprint ---- */

/* At most 2^32 numbers below 2^52: the sum needs 84 bits, kept in base 10^18. */
typedef struct large_sum {
    uint64_t low, high;
} large_sum;

static void add_numbers(void *self, size_t n, unsigned char tickets[][ASSAY_TICKET_BYTES])
{
    const uint64_t base = 1000000000000000000u;
    large_sum *sum = self;
    for (size_t i = 0; i < n; i++) {
        sum->low += assay_ticket_number(tickets[i]);
        sum->high += sum->low / base;
        sum->low %= base;
    }
}

static void print_sum(const large_sum *sum, char fingerprint[ASSAY_FINGERPRINT_BYTES])
{
    if (sum->high > 0)
        snprintf(fingerprint, ASSAY_FINGERPRINT_BYTES, "%llu%018llu", (unsigned long long)sum->high,
                 (unsigned long long)sum->low);
    else
        snprintf(fingerprint, ASSAY_FINGERPRINT_BYTES, "%llu", (unsigned long long)sum->low);
}

static assay_status sum_rows(assay_context *context, const assay_column *ids,
                             const assay_ticket_maker *maker, large_sum *sum)
{
    unsigned char(*tickets)[ASSAY_TICKET_BYTES] =
        assay_alloc_array(ASSAY_BLOCK_ROWS, sizeof *tickets);
    assay_status status = tickets == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0, n; status == ASSAY_OK && row < ids->length; row += n) {
        n = ids->length - row < ASSAY_BLOCK_ROWS ? ids->length - row : ASSAY_BLOCK_ROWS;
        status = assay_tickets(context, maker, ids, row, n, tickets);
        if (status == ASSAY_OK)
            add_numbers(sum, n, tickets);
    }
    assay_free(tickets);
    return status;
}

assay_status assay_plan_fingerprint(assay_context *context, const assay_plan *plan,
                                    char fingerprint[ASSAY_FINGERPRINT_BYTES])
{
    large_sum sum = {0};
    assay_ticket_maker maker;
    assay_ticket_start(&maker, "frame");
    const assay_column *ids = assay_frame_column(plan->frame, plan->id);
    const assay_status status =
        plan->listed != NULL
            ? assay_listed_tickets(context, plan->listed, &maker, add_numbers, &sum)
            : sum_rows(context, ids, &maker, &sum);
    if (status == ASSAY_OK)
        print_sum(&sum, fingerprint);
    return status;
}
