/* history.c -- the revisions of a sample in its folder. */
#include "sample/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/tree.h"
#include "sample/manifest.h"

enum { MOST_BYTES = 1 << 30, NAME = 64 };

static void name_of(char name[NAME], uint64_t revision, const char *file)
{
    snprintf(name, NAME, "revision-%" PRIu64 "/%s", revision, file);
}

bool assay_history_is_news(const assay_sample *sample)
{
    const assay_revision *r = sample->after;
    return r == NULL || r->number == 0 || r->written < r->n;
}

uint64_t assay_history_number(const assay_sample *sample)
{
    const uint64_t written = sample->after == NULL ? 0 : sample->after->number;
    return written + assay_history_is_news(sample);
}

/* ---- into a manifest ---- */

static assay_status add_id(assay_context *context, const assay_sample *sample, size_t place,
                           const char *key, assay_json *entry)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *id = assay_column_cell(assay_frame_column(sample->plan->frame, sample->plan->id),
                                       sample->rows[place], scratch, &length);
    char *text = assay_copy_text(id, length);
    const assay_status status =
        text == NULL ? assay_fail_memory(context) : assay_json_add_text(context, entry, key, text);
    assay_free(text);
    return status;
}

static assay_status add_loss(assay_context *context, const assay_sample *sample,
                             const assay_loss *loss, assay_json *log)
{
    assay_json *entry;
    const bool replaced = loss->by != ASSAY_NOBODY;
    assay_status status = assay_json_add_object(context, log, NULL, &entry);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, entry, "revision", (int64_t)loss->revision);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, entry, "action", replaced ? "replace" : "withdraw");
    if (status == ASSAY_OK)
        status = add_id(context, sample, loss->place, "id", entry);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, entry, "kind", assay_fate_name(loss->kind));
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, entry, "why", loss->why);
    if (status == ASSAY_OK && loss->date != NULL)
        status = assay_json_add_text(context, entry, "date", loss->date);
    return status == ASSAY_OK && replaced ? add_id(context, sample, loss->by, "replaced_by", entry)
                                          : status;
}

assay_status assay_history_add(assay_context *context, const assay_sample *sample, assay_json *root)
{
    const assay_revision *r = sample->after;
    char digest[ASSAY_DIGEST_HEX];
    assay_json *log;
    if (r == NULL)
        return ASSAY_OK;
    assay_status status = r->n > 0 ? assay_json_add_array(context, root, "log", &log) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < r->n; i++)
        status = add_loss(context, sample, &r->losses[i], log);
    if (status != ASSAY_OK || r->number == 0)
        return status;
    assay_revision_digest(r, r->number, digest);
    return assay_json_add_text(context, root, "previous", digest);
}

/* ---- keeping what was written ---- */

static void drop(assay_kept *kept)
{
    assay_free(kept->manifest);
    assay_free(kept->cases);
    *kept = (assay_kept){0};
}

static assay_status read_kept(assay_context *context, const assay_door *door, const char *manifest,
                              const char *cases, assay_kept *kept)
{
    assay_status status = assay_file_read(context, door, manifest, MOST_BYTES, &kept->manifest,
                                          &kept->manifest_length);
    if (status == ASSAY_OK)
        status =
            assay_file_read(context, door, cases, MOST_BYTES, &kept->cases, &kept->cases_length);
    return status;
}

static assay_status write_kept(assay_context *context, const assay_door *door, const char *manifest,
                               const char *cases, const assay_kept *kept)
{
    assay_status status = assay_file_write(context, door, cases, kept->cases, kept->cases_length);
    if (status == ASSAY_OK)
        status = assay_file_write(context, door, manifest, kept->manifest, kept->manifest_length);
    return status;
}

static assay_status write_earlier(assay_context *context, assay_stage *stage,
                                  const assay_revision *r, uint64_t number)
{
    char manifest[NAME], cases[NAME], folder[NAME];
    name_of(folder, number, "");
    assay_status status = assay_stage_make(context, stage, folder);
    name_of(manifest, number, ASSAY_MANIFEST_FILE);
    name_of(cases, number, ASSAY_SAMPLE_FILE);
    return status == ASSAY_OK
               ? write_kept(context, assay_stage_door(stage), manifest, cases, &r->kept[number - 1])
               : status;
}

