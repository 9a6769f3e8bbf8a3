/* lframe.c -- frames, their columns and their cells. */
#include "lframe.h"

#include <string.h>

#include "base/memory.h"
#include "data/unique.h"

/* ---- handles ---- */

static int collect_frame(lua_State *L)
{
    assay_frame **place = luaL_checkudata(L, 1, LASSAY_FRAME);
    assay_frame_free(*place);
    *place = NULL;
    return 0;
}

static int collect_column(lua_State *L)
{
    assay_column **place = luaL_checkudata(L, 1, LASSAY_COLUMN);
    assay_column_release(*place);
    *place = NULL;
    return 0;
}

assay_frame *lassay_frame(lua_State *L, int arg)
{
    return lassay_handle(L, arg, LASSAY_FRAME);
}

assay_frame **lassay_new_frame(lua_State *L)
{
    return lassay_push_handle(L, LASSAY_FRAME);
}

size_t lassay_column(lua_State *L, int arg, const assay_frame *frame, bool optional)
{
    const lua_Integer i = optional ? luaL_optinteger(L, arg, 0) : luaL_checkinteger(L, arg);
    if (optional && i == 0)
        return ASSAY_NO_COLUMN;
    luaL_argcheck(L, i >= 1 && (size_t)i <= assay_frame_columns(frame), arg, "no such column");
    return (size_t)i - 1;
}

size_t *lassay_columns(lua_State *L, int arg, const assay_frame *frame, size_t *n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    *n = lua_rawlen(L, arg);
    size_t *columns = lua_newuserdatauv(L, (*n + 1) * sizeof *columns, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        columns[i] = lassay_column(L, -1, frame, false);
        lua_pop(L, 1);
    }
    return columns;
}

double *lassay_new_numbers(lua_State *L, size_t n, assay_column ***place)
{
    double *values;
    *place = lassay_push_handle(L, LASSAY_COLUMN);
    lassay_check(L, assay_column_of_numbers_to_come(lassay_context(L), n, &values, *place));
    return values;
}

int64_t *lassay_new_integers(lua_State *L, size_t n, assay_column ***place)
{
    int64_t *values;
    *place = lassay_push_handle(L, LASSAY_COLUMN);
    lassay_check(L, assay_column_of_integers_to_come(lassay_context(L), n, &values, *place));
    return values;
}

uint32_t *lassay_new_rows(lua_State *L, size_t n)
{
    return lua_newuserdatauv(L, (n + 1) * sizeof(uint32_t), 0);
}

/* ---- cells ---- */

void lassay_push_cell(lua_State *L, const assay_column *column, size_t row)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    if (assay_column_is_missing(column, row)) {
        lua_pushnil(L);
    } else if (column->type == ASSAY_INTEGER) {
        lua_pushinteger(L, column->integers[row]);
    } else if (column->type == ASSAY_NUMBER) {
        lua_pushnumber(L, column->numbers[row]);
    } else {
        const char *cell = assay_column_cell(column, row, scratch, &length);
        lua_pushlstring(L, cell, length);
    }
}

static size_t check_row(lua_State *L, int arg, size_t rows)
{
    const lua_Integer row = luaL_checkinteger(L, arg);
    luaL_argcheck(L, row >= 1 && (size_t)row <= rows, arg, "no such row");
    return (size_t)row - 1;
}

/* cell(frame, column, row) --> value */
static int l_cell(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t column = lassay_column(L, 2, frame, false);
    const size_t row = check_row(L, 3, assay_frame_rows(frame));
    lassay_push_cell(L, assay_frame_column(frame, column), row);
    return 1;
}

void lassay_push_row(lua_State *L, const assay_frame *frame, size_t row)
{
    const size_t n = assay_frame_columns(frame);
    lua_createtable(L, 0, (int)n);
    for (size_t i = 0; i < n; i++) {
        lassay_push_cell(L, assay_frame_column(frame, i), row);
        lua_setfield(L, -2, assay_frame_name(frame, i));
    }
}

