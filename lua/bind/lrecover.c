/* lrecover.c -- the whole numbers behind a table of printed figures. */
#include "lassay.h"

#include "base/memory.h"
#include "judge/figure.h"
#include "judge/recover.h"

#define RECOVERED "assay.core.recovered"
#define FIGURE    "assay.core.figure" /* as lfigure.c makes it */

static int collect_recovered(lua_State *L)
{
    assay_recovered **place = lua_touserdata(L, 1);
    if (*place != NULL)
        assay_recovered_free(*place);
    *place = NULL;
    return 0;
}

/* An empty result in a userdata of its own, which a handle releases; both are pushed. */
static assay_recovered *push_recovered(lua_State *L)
{
    assay_recovered *recovered = lua_newuserdatauv(L, sizeof *recovered, 0);
    *recovered = (assay_recovered){0};
    assay_recovered **place = lua_newuserdatauv(L, sizeof *place, 1);
    *place = NULL;
    luaL_setmetatable(L, RECOVERED);
    lua_pushvalue(L, -2);
    lua_setiuservalue(L, -2, 1); /* the handle keeps what it points to */
    *place = recovered;
    return recovered;
}

/* ---- the table ------------------------------------------------------------------------------- */

static size_t index_field(lua_State *L, int entry, const char *name)
{
    return (size_t)lassay_field_count(L, entry, name) - 1; /* from 1 in Lua; 0 is refused by core */
}

/* numbers: a list of { min, max } */
static const assay_unknown *push_numbers(lua_State *L, int arg, size_t *n)
{
    *n = lua_rawlen(L, arg);
    assay_unknown *numbers = lua_newuserdatauv(L, (*n + 1) * sizeof *numbers, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        numbers[i] = (assay_unknown){(int64_t)lassay_field_count(L, lua_gettop(L), "min"),
                                     (int64_t)lassay_field_count(L, lua_gettop(L), "max")};
        lua_pop(L, 1);
    }
    return numbers;
}

static assay_printed_share share_field(lua_State *L, int entry, bool is_literal)
{
    lua_getfield(L, entry, "figure");
    const assay_figure *figure = luaL_checkudata(L, -1, FIGURE);
    lua_pop(L, 1);
    return (assay_printed_share){is_literal ? figure->literal : figure->narrow, figure->count};
}

/* fractions: a list of { part, whole, figure or nil } */
static const assay_fraction *push_fractions(lua_State *L, int arg, bool is_literal, size_t *n)
{
    *n = lua_rawlen(L, arg);
    assay_fraction *fractions = lua_newuserdatauv(L, (*n + 1) * sizeof *fractions, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        const int entry = lua_gettop(L);
        fractions[i] = (assay_fraction){.part = index_field(L, entry, "part"),
                                        .whole = index_field(L, entry, "whole")};
        fractions[i].is_printed = lua_getfield(L, entry, "figure") != LUA_TNIL;
        lua_pop(L, 1);
        if (fractions[i].is_printed)
            fractions[i].share = share_field(L, entry, is_literal);
        lua_pop(L, 1);
    }
    return fractions;
}

/* The indices of the list on top of the stack, in a userdata pushed in its place. */
static const size_t *push_parts(lua_State *L, size_t *n)
{
    *n = lua_rawlen(L, -1);
    size_t *parts = lua_newuserdatauv(L, (*n + 1) * sizeof *parts, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        parts[i] = (size_t)luaL_checkinteger(L, -1) - 1;
        lua_pop(L, 1);
    }
    lua_remove(L, -2);
    return parts;
}

/* totals: a list of { total, parts = list }; what holds the parts is kept in a table, pushed first */
static const assay_total *push_totals(lua_State *L, int arg, size_t *n)
{
    *n = lua_rawlen(L, arg);
    lua_createtable(L, (int)*n, 0);
    const int keep = lua_gettop(L);
    assay_total *totals = lua_newuserdatauv(L, (*n + 1) * sizeof *totals, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        totals[i].total = index_field(L, lua_gettop(L), "total");
        lua_getfield(L, -1, "parts");
        totals[i].parts = push_parts(L, &totals[i].n_parts);
        lua_rawseti(L, keep, (lua_Integer)i + 1);
        lua_pop(L, 1);
    }
    return totals;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void push_tables(lua_State *L, const assay_recovered *recovered, size_t n)
{
    lua_createtable(L, (int)recovered->n_tables, 0);
    for (size_t i = 0; i < recovered->n_tables; i++) {
        lua_createtable(L, (int)n, 0);
        for (size_t j = 0; j < n; j++) {
            lua_pushinteger(L, recovered->values[i * n + j]);
            lua_rawseti(L, -2, (lua_Integer)j + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_conflict(lua_State *L, const assay_recovered *recovered)
{
    lua_createtable(L, (int)recovered->n_conflict, 0);
    for (size_t i = 0; i < recovered->n_conflict; i++) {
        lua_pushinteger(L, (lua_Integer)recovered->conflict[i] + 1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/*
** tables(numbers, fractions, totals, max, literal, steps, most)
**   --> { tables = list of lists, conflict = numbers of constraints, minimal, steps }
*/
static int l_tables(lua_State *L)
{
    for (int arg = 1; arg <= 3; arg++)
        luaL_checktype(L, arg, LUA_TTABLE);
    const bool is_literal = lua_toboolean(L, 5);
    assay_printed_table table = {.max = (int64_t)lassay_count(L, 4)};
    const assay_recover_limits limits = {lassay_count(L, 6), (size_t)lassay_count(L, 7)};
    luaL_checkstack(L, 20, NULL);
    table.numbers = push_numbers(L, 1, &table.n_numbers);
    table.fractions = push_fractions(L, 2, is_literal, &table.n_fractions);
    table.totals = push_totals(L, 3, &table.n_totals);
    assay_recovered *recovered = push_recovered(L);
    const size_t before = assay_memory_in_use();
    lassay_check_asked(L, assay_recover(lassay_context(L), &table, &limits, recovered));
    lassay_outside(L, before);
    lua_createtable(L, 0, 4);
    push_tables(L, recovered, table.n_numbers);
    lua_setfield(L, -2, "tables");
    push_conflict(L, recovered);
    lua_setfield(L, -2, "conflict");
    lua_pushboolean(L, recovered->is_minimal);
    lua_setfield(L, -2, "minimal");
    lassay_set_integer(L, "steps", recovered->steps);
    return 1;
}

static const luaL_Reg functions[] = {
    {"tables", l_tables},
    {NULL, NULL},
};

void lassay_open_recover(lua_State *L)
{
    lassay_new_kind(L, RECOVERED, collect_recovered, NULL);
    luaL_newlib(L, functions);
    lassay_set_integer(L, "numbers", ASSAY_RECOVER_NUMBERS);
}
