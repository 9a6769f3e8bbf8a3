/* ljson.c -- JSON files as Lua values. */
#include "lassay.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/tree.h"

#define JSON  "assay.core.json"
#define BLOCK "assay.core.block" /* bytes that core allocated */

/* A file is held in memory whole, and more than once. */
#define LARGEST ((size_t)256 << 20)

/* assay.null: the address says nothing, so that it prints the same in every run. */
static void push_null(lua_State *L)
{
    lua_pushlightuserdata(L, NULL);
}

static bool is_null(lua_State *L, int index)
{
    return lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
}

/* ---- handles, closed when the function that made them returns ---- */

static int collect_json(lua_State *L)
{
    assay_json **place = lua_touserdata(L, 1);
    assay_json_free(*place);
    *place = NULL;
    return 0;
}

static int collect_block(lua_State *L)
{
    char **place = lua_touserdata(L, 1);
    assay_free(*place);
    *place = NULL;
    return 0;
}

assay_json **lassay_push_json_handle(lua_State *L)
{
    assay_json **place = lassay_push_handle(L, JSON);
    lua_toclose(L, -1);
    return place;
}

static char **push_block(lua_State *L)
{
    char **place = lassay_push_handle(L, BLOCK);
    lua_toclose(L, -1);
    return place;
}

/* ---- JSON to Lua ---- */

static void push_number(lua_State *L, const assay_json *json)
{
    const double number = assay_json_number(json);
    int64_t integer;
    if ((number != 0 || !signbit(number)) && assay_json_integer(json, &integer) == ASSAY_OK)
        lua_pushinteger(L, integer);
    else
        lua_pushnumber(L, number);
}

static void push_array(lua_State *L, const assay_json *json)
{
    lua_Integer i = 0;
    lua_newtable(L);
    for (const assay_json *c = assay_json_first(json); c != NULL; c = assay_json_next(c)) {
        lassay_push_json(L, c);
        lua_rawseti(L, -2, ++i);
    }
    luaL_setmetatable(L, LASSAY_LIST);
}

static void push_object(lua_State *L, const assay_json *json)
{
    lua_newtable(L);
    for (const assay_json *c = assay_json_first(json); c != NULL; c = assay_json_next(c)) {
        if (assay_json_kind_of(c) == ASSAY_JSON_NULL)
            continue;
        lua_pushstring(L, assay_json_key(c));
        lassay_push_json(L, c);
        lua_rawset(L, -3);
    }
}

void lassay_push_json(lua_State *L, const assay_json *json)
{
    luaL_checkstack(L, 4, "JSON");
    switch (assay_json_kind_of(json)) {
    case ASSAY_JSON_NULL:
        push_null(L);
        break;
    case ASSAY_JSON_BOOL:
        lua_pushboolean(L, assay_json_is_true(json));
        break;
    case ASSAY_JSON_NUMBER:
        push_number(L, json);
        break;
    case ASSAY_JSON_TEXT:
        lua_pushstring(L, assay_json_text(json));
        break;
    case ASSAY_JSON_ARRAY:
        push_array(L, json);
        break;
    case ASSAY_JSON_OBJECT:
        push_object(L, json);
        break;
    }
}

/* ---- Lua to JSON ---- */

/* The way from the whole value to the one at hand, for messages and against circles. */
typedef struct place {
    const struct place *outer; /* NULL: the whole */
    const void *table;         /* the table that this place is in */
    const char *key;           /* the member's name, or NULL */
    lua_Integer i;             /* the element's number where there is no name */
} place;

static void add_path(luaL_Buffer *text, const place *at)
{
    char number[32];
    if (at == NULL) {
        luaL_addstring(text, "the value");
        return;
    }
    add_path(text, at->outer);
    if (at->key != NULL) {
        luaL_addstring(text, at->outer == NULL ? " at " : ".");
        luaL_addstring(text, at->key);
    } else {
        luaL_addstring(text, at->outer == NULL ? " at [" : "[");
        lua_Integer i = at->i;
        size_t n = sizeof number;
        number[--n] = '\0';
        for (; i > 0; i /= 10)
            number[--n] = (char)('0' + i % 10);
        luaL_addstring(text, number + n);
        luaL_addstring(text, "]");
    }
}

static void refuse(lua_State *L, const place *at, const char *why)
{
    luaL_Buffer text;
    luaL_checkstack(L, LUA_MINSTACK, "JSON");
    luaL_buffinit(L, &text);
    add_path(&text, at);
    luaL_addstring(&text, ": ");
    luaL_addstring(&text, why);
    luaL_pushresult(&text);
    lassay_check_plain(L, ASSAY_EDOM, lua_tostring(L, -1));
}

