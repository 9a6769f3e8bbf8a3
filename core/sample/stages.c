/* stages.c -- cases in two stages: units first, then cases within the units drawn. */
#include "sample/stages.h"

#include "base/memory.h"
#include "sample/choose.h"

/* The columns of the units' own frame; those of the sorting stand behind them. */
enum { UNIT, STRATUM, CASES };

static const char *name_of(const assay_stages *stages, size_t u, char quoted[ASSAY_QUOTED])
{
    size_t length;
    const char *name = assay_strata_label(stages->units, u, &length);
    return stages->hidden ? "***" : assay_quote(name, length, quoted);
}

static const char *stratum_of(const assay_plan *plan, size_t row, char quoted[ASSAY_QUOTED])
{
    size_t length;
    const char *label = assay_strata_label(plan->strata, plan->strata->of_row[row], &length);
    return assay_quote(label, length, quoted);
}

/* ---- checks ---- */

static assay_status check_plan(assay_context *context, const assay_plan *plan)
{
    return plan->expected == NULL && plan->cells == NULL && plan->holders == NULL &&
                   plan->measure == NULL
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EDOM,
                            "two stages do not go with cells, a cap, a measure of size or sizes "
                            "that are rounded by chance");
}

/* The cases get a column more, the plan's table two. */
static assay_status check_names(assay_context *context, const assay_frame *frame)
{
    static const char *const own[] = {"unit_probability", "units", "sample_units"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (assay_frame_find(frame, own[i]) != ASSAY_NO_COLUMN)
            return assay_fail(context, ASSAY_EREPEATED,
                              "the column '%s' has the name of one that two stages add: leave it "
                              "out with select, or name it otherwise in the file",
                              own[i]);
    return ASSAY_OK;
}

/* What each row must be; `column` is the one that the check is about. */
typedef assay_status row_check(assay_context *context, const assay_plan *plan,
                               const assay_stages *stages, size_t column, size_t row);

static assay_status check_rows(assay_context *context, const assay_plan *plan,
                               const assay_stages *stages, row_check *check, size_t column)
{
    const size_t rows = assay_frame_rows(plan->frame);
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        status = check(context, plan, stages, column, row);
        if (status != ASSAY_OK)
            context->error.row = row + 1;
        else if (row % 16384 == 0)
            status = assay_poll(context, row, rows);
    }
    return status;
}

static assay_status check_named(assay_context *context, const assay_plan *plan,
                                const assay_stages *stages, size_t column, size_t row)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *name =
        assay_column_cell(assay_frame_column(plan->frame, column), row, scratch, &length);
    (void)stages;
    return name != NULL && length > 0
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EMISSING,
                            "row %zu has no '%.40s': a case without it belongs to no unit", row + 1,
                            assay_frame_name(plan->frame, column));
}

/* A unit that lies in two strata would have two probabilities. */
static assay_status check_stratum(assay_context *context, const assay_plan *plan,
                                  const assay_stages *stages, size_t column, size_t row)
{
    char unit[ASSAY_QUOTED], one[ASSAY_QUOTED], other[ASSAY_QUOTED];
    const uint32_t u = stages->units->of_row[row];
    const size_t first = stages->units->first_row[u];
    (void)column;
    if (plan->strata->of_row[row] == plan->strata->of_row[first])
        return ASSAY_OK;
    return assay_fail(context, ASSAY_EREPEATED,
                      "unit '%s' lies in two strata, '%s' (row %zu) and '%s' (row %zu): a unit "
                      "lies in one stratum whole. Two units of one name are to be named apart",
                      name_of(stages, u, unit), stratum_of(plan, first, one), first + 1,
                      stratum_of(plan, row, other), row + 1);
}

/* A unit and a case of one name would be drawn by one ticket, and so not independently. */
static assay_status check_ticket(assay_context *context, const assay_plan *plan,
                                 const assay_stages *stages, size_t column, size_t row)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *id =
        assay_column_cell(assay_frame_column(plan->frame, plan->id), row, scratch, &length);
    if (assay_dictionary_find(stages->units->labels, id, length) == 0)
        return ASSAY_OK;
    return assay_fail(context, ASSAY_EREPEATED,
                      "row %zu: the case has the id that is a unit's name in '%.40s', and both "
                      "would have one ticket: name units otherwise, such as 'office 1' for '1'",
                      row + 1, assay_frame_name(plan->frame, column));
}

