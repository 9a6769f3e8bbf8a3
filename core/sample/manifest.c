/* manifest.c -- a sample as a folder that proves itself. */
#include "sample/manifest.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/stage.h"
#include "data/csv.h"
#include "sample/apart.h"
#include "sample/history.h"
#include "sample/pick.h"
#include "sample/piece.h"

/* ---- writing ---- */

static assay_status write_table(assay_context *context, const assay_door *door, const char *name,
                                assay_frame *table)
{
    assay_output *output = NULL;
    assay_status status = assay_output_open(context, door, name, &output);
    if (status == ASSAY_OK)
        status = assay_csv_write(context, table, &(assay_csv_writing){0}, output);
    if (status == ASSAY_OK)
        status = assay_output_commit(context, output);
    assay_output_free(output);
    return status;
}

/* frame.csv of a list that is held, or piece by piece of one that is not. */
static assay_status write_list(assay_context *context, const assay_door *door,
                               const assay_sample *sample)
{
    assay_frame *frame = NULL;
    assay_output *output = NULL;
    assay_status status;
    if (sample->plan->listed == NULL) {
        status = assay_sample_frame(context, sample, &frame);
        if (status == ASSAY_OK)
            status = write_table(context, door, ASSAY_FRAME_FILE, frame);
        assay_frame_free(frame);
        return status;
    }
    status = assay_output_open(context, door, ASSAY_FRAME_FILE, &output);
    if (status == ASSAY_OK)
        status = assay_write_pieces(context, sample, 0, output);
    if (status == ASSAY_OK)
        status = assay_output_commit(context, output);
    assay_output_free(output);
    return status;
}

static assay_status write_cases(assay_context *context, const assay_door *door,
                                const assay_sample *sample)
{
    assay_frame *cases = NULL;
    assay_status status = assay_sample_cases(context, sample, &cases);
    if (status == ASSAY_OK)
        status = write_table(context, door, ASSAY_SAMPLE_FILE, cases);
    assay_frame_free(cases);
    return status;
}

static assay_status add_file(assay_context *context, const assay_door *door, const char *name,
                             assay_json *files)
{
    char digest[ASSAY_DIGEST_HEX];
    const assay_status status = assay_file_sha256(context, door, name, digest);
    return status == ASSAY_OK ? assay_json_add_text(context, files, name, digest) : status;
}

static assay_status add_files(assay_context *context, const assay_door *door, assay_json *root)
{
    assay_json *files;
    assay_status status = assay_json_add_object(context, root, "files", &files);
    if (status == ASSAY_OK)
        status = add_file(context, door, ASSAY_FRAME_FILE, files);
    return status == ASSAY_OK ? add_file(context, door, ASSAY_SAMPLE_FILE, files) : status;
}

static assay_status add_names(assay_context *context, const assay_frame *frame, size_t n,
                              const size_t columns[], const char *key, assay_json *root)
{
    assay_json *names;
    assay_status status = assay_json_add_array(context, root, key, &names);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = assay_json_add_text(context, names, NULL, assay_frame_name(frame, columns[i]));
    return status;
}

static assay_status add_cap(assay_context *context, const assay_plan *plan, size_t column,
                            uint64_t most, assay_json *root)
{
    assay_json *cap;
    assay_status status = assay_json_add_object(context, root, "cap", &cap);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, cap, "column", assay_frame_name(plan->frame, column));
    return status == ASSAY_OK ? assay_json_add_integer(context, cap, "most", (int64_t)most)
                              : status;
}

static assay_status add_cells(assay_context *context, const assay_plan *plan, assay_json *root)
{
    const assay_parts *cells = plan->cells;
    uint64_t reserves_alone;
    const uint64_t none = assay_parts_without_chance(cells, &reserves_alone);
    assay_status status =
        add_names(context, plan->frame, cells->n_columns, cells->columns, "within", root);
    if (status == ASSAY_OK && cells->cap > 0)
        status = add_cap(context, plan, cells->columns[cells->n_columns - 1], cells->cap, root);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, root, "zero_probability", (int64_t)none);
    return status == ASSAY_OK ? assay_json_add_text(context, root, "status", "model_based")
                              : status;
}

static assay_status add_estimated(assay_context *context, const assay_sample *sample,
                                  assay_json *root)
{
    const assay_status status = assay_json_add_integer(context, root, "replays", ASSAY_REPLAYS);
    return status == ASSAY_OK
               ? assay_json_add_integer(context, root, "passed_over", (int64_t)sample->n_passed)
               : status;
}

