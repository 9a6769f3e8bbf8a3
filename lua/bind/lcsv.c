/* lcsv.c -- comma-separated text in and out. */
#include "lframe.h"

#include "data/csv.h"

/* The list of texts at field `name` of the table at 2 as an array in a new userdata, pushed. */
static const char **check_missing(lua_State *L, size_t *n)
{
    lua_getfield(L, 2, "missing");
    luaL_checktype(L, -1, LUA_TTABLE);
    *n = lua_rawlen(L, -1);
    const char **texts = lua_newuserdatauv(L, (*n + 1) * sizeof *texts, 1);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        texts[i] = luaL_checkstring(L, -1); /* the list keeps it */
        lua_pop(L, 1);
    }
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
    return texts;
}

/* open(path, { delimiter=, missing={...} }) --> source, whose user value keeps the missing texts */
static int l_open(lua_State *L)
{
    assay_input *input;
    assay_csv_options options = assay_csv_defaults();
    const char *path = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    options.missing = check_missing(L, &options.n_missing);
    lua_getfield(L, 2, "delimiter");
    options.delimiter = luaL_checkstring(L, -1)[0];
    lua_pop(L, 1);
    assay_source **place = lua_newuserdatauv(L, sizeof *place, 1);
    *place = NULL;
    luaL_setmetatable(L, LASSAY_SOURCE);
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
    lassay_check(L, assay_input_open(lassay_context(L), lassay_door(L), path, &input));
    lassay_check(L, assay_csv_open(lassay_context(L), input, &options, place));
    return 1;
}

static int collect_output(lua_State *L)
{
    assay_output **place = luaL_checkudata(L, 1, LASSAY_OUTPUT);
    assay_output_free(*place);
    *place = NULL;
    return 0;
}

/* write(frame, path, digits, guard) */
static int l_write(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const char *path = luaL_checkstring(L, 2);
    const assay_csv_writing how = {.digits = (int)luaL_checkinteger(L, 3),
                                   .guard = lua_toboolean(L, 4) != 0};
    assay_output **place = lassay_push_handle(L, LASSAY_OUTPUT);
    lassay_check(L, assay_output_open(lassay_context(L), lassay_door(L), path, place));
    lassay_check(L, assay_csv_write(lassay_context(L), frame, &how, *place));
    lassay_check(L, assay_output_commit(lassay_context(L), *place));
    return 0;
}

static const luaL_Reg functions[] = {
    {"open", l_open},
    {"write", l_write},
    {NULL, NULL},
};

void lassay_open_csv(lua_State *L)
{
    lassay_new_kind(L, LASSAY_OUTPUT, collect_output, NULL);
    luaL_newlib(L, functions);
}