/* What core refuses to add is told with its place. */
static void check_added(lua_State *L, assay_status status, const place *at)
{
    if (status == ASSAY_EDOM || status == ASSAY_EFORMAT) {
        lua_pushstring(L, lassay_context(L)->error.message);
        refuse(L, at, lua_tostring(L, -1));
    }
    lassay_check(L, status);
}

static void add_table(lua_State *L, int index, assay_json *json, bool list, const place *at);

static const char *plain_text(lua_State *L, int index, const place *at)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    if (strlen(text) != length)
        refuse(L, at, "text with a NUL byte cannot be written as JSON");
    return text;
}

/* Whether the keys are 1..n and nothing else. */
static bool has_list_keys(lua_State *L, int index)
{
    const lua_Integer n = (lua_Integer)lua_rawlen(L, index);
    lua_Integer keys = 0;
    bool all = true;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        keys++;
        all = all && lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1 && lua_tointeger(L, -1) <= n;
    }
    return all && keys == n;
}

static bool has_text_keys(lua_State *L, int index)
{
    bool all = true;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        all = all && lua_type(L, -1) == LUA_TSTRING;
    }
    return all;
}

static bool is_marked_list(lua_State *L, int index)
{
    if (!lua_getmetatable(L, index))
        return false;
    luaL_getmetatable(L, LASSAY_LIST);
    const bool marked = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return marked;
}

/* Whether the table is written as an array; raises if it is neither array nor object. */
static bool is_list(lua_State *L, int index, const place *at)
{
    const bool numbered = has_list_keys(L, index);
    if (is_marked_list(L, index) && !numbered)
        refuse(L, at, "a list with gaps or with named members: assay.null fills a gap");
    if (is_marked_list(L, index) || (numbered && lua_rawlen(L, index) > 0))
        return true;
    if (!has_text_keys(L, index))
        refuse(L, at,
               "a table is written as a list with the keys 1, 2, ... without gaps, or as an object "
               "with keys that are text: this one is neither");
    return false;
}

static void check_not_inside(lua_State *L, int index, const place *at)
{
    const void *table = lua_topointer(L, index);
    for (const place *p = at; p != NULL; p = p->outer)
        if (p->table == table)
            refuse(L, at, "a table that is inside itself cannot be written as JSON");
}

static void add_container(lua_State *L, int index, assay_json *parent, const char *key,
                          const place *at)
{
    assay_context *context = lassay_context(L);
    assay_json *added = NULL;
    luaL_checkstack(L, 6, "JSON");
    check_not_inside(L, index, at);
    const bool list = is_list(L, index, at);
    check_added(L,
                list ? assay_json_add_array(context, parent, key, &added)
                     : assay_json_add_object(context, parent, key, &added),
                at);
    add_table(L, index, added, list, at);
}

static assay_status add_number(lua_State *L, int index, assay_json *parent, const char *key,
                               const place *at)
{
    const double number = lua_tonumber(L, index);
    if (lua_isinteger(L, index))
        return assay_json_add_integer(lassay_context(L), parent, key, lua_tointeger(L, index));
    if (!isfinite(number))
        refuse(L, at,
               isnan(number) ? "not a number: assay.null says that a value is missing"
                             : "an infinite number cannot be written as JSON");
    return assay_json_add_number(lassay_context(L), parent, key, number);
}

static void add_value(lua_State *L, int index, assay_json *parent, const char *key, const place *at)
{
    assay_context *context = lassay_context(L);
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        check_added(L, assay_json_add_bool(context, parent, key, lua_toboolean(L, index)), at);
        return;
    case LUA_TNUMBER:
        check_added(L, add_number(L, index, parent, key, at), at);
        return;
    case LUA_TSTRING:
        check_added(L, assay_json_add_text(context, parent, key, plain_text(L, index, at)), at);
        return;
    case LUA_TTABLE:
        add_container(L, index, parent, key, at);
        return;
    default:
        if (!is_null(L, index))
            refuse(L, at,
                   lua_pushfstring(L, "a %s cannot be written as JSON", luaL_typename(L, index)));
        check_added(L, assay_json_add_null(context, parent, key), at);
    }
}

static void add_elements(lua_State *L, int index, assay_json *json, place *at)
{
    const lua_Integer n = (lua_Integer)lua_rawlen(L, index);
    for (at->i = 1; at->i <= n; at->i++) {
        lua_rawgeti(L, index, at->i);
        add_value(L, lua_gettop(L), json, NULL, at);
        lua_pop(L, 1);
    }
}

