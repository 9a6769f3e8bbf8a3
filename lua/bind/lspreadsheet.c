/* lspreadsheet.c -- spreadsheets in and out. */
#include "lformats.h"

#include "data/spreadsheet.h"

/* libraries() --> { name = version } */
static int l_libraries(lua_State *L)
{
    const char *name, *version;
    lua_newtable(L);
    for (size_t i = 0; (name = assay_spreadsheet_library(i, &version)) != NULL; i++)
        lassay_set_text(L, name, version);
    return 1;
}

static const luaL_Reg functions[] = {
    {"libraries", l_libraries},
    {NULL, NULL},
};

void lassay_open_spreadsheet(lua_State *L)
{
    luaL_newlib(L, functions);
}
