/* ljoin.c -- one table beside another, row by row of the same key. */
#include "lframe.h"

#include "base/memory.h"
#include "data/join.h"

static bool flag_field(lua_State *L, int arg, const char *name)
{
    lua_getfield(L, arg, name);
    const bool flag = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return flag;
}

/*
** join(left, right, left columns, right columns, { inner=, many=, private= })
**   --> frame, { unmatched=, without_key=, unused= }
*/
static int l_join(lua_State *L)
{
    size_t n_right;
    assay_join_options options;
    assay_join_counts counts;
    const assay_frame *left = lassay_frame(L, 1), *right = lassay_frame(L, 2);
    luaL_checktype(L, 5, LUA_TTABLE);
    options.left = lassay_columns(L, 3, left, &options.n);
    options.right = lassay_columns(L, 4, right, &n_right);
    luaL_argcheck(L, options.n > 0 && options.n == n_right, 4, "as many columns on either side");
    options.inner = flag_field(L, 5, "inner");
    options.many = flag_field(L, 5, "many");
    options.private = flag_field(L, 5, "private");
    const size_t before = assay_memory_in_use();
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_join(lassay_context(L), left, right, &options, place, &counts));
    lassay_outside(L, before);
    lua_createtable(L, 0, 3);
    lassay_set_integer(L, "unmatched", counts.unmatched);
    lassay_set_integer(L, "without_key", counts.without_key);
    lassay_set_integer(L, "unused", counts.unused);
    return 2;
}

static const luaL_Reg functions[] = {
    {"join", l_join},
    {NULL, NULL},
};

void lassay_open_join(lua_State *L)
{
    luaL_newlib(L, functions);
}
