/* lprofile.c -- what a caseload looks like, beside another, over time, and in a sample of it. */
#include "lframe.h"

#include <math.h>

#include "base/memory.h"
#include "data/levels.h"
#include "infer/profile.h"
#include "infer/representativity.h"
#include "infer/trend.h"

/* The texts of the list at `arg`, which keeps them, in a new userdata, pushed. */
static const char **check_texts(lua_State *L, int arg, size_t *n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    *n = lua_rawlen(L, arg);
    const char **texts = lua_newuserdatauv(L, (*n + 1) * sizeof *texts, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, arg, "a list of text is needed");
        texts[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    return texts;
}

/* groups(frame, columns) --> the combinations that occur, a row for each; their values alone */
static int l_groups(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t *columns = lassay_columns(L, 2, frame, &n);
    size_t *all = lua_newuserdatauv(L, (n + 1) * sizeof *all, 0);
    assay_levels levels = {0};
    assay_context *context = lassay_context(L);
    assay_frame **place = lassay_new_frame(L);
    for (size_t i = 0; i < n; i++)
        all[i] = i;
    assay_status status = assay_levels_of(context, frame, n, columns, &levels);
    if (status == ASSAY_OK)
        status = assay_frame_select(context, levels.frame, n, all, place);
    assay_levels_free(&levels);
    lassay_check(L, status);
    return 1;
}

/* distinct(frame, column) --> how many different values, how many missing ones */
static int l_distinct(lua_State *L)
{
    uint64_t distinct, missing;
    const assay_frame *frame = lassay_frame(L, 1);
    const assay_column *column = assay_frame_column(frame, lassay_column(L, 2, frame, false));
    lassay_check(L, assay_column_distinct(lassay_context(L), column, &distinct, &missing));
    lua_pushinteger(L, (lua_Integer)distinct);
    lua_pushinteger(L, (lua_Integer)missing);
    return 2;
}

/* profile(frame, columns, by, confidence or nil, populations or nil) --> frame */
static int l_profile(lua_State *L)
{
    assay_profile_options options = {.confidence = NAN};
    const assay_frame *frame = lassay_frame(L, 1);
    lua_settop(L, 5);
    options.columns = lassay_columns(L, 2, frame, &options.n);
    options.by = lassay_columns(L, 3, frame, &options.n_by);
    if (!lua_isnil(L, 4))
        options.confidence = luaL_checknumber(L, 4);
    if (!lua_isnil(L, 5)) {
        luaL_checktype(L, 5, LUA_TTABLE);
        options.n_populations = lua_rawlen(L, 5);
        options.populations = lassay_counts(L, 5, options.n_populations);
    }
    const size_t before = assay_memory_in_use();
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_profile(lassay_context(L), frame, &options, place));
    lassay_outside(L, before);
    return 1;
}

/* compare(first, second, columns, by, names) --> frame */
static int l_compare(lua_State *L)
{
    size_t n, n_by, n_names;
    const assay_frame *first = lassay_frame(L, 1), *second = lassay_frame(L, 2);
    const char **columns = check_texts(L, 3, &n), **by = check_texts(L, 4, &n_by);
    const char **names = check_texts(L, 5, &n_names);
    luaL_argcheck(L, n_names == 2, 5, "two names are needed");
    assay_frame **place = lassay_new_frame(L);
    lassay_check(
        L, assay_compare(lassay_context(L), first, second, n_by, by, n, columns, names, place));
    return 1;
}

/* trend(all, yes, period, by) --> shares, tests */
static int l_trend(lua_State *L)
{
    size_t n_by;
    const assay_frame *all = lassay_frame(L, 1), *yes = lassay_frame(L, 2);
    const size_t period = lassay_column(L, 3, all, false);
    const size_t *by = lassay_columns(L, 4, all, &n_by);
    assay_frame **shares = lassay_new_frame(L), **tests = lassay_new_frame(L);
    lassay_check(L, assay_trend(lassay_context(L), all, yes, period, n_by, by, shares, tests));
    return 2;
}

/* representativity(population, sample, columns, seed, replicates) --> tests, levels */
static int l_representativity(lua_State *L)
{
    size_t n;
    const assay_frame *population = lassay_frame(L, 1), *sample = lassay_frame(L, 2);
    const char **columns = check_texts(L, 3, &n), *seed = luaL_checkstring(L, 4);
    const uint64_t replicates = lassay_count(L, 5);
    assay_frame **tests = lassay_new_frame(L), **levels = lassay_new_frame(L);
    lassay_check(L, assay_represent(lassay_context(L), population, sample, n, columns, seed,
                                    replicates, tests, levels));
    return 2;
}

static const luaL_Reg functions[] = {
    {"groups", l_groups},   {"distinct", l_distinct}, {"profile", l_profile},
    {"compare", l_compare}, {"trend", l_trend},       {"representativity", l_representativity},
    {NULL, NULL},
};

void lassay_open_profile(lua_State *L)
{
    luaL_newlib(L, functions);
}
