/* linterval.c -- confidence intervals for a proportion. */
#include "lframe.h"
#include "linterval.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "prob/interval_batch.h"

static const assay_interval_method *method_of(lua_State *L, int arg)
{
    const assay_interval_method *method = assay_interval_find(luaL_checkstring(L, arg));
    luaL_argcheck(L, method != NULL, arg, "no such method");
    return method;
}

assay_interval_request lassay_interval_request(lua_State *L, int arg)
{
    static const char *const sides[] = {"two", "lower", "upper", NULL};
    assay_interval_request ask = {.population = ASSAY_INFINITE};
    luaL_checktype(L, arg, LUA_TTABLE);
    lua_getfield(L, arg, "method");
    ask.method = method_of(L, -1);
    lua_getfield(L, arg, "population");
    ask.population = lassay_population(L, -1);
    lua_getfield(L, arg, "confidence");
    ask.confidence = luaL_checknumber(L, -1);
    lua_getfield(L, arg, "side");
    ask.side = (assay_side)luaL_checkoption(L, -1, NULL, sides);
    for (int i = 0; i < 2 && assay_interval_has_prior(ask.method); i++) {
        lua_getfield(L, arg, "prior");
        lua_rawgeti(L, -1, i + 1);
        ask.prior[i] = luaL_checknumber(L, -1);
        lua_pop(L, 2);
    }
    lua_pop(L, 4);
    return ask;
}

/* compute(x, n, request) --> { estimate, lower, upper, lower_count, upper_count, status } */
static int l_compute(lua_State *L)
{
    const uint64_t x = lassay_count(L, 1), n = lassay_count(L, 2);
    const assay_interval_request ask = lassay_interval_request(L, 3);
    assay_interval interval;
    lassay_check_asked(L, assay_interval_compute(lassay_context(L), &ask, x, n, &interval));
    lua_createtable(L, 0, 13);
    lassay_set_number(L, "estimate", interval.estimate);
    lassay_set_number(L, "lower", interval.lower);
    lassay_set_number(L, "upper", interval.upper);
    if (assay_interval_counts(ask.method, ask.population)) {
        lassay_set_integer(L, "lower_count", interval.lower_count);
        lassay_set_integer(L, "upper_count", interval.upper_count);
    }
    lassay_set_text(L, "status", assay_interval_state_name(interval.state));
    return 1;
}

/* ---- many pairs ------------------------------------------------------------------------------ */

/* A whole number from 0 on that a Lua value, or a number of a column, is. */
static bool is_count(double number)
{
    return number >= 0 && number < 9007199254740992.0 && number == floor(number);
}

static bool list_count(lua_State *L, int arg, size_t i, int64_t *count)
{
    int whole;
    lua_rawgeti(L, arg, (lua_Integer)i + 1);
    *count = lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &whole) : (whole = 0);
    lua_pop(L, 1);
    return whole && *count >= 0;
}

static bool column_count(const assay_column *column, size_t i, int64_t *count)
{
    if (column->type == ASSAY_INTEGER) {
        *count = column->integers[i];
        return *count >= 0;
    }
    if (column->type != ASSAY_NUMBER || !is_count(column->numbers[i]))
        return false;
    *count = (int64_t)column->numbers[i];
    return true;
}

/* Whether a column of integers can be taken as it is. */
static bool has_counts_alone(const assay_column *column)
{
    int64_t least = 0;
    if (column == NULL || column->type != ASSAY_INTEGER)
        return false;
    for (size_t i = 0; i < column->length; i++)
        least = column->integers[i] < least ? column->integers[i] : least;
    return least == 0;
}

/* counts(list or column) --> a column of counts; or nil and the first index that holds none */
static int l_counts(lua_State *L)
{
    int64_t *values = NULL;
    assay_column **given = luaL_testudata(L, 1, LASSAY_COLUMN);
    const assay_column *column = given == NULL ? NULL : *given;
    if (given == NULL)
        luaL_checktype(L, 1, LUA_TTABLE);
    const size_t n = column == NULL ? lua_rawlen(L, 1) : column->length;
    assay_column **place = lassay_push_handle(L, LASSAY_COLUMN);
    if (has_counts_alone(column)) {
        *place = assay_column_retain(*given);
        return 1;
    }
    const size_t before = assay_memory_in_use();
    lassay_check(L, assay_column_of_integers_to_come(lassay_context(L), n, &values, place));
    for (size_t i = 0; i < n; i++)
        if (!(column == NULL ? list_count(L, 1, i, &values[i])
                             : column_count(column, i, &values[i]))) {
            lua_pushnil(L);
            lua_pushinteger(L, (lua_Integer)i + 1);
            return 2;
        }
    lassay_outside(L, before);
    return 1;
}

