/* linterval.c -- confidence intervals for a proportion. */
#include "lassay.h"

#include "prob/interval.h"

static const assay_interval_method *method_of(lua_State *L, int arg)
{
    const assay_interval_method *method = assay_interval_find(luaL_checkstring(L, arg));
    luaL_argcheck(L, method != NULL, arg, "no such method");
    return method;
}

/* compute(method, x, n, population, confidence, side) --> { estimate, lower, upper, status } */
static int l_compute(lua_State *L)
{
    static const char *const sides[] = {"two", "lower", "upper", NULL};
    const assay_interval_method *method = method_of(L, 1);
    const uint64_t x = lassay_count(L, 2), n = lassay_count(L, 3),
                   population = lassay_population(L, 4);
    const double confidence = luaL_checknumber(L, 5);
    const assay_side side = (assay_side)luaL_checkoption(L, 6, NULL, sides);
    assay_interval interval;
    lassay_check_plain(
        L, assay_interval_compute(method, x, n, population, confidence, side, &interval),
        "the limits were not found");
    lua_createtable(L, 0, 9);
    lassay_set_number(L, "estimate", interval.estimate);
    lassay_set_number(L, "lower", interval.lower);
    lassay_set_number(L, "upper", interval.upper);
    lassay_set_text(L, "status", assay_interval_state_name(interval.state));
    return 1;
}

/* methods(population) --> the names of the methods that have a form for it */
static int l_methods(lua_State *L)
{
    const uint64_t population = lassay_population(L, 1);
    lua_Integer n = 0;
    lua_newtable(L);
    for (size_t i = 0; assay_interval_name(i) != NULL; i++) {
        if (!assay_interval_applies(assay_interval_find(assay_interval_name(i)), population))
            continue;
        lua_pushstring(L, assay_interval_name(i));
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"compute", l_compute},
    {"methods", l_methods},
    {NULL, NULL},
};

void lassay_open_interval(lua_State *L)
{
    luaL_newlib(L, functions);
}
