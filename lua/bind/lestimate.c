/* lestimate.c -- what the answers of a sample say. */
#include "lframe.h"

#include <string.h>

#include "infer/estimate.h"
#include "infer/estimate_table.h"
#include "infer/replicate.h"

static const char *const sides[] = {"two", "lower", "upper", NULL}; /* assay_side */

#define ESTIMATES "assay.core.estimates"

/* Of all questions in one group after the other. */
typedef struct estimates {
    size_t n, n_questions;
    uint64_t *undefined; /* [n] replicates without an estimate, or NULL: there are none */
    assay_estimate all[];
} estimates;

/* ---- making them ---- */

/* The list at `arg` of strings, a byte for each unit, in a new userdata, pushed; the list keeps them. */
static const uint8_t **check_answers(lua_State *L, int arg, size_t units, size_t *n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    *n = lua_rawlen(L, arg);
    const uint8_t **answers = lua_newuserdatauv(L, (*n + 1) * sizeof *answers, 0);
    for (size_t k = 0; k < *n; k++) {
        size_t length = 0;
        lua_rawgeti(L, arg, (lua_Integer)k + 1);
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, arg, "a list of text is needed");
        answers[k] = (const uint8_t *)lua_tolstring(L, -1, &length);
        luaL_argcheck(L, length == units, arg, "one answer for each case is needed");
        lua_pop(L, 1);
    }
    return answers;
}

static const uint8_t *check_inside(lua_State *L, int arg, size_t units)
{
    size_t length = units;
    const char *inside = luaL_optlstring(L, arg, NULL, &length);
    luaL_argcheck(L, length == units || inside == NULL, arg, "a byte for each case is needed");
    return (const uint8_t *)inside;
}

/* The bytes of a uint32_t for each unit as such, in a new userdata, pushed. */
static const uint32_t *check_groups(lua_State *L, int arg, size_t units)
{
    size_t length;
    if (lua_isnoneornil(L, arg))
        return NULL;
    const char *bytes = luaL_checklstring(L, arg, &length);
    luaL_argcheck(L, length == units * sizeof(uint32_t), arg, "a group for each case is needed");
    uint32_t *groups = lassay_new_rows(L, units);
    memcpy(groups, bytes, length);
    return groups;
}

static estimates *new_estimates(lua_State *L, size_t n, bool replicated)
{
    const size_t counts = replicated ? n * sizeof(uint64_t) : 0;
    estimates *made = lua_newuserdatauv(L, sizeof *made + n * sizeof made->all[0] + counts, 0);
    made->n = n;
    made->undefined = replicated ? (uint64_t *)(void *)&made->all[n] : NULL;
    luaL_setmetatable(L, ESTIMATES);
    return made;
}

/*
** proportions(design, answers, confidence, method or nil, cap, inside, groups, n_groups, replicates or nil,
** side or nil) --> estimates; answers: a list of strings of a byte for each unit; inside: such a string, or nil;
** groups: of_unit of core.domain.groups and how many there are, or nil; with replicates the method may
** be "percentile"
*/
static int l_proportions(lua_State *L)
{
    assay_estimate_request ask = {.n_groups = 1};
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    const size_t units = assay_design_units(design);
    ask.answers = check_answers(L, 2, units, &ask.n_questions);
    ask.confidence = luaL_checknumber(L, 3);
    const char *name = luaL_optstring(L, 4, NULL);
    ask.method = name == NULL ? NULL : assay_estimate_find(name);
    const assay_replicates *replicates =
        lua_isnoneornil(L, 9) ? NULL : lassay_handle(L, 9, LASSAY_REPLICATES);
    const bool percentile = replicates != NULL && name != NULL && strcmp(name, "percentile") == 0;
    luaL_argcheck(L, name == NULL || percentile || ask.method != NULL, 4, "no such method");
    ask.cap = lua_toboolean(L, 5) != 0;
    ask.side = (assay_side)luaL_checkoption(L, 10, sides[ASSAY_TWO_SIDED], sides);
    ask.inside = check_inside(L, 6, units);
    ask.group = check_groups(L, 7, units);
    if (ask.group != NULL)
        ask.n_groups = (size_t)lassay_count(L, 8);
    luaL_argcheck(L, ask.n_questions == 0 || ask.n_groups <= UINT32_MAX / ask.n_questions, 2,
                  "too many estimates at once");
    const size_t n = ask.n_questions * ask.n_groups;
    estimates *made = new_estimates(L, n, replicates != NULL);
    made->n_questions = ask.n_questions;
    lassay_check(L, replicates == NULL
                        ? assay_estimate_proportions(lassay_context(L), design, &ask, made->all)
                        : assay_replicates_proportions(lassay_context(L), replicates, &ask,
                                                       percentile, made->all, made->undefined));
    return 1;
}

