/* lapart.c -- samples kept apart from others, and how far two overlap. */
#include "lframe.h"

#include "sample/apart.h"

static int collect_apart(lua_State *L)
{
    assay_apart **place = luaL_checkudata(L, 1, LASSAY_APART);
    assay_apart_free(*place);
    *place = NULL;
    return 0;
}

/* of(plan, samples) --> apart, which a draw takes */
static int l_of(lua_State *L)
{
    const assay_plan *plan = lassay_handle(L, 1, LASSAY_PLAN);
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 2);
    const assay_sample **others = lua_newuserdatauv(L, (n + 1) * sizeof *others, 0);
    for (size_t i = 0; i < n; i++) { /* the list keeps them */
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        others[i] = lassay_handle(L, lua_gettop(L), LASSAY_SAMPLE);
        lua_pop(L, 1);
    }
    assay_apart **place = lassay_push_handle(L, LASSAY_APART);
    lassay_check(L, assay_apart_new(lassay_context(L), plan, n, others, place));
    return 1;
}

/* The cases drawn of each stratum, in the sample or as reserves, that others had drawn. */
static void push_taken(lua_State *L, const assay_sample *sample, bool reserves)
{
    const size_t n = sample->plan->strata->n;
    uint64_t *counts = lua_newuserdatauv(L, (n + 1) * sizeof *counts, 0);
    for (size_t h = 0; h < n; h++)
        counts[h] = 0;
    for (size_t i = 0; i < sample->n; i++)
        counts[sample->plan->strata->of_row[sample->rows[i]]] +=
            (i >= sample->n_sample) == reserves && sample->how.apart->taken[sample->rows[i]];
    lassay_push_counts(L, n, counts);
    lua_remove(L, -2);
}

/*
** about(sample) --> nil, or { samples, taken, exact, in_sample, in_reserves }: how many other samples, the
** cases of the list that they have, and lists by stratum of such cases that were drawn all the same
*/
static int l_about(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    const assay_apart *apart = sample->how.apart;
    if (apart == NULL)
        return 0;
    lua_createtable(L, 0, 5);
    lassay_set_integer(L, "samples", apart->n);
    lassay_set_integer(L, "taken", apart->n_taken);
    lua_pushboolean(L, apart->exact);
    lua_setfield(L, -2, "exact");
    push_taken(L, sample, false);
    lua_setfield(L, -2, "in_sample");
    push_taken(L, sample, true);
    lua_setfield(L, -2, "in_reserves");
    return 1;
}

/* overlap(a, b) --> { shared, both, expected, at_most, same_seed, roles = a list of three lists of three } */
static int l_overlap(lua_State *L)
{
    const assay_sample *a = lassay_handle(L, 1, LASSAY_SAMPLE);
    const assay_sample *b = lassay_handle(L, 2, LASSAY_SAMPLE);
    assay_overlap found;
    lassay_check(L, assay_sample_overlap(lassay_context(L), a, b, &found));
    lua_createtable(L, 0, 8);
    lassay_set_integer(L, "shared", found.shared);
    lassay_set_integer(L, "both", found.both);
    lassay_set_number(L, "expected", found.expected);
    lassay_set_integer(L, "at_most", found.at_most);
    lassay_set_integer(L, "size", a->n_sample);
    lassay_set_integer(L, "other_size", b->n_sample);
    lua_pushboolean(L, found.same_seed);
    lua_setfield(L, -2, "same_seed");
    lua_createtable(L, ASSAY_OVERLAP_ROLES, 0);
    for (int i = 0; i < ASSAY_OVERLAP_ROLES; i++) {
        lassay_push_counts(L, ASSAY_OVERLAP_ROLES, found.roles[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "roles");
    return 1;
}

/* shared(a, b) --> how many ids two frames of one column have in common */
static int l_shared(lua_State *L)
{
    const assay_frame *a = lassay_frame(L, 1), *b = lassay_frame(L, 2);
    uint64_t shared;
    luaL_argcheck(L, assay_frame_columns(a) == 1 && assay_frame_columns(b) == 1, 1,
                  "one column each");
    lassay_check(L, assay_ids_shared(lassay_context(L), assay_frame_column(a, 0),
                                     assay_frame_column(b, 0), &shared));
    lua_pushinteger(L, (lua_Integer)shared);
    return 1;
}

static const luaL_Reg functions[] = {
    {"of", l_of}, {"about", l_about}, {"overlap", l_overlap}, {"shared", l_shared}, {NULL, NULL},
};

void lassay_open_apart(lua_State *L)
{
    lassay_new_kind(L, LASSAY_APART, collect_apart, NULL);
    luaL_newlib(L, functions);
}
