/* verify.c -- whether a sample's folder is what it says it is. */
#include "sample/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "sample/apart.h"
#include "sample/differ.h"
#include "sample/folder.h"
#include "sample/history.h"
#include "sample/manifest.h"
#include "sample/pick.h"

static assay_status compare_file(assay_context *context, const assay_sample_folder *self,
                                 const char *file, assay_teller *to)
{
    char digest[ASSAY_DIGEST_HEX];
    const char *stored =
        assay_folder_text(context, assay_json_member(self->manifest, "files"), file);
    if (stored == NULL)
        return ASSAY_EFORMAT;
    const assay_status status = assay_file_sha256(context, self->door, file, digest);
    if (status == ASSAY_OK && strcmp(stored, digest) != 0)
        assay_tell(to, "%s is not the file that the manifest describes (SHA-256)", file);
    return status;
}

/* The size of the manifest: a count, or the number of cases that two stages have on average. */
static assay_status read_size(assay_context *context, const assay_sample_folder *self, bool *same)
{
    const assay_plan *plan = self->again->plan;
    uint64_t size;
    if (plan->stages != NULL) {
        *same = assay_json_number(assay_json_member(self->manifest, "size")) == plan->stages->size;
        return ASSAY_OK;
    }
    const assay_status status = assay_folder_count(context, self->manifest, "size", &size);
    *same = status == ASSAY_OK && size == plan->size;
    return status;
}

static assay_status compare_numbers(assay_context *context, const assay_sample_folder *self,
                                    assay_teller *to)
{
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    uint64_t population;
    bool same_size = false;
    const char *stored = assay_folder_text(context, self->manifest, "fingerprint");
    if (stored == NULL)
        return ASSAY_EFORMAT;
    assay_status status = assay_folder_count(context, self->manifest, "population", &population);
    if (status == ASSAY_OK)
        status = read_size(context, self, &same_size);
    if (status == ASSAY_OK)
        status = assay_plan_fingerprint(context, self->again->plan, fingerprint);
    if (status != ASSAY_OK)
        return status;
    if (strcmp(stored, fingerprint) != 0)
        assay_tell(to, "frame.csv does not have the fingerprint of the manifest");
    if (population != assay_plan_population(self->again->plan) || !same_size)
        assay_tell(to, "population or size in the manifest are not the sums of its table");
    return ASSAY_OK;
}

/* Whether a member of the manifest is this text, or is not there for NULL. */
static void compare_text(const assay_sample_folder *self, const char *key, const char *want,
                         assay_teller *to)
{
    const assay_json *member = assay_json_member(self->manifest, key);
    const char *text = assay_json_text(member);
    if (want == NULL ? member == NULL : text != NULL && strcmp(text, want) == 0)
        return;
    assay_tell(to, "'%s' in the manifest is not what list, plan and seed give", key);
}

static void compare_count(const assay_sample_folder *self, const char *key, bool there,
                          uint64_t want, assay_teller *to)
{
    const assay_json *member = assay_json_member(self->manifest, key);
    int64_t count = -1;
    if (!there && member == NULL)
        return;
    if (there && assay_json_integer(member, &count) == ASSAY_OK && count == (int64_t)want)
        return;
    assay_tell(to, "'%s' in the manifest is not what list, plan and seed give", key);
}

