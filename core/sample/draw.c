/* draw.c -- which cases, by ticket. */
#include "sample/draw.h"

#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "sample/apart.h"
#include "sample/choose.h"
#include "sample/pick.h"
#include "sample/revision.h"

/* ---- the draw ---- */

static assay_status write_tickets(assay_context *context, assay_sample *sample)
{
    const assay_column *ids = assay_frame_column(sample->plan->frame, sample->plan->id);
    for (size_t row = 0; row < ids->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id = assay_column_cell(ids, row, scratch, &length);
        assay_ticket(sample->seed, id, length, sample->tickets[row]);
        if (row % 16384 == 0 && assay_poll(context, row, ids->length) != ASSAY_OK)
            return context->error.status;
    }
    return ASSAY_OK;
}

/* By stratum, then ticket, then id. */
static int compare(const void *self, uint32_t a, uint32_t b)
{
    const assay_sample *sample = self;
    const uint32_t *of_row = sample->plan->strata->of_row;
    if (of_row[a] != of_row[b])
        return of_row[a] < of_row[b] ? -1 : 1;
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t a_length, b_length;
    const assay_column *ids = assay_frame_column(sample->plan->frame, sample->plan->id);
    const char *a_id = assay_column_cell(ids, a, scratch_a, &a_length);
    const char *b_id = assay_column_cell(ids, b, scratch_b, &b_length);
    return assay_ticket_compare(sample->tickets[a], a_id, a_length, sample->tickets[b], b_id,
                                b_length);
}

assay_status assay_sample_order(assay_context *context, const assay_sample *sample,
                                uint32_t order[])
{
    const size_t n = assay_frame_rows(sample->plan->frame);
    for (size_t row = 0; row < n; row++)
        order[row] = (uint32_t)row;
    return assay_sort(context, n, order, compare, sample);
}

static assay_status select_cases(assay_context *context, assay_sample *sample)
{
    const size_t rows = assay_frame_rows(sample->plan->frame);
    uint32_t *order = assay_alloc_array(rows, sizeof *order);
    assay_status status = order == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        status = write_tickets(context, sample);
    if (status == ASSAY_OK)
        status = assay_sample_order(context, sample, order);
    if (status == ASSAY_OK && sample->how.apart != NULL)
        status = assay_apart_order(context, sample->how.apart, sample->plan->strata, order);
    if (status == ASSAY_OK)
        status = assay_pick(context, sample, order);
    assay_free(order);
    return status;
}

/* A sample of a random size may have all cases. */
static size_t most_of_sample(const assay_sample *sample)
{
    const assay_method *method = sample->how.method;
    return method == NULL || method->fixed_size ? (size_t)sample->plan->size
                                                : assay_frame_rows(sample->plan->frame);
}

static size_t most_drawn(const assay_sample *sample)
{
    const assay_plan *plan = sample->plan;
    size_t n = most_of_sample(sample);
    for (size_t h = 0; h < plan->strata->n; h++)
        n += (size_t)plan->reserve[h];
    return n;
}

