/* design_stages.c -- the stages of a design as variances see them, neighbours put together. */
#include "infer/design_parts.h"

#include <inttypes.h>

#include "base/memory.h"

/* A stage before anything is put together: what its groups are, and how many of their items were drawn. */
struct drawn {
    size_t groups;
    const uint64_t *population, *sample; /* [groups] */
    const uint32_t *within;              /* [groups] neighbours have the same, or NULL */
    const uint32_t *named;               /* [groups] neighbours, or NULL */
    const char *what;                    /* what a group is */
    uint32_t *root;                      /* [groups] the first group of those put together */
    uint64_t *population_of, *sample_of; /* [groups] of a root: all of its groups together */
};

double assay_design_fraction(const assay_design *d, size_t h)
{
    return d->population[h] == ASSAY_INFINITE || d->population[h] == 0
               ? 0
               : (double)d->sample[h] / (double)d->population[h];
}

size_t assay_design_item(const assay_design *d, size_t i)
{
    return d->cluster != NULL ? d->cluster[i] : i;
}

/* ---- neighbours ---- */

static size_t root_of(const struct drawn *s, size_t h)
{
    while (s->root[h] != h)
        h = s->root[h];
    return h;
}

/* One of several; it is none once it has a neighbour, as theirs. */
static bool is_lonely(const struct drawn *s, size_t h)
{
    return s->sample[h] == 1 && s->population[h] > 1 && s->sample_of[root_of(s, h)] == 1;
}

static bool can_be_neighbour(const struct drawn *s, size_t h, size_t other)
{
    return other != h && s->sample[other] > 0 && s->sample[other] < s->population[other] &&
           (s->within == NULL || s->within[h] == s->within[other]);
}

/* The next that can be, or the last before; `groups` where there is none. */
static size_t find_neighbour(const struct drawn *s, size_t h)
{
    if (s->named != NULL && s->named[h] != h)
        return s->named[h];
    for (size_t k = h + 1; k < s->groups; k++)
        if (can_be_neighbour(s, h, k))
            return k;
    for (size_t k = h; k > 0; k--)
        if (can_be_neighbour(s, h, k - 1))
            return k - 1;
    return s->groups;
}

static void put_together(struct drawn *s, size_t h, size_t other)
{
    size_t a = root_of(s, h), b = root_of(s, other);
    if (a > b) {
        const size_t c = a;
        a = b;
        b = c;
    }
    s->root[b] = (uint32_t)a;
    s->sample_of[a] += s->sample_of[b];
    const bool infinite =
        s->population_of[a] == ASSAY_INFINITE || s->population_of[b] == ASSAY_INFINITE;
    s->population_of[a] = infinite ? ASSAY_INFINITE : s->population_of[a] + s->population_of[b];
}

static assay_status collapse(assay_context *context, struct drawn *s)
{
    for (size_t h = 0; h < s->groups; h++) {
        const assay_status status = assay_poll(context, h, s->groups);
        if (status != ASSAY_OK)
            return status;
        if (!is_lonely(s, h))
            continue;
        const size_t other = find_neighbour(s, h);
        if (other == s->groups) {
            assay_fail(
                context, ASSAY_EDOM,
                "%s %zu has one case or cluster of several in the sample, and no other to be "
                "put together with",
                s->what, h + 1);
            return assay_design_blame(context, "lonely", h);
        }
        put_together(s, h, other);
    }
    return ASSAY_OK;
}

static assay_status check_named(assay_context *context, const struct drawn *s)
{
    for (size_t h = 0; s->named != NULL && h < s->groups; h++) {
        const size_t other = s->named[h];
        if (s->sample[h] != 1 || s->population[h] == 1 ||
            (other < s->groups && s->sample[other] > 0))
            continue;
        assay_fail(context, ASSAY_EDOM, "%s %zu has no neighbour that has cases", s->what, h + 1);
        return assay_design_blame(context, "neighbour", h);
    }
    return ASSAY_OK;
}

/* ---- one stage ---- */

