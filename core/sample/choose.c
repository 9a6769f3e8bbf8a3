/* choose.c -- the cases that a method of selection draws from each stratum. */
#include "sample/choose.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "sample/apart.h"

/* ---- what goes together ---- */

static bool is_unequal(const assay_method *method)
{
    return method->unequal;
}

static bool is_sorted(const assay_method *method)
{
    return method->sorted;
}

enum { NAMES_BYTES = 128 };

/* The names of the methods that are so, joined by commas. */
static const char *list_names(bool (*so)(const assay_method *method), char names[NAMES_BYTES])
{
    size_t used = 0;
    names[0] = '\0';
    for (size_t i = 0; i < assay_methods_n; i++)
        if (so(&assay_methods[i]) && used < NAMES_BYTES)
            used += (size_t)snprintf(names + used, NAMES_BYTES - used, "%s%s", used > 0 ? ", " : "",
                                     assay_methods[i].name);
    return names;
}

static const char *name_of(const assay_drawing *how)
{
    return how->method == NULL ? "srs" : how->method->name;
}

static assay_status check_measure(assay_context *context, const assay_plan *plan,
                                  const assay_drawing *how)
{
    char names[NAMES_BYTES];
    if (plan->measure == NULL || (how->method != NULL && how->method->unequal))
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "method '%s' gives all cases of a stratum the same probability, but the plan has a "
               "measure of size, '%.40s': give one of %s, or leave size_measure out of the plan",
               name_of(how), assay_frame_name(plan->frame, plan->measure->column),
               list_names(is_unequal, names));
    return assay_blame_argument(context, "method");
}

static assay_status check_sorting(assay_context *context, const assay_plan *plan,
                                  const assay_drawing *how)
{
    char names[NAMES_BYTES];
    const assay_sorting *by = &how->sorting;
    if (by->n > 0 && (how->method == NULL || !how->method->sorted)) {
        assay_fail(context, ASSAY_EDOM,
                   "the order of cases means nothing to method '%s': sort is for %s", name_of(how),
                   list_names(is_sorted, names));
        return assay_blame_argument(context, "sort");
    }
    if (by->serpentine && by->n < 2) {
        assay_fail(context, ASSAY_EDOM,
                   "serpentine turns the direction of the second and later sort columns: sort "
                   "has %zu",
                   by->n);
        return assay_blame_argument(context, "serpentine");
    }
    for (size_t i = 0; i < by->n; i++)
        for (size_t j = 0; j < i; j++)
            if (by->columns[i] == by->columns[j]) {
                assay_fail(context, ASSAY_EDOM, "sort has '%.40s' twice",
                           assay_frame_name(plan->frame, by->columns[i]));
                return assay_blame_argument(context, "sort");
            }
    return ASSAY_OK;
}

/* What a plan asks for that only simple random sampling can do. */
static assay_status check_plan(assay_context *context, const assay_plan *plan,
                               const assay_method *method)
{
    if (plan->listed != NULL) {
        assay_fail(context, ASSAY_EDOM,
                   "method '%s' needs all cases in memory, but this list streams past: collect it "
                   "first",
                   method->name);
        return assay_blame_argument(context, "method");
    }
    const char *what = plan->cells != NULL      ? "within"
                       : plan->holders != NULL  ? "cap"
                       : plan->expected != NULL ? "rounding = \"random\""
                       : plan->stages != NULL   ? "stages, whose method is part of them"
                                                : NULL;
    if (what != NULL) {
        assay_fail(context, ASSAY_EDOM,
                   "the plan has %s, which goes with method 'srs' alone, not '%s'", what,
                   method->name);
        return assay_blame_argument(context, "method");
    }
    for (size_t h = 0; !method->fixed_size && h < plan->strata->n; h++)
        if (plan->reserve[h] > 0) {
            assay_fail(context, ASSAY_EDOM,
                       "the plan has reserves, but a sample by method '%s' has no fixed number of "
                       "places that a reserve could take: leave reserve out of the plan",
                       method->name);
            return assay_blame_argument(context, "method");
        }
    return ASSAY_OK;
}

static assay_status check_apart(assay_context *context, const assay_plan *plan,
                                const assay_drawing *how)
{
    if (how->apart == NULL)
        return ASSAY_OK;
    if (how->method != NULL)
        return assay_fail(context, ASSAY_EDOM,
                          "%s cannot keep a sample apart from others: srs, by ticket, does",
                          how->method->name);
    if (plan->holders != NULL)
        return assay_fail(context, ASSAY_EDOM,
                          "a sample is not kept apart from others under a cap: what both do to the "
                          "probabilities is not known");
    return ASSAY_OK;
}

