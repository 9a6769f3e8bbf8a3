/* finite_wang.c -- exact limits for the marked cases of a finite population: the shortest. */
#include "prob/finite.h"

#include <math.h>

#include "base/memory.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

struct wang {
    assay_context *context;
    uint64_t N, n;
    double level;
    uint64_t *start; /* the hyper_tail limits; start[n + 1] */
    uint64_t *last;  /* the one-sided limits */
    double *covered; /* of M and N - M alike, by the smaller; NaN: not yet summed */
    uint64_t tried;
};

/* The largest x whose first interval begins at M or below. */
static uint64_t last_begun(const struct wang *w, uint64_t M)
{
    uint64_t low = 0, high = w->n; /* start[0] is 0 */
    while (low < high) {
        const uint64_t middle = low + (high - low + 1) / 2;
        if (w->start[middle] <= M)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* The probability of the x whose first intervals hold M: both tails left out are small. */
static double covered_at_first(const struct wang *w, uint64_t M)
{
    const assay_hyper h = {w->N, M, w->n};
    const uint64_t high = last_begun(w, M), low = w->n - last_begun(w, w->N - M);
    return 1 - assay_hyper_split(&h, low).below - assay_hyper_split(&h, high + 1).upward;
}

/*
** Takes the lowest M from the interval of x, and N - M from that of n - x, if all stays covered.
** N - M is as well covered as M; where the two are one, it loses both x and n - x.
*/
static bool pull_in(struct wang *w, uint64_t x, uint64_t lower[])
{
    const uint64_t M = lower[x], mirror = w->n - x, taken = x == mirror ? 2 : 1;
    if (M >= w->last[x] || M + taken > w->N - lower[mirror])
        return false; /* something of it stays */
    double *covered = &w->covered[smaller(M, w->N - M)];
    if (isnan(*covered))
        *covered = covered_at_first(w, M);
    const assay_hyper h = {w->N, M, w->n};
    double lost = assay_hyper_density(&h, x);
    if (2 * M == w->N && x != mirror)
        lost *= 2;
    if (!(*covered - lost >= w->level * (1 - ASSAY_TIE)))
        return false;
    *covered -= lost;
    lower[x]++;
    return true;
}

static assay_status pull_in_all(struct wang *w, uint64_t x, uint64_t lower[])
{
    while (pull_in(w, x, lower))
        if (++w->tried % 4096 == 0 && assay_poll(w->context, 0, 0) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    return assay_poll(w->context, 0, 0);
}

/* From the middle outwards. */
static assay_status pull_in_each(struct wang *w, uint64_t widest, uint64_t lower[], bool *within)
{
    for (uint64_t x = w->n / 2 + 1; x-- > 0;) {
        assay_status status = pull_in_all(w, x, lower);
        if (status == ASSAY_OK)
            status = pull_in_all(w, w->n - x, lower);
        if (status != ASSAY_OK)
            return status;
        if (w->N - lower[w->n - x] - lower[x] > widest) {
            *within = false;
            return ASSAY_OK;
        }
    }
    *within = true;
    return ASSAY_OK;
}

static assay_status start_wang(struct wang *w, double confidence, uint64_t lower[])
{
    const uint64_t n = w->n;
    w->start = assay_alloc_array(n + 1, sizeof *w->start);
    w->last = assay_alloc_array(n + 1, sizeof *w->last);
    w->covered = assay_alloc_array(w->N / 2 + 1, sizeof *w->covered);
    if (w->start == NULL || w->last == NULL || w->covered == NULL)
        return assay_fail_memory(w->context);
    assay_hyper_tail_all(n, w->N, (1 - confidence) / 2, w->start);
    assay_hyper_tail_all(n, w->N, 1 - confidence, w->last);
    for (uint64_t x = 0; x <= n; x++)
        lower[x] = w->start[x];
    for (uint64_t M = 0; M <= w->N / 2; M++)
        w->covered[M] = NAN;
    return ASSAY_OK;
}

bool assay_hyper_wang_takes(uint64_t n, uint64_t population)
{
    return population <= ASSAY_FINITE_MOST && n <= population &&
           population * (n > 0 ? n : 1) <= ASSAY_WANG_MOST;
}

assay_status assay_hyper_wang(assay_context *context, uint64_t n, uint64_t population,
                              double confidence, uint64_t widest, uint64_t lower[], bool *within)
{
    if (population > ASSAY_FINITE_MOST || n > population || !(confidence > 0 && confidence < 1))
        return assay_fail(context, ASSAY_EDOM, "an argument is outside its domain");
    if (!assay_hyper_wang_takes(n, population))
        return assay_fail(context, ASSAY_ENUMERIC,
                          "hyper_wang is for a population times a sample of at most 10000000, and "
                          "%llu times %llu is more: take hyper_tail",
                          (unsigned long long)population, (unsigned long long)n);
    struct wang w = {.context = context, .N = population, .n = n, .level = confidence};
    assay_status status = start_wang(&w, confidence, lower);
    if (status == ASSAY_OK)
        status = pull_in_each(&w, widest, lower, within);
    assay_free(w.start);
    assay_free(w.last);
    assay_free(w.covered);
    return status;
}
