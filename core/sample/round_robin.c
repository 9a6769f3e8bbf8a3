/* round_robin.c -- a total shared out as the Ministry of Justice's case sampler does. */
#include "sample/round_robin.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "sample/allocate.h"

uint64_t assay_round_half_up(double x)
{
    return (uint64_t)floor(x + 0.5 + 1e-9);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t clamp(uint64_t x, uint64_t low, uint64_t high)
{
    return x < low ? low : least(x, high);
}

static uint64_t sum(size_t n, const uint64_t x[])
{
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += x[i];
    return total;
}

/* So that no product below leaves 64 bits. */
static assay_status check_sizes(assay_context *context, uint64_t total, size_t n,
                                const uint64_t sizes[])
{
    uint64_t most = total, all = 0;
    for (size_t i = 0; i < n && all <= ASSAY_ALLOCATE_MOST; i++) {
        most = sizes[i] > most ? sizes[i] : most;
        all = most > ASSAY_ALLOCATE_MOST ? most : all + sizes[i];
    }
    most = all > most ? all : most;
    if (most <= ASSAY_ALLOCATE_MOST)
        return ASSAY_OK;
    return assay_fail(context, ASSAY_EDOM, "%" PRIu64 " cases are more than %d", most,
                      ASSAY_ALLOCATE_MOST);
}

/* ---- in turns ---- */

static int rising(const void *self, uint32_t a, uint32_t b)
{
    const uint64_t *sizes = self;
    return sizes[a] < sizes[b] ? -1 : sizes[a] > sizes[b];
}

static int falling(const void *self, uint32_t a, uint32_t b)
{
    return rising(self, b, a);
}

/* One turn: each of order[n] gets one step while `left` lasts. Those that can go on stay in it. */
static size_t take_turns(size_t n, uint32_t order[], uint64_t *left, uint64_t step,
                         const uint64_t end[], uint64_t sizes[])
{
    size_t open = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t at = order[i];
        const uint64_t bound = end == NULL ? 0 : end[at];
        if (sizes[at] == bound)
            continue;
        if (*left > 0) {
            sizes[at] += step; /* or 1 less: unsigned numbers wrap */
            --*left;
        }
        order[open++] = at;
    }
    return open;
}

assay_status assay_round_robin(assay_context *context, uint64_t target, size_t n, uint64_t sizes[],
                               const uint64_t low[], const uint64_t high[])
{
    const uint64_t now = sum(n, sizes);
    if (now == target || n == 0)
        return ASSAY_OK;
    uint32_t *order = assay_alloc_array(n, sizeof *order);
    if (order == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    const bool more = now < target;
    const assay_status status = assay_sort(context, n, order, more ? rising : falling, sizes);
    uint64_t left = more ? target - now : now - target;
    for (size_t open = n; status == ASSAY_OK && left > 0 && open > 0;)
        open = take_turns(open, order, &left, more ? 1 : UINT64_MAX, more ? high : low, sizes);
    assay_free(order);
    return status;
}

/* ---- proportional ---- */

/* total population / N, halves up, in whole numbers. */
static uint64_t share_of(uint64_t total, uint64_t population, uint64_t all)
{
    return least(population, (2 * total * population + all) / (2 * all));
}

assay_status assay_share_out(assay_context *context, uint64_t total, double buffer, size_t n,
                             const uint64_t population[], uint64_t sizes[])
{
    assay_status status = check_sizes(context, total, n, population);
    if (status != ASSAY_OK)
        return status;
    const uint64_t all = sum(n, population);
    uint64_t *fresh = assay_alloc_array(n, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++) {
        const uint64_t base = all == 0 ? 0 : share_of(total, population[i], all);
        fresh[i] = least(population[i], base + assay_round_half_up(buffer * (double)base));
    }
    status = assay_round_robin(context, total + assay_round_half_up(buffer * (double)total), n,
                               fresh, NULL, population);
    if (status == ASSAY_OK)
        memcpy(sizes, fresh, n * sizeof *fresh);
    assay_free(fresh);
    return status;
}

/* ---- the cap ---- */

assay_status assay_share_under_cap(assay_context *context, uint64_t cap, size_t n,
                                   const uint32_t holder[], const uint64_t population[],
                                   uint64_t held[], uint64_t sizes[])
{
    uint64_t *fresh = assay_alloc_array(n, 2 * sizeof *fresh), cut = 0;
    if (fresh == NULL)
        return assay_fail_memory(context);
    uint64_t *high = fresh + n;
    for (size_t i = 0; i < n; i++) {
        const uint64_t had = held[holder[i]], room = had < cap ? cap - had : 0;
        fresh[i] = least(sizes[i], room);
        high[i] = least(population[i], room);
        cut += sizes[i] - fresh[i];
    }
    const assay_status status =
        assay_round_robin(context, sum(n, fresh) + cut, n, fresh, NULL, high);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        held[holder[i]] += fresh[i];
        sizes[i] = fresh[i];
    }
    assay_free(fresh);
    return status;
}

/* ---- sample and reserves ---- */

/* Block of five lists of n numbers. */
typedef struct sizes {
    uint64_t *sample, *drawn, *low, *high, *end;
} sizes;

/*
** The rule with a buffer has the first word: what is drawn is what it gives, and the sample is
** rounded within that. Where a maximum leaves the sample short, more is drawn.
*/
static assay_status round_both(assay_context *context, uint64_t total, double buffer, size_t n,
                               const uint64_t population[], const sizes *s)
{
    assay_status status =
        assay_round_robin(context, total + assay_round_half_up(buffer * (double)total), n, s->drawn,
                          s->low, population);
    for (size_t i = 0; i < n; i++) {
        s->sample[i] = least(s->sample[i], s->drawn[i]);
        s->end[i] = least(s->high[i], s->drawn[i]);
        s->low[i] = least(s->low[i], s->drawn[i]);
    }
    if (status == ASSAY_OK)
        status = assay_round_robin(context, total, n, s->sample, s->low, s->end);
    return status == ASSAY_OK ? assay_round_robin(context, total, n, s->sample, s->low, s->high)
                              : status;
}

assay_status assay_round_in_turns(assay_context *context, uint64_t total, double buffer, size_t n,
                                  const double real[], const uint64_t population[],
                                  const uint64_t low[], const uint64_t high[], uint64_t sample[],
                                  uint64_t reserve[])
{
    assay_status status = check_sizes(context, total, n, population);
    if (status != ASSAY_OK)
        return status;
    uint64_t *block = assay_alloc_array(n, 5 * sizeof *block);
    if (block == NULL)
        return assay_fail_memory(context);
    const sizes s = {block, block + n, block + 2 * n, block + 3 * n, block + 4 * n};
    for (size_t i = 0; i < n; i++) {
        s.low[i] = low[i];
        s.high[i] = least(high[i], population[i]);
        s.sample[i] = clamp(assay_round_half_up(real[i]), low[i], s.high[i]);
        s.drawn[i] =
            least(population[i], s.sample[i] + assay_round_half_up(buffer * (double)s.sample[i]));
    }
    status = round_both(context, total, buffer, n, population, &s);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        sample[i] = s.sample[i];
        reserve[i] = s.drawn[i] > s.sample[i] ? s.drawn[i] - s.sample[i] : 0;
    }
    assay_free(block);
    return status;
}