assay_status assay_drawing_check(assay_context *context, const assay_plan *plan,
                                 const assay_drawing *how)
{
    assay_status status = check_measure(context, plan, how);
    if (status == ASSAY_OK)
        status = check_sorting(context, plan, how);
    if (status == ASSAY_OK)
        status = check_apart(context, plan, how);
    return status == ASSAY_OK && how->method != NULL ? check_plan(context, plan, how->method)
                                                     : status;
}

/* ---- the choice ---- */

double assay_choose_probability(const assay_plan *plan, uint32_t row)
{
    return plan->measure != NULL ? plan->measure->probability[row]
                                 : assay_plan_probability(plan, plan->strata->of_row[row]);
}

/* Room for one stratum. */
typedef struct room {
    uint32_t *rows; /* in the order in which the method walks them */
    double *probability, *number;
    bool *chosen;
} room;

static void free_room(room *r)
{
    assay_free(r->rows);
    assay_free(r->probability);
    assay_free(r->number);
    assay_free(r->chosen);
}

static assay_status make_room(assay_context *context, const assay_strata *strata, room *r)
{
    size_t n = 0;
    for (size_t h = 0; h < strata->n; h++)
        n = (size_t)strata->population[h] > n ? (size_t)strata->population[h] : n;
    r->rows = assay_alloc_array(n, sizeof *r->rows);
    r->probability = assay_alloc_array(n, sizeof *r->probability);
    r->number = assay_alloc_array(n, sizeof *r->number);
    r->chosen = assay_alloc_array(n, sizeof *r->chosen);
    return r->rows == NULL || r->probability == NULL || r->number == NULL || r->chosen == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

/* The stream "METHOD|STRATUM" of the seed. */
static assay_status start_chance(assay_context *context, const assay_sample *sample, size_t h,
                                 assay_rng *random)
{
    size_t length;
    const char *label = assay_strata_label(sample->plan->strata, h, &length);
    assay_bytes name = {0};
    const bool made =
        assay_append(&name, sample->how.method->name, strlen(name_of(&sample->how))) &&
        assay_append(&name, "|", 1) && assay_append(&name, label, length) &&
        assay_append(&name, "", 1);
    if (made)
        assay_rng_stream(random, sample->seed, name.bytes, 0);
    assay_free(name.bytes);
    return made ? ASSAY_OK : assay_fail_memory(context);
}

/* The cases of stratum h, which order[n] has by ticket. */
static assay_status choose_from(assay_context *context, const assay_sample *sample, size_t h,
                                const uint32_t order[], const room *r, bool chosen[])
{
    const assay_plan *plan = sample->plan;
    const assay_method *method = sample->how.method;
    const size_t n = (size_t)plan->strata->population[h];
    assay_rng random;
    memcpy(r->rows, order, n * sizeof *order);
    assay_status status = start_chance(context, sample, h, &random);
    if (status == ASSAY_OK && method->sorted)
        status = assay_walk(context, plan->frame, plan->id, &sample->how.sorting, n, r->rows);
    for (size_t i = 0; i < n; i++) {
        r->probability[i] = assay_choose_probability(plan, r->rows[i]);
        r->number[i] = assay_ticket_uniform(sample->tickets[r->rows[i]]);
    }
    const assay_chance chance = assay_chance_of(&random.gsl);
    const assay_units units = {n, (double)plan->sample[h], r->probability, r->number};
    if (status == ASSAY_OK)
        status = method->choose(context, &units, &chance, r->chosen);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        chosen[r->rows[i]] = r->chosen[i];
    return status;
}

assay_status assay_choose(assay_context *context, const assay_sample *sample,
                          const uint32_t order[], bool chosen[])
{
    const assay_plan *plan = sample->plan;
    const size_t rows = assay_frame_rows(plan->frame);
    room r = {0};
    assay_status status = make_room(context, plan->strata, &r);
    memset(chosen, 0, rows * sizeof *chosen);
    for (size_t h = 0, from = 0; status == ASSAY_OK && h < plan->strata->n; h++) {
        if (plan->sample[h] > 0)
            status = choose_from(context, sample, h, order + from, &r, chosen);
        from += (size_t)plan->strata->population[h];
        if (status == ASSAY_OK)
            status = assay_poll(context, from, rows);
    }
    free_room(&r);
    return status;
}
