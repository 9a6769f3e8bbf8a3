/* lcoverage.c -- how often the intervals of a method hold what they are about. */
#include "linterval.h"

#include "prob/coverage.h"

/* compute(n, request, least, most) --> { minimum, at, at_count, mean, mean_width, max_half_width, undefined } */
static int l_compute(lua_State *L)
{
    const uint64_t n = lassay_count(L, 1);
    const assay_interval_request ask = lassay_interval_request(L, 2);
    const assay_coverage_range range = {luaL_checknumber(L, 3), luaL_checknumber(L, 4)};
    assay_coverage coverage;
    lassay_check_asked(L, assay_coverage_compute(lassay_context(L), &ask, n, range, &coverage));
    lua_createtable(L, 0, 16);
    lassay_set_number(L, "minimum", coverage.minimum);
    lassay_set_number(L, "at", coverage.at);
    if (ask.population != ASSAY_INFINITE)
        lassay_set_integer(L, "at_count", coverage.at_count);
    lassay_set_number(L, "mean", coverage.mean);
    lassay_set_number(L, "mean_width", coverage.mean_width);
    lassay_set_number(L, "max_half_width", coverage.max_half_width);
    lassay_set_integer(L, "undefined", coverage.undefined);
    return 1;
}

static const luaL_Reg functions[] = {
    {"compute", l_compute},
    {NULL, NULL},
};

void lassay_open_coverage(lua_State *L)
{
    luaL_newlib(L, functions);
}
