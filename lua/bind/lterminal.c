/* lterminal.c -- how wide the terminal is that something is printed on. */
#include "lassay.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char print_key; /* its address: where the registry has `print` */

/* Whether the environment asks for UTF-8; no locale is set that could be asked. */
static bool says_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    static const char *const ways[] = {"UTF-8", "utf-8", "UTF8", "utf8"};
    const char *value = NULL;
    for (size_t i = 0; (value == NULL || value[0] == '\0') && i < 3; i++)
        value = getenv(names[i]);
    for (size_t i = 0; value != NULL && i < 4; i++)
        if (strstr(value, ways[i]) != NULL)
            return true;
    return false;
}

/*
** A text that a script keeps or writes to a file must not depend on the terminal: only what `print`
** has asked for is fitted to it.
*/
static bool is_printing(lua_State *L)
{
    lua_Debug about;
    bool found = false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &print_key);
    for (int level = 0; !found && lua_getstack(L, level, &about); level++) {
        lua_getinfo(L, "f", &about);
        found = lua_rawequal(L, -1, -2) != 0;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return found;
}

/* size() --> columns, and whether it shows UTF-8; nil where nothing is printed on a terminal */
static int l_size(lua_State *L)
{
    struct winsize size = {0};
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !is_printing(L))
        return 0;
    lua_pushinteger(L, size.ws_col > 0 ? size.ws_col : 80); /* 0: it does not know */
    lua_pushboolean(L, says_utf8());
    return 2;
}

static const luaL_Reg functions[] = {
    {"size", l_size},
    {NULL, NULL},
};

void lassay_open_terminal(lua_State *L)
{
    lua_getglobal(L, "print");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &print_key);
    luaL_newlib(L, functions);
}
