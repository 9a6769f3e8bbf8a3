/* lassay.c -- what the files of the binding share, and the module itself. */
#include "lassay.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"

/* ---- the state's own context and door ---- */

/* Registry keys: addresses of these. */
static const char state_key, library_key;

typedef struct state {
    assay_context context;
    assay_door *door; /* of this state if `owned`, else the program's */
    bool owned;
    lassay_record *record; /* the program's, or NULL */
} state;

static int collect_state(lua_State *L)
{
    state *self = lua_touserdata(L, 1);
    if (self->owned)
        assay_door_free(self->door);
    self->door = NULL;
    self->owned = false;
    return 0;
}

static void new_state(lua_State *L)
{
    state *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (state){.context = {.threads = assay_processors()}};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, collect_state);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &state_key);
    lassay_check(L, assay_door_new(&self->context, &self->door));
    self->owned = true;
}

static state *get_state(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &state_key);
    state *self = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return self;
}

assay_context *lassay_context(lua_State *L)
{
    return &get_state(L)->context;
}

assay_door *lassay_door(lua_State *L)
{
    return get_state(L)->door;
}

void lassay_set_door(lua_State *L, assay_door *door)
{
    state *self = get_state(L);
    if (self->owned)
        assay_door_free(self->door);
    self->door = door;
    self->owned = false;
}

void lassay_set_record(lua_State *L, lassay_record *record)
{
    get_state(L)->record = record;
}

lassay_record *lassay_get_record(lua_State *L)
{
    return get_state(L)->record;
}

/* ---- errors ---- */

static const char *kind_of(assay_status status)
{
    switch (status) {
    case ASSAY_EDOM:
    case ASSAY_EUNKNOWN:
        return "usage";
    case ASSAY_EMISSING:
    case ASSAY_EREPEATED:
    case ASSAY_EFORMAT:
    case ASSAY_EIO:
        return "data";
    case ASSAY_ESTOPPED:
        return "stopped";
    default:
        return "internal";
    }
}

static bool is_library(lua_State *L, const char *source)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &library_key);
    const char *prefix = lua_tostring(L, -1);
    const bool inside = prefix != NULL && strncmp(source, prefix, strlen(prefix)) == 0;
    lua_pop(L, 1);
    return inside;
}

void lassay_push_where(lua_State *L)
{
    lua_Debug about;
    for (int level = 0; lua_getstack(L, level, &about); level++) {
        lua_getinfo(L, "Sl", &about);
        if (about.currentline > 0 && !is_library(L, about.source)) {
            lua_pushfstring(L, "%s:%d", about.short_src, about.currentline);
            return;
        }
    }
    lua_pushnil(L);
}

static void set_place(lua_State *L, const char *name, uint64_t place)
{
    if (place > 0)
        lassay_set_integer(L, name, place);
}

static void set_nonempty(lua_State *L, const char *name, const char *text)
{
    lassay_set_text(L, name, text[0] == '\0' ? NULL : text);
}

/* Gives the table on top its `where` and its metatable, and raises it. */
static int raise_table(lua_State *L)
{
    lassay_push_where(L);
    lua_setfield(L, -2, "where");
    luaL_setmetatable(L, "assay.error");
    return lua_error(L);
}

void lassay_check(lua_State *L, assay_status status)
{
    if (status == ASSAY_OK)
        return;
    const assay_error kept = lassay_context(L)->error, *error = &kept;
    if (status == ASSAY_ENOMEM) { /* so that a script which catches this can go on */
        lua_gc(L, LUA_GCCOLLECT);
        lua_gc(L, LUA_GCCOLLECT);
    }
    lua_createtable(L, 0, 9);
    lassay_set_text(L, "kind", kind_of(status));
    lassay_set_text(L, "code", assay_status_name(status));
    lassay_set_text(L, "message", error->message);
    set_nonempty(L, "argument", error->argument);
    set_nonempty(L, "file", error->file);
    set_place(L, "line", error->line);
    set_place(L, "column", error->column);
    set_place(L, "row", error->row);
    raise_table(L);
}

void lassay_check_asked(lua_State *L, assay_status status)
{
    lassay_check(L, status == ASSAY_ENUMERIC ? ASSAY_EDOM : status);
}

void lassay_check_plain(lua_State *L, assay_status status, const char *what)
{
    if (status != ASSAY_OK)
        lassay_check(L, assay_fail(lassay_context(L), status, "%s", what));
}

/* core.raise(table): the Lua side's errors go the same way. */
static int l_raise(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    return raise_table(L);
}

/* "where: file: message" */
static int error_to_text(lua_State *L)
{
    luaL_Buffer text;
    lua_settop(L, 1);
    lua_getfield(L, 1, "where");
    lua_getfield(L, 1, "file");
    lua_getfield(L, 1, "message");
    const char *file = lua_tostring(L, 3), *message = lua_tostring(L, 4);
    luaL_buffinit(L, &text);
    if (lua_tostring(L, 2) != NULL) {
        luaL_addstring(&text, lua_tostring(L, 2));
        luaL_addstring(&text, ": ");
    }
    if (file != NULL && message != NULL && strstr(message, file) == NULL) {
        luaL_addstring(&text, file);
        luaL_addstring(&text, ": ");
    }
    luaL_addstring(&text, message == NULL ? "error" : message);
    luaL_pushresult(&text);
    return 1;
}