/* ---- one ---- */

static const estimates *check_estimate(lua_State *L, size_t *i)
{
    const estimates *from = luaL_checkudata(L, 1, ESTIMATES);
    const uint64_t place = lassay_count(L, 2);
    luaL_argcheck(L, place >= 1 && place <= from->n, 2, "no such estimate");
    *i = (size_t)place - 1;
    return from;
}

/* row(estimates, i) --> a table of all that is known of one */
static int l_row(lua_State *L)
{
    size_t i;
    const estimates *from = check_estimate(L, &i);
    const assay_estimate *e = &from->all[i];
    lua_createtable(L, 0, 25);
    lassay_set_integer(L, "n", e->n);
    lassay_set_integer(L, "x", e->x);
    lassay_set_integer(L, "relevant", e->relevant);
    lassay_set_integer(L, "not_applicable", e->not_applicable);
    lassay_set_integer(L, "unanswered", e->unanswered);
    lassay_set_integer(L, "lost", e->lost);
    lassay_set_number(L, "share", e->share);
    if (e->relevant > 0)
        lassay_set_integer(L, "percent", e->percent);
    lassay_set_number(L, "lowest_share", e->lowest_share);
    lassay_set_number(L, "highest_share", e->highest_share);
    lassay_set_number(L, "estimate", e->estimate);
    lassay_set_number(L, "se", e->se);
    lassay_set_number(L, "df", e->df);
    lassay_set_number(L, "n_effective", e->n_effective);
    lassay_set_number(L, "deff", e->deff);
    lassay_set_number(L, "lower", e->lower);
    lassay_set_number(L, "upper", e->upper);
    lassay_set_number(L, "half_width", e->half_width);
    lassay_set_number(L, "confidence", e->confidence);
    lassay_set_text(L, "method", e->method);
    lassay_set_text(L, "side", e->side == ASSAY_TWO_SIDED ? NULL : sides[e->side]);
    lassay_set_text(L, "status", assay_interval_state_name(e->state));
    if (from->undefined != NULL)
        lassay_set_integer(L, "undefined", from->undefined[i]);
    return 1;
}

/* ---- a table of all ---- */

/*
** table(estimates, { questions=, status=, flags= }) --> frame; a text for each question, one or nil
** for all that have no status of their own, and one for each estimate
*/
static int l_table(lua_State *L)
{
    size_t n_questions, n_flags;
    const estimates *from = luaL_checkudata(L, 1, ESTIMATES);
    luaL_checktype(L, 2, LUA_TTABLE);
    const char *const *questions = lassay_field_texts(L, 2, "questions", &n_questions);
    const char *const *flags = lassay_field_texts(L, 2, "flags", &n_flags);
    luaL_argcheck(L, n_questions == from->n_questions, 2, "one text for each question is needed");
    luaL_argcheck(L, n_flags == from->n, 2, "one text for each estimate is needed");
    lua_getfield(L, 2, "status");
    const char *status = luaL_optstring(L, -1, NULL); /* the table keeps it */
    assay_frame **place = lassay_new_frame(L);
    lassay_check(L, assay_estimate_table(lassay_context(L), from->n, from->all, n_questions,
                                         questions, status, flags, place));
    return 1;
}

/* ---- methods ---- */

/* methods(of_moments) --> the names of all, or of those that moments alone suffice for */
static int l_methods(lua_State *L)
{
    const bool of_moments = lua_toboolean(L, 1);
    lua_Integer n = 0;
    lua_createtable(L, 0, 0);
    for (size_t i = 0; assay_estimate_name(i) != NULL; i++) {
        if (of_moments &&
            assay_estimate_is_from_counts(assay_estimate_find(assay_estimate_name(i))))
            continue;
        lua_pushstring(L, assay_estimate_name(i));
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"proportions", l_proportions}, {"row", l_row}, {"table", l_table},
    {"methods", l_methods},         {NULL, NULL},
};

void lassay_open_estimate(lua_State *L)
{
    luaL_newmetatable(L, ESTIMATES);
    lua_pushliteral(L, ESTIMATES);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}
