/* apart.c -- samples kept apart from others. */
#include "sample/apart.h"

#include <string.h>

#include "base/memory.h"
#include "sample/revision.h"

/* ---- making one ---- */

static size_t parts_of(const assay_plan *plan)
{
    return plan->cells != NULL    ? plan->cells->n
           : plan->stages != NULL ? plan->stages->units->n
                                  : plan->strata->n;
}

static uint32_t part_of(const assay_plan *plan, size_t row)
{
    return plan->cells != NULL    ? plan->cells->of_row[row]
           : plan->stages != NULL ? plan->stages->units->of_row[row]
                                  : plan->strata->of_row[row];
}

static const char *id_of(const assay_plan *plan, size_t row, char scratch[ASSAY_CELL_BYTES],
                         size_t *length)
{
    return assay_column_cell(assay_frame_column(plan->frame, plan->id), row, scratch, length);
}

void assay_apart_free(assay_apart *apart)
{
    if (apart == NULL)
        return;
    assay_free(apart->others);
    assay_free(apart->taken);
    assay_free(apart->held);
    assay_free(apart);
}

static assay_status make(assay_context *context, const assay_plan *plan, size_t n,
                         assay_apart **apart)
{
    assay_apart *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->n = n;
    fresh->others = assay_alloc_zeroed_array(n, sizeof *fresh->others);
    fresh->taken = assay_alloc_zeroed_array(assay_frame_rows(plan->frame), sizeof *fresh->taken);
    fresh->held = assay_alloc_zeroed_array(parts_of(plan), sizeof *fresh->held);
    if (fresh->others == NULL || fresh->taken == NULL || fresh->held == NULL) {
        assay_apart_free(fresh);
        return assay_fail_memory(context);
    }
    *apart = fresh;
    return ASSAY_OK;
}

static void take(assay_apart *apart, const assay_plan *plan, size_t row)
{
    if (apart->taken[row])
        return;
    apart->taken[row] = 1;
    apart->held[part_of(plan, row)]++;
    apart->n_taken++;
}

/* The ids of all cases of a list, with code row + 1; or of those that a sample drew. */
static assay_status read_ids(assay_context *context, const assay_plan *plan, size_t n,
                             const uint32_t *rows, assay_dictionary **ids)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    *ids = assay_dictionary_new();
    assay_status status = *ids == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const char *id = id_of(plan, rows == NULL ? i : rows[i], scratch, &length);
        if (assay_dictionary_add(*ids, id, length) == 0)
            status = assay_fail_memory(context);
        if (status == ASSAY_OK && i % 16384 == 0)
            status = assay_poll(context, i, n);
    }
    return status;
}

/* Whether its draw tells no case from another of its stratum, as units drawn whole would. */
static bool is_even(const assay_sample *other)
{
    const assay_plan *plan = other->plan;
    const assay_method *method = other->how.method;
    return (method == NULL || method->by_number) && plan->measure == NULL && plan->cells == NULL &&
           plan->holders == NULL && plan->stages == NULL &&
           (other->how.apart == NULL || other->how.apart->exact);
}

/* Whether each part lies within one stratum of the other's list, or outside of it. */
static assay_status lies_within(assay_context *context, const assay_plan *plan,
                                const assay_sample *other, bool *within)
{
    const size_t rows = assay_frame_rows(plan->frame);
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    assay_dictionary *ids = NULL;
    uint32_t *of_part = assay_alloc_zeroed_array(parts_of(plan), sizeof *of_part);
    assay_status status =
        of_part == NULL
            ? assay_fail_memory(context)
            : read_ids(context, other->plan, assay_frame_rows(other->plan->frame), NULL, &ids);
    *within = true;
    for (size_t row = 0; status == ASSAY_OK && *within && row < rows; row++) {
        const char *id = id_of(plan, row, scratch, &length);
        const uint32_t code = assay_dictionary_find(ids, id, length);
        const uint32_t there = code == 0 ? 1 : other->plan->strata->of_row[code - 1] + 2;
        uint32_t *part = &of_part[part_of(plan, row)];
        *within = *part == 0 || *part == there;
        *part = there;
    }
    assay_dictionary_release(ids);
    assay_free(of_part);
    return status;
}

static assay_status describe(assay_context *context, const assay_sample *sample,
                             assay_other *other)
{
    const assay_revision *r = sample->after;
    strcpy(other->seed, sample->seed);
    if (r != NULL && r->number > 0)
        assay_revision_digest(r, 1, other->digest);
    other->drawn = sample->n;
    return assay_plan_fingerprint(context, sample->plan, other->fingerprint);
}

