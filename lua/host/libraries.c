/* libraries.c -- Lua's own libraries as a run has them: text only, and files through the door. */
#define _GNU_SOURCE /* fdopen, fileno in the strictest of modes */

#include "libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { LARGEST_MODULE = 1 << 26 };

/* Registry key: its address. */
static const char files_key;

static host_files *get_files(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &files_key);
    host_files *files = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return files;
}

/* ---- what is taken away ---- */

#define IF_TRUSTED "(run with --trust if you trust this one)"

static const struct {
    const char *library;
    const char *names; /* each with a space behind it */
    const char *why;
} removed[] = {
    {"io", "popen ", "scripts cannot start programs " IF_TRUSTED},
    {"os", "execute ", "scripts cannot start programs " IF_TRUSTED},
    {"io", "tmpfile ", "write to a file of the run's outputs"},
    {"os", "tmpname ", "write to a file of the run's outputs"},
    {"os", "remove rename ", "a run's outputs appear whole when it ends, and nothing else changes"},
    {"os", "getenv ", "what a run depends on stands in its record; give it words behind --"},
    {"os", "setlocale ", "numbers and text are the same everywhere"},
    {"package", "loadlib ", "scripts cannot load compiled code " IF_TRUSTED},
    {"package", "searchpath ", "modules are found beside the script"},
    {"string", "dump ", "code is text here"},
    {"debug",
     "debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue sethook "
     "setcstacklimit setlocal setmetatable setupvalue setuservalue upvalueid upvaluejoin ",
     "it reaches behind what protects the data; debug.traceback is there"},
};

static int l_removed(lua_State *L)
{
    return luaL_error(L, "%s.%s is not available in a run: %s",
                      lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, lua_upvalueindex(2)),
                      lua_tostring(L, lua_upvalueindex(3)));
}

static void remove_functions(lua_State *L)
{
    for (size_t i = 0; i < sizeof removed / sizeof removed[0]; i++) {
        const char *name = removed[i].names;
        lua_getglobal(L, removed[i].library);
        for (size_t length; (length = strcspn(name, " ")) > 0; name += length + 1) {
            lua_pushlstring(L, name, length);
            lua_pushstring(L, removed[i].library);
            lua_pushvalue(L, -2);
            lua_pushstring(L, removed[i].why);
            lua_pushcclosure(L, l_removed, 3);
            lua_rawset(L, -3);
        }
        lua_pop(L, 1);
    }
}

/* ---- code is text ---- */

void host_load(lua_State *L, const char *text, size_t length, const char *chunk)
{
    const char *end = text + length;
    if (length > 0 && *text == '#')
        while (text < end && *text != '\n')
            text++;
    if (luaL_loadbufferx(L, text, (size_t)(end - text), chunk, "t") != LUA_OK)
        lua_error(L);
}

