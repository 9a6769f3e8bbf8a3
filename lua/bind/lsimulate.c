/* lsimulate.c -- what a planned design would say of a share that is known. */
#include "lframe.h"

#include "infer/simulate.h"

/* yes(plan, column, { texts= }) --> list by stratum: cases with one of the texts in that column */
static int l_yes(lua_State *L)
{
    size_t n;
    const assay_plan *plan = lassay_handle(L, 1, LASSAY_PLAN);
    const size_t column = lassay_column(L, 2, plan->frame, false);
    luaL_checktype(L, 3, LUA_TTABLE);
    const char *const *texts = lassay_field_texts(L, 3, "texts", &n);
    uint64_t *counts = lua_newuserdatauv(L, (plan->strata->n + 1) * sizeof *counts, 0);
    lassay_check(L, assay_simulate_count(lassay_context(L), plan, column, n, texts, counts));
    lassay_push_counts(L, plan->strata->n, counts);
    return 1;
}

static void push_found(lua_State *L, const assay_simulation *found)
{
    lua_createtable(L, 0, 16);
    lassay_set_integer(L, "draws", found->draws);
    lassay_set_integer(L, "undefined", found->undefined);
    lassay_set_number(L, "share", found->share);
    lassay_set_number(L, "mean", found->mean);
    lassay_set_number(L, "sd", found->sd);
    lassay_set_number(L, "exact_sd", found->exact_sd);
    lassay_set_number(L, "mean_se", found->mean_se);
    lassay_set_number(L, "coverage", found->coverage);
    lassay_set_number(L, "below", found->below);
    lassay_set_number(L, "above", found->above);
    lassay_set_number(L, "mean_width", found->mean_width);
}

/* run(plan, yes by stratum, confidence, method or nil, seed, draws) --> table */
static int l_run(lua_State *L)
{
    assay_simulation found;
    const assay_plan *plan = lassay_handle(L, 1, LASSAY_PLAN);
    const uint64_t *yes = lassay_counts(L, 2, plan->strata->n);
    const double confidence = luaL_checknumber(L, 3);
    const char *name = luaL_optstring(L, 4, NULL), *seed = luaL_checkstring(L, 5);
    const assay_estimate_method *method = name == NULL ? NULL : assay_estimate_find(name);
    luaL_argcheck(L, name == NULL || method != NULL, 4, "no such method");
    lassay_check(L, assay_simulate(lassay_context(L), plan->strata->n, plan->strata->population,
                                   yes, plan->sample, confidence, method, seed, lassay_count(L, 6),
                                   &found));
    push_found(L, &found);
    return 1;
}

static const luaL_Reg functions[] = {{"yes", l_yes}, {"run", l_run}, {NULL, NULL}};

void lassay_open_simulate(lua_State *L)
{
    luaL_newlib(L, functions);
}