static assay_status check_same(assay_context *context, const assay_plan *plan,
                               const assay_stages *stages, size_t column, size_t row)
{
    char unit[ASSAY_QUOTED];
    const uint32_t u = stages->units->of_row[row];
    const size_t first = stages->units->first_row[u];
    if (assay_column_compare(assay_frame_column(plan->frame, column), row, first) == 0)
        return ASSAY_OK;
    return assay_fail(context, ASSAY_EREPEATED,
                      "unit '%s' has more than one '%.40s' (rows %zu and %zu): units are sorted by "
                      "what all their cases share",
                      name_of(stages, u, unit), assay_frame_name(plan->frame, column), first + 1,
                      row + 1);
}

/* ---- the units as a frame of their own ---- */

static assay_status add_column(assay_context *context, const assay_plan *plan,
                               const assay_stages *stages, size_t i, assay_frame *frame)
{
    assay_column *column;
    const assay_status status =
        assay_column_take(context, assay_frame_column(plan->frame, i), stages->units->n,
                          stages->units->first_row, &column);
    return status == ASSAY_OK
               ? assay_frame_add(context, frame, assay_frame_name(plan->frame, i), column)
               : status;
}

static assay_status add_strata(assay_context *context, const assay_plan *plan,
                               const assay_stages *stages, assay_frame *frame)
{
    const assay_strata *units = stages->units;
    uint32_t *codes = assay_alloc_array(units->n, sizeof *codes);
    if (codes == NULL)
        return assay_fail_memory(context);
    for (size_t u = 0; u < units->n; u++)
        codes[u] = plan->strata->of_row[units->first_row[u]] + 1;
    const assay_status status = assay_frame_add_codes(context, frame, "stratum of the unit",
                                                      units->n, codes, plan->strata->labels);
    assay_free(codes);
    return status;
}

static assay_status add_cases(assay_context *context, const assay_strata *units, assay_frame *frame)
{
    int64_t *counts = assay_alloc_array(units->n, sizeof *counts);
    if (counts == NULL)
        return assay_fail_memory(context);
    for (size_t u = 0; u < units->n; u++)
        counts[u] = (int64_t)units->population[u];
    const assay_status status =
        assay_frame_add_integers(context, frame, "cases of the unit", units->n, counts);
    assay_free(counts);
    return status;
}

/* The columns to sort by, each once; the sorting names them by their place here. */
static assay_status add_sorting(assay_context *context, const assay_plan *plan,
                                assay_stages *stages, const assay_sorting *by, assay_frame *frame)
{
    assay_sorting *own = &stages->sorting;
    own->columns = assay_alloc_array(by->n, sizeof *own->columns);
    own->descending = assay_alloc_array(by->n, sizeof *own->descending);
    if (own->columns == NULL || own->descending == NULL)
        return assay_fail_memory(context);
    own->serpentine = by->serpentine;
    for (; own->n < by->n; own->n++) {
        const size_t i = by->columns[own->n];
        const char *name = assay_frame_name(plan->frame, i);
        assay_status status = check_rows(context, plan, stages, check_same, i);
        if (status == ASSAY_OK && assay_frame_find(frame, name) == ASSAY_NO_COLUMN)
            status = add_column(context, plan, stages, i, frame);
        if (status != ASSAY_OK)
            return status;
        own->columns[own->n] = assay_frame_find(frame, name);
        own->descending[own->n] = by->descending[own->n];
    }
    return ASSAY_OK;
}

static assay_status make_frame(assay_context *context, const assay_plan *plan, assay_stages *stages,
                               const assay_sorting *by, assay_frame *frame)
{
    assay_status status = add_column(context, plan, stages, stages->column, frame);
    if (status == ASSAY_OK)
        status = add_strata(context, plan, stages, frame);
    if (status == ASSAY_OK)
        status = add_cases(context, stages->units, frame);
    return status == ASSAY_OK && by != NULL ? add_sorting(context, plan, stages, by, frame)
                                            : status;
}

