/* module.h -- the second module, loaded when a script first asks for it. */
#ifndef HOST_MODULE_H
#define HOST_MODULE_H

#include <lua.h>
#include <stddef.h>

#include "bind/lassay.h"
#include "state.h"

/*
** Preloads `assay.formats`: compiled code that the program itself loads, also where scripts can
** load none, and only when it is required, so that a start does not pay for its libraries.
*/
void host_module_preload(lua_State *L, const host_places *places);

/* Loads it for what it tells of its libraries; NULL if it is not there. It stays loaded. */
lassay_library_at *host_module_libraries(const host_places *places);

/*
** What must stay readable for that behind the walls: the module's folder, those of the shared
** libraries that the process has already, and the list of all of them. Descriptors, to be closed by
** the caller; returns their number, at most `most`.
*/
size_t host_module_needs(const host_places *places, int needs[], size_t most);

#endif
