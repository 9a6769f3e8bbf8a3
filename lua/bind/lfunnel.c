/* lfunnel.c -- units against the limits within which chance alone would hold them. */
#include "lframe.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "judge/funnel.h"

/* The columns of the answer; the limits are between the share and the z, the ranks only if asked for. */
enum { SHARE, Z, P_VALUE, OUTSIDE, N_NUMBERS };
enum { RANK, RANK_FROM, RANK_TO, N_RANKS };

/* A call under way; the handles of columns stand on the stack, at these indices. */
typedef struct call {
    assay_funnel_request ask;
    assay_funnel found;
    assay_column **numbers[N_NUMBERS], **ranks[N_RANKS], ***limits; /* limits[2 * n_confidences] */
} call;

/* A column of counts at `arg`, as long as the frame; NULL where it is nil. */
static const int64_t *counts_at(lua_State *L, int arg, size_t n)
{
    if (lua_isnil(L, arg))
        return NULL;
    const assay_column *column = lassay_handle(L, arg, LASSAY_COLUMN);
    luaL_argcheck(L, column->type == ASSAY_INTEGER && column->length == n, arg,
                  "a column of as many counts is needed");
    return column->integers;
}

static double number_field(lua_State *L, int arg, const char *name)
{
    lua_getfield(L, arg, name);
    const double number = luaL_optnumber(L, -1, (double)NAN);
    lua_pop(L, 1);
    return number;
}

/* { target=, confidences=, method=, winsorise=, inflate=, ranks= } at `arg` */
static void read_ask(lua_State *L, int arg, assay_funnel_request *ask)
{
    static const char *const methods[] = {"exact", "mirrored", "normal", NULL};
    luaL_checktype(L, arg, LUA_TTABLE);
    ask->target = number_field(L, arg, "target");
    ask->winsorised = number_field(L, arg, "winsorise");
    ask->rank_confidence = number_field(L, arg, "ranks");
    lua_getfield(L, arg, "inflate");
    ask->inflate = lua_toboolean(L, -1);
    lua_getfield(L, arg, "method");
    ask->method = (assay_funnel_method)luaL_checkoption(L, -1, NULL, methods);
    lua_pop(L, 2);
    lua_getfield(L, arg, "confidences"); /* stays on the stack, as does what follows */
    luaL_checktype(L, -1, LUA_TTABLE);
    ask->n_confidences = lua_rawlen(L, -1);
    ask->confidences = lassay_numbers(L, lua_gettop(L), ask->n_confidences);
}