/* Its strata are labelled, and so numbered, as those of the cases are. */
static assay_status plan_units(assay_context *context, const assay_plan *plan, assay_stages *stages,
                               const assay_sorting *by)
{
    static const size_t stratum[] = {STRATUM};
    assay_frame *frame = NULL;
    assay_status status = assay_frame_new(context, &frame);
    if (status == ASSAY_OK)
        status = make_frame(context, plan, stages, by, frame);
    if (status == ASSAY_OK)
        status = assay_plan_new(context, frame, UNIT, 1, stratum, &stages->first);
    assay_frame_free(frame);
    return status;
}

static assay_status part(assay_context *context, const assay_plan *plan, assay_stages *stages,
                         const assay_sorting *by)
{
    const size_t n = plan->strata->n;
    stages->expected = assay_alloc_zeroed_array(n, sizeof *stages->expected);
    stages->expected_reserve = assay_alloc_zeroed_array(n, sizeof *stages->expected_reserve);
    if (stages->expected == NULL || stages->expected_reserve == NULL)
        return assay_fail_memory(context);
    assay_status status = check_rows(context, plan, stages, check_named, stages->column);
    if (status == ASSAY_OK)
        status = assay_strata_new(context, plan->frame, 1, &stages->column, &stages->units);
    if (status == ASSAY_OK)
        status = check_rows(context, plan, stages, check_stratum, stages->column);
    if (status == ASSAY_OK)
        status = check_rows(context, plan, stages, check_ticket, stages->column);
    return status == ASSAY_OK ? plan_units(context, plan, stages, by) : status;
}

assay_status assay_stages_part(assay_context *context, assay_plan *plan, size_t column,
                               const assay_sorting *by, bool hidden)
{
    assay_status status = check_plan(context, plan);
    if (status == ASSAY_OK)
        status = check_names(context, plan->frame);
    if (status != ASSAY_OK)
        return status;
    assay_stages *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->column = column;
    fresh->hidden = hidden;
    status = part(context, plan, fresh, by);
    if (status != ASSAY_OK) {
        assay_stages_free(fresh);
        return status;
    }
    plan->stages = fresh;
    return ASSAY_OK;
}

void assay_stages_free(assay_stages *stages)
{
    if (stages == NULL)
        return;
    assay_strata_free(stages->units);
    assay_plan_release(stages->first);
    assay_free(stages->sorting.columns);
    assay_free(stages->sorting.descending);
    assay_free(stages->expected);
    assay_free(stages->expected_reserve);
    assay_free(stages);
}

