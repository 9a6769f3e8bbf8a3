/* ldomain.c -- the cases that an estimate is about, and the groups that a table has a row for. */
#include "lframe.h"

#include <string.h>

#include "base/memory.h"
#include "data/levels.h"

/* Fills the values of all combinations, and the combination of each row from 0. */
static assay_status find_groups(assay_context *context, const assay_frame *frame, size_t n,
                                const size_t columns[], const size_t all[], assay_frame **values,
                                uint32_t of_row[])
{
    assay_levels levels = {0};
    assay_status status = assay_levels_of(context, frame, n, columns, &levels);
    if (status == ASSAY_OK)
        status = assay_levels_of_rows(context, &levels, frame, columns, of_row);
    if (status == ASSAY_OK)
        status = assay_frame_select(context, levels.frame, n, all, values);
    assay_levels_free(&levels);
    return status;
}

/*
** groups(frame, columns) --> a frame of the combinations that occur, a row for each; which of them each
** row of `frame` has, as the bytes of a uint32_t from 0 for each row
*/
static int l_groups(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t *columns = lassay_columns(L, 2, frame, &n);
    const size_t rows = assay_frame_rows(frame), before = assay_memory_in_use();
    size_t *all = lua_newuserdatauv(L, (n + 1) * sizeof *all, 0);
    uint32_t *of_row = lassay_new_rows(L, rows);
    assay_frame **values = lassay_new_frame(L);
    for (size_t i = 0; i < n; i++)
        all[i] = i;
    lassay_check(L, find_groups(lassay_context(L), frame, n, columns, all, values, of_row));
    lassay_outside(L, before);
    lua_pushlstring(L, (const char *)of_row, rows * sizeof *of_row);
    return 2;
}

/* flags(of_row, g) --> a byte for each row: 1 if it is of group g, from 1, else 0 */
static int l_flags(lua_State *L)
{
    size_t length;
    luaL_Buffer flags;
    const char *of_row = luaL_checklstring(L, 1, &length);
    const uint64_t group = lassay_count(L, 2);
    const size_t rows = length / sizeof(uint32_t);
    char *bytes = luaL_buffinitsize(L, &flags, rows);
    for (size_t i = 0; i < rows; i++) {
        uint32_t of_this;
        memcpy(&of_this, of_row + i * sizeof of_this, sizeof of_this);
        bytes[i] = (uint64_t)of_this + 1 == group;
    }
    luaL_pushresultsize(&flags, rows);
    return 1;
}

/* The columns of `from`, shared, behind those of `to`. */
static assay_status add_columns(assay_context *context, const assay_frame *from, assay_frame *to)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < assay_frame_columns(from); i++)
        status = assay_frame_add(context, to, assay_frame_name(from, i),
                                 assay_column_retain(assay_frame_column(from, i)));
    return status;
}

/* beside(frame, other) --> a frame of the columns of both, which have as many rows */
static int l_beside(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1), *other = lassay_frame(L, 2);
    assay_context *context = lassay_context(L);
    assay_frame **place = lassay_new_frame(L);
    assay_status status = assay_frame_new(context, place);
    if (status == ASSAY_OK)
        status = add_columns(context, frame, *place);
    if (status == ASSAY_OK)
        status = add_columns(context, other, *place);
    lassay_check(L, status);
    return 1;
}

static const luaL_Reg functions[] = {
    {"groups", l_groups},
    {"flags", l_flags},
    {"beside", l_beside},
    {NULL, NULL},
};

void lassay_open_domain(lua_State *L)
{
    luaL_newlib(L, functions);
}
