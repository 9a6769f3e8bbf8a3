/* design.c -- the design under which answers were collected. */
#include "infer/design.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "infer/design_parts.h"

/* Units between two polls: well under 10 ms. */
enum { BLOCK = 1 << 18 };

static const uint64_t largest_total = UINT64_C(1) << 53; /* a double still counts that far */

assay_status assay_design_blame(assay_context *context, const char *argument, size_t place)
{
    context->error.row = place + 1;
    return assay_blame_argument(context, argument);
}

/* ---- memory ---- */

/* Copies what may be NULL; false: out of memory. */
static bool copy(void *place, const void *from, size_t n, size_t size)
{
    void **to = place;
    if (from == NULL)
        return true;
    *to = assay_alloc_array(n, size);
    if (*to != NULL)
        memcpy(*to, from, n * size);
    return *to != NULL;
}

static bool copy_given(assay_design *d, const assay_sampling *s)
{
    const assay_aftermath *after = s->after;
    return copy(&d->stratum, s->stratum, s->n, sizeof *s->stratum) &&
           copy(&d->population, s->population, s->strata, sizeof *s->population) &&
           copy(&d->chances, s->chances, s->n, sizeof *s->chances) &&
           (s->clusters == 0 || (copy(&d->cluster, s->cluster, s->n, sizeof *s->cluster) &&
                                 copy(&d->cluster_population, s->cluster_population, s->clusters,
                                      sizeof *s->cluster_population))) &&
           (after == NULL || (copy(&d->inside, after->inside, s->n, sizeof *after->inside) &&
                              copy(&d->raise, after->raise, s->strata, sizeof *after->raise)));
}

