/* stratified_exact.c -- the largest total that the estimate does not reject, by all splits. */
#include "prob/stratified_search.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "prob/finite.h"

/*
** T is summed stratum by stratum. A node of a stage is a value of the sum so far, or several that
** pass for sure: their probabilities under the split so far are its mass. The last stratum needs no
** sums, only how many of its cases may be marked for T <= t: its nodes are those numbers, 0 to n.
** What leads where does not depend on the split, and is found once.
*/
struct stage {
    uint64_t N, n, x, rest; /* rest = N - n: M = x + d, 0 <= d <= rest */
    uint64_t weight;        /* of one marked case in T */
    size_t n_nodes;         /* before this stratum */
    uint64_t *sums;         /* [n_nodes] */
    uint32_t *to;           /* [n_nodes][n + 1]: the next stage's node when so many are marked */
    uint32_t *fitting;      /* [n_nodes]: numbers of marked cases, from 0, with which T <= t */
    double *mass;           /* [n_nodes] */
    double *rows;           /* densities of 0 to n marked, of each d or of one; sums in the last */
    uint64_t row;           /* d of the one */
    bool keeps_rows;
    uint64_t most;       /* d that may pass if no other stratum has a marked case in the sample */
    uint64_t most_after; /* the sum of those of the later stages */
};

struct search {
    assay_context *context;
    struct stage *stages; /* [n] */
    size_t n;
    uint64_t t, largest; /* in the sample, and at all */
    double bar;
    uint64_t best; /* the largest sum of d found */
    uint64_t work; /* products since the last poll */
};

/*
** At most so many densities of a stratum are kept, ways from node to node held, and values of T
** told apart.
*/
enum { HELD = 1 << 22 };

/* Products between two polls. */
enum { BLOCK = 1 << 21 };

static assay_status poll(struct search *s, uint64_t products)
{
    s->work += products;
    if (s->work < BLOCK)
        return ASSAY_OK;
    s->work = 0;
    return assay_poll(s->context, 0, 0);
}

/* ---- the statistic -------------------------------------------------------------------------- */

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* n_h / gcd(N_h, n_h), the denominator of a weight. */
static uint64_t denominator_of(const struct stage *e)
{
    return e->n / common_divisor(e->N, e->n);
}

/*
** N_h / n_h over their least common denominator, without what is common to all; t and `largest`,
** UINT64_MAX where 64 bits do not hold it.
*/
static void set_weights(struct search *s)
{
    uint64_t denominator = 1, common = 0;
    for (size_t h = 0; h < s->n; h++) {
        const uint64_t own = denominator_of(&s->stages[h]);
        denominator = assay_capped_product(denominator, own / common_divisor(denominator, own));
    }
    s->largest = denominator == UINT64_MAX ? UINT64_MAX : 0;
    for (size_t h = 0; h < s->n; h++) {
        struct stage *e = &s->stages[h];
        const uint64_t own = denominator_of(e);
        e->weight = assay_capped_product(denominator / own, e->N / (e->n / own));
        common = common_divisor(e->weight, common);
    }
    for (size_t h = 0; h < s->n; h++) {
        struct stage *e = &s->stages[h];
        e->weight /= common;
        s->t += e->weight * e->x;
        s->largest = assay_capped_sum(s->largest, assay_capped_product(e->weight, e->n));
    }
}

/* V_j of the header, from V_{j-1}. */
static uint64_t values_after(const struct search *s, uint64_t before, uint64_t n)
{
    const uint64_t values = assay_capped_product(before, n + 1);
    return s->largest < HELD && values > s->largest ? s->largest + 1 : values;
}

/* The ways from node to node at most, those to the end included, and the steps. */
static uint64_t count_steps(const struct search *s, uint64_t *ways)
{
    const struct stage *last = &s->stages[s->n - 1];
    uint64_t splits = 1, values = 1;
    *ways = last->n + 1;
    for (const struct stage *e = s->stages; e < last; e++) {
        splits = assay_capped_product(splits, e->rest + 1);
        *ways = assay_capped_sum(*ways, assay_capped_product(values, e->n + 1));
        values = values_after(s, values, e->n);
    }
    return assay_capped_product(splits, *ways);
}

/* ---- densities ------------------------------------------------------------------------------ */