/* The columns of `frame` that cases, or units, are sorted by; no column adds nothing. */
static assay_status add_sorting(assay_context *context, const assay_frame *frame,
                                const assay_sorting *by, assay_json *root)
{
    assay_json *list, *entry;
    if (by->n == 0)
        return ASSAY_OK;
    assay_status status = assay_json_add_array(context, root, "sort", &list);
    for (size_t i = 0; status == ASSAY_OK && i < by->n; i++) {
        status = assay_json_add_object(context, list, NULL, &entry);
        if (status == ASSAY_OK)
            status = assay_json_add_text(context, entry, "column",
                                         assay_frame_name(frame, by->columns[i]));
        if (status == ASSAY_OK)
            status = assay_json_add_bool(context, entry, "descending", by->descending[i]);
    }
    return status == ASSAY_OK && by->serpentine
               ? assay_json_add_bool(context, root, "serpentine", true)
               : status;
}

static assay_status add_selection(assay_context *context, const assay_sample *sample,
                                  assay_json *root)
{
    const assay_plan *plan = sample->plan;
    const assay_method *method = sample->how.method;
    assay_status status = assay_json_add_text(context, root, "method", method->name);
    if (status == ASSAY_OK && plan->measure != NULL)
        status = assay_json_add_text(context, root, "size_measure",
                                     assay_frame_name(plan->frame, plan->measure->column));
    if (status == ASSAY_OK)
        status = add_sorting(context, plan->frame, &sample->how.sorting, root);
    return status == ASSAY_OK && !method->fixed_size
               ? assay_json_add_integer(context, root, "drawn", (int64_t)sample->n_sample)
               : status;
}

static assay_status add_stages(assay_context *context, const assay_sample *sample, assay_json *root)
{
    const assay_stages *stages = sample->plan->stages;
    const char *unit = assay_frame_name(sample->plan->frame, stages->column);
    const char *method = stages->method == NULL ? "srs" : stages->method->name;
    assay_json *entry;
    assay_status status = assay_json_add_object(context, root, "stages", &entry);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, entry, "unit", unit);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, entry, "method", method);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, entry, "cases", (int64_t)stages->cases);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, entry, "reserve", (int64_t)stages->reserve);
    if (status == ASSAY_OK)
        status = add_sorting(context, stages->first->frame, &stages->sorting, entry);
    return status == ASSAY_OK
               ? assay_json_add_integer(context, root, "drawn", (int64_t)sample->n_sample)
               : status;
}

/* What the draw does that sizes by stratum do not tell; a plain one has nothing of it. */
static assay_status add_method(assay_context *context, const assay_sample *sample, assay_json *root)
{
    const assay_plan *plan = sample->plan;
    const char *probabilities = assay_sample_probabilities(sample);
    assay_status status = ASSAY_OK;
    if (plan->expected != NULL)
        status = assay_json_add_text(context, root, "rounding", "random");
    if (status == ASSAY_OK && plan->cells != NULL)
        status = add_cells(context, plan, root);
    if (status == ASSAY_OK && plan->holders != NULL)
        status = add_cap(context, plan, plan->holder, plan->cap, root);
    if (status == ASSAY_OK && plan->stages != NULL)
        status = add_stages(context, sample, root);
    if (status == ASSAY_OK && sample->how.method != NULL)
        status = add_selection(context, sample, root);
    if (status == ASSAY_OK)
        status = assay_apart_add(context, sample, root);
    if (status == ASSAY_OK && probabilities != NULL)
        status = assay_json_add_text(context, root, "probabilities", probabilities);
    return status == ASSAY_OK && sample->estimated ? add_estimated(context, sample, root) : status;
}

/* Text that may end without a 0 byte. */
static assay_status add_bytes(assay_context *context, assay_json *parent, const char *key,
                              const char *bytes, size_t length)
{
    char *text = assay_copy_text(bytes, length);
    const assay_status status =
        text == NULL ? assay_fail_memory(context) : assay_json_add_text(context, parent, key, text);
    assay_free(text);
    return status;
}

