/* command.c -- the commands that are written in Lua: lua/assay/command. */
#define _GNU_SOURCE /* scandir, realpath */

#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/tree.h"
#include "base/memory.h"
#include "bind/lassay.h"
#include "run.h"
#include "state.h"

#define NAMES "assay.host.names"

typedef struct call {
    int n;
    const char *const *words;
    const host_described *described;
    size_t n_described;
    host_places places;
    int code;
} call;

static call *call_of(lua_State *L)
{
    return *(call **)lua_getextraspace(L);
}

/* ---- files ---- */

static int collect_names(lua_State *L)
{
    assay_names_free(lua_touserdata(L, 1));
    return 0;
}

/* files(folder) --> the files below it, in byte order */
static int l_files(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    assay_names *names = lua_newuserdatauv(L, sizeof *names, 0);
    *names = (assay_names){0};
    luaL_setmetatable(L, NAMES);
    lassay_check(L, assay_tree_list(lassay_context(L), lassay_door(L), folder, names));
    lua_createtable(L, (int)names->n, 0);
    for (size_t i = 0; i < names->n; i++) {
        lua_pushstring(L, names->name[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* fingerprint(path) --> SHA-256, bytes; or nil where nothing of that name is there */
static int l_fingerprint(lua_State *L)
{
    char digest[ASSAY_DIGEST_HEX];
    uint64_t bytes;
    const char *path = luaL_checkstring(L, 1);
    if (!assay_input_exists(lassay_door(L), path))
        return 0;
    lassay_check(L,
                 assay_file_fingerprint(lassay_context(L), lassay_door(L), path, &bytes, digest));
    lua_pushstring(L, digest);
    lua_pushinteger(L, (lua_Integer)bytes);
    return 2;
}

/* Where two files begin to differ. */
typedef struct divergence {
    bool same;
    uint64_t byte, line; /* from 1 on */
} divergence;

/* Fills the buffer unless the file ends before. */
static assay_status fill(assay_context *context, assay_input *input, char *buffer, size_t size,
                         size_t *filled)
{
    size_t got;
    *filled = 0;
    do {
        const assay_status status =
            assay_input_read(context, input, buffer + *filled, size - *filled, &got);
        if (status != ASSAY_OK)
            return status;
        *filled += got;
    } while (got > 0 && *filled < size);
    return ASSAY_OK;
}

static assay_status compare_inputs(assay_context *context, assay_input *a, assay_input *b,
                                   divergence *where)
{
    char left[1 << 14], right[1 << 14];
    size_t n, m;
    *where = (divergence){.same = true, .byte = 1, .line = 1};
    do {
        assay_status status = fill(context, a, left, sizeof left, &n);
        if (status == ASSAY_OK)
            status = fill(context, b, right, sizeof right, &m);
        if (status != ASSAY_OK)
            return status;
        for (size_t i = 0; where->same && i < (n > m ? n : m); i++) {
            where->same = i < n && i < m && left[i] == right[i];
            where->byte += where->same;
            where->line += where->same && left[i] == '\n';
        }
    } while (where->same && n > 0);
    return ASSAY_OK;
}

/* compare(path, path) --> nothing where the bytes are the same; else the first byte and line */
static int l_compare(lua_State *L)
{
    divergence where;
    assay_input *a = NULL, *b = NULL;
    assay_context *context = lassay_context(L);
    const char *first = luaL_checkstring(L, 1), *second = luaL_checkstring(L, 2);
    assay_status status = assay_input_open(context, lassay_door(L), first, &a);
    if (status == ASSAY_OK)
        status = assay_input_open(context, lassay_door(L), second, &b);
    if (status == ASSAY_OK)
        status = compare_inputs(context, a, b, &where);
    assay_input_close(a);
    assay_input_close(b);
    lassay_check(L, status);
    if (where.same)
        return 0;
    lua_pushinteger(L, (lua_Integer)where.byte);
    lua_pushinteger(L, (lua_Integer)where.line);
    return 2;
}

/* real(path) --> the whole path without links, or nil */
static int l_real(lua_State *L)
{
    char *path = realpath(luaL_checkstring(L, 1), NULL);
    if (path == NULL)
        return 0;
    char whole[HOST_PATH];
    const bool fits = host_path(whole, "%s", path);
    free(path);
    lua_pushstring(L, whole);
    return fits ? 1 : 0;
}

/* remove(folder): a folder of the command's own, and all in it */
static int l_remove(lua_State *L)
{
    lua_pushboolean(L, assay_tree_remove(luaL_checkstring(L, 1)));
    return 1;
}

/* ---- another run of the program ---- */

/* The words of the list at 1 behind the program's name, in a new userdata, pushed; it needs the list. */
static char **check_words(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 1);
    char **words = lua_newuserdatauv(L, (n + 2) * sizeof *words, 0);
    static char name[] = "assay";
    words[0] = name;
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i);
        words[i] = (char *)luaL_checkstring(L, -1); /* the list keeps it; nobody writes to it */
        lua_pop(L, 1);
    }
    words[n + 1] = NULL;
    return words;
}

/*
** Starts the program anew, its stdout nowhere and its stderr in `errors`. It has not been confined
** yet, whatever this process has done, and whatever it does to itself ends with it.
*/
static int spawn(char *const *words, int errors, pid_t *child)
{
    extern char **environ;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    int failure = posix_spawn_file_actions_init(&files);
    if (failure != 0)
        return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure == 0) {
        posix_spawnattr_setsigdefault(&attributes, &usual);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        failure = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
        if (failure == 0)
            failure = posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
        if (failure == 0)
            failure = posix_spawn_file_actions_adddup2(&files, errors, 2);
        if (failure == 0)
            failure = posix_spawn(child, "/proc/self/exe", &files, &attributes, words, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return failure;
}

static volatile pid_t running; /* the child, for the handler */

static void pass_on(int number)
{
    if (running > 0)
        kill(running, number);
}

/*
** The exit code of the child as a shell tells it. Signals are the child's to answer: a terminal
** sends it Ctrl-C itself, and others are passed on. What is left is then removed by who called.
*/
static int wait_for(pid_t child)
{
    int state = 0;
    running = child;
    void (*interrupt)(int) = signal(SIGINT, SIG_IGN);
    void (*terminate)(int) = signal(SIGTERM, pass_on);
    void (*hang_up)(int) = signal(SIGHUP, pass_on);
    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR)
            break;
    running = 0;
    signal(SIGINT, interrupt);
    signal(SIGTERM, terminate);
    signal(SIGHUP, hang_up);
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

/* run(words) --> exit code, what it wrote to stderr */
static int l_run(lua_State *L)
{
    char text[4096];
    pid_t child;
    char **words = check_words(L);
    FILE *errors = tmpfile();
    if (errors == NULL)
        return luaL_error(L, "no temporary file can be made: %s", strerror(errno));
    const int failure = spawn(words, fileno(errors), &child);
    const int code = failure == 0 ? wait_for(child) : HOST_FAILED;
    rewind(errors);
    const size_t length = fread(text, 1, sizeof text, errors);
    fclose(errors);
    if (failure != 0)
        return luaL_error(L, "the program cannot be started again: %s", strerror(failure));
    lua_pushinteger(L, code);
    lua_pushlstring(L, text, length);
    return 2;
}

/* ---- what the commands are told ---- */

static int is_lua(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".lua") == 0;
}

/* definitions() --> the list of the definition files */
static int l_definitions(lua_State *L)
{
    struct dirent **entries = NULL;
    char folder[HOST_PATH];
    lua_newtable(L);
    const int n = host_path(folder, "%s/assay/meta", call_of(L)->places.library)
                      ? scandir(folder, &entries, is_lua, alphasort)
                      : 0;
    for (int i = 0; i < n; i++) {
        lua_pushfstring(L, "%s/%s", folder, entries[i]->d_name);
        lua_rawseti(L, -2, i + 1);
        free(entries[i]);
    }
    free(entries);
    return 1;
}

/* versions() --> those of the program and the libraries in it, by name */
static void push_versions(lua_State *L)
{
    char *text = NULL;
    assay_json **json = lassay_push_json_handle(L);
    assay_status status = lassay_versions_print(lassay_context(L), true, NULL, &text);
    if (status == ASSAY_OK)
        status = assay_json_parse(lassay_context(L), text, strlen(text), "versions", json);
    assay_free(text);
    lassay_check(L, status);
    lassay_push_json(L, *json);
}

static int l_versions(lua_State *L)
{
    push_versions(L);
    return 1;
}

static void push_described(lua_State *L, const call *self)
{
    lua_createtable(L, (int)self->n_described, 0);
    for (size_t i = 0; i < self->n_described; i++) {
        const host_described *one = &self->described[i];
        lua_createtable(L, 0, 5);
        lassay_set_text(L, "word", one->word);
        lassay_set_text(L, "flag", one->flag);
        lassay_set_text(L, "usage", one->usage);
        lassay_set_text(L, "purpose", one->purpose);
        lassay_set_text(L, "details", one->details);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_host(lua_State *L, const call *self)
{
    static const luaL_Reg functions[] = {
        {"files", l_files},       {"fingerprint", l_fingerprint}, {"compare", l_compare},
        {"real", l_real},         {"remove", l_remove},           {"run", l_run},
        {"versions", l_versions}, {"definitions", l_definitions}, {NULL, NULL},
    };
    luaL_newmetatable(L, NAMES);
    lua_pushcfunction(L, collect_names);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    push_described(L, self);
    lua_setfield(L, -2, "described");
    lassay_set_text(L, "shared", self->places.shared);
    lassay_set_integer(L, "pid", (uint64_t)getpid());
}

/* argparse is the system's own: it stands where Lua's packages do, and nowhere else is looked. */
static void add_system_modules(lua_State *L)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "path");
    lua_pushliteral(L, ";/usr/local/share/lua/5.4/?.lua;/usr/share/lua/5.4/?.lua");
    lua_concat(L, 2);
    lua_setfield(L, -2, "path");
    lua_pop(L, 1);
}

static int body(lua_State *L)
{
    call *self = call_of(L);
    host_state_open(L, &self->places, NULL);
    add_system_modules(L);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "assay.command");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "main");
    push_host(L, self);
    lua_createtable(L, self->n, 0);
    for (int i = 0; i < self->n; i++) {
        lua_pushstring(L, self->words[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_call(L, 2, 1);
    self->code = (int)luaL_checkinteger(L, -1);
    return 0;
}

static int say(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

int host_command(int n, const char *const *words, const host_described *described,
                 size_t n_described)
{
    call self = {.n = n, .words = words, .described = described, .n_described = n_described};
    assay_context context = {.threads = 1};
    if (host_find_places(&context, NULL, &self.places) != ASSAY_OK) {
        host_complain(context.error.message);
        return HOST_FAILED;
    }
    lua_State *L = host_state_new();
    if (L == NULL) {
        host_complain("not enough memory");
        return HOST_FAILED;
    }
    self.code = HOST_FAILED;
    *(call **)lua_getextraspace(L) = &self;
    lua_pushcfunction(L, say);
    lua_pushcfunction(L, body);
    if (lua_pcall(L, 0, 0, 1) != LUA_OK)
        host_complain(lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "the command failed");
    lua_close(L);
    return self.code;
}
