/* lplan.c -- how many cases from where. */
#include "lframe.h"

#include "base/memory.h"
#include "sample/plan.h"
#include "sample/round_robin.h"

static int collect_plan(lua_State *L)
{
    assay_plan **place = luaL_checkudata(L, 1, LASSAY_PLAN);
    assay_plan_release(*place);
    *place = NULL;
    return 0;
}

static assay_plan *check_plan(lua_State *L, int arg)
{
    return lassay_handle(L, arg, LASSAY_PLAN);
}

/* new(frame, id, columns) --> plan */
static int l_new(lua_State *L)
{
    size_t n;
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t id = lassay_column(L, 2, frame, false);
    const size_t *columns = lassay_columns(L, 3, frame, &n), before = assay_memory_in_use();
    assay_plan **place = lassay_push_handle(L, LASSAY_PLAN);
    lassay_check(L, assay_plan_new(lassay_context(L), frame, id, n, columns, place));
    lassay_outside(L, before);
    return 1;
}

/* ids(plan) --> frame of the one column that names the cases */
static int l_ids(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_frame_select(lassay_context(L), plan->frame, 1, &plan->id, place));
    return 1;
}

/* A column number (from 1) of a source, as a number from 0. */
static size_t source_column(lua_State *L, int arg, const assay_source *source, uint64_t number)
{
    luaL_argcheck(L, number >= 1 && number <= source->n_columns, arg, "there is no such column");
    return (size_t)number - 1;
}

/* of_source(source, wishes, id, columns) --> plan; columns are numbers of the source's */
static int l_of_source(lua_State *L)
{
    bool *keep;
    assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    const assay_column_wish *wishes = lassay_check_wishes(L, 2, source->n_columns, &keep);
    const size_t id = source_column(L, 3, source, lassay_count(L, 3));
    luaL_checktype(L, 4, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 4), before = assay_memory_in_use();
    const uint64_t *numbers = lassay_counts(L, 4, n);
    size_t *columns = lua_newuserdatauv(L, (n + 1) * sizeof *columns, 0);
    for (size_t i = 0; i < n; i++)
        columns[i] = source_column(L, 4, source, numbers[i]);
    assay_plan **place = lassay_push_handle(L, LASSAY_PLAN);
    lassay_check(
        L, assay_plan_of_source(lassay_context(L), source, wishes, keep, id, n, columns, place));
    lassay_outside(L, before);
    return 1;
}

/* alike(plan) --> rows whose id is that of an earlier one but for its normal form, the first and that one */
static int l_alike(lua_State *L)
{
    assay_alike alike;
    const assay_plan *plan = check_plan(L, 1);
    lassay_check(L, assay_frame_find_alike(lassay_context(L), plan->frame, plan->id, &alike));
    lua_pushinteger(L, (lua_Integer)alike.n);
    lua_pushinteger(L, (lua_Integer)alike.row + 1);
    lua_pushinteger(L, (lua_Integer)alike.other + 1);
    return 3;
}

