/* ltext.c -- widths, numbers and dates for the Lua side. */
#include "lassay.h"

#include "base/text.h"
#include "data/dictionary.h"

/* width(text) --> columns on a terminal */
static int l_width(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_pushinteger(L, (lua_Integer)assay_text_width(text, length));
    return 1;
}

/* fit(text, columns) --> as much of its beginning as so many columns on a terminal hold */
static int l_fit(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_pushlstring(L, text, assay_text_fit(text, length, (size_t)lassay_count(L, 2)));
    return 1;
}

/* distance(a, b) --> edits between two words */
static int l_distance(lua_State *L)
{
    const char *a = luaL_checkstring(L, 1), *b = luaL_checkstring(L, 2);
    lua_pushinteger(L, (lua_Integer)assay_text_distance(a, b));
    return 1;
}

/* is_same(a, b) --> whether they differ at most in the case of letters */
static int l_is_same(lua_State *L)
{
    lua_pushboolean(L,
                    assay_text_is_same_in_any_case(luaL_checkstring(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

/* is_before(a, b) --> whether a comes first in byte order; Lua's < asks the locale of the process */
static int l_is_before(lua_State *L)
{
    size_t n, m;
    const char *a = luaL_checklstring(L, 1, &n), *b = luaL_checklstring(L, 2, &m);
    lua_pushboolean(L, assay_compare_bytes(a, n, b, m) < 0);
    return 1;
}

/* quote(text) --> as a message quotes it */
static int l_quote(lua_State *L)
{
    size_t length;
    char quoted[ASSAY_QUOTED];
    const char *text = luaL_checklstring(L, 1, &length);
    lua_pushstring(L, assay_quote(text, length, quoted));
    return 1;
}

/* number(x) --> the shortest text that reads back equal; integers in full */
static int l_number(lua_State *L)
{
    char text[ASSAY_NUMBER_TEXT];
    if (lua_isinteger(L, 1)) {
        lua_pushfstring(L, "%I", (LUAI_UACINT)lua_tointeger(L, 1));
        return 1;
    }
    const size_t length = assay_number_to_text(luaL_checknumber(L, 1), text);
    lua_pushlstring(L, text, length);
    return 1;
}

/* fixed(x, decimals) --> with so many decimals */
static int l_fixed(lua_State *L)
{
    char text[400];
    const double x = luaL_checknumber(L, 1);
    const lua_Integer decimals = luaL_checkinteger(L, 2);
    luaL_argcheck(L, decimals >= 0 && decimals <= 17, 2, "0 to 17 decimals");
    lua_pushlstring(L, text, assay_number_to_fixed(x, (int)decimals, text, sizeof text));
    return 1;
}

static int32_t check_date(lua_State *L, int arg)
{
    size_t length;
    int32_t days = 0;
    const char *text = luaL_checklstring(L, arg, &length);
    if (assay_date_from_text(text, length, NULL, &days) != ASSAY_OK) {
        char quoted[ASSAY_QUOTED];
        lassay_check(L, assay_fail(lassay_context(L), ASSAY_EDOM,
                                   "'%s' is not a date: write it as 2018-11-05",
                                   assay_quote(text, length, quoted)));
    }
    return days;
}

/* shift(date, months, days) --> date */
static int l_shift(lua_State *L)
{
    int32_t shifted = 0;
    char text[ASSAY_DATE_TEXT];
    const int32_t from = check_date(L, 1);
    const lua_Integer months = luaL_checkinteger(L, 2), days = luaL_checkinteger(L, 3);
    lassay_check_plain(L, assay_date_shift(from, months, days, &shifted),
                       "the date lies outside the years 1 to 9999");
    assay_date_to_text(shifted, text);
    lua_pushstring(L, text);
    return 1;
}

/* days(from, to) --> whole days between two dates */
static int l_days(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)check_date(L, 2) - check_date(L, 1));
    return 1;
}

/* is_date_pattern(text) --> boolean */
static int l_is_date_pattern(lua_State *L)
{
    lua_pushboolean(L, assay_date_pattern_is_valid(luaL_checkstring(L, 1)));
    return 1;
}

static const luaL_Reg functions[] = {
    {"fit", l_fit},         {"width", l_width},         {"distance", l_distance},
    {"quote", l_quote},     {"number", l_number},       {"fixed", l_fixed},
    {"shift", l_shift},     {"days", l_days},           {"is_date_pattern", l_is_date_pattern},
    {"is_same", l_is_same}, {"is_before", l_is_before}, {NULL, NULL},
};

void lassay_open_text(lua_State *L)
{
    luaL_newlib(L, functions);
}