/* ---- a folder that holds the revision before ---- */

/* Where a file of that folder stands in the stage. */
static void name_in_stage(char name[NAME], const char *standing, uint64_t revision)
{
    if (strcmp(standing, ASSAY_MANIFEST_FILE) == 0 || strcmp(standing, ASSAY_SAMPLE_FILE) == 0)
        name_of(name, revision, standing);
    else
        snprintf(name, NAME, "%.*s", NAME - 1, standing);
}

static assay_status compare_file(assay_context *context, const assay_door *standing,
                                 const char *name, const assay_door *stage, uint64_t revision,
                                 bool *same)
{
    char staged[NAME], a[ASSAY_DIGEST_HEX], b[ASSAY_DIGEST_HEX];
    name_in_stage(staged, name, revision);
    *same = assay_input_exists(stage, staged);
    if (!*same)
        return ASSAY_OK;
    assay_status status = assay_file_sha256(context, standing, name, a);
    if (status == ASSAY_OK)
        status = assay_file_sha256(context, stage, staged, b);
    *same = status == ASSAY_OK && strcmp(a, b) == 0;
    return status;
}

/* Whether all that stands there is in the stage as well, as revisions up to this one. */
static assay_status is_before(assay_context *context, const assay_door *standing,
                              const assay_door *stage, uint64_t revision, bool *before)
{
    assay_names names = {0};
    *before = false;
    assay_status status = assay_tree_list(context, standing, ".", &names);
    bool same = names.n == 1 + 2 * revision;
    for (size_t i = 0; status == ASSAY_OK && same && i < names.n; i++)
        status = compare_file(context, standing, names.name[i], stage, revision, &same);
    assay_names_free(&names);
    *before = status == ASSAY_OK && same;
    return status;
}

/* `before`: the revision that the folder may hold; 0: none. */
static assay_status commit(assay_context *context, assay_stage *stage, uint64_t before)
{
    assay_door *standing = NULL;
    bool succeeds = false;
    assay_status status = before == 0 ? ASSAY_OK : assay_stage_standing(context, stage, &standing);
    if (status == ASSAY_OK && standing != NULL)
        status = is_before(context, standing, assay_stage_door(stage), before, &succeeds);
    assay_door_free(standing);
    if (status != ASSAY_OK)
        return status;
    return succeeds ? assay_stage_exchange(context, stage) : assay_stage_commit(context, stage);
}

assay_status assay_history_commit(assay_context *context, assay_stage *stage, assay_sample *sample)
{
    const bool news = assay_history_is_news(sample);
    const uint64_t number = assay_history_number(sample);
    const assay_door *door = assay_stage_door(stage);
    assay_revision *r = assay_revision_of(context, sample);
    assay_kept kept = {0};
    if (r == NULL)
        return ASSAY_ENOMEM;
    assay_kept *all = assay_resize_array(r->kept, (size_t)number, sizeof *all);
    if (all == NULL)
        return assay_fail_memory(context);
    r->kept = all;
    assay_status status =
        news ? read_kept(context, door, ASSAY_MANIFEST_FILE, ASSAY_SAMPLE_FILE, &kept)
             : write_kept(context, door, ASSAY_MANIFEST_FILE, ASSAY_SAMPLE_FILE, &all[number - 1]);
    for (uint64_t i = 1; status == ASSAY_OK && i < number; i++)
        status = write_earlier(context, stage, r, i);
    if (status == ASSAY_OK)
        status = commit(context, stage, news ? number - 1 : 0);
    if (status == ASSAY_OK && news) {
        all[r->number++] = kept;
        r->written = r->n;
    } else
        drop(&kept);
    return status;
}

/* ---- out of a manifest ---- */

static assay_status bad_entry(assay_context *context, size_t i, const char *why)
{
    char reason[400];
    snprintf(reason, sizeof reason, "%.399s", why); /* which may be the context's own */
    assay_fail(context, ASSAY_EFORMAT, "the log, entry %zu: %s", i + 1, reason);
    return assay_blame_file(context, ASSAY_MANIFEST_FILE);
}

