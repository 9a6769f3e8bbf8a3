/* lfigure.c -- the figure that a text prints, and what can be so. */
#include "lassay.h"

#include <string.h>

#include "base/memory.h"
#include "judge/figure.h"

#define WORDING "assay.core.wording"
#define FIGURE  "assay.core.figure" /* an assay_figure, whole in its userdata */
#define BASES   "assay.core.bases"  /* an array of integers that core allocated */

static int collect_wording(lua_State *L)
{
    assay_wording **place = lua_touserdata(L, 1);
    assay_wording_free(*place);
    *place = NULL;
    return 0;
}

static int collect_bases(lua_State *L)
{
    int64_t **place = lua_touserdata(L, 1);
    assay_free(*place);
    *place = NULL;
    return 0;
}

/* wording(table) --> handle */
static int l_wording(lua_State *L)
{
    assay_context *context = lassay_context(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    assay_wording **wording = lassay_push_handle(L, WORDING);
    assay_json **root = lassay_push_json_handle(L);
    const size_t before = assay_memory_in_use();
    lassay_check(L, assay_json_new_array(context, root));
    lassay_to_json(L, 1, *root, NULL);
    lassay_check(L, assay_wording_from_json(context, assay_json_first(*root), wording));
    lassay_outside(L, before);
    lua_pushvalue(L, 2);
    return 1;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* read(wording, rule, text) --> figure, or nil and why not: "EFORMAT", "EUNKNOWN", "EDOM" */
static int l_read(lua_State *L)
{
    const assay_wording *wording = lassay_handle(L, 1, WORDING);
    assay_percent_rule rule;
    size_t length;
    luaL_argcheck(L, assay_percent_rule_named(luaL_checkstring(L, 2), &rule) == ASSAY_OK, 2,
                  "no such rule");
    const char *text = luaL_checklstring(L, 3, &length);
    assay_figure *figure = lua_newuserdatauv(L, sizeof *figure, 0);
    const assay_status status = assay_figure_read(wording, rule, text, length, figure);
    if (status == ASSAY_OK) {
        luaL_setmetatable(L, FIGURE);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, status == ASSAY_EFORMAT    ? "EFORMAT"
                      : status == ASSAY_EUNKNOWN ? "EUNKNOWN"
                                                 : "EDOM");
    return 2;
}

/* value(text) --> over, under, whether it is a share; or nothing */
static int l_value(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    assay_ratio value;
    bool is_share;
    if (assay_figure_value(text, length, &value, &is_share) != ASSAY_OK)
        return 0;
    lua_pushinteger(L, value.over);
    lua_pushinteger(L, value.under);
    lua_pushboolean(L, is_share);
    return 3;
}

/* ---- what a figure is ------------------------------------------------------------------------ */

static double number_of(assay_ratio ratio)
{
    return (double)ratio.over / (double)ratio.under; /* without end: infinity */
}

static void push_range(lua_State *L, const assay_share_range *range)
{
    lua_createtable(L, 0, 4);
    lua_pushnumber(L, number_of(range->low));
    lua_setfield(L, -2, "lower");
    lua_pushnumber(L, number_of(range->high));
    lua_setfield(L, -2, "upper");
    lua_pushboolean(L, range->low_closed);
    lua_setfield(L, -2, "lower_closed");
    lua_pushboolean(L, range->high_closed);
    lua_setfield(L, -2, "upper_closed");
}

/* about(figure) --> { kind, convention, count, base, narrow, literal } */
static int l_about(lua_State *L)
{
    const assay_figure *figure = luaL_checkudata(L, 1, FIGURE);
    lua_createtable(L, 0, 6);
    lassay_set_text(L, "kind", figure->kind == ASSAY_FIGURE_SHARE ? "share" : "number");
    lua_pushboolean(L, figure->is_convention);
    lua_setfield(L, -2, "convention");
    if (figure->count >= 0)
        lassay_set_integer(L, "count", (uint64_t)figure->count);
    if (figure->base >= 0)
        lassay_set_integer(L, "base", (uint64_t)figure->base);
    push_range(L, &figure->narrow);
    lua_setfield(L, -2, "narrow");
    push_range(L, &figure->literal);
    lua_setfield(L, -2, "literal");
    return 1;
}

static const assay_share_range *range_of(lua_State *L, int figure_arg, int reading_arg)
{
    static const char *const readings[] = {"narrow", "literal", NULL};
    const assay_figure *figure = luaL_checkudata(L, figure_arg, FIGURE);
    return luaL_checkoption(L, reading_arg, NULL, readings) == 0 ? &figure->narrow
                                                                 : &figure->literal;
}

/* contains(figure, reading, over, under) --> whether the number over / under is in the range */
static int l_contains(lua_State *L)
{
    const assay_ratio number = {luaL_checkinteger(L, 3), luaL_checkinteger(L, 4)};
    luaL_argcheck(L, number.over >= 0, 3, "below 0");
    luaL_argcheck(L, number.under >= 1, 4, "below 1");
    lua_pushboolean(L, assay_share_contains(range_of(L, 1, 2), number));
    return 1;
}

/* ---- counts and bases ------------------------------------------------------------------------ */

static int push_counts(lua_State *L, assay_count_range counts)
{
    lua_pushinteger(L, counts.first);
    lua_pushinteger(L, counts.last);
    return 2;
}

static assay_printed_share printed_share(lua_State *L, int figure_arg, int reading_arg)
{
    const assay_figure *figure = luaL_checkudata(L, figure_arg, FIGURE);
    return (assay_printed_share){*range_of(L, figure_arg, reading_arg), figure->count};
}

/* counts(figure, reading, n) --> first, last; last < first where there is none */
static int l_counts(lua_State *L)
{
    const assay_printed_share share = printed_share(L, 1, 2);
    assay_count_range counts;
    lassay_check_plain(L, assay_share_counts(&share, luaL_checkinteger(L, 3), &counts),
                       "a base outside its domain");
    return push_counts(L, counts);
}

/* whole(figure, reading) --> first, last of the whole numbers in the range of a number */
static int l_whole(lua_State *L)
{
    return push_counts(L, assay_share_whole_numbers(range_of(L, 1, 2)));
}

/* settled(figure, reading) --> the base from which on every one fits, or nil */
static int l_settled(lua_State *L)
{
    const int64_t n = assay_share_settled(range_of(L, 1, 2));
    if (n == 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, n);
    return 1;
}

/* last_base(figure, reading) --> the largest base that a printed count leaves */
static int l_last_base(lua_State *L)
{
    const assay_printed_share share = printed_share(L, 1, 2);
    int64_t last;
    lassay_check_plain(L, assay_share_last_base(&share, &last), "a count outside its domain");
    lua_pushinteger(L, last);
    return 1;
}

/* The runs of neighbours in ascending numbers: { first, last, first, last, ... }. */
static void push_runs(lua_State *L, const int64_t *numbers, size_t n)
{
    lua_Integer at = 0;
    lua_newtable(L);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && numbers[i] == numbers[i - 1] + 1) {
            lua_pushinteger(L, numbers[i]);
            lua_rawseti(L, -2, at);
            continue;
        }
        for (int twice = 0; twice < 2; twice++) {
            lua_pushinteger(L, numbers[i]);
            lua_rawseti(L, -2, ++at);
        }
    }
}

