/* ljson_rows.c -- a table as JSON: a list of objects, one for each row. */
#include "lframe.h"

#include "data/json_rows.h"

/* write(frame, path, digits) */
static int l_write(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const char *path = luaL_checkstring(L, 2);
    const int digits = (int)luaL_checkinteger(L, 3);
    assay_output **place = lassay_push_handle(L, LASSAY_OUTPUT);
    lassay_check(L, assay_output_open(lassay_context(L), lassay_door(L), path, place));
    lassay_check(L, assay_json_rows_write(lassay_context(L), frame, digits, *place));
    lassay_check(L, assay_output_commit(lassay_context(L), *place));
    return 0;
}

static const luaL_Reg functions[] = {
    {"write", l_write},
    {NULL, NULL},
};

void lassay_open_json_rows(lua_State *L)
{
    luaL_newlib(L, functions);
}