/* The columns of the result, each with its handle on the stack. */
enum { X, N, POPULATION, ESTIMATE, LOWER, UPPER, LOWER_COUNT, UPPER_COUNT, N_COLUMNS };
static const char *const column_names[N_COLUMNS] = {
    [X] = "x",
    [N] = "n",
    [POPULATION] = "population",
    [ESTIMATE] = "estimate",
    [LOWER] = "lower",
    [UPPER] = "upper",
    [LOWER_COUNT] = "lower_count",
    [UPPER_COUNT] = "upper_count",
};

/* A column of counts at `arg`, of that length; NULL where it is nil. */
static const int64_t *given_counts(lua_State *L, int arg, size_t n, assay_column ***place)
{
    *place = NULL;
    if (lua_isnil(L, arg))
        return NULL;
    const assay_column *column = lassay_handle(L, arg, LASSAY_COLUMN);
    luaL_argcheck(L, column->type == ASSAY_INTEGER && column->length == n, arg,
                  "a column of as many counts is needed");
    *place = lua_touserdata(L, arg);
    return column->integers;
}

static void push_frame(lua_State *L, assay_column **const columns[N_COLUMNS])
{
    static const int order[] = {X, N, ESTIMATE, LOWER, UPPER, POPULATION, LOWER_COUNT, UPPER_COUNT};
    assay_frame **frame = lassay_new_frame(L);
    lassay_check(L, assay_frame_new(lassay_context(L), frame));
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (columns[order[i]] != NULL)
            lassay_check(L, assay_frame_add(lassay_context(L), *frame, column_names[order[i]],
                                            assay_column_retain(*columns[order[i]])));
}

/*
** compute_all(x, n, populations or nil, request) --> frame, { status = rows that have it }
** x, n and populations are columns from `counts`
*/
static int l_compute_all(lua_State *L)
{
    assay_column **columns[N_COLUMNS] = {NULL};
    lua_settop(L, 4);
    const assay_interval_request ask = lassay_interval_request(L, 4);
    const assay_column *x = lassay_handle(L, 1, LASSAY_COLUMN);
    assay_interval_batch batch = {.rows = x->length};
    batch.x = given_counts(L, 1, batch.rows, &columns[X]);
    batch.n = given_counts(L, 2, batch.rows, &columns[N]);
    batch.populations = given_counts(L, 3, batch.rows, &columns[POPULATION]);
    const size_t before = assay_memory_in_use();
    batch.estimate = lassay_new_numbers(L, batch.rows, &columns[ESTIMATE]);
    batch.lower = lassay_new_numbers(L, batch.rows, &columns[LOWER]);
    batch.upper = lassay_new_numbers(L, batch.rows, &columns[UPPER]);
    if (assay_interval_counts(ask.method, batch.populations != NULL ? 1 : ask.population)) {
        batch.lower_count = lassay_new_integers(L, batch.rows, &columns[LOWER_COUNT]);
        batch.upper_count = lassay_new_integers(L, batch.rows, &columns[UPPER_COUNT]);
    }
    lassay_check_asked(L, assay_interval_compute_all(lassay_context(L), &ask, &batch));
    push_frame(L, columns);
    lassay_outside(L, before);
    lua_newtable(L);
    for (int i = 0; i < ASSAY_INTERVAL_STATES; i++)
        if (assay_interval_state_name((assay_interval_state)i) != NULL && batch.states[i] > 0)
            lassay_set_integer(L, assay_interval_state_name((assay_interval_state)i),
                               batch.states[i]);
    return 2;
}

/* methods(population) --> the names of those that have a form for it; and by name, those guaranteed */
static int l_methods(lua_State *L)
{
    const uint64_t population = lassay_population(L, 1);
    lua_Integer n = 0;
    lua_newtable(L);
    lua_newtable(L);
    for (size_t i = 0; assay_interval_name(i) != NULL; i++) {
        const char *name = assay_interval_name(i);
        const assay_interval_method *method = assay_interval_find(name);
        if (!assay_interval_applies(method, population))
            continue;
        lua_pushstring(L, name);
        lua_rawseti(L, -3, ++n);
        lua_pushboolean(L, assay_interval_is_guaranteed(method, population));
        lua_setfield(L, -2, name);
    }
    return 2;
}

static const luaL_Reg functions[] = {
    {"compute", l_compute}, {"counts", l_counts}, {"compute_all", l_compute_all},
    {"methods", l_methods}, {NULL, NULL},
};

void lassay_open_interval(lua_State *L)
{
    luaL_newlib(L, functions);
}
