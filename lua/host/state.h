/* state.h -- a Lua state with the library in it, as the program makes one. */
#ifndef HOST_STATE_H
#define HOST_STATE_H

#include <lua.h>
#include <stdbool.h>

#include "base/context.h"

enum { HOST_PATH = 4096 };

/* Where the program's own files are. `modules` and `shared` are "" if there is no such folder. */
typedef struct host_places {
    char library[HOST_PATH]; /* has assay/init.lua */
    char modules[HOST_PATH]; /* has assay/formats.so */
    char shared[HOST_PATH];  /* has frameworks/ and scales/ */
} host_places;

/*
** Looks for them beside the program and then in ../share and ../lib, as `make install` lays them out. `home`
** is the folder to start from; NULL: the folder of the running program. ASSAY_EIO: no library.
*/
assay_status host_find_places(assay_context *context, const char *home, host_places *places);

/* A path made of parts; false, and an empty path, if it does not fit. */
bool host_path(char path[HOST_PATH], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A state whose memory is core's; NULL: out of memory. */
lua_State *host_state_new(void);

/*
** Opens stock Lua's libraries and makes `require` look for the library first, and then for what
** stands in `folder` (NULL: in none). Raises, so it is called protected.
*/
void host_state_open(lua_State *L, const host_places *places, const char *folder);

/*
** Says on stderr why the program ends, behind what the script has printed. A text may hold NULs,
** which are shown as \0, and is cut behind its first 16 KiB, which is said.
*/
void host_complain(const char *message);
void host_complain_text(const char *text, size_t length);

#endif
