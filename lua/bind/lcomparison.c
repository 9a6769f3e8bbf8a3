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

/* domains(design, answers, first, second, confidence, method, limits or nil) --> table */
static int l_domains(lua_State *L)
{
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    const uint8_t *answers = bytes_of(L, 2, design);
    const uint8_t *first = bytes_of(L, 3, design), *second = bytes_of(L, 4, design);
    const double confidence = luaL_checknumber(L, 5);
    assay_comparison found;
    lassay_check(L, assay_compare_domains(lassay_context(L), design, answers, first, second,
                                          confidence, limits_of(L, 7), method_of(L, 6), &found));
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

/*
** waves(design, answers, inside or nil, design, answers, inside or nil, firsts or nil, seconds, confidence,
** method, limits or nil) --> table; firsts and seconds: lists of the cases in common
*/
static int l_waves(lua_State *L)
{
    assay_wave waves[2];
    assay_matches matches;
    assay_comparison found;
    for (int i = 0; i < 2; i++) {
        const int arg = 3 * i + 1;
        waves[i].design = lassay_handle(L, arg, LASSAY_DESIGN);
        waves[i].answers = bytes_of(L, arg + 1, waves[i].design);
        waves[i].inside = lua_isnil(L, arg + 2) ? NULL : bytes_of(L, arg + 2, waves[i].design);
    }
    const bool matched = !lua_isnil(L, 7);
    if (matched) {
        matches.k = lua_rawlen(L, 7);
        matches.first = push_places(L, 7, matches.k);
        matches.second = push_places(L, 8, matches.k);
    }
    lassay_check(L, assay_compare_waves(lassay_context(L), &waves[0], &waves[1],
                                        matched ? &matches : NULL, luaL_checknumber(L, 9),
                                        limits_of(L, 11), method_of(L, 10), &found));
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
