/* lrecord.c -- the record of a run: what it was made from, what it made, and what it must tell. */
#include "lassay.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"

void lassay_use_core_memory(void)
{
    assay_json_use_core_memory();
}

/* ---- versions ---- */

const char *lassay_version_at(size_t i, const char **version)
{
    const struct {
        const char *name, *version;
    } all[] = {
        {"assay", ASSAY_VERSION},           {"lua", LUA_RELEASE + sizeof "Lua" /* "Lua 5.4.4" */},
        {"gsl", assay_gsl_version()},       {"cjson", assay_json_version()},
        {"utf8proc", assay_text_version()}, {"libcrypto", assay_hash_version()},
    };
    if (i >= sizeof all / sizeof all[0])
        return NULL;
    *version = all[i].version;
    return all[i].name;
}

/* At most so many of them. */
static assay_status add_versions(assay_context *context, assay_json *to, lassay_library_at *at,
                                 size_t most)
{
    const char *name, *version;
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < most && (name = at(i, &version)) != NULL; i++)
        status = assay_json_add_text(context, to, name, version);
    return status;
}

assay_status lassay_versions_print(assay_context *context, bool libraries, lassay_library_at *more,
                                   char **text)
{
    assay_json *root = NULL;
    assay_status status = assay_json_new_object(context, &root);
    if (status == ASSAY_OK)
        status = add_versions(context, root, lassay_version_at, libraries ? SIZE_MAX : 1);
    if (status == ASSAY_OK && libraries && more != NULL)
        status = add_versions(context, root, more, SIZE_MAX);
    if (status == ASSAY_OK)
        status = assay_json_print(context, root, ASSAY_JSON_AS_BUILT, text, NULL);
    assay_json_free(root);
    return status;
}

/* ---- the record ---- */

/* So many notes are kept; a script that goes on and on is only counted. */
enum { MOST_NOTES = 1000 };

/* The lists of a record, by the names that they have in run.json. */
static const char *const list_names[] = {"inputs", "modules", "outputs", "notes", "seeds"};
enum { INPUTS, MODULES, OUTPUTS, NOTES, SEEDS, N_LISTS };

struct lassay_record {
    assay_json *root, *options, *versions, *lists[N_LISTS];
    size_t n_notes;
    uint64_t notes_lost; /* beyond the most */
    bool broken;         /* something could not be added: a script may go on, its record does not */
};

static assay_status add_containers(assay_context *context, lassay_record *record)
{
    assay_status status = assay_json_new_object(context, &record->root);
    for (size_t i = 0; status == ASSAY_OK && i < N_LISTS; i++)
        status = assay_json_add_array(context, record->root, list_names[i], &record->lists[i]);
    if (status == ASSAY_OK)
        status = assay_json_add_object(context, record->root, "options", &record->options);
    if (status == ASSAY_OK)
        status = assay_json_add_object(context, record->root, "versions", &record->versions);
    return status == ASSAY_OK ? add_versions(context, record->versions, lassay_version_at, SIZE_MAX)
                              : status;
}

assay_status lassay_record_new(assay_context *context, lassay_record **record)
{
    lassay_record *fresh = assay_alloc(sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    *fresh = (lassay_record){0};
    const assay_status status = add_containers(context, fresh);
    if (status != ASSAY_OK) {
        lassay_record_free(fresh);
        return status;
    }
    *record = fresh;
    return ASSAY_OK;
}

void lassay_record_free(lassay_record *record)
{
    if (record == NULL)
        return;
    assay_json_free(record->root);
    assay_free(record);
}

static assay_status keep_whole(lassay_record *record, assay_status status)
{
    record->broken = record->broken || status != ASSAY_OK;
    return status;
}

static assay_status add_words(assay_context *context, assay_json *parent, const char *name,
                              const char *const *words, size_t n)
{
    assay_json *list = NULL;
    assay_status status = assay_json_add_array(context, parent, name, &list);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        char quoted[ASSAY_QUOTED];
        size_t bad;
        if (!assay_text_is_utf8(words[i], strlen(words[i]), &bad))
            return assay_fail(
                context, ASSAY_EDOM,
                "%s: word %zu ('%s' and so on) is not UTF-8 text, which the record of "
                "the run needs",
                name, i + 1, assay_quote(words[i], bad, quoted));
        status = assay_json_add_text(context, list, NULL, words[i]);
    }
    return status;
}

/* A number of which 0 says that there is none. */
static assay_status add_limit(assay_context *context, assay_json *parent, const char *name,
                              double limit)
{
    return limit > 0 ? assay_json_add_number(context, parent, name, limit)
                     : assay_json_add_null(context, parent, name);
}

assay_status lassay_record_start(assay_context *context, lassay_record *record,
                                 const lassay_run *about)
{
    assay_json *root = record->root, *options = record->options;
    assay_status status = assay_json_add_text(context, root, "script", about->script);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "sha256", about->sha256);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "confinement", about->confinement);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, options, "script", about->path);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, options, "profile", about->profile);
    if (status == ASSAY_OK)
        status = add_limit(context, options, "time", about->time);
    if (status == ASSAY_OK)
        status = add_limit(context, options, "memory", about->memory);
    if (status == ASSAY_OK)
        status = add_words(context, options, "arguments", about->arguments, about->n_arguments);
    return status == ASSAY_OK ? add_words(context, options, "data", about->data, about->n_data)
                              : status;
}