/* Reads text members into what is to be done; false: one is missing, or no such kind or action. */
static bool read_entry(const assay_json *entry, assay_change_of_case *what, bool *replace)
{
    int64_t revision;
    const char *action = assay_json_text(assay_json_member(entry, "action"));
    const char *kind = assay_json_text(assay_json_member(entry, "kind"));
    const assay_json *date = assay_json_member(entry, "date");
    what->id = assay_json_text(assay_json_member(entry, "id"));
    what->why = assay_json_text(assay_json_member(entry, "why"));
    what->date = assay_json_text(date);
    if (action == NULL || kind == NULL || what->id == NULL || what->why == NULL ||
        (date != NULL && what->date == NULL) ||
        assay_json_integer(assay_json_member(entry, "revision"), &revision) != ASSAY_OK ||
        revision < 1)
        return false;
    what->id_length = strlen(what->id);
    what->revision = (uint64_t)revision;
    *replace = strcmp(action, "replace") == 0;
    for (int fate = ASSAY_OUT_OF_SCOPE; fate <= ASSAY_UNAVAILABLE; fate++)
        if (strcmp(kind, assay_fate_name((assay_fate)fate)) == 0)
            what->kind = (assay_fate)fate;
    return what->kind != ASSAY_RESERVE && (*replace || strcmp(action, "withdraw") == 0);
}

static bool is_id(const assay_sample *sample, size_t place, const char *id)
{
    return id != NULL && assay_dictionary_find(sample->after->ids, id, strlen(id)) == place + 1;
}

static assay_status apply_entry(assay_context *context, assay_sample *sample,
                                const assay_json *entry, size_t i, uint64_t *revision)
{
    assay_change_of_case what = {0};
    size_t by = ASSAY_NOBODY;
    bool replace = false;
    const assay_json *replaced_by = assay_json_member(entry, "replaced_by");
    if (!read_entry(entry, &what, &replace) || replace != (replaced_by != NULL))
        return bad_entry(context, i, "a member is missing or wrong");
    if (what.revision < *revision || what.revision > *revision + 1)
        return bad_entry(context, i, "it is of no revision that can be next");
    *revision = what.revision;
    const assay_status status = replace ? assay_sample_replace(context, sample, &what, &by)
                                        : assay_sample_withdraw(context, sample, &what);
    if (status == ASSAY_EDOM || status == ASSAY_EUNKNOWN)
        return bad_entry(context, i, context->error.message);
    if (status == ASSAY_OK && replace && !is_id(sample, by, assay_json_text(replaced_by)))
        return bad_entry(context, i, "it was not replaced by the next reserve");
    return status;
}

assay_status assay_history_apply(assay_context *context, const assay_sample_folder *self)
{
    const assay_json *log = assay_json_member(self->manifest, "log");
    uint64_t number, revision = 1;
    size_t i = 0;
    assay_status status = assay_folder_count(context, self->manifest, "revision", &number);
    if (status == ASSAY_OK && assay_revision_of(context, self->again) == NULL)
        status = ASSAY_ENOMEM;
    for (const assay_json *entry = assay_json_first(log); status == ASSAY_OK && entry != NULL;
         entry = assay_json_next(entry), i++)
        status = apply_entry(context, self->again, entry, i, &revision);
    if (status != ASSAY_OK || revision == number)
        return status;
    assay_fail(context, ASSAY_EFORMAT,
               "the manifest is of revision %" PRIu64 ", and its log goes up to revision %" PRIu64,
               number, revision);
    return assay_blame_file(context, ASSAY_MANIFEST_FILE);
}

/* ---- the earlier ones ---- */

/* Members that differ from revision to revision; the version is that of the program that wrote it. */
static bool is_own(const char *key)
{
    static const char *const own[] = {"assay", "digest", "files", "log", "previous", "revision"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcmp(key, own[i]) == 0)
            return true;
    return false;
}

