/* lposterior.c -- which ratings a population may have, and how often a sample finds the one it has. */
#include "lassay.h"

#include "judge/chance.h"
#include "judge/posterior.h"

/* question(scale, x, relevant, population or nil, a, b) --> list of chances by band */
static int l_question(lua_State *L)
{
    const assay_scale *scale = lassay_handle(L, 1, LASSAY_SCALE);
    const size_t bands = assay_scale_n_bands(scale);
    const double prior[2] = {luaL_checknumber(L, 5), luaL_checknumber(L, 6)};
    double *chances = lua_newuserdatauv(L, bands * sizeof *chances, 0);
    lassay_check(L, assay_posterior_question(lassay_context(L), scale, lassay_count(L, 2),
                                             lassay_count(L, 3), lassay_population(L, 4), prior,
                                             chances));
    lassay_push_numbers(L, bands, chances);
    return 1;
}

/* ---- standards and the whole ----------------------------------------------------------------- */

/* { design, { answers, ... } } on top of the stack, which keeps what is taken from it. */
static void read_survey(lua_State *L, assay_posterior_survey *to)
{
    luaL_checktype(L, -1, LUA_TTABLE);
    const int at = lua_gettop(L);
    lua_rawgeti(L, at, 1);
    to->design = lassay_handle(L, -1, LASSAY_DESIGN);
    lua_rawgeti(L, at, 2);
    luaL_checktype(L, -1, LUA_TTABLE);
    to->n_questions = lua_rawlen(L, -1);
    const uint8_t **answers = lua_newuserdatauv(L, (to->n_questions + 1) * sizeof *answers, 0);
    for (size_t q = 0; q < to->n_questions; q++) {
        size_t n;
        lua_rawgeti(L, -2, (lua_Integer)q + 1);
        answers[q] = (const uint8_t *)luaL_checklstring(L, -1, &n); /* the list keeps it */
        luaL_argcheck(L, n == assay_design_units(to->design), 2,
                      "one answer for each case is needed");
        lua_pop(L, 1);
    }
    to->answers = answers;
}

/* The list of surveys at `arg`; what they need stays on the stack. Returns their questions. */
static size_t read_surveys(lua_State *L, int arg, assay_posterior_request *ask)
{
    size_t questions = 0;
    luaL_checktype(L, arg, LUA_TTABLE);
    ask->n_surveys = lua_rawlen(L, arg);
    luaL_checkstack(L, 4 * (int)ask->n_surveys + 20, "too many surveys");
    assay_posterior_survey *surveys =
        lua_newuserdatauv(L, (ask->n_surveys + 1) * sizeof *surveys, 0);
    for (size_t k = 0; k < ask->n_surveys; k++) {
        lua_rawgeti(L, arg, (lua_Integer)k + 1);
        read_survey(L, &surveys[k]);
        questions += surveys[k].n_questions;
    }
    ask->surveys = surveys;
    return questions;
}

/* A list of n numbers from 1 as numbers from 0, in a new userdata. */
static size_t *read_numbers(lua_State *L, int arg, size_t n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    luaL_argcheck(L, lua_rawlen(L, arg) == n, arg, "not as many numbers as are needed");
    size_t *numbers = lua_newuserdatauv(L, (n + 1) * sizeof *numbers, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        numbers[i] = (size_t)luaL_checkinteger(L, -1) - 1;
        lua_pop(L, 1);
    }
    return numbers;
}

static bool *read_flags(lua_State *L, int arg, size_t n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    bool *flags = lua_newuserdatauv(L, n + 1, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        flags[i] = lua_toboolean(L, -1) != 0;
        lua_pop(L, 1);
    }
    return flags;
}

static double *new_numbers(lua_State *L, size_t n)
{
    return lua_newuserdatauv(L, (n + 1) * sizeof(double), 0);
}

static void make_places(lua_State *L, size_t Q, size_t S, size_t bands, assay_posterior *to)
{
    to->yes = lua_newuserdatauv(L, (Q + 1) * sizeof *to->yes, 0);
    to->relevant = lua_newuserdatauv(L, (Q + 1) * sizeof *to->relevant, 0);
    to->unanimous = lua_newuserdatauv(L, Q + 1, 0);
    to->mean = new_numbers(L, Q);
    to->questions = new_numbers(L, Q * bands);
    to->standards = new_numbers(L, S * bands);
    to->lowest = new_numbers(L, S);
    to->least = new_numbers(L, S * bands);
    to->most = new_numbers(L, S * bands);
    to->overall = new_numbers(L, bands);
}

