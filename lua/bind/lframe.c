/* lframe.c -- frames, their columns and their cells. */
#include "lframe.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

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

static void push_row(lua_State *L, const assay_frame *frame, size_t row)
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
    push_row(L, frame, check_row(L, 2, assay_frame_rows(frame)));
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

/* column[i], from 1; beyond the end nil */
static int column_index(lua_State *L)
{
    const assay_column *column = lassay_handle(L, 1, LASSAY_COLUMN);
    if (lua_isinteger(L, 2)) {
        const lua_Integer row = lua_tointeger(L, 2);
        if (row >= 1 && (size_t)row <= column->length)
            lassay_push_cell(L, column, (size_t)row - 1);
        else
            lua_pushnil(L);
        return 1;
    }
    if (strcmp(luaL_checkstring(L, 2), "list") != 0)
        lassay_check(L, assay_fail(lassay_context(L), ASSAY_EUNKNOWN,
                                   "a column has #c, c[i] and c:list(), no '%.40s'",
                                   lua_tostring(L, 2)));
    lua_pushcfunction(L, column_list);
    return 1;
}

static const luaL_Reg column_methods[] = {
    {"__len", column_length},
    {"__index", column_index},
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

/* The flags of the list at `arg` in a new userdata, pushed. */
static bool *check_flags(lua_State *L, int arg, size_t n)
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
    const bool *descending = check_flags(L, 3, n);
    const size_t before = assay_memory_in_use();
    uint32_t *rows = lassay_new_rows(L, total);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_order(lassay_context(L), frame, n, columns, descending, rows));
    lassay_check(L, assay_frame_take(lassay_context(L), frame, total, rows, place));
    lassay_outside(L, before);
    return 1;
}

/* ---- a Lua function for each row, over one cursor ---- */

typedef struct cursor {
    const assay_frame *frame; /* its handle is the user value; NULL when the loop has ended */
    size_t row;
} cursor;

#define CURSOR "assay.core.cursor"

/* row:copy() --> a table of its own */
static int cursor_copy(lua_State *L)
{
    const cursor *self = luaL_checkudata(L, 1, CURSOR);
    luaL_argcheck(L, self->frame != NULL, 1, "the loop over the rows has ended");
    push_row(L, self->frame, self->row);
    return 1;
}

/* Raises: a row has no such column, but perhaps this one was meant. */
static void refuse_column(lua_State *L, const assay_frame *frame, const char *name)
{
    const char *nearest = NULL;
    size_t best = 4;
    for (size_t i = 0; i < assay_frame_columns(frame); i++) {
        const size_t distance = assay_text_distance(name, assay_frame_name(frame, i));
        if (distance < best && distance < strlen(assay_frame_name(frame, i))) {
            best = distance;
            nearest = assay_frame_name(frame, i);
        }
    }
    const bool is_near = nearest != NULL;
    lassay_check(L, assay_fail(lassay_context(L), ASSAY_EUNKNOWN,
                               "a row has no column '%.40s'%s%.40s%s", name,
                               is_near ? ": did you mean '" : "", is_near ? nearest : "",
                               is_near ? "'?" : ""));
}

static int cursor_index(lua_State *L)
{
    const cursor *self = luaL_checkudata(L, 1, CURSOR);
    const char *name = luaL_checkstring(L, 2);
    luaL_argcheck(L, self->frame != NULL, 1, "the loop over the rows has ended");
    const size_t i = assay_frame_find(self->frame, name);
    if (i != ASSAY_NO_COLUMN)
        lassay_push_cell(L, assay_frame_column(self->frame, i), self->row);
    else if (strcmp(name, "copy") == 0)
        lua_pushcfunction(L, cursor_copy);
    else
        refuse_column(L, self->frame, name);
    return 1;
}

static int cursor_newindex(lua_State *L)
{
    return luaL_error(L, "a row is for reading only: take row:copy() to change it");
}

static const luaL_Reg cursor_methods[] = {
    {"__index", cursor_index},
    {"__newindex", cursor_newindex},
    {NULL, NULL},
};

/* where(frame, f) --> the frame of the rows for which f(row) is true */
static int l_where(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    const size_t total = assay_frame_rows(frame), before = assay_memory_in_use();
    uint32_t *rows = lassay_new_rows(L, total);
    cursor *row = lua_newuserdatauv(L, sizeof *row, 1);
    *row = (cursor){.frame = frame};
    lua_pushvalue(L, 1); /* an error in the function leaves the cursor as it stands */
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, CURSOR);
    const int at = lua_gettop(L);
    size_t kept = 0;
    for (size_t i = 0; i < total; i++) {
        row->row = i;
        lua_pushvalue(L, 2);
        lua_pushvalue(L, at);
        lua_call(L, 1, 1);
        if (lua_toboolean(L, -1))
            rows[kept++] = (uint32_t)i;
        lua_pop(L, 1);
    }
    row->frame = NULL;
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_take(lassay_context(L), frame, kept, rows, place));
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"cell", l_cell},   {"row", l_row},       {"rows", l_rows},
    {"names", l_names}, {"find", l_find},     {"type", l_type},
    {"where", l_where}, {"column", l_column}, {"require_unique", l_require_unique},
    {"take", l_take},   {"sort", l_sort},     {"select", l_select},
    {NULL, NULL},
};

void lassay_open_frame(lua_State *L)
{
    lassay_new_kind(L, LASSAY_FRAME, collect_frame, NULL);
    lassay_new_kind(L, LASSAY_COLUMN, collect_column, column_methods);
    luaL_newmetatable(L, CURSOR);
    luaL_setfuncs(L, cursor_methods, 0);
    lua_pushliteral(L, CURSOR);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}
