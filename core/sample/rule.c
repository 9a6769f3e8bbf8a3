/* rule.c -- the rules of allocation by name. */
#include "sample/rule.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "sample/allocate.h"
#include "sample/neyman.h"

/* ---- the rules ---- */

static double by_population(const assay_allocation *what, size_t h)
{
    return (double)what->population[h];
}

static double by_one(const assay_allocation *what, size_t h)
{
    return what->population[h] > 0 ? 1 : 0;
}

static double by_deviation(const assay_allocation *what, size_t h)
{
    return (double)what->population[h] * what->sd[h];
}

static double by_cost(const assay_allocation *what, size_t h)
{
    return by_deviation(what, h) / sqrt(what->cost[h]);
}

/* x^q for 0 <= q <= 1: the product of x^(1/2), x^(1/4) ... where q has a 1 in binary. */
static double by_power(const assay_allocation *what, size_t h)
{
    double result = 1, root = (double)what->population[h], rest = what->power;
    if (root == 0 || rest == 1)
        return root;
    for (int digit = 0; digit < 60 && rest > 0; digit++) {
        root = sqrt(root);
        rest *= 2;
        if (rest >= 1) {
            result *= root;
            rest -= 1;
        }
    }
    return result;
}

static const assay_allocation_rule rules[] = {
    {"proportional", false, false, false, false, by_population},
    {"equal", false, false, false, false, by_one},
    {"neyman", true, false, false, false, by_deviation},
    {"neyman_exact", true, false, false, true, by_deviation},
    {"optimal", true, true, false, false, by_cost},
    {"power", false, false, true, false, by_power},
};

const assay_allocation_rule *assay_allocation_rule_at(size_t i)
{
    return i < sizeof rules / sizeof rules[0] ? &rules[i] : NULL;
}

const assay_allocation_rule *assay_allocation_rule_find(const char *name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    return NULL;
}

/* ---- the request ---- */

static assay_status check_populations(assay_context *context, const assay_allocation *what)
{
    uint64_t all = 0;
    for (size_t h = 0; h < what->n_strata; h++) {
        const uint64_t population = what->population[h];
        all = population > ASSAY_ALLOCATE_MOST || all > ASSAY_ALLOCATE_MOST ? UINT64_MAX
                                                                            : all + population;
        if (all > ASSAY_ALLOCATE_MOST)
            return assay_fail(context, ASSAY_EDOM,
                              "with stratum %zu, of %" PRIu64
                              " cases, the population is above %d cases",
                              h + 1, population, ASSAY_ALLOCATE_MOST);
    }
    if (what->n > all)
        return assay_fail(context, ASSAY_EDOM,
                          "a sample of %" PRIu64 " cannot be drawn from %" PRIu64 " cases", what->n,
                          all);
    return ASSAY_OK;
}

static assay_status check_limits(assay_context *context, const assay_allocation *what,
                                 const char *name, const uint64_t limits[])
{
    for (size_t h = 0; limits != NULL && h < what->n_strata; h++)
        if (limits[h] > what->population[h])
            return assay_fail(context, ASSAY_EDOM,
                              "the %s of stratum %zu is %" PRIu64 ", its population %" PRIu64, name,
                              h + 1, limits[h], what->population[h]);
    return ASSAY_OK;
}

static assay_status check_measures(assay_context *context, const assay_allocation_rule *rule,
                                   const assay_allocation *what)
{
    for (size_t h = 0; h < what->n_strata; h++) {
        if (rule->needs_sd && !(what->sd[h] >= 0 && isfinite(what->sd[h])))
            return assay_fail(context, ASSAY_EDOM,
                              "the sd of stratum %zu must be a number of at least 0", h + 1);
        if (rule->needs_cost && !(what->cost[h] > 0 && isfinite(what->cost[h])))
            return assay_fail(context, ASSAY_EDOM,
                              "the cost of stratum %zu must be a number above 0", h + 1);
    }
    if (rule->takes_power && !(what->power >= 0 && what->power <= 1))
        return assay_fail(context, ASSAY_EDOM, "the power must be a number from 0 to 1");
    return ASSAY_OK;
}

static assay_status check(assay_context *context, const assay_allocation_rule *rule,
                          const assay_allocation *what)
{
    assay_status status = check_populations(context, what);
    if (status == ASSAY_OK)
        status = check_limits(context, what, "minimum", what->minimum);
    if (status == ASSAY_OK)
        status = check_limits(context, what, "maximum", what->maximum);
    return status == ASSAY_OK ? check_measures(context, rule, what) : status;
}

static assay_status run(assay_context *context, const assay_allocation_rule *rule,
                        const assay_allocation *what, const double weight[], double real[],
                        uint64_t whole[])
{
    const uint64_t *maximum = what->maximum != NULL ? what->maximum : what->population;
    if (!rule->exact)
        return assay_allocate(context, what->n, what->n_strata, weight, what->minimum, maximum,
                              real, whole);
    const assay_status status = assay_allocate_exact(context, what->n, what->n_strata, weight,
                                                     what->minimum, maximum, whole);
    for (size_t h = 0; status == ASSAY_OK && h < what->n_strata; h++)
        real[h] = (double)whole[h];
    return status;
}

assay_status assay_allocate_by(assay_context *context, const assay_allocation_rule *rule,
                               const assay_allocation *what, double real[], uint64_t whole[])
{
    assay_status status = check(context, rule, what);
    if (status != ASSAY_OK)
        return status;
    double *weight = assay_alloc_array(what->n_strata, sizeof *weight);
    if (weight == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < what->n_strata; h++)
        weight[h] = rule->weight(what, h);
    status = run(context, rule, what, weight, real, whole);
    assay_free(weight);
    return status;
}
