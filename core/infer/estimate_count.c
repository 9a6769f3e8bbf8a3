/* estimate_count.c -- the answers of each stratum in each domain, counted in one pass. */
#include "infer/estimate_count.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"

/* Answers between two polls, some milliseconds, and the fewest units of a block. */
enum { BLOCK_ANSWERS = 1 << 22, LEAST_BLOCK = 1 << 12 };

/* ---- cells ---- */

void assay_estimate_cells_free(assay_estimate_cells *cells)
{
    assay_free(cells->of_unit);
    assay_free(cells->stratum);
    assay_free(cells->first);
}

/* What the units are sorted into. */
struct sorting {
    const assay_design *design;
    const assay_estimate_request *ask;
    uint32_t *order; /* units by stratum */
    uint32_t *last;  /* by group: 1 + the stratum that its last cell is of */
    size_t *next;    /* by group, or by stratum: the place of the next one */
};

static uint32_t group_of(const struct sorting *s, size_t i)
{
    return s->ask->group == NULL ? 0 : s->ask->group[i];
}

static bool is_inside(const struct sorting *s, size_t i)
{
    return (s->ask->inside == NULL || s->ask->inside[i] != 0) && assay_design_inside(s->design, i);
}

static assay_status check_groups(assay_context *context, const struct sorting *s)
{
    for (size_t i = 0; i < assay_design_units(s->design); i++) {
        if (group_of(s, i) < s->ask->n_groups)
            continue;
        assay_fail(context, ASSAY_EDOM, "case %zu is of group %" PRIu64 " of %zu", i + 1,
                   (uint64_t)group_of(s, i) + 1, s->ask->n_groups);
        context->error.row = i + 1;
        return assay_blame_argument(context, "group");
    }
    return ASSAY_OK;
}

static void sort_by_stratum(struct sorting *s)
{
    const size_t n = assay_design_units(s->design), strata = assay_design_strata(s->design);
    const uint32_t *stratum = assay_design_stratum(s->design);
    size_t place = 0;
    memset(s->next, 0, strata * sizeof *s->next);
    for (size_t i = 0; i < n; i++)
        s->next[stratum[i]]++;
    for (size_t h = 0; h < strata; h++) {
        const size_t units = s->next[h];
        s->next[h] = place;
        place += units;
    }
    for (size_t i = 0; i < n; i++)
        s->order[s->next[stratum[i]]++] = (uint32_t)i;
}

/* Goes through the units by stratum; a unit whose stratum is new to its group begins a cell. */
static void count_cells(struct sorting *s, assay_estimate_cells *to)
{
    const uint32_t *stratum = assay_design_stratum(s->design);
    memset(s->last, 0, s->ask->n_groups * sizeof *s->last);
    memset(to->first, 0, (s->ask->n_groups + 1) * sizeof *to->first);
    for (size_t k = 0; k < assay_design_units(s->design); k++) {
        const size_t i = s->order[k];
        const uint32_t g = group_of(s, i);
        if (!is_inside(s, i) || s->last[g] == stratum[i] + 1)
            continue;
        s->last[g] = stratum[i] + 1;
        to->first[g + 1]++;
    }
    for (size_t g = 0; g < s->ask->n_groups; g++) {
        to->most = to->first[g + 1] > to->most ? to->first[g + 1] : to->most;
        to->first[g + 1] += to->first[g];
    }
    to->n = to->first[s->ask->n_groups];
}

static void number_cells(struct sorting *s, assay_estimate_cells *to)
{
    const uint32_t *stratum = assay_design_stratum(s->design);
    memset(s->last, 0, s->ask->n_groups * sizeof *s->last);
    memcpy(s->next, to->first, s->ask->n_groups * sizeof *s->next);
    for (size_t k = 0; k < assay_design_units(s->design); k++) {
        const size_t i = s->order[k];
        const uint32_t g = group_of(s, i);
        to->of_unit[i] = (uint32_t)to->n;
        if (!is_inside(s, i))
            continue;
        if (s->last[g] != stratum[i] + 1)
            to->stratum[s->next[g]++] = stratum[i];
        s->last[g] = stratum[i] + 1;
        to->of_unit[i] = (uint32_t)s->next[g] - 1;
    }
}

