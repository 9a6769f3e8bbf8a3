/* lrng.c -- fresh seeds. */
#include "lassay.h"

#include "base/rng.h"

/* seed() --> 32 hexadecimal digits from 128 random bits */
static int l_seed(lua_State *L)
{
    char seed[ASSAY_SEED_TEXT];
    lassay_check(L, assay_seed_new(lassay_context(L), seed));
    lua_pushstring(L, seed);
    return 1;
}

static const luaL_Reg functions[] = {
    {"seed", l_seed},
    {NULL, NULL},
};

void lassay_open_rng(lua_State *L)
{
    luaL_newlib(L, functions);
}
