/* ldraw.c -- which cases. */
#include "lframe.h"

#include <string.h>

#include "base/memory.h"
#include "sample/draw.h"

static int collect_sample(lua_State *L)
{
    assay_sample **place = luaL_checkudata(L, 1, LASSAY_SAMPLE);
    assay_sample_free(*place);
    *place = NULL;
    return 0;
}

/* methods() --> list of names, beside simple random sampling */
static int l_methods(lua_State *L)
{
    lua_createtable(L, (int)assay_methods_n, 0);
    for (size_t i = 0; i < assay_methods_n; i++) {
        lua_pushstring(L, assay_methods[i].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* is_unequal(method) --> whether probabilities may differ under it */
static int l_is_unequal(lua_State *L)
{
    const assay_method *method = assay_method_find(luaL_checkstring(L, 1));
    lua_pushboolean(L, method != NULL && method->unequal);
    return 1;
}

/*
** draw(plan, seed, method, columns, descending, serpentine, apart or nil) --> sample; no such method: srs
*/
static int l_draw(lua_State *L)
{
    assay_plan *plan = lassay_handle(L, 1, LASSAY_PLAN);
    assay_drawing how = {0};
    size_t length;
    const char *seed = luaL_checklstring(L, 2, &length);
    if (strlen(seed) != length)
        seed = ""; /* refused, as every text with a 0 byte in it */
    how.method = assay_method_find(luaL_checkstring(L, 3));
    how.sorting.columns = lassay_columns(L, 4, plan->frame, &how.sorting.n);
    how.sorting.descending = lassay_flags(L, 5, how.sorting.n);
    how.sorting.serpentine = lua_toboolean(L, 6) != 0;
    how.apart = lua_isnoneornil(L, 7) ? NULL : lassay_handle(L, 7, LASSAY_APART);
    const size_t before = assay_memory_in_use();
    assay_sample **place = lassay_push_handle(L, LASSAY_SAMPLE);
    lassay_check(L, assay_draw_by(lassay_context(L), plan, seed, &how, place));
    lassay_outside(L, before);
    return 1;
}

/* plan(sample) --> plan */
static int l_plan(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    assay_plan **place = lassay_push_handle(L, LASSAY_PLAN);
    *place = assay_plan_retain(sample->plan);
    return 1;
}

/* seed(sample) --> text */
static int l_seed(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    lua_pushstring(L, sample->seed);
    return 1;
}

/* cases(sample) --> frame of the cases drawn */
static int l_cases(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_sample_cases(lassay_context(L), sample, place));
    return 1;
}

/* units(sample) --> frame of the units drawn, or nil where there is one stage */
static int l_units(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    if (sample->units == NULL)
        return 0;
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_sample_units(lassay_context(L), sample, place));
    return 1;
}

/* frame(sample) --> frame of every case, with stratum and ticket */
static int l_frame(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_sample_frame(lassay_context(L), sample, place));
    return 1;
}

/* passed_over(sample) --> frame of the cases that a cap passed over */
static int l_passed_over(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_sample_passed_over(lassay_context(L), sample, place));
    return 1;
}

/* sizes(sample) --> lists by stratum: cases in the sample, reserves */
static int l_sizes(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    lassay_push_counts(L, sample->plan->strata->n, sample->sizes);
    lassay_push_counts(L, sample->plan->strata->n, sample->reserves);
    return 2;
}

/* passed(sample) --> how many cases were passed over, and for the sample itself */
static int l_passed(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    lua_pushinteger(L, (lua_Integer)sample->n_passed);
    lua_pushinteger(L, (lua_Integer)sample->n_passed_sample);
    return 2;
}

/* how(sample) --> { method, sort, serpentine, random_size, sorted, approximate } */
static int l_how(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    const assay_method *method = sample->how.method;
    const assay_sorting *by = &sample->how.sorting;
    const struct {
        const char *name;
        bool value;
    } flags[] = {{"serpentine", by->serpentine},
                 {"random_size", method != NULL && !method->fixed_size},
                 {"sorted", method != NULL && method->sorted},
                 {"approximate", sample->approximate},
                 {"listed", sample->plan->listed != NULL}};
    lua_newtable(L);
    lassay_set_text(L, "method", method == NULL ? "srs" : method->name);
    for (size_t k = 0; k < sizeof flags / sizeof flags[0]; k++) {
        lua_pushboolean(L, flags[k].value);
        lua_setfield(L, -2, flags[k].name);
    }
    lua_createtable(L, (int)by->n, 0);
    for (size_t i = 0; i < by->n; i++) {
        lua_pushfstring(L, "%s%s", by->descending[i] ? "-" : "",
                        assay_frame_name(sample->plan->frame, by->columns[i]));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "sort");
    return 1;
}

/* population(sample) --> the cases that it was drawn from */
static int l_population(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    lua_pushinteger(L, (lua_Integer)assay_plan_population(sample->plan));
    return 1;
}

static const luaL_Reg functions[] = {
    {"draw", l_draw},
    {"plan", l_plan},
    {"seed", l_seed},
    {"cases", l_cases},
    {"frame", l_frame},
    {"passed_over", l_passed_over},
    {"passed", l_passed},
    {"sizes", l_sizes},
    {"how", l_how},
    {"population", l_population},
    {"units", l_units},
    {"methods", l_methods},
    {"is_unequal", l_is_unequal},
    {NULL, NULL},
};

void lassay_open_draw(lua_State *L)
{
    lassay_new_kind(L, LASSAY_SAMPLE, collect_sample, NULL);
    luaL_newlib(L, functions);
}