static void add_members(lua_State *L, int index, assay_json *json, place *at)
{
    lua_pushnil(L);
    while (lua_next(L, index)) {
        at->key = lua_tostring(L, -2);
        at->key = plain_text(L, lua_gettop(L) - 1, at);
        add_value(L, lua_gettop(L), json, at->key, at);
        lua_pop(L, 1);
    }
}

static void add_table(lua_State *L, int index, assay_json *json, bool list, const place *at)
{
    place inside = {.outer = at, .table = lua_topointer(L, index)};
    if (list)
        add_elements(L, index, json, &inside);
    else
        add_members(L, index, json, &inside);
}

void lassay_to_json(lua_State *L, int index, assay_json *parent, const char *key)
{
    luaL_checkstack(L, 6, "JSON");
    add_value(L, lua_absindex(L, index), parent, key, NULL);
}

/* ---- files ---- */

static void push_file(lua_State *L, const char *path)
{
    assay_context *context = lassay_context(L);
    const size_t before = assay_memory_in_use();
    size_t length;
    char **bytes = push_block(L);
    assay_json **json = lassay_push_json_handle(L);
    lassay_check(L, assay_file_read(context, lassay_door(L), path, LARGEST, bytes, &length));
    lassay_check(L, assay_json_parse(context, *bytes, length, path, json));
    lassay_outside(L, before);
    lassay_push_json(L, *json);
}

/* core.json.read(path) --> value */
static int l_read(lua_State *L)
{
    push_file(L, luaL_checkstring(L, 1));
    return 1;
}

/* core.json.find(path) --> value, or nil where nothing of that name is there */
static int l_find(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    if (!assay_input_exists(lassay_door(L), path))
        return 0;
    push_file(L, path);
    return 1;
}

/* A table is a root itself; any other value is the only element of one. */
static const assay_json *build_root(lua_State *L, int index, assay_json **root)
{
    assay_context *context = lassay_context(L);
    const bool whole = lua_istable(L, index), list = !whole || is_list(L, index, NULL);
    lassay_check(L,
                 list ? assay_json_new_array(context, root) : assay_json_new_object(context, root));
    if (whole)
        add_table(L, index, *root, list, NULL);
    else
        add_value(L, index, *root, NULL, NULL);
    return whole ? *root : assay_json_first(*root);
}

/* core.json.write(path, value) */
static int l_write(lua_State *L)
{
    assay_context *context = lassay_context(L);
    const char *path = luaL_checkstring(L, 1);
    size_t length;
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    char **text = push_block(L);
    assay_json **root = lassay_push_json_handle(L);
    const assay_json *value = build_root(L, 2, root);
    lassay_check(L, assay_json_print(context, value, ASSAY_JSON_SORTED, text, &length));
    lassay_check(L, assay_file_write(context, lassay_door(L), path, *text, length));
    return 0;
}

/* core.json.text(value) --> the text that write would write */
static int l_text(lua_State *L)
{
    size_t length;
    luaL_checkany(L, 1);
    lua_settop(L, 1);
    char **text = push_block(L);
    assay_json **root = lassay_push_json_handle(L);
    const assay_json *value = build_root(L, 1, root);
    lassay_check(L, assay_json_print(lassay_context(L), value, ASSAY_JSON_SORTED, text, &length));
    lua_pushlstring(L, *text, length);
    return 1;
}

static void push_lines(lua_State *L, const char *text)
{
    lua_newtable(L);
    for (lua_Integer i = 1; *text != '\0'; i++) {
        const char *end = strchr(text, '\n');
        lua_pushlstring(L, text, (size_t)(end - text));
        lua_rawseti(L, -2, i);
        text = end + 1;
    }
}

/* core.json.names(folder) --> the names of the .json files there, without it, in no order */
static int l_names(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    char **names = push_block(L);
    lassay_check(L, assay_folder_names(lassay_context(L), lassay_door(L), folder, ".json", names));
    push_lines(L, *names);
    return 1;
}

/* core.json.list(table) --> the table, marked to be written as a list even where it is empty */
static int l_list(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    luaL_setmetatable(L, LASSAY_LIST);
    return 1;
}

static const luaL_Reg functions[] = {
    {"read", l_read}, {"find", l_find}, {"write", l_write}, {"names", l_names},
    {"list", l_list}, {"text", l_text}, {NULL, NULL},
};

void lassay_open_json(lua_State *L)
{
    lassay_new_kind(L, JSON, collect_json, NULL);
    lassay_new_kind(L, BLOCK, collect_block, NULL);
    luaL_newmetatable(L, LASSAY_LIST);
    lua_pushstring(L, LASSAY_LIST);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    push_null(L);
    lua_setfield(L, -2, "null");
}
