/* lfilter.c -- which rows stay. */
#include "lframe.h"

#include <string.h>

#include "base/memory.h"
#include "data/distinct.h"
#include "data/filter.h"

/* ---- conditions ---- */

/* The text of field `name` of the table on top; the table keeps it. */
static assay_text text_field(lua_State *L, const char *name)
{
    assay_text text = {0};
    lua_getfield(L, -1, name);
    text.bytes = lua_tolstring(L, -1, &text.length);
    lua_pop(L, 1);
    return text;
}

static bool flag_field(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    const bool flag = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return flag;
}

static size_t column_field(lua_State *L, const assay_frame *frame)
{
    lua_getfield(L, -1, "column");
    const size_t column = lassay_column(L, -1, frame, false);
    lua_pop(L, 1);
    return column;
}

static assay_condition_kind kind_field(lua_State *L)
{
    static const char *const kinds[] = {"one_of", "between", "contains", "missing", NULL};
    lua_getfield(L, -1, "kind");
    const int kind = luaL_checkoption(L, -1, NULL, kinds);
    lua_pop(L, 1);
    return (assay_condition_kind)kind;
}

/* The texts of the list `values` of the table on top, in a new userdata left below that table. */
static assay_text *values_field(lua_State *L, size_t *n)
{
    lua_getfield(L, -1, "values");
    *n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    assay_text *values = lua_newuserdatauv(L, (*n + 1) * sizeof *values, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        values[i].bytes = luaL_checklstring(L, -1, &values[i].length);
        lua_pop(L, 1);
    }
    lua_remove(L, -2);
    lua_insert(L, -2);
    return values;
}

/* The list at `arg` as conditions in a new userdata; what they point to stays on the stack. */
static assay_condition *check_conditions(lua_State *L, int arg, const assay_frame *frame, size_t *n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    *n = lua_rawlen(L, arg);
    luaL_checkstack(L, (int)*n + 8, "too many conditions");
    assay_condition *all = lua_newuserdatauv(L, (*n + 1) * sizeof *all, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        all[i] = (assay_condition){.column = column_field(L, frame),
                                   .kind = kind_field(L),
                                   .except = flag_field(L, "except"),
                                   .private = flag_field(L, "private"),
                                   .low = text_field(L, "low"),
                                   .high = text_field(L, "high"),
                                   .low_strict = flag_field(L, "low_strict"),
                                   .high_strict = flag_field(L, "high_strict")};
        all[i].values = values_field(L, &all[i].n);
        lua_pop(L, 1);
    }
    return all;
}

/* Rows that are not among the `kept` ascending ones, appended behind them. */
static size_t append_others(uint32_t rows[], size_t kept, size_t total)
{
    size_t next = 0, to = kept;
    for (uint32_t row = 0; row < total; row++) {
        if (next < kept && rows[next] == row)
            next++;
        else
            rows[to++] = row;
    }
    return to - kept;
}

/* where(frame, conditions, both) --> frame of the rows that meet all; if `both`, that of the others */
static int l_where(lua_State *L)
{
    size_t n, kept = 0;
    const assay_frame *frame = lassay_frame(L, 1);
    const bool both = lua_toboolean(L, 3) != 0;
    const assay_condition *conditions = check_conditions(L, 2, frame, &n);
    const size_t total = assay_frame_rows(frame), before = assay_memory_in_use();
    uint32_t *rows = lassay_new_rows(L, total);
    lassay_check(L, assay_filter(lassay_context(L), frame, n, conditions, rows, &kept));
    assay_frame **met = lassay_new_frame(L);
    lassay_check(L, assay_frame_take(lassay_context(L), frame, kept, rows, met));
    if (both) {
        const size_t others = append_others(rows, kept, total);
        assay_frame **not_met = lassay_new_frame(L);
        lassay_check(L, assay_frame_take(lassay_context(L), frame, others, rows + kept, not_met));
    }
    lassay_outside(L, before);
    return both ? 2 : 1;
}

/* count(frame, conditions) --> the number of rows that meet all */
static int l_count(lua_State *L)
{
    size_t n, kept = 0;
    const assay_frame *frame = lassay_frame(L, 1);
    const assay_condition *conditions = check_conditions(L, 2, frame, &n);
    lassay_check(L, assay_filter(lassay_context(L), frame, n, conditions, NULL, &kept));
    lua_pushinteger(L, (lua_Integer)kept);
    return 1;
}

/* flags(frame, conditions) --> a byte for each row: 1 if it meets all, else 0 */
static int l_flags(lua_State *L)
{
    size_t n, kept = 0;
    luaL_Buffer flags;
    const assay_frame *frame = lassay_frame(L, 1);
    const assay_condition *conditions = check_conditions(L, 2, frame, &n);
    const size_t total = assay_frame_rows(frame);
    uint32_t *rows = lassay_new_rows(L, total);
    lassay_check(L, assay_filter(lassay_context(L), frame, n, conditions, rows, &kept));
    char *bytes = luaL_buffinitsize(L, &flags, total);
    memset(bytes, 0, total);
    for (size_t i = 0; i < kept; i++)
        bytes[rows[i]] = 1;
    luaL_pushresultsize(&flags, total);
    return 1;
}

/* ---- one row per person ---- */

/* The list of lists of column numbers at `arg`; the columns stay on the stack. */
static assay_key *check_keys(lua_State *L, int arg, const assay_frame *frame, size_t *n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    *n = lua_rawlen(L, arg);
    luaL_checkstack(L, (int)*n + 8, "too many keys");
    assay_key *keys = lua_newuserdatauv(L, (*n + 1) * sizeof *keys, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        keys[i].columns = lassay_columns(L, lua_gettop(L), frame, &keys[i].n);
        lua_remove(L, -2);
    }
    return keys;
}

/* distinct(frame, keys, order, tie, last) --> frame, the number of rows without a key */
static int l_distinct(lua_State *L)
{
    size_t kept = 0, without_key = 0;
    const assay_frame *frame = lassay_frame(L, 1);
    assay_distinct_options options = {.order = lassay_column(L, 3, frame, true),
                                      .tie = lassay_column(L, 4, frame, true),
                                      .last = lua_toboolean(L, 5) != 0};
    options.keys = check_keys(L, 2, frame, &options.n_keys);
    const size_t before = assay_memory_in_use();
    uint32_t *rows = lassay_new_rows(L, assay_frame_rows(frame));
    lassay_check(L, assay_distinct(lassay_context(L), frame, &options, rows, &kept, &without_key));
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_take(lassay_context(L), frame, kept, rows, place));
    lassay_outside(L, before);
    lua_pushinteger(L, (lua_Integer)without_key);
    return 2;
}

static const luaL_Reg functions[] = {
    {"where", l_where},       {"count", l_count}, {"flags", l_flags},
    {"distinct", l_distinct}, {NULL, NULL},
};

void lassay_open_filter(lua_State *L)
{
    luaL_newlib(L, functions);
}
