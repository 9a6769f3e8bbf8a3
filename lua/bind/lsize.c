/* lsize.c -- how many cases a margin asks for, and what margin a number of cases gives. */
#include "lassay.h"

#include <math.h>

#include "sample/change.h"
#include "sample/discovery.h"
#include "sample/size.h"
#include "sample/width.h"

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

/* with_design(n, population, deff), with_response(n, population, rate) --> cases */
static int l_with_design(lua_State *L)
{
    uint64_t cases;
    check(L, assay_size_with_design(lassay_count(L, 1), lassay_population(L, 2),
                                    luaL_checknumber(L, 3), &cases));
    lua_pushinteger(L, (lua_Integer)cases);
    return 1;
}

static int l_with_response(lua_State *L)
{
    uint64_t cases;
    check(L, assay_size_with_response(lassay_count(L, 1), lassay_population(L, 2),
                                      luaL_checknumber(L, 3), &cases));
    lua_pushinteger(L, (lua_Integer)cases);
    return 1;
}

/* ---- by the width of intervals ---- */

/* Arguments from `arg` on: method, population, confidence, proportion or nil. */
static assay_width_request width_request(lua_State *L, int arg)
{
    const assay_width_request request = {
        .method = assay_width_find(luaL_checkstring(L, arg)),
        .population = lassay_population(L, arg + 1),
        .confidence = luaL_checknumber(L, arg + 2),
        .proportion =
            lua_isnoneornil(L, arg + 3) ? ASSAY_EVERY_COUNT : luaL_checknumber(L, arg + 3),
    };
    luaL_argcheck(L, request.method != NULL, arg, "no such method");
    return request;
}

/* width_size(margin, method, population, confidence, proportion) --> first, stable, half-width */
static int l_width_size(lua_State *L)
{
    assay_width_request request = width_request(L, 2);
    assay_width width;
    request.margin = luaL_checknumber(L, 1);
    lassay_check_asked(L, assay_width_size(lassay_context(L), &request, &width));
    lua_pushinteger(L, (lua_Integer)width.first);
    lua_pushinteger(L, (lua_Integer)width.stable);
    lua_pushnumber(L, width.half_width);
    return 3;
}

/* width_margin(n, method, population, confidence, proportion) --> number */
static int l_width_margin(lua_State *L)
{
    const assay_width_request request = width_request(L, 2);
    double half_width;
    lassay_check_asked(
        L, assay_width_margin(lassay_context(L), &request, lassay_count(L, 1), &half_width));
    lua_pushnumber(L, half_width);
    return 1;
}

/* width_methods() --> the names; and by name whether it needs a population */
static int l_width_methods(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    for (size_t i = 0; assay_width_name(i) != NULL; i++) {
        const char *name = assay_width_name(i);
        lua_pushstring(L, name);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        lua_pushboolean(L, assay_width_is_finite(assay_width_find(name)));
        lua_setfield(L, -2, name);
    }
    return 2;
}

/* ---- discovery and change ---- */

/* discovery(population, confidence, rate, acceptance) --> n or nil, failing cases */
static int l_discovery(lua_State *L)
{
    const assay_discovery_request request = {
        .population = lassay_population(L, 1),
        .confidence = luaL_checknumber(L, 2),
        .rate = luaL_checknumber(L, 3),
        .acceptance = lassay_count(L, 4),
    };
    uint64_t n, failing;
    bool exists;
    check(L, assay_discovery_size(&request, &n, &failing, &exists));
    if (exists)
        lua_pushinteger(L, (lua_Integer)n);
    else
        lua_pushnil(L);
    lua_pushinteger(L, (lua_Integer)failing);
    return 2;
}

/* change(from, to, confidence, power, population, population) --> n, n */
static int l_change(lua_State *L)
{
    const assay_change_request request = {
        .from = luaL_checknumber(L, 1),
        .to = luaL_checknumber(L, 2),
        .confidence = luaL_checknumber(L, 3),
        .power = luaL_checknumber(L, 4),
        .populations = {lassay_population(L, 5), lassay_population(L, 6)},
    };
    assay_change change;
    check(L, assay_change_size(&request, &change));
    lua_pushinteger(L, (lua_Integer)change.n[0]);
    lua_pushinteger(L, (lua_Integer)change.n[1]);
    return 2;
}

static const luaL_Reg functions[] = {
    {"sample_size", l_sample_size},
    {"margin", l_margin},
    {"confidence", l_confidence},
    {"population_range", l_population_range},
    {"with_design", l_with_design},
    {"with_response", l_with_response},
    {"width_size", l_width_size},
    {"width_margin", l_width_margin},
    {"width_methods", l_width_methods},
    {"discovery", l_discovery},
    {"change", l_change},
    {NULL, NULL},
};

void lassay_open_size(lua_State *L)
{
    luaL_newlib(L, functions);
}
