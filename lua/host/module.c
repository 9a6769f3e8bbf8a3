/* module.c -- the second module, loaded when a script first asks for it. */
#define _GNU_SOURCE /* dl_iterate_phdr, O_PATH */

#include "module.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPENER    "luaopen_assay_formats"
#define LIBRARIES "lassay_format_library_at"

/* The loader of `require`; upvalue 1 is the file. */
static int l_load(lua_State *L)
{
    lua_CFunction open = NULL;
    const char *path = lua_tostring(L, lua_upvalueindex(1));
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *found = module == NULL ? NULL : dlsym(module, OPENER);
    memcpy(&open, &found, sizeof open); /* C has no cast for it */
    if (open == NULL)
        return luaL_error(L, "error loading module 'assay.formats':\n\t%s", dlerror());
    lua_settop(L, 0);
    return open(L);
}

void host_module_preload(lua_State *L, const host_places *places)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushfstring(L, "%s/assay/formats.so", places->modules);
    lua_pushcclosure(L, l_load, 1);
    lua_setfield(L, -2, "assay.formats");
    lua_pop(L, 1);
}

lassay_library_at *host_module_libraries(const host_places *places)
{
    char path[HOST_PATH];
    lassay_library_at *at = NULL;
    void *module = NULL;
    if (places->modules[0] != '\0' && host_path(path, "%s/assay/formats.so", places->modules))
        module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *found = module == NULL ? NULL : dlsym(module, LIBRARIES);
    memcpy(&at, &found, sizeof at); /* C has no cast for it */
    return at;
}

/* ---- what it needs ---- */

typedef struct needs {
    int *all;
    size_t n, most;
} needs;

static bool is_same(int a, int b)
{
    struct stat x, y;
    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* What is not there is not needed. */
static void add(needs *self, const char *path)
{
    const int place = self->n < self->most ? open(path, O_PATH | O_CLOEXEC) : -1;
    if (place < 0)
        return;
    for (size_t i = 0; i < self->n; i++)
        if (is_same(self->all[i], place)) {
            close(place);
            return;
        }
    self->all[self->n++] = place;
}

static int add_folder_of(struct dl_phdr_info *library, size_t size, void *self)
{
    (void)size;
    char folder[HOST_PATH];
    const char *slash = strrchr(library->dlpi_name, '/');
    if (slash != NULL && slash > library->dlpi_name && /* neither the program nor the kernel's */
        host_path(folder, "%.*s", (int)(slash - library->dlpi_name), library->dlpi_name))
        add(self, folder);
    return 0;
}

size_t host_module_needs(const host_places *places, int all[], size_t most)
{
    needs self = {.all = all, .most = most};
    char folder[HOST_PATH];
    if (places->modules[0] != '\0' && host_path(folder, "%s/assay", places->modules))
        add(&self, folder);
    add(&self, "/etc/ld.so.cache");
    dl_iterate_phdr(add_folder_of, &self);
    return self.n;
}
