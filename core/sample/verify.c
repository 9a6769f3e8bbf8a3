/* verify.c -- whether a sample's folder is what it says it is. */
#include "sample/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "sample/folder.h"
#include "sample/manifest.h"
#include "sample/pick.h"

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

static assay_status compare_file(assay_context *context, const assay_sample_folder *self,
                                 const char *file, teller *to)
{
    char digest[ASSAY_DIGEST_HEX], words[256];
    const char *stored =
        assay_folder_text(context, assay_json_member(self->manifest, "files"), file);
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

static assay_status compare_numbers(assay_context *context, const assay_sample_folder *self,
                                    teller *to)
{
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    uint64_t population, size;
    const char *stored = assay_folder_text(context, self->manifest, "fingerprint");
    if (stored == NULL)
        return ASSAY_EFORMAT;
    assay_status status = assay_folder_count(context, self->manifest, "population", &population);
    if (status == ASSAY_OK)
        status = assay_folder_count(context, self->manifest, "size", &size);
    if (status != ASSAY_OK)
        return status;
    assay_plan_fingerprint(self->again->plan, fingerprint);
    if (strcmp(stored, fingerprint) != 0)
        tell(to, "frame.csv does not have the fingerprint of the manifest");
    if (population != assay_frame_rows(self->again->plan->frame) || size != self->again->plan->size)
        tell(to, "population or size in the manifest are not the sums of its table");
    return ASSAY_OK;
}

/* Whether a member of the manifest is this text, or is not there for NULL. */
static void compare_text(const assay_sample_folder *self, const char *key, const char *want,
                         teller *to)
{
    const assay_json *member = assay_json_member(self->manifest, key);
    const char *text = assay_json_text(member);
    char words[128];
    if (want == NULL ? member == NULL : text != NULL && strcmp(text, want) == 0)
        return;
    snprintf(words, sizeof words, "'%s' in the manifest is not what list, plan and seed give", key);
    tell(to, words);
}

static void compare_count(const assay_sample_folder *self, const char *key, bool there,
                          uint64_t want, teller *to)
{
    const assay_json *member = assay_json_member(self->manifest, key);
    int64_t count = -1;
    char words[128];
    if (!there && member == NULL)
        return;
    if (there && assay_json_integer(member, &count) == ASSAY_OK && count == (int64_t)want)
        return;
    snprintf(words, sizeof words, "'%s' in the manifest is not what list, plan and seed give", key);
    tell(to, words);
}

/* What the manifest says of probabilities. */
static void compare_marks(const assay_sample_folder *self, teller *to)
{
    const assay_sample *again = self->again;
    const assay_parts *cells = again->plan->cells;
    uint64_t alone, none = cells != NULL ? assay_parts_without_chance(cells, &alone) : 0;
    compare_text(self, "status", cells != NULL ? "model_based" : NULL, to);
    compare_count(self, "zero_probability", cells != NULL, none, to);
    compare_text(self, "probabilities",
                 again->estimated     ? "estimated"
                 : again->approximate ? "approximate"
                                      : NULL,
                 to);
    compare_count(self, "drawn", again->how.method != NULL && !again->how.method->fixed_size,
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
static assay_status compare(assay_context *context, assay_sample_folder *self,
                            const assay_frame *list, teller *to)
{
    assay_frame *frame = NULL, *cases = NULL;
    assay_status status = compare_file(context, self, ASSAY_FRAME_FILE, to);
    if (status == ASSAY_OK)
        status = compare_file(context, self, ASSAY_SAMPLE_FILE, to);
    if (status != ASSAY_OK)
        return status;
    status = assay_folder_draw(context, self);
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
        compare_marks(self, to);
        compare_tables(ASSAY_FRAME_FILE, self->stored_frame, frame, to);
        compare_tables(ASSAY_SAMPLE_FILE, self->stored_cases, cases, to);
    }
    if (status == ASSAY_OK && !self->as_written)
        tell(to, "manifest.json is not as it was written (its digest)");
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
    teller to = {.differ = differ, .self = self};
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
    teller to = {.differ = keep_first, .self = first};
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
        hand_over(&inside, sample, manifest);
    assay_folder_close(&inside);
    return status;
}
