/* ltabulate.c -- counting and summarising columns. */
#include "lframe.h"

#include "data/summary.h"
#include "data/tabulate.h"

/* count(frame, columns, weight) --> frame */
static int l_count(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t *columns = lassay_columns(L, 2, frame, &n);
    const size_t weight = lassay_column(L, 3, frame, true);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L,
                 assay_count_frame_weighted(lassay_context(L), frame, n, columns, weight, place));
    return 1;
}

/* balance(population, sample, names) --> frame */
static int l_balance(lua_State *L)
{
    const assay_frame *population = lassay_frame(L, 1), *sample = lassay_frame(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 3);
    const char **names = lua_newuserdatauv(L, (n + 1) * sizeof *names, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 3, (lua_Integer)i + 1);
        names[i] = luaL_checkstring(L, -1); /* the list keeps it */
        lua_pop(L, 1);
    }
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_balance(lassay_context(L), population, sample, n, names, place));
    return 1;
}

/* summary(frame, column) --> table */
static int l_summary(lua_State *L)
{
    assay_summary summary;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t i = lassay_column(L, 2, frame, false);
    lassay_check(L, assay_summarise(lassay_context(L), assay_frame_column(frame, i), &summary));
    lua_createtable(L, 0, 9);
    lassay_set_integer(L, "n", summary.n);
    lassay_set_integer(L, "missing", summary.missing);
    lassay_set_number(L, "mean", summary.mean);
    lassay_set_number(L, "sd", summary.sd);
    lassay_set_number(L, "min", summary.min);
    lassay_set_number(L, "q1", summary.q1);
    lassay_set_number(L, "median", summary.median);
    lassay_set_number(L, "q3", summary.q3);
    lassay_set_number(L, "max", summary.max);
    return 1;
}

static const luaL_Reg functions[] = {
    {"count", l_count},
    {"balance", l_balance},
    {"summary", l_summary},
    {NULL, NULL},
};

void lassay_open_tabulate(lua_State *L)
{
    luaL_newlib(L, functions);
}