/* bases(list of figures, reading, min, max) --> runs of the bases that all of them can have */
static int l_bases(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    assay_share_set set = {.n_shares = lua_rawlen(L, 1),
                           .min = luaL_checkinteger(L, 3),
                           .max = luaL_checkinteger(L, 4)};
    assay_printed_share *shares = lua_newuserdatauv(L, (set.n_shares + 1) * sizeof *shares, 0);
    for (size_t i = 0; i < set.n_shares; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        shares[i] = printed_share(L, lua_gettop(L), 2);
        lua_pop(L, 1);
    }
    set.shares = shares;
    int64_t **found = lassay_push_handle(L, BASES);
    size_t n;
    const size_t before = assay_memory_in_use();
    lassay_check(L, assay_share_bases(lassay_context(L), &set, found, &n));
    lassay_outside(L, before);
    push_runs(L, *found, n);
    return 1;
}

static const luaL_Reg functions[] = {
    {"wording", l_wording},     {"read", l_read},     {"value", l_value}, {"about", l_about},
    {"contains", l_contains},   {"counts", l_counts}, {"whole", l_whole}, {"settled", l_settled},
    {"last_base", l_last_base}, {"bases", l_bases},   {NULL, NULL},
};

void lassay_open_figure(lua_State *L)
{
    lassay_new_kind(L, WORDING, collect_wording, NULL);
    lassay_new_kind(L, BASES, collect_bases, NULL);
    luaL_newmetatable(L, FIGURE);
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    lassay_set_integer(L, "longest", ASSAY_WORDS_BYTES);
}
