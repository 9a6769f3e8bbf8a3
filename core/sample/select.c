/* select.c -- which units of one stratum, by any method of selection. */
#include "sample/select.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "sample/sampford.h"

/* ---- chance ---- */

static bool rng_happens(void *self, double p)
{
    return gsl_rng_uniform(self) < p;
}

/* By rejection, so that no alternative is ahead by a rounding. */
static uint64_t rng_one_of(void *self, uint64_t n)
{
    const uint64_t fair = UINT64_MAX - (UINT64_MAX % n + 1) % n;
    uint64_t bits;
    do
        bits = (uint64_t)gsl_rng_get(self) << 32 | gsl_rng_get(self);
    while (bits > fair);
    return bits % n;
}

static double rng_uniform(void *self)
{
    return gsl_rng_uniform(self);
}

assay_chance assay_chance_of(gsl_rng *rng)
{
    return (assay_chance){rng_happens, rng_one_of, rng_uniform, rng};
}

/* ---- probabilities ---- */

static assay_status check_sizes(assay_context *context, size_t n, const double sizes[],
                                uint64_t size)
{
    if (size > n)
        return assay_fail(context, ASSAY_EDOM, "%llu of %zu cases cannot be drawn",
                          (unsigned long long)size, n);
    for (size_t i = 0; i < n; i++)
        if (!(sizes[i] > 0 && isfinite(sizes[i])))
            return assay_fail(context, ASSAY_EDOM,
                              "a measure of size must be above 0, and that of case %zu is not",
                              i + 1);
    return ASSAY_OK;
}

/* Shares `left` among the units that are not certain yet; returns how many become so. */
static size_t share(size_t n, const double sizes[], uint64_t left, double probability[])
{
    double sum = 0;
    size_t certain = 0;
    for (size_t i = 0; i < n; i++)
        sum += probability[i] < 1 ? sizes[i] : 0;
    for (size_t i = 0; i < n; i++) {
        if (probability[i] == 1)
            continue;
        const bool all = (double)left * sizes[i] >= sum;
        probability[i] = all ? 1 : (double)left * sizes[i] / sum;
        certain += all;
    }
    return certain;
}

assay_status assay_probabilities(assay_context *context, size_t n, const double sizes[],
                                 uint64_t size, double probability[])
{
    const assay_status status = check_sizes(context, n, sizes, size);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        probability[i] = 0;
    for (size_t certain = 1; certain > 0 && size > 0; size -= certain)
        certain = share(n, sizes, size, probability);
    return ASSAY_OK;
}

/* ---- by permanent random numbers ---- */

static assay_status by_number(assay_context *context, const assay_units *units,
                              const assay_chance *chance, bool chosen[])
{
    (void)context, (void)chance;
    for (size_t i = 0; i < units->n; i++)
        chosen[i] = units->number[i] < units->probability[i];
    return ASSAY_OK;
}

static int compare_keys(const void *self, uint32_t a, uint32_t b)
{
    const double *keys = self;
    return keys[a] != keys[b] ? (keys[a] < keys[b] ? -1 : 1) : (a > b) - (a < b);
}

/* The units of the smallest keys, as many as the size says. */
static assay_status take_smallest(assay_context *context, const assay_units *units,
                                  const double keys[], bool chosen[])
{
    const size_t size = (size_t)(units->size + 0.5);
    uint32_t *order = assay_alloc_array(units->n, sizeof *order);
    if (order == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < units->n; i++)
        order[i] = (uint32_t)i;
    const assay_status status = assay_sort(context, units->n, order, compare_keys, keys);
    for (size_t i = 0; status == ASSAY_OK && i < units->n; i++)
        chosen[order[i]] = i < size;
    assay_free(order);
    return status;
}

static double key_of_sequential_poisson(double u, double p)
{
    return u / p;
}

static double key_of_pareto(double u, double p)
{
    return u / (1 - u) / (p / (1 - p));
}

