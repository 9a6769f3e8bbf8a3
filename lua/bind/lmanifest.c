/* lmanifest.c -- a sample as a folder. */
#include "lframe.h"

#include "sample/manifest.h"
#include "sample/verify.h"

/* write(folder, sample, plan, list): the two tables go into manifest.json */
static int l_write(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    assay_sample *sample = lassay_handle(L, 2, LASSAY_SAMPLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checktype(L, 4, LUA_TTABLE);
    assay_json **manifest = lassay_push_json_handle(L);
    lassay_check(L, assay_json_new_object(lassay_context(L), manifest));
    lassay_to_json(L, 3, *manifest, "plan");
    lassay_to_json(L, 4, *manifest, "list");
    lassay_check(L,
                 assay_sample_write(lassay_context(L), lassay_door(L), folder, sample, *manifest));
    return 0;
}

/* open(folder) --> sample, manifest */
static int l_open(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    assay_sample **sample = lassay_push_handle(L, LASSAY_SAMPLE);
    assay_json **manifest = lassay_push_json_handle(L);
    lassay_check(L, assay_sample_open(lassay_context(L), lassay_door(L), folder, sample, manifest));
    lua_pushvalue(L, -2);
    lassay_push_json(L, *manifest);
    return 2;
}

/*
** Differences come while core holds memory, where Lua must not jump: they are kept in a block of
** fixed size, and what does not fit is only counted.
*/
typedef struct differences {
    size_t n;
    char words[32][256];
} differences;

static void keep(void *self, const char *words)
{
    differences *to = self;
    if (to->n < sizeof to->words / sizeof to->words[0]) {
        size_t i = 0;
        for (; words[i] != '\0' && i + 1 < sizeof to->words[0]; i++)
            to->words[to->n][i] = words[i];
        to->words[to->n][i] = '\0';
    }
    to->n++;
}

/*
** verify(folder, frame or nil) --> list of differences, in words; the sample drawn again, or nil where
** it could not be; manifest
*/
static int l_verify(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    const assay_frame *list = lua_isnoneornil(L, 2) ? NULL : lassay_frame(L, 2);
    differences *found = lua_newuserdatauv(L, sizeof *found, 0);
    found->n = 0;
    assay_sample **again = lassay_push_handle(L, LASSAY_SAMPLE);
    const int sample = lua_gettop(L);
    assay_json **manifest = lassay_push_json_handle(L);
    lassay_check(L, assay_sample_compare(lassay_context(L), lassay_door(L), folder, list, keep,
                                         found, again, manifest));
    const size_t most = sizeof found->words / sizeof found->words[0];
    lua_createtable(L, 0, 0);
    for (size_t i = 0; i < found->n && i < most; i++) {
        lua_pushstring(L, found->words[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    if (found->n > most) {
        lua_pushfstring(L, "and %d more differences", (int)(found->n - most));
        lua_rawseti(L, -2, (lua_Integer)most + 1);
    }
    if (*again == NULL)
        lua_pushnil(L);
    else
        lua_pushvalue(L, sample);
    lassay_push_json(L, *manifest);
    return 3;
}

static const luaL_Reg functions[] = {
    {"write", l_write},
    {"open", l_open},
    {"verify", l_verify},
    {NULL, NULL},
};

void lassay_open_manifest(lua_State *L)
{
    luaL_newlib(L, functions);
}
