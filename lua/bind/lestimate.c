/* lestimate.c -- what the answers of a sample say. */
#include "lassay.h"

#include "infer/estimate.h"

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
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
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
    {"proportion", l_proportion},
    {"methods", l_methods},
    {NULL, NULL},
};

void lassay_open_estimate(lua_State *L)
{
    luaL_newlib(L, functions);
}
