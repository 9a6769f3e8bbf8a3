/* ltest.c -- tests of counts. */
#include "lassay.h"

#include <math.h>

#include "prob/test.h"

/* The place of the word at `arg` in the list, which an enumeration follows. */
static int word(lua_State *L, int arg, const char *const words[])
{
    return luaL_checkoption(L, arg, NULL, words);
}

static void push_test(lua_State *L, const assay_test *test)
{
    lua_createtable(L, 0, 8);
    lassay_set_number(L, "statistic", test->statistic);
    lassay_set_number(L, "df", test->df);
    lassay_set_number(L, "p_value", test->p_value);
}

/* chi_squared(method, rows, columns, counts) --> { statistic, df, p_value, smallest_expected } */
static int l_chi_squared(lua_State *L)
{
    const assay_chi_squared *method = assay_chi_squared_find(luaL_checkstring(L, 1));
    const size_t rows = lassay_count(L, 2), columns = lassay_count(L, 3);
    assay_test test;
    double smallest;
    luaL_argcheck(L, method != NULL, 1, "no such method");
    lassay_check_plain(L,
                       assay_test_chi_squared(method, rows, columns,
                                              lassay_counts(L, 4, lua_rawlen(L, 4)), &test,
                                              &smallest),
                       "the table is not one that the method takes");
    push_test(L, &test);
    lassay_set_number(L, "smallest_expected", smallest);
    return 1;
}