static assay_status same_value(assay_context *context, const assay_json *a, const assay_json *b,
                               bool *same)
{
    char *left = NULL, *right = NULL;
    *same = a != NULL && b != NULL;
    if (!*same)
        return ASSAY_OK;
    assay_status status = assay_json_print(context, a, ASSAY_JSON_SORTED, &left, NULL);
    if (status == ASSAY_OK)
        status = assay_json_print(context, b, ASSAY_JSON_SORTED, &right, NULL);
    *same = status == ASSAY_OK && strcmp(left, right) == 0;
    assay_free(left);
    assay_free(right);
    return status;
}

/* Whether each member of `a` but its own stands in `b` too. */
static assay_status compare_members(assay_context *context, const char *file, const assay_json *a,
                                    const assay_json *b, assay_teller *to)
{
    assay_status status = ASSAY_OK;
    for (const assay_json *member = assay_json_first(a); status == ASSAY_OK && member != NULL;
         member = assay_json_next(member)) {
        const char *key = assay_json_key(member);
        bool same = true;
        if (!is_own(key))
            status = same_value(context, member, assay_json_member(b, key), &same);
        if (status == ASSAY_OK && !same)
            assay_tell(to, "%s: '%.60s' is not that of the last revision", file, key);
    }
    return status;
}

/* The log must be the first n entries of the last one. */
static assay_status compare_logs(assay_context *context, const char *file, const assay_json *log,
                                 const assay_json *last, size_t n, assay_teller *to)
{
    bool same = assay_json_size(log) == n;
    const assay_json *a = assay_json_first(log), *b = assay_json_first(last);
    assay_status status = ASSAY_OK;
    for (; status == ASSAY_OK && same && a != NULL; a = assay_json_next(a), b = assay_json_next(b))
        status = same_value(context, a, b, &same);
    if (status == ASSAY_OK && !same)
        assay_tell(to, "%s: its log is not the beginning of the last one", file);
    return status;
}

/* The table of a revision, after the first n losses. */
static assay_status compare_cases(assay_context *context, const assay_sample_folder *self,
                                  const char *file, size_t n, assay_teller *to)
{
    assay_frame *stored = NULL, *expected = NULL;
    assay_sample_show(self->again, n);
    assay_status status = assay_folder_table(context, self->door, file, &stored);
    if (status == ASSAY_OK)
        status = assay_sample_cases(context, self->again, &expected);
    if (status == ASSAY_OK)
        assay_compare_tables(file, stored, expected, to);
    assay_frame_free(stored);
    assay_frame_free(expected);
    assay_sample_show(self->again, self->again->after->n);
    return status;
}

static assay_status compare_hash(assay_context *context, const assay_sample_folder *self,
                                 const assay_json *manifest, const char *file, assay_teller *to)
{
    char digest[ASSAY_DIGEST_HEX];
    const assay_json *files = assay_json_member(manifest, "files");
    const char *stored = assay_json_text(assay_json_member(files, ASSAY_SAMPLE_FILE));
    const assay_status status = assay_file_sha256(context, self->door, file, digest);
    if (status == ASSAY_OK && (stored == NULL || strcmp(stored, digest) != 0))
        assay_tell(to, "%s is not the file that its manifest describes (SHA-256)", file);
    return status;
}

/* That a manifest names the digest of the one before, which was read last; "" for none. */
static void compare_previous(const char *file, const assay_json *manifest, const char *digest,
                             assay_teller *to)
{
    const assay_json *member = assay_json_member(manifest, "previous");
    const char *text = assay_json_text(member);
    if (digest[0] == '\0' ? member != NULL : text == NULL || strcmp(text, digest) != 0)
        assay_tell(to, "%s: 'previous' is not the digest of the revision before", file);
}

static assay_status compare_manifest(assay_context *context, const assay_sample_folder *self,
                                     const char *file, uint64_t number, const assay_json *manifest,
                                     assay_teller *to)
{
    int64_t revision = 0;
    const size_t n = assay_revision_losses(self->again->after, number);
    if (assay_json_integer(assay_json_member(manifest, "revision"), &revision) != ASSAY_OK ||
        (uint64_t)revision != number)
        assay_tell(to, "%s: 'revision' is not %" PRIu64, file, number);
    assay_status status = compare_members(context, file, manifest, self->manifest, to);
    if (status == ASSAY_OK)
        status = compare_members(context, file, self->manifest, manifest, to);
    return status == ASSAY_OK ? compare_logs(context, file, assay_json_member(manifest, "log"),
                                             assay_json_member(self->manifest, "log"), n, to)
                              : status;
}

