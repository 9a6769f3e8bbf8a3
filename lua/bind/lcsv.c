/* lcsv.c -- delimited text in and out. */
#include "lframe.h"

#include "data/csv.h"

static bool check_flag(lua_State *L, const char *name)
{
    lua_getfield(L, 2, name);
    const bool flag = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return flag;
}

/* The options of the table at 2; pushes a table that keeps their texts. */
static assay_csv_options check_options(lua_State *L)
{
    assay_csv_options options = assay_csv_defaults();
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_createtable(L, 2, 0);
    options.missing = lassay_field_texts(L, 2, "missing", &options.n_missing);
    lua_rawseti(L, -2, 1);
    options.naming = lassay_check_naming(L, 2);
    lua_rawseti(L, -2, 2);
    options.fill = check_flag(L, "fill");
    options.skip = lassay_field_count(L, 2, "skip");
    lua_getfield(L, 2, "delimiter");
    options.delimiter = luaL_optstring(L, -1, "")[0];
    lua_getfield(L, 2, "encoding");
    luaL_argcheck(L, assay_encoding_find(luaL_checkstring(L, -1), &options.encoding), 2,
                  "unknown encoding");
    lua_pop(L, 2);
    return options;
}

/*
** open(path, { delimiter=, encoding=, skip=, fill=, clean=, missing={...}, from={...}, to={...} })
**   --> source, whose user value keeps the texts; without a delimiter it is found
*/
static int l_open(lua_State *L)
{
    assay_input *input;
    const char *path = luaL_checkstring(L, 1);
    const assay_csv_options options = check_options(L);
    assay_source **place = lua_newuserdatauv(L, sizeof *place, 1);
    *place = NULL;
    luaL_setmetatable(L, LASSAY_SOURCE);
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
    lassay_check(L, assay_input_open(lassay_context(L), lassay_door(L), path, &input));
    lassay_check(L, assay_csv_open(lassay_context(L), input, &options, place));
    return 1;
}

static void push_list(lua_State *L, size_t n, const char *const texts[])
{
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushstring(L, texts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* found(source of open) --> { delimiter, mark, rows, crlf, filled, trimmed, header } */
static int l_found(lua_State *L)
{
    assay_csv_found found;
    const assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    assay_csv_what_was_found(source, &found);
    lua_createtable(L, 0, 7);
    lua_pushlstring(L, &found.delimiter, 1);
    lua_setfield(L, -2, "delimiter");
    lua_pushboolean(L, found.mark);
    lua_setfield(L, -2, "mark");
    lassay_set_integer(L, "rows", found.rows);
    lassay_set_integer(L, "crlf", found.crlf);
    lassay_set_integer(L, "filled", found.filled);
    lassay_set_integer(L, "trimmed", found.trimmed);
    push_list(L, source->n_columns, found.header);
    lua_setfield(L, -2, "header");
    return 1;
}

/* encoding(name) --> the name as it is usually written, or nil */
static int l_encoding(lua_State *L)
{
    assay_encoding encoding;
    if (assay_encoding_find(luaL_checkstring(L, 1), &encoding))
        lua_pushstring(L, assay_encoding_name(encoding));
    else
        lua_pushnil(L);
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
    {"open", l_open},   {"found", l_found}, {"encoding", l_encoding},
    {"write", l_write}, {NULL, NULL},
};

void lassay_open_csv(lua_State *L)
{
    lassay_new_kind(L, LASSAY_OUTPUT, collect_output, NULL);
    luaL_newlib(L, functions);
}
