/* linterval.c -- confidence intervals for a proportion. */
#include "lassay.h"

#include "prob/interval.h"

static const assay_interval_method *method_of(lua_State *L, int arg)
{
    const assay_interval_method *method = assay_interval_find(luaL_checkstring(L, arg));
    luaL_argcheck(L, method != NULL, arg, "no such method");
    return method;
}

/* The request { method, population, confidence, side, prior } at `arg`. */
static assay_interval_request check_request(lua_State *L, int arg)
{
    static const char *const sides[] = {"two", "lower", "upper", NULL};
    assay_interval_request ask = {.population = ASSAY_INFINITE};
    luaL_checktype(L, arg, LUA_TTABLE);
    lua_getfield(L, arg, "method");
    ask.method = method_of(L, -1);
    lua_getfield(L, arg, "population");
    ask.population = lassay_population(L, -1);
    lua_getfield(L, arg, "confidence");
    ask.confidence = luaL_checknumber(L, -1);
    lua_getfield(L, arg, "side");
    ask.side = (assay_side)luaL_checkoption(L, -1, NULL, sides);
    for (int i = 0; i < 2 && assay_interval_has_prior(ask.method); i++) {
        lua_getfield(L, arg, "prior");
        lua_rawgeti(L, -1, i + 1);
        ask.prior[i] = luaL_checknumber(L, -1);
        lua_pop(L, 2);
    }
    lua_pop(L, 4);
    return ask;
}

/* compute(x, n, request) --> { estimate, lower, upper, lower_count, upper_count, status } */
static int l_compute(lua_State *L)
{
    const uint64_t x = lassay_count(L, 1), n = lassay_count(L, 2);
    const assay_interval_request ask = check_request(L, 3);
    assay_interval interval;
    lassay_check(L, assay_interval_compute(lassay_context(L), &ask, x, n, &interval));
    lua_createtable(L, 0, 13);
    lassay_set_number(L, "estimate", interval.estimate);
    lassay_set_number(L, "lower", interval.lower);
    lassay_set_number(L, "upper", interval.upper);
    if (assay_interval_counts(ask.method, ask.population)) {
        lassay_set_integer(L, "lower_count", interval.lower_count);
        lassay_set_integer(L, "upper_count", interval.upper_count);
    }
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
