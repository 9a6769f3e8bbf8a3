/* manifest.c -- a sample as a folder that proves itself. */
#include "sample/manifest.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "data/csv.h"

enum { REVISION = 1, MOST_MANIFEST_BYTES = 1 << 28 };

static const char *const frame_file = "frame.csv";
static const char *const sample_file = "sample.csv";
static const char *const manifest_file = "manifest.json";

/* ---- writing ---- */

static assay_status write_table(assay_context *context, const assay_door *door, const char *name,
                                assay_frame *table)
{
    assay_output *output = NULL;
    assay_status status = assay_output_open(context, door, name, &output);
    if (status == ASSAY_OK)
        status = assay_csv_write(context, table, 0, output);
    if (status == ASSAY_OK)
        status = assay_output_commit(context, output);
    assay_output_free(output);
    return status;
}

static assay_status write_tables(assay_context *context, const assay_door *door,
                                 const assay_sample *sample)
{
    assay_frame *frame = NULL, *cases = NULL;
    assay_status status = assay_sample_frame(context, sample, &frame);
    if (status == ASSAY_OK)
        status = assay_sample_cases(context, sample, &cases);
    if (status == ASSAY_OK)
        status = write_table(context, door, frame_file, frame);
    if (status == ASSAY_OK)
        status = write_table(context, door, sample_file, cases);
    assay_frame_free(frame);
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
        status = add_file(context, door, frame_file, files);
    return status == ASSAY_OK ? add_file(context, door, sample_file, files) : status;
}

static assay_status add_strata_names(assay_context *context, const assay_plan *plan,
                                     assay_json *root)
{
    assay_json *names;
    assay_status status = assay_json_add_array(context, root, "strata", &names);
    for (size_t i = 0; status == ASSAY_OK && i < plan->n_columns; i++)
        status = assay_json_add_text(context, names, NULL,
                                     assay_frame_name(plan->frame, plan->columns[i]));
    return status;
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
        status = assay_json_add_integer(context, entry, "sample", (int64_t)plan->sample[h]);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, entry, "reserve", (int64_t)plan->reserve[h]);
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

static assay_status add_numbers(assay_context *context, const assay_plan *plan, assay_json *root)
{
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    assay_plan_fingerprint(plan, fingerprint);
    assay_status status = assay_json_add_integer(context, root, "revision", REVISION);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, root, "population",
                                        (int64_t)assay_frame_rows(plan->frame));
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, root, "size", (int64_t)plan->size);
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
        status = add_numbers(context, plan, root);
    if (status == ASSAY_OK)
        status = add_strata_names(context, plan, root);
    if (status == ASSAY_OK)
        status = add_columns(context, plan->frame, root);
    return status == ASSAY_OK ? add_table(context, plan, root) : status;
}

/*
** The manifest vouches for the other files, and its digest for the manifest: the SHA-256 of its own
** bytes with the digits of the digest read as zeros. Where they stand in the text, or NULL.
*/
static char *find_digest(char *text, size_t length)
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

static bool has_own_digest(char *text, size_t length)
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
        status = assay_file_write(context, door, manifest_file, text, length);
    assay_free(text);
    return status;
}

assay_status assay_sample_write(assay_context *context, const assay_door *door, const char *folder,
                                const assay_sample *sample, assay_json *manifest)
{
    assay_stage *stage = NULL;
    assay_status status = assay_stage_open(context, door, folder, &stage);
    if (status == ASSAY_OK)
        status = write_tables(context, assay_stage_door(stage), sample);
    if (status == ASSAY_OK)
        status = write_manifest(context, assay_stage_door(stage), sample, manifest);
    if (status == ASSAY_OK)
        status = assay_stage_commit(context, stage);
    assay_stage_free(stage);
    return status;
}

/* ---- reading a folder ---- */

typedef struct opened {
    assay_door *door;
    assay_json *manifest;
    bool as_written;                          /* the manifest, by its own digest */
    assay_frame *stored_frame, *stored_cases; /* as they stand in the files, all text */
    assay_sample *again;                      /* drawn anew from frame.csv */
} opened;

static void close_folder(opened *self)
{
    assay_door_free(self->door);
    assay_json_free(self->manifest);
    assay_frame_free(self->stored_frame);
    assay_frame_free(self->stored_cases);
    assay_sample_free(self->again);
}