/* load(chunk, name, mode, env): stock Lua's, which is upvalue 1, for text. */
static int l_load(lua_State *L)
{
    if (strchr(luaL_optstring(L, 3, "t"), 't') == NULL) {
        lua_pushnil(L);
        lua_pushliteral(L, "a run loads text only");
        return 2;
    }
    if (lua_gettop(L) < 3)
        lua_settop(L, 3);
    lua_pushliteral(L, "t");
    lua_replace(L, 3);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

struct text {
    char *bytes;
    size_t length;
    const char *chunk;
};

static int load_bytes(lua_State *L)
{
    const struct text *text = lua_touserdata(L, 1);
    host_load(L, text->bytes, text->length, text->chunk);
    return 1;
}

/*
** Pushes the function that a file holds and returns true; else pushes why not. `shown` is what
** positions in it say.
*/
static bool load_file(lua_State *L, const assay_door *door, const char *name, const char *shown)
{
    assay_context *context = get_files(L)->context;
    struct text text = {.chunk = lua_pushfstring(L, "@%s", shown)};
    luaL_checkstack(L, 4, NULL);
    lua_pushcfunction(L, load_bytes);
    lua_pushlightuserdata(L, &text);
    if (assay_file_read(context, door, name, LARGEST_MODULE, &text.bytes, &text.length) !=
        ASSAY_OK) {
        lua_pushstring(L, context->error.message);
        return false;
    }
    const int status = lua_pcall(L, 1, 1, 0);
    assay_free(text.bytes);
    return status == LUA_OK;
}

/* loadfile(name, mode, env): of the files that the script may read. */
static int l_loadfile(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    const bool has_environment = !lua_isnone(L, 3);
    if (!load_file(L, get_files(L)->door, name, name)) {
        luaL_pushfail(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_environment) {
        lua_pushvalue(L, 3);
        if (lua_setupvalue(L, -2, 1) == NULL)
            lua_pop(L, 1);
    }
    return 1;
}

static int l_dofile(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    if (!load_file(L, get_files(L)->door, name, name))
        return lua_error(L);
    lua_insert(L, 1);
    lua_settop(L, 1);
    lua_call(L, 0, LUA_MULTRET);
    return lua_gettop(L);
}

/* ---- modules ---- */

/* Pushes loader and path if the module is that file of the folder at `place`. */
static bool find_module(lua_State *L, size_t place, const char *file)
{
    const host_files *files = get_files(L);
    if (!assay_input_exists(files->modules[place].door, file))
        return false;
    const char *path = lua_pushfstring(L, "%s/%s", files->modules[place].folder, file);
    if (!load_file(L, files->modules[place].door, file, path))
        luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", lua_tostring(L, 1), path,
                   lua_tostring(L, -1));
    lua_pushstring(L, path);
    return true;
}

/* A searcher of `require`: the library's folder, then the script's. */
static int l_search(lua_State *L)
{
    const char *name = luaL_gsub(L, luaL_checkstring(L, 1), ".", "/");
    const char *file = lua_pushfstring(L, "%s.lua", name);
    const char *folder_file = lua_pushfstring(L, "%s/init.lua", name);
    for (size_t place = 0; place < 2; place++)
        if (find_module(L, place, file) || find_module(L, place, folder_file))
            return 2;
    lua_pushfstring(L, "no file '%s' or '%s' beside the script", file, folder_file);
    return 1;
}

/* What is preloaded, then files; no compiled modules. The paths stay, but say what is done. */
static void replace_searchers(lua_State *L)
{
    const host_files *files = get_files(L);
    const char *library = files->modules[0].folder, *own = files->modules[1].folder;
    lua_getglobal(L, "package");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s/?.lua;%s/?/init.lua", library, library, own, own);
    lua_setfield(L, -2, "path");
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "cpath");
    lua_getfield(L, -1, "searchers");
    lua_pushcfunction(L, l_search);
    lua_rawseti(L, -2, 2);
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i > 2; i--) {
        lua_pushnil(L);
        lua_rawseti(L, -2, i);
    }
    lua_pop(L, 2);
}

/* ---- files ---- */

/* Of a file that was opened here. What could not be written is remembered: nobody may be asking. */
static int close_file(lua_State *L)
{
    FILE *file = ((luaL_Stream *)luaL_checkudata(L, 1, LUA_FILEHANDLE))->f;
    const bool writes = (fcntl(fileno(file), F_GETFL) & O_ACCMODE) != O_RDONLY;
    bool good = true;
    errno = EIO; /* an earlier write failed */
    if (writes)
        good = !ferror(file) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    const int reason = errno;
    good = fclose(file) == 0 && good;
    if (writes && !good) {
        get_files(L)->lost = true;
        errno = reason;
    }
    return luaL_fileresult(L, good, NULL);
}

/* The flags of a mode as fopen takes it: [rwa]%+?b*; -1: another. */
static int flags_of(const char *mode)
{
    if (*mode == '\0' || strchr("rwa", *mode) == NULL)
        return -1;
    const bool both = mode[1] == '+';
    if (mode[1 + both + strspn(mode + 1 + both, "b")] != '\0')
        return -1;
    if (*mode == 'r')
        return both ? O_RDWR : O_RDONLY;
    return (both ? O_RDWR : O_WRONLY) | O_CREAT | (*mode == 'w' ? O_TRUNC : O_APPEND);
}

