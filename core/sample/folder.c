/* folder.c -- a sample's folder, read back and drawn again. */
#include "sample/folder.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/csv.h"
#include "sample/apart.h"
#include "sample/folder_stages.h"
#include "sample/history.h"
#include "sample/manifest.h"

enum { MOST_MANIFEST_BYTES = 1 << 28 };

void assay_folder_close(assay_sample_folder *self)
{
    assay_door_free(self->door);
    assay_json_free(self->manifest);
    assay_frame_free(self->stored_frame);
    assay_frame_free(self->stored_cases);
    assay_sample_free(self->again);
}

assay_status assay_folder_refuse(assay_context *context, const char *member)
{
    assay_fail(context, ASSAY_EFORMAT, "this is no manifest of a sample: '%s' is missing or wrong",
               member);
    return assay_blame_file(context, ASSAY_MANIFEST_FILE);
}

const char *assay_folder_text(assay_context *context, const assay_json *object, const char *key)
{
    const char *text = assay_json_text(assay_json_member(object, key));
    if (text == NULL)
        assay_folder_refuse(context, key);
    return text;
}

assay_status assay_folder_count(assay_context *context, const assay_json *object, const char *key,
                                uint64_t *count)
{
    int64_t value;
    if (assay_json_integer(assay_json_member(object, key), &value) != ASSAY_OK || value < 0)
        return assay_folder_refuse(context, key);
    *count = (uint64_t)value;
    return ASSAY_OK;
}

static assay_status read_manifest(assay_context *context, assay_sample_folder *self)
{
    char *bytes = NULL;
    size_t length;
    assay_status status = assay_file_read(context, self->door, ASSAY_MANIFEST_FILE,
                                          MOST_MANIFEST_BYTES, &bytes, &length);
    if (status == ASSAY_OK)
        status = assay_json_parse(context, bytes, length, ASSAY_MANIFEST_FILE, &self->manifest);
    self->as_written = status == ASSAY_OK && assay_manifest_is_as_written(bytes, length);
    assay_free(bytes);
    if (status != ASSAY_OK)
        return status;
    const char *contract = assay_folder_text(context, self->manifest, "contract");
    if (contract == NULL)
        return ASSAY_EFORMAT;
    if (strcmp(contract, ASSAY_CONTRACT) == 0)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EFORMAT, "the contract '%.40s' is not known: this program knows %s",
               contract, ASSAY_CONTRACT);
    return assay_blame_file(context, ASSAY_MANIFEST_FILE);
}

assay_status assay_folder_table(assay_context *context, const assay_door *door, const char *name,
                                assay_frame **table)
{
    assay_input *input;
    assay_source *source = NULL;
    assay_column_wish *wishes = NULL;
    const assay_csv_options options = assay_csv_defaults();
    assay_status status = assay_input_open(context, door, name, &input);
    if (status == ASSAY_OK)
        status = assay_csv_open(context, input, &options, &source);
    if (status == ASSAY_OK) {
        wishes = assay_alloc_zeroed_array(source->n_columns, sizeof *wishes);
        if (wishes == NULL)
            status = assay_fail_memory(context);
    }
    for (size_t i = 0; status == ASSAY_OK && i < source->n_columns; i++)
        wishes[i].type = ASSAY_TEXT;
    if (status == ASSAY_OK)
        status = assay_source_collect(context, source, wishes, NULL, table);
    assay_free(wishes);
    assay_source_free(source);
    return status;
}

/* To be released whatever the answer. */
static assay_status declared_levels(assay_context *context, const assay_json *levels,
                                    assay_dictionary **dictionary)
{
    *dictionary = assay_dictionary_new();
    if (*dictionary == NULL)
        return assay_fail_memory(context);
    assay_dictionary_declare(*dictionary);
    for (const assay_json *level = assay_json_first(levels); level != NULL;
         level = assay_json_next(level)) {
        const char *text = assay_json_text(level);
        if (text == NULL)
            return assay_folder_refuse(context, "levels");
        if (assay_dictionary_add(*dictionary, text, strlen(text)) == 0)
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* A text column given the type that the manifest says it had. */
static assay_status restore_column(assay_context *context, const assay_column *text,
                                   const assay_column_wish *wish, assay_column **column)
{
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context)
                                          : assay_builder_add_column(context, builder, text);
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, builder, wish, column);
    assay_builder_free(builder);
    return status;
}

