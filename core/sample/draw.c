/* draw.c -- which cases, by ticket. */
#include "sample/draw.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "sample/apart.h"
#include "sample/choose.h"
#include "sample/order.h"
#include "sample/pick.h"
#include "sample/revision.h"

/* ---- the draw ---- */

static const assay_column *ids_of(const assay_sample *sample)
{
    return assay_frame_column(sample->plan->frame, sample->plan->id);
}

static assay_status make_tickets(assay_context *context, const assay_sample *sample)
{
    assay_ticket_maker maker;
    assay_ticket_start(&maker, sample->seed);
    return assay_tickets(context, &maker, ids_of(sample), 0, ids_of(sample)->length,
                         sample->tickets);
}

assay_status assay_sample_order(assay_context *context, const assay_sample *sample,
                                uint32_t order[])
{
    return assay_order_rows(context, ids_of(sample), sample->tickets, sample->plan->strata, NULL,
                            order);
}

/* How many tickets of each stratum have to stand in order; false: all. */
static bool count_first(const assay_sample *sample, uint64_t most[])
{
    const assay_plan *plan = sample->plan;
    if (sample->how.method != NULL || sample->how.apart != NULL || plan->cells != NULL ||
        plan->holders != NULL || plan->stages != NULL)
        return false;
    for (size_t h = 0; h < plan->strata->n; h++)
        most[h] = plan->sample[h] + (plan->expected != NULL) + plan->reserve[h];
    return true;
}

static assay_status select_cases(assay_context *context, assay_sample *sample)
{
    const assay_plan *plan = sample->plan;
    uint32_t *order = assay_alloc_array(assay_frame_rows(plan->frame), sizeof *order);
    uint64_t *most = assay_alloc_array(plan->strata->n, sizeof *most);
    assay_status status = order == NULL || most == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        status = assay_order_rows(context, ids_of(sample), sample->tickets, plan->strata,
                                  count_first(sample, most) ? most : NULL, order);
    if (status == ASSAY_OK && sample->how.apart != NULL)
        status = assay_apart_order(context, sample->how.apart, plan->strata, order);
    if (status == ASSAY_OK)
        status = assay_pick(context, sample, order);
    assay_free(most);
    assay_free(order);
    return status;
}

/* ---- from a list that streams past ---- */

/*
** Keys of so many tickets of a stratum that the first n of its N should be among them: as many again
** as six standard deviations of a Poisson number, and some. Whether they are is counted.
*/
static assay_sieve sieve_for(double n, uint64_t population)
{
    const double share = (n + 6 * sqrt(n) + 20) / (double)population;
    return (assay_sieve){.any = n > 0, .high = share < 1 ? (uint64_t)(share * 0x1p64) : UINT64_MAX};
}

/* Whether each stratum has the tickets that are asked for; else its sieve is made wider. */
static bool widen(const assay_strata *strata, const uint64_t most[], const uint64_t got[],
                  assay_sieve sieves[])
{
    bool enough = true;
    for (size_t h = 0; h < strata->n; h++) {
        const uint64_t there = strata->population[h];
        if (got[h] >= (most[h] < there ? most[h] : there))
            continue;
        sieves[h].high = sieves[h].high > UINT64_MAX / 4 ? UINT64_MAX : 4 * sieves[h].high;
        enough = false;
    }
    return enough;
}

static assay_status sift_until_enough(assay_context *context, const assay_sample *sample,
                                      const uint64_t most[], uint64_t got[], assay_sieve sieves[],
                                      assay_sifted *sifted)
{
    assay_ticket_maker maker;
    assay_ticket_start(&maker, sample->seed);
    for (;;) {
        const assay_status status =
            assay_listed_sift(context, sample->plan->listed, &maker, sieves, sifted);
        if (status != ASSAY_OK)
            return status;
        memset(got, 0, sample->plan->strata->n * sizeof *got);
        for (size_t i = 0; i < sifted->n; i++)
            got[sifted->of_row[i]]++;
        if (widen(sample->plan->strata, most, got, sieves))
            return ASSAY_OK;
        assay_sifted_free(sifted);
        *sifted = (assay_sifted){0};
    }
}