static assay_status make_room(assay_context *context, assay_sample *sample)
{
    const assay_plan *plan = sample->plan;
    const size_t most = most_drawn(sample), size = most_of_sample(sample);
    sample->tickets = assay_alloc_array(assay_frame_rows(plan->frame), sizeof *sample->tickets);
    sample->rows = assay_alloc_array(most, sizeof *sample->rows);
    sample->ranks = assay_alloc_array(most, sizeof *sample->ranks);
    sample->sizes = assay_alloc_zeroed_array(plan->strata->n, sizeof *sample->sizes);
    sample->reserves = assay_alloc_zeroed_array(plan->strata->n, sizeof *sample->reserves);
    sample->probability = assay_alloc_array(size, sizeof *sample->probability);
    sample->weight = assay_alloc_array(size, sizeof *sample->weight);
    return sample->tickets == NULL || sample->rows == NULL || sample->ranks == NULL ||
                   sample->sizes == NULL || sample->reserves == NULL ||
                   sample->probability == NULL || sample->weight == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static assay_status copy_drawing(assay_context *context, const assay_drawing *how,
                                 assay_drawing *copy)
{
    const size_t n = how->sorting.n;
    *copy = (assay_drawing){.method = how->method, .sorting.serpentine = how->sorting.serpentine};
    if (n == 0)
        return ASSAY_OK;
    copy->sorting.columns = assay_alloc_array(n, sizeof *copy->sorting.columns);
    copy->sorting.descending = assay_alloc_array(n, sizeof *copy->sorting.descending);
    if (copy->sorting.columns == NULL || copy->sorting.descending == NULL)
        return assay_fail_memory(context);
    memcpy(copy->sorting.columns, how->sorting.columns, n * sizeof *copy->sorting.columns);
    memcpy(copy->sorting.descending, how->sorting.descending, n * sizeof *copy->sorting.descending);
    copy->sorting.n = n;
    return ASSAY_OK;
}

assay_status assay_draw(assay_context *context, assay_plan *plan, const char *seed,
                        assay_sample **sample)
{
    return assay_draw_by(context, plan, seed, &(assay_drawing){0}, sample);
}

static assay_status check(assay_context *context, const assay_plan *plan, const char *seed,
                          const assay_drawing *how)
{
    char quoted[ASSAY_QUOTED];
    if (!assay_seed_is_valid(seed, strlen(seed)))
        return assay_fail(context, ASSAY_EDOM,
                          "seed '%s' is not 1 to 64 of the characters A-Z a-z 0-9 . _ -",
                          assay_quote(seed, strlen(seed), quoted));
    return assay_drawing_check(context, plan, how);
}

assay_status assay_draw_by(assay_context *context, assay_plan *plan, const char *seed,
                           const assay_drawing *how, assay_sample **sample)
{
    assay_status status = check(context, plan, seed, how);
    if (status != ASSAY_OK)
        return status;
    assay_sample *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->plan = assay_plan_retain(plan);
    strcpy(fresh->seed, seed);
    fresh->approximate = how->method != NULL && how->method->approximate && plan->measure != NULL;
    status = copy_drawing(context, how, &fresh->how);
    if (status == ASSAY_OK && how->apart != NULL)
        status = assay_apart_copy(context, plan, how->apart, &fresh->how.apart);
    if (status == ASSAY_OK)
        status = make_room(context, fresh);
    if (status == ASSAY_OK)
        status = select_cases(context, fresh);
    if (status != ASSAY_OK) {
        assay_sample_free(fresh);
        return status;
    }
    *sample = fresh;
    return ASSAY_OK;
}

void assay_sample_free(assay_sample *sample)
{
    if (sample == NULL)
        return;
    assay_plan_release(sample->plan);
    assay_free(sample->how.sorting.columns);
    assay_free(sample->how.sorting.descending);
    assay_apart_free(sample->how.apart);
    assay_free(sample->tickets);
    assay_free(sample->rows);
    assay_free(sample->ranks);
    assay_free(sample->sizes);
    assay_free(sample->reserves);
    assay_free(sample->probability);
    assay_free(sample->weight);
    assay_free(sample->passed);
    assay_sample_free(sample->units);
    assay_revision_free(sample->after);
    assay_free(sample);
}

/* ---- as tables ---- */

static assay_status add_built(assay_context *context, assay_frame *frame, const char *name,
                              assay_builder *builder, assay_type type, assay_status status)
{
    assay_column *column;
    const assay_column_wish wish = {.type = type};
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, builder, &wish, &column);
    if (status == ASSAY_OK)
        status = assay_frame_add(context, frame, name, column);
    assay_builder_free(builder);
    return status;
}

