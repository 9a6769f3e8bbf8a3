/* lsize.c -- how many cases a margin asks for, and what margin a number of cases gives. */
#include "lassay.h"

#include <math.h>

#include "sample/size.h"

static assay_size_rounding rounding_of(lua_State *L, int arg)
{
    static const char *const names[] = {"up", "nearest", NULL};
    return luaL_checkoption(L, arg, NULL, names) == 0 ? ASSAY_ROUND_UP : ASSAY_ROUND_NEAREST;
}

static void check(lua_State *L, assay_status status)
{
    if (status == ASSAY_ENUMERIC)
        lassay_check_plain(L, ASSAY_EDOM, "this takes more than 2^53 cases");
    lassay_check_plain(L, status, "an argument is outside its domain");
}

/* sample_size(population, confidence, margin, proportion, deff, response_rate, rounding)
   --> n, answers, raw, margin */
static int l_sample_size(lua_State *L)
{
    const assay_size_request request = {
        .population = lassay_population(L, 1),
        .confidence = luaL_checknumber(L, 2),
        .margin = luaL_checknumber(L, 3),
        .proportion = luaL_checknumber(L, 4),
        .deff = luaL_checknumber(L, 5),
        .response_rate = luaL_checknumber(L, 6),
        .rounding = rounding_of(L, 7),
    };
    assay_size size;
    check(L, assay_sample_size(&request, &size));
    lua_pushinteger(L, (lua_Integer)size.n);
    lua_pushinteger(L, (lua_Integer)size.answers);
    lua_pushnumber(L, size.raw);
    lua_pushnumber(L, size.margin);
    return 4;
}

/* margin(n, population, confidence, proportion) --> number */
static int l_margin(lua_State *L)
{
    double margin;
    check(L, assay_margin(lassay_count(L, 1), lassay_population(L, 2), luaL_checknumber(L, 3),
                          luaL_checknumber(L, 4), &margin));
    lua_pushnumber(L, margin);
    return 1;
}

/* confidence(n, population, margin, proportion) --> number */
static int l_confidence(lua_State *L)
{
    double confidence;
    check(L, assay_confidence(lassay_count(L, 1), lassay_population(L, 2), luaL_checknumber(L, 3),
                              luaL_checknumber(L, 4), &confidence));
    lua_pushnumber(L, confidence);
    return 1;
}

/* population_range(n, confidence, margin, proportion, rounding) --> low, high, or nil */
static int l_population_range(lua_State *L)
{
    uint64_t low, high;
    bool exists;
    check(L,
          assay_population_range(lassay_count(L, 1), luaL_checknumber(L, 2), luaL_checknumber(L, 3),
                                 luaL_checknumber(L, 4), rounding_of(L, 5), &low, &high, &exists));
    if (!exists)
        return 0;
    lua_pushinteger(L, (lua_Integer)low);
    if (high == ASSAY_INFINITE)
        lua_pushnumber(L, HUGE_VAL);
    else
        lua_pushinteger(L, (lua_Integer)high);
    return 2;
}

static const luaL_Reg functions[] = {
    {"sample_size", l_sample_size},           {"margin", l_margin}, {"confidence", l_confidence},
    {"population_range", l_population_range}, {NULL, NULL},
};

void lassay_open_size(lua_State *L)
{
    luaL_newlib(L, functions);
}
