/* lassociation.c -- whether answers and groups go together. */
#include "lassay.h"

#include <string.h>

#include "infer/association.h"

/* Answers as rows: a byte for each case, yes 0 and no 1, anything else in none; in a pushed userdata. */
static const uint32_t *push_rows(lua_State *L, int arg, size_t n)
{
    size_t length;
    const char *answers = luaL_checklstring(L, arg, &length);
    luaL_argcheck(L, length == n, arg, "one answer for each case is needed");
    uint32_t *rows = lua_newuserdatauv(L, (n + 1) * sizeof *rows, 0);
    for (size_t i = 0; i < n; i++)
        rows[i] =
            answers[i] == 0 || answers[i] == 1 ? (uint32_t)answers[i] : ASSAY_ASSOCIATION_NONE;
    return rows;
}

/* The bytes of a uint32_t from 0 for each case, those outside in none. */
static const uint32_t *push_groups(lua_State *L, int arg, const char *inside, size_t n)
{
    size_t length;
    const char *bytes = luaL_checklstring(L, arg, &length);
    luaL_argcheck(L, length == n * sizeof(uint32_t), arg, "a group for each case is needed");
    uint32_t *groups = lua_newuserdatauv(L, (n + 1) * sizeof *groups, 0);
    memcpy(groups, bytes, length);
    for (size_t i = 0; i < n; i++)
        if (inside != NULL && inside[i] == 0)
            groups[i] = ASSAY_ASSOCIATION_NONE;
    return groups;
}

/* test(design, answers, groups, n_groups, inside or nil) --> table */
static int l_test(lua_State *L)
{
    size_t n_inside = 0;
    const assay_design *design = lassay_handle(L, 1, LASSAY_DESIGN);
    const size_t n = assay_design_units(design);
    const size_t n_groups = (size_t)lassay_count(L, 4);
    const char *inside = luaL_optlstring(L, 5, NULL, &n_inside);
    luaL_argcheck(L, inside == NULL || n_inside == n, 5, "a byte for each case is needed");
    const uint32_t *rows = push_rows(L, 2, n), *columns = push_groups(L, 3, inside, n);
    assay_association found;
    lassay_check(
        L, assay_association_test(lassay_context(L), design, 2, rows, n_groups, columns, &found));
    lua_createtable(L, 0, 14);
    lassay_set_integer(L, "n", found.n);
    lassay_set_integer(L, "answers", found.rows);
    lassay_set_integer(L, "groups", found.columns);
    lassay_set_number(L, "pearson", found.pearson);
    lassay_set_number(L, "mean_deff", found.mean_deff);
    lassay_set_number(L, "chi_squared", found.first_order);
    lassay_set_number(L, "chi_squared_df", found.first_df);
    lassay_set_number(L, "chi_squared_p_value", found.first_p);
    lassay_set_number(L, "statistic", found.f);
    lassay_set_number(L, "df1", found.df1);
    lassay_set_number(L, "df2", found.df2);
    lassay_set_number(L, "p_value", found.f_p);
    return 1;
}

static const luaL_Reg functions[] = {
    {"test", l_test},
    {NULL, NULL},
};

void lassay_open_association(lua_State *L)
{
    luaL_newlib(L, functions);
}