static assay_status restore(assay_context *context, const assay_sample_folder *self,
                            const assay_json *entry, assay_frame *frame)
{
    assay_column_wish wish = {0};
    assay_column *column;
    const char *name = assay_folder_text(context, entry, "name");
    const char *type = name == NULL ? NULL : assay_folder_text(context, entry, "type");
    if (type == NULL)
        return ASSAY_EFORMAT;
    const size_t i = assay_frame_find(self->stored_frame, name);
    if (i == ASSAY_NO_COLUMN || !assay_type_find(type, &wish.type))
        return assay_folder_refuse(context, "columns");
    const assay_json *levels = assay_json_member(entry, "levels");
    assay_status status =
        levels == NULL ? ASSAY_OK : declared_levels(context, levels, &wish.levels);
    if (status == ASSAY_OK) {
        status = restore_column(context, assay_frame_column(self->stored_frame, i), &wish, &column);
        if (status == ASSAY_EFORMAT)
            assay_blame_file(context, ASSAY_FRAME_FILE);
    }
    assay_dictionary_release(wish.levels);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

/* The eligible cases as they were when the plan was made. */
static assay_status restore_frame(assay_context *context, const assay_sample_folder *self,
                                  assay_frame **frame)
{
    assay_frame *fresh = NULL;
    assay_status status = assay_frame_new(context, &fresh);
    const assay_json *columns = assay_json_member(self->manifest, "columns");
    for (const assay_json *entry = assay_json_first(columns); status == ASSAY_OK && entry != NULL;
         entry = assay_json_next(entry))
        status = restore(context, self, entry, fresh);
    if (status == ASSAY_OK && assay_frame_columns(fresh) == 0)
        status = assay_folder_refuse(context, "columns");
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *frame = fresh;
    return ASSAY_OK;
}

assay_status assay_folder_column(assay_context *context, const assay_frame *frame, const char *name,
                                 const char *member, size_t *column)
{
    *column = name == NULL ? ASSAY_NO_COLUMN : assay_frame_find(frame, name);
    return *column == ASSAY_NO_COLUMN ? assay_folder_refuse(context, member) : ASSAY_OK;
}

/* The columns that a list of names stands for: columns[n], of which each is one of the frame's. */
static assay_status find_columns(assay_context *context, const assay_frame *frame,
                                 const assay_json *names, const char *member, size_t columns[])
{
    assay_status status = ASSAY_OK;
    for (const assay_json *name = assay_json_first(names); status == ASSAY_OK && name != NULL;
         name = assay_json_next(name), columns++)
        status = assay_folder_column(context, frame, assay_json_text(name), member, columns);
    return status;
}

static assay_status restore_plan(assay_context *context, const assay_sample_folder *self,
                                 const assay_frame *frame, assay_plan **plan)
{
    const assay_json *names = assay_json_member(self->manifest, "strata");
    const size_t n = assay_json_size(names);
    size_t id;
    size_t *columns = assay_alloc_array(n, sizeof *columns);
    assay_status status = columns == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        status = assay_folder_column(
            context, frame, assay_json_text(assay_json_member(self->manifest, "id")), "id", &id);
    if (status == ASSAY_OK)
        status = find_columns(context, frame, names, "strata", columns);
    if (status == ASSAY_OK)
        status = assay_plan_new(context, frame, id, n, columns, plan);
    if (status == ASSAY_EMISSING || status == ASSAY_EREPEATED)
        assay_blame_file(context, ASSAY_FRAME_FILE);
    assay_free(columns);
    return status;
}

/* ---- sizes ---- */

/* The sizes in the manifest's table, each by stratum. */
typedef struct sizes {
    uint64_t *sample, *reserve, *asked_sample, *asked_reserve;
    double *expected;
} sizes;

static void free_sizes(sizes *s)
{
    assay_free(s->sample);
    assay_free(s->reserve);
    assay_free(s->asked_sample);
    assay_free(s->asked_reserve);
    assay_free(s->expected);
}

static assay_status make_sizes(assay_context *context, size_t n, sizes *s)
{
    s->sample = assay_alloc_zeroed_array(n, sizeof *s->sample);
    s->reserve = assay_alloc_zeroed_array(n, sizeof *s->reserve);
    s->asked_sample = assay_alloc_zeroed_array(n, sizeof *s->asked_sample);
    s->asked_reserve = assay_alloc_zeroed_array(n, sizeof *s->asked_reserve);
    s->expected = assay_alloc_zeroed_array(n, sizeof *s->expected);
    return s->sample == NULL || s->reserve == NULL || s->asked_sample == NULL ||
                   s->asked_reserve == NULL || s->expected == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static bool is_random(const assay_sample_folder *self)
{
    return assay_json_member(self->manifest, "rounding") != NULL;
}

static bool has_cells(const assay_sample_folder *self)
{
    return assay_json_member(self->manifest, "within") != NULL;
}

/* Line h of the manifest's table must be of stratum h. */
static assay_status check_line(assay_context *context, const assay_plan *plan, size_t h,
                               const assay_json *entry)
{
    uint64_t population = 0;
    size_t length = 0;
    const char *label = h < plan->strata->n ? assay_strata_label(plan->strata, h, &length) : "";
    const char *stored = assay_folder_text(context, entry, "stratum");
    if (stored == NULL)
        return ASSAY_EFORMAT;
    const assay_status status = assay_folder_count(context, entry, "population", &population);
    if (status != ASSAY_OK)
        return status;
    if (h < plan->strata->n && assay_compare_bytes(stored, strlen(stored), label, length) == 0 &&
        population == plan->strata->population[h])
        return ASSAY_OK;
    assay_fail(context, ASSAY_EFORMAT,
               "the strata of %s are not those of the manifest's table (line %zu)",
               ASSAY_FRAME_FILE, h + 1);
    return assay_blame_file(context, ASSAY_MANIFEST_FILE);
}

static assay_status read_line(assay_context *context, const assay_sample_folder *self,
                              const assay_json *entry, size_t h, const sizes *s)
{
    if (assay_folder_has_stages(self))
        return ASSAY_OK; /* which read their own */
    assay_status status = assay_folder_count(context, entry, "reserve", &s->reserve[h]);
    if (status == ASSAY_OK && is_random(self)) {
        s->expected[h] = assay_json_number(assay_json_member(entry, "sample"));
        return s->expected[h] >= 0 ? ASSAY_OK : assay_folder_refuse(context, "sample");
    }
    if (status == ASSAY_OK)
        status = assay_folder_count(context, entry, "sample", &s->sample[h]);
    if (status == ASSAY_OK && has_cells(self))
        status = assay_folder_count(context, entry, "asked_sample", &s->asked_sample[h]);
    if (status == ASSAY_OK && has_cells(self))
        status = assay_folder_count(context, entry, "asked_reserve", &s->asked_reserve[h]);
    return status;
}

static assay_status read_sizes(assay_context *context, const assay_sample_folder *self,
                               const assay_plan *plan, const sizes *s)
{
    const assay_json *table = assay_json_member(self->manifest, "table");
    size_t h = 0;
    assay_status status = ASSAY_OK;
    for (const assay_json *entry = assay_json_first(table); status == ASSAY_OK && entry != NULL;
         entry = assay_json_next(entry), h++) {
        status = check_line(context, plan, h, entry);
        if (status == ASSAY_OK)
            status = read_line(context, self, entry, h, s);
    }
    return status == ASSAY_OK && h != plan->strata->n ? assay_folder_refuse(context, "table")
                                                      : status;
}

/* { column, most } of the manifest; no cap has ASSAY_NO_COLUMN and 0. */
static assay_status read_cap(assay_context *context, const assay_sample_folder *self,
                             const assay_plan *plan, size_t *column, uint64_t *most)
{
    const assay_json *cap = assay_json_member(self->manifest, "cap");
    *column = ASSAY_NO_COLUMN;
    *most = 0;
    if (cap == NULL)
        return ASSAY_OK;
    const assay_status status = assay_folder_column(
        context, plan->frame, assay_json_text(assay_json_member(cap, "column")), "cap", column);
    if (status != ASSAY_OK)
        return status;
    return assay_folder_count(context, cap, "most", most) == ASSAY_OK && *most > 0
               ? ASSAY_OK
               : assay_folder_refuse(context, "cap");
}

/* Parts the strata as the manifest says; what the cells have must be what its table has. */
static assay_status restore_cells(assay_context *context, const assay_sample_folder *self,
                                  assay_plan *plan, const sizes *s, size_t holder, uint64_t cap)
{
    const assay_json *names = assay_json_member(self->manifest, "within");
    const size_t n = assay_json_size(names);
    size_t *columns = assay_alloc_array(n, sizeof *columns);
    if (columns == NULL)
        return assay_fail_memory(context);
    assay_status status = find_columns(context, plan->frame, names, "within", columns);
    if (status == ASSAY_OK && (n == 0 || (cap > 0 && holder != columns[n - 1])))
        status = assay_folder_refuse(context, n == 0 ? "within" : "cap");
    if (status == ASSAY_OK)
        status = assay_plan_set(context, plan, s->asked_sample, s->asked_reserve);
    if (status == ASSAY_OK)
        status = assay_plan_within(context, plan, n, columns, cap);
    assay_free(columns);
    for (size_t h = 0; status == ASSAY_OK && h < plan->strata->n; h++)
        if (plan->sample[h] != s->sample[h] || plan->reserve[h] != s->reserve[h]) {
            assay_fail(context, ASSAY_EFORMAT,
                       "the sizes in the manifest's table (line %zu) are not those of its cells",
                       h + 1);
            return assay_blame_file(context, ASSAY_MANIFEST_FILE);
        }
    return status;
}

static assay_status set_sizes(assay_context *context, const assay_sample_folder *self,
                              assay_plan *plan, const sizes *s)
{
    size_t holder;
    uint64_t cap, size;
    if (assay_folder_has_stages(self))
        return assay_folder_stages(context, self, plan);
    assay_status status = read_cap(context, self, plan, &holder, &cap);
    if (status == ASSAY_OK && has_cells(self))
        return restore_cells(context, self, plan, s, holder, cap);
    if (status == ASSAY_OK && is_random(self)) {
        status = assay_folder_count(context, self->manifest, "size", &size);
        return status == ASSAY_OK
                   ? assay_plan_set_expected(context, plan, size, s->expected, s->reserve)
                   : status;
    }
    if (status == ASSAY_OK)
        status = assay_plan_set(context, plan, s->sample, s->reserve);
    return status == ASSAY_OK && cap > 0 ? assay_plan_cap(context, plan, holder, cap) : status;
}

static assay_status check_rounding(assay_context *context, const assay_sample_folder *self)
{
    const char *rounding = assay_json_text(assay_json_member(self->manifest, "rounding"));
    const bool known = rounding != NULL && strcmp(rounding, "random") == 0 && !has_cells(self) &&
                       assay_json_member(self->manifest, "cap") == NULL;
    return known || !is_random(self) ? ASSAY_OK : assay_folder_refuse(context, "rounding");
}

/* The column of sizes, where there is one. */
static assay_status restore_measure(assay_context *context, const assay_sample_folder *self,
                                    assay_plan *plan)
{
    const assay_json *name = assay_json_member(self->manifest, "size_measure");
    size_t column;
    if (name == NULL)
        return ASSAY_OK;
    const assay_status status =
        assay_folder_column(context, plan->frame, assay_json_text(name), "size_measure", &column);
    return status == ASSAY_OK ? assay_plan_measure(context, plan, column) : status;
}

static assay_status restore_sizes(assay_context *context, const assay_sample_folder *self,
                                  assay_plan *plan)
{
    sizes s = {0};
    assay_status status = check_rounding(context, self);
    if (status == ASSAY_OK)
        status = make_sizes(context, plan->strata->n, &s);
    if (status == ASSAY_OK)
        status = read_sizes(context, self, plan, &s);
    if (status == ASSAY_OK)
        status = set_sizes(context, self, plan, &s);
    if (status == ASSAY_OK)
        status = restore_measure(context, self, plan);
    free_sizes(&s);
    return status;
}

/* ---- the drawing ---- */

/* Each { column, descending } of the manifest's list; columns[n] and descending[n] are its room. */
static assay_status read_sorting(assay_context *context, const assay_json *list,
                                 const assay_frame *frame, const assay_sorting *by)
{
    assay_status status = ASSAY_OK;
    size_t i = 0;
    for (const assay_json *entry = assay_json_first(list); status == ASSAY_OK && entry != NULL;
         entry = assay_json_next(entry), i++) {
        status =
            assay_folder_column(context, frame, assay_json_text(assay_json_member(entry, "column")),
                                "sort", &by->columns[i]);
        by->descending[i] = assay_json_is_true(assay_json_member(entry, "descending"));
    }
    return status;
}

assay_status assay_folder_sorting(assay_context *context, const assay_json *object,
                                  const assay_frame *frame, assay_sorting *by)
{
    const assay_json *list = assay_json_member(object, "sort");
    const assay_json *serpentine = assay_json_member(object, "serpentine");
    by->serpentine = assay_json_is_true(serpentine);
    by->n = assay_json_size(list);
    if (serpentine != NULL && !by->serpentine)
        return assay_folder_refuse(context, "serpentine");
    if (list != NULL && by->n == 0)
        return assay_folder_refuse(context, "sort");
    by->columns = assay_alloc_array(by->n, sizeof *by->columns);
    by->descending = assay_alloc_array(by->n, sizeof *by->descending);
    return by->columns == NULL || by->descending == NULL ? assay_fail_memory(context)
                                                         : read_sorting(context, list, frame, by);
}

static assay_status draw_again(assay_context *context, assay_sample_folder *self, assay_plan *plan,
                               const char *seed)
{
    assay_drawing how = {0};
    const assay_json *name = assay_json_member(self->manifest, "method");
    if (assay_json_text(name) != NULL)
        how.method = assay_method_find(assay_json_text(name));
    if (name != NULL && how.method == NULL)
        return assay_folder_refuse(context, "method");
    assay_status status = assay_folder_sorting(context, self->manifest, plan->frame, &how.sorting);
    if (status == ASSAY_OK)
        status = assay_apart_restore(context, plan, assay_json_member(self->manifest, "apart_from"),
                                     &how.apart);
    if (status == ASSAY_OK)
        status = assay_draw_by(context, plan, seed, &how, &self->again);
    assay_apart_free(how.apart);
    assay_free(how.sorting.columns);
    assay_free(how.sorting.descending);
    return status;
}

assay_status assay_folder_draw(assay_context *context, assay_sample_folder *self)
{
    assay_frame *frame = NULL;
    assay_plan *plan = NULL;
    const char *seed = assay_folder_text(context, self->manifest, "seed");
    if (seed == NULL)
        return ASSAY_EFORMAT;
    if (!assay_seed_is_valid(seed, strlen(seed)))
        return assay_folder_refuse(context, "seed");
    assay_status status = restore_frame(context, self, &frame);
    if (status == ASSAY_OK)
        status = restore_plan(context, self, frame, &plan);
    if (status == ASSAY_OK)
        status = restore_sizes(context, self, plan);
    if (status == ASSAY_OK)
        status = draw_again(context, self, plan, seed);
    if (status == ASSAY_OK)
        status = assay_history_apply(context, self);
    if (plan != NULL && status == ASSAY_EDOM) {
        context->error.status = status = ASSAY_EFORMAT;
        assay_blame_file(context, ASSAY_MANIFEST_FILE);
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
    return status;
}

/* The files of all samples have the same names: a failure in one says which folder it is about. */
static assay_status blame_folder(assay_context *context, const char *folder)
{
    assay_error *error = &context->error;
    const assay_error was = *error;
    snprintf(error->message, sizeof error->message, "the sample in '%.100s': %.380s", folder,
             was.message);
    if (was.file[0] != '\0')
        snprintf(error->file, sizeof error->file, "%.100s/%.150s", folder, was.file);
    return was.status;
}

static assay_status read_folder(assay_context *context, assay_sample_folder *self)
{
    assay_status status = read_manifest(context, self);
    if (status == ASSAY_OK)
        status = assay_folder_table(context, self->door, ASSAY_FRAME_FILE, &self->stored_frame);
    if (status == ASSAY_OK)
        status = assay_folder_table(context, self->door, ASSAY_SAMPLE_FILE, &self->stored_cases);
    return status;
}

assay_status assay_folder_open(assay_context *context, const assay_door *door, const char *folder,
                               assay_sample_folder *self)
{
    *self = (assay_sample_folder){0};
    assay_status status = assay_door_enter(context, door, folder, &self->door);
    if (status != ASSAY_OK)
        return status;
    status = read_folder(context, self);
    return status == ASSAY_OK ? status : blame_folder(context, folder);
}
