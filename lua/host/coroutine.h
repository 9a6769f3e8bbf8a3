/* coroutine.h -- coroutines that a stop reaches. */
#ifndef HOST_COROUTINE_H
#define HOST_COROUTINE_H

#include <lua.h>

/*
** Puts its own resume, wrap and close in place of those of the library `coroutine`, which is open.
** They do what Lua's do, and also say which coroutine runs, let no script catch a stop, and raise
** an error where closing one coroutine inside another would use up the C stack.
*/
void host_open_coroutine(lua_State *L);

#endif
