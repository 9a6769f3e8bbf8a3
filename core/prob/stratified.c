/* stratified.c -- exact limits for the marked cases of a finite population in strata. */
#include "prob/stratified.h"

#include <float.h>
#include <inttypes.h>
#include <stdbool.h>

#include "base/memory.h"
#include "prob/finite.h"
#include "prob/stratified_search.h"

uint64_t assay_capped_product(uint64_t a, uint64_t b)
{
    return a != 0 && b > UINT64_MAX / a ? UINT64_MAX : a * b;
}

uint64_t assay_capped_sum(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static bool is_possible(const assay_stratum_count *s)
{
    return s->x <= s->n && s->n <= s->population && s->population <= ASSAY_FINITE_MOST;
}

static assay_status check(assay_context *context, size_t n_strata,
                          const assay_stratum_count strata[], double tail)
{
    if (!(tail > 0 && tail < 1)) {
        assay_fail(context, ASSAY_EDOM, "a tail is a probability between 0 and 1");
        return assay_blame_argument(context, "tail");
    }
    for (size_t h = 0; h < n_strata; h++) {
        const assay_stratum_count *s = &strata[h];
        if (is_possible(s))
            continue;
        assay_fail(context, ASSAY_EDOM,
                   "stratum %zu: %" PRIu64 " marked of %" PRIu64 " drawn from %" PRIu64
                   ", of which each must be at most the next, and the last at most %" PRIu64,
                   h + 1, s->x, s->n, s->population, ASSAY_FINITE_MOST);
        context->error.row = h + 1;
        return assay_blame_argument(context, "strata");
    }
    return ASSAY_OK;
}

/* Some cases of the stratum are drawn and some are not: else there is nothing to infer. */
static bool is_open(const assay_stratum_count *s)
{
    return s->n > 0 && s->n < s->population;
}

/*
** A stratum taken whole holds what was found, one of which nothing was drawn may hold all its
** cases; how many more than they found the open ones can hold, `search` says.
*/
static assay_status find_upper(assay_context *context, size_t n_strata,
                               const assay_stratum_count strata[], double tail,
                               assay_stratified_search *search, uint64_t *upper)
{
    assay_stratum_count *open = assay_alloc_array(n_strata, sizeof *open);
    if (open == NULL)
        return assay_fail_memory(context);
    size_t n_open = 0;
    uint64_t known = 0, more = 0;
    for (size_t h = 0; h < n_strata; h++) {
        known += strata[h].n > 0 ? strata[h].x : strata[h].population;
        if (is_open(&strata[h]))
            open[n_open++] = strata[h];
    }
    const double bar = tail * (1 + ASSAY_TIE) + DBL_EPSILON / 4; /* as in finite.c */
    assay_status status = ASSAY_OK;
    if (n_open > 0)
        status = search(context, n_open, open, bar, &more);
    assay_free(open);
    if (status == ASSAY_OK)
        *upper = known + more;
    return status;
}

/* The largest number of cases that are not marked is what the least of marked ones leaves. */
static assay_status find_lower(assay_context *context, size_t n_strata,
                               const assay_stratum_count strata[], double tail,
                               assay_stratified_search *search, uint64_t *lower)
{
    uint64_t cases = 0, unmarked;
    assay_stratum_count *mirrored = assay_alloc_array(n_strata, sizeof *mirrored);
    if (mirrored == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < n_strata; h++) {
        const assay_stratum_count *s = &strata[h];
        mirrored[h] = (assay_stratum_count){s->population, s->n, s->n - s->x};
        cases += s->population;
    }
    const assay_status status = find_upper(context, n_strata, mirrored, tail, search, &unmarked);
    assay_free(mirrored);
    if (status == ASSAY_OK)
        *lower = cases - unmarked;
    return status;
}

assay_status assay_exact_upper(assay_context *context, size_t n_strata,
                               const assay_stratum_count strata[], double tail, uint64_t *upper)
{
    const assay_status status = check(context, n_strata, strata, tail);
    return status == ASSAY_OK
               ? find_upper(context, n_strata, strata, tail, assay_exact_search, upper)
               : status;
}

assay_status assay_exact_lower(assay_context *context, size_t n_strata,
                               const assay_stratum_count strata[], double tail, uint64_t *lower)
{
    const assay_status status = check(context, n_strata, strata, tail);
    return status == ASSAY_OK
               ? find_lower(context, n_strata, strata, tail, assay_exact_search, lower)
               : status;
}

assay_status assay_combined_upper(assay_context *context, size_t n_strata,
                                  const assay_stratum_count strata[], double tail, uint64_t *upper)
{
    const assay_status status = check(context, n_strata, strata, tail);
    return status == ASSAY_OK
               ? find_upper(context, n_strata, strata, tail, assay_combined_search, upper)
               : status;
}

assay_status assay_combined_lower(assay_context *context, size_t n_strata,
                                  const assay_stratum_count strata[], double tail, uint64_t *lower)
{
    const assay_status status = check(context, n_strata, strata, tail);
    return status == ASSAY_OK
               ? find_lower(context, n_strata, strata, tail, assay_combined_search, lower)
               : status;
}