/*
** P(X = k | M = x + d), k from 0 to n, by their ratios from the mode on, made to sum to 1. No
** factorial is needed, and what is lost grows with the distance from the mode only. Densities that
** are nothing beside any bar are 0, so that no product is a slow subnormal.
*/
static void set_densities(const struct stage *e, uint64_t d, double row[])
{
    const double N = (double)e->N, M = (double)(e->x + d), n = (double)e->n;
    const double low = fmax(0, n - (N - M)), high = fmin(n, M);
    const double mode = floor((n + 1) * (M + 1) / (N + 2));
    double sum = 0;
    for (uint64_t k = 0; k <= e->n; k++)
        row[k] = 0;
    row[(size_t)mode] = 1;
    for (double k = mode; k < high; k++)
        row[(size_t)k + 1] = row[(size_t)k] * ((M - k) * (n - k) / ((k + 1) * (N - M - n + k + 1)));
    for (double k = mode; k > low; k--)
        row[(size_t)k - 1] = row[(size_t)k] * (k * (N - M - n + k) / ((M - k + 1) * (n - k + 1)));
    for (uint64_t k = 0; k <= e->n; k++)
        sum += row[k];
    for (uint64_t k = 0; k <= e->n; k++)
        row[k] = row[k] > 1e-40 * sum ? row[k] / sum : 0;
}

static void set_row(const struct search *s, const struct stage *e, uint64_t d, double row[])
{
    set_densities(e, d, row);
    if (e == &s->stages[s->n - 1])
        for (uint64_t k = 1; k <= e->n; k++)
            row[k] += row[k - 1];
}

static const double *row_of(struct search *s, struct stage *e, uint64_t d)
{
    if (e->keeps_rows)
        return e->rows + d * (e->n + 1);
    if (e->row != d) {
        set_row(s, e, d, e->rows);
        s->work += 8 * e->n;
        e->row = d;
    }
    return e->rows;
}

