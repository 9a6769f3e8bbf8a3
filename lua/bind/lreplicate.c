/* lreplicate.c -- replicates of a design. */
#include "lassay.h"

#include "base/memory.h"
#include "infer/replicate.h"

static int collect_replicates(lua_State *L)
{
    assay_replicates **place = lua_touserdata(L, 1);
    assay_replicates_free(*place);
    *place = NULL;
    return 0;
}

static const char *const methods[] = {"rao_wu", "jackknife", NULL};

/* new(design, method, n or nil, seed or nil) --> replicates, which keep the design alive */
static int l_new(lua_State *L)
{
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    const assay_replication method = (assay_replication)luaL_checkoption(L, 2, NULL, methods);
    const uint64_t n = lua_isnoneornil(L, 3) ? 0 : lassay_count(L, 3);
    const char *seed = luaL_optstring(L, 4, NULL);
    const size_t before = assay_memory_in_use();
    assay_replicates **place = lua_newuserdatauv(L, sizeof *place, 1);
    *place = NULL;
    luaL_setmetatable(L, LASSAY_REPLICATES);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    lassay_check(L, assay_replicates_new(lassay_context(L), design, method, n, seed, place));
    lassay_outside(L, before);
    return 1;
}

/* count(replicates) */
static int l_count(lua_State *L)
{
    const assay_replicates *replicates = lassay_handle(L, 1, LASSAY_REPLICATES);
    lua_pushinteger(L, (lua_Integer)assay_replicates_count(replicates));
    return 1;
}

static const luaL_Reg functions[] = {{"new", l_new}, {"count", l_count}, {NULL, NULL}};

void lassay_open_replicate(lua_State *L)
{
    lassay_new_kind(L, LASSAY_REPLICATES, collect_replicates, NULL);
    luaL_newlib(L, functions);
    lua_pushinteger(L, ASSAY_REPLICATES_FEW);
    lua_setfield(L, -2, "few");
}
