/* lmultinomial.c -- simultaneous confidence intervals for the shares of several categories. */
#include "lassay.h"

#include "prob/multinomial.h"

static void push_cell(lua_State *L, const assay_multinomial_cell *cell, bool counts)
{
    lua_createtable(L, 0, 7);
    lassay_set_number(L, "estimate", cell->estimate);
    lassay_set_number(L, "lower", cell->lower);
    lassay_set_number(L, "upper", cell->upper);
    if (counts) {
        lassay_set_integer(L, "lower_count", cell->lower_count);
        lassay_set_integer(L, "upper_count", cell->upper_count);
    }
    lassay_set_text(L, "status", assay_interval_state_name(cell->state));
}

/*
** compute(method, counts, population, confidence)
**   --> { { estimate, lower, upper, lower_count, upper_count, status }, ... }
*/
static int l_compute(lua_State *L)
{
    const assay_multinomial_method *method = assay_multinomial_find(luaL_checkstring(L, 1));
    luaL_argcheck(L, method != NULL, 1, "no such method");
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t k = lua_rawlen(L, 2);
    const uint64_t *counts = lassay_counts(L, 2, k), population = lassay_population(L, 3);
    const double confidence = luaL_checknumber(L, 4);
    assay_multinomial_cell *cells = lua_newuserdatauv(L, (k + 1) * sizeof *cells, 0);
    lassay_check(
        L, assay_multinomial(lassay_context(L), method, k, counts, population, confidence, cells));
    lua_newtable(L);
    for (size_t i = 0; i < k; i++) {
        push_cell(L, &cells[i], assay_multinomial_counts(method));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* methods(population) --> the names of the methods that have a form for it */
static int l_methods(lua_State *L)
{
    const uint64_t population = lassay_population(L, 1);
    lua_Integer n = 0;
    lua_newtable(L);
    for (size_t i = 0; assay_multinomial_name(i) != NULL; i++) {
        const char *name = assay_multinomial_name(i);
        if (!assay_multinomial_applies(assay_multinomial_find(name), population))
            continue;
        lua_pushstring(L, name);
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"compute", l_compute},
    {"methods", l_methods},
    {NULL, NULL},
};

void lassay_open_multinomial(lua_State *L)
{
    luaL_newlib(L, functions);
}
