/* sampford.c -- Sampford's design, in two ways that have the same probabilities. */
#include "sample/sampford.h"

#include "base/memory.h"

/* Cumulated weights of the units, by which one of them is picked. */
typedef struct scales {
    double *first, *others, *second; /* [n]: of p, of p / (1 - p), of p (1 - p) */
    uint32_t *picked;                /* [size] */
} scales;

static void free_scales(scales *s)
{
    assay_free(s->first);
    assay_free(s->picked);
}

static assay_status make_scales(assay_context *context, const double p[], size_t n,
                                const uint32_t open[], uint64_t size, scales *s)
{
    double sums[2] = {0};
    s->first = assay_alloc_array(n, 3 * sizeof *s->first);
    s->picked = assay_alloc_array((size_t)size, sizeof *s->picked);
    if (s->first == NULL || s->picked == NULL)
        return assay_fail_memory(context);
    s->others = s->first + n;
    s->second = s->first + 2 * n;
    for (size_t i = 0; i < n; i++) {
        const double q = p[open[i]];
        s->first[i] = sums[0] += q;
        s->others[i] = sums[1] += q / (1 - q);
    }
    assay_sampford_sums(p, n, open, s->second);
    return ASSAY_OK;
}

/* The place of the first sum above x. */
static size_t find(const double sums[], size_t n, double x)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sums[middle] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static size_t pick(const double sums[], size_t n, const assay_chance *chance)
{
    return find(sums, n, chance->uniform(chance->self) * sums[n - 1]);
}

/* ---- Sampford's own way ---- */

/* One try: whether all `size` units differ. Those picked stand in picked[], however many. */
static bool try_repeats(const double first[], const double others[], size_t n,
                        const uint32_t open[], uint64_t size, const assay_chance *chance,
                        bool chosen[], uint32_t picked[])
{
    size_t k = 0;
    bool differ = true;
    for (; differ && k < size; k++) {
        picked[k] = open[pick(k == 0 ? first : others, n, chance)];
        differ = !chosen[picked[k]];
        chosen[picked[k]] = true;
    }
    for (size_t i = 0; !differ && i < k; i++)
        chosen[picked[i]] = false;
    return differ;
}

/* The chance that `size` - 1 units picked with replacement differ, at most: that of units all alike. */
static bool may_differ(size_t n, uint64_t size)
{
    double chance = 1;
    for (uint64_t k = 1; k + 1 < size && chance >= 1e-12; k++)
        chance *= 1 - (double)k / (double)n;
    return chance >= 1e-12;
}

static assay_status try_own_way(assay_context *context, const scales *s, size_t n,
                                const uint32_t open[], uint64_t size, const assay_chance *chance,
                                bool chosen[], bool *found)
{
    const uint64_t tries = may_differ(n, size) ? 1000000 : 0;
    *found = false;
    for (uint64_t i = 0; i < tries && !*found; i++) {
        if (i % 1024 == 0 && assay_poll(context, i, 0) != ASSAY_OK)
            return context->error.status;
        *found = try_repeats(s->first, s->others, n, open, size, chance, chosen, s->picked);
    }
    return ASSAY_OK;
}

/* ---- the second way ---- */

void assay_sampford_sums(const double p[], size_t n, const uint32_t open[], double sums[])
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sums[i] = sum += p[open[i]] * (1 - p[open[i]]);
}

bool assay_sampford_try(const double p[], const double sums[], size_t n, const uint32_t open[],
                        uint64_t size, const assay_chance *chance, bool chosen[])
{
    const size_t special = pick(sums, n, chance);
    uint64_t others = 0;
    for (size_t i = 0; i < n; i++) {
        chosen[open[i]] = i == special || chance->happens(chance->self, p[open[i]]);
        others += i != special && chosen[open[i]];
    }
    return others + 1 == size;
}

static assay_status keep_trying(assay_context *context, const double p[], const scales *s, size_t n,
                                const uint32_t open[], uint64_t size, const assay_chance *chance,
                                bool chosen[])
{
    for (uint64_t asked = n; !assay_sampford_try(p, s->second, n, open, size, chance, chosen);
         asked += n)
        if (asked / 65536 != (asked - n) / 65536 && assay_poll(context, asked, 0) != ASSAY_OK)
            return context->error.status;
    return ASSAY_OK;
}

assay_status assay_sampford(assay_context *context, const double p[], size_t n,
                            const uint32_t open[], uint64_t size, const assay_chance *chance,
                            bool chosen[])
{
    scales s = {0};
    bool found = false;
    assay_status status = make_scales(context, p, n, open, size, &s);
    if (status == ASSAY_OK)
        status = try_own_way(context, &s, n, open, size, chance, chosen, &found);
    if (status == ASSAY_OK && !found)
        status = keep_trying(context, p, &s, n, open, size, chance, chosen);
    free_scales(&s);
    return status;
}