static assay_status add_levels(assay_context *context, const assay_dictionary *dictionary,
                               assay_json *column)
{
    assay_json *levels;
    assay_status status = assay_json_add_array(context, column, "levels", &levels);
    for (uint32_t code = 1; status == ASSAY_OK && code <= assay_dictionary_size(dictionary);
         code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(dictionary, code, &length);
        status = add_bytes(context, levels, NULL, bytes, length);
    }
    return status;
}

/* Types, and the order of levels that were declared: what the csv alone does not tell. */
static assay_status add_columns(assay_context *context, const assay_frame *frame, assay_json *root)
{
    assay_json *columns, *entry;
    assay_status status = assay_json_add_array(context, root, "columns", &columns);
    for (size_t i = 0; status == ASSAY_OK && i < assay_frame_columns(frame); i++) {
        const assay_column *column = assay_frame_column(frame, i);
        status = assay_json_add_object(context, columns, NULL, &entry);
        if (status == ASSAY_OK)
            status = assay_json_add_text(context, entry, "name", assay_frame_name(frame, i));
        if (status == ASSAY_OK)
            status = assay_json_add_text(context, entry, "type", assay_type_name(column->type));
        if (status == ASSAY_OK && column->type == ASSAY_CATEGORY &&
            assay_dictionary_is_declared(column->dictionary))
            status = add_levels(context, column->dictionary, entry);
    }
    return status;
}

/* The sizes of stratum h in two stages: units there and drawn, and the cases expected. */
static assay_status add_stage_sizes(assay_context *context, const assay_stages *stages, size_t h,
                                    assay_json *entry)
{
    const assay_plan *first = stages->first;
    assay_status status =
        assay_json_add_integer(context, entry, "units", (int64_t)first->strata->population[h]);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, entry, "sample_units", (int64_t)first->sample[h]);
    if (status == ASSAY_OK)
        status = assay_json_add_number(context, entry, "sample", stages->expected[h]);
    return status == ASSAY_OK
               ? assay_json_add_number(context, entry, "reserve", stages->expected_reserve[h])
               : status;
}

static assay_status add_sizes(assay_context *context, const assay_plan *plan, size_t h,
                              assay_json *entry)
{
    if (plan->stages != NULL)
        return add_stage_sizes(context, plan->stages, h, entry);
    assay_status status =
        plan->expected != NULL
            ? assay_json_add_number(context, entry, "sample", plan->expected[h])
            : assay_json_add_integer(context, entry, "sample", (int64_t)plan->sample[h]);
    return status == ASSAY_OK
               ? assay_json_add_integer(context, entry, "reserve", (int64_t)plan->reserve[h])
               : status;
}

static assay_status add_stratum(assay_context *context, const assay_plan *plan, size_t h,
                                assay_json *table)
{
    assay_json *entry;
    size_t length;
    const char *label = assay_strata_label(plan->strata, h, &length);
    assay_status status = assay_json_add_object(context, table, NULL, &entry);
    if (status == ASSAY_OK)
        status = add_bytes(context, entry, "stratum", label, length);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, entry, "population",
                                        (int64_t)plan->strata->population[h]);
    if (status == ASSAY_OK)
        status = add_sizes(context, plan, h, entry);
    if (status == ASSAY_OK && plan->asked != NULL)
        status = assay_json_add_integer(context, entry, "asked_sample", (int64_t)plan->asked[h]);
    if (status == ASSAY_OK && plan->asked != NULL)
        status = assay_json_add_integer(context, entry, "asked_reserve",
                                        (int64_t)plan->asked[plan->strata->n + h]);
    return status;
}

static assay_status add_table(assay_context *context, const assay_plan *plan, assay_json *root)
{
    assay_json *table;
    assay_status status = assay_json_add_array(context, root, "table", &table);
    for (size_t h = 0; status == ASSAY_OK && h < plan->strata->n; h++)
        status = add_stratum(context, plan, h, table);
    return status;
}

static assay_status add_numbers(assay_context *context, const assay_sample *sample,
                                assay_json *root)
{
    const assay_plan *plan = sample->plan;
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    assay_status status = assay_plan_fingerprint(context, plan, fingerprint);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, root, "revision",
                                        (int64_t)assay_history_number(sample));
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, root, "population",
                                        (int64_t)assay_plan_population(plan));
    if (status == ASSAY_OK)
        status = plan->stages != NULL
                     ? assay_json_add_number(context, root, "size", plan->stages->size)
                     : assay_json_add_integer(context, root, "size", (int64_t)plan->size);
    return status == ASSAY_OK ? assay_json_add_text(context, root, "fingerprint", fingerprint)
                              : status;
}

