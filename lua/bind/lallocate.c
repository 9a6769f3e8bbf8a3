/* lallocate.c -- a total shared out over strata. */
#include "lassay.h"

#include "sample/round_robin.h"
#include "sample/rule.h"

/* A list of n numbers in a field of the table at `arg`; NULL if it has none. */
static const double *field_numbers(lua_State *L, int arg, const char *name, size_t n)
{
    return lua_getfield(L, arg, name) == LUA_TNIL ? NULL : lassay_numbers(L, lua_gettop(L), n);
}

/* rules() --> list of { name, sd, cost, power, exact }: what each needs, and gives */
static int l_rules(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; assay_allocation_rule_at(i) != NULL; i++) {
        const assay_allocation_rule *rule = assay_allocation_rule_at(i);
        const struct {
            const char *name;
            bool value;
        } flags[] = {{"sd", rule->needs_sd},
                     {"cost", rule->needs_cost},
                     {"power", rule->takes_power},
                     {"exact", rule->exact}};
        lua_newtable(L);
        lassay_set_text(L, "name", rule->name);
        for (size_t k = 0; k < sizeof flags / sizeof flags[0]; k++) {
            lua_pushboolean(L, flags[k].value);
            lua_setfield(L, -2, flags[k].name);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/*
** by(rule, n, populations, minimums, maximums, { sd =, cost =, power = }) --> lists: whole numbers
** that add up to n, and the real ones before they were rounded
*/
static int l_by(lua_State *L)
{
    const assay_allocation_rule *rule = assay_allocation_rule_find(luaL_checkstring(L, 1));
    luaL_argcheck(L, rule != NULL, 1, "no such rule");
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checktype(L, 6, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 3);
    assay_allocation what = {.n = lassay_count(L, 2), .n_strata = n};
    what.population = lassay_counts(L, 3, n);
    what.minimum = lassay_counts(L, 4, n);
    what.maximum = lassay_counts(L, 5, n);
    what.sd = field_numbers(L, 6, "sd", n);
    what.cost = field_numbers(L, 6, "cost", n);
    lua_getfield(L, 6, "power");
    what.power = luaL_optnumber(L, -1, 0);
    luaL_argcheck(L, !rule->needs_sd || what.sd != NULL, 6, "sd is needed");
    luaL_argcheck(L, !rule->needs_cost || what.cost != NULL, 6, "cost is needed");
    double *real = lua_newuserdatauv(L, (n + 1) * sizeof *real, 0);
    uint64_t *whole = lua_newuserdatauv(L, (n + 1) * sizeof *whole, 0);
    lassay_check(L, assay_allocate_by(lassay_context(L), rule, &what, real, whole));
    lassay_push_counts(L, n, whole);
    lassay_push_numbers(L, n, real);
    return 2;
}

/* in_turns(n, buffer, real, populations, minimums, maximums) --> lists: sample, reserves */
static int l_in_turns(lua_State *L)
{
    const uint64_t total = lassay_count(L, 1);
    const double buffer = luaL_checknumber(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 3);
    const double *real = lassay_numbers(L, 3, n);
    const uint64_t *populations = lassay_counts(L, 4, n);
    const uint64_t *minimums = lassay_counts(L, 5, n), *maximums = lassay_counts(L, 6, n);
    uint64_t *sample = lua_newuserdatauv(L, (n + 1) * sizeof *sample, 0);
    uint64_t *reserve = lua_newuserdatauv(L, (n + 1) * sizeof *reserve, 0);
    lassay_check(L, assay_round_in_turns(lassay_context(L), total, buffer, n, real, populations,
                                         minimums, maximums, sample, reserve));
    lassay_push_counts(L, n, sample);
    lassay_push_counts(L, n, reserve);
    return 2;
}

static const luaL_Reg functions[] = {
    {"rules", l_rules},
    {"by", l_by},
    {"in_turns", l_in_turns},
    {NULL, NULL},
};

void lassay_open_allocate(lua_State *L)
{
    luaL_newlib(L, functions);
}
