/* lestimate.c -- what the answers of a sample say. */
#include "lassay.h"

#include "infer/estimate.h"

#define DESIGN "assay.core.design"

static int collect_design(lua_State *L)
{
    assay_design **place = luaL_checkudata(L, 1, DESIGN);
    assay_design_free(*place);
    *place = NULL;
    return 0;
}

/*
** design(strata, populations, lonely, inside, raise, lost) --> design; strata[i] is the stratum, from 1,
** of case i; inside: nil, or a byte for each case, and lists by stratum (infer/design.h)
*/
static int l_design(lua_State *L)
{
    static const char *const policies[] = {"fail", "certainty", "adjust", "average", NULL};
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    size_t n_inside = 0;
    const size_t n = lua_rawlen(L, 1), n_strata = lua_rawlen(L, 2);
    const uint64_t *populations = lassay_counts(L, 2, n_strata);
    const int lonely = luaL_checkoption(L, 3, NULL, policies);
    const char *inside = luaL_optlstring(L, 4, NULL, &n_inside);
    luaL_argcheck(L, inside == NULL || n_inside == n, 4, "a byte for each case is needed");
    assay_aftermath after = {.inside = (const uint8_t *)inside};
    if (inside != NULL) {
        after.raise = lassay_numbers(L, 5, n_strata);
        after.lost = lassay_counts(L, 6, n_strata);
    }
    uint32_t *strata = lua_newuserdatauv(L, (n + 1) * sizeof *strata, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        const lua_Integer h = luaL_checkinteger(L, -1);
        luaL_argcheck(L, h >= 1 && (size_t)h <= n_strata, 1, "no such stratum");
        strata[i] = (uint32_t)h - 1;
        lua_pop(L, 1);
    }
    assay_design **place = lassay_push_handle(L, DESIGN);
    lassay_check(L,
                 assay_design_after(lassay_context(L), n, strata, n_strata, populations,
                                    (assay_lonely)lonely, inside == NULL ? NULL : &after, place));
    return 1;
}

static void push_estimate(lua_State *L, const assay_estimate *e)
{
    lua_createtable(L, 0, 23);
    lassay_set_integer(L, "n", e->n);
    lassay_set_integer(L, "x", e->x);
    lassay_set_integer(L, "relevant", e->relevant);
    lassay_set_integer(L, "not_applicable", e->not_applicable);
    lassay_set_integer(L, "unanswered", e->unanswered);
    lassay_set_integer(L, "lost", e->lost);
    lassay_set_number(L, "share", e->share);
    if (e->relevant > 0)
        lassay_set_integer(L, "percent", e->percent);
    lassay_set_number(L, "lowest_share", e->lowest_share);
    lassay_set_number(L, "highest_share", e->highest_share);
    lassay_set_number(L, "estimate", e->estimate);
    lassay_set_number(L, "se", e->se);
    lassay_set_number(L, "df", e->df);
    lassay_set_number(L, "n_effective", e->n_effective);
    lassay_set_number(L, "deff", e->deff);
    lassay_set_number(L, "lower", e->lower);
    lassay_set_number(L, "upper", e->upper);
    lassay_set_number(L, "half_width", e->half_width);
    lassay_set_number(L, "confidence", e->confidence);
    lassay_set_text(L, "method", e->method);
    lassay_set_text(L, "status", assay_interval_state_name(e->state));
}

/* proportion(design, answers, confidence, method or nil) --> table; answers: a byte for each case */
static int l_proportion(lua_State *L)
{
    size_t n;
    assay_estimate estimate;
    const assay_design *design = lassay_handle(L, 1, DESIGN);
    const char *answers = luaL_checklstring(L, 2, &n);
    const double confidence = luaL_checknumber(L, 3);
    const char *name = luaL_optstring(L, 4, NULL);
    const assay_estimate_method *method = name == NULL ? NULL : assay_estimate_find(name);
    luaL_argcheck(L, n == assay_design_units(design), 2, "one answer for each case is needed");
    luaL_argcheck(L, name == NULL || method != NULL, 4, "no such method");
    lassay_check(L, assay_estimate_proportion(lassay_context(L), design, (const uint8_t *)answers,
                                              NULL, confidence, method, &estimate));
    push_estimate(L, &estimate);
    return 1;
}

/* methods(of_moments) --> the names of all, or of those that moments alone suffice for */
static int l_methods(lua_State *L)
{
    const bool of_moments = lua_toboolean(L, 1);
    lua_Integer n = 0;
    lua_createtable(L, 0, 0);
    for (size_t i = 0; assay_estimate_name(i) != NULL; i++) {
        if (of_moments &&
            assay_estimate_is_from_counts(assay_estimate_find(assay_estimate_name(i))))
            continue;
        lua_pushstring(L, assay_estimate_name(i));
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"design", l_design},
    {"proportion", l_proportion},
    {"methods", l_methods},
    {NULL, NULL},
};

void lassay_open_estimate(lua_State *L)
{
    lassay_new_kind(L, DESIGN, collect_design, NULL);
    luaL_newlib(L, functions);
}
