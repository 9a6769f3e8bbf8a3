/* lformats.c -- the second module: what only some file formats need. */
#include "lformats.h"

#include "data/spreadsheet.h"

static const struct {
    const char *name;
    void (*open)(lua_State *L);
} nouns[] = {
#define X(noun) {#noun, lassay_open_##noun},
    LASSAY_FORMATS(X)
#undef X
};

const char *lassay_format_library_at(size_t i, const char **version)
{
    return assay_spreadsheet_library(i, version);
}

/* Pushes the versions by name, and tells the run's record of them. */
static void push_versions(lua_State *L)
{
    const char *name, *version;
    lassay_record *record = lassay_get_record(L);
    lua_newtable(L);
    for (size_t i = 0; (name = lassay_format_library_at(i, &version)) != NULL; i++) {
        lassay_set_text(L, name, version);
        if (record != NULL)
            lassay_check(L, lassay_record_library(lassay_context(L), record, name, version));
    }
}

int luaopen_assay_formats(lua_State *L)
{
    lua_newtable(L);
    push_versions(L);
    lua_setfield(L, -2, "versions");
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++) {
        nouns[i].open(L);
        lua_setfield(L, -2, nouns[i].name);
    }
    return 1;
}
