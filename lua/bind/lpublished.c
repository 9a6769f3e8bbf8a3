/* lpublished.c -- which counts and denominators a printed percentage can stand for. */
#include "lassay.h"

#include "base/memory.h"
#include "base/text.h"
#include "judge/published.h"

#define NUMBERS "assay.core.numbers" /* an array of integers that core allocated */

static int collect_numbers(lua_State *L)
{
    int64_t **place = lua_touserdata(L, 1);
    assay_free(*place);
    *place = NULL;
    return 0;
}

/* Text as printed, or a number that is printed with so many decimals. */
static assay_percent percent_of(lua_State *L, int arg, int decimals)
{
    size_t length;
    if (lua_type(L, arg) == LUA_TSTRING) {
        assay_percent printed;
        const char *bytes = lua_tolstring(L, arg, &length);
        lassay_check_plain(L, assay_percent_from_text(bytes, length, &printed),
                           "not a printed per cent");
        return printed;
    }
    const double number = luaL_checknumber(L, arg);
    assay_percent percent;
    if (assay_percent_from_number(number, decimals, &percent) != ASSAY_OK) {
        char text[ASSAY_NUMBER_TEXT];
        assay_number_to_text(number, text);
        lua_pushfstring(L, "%s is not a per cent printed with %d decimals", text, decimals);
        lassay_check_plain(L, ASSAY_EDOM, lua_tostring(L, -1));
    }
    return percent;
}

static assay_percent_rule rule_of(lua_State *L, int arg)
{
    assay_percent_rule rule;
    luaL_argcheck(L, assay_percent_rule_named(luaL_checkstring(L, arg), &rule) == ASSAY_OK, arg,
                  "no such rule");
    return rule;
}

/* The count, or the list of them where there are several. */
static void push_counts(lua_State *L, assay_count_range counts)
{
    if (counts.first == counts.last) {
        lua_pushinteger(L, counts.first);
        return;
    }
    lua_newtable(L);
    for (int64_t x = counts.first; x <= counts.last; x++) {
        lua_pushinteger(L, x);
        lua_rawseti(L, -2, x - counts.first + 1);
    }
}

/* { n, counts } for one denominator that fits the set. */
static void push_fit(lua_State *L, const assay_published_set *set, int64_t n)
{
    lua_createtable(L, 0, 2);
    lassay_set_integer(L, "n", (uint64_t)n);
    lua_createtable(L, (int)set->n_percents, 0);
    for (size_t i = 0; i < set->n_percents; i++) {
        assay_count_range counts;
        lassay_check_plain(L, assay_published_counts(set->percents[i], set->rule, n, &counts),
                           "a denominator outside its domain");
        push_counts(L, counts);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "counts");
}

/* denominators(percents, decimals, rule, min, max) --> list of { n, counts } */
static int l_denominators(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    const int decimals = (int)luaL_checkinteger(L, 2);
    assay_published_set set = {
        .n_percents = lua_rawlen(L, 1),
        .rule = rule_of(L, 3),
        .min = luaL_checkinteger(L, 4),
        .max = luaL_checkinteger(L, 5),
    };
    assay_percent *percents = lua_newuserdatauv(L, (set.n_percents + 1) * sizeof *percents, 0);
    for (size_t i = 0; i < set.n_percents; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        percents[i] = percent_of(L, -1, decimals);
        lua_pop(L, 1);
    }
    set.percents = percents;
    int64_t **found = lassay_push_handle(L, NUMBERS);
    size_t n_found;
    const size_t before = assay_memory_in_use();
    lassay_check(L, assay_published_denominators(lassay_context(L), &set, found, &n_found));
    lassay_outside(L, before);
    lua_newtable(L);
    for (size_t i = 0; i < n_found; i++) {
        push_fit(L, &set, (*found)[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* counts(percent, decimals, rule, n) --> first, last; last < first where there is none */
static int l_counts(lua_State *L)
{
    const int decimals = (int)luaL_checkinteger(L, 2);
    const assay_percent percent = percent_of(L, 1, decimals);
    assay_count_range counts;
    lassay_check_plain(
        L, assay_published_counts(percent, rule_of(L, 3), luaL_checkinteger(L, 4), &counts),
        "a denominator outside its domain");
    lua_pushinteger(L, counts.first);
    lua_pushinteger(L, counts.last);
    return 2;
}

/* text(text) --> the decimals that it is printed with; nothing where it is no printed per cent */
static int l_text(lua_State *L)
{
    size_t length;
    const char *bytes = luaL_checklstring(L, 1, &length);
    assay_percent percent;
    if (assay_percent_from_text(bytes, length, &percent) != ASSAY_OK)
        return 0;
    lua_pushinteger(L, percent.decimals);
    return 1;
}

/* rules() --> the names of the rounding rules */
static int l_rules(lua_State *L)
{
    lua_newtable(L);
    for (int i = 0; i < ASSAY_PERCENT_RULES; i++) {
        lua_pushstring(L, assay_percent_rule_name((assay_percent_rule)i));
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"denominators", l_denominators},
    {"counts", l_counts},
    {"text", l_text},
    {"rules", l_rules},
    {NULL, NULL},
};

void lassay_open_published(lua_State *L)
{
    lassay_new_kind(L, NUMBERS, collect_numbers, NULL);
    luaL_newlib(L, functions);
    lassay_set_integer(L, "largest", (uint64_t)ASSAY_PERCENT_CASES);
    lassay_set_integer(L, "decimals", ASSAY_PERCENT_DECIMALS);
}