static assay_status describe(assay_context *context, const assay_sample *sample, assay_json *root)
{
    const assay_plan *plan = sample->plan;
    assay_status status = assay_json_add_text(context, root, "contract", ASSAY_CONTRACT);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "assay", ASSAY_VERSION);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "seed", sample->seed);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "id", assay_frame_name(plan->frame, plan->id));
    if (status == ASSAY_OK)
        status = add_numbers(context, sample, root);
    if (status == ASSAY_OK)
        status = add_names(context, plan->frame, plan->n_columns, plan->columns, "strata", root);
    if (status == ASSAY_OK)
        status = add_method(context, sample, root);
    if (status == ASSAY_OK)
        status = assay_history_add(context, sample, root);
    if (status == ASSAY_OK)
        status = add_columns(context, plan->frame, root);
    return status == ASSAY_OK ? add_table(context, plan, root) : status;
}

/*
** The manifest vouches for the other files, and its digest for the manifest: the SHA-256 of its own
** bytes with the digits of the digest read as zeros. Where they stand in the text, or NULL.
*/
static char *find_digest(const char *text, size_t length)
{
    static const char before[] = "\n  \"digest\": \"";
    char *at = strstr(text, before); /* a text value has its line breaks escaped */
    if (at == NULL)
        return NULL;
    at += sizeof before - 1;
    return (size_t)(at - text) + ASSAY_DIGEST_HEX <= length ? at : NULL;
}

static const char no_digest[] = "0000000000000000000000000000000000000000000000000000000000000000";

static void take_digest(char *text, size_t length, char *place, char hex[ASSAY_DIGEST_HEX])
{
    unsigned char digest[ASSAY_DIGEST];
    memset(place, '0', ASSAY_DIGEST_HEX - 1);
    assay_sha256_of(text, length, digest);
    assay_hex(digest, ASSAY_DIGEST, hex);
}

void assay_manifest_digest(const char *text, size_t length, char digest[ASSAY_DIGEST_HEX])
{
    const char *place = find_digest(text, length);
    digest[0] = '\0';
    if (place != NULL)
        snprintf(digest, ASSAY_DIGEST_HEX, "%.64s", place);
}

bool assay_manifest_is_as_written(char *text, size_t length)
{
    char stored[ASSAY_DIGEST_HEX] = "", hex[ASSAY_DIGEST_HEX];
    char *place = find_digest(text, length);
    if (place == NULL)
        return false;
    memcpy(stored, place, ASSAY_DIGEST_HEX - 1);
    take_digest(text, length, place, hex);
    return strcmp(stored, hex) == 0;
}

static assay_status write_manifest(assay_context *context, const assay_door *door,
                                   const assay_sample *sample, assay_json *root)
{
    char *text = NULL;
    size_t length;
    assay_status status = describe(context, sample, root);
    if (status == ASSAY_OK)
        status = add_files(context, door, root);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "digest", no_digest);
    if (status == ASSAY_OK)
        status = assay_json_print(context, root, ASSAY_JSON_SORTED, &text, &length);
    if (status == ASSAY_OK) {
        char hex[ASSAY_DIGEST_HEX], *place = find_digest(text, length);
        take_digest(text, length, place, hex);
        memcpy(place, hex, ASSAY_DIGEST_HEX - 1);
    }
    if (status == ASSAY_OK)
        status = assay_file_write(context, door, ASSAY_MANIFEST_FILE, text, length);
    assay_free(text);
    return status;
}

assay_status assay_sample_write(assay_context *context, const assay_door *door, const char *folder,
                                assay_sample *sample, assay_json *manifest)
{
    assay_stage *stage = NULL;
    assay_status status = assay_stage_open(context, door, folder, &stage);
    if (status == ASSAY_OK)
        status = write_list(context, assay_stage_door(stage), sample);
    if (status == ASSAY_OK && assay_history_is_news(sample)) {
        status = write_cases(context, assay_stage_door(stage), sample);
        if (status == ASSAY_OK)
            status = write_manifest(context, assay_stage_door(stage), sample, manifest);
    }
    if (status == ASSAY_OK)
        status = assay_history_commit(context, stage, sample);
    assay_stage_free(stage);
    return status;
}
