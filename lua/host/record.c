/* record.c -- run.json, as the program fills it. */
#include "record.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/tree.h"
#include "base/text.h"
#include "state.h"

const char host_record_name[] = "run.json";

enum { LARGEST_MODULE = 1 << 26 };

/* ---- warnings ---- */

/* Lua hands a warning over in pieces; `to_be_continued` says that more follow. */
static void hear_warning(void *self, const char *piece, int to_be_continued)
{
    host_warnings *warnings = self;
    assay_context context = {.threads = 1};
    bool fresh = false;
    const size_t had = strlen(warnings->text);
    if (had == 0 && *piece == '@' && !to_be_continued)
        return; /* "@on" and "@off" are for stock Lua */
    snprintf(warnings->text + had, sizeof warnings->text - had, "%s", piece);
    if (to_be_continued)
        return;
    if (lassay_record_note(&context, warnings->record, "warning", warnings->text, &fresh) !=
            ASSAY_OK ||
        fresh) {
        fflush(stdout);
        fprintf(stderr, "assay: warning: %s\n", warnings->text);
    }
    warnings->text[0] = '\0';
}

void host_record_warnings(lua_State *L, host_warnings *warnings)
{
    lua_setwarnf(L, hear_warning, warnings);
}

/* ---- modules ---- */

static void record_module(lua_State *L, lassay_record *record, const char *file, const char *name)
{
    unsigned char digest[ASSAY_DIGEST];
    char hex[ASSAY_DIGEST_HEX];
    assay_context *context = lassay_context(L);
    assay_door *open = NULL;
    char *bytes = NULL;
    size_t length = 0;
    assay_status status = assay_door_new(context, &open);
    if (status == ASSAY_OK)
        status = assay_file_read(context, open, file, LARGEST_MODULE, &bytes, &length);
    assay_door_free(open);
    if (status == ASSAY_OK) {
        assay_sha256_of(bytes, length, digest);
        assay_hex(digest, sizeof digest, hex);
        status = lassay_record_module(context, record, name, length, hex);
    }
    assay_free(bytes);
    lassay_check(L, status);
}

/* search(name): what the searcher below it finds, after it has been recorded. */
static int search(lua_State *L)
{
    lassay_record *record = lua_touserdata(L, lua_upvalueindex(2));
    const char *library = lua_tostring(L, lua_upvalueindex(3));
    const char *folder = lua_tostring(L, lua_upvalueindex(4));
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 2);
    const char *file = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    if (!lua_isfunction(L, 1) || file == NULL || strncmp(file, library, strlen(library)) == 0)
        return 2;
    const size_t length = strlen(folder);
    const bool below = strncmp(file, folder, length) == 0 && file[length] == '/';
    record_module(L, record, file, below ? file + length + 1 : file);
    return 2;
}

void host_record_modules(lua_State *L, lassay_record *record, const char *library,
                         const char *folder)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    lua_rawgeti(L, -1, 2); /* the one for Lua files */
    lua_pushlightuserdata(L, record);
    lua_pushstring(L, library);
    lua_pushstring(L, folder);
    lua_pushcclosure(L, search, 4);
    lua_rawseti(L, -2, 2);
    lua_pop(L, 2);
}

/* ---- the end ---- */

static assay_status add_output(assay_context *context, lassay_record *record,
                               const assay_door *stage, const char *name)
{
    char digest[ASSAY_DIGEST_HEX], quoted[ASSAY_QUOTED];
    uint64_t bytes;
    size_t bad;
    if (strcmp(name, host_record_name) == 0) /* io.open made it; the library's writers refuse */
        return assay_fail(context, ASSAY_EDOM,
                          "'%s' is where the record of the run stands: write to another name",
                          name);
    if (!assay_text_is_utf8(name, strlen(name), &bad))
        return assay_fail(
            context, ASSAY_EDOM,
            "the name of the output '%s' is not UTF-8 text, so the record cannot tell "
            "it: write to another name",
            assay_quote(name, strlen(name), quoted));
    const assay_status status = assay_file_fingerprint(context, stage, name, &bytes, digest);
    return status == ASSAY_OK ? lassay_record_output(context, record, name, bytes, digest) : status;
}

static assay_status write_record(assay_context *context, lassay_record *record, assay_door *stage)
{
    char *text = NULL;
    size_t length;
    assay_status status = lassay_record_print(context, record, &text, &length);
    assay_door_reserve(stage, NULL);
    if (status == ASSAY_OK)
        status = assay_file_write(context, stage, host_record_name, text, length);
    assay_free(text);
    return status;
}

assay_status host_record_finish(assay_context *context, lassay_record *record,
                                const assay_journal *journal, assay_door *stage)
{
    assay_names outputs = {0};
    assay_status status = lassay_record_inputs(context, record, journal);
    if (status == ASSAY_OK)
        status = assay_tree_list(context, stage, ".", &outputs);
    for (size_t i = 0; status == ASSAY_OK && i < outputs.n; i++)
        status = add_output(context, record, stage, outputs.name[i]);
    assay_names_free(&outputs);
    return status == ASSAY_OK ? write_record(context, record, stage) : status;
}
