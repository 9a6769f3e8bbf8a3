/* libraries.h -- Lua's own libraries as a run has them: text only, and files through the door. */
#ifndef HOST_LIBRARIES_H
#define HOST_LIBRARIES_H

#include <lua.h>
#include <stdbool.h>

#include "base/file.h"

/* What they work on; it outlives the state. */
typedef struct host_files {
    assay_context *context;
    assay_door *door; /* what the script reads and writes */
    struct {
        const char *folder; /* as messages show it */
        assay_door *door;
    } modules[2]; /* where `require` looks, in this order */
    bool
        lost; /* a file was not written whole: the run has failed, whatever the script makes of it */
} host_files;

/*
** Replaces what stock Lua has and a run has not. Functions that are taken away stay as ones that
** say why. What is left of `io` keeps its ways: nil and a message where a file cannot be opened.
** Raises, so it is called protected.
*/
void host_libraries_confine(lua_State *L, host_files *files);

/* Pushes a text as a function, or raises. A first line that begins with # is for the shell. */
void host_load(lua_State *L, const char *text, size_t length, const char *chunk);

#endif