static assay_status not_a_manifest(assay_context *context, const char *member)
{
    assay_fail(context, ASSAY_EFORMAT, "this is no manifest of a sample: '%s' is missing or wrong",
               member);
    return assay_blame_file(context, manifest_file);
}

/* The text member `key`, or NULL with the failure recorded. */
static const char *text_member(assay_context *context, const assay_json *object, const char *key)
{
    const char *text = assay_json_text(assay_json_member(object, key));
    if (text == NULL)
        not_a_manifest(context, key);
    return text;
}

static assay_status count_member(assay_context *context, const assay_json *object, const char *key,
                                 uint64_t *count)
{
    int64_t value;
    if (assay_json_integer(assay_json_member(object, key), &value) != ASSAY_OK || value < 0)
        return not_a_manifest(context, key);
    *count = (uint64_t)value;
    return ASSAY_OK;
}

static assay_status read_manifest(assay_context *context, opened *self)
{
    char *bytes = NULL;
    size_t length;
    assay_status status =
        assay_file_read(context, self->door, manifest_file, MOST_MANIFEST_BYTES, &bytes, &length);
    if (status == ASSAY_OK)
        status = assay_json_parse(context, bytes, length, manifest_file, &self->manifest);
    self->as_written = status == ASSAY_OK && has_own_digest(bytes, length);
    assay_free(bytes);
    if (status != ASSAY_OK)
        return status;
    const char *contract = text_member(context, self->manifest, "contract");
    if (contract == NULL)
        return ASSAY_EFORMAT;
    if (strcmp(contract, ASSAY_CONTRACT) == 0)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EFORMAT, "the contract '%.40s' is not known: this program knows %s",
               contract, ASSAY_CONTRACT);
    return assay_blame_file(context, manifest_file);
}

