/* ldesign.c -- the design under which answers were collected. */
#include "lframe.h"

#include "infer/design.h"
#include "sample/strata.h"

#define LASSAY_STRATA "assay.core.strata"

static int collect_design(lua_State *L)
{
    assay_design **place = lua_touserdata(L, 1);
    assay_design_free(*place);
    *place = NULL;
    return 0;
}

static int collect_strata(lua_State *L)
{
    assay_strata **place = lua_touserdata(L, 1);
    assay_strata_free(*place);
    *place = NULL;
    return 0;
}

/* strata(frame, columns) --> lists: the stratum of each row, from 1; labels, in byte order; rows of each */
static int l_strata(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t *columns = lassay_columns(L, 2, frame, &n);
    assay_strata **place = lassay_push_handle(L, LASSAY_STRATA);
    lassay_check(L, assay_strata_new(lassay_context(L), frame, n, columns, place));
    const assay_strata *strata = *place;
    const size_t rows = assay_frame_rows(frame);
    lua_createtable(L, (int)rows, 0);
    for (size_t i = 0; i < rows; i++) {
        lua_pushinteger(L, (lua_Integer)strata->of_row[i] + 1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_createtable(L, (int)strata->n, 0);
    for (size_t h = 0; h < strata->n; h++) {
        size_t length;
        const char *label = assay_strata_label(strata, h, &length);
        lua_pushlstring(L, label, length);
        lua_rawseti(L, -2, (lua_Integer)h + 1);
    }
    lassay_push_counts(L, strata->n, strata->population);
    return 3;
}

/* Numbers from 1 up to `most` in the list at `index`, as those from 0; their userdata is pushed. */
static const uint32_t *take_numbers(lua_State *L, int index, size_t n, size_t most,
                                    const char *what)
{
    index = lua_absindex(L, index);
    uint32_t *numbers = lua_newuserdatauv(L, (n + 1) * sizeof *numbers, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        const lua_Integer k = luaL_checkinteger(L, -1);
        if (k < 1 || (uint64_t)k > most)
            luaL_error(L, "no such %s", what);
        numbers[i] = (uint32_t)k - 1;
        lua_pop(L, 1);
    }
    return numbers;
}

/* Pushes the field, a list of n or nil; whether it is there. */
static bool has_list(lua_State *L, const char *name, size_t n)
{
    if (lua_getfield(L, 1, name) == LUA_TNIL)
        return false;
    if (!lua_istable(L, -1) || lua_rawlen(L, -1) != n)
        luaL_error(L, "'%s' is not a list of the right length", name);
    return true;
}

/* Populations, of which math.huge is one without end. */
static const uint64_t *take_populations(lua_State *L, const char *name, size_t n)
{
    if (!has_list(L, name, n))
        return NULL;
    const int index = lua_gettop(L);
    uint64_t *counts = lua_newuserdatauv(L, (n + 1) * sizeof *counts, 0);
    for (size_t h = 0; h < n; h++) {
        lua_rawgeti(L, index, (lua_Integer)h + 1);
        counts[h] = lua_isinteger(L, -1) ? lassay_count(L, -1) : ASSAY_INFINITE;
        lua_pop(L, 1);
    }
    return counts;
}

static const double *take_doubles(lua_State *L, const char *name, size_t n)
{
    return has_list(L, name, n) ? lassay_numbers(L, lua_gettop(L), n) : NULL;
}

static size_t length_of(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name);
    const size_t n = lua_rawlen(L, -1);
    lua_pop(L, 1);
    return n;
}

static void take_after(lua_State *L, assay_sampling *s, assay_aftermath *after)
{
    size_t n = 0;
    lua_getfield(L, 1, "inside");
    const char *inside = luaL_optlstring(L, -1, NULL, &n);
    if (inside == NULL)
        return;
    if (n != s->n || !has_list(L, "lost", s->strata))
        luaL_error(L, "a byte for each case and the lost of each stratum are needed");
    after->inside = (const uint8_t *)inside;
    after->lost = lassay_counts(L, lua_gettop(L), s->strata);
    after->raise = take_doubles(L, "raise", s->strata);
    s->after = after;
}

/* new(table) --> design; the fields of infer/design.h's assay_sampling and assay_aftermath, numbers from 1 */
static int l_new(lua_State *L)
{
    static const char *const policies[] = {"fail",    "certainty", "adjust",
                                           "average", "collapse",  NULL};
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkstack(L, 30, NULL);
    assay_aftermath after;
    assay_sampling s = {.n = length_of(L, "stratum"), .strata = length_of(L, "population")};
    has_list(L, "stratum", s.n);
    s.stratum = take_numbers(L, -1, s.n, s.strata, "stratum");
    s.population = take_populations(L, "population", s.strata);
    s.weights = take_doubles(L, "weights", s.n);
    s.chances = take_doubles(L, "chances", s.n);
    if (has_list(L, "cluster", s.n)) {
        const int index = lua_gettop(L);
        lua_getfield(L, 1, "clusters");
        s.clusters = (size_t)luaL_checkinteger(L, -1);
        s.cluster = take_numbers(L, index, s.n, s.clusters, "cluster");
        s.cluster_population = take_populations(L, "cluster_population", s.clusters);
    }
    lua_getfield(L, 1, "lonely");
    s.lonely = (assay_lonely)luaL_checkoption(L, -1, NULL, policies);
    if (has_list(L, "neighbour", s.strata))
        s.neighbour = take_numbers(L, -1, s.strata, s.strata, "stratum");
    take_after(L, &s, &after);
    assay_design **place = lassay_push_handle(L, LASSAY_DESIGN);
    lassay_check(L, assay_design_new(lassay_context(L), &s, place));
    return 1;
}

/* weights(design) --> a list */
static int l_weights(lua_State *L)
{
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    lassay_push_numbers(L, assay_design_units(design), assay_design_weights(design));
    return 1;
}

/* is_simple(design) --> whether the counts of each stratum suffice */
static int l_is_simple(lua_State *L)
{
    lua_pushboolean(L, assay_design_is_simple(lassay_handle(L, 1, LASSAY_DESIGN)));
    return 1;
}

static const luaL_Reg functions[] = {
    {"strata", l_strata},
    {"new", l_new},
    {"weights", l_weights},
    {"is_simple", l_is_simple},
    {NULL, NULL},
};

void lassay_open_design(lua_State *L)
{
    lassay_new_kind(L, LASSAY_DESIGN, collect_design, NULL);
    lassay_new_kind(L, LASSAY_STRATA, collect_strata, NULL);
    luaL_newlib(L, functions);
}
