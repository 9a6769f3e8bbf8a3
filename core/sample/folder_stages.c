/* folder_stages.c -- the two stages of a sample's folder, read back. */
#include "sample/folder_stages.h"

#include <string.h>

#include "base/memory.h"
#include "sample/manifest.h"

bool assay_folder_has_stages(const assay_sample_folder *folder)
{
    return assay_json_member(folder->manifest, "stages") != NULL;
}

/* What goes with one stage alone would not be looked at, and so must not be there. */
static assay_status check_alone(assay_context *context, const assay_sample_folder *folder)
{
    static const char *const others[] = {"within", "cap", "rounding", "size_measure"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (assay_json_member(folder->manifest, others[i]) != NULL)
            return assay_folder_refuse(context, others[i]);
    return ASSAY_OK;
}

static assay_status read_method(assay_context *context, const assay_json *stages,
                                const assay_method **method)
{
    const char *name = assay_folder_text(context, stages, "method");
    if (name == NULL)
        return ASSAY_EFORMAT;
    *method = assay_method_find(name);
    return *method != NULL || strcmp(name, "srs") == 0 ? ASSAY_OK
                                                       : assay_folder_refuse(context, "method");
}

static assay_status part_units(assay_context *context, const assay_json *stages, assay_plan *plan)
{
    size_t column;
    assay_sorting by = {0};
    const char *name = assay_folder_text(context, stages, "unit");
    if (name == NULL)
        return ASSAY_EFORMAT;
    assay_status status = assay_folder_column(context, plan->frame, name, "unit", &column);
    if (status == ASSAY_OK)
        status = assay_folder_sorting(context, stages, plan->frame, &by);
    if (status == ASSAY_OK)
        status = assay_stages_part(context, plan, column, &by, true);
    assay_free(by.columns);
    assay_free(by.descending);
    return status;
}

/* How many units the lines of the table, which were found to be those of the strata, draw. */
static assay_status read_units(assay_context *context, const assay_sample_folder *folder,
                               uint64_t units[])
{
    assay_status status = ASSAY_OK;
    const assay_json *line = assay_json_first(assay_json_member(folder->manifest, "table"));
    for (; status == ASSAY_OK && line != NULL; line = assay_json_next(line))
        status = assay_folder_count(context, line, "sample_units", units++);
    return status;
}

static bool is_number(const assay_json *line, const char *key, double want)
{
    return assay_json_number(assay_json_member(line, key)) == want;
}

/* What the manifest tells beside what the draw needs must follow from it. */
static assay_status check_table(assay_context *context, const assay_sample_folder *folder,
                                const assay_plan *plan)
{
    const assay_stages *stages = plan->stages;
    const assay_json *line = assay_json_first(assay_json_member(folder->manifest, "table"));
    for (size_t h = 0; h < plan->strata->n; h++, line = assay_json_next(line)) {
        if (is_number(line, "units", (double)stages->first->strata->population[h]) &&
            is_number(line, "sample", stages->expected[h]) &&
            is_number(line, "reserve", stages->expected_reserve[h]))
            continue;
        assay_fail(context, ASSAY_EFORMAT,
                   "the sizes in the manifest's table (line %zu) are not those of its stages",
                   h + 1);
        return assay_blame_file(context, ASSAY_MANIFEST_FILE);
    }
    return ASSAY_OK;
}

static assay_status set_sizes(assay_context *context, const assay_sample_folder *folder,
                              const assay_json *stages, assay_plan *plan)
{
    uint64_t cases, reserve;
    const assay_method *method = NULL;
    uint64_t *units = assay_alloc_zeroed_array(plan->strata->n, sizeof *units);
    assay_status status = units == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        status = read_units(context, folder, units);
    if (status == ASSAY_OK)
        status = assay_folder_count(context, stages, "cases", &cases);
    if (status == ASSAY_OK)
        status = assay_folder_count(context, stages, "reserve", &reserve);
    if (status == ASSAY_OK)
        status = read_method(context, stages, &method);
    if (status == ASSAY_OK)
        status = assay_stages_set(context, plan, units, cases, reserve, method);
    assay_free(units);
    return status;
}

assay_status assay_folder_stages(assay_context *context, const assay_sample_folder *folder,
                                 assay_plan *plan)
{
    const assay_json *stages = assay_json_member(folder->manifest, "stages");
    assay_status status = check_alone(context, folder);
    if (status == ASSAY_OK)
        status = part_units(context, stages, plan);
    if (status == ASSAY_EMISSING || status == ASSAY_EREPEATED)
        assay_blame_file(context, ASSAY_FRAME_FILE);
    if (status == ASSAY_OK)
        status = set_sizes(context, folder, stages, plan);
    return status == ASSAY_OK ? check_table(context, folder, plan) : status;
}