/* Gives the sample a plan that has the rows which can be drawn, and their tickets. */
static assay_status hold_rows(assay_context *context, assay_sample *sample, assay_sifted *sifted)
{
    assay_plan *held = NULL;
    const assay_status status = assay_plan_hold(context, sample->plan, sifted, &held);
    if (status != ASSAY_OK)
        return status;
    assay_plan_release(sample->plan);
    sample->plan = held;
    sample->tickets = sifted->tickets;
    sifted->tickets = NULL;
    return ASSAY_OK;
}

static assay_status sift_listed(assay_context *context, assay_sample *sample)
{
    const assay_strata *strata = sample->plan->strata;
    uint64_t *most = assay_alloc_array(strata->n, sizeof *most);
    uint64_t *got = assay_alloc_array(strata->n, sizeof *got);
    assay_sieve *sieves = assay_alloc_array(strata->n, sizeof *sieves);
    assay_sifted sifted = {0};
    assay_status status =
        most == NULL || got == NULL || sieves == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK) {
        count_first(sample, most);
        for (size_t h = 0; h < strata->n; h++)
            sieves[h] = sieve_for((double)most[h], strata->population[h]);
        status = sift_until_enough(context, sample, most, got, sieves, &sifted);
    }
    if (status == ASSAY_OK)
        status = hold_rows(context, sample, &sifted);
    assay_sifted_free(&sifted);
    assay_free(most);
    assay_free(got);
    assay_free(sieves);
    return status;
}

/* ---- room ---- */

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
    if (plan->listed == NULL)
        sample->tickets = assay_alloc_array(assay_frame_rows(plan->frame), sizeof *sample->tickets);
    sample->rows = assay_alloc_array(most, sizeof *sample->rows);
    sample->ranks = assay_alloc_array(most, sizeof *sample->ranks);
    sample->sizes = assay_alloc_zeroed_array(plan->strata->n, sizeof *sample->sizes);
    sample->reserves = assay_alloc_zeroed_array(plan->strata->n, sizeof *sample->reserves);
    sample->probability = assay_alloc_array(size, sizeof *sample->probability);
    sample->weight = assay_alloc_array(size, sizeof *sample->weight);
    return (sample->tickets == NULL && plan->listed == NULL) || sample->rows == NULL ||
                   sample->ranks == NULL || sample->sizes == NULL || sample->reserves == NULL ||
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
        status = plan->listed != NULL ? sift_listed(context, fresh) : make_tickets(context, fresh);
    if (status == ASSAY_OK)
        status = select_cases(context, fresh);
    if (status != ASSAY_OK) {
        assay_sample_free(fresh);
        return status;
    }
    *sample = fresh;
    return ASSAY_OK;
}

const char *assay_sample_probabilities(const assay_sample *sample)
{
    return sample->how.apart != NULL && !sample->how.apart->exact ? "conditional"
           : sample->estimated                                    ? "estimated"
           : sample->approximate                                  ? "approximate"
                                                                  : NULL;
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
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        char ticket[ASSAY_TICKET];
        assay_hex(sample->tickets[rows[i]], ASSAY_TICKET_BYTES, ticket);
        status = assay_builder_add(context, builder, ticket, ASSAY_TICKET - 1);
    }
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

assay_status assay_sample_rows(assay_context *context, const assay_sample *sample, size_t n,
                               const uint32_t rows[], assay_frame **frame)
{
    assay_frame *fresh = NULL;
    assay_status status = assay_frame_take(context, sample->plan->frame, n, rows, &fresh);
    if (status == ASSAY_OK)
        status = add_strata(context, sample, n, rows, fresh);
    if (status == ASSAY_OK)
        status = add_tickets(context, sample, n, rows, fresh);
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *frame = fresh;
    return ASSAY_OK;
}

assay_status assay_sample_frame(assay_context *context, const assay_sample *sample,
                                assay_frame **frame)
{
    const size_t n = assay_frame_rows(sample->plan->frame);
    if (sample->plan->listed != NULL)
        return assay_fail(context, ASSAY_EDOM,
                          "the cases of a list that streams past are not held");
    uint32_t *order = assay_alloc_array(n, sizeof *order);
    assay_status status =
        order == NULL ? assay_fail_memory(context) : assay_sample_order(context, sample, order);
    if (status == ASSAY_OK)
        status = assay_sample_rows(context, sample, n, order, frame);
    assay_free(order);
    return status;
}
