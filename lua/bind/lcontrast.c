/* lcontrast.c -- two proportions compared. */
#include "lassay.h"

#include "prob/contrast.h"

static assay_contrast_kind kind_of(lua_State *L, int arg)
{
    static const char *const kinds[] = {"difference", "ratio", "odds_ratio", NULL};
    return (assay_contrast_kind)luaL_checkoption(L, arg, NULL, kinds);
}

static assay_group group_of(lua_State *L, int arg)
{
    return (assay_group){lassay_count(L, arg), lassay_count(L, arg + 1),
                         lassay_population(L, arg + 2)};
}

static void push_interval(lua_State *L, const assay_interval *found)
{
    lua_createtable(L, 0, 10);
    lassay_set_number(L, "estimate", found->estimate);
    lassay_set_number(L, "lower", found->lower);
    lassay_set_number(L, "upper", found->upper);
    lassay_set_text(L, "status", assay_interval_state_name(found->state));
}

/* compute(kind, method, x1, n1, N1, x2, n2, N2, confidence) --> { estimate, lower, upper, status } */
static int l_compute(lua_State *L)
{
    const assay_contrast_method *method =
        assay_contrast_find(kind_of(L, 1), luaL_checkstring(L, 2));
    luaL_argcheck(L, method != NULL, 2, "no such method");
    const assay_group first = group_of(L, 3), second = group_of(L, 6);
    const double confidence = luaL_checknumber(L, 9);
    assay_interval found;
    lassay_check_plain(L, assay_contrast(method, &first, &second, confidence, &found),
                       "there are more cases than the method is for: 2147483647 for exact and "
                       "mid_p, 2^53 for the others");
    push_interval(L, &found);
    return 1;
}

/* A list x1, n1, x2, n2, ... as groups without populations, in a userdata that is pushed. */
static assay_group *push_groups(lua_State *L, int arg, size_t k)
{
    const uint64_t *counts = lassay_counts(L, arg, 2 * k);
    assay_group *groups = lua_newuserdatauv(L, (k + 1) * sizeof *groups, 0);
    for (size_t h = 0; h < k; h++)
        groups[h] = (assay_group){counts[2 * h], counts[2 * h + 1], ASSAY_INFINITE};
    return groups;
}

/* strata(method, { x, n, ... }, { x, n, ... }, weights or nil, confidence) --> as compute */
static int l_strata(lua_State *L)
{
    const assay_contrast_method *method =
        assay_contrast_find(ASSAY_DIFFERENCE, luaL_checkstring(L, 1));
    luaL_argcheck(L, method != NULL, 1, "no such method");
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    const size_t k = lua_rawlen(L, 2) / 2;
    const assay_group *first = push_groups(L, 2, k), *second = push_groups(L, 3, k);
    const double *weights = lua_isnoneornil(L, 4) ? NULL : lassay_numbers(L, 4, k);
    assay_interval found;
    lassay_check(L, assay_contrast_strata(lassay_context(L), method, k, first, second, weights,
                                          luaL_checknumber(L, 5), &found));
    push_interval(L, &found);
    return 1;
}

/* methods(kind, finite) --> the names of its methods, or of those that have a form for populations */
static int l_methods(lua_State *L)
{
    const assay_contrast_kind kind = kind_of(L, 1);
    const bool finite = lua_toboolean(L, 2);
    lua_Integer n = 0;
    lua_newtable(L);
    for (size_t i = 0; assay_contrast_name(kind, i) != NULL; i++) {
        const char *name = assay_contrast_name(kind, i);
        if (finite && !assay_contrast_is_finite(assay_contrast_find(kind, name)))
            continue;
        lua_pushstring(L, name);
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"compute", l_compute},
    {"strata", l_strata},
    {"methods", l_methods},
    {NULL, NULL},
};

void lassay_open_contrast(lua_State *L)
{
    luaL_newlib(L, functions);
}