assay_status assay_estimate_cells_of(assay_context *context, const assay_design *design,
                                     const assay_estimate_request *request,
                                     assay_estimate_cells *cells)
{
    const size_t n = assay_design_units(design), strata = assay_design_strata(design),
                 groups = request->n_groups;
    struct sorting s = {.design = design, .ask = request};
    s.order = assay_alloc_array(n, sizeof *s.order);
    s.last = assay_alloc_array(groups, sizeof *s.last);
    s.next = assay_alloc_array(strata > groups ? strata : groups, sizeof *s.next);
    cells->of_unit = assay_alloc_array(n, sizeof *cells->of_unit);
    cells->first = assay_alloc_array(groups + 1, sizeof *cells->first);
    assay_status status = s.order == NULL || s.last == NULL || s.next == NULL ||
                                  cells->of_unit == NULL || cells->first == NULL
                              ? assay_fail_memory(context)
                              : check_groups(context, &s);
    if (status == ASSAY_OK) {
        sort_by_stratum(&s);
        count_cells(&s, cells);
        cells->stratum = assay_alloc_array(cells->n, sizeof *cells->stratum);
        status = cells->stratum == NULL ? assay_fail_memory(context) : ASSAY_OK;
    }
    if (status == ASSAY_OK)
        number_cells(&s, cells);
    assay_free(s.order);
    assay_free(s.last);
    assay_free(s.next);
    return status;
}

/* ---- counts ---- */

/* A block of units, for one question after the other. */
struct counting {
    const assay_estimate_cells *cells;
    const uint8_t *const *answers;
    size_t from, to;
    assay_estimate_counts *counts;
    uint8_t *met; /* [n_questions] the bits of all answers met */
};

static void count_block(void *all, size_t question, int worker)
{
    const struct counting *c = all;
    const uint8_t *answers = c->answers[question];
    const uint32_t *cell = c->cells->of_unit;
    assay_estimate_counts *counts = c->counts + question * (c->cells->n + 1);
    unsigned met = c->met[question];
    (void)worker;
    for (size_t i = c->from; i < c->to; i++) {
        met |= answers[i];
        counts[cell[i]][answers[i] & ASSAY_UNANSWERED]++;
    }
    c->met[question] = (uint8_t)met;
}

static assay_status check_answers(assay_context *context, size_t units, size_t n_questions,
                                  const uint8_t *const answers[], const uint8_t met[])
{
    for (size_t k = 0; k < n_questions; k++)
        for (size_t i = 0; met[k] > ASSAY_UNANSWERED && i < units; i++) {
            if (answers[k][i] <= ASSAY_UNANSWERED)
                continue;
            assay_fail(context, ASSAY_EDOM, "case %zu has the answer %d, which is none", i + 1,
                       answers[k][i]);
            context->error.row = i + 1;
            return assay_blame_argument(context, "answers");
        }
    return ASSAY_OK;
}

assay_status assay_estimate_count(assay_context *context, const assay_estimate_cells *cells,
                                  size_t units, size_t n_questions, const uint8_t *const answers[],
                                  assay_estimate_counts counts[])
{
    struct counting c = {.cells = cells, .answers = answers, .counts = counts};
    c.met = assay_alloc_zeroed_array(n_questions, sizeof *c.met);
    assay_status status = c.met == NULL ? assay_fail_memory(context) : ASSAY_OK;
    memset(counts, 0, n_questions * (cells->n + 1) * sizeof *counts);
    const size_t wanted = n_questions == 0 ? units : BLOCK_ANSWERS / n_questions;
    const size_t block = wanted < LEAST_BLOCK ? LEAST_BLOCK : wanted;
    for (size_t from = 0; status == ASSAY_OK && from < units; from += block) {
        status = assay_poll(context, from, units);
        c.from = from;
        c.to = units - from < block ? units : from + block;
        if (status == ASSAY_OK)
            assay_parallel_region(context, n_questions, count_block, &c);
    }
    if (status == ASSAY_OK)
        status = check_answers(context, units, n_questions, answers, c.met);
    assay_free(c.met);
    return status;
}