static assay_status add_other(assay_context *context, const assay_plan *plan,
                              const assay_sample *sample, assay_apart *apart, assay_other *other)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    bool within = false;
    assay_dictionary *ids = NULL;
    assay_status status = describe(context, sample, other);
    if (status == ASSAY_OK)
        status = read_ids(context, sample->plan, sample->n, sample->rows, &ids);
    for (size_t row = 0; status == ASSAY_OK && row < assay_frame_rows(plan->frame); row++) {
        const char *id = id_of(plan, row, scratch, &length);
        if (assay_dictionary_find(ids, id, length) == 0)
            continue;
        other->common++;
        take(apart, plan, row);
    }
    assay_dictionary_release(ids);
    if (status == ASSAY_OK && is_even(sample))
        status = lies_within(context, plan, sample, &within);
    apart->exact = apart->exact && within;
    return status;
}

assay_status assay_apart_new(assay_context *context, const assay_plan *plan, size_t n,
                             const assay_sample *const others[], assay_apart **apart)
{
    assay_apart *fresh = NULL;
    assay_status status = make(context, plan, n, &fresh);
    if (status != ASSAY_OK)
        return status;
    fresh->exact = true;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = add_other(context, plan, others[i], fresh, &fresh->others[i]);
    if (status != ASSAY_OK)
        assay_apart_free(fresh);
    else
        *apart = fresh;
    return status;
}

assay_status assay_apart_copy(assay_context *context, const assay_plan *plan,
                              const assay_apart *apart, assay_apart **copy)
{
    assay_apart *fresh = NULL;
    const assay_status status = make(context, plan, apart->n, &fresh);
    if (status != ASSAY_OK)
        return status;
    memcpy(fresh->others, apart->others, apart->n * sizeof *apart->others);
    memcpy(fresh->taken, apart->taken, assay_frame_rows(plan->frame));
    memcpy(fresh->held, apart->held, parts_of(plan) * sizeof *apart->held);
    fresh->n_taken = apart->n_taken;
    fresh->exact = apart->exact;
    *copy = fresh;
    return ASSAY_OK;
}

/* ---- the draw ---- */

assay_status assay_apart_order(assay_context *context, const assay_apart *apart,
                               const assay_strata *strata, uint32_t order[])
{
    uint32_t *behind = assay_alloc_array((size_t)apart->n_taken, sizeof *behind);
    if (behind == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0, from = 0; h < strata->n; from += (size_t)strata->population[h++]) {
        const size_t end = from + (size_t)strata->population[h];
        size_t at = from, n = 0;
        for (size_t i = from; i < end; i++)
            if (apart->taken[order[i]])
                behind[n++] = order[i];
            else
                order[at++] = order[i];
        memcpy(order + at, behind, n * sizeof *behind);
    }
    assay_free(behind);
    return ASSAY_OK;
}

double assay_apart_probability(const assay_apart *apart, uint32_t row, uint32_t part,
                               uint64_t population, uint64_t drawn)
{
    const uint64_t held = apart->held[part], open = population - held;
    if (!apart->taken[row])
        return drawn >= open ? 1 : (double)drawn / (double)open;
    return drawn <= open ? 0 : (double)(drawn - open) / (double)held;
}

/* ---- in a manifest ---- */

static assay_status add_one(assay_context *context, const assay_other *other, assay_json *list)
{
    assay_json *entry;
    assay_status status = assay_json_add_object(context, list, NULL, &entry);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, entry, "seed", other->seed);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, entry, "fingerprint", other->fingerprint);
    if (status == ASSAY_OK && other->digest[0] != '\0')
        status = assay_json_add_text(context, entry, "digest", other->digest);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, entry, "drawn", (int64_t)other->drawn);
    return status == ASSAY_OK
               ? assay_json_add_integer(context, entry, "common", (int64_t)other->common)
               : status;
}

