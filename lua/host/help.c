/* help.c -- what a function of the library does, from the comments that editors show. */
#define _GNU_SOURCE /* scandir */

#include "help.h"

#include <dirent.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "state.h"

typedef struct question {
    const char *name;
    host_places places;
    bool known;
} question;

static int is_lua(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".lua") == 0;
}

/* Pushes the list of the definition files. */
static void push_definitions(lua_State *L, const char *library)
{
    struct dirent **entries = NULL;
    char folder[HOST_PATH];
    lua_newtable(L);
    const int n = host_path(folder, "%s/assay/meta", library)
                      ? scandir(folder, &entries, is_lua, alphasort)
                      : 0;
    for (int i = 0; i < n; i++) {
        lua_pushfstring(L, "%s/%s", folder, entries[i]->d_name);
        lua_rawseti(L, -2, i + 1);
        free(entries[i]);
    }
    free(entries);
}

static int answer(lua_State *L)
{
    question *asked = *(question **)lua_getextraspace(L);
    host_state_open(L, &asked->places, NULL);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "assay.command.help");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "answer");
    lua_pushstring(L, asked->name);
    push_definitions(L, asked->places.library);
    lua_call(L, 2, 2);
    asked->known = lua_toboolean(L, -2);
    if (asked->known)
        fputs(luaL_checkstring(L, -1), stdout);
    else
        host_complain(luaL_checkstring(L, -1));
    return 0;
}

int host_help(const char *name)
{
    question asked = {.name = name};
    assay_context context = {.threads = 1};
    if (host_find_places(&context, NULL, &asked.places) != ASSAY_OK) {
        host_complain(context.error.message);
        return HOST_FAILED;
    }
    lua_State *L = host_state_new();
    if (L == NULL) {
        host_complain("not enough memory");
        return HOST_FAILED;
    }
    *(question **)lua_getextraspace(L) = &asked;
    lua_pushcfunction(L, answer);
    const bool answered = lua_pcall(L, 0, 0, 0) == LUA_OK;
    if (!answered)
        host_complain(luaL_tolstring(L, -1, NULL));
    lua_close(L);
    return !answered ? HOST_FAILED : asked.known ? HOST_DONE : HOST_USAGE;
}