static void new_error_kind(lua_State *L)
{
    luaL_newmetatable(L, "assay.error");
    lua_pushcfunction(L, error_to_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushstring(L, "assay.error");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

/* core.set_library(prefix): chunks whose source starts so are the library's, not the script's. */
static int l_set_library(lua_State *L)
{
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &library_key);
    return 0;
}

/* ---- handles ---- */

void lassay_new_kind(lua_State *L, const char *kind, lua_CFunction collect, const luaL_Reg *methods)
{
    luaL_newmetatable(L, kind);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__close");
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "__metatable");
    if (methods != NULL)
        luaL_setfuncs(L, methods, 0);
    lua_pop(L, 1);
}

void *lassay_push_handle(lua_State *L, const char *kind)
{
    void **place = lua_newuserdatauv(L, sizeof *place, 0);
    *place = NULL;
    luaL_setmetatable(L, kind);
    return place;
}

void *lassay_handle(lua_State *L, int arg, const char *kind)
{
    void **place = luaL_checkudata(L, arg, kind);
    luaL_argcheck(L, *place != NULL, arg, "this object is closed");
    return *place;
}

void lassay_outside(lua_State *L, size_t before)
{
    const size_t now = assay_memory_in_use();
    if (now > before)
        lua_gc(L, LUA_GCSTEP,
               (int)((now - before) / 1024 < INT32_MAX ? (now - before) / 1024 : INT32_MAX));
}

/* ---- arguments and fields ---- */

uint64_t lassay_count(lua_State *L, int arg)
{
    const lua_Integer n = luaL_checkinteger(L, arg);
    luaL_argcheck(L, n >= 0, arg, "a count from 0 on is needed");
    return (uint64_t)n;
}

uint64_t lassay_population(lua_State *L, int arg)
{
    return lua_isnoneornil(L, arg) ? ASSAY_INFINITE : lassay_count(L, arg);
}

uint64_t lassay_field_count(lua_State *L, int arg, const char *name)
{
    int whole;
    lua_getfield(L, arg, name);
    const lua_Integer n = lua_tointegerx(L, -1, &whole);
    if (!whole || n < 0)
        luaL_error(L, "field '%s' must be a count", name);
    lua_pop(L, 1);
    return (uint64_t)n;
}

const char *const *lassay_field_texts(lua_State *L, int arg, const char *name, size_t *n)
{
    lua_getfield(L, arg, name);
    luaL_checktype(L, -1, LUA_TTABLE);
    *n = lua_rawlen(L, -1);
    const char **texts = lua_newuserdatauv(L, (*n + 1) * sizeof *texts, 1);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        texts[i] = luaL_checkstring(L, -1); /* the list keeps it */
        lua_pop(L, 1);
    }
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
    return texts;
}

uint64_t *lassay_counts(lua_State *L, int arg, size_t n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    luaL_argcheck(L, lua_rawlen(L, arg) == n, arg, "the list has the wrong length");
    uint64_t *counts = lua_newuserdatauv(L, (n + 1) * sizeof *counts, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        counts[i] = lassay_count(L, -1);
        lua_pop(L, 1);
    }
    return counts;
}

void lassay_push_counts(lua_State *L, size_t n, const uint64_t counts[])
{
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushinteger(L, (lua_Integer)counts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

double *lassay_numbers(lua_State *L, int arg, size_t n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    luaL_argcheck(L, lua_rawlen(L, arg) == n, arg, "the list has the wrong length");
    double *numbers = lua_newuserdatauv(L, (n + 1) * sizeof *numbers, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        numbers[i] = luaL_checknumber(L, -1);
        lua_pop(L, 1);
    }
    return numbers;
}

void lassay_push_numbers(lua_State *L, size_t n, const double numbers[])
{
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushnumber(L, numbers[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void lassay_set_number(lua_State *L, const char *name, double value)
{
    if (isnan(value))
        return;
    lua_pushnumber(L, value);
    lua_setfield(L, -2, name);
}

void lassay_set_integer(lua_State *L, const char *name, uint64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, name);
}

void lassay_set_text(lua_State *L, const char *name, const char *value)
{
    if (value == NULL)
        return;
    lua_pushstring(L, value);
    lua_setfield(L, -2, name);
}

/* ---- the module ---- */

static const luaL_Reg functions[] = {
    {"raise", l_raise},
    {"set_library", l_set_library},
    {NULL, NULL},
};

static const struct {
    const char *name;
    void (*open)(lua_State *L);
} nouns[] = {
#define X(noun) {#noun, lassay_open_##noun},
    LASSAY_NOUNS(X)
#undef X
};

int luaopen_assay_core(lua_State *L)
{
    assay_init();
    new_error_kind(L);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &state_key) == LUA_TNIL)
        new_state(L);
    luaL_newlib(L, functions);
    lassay_set_text(L, "version", ASSAY_VERSION);
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++) {
        nouns[i].open(L);
        lua_setfield(L, -2, nouns[i].name);
    }
    return 1;
}
