/* lfile.c -- what a file is known by. */
#include "lassay.h"

#include "base/file.h"

/* sha256(path) --> 64 hexadecimal digits */
static int l_sha256(lua_State *L)
{
    char digest[ASSAY_DIGEST_HEX];
    const char *path = luaL_checkstring(L, 1);
    lassay_check(L, assay_file_sha256(lassay_context(L), lassay_door(L), path, digest));
    lua_pushstring(L, digest);
    return 1;
}

static const luaL_Reg functions[] = {
    {"sha256", l_sha256},
    {NULL, NULL},
};

void lassay_open_file(lua_State *L)
{
    luaL_newlib(L, functions);
}
