/* lsource.c -- tables that stream past, and tables of cells, made into frames. */
#include "lframe.h"

#include "base/memory.h"
#include "base/text.h"
#include "data/describe.h"
#include "data/source.h"
#include "data/stream.h"

#define BUILDERS "assay.core.builders"
#define LEVELS   "assay.core.levels"

static int collect_source(lua_State *L)
{
    assay_source **place = luaL_checkudata(L, 1, LASSAY_SOURCE);
    assay_source_free(*place);
    *place = NULL;
    return 0;
}

static int collect_levels(lua_State *L)
{
    assay_dictionary **place = luaL_checkudata(L, 1, LEVELS);
    assay_dictionary_release(*place);
    *place = NULL;
    return 0;
}

/*
** ---- wishes: { type=, dates=, decimal=, levels={...}, private= } for each column, or false to leave
** it out ----
*/

/* Pushes a handle on the dictionary of the list on top of the stack, which it replaces. */
static assay_dictionary *check_levels(lua_State *L)
{
    assay_dictionary **place = lassay_push_handle(L, LEVELS);
    lua_insert(L, -2);
    *place = assay_dictionary_new();
    bool good = *place != NULL;
    for (lua_Integer i = 1; good && lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
        size_t length;
        const char *level = luaL_checklstring(L, -1, &length);
        good = assay_dictionary_add(*place, level, length) != 0;
        lua_pop(L, 1);
    }
    if (!good)
        lassay_check(L, assay_fail_memory(lassay_context(L)));
    lua_pop(L, 2);
    assay_dictionary_declare(*place);
    return *place;
}

static const char *text_field(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    const char *text = lua_tostring(L, -1); /* the table keeps it */
    lua_pop(L, 1);
    return text;
}

/* The wish on top of the stack; leaves the handle on its levels there instead, or nil. */
static assay_column_wish check_wish(lua_State *L)
{
    assay_column_wish wish = {.type = ASSAY_INFER};
    luaL_checktype(L, -1, LUA_TTABLE);
    const char *type = text_field(L, "type");
    if (type != NULL && !assay_type_find(type, &wish.type))
        luaL_error(L, "unknown type '%s'", type);
    wish.dates = text_field(L, "dates");
    const char *decimal = text_field(L, "decimal");
    wish.decimal = decimal == NULL ? '.' : decimal[0];
    lua_getfield(L, -1, "private");
    wish.private = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    if (lua_getfield(L, -1, "levels") == LUA_TTABLE)
        wish.levels = check_levels(L);
    lua_remove(L, -2);
    return wish;
}

/*
** The wishes of the list at `arg` in a new userdata, pushed; keep[] behind them. The handles on
** their levels stand in a table that is the userdata's user value.
*/
assay_column_wish *lassay_check_wishes(lua_State *L, int arg, size_t n, bool **keep)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    luaL_argcheck(L, lua_rawlen(L, arg) == n, arg, "one wish for each column is needed");
    assay_column_wish *wishes = lua_newuserdatauv(L, (n + 1) * (sizeof *wishes + sizeof **keep), 1);
    *keep = (bool *)(wishes + n);
    const int at = lua_gettop(L);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        (*keep)[i] = lua_toboolean(L, -1) != 0;
        if ((*keep)[i])
            wishes[i] = check_wish(L);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setiuservalue(L, at, 1);
    return wishes;
}

/* ---- sources ---- */

assay_naming lassay_check_naming(lua_State *L, int arg)
{
    size_t n;
    assay_naming naming;
    lua_createtable(L, 2, 0);
    naming.from = lassay_field_texts(L, arg, "from", &naming.n_renames);
    lua_rawseti(L, -2, 1);
    naming.to = lassay_field_texts(L, arg, "to", &n);
    lua_rawseti(L, -2, 2);
    luaL_argcheck(L, n == naming.n_renames, arg, "a new name is needed for each old one");
    lua_getfield(L, arg, "clean");
    naming.clean = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return naming;
}

