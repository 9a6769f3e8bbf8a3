/* lpivot.c -- a long table made wide. */
#include "lframe.h"

#include "base/memory.h"
#include "data/pivot.h"

/* pivot(frame, rows, column, values, absent_is_zero) --> frame */
static int l_pivot(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t *rows = lassay_columns(L, 2, frame, &n), before = assay_memory_in_use();
    const size_t column = lassay_column(L, 3, frame, false),
                 values = lassay_column(L, 4, frame, false);
    const bool absent_is_zero = lua_toboolean(L, 5) != 0;
    assay_frame **place = lassay_new_frame(L);
    lassay_check(
        L, assay_pivot(lassay_context(L), frame, n, rows, column, values, absent_is_zero, place));
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"pivot", l_pivot},
    {NULL, NULL},
};

void lassay_open_pivot(lua_State *L)
{
    luaL_newlib(L, functions);
}