static assay_status add_strata(assay_context *context, const assay_sample *sample, size_t n,
                               const uint32_t rows[], assay_frame *frame)
{
    const assay_strata *strata = sample->plan->strata;
    uint32_t *codes = assay_alloc_array(n, sizeof *codes);
    if (codes == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        codes[i] = strata->of_row[rows[i]] + 1;
    const assay_status status =
        assay_frame_add_codes(context, frame, "stratum", n, codes, strata->labels);
    assay_free(codes);
    return status;
}

static assay_status add_tickets(assay_context *context, const assay_sample *sample, size_t n,
                                const uint32_t rows[], assay_frame *frame)
{
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = assay_builder_add(context, builder, sample->tickets[rows[i]], ASSAY_TICKET - 1);
    return add_built(context, frame, "ticket", builder, ASSAY_TEXT, status);
}

/* The first n_sample of n rows belong to the sample, the others to the reserves. */
static assay_status add_roles(assay_context *context, size_t n, size_t n_sample, assay_frame *frame)
{
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = i < n_sample ? assay_builder_add(context, builder, "sample", 6)
                              : assay_builder_add(context, builder, "reserve", 7);
    return add_built(context, frame, "role", builder, ASSAY_CATEGORY, status);
}

static assay_status add_ranks(assay_context *context, const assay_sample *sample,
                              assay_frame *frame)
{
    int64_t *values = assay_alloc_array(sample->n, sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < sample->n; i++)
        values[i] = sample->ranks[i];
    const assay_status status = assay_frame_add_integers(context, frame, "rank", sample->n, values);
    assay_free(values);
    return status;
}

static assay_status add_measures(assay_context *context, const assay_sample *sample,
                                 assay_frame *frame)
{
    const size_t n = sample->n;
    double *values = assay_alloc_array(n, 2 * sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    assay_status status = assay_sample_measures(context, sample, values, values + n);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "probability", n, values);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "weight", n, values + n);
    assay_free(values);
    return status;
}

/* Of reserves too: their unit was drawn. */
static assay_status add_unit_probabilities(assay_context *context, const assay_sample *sample,
                                           assay_frame *frame)
{
    const assay_stages *stages = sample->plan->stages;
    double *values = assay_alloc_array(sample->n, sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < sample->n; i++)
        values[i] = assay_stages_probability(stages, stages->units->of_row[sample->rows[i]]);
    const assay_status status =
        assay_frame_add_numbers(context, frame, "unit_probability", sample->n, values);
    assay_free(values);
    return status;
}

/* Sample or reserve, or what a case was lost as. */
static assay_status add_fates(assay_context *context, const assay_sample *sample,
                              assay_frame *frame)
{
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < sample->n; i++) {
        const char *role = assay_fate_name(assay_sample_fate(sample, i));
        status = assay_builder_add(context, builder, role, strlen(role));
    }
    return add_built(context, frame, "role", builder, ASSAY_CATEGORY, status);
}

static assay_status add_design(assay_context *context, const assay_sample *sample,
                               assay_frame *frame)
{
    assay_status status = add_strata(context, sample, sample->n, sample->rows, frame);
    if (status == ASSAY_OK)
        status = add_fates(context, sample, frame);
    if (status == ASSAY_OK)
        status = add_ranks(context, sample, frame);
    if (status == ASSAY_OK && sample->units != NULL)
        status = add_unit_probabilities(context, sample, frame);
    if (status == ASSAY_OK)
        status = add_measures(context, sample, frame);
    return status == ASSAY_OK ? add_tickets(context, sample, sample->n, sample->rows, frame)
                              : status;
}

assay_status assay_sample_cases(assay_context *context, const assay_sample *sample,
                                assay_frame **cases)
{
    assay_frame *fresh;
    assay_status status =
        assay_frame_take(context, sample->plan->frame, sample->n, sample->rows, &fresh);
    if (status != ASSAY_OK)
        return status;
    status = add_design(context, sample, fresh);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *cases = fresh;
    return ASSAY_OK;
}