static assay_status read_table(assay_context *context, const assay_door *door, const char *name,
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
            return not_a_manifest(context, "levels");
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

static assay_status restore(assay_context *context, const opened *self, const assay_json *entry,
                            assay_frame *frame)
{
    assay_column_wish wish = {0};
    assay_column *column;
    const char *name = text_member(context, entry, "name");
    const char *type = name == NULL ? NULL : text_member(context, entry, "type");
    if (type == NULL)
        return ASSAY_EFORMAT;
    const size_t i = assay_frame_find(self->stored_frame, name);
    if (i == ASSAY_NO_COLUMN || !assay_type_find(type, &wish.type))
        return not_a_manifest(context, "columns");
    const assay_json *levels = assay_json_member(entry, "levels");
    assay_status status =
        levels == NULL ? ASSAY_OK : declared_levels(context, levels, &wish.levels);
    if (status == ASSAY_OK) {
        status = restore_column(context, assay_frame_column(self->stored_frame, i), &wish, &column);
        if (status == ASSAY_EFORMAT)
            assay_blame_file(context, frame_file);
    }
    assay_dictionary_release(wish.levels);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

/* The eligible cases as they were when the plan was made. */
static assay_status restore_frame(assay_context *context, const opened *self, assay_frame **frame)
{
    assay_frame *fresh = NULL;
    assay_status status = assay_frame_new(context, &fresh);
    const assay_json *columns = assay_json_member(self->manifest, "columns");
    for (const assay_json *entry = assay_json_first(columns); status == ASSAY_OK && entry != NULL;
         entry = assay_json_next(entry))
        status = restore(context, self, entry, fresh);
    if (status == ASSAY_OK && assay_frame_columns(fresh) == 0)
        status = not_a_manifest(context, "columns");
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *frame = fresh;
    return ASSAY_OK;
}

static assay_status find_column(assay_context *context, const assay_frame *frame, const char *name,
                                const char *member, size_t *column)
{
    *column = name == NULL ? ASSAY_NO_COLUMN : assay_frame_find(frame, name);
    return *column == ASSAY_NO_COLUMN ? not_a_manifest(context, member) : ASSAY_OK;
}

static assay_status restore_plan(assay_context *context, const opened *self,
                                 const assay_frame *frame, assay_plan **plan)
{
    const assay_json *names = assay_json_member(self->manifest, "strata");
    const size_t n = assay_json_size(names);
    size_t id, i = 0;
    size_t *columns = assay_alloc_array(n, sizeof *columns);
    assay_status status = columns == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK)
        status = find_column(context, frame,
                             assay_json_text(assay_json_member(self->manifest, "id")), "id", &id);
    for (const assay_json *name = assay_json_first(names); status == ASSAY_OK && name != NULL;
         name = assay_json_next(name), i++)
        status = find_column(context, frame, assay_json_text(name), "strata", &columns[i]);
    if (status == ASSAY_OK)
        status = assay_plan_new(context, frame, id, n, columns, plan);
    if (status == ASSAY_EMISSING || status == ASSAY_EREPEATED)
        assay_blame_file(context, frame_file);
    assay_free(columns);
    return status;
}

/* Line h of the manifest's table as the sizes of stratum h, which must be the one it names. */
static assay_status restore_size(assay_context *context, const assay_plan *plan, size_t h,
                                 const assay_json *entry, uint64_t *sample, uint64_t *reserve)
{
    uint64_t population = 0;
    size_t length = 0;
    const char *label = h < plan->strata->n ? assay_strata_label(plan->strata, h, &length) : "";
    const char *stored = text_member(context, entry, "stratum");
    if (stored == NULL)
        return ASSAY_EFORMAT;
    assay_status status = count_member(context, entry, "population", &population);
    if (status == ASSAY_OK &&
        (h >= plan->strata->n || assay_compare_bytes(stored, strlen(stored), label, length) != 0 ||
         population != plan->strata->population[h])) {
        assay_fail(context, ASSAY_EFORMAT,
                   "the strata of %s are not those of the manifest's table (line %zu)", frame_file,
                   h + 1);
        return assay_blame_file(context, manifest_file);
    }
    if (status == ASSAY_OK)
        status = count_member(context, entry, "sample", sample);
    return status == ASSAY_OK ? count_member(context, entry, "reserve", reserve) : status;
}

static assay_status restore_sizes(assay_context *context, const opened *self, assay_plan *plan)
{
    const assay_json *table = assay_json_member(self->manifest, "table");
    const size_t n = plan->strata->n;
    uint64_t *sample = assay_alloc_zeroed_array(n, sizeof *sample);
    uint64_t *reserve = assay_alloc_zeroed_array(n, sizeof *reserve);
    size_t h = 0;
    assay_status status = sample == NULL || reserve == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (const assay_json *entry = assay_json_first(table); status == ASSAY_OK && entry != NULL;
         entry = assay_json_next(entry), h++)
        status =
            restore_size(context, plan, h, entry, &sample[h < n ? h : 0], &reserve[h < n ? h : 0]);
    if (status == ASSAY_OK && h != n)
        status = not_a_manifest(context, "table");
    if (status == ASSAY_OK) {
        status = assay_plan_set(context, plan, sample, reserve);
        if (status == ASSAY_EDOM) {
            context->error.status = status = ASSAY_EFORMAT;
            assay_blame_file(context, manifest_file);
        }
    }
    assay_free(sample);
    assay_free(reserve);
    return status;
}

static assay_status draw_again(assay_context *context, opened *self)
{
    assay_frame *frame = NULL;
    assay_plan *plan = NULL;
    const char *seed = text_member(context, self->manifest, "seed");
    if (seed == NULL)
        return ASSAY_EFORMAT;
    if (!assay_seed_is_valid(seed, strlen(seed)))
        return not_a_manifest(context, "seed");
    assay_status status = restore_frame(context, self, &frame);
    if (status == ASSAY_OK)
        status = restore_plan(context, self, frame, &plan);
    if (status == ASSAY_OK)
        status = restore_sizes(context, self, plan);
    if (status == ASSAY_OK)
        status = assay_draw(context, plan, seed, &self->again);
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

static assay_status read_folder(assay_context *context, opened *self)
{
    assay_status status = read_manifest(context, self);
    if (status == ASSAY_OK)
        status = read_table(context, self->door, frame_file, &self->stored_frame);
    if (status == ASSAY_OK)
        status = read_table(context, self->door, sample_file, &self->stored_cases);
    return status;
}

static assay_status open_folder(assay_context *context, const assay_door *door, const char *folder,
                                opened *self)
{
    *self = (opened){0};
    assay_status status = assay_door_enter(context, door, folder, &self->door);
    if (status != ASSAY_OK)
        return status;
    status = read_folder(context, self);
    return status == ASSAY_OK ? status : blame_folder(context, folder);
}

/* ---- comparing ---- */

typedef struct teller {
    assay_difference *differ;
    void *self;
    size_t told;
} teller;

static void tell(teller *to, const char *words)
{
    to->told++;
    to->differ(to->self, words);
}

static bool same_cell(const assay_column *a, const assay_column *b, size_t row)
{
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t a_length, b_length;
    const char *left = assay_column_cell(a, row, scratch_a, &a_length);
    const char *right = assay_column_cell(b, row, scratch_b, &b_length);
    if (left == NULL || right == NULL)
        return left == right;
    return assay_compare_bytes(left, a_length, right, b_length) == 0;
}

/* The first row in which a column is not as it should be, and how many there are. */
static void compare_column(const char *file, const char *name, const assay_column *stored,
                           const assay_column *expected, teller *to)
{
    size_t first = 0, differing = 0;
    for (size_t row = 0; row < expected->length; row++)
        if (!same_cell(stored, expected, row) && differing++ == 0)
            first = row;
    if (differing == 0)
        return;
    char words[256];
    snprintf(words, sizeof words,
             "%s, row %zu: column '%.60s' is not what list and seed give (%zu row%s in all)", file,
             first + 1, name, differing, differing == 1 ? "" : "s");
    tell(to, words);
}

static void compare_tables(const char *file, const assay_frame *stored, const assay_frame *expected,
                           teller *to)
{
    char words[256];
    if (assay_frame_rows(stored) != assay_frame_rows(expected)) {
        snprintf(words, sizeof words, "%s has %zu rows where list, plan and seed give %zu", file,
                 assay_frame_rows(stored), assay_frame_rows(expected));
        tell(to, words);
        return;
    }
    for (size_t i = 0; i < assay_frame_columns(expected); i++) {
        const char *name = assay_frame_name(expected, i);
        const size_t j = assay_frame_find(stored, name);
        if (j != ASSAY_NO_COLUMN) {
            compare_column(file, name, assay_frame_column(stored, j),
                           assay_frame_column(expected, i), to);
            continue;
        }
        snprintf(words, sizeof words, "%s has no column '%.60s'", file, name);
        tell(to, words);
    }
}

static assay_status compare_file(assay_context *context, const opened *self, const char *file,
                                 teller *to)
{
    char digest[ASSAY_DIGEST_HEX], words[256];
    const char *stored = text_member(context, assay_json_member(self->manifest, "files"), file);
    if (stored == NULL)
        return ASSAY_EFORMAT;
    const assay_status status = assay_file_sha256(context, self->door, file, digest);
    if (status == ASSAY_OK && strcmp(stored, digest) != 0) {
        snprintf(words, sizeof words, "%s is not the file that the manifest describes (SHA-256)",
                 file);
        tell(to, words);
    }
    return status;
}

static assay_status compare_numbers(assay_context *context, const opened *self, teller *to)
{
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    uint64_t population, size;
    const char *stored = text_member(context, self->manifest, "fingerprint");
    if (stored == NULL)
        return ASSAY_EFORMAT;
    assay_status status = count_member(context, self->manifest, "population", &population);
    if (status == ASSAY_OK)
        status = count_member(context, self->manifest, "size", &size);
    if (status != ASSAY_OK)
        return status;
    assay_plan_fingerprint(self->again->plan, fingerprint);
    if (strcmp(stored, fingerprint) != 0)
        tell(to, "frame.csv does not have the fingerprint of the manifest");
    if (population != assay_frame_rows(self->again->plan->frame) || size != self->again->plan->size)
        tell(to, "population or size in the manifest are not the sums of its table");
    return ASSAY_OK;
}

/* How many values of one column of ids are not among those of another. */
static assay_status count_absent(assay_context *context, const assay_column *ids,
                                 const assay_column *among, size_t *absent)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    assay_dictionary *known = assay_dictionary_new();
    assay_status status = known == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < among->length; row++) {
        const char *id = assay_column_cell(among, row, scratch, &length);
        if (id != NULL && assay_dictionary_add(known, id, length) == 0)
            status = assay_fail_memory(context);
    }
    *absent = 0;
    for (size_t row = 0; status == ASSAY_OK && row < ids->length; row++) {
        const char *id = assay_column_cell(ids, row, scratch, &length);
        *absent += id == NULL || assay_dictionary_find(known, id, length) == 0;
    }
    assay_dictionary_release(known);
    return status;
}