/* names(source) --> list */
static int l_names(lua_State *L)
{
    const assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    lua_createtable(L, (int)source->n_columns, 0);
    for (size_t i = 0; i < source->n_columns; i++) {
        lua_pushstring(L, source->names[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* collect(source, wishes) --> frame */
static int l_collect(lua_State *L)
{
    bool *keep;
    assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    const assay_column_wish *wishes = lassay_check_wishes(L, 2, source->n_columns, &keep);
    const size_t before = assay_memory_in_use();
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_source_collect(lassay_context(L), source, wishes, keep, place));
    lassay_outside(L, before);
    return 1;
}

/* The list of column numbers (from 1) at `arg` as numbers from 0, in a new userdata, pushed. */
static size_t *check_columns(lua_State *L, int arg, const assay_source *source, size_t *n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    *n = lua_rawlen(L, arg);
    size_t *columns = lua_newuserdatauv(L, (*n + 1) * sizeof *columns, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        const lua_Integer number = luaL_checkinteger(L, -1);
        luaL_argcheck(L, number >= 1 && (size_t)number <= source->n_columns, arg,
                      "there is no such column");
        columns[i] = (size_t)number - 1;
        lua_pop(L, 1);
    }
    return columns;
}

static size_t check_column(lua_State *L, int arg, const assay_source *source)
{
    const lua_Integer number = luaL_optinteger(L, arg, 0);
    luaL_argcheck(L, number >= 0 && (size_t)number <= source->n_columns, arg,
                  "there is no such column");
    return number == 0 ? ASSAY_NO_COLUMN : (size_t)number - 1;
}

typedef assay_status stream_table(assay_context *context, assay_source *source, size_t n,
                                  const size_t columns[], size_t other,
                                  const assay_column_wish wishes[], assay_frame **table);

/* A table of (source, columns, another column or nil, wishes), for which the source is read. */
static int push_table(lua_State *L, stream_table *make)
{
    size_t n;
    bool *keep;
    assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    const size_t *columns = check_columns(L, 2, source, &n);
    const size_t other = check_column(L, 3, source);
    const assay_column_wish *wishes = lassay_check_wishes(L, 4, source->n_columns, &keep);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, make(lassay_context(L), source, n, columns, other, wishes, place));
    return 1;
}

/* count(source, columns, weight or nil, wishes) --> frame */
static int l_count(lua_State *L)
{
    return push_table(L, assay_stream_count);
}

/* profile(source, columns, by or nil, wishes) --> frame */
static int l_profile(lua_State *L)
{
    return push_table(L, assay_stream_profile);
}

/* describe(source, wishes) --> columns, levels */
static int l_describe(lua_State *L)
{
    bool *keep;
    assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    const assay_column_wish *wishes = lassay_check_wishes(L, 2, source->n_columns, &keep);
    assay_frame **columns = lassay_new_frame(L), **levels = lassay_new_frame(L);
    lassay_check(L, assay_describe(lassay_context(L), source, wishes, keep, columns, levels));
    return 2;
}

/* ---- rows of Lua values ---- */

typedef struct builders {
    size_t n;
    assay_builder *all[];
} builders;

static int collect_builders(lua_State *L)
{
    builders *self = luaL_checkudata(L, 1, BUILDERS);
    for (size_t i = 0; i < self->n; i++) {
        assay_builder_free(self->all[i]);
        self->all[i] = NULL;
    }
    return 0;
}

static builders *new_builders(lua_State *L, size_t n)
{
    builders *self = lua_newuserdatauv(L, sizeof *self + n * sizeof self->all[0], 0);
    self->n = 0;
    luaL_setmetatable(L, BUILDERS);
    for (; self->n < n; self->n++)
        if ((self->all[self->n] = assay_builder_new()) == NULL)
            lassay_check(L, assay_fail_memory(lassay_context(L)));
    return self;
}

/* The value on top as a cell. */
static void add_value(lua_State *L, assay_builder *builder, size_t row, const char *column)
{
    char number[ASSAY_NUMBER_TEXT];
    size_t length = 0;
    const char *text = NULL;
    if (lua_type(L, -1) == LUA_TNUMBER && !lua_isinteger(L, -1)) {
        length = assay_number_to_text(lua_tonumber(L, -1), number);
        text = lua_tonumber(L, -1) == lua_tonumber(L, -1) ? number : NULL; /* NaN is missing */
    } else if (!lua_isnil(L, -1)) {
        if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER)
            lassay_check(L, assay_fail(lassay_context(L), ASSAY_EDOM,
                                       "row %zu, column '%.40s': a %s is no value of a cell",
                                       row + 1, column, luaL_typename(L, -1)));
        text = lua_tolstring(L, -1, &length);
    }
    lassay_check(L, text == NULL ? assay_builder_add_missing(lassay_context(L), builder)
                                 : assay_builder_add(lassay_context(L), builder, text, length));
}

/* Values under other keys than 1 to n would be lost. */
static void check_keys(lua_State *L, size_t n, size_t row)
{
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1)
            lassay_check(L,
                         assay_fail(lassay_context(L), ASSAY_EDOM,
                                    "row %zu is not a list: its values stand in the order of the "
                                    "columns, without names",
                                    row + 1));
        if ((uint64_t)lua_tointeger(L, -2) > n)
            lassay_check(L, assay_fail(lassay_context(L), ASSAY_EDOM,
                                       "row %zu has more values than there are columns", row + 1));
    }
}

