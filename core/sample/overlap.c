/* overlap.c -- how far two samples overlap. */
#include <string.h>

#include "base/memory.h"
#include "sample/apart.h"
#include "sample/choose.h"
#include "sample/revision.h"

enum { SAMPLE, RESERVE, LOST, NOT_DRAWN };

/* One of the two: where each row of its list stands now, and whether it was drawn for the sample. */
typedef struct side {
    const assay_sample *sample;
    uint8_t *role, *drawn; /* [rows] */
    uint64_t *shared;      /* [strata]: cases of the other list too */
} side;

static assay_status make_side(assay_context *context, const assay_sample *sample, side *s)
{
    static const uint8_t roles[] = {[ASSAY_RESERVE] = RESERVE,
                                    [ASSAY_IN_SAMPLE] = SAMPLE,
                                    [ASSAY_OUT_OF_SCOPE] = LOST,
                                    [ASSAY_UNAVAILABLE] = LOST};
    const size_t rows = assay_frame_rows(sample->plan->frame);
    s->sample = sample;
    s->role = assay_alloc_array(rows, sizeof *s->role);
    s->drawn = assay_alloc_zeroed_array(rows, sizeof *s->drawn);
    s->shared = assay_alloc_zeroed_array(sample->plan->strata->n, sizeof *s->shared);
    if (s->role == NULL || s->drawn == NULL || s->shared == NULL)
        return assay_fail_memory(context);
    memset(s->role, NOT_DRAWN, rows);
    for (size_t i = 0; i < sample->n; i++) {
        s->role[sample->rows[i]] = roles[assay_sample_fate(sample, i)];
        s->drawn[sample->rows[i]] = i < sample->n_sample;
    }
    return ASSAY_OK;
}

static void free_side(side *s)
{
    assay_free(s->role);
    assay_free(s->drawn);
    assay_free(s->shared);
}

/* As the plan has it, one draw by itself. */
static double probability(const assay_plan *plan, uint32_t row)
{
    if (plan->stages != NULL) {
        const uint32_t u = plan->stages->units->of_row[row];
        return assay_stages_probability(plan->stages, u) *
               (double)assay_stages_cases(plan->stages, u) /
               (double)plan->stages->units->population[u];
    }
    if (plan->cells == NULL)
        return assay_choose_probability(plan, row);
    const uint32_t cell = plan->cells->of_row[row];
    return (double)plan->cells->sample[cell] / (double)plan->cells->population[cell];
}

static void add_case(side *a, uint32_t i, side *b, uint32_t j, assay_overlap *to)
{
    to->shared++;
    a->shared[a->sample->plan->strata->of_row[i]]++;
    b->shared[b->sample->plan->strata->of_row[j]]++;
    to->both += a->drawn[i] && b->drawn[j];
    to->expected += probability(a->sample->plan, i) * probability(b->sample->plan, j);
    if (a->role[i] != NOT_DRAWN && b->role[j] != NOT_DRAWN)
        to->roles[a->role[i]][b->role[j]]++;
}

/* The ids of a column: the code of each is its row + 1, since they differ. */
static assay_status read_ids(assay_context *context, const assay_column *column,
                             assay_dictionary **ids)
{
    *ids = assay_dictionary_new();
    if (*ids == NULL)
        return assay_fail_memory(context);
    for (size_t row = 0; row < column->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id = assay_column_cell(column, row, scratch, &length);
        if (assay_dictionary_add(*ids, id, length) == 0)
            return assay_fail_memory(context);
        if (row % 16384 == 0 && assay_poll(context, row, column->length) != ASSAY_OK)
            return context->error.status;
    }
    return ASSAY_OK;
}

static const assay_column *ids_of(const assay_sample *sample)
{
    return assay_frame_column(sample->plan->frame, sample->plan->id);
}

static assay_status add_cases(assay_context *context, side *a, side *b, assay_overlap *to)
{
    const assay_column *left = ids_of(a->sample);
    assay_dictionary *ids = NULL;
    const assay_status status = read_ids(context, ids_of(b->sample), &ids);
    for (size_t row = 0; status == ASSAY_OK && row < left->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id = assay_column_cell(left, row, scratch, &length);
        const uint32_t code = assay_dictionary_find(ids, id, length);
        if (code != 0)
            add_case(a, (uint32_t)row, b, code - 1, to);
    }
    assay_dictionary_release(ids);
    return status;
}

/* What the strata of one of them let through. */
static uint64_t bound(const side *s)
{
    uint64_t sum = 0;
    for (size_t h = 0; h < s->sample->plan->strata->n; h++) {
        const uint64_t size = s->sample->sizes[h];
        sum += s->shared[h] < size ? s->shared[h] : size;
    }
    return sum;
}

assay_status assay_sample_overlap(assay_context *context, const assay_sample *a,
                                  const assay_sample *b, assay_overlap *overlap)
{
    side left = {0}, right = {0};
    assay_overlap found = {.same_seed = strcmp(a->seed, b->seed) == 0};
    assay_status status = make_side(context, a, &left);
    if (status == ASSAY_OK)
        status = make_side(context, b, &right);
    if (status == ASSAY_OK)
        status = add_cases(context, &left, &right, &found);
    if (status == ASSAY_OK) {
        const uint64_t most_a = bound(&left), most_b = bound(&right);
        found.at_most = most_a < most_b ? most_a : most_b;
        *overlap = found;
    }
    free_side(&left);
    free_side(&right);
    return status;
}

assay_status assay_ids_shared(assay_context *context, const assay_column *a, const assay_column *b,
                              uint64_t *shared)
{
    assay_dictionary *ids = NULL;
    uint64_t n = 0;
    const assay_status status = read_ids(context, b, &ids);
    for (size_t row = 0; status == ASSAY_OK && row < a->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id = assay_column_cell(a, row, scratch, &length);
        n += assay_dictionary_find(ids, id, length) != 0;
    }
    assay_dictionary_release(ids);
    if (status == ASSAY_OK)
        *shared = n;
    return status;
}
