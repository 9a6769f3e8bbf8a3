/* ldesign.c -- the design under which answers were collected. */
#include "lassay.h"

#include "infer/design.h"

static int collect_design(lua_State *L)
{
    assay_design **place = lua_touserdata(L, 1);
    assay_design_free(*place);
    *place = NULL;
    return 0;
}

/*
** new(strata, populations, lonely, inside, raise, lost) --> design; strata[i] is the stratum, from 1,
** of case i; inside: nil, or a byte for each case, and lists by stratum (infer/design.h)
*/
static int l_new(lua_State *L)
{
    static const char *const policies[] = {"fail", "certainty", "adjust", "average", NULL};
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    size_t n_inside = 0;
    const size_t n = lua_rawlen(L, 1), n_strata = lua_rawlen(L, 2);
    const uint64_t *populations = lassay_counts(L, 2, n_strata);
    const int lonely = luaL_checkoption(L, 3, NULL, policies);
    const char *inside = luaL_optlstring(L, 4, NULL, &n_inside);
    luaL_argcheck(L, inside == NULL || n_inside == n, 4, "a byte for each case is needed");
    assay_aftermath after = {.inside = (const uint8_t *)inside};
    if (inside != NULL) {
        after.raise = lassay_numbers(L, 5, n_strata);
        after.lost = lassay_counts(L, 6, n_strata);
    }
    uint32_t *strata = lua_newuserdatauv(L, (n + 1) * sizeof *strata, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        const lua_Integer h = luaL_checkinteger(L, -1);
        luaL_argcheck(L, h >= 1 && (size_t)h <= n_strata, 1, "no such stratum");
        strata[i] = (uint32_t)h - 1;
        lua_pop(L, 1);
    }
    assay_design **place = lassay_push_handle(L, LASSAY_DESIGN);
    lassay_check(L,
                 assay_design_after(lassay_context(L), n, strata, n_strata, populations,
                                    (assay_lonely)lonely, inside == NULL ? NULL : &after, place));
    return 1;
}

static const luaL_Reg functions[] = {
    {"new", l_new},
    {NULL, NULL},
};

void lassay_open_design(lua_State *L)
{
    lassay_new_kind(L, LASSAY_DESIGN, collect_design, NULL);
    luaL_newlib(L, functions);
}
