/* lwaves.c -- the change between two samples that may have cases in common. */
#include "lassay.h"

#include "prob/waves.h"

static assay_group group_of(lua_State *L, int arg)
{
    return (assay_group){lassay_count(L, arg), lassay_count(L, arg + 1),
                         lassay_population(L, arg + 2)};
}

/* nil, a number of cases, or the counts of pairs. */
static void set_common(lua_State *L, int arg, assay_waves *waves)
{
    if (lua_isnoneornil(L, arg))
        waves->common = ASSAY_COMMON_UNKNOWN;
    else if (lua_type(L, arg) == LUA_TNUMBER) {
        waves->common = ASSAY_COMMON_COUNT;
        waves->count = lassay_count(L, arg);
    } else {
        waves->common = ASSAY_COMMON_PAIRS;
        waves->pairs = (assay_pairs){
            lassay_field_count(L, arg, "both"), lassay_field_count(L, arg, "first"),
            lassay_field_count(L, arg, "second"), lassay_field_count(L, arg, "neither")};
    }
}

/* change(method, x1, n1, N1, x2, n2, N2, same, common, confidence) --> table */
static int l_change(lua_State *L)
{
    static const char *const methods[] = {"newcombe", "wald", "tango", NULL};
    const assay_waves_method method = (assay_waves_method)luaL_checkoption(L, 1, NULL, methods);
    assay_waves waves = {
        .first = group_of(L, 2), .second = group_of(L, 5), .same = lua_toboolean(L, 8)};
    assay_change found;
    set_common(L, 9, &waves);
    lassay_check_plain(L, assay_waves_change(&waves, method, luaL_checknumber(L, 10), &found),
                       "the cases in common do not go with the samples");
    lua_createtable(L, 0, 16);
    lassay_set_number(L, "estimate", found.estimate);
    lassay_set_number(L, "lower", found.lower);
    lassay_set_number(L, "upper", found.upper);
    lassay_set_number(L, "narrow_lower", found.narrow_lower);
    lassay_set_number(L, "narrow_upper", found.narrow_upper);
    lassay_set_number(L, "correlation_least", found.rho_least);
    lassay_set_number(L, "correlation_most", found.rho_most);
    lassay_set_integer(L, "common_least", found.count_least);
    lassay_set_integer(L, "common_most", found.count_most);
    lassay_set_text(L, "status", assay_interval_state_name(found.state));
    return 1;
}

/* common(n1, n2, population or nil) --> how many two samples of these sizes may have in common */
static int l_common(lua_State *L)
{
    const assay_waves waves = {.first = {0, lassay_count(L, 1), lassay_population(L, 3)},
                               .second = {0, lassay_count(L, 2), lassay_population(L, 3)},
                               .same = true};
    uint64_t least, most;
    assay_waves_common(&waves, &least, &most);
    lua_pushinteger(L, (lua_Integer)least);
    lua_pushinteger(L, (lua_Integer)most);
    return 2;
}

static const luaL_Reg functions[] = {
    {"change", l_change},
    {"common", l_common},
    {NULL, NULL},
};

void lassay_open_waves(lua_State *L)
{
    luaL_newlib(L, functions);
}
