/* lband.c -- numbers sorted into bands. */
#include "lframe.h"

#include "base/memory.h"
#include "data/band.h"

/* Columns 0 .. n - 1 of a frame, in the place of an empty one. */
static assay_status copy_columns(assay_context *context, const assay_frame *frame,
                                 assay_frame **place)
{
    assay_status status = assay_frame_new(context, place);
    for (size_t i = 0; status == ASSAY_OK && i < assay_frame_columns(frame); i++)
        status = assay_frame_add(context, *place, assay_frame_name(frame, i),
                                 assay_column_retain(assay_frame_column(frame, i)));
    return status;
}

/* band(frame, column, breaks, name) --> the frame with the bands as its last column */
static int l_band(lua_State *L)
{
    assay_column *bands;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t column = lassay_column(L, 2, frame, false), before = assay_memory_in_use();
    luaL_checktype(L, 3, LUA_TTABLE);
    const char *name = luaL_checkstring(L, 4);
    const size_t n = lua_rawlen(L, 3);
    double *breaks = lua_newuserdatauv(L, (n + 1) * sizeof *breaks, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 3, (lua_Integer)i + 1);
        breaks[i] = luaL_checknumber(L, -1);
        lua_pop(L, 1);
    }
    assay_context *context = lassay_context(L);
    assay_frame **place = lassay_new_frame(L);
    assay_status status = copy_columns(context, frame, place);
    if (status == ASSAY_OK)
        status = assay_band(context, assay_frame_column(frame, column), n, breaks, &bands);
    if (status == ASSAY_OK)
        status = assay_frame_add(context, *place, name, bands);
    lassay_check(L, status);
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"band", l_band},
    {NULL, NULL},
};

void lassay_open_band(lua_State *L)
{
    luaL_newlib(L, functions);
}
