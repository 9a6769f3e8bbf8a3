/* lappend.c -- one table below another. */
#include "lframe.h"

#include "base/memory.h"
#include "data/append.h"

/* append(above, below) --> frame */
static int l_append(lua_State *L)
{
    const assay_frame *above = lassay_frame(L, 1), *below = lassay_frame(L, 2);
    const size_t before = assay_memory_in_use();
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_append(lassay_context(L), above, below, place));
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"append", l_append},
    {NULL, NULL},
};

void lassay_open_append(lua_State *L)
{
    luaL_newlib(L, functions);
}
