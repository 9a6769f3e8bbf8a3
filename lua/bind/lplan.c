/* lplan.c -- how many cases from where. */
#include "lframe.h"

#include "base/memory.h"
#include "sample/plan.h"

static int collect_plan(lua_State *L)
{
    assay_plan **place = luaL_checkudata(L, 1, LASSAY_PLAN);
    assay_plan_release(*place);
    *place = NULL;
    return 0;
}

static assay_plan *check_plan(lua_State *L, int arg)
{
    return lassay_handle(L, arg, LASSAY_PLAN);
}

/* new(frame, id, columns) --> plan */
static int l_new(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t id = lassay_column(L, 2, frame, false);
    const size_t *columns = lassay_columns(L, 3, frame, &n), before = assay_memory_in_use();
    assay_plan **place = lassay_push_handle(L, LASSAY_PLAN);
    lassay_check(L, assay_plan_new(lassay_context(L), frame, id, n, columns, place));
    lassay_outside(L, before);
    return 1;
}

/* labels(plan) --> list */
static int l_labels(lua_State *L)
{
    const assay_strata *strata = check_plan(L, 1)->strata;
    lua_createtable(L, (int)strata->n, 0);
    for (size_t h = 0; h < strata->n; h++) {
        size_t length;
        const char *label = assay_strata_label(strata, h, &length);
        lua_pushlstring(L, label, length);
        lua_rawseti(L, -2, (lua_Integer)h + 1);
    }
    return 1;
}

/* populations(plan), sizes(plan), reserves(plan) --> list, by stratum */
static int l_populations(lua_State *L)
{
    const assay_strata *strata = check_plan(L, 1)->strata;
    lassay_push_counts(L, strata->n, strata->population);
    return 1;
}

static int l_sizes(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    lassay_push_counts(L, plan->strata->n, plan->sample);
    return 1;
}

/* reserves(plan, sizes, share) --> lists: reserves that there are, and that the share asks for */
static int l_reserves(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    const size_t n = plan->strata->n;
    const uint64_t *sizes = lassay_counts(L, 2, n);
    const double share = luaL_checknumber(L, 3);
    uint64_t *reserves = lua_newuserdatauv(L, (n + 1) * sizeof *reserves, 0);
    uint64_t *wanted = lua_newuserdatauv(L, (n + 1) * sizeof *wanted, 0);
    lassay_check(L, assay_plan_reserves(lassay_context(L), plan, sizes, share, wanted, reserves));
    lassay_push_counts(L, n, reserves);
    lassay_push_counts(L, n, wanted);
    return 2;
}

/* set(plan, sizes, reserves) */
static int l_set(lua_State *L)
{
    assay_plan *plan = check_plan(L, 1);
    const uint64_t *sizes = lassay_counts(L, 2, plan->strata->n);
    const uint64_t *reserves = lassay_counts(L, 3, plan->strata->n);
    lassay_check(L, assay_plan_set(lassay_context(L), plan, sizes, reserves));
    return 0;
}

/* table(plan) --> frame */
static int l_table(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_plan_table(lassay_context(L), plan, place));
    return 1;
}

/* fingerprint(plan) --> decimal digits */
static int l_fingerprint(lua_State *L)
{
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    assay_plan_fingerprint(check_plan(L, 1), fingerprint);
    lua_pushstring(L, fingerprint);
    return 1;
}

static const luaL_Reg functions[] = {
    {"new", l_new},     {"labels", l_labels},     {"populations", l_populations},
    {"sizes", l_sizes}, {"reserves", l_reserves}, {"fingerprint", l_fingerprint},
    {"set", l_set},     {"table", l_table},       {NULL, NULL},
};

void lassay_open_plan(lua_State *L)
{
    lassay_new_kind(L, LASSAY_PLAN, collect_plan, NULL);
    luaL_newlib(L, functions);
}