/* Pushes the open file and returns true; else the context and errno say why not. */
static bool open_file(lua_State *L, const char *name, const char *mode)
{
    int file;
    const host_files *files = get_files(L);
    luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 0);
    stream->closef = NULL; /* closed, until it is open */
    luaL_setmetatable(L, LUA_FILEHANDLE);
    if (assay_door_open(files->context, files->door, name, flags_of(mode), &file) != ASSAY_OK)
        return false;
    stream->f = fdopen(file, mode);
    if (stream->f == NULL) {
        assay_fail(files->context, ASSAY_EIO, "cannot open '%s': out of memory", name);
        close(file);
        return false;
    }
    stream->closef = close_file;
    return true;
}

static const char *reason(lua_State *L)
{
    return get_files(L)->context->error.message;
}

static int l_open(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1), *mode = luaL_optstring(L, 2, "r");
    luaL_argcheck(L, flags_of(mode) >= 0, 2, "invalid mode");
    if (open_file(L, name, mode))
        return 1;
    const int code = errno;
    luaL_pushfail(L);
    lua_pushstring(L, reason(L));
    lua_pushinteger(L, code);
    return 3;
}

/* Replaces the name at 1 by the file. */
static void open_first(lua_State *L, const char *mode)
{
    if (!open_file(L, lua_tostring(L, 1), mode))
        luaL_error(L, "%s", reason(L));
    lua_replace(L, 1);
}

static int call_stock(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* io.lines(name, ...): the loop closes the file. Without a name: stdin's, by stock Lua. */
static int l_lines(lua_State *L)
{
    if (lua_isnoneornil(L, 1))
        return call_stock(L);
    luaL_checkstring(L, 1);
    open_first(L, "r");
    const int n = lua_gettop(L);
    luaL_checkstack(L, n + 4, "too many arguments");
    lua_getfield(L, 1, "lines");
    for (int i = 1; i <= n; i++)
        lua_pushvalue(L, i);
    lua_call(L, n, 1);
    lua_pushnil(L);
    lua_pushnil(L);
    lua_pushvalue(L, 1);
    return 4;
}

static int redirect(lua_State *L, const char *mode)
{
    if (lua_isstring(L, 1))
        open_first(L, mode);
    return call_stock(L);
}

static int l_input(lua_State *L)
{
    return redirect(L, "r");
}

static int l_output(lua_State *L)
{
    return redirect(L, "w");
}

/* ---- all of it ---- */

static const struct {
    const char *library, *name;
    lua_CFunction function; /* has stock Lua's as its upvalue */
} replaced[] = {
    {"_G", "load", l_load},     {"_G", "loadfile", l_loadfile}, {"_G", "dofile", l_dofile},
    {"io", "open", l_open},     {"io", "lines", l_lines},       {"io", "input", l_input},
    {"io", "output", l_output},
};

static void replace_functions(lua_State *L)
{
    for (size_t i = 0; i < sizeof replaced / sizeof replaced[0]; i++) {
        lua_getglobal(L, replaced[i].library);
        lua_getfield(L, -1, replaced[i].name);
        lua_pushcclosure(L, replaced[i].function, 1);
        lua_setfield(L, -2, replaced[i].name);
        lua_pop(L, 1);
    }
}

/* Hides the metatable of the value on top, which goes. */
static void seal(lua_State *L, const char *kind)
{
    if (lua_getmetatable(L, -1)) {
        lua_pushstring(L, kind);
        lua_setfield(L, -2, "__metatable");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void host_libraries_confine(lua_State *L, host_files *files)
{
    lua_pushlightuserdata(L, files);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &files_key);
    remove_functions(L);
    replace_functions(L);
    replace_searchers(L);
    lua_pushliteral(L, "");
    seal(L, "string");
    lua_getglobal(L, "io");
    lua_getfield(L, -1, "stdout");
    seal(L, LUA_FILEHANDLE);
    lua_pop(L, 1);
}