static assay_design *allocate(const assay_sampling *s)
{
    assay_design *d = assay_alloc_zeroed_array(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->units = s->n;
    d->strata = s->strata;
    d->clusters = s->clusters;
    d->lonely = s->lonely;
    d->owners = assay_alloc_array(1, sizeof *d->owners);
    d->weights = d->start = assay_alloc_array(s->n, sizeof *d->start);
    d->sample = assay_alloc_zeroed_array(s->strata, sizeof *d->sample);
    if (s->clusters > 0)
        d->cluster_sample = assay_alloc_zeroed_array(s->clusters, sizeof *d->cluster_sample);
    if (d->owners != NULL)
        *d->owners = 1;
    if (d->owners != NULL && d->start != NULL && d->sample != NULL &&
        (s->clusters == 0 || d->cluster_sample != NULL) && copy_given(d, s))
        return d;
    assay_design_free(d);
    return NULL;
}

static void free_stage(assay_stage *stage)
{
    assay_free(stage->group);
    assay_free(stage->part);
    assay_free(stage->open);
}

void assay_design_free(assay_design *d)
{
    if (d == NULL)
        return;
    assay_design_release(d->calibrated);
    if (d->owners == NULL || --*d->owners == 0) {
        void *const all[] = {d->owners,         d->stratum, d->start,   d->population,
                             d->sample,         d->chances, d->cluster, d->cluster_population,
                             d->cluster_sample, d->inside,  d->raise};
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
            assay_free(all[i]);
        free_stage(&d->first);
        free_stage(&d->second);
    }
    assay_free(d);
}

/* ---- counting what was sampled ---- */

static assay_status check_range(assay_context *context, const assay_design *d, size_t i)
{
    if (d->stratum[i] >= d->strata) {
        assay_fail(context, ASSAY_EDOM, "case %zu is in stratum %" PRIu64 " of %zu", i + 1,
                   (uint64_t)d->stratum[i] + 1, d->strata);
        return assay_design_blame(context, "stratum", i);
    }
    if (d->cluster != NULL && d->cluster[i] >= d->clusters) {
        assay_fail(context, ASSAY_EDOM, "case %zu is in cluster %" PRIu64 " of %zu", i + 1,
                   (uint64_t)d->cluster[i] + 1, d->clusters);
        return assay_design_blame(context, "cluster", i);
    }
    return ASSAY_OK;
}

static assay_status check_numbers(assay_context *context, const assay_design *d,
                                  const assay_sampling *s, size_t i)
{
    if (s->weights != NULL && (!(s->weights[i] > 0) || isinf(s->weights[i]))) {
        assay_fail(context, ASSAY_EDOM, "case %zu has a weight that is not above 0", i + 1);
        return assay_design_blame(context, "weights", i);
    }
    if (d->chances != NULL && !(d->chances[i] > 0 && d->chances[i] <= 1)) {
        assay_fail(context, ASSAY_EDOM,
                   "case %zu has a probability that is not above 0 and up to 1", i + 1);
        return assay_design_blame(context, "chances", i);
    }
    return ASSAY_OK;
}

/* What the first case of a cluster says holds for all: first[c] is that case. */
static assay_status check_cluster(assay_context *context, const assay_design *d, size_t i,
                                  size_t first)
{
    if (d->stratum[i] != d->stratum[first]) {
        assay_fail(context, ASSAY_EDOM,
                   "cluster %" PRIu64 " is in stratum %" PRIu64 " and in stratum %" PRIu64,
                   (uint64_t)d->cluster[i] + 1, (uint64_t)d->stratum[first] + 1,
                   (uint64_t)d->stratum[i] + 1);
        return assay_design_blame(context, "cluster", i);
    }
    if (d->chances != NULL && d->chances[i] != d->chances[first]) {
        assay_fail(context, ASSAY_EDOM,
                   "cluster %" PRIu64 " has two probabilities: all its cases must have the same",
                   (uint64_t)d->cluster[i] + 1);
        return assay_design_blame(context, "chances", i);
    }
    return ASSAY_OK;
}

static assay_status count_unit(assay_context *context, assay_design *d, const assay_sampling *s,
                               size_t i, size_t first[])
{
    assay_status status = check_range(context, d, i);
    if (status == ASSAY_OK)
        status = check_numbers(context, d, s, i);
    if (status != ASSAY_OK)
        return status;
    const size_t h = d->stratum[i];
    if (d->cluster == NULL) {
        d->sample[h]++;
        return ASSAY_OK;
    }
    const size_t c = d->cluster[i];
    if (d->cluster_sample[c]++ == 0) {
        d->sample[h]++;
        first[c] = i;
    }
    return check_cluster(context, d, i, first[c]);
}

/* Cases that were drawn themselves and bring no numbers are only counted. */
static assay_status count_cases(assay_context *context, assay_design *d)
{
    size_t i = 0;
    for (; i < d->units && d->stratum[i] < d->strata; i++)
        d->sample[d->stratum[i]]++;
    return i == d->units ? assay_poll(context, i, i) : check_range(context, d, i);
}

static assay_status count_sample(assay_context *context, assay_design *d, const assay_sampling *s)
{
    if (d->cluster == NULL && d->chances == NULL && s->weights == NULL)
        return count_cases(context, d);
    size_t *first = assay_alloc_array(d->clusters, sizeof *first);
    assay_status status = first == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < d->units; i++) {
        if (i % BLOCK == 0)
            status = assay_poll(context, i, d->units);
        if (status == ASSAY_OK)
            status = count_unit(context, d, s, i, first);
    }
    assay_free(first);
    return status;
}

/* ---- populations ---- */

/* A stratum all of whose cases were lost has nobody who stands for it. */
static assay_status check_lost(assay_context *context, const assay_design *d, size_t h,
                               const assay_aftermath *after)
{
    if (after == NULL || d->sample[h] > 0 || after->lost[h] == 0)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "all %" PRIu64
               " cases drawn from stratum %zu are unavailable: nothing can be said of it",
               after->lost[h], h + 1);
    return assay_design_blame(context, "population", h);
}