/* ---- sizes ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t assay_stages_cases(const assay_stages *stages, size_t u)
{
    return least(stages->cases, stages->units->population[u]);
}

uint64_t assay_stages_reserve(const assay_stages *stages, size_t u)
{
    return least(stages->reserve, stages->units->population[u] - assay_stages_cases(stages, u));
}

double assay_stages_probability(const assay_stages *stages, size_t u)
{
    return assay_choose_probability(stages->first, (uint32_t)u);
}

void assay_stages_short(const assay_plan *plan, uint64_t few[], uint64_t smallest[],
                        uint64_t spare[])
{
    const assay_stages *stages = plan->stages;
    for (size_t h = 0; h < plan->strata->n; h++)
        few[h] = smallest[h] = spare[h] = 0;
    for (size_t u = 0; u < stages->units->n; u++) {
        const uint32_t h = stages->first->strata->of_row[u];
        const uint64_t cases = assay_stages_cases(stages, u);
        spare[h] += assay_stages_reserve(stages, u) < stages->reserve;
        if (cases == stages->cases)
            continue;
        smallest[h] = few[h] == 0 || cases < smallest[h] ? cases : smallest[h];
        few[h]++;
    }
}

static assay_status check_sizes(assay_context *context, const assay_plan *plan,
                                const uint64_t units[], uint64_t cases)
{
    const assay_plan *first = plan->stages->first;
    char quoted[ASSAY_QUOTED];
    if (cases == 0)
        return assay_fail(context, ASSAY_EDOM, "no case is to be drawn from the units");
    for (size_t h = 0; h < plan->strata->n; h++) {
        const unsigned long long there = first->strata->population[h];
        size_t length;
        const char *label = assay_strata_label(plan->strata, h, &length);
        if (units[h] > there)
            return assay_fail(context, ASSAY_EDOM,
                              "stratum '%s' holds %llu unit%s: %llu cannot be drawn from it",
                              assay_quote(label, length, quoted), there, there == 1 ? "" : "s",
                              (unsigned long long)units[h]);
    }
    return ASSAY_OK;
}

/* The most that one unit of each stratum gives, into plan->sample and plan->reserve. */
static void find_most(assay_plan *plan)
{
    const assay_stages *stages = plan->stages;
    for (size_t h = 0; h < plan->strata->n; h++)
        plan->sample[h] = plan->reserve[h] = 0;
    for (size_t u = 0; u < stages->units->n; u++) {
        const uint32_t h = stages->first->strata->of_row[u];
        const uint64_t cases = assay_stages_cases(stages, u);
        const uint64_t reserve = assay_stages_reserve(stages, u);
        plan->sample[h] = cases > plan->sample[h] ? cases : plan->sample[h];
        plan->reserve[h] = reserve > plan->reserve[h] ? reserve : plan->reserve[h];
    }
}

/*
** sum pi_i n_i of each stratum, as u_h m - sum pi_i (m - n_i) with m the most that a unit gives:
** a whole number, exactly, where all give the same. Reserves likewise.
*/
static void expect(const assay_plan *plan, assay_stages *stages)
{
    const assay_plan *first = stages->first;
    for (size_t u = 0; u < stages->units->n; u++) {
        const uint32_t h = first->strata->of_row[u];
        const double p = assay_stages_probability(stages, u);
        stages->expected[h] += p * (double)(plan->sample[h] - assay_stages_cases(stages, u));
        stages->expected_reserve[h] +=
            p * (double)(plan->reserve[h] - assay_stages_reserve(stages, u));
    }
    for (size_t h = 0; h < plan->strata->n; h++) {
        const double units = (double)first->sample[h];
        stages->expected[h] = units * (double)plan->sample[h] - stages->expected[h];
        stages->expected_reserve[h] =
            units * (double)plan->reserve[h] - stages->expected_reserve[h];
        stages->size += stages->expected[h];
    }
}

/* From the most that a unit gives to the most that a draw does. */
static void bound(assay_plan *plan)
{
    const assay_stages *stages = plan->stages;
    const assay_plan *first = stages->first;
    const bool fixed = stages->method == NULL || stages->method->fixed_size;
    plan->size = 0;
    for (size_t h = 0; h < plan->strata->n; h++) {
        const uint64_t population = plan->strata->population[h];
        const uint64_t units = fixed ? first->sample[h] : first->strata->population[h];
        plan->sample[h] = least(units * plan->sample[h], population);
        plan->reserve[h] = least(units * plan->reserve[h], population);
        plan->size += plan->sample[h];
    }
}

assay_status assay_stages_set(assay_context *context, assay_plan *plan, const uint64_t units[],
                              uint64_t cases, uint64_t reserve, const assay_method *method)
{
    assay_stages *stages = plan->stages;
    assay_plan *first = stages->first;
    const assay_drawing how = {.method = method, .sorting = stages->sorting};
    assay_status status = check_sizes(context, plan, units, cases);
    if (status == ASSAY_OK)
        status = assay_plan_set(context, first, units, first->reserve); /* which are none */
    if (status == ASSAY_OK && method != NULL && method->unequal)
        status = assay_plan_measure(context, first, CASES);
    if (status == ASSAY_OK)
        status = assay_drawing_check(context, first, &how);
    if (status != ASSAY_OK)
        return status;
    stages->method = method;
    stages->cases = cases;
    stages->reserve = reserve;
    find_most(plan);
    expect(plan, stages);
    bound(plan);
    return ASSAY_OK;
}