static assay_status start(assay_context *context, struct drawn *s, assay_stage *stage, size_t items)
{
    stage->items = items;
    stage->groups = s->groups;
    stage->group = assay_alloc_array(items, sizeof *stage->group);
    stage->part = assay_alloc_array(items, sizeof *stage->part);
    stage->open = assay_alloc_zeroed_array(s->groups, sizeof *stage->open);
    s->root = assay_alloc_array(s->groups, sizeof *s->root);
    s->population_of = assay_alloc_array(s->groups, sizeof *s->population_of);
    s->sample_of = assay_alloc_array(s->groups, sizeof *s->sample_of);
    if (stage->group == NULL || stage->part == NULL || stage->open == NULL || s->root == NULL ||
        s->population_of == NULL || s->sample_of == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < s->groups; h++) {
        s->root[h] = (uint32_t)h;
        s->population_of[h] = s->population[h];
        s->sample_of[h] = s->sample[h];
    }
    return ASSAY_OK;
}

static void finish(struct drawn *s)
{
    assay_free(s->root);
    assay_free(s->population_of);
    assay_free(s->sample_of);
}

/* What was not drawn of group h, as a fraction, together with its neighbours. */
static double rest_of(const struct drawn *s, size_t h)
{
    const size_t root = root_of(s, h);
    return s->population_of[root] == ASSAY_INFINITE
               ? 1
               : 1 - (double)s->sample_of[root] / (double)s->population_of[root];
}

static void set_item(const struct drawn *s, assay_stage *stage, size_t j, size_t h, double part)
{
    const size_t root = root_of(s, h);
    stage->group[j] = (uint32_t)root;
    stage->part[j] = part;
    stage->open[root] += part > 0;
    stage->collapsed |= s->sample_of[root] != s->sample[h];
}

/* ---- both ---- */

static assay_status set_first(assay_context *context, assay_design *d, const uint32_t *neighbour)
{
    struct drawn s = {.groups = d->strata,
                      .population = d->population,
                      .sample = d->sample,
                      .named = neighbour,
                      .what = "stratum"};
    assay_status status =
        start(context, &s, &d->first, d->cluster != NULL ? d->clusters : d->units);
    if (status == ASSAY_OK && d->lonely == ASSAY_LONELY_COLLAPSE) {
        status = check_named(context, &s);
        if (status == ASSAY_OK)
            status = collapse(context, &s);
    }
    for (size_t j = 0; status == ASSAY_OK && j < d->first.items; j++)
        d->first.part[j] = -1;
    for (size_t i = 0; status == ASSAY_OK && i < d->units; i++) {
        const size_t h = d->stratum[i], j = assay_design_item(d, i);
        if (d->first.part[j] < 0)
            set_item(&s, &d->first, j, h, d->chances != NULL ? 1 - d->chances[i] : rest_of(&s, h));
    }
    finish(&s);
    return status;
}

/* Clusters stand for themselves: what the second stage adds counts by the probability of the cluster. */
static assay_status set_second(assay_context *context, assay_design *d)
{
    struct drawn s = {.groups = d->clusters,
                      .population = d->cluster_population,
                      .sample = d->cluster_sample,
                      .within = d->first.group,
                      .what = "cluster"};
    assay_status status = start(context, &s, &d->second, d->units);
    if (status == ASSAY_OK && d->lonely == ASSAY_LONELY_COLLAPSE)
        status = collapse(context, &s);
    for (size_t i = 0; status == ASSAY_OK && i < d->units; i++) {
        const double chance =
            d->chances != NULL ? d->chances[i] : assay_design_fraction(d, d->stratum[i]);
        set_item(&s, &d->second, i, d->cluster[i], rest_of(&s, d->cluster[i]) * chance);
    }
    finish(&s);
    return status;
}

assay_status assay_design_set_stages(assay_context *context, assay_design *d,
                                     const uint32_t *neighbour)
{
    const assay_status status = set_first(context, d, neighbour);
    return status == ASSAY_OK && d->cluster_population != NULL ? set_second(context, d) : status;
}