static int l_chi_squared_methods(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; assay_chi_squared_name(i) != NULL; i++) {
        lua_pushstring(L, assay_chi_squared_name(i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* pooled_fpc(x, n, populations) --> { statistic, p_value } */
static int l_pooled_fpc(lua_State *L)
{
    const uint64_t *x = lassay_counts(L, 1, 2), *n = lassay_counts(L, 2, 2),
                   *populations = lassay_counts(L, 3, 2);
    assay_test test;
    lassay_check_plain(L, assay_test_pooled_fpc(x, n, populations, &test),
                       "the counts are not those of two samples of their populations");
    push_test(L, &test);
    return 1;
}

static const char *const sides[] = {"two", "greater", "less", NULL};

/* fisher(counts, side, mid_p) --> { p_value } */
static int l_fisher(lua_State *L)
{
    assay_test test = {(double)NAN, (double)NAN, (double)NAN};
    lassay_check_plain(L,
                       assay_test_fisher(lassay_counts(L, 1, 4),
                                         (assay_alternative)word(L, 2, sides), lua_toboolean(L, 3),
                                         &test.p_value),
                       "the counts are too large");
    push_test(L, &test);
    return 1;
}

static const char *const mcnemar_methods[] = {"exact", "mid_p", "chi_squared", "chi_squared_cc",
                                              NULL};

/* mcnemar(method, b, c) --> { statistic, df, p_value } */
static int l_mcnemar(lua_State *L)
{
    assay_test test;
    lassay_check_plain(L,
                       assay_test_mcnemar((assay_mcnemar)word(L, 1, mcnemar_methods),
                                          lassay_count(L, 2), lassay_count(L, 3), &test),
                       "the counts are too large");
    push_test(L, &test);
    return 1;
}

static const char *const kappa_weights[] = {"none", "linear", "quadratic", NULL};

/* kappa(weights, k, counts, confidence) --> { kappa, se, lower, upper, agreement, ... } */
static int l_kappa(lua_State *L)
{
    const size_t k = lassay_count(L, 2);
    assay_kappa found;
    luaL_argcheck(L, k <= UINT16_MAX, 2, "too many categories");
    lassay_check_plain(L,
                       assay_test_kappa((assay_kappa_weights)word(L, 1, kappa_weights), k,
                                        lassay_counts(L, 3, k * k), luaL_checknumber(L, 4), &found),
                       "the table is not one of two raters");
    lua_createtable(L, 0, 12);
    lassay_set_number(L, "kappa", found.kappa);
    lassay_set_number(L, "se", found.se);
    lassay_set_number(L, "lower", found.lower);
    lassay_set_number(L, "upper", found.upper);
    lassay_set_number(L, "agreement", found.agreement);
    lassay_set_number(L, "by_chance", found.by_chance);
    lassay_set_number(L, "pabak", found.pabak);
    return 1;
}

/* mantel_haenszel(counts, confidence, corrected) --> { odds_ratio, lower, upper, ... } */
static int l_mantel_haenszel(lua_State *L)
{
    const size_t k = lua_rawlen(L, 1) / 4;
    assay_mantel_haenszel found;
    lassay_check_plain(L,
                       assay_test_mantel_haenszel(k, lassay_counts(L, 1, 4 * k),
                                                  luaL_checknumber(L, 2), lua_toboolean(L, 3),
                                                  &found),
                       "the counts are too large");
    push_test(L, &found.test);
    lassay_set_number(L, "odds_ratio", found.odds_ratio);
    lassay_set_number(L, "lower", found.lower);
    lassay_set_number(L, "upper", found.upper);
    lassay_set_number(L, "risk_difference", found.risk_difference);
    lassay_set_integer(L, "used", found.used);
    return 1;
}

static int push_fit(lua_State *L, const assay_fit *fit)
{
    push_test(L, &fit->test);
    lassay_set_number(L, "smallest_expected", fit->smallest);
    lassay_set_text(L, "method", fit->by_simulation ? "simulation" : "chi_squared");
    return 1;
}

static assay_simulation simulation_at(lua_State *L, int arg)
{
    return (assay_simulation){luaL_checkstring(L, arg), "goodness_of_fit",
                              lassay_count(L, arg + 1)};
}

/* fit_shares(shares, counts, seed, replicates) --> { statistic, df, p_value, method, ... } */
static int l_fit_shares(lua_State *L)
{
    const size_t k = lua_rawlen(L, 1);
    const assay_simulation by = simulation_at(L, 3);
    assay_fit fit;
    const double *shares = lassay_numbers(L, 1, k);
    const uint64_t *counts = lassay_counts(L, 2, k);
    lassay_check(L, assay_test_fit_shares(lassay_context(L), k, shares, counts, &by, &fit));
    return push_fit(L, &fit);
}

/* fit_population(population, counts, seed, replicates) --> the same */
static int l_fit_population(lua_State *L)
{
    const size_t k = lua_rawlen(L, 1);
    const assay_simulation by = simulation_at(L, 3);
    assay_fit fit;
    const uint64_t *population = lassay_counts(L, 1, k), *counts = lassay_counts(L, 2, k);
    lassay_check(L, assay_test_fit_population(lassay_context(L), k, population, counts, &by, &fit));
    return push_fit(L, &fit);
}

static const char *const adjustments[] = {"holm", "benjamini_hochberg", "bonferroni", NULL};

/* adjust(method, p) --> list of numbers; NaN stays */
static int l_adjust(lua_State *L)
{
    const size_t m = lua_rawlen(L, 2);
    const assay_adjustment method = (assay_adjustment)word(L, 1, adjustments);
    const double *p = lassay_numbers(L, 2, m);
    double *adjusted = lua_newuserdatauv(L, (m + 1) * sizeof *adjusted, 0);
    lassay_check(L, assay_test_adjust(lassay_context(L), method, m, p, adjusted));
    lassay_push_numbers(L, m, adjusted);
    return 1;
}

/* trend(x, n, scores) --> { statistic, p_value, slope } */
static int l_trend(lua_State *L)
{
    const size_t k = lua_rawlen(L, 1);
    const uint64_t *x = lassay_counts(L, 1, k), *n = lassay_counts(L, 2, k);
    assay_trend_test found;
    lassay_check_plain(L, assay_test_trend(k, x, n, lassay_numbers(L, 3, k), &found),
                       "the counts are not those of a trend");
    push_test(L, &(assay_test){found.z, (double)NAN, found.p_value});
    lassay_set_number(L, "slope", found.slope);
    return 1;
}

static const luaL_Reg functions[] = {
    {"adjust", l_adjust},
    {"chi_squared", l_chi_squared},
    {"chi_squared_methods", l_chi_squared_methods},
    {"fisher", l_fisher},
    {"fit_population", l_fit_population},
    {"fit_shares", l_fit_shares},
    {"kappa", l_kappa},
    {"mantel_haenszel", l_mantel_haenszel},
    {"mcnemar", l_mcnemar},
    {"pooled_fpc", l_pooled_fpc},
    {"trend", l_trend},
    {NULL, NULL},
};

void lassay_open_test(lua_State *L)
{
    luaL_newlib(L, functions);
    lua_pushinteger(L, (lua_Integer)ASSAY_TEST_MOST);
    lua_setfield(L, -2, "most");
    lua_pushinteger(L, ASSAY_REPLICATES_MOST);
    lua_setfield(L, -2, "replicates_most");
}