static assay_status by_key(assay_context *context, const assay_units *units,
                           double (*key)(double u, double p), bool chosen[])
{
    double *keys = assay_alloc_array(units->n, sizeof *keys);
    if (keys == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < units->n; i++)
        keys[i] = units->probability[i] < 1 ? key(units->number[i], units->probability[i]) : -1;
    const assay_status status = take_smallest(context, units, keys, chosen);
    assay_free(keys);
    return status;
}

static assay_status sequential_poisson(assay_context *context, const assay_units *units,
                                       const assay_chance *chance, bool chosen[])
{
    (void)chance;
    return by_key(context, units, key_of_sequential_poisson, chosen);
}

static assay_status pareto(assay_context *context, const assay_units *units,
                           const assay_chance *chance, bool chosen[])
{
    (void)chance;
    return by_key(context, units, key_of_pareto, chosen);
}

/* ---- systematic ---- */

static assay_status systematic(assay_context *context, const assay_units *units,
                               const assay_chance *chance, bool chosen[])
{
    const uint64_t n = units->n, size = (uint64_t)(units->size + 0.5);
    uint64_t before = n == 0 ? 0 : chance->one_of(chance->self, n); /* i size + start, modulo n */
    (void)context;
    for (size_t i = 0; i < n; i++) {
        before += size;
        chosen[i] = before >= n;
        before -= chosen[i] ? n : 0;
    }
    return ASSAY_OK;
}

/*
** Units that are certain are chosen; the rest are listed in order. Returns how many, and in *size
** what their probabilities add up to.
*/
static size_t list_open(const assay_units *units, bool chosen[], uint32_t open[], uint64_t *size)
{
    size_t n = 0;
    *size = (uint64_t)(units->size + 0.5);
    for (size_t i = 0; i < units->n; i++) {
        chosen[i] = units->probability[i] >= 1;
        *size -= chosen[i];
        if (!chosen[i])
            open[n++] = (uint32_t)i;
    }
    return n;
}

/* A method for the units that are not certain: open[n], of which `size` >= 1 are to be chosen. */
typedef assay_status choose_open(assay_context *context, const double p[], size_t n,
                                 const uint32_t open[], uint64_t size, const assay_chance *chance,
                                 bool chosen[]);

static assay_status without_certain(assay_context *context, const assay_units *units,
                                    const assay_chance *chance, bool chosen[], choose_open *choose)
{
    uint64_t size;
    uint32_t *open = assay_alloc_array(units->n, sizeof *open);
    if (open == NULL)
        return assay_fail_memory(context);
    const size_t n = list_open(units, chosen, open, &size);
    const assay_status status =
        size == 0 ? ASSAY_OK : choose(context, units->probability, n, open, size, chance, chosen);
    assay_free(open);
    return status;
}

/* The last sum is the size itself, so that rounding cannot lose a unit. */
static assay_status choose_pps_systematic(assay_context *context, const double p[], size_t n,
                                          const uint32_t open[], uint64_t size,
                                          const assay_chance *chance, bool chosen[])
{
    double sum = 0, next = chance->uniform(chance->self);
    (void)context;
    for (size_t i = 0; i < n; i++) {
        sum = i + 1 < n ? sum + p[open[i]] : (double)size;
        chosen[open[i]] = next < sum;
        next += chosen[open[i]];
    }
    return ASSAY_OK;
}

static assay_status pps_systematic(assay_context *context, const assay_units *units,
                                   const assay_chance *chance, bool chosen[])
{
    return without_certain(context, units, chance, chosen, choose_pps_systematic);
}

/* ---- Chromy ---- */

/* A unit with the probabilities p[open[i]] / size. */
static size_t start_of_chromy(const double p[], size_t n, const uint32_t open[], uint64_t size,
                              const assay_chance *chance)
{
    double left = (double)size;
    for (size_t i = 0; i + 1 < n; i++) {
        if (chance->happens(chance->self, p[open[i]] / left))
            return i;
        left -= p[open[i]];
    }
    return n - 1;
}

/*
** With I + F the cumulated probabilities in whole and fraction, I or I + 1 units have been chosen up
** to any unit. Whether it is I + 1 behind the next, where the fraction goes from `before` to `after`.
*/
static bool is_ahead(double before, double after, bool ahead, const assay_chance *chance)
{
    const double p = ahead ? after / before : (after - before) / (1 - before);
    return after > 0 && p > 0 && (p >= 1 || chance->happens(chance->self, p));
}