/* columns(plan) --> list of the names of the frame's columns */
static int l_columns(lua_State *L)
{
    const assay_frame *frame = check_plan(L, 1)->frame;
    const size_t n = assay_frame_columns(frame);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushstring(L, assay_frame_name(frame, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* labels(plan) --> list */
static int l_labels(lua_State *L)
{
    const assay_strata *strata = check_plan(L, 1)->strata;
    lua_createtable(L, (int)strata->n, 0);
    for (size_t h = 0; h < strata->n; h++) {
        size_t length;
        const char *label = assay_strata_label(strata, h, &length);
        lua_pushlstring(L, label, length);
        lua_rawseti(L, -2, (lua_Integer)h + 1);
    }
    return 1;
}

/* populations(plan), sizes(plan), reserve_sizes(plan) --> list, by stratum */
static int l_populations(lua_State *L)
{
    const assay_strata *strata = check_plan(L, 1)->strata;
    lassay_push_counts(L, strata->n, strata->population);
    return 1;
}

static int l_sizes(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    lassay_push_counts(L, plan->strata->n, plan->sample);
    return 1;
}

static int l_reserve_sizes(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    lassay_push_counts(L, plan->strata->n, plan->reserve);
    return 1;
}

/* asked(plan) --> lists by stratum: sizes, expected ones as numbers, and reserves, before any cells */
static int l_asked(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    const size_t n = plan->strata->n;
    if (plan->expected != NULL)
        lassay_push_numbers(L, n, plan->expected);
    else
        lassay_push_counts(L, n, plan->asked != NULL ? plan->asked : plan->sample);
    lassay_push_counts(L, n, plan->asked != NULL ? plan->asked + n : plan->reserve);
    return 2;
}

/* size(plan) --> the cases to draw; in two stages those expected, which may be no whole number */
static int l_size(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    const double size = plan->stages != NULL ? plan->stages->size : (double)plan->size;
    lua_Integer whole;
    if (lua_numbertointeger(size, &whole) && (double)whole == size)
        lua_pushinteger(L, whole);
    else
        lua_pushnumber(L, size);
    return 1;
}

/*
** reserves(plan, sizes, share) --> lists: reserves that there are, and that the share asks for;
** expected_reserves(plan, sizes, share): the same for sizes that are rounded by chance
*/
static int push_reserves(lua_State *L, const uint64_t *sizes, const double *expected)
{
    const assay_plan *plan = check_plan(L, 1);
    const size_t n = plan->strata->n;
    const double share = luaL_checknumber(L, 3);
    uint64_t *reserves = lua_newuserdatauv(L, (n + 1) * sizeof *reserves, 0);
    uint64_t *wanted = lua_newuserdatauv(L, (n + 1) * sizeof *wanted, 0);
    lassay_check(L, sizes != NULL ? assay_plan_reserves(lassay_context(L), plan, sizes, share,
                                                        wanted, reserves)
                                  : assay_plan_expected_reserves(lassay_context(L), plan, expected,
                                                                 share, wanted, reserves));
    lassay_push_counts(L, n, reserves);
    lassay_push_counts(L, n, wanted);
    return 2;
}

static int l_reserves(lua_State *L)
{
    return push_reserves(L, lassay_counts(L, 2, check_plan(L, 1)->strata->n), NULL);
}

static int l_expected_reserves(lua_State *L)
{
    return push_reserves(L, NULL, lassay_numbers(L, 2, check_plan(L, 1)->strata->n));
}

/* set(plan, sizes, reserves) */
static int l_set(lua_State *L)
{
    assay_plan *plan = check_plan(L, 1);
    const uint64_t *sizes = lassay_counts(L, 2, plan->strata->n);
    const uint64_t *reserves = lassay_counts(L, 3, plan->strata->n);
    lassay_check(L, assay_plan_set(lassay_context(L), plan, sizes, reserves));
    return 0;
}

/* set_expected(plan, n, sizes, reserves) */
static int l_set_expected(lua_State *L)
{
    assay_plan *plan = check_plan(L, 1);
    const uint64_t n = lassay_count(L, 2);
    const double *sizes = lassay_numbers(L, 3, plan->strata->n);
    const uint64_t *reserves = lassay_counts(L, 4, plan->strata->n);
    lassay_check(L, assay_plan_set_expected(lassay_context(L), plan, n, sizes, reserves));
    return 0;
}

/* within(plan, columns, cap): cap 0 is none */
static int l_within(lua_State *L)
{
    size_t n;
    assay_plan *plan = check_plan(L, 1);
    const size_t *columns = lassay_columns(L, 2, plan->frame, &n);
    const uint64_t cap = lassay_count(L, 3);
    lassay_check(L, assay_plan_within(lassay_context(L), plan, n, columns, cap));
    return 0;
}

/* cap(plan, column, cap) */
static int l_cap(lua_State *L)
{
    assay_plan *plan = check_plan(L, 1);
    const size_t column = lassay_column(L, 2, plan->frame, false);
    lassay_check(L, assay_plan_cap(lassay_context(L), plan, column, lassay_count(L, 3)));
    return 0;
}

/* measure(plan, column) --> list by stratum: cases of probability 1 that are too large for less */
static int l_measure(lua_State *L)
{
    assay_plan *plan = check_plan(L, 1);
    const size_t column = lassay_column(L, 2, plan->frame, false);
    lassay_check(L, assay_plan_measure(lassay_context(L), plan, column));
    lassay_push_counts(L, plan->strata->n, plan->measure->certain);
    return 1;
}

/*
** units(plan, column, columns, descending, serpentine, hidden) --> list by stratum: the units into which
** the cases are parted; they are sorted by the columns
*/
static int l_units(lua_State *L)
{
    assay_plan *plan = check_plan(L, 1);
    const size_t column = lassay_column(L, 2, plan->frame, false), before = assay_memory_in_use();
    assay_sorting by = {.serpentine = lua_toboolean(L, 5) != 0};
    by.columns = lassay_columns(L, 3, plan->frame, &by.n);
    by.descending = lassay_flags(L, 4, by.n);
    lassay_check(L, assay_stages_part(lassay_context(L), plan, column, &by, lua_toboolean(L, 6)));
    lassay_outside(L, before);
    lassay_push_counts(L, plan->strata->n, plan->stages->first->strata->population);
    return 1;
}

/*
** stages(plan, units, cases, share, method): the units of each stratum, the cases of each unit and
** reserves as a share of them
*/
static int l_stages(lua_State *L)
{
    assay_plan *plan = check_plan(L, 1);
    const uint64_t *units = lassay_counts(L, 2, plan->strata->n);
    const uint64_t cases = lassay_count(L, 3);
    const uint64_t reserve = assay_round_half_up(luaL_checknumber(L, 4) * (double)cases);
    const assay_method *method = assay_method_find(luaL_checkstring(L, 5));
    lassay_check(L, assay_stages_set(lassay_context(L), plan, units, cases, reserve, method));
    return 0;
}

/*
** asked_units(plan, share) --> lists by stratum: units to draw, and all that there are; reserves of
** each unit by that share of its cases
*/
static int l_asked_units(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    const assay_plan *first = plan->stages->first;
    lassay_push_counts(L, plan->strata->n, first->sample);
    lassay_push_counts(L, plan->strata->n, first->strata->population);
    lua_pushinteger(L, (lua_Integer)assay_round_half_up(luaL_checknumber(L, 2) *
                                                        (double)plan->stages->cases));
    return 3;
}

/*
** short_units(plan) --> lists by stratum: units with fewer cases than are asked of one, cases of the
** smallest of these, units with fewer reserves, units of probability 1 that are too large for less
*/
static int l_short_units(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    const size_t n = plan->strata->n;
    const assay_measure *measure = plan->stages->first->measure;
    uint64_t *counts = lua_newuserdatauv(L, (n + 1) * 4 * sizeof *counts, 0);
    assay_stages_short(plan, counts, counts + n, counts + 2 * n);
    for (size_t h = 0; h < n; h++)
        counts[3 * n + h] = measure == NULL ? 0 : measure->certain[h];
    for (size_t i = 0; i < 4; i++)
        lassay_push_counts(L, n, counts + i * n);
    return 4;
}

/* without_chance(plan) --> cases whose cell has no sample, those of them that can be reserves */
static int l_without_chance(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    uint64_t none = 0, alone = 0;
    if (plan->cells != NULL)
        none = assay_parts_without_chance(plan->cells, &alone);
    lua_pushinteger(L, (lua_Integer)none);
    lua_pushinteger(L, (lua_Integer)alone);
    return 2;
}

/* Sets the field `stages` of the table on top: { unit, method, units, drawn, cases, reserve, sort }. */
static void set_stages(lua_State *L, const assay_plan *plan)
{
    const assay_stages *stages = plan->stages;
    const assay_sorting *by = &stages->sorting;
    lua_newtable(L);
    lassay_set_text(L, "unit", assay_frame_name(plan->frame, stages->column));
    lassay_set_text(L, "method", stages->method == NULL ? "srs" : stages->method->name);
    lassay_set_integer(L, "units", stages->units->n);
    lassay_set_integer(L, "drawn", stages->first->size);
    lassay_set_integer(L, "cases", stages->cases);
    lassay_set_integer(L, "reserve", stages->reserve);
    lua_createtable(L, (int)by->n, 0);
    for (size_t i = 0; i < by->n; i++) {
        lua_pushfstring(L, "%s%s", by->descending[i] ? "-" : "",
                        assay_frame_name(stages->first->frame, by->columns[i]));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "sort");
    lua_pushboolean(L, by->serpentine);
    lua_setfield(L, -2, "serpentine");
    lua_setfield(L, -2, "stages");
}

/*
** how(plan) --> { rounding, within, column, cap, size_measure, stages }: what sizes by stratum do not
** tell
*/
static int l_how(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    const assay_parts *cells = plan->cells;
    const uint64_t cap = cells != NULL ? cells->cap : plan->cap;
    const size_t column = cells != NULL ? cells->columns[cells->n_columns - 1] : plan->holder;
    lua_newtable(L);
    lassay_set_text(L, "rounding", plan->expected != NULL ? "random" : NULL);
    if (plan->measure != NULL)
        lassay_set_text(L, "size_measure", assay_frame_name(plan->frame, plan->measure->column));
    if (plan->stages != NULL)
        set_stages(L, plan);
    if (cap > 0) {
        lassay_set_integer(L, "cap", cap);
        lassay_set_text(L, "column", assay_frame_name(plan->frame, column));
    }
    if (cells == NULL)
        return 1;
    lua_createtable(L, (int)cells->n_columns, 0);
    for (size_t i = 0; i < cells->n_columns; i++) {
        lua_pushstring(L, assay_frame_name(plan->frame, cells->columns[i]));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "within");
    return 1;
}

/* table(plan) --> frame */
static int l_table(lua_State *L)
{
    const assay_plan *plan = check_plan(L, 1);
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_plan_table(lassay_context(L), plan, place));
    return 1;
}

/* fingerprint(plan) --> decimal digits */
static int l_fingerprint(lua_State *L)
{
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    lassay_check(L, assay_plan_fingerprint(lassay_context(L), check_plan(L, 1), fingerprint));
    lua_pushstring(L, fingerprint);
    return 1;
}

static const luaL_Reg functions[] = {
    {"new", l_new},
    {"of_source", l_of_source},
    {"alike", l_alike},
    {"columns", l_columns},
    {"ids", l_ids},
    {"labels", l_labels},
    {"populations", l_populations},
    {"sizes", l_sizes},
    {"reserve_sizes", l_reserve_sizes},
    {"asked", l_asked},
    {"size", l_size},
    {"reserves", l_reserves},
    {"expected_reserves", l_expected_reserves},
    {"set", l_set},
    {"set_expected", l_set_expected},
    {"within", l_within},
    {"cap", l_cap},
    {"measure", l_measure},
    {"units", l_units},
    {"stages", l_stages},
    {"asked_units", l_asked_units},
    {"short_units", l_short_units},
    {"without_chance", l_without_chance},
    {"how", l_how},
    {"table", l_table},
    {"fingerprint", l_fingerprint},
    {NULL, NULL},
};

void lassay_open_plan(lua_State *L)
{
    lassay_new_kind(L, LASSAY_PLAN, collect_plan, NULL);
    luaL_newlib(L, functions);
}