/* Lists of `bands` numbers each, as field `name`. */
static void set_chances(lua_State *L, const char *name, size_t n, size_t bands,
                        const double chances[])
{
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lassay_push_numbers(L, bands, chances + i * bands);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

static void push_questions(lua_State *L, size_t Q, size_t bands, const assay_posterior *found)
{
    lua_createtable(L, (int)Q, 0);
    for (size_t q = 0; q < Q; q++) {
        lua_createtable(L, 0, 5);
        lassay_set_integer(L, "x", (uint64_t)found->yes[q]);
        lassay_set_integer(L, "relevant", (uint64_t)found->relevant[q]);
        lua_pushboolean(L, found->unanimous[q]);
        lua_setfield(L, -2, "unanimous");
        lassay_set_number(L, "mean", found->mean[q]);
        lassay_push_numbers(L, bands, found->questions + q * bands);
        lua_setfield(L, -2, "chances");
        lua_rawseti(L, -2, (lua_Integer)q + 1);
    }
}

/*
** ratings(scale, surveys, standard of each question, counted flag of each standard, fixed bands, seed,
** replicates) --> { questions, standards, lowest, least, most, overall, few }
*/
static int l_ratings(lua_State *L)
{
    assay_posterior found;
    assay_posterior_request ask = {.scale = lassay_handle(L, 1, LASSAY_SCALE)};
    lua_settop(L, 7);
    const size_t bands = assay_scale_n_bands(ask.scale), Q = read_surveys(L, 2, &ask);
    ask.standard = read_numbers(L, 3, Q);
    luaL_checktype(L, 4, LUA_TTABLE);
    ask.n_standards = lua_rawlen(L, 4);
    ask.counted = read_flags(L, 4, ask.n_standards);
    luaL_checktype(L, 5, LUA_TTABLE);
    ask.n_fixed = lua_rawlen(L, 5);
    ask.fixed = read_numbers(L, 5, ask.n_fixed);
    ask.seed = luaL_checkstring(L, 6);
    ask.replicates = lassay_count(L, 7);
    make_places(L, Q, ask.n_standards, bands, &found);
    lassay_check(L, assay_posterior_ratings(lassay_context(L), &ask, &found));
    lua_createtable(L, 0, 7);
    lassay_set_integer(L, "few", found.few);
    push_questions(L, Q, bands, &found);
    lua_setfield(L, -2, "questions");
    set_chances(L, "standards", ask.n_standards, bands, found.standards);
    set_chances(L, "least", ask.n_standards, bands, found.least);
    set_chances(L, "most", ask.n_standards, bands, found.most);
    lassay_push_numbers(L, ask.n_standards, found.lowest);
    lua_setfield(L, -2, "lowest");
    lassay_push_numbers(L, bands, found.overall);
    lua_setfield(L, -2, "overall");
    return 1;
}

/* chance(scale, percents, population or nil, size) --> band, two lists of chances by band */
static int l_chance(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 2);
    const assay_chance_request ask = {
        .scale = lassay_handle(L, 1, LASSAY_SCALE),
        .n = n,
        .percents = lassay_numbers(L, 2, n),
        .population = lassay_population(L, 3),
    };
    const size_t bands = assay_scale_n_bands(ask.scale);
    double *chances = new_numbers(L, 2 * bands);
    size_t band;
    lassay_check_plain(
        L, assay_chance_of_rating(&ask, lassay_count(L, 4), &band, chances, chances + bands),
        "no such service: a per cent outside 0 to 100, or more than 2147483647 cases");
    lua_pushinteger(L, (lua_Integer)band + 1);
    lassay_push_numbers(L, bands, chances);
    lassay_push_numbers(L, bands, chances + bands);
    return 3;
}

static const luaL_Reg functions[] = {
    {"question", l_question},
    {"ratings", l_ratings},
    {"chance", l_chance},
    {NULL, NULL},
};

void lassay_open_posterior(lua_State *L)
{
    luaL_newlib(L, functions);
}
