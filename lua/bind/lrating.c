/* lrating.c -- rating scales, and what they make of percentages. */
#include "lassay.h"

#include "base/memory.h"
#include "judge/rating.h"

static int collect_scale(lua_State *L)
{
    assay_scale **place = lua_touserdata(L, 1);
    assay_scale_free(*place);
    *place = NULL;
    return 0;
}

/* scale(table) --> handle */
static int l_scale(lua_State *L)
{
    assay_context *context = lassay_context(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    assay_scale **scale = lassay_push_handle(L, LASSAY_SCALE);
    assay_json **root = lassay_push_json_handle(L);
    const size_t before = assay_memory_in_use();
    lassay_check(L, assay_json_new_array(context, root));
    lassay_to_json(L, 1, *root, NULL);
    lassay_check(L, assay_scale_from_json(context, assay_json_first(*root), scale));
    lassay_outside(L, before);
    lua_pushvalue(L, 2);
    return 1;
}

/* ---- what a scale holds ---------------------------------------------------------------------- */

static void push_bands(lua_State *L, const assay_scale *scale)
{
    lua_newtable(L);
    for (size_t i = 0; i < assay_scale_n_bands(scale); i++) {
        const assay_band *band = assay_scale_band(scale, i);
        lua_createtable(L, 0, 3);
        lassay_set_text(L, "name", band->name);
        lassay_set_integer(L, "points", (uint64_t)band->points);
        lassay_set_integer(L, "from", (uint64_t)band->from);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_rules(lua_State *L, const assay_scale *scale)
{
    lua_newtable(L);
    for (size_t i = 0; i < assay_scale_n_rules(scale); i++) {
        const assay_scale_rule *rule = assay_scale_rule_at(scale, i);
        lua_createtable(L, 0, 4);
        lassay_set_text(L, "id", rule->id);
        lassay_set_text(L, "text", rule->text);
        lassay_set_text(L, "source", rule->source);
        lua_pushboolean(L, rule->verified);
        lua_setfield(L, -2, "verified");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* about(scale) --> { id, title, bands, rules } */
static int l_about(lua_State *L)
{
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    lua_createtable(L, 0, 5);
    lassay_set_text(L, "id", assay_scale_id(scale));
    lassay_set_text(L, "title", assay_scale_title(scale));
    push_bands(L, scale);
    lua_setfield(L, -2, "bands");
    push_rules(L, scale);
    lua_setfield(L, -2, "rules");
    return 1;
}

/* ---- rating; bands are numbers from 1 -------------------------------------------------------- */

static void push_band(lua_State *L, size_t band)
{
    lua_pushinteger(L, (lua_Integer)band + 1);
}

/* of_percent(scale, percent) --> band */
static int l_of_percent(lua_State *L)
{
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    size_t band;
    lassay_check_plain(L, assay_rating_of_percent(scale, luaL_checkinteger(L, 2), &band),
                       "a per cent outside 0 to 100");
    push_band(L, band);
    return 1;
}

/* of_counts(scale, x, relevant) --> band */
static int l_of_counts(lua_State *L)
{
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    assay_banding banding;
    lassay_check_plain(
        L,
        assay_rating_of_counts(scale, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), &banding),
        "counts whose share is not between 0 and 1");
    push_band(L, banding.band);
    return 1;
}

/* A list of { x, relevant } and whole per cents as an array in a userdata, which is pushed. */
static assay_question *push_questions(lua_State *L, int arg, size_t *n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    *n = lua_rawlen(L, arg);
    assay_question *questions = lua_newuserdatauv(L, (*n + 1) * sizeof *questions, 0);
    for (size_t i = 0; i < *n; i++) {
        if (lua_rawgeti(L, arg, (lua_Integer)i + 1) == LUA_TTABLE)
            questions[i] = (assay_question){
                .kind = ASSAY_COUNTED,
                .yes = (int64_t)lassay_field_count(L, -1, "x"),
                .relevant = (int64_t)lassay_field_count(L, -1, "relevant"),
            };
        else
            questions[i] =
                (assay_question){.kind = ASSAY_PRINTED, .percent = luaL_checkinteger(L, -1)};
        lua_pop(L, 1);
    }
    return questions;
}

static void push_reasons(lua_State *L, unsigned discretion)
{
    static const struct {
        unsigned bit;
        const char *name;
    } reasons[] = {
        {ASSAY_NEAR_EDGE, "near_edge"},
        {ASSAY_FEW_CASES, "few_cases"},
        {ASSAY_SMALL_SAMPLE, "small_sample"},
    };
    lua_Integer n = 0;
    lua_newtable(L);
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (!(discretion & reasons[i].bit))
            continue;
        lua_pushstring(L, reasons[i].name);
        lua_rawseti(L, -2, ++n);
    }
}

/* standard(scale, questions) --> { band, driver, disputed, left_out, to_next_points,
   to_next_cases, reasons } */
static int l_standard(lua_State *L)
{
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    size_t n;
    const assay_question *questions = push_questions(L, 2, &n);
    assay_standard standard;
    lassay_check(L, assay_rating_of_standard(lassay_context(L), scale, questions, n, &standard));
    lua_createtable(L, 0, 7);
    lassay_set_integer(L, "band", standard.band + 1);
    lassay_set_integer(L, "driver", standard.driver + 1);
    lassay_set_integer(L, "left_out", standard.left_out);
    lassay_set_number(L, "to_next_points", standard.to_next_points);
    if (standard.to_next_cases != ASSAY_NOT_KNOWN)
        lassay_set_integer(L, "to_next_cases", (uint64_t)standard.to_next_cases);
    lua_pushboolean(L, standard.disputed);
    lua_setfield(L, -2, "disputed");
    push_reasons(L, standard.discretion);
    lua_setfield(L, -2, "reasons");
    return 1;
}

static int push_overall(lua_State *L, const assay_overall *overall)
{
    push_band(L, overall->band);
    lua_pushinteger(L, overall->points);
    lua_pushinteger(L, overall->maximum);
    return 3;
}

/* overall(scale, bands) --> band, points, maximum */
static int l_overall(lua_State *L)
{
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 2);
    size_t *bands = lua_newuserdatauv(L, (n + 1) * sizeof *bands, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        bands[i] = (size_t)luaL_checkinteger(L, -1) - 1;
        lua_pop(L, 1);
    }
    assay_overall overall;
    lassay_check_plain(L, assay_rating_overall(scale, bands, n, &overall),
                       "an overall rating needs 1 to 100000 ratings");
    return push_overall(L, &overall);
}

/* of_points(scale, points, n) --> band, points, maximum */
static int l_of_points(lua_State *L)
{
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    assay_overall overall;
    lassay_check_plain(L,
                       assay_rating_of_points(scale, luaL_checkinteger(L, 2),
                                              (size_t)lassay_count(L, 3), &overall),
                       "points that 1 to 100000 standards of this scale cannot have");
    return push_overall(L, &overall);
}

static const luaL_Reg functions[] = {
    {"scale", l_scale},           {"about", l_about},
    {"of_percent", l_of_percent}, {"of_counts", l_of_counts},
    {"standard", l_standard},     {"overall", l_overall},
    {"of_points", l_of_points},   {NULL, NULL},
};

void lassay_open_rating(lua_State *L)
{
    lassay_new_kind(L, LASSAY_SCALE, collect_scale, NULL);
    luaL_newlib(L, functions);
}
