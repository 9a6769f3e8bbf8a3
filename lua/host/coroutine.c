/* coroutine.c -- coroutines that a stop reaches. */
#include "coroutine.h"

#include <lauxlib.h>

#include "limits.h"

/* Lua's own limits are 200 C calls inside each other, but a close counts from 0 again. */
enum { DEEPEST_RESUME = 200, DEEPEST_CLOSE = 150 };

/* Leaves values on L and answers how many, or leaves an error value and answers -1. */
static int resume(lua_State *L, lua_State *coroutine, int n)
{
    int results = 0;
    if (!lua_checkstack(coroutine, n)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    if (!host_limits_enter(coroutine, DEEPEST_RESUME)) {
        lua_pushliteral(L, "C stack overflow");
        return -1;
    }
    lua_xmove(L, coroutine, n);
    const int status = lua_resume(coroutine, L, n, &results);
    host_limits_leave(L);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_xmove(coroutine, L, 1);
        return -1;
    }
    if (!lua_checkstack(L, results + 1)) {
        lua_pop(coroutine, results);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(coroutine, L, results);
    return results;
}

static lua_State *check_coroutine(lua_State *L)
{
    lua_State *coroutine = lua_tothread(L, 1);
    luaL_argexpected(L, coroutine != NULL, 1, "thread");
    return coroutine;
}

static int l_resume(lua_State *L)
{
    lua_State *coroutine = check_coroutine(L);
    const int results = resume(L, coroutine, lua_gettop(L) - 1);
    lua_pushboolean(L, results >= 0);
    lua_insert(L, results >= 0 ? -(results + 1) : -2);
    return results >= 0 ? results + 1 : 2;
}

/* Closes what the coroutine has open; the status is that of lua_resetthread. */
static int reset(lua_State *L, lua_State *coroutine)
{
    if (!host_limits_enter(coroutine, DEEPEST_CLOSE))
        return luaL_error(L, "C stack overflow");
    const int status = lua_resetthread(coroutine);
    host_limits_leave(L);
    return status;
}

static int call_wrapped(lua_State *L)
{
    lua_State *coroutine = lua_tothread(L, lua_upvalueindex(1));
    const int results = resume(L, coroutine, lua_gettop(L));
    if (results >= 0)
        return results;
    int status = lua_status(coroutine);
    if (status != LUA_OK && status != LUA_YIELD) { /* it was the coroutine that failed */
        status = reset(L, coroutine);
        lua_xmove(coroutine, L, 1);
    }
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int l_wrap(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *coroutine = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, coroutine, 1);
    lua_pushcclosure(L, call_wrapped, 1);
    return 1;
}

/* What stands in the way of closing it; NULL: nothing. */
static const char *activity(lua_State *L, lua_State *coroutine)
{
    lua_Debug about;
    if (L == coroutine)
        return "running";
    return lua_status(coroutine) == LUA_OK && lua_getstack(coroutine, 0, &about) ? "normal" : NULL;
}

static int l_close(lua_State *L)
{
    lua_State *coroutine = check_coroutine(L);
    const char *active = activity(L, coroutine);
    if (active != NULL)
        return luaL_error(L, "cannot close a %s coroutine", active);
    const bool closed = reset(L, coroutine) == LUA_OK;
    lua_pushboolean(L, closed);
    if (closed)
        return 1;
    lua_xmove(coroutine, L, 1);
    return 2;
}

static const luaL_Reg functions[] = {
    {"resume", l_resume},
    {"wrap", l_wrap},
    {"close", l_close},
    {NULL, NULL},
};

void host_open_coroutine(lua_State *L)
{
    lua_getglobal(L, "coroutine");
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