/* row(frame, row) --> a table of the row's values by name */
static int l_row(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    lassay_push_row(L, frame, check_row(L, 2, assay_frame_rows(frame)));
    return 1;
}

/* ---- what a frame is ---- */

/* rows(frame) --> count */
static int l_rows(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)assay_frame_rows(lassay_frame(L, 1)));
    return 1;
}

/* names(frame) --> list */
static int l_names(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t n = assay_frame_columns(frame);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushstring(L, assay_frame_name(frame, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* find(frame, name) --> column number, or nil */
static int l_find(lua_State *L)
{
    const size_t i = assay_frame_find(lassay_frame(L, 1), luaL_checkstring(L, 2));
    if (i == ASSAY_NO_COLUMN)
        lua_pushnil(L);
    else
        lua_pushinteger(L, (lua_Integer)i + 1);
    return 1;
}

/* type(frame, column) --> name of the type */
static int l_type(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t i = lassay_column(L, 2, frame, false);
    lua_pushstring(L, assay_type_name(assay_frame_column(frame, i)->type));
    return 1;
}

/* require_unique(frame, column): raises unless each row has a value of its own */
static int l_require_unique(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t i = lassay_column(L, 2, frame, false);
    lassay_check(L, assay_frame_require_unique(lassay_context(L), frame, i));
    return 0;
}

/* ---- columns ---- */

/* column(frame, number) --> Column */
static int l_column(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t i = lassay_column(L, 2, frame, false);
    assay_column **place = lassay_push_handle(L, LASSAY_COLUMN);
    *place = assay_column_retain(assay_frame_column(frame, i));
    return 1;
}

static int column_length(lua_State *L)
{
    const assay_column *column = lassay_handle(L, 1, LASSAY_COLUMN);
    lua_pushinteger(L, (lua_Integer)column->length);
    return 1;
}

/* column:list() --> its values; a missing one leaves a hole */
static int column_list(lua_State *L)
{
    const assay_column *column = lassay_handle(L, 1, LASSAY_COLUMN);
    lua_createtable(L, column->length < INT32_MAX ? (int)column->length : 0, 0);
    for (size_t row = 0; row < column->length; row++) {
        lassay_push_cell(L, column, row);
        lua_rawseti(L, -2, (lua_Integer)row + 1);
    }
    return 1;
}

/* Raises: a column has no such value or method. */
static int refuse_index(lua_State *L, const assay_column *column)
{
    assay_context *context = lassay_context(L);
    if (lua_type(L, 2) == LUA_TNUMBER)
        lassay_check(L, assay_fail(context, ASSAY_EDOM,
                                   "a column has values 1 to %zu: it has none at this index",
                                   column->length));
    else if (lua_type(L, 2) == LUA_TSTRING)
        lassay_check(L, assay_fail(context, ASSAY_EUNKNOWN,
                                   "a column has #c, c[i] and c:list(), no '%.40s'",
                                   lua_tostring(L, 2)));
    else
        lassay_check(L, assay_fail(context, ASSAY_EDOM,
                                   "a column is indexed by a number from 1, not by a %s",
                                   luaL_typename(L, 2)));
    return 0;
}

/* column[i], from 1; behind the end nil, so that a loop with ipairs ends */
static int column_index(lua_State *L)
{
    const assay_column *column = lassay_handle(L, 1, LASSAY_COLUMN);
    int is_whole = 0;
    const lua_Integer row = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_whole) : 0;
    if (is_whole && row >= 1 && (size_t)row <= column->length)
        lassay_push_cell(L, column, (size_t)row - 1);
    else if (is_whole && row >= 1 && (size_t)row == column->length + 1)
        lua_pushnil(L);
    else if (lua_type(L, 2) == LUA_TSTRING && strcmp(lua_tostring(L, 2), "list") == 0)
        lua_pushcfunction(L, column_list);
    else
        return refuse_index(L, column);
    return 1;
}

static int column_newindex(lua_State *L)
{
    lassay_check(L, assay_fail(lassay_context(L), ASSAY_EDOM,
                               "a column never changes: c:list() is a copy that may"));
    return 0;
}

/* "a column of 4 integer values" */
static int column_to_text(lua_State *L)
{
    const assay_column *column = lassay_handle(L, 1, LASSAY_COLUMN);
    lua_pushfstring(L, "a column of %I %s value%s", (LUAI_UACINT)column->length,
                    assay_type_name(column->type), column->length == 1 ? "" : "s");
    return 1;
}

static const luaL_Reg column_methods[] = {
    {"__len", column_length},
    {"__index", column_index},
    {"__newindex", column_newindex},
    {"__tostring", column_to_text},
    {NULL, NULL},
};

/* ---- frames from frames ---- */

/* select(frame, columns) --> frame */
static int l_select(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t *columns = lassay_columns(L, 2, frame, &n);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_select(lassay_context(L), frame, n, columns, place));
    return 1;
}

/* take(frame, rows) --> frame */
static int l_take(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 2), before = assay_memory_in_use();
    uint32_t *rows = lassay_new_rows(L, n);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        rows[i] = (uint32_t)check_row(L, -1, assay_frame_rows(frame));
        lua_pop(L, 1);
    }
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_take(lassay_context(L), frame, n, rows, place));
    lassay_outside(L, before);
    return 1;
}