assay_status assay_sample_passed_over(assay_context *context, const assay_sample *sample,
                                      assay_frame **frame)
{
    const size_t n = sample->n_passed;
    const uint32_t none = 0, *rows = n > 0 ? sample->passed : &none;
    assay_frame *fresh;
    assay_status status = assay_frame_take(context, sample->plan->frame, n, rows, &fresh);
    if (status != ASSAY_OK)
        return status;
    status = add_strata(context, sample, n, rows, fresh);
    if (status == ASSAY_OK)
        status = add_roles(context, n, sample->n_passed_sample, fresh);
    if (status == ASSAY_OK)
        status = add_tickets(context, sample, n, rows, fresh);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *frame = fresh;
    return ASSAY_OK;
}

/* ---- units as a table ---- */

static assay_status add_unit_names(assay_context *context, const assay_sample *units,
                                   assay_frame *frame)
{
    assay_column *names;
    const assay_plan *first = units->plan;
    const assay_status status = assay_column_take(
        context, assay_frame_column(first->frame, first->id), units->n, units->rows, &names);
    return status == ASSAY_OK ? assay_frame_add(context, frame, "unit", names) : status;
}

static assay_status add_unit_counts(assay_context *context, const assay_sample *sample,
                                    const char *name,
                                    uint64_t (*count)(const assay_stages *stages, size_t u),
                                    assay_frame *frame)
{
    const assay_sample *units = sample->units;
    int64_t *values = assay_alloc_array(units->n, sizeof *values);
    if (values == NULL)
        return assay_fail_memory(context);
    for (size_t k = 0; k < units->n; k++)
        values[k] = (int64_t)count(sample->plan->stages, units->rows[k]);
    const assay_status status = assay_frame_add_integers(context, frame, name, units->n, values);
    assay_free(values);
    return status;
}

static uint64_t population_of(const assay_stages *stages, size_t u)
{
    return stages->units->population[u];
}

static assay_status fill_units(assay_context *context, const assay_sample *sample,
                               assay_frame *frame)
{
    const assay_sample *units = sample->units;
    assay_status status = add_unit_names(context, units, frame);
    if (status == ASSAY_OK)
        status = add_strata(context, units, units->n, units->rows, frame);
    if (status == ASSAY_OK)
        status = add_unit_counts(context, sample, "cases", population_of, frame);
    if (status == ASSAY_OK)
        status = add_unit_counts(context, sample, "sample", assay_stages_cases, frame);
    if (status == ASSAY_OK)
        status = add_unit_counts(context, sample, "reserve", assay_stages_reserve, frame);
    if (status == ASSAY_OK)
        status =
            assay_frame_add_numbers(context, frame, "probability", units->n, units->probability);
    return status == ASSAY_OK ? add_tickets(context, units, units->n, units->rows, frame) : status;
}

assay_status assay_sample_units(assay_context *context, const assay_sample *sample,
                                assay_frame **units)
{
    assay_frame *fresh;
    if (sample->units == NULL)
        return assay_fail(context, ASSAY_EDOM, "the sample was not drawn in two stages");
    assay_status status = assay_frame_new(context, &fresh);
    if (status != ASSAY_OK)
        return status;
    status = fill_units(context, sample, fresh);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *units = fresh;
    return ASSAY_OK;
}

assay_status assay_sample_frame(assay_context *context, const assay_sample *sample,
                                assay_frame **frame)
{
    const size_t n = assay_frame_rows(sample->plan->frame);
    assay_frame *fresh = NULL;
    uint32_t *order = assay_alloc_array(n, sizeof *order);
    assay_status status =
        order == NULL ? assay_fail_memory(context) : assay_sample_order(context, sample, order);
    if (status == ASSAY_OK)
        status = assay_frame_take(context, sample->plan->frame, n, order, &fresh);
    if (status == ASSAY_OK)
        status = add_strata(context, sample, n, order, fresh);
    if (status == ASSAY_OK)
        status = add_tickets(context, sample, n, order, fresh);
    assay_free(order);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *frame = fresh;
    return ASSAY_OK;
}