static assay_status choose_chromy(assay_context *context, const double p[], size_t n,
                                  const uint32_t open[], uint64_t size, const assay_chance *chance,
                                  bool chosen[])
{
    const size_t start = start_of_chromy(p, n, open, size, chance);
    double sum = 0;
    uint64_t hits = 0;
    (void)context;
    for (size_t k = 0; k < n; k++) {
        const uint32_t i = open[(start + k) % n];
        const double whole = floor(sum), before = sum - whole;
        sum = k + 1 < n ? sum + p[i] : (double)size;
        const bool more = is_ahead(before, sum - floor(sum), hits > (uint64_t)whole, chance);
        const uint64_t now = (uint64_t)floor(sum) + more;
        chosen[i] = now > hits;
        hits = now;
    }
    return ASSAY_OK;
}

static assay_status chromy(assay_context *context, const assay_units *units,
                           const assay_chance *chance, bool chosen[])
{
    return without_certain(context, units, chance, chosen, choose_chromy);
}

/* ---- pivotal ---- */

/*
** Two units fight: one of them gets 0 or 1, the other what is left of their probabilities, and each
** keeps its own on average. Whether the first one is decided, so that the second goes on.
*/
static bool fight(double first, double second, double *left, bool *chosen,
                  const assay_chance *chance)
{
    const double sum = first + second;
    *chosen = sum >= 1;
    *left = sum >= 1 ? sum - 1 : sum;
    return chance->happens(chance->self, sum >= 1 ? (1 - second) / (2 - sum) : second / sum);
}

/* The last one standing makes up the size, which rounding cannot change. */
static assay_status choose_pivotal(assay_context *context, const double p[], size_t n,
                                   const uint32_t open[], uint64_t size, const assay_chance *chance,
                                   bool chosen[])
{
    uint32_t standing = open[0];
    double left = p[open[0]];
    uint64_t hits = 0;
    (void)context;
    for (size_t i = 1; i < n; i++) {
        bool wins;
        const bool first = fight(left, p[open[i]], &left, &wins, chance);
        const uint32_t decided = first ? standing : open[i];
        standing = first ? open[i] : standing;
        chosen[decided] = wins;
        hits += wins;
    }
    chosen[standing] = hits < size;
    return ASSAY_OK;
}

static assay_status pivotal(assay_context *context, const assay_units *units,
                            const assay_chance *chance, bool chosen[])
{
    return without_certain(context, units, chance, chosen, choose_pivotal);
}

/* ---- Sampford ---- */

static assay_status sampford(assay_context *context, const assay_units *units,
                             const assay_chance *chance, bool chosen[])
{
    return without_certain(context, units, chance, chosen, assay_sampford);
}

/* ---- the methods ---- */

const assay_method assay_methods[] = {
    {"systematic", .fixed_size = true, .sorted = true, .choose = systematic},
    {"bernoulli", .by_number = true, .choose = by_number},
    {"poisson", .unequal = true, .by_number = true, .choose = by_number},
    {"sequential_poisson", .fixed_size = true, .unequal = true, .approximate = true,
     .by_number = true, .choose = sequential_poisson},
    {"pareto", .fixed_size = true, .unequal = true, .approximate = true, .by_number = true,
     .choose = pareto},
    {"sampford", .fixed_size = true, .unequal = true, .choose = sampford},
    {"pps_systematic", .fixed_size = true, .unequal = true, .sorted = true,
     .choose = pps_systematic},
    {"chromy", .fixed_size = true, .unequal = true, .sorted = true, .choose = chromy},
    {"pivotal", .fixed_size = true, .unequal = true, .choose = pivotal},
};
const size_t assay_methods_n = sizeof assay_methods / sizeof assay_methods[0];

const assay_method *assay_method_find(const char *name)
{
    for (size_t i = 0; i < assay_methods_n; i++)
        if (strcmp(assay_methods[i].name, name) == 0)
            return &assay_methods[i];
    return NULL;
}
