/* chance.c -- how often a sample rates a service as it is. */
#include "judge/chance.h"

#include <math.h>

#include "judge/posterior.h"
#include "prob/dist.h"
#include "prob/hyper.h"

static const uint64_t parts = 100000000; /* a share without a population is so many of these */

static bool is_domain(const assay_chance_request *ask, uint64_t size)
{
    const uint64_t N = ask->population, most = (uint64_t)ASSAY_RATING_CASES;
    if (ask->n == 0 || size < 1 || size > most || (N != ASSAY_INFINITE && (N > most || size > N)))
        return false;
    for (size_t q = 0; q < ask->n; q++)
        if (!(ask->percents[q] >= 0 && ask->percents[q] <= 100))
            return false;
    return true;
}

/* The yes of a question in the population, of which `all` is the size. */
static uint64_t yes_of(const assay_chance_request *ask, size_t q, uint64_t all)
{
    const double yes = floor(ask->percents[q] * (double)all / 100 + 0.5);
    return yes > (double)all ? all : (uint64_t)yes;
}

static size_t true_band(const assay_chance_request *ask)
{
    const uint64_t all = ask->population == ASSAY_INFINITE ? parts : ask->population;
    size_t lowest = assay_scale_n_bands(ask->scale) - 1;
    for (size_t q = 0; q < ask->n; q++) {
        assay_banding banding;
        assay_rating_of_counts(ask->scale, (int64_t)yes_of(ask, q, all), (int64_t)all, &banding);
        lowest = banding.band < lowest ? banding.band : lowest;
    }
    return lowest;
}

/* P(x of the sample's cases are yes, or more). */
static double upward(const assay_chance_request *ask, size_t q, uint64_t size, uint64_t x)
{
    double below = 0, upper = 1;
    if (x == 0)
        return 1;
    if (ask->population == ASSAY_INFINITE)
        assay_binomial_tails(x - 1, size, ask->percents[q] / 100, &below, &upper);
    else
        assay_hyper_tails(x - 1, ask->population, yes_of(ask, q, ask->population), size, &below,
                          &upper);
    return upper;
}

assay_status assay_chance_of_rating(const assay_chance_request *ask, uint64_t size, size_t *band,
                                    double independent[], double together[])
{
    double product = 0, least = 0; /* of the band above: P(at least that) */
    if (!is_domain(ask, size))
        return ASSAY_EDOM;
    for (size_t b = assay_scale_n_bands(ask->scale); b-- > 0;) {
        const uint64_t first = assay_posterior_first(ask->scale, size, b);
        double all = 1, one = 1;
        for (size_t q = 0; q < ask->n; q++) {
            const double p = upward(ask, q, size, first);
            all *= p;
            one = fmin(one, p);
        }
        independent[b] = fmax(all - product, 0);
        together[b] = fmax(one - least, 0);
        product = all;
        least = one;
    }
    *band = true_band(ask);
    return ASSAY_OK;
}
