/* lallocate.c -- a total shared out over strata. */
#include "lassay.h"

#include "sample/allocate.h"

static double *check_weights(lua_State *L, int arg, size_t n)
{
    double *weights = lua_newuserdatauv(L, (n + 1) * sizeof *weights, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        weights[i] = luaL_checknumber(L, -1);
        lua_pop(L, 1);
    }
    return weights;
}

/* allocate(n, weights, minimums, maximums) --> list of whole numbers that add up to n */
static int l_allocate(lua_State *L)
{
    const uint64_t total = lassay_count(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 2);
    const double *weights = check_weights(L, 2, n);
    const uint64_t *minimums = lassay_counts(L, 3, n), *maximums = lassay_counts(L, 4, n);
    double *real = lua_newuserdatauv(L, (n + 1) * sizeof *real, 0);
    uint64_t *whole = lua_newuserdatauv(L, (n + 1) * sizeof *whole, 0);
    lassay_check(
        L, assay_allocate(lassay_context(L), total, n, weights, minimums, maximums, real, whole));
    lassay_push_counts(L, n, whole);
    return 1;
}

static const luaL_Reg functions[] = {
    {"allocate", l_allocate},
    {NULL, NULL},
};

void lassay_open_allocate(lua_State *L)
{
    luaL_newlib(L, functions);
}
