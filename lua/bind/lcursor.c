/* lcursor.c -- a Lua function for each row, over one cursor that is for reading only. */
#include "lframe.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/derived.h"

#define CURSOR  "assay.core.cursor"
#define DERIVED "assay.core.derived"

enum { FRAME_AT = 1, NAMES_AT = 2 }; /* user values: the frame's handle; column numbers by name */

typedef struct cursor {
    const assay_frame *frame;
    size_t row;
    bool in_use; /* a row kept behind the loop, or behind an error in it, is not to be read */
    bool read[]; /* by column: some call has read it */
} cursor;

/* The cursor that a script holds. */
static cursor *check_cursor(lua_State *L)
{
    cursor *self = luaL_checkudata(L, 1, CURSOR);
    if (!self->in_use)
        lassay_check(L,
                     assay_fail(lassay_context(L), ASSAY_EDOM,
                                "the loop over the rows has ended: keep row:copy(), not the row"));
    return self;
}

static void push_names(lua_State *L, const assay_frame *frame)
{
    const size_t n = assay_frame_columns(frame);
    lua_createtable(L, 0, (int)n);
    for (size_t i = 0; i < n; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        lua_setfield(L, -2, assay_frame_name(frame, i));
    }
}

/* new(frame) --> cursor */
static int l_new(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t n = assay_frame_columns(frame);
    cursor *self = lua_newuserdatauv(L, sizeof *self + n * sizeof self->read[0], 2);
    *self = (cursor){.frame = frame};
    memset(self->read, 0, n * sizeof self->read[0]);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, FRAME_AT);
    push_names(L, frame);
    lua_setiuservalue(L, -2, NAMES_AT);
    luaL_setmetatable(L, CURSOR);
    return 1;
}

/* row(cursor) --> the number of the row at which it stands */
static int l_row(lua_State *L)
{
    const cursor *self = luaL_checkudata(L, 1, CURSOR);
    lua_pushinteger(L, (lua_Integer)self->row + 1);
    return 1;
}

/* read(cursor) --> the names of the columns that were read, as a list */
static int l_read(lua_State *L)
{
    const cursor *self = luaL_checkudata(L, 1, CURSOR);
    lua_Integer n = 0;
    lua_newtable(L);
    for (size_t i = 0; i < assay_frame_columns(self->frame); i++)
        if (self->read[i]) {
            lua_pushstring(L, assay_frame_name(self->frame, i));
            lua_rawseti(L, -2, ++n);
        }
    return 1;
}

/* ---- what the function sees ---- */

/* row:copy() --> a table of its own */
static int cursor_copy(lua_State *L)
{
    cursor *self = check_cursor(L);
    memset(self->read, true, assay_frame_columns(self->frame) * sizeof self->read[0]);
    lassay_push_row(L, self->frame, self->row);
    return 1;
}

/* Raises: a row has no such column, but perhaps this one was meant. */
static int refuse_column(lua_State *L, const assay_frame *frame)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        lassay_check(L, assay_fail(lassay_context(L), ASSAY_EDOM,
                                   "a row is read by the name of a column, not by a %s",
                                   luaL_typename(L, 2)));
    const char *name = lua_tostring(L, 2), *nearest = NULL;
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
    return 0;
}

static int cursor_index(lua_State *L)
{
    cursor *self = check_cursor(L);
    lua_getiuservalue(L, 1, NAMES_AT);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) == LUA_TNUMBER) {
        const size_t i = (size_t)lua_tointeger(L, -1);
        self->read[i] = true;
        lassay_push_cell(L, assay_frame_column(self->frame, i), self->row);
        return 1;
    }
    if (lua_type(L, 2) != LUA_TSTRING || strcmp(lua_tostring(L, 2), "copy") != 0)
        return refuse_column(L, self->frame);
    lua_pushcfunction(L, cursor_copy);
    return 1;
}

static int cursor_newindex(lua_State *L)
{
    lassay_check(L, assay_fail(lassay_context(L), ASSAY_EDOM,
                               "a row is for reading only: row:copy() is a table that may change"));
    return 0;
}

static int cursor_to_text(lua_State *L)
{
    const cursor *self = luaL_checkudata(L, 1, CURSOR);
    lua_pushfstring(L, "row %I of a frame", (LUAI_UACINT)(self->row + 1));
    return 1;
}

static const luaL_Reg cursor_methods[] = {
    {"__index", cursor_index},
    {"__tostring", cursor_to_text},
    {"__newindex", cursor_newindex},
    {NULL, NULL},
};

/* ---- loops: the cursor is at 1, the function at 2 ---- */

static cursor *start_loop(lua_State *L)
{
    cursor *self = luaL_checkudata(L, 1, CURSOR);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_getiuservalue(L, 1, FRAME_AT);
    lassay_frame(L, -1); /* not closed */
    lua_pop(L, 1);
    self->row = 0;
    self->in_use = true;
    return self;
}