static assay_status check_stratum(assay_context *context, const assay_design *d, size_t h)
{
    const uint64_t population = d->population[h], sample = d->sample[h];
    const char *what = d->cluster != NULL ? "cluster" : "case";
    if (population > 0 && sample == 0) {
        char of[64] = "";
        if (population != ASSAY_INFINITE)
            snprintf(of, sizeof of, "a population of %" PRIu64 " and ", population);
        assay_fail(context, ASSAY_EDOM, "stratum %zu has %sno %s in the sample", h + 1, of, what);
        return assay_design_blame(context, "population", h);
    }
    if (sample > population) {
        assay_fail(context, ASSAY_EDOM,
                   "stratum %zu has a population of %" PRIu64 " and %" PRIu64 " %ss in the sample",
                   h + 1, population, sample, what);
        return assay_design_blame(context, "population", h);
    }
    return ASSAY_OK;
}

static assay_status add_population(assay_context *context, assay_design *d, size_t h)
{
    if (d->population[h] == ASSAY_INFINITE || d->total == ASSAY_INFINITE) {
        d->total = ASSAY_INFINITE;
        return ASSAY_OK;
    }
    if (d->population[h] > largest_total - d->total) {
        assay_fail(context, ASSAY_EDOM, "the strata have a population beyond 2^53");
        return assay_blame_argument(context, "population");
    }
    d->total += d->population[h];
    return ASSAY_OK;
}

static assay_status set_populations(assay_context *context, assay_design *d,
                                    const assay_aftermath *after)
{
    for (size_t h = 0; h < d->strata; h++) {
        assay_status status = check_lost(context, d, h, after);
        if (status == ASSAY_OK)
            status = check_stratum(context, d, h);
        if (status == ASSAY_OK)
            status = add_population(context, d, h);
        if (status != ASSAY_OK)
            return status;
    }
    if (d->total > 0)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM, "the strata have a population of 0");
    return assay_blame_argument(context, "population");
}

static assay_status check_clusters(assay_context *context, const assay_design *d)
{
    for (size_t c = 0; c < d->clusters; c++) {
        if (d->cluster_sample[c] == 0) {
            assay_fail(context, ASSAY_EDOM, "cluster %zu has no case", c + 1);
            return assay_design_blame(context, "cluster", c);
        }
        if (d->cluster_population != NULL && d->cluster_population[c] < d->cluster_sample[c]) {
            assay_fail(context, ASSAY_EDOM,
                       "cluster %zu has a population of %" PRIu64 " and %" PRIu64
                       " cases in the sample",
                       c + 1, d->cluster_population[c], d->cluster_sample[c]);
            return assay_design_blame(context, "cluster_population", c);
        }
    }
    return ASSAY_OK;
}

/* ---- weights ---- */

static assay_status set_aftermath(assay_context *context, assay_design *d,
                                  const assay_aftermath *after)
{
    for (size_t h = 0; after != NULL && h < d->strata; h++) {
        d->lost += after->lost[h];
        if (!(after->raise[h] > 0) || isinf(after->raise[h])) {
            assay_fail(context, ASSAY_EDOM, "the weights of stratum %zu cannot be raised like that",
                       h + 1);
            return assay_design_blame(context, "raise", h);
        }
    }
    return ASSAY_OK;
}

/* N/n, or 1 where the population is infinite. */
static double inverse(uint64_t population, uint64_t sample)
{
    return population == ASSAY_INFINITE ? 1 : (double)population / (double)sample;
}

static double weight_of(const assay_design *d, size_t i)
{
    const size_t h = d->stratum[i];
    const double weight =
        d->chances != NULL ? 1 / d->chances[i] : inverse(d->population[h], d->sample[h]);
    if (d->cluster_population == NULL)
        return weight;
    const size_t c = d->cluster[i];
    return weight * inverse(d->cluster_population[c], d->cluster_sample[c]);
}

static void set_weights(assay_design *d, const double *given)
{
    const bool by_stratum = given == NULL && d->chances == NULL && d->cluster_population == NULL;
    for (size_t i = 0; i < d->units; i++) {
        if (by_stratum && i > 0 && d->stratum[i] == d->stratum[i - 1]) {
            d->start[i] = d->start[i - 1];
        } else {
            const double weight = given != NULL ? given[i] : weight_of(d, i);
            d->start[i] = weight * assay_design_raise(d, d->stratum[i]);
        }
        d->cases += d->start[i];
    }
    if (d->total == ASSAY_INFINITE && d->chances == NULL)
        d->cases = INFINITY;
    else if (d->cluster == NULL && d->chances == NULL)
        d->cases = (double)d->total;
    d->simple = given == NULL && d->chances == NULL && d->cluster == NULL &&
                d->total != ASSAY_INFINITE && !d->first.collapsed;
}