static assay_status add_file(assay_context *context, assay_json *list, const char *name,
                             uint64_t bytes, const char *sha256)
{
    assay_json *file;
    assay_status status = assay_json_add_object(context, list, NULL, &file);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, file, "name", name);
    if (status == ASSAY_OK)
        status = assay_json_add_integer(context, file, "bytes", (int64_t)bytes);
    if (status != ASSAY_OK)
        return status;
    return sha256[0] == '\0' ? assay_json_add_null(context, file, "sha256")
                             : assay_json_add_text(context, file, "sha256", sha256);
}

assay_status lassay_record_inputs(assay_context *context, lassay_record *record,
                                  const assay_journal *journal)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < assay_journal_size(journal); i++) {
        const assay_reading *reading = assay_journal_at(journal, i);
        status = add_file(context, record->lists[INPUTS], reading->name, reading->bytes,
                          reading->sha256);
    }
    return status;
}

assay_status lassay_record_library(assay_context *context, lassay_record *record, const char *name,
                                   const char *version)
{
    if (assay_json_member(record->versions, name) != NULL)
        return ASSAY_OK;
    return keep_whole(record, assay_json_add_text(context, record->versions, name, version));
}

assay_status lassay_record_output(assay_context *context, lassay_record *record, const char *name,
                                  uint64_t bytes, const char *sha256)
{
    return add_file(context, record->lists[OUTPUTS], name, bytes, sha256);
}

assay_status lassay_record_module(assay_context *context, lassay_record *record, const char *name,
                                  uint64_t bytes, const char *sha256)
{
    return keep_whole(record, add_file(context, record->lists[MODULES], name, bytes, sha256));
}

static bool is_text(const assay_json *value, const char *text)
{
    const char *own = assay_json_text(value);
    return own != NULL && strcmp(own, text) == 0;
}

static bool has_note(const lassay_record *record, const char *kind, const char *text)
{
    const assay_json *note = assay_json_first(record->lists[NOTES]);
    for (; note != NULL; note = assay_json_next(note))
        if (is_text(assay_json_member(note, "kind"), kind) &&
            is_text(assay_json_member(note, "text"), text))
            return true;
    return false;
}

static assay_status add_note(assay_context *context, lassay_record *record, const char *kind,
                             const char *text, bool *fresh)
{
    assay_json *note;
    if (has_note(record, kind, text))
        return ASSAY_OK;
    if (record->n_notes == MOST_NOTES) {
        record->notes_lost++;
        return ASSAY_OK;
    }
    assay_status status = assay_json_add_object(context, record->lists[NOTES], NULL, &note);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, note, "kind", kind);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, note, "text", text);
    *fresh = status == ASSAY_OK;
    record->n_notes += *fresh;
    return status;
}

assay_status lassay_record_note(assay_context *context, lassay_record *record, const char *kind,
                                const char *text, bool *fresh)
{
    size_t bad;
    const size_t length = strlen(text);
    char *clean = assay_copy_text(text, length); /* a script may warn of what is no text */
    *fresh = false;
    if (clean == NULL)
        return keep_whole(record, assay_fail_memory(context));
    while (!assay_text_is_utf8(clean, length, &bad))
        clean[bad] = '?';
    const assay_status status = add_note(context, record, kind, clean, fresh);
    assay_free(clean);
    return keep_whole(record, status);
}

static assay_status add_seed(assay_context *context, lassay_record *record, const char *seed)
{
    const assay_json *known = assay_json_first(record->lists[SEEDS]);
    for (; known != NULL; known = assay_json_next(known))
        if (is_text(known, seed))
            return ASSAY_OK;
    return keep_whole(record, assay_json_add_text(context, record->lists[SEEDS], NULL, seed));
}

assay_status lassay_record_print(assay_context *context, lassay_record *record, char **text,
                                 size_t *length)
{
    assay_status status = record->broken ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK && record->notes_lost > 0)
        status = assay_json_add_integer(context, record->root, "notes_left_out",
                                        (int64_t)record->notes_lost);
    return status == ASSAY_OK
               ? assay_json_print(context, record->root, ASSAY_JSON_SORTED, text, length)
               : status;
}

bool lassay_record_is_of(assay_context *context, const char *bytes, size_t length,
                         const char *script)
{
    assay_json *root = NULL;
    if (assay_json_parse(context, bytes, length, "run.json", &root) != ASSAY_OK)
        return false;
    const bool own = is_text(assay_json_member(root, "script"), script);
    assay_json_free(root);
    return own;
}

/* ---- what Lua tells ---- */

/*
** core.record.note(kind, text): what a result lost or takes for granted. In the program it goes to
** stderr and run.json, once; in stock Lua it is a warning, which `warn "@on"` shows.
*/
static int l_note(lua_State *L)
{
    bool fresh;
    const char *kind = luaL_checkstring(L, 1), *text = luaL_checkstring(L, 2);
    lassay_record *record = lassay_get_record(L);
    if (record == NULL) {
        lua_warning(L, lua_pushfstring(L, "%s: %s", kind, text), 0);
        return 0;
    }
    lassay_check(L, lassay_record_note(lassay_context(L), record, kind, text, &fresh));
    if (fresh) {
        fflush(stdout);
        fprintf(stderr, "assay: %s: %s\n", kind, text);
    }
    return 0;
}

/* core.record.seed(text): a draw used it. */
static int l_seed(lua_State *L)
{
    const char *seed = luaL_checkstring(L, 1);
    lassay_record *record = lassay_get_record(L);
    if (record != NULL)
        lassay_check(L, add_seed(lassay_context(L), record, seed));
    return 0;
}

static const luaL_Reg functions[] = {
    {"note", l_note},
    {"seed", l_seed},
    {NULL, NULL},
};

void lassay_open_record(lua_State *L)
{
    luaL_newlib(L, functions);
}