/* head(frame, n) --> the frame of the first n rows, or of all */
static int l_head(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const uint64_t asked = lassay_count(L, 2);
    const size_t total = assay_frame_rows(frame), before = assay_memory_in_use();
    const size_t n = asked < total ? (size_t)asked : total;
    uint32_t *rows = lassay_new_rows(L, n);
    for (size_t i = 0; i < n; i++)
        rows[i] = (uint32_t)i;
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_take(lassay_context(L), frame, n, rows, place));
    lassay_outside(L, before);
    return 1;
}

/* rename(frame, names) --> frame with the same columns by these names */
static int l_rename(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t n = assay_frame_columns(frame);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_argcheck(L, lua_rawlen(L, 2) == n, 2, "one name for each column is needed");
    const char **names = lua_newuserdatauv(L, (n + 1) * sizeof *names, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        names[i] = luaL_checkstring(L, -1); /* the list keeps it */
        lua_pop(L, 1);
    }
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_rename(lassay_context(L), frame, names, place));
    return 1;
}

bool *lassay_flags(lua_State *L, int arg, size_t n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    bool *flags = lua_newuserdatauv(L, n + 1, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        flags[i] = lua_toboolean(L, -1) != 0;
        lua_pop(L, 1);
    }
    return flags;
}

/* sort(frame, columns, descending) --> frame */
static int l_sort(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t *columns = lassay_columns(L, 2, frame, &n), total = assay_frame_rows(frame);
    const bool *descending = lassay_flags(L, 3, n);
    const size_t before = assay_memory_in_use();
    uint32_t *rows = lassay_new_rows(L, total);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_order(lassay_context(L), frame, n, columns, descending, rows));
    lassay_check(L, assay_frame_take(lassay_context(L), frame, total, rows, place));
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"cell", l_cell},     {"row", l_row},
    {"rows", l_rows},     {"names", l_names},
    {"find", l_find},     {"type", l_type},
    {"column", l_column}, {"require_unique", l_require_unique},
    {"head", l_head},     {"take", l_take},
    {"sort", l_sort},     {"select", l_select},
    {"rename", l_rename}, {NULL, NULL},
};

void lassay_open_frame(lua_State *L)
{
    lassay_new_kind(L, LASSAY_FRAME, collect_frame, NULL);
    lassay_new_kind(L, LASSAY_COLUMN, collect_column, column_methods);
    luaL_newlib(L, functions);
}