/* ---- making one ---- */

assay_status assay_design_new(assay_context *context, const assay_sampling *sampling,
                              assay_design **design)
{
    assay_design *d = allocate(sampling);
    if (d == NULL)
        return assay_fail_memory(context);
    assay_status status = count_sample(context, d, sampling);
    if (status == ASSAY_OK)
        status = set_populations(context, d, sampling->after);
    if (status == ASSAY_OK)
        status = check_clusters(context, d);
    if (status == ASSAY_OK)
        status = set_aftermath(context, d, sampling->after);
    if (status == ASSAY_OK)
        status = assay_design_set_stages(context, d, sampling->neighbour);
    if (status != ASSAY_OK) {
        assay_design_free(d);
        return status;
    }
    set_weights(d, sampling->weights);
    *design = d;
    return ASSAY_OK;
}

/* ---- what a design says ---- */

/* Marks item and group of case i; returns how many more items than groups became known by it. */
static double mark(const assay_stage *first, size_t item, uint8_t items[], uint8_t groups[])
{
    const size_t h = first->group[item];
    const double more = (items[item] == 0) - (groups[h] == 0);
    items[item] = groups[h] = 1;
    return more;
}

assay_status assay_design_df(assay_context *context, const assay_design *d, const uint8_t *domain,
                             double *df)
{
    uint8_t *items = assay_alloc_zeroed_array(d->first.items, sizeof *items);
    uint8_t *groups = assay_alloc_zeroed_array(d->first.groups, sizeof *groups);
    const bool has_memory = items != NULL && groups != NULL;
    double sum = 0;
    for (size_t i = 0; has_memory && i < d->units; i++)
        if (d->weights[i] != 0 && (domain == NULL || domain[i] != 0))
            sum += mark(&d->first, assay_design_item(d, i), items, groups);
    assay_free(items);
    assay_free(groups);
    if (!has_memory)
        return assay_fail_memory(context);
    *df = sum;
    return ASSAY_OK;
}

bool assay_design_is_simple(const assay_design *design)
{
    return design->simple;
}

size_t assay_design_units(const assay_design *design)
{
    return design->units;
}

size_t assay_design_strata(const assay_design *design)
{
    return design->strata;
}

const uint32_t *assay_design_stratum(const assay_design *design)
{
    return design->stratum;
}

uint64_t assay_design_population(const assay_design *design, size_t h)
{
    return design->population[h];
}

uint64_t assay_design_sample(const assay_design *design, size_t h)
{
    return design->sample[h];
}

uint64_t assay_design_total(const assay_design *design)
{
    return design->total;
}

double assay_design_cases(const assay_design *design)
{
    return design->cases;
}

const double *assay_design_weights(const assay_design *design)
{
    return design->weights;
}

assay_lonely assay_design_lonely(const assay_design *design)
{
    return design->lonely;
}

size_t assay_design_clusters(const assay_design *design)
{
    return design->clusters;
}

const uint32_t *assay_design_cluster(const assay_design *design)
{
    return design->cluster;
}

uint64_t assay_design_cluster_population(const assay_design *design, size_t c)
{
    return design->cluster_population[c];
}

bool assay_design_is_two_stage(const assay_design *design)
{
    return design->cluster_population != NULL;
}

bool assay_design_has_chances(const assay_design *design)
{
    return design->chances != NULL;
}

bool assay_design_inside(const assay_design *design, size_t i)
{
    return design->inside == NULL || design->inside[i] != 0;
}

const uint8_t *assay_design_insiders(const assay_design *design)
{
    return design->inside;
}

double assay_design_raise(const assay_design *design, size_t h)
{
    return design->raise == NULL ? 1 : design->raise[h];
}

uint64_t assay_design_lost(const assay_design *design)
{
    return design->lost;
}