/* Pushes what the function says of a row. */
static void call_on_row(lua_State *L, cursor *self, size_t row)
{
    self->row = row;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
}

/* stop(cursor): behind the loop, however it ended */
static int l_stop(lua_State *L)
{
    cursor *self = luaL_checkudata(L, 1, CURSOR);
    self->in_use = false;
    return 0;
}

static void push_taken(lua_State *L, const assay_frame *frame, size_t n, const uint32_t rows[])
{
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_take(lassay_context(L), frame, n, rows, place));
}

/*
** filter(cursor, f) --> the frame of the rows for which f(row) is true, the frame of the others, and
** for how many of these it was nil, which is neither yes nor no
*/
static int l_filter(lua_State *L)
{
    cursor *self = start_loop(L);
    const size_t total = assay_frame_rows(self->frame), before = assay_memory_in_use();
    uint32_t *rows = lassay_new_rows(L, total), *others = lassay_new_rows(L, total);
    size_t met = 0, not_met = 0, unknown = 0;
    for (size_t row = 0; row < total; row++) {
        call_on_row(L, self, row);
        unknown += lua_isnil(L, -1);
        if (lua_toboolean(L, -1))
            rows[met++] = (uint32_t)row;
        else
            others[not_met++] = (uint32_t)row;
        lua_pop(L, 1);
    }
    push_taken(L, self->frame, met, rows);
    push_taken(L, self->frame, not_met, others);
    lua_pushinteger(L, (lua_Integer)unknown);
    lassay_outside(L, before);
    return 3;
}

/* flags(cursor, f) --> a byte for each row: 1 if f(row) is true, else 0; for how many it was nil */
static int l_flags(lua_State *L)
{
    cursor *self = start_loop(L);
    const size_t total = assay_frame_rows(self->frame);
    size_t unknown = 0;
    char *flags = lua_newuserdatauv(L, total + 1, 0);
    for (size_t row = 0; row < total; row++) {
        call_on_row(L, self, row);
        unknown += lua_isnil(L, -1);
        flags[row] = (char)lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    lua_pushlstring(L, flags, total);
    lua_pushinteger(L, (lua_Integer)unknown);
    return 2;
}

/* ---- a column of what the function answers ---- */

static int collect_derived(lua_State *L)
{
    assay_derived **place = luaL_checkudata(L, 1, DERIVED);
    assay_derived_free(*place);
    *place = NULL;
    return 0;
}

static assay_status add_answer(lua_State *L, assay_context *context, assay_derived *values)
{
    size_t length;
    switch (lua_type(L, -1)) {
    case LUA_TNIL:
        return assay_derived_add_missing(context, values);
    case LUA_TNUMBER:
        return lua_isinteger(L, -1)
                   ? assay_derived_add_integer(context, values, lua_tointeger(L, -1))
                   : assay_derived_add_number(context, values, lua_tonumber(L, -1));
    case LUA_TSTRING: {
        const char *text = lua_tolstring(L, -1, &length);
        return assay_derived_add_text(context, values, text, length);
    }
    default:
        return assay_fail(context, ASSAY_EDOM,
                          "the function must return text, a number or nil, not a %s: %s",
                          luaL_typename(L, -1),
                          lua_isboolean(L, -1) ? "say in words or numbers what true and false mean"
                                               : "a cell holds no such value");
    }
}

/* derive(cursor, f, name) --> the frame with a column more, of what f(row) answers */
static int l_derive(lua_State *L)
{
    cursor *self = start_loop(L);
    const char *name = luaL_checkstring(L, 3);
    const size_t total = assay_frame_rows(self->frame), before = assay_memory_in_use();
    assay_column *column;
    assay_derived **values = lassay_push_handle(L, DERIVED);
    if ((*values = assay_derived_new(total)) == NULL)
        lassay_check(L, assay_fail_memory(lassay_context(L)));
    for (size_t row = 0; row < total; row++) {
        call_on_row(L, self, row);
        lassay_check(L, add_answer(L, lassay_context(L), *values));
        lua_pop(L, 1);
    }
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_derived_finish(lassay_context(L), *values, &column));
    lassay_check(L, assay_frame_extend(lassay_context(L), self->frame, name, column, place));
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"new", l_new},       {"row", l_row},     {"read", l_read},     {"stop", l_stop},
    {"filter", l_filter}, {"flags", l_flags}, {"derive", l_derive}, {NULL, NULL},
};

void lassay_open_cursor(lua_State *L)
{
    lassay_new_kind(L, DERIVED, collect_derived, NULL);
    luaL_newmetatable(L, CURSOR);
    luaL_setfuncs(L, cursor_methods, 0);
    lua_pushliteral(L, CURSOR);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}