/* In the order of strata and tickets, which does not depend on that of the rows. */
static assay_status add_ids(assay_context *context, const assay_sample *sample, assay_json *ids)
{
    const assay_apart *apart = sample->how.apart;
    const size_t rows = assay_frame_rows(sample->plan->frame);
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    uint32_t *order = assay_alloc_array(rows, sizeof *order);
    assay_status status =
        order == NULL ? assay_fail_memory(context) : assay_sample_order(context, sample, order);
    for (size_t i = 0; status == ASSAY_OK && i < rows; i++) {
        if (!apart->taken[order[i]])
            continue;
        const char *id = id_of(sample->plan, order[i], scratch, &length);
        char *text = assay_copy_text(id, length);
        status = text == NULL ? assay_fail_memory(context)
                              : assay_json_add_text(context, ids, NULL, text);
        assay_free(text);
    }
    assay_free(order);
    return status;
}

assay_status assay_apart_add(assay_context *context, const assay_sample *sample, assay_json *root)
{
    const assay_apart *apart = sample->how.apart;
    assay_json *member, *list;
    if (apart == NULL)
        return ASSAY_OK;
    assay_status status = assay_json_add_object(context, root, "apart_from", &member);
    if (status == ASSAY_OK)
        status = assay_json_add_bool(context, member, "exact", apart->exact);
    if (status == ASSAY_OK)
        status = assay_json_add_array(context, member, "samples", &list);
    for (size_t i = 0; status == ASSAY_OK && i < apart->n; i++)
        status = add_one(context, &apart->others[i], list);
    if (status == ASSAY_OK)
        status = assay_json_add_array(context, member, "ids", &list);
    return status == ASSAY_OK ? add_ids(context, sample, list) : status;
}

static bool read_text(const assay_json *entry, const char *key, size_t capacity, char text[])
{
    const char *value = assay_json_text(assay_json_member(entry, key));
    if (value == NULL || strlen(value) >= capacity)
        return false;
    strcpy(text, value);
    return true;
}

static bool read_count(const assay_json *entry, const char *key, uint64_t *count)
{
    int64_t value;
    if (assay_json_integer(assay_json_member(entry, key), &value) != ASSAY_OK || value < 0)
        return false;
    *count = (uint64_t)value;
    return true;
}

static bool read_other(const assay_json *entry, assay_other *other)
{
    return read_text(entry, "seed", sizeof other->seed, other->seed) &&
           read_text(entry, "fingerprint", sizeof other->fingerprint, other->fingerprint) &&
           (assay_json_member(entry, "digest") == NULL ||
            read_text(entry, "digest", sizeof other->digest, other->digest)) &&
           read_count(entry, "drawn", &other->drawn) && read_count(entry, "common", &other->common);
}

/* Takes the cases of the ids; how many there were that the list does not have. */
static assay_status take_ids(assay_context *context, const assay_plan *plan, const assay_json *list,
                             assay_apart *apart, size_t *strange)
{
    assay_dictionary *ids = NULL;
    assay_status status = read_ids(context, plan, assay_frame_rows(plan->frame), NULL, &ids);
    *strange = 0;
    for (const assay_json *id = assay_json_first(list); status == ASSAY_OK && id != NULL;
         id = assay_json_next(id)) {
        const char *text = assay_json_text(id);
        const uint32_t code = text == NULL ? 0 : assay_dictionary_find(ids, text, strlen(text));
        if (code == 0)
            ++*strange;
        else
            take(apart, plan, code - 1);
    }
    assay_dictionary_release(ids);
    return status;
}

assay_status assay_apart_restore(assay_context *context, const assay_plan *plan,
                                 const assay_json *member, assay_apart **apart)
{
    const assay_json *list = assay_json_member(member, "samples");
    const assay_json *ids = assay_json_member(member, "ids");
    assay_apart *fresh = NULL;
    size_t i = 0, strange;
    bool good = true;
    if (member == NULL)
        return ASSAY_OK;
    assay_status status = make(context, plan, assay_json_size(list), &fresh);
    if (status != ASSAY_OK)
        return status;
    fresh->exact = assay_json_is_true(assay_json_member(member, "exact"));
    for (const assay_json *entry = assay_json_first(list); good && entry != NULL;
         entry = assay_json_next(entry), i++)
        good =
            read_other(entry, &fresh->others[i]) && fresh->others[i].common <= assay_json_size(ids);
    status = take_ids(context, plan, ids, fresh, &strange);
    if (status == ASSAY_OK &&
        (!good || i == 0 || strange > 0 || fresh->n_taken != assay_json_size(ids)))
        status = assay_fail(context, ASSAY_EFORMAT,
                            "this is no manifest of a sample: 'apart_from' is missing or wrong");
    if (status != ASSAY_OK)
        assay_apart_free(fresh);
    else
        *apart = fresh;
    return status;
}
