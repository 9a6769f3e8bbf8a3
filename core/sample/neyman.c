/* neyman.c -- the whole numbers of least variance. */
#include "sample/neyman.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "sample/allocate.h"

static const double guard = 1e-12;

typedef struct stratum {
    double share; /* weight over the largest weight of its turn; 0: not its turn */
    uint64_t low, high, size;
} stratum;

/*
** The size at which no priority above 1 / x^2 is left: 1 + the number of k >= 1 with k (k + 1) <
** (share x)^2, within the bounds.
*/
static uint64_t size_at(const stratum *s, double x)
{
    const double square = s->share * x * (s->share * x);
    const double below = sqrt(square + 0.25) - 0.5; /* k (k + 1) = square */
    if (!(below < (double)s->high))
        return s->high;
    const uint64_t size = below > 1 ? (uint64_t)ceil(below) : 1;
    return size < s->low ? s->low : size > s->high ? s->high : size;
}

static uint64_t total_at(size_t n_strata, const stratum *strata, double x)
{
    uint64_t total = 0;
    for (size_t h = 0; h < n_strata; h++)
        total += strata[h].share > 0 ? size_at(&strata[h], x) : strata[h].size;
    return total;
}

/*
** Hands out what is wanted beyond the lows. From x = 1, where no priority is reached, the interval
** that holds the last one given is halved in its logarithm. All priorities above it are given; those
** that tie with it, at most one a stratum, are given by index.
*/
static void hand_out(size_t n_strata, stratum *strata, uint64_t n)
{
    double low = 1, high = 1e300;
    while (high / low > 1 + guard / 4) {
        const double middle = sqrt(low) * sqrt(high);
        if (middle <= low || middle >= high)
            break;
        if (total_at(n_strata, strata, middle) <= n)
            low = middle;
        else
            high = middle;
    }
    const double sure = low * (1 - guard / 2), perhaps = high * (1 + guard / 2);
    uint64_t left = n - total_at(n_strata, strata, sure);
    for (size_t h = 0; h < n_strata; h++) {
        stratum *s = &strata[h];
        if (s->share == 0)
            continue;
        s->size = size_at(s, sure);
        if (left > 0 && size_at(s, perhaps) > s->size) {
            s->size++;
            left--;
        }
    }
}

/* Strata with a weight first; where they are full, those without share what is left. */
static void allocate_in_order(size_t n_strata, stratum *strata, uint64_t n)
{
    uint64_t most = 0;
    for (size_t h = 0; h < n_strata; h++)
        most += strata[h].share > 0 ? strata[h].high : strata[h].low;
    if (most > n) {
        hand_out(n_strata, strata, n);
        return;
    }
    for (size_t h = 0; h < n_strata; h++) {
        stratum *s = &strata[h];
        s->size = s->share > 0 ? s->high : s->low;
        s->share = s->share > 0 ? 0 : 1;
    }
    if (most < n)
        hand_out(n_strata, strata, n);
}

/* ---- the request ---- */

static assay_status check_ones(assay_context *context, uint64_t n, size_t n_strata,
                               const stratum *strata)
{
    uint64_t lows = 0;
    for (size_t h = 0; h < n_strata; h++)
        lows += strata[h].low;
    if (lows > n)
        return assay_fail(context, ASSAY_EDOM,
                          "at a case in each, %zu strata need %" PRIu64
                          " cases, more than the total of %" PRIu64,
                          n_strata, lows, n);
    for (size_t h = 0; h < n_strata; h++)
        if (strata[h].high == 0)
            return assay_fail(context, ASSAY_EDOM,
                              "the maximum of stratum %zu is 0: the exact allocation takes a case "
                              "from every stratum",
                              h + 1);
    return ASSAY_OK;
}

static void set_up(size_t n_strata, const double weight[], const uint64_t minimum[],
                   const uint64_t maximum[], uint64_t n, stratum strata[])
{
    double largest = 0;
    for (size_t h = 0; h < n_strata; h++)
        largest = weight[h] > largest ? weight[h] : largest;
    for (size_t h = 0; h < n_strata; h++) {
        const double share = weight[h] / largest;
        const uint64_t low = minimum == NULL ? 0 : minimum[h];
        const uint64_t high = maximum == NULL ? n : maximum[h];
        strata[h] = (stratum){
            .share = share < 1e-150 ? 0 : share,
            .low = low > 1 ? low : 1,
            .high = high < n ? high : n, /* so that sums fit */
            .size = low > 1 ? low : 1,
        };
    }
}

assay_status assay_allocate_exact(assay_context *context, uint64_t n, size_t n_strata,
                                  const double weight[], const uint64_t minimum[],
                                  const uint64_t maximum[], uint64_t whole[])
{
    assay_status status = assay_allocate_check(context, n, n_strata, weight, minimum, maximum);
    if (status != ASSAY_OK)
        return status;
    stratum *strata = assay_alloc_array(n_strata, sizeof *strata);
    if (strata == NULL)
        return assay_fail_memory(context);
    set_up(n_strata, weight, minimum, maximum, n, strata);
    status = check_ones(context, n, n_strata, strata);
    if (status == ASSAY_OK) {
        allocate_in_order(n_strata, strata, n);
        for (size_t h = 0; h < n_strata; h++)
            whole[h] = strata[h].size;
    }
    assay_free(strata);
    return status;
}
