/* revision.c -- what becomes of the cases of a sample after the draw. */
#include "sample/revision.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "sample/apart.h"
#include "sample/manifest.h"

static const char *const names[] = {"reserve", "sample", "out_of_scope", "unavailable"};

const char *assay_fate_name(assay_fate fate)
{
    return names[fate];
}

assay_fate assay_sample_fate(const assay_sample *sample, size_t i)
{
    if (sample->after != NULL)
        return (assay_fate)sample->after->fate[i];
    return i < sample->n_sample ? ASSAY_IN_SAMPLE : ASSAY_RESERVE;
}

/* ---- making one ---- */

static assay_status read_ids(assay_context *context, const assay_sample *sample,
                             assay_dictionary *ids)
{
    const assay_column *column = assay_frame_column(sample->plan->frame, sample->plan->id);
    for (size_t i = 0; i < sample->n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id = assay_column_cell(column, sample->rows[i], scratch, &length);
        if (assay_dictionary_add(ids, id, length) == 0)
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

static assay_status fill(assay_context *context, const assay_sample *sample, assay_revision *r)
{
    r->fate = assay_alloc_array(sample->n, sizeof *r->fate);
    r->ids = assay_dictionary_new();
    return r->fate == NULL || r->ids == NULL ? assay_fail_memory(context)
                                             : read_ids(context, sample, r->ids);
}

assay_revision *assay_revision_of(assay_context *context, assay_sample *sample)
{
    if (sample->after != NULL)
        return sample->after;
    assay_revision *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    const assay_status status =
        fresh == NULL ? assay_fail_memory(context) : fill(context, sample, fresh);
    if (status != ASSAY_OK) {
        assay_revision_free(fresh);
        return NULL;
    }
    sample->after = fresh;
    assay_sample_show(sample, 0);
    return fresh;
}

static void forget(assay_loss *loss)
{
    assay_free(loss->why);
    assay_free(loss->date);
}

void assay_revision_free(assay_revision *revision)
{
    if (revision == NULL)
        return;
    for (size_t i = 0; i < revision->n; i++)
        forget(&revision->losses[i]);
    for (uint64_t i = 0; i < revision->number; i++) {
        assay_free(revision->kept[i].manifest);
        assay_free(revision->kept[i].cases);
    }
    assay_free(revision->losses);
    assay_free(revision->kept);
    assay_free(revision->fate);
    assay_dictionary_release(revision->ids);
    assay_free(revision);
}

/* ---- what the losses make of it ---- */

/* What cases are drawn from at random: strata, in two stages units. */
static const assay_strata *pools(const assay_sample *sample)
{
    return sample->units != NULL ? sample->plan->stages->units : sample->plan->strata;
}

static uint32_t pool_of(const assay_sample *sample, size_t place)
{
    return pools(sample)->of_row[sample->rows[place]];
}

/* The cell of a case drawn, or its pool where there are no cells. */
static uint32_t part_of(const assay_sample *sample, size_t place)
{
    const assay_parts *cells = sample->plan->cells;
    return cells != NULL ? cells->of_row[sample->rows[place]] : pool_of(sample, place);
}

void assay_sample_show(assay_sample *sample, size_t n)
{
    assay_revision *r = sample->after;
    for (size_t i = 0; i < sample->n; i++)
        r->fate[i] = i < sample->n_sample ? ASSAY_IN_SAMPLE : ASSAY_RESERVE;
    for (size_t k = 0; k < n; k++) {
        r->fate[r->losses[k].place] = (uint8_t)r->losses[k].kind;
        if (r->losses[k].by != ASSAY_NOBODY)
            r->fate[r->losses[k].by] = ASSAY_IN_SAMPLE;
    }
    r->shown = n;
}

void assay_sample_undo(assay_sample *sample, size_t n)
{
    assay_revision *r = sample->after;
    while (r->n > n)
        forget(&r->losses[--r->n]);
    assay_sample_show(sample, r->n);
}

size_t assay_revision_losses(const assay_revision *revision, uint64_t number)
{
    size_t n = 0;
    while (n < revision->n && revision->losses[n].revision <= number)
        n++;
    return n;
}

void assay_revision_digest(const assay_revision *revision, uint64_t number,
                           char digest[ASSAY_DIGEST_HEX])
{
    const assay_kept *kept = &revision->kept[number - 1];
    assay_manifest_digest(kept->manifest, kept->manifest_length, digest);
}

/* ---- losing a case ---- */

static assay_status check_words(assay_context *context, const assay_change_of_case *what)
{
    int32_t days;
    char quoted[ASSAY_QUOTED];
    if (what->kind != ASSAY_OUT_OF_SCOPE && what->kind != ASSAY_UNAVAILABLE)
        return assay_fail(context, ASSAY_EDOM, "the kind is out_of_scope or unavailable");
    if (what->why[strspn(what->why, " \t\r\n")] == '\0')
        return assay_fail(context, ASSAY_EDOM, "a reason is needed: why the case is %s",
                          what->kind == ASSAY_UNAVAILABLE ? "unavailable" : "out of scope");
    if (!assay_text_is_utf8(what->why, strlen(what->why), NULL))
        return assay_fail(context, ASSAY_EDOM, "the reason is not UTF-8, and so could not be kept");
    if (what->date == NULL ||
        assay_date_from_text(what->date, strlen(what->date), NULL, &days) == ASSAY_OK)
        return ASSAY_OK;
    return assay_fail(context, ASSAY_EDOM, "'%s' is no day of the calendar as yyyy-mm-dd",
                      assay_quote(what->date, strlen(what->date), quoted));
}

static bool is_listed(const assay_sample *sample, const char *id, size_t length)
{
    const assay_column *ids = assay_frame_column(sample->plan->frame, sample->plan->id);
    for (size_t row = 0; row < ids->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t known_length;
        const char *known = assay_column_cell(ids, row, scratch, &known_length);
        if (assay_compare_bytes(id, length, known, known_length) == 0)
            return true;
    }
    return false;
}

/* The place of a case that is in the sample now. */
static assay_status find_place(assay_context *context, const assay_sample *sample,
                               const assay_change_of_case *what, size_t *place)
{
    const uint32_t code = assay_dictionary_find(sample->after->ids, what->id, what->id_length);
    if (code == 0)
        return is_listed(sample, what->id, what->id_length)
                   ? assay_fail(context, ASSAY_EDOM,
                                "the case is not in the sample: it was not drawn")
                   : assay_fail(context, ASSAY_EUNKNOWN, "no case of the list has this id");
    *place = code - 1;
    switch (assay_sample_fate(sample, *place)) {
    case ASSAY_IN_SAMPLE:
        return ASSAY_OK;
    case ASSAY_RESERVE:
        return assay_fail(context, ASSAY_EDOM,
                          "the case is a reserve that has not taken a place in the sample");
    default:
        return assay_fail(context, ASSAY_EDOM, "the case is already lost as %s",
                          assay_fate_name(assay_sample_fate(sample, *place)));
    }
}

static assay_status no_reserve(assay_context *context, const assay_sample *sample, size_t place)
{
    char quoted[ASSAY_QUOTED];
    size_t length, had = 0, left = 0;
    const uint32_t h = pool_of(sample, place);
    const char *label = assay_strata_label(pools(sample), h, &length);
    for (size_t i = sample->n_sample; i < sample->n; i++) {
        had += part_of(sample, i) == part_of(sample, place);
        left += pool_of(sample, i) == h && assay_sample_fate(sample, i) == ASSAY_RESERVE;
    }
    if (sample->units != NULL && sample->plan->stages->hidden)
        strcpy(quoted, "***");
    else
        assay_quote(label, length, quoted);
    if (sample->plan->cells != NULL)
        return assay_fail(
            context, ASSAY_EDOM,
            "no reserve is left: the cell of the case had %zu, and the %zu that stratum "
            "'%s' still has are of other cells. Withdraw the case instead",
            had, left, quoted);
    return assay_fail(context, ASSAY_EDOM,
                      "no reserve is left: %s '%s' had %zu%s. Withdraw the case instead",
                      sample->units != NULL ? "unit" : "stratum", quoted, had,
                      had > 0 ? ", and all have taken places" : "");
}

static assay_status find_reserve(assay_context *context, const assay_sample *sample, size_t place,
                                 size_t *by)
{
    char quoted[ASSAY_QUOTED];
    const assay_plan *plan = sample->plan;
    if (plan->measure != NULL) {
        const char *name = assay_frame_name(plan->frame, plan->measure->column);
        return assay_fail(
            context, ASSAY_EDOM,
            "probabilities are in proportion to '%s': a reserve that took a place would "
            "have none that is known. Withdraw the case instead",
            assay_quote(name, strlen(name), quoted));
    }
    for (size_t i = sample->n_sample; i < sample->n; i++)
        if (part_of(sample, i) == part_of(sample, place) &&
            assay_sample_fate(sample, i) == ASSAY_RESERVE) {
            *by = i;
            return ASSAY_OK;
        }
    return no_reserve(context, sample, place);
}

static assay_status note_loss(assay_context *context, assay_revision *r,
                              const assay_change_of_case *what, size_t place, size_t by)
{
    assay_loss loss = {.revision = what->revision > 0 ? what->revision : r->number + 1,
                       .place = place,
                       .by = by,
                       .kind = what->kind,
                       .why = assay_copy_text(what->why, strlen(what->why))};
    if (what->date != NULL)
        loss.date = assay_copy_text(what->date, strlen(what->date));
    if (loss.why == NULL || (what->date != NULL && loss.date == NULL) ||
        !assay_grow(&r->losses, &r->capacity, r->n, sizeof *r->losses)) {
        forget(&loss);
        return assay_fail_memory(context);
    }
    r->losses[r->n++] = loss;
    return ASSAY_OK;
}

static assay_status lose(assay_context *context, assay_sample *sample,
                         const assay_change_of_case *what, bool replace, size_t *by)
{
    size_t place = 0, next = ASSAY_NOBODY;
    assay_revision *r = assay_revision_of(context, sample);
    assay_status status = r == NULL ? ASSAY_ENOMEM : check_words(context, what);
    if (status == ASSAY_OK)
        status = find_place(context, sample, what, &place);
    if (status == ASSAY_OK && replace)
        status = find_reserve(context, sample, place, &next);
    if (status == ASSAY_OK)
        status = note_loss(context, r, what, place, next);
    if (status != ASSAY_OK)
        return status;
    r->fate[place] = (uint8_t)what->kind;
    if (replace)
        r->fate[next] = ASSAY_IN_SAMPLE;
    r->shown = r->n;
    *by = next;
    return ASSAY_OK;
}

assay_status assay_sample_replace(assay_context *context, assay_sample *sample,
                                  const assay_change_of_case *what, size_t *by)
{
    return lose(context, sample, what, true, by);
}

assay_status assay_sample_withdraw(assay_context *context, assay_sample *sample,
                                   const assay_change_of_case *what)
{
    size_t nobody;
    return lose(context, sample, what, false, &nobody);
}

/* ---- what it does to the design ---- */

/* Replacing stopped at a case in scope, which says too much of the others. */
static double raise_of(const assay_sample *sample, uint32_t h, const assay_toll *t)
{
    const double assessed = (double)t->assessed, met = (double)(t->assessed + t->outside);
    const bool plain = sample->plan->cells == NULL && sample->plan->holders == NULL;
    const uint64_t places =
        sample->units != NULL ? assay_stages_cases(sample->plan->stages, h) : sample->sizes[h];
    const bool filled = t->taken > 0 && t->assessed == places;
    if (!plain || !filled || t->outside == 0 || t->assessed < 2)
        return 1;
    return (assessed - 1) / (met - 1) / (assessed / met);
}

size_t assay_sample_pools(const assay_sample *sample)
{
    return pools(sample)->n;
}

void assay_sample_tolls(const assay_sample *sample, assay_toll tolls[])
{
    const size_t n = pools(sample)->n;
    for (size_t h = 0; h < n; h++)
        tolls[h] = (assay_toll){0};
    for (size_t i = 0; i < sample->n; i++) {
        const assay_fate fate = assay_sample_fate(sample, i);
        assay_toll *t = &tolls[pool_of(sample, i)];
        t->assessed += fate == ASSAY_IN_SAMPLE;
        t->outside += fate == ASSAY_OUT_OF_SCOPE;
        t->lost += fate == ASSAY_UNAVAILABLE;
        t->taken += i >= sample->n_sample && fate != ASSAY_RESERVE;
        if (i < sample->n_sample) {
            t->all += sample->weight[i];
            t->left += fate == ASSAY_UNAVAILABLE ? 0 : sample->weight[i];
        }
    }
    for (size_t h = 0; h < n; h++)
        tolls[h].raise = raise_of(sample, (uint32_t)h, &tolls[h]);
}

/* That the pool is drawn from at all: in two stages, that its unit is. */
static double chance_of_pool(const assay_sample *sample, uint32_t pool)
{
    return sample->units != NULL ? assay_stages_probability(sample->plan->stages, pool) : 1;
}

static double weight_of(const assay_sample *sample, size_t i, const assay_toll *t)
{
    const uint32_t pool = pool_of(sample, i);
    const double population =
        (double)pools(sample)->population[pool] / chance_of_pool(sample, pool);
    const double assessed = (double)t->assessed, met = (double)(t->assessed + t->outside);
    const assay_fate fate = assay_sample_fate(sample, i);
    if (fate == ASSAY_RESERVE || fate == ASSAY_UNAVAILABLE)
        return NAN;
    if (t->taken > 0 && !sample->estimated)
        return fate == ASSAY_IN_SAMPLE
                   ? population / met * t->raise
                   : population / met * (met - assessed * t->raise) / (double)t->outside;
    if (i >= sample->n_sample)
        return NAN;
    return t->lost == 0 ? sample->weight[i] : sample->weight[i] * (t->all / t->left);
}

/* `drawn` has the cases drawn from each cell; NULL without cells. */
static double probability_of(const assay_sample *sample, size_t i, const assay_toll *t,
                             const uint64_t drawn[])
{
    const assay_plan *plan = sample->plan;
    if (assay_sample_fate(sample, i) == ASSAY_RESERVE)
        return NAN;
    if (sample->estimated || t->taken == 0)
        return i < sample->n_sample ? sample->probability[i] : (double)NAN;
    const uint32_t part = part_of(sample, i);
    if (sample->how.apart != NULL && !sample->how.apart->exact)
        return drawn != NULL ? assay_apart_probability(sample->how.apart, sample->rows[i], part,
                                                       plan->cells->population[part], drawn[part])
                             : assay_apart_probability(sample->how.apart, sample->rows[i], part,
                                                       pools(sample)->population[part],
                                                       t->assessed + t->outside + t->lost) *
                                   chance_of_pool(sample, part);
    return drawn != NULL
               ? (double)drawn[part] / (double)plan->cells->population[part]
               : (double)(t->assessed + t->outside + t->lost) /
                     (double)pools(sample)->population[part] * chance_of_pool(sample, part);
}

assay_status assay_sample_measures(assay_context *context, const assay_sample *sample,
                                   double probability[], double weight[])
{
    const assay_parts *cells = sample->plan->cells;
    uint64_t *drawn = cells == NULL ? NULL : assay_alloc_zeroed_array(cells->n, sizeof *drawn);
    assay_toll *tolls = assay_alloc_array(pools(sample)->n, sizeof *tolls);
    if (tolls == NULL || (cells != NULL && drawn == NULL)) {
        assay_free(drawn);
        assay_free(tolls);
        return assay_fail_memory(context);
    }
    assay_sample_tolls(sample, tolls);
    for (size_t i = 0; drawn != NULL && i < sample->n; i++)
        drawn[part_of(sample, i)] += assay_sample_fate(sample, i) != ASSAY_RESERVE;
    for (size_t i = 0; i < sample->n; i++) {
        const assay_toll *t = &tolls[pool_of(sample, i)];
        probability[i] = probability_of(sample, i, t, drawn);
        weight[i] = weight_of(sample, i, t);
    }
    assay_free(drawn);
    assay_free(tolls);
    return ASSAY_OK;
}
