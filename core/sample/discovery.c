/* discovery.c -- how many cases show that few of a population fail. */
#include "sample/discovery.h"

#include <math.h>

#include "prob/dist.h"
#include "prob/finite.h"

static const uint64_t most = UINT64_C(1) << 53;

static bool is_inside(double x) /* false for NaN */
{
    return x > 0 && x < 1;
}

/* The failing cases of the population: a product of decimals that is an integer stays one. */
static uint64_t failing(uint64_t population, double rate)
{
    const double M = rate * (double)population, nearest = floor(M + 0.5);
    if (fabs(M - nearest) <= ASSAY_TIE * fmax(1, M) && nearest >= 1)
        return (uint64_t)nearest;
    const uint64_t whole = (uint64_t)ceil(M);
    return whole < population ? whole : population;
}

static double binomial_density(uint64_t k, uint64_t n, double rate)
{
    return exp(assay_binomial_log_density((double)k, (double)n, rate, 1 - rate));
}

/* Densities from k on away from the mode, as long as they count. */
static double sum_down(uint64_t k, uint64_t n, double rate)
{
    double term = binomial_density(k, n, rate), sum = 0;
    const double odds = (1 - rate) / rate;
    for (; sum + term != sum; k--) {
        sum += term;
        term *= (double)k / (double)(n - k + 1) * odds; /* 0 behind k = 0 */
    }
    return sum;
}

static double sum_up(uint64_t k, uint64_t n, double rate)
{
    double term = binomial_density(k, n, rate), sum = 0;
    const double odds = rate / (1 - rate);
    for (; sum + term != sum; k++) {
        sum += term;
        term *= (double)(n - k) / (double)(k + 1) * odds; /* 0 behind k = n */
    }
    return sum;
}

/* P(X <= c) of n without end. */
static double binomial_below(uint64_t c, uint64_t n, double rate)
{
    if (c >= n)
        return 1;
    return (double)c < (double)n * rate ? sum_down(c, n, rate) : 1 - sum_up(c + 1, n, rate);
}

struct question {
    const assay_discovery_request *ask;
    uint64_t marked;
};

static bool shows(const struct question *q, uint64_t n)
{
    double below = 1, above;
    if (q->ask->population == ASSAY_INFINITE)
        below = binomial_below(q->ask->acceptance, n, q->ask->rate);
    else
        assay_hyper_tails(q->ask->acceptance, q->ask->population, q->marked, n, &below, &above);
    return below <= (1 - q->ask->confidence) * (1 + ASSAY_TIE);
}

/* The least n in low .. high that shows it; `high` does. */
static uint64_t bisect(const struct question *q, uint64_t low, uint64_t high)
{
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (shows(q, middle))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* A size that shows it, doubling from where it cannot yet. */
static uint64_t some_size(const struct question *q)
{
    uint64_t n = q->ask->acceptance + 1;
    while (n <= most && !shows(q, n))
        n *= 2;
    return n;
}

assay_status assay_discovery_size(const assay_discovery_request *request, uint64_t *n,
                                  uint64_t *marked, bool *exists)
{
    const uint64_t N = request->population, c = request->acceptance;
    const bool endless = N == ASSAY_INFINITE;
    if (N == 0 || (N > ASSAY_FINITE_MOST && !endless) || !is_inside(request->confidence) ||
        !is_inside(request->rate))
        return ASSAY_EDOM;
    if (endless && c >= most)
        return ASSAY_ENUMERIC;
    const struct question q = {request, endless ? 0 : failing(N, request->rate)};
    const uint64_t high = endless ? some_size(&q) : N;
    if (high > most)
        return ASSAY_ENUMERIC;
    *exists = endless || q.marked > c;
    *marked = q.marked;
    if (*exists)
        *n = bisect(&q, c + 1, high);
    return ASSAY_OK;
}
