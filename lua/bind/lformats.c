/* lformats.c -- the second module: what only some file formats need. */
#include "lformats.h"

static const struct {
    const char *name;
    void (*open)(lua_State *L);
} nouns[] = {
#define X(noun) {#noun, lassay_open_##noun},
    LASSAY_FORMATS(X)
#undef X
};

int luaopen_assay_formats(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++) {
        nouns[i].open(L);
        lua_setfield(L, -2, nouns[i].name);
    }
    return 1;
}