static void add_row(lua_State *L, builders *columns, size_t row)
{
    if (lua_type(L, -1) != LUA_TTABLE)
        lassay_check(L, assay_fail(lassay_context(L), ASSAY_EDOM, "row %zu is not a list of values",
                                   row + 1));
    for (size_t i = 0; i < columns->n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        const char *name = lua_tostring(L, -1);
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        add_value(L, columns->all[i], row, name);
        lua_pop(L, 2);
    }
    check_keys(L, columns->n, row);
}

static void add_column(lua_State *L, builders *columns, size_t i, const assay_column_wish *wish,
                       assay_frame *frame)
{
    assay_column *column;
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    const char *name = luaL_checkstring(L, -1);
    const assay_status status =
        assay_builder_finish(lassay_context(L), columns->all[i], wish, &column);
    if (status != ASSAY_OK)
        assay_blame_argument(lassay_context(L), name);
    lassay_check(L, status);
    lassay_check(L, assay_frame_add(lassay_context(L), frame, name, column));
    lua_pop(L, 1);
}

/* rows(names, rows, wishes) --> frame */
static int l_rows(lua_State *L)
{
    bool *keep;
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 1), rows = lua_rawlen(L, 2), before = assay_memory_in_use();
    const assay_column_wish *wishes = lassay_check_wishes(L, 3, n, &keep);
    builders *columns = new_builders(L, n);
    for (size_t row = 0; row < rows; row++) {
        lua_rawgeti(L, 2, (lua_Integer)row + 1);
        add_row(L, columns, row);
        lua_pop(L, 1);
    }
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_new(lassay_context(L), place));
    for (size_t i = 0; i < n; i++)
        add_column(L, columns, i, &wishes[i], *place);
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"names", l_names}, {"collect", l_collect},   {"count", l_count}, {"profile", l_profile},
    {"rows", l_rows},   {"describe", l_describe}, {NULL, NULL},
};

void lassay_open_source(lua_State *L)
{
    lassay_new_kind(L, LASSAY_SOURCE, collect_source, NULL);
    lassay_new_kind(L, LEVELS, collect_levels, NULL);
    lassay_new_kind(L, BUILDERS, collect_builders, NULL);
    luaL_newlib(L, functions);
}