static assay_status compare_list(assay_context *context, const opened *self,
                                 const assay_frame *list, teller *to)
{
    const assay_plan *plan = self->again->plan;
    const char *name = assay_frame_name(plan->frame, plan->id);
    const size_t id = assay_frame_find(list, name);
    const assay_column *known = assay_frame_column(plan->frame, plan->id);
    size_t extra, lost;
    char words[256];
    if (id == ASSAY_NO_COLUMN)
        return assay_fail(context, ASSAY_EUNKNOWN, "the list has no column '%.40s'", name);
    assay_status status = count_absent(context, assay_frame_column(list, id), known, &extra);
    if (status == ASSAY_OK)
        status = count_absent(context, known, assay_frame_column(list, id), &lost);
    if (status == ASSAY_OK && (extra > 0 || lost > 0)) {
        snprintf(words, sizeof words,
                 "the list has %zu case%s that frame.csv does not have, and lacks %zu that it has",
                 extra, extra == 1 ? "" : "s", lost);
        tell(to, words);
    }
    return status;
}

/* Draws again and compares; what cannot even be drawn again is a difference too. */
static assay_status compare(assay_context *context, opened *self, const assay_frame *list,
                            teller *to)
{
    assay_frame *frame = NULL, *cases = NULL;
    assay_status status = compare_file(context, self, frame_file, to);
    if (status == ASSAY_OK)
        status = compare_file(context, self, sample_file, to);
    if (status != ASSAY_OK)
        return status;
    status = draw_again(context, self);
    if (status == ASSAY_EFORMAT || status == ASSAY_EMISSING || status == ASSAY_EREPEATED) {
        tell(to, context->error.message);
        return ASSAY_OK;
    }
    if (status == ASSAY_OK)
        status = compare_numbers(context, self, to);
    if (status == ASSAY_OK)
        status = assay_sample_frame(context, self->again, &frame);
    if (status == ASSAY_OK)
        status = assay_sample_cases(context, self->again, &cases);
    if (status == ASSAY_OK) {
        compare_tables(frame_file, self->stored_frame, frame, to);
        compare_tables(sample_file, self->stored_cases, cases, to);
    }
    if (status == ASSAY_OK && !self->as_written)
        tell(to, "manifest.json is not as it was written (its digest)");
    if (status == ASSAY_OK && list != NULL)
        status = compare_list(context, self, list, to);
    assay_frame_free(frame);
    assay_frame_free(cases);
    return status;
}

