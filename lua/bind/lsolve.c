/* lsolve.c -- rating vectors that fit clues. */
#include "lassay.h"

#include "base/memory.h"
#include "judge/solve.h"

#define LASSAY_SOLVE "assay.core.solve"

static int collect_solve(lua_State *L)
{
    assay_solve **place = lua_touserdata(L, 1);
    assay_solve_free(*place);
    *place = NULL;
    return 0;
}

/* ---- reading clues: lists of whole numbers that the library has checked ---------------------- */

/* The i-th, from 0, of the list in field `name` of the table at index 2. */
static lua_Integer item(lua_State *L, const char *name, size_t i)
{
    lua_getfield(L, 2, name);
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    const lua_Integer found = lua_tointeger(L, -1);
    lua_pop(L, 2);
    return found;
}

static lua_Integer number(lua_State *L, const char *name)
{
    lua_getfield(L, 2, name);
    const lua_Integer found = luaL_checkinteger(L, -1);
    lua_pop(L, 1);
    return found;
}

/* A list { least, most } in field `name`; no `most`: without end. */
static assay_solve_span span(lua_State *L, const char *name)
{
    lua_getfield(L, 2, name);
    const bool has_end = lua_rawgeti(L, -1, 2) != LUA_TNIL;
    lua_pop(L, 2);
    return (assay_solve_span){item(L, name, 0), has_end ? item(L, name, 1) : ASSAY_SOLVE_ANY};
}

/* bands = { least, most, least, most, ... }, -1 where there is no end */
static const assay_solve_span *push_bands(lua_State *L, size_t n)
{
    assay_solve_span *bands = lua_newuserdatauv(L, (n + 1) * sizeof *bands, 0);
    for (size_t b = 0; b < n; b++) {
        const lua_Integer most = item(L, "bands", 2 * b + 1);
        bands[b] = (assay_solve_span){item(L, "bands", 2 * b), most < 0 ? ASSAY_SOLVE_ANY : most};
    }
    return bands;
}

/* Three arrays in one userdata, which is pushed. */
static void push_standards(lua_State *L, assay_clues *clues)
{
    const size_t n = clues->n, room = n + 1;
    uint64_t *allowed =
        lua_newuserdatauv(L, room * (sizeof *allowed + sizeof(size_t) + sizeof(bool)), 0);
    size_t *before = (size_t *)(allowed + room);
    bool *counted = (bool *)(before + room);
    for (size_t i = 0; i < n; i++) {
        const lua_Integer band = item(L, "before", i);
        allowed[i] = (uint64_t)item(L, "allowed", i);
        before[i] = band == 0 ? ASSAY_SOLVE_UNKNOWN : (size_t)band - 1;
        counted[i] = item(L, "counted", i) != 0;
    }
    clues->allowed = allowed;
    clues->before = before;
    clues->counted = counted;
}

/* ---- pushing the answer ---------------------------------------------------------------------- */

static void push_points(lua_State *L, const assay_solve *solve)
{
    int64_t points;
    uint64_t vectors;
    lua_newtable(L);
    for (size_t k = 0; assay_solve_points(solve, k, &points, &vectors); k++) {
        lua_createtable(L, 2, 0);
        lua_pushinteger(L, points);
        lua_rawseti(L, -2, 1);
        lua_pushinteger(L, (lua_Integer)vectors);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)k + 1);
    }
}

static void push_with(lua_State *L, const assay_solve *solve, size_t n, size_t n_bands)
{
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_createtable(L, (int)n_bands, 0);
        for (size_t b = 0; b < n_bands; b++) {
            lua_pushinteger(L, (lua_Integer)assay_solve_with(solve, i, b));
            lua_rawseti(L, -2, (lua_Integer)b + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

enum { POLLED = 65536 }; /* ratings pushed between two polls */

/* The first `most` vectors, bands from 1. */
static void push_vectors(lua_State *L, const assay_solve *solve, size_t n, uint64_t most)
{
    const uint64_t count = assay_solve_count(solve) < most ? assay_solve_count(solve) : most;
    size_t *bands = lua_newuserdatauv(L, (n + 1) * sizeof *bands, 0);
    lua_newtable(L);
    for (uint64_t k = 0; k < count; k++) {
        if (k % (POLLED / n + 1) == 0)
            lassay_check(L, assay_poll(lassay_context(L), k, count));
        assay_solve_vector(solve, k, bands);
        lua_createtable(L, (int)n, 0);
        for (size_t i = 0; i < n; i++) {
            lua_pushinteger(L, (lua_Integer)bands[i] + 1);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)k + 1);
    }
}

/* solve(scale, clues, most) --> { count, points = { { points, vectors }, ... }, with = { { by band }, ... },
   vectors = the first of them, at most so many } */
static int l_solve(lua_State *L)
{
    assay_context *context = lassay_context(L);
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    luaL_checktype(L, 2, LUA_TTABLE);
    const uint64_t most = lassay_count(L, 3);
    const size_t n_bands = assay_scale_n_bands(scale);
    assay_clues clues = {.n = (size_t)number(L, "n"), .overall = (uint64_t)number(L, "overall")};
    clues.risen = span(L, "risen");
    clues.fallen = span(L, "fallen");
    clues.points = span(L, "points");
    clues.bands = push_bands(L, n_bands);
    push_standards(L, &clues);
    assay_solve **solve = lassay_push_handle(L, LASSAY_SOLVE);
    const size_t before = assay_memory_in_use();
    lassay_check_asked(L, assay_solve_new(context, scale, &clues, solve));
    lassay_outside(L, before);
    lua_createtable(L, 0, 4);
    lassay_set_integer(L, "count", assay_solve_count(*solve));
    push_points(L, *solve);
    lua_setfield(L, -2, "points");
    push_with(L, *solve, clues.n, n_bands);
    lua_setfield(L, -2, "with");
    push_vectors(L, *solve, clues.n, most);
    lua_setfield(L, -3, "vectors");
    lua_pop(L, 1);
    return 1;
}

static const luaL_Reg functions[] = {
    {"solve", l_solve},
    {NULL, NULL},
};

void lassay_open_solve(lua_State *L)
{
    lassay_new_kind(L, LASSAY_SOLVE, collect_solve, NULL);
    luaL_newlib(L, functions);
    lua_pushinteger(L, ASSAY_SOLVE_STANDARDS);
    lua_setfield(L, -2, "most_standards");
}
