/* lcalibrate.c -- weights that meet what is known of the population. */
#include "lframe.h"

#include <string.h>

#include "base/memory.h"
#include "infer/design.h"
#include "infer/estimate.h"
#include "infer/margin.h"
#include "infer/weights.h"

static int collect_margins(lua_State *L)
{
    assay_margins **place = lua_touserdata(L, 1);
    assay_margins_free(*place);
    *place = NULL;
    return 0;
}

/* methods() --> the names of all */
static int l_methods(lua_State *L)
{
    lua_createtable(L, 3, 0);
    for (size_t i = 0; assay_calibration_name(i) != NULL; i++) {
        lua_pushstring(L, assay_calibration_name(i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/*
** Which units have a part in totals: those of the population that have a weight; NULL if all do. Their userdata is
** pushed.
*/
static const uint8_t *push_inside(lua_State *L, const assay_design *design)
{
    const size_t n = assay_design_units(design);
    const double *weights = assay_design_weights(design);
    const uint8_t *insiders = assay_design_insiders(design);
    uint8_t *inside = lua_newuserdatauv(L, n + 1, 0);
    size_t left_out = 0;
    for (size_t i = 0; i < n; i++) {
        inside[i] = weights[i] != 0 && (insiders == NULL || insiders[i] != 0);
        left_out += inside[i] == 0;
    }
    return left_out == 0 ? NULL : inside;
}

/* Hands the calibration on to a design in `place`, or releases it. */
static assay_status take_calibration(assay_context *context, const assay_design *base,
                                     assay_status status, assay_calibration *c,
                                     assay_design **place)
{
    if (status == ASSAY_OK)
        status = assay_design_calibrated(context, base, c, place);
    if (status != ASSAY_OK)
        assay_calibration_free(c);
    return status;
}

/* ---- margins ---- */

/* { name=, columns={}, levels=frame or nil, totals={}, private= } at the top; what it holds stays on the stack. */
static assay_margin check_margin(lua_State *L, int at, const assay_frame *frame)
{
    assay_margin margin = {0};
    lua_getfield(L, at, "name");
    margin.name = luaL_checkstring(L, -1);
    lua_getfield(L, at, "columns");
    margin.columns = lassay_columns(L, lua_gettop(L), frame, &margin.n_columns);
    size_t n = 1;
    if (lua_getfield(L, at, "levels") != LUA_TNIL) {
        margin.levels = lassay_frame(L, -1);
        n = assay_frame_rows(margin.levels);
    }
    lua_getfield(L, at, "totals");
    margin.totals = lassay_numbers(L, lua_gettop(L), n);
    lua_getfield(L, at, "private");
    margin.private = lua_toboolean(L, -1) != 0;
    return margin;
}

/* margins(frame, design, list) --> margins */
static int l_margins(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const assay_design *design = lassay_handle(L, 2, LASSAY_DESIGN);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_argcheck(L, assay_frame_rows(frame) == assay_design_units(design), 1,
                  "a row for each unit is needed");
    const size_t n = lua_rawlen(L, 3);
    assay_margin *margins = lua_newuserdatauv(L, (n + 1) * sizeof *margins, 0);
    luaL_checkstack(L, (int)n * 8 + 8, "too many margins");
    for (size_t m = 0; m < n; m++) {
        lua_rawgeti(L, 3, (lua_Integer)m + 1);
        margins[m] = check_margin(L, lua_gettop(L), frame);
    }
    const uint8_t *inside = push_inside(L, design);
    assay_margins **place = lassay_push_handle(L, LASSAY_MARGINS);
    lassay_check_asked(L, assay_margins_new(lassay_context(L), frame, inside, n, margins, place));
    return 1;
}

/* Pushes the labels of variables that follow from others. */
static void push_labels(lua_State *L, const assay_margins *margins, const assay_calibration *c)
{
    lua_Integer n = 0;
    lua_createtable(L, 0, 0);
    for (size_t j = 0; j < c->p; j++) {
        char label[ASSAY_LABEL_BYTES];
        if (!c->follows[j])
            continue;
        lua_pushstring(L, assay_margins_label(margins, j, label));
        lua_rawseti(L, -2, ++n);
    }
}

/* Pushes { { label, total, cases }, ... } of the levels that more units have than the population. */
static void push_beyond(lua_State *L, const assay_margins *margins, const assay_calibration *c)
{
    lua_Integer n = 0;
    lua_createtable(L, 0, 0);
    for (size_t j = 0; j < c->p; j++) {
        char label[ASSAY_LABEL_BYTES];
        double total;
        const uint64_t cases = assay_margins_beyond(margins, j, &total);
        if (cases == 0)
            continue;
        lua_createtable(L, 3, 0);
        lua_pushstring(L, assay_margins_label(margins, j, label));
        lua_rawseti(L, -2, 1);
        lua_pushnumber(L, total);
        lua_rawseti(L, -2, 2);
        lua_pushinteger(L, (lua_Integer)cases);
        lua_rawseti(L, -2, 3);
        lua_rawseti(L, -2, ++n);
    }
}

/*
** calibrate(margins, design, method or nil for post-strata, lower, upper) --> design, the labels of totals that
** follow from others, the levels that more units have than the population
*/
static int l_calibrate(lua_State *L)
{
    const assay_margins *margins = lassay_handle(L, 1, LASSAY_MARGINS);
    const assay_design *base = lassay_handle(L, 2, LASSAY_DESIGN);
    const char *name = luaL_optstring(L, 3, NULL);
    const double lower = luaL_optnumber(L, 4, 0), upper = luaL_optnumber(L, 5, 0);
    const assay_calibration_method *method = name == NULL ? NULL : assay_calibration_find(name);
    luaL_argcheck(L, name == NULL || method != NULL, 3, "no such method");
    luaL_argcheck(L, assay_margins_units(margins) == assay_design_units(base), 1,
                  "these are margins of other units");
    assay_context *context = lassay_context(L);
    const double *weights = assay_design_weights(base);
    const size_t before = assay_memory_in_use();
    assay_design **place = lassay_push_handle(L, LASSAY_DESIGN);
    assay_calibration *c = NULL;
    const assay_status status =
        method == NULL
            ? assay_margins_poststratify(context, margins, weights, &c)
            : assay_margins_calibrate(context, margins, weights, method, lower, upper, &c);
    lassay_check_asked(L, take_calibration(context, base, status, c, place));
    lassay_outside(L, before);
    push_labels(L, margins, c);
    push_beyond(L, margins, c);
    return 3;
}

/* frame(margins, design) --> frame of targets and what weights make of them */
static int l_frame(lua_State *L)
{
    const assay_margins *margins = lassay_handle(L, 1, LASSAY_MARGINS);
    const assay_design *design = lassay_handle(L, 2, LASSAY_DESIGN);
    luaL_argcheck(L, assay_margins_units(margins) == assay_design_units(design), 1,
                  "these are margins of other units");
    assay_frame **place = lassay_new_frame(L);
    lassay_check(
        L, assay_margins_frame(lassay_context(L), margins, assay_design_weights(design), place));
    return 1;
}

/* ---- other weights ---- */

/* trim(design, lower, upper) --> design, units raised, units cut, the scale of the others */
static int l_trim(lua_State *L)
{
    const assay_design *base = lassay_handle(L, 1, LASSAY_DESIGN);
    const double lower = luaL_checknumber(L, 2), upper = luaL_checknumber(L, 3);
    const uint8_t *inside = push_inside(L, base);
    assay_context *context = lassay_context(L);
    assay_design **place = lassay_push_handle(L, LASSAY_DESIGN);
    assay_calibration *c = NULL;
    assay_trimming about = {0};
    const assay_status status =
        assay_weights_trim(context, assay_design_units(base), assay_design_weights(base), inside,
                           lower, upper, &about, &c);
    lassay_check(L, take_calibration(context, base, status, c, place));
    lua_pushinteger(L, (lua_Integer)about.raised);
    lua_pushinteger(L, (lua_Integer)about.cut);
    lua_pushnumber(L, about.scale);
    return 4;
}

/* answered(n, list) --> a byte for each of n units: whether one of the lists of answers has one for it */
static int l_answered(lua_State *L)
{
    luaL_Buffer flags;
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = (size_t)lassay_count(L, 1), questions = lua_rawlen(L, 2);
    char *bytes = luaL_buffinitsize(L, &flags, n);
    memset(bytes, 0, n);
    for (size_t q = 0; q < questions; q++) {
        size_t length;
        lua_rawgeti(L, 2, (lua_Integer)q + 1);
        const char *answers = luaL_checklstring(L, -1, &length);
        for (size_t i = 0; i < n && i < length; i++)
            bytes[i] |= answers[i] != ASSAY_UNANSWERED;
        lua_pop(L, 1);
    }
    luaL_pushresultsize(&flags, n);
    return 1;
}

/* respond(frame, design, columns, responded, private) --> design, frame of classes; responded: a byte for each unit */
static int l_respond(lua_State *L)
{
    size_t n_columns, n_bytes;
    const assay_frame *frame = lassay_frame(L, 1);
    const assay_design *base = lassay_handle(L, 2, LASSAY_DESIGN);
    const size_t *columns = lassay_columns(L, 3, frame, &n_columns);
    const char *responded = luaL_checklstring(L, 4, &n_bytes);
    const size_t n = assay_design_units(base);
    luaL_argcheck(L, assay_frame_rows(frame) == n && n_bytes == n, 4,
                  "a byte for each unit is needed");
    const bool private = lua_toboolean(L, 5) != 0;
    const uint8_t *inside = push_inside(L, base);
    assay_context *context = lassay_context(L);
    assay_design **place = lassay_push_handle(L, LASSAY_DESIGN);
    assay_frame **classes = lassay_new_frame(L);
    assay_calibration *c = NULL;
    const assay_status status =
        assay_margin_respond(context, frame, inside, n_columns, columns, assay_design_weights(base),
                             (const uint8_t *)responded, private, &c, classes);
    lassay_check(L, take_calibration(context, base, status, c, place));
    return 2;
}

/* summary(design) --> a table of what its weights are like */
static int l_summary(lua_State *L)
{
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    const size_t n = assay_design_units(design);
    uint8_t *inside = lua_newuserdatauv(L, n + 1, 0);
    assay_weights_summary s;
    for (size_t i = 0; i < n; i++)
        inside[i] = assay_design_inside(design, i);
    lassay_check(
        L, assay_weights_summarise(lassay_context(L), n, assay_design_weights(design), inside, &s));
    lua_createtable(L, 0, 9);
    lassay_set_integer(L, "cases", s.n);
    lassay_set_integer(L, "zero", s.zero);
    lassay_set_integer(L, "negative", s.negative);
    lassay_set_number(L, "sum", s.sum);
    lassay_set_number(L, "mean", s.mean);
    lassay_set_number(L, "median", s.median);
    lassay_set_number(L, "min", s.min);
    lassay_set_number(L, "max", s.max);
    lassay_set_number(L, "deff", s.deff);
    return 1;
}

/* weights(frame, id column or 0, design, name) --> frame of the id, if there is one, and the weight */
static int l_weights(lua_State *L)
{
    const assay_frame *frame = lassay_frame(L, 1);
    const size_t id = lassay_column(L, 2, frame, true);
    const assay_design *design = lassay_handle(L, 3, LASSAY_DESIGN);
    const char *name = luaL_checkstring(L, 4);
    const size_t n = assay_design_units(design), before = assay_memory_in_use();
    assay_context *context = lassay_context(L);
    assay_frame **place = lassay_new_frame(L);
    assay_status status = assay_frame_new(context, place);
    if (status == ASSAY_OK && id != ASSAY_NO_COLUMN)
        status = assay_frame_add(context, *place, assay_frame_name(frame, id),
                                 assay_column_retain(assay_frame_column(frame, id)));
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, *place, name, n, assay_design_weights(design));
    lassay_check(L, status);
    lassay_outside(L, before);
    return 1;
}

static const luaL_Reg functions[] = {
    {"methods", l_methods},     {"margins", l_margins},
    {"calibrate", l_calibrate}, {"frame", l_frame},
    {"trim", l_trim},           {"respond", l_respond},
    {"answered", l_answered},   {"summary", l_summary},
    {"weights", l_weights},     {NULL, NULL},
};

void lassay_open_calibrate(lua_State *L)
{
    lassay_new_kind(L, LASSAY_MARGINS, collect_margins, NULL);
    luaL_newlib(L, functions);
}