/* `digest` has that of the revision before, and then of this one. */
static assay_status compare_earlier(assay_context *context, const assay_sample_folder *self,
                                    uint64_t number, char digest[ASSAY_DIGEST_HEX],
                                    assay_teller *to)
{
    char name[NAME], cases[NAME];
    assay_kept kept = {0};
    assay_json *manifest = NULL;
    name_of(name, number, ASSAY_MANIFEST_FILE);
    name_of(cases, number, ASSAY_SAMPLE_FILE);
    assay_status status = read_kept(context, self->door, name, cases, &kept);
    if (status == ASSAY_OK)
        status = assay_json_parse(context, kept.manifest, kept.manifest_length, name, &manifest);
    if (status == ASSAY_OK)
        status = compare_manifest(context, self, name, number, manifest, to);
    if (status == ASSAY_OK) {
        compare_previous(name, manifest, digest, to);
        status = compare_hash(context, self, manifest, cases, to);
    }
    if (status == ASSAY_OK)
        status = compare_cases(context, self, cases,
                               assay_revision_losses(self->again->after, number), to);
    if (status == ASSAY_OK) {
        assay_manifest_digest(kept.manifest, kept.manifest_length, digest);
        if (!assay_manifest_is_as_written(kept.manifest, kept.manifest_length))
            assay_tell(to, "%s is not as it was written (its digest)", name);
    }
    assay_json_free(manifest);
    drop(&kept);
    return status;
}

static bool has_earlier(const assay_sample_folder *self, uint64_t number, const char *file,
                        assay_teller *to)
{
    char name[NAME];
    name_of(name, number, file);
    const bool there = assay_input_exists(self->door, name);
    if (!there)
        assay_tell(to, "%s is missing", name);
    return there;
}

assay_status assay_history_compare(assay_context *context, const assay_sample_folder *self,
                                   assay_teller *to)
{
    char digest[ASSAY_DIGEST_HEX] = "", next[NAME];
    uint64_t number;
    assay_status status = assay_folder_count(context, self->manifest, "revision", &number);
    for (uint64_t i = 1; status == ASSAY_OK && i < number; i++) {
        if (!has_earlier(self, i, ASSAY_MANIFEST_FILE, to) ||
            !has_earlier(self, i, ASSAY_SAMPLE_FILE, to))
            return ASSAY_OK;
        status = compare_earlier(context, self, i, digest, to);
        if (status == ASSAY_EFORMAT) {
            assay_tell(to, "%s: %.200s", context->error.file, context->error.message);
            return ASSAY_OK;
        }
    }
    if (status != ASSAY_OK)
        return status;
    compare_previous(ASSAY_MANIFEST_FILE, self->manifest, digest, to);
    name_of(next, number, "");
    if (assay_input_exists(self->door, next))
        assay_tell(to, "the folder of revision %" PRIu64 " stands beside it: a later one is gone",
                   number);
    return ASSAY_OK;
}

assay_status assay_history_load(assay_context *context, const assay_sample_folder *self)
{
    assay_revision *r = self->again->after;
    uint64_t number;
    assay_status status = assay_folder_count(context, self->manifest, "revision", &number);
    if (status == ASSAY_OK) {
        r->kept = assay_alloc_zeroed_array((size_t)number, sizeof *r->kept);
        status = r->kept == NULL ? assay_fail_memory(context) : ASSAY_OK;
    }
    for (uint64_t i = 1; status == ASSAY_OK && i <= number; i++) {
        char manifest[NAME] = ASSAY_MANIFEST_FILE, cases[NAME] = ASSAY_SAMPLE_FILE;
        if (i < number) {
            name_of(manifest, i, ASSAY_MANIFEST_FILE);
            name_of(cases, i, ASSAY_SAMPLE_FILE);
        }
        r->number = i;
        status = read_kept(context, self->door, manifest, cases, &r->kept[i - 1]);
    }
    r->written = r->n;
    return status;
}
