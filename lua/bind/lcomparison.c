/* lcomparison.c -- parts of a population, or two inspections of it, compared. */
#include "lassay.h"

#include "infer/comparison.h"

/* Bytes, one for each case of the design. */
static const uint8_t *bytes_of(lua_State *L, int arg, const assay_design *design)
{
    size_t n;
    const char *bytes = luaL_checklstring(L, arg, &n);
    luaL_argcheck(L, n == assay_design_units(design), arg, "a byte for each case is needed");
    return (const uint8_t *)bytes;
}

static assay_comparison_method method_of(lua_State *L, int arg)
{
    static const char *const methods[] = {"newcombe", "wald_t", "wald_z", NULL};
    return (assay_comparison_method)luaL_checkoption(L, arg, NULL, methods);
}

static const assay_estimate_method *limits_of(lua_State *L, int arg)
{
    const char *name = luaL_optstring(L, arg, NULL);
    const assay_estimate_method *limits = name == NULL ? NULL : assay_estimate_find(name);
    luaL_argcheck(L, name == NULL || limits != NULL, arg, "no such method");
    return limits;
}

static void push_side(lua_State *L, const char *field, const assay_estimate *e)
{
    lua_createtable(L, 0, 6);
    lassay_set_integer(L, "x", e->x);
    lassay_set_integer(L, "relevant", e->relevant);
    lassay_set_integer(L, "unanswered", e->unanswered);
    lassay_set_number(L, "share", e->share);
    lassay_set_number(L, "estimate", e->estimate);
    lassay_set_text(L, "method", e->method);
    lua_setfield(L, -2, field);
}

static int push_comparison(lua_State *L, const assay_comparison *c)
{
    lua_createtable(L, 0, 12);
    push_side(L, "first", &c->first);
    push_side(L, "second", &c->second);
    lassay_set_number(L, "difference", c->difference);
    lassay_set_number(L, "se", c->se);
    lassay_set_number(L, "df", c->df);
    lassay_set_number(L, "correlation", c->correlation);
    lassay_set_number(L, "p_value", c->p_value);
    lassay_set_number(L, "lower", c->lower);
    lassay_set_number(L, "upper", c->upper);
    lassay_set_text(L, "status", assay_interval_state_name(c->state));
    return 1;
}

/* Replicates, or nil. */
static const assay_replicates *replicates_of(lua_State *L, int arg)
{
    return lua_isnoneornil(L, arg) ? NULL : lassay_handle(L, arg, LASSAY_REPLICATES);
}

/* domains(design, answers, first, second, replicates or nil, confidence, method, limits or nil) --> table */
static int l_domains(lua_State *L)
{
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    const uint8_t *answers = bytes_of(L, 2, design);
    const assay_replicates *replicates = replicates_of(L, 5);
    const assay_wave first = {design, answers, bytes_of(L, 3, design), replicates};
    const assay_wave second = {design, answers, bytes_of(L, 4, design), replicates};
    assay_comparison found;
    lassay_check(L,
                 assay_compare_domains(lassay_context(L), &first, &second, luaL_checknumber(L, 6),
                                       limits_of(L, 8), method_of(L, 7), &found));
    return push_comparison(L, &found);
}

/* A list of places from 1 as places from 0, in a userdata that is pushed. */
static const uint32_t *push_places(lua_State *L, int arg, size_t k)
{
    const uint64_t *counts = lassay_counts(L, arg, k);
    uint32_t *places = lua_newuserdatauv(L, (k + 1) * sizeof *places, 0);
    for (size_t i = 0; i < k; i++) {
        luaL_argcheck(L, counts[i] >= 1 && counts[i] < UINT32_MAX, arg, "no such case");
        places[i] = (uint32_t)counts[i] - 1;
    }
    return places;
}

/* The wave in four arguments: design, answers, inside or nil, replicates or nil. */
static assay_wave wave_of(lua_State *L, int arg)
{
    const assay_design *design = lassay_handle(L, arg, LASSAY_DESIGN);
    return (assay_wave){design, bytes_of(L, arg + 1, design),
                        lua_isnil(L, arg + 2) ? NULL : bytes_of(L, arg + 2, design),
                        replicates_of(L, arg + 3)};
}

/*
** waves(wave, wave, firsts or nil, seconds, confidence, method, limits or nil) --> table; waves as above;
** firsts and seconds: lists of the cases in common
*/
static int l_waves(lua_State *L)
{
    assay_matches matches;
    assay_comparison found;
    const assay_wave first = wave_of(L, 1), second = wave_of(L, 5);
    const bool matched = !lua_isnil(L, 9);
    const double confidence = luaL_checknumber(L, 11);
    const assay_comparison_method method = method_of(L, 12);
    const assay_estimate_method *limits = limits_of(L, 13);
    if (matched) {
        matches.k = lua_rawlen(L, 9);
        matches.first = push_places(L, 9, matches.k);
        matches.second = push_places(L, 10, matches.k);
    }
    lassay_check(L,
                 assay_compare_waves(lassay_context(L), &first, &second, matched ? &matches : NULL,
                                     confidence, limits, method, &found));
    return push_comparison(L, &found);
}

static const luaL_Reg functions[] = {
    {"domains", l_domains},
    {"waves", l_waves},
    {NULL, NULL},
};

void lassay_open_comparison(lua_State *L)
{
    luaL_newlib(L, functions);
}