/* What the manifest says of probabilities. */
static void compare_marks(const assay_sample_folder *self, assay_teller *to)
{
    const assay_sample *again = self->again;
    const assay_parts *cells = again->plan->cells;
    uint64_t alone, none = cells != NULL ? assay_parts_without_chance(cells, &alone) : 0;
    compare_text(self, "status", cells != NULL ? "model_based" : NULL, to);
    compare_count(self, "zero_probability", cells != NULL, none, to);
    compare_text(self, "probabilities", assay_sample_probabilities(again), to);
    compare_count(self, "drawn",
                  again->units != NULL ||
                      (again->how.method != NULL && !again->how.method->fixed_size),
                  again->n_sample, to);
    compare_count(self, "replays", again->estimated, ASSAY_REPLAYS, to);
    compare_count(self, "passed_over", again->estimated, again->n_passed, to);
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

static assay_status compare_list(assay_context *context, const assay_sample_folder *self,
                                 const assay_frame *list, assay_teller *to)
{
    const assay_plan *plan = self->again->plan;
    const char *name = assay_frame_name(plan->frame, plan->id);
    const size_t id = assay_frame_find(list, name);
    const assay_column *known = assay_frame_column(plan->frame, plan->id);
    size_t extra, lost;
    if (id == ASSAY_NO_COLUMN)
        return assay_fail(context, ASSAY_EUNKNOWN, "the list has no column '%.40s'", name);
    assay_status status = count_absent(context, assay_frame_column(list, id), known, &extra);
    if (status == ASSAY_OK)
        status = count_absent(context, known, assay_frame_column(list, id), &lost);
    if (status == ASSAY_OK && (extra > 0 || lost > 0))
        assay_tell(
            to, "the list has %zu case%s that frame.csv does not have, and lacks %zu that it has",
            extra, extra == 1 ? "" : "s", lost);
    return status;
}

/* Draws again and compares; what cannot even be drawn again is a difference too. */
static assay_status compare(assay_context *context, assay_sample_folder *self,
                            const assay_frame *list, assay_teller *to)
{
    assay_frame *frame = NULL, *cases = NULL;
    assay_status status = compare_file(context, self, ASSAY_FRAME_FILE, to);
    if (status == ASSAY_OK)
        status = compare_file(context, self, ASSAY_SAMPLE_FILE, to);
    if (status != ASSAY_OK)
        return status;
    status = assay_folder_draw(context, self);
    if (status == ASSAY_EFORMAT || status == ASSAY_EMISSING || status == ASSAY_EREPEATED) {
        assay_tell(to, "%.255s", context->error.message);
        return ASSAY_OK;
    }
    if (status == ASSAY_OK)
        status = compare_numbers(context, self, to);
    if (status == ASSAY_OK)
        status = assay_sample_frame(context, self->again, &frame);
    if (status == ASSAY_OK)
        status = assay_sample_cases(context, self->again, &cases);
    if (status == ASSAY_OK) {
        compare_marks(self, to);
        assay_compare_tables(ASSAY_FRAME_FILE, self->stored_frame, frame, to);
        assay_compare_tables(ASSAY_SAMPLE_FILE, self->stored_cases, cases, to);
    }
    if (status == ASSAY_OK)
        status = assay_history_compare(context, self, to);
    if (status == ASSAY_OK && !self->as_written)
        assay_tell(to, "manifest.json is not as it was written (its digest)");
    if (status == ASSAY_OK && list != NULL)
        status = compare_list(context, self, list, to);
    assay_frame_free(frame);
    assay_frame_free(cases);
    return status;
}

/* What was drawn again goes out of the folder's hands. */
static void hand_over(assay_sample_folder *inside, assay_sample **sample, assay_json **manifest)
{
    *sample = inside->again;
    *manifest = inside->manifest;
    inside->again = NULL;
    inside->manifest = NULL;
}

assay_status assay_sample_compare(assay_context *context, const assay_door *door,
                                  const char *folder, const assay_frame *list,
                                  assay_difference *differ, void *self, assay_sample **again,
                                  assay_json **manifest)
{
    assay_sample_folder inside;
    assay_teller to = {.differ = differ, .self = self};
    assay_status status = assay_folder_open(context, door, folder, &inside);
    if (status == ASSAY_OK)
        status = compare(context, &inside, list, &to);
    if (status == ASSAY_OK)
        hand_over(&inside, again, manifest);
    assay_folder_close(&inside);
    return status;
}

assay_status assay_sample_verify(assay_context *context, const assay_door *door, const char *folder,
                                 const assay_frame *list, assay_difference *differ, void *self)
{
    assay_sample *again = NULL;
    assay_json *manifest = NULL;
    const assay_status status =
        assay_sample_compare(context, door, folder, list, differ, self, &again, &manifest);
    assay_sample_free(again);
    assay_json_free(manifest);
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
    assay_sample_folder inside;
    char first[256] = "";
    assay_teller to = {.differ = keep_first, .self = first};
    assay_status status = assay_folder_open(context, door, folder, &inside);
    if (status == ASSAY_OK)
        status = compare(context, &inside, NULL, &to);
    if (status == ASSAY_OK && to.told > 0) {
        status =
            assay_fail(context, ASSAY_EFORMAT,
                       "the sample in '%.100s' was edited after it was drawn: %s", folder, first);
        assay_blame_file(context, folder);
    }
    if (status == ASSAY_OK)
        status = assay_history_load(context, &inside);
    if (status == ASSAY_OK)
        hand_over(&inside, sample, manifest);
    assay_folder_close(&inside);
    return status;
}