static assay_status new_rows(struct search *s, struct stage *e)
{
    const uint64_t n = assay_capped_product(e->most + 1, e->n + 1);
    e->keeps_rows = n <= HELD;
    e->row = UINT64_MAX;
    e->rows = assay_alloc_array(e->keeps_rows ? n : e->n + 1, sizeof *e->rows);
    if (e->rows == NULL)
        return assay_fail_memory(s->context);
    for (uint64_t d = 0; e->keeps_rows && d <= e->most; d++) {
        set_row(s, e, d, e->rows + d * (e->n + 1));
        if (poll(s, 8 * e->n) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    }
    return ASSAY_OK;
}

/* The largest d with which the stratum alone does not take T beyond t too surely. */
static assay_status set_most(const struct search *s, struct stage *e)
{
    uint64_t passes = 0, fails = e->rest + 1;
    while (fails - passes > 1) {
        const uint64_t d = passes + (fails - passes) / 2;
        double below, above;
        const assay_status status =
            assay_hyper_tails(s->t / e->weight, e->N, e->x + d, e->n, &below, &above);
        if (status != ASSAY_OK)
            return status;
        *(below > s->bar ? &passes : &fails) = d;
    }
    e->most = passes;
    return ASSAY_OK;
}

/* ---- nodes ---------------------------------------------------------------------------------- */

/* The largest value that later stages can add. */
static uint64_t largest_after(const struct search *s, const struct stage *e)
{
    uint64_t sum = 0;
    for (const struct stage *later = e + 1; later < s->stages + s->n; later++)
        sum += later->weight * later->n;
    return sum;
}

/* Numbers of marked cases, from 0, with which a sum stays within t. */
static uint32_t fitting(const struct search *s, const struct stage *e, uint64_t sum)
{
    const uint64_t most = (s->t - sum) / e->weight;
    return (uint32_t)(most < e->n ? most : e->n) + 1;
}

/*
** The number of the node with this sum, which is made if there is none. `known` has the number of
** each value, from 1, or is NULL where there are too many values: then every way has its own node.
*/
static uint32_t node_of(struct stage *e, uint64_t sum, uint32_t *known)
{
    if (known != NULL && known[sum] != 0)
        return known[sum] - 1;
    e->sums[e->n_nodes++] = sum;
    if (known != NULL)
        known[sum] = (uint32_t)e->n_nodes;
    return (uint32_t)e->n_nodes - 1;
}

static assay_status lead(struct search *s, struct stage *e, uint32_t *known)
{
    struct stage *next = e + 1;
    const bool to_last = next == &s->stages[s->n - 1];
    const uint64_t after = largest_after(s, e);
    for (size_t i = 0; i < e->n_nodes; i++) {
        e->fitting[i] = fitting(s, e, e->sums[i]);
        for (uint32_t k = 0; k < e->fitting[i]; k++) {
            const uint64_t sum = e->sums[i] + k * e->weight;
            const bool is_sure = sum + after <= s->t; /* like a sum of 0 */
            e->to[i * (e->n + 1) + k] =
                to_last ? fitting(s, next, sum) - 1 : node_of(next, is_sure ? 0 : sum, known);
        }
        if (poll(s, 8 * e->n) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    }
    if (to_last)
        next->n_nodes = next->n + 1;
    return ASSAY_OK;
}

static assay_status new_nodes(struct search *s, struct stage *e)
{
    const bool tells_apart = s->largest < HELD;
    e->mass = assay_alloc_zeroed_array(e->n_nodes, sizeof *e->mass);
    if (e->mass == NULL)
        return assay_fail_memory(s->context);
    if (e == &s->stages[s->n - 1])
        return ASSAY_OK;
    e->fitting = assay_alloc_array(e->n_nodes, sizeof *e->fitting);
    e->to = assay_alloc_array(e->n_nodes, (e->n + 1) * sizeof *e->to);
    e[1].sums = assay_alloc_array(values_after(s, e->n_nodes, e->n), sizeof *e[1].sums);
    uint32_t *known = assay_alloc_zeroed_array(tells_apart ? s->largest + 1 : 1, sizeof *known);
    const assay_status status =
        e->fitting != NULL && e->to != NULL && e[1].sums != NULL && known != NULL
            ? lead(s, e, tells_apart ? known : NULL)
            : assay_fail_memory(s->context);
    assay_free(known);
    return status;
}

/* ---- the search ----------------------------------------------------------------------------- */

/* The mass of the next stage, with d more in this one; *left is all of it. */
static assay_status spread(struct search *s, struct stage *e, uint64_t d, double *left)
{
    const double *row = row_of(s, e, d);
    double *next = e[1].mass;
    *left = 0;
    for (size_t j = 0; j < e[1].n_nodes; j++)
        next[j] = 0;
    for (size_t i = 0; i < e->n_nodes; i++) {
        const uint32_t *to = e->to + i * (e->n + 1), n = e->fitting[i];
        const double mass = e->mass[i];
        if (mass == 0)
            continue;
        for (uint32_t k = 0; k < n; k++)
            next[to[k]] += mass * row[k];
        if (poll(s, n) != ASSAY_OK)
            return ASSAY_ESTOPPED;
    }
    for (size_t j = 0; j < e[1].n_nodes; j++)
        *left += next[j];
    return ASSAY_OK;
}

/* Whether P(T <= t) is above the bar with d more in the last stratum. */
static bool passes(struct search *s, struct stage *last, uint64_t d)
{
    const double *row = row_of(s, last, d);
    double sum = 0;
    for (uint64_t k = 0; k <= last->n; k++)
        sum += last->mass[k] * row[k];
    s->work += last->n + 1;
    return sum > s->bar;
}

/* What the last stratum can add to `before`, if that makes more than the best. */
static assay_status search_last(struct search *s, struct stage *last, uint64_t before)
{
    const uint64_t wanted = before > s->best ? 0 : s->best + 1 - before;
    if (wanted > last->most || !passes(s, last, wanted))
        return poll(s, 0);
    uint64_t low = wanted, high = last->most + 1;
    while (high - low > 1) {
        const uint64_t d = low + (high - low) / 2;
        *(passes(s, last, d) ? &low : &high) = d;
    }
    s->best = before + low;
    return poll(s, 0);
}

static assay_status search_from(struct search *s, struct stage *e, uint64_t before)
{
    if (e == &s->stages[s->n - 1])
        return search_last(s, e, before);
    for (uint64_t d = 0; d <= e->most; d++) {
        double left;
        if (before + d + e->most_after <= s->best)
            continue;
        assay_status status = spread(s, e, d, &left);
        if (status != ASSAY_OK)
            return status;
        if (!(left > s->bar)) /* nor with more */
            return ASSAY_OK;
        status = search_from(s, e + 1, before + d);
        if (status != ASSAY_OK)
            return status;
    }
    return ASSAY_OK;
}

/* ---- putting together ----------------------------------------------------------------------- */

static int compare_rest(const void *a, const void *b)
{
    const struct stage *one = a, *other = b;
    const int by_rest = (one->rest > other->rest) - (one->rest < other->rest);
    return by_rest != 0 ? by_rest : (one->n > other->n) - (one->n < other->n);
}

/* The stages, by the cases not drawn, and the weights. */
static void set_stages(struct search *s, const assay_stratum_count strata[])
{
    for (size_t h = 0; h < s->n; h++) {
        const assay_stratum_count *c = &strata[h];
        s->stages[h] =
            (struct stage){.N = c->population, .n = c->n, .x = c->x, .rest = c->population - c->n};
    }
    qsort(s->stages, s->n, sizeof *s->stages, compare_rest);
    set_weights(s);
}

static assay_status prepare(struct search *s)
{
    uint64_t after = 0;
    struct stage *first = s->stages;
    const size_t start = s->n == 1 ? fitting(s, first, 0) - 1 : 0;
    first->n_nodes = s->n == 1 ? first->n + 1 : 1;
    first->sums = assay_alloc_zeroed_array(1, sizeof *first->sums);
    if (first->sums == NULL)
        return assay_fail_memory(s->context);
    for (size_t h = s->n; h-- > 0;) {
        const assay_status status = set_most(s, &s->stages[h]);
        if (status != ASSAY_OK)
            return status;
        s->stages[h].most_after = after;
        after += s->stages[h].most;
    }
    for (size_t h = 0; h < s->n; h++) {
        assay_status status = new_rows(s, &s->stages[h]);
        if (status == ASSAY_OK)
            status = new_nodes(s, &s->stages[h]);
        if (status != ASSAY_OK)
            return status;
    }
    first->mass[start] = 1;
    return ASSAY_OK;
}

static assay_status check_work(const struct search *s)
{
    uint64_t ways;
    const uint64_t steps = count_steps(s, &ways);
    if (steps > ASSAY_EXACT_MOST)
        return assay_fail(s->context, ASSAY_ENUMERIC,
                          "exact takes up to %" PRIu64
                          " steps, and these strata would take %s%" PRIu64 ": take exact_combined",
                          ASSAY_EXACT_MOST, steps == UINT64_MAX ? "over " : "", steps);
    if (ways > HELD)
        return assay_fail(s->context, ASSAY_ENUMERIC,
                          "exact tells up to %d samples apart, and these strata have %" PRIu64
                          ": take exact_combined",
                          (int)HELD, ways);
    if (s->largest == UINT64_MAX)
        return assay_fail(s->context, ASSAY_ENUMERIC,
                          "exact needs weights N/n whose common denominator is small, and these "
                          "take more than 64 bits: take exact_combined");
    return ASSAY_OK;
}

static void free_stages(struct search *s)
{
    for (size_t h = 0; h < s->n; h++) {
        struct stage *e = &s->stages[h];
        assay_free(e->sums);
        assay_free(e->to);
        assay_free(e->fitting);
        assay_free(e->mass);
        assay_free(e->rows);
    }
    assay_free(s->stages);
}

assay_status assay_exact_search(assay_context *context, size_t n_strata,
                                const assay_stratum_count strata[], double bar, uint64_t *more)
{
    struct search s = {.context = context, .n = n_strata, .bar = bar};
    s.stages = assay_alloc_array(n_strata, sizeof *s.stages);
    if (s.stages == NULL)
        return assay_fail_memory(context);
    set_stages(&s, strata);
    assay_status status = check_work(&s);
    if (status == ASSAY_OK)
        status = prepare(&s);
    if (status == ASSAY_OK)
        status = search_from(&s, s.stages, 0);
    free_stages(&s);
    if (status == ASSAY_OK)
        *more = s.best;
    return status;
}