static void make_places(lua_State *L, call *c)
{
    const size_t n = c->ask.units, levels = c->ask.n_confidences;
    luaL_checkstack(L, (int)(2 * levels) + N_NUMBERS + N_RANKS + 8, "too many confidences");
    double **limits = lua_newuserdatauv(L, (2 * levels + 1) * sizeof *limits, 0);
    c->limits = lua_newuserdatauv(L, (2 * levels + 1) * sizeof *c->limits, 0);
    for (size_t i = 0; i < 2 * levels; i++)
        limits[i] = lassay_new_numbers(L, n, &c->limits[i]);
    c->found = (assay_funnel){
        .share = lassay_new_numbers(L, n, &c->numbers[SHARE]),
        .z = lassay_new_numbers(L, n, &c->numbers[Z]),
        .p_value = lassay_new_numbers(L, n, &c->numbers[P_VALUE]),
        .outside = lassay_new_numbers(L, n, &c->numbers[OUTSIDE]),
        .lower = limits,
        .upper = limits + levels,
    };
    if (isnan(c->ask.rank_confidence))
        return;
    c->found.rank = lassay_new_integers(L, n, &c->ranks[RANK]);
    c->found.rank_from = lassay_new_integers(L, n, &c->ranks[RANK_FROM]);
    c->found.rank_to = lassay_new_integers(L, n, &c->ranks[RANK_TO]);
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* Which side of the target a unit is on that lies outside limits; else missing. */
static const char *side_of(const void *self, size_t row, size_t *length)
{
    const assay_funnel *found = self;
    if (isnan(found->outside[row]))
        return NULL;
    *length = 5;
    return found->share[row] > found->target ? "above" : "below";
}

static void add_column(lua_State *L, assay_frame *to, const char *name, assay_column **column)
{
    lassay_check(L, assay_frame_add(lassay_context(L), to, name, assay_column_retain(*column)));
}

static void add_limits(lua_State *L, const call *c, int labels, assay_frame *to)
{
    for (size_t i = 0; i < 2 * c->ask.n_confidences; i++) {
        const size_t level = i / 2, upper = i % 2;
        lua_rawgeti(L, labels, (lua_Integer)level + 1);
        lua_pushfstring(L, upper ? "upper_%s" : "lower_%s", luaL_checkstring(L, -1));
        add_column(L, to, lua_tostring(L, -1), c->limits[upper * c->ask.n_confidences + level]);
        lua_pop(L, 2);
    }
}

static void push_frame(lua_State *L, const call *c, const assay_frame *units, int labels)
{
    static const char *const ranks[] = {"rank", "rank_from", "rank_to"};
    assay_column **flag = lassay_push_handle(L, LASSAY_COLUMN);
    lassay_check(L,
                 assay_column_of_texts(lassay_context(L), c->ask.units, side_of, &c->found, flag));
    assay_frame **frame = lassay_new_frame(L);
    lassay_check(L, assay_frame_new(lassay_context(L), frame));
    for (size_t i = 0; i < assay_frame_columns(units); i++)
        lassay_check(L, assay_frame_add(lassay_context(L), *frame, assay_frame_name(units, i),
                                        assay_column_retain(assay_frame_column(units, i))));
    add_column(L, *frame, c->ask.trials != NULL ? "share" : "rate", c->numbers[SHARE]);
    add_limits(L, c, labels, *frame);
    add_column(L, *frame, "z", c->numbers[Z]);
    add_column(L, *frame, "p_value", c->numbers[P_VALUE]);
    for (size_t i = 0; c->found.rank != NULL && i < N_RANKS; i++)
        add_column(L, *frame, ranks[i], c->ranks[i]);
    add_column(L, *frame, "outside", c->numbers[OUTSIDE]);
    add_column(L, *frame, "flag", flag);
}

/* How many units lie outside the limits of each confidence, as a list. */
static void push_outside(lua_State *L, const call *c)
{
    lua_newtable(L);
    for (size_t level = 0; level < c->ask.n_confidences; level++) {
        lua_Integer n = 0;
        for (size_t i = 0; i < c->ask.units; i++)
            n += c->found.outside[i] >= c->ask.confidences[level] ? 1 : 0;
        lua_pushinteger(L, n);
        lua_rawseti(L, -2, (lua_Integer)level + 1);
    }
}

/* Units that stand outside the highest drawn limits they can, and are not flagged there. */
static size_t count_drawn_alone(const call *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->ask.units; i++)
        for (size_t level = c->ask.n_confidences; level-- > 0;) {
            const double share = c->found.share[i];
            if (!(share > c->found.upper[level][i] || share < c->found.lower[level][i]))
                continue;
            n += c->found.outside[i] >= c->ask.confidences[level] ? 0U : 1U;
            break;
        }
    return n;
}

static void push_about(lua_State *L, const call *c)
{
    lua_newtable(L);
    lassay_set_number(L, "target", c->found.target);
    lassay_set_number(L, "phi", c->found.phi);
    lassay_set_number(L, "chi_squared", c->found.chi_squared);
    lassay_set_number(L, "p_value", c->found.chi_squared_p);
    lassay_set_integer(L, "used", c->found.used);
    lassay_set_integer(L, "tested", c->found.tested);
    lassay_set_integer(L, "drawn_alone", count_drawn_alone(c));
    lua_pushboolean(L, c->found.inflated);
    lua_setfield(L, -2, "inflated");
    push_outside(L, c);
    lua_setfield(L, -2, "outside");
}

/*
** compute(units, events, trials or nil, exposures or nil, populations or nil, ask, labels) --> frame,
** about; counts are columns, exposures a list of numbers, labels of the confidences are for the names
*/
static int l_compute(lua_State *L)
{
    call c = {.numbers = {NULL}};
    lua_settop(L, 7);
    const assay_frame *units = lassay_frame(L, 1);
    c.ask.units = assay_frame_rows(units);
    c.ask.events = counts_at(L, 2, c.ask.units);
    c.ask.trials = counts_at(L, 3, c.ask.units);
    c.ask.exposure = c.ask.trials != NULL ? NULL : lassay_numbers(L, 4, c.ask.units);
    c.ask.populations = counts_at(L, 5, c.ask.units);
    luaL_argcheck(L, c.ask.events != NULL, 2, "events are needed");
    read_ask(L, 6, &c.ask);
    luaL_checktype(L, 7, LUA_TTABLE);
    const size_t before = assay_memory_in_use();
    make_places(L, &c);
    lassay_check(L, assay_funnel_compare(lassay_context(L), &c.ask, &c.found));
    push_frame(L, &c, units, 7);
    lassay_outside(L, before);
    push_about(L, &c);
    return 2;
}

static const luaL_Reg functions[] = {{"compute", l_compute}, {NULL, NULL}};

void lassay_open_funnel(lua_State *L)
{
    luaL_newlib(L, functions);
}
