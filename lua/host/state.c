/* state.c -- a Lua state with the library in it, as the program makes one. */
#define _GNU_SOURCE /* readlink in the strictest of modes */

#include "state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind/lassay.h"
#include "base/memory.h"
#include "module.h"

/* ---- places ---- */

bool host_path(char path[HOST_PATH], const char *format, ...)
{
    va_list parts;
    va_start(parts, format);
    const int length = vsnprintf(path, HOST_PATH, format, parts);
    va_end(parts);
    if (length >= 0 && length < HOST_PATH)
        return true;
    path[0] = '\0';
    return false;
}

static bool find_home(char home[HOST_PATH])
{
    const ssize_t length = readlink("/proc/self/exe", home, HOST_PATH - 1);
    if (length <= 0)
        return false;
    home[length] = '\0';
    char *slash = strrchr(home, '/');
    if (slash != NULL)
        *slash = '\0';
    return slash != NULL;
}

/* The first of two folders below `home` in which `proof` is there. */
static bool find_folder(char folder[HOST_PATH], const char *home, const char *beside,
                        const char *installed, const char *proof)
{
    const char *candidates[] = {beside, installed};
    char path[HOST_PATH];
    for (size_t i = 0; i < 2; i++)
        if (host_path(folder, "%s/%s", home, candidates[i]) &&
            host_path(path, "%s/%s", folder, proof) && access(path, R_OK) == 0)
            return true;
    folder[0] = '\0';
    return false;
}

assay_status host_find_places(assay_context *context, const char *home, host_places *places)
{
    char own[HOST_PATH] = "";
    if (home == NULL && !find_home(own))
        return assay_fail(context, ASSAY_EIO, "the program cannot find out where it is");
    home = home == NULL ? own : home;
    if (!find_folder(places->library, home, "lua", "../share/lua/5.4", "assay/init.lua"))
        return assay_fail(context, ASSAY_EIO,
                          "the library is neither in %.150s/lua nor in %.150s/../share/lua/5.4: "
                          "build or install Assay again",
                          home, home);
    find_folder(places->modules, home, "lua", "../lib/lua/5.4", "assay/formats.so");
    find_folder(places->shared, home, "share/assay", "../share/assay", ".");
    return ASSAY_OK;
}

/* ---- the state ---- */

/*
** lua_Alloc. The size that Lua says a block has is not needed, and is the kind of the object when
** there is no block yet. A smaller size never fails, as Lua asks.
*/
static void *allocate(void *self, void *block, size_t had, size_t bytes)
{
    (void)self, (void)had;
    if (bytes != 0)
        return assay_resize(block, bytes);
    assay_free(block);
    return NULL;
}

lua_State *host_state_new(void)
{
    return lua_newstate(allocate, NULL);
}

/* Before stock Lua's folders. */
static void set_path(lua_State *L, const char *library, const char *folder)
{
    lua_getglobal(L, "package");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;", library, library);
    if (folder != NULL)
        lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;", folder, folder);
    lua_getfield(L, folder != NULL ? -3 : -2, "path");
    lua_concat(L, folder != NULL ? 3 : 2);
    lua_setfield(L, -2, "path");
    lua_pop(L, 1);
}

void host_state_open(lua_State *L, const host_places *places, const char *folder)
{
    luaL_openlibs(L);
    set_path(L, places->library, folder);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_assay_core);
    lua_setfield(L, -2, "assay.core");
    lua_pop(L, 1);
    host_module_preload(L, places);
    luaL_requiref(L, "assay.core", luaopen_assay_core, 0);
    lua_pop(L, 1);
}

void host_complain_text(const char *text, size_t length)
{
    enum { LONGEST = 1 << 14 };
    const size_t shown = length < LONGEST ? length : LONGEST;
    fflush(stdout);
    fputs("assay: ", stderr);
    for (size_t i = 0; i < shown; i++)
        if (text[i] == '\0')
            fputs("\\0", stderr);
        else
            putc(text[i], stderr);
    if (shown < length)
        fprintf(stderr, "... (%zu bytes more)", length - shown);
    putc('\n', stderr);
}

void host_complain(const char *message)
{
    host_complain_text(message, strlen(message));
}
