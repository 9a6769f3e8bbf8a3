/* lstatistic.c -- means, totals, ratios and quantiles of numbers that a sample has. */
#include "lframe.h"

#include "infer/statistic.h"

static const char *const kinds[] = {"mean", "total", "ratio", NULL};
static const char *const limits[] = {"t", "z", "percentile", NULL};

/* The values of a column of units, or of answers that are bytes, in a new userdata, pushed; nil: NULL. */
static const double *check_values(lua_State *L, int arg, const assay_frame *units, size_t n)
{
    if (lua_isnoneornil(L, arg))
        return NULL;
    double *values = lua_newuserdatauv(L, (n + 1) * sizeof *values, 0);
    if (lua_type(L, arg) == LUA_TSTRING) {
        size_t length;
        const char *answers = lua_tolstring(L, arg, &length);
        luaL_argcheck(L, length == n, arg, "one answer for each case is needed");
        assay_statistic_answers(n, (const uint8_t *)answers, values);
        return values;
    }
    const assay_column *column = assay_frame_column(units, lassay_column(L, arg, units, false));
    luaL_argcheck(L, column->length == n, arg, "one value for each case is needed");
    lassay_check(L, assay_statistic_values(lassay_context(L), column, values));
    return values;
}

/* Bytes of 0 and 1 for each case, or nil: NULL. */
static const uint8_t *check_flags(lua_State *L, int arg, size_t n)
{
    size_t length = 0;
    const char *flags = luaL_optlstring(L, arg, NULL, &length);
    luaL_argcheck(L, flags == NULL || length == n, arg, "one flag for each case is needed");
    return (const uint8_t *)flags;
}

/* Both of two domains, in a new userdata, pushed, where there are two. */
static const uint8_t *check_domain(lua_State *L, int arg, size_t n)
{
    const uint8_t *one = check_flags(L, arg, n), *other = check_flags(L, arg + 1, n);
    if (one == NULL || other == NULL)
        return one != NULL ? one : other;
    uint8_t *both = lua_newuserdatauv(L, n + 1, 0);
    for (size_t i = 0; i < n; i++)
        both[i] = one[i] != 0 && other[i] != 0;
    return both;
}

/* The arguments that all have: design, replicates or nil, units, y, x or nil, domain, domain, confidence */
static assay_statistic_ask check_ask(lua_State *L)
{
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    const assay_frame *units = lassay_frame(L, 3);
    const size_t n = assay_design_units(design);
    return (assay_statistic_ask){
        .design = design,
        .replicates = lua_isnil(L, 2) ? NULL : lassay_handle(L, 2, LASSAY_REPLICATES),
        .y = check_values(L, 4, units, n),
        .x = check_values(L, 5, units, n),
        .inside = check_domain(L, 6, n),
        .confidence = luaL_checknumber(L, 8),
    };
}

static void push_statistic(lua_State *L, const assay_statistic *s)
{
    lua_createtable(L, 0, 20);
    lassay_set_integer(L, "n", s->n);
    lassay_set_integer(L, "missing", s->missing);
    lassay_set_number(L, "estimate", s->estimate);
    lassay_set_number(L, "se", s->se);
    lassay_set_number(L, "df", s->df);
    lassay_set_number(L, "deff", s->deff);
    lassay_set_number(L, "lower", s->lower);
    lassay_set_number(L, "upper", s->upper);
    lassay_set_number(L, "half_width", s->half_width);
    lassay_set_integer(L, "undefined", s->undefined);
    lassay_set_text(L, "status", assay_interval_state_name(s->state));
}

/* of(design, replicates, units, y, x, domain, domain, confidence, kind, limits) --> table */
static int l_of(lua_State *L)
{
    assay_statistic found;
    const assay_statistic_kind kind = (assay_statistic_kind)luaL_checkoption(L, 9, NULL, kinds);
    const int how = luaL_checkoption(L, 10, NULL, limits);
    lua_settop(L, 10);
    assay_statistic_ask ask = check_ask(L);
    ask.limits = (assay_statistic_limits)how;
    luaL_argcheck(L, ask.y != NULL, 4, "values are needed");
    luaL_argcheck(L, (ask.x != NULL) == (kind == ASSAY_RATIO), 5, "a ratio alone has two columns");
    lassay_check(L, assay_statistic_of(lassay_context(L), kind, &ask, &found));
    push_statistic(L, &found);
    return 1;
}

/*
** quantile(design, replicates, units, y, nil, domain, domain, confidence, p, method or nil) --> table;
** `method` is one of limits where there are replicates, else one of a proportion's
*/
static int l_quantile(lua_State *L)
{
    assay_statistic found;
    const double p = luaL_checknumber(L, 9);
    const char *name = luaL_optstring(L, 10, NULL), *used = NULL;
    lua_settop(L, 10);
    assay_statistic_ask ask = check_ask(L);
    const assay_estimate_method *method = NULL;
    luaL_argcheck(L, ask.y != NULL && ask.x == NULL, 4, "one column is needed");
    if (ask.replicates != NULL)
        ask.limits = (assay_statistic_limits)luaL_checkoption(L, 10, "t", limits);
    else if (name != NULL)
        method = assay_estimate_find(name);
    luaL_argcheck(L, ask.replicates != NULL || name == NULL || method != NULL, 10,
                  "no such method");
    lassay_check(L, assay_statistic_quantile(lassay_context(L), &ask, p, method, &found, &used));
    push_statistic(L, &found);
    lassay_set_text(L, "method", used);
    return 1;
}

static const luaL_Reg functions[] = {{"of", l_of}, {"quantile", l_quantile}, {NULL, NULL}};

void lassay_open_statistic(lua_State *L)
{
    luaL_newlib(L, functions);
}
