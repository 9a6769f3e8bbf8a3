/* lrevision.c -- what becomes of the cases of a sample after the draw. */
#include "lframe.h"

#include <string.h>

#include "sample/history.h"

static void push_id(lua_State *L, const assay_sample *sample, size_t place)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *id = assay_column_cell(assay_frame_column(sample->plan->frame, sample->plan->id),
                                       sample->rows[place], scratch, &length);
    lua_pushlstring(L, id, length);
}

/* What the arguments 2 to 5 say: id, kind, why, date or nil. */
static assay_change_of_case check_change(lua_State *L)
{
    static const char *const kinds[] = {"out_of_scope", "unavailable", NULL};
    assay_change_of_case what = {0};
    what.id = luaL_checklstring(L, 2, &what.id_length);
    what.kind = luaL_checkoption(L, 3, NULL, kinds) == 0 ? ASSAY_OUT_OF_SCOPE : ASSAY_UNAVAILABLE;
    what.why = luaL_checkstring(L, 4);
    what.date = luaL_optstring(L, 5, NULL);
    return what;
}

/* replace(sample, id, kind, why, date) --> id of the reserve that takes the place */
static int l_replace(lua_State *L)
{
    assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    const assay_change_of_case what = check_change(L);
    size_t by;
    lassay_check(L, assay_sample_replace(lassay_context(L), sample, &what, &by));
    push_id(L, sample, by);
    return 1;
}

/* withdraw(sample, id, kind, why, date) */
static int l_withdraw(lua_State *L)
{
    assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    const assay_change_of_case what = check_change(L);
    lassay_check(L, assay_sample_withdraw(lassay_context(L), sample, &what));
    return 0;
}

static size_t count_losses(const assay_sample *sample)
{
    return sample->after == NULL ? 0 : sample->after->n;
}

/* losses(sample) --> how many cases were lost since the draw */
static int l_losses(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    lua_pushinteger(L, (lua_Integer)count_losses(sample));
    return 1;
}

/* undo(sample, n): forgets all but the first n losses */
static int l_undo(lua_State *L)
{
    assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    const uint64_t n = lassay_count(L, 2);
    if (n < count_losses(sample))
        assay_sample_undo(sample, (size_t)n);
    return 0;
}

/* number(sample) --> its revision, or the one that it will be written as; whether that is to come */
static int l_number(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    lua_pushinteger(L, (lua_Integer)assay_history_number(sample));
    lua_pushboolean(L, assay_history_is_news(sample));
    return 2;
}

/* log(sample) --> list of { revision, action, id, kind, why, date, replaced_by } */
static int l_log(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    const size_t n = count_losses(sample);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        const assay_loss *loss = &sample->after->losses[i];
        lua_createtable(L, 0, 7);
        lassay_set_integer(L, "revision", loss->revision);
        lassay_set_text(L, "action", loss->by == ASSAY_NOBODY ? "withdraw" : "replace");
        lassay_set_text(L, "kind", assay_fate_name(loss->kind));
        lassay_set_text(L, "why", loss->why);
        lassay_set_text(L, "date", loss->date);
        push_id(L, sample, loss->place);
        lua_setfield(L, -2, "id");
        if (loss->by != ASSAY_NOBODY) {
            push_id(L, sample, loss->by);
            lua_setfield(L, -2, "replaced_by");
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/*
** units(sample) --> of the cases drawn but the unavailable, in the order of the table of cases: list of
** strata, from 1; a byte each, 0 for those out of scope
*/
static int l_units(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    lua_Integer n = 0;
    luaL_Buffer inside;
    lua_createtable(L, (int)sample->n_sample, 0);
    luaL_buffinit(L, &inside);
    for (size_t i = 0; i < sample->n; i++) {
        const assay_fate fate = assay_sample_fate(sample, i);
        if (fate == ASSAY_RESERVE || fate == ASSAY_UNAVAILABLE)
            continue;
        luaL_addchar(&inside, fate == ASSAY_IN_SAMPLE);
    }
    luaL_pushresult(&inside);
    for (size_t i = 0; i < sample->n; i++) {
        const assay_fate fate = assay_sample_fate(sample, i);
        if (fate == ASSAY_RESERVE || fate == ASSAY_UNAVAILABLE)
            continue;
        lua_pushinteger(L, (lua_Integer)sample->plan->strata->of_row[sample->rows[i]] + 1);
        lua_rawseti(L, -3, ++n);
    }
    return 2;
}

/* tolls(sample) --> lists by stratum, or unit: raise; and counts: assessed, outside, lost, taken */
static int l_tolls(lua_State *L)
{
    const assay_sample *sample = lassay_handle(L, 1, LASSAY_SAMPLE);
    const size_t n = assay_sample_pools(sample);
    assay_toll *tolls = lua_newuserdatauv(L, (n + 1) * sizeof *tolls, 0);
    assay_sample_tolls(sample, tolls);
    for (int field = 0; field < 5; field++) {
        lua_createtable(L, (int)n, 0);
        for (size_t h = 0; h < n; h++) {
            const assay_toll *t = &tolls[h];
            const uint64_t counts[] = {t->assessed, t->outside, t->lost, t->taken};
            if (field == 0)
                lua_pushnumber(L, t->raise);
            else
                lua_pushinteger(L, (lua_Integer)counts[field - 1]);
            lua_rawseti(L, -2, (lua_Integer)h + 1);
        }
    }
    return 5;
}

static const luaL_Reg functions[] = {
    {"replace", l_replace}, {"withdraw", l_withdraw}, {"losses", l_losses},
    {"undo", l_undo},       {"number", l_number},     {"log", l_log},
    {"units", l_units},     {"tolls", l_tolls},       {NULL, NULL},
};

void lassay_open_revision(lua_State *L)
{
    luaL_newlib(L, functions);
}