assay_status assay_sample_verify(assay_context *context, const assay_door *door, const char *folder,
                                 const assay_frame *list, assay_difference *differ, void *self)
{
    opened inside;
    teller to = {.differ = differ, .self = self};
    assay_status status = open_folder(context, door, folder, &inside);
    if (status == ASSAY_OK)
        status = compare(context, &inside, list, &to);
    close_folder(&inside);
    return status;
}

static void keep_first(void *self, const char *words)
{
    char *first = self;
    if (first[0] == '\0')
        snprintf(first, 256, "%s", words);
}

assay_status assay_sample_open(assay_context *context, const assay_door *door, const char *folder,
                               assay_sample **sample, assay_json **manifest)
{
    opened inside;
    char first[256] = "";
    teller to = {.differ = keep_first, .self = first};
    assay_status status = open_folder(context, door, folder, &inside);
    if (status == ASSAY_OK)
        status = compare(context, &inside, NULL, &to);
    if (status == ASSAY_OK && to.told > 0) {
        status = assay_fail(context, ASSAY_EFORMAT,
                            "the sample in '%.100s' was edited after it was drawn: %s", folder,
                            first);
        assay_blame_file(context, folder);
    }
    if (status == ASSAY_OK) {
        *sample = inside.again;
        *manifest = inside.manifest;
        inside.again = NULL;
        inside.manifest = NULL;
    }
    close_folder(&inside);
    return status;
}
