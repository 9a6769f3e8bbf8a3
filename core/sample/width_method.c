/* width_method.c -- the limits of each method, and from which size on a theorem bounds them. */
#include "sample/width_method.h"

#include <string.h>

#include "base/memory.h"
#include "prob/dist.h"
#include "prob/finite.h"

/* Some seconds of searching: formulas tried, and limits searched for. */
static const uint64_t most_sizes = 20000000, most_effort = 3000000;

static bool is_infinite(const struct assay_width_search *s)
{
    return s->ask.population == ASSAY_INFINITE;
}

/* n* with n = n* N / (N - 1 + n*), and the least whole n that is no smaller. */
static uint64_t correct(const struct assay_width_search *s, double effective)
{
    const double N = (double)s->ask.population;
    const double n = is_infinite(s) ? effective : N / (1 + (N - 1) / effective);
    if (!(n < (double)ASSAY_WIDTH_CASES_MOST))
        return is_infinite(s) ? ASSAY_INFINITE : s->ask.population;
    const uint64_t whole = (uint64_t)ceil(n) + 1; /* against rounding: it need not be the least */
    return whole < s->ask.population ? whole : s->ask.population;
}

static assay_status refuse(struct assay_width_search *s, const char *instead)
{
    return assay_fail(s->context, ASSAY_ENUMERIC,
                      "%s takes too long for so many cases or so narrow a margin: take %s",
                      s->ask.method->name, instead);
}

/* Counts what takes time, and gives way to whoever wants to stop it. */
static assay_status spend(struct assay_width_search *s, uint64_t effort)
{
    const uint64_t before = s->effort / 1024;
    s->effort += effort;
    if (s->effort > most_effort)
        return refuse(s, "normal or wilson");
    return s->effort / 1024 == before ? ASSAY_OK : assay_poll(s->context, 0, 0);
}

/* A limit takes of the order of sqrt(n) steps: its tail is so long. */
static uint64_t effort_of(uint64_t n)
{
    return 1 + (uint64_t)sqrt((double)n) / 16;
}

/* Whether to try every size up to `enough`, a limit or two each. */
static assay_status check_enough(struct assay_width_search *s, const char *instead)
{
    const bool much = s->enough > most_effort || s->enough * effort_of(s->enough) > 2 * most_effort;
    return much ? refuse(s, instead) : ASSAY_OK;
}

/* ---- room ----------------------------------------------------------------------------------- */

static assay_status no_room(struct assay_width_search *s, uint64_t n)
{
    (void)s, (void)n;
    return ASSAY_OK;
}

static assay_status room_for_all(struct assay_width_search *s, uint64_t n)
{
    s->lower = assay_alloc_array((size_t)n + 1, sizeof *s->lower);
    s->earlier = assay_alloc_array((size_t)n + 1, sizeof *s->earlier);
    return s->lower != NULL && s->earlier != NULL ? ASSAY_OK : assay_fail_memory(s->context);
}

/* ---- all x at once -------------------------------------------------------------------------- */

struct block {
    uint64_t a, b; /* x from a to b */
    struct assay_width_ends at_a, at_b;
};

/* The widest interval of all x among n, or n to m. */
struct hunt {
    struct assay_width_search *s;
    uint64_t n, m;
    double stop; /* what is wider need not be the widest */
    double (*bound)(const struct hunt *, const struct block *); /* no x of the block is wider */
};

/* Limits rise in x. */
static double bound_by_ends(const struct hunt *h, const struct block *block)
{
    (void)h;
    return block->at_b.upper - block->at_a.lower;
}

static assay_status look_at(const struct hunt *h, uint64_t x, struct assay_width_ends *ends,
                            double *width)
{
    const assay_status status = h->s->ask.method->ends(h->s, h->n, h->m, x, ends);
    if (status == ASSAY_OK)
        *width = fmax(*width, ends->upper - ends->lower);
    return status;
}

/* A block that may matter is halved until it does or does not. */
static assay_status widen(const struct hunt *h, const struct block *all, double *width)
{
    if (*width > h->stop || all->b - all->a < 2 || h->bound(h, all) <= *width)
        return ASSAY_OK;
    struct block left = *all, right = *all;
    left.b = right.a = all->a + (all->b - all->a) / 2;
    assay_status status = look_at(h, left.b, &left.at_b, width);
    if (status != ASSAY_OK)
        return status;
    right.at_a = left.at_b;
    status = widen(h, &right, width);
    return status == ASSAY_OK ? widen(h, &left, width) : status;
}

/* x and n - x mirror each other, so half of them do; the middle, where they are widest, first. */
static assay_status widest_of_blocks(const struct hunt *h, double *width)
{
    struct block all = {.a = 0, .b = h->m / 2};
    assay_status status = look_at(h, all.b, &all.at_b, width);
    if (status != ASSAY_OK || *width > h->stop)
        return status;
    status = look_at(h, all.a, &all.at_a, width);
    return status == ASSAY_OK ? widen(h, &all, width) : status;
}

static assay_status no_limits(struct assay_width_search *s, assay_status status)
{
    return assay_fail(s->context, status, "the limits of %s were not found", s->ask.method->name);
}

static assay_status interval_ends(struct assay_width_search *s, uint64_t n, uint64_t x,
                                  struct assay_width_ends *ends)
{
    const assay_interval_request ask = {.method = s->interval,
                                        .population = s->ask.population,
                                        .confidence = s->ask.confidence,
                                        .side = ASSAY_TWO_SIDED};
    assay_interval limits;
    const assay_status status = assay_interval_compute(s->context, &ask, x, n, &limits);
    if (status != ASSAY_OK)
        return no_limits(s, status);
    *ends = (struct assay_width_ends){limits.lower, limits.upper};
    return ASSAY_OK;
}

/* ---- wilson --------------------------------------------------------------------------------- */

static bool never(const struct assay_width_search *s)
{
    (void)s;
    return false;
}

/*
** With k = z^2 / n*, the half-width squared is (p q + k / 4) k / (1 + k)^2 <= k / (1 + k) / 4, which
** falls in n*.
*/
static assay_status enough_for_wilson(struct assay_width_search *s)
{
    const double square = 4 * s->ask.margin * s->ask.margin;
    s->enough = square >= 1 ? 1 : correct(s, s->z * s->z * (1 - square) / square);
    return s->enough > most_sizes ? refuse(s, "normal") : ASSAY_OK;
}

static assay_status wilson_ends(struct assay_width_search *s, uint64_t n, uint64_t m, uint64_t x,
                                struct assay_width_ends *ends)
{
    (void)m;
    return interval_ends(s, n, x, ends);
}

/* It rises with p q: the middle x is the widest. */
static assay_status widest_wilson(struct assay_width_search *s, uint64_t n, uint64_t m, double stop,
                                  double *width)
{
    struct assay_width_ends ends = {0, 1};
    (void)stop;
    const assay_status status = wilson_ends(s, n, m, n / 2, &ends);
    if (status == ASSAY_OK)
        *width = fmax(*width, ends.upper - ends.lower);
    return status;
}

/* ---- clopper_pearson ------------------------------------------------------------------------ */

/* What a case of n counts for in n*: (N - 1) / (N - n). */
static double counts_for(const struct assay_width_search *s, uint64_t n)
{
    const double N = (double)s->ask.population;
    return is_infinite(s) ? 1 : (N - 1) / (N - (double)n);
}

/* Of two beta quantiles, whose fractions end the sooner, the nearer they are to the middle. */
static uint64_t effort_of_beta(const struct assay_width_search *s, uint64_t n)
{
    return n < s->ask.population ? 1 + (uint64_t)sqrt((double)n * counts_for(s, n)) / 128 : 1;
}

/*
** As was counted: near the size sought hardly a block has more than one count but where slopes bound
** it without a step to spare.
*/
static assay_status check_blocks(struct assay_width_search *s)
{
    const double n = (double)s->enough, root = sqrt(s->ask.margin);
    const double limits = is_infinite(s) ? 6 * n * root : n / root;
    const bool much = isnan(s->ask.proportion) &&
                      limits * (double)effort_of_beta(s, s->enough) > (double)most_effort;
    return much ? refuse(s, "normal or wilson") : ASSAY_OK;
}

/*
** Without end: for x < n, P(X <= x | p) <= Phi(-sqrt(2 n H((x+1)/n, p))) where p > (x+1)/n (Zubkov
** & Serov 2013), and H(q, p) >= 2 (p - q)^2 (Pinsker): the half-width is at most z / (2 sqrt n) +
** 1/n. In a population the limits are beta quantiles of real counts; a beta of a + b = n* + 1 is
** sub-Gaussian with variance 1 / (4 (n* + 2)) (Marchal & Arbel 2017), which gives
** sqrt(ln(1 / tail) / (2 (n* + 1))) + 1 / (2 (n* + 1)).
*/
static assay_status enough_for_clopper_pearson(struct assay_width_search *s)
{
    const double e = s->ask.margin, deep = sqrt(log(1 / s->tail) / 2);
    const double y = is_infinite(s) ? (s->z / 2 + sqrt(s->z * s->z / 4 + 4 * e)) / (2 * e)
                                    : (deep + sqrt(deep * deep + 2 * e)) / (2 * e);
    s->enough = correct(s, y * y);
    return check_blocks(s);
}

static bool always(const struct assay_width_search *s)
{
    (void)s;
    return true;
}

/*
** The quantiles of a beta rise in its first number and fall in its second. With x yes both x* and
** n* - x* rise in n, so that the one of n and the other of m bound all between; that each limit's two
** numbers then add up to the same for all x is for bound_by_slopes.
*/
static assay_status clopper_pearson_ends(struct assay_width_search *s, uint64_t n, uint64_t m,
                                         uint64_t x, struct assay_width_ends *ends)
{
    const double of_n = counts_for(s, n), of_m = counts_for(s, m), yes = (double)x;
    struct assay_width_ends found = {0, 1};
    assay_status status = spend(s, effort_of_beta(s, n > m ? n : m));
    if (status != ASSAY_OK || m == n)
        return status != ASSAY_OK ? status : interval_ends(s, n, x, ends);
    const double among_m = (double)m * of_m - yes * of_n, among_n = (double)n * of_n - yes * of_m;
    if (x > 0 && among_m > -1)
        status = assay_beta_quantile(s->tail, yes * of_n, among_m + 1, &found.lower);
    else if (x > 0)
        found.lower = 1; /* from inside, of sizes so far apart that all may lie below */
    if (status == ASSAY_OK && among_n > 0)
        status = assay_beta_upper(s->tail, yes * of_m + 1, among_n, &found.upper);
    if (status != ASSAY_OK)
        return no_limits(s, status);
    *ends = found;
    return ASSAY_OK;
}

/*
** Whether b(x; n-1, p) falls for p from U(x) to U(x+1), and rises from L(x) to L(x+1), in all of a
** block: its mode is x / (n-1). Where the block is short, the limits at its ends tell. Else, without
** end: a beta that leans to the left has its median beyond its mode, so that U(x) is beyond it for
** x <= (n-1) / 2. L(x+1) is before it if P(X > x | x / (n-1)) is at least the tail; that is so for
** x >= 2 / z^2, by Zubkov & Serov (2013) and H(q, p) <= (q - p)^2 / p (1 - p).
*/
static bool are_beside_modes(const struct hunt *h, const struct block *block)
{
    const double of_n = counts_for(h->s, h->n), of_m = counts_for(h->s, h->m), z = h->s->z;
    const double a = (double)block->a, b = (double)block->b;
    if (is_infinite(h->s) && a * z * z >= 2 && 2 * block->b <= h->n + 1)
        return true;
    return block->at_a.upper * ((double)h->n * of_n - 1) >= b * of_m &&
           block->at_b.lower * ((double)h->m * of_m - 1) <= a * of_n - 1;
}

/*
** Tighter. With F the binomial's distribution function and b its probabilities, F(x+1|p) - F(x|p) =
** b(x+1; n, p) and dF(x|p)/dp = -n b(x; n-1, p), so that for some p between U(x) and U(x+1)
**   U(x+1) - U(x) = U(x+1) / (x+1) * b(x; n-1, U(x+1)) / b(x; n-1, p).
** Where the last quotient is at most 1, U(x) / x falls with each step of 1; and so does
** (1 - L(x)) / (n-x) with each step back. Between the ends of a block the interval is then no wider
** than a straight line in x. In a population x* may be up to a step from such a point.
*/
static double bound_by_slopes(const struct hunt *h, const struct block *block)
{
    const double plain = bound_by_ends(h, block), step = is_infinite(h->s) ? 0 : 1;
    const double of_n = counts_for(h->s, h->n), of_m = counts_for(h->s, h->m);
    const double a = (double)block->a, b = (double)block->b, m = (double)h->m;
    if (block->a == 0 || !are_beside_modes(h, block))
        return plain;
    const double up = block->at_a.upper / (a * of_m);
    const double down = (1 - block->at_b.lower) / (m * of_m - b * of_n);
    const double first = up * (a * of_m + step) - 1 + down * (m * of_m - a * of_n + step);
    const double last = up * (b * of_m + step) - 1 + down * (m * of_m - b * of_n + step);
    return fmin(plain, fmax(first, last));
}

static assay_status widest_clopper_pearson(struct assay_width_search *s, uint64_t n, uint64_t m,
                                           double stop, double *width)
{
    return widest_of_blocks(&(struct hunt){s, n, m, stop, bound_by_slopes}, width);
}

/* ---- hyper_tail ----------------------------------------------------------------------------- */

/*
** P(X / n - M / N >= t) <= exp(-2 n t^2 / (1 - (n-1) / N)) (Serfling 1974): the half-width is at
** most sqrt(ln(1 / tail) (1 - (n-1) / N) / (2 n)). With c = ln(1 / tail) / (2 e^2), that is within
** the margin from n = c (N + 1) / (N + c) on.
*/
static assay_status enough_for_hyper_tail(struct assay_width_search *s)
{
    const double N = (double)s->ask.population;
    const double c = log(1 / s->tail) / (2 * s->ask.margin * s->ask.margin);
    const double n = ceil((N + 1) / (N / c + 1)) + 1;
    s->enough = n < N ? (uint64_t)n : s->ask.population;
    return check_enough(s, "normal or wilson");
}

static assay_status hyper_tail_ends(struct assay_width_search *s, uint64_t n, uint64_t m,
                                    uint64_t x, struct assay_width_ends *ends)
{
    uint64_t lower = 0, upper = 0;
    assay_hyper_tail_lower(x, m, s->ask.population, s->tail, &lower);
    assay_hyper_tail_upper(x, n, s->ask.population, s->tail, &upper);
    *ends = (struct assay_width_ends){(double)lower, (double)upper};
    return spend(s, effort_of(m));
}

/* Limits of all x take N + n quick steps: less than blocks, unless there are few of those. */
static bool is_walked(const struct assay_width_search *s)
{
    return s->ask.population < 500000 && s->room < 2000;
}

static assay_status room_for_walk(struct assay_width_search *s, uint64_t n)
{
    return is_walked(s) ? room_for_all(s, n) : ASSAY_OK;
}

static assay_status walk_all(struct assay_width_search *s, uint64_t n, uint64_t m, double *width)
{
    const uint64_t N = s->ask.population;
    assay_hyper_tail_all(n, N, s->tail, s->earlier);
    if (m > n)
        assay_hyper_tail_all(m, N, s->tail, s->lower);
    const uint64_t *lower = m > n ? s->lower : s->earlier;
    for (uint64_t x = 0; x <= m / 2; x++)
        *width = fmax(*width, (double)(N - s->earlier[n - x]) - (double)lower[x]);
    return spend(s, 1 + (N + n + m) / 400);
}

static assay_status widest_hyper_tail(struct assay_width_search *s, uint64_t n, uint64_t m,
                                      double stop, double *width)
{
    if (!is_walked(s))
        return widest_of_blocks(&(struct hunt){s, n, m, stop, bound_by_ends}, width);
    struct assay_width_ends middle;
    const assay_status status = hyper_tail_ends(s, n, m, m / 2, &middle);
    if (status != ASSAY_OK)
        return status;
    *width = fmax(*width, middle.upper - middle.lower);
    return *width > stop ? ASSAY_OK : walk_all(s, n, m, width);
}

/* ---- hyper_wang ----------------------------------------------------------------------------- */

static assay_status check_wang(struct assay_width_search *s, uint64_t n)
{
    return assay_hyper_wang_takes(n, s->ask.population) ? ASSAY_OK : refuse(s, "hyper_tail");
}

static assay_status room_for_wang(struct assay_width_search *s, uint64_t n)
{
    const assay_status status = check_wang(s, n);
    return status == ASSAY_OK ? room_for_all(s, n) : status;
}

/* No interval of hyper_wang is wider than that of hyper_tail. */
static assay_status enough_for_hyper_wang(struct assay_width_search *s)
{
    assay_width_request ask = s->ask;
    assay_width tail;
    ask.method = assay_width_find("hyper_tail");
    const assay_status status = assay_width_size(s->context, &ask, &tail);
    if (status != ASSAY_OK)
        return status;
    s->enough = tail.stable;
    return ASSAY_OK;
}

/* The limits of every x into s->lower, as far as they are within `widest`. */
static assay_status find_wang(struct assay_width_search *s, uint64_t n, double widest, bool *within)
{
    const assay_status status = spend(s, 1 + 2 * n + s->ask.population / 200);
    if (status != ASSAY_OK)
        return status;
    return assay_hyper_wang(s->context, n, s->ask.population, s->ask.confidence,
                            widest < (double)ASSAY_WIDTH_CASES_MOST ? (uint64_t)widest : UINT64_MAX,
                            s->lower, within);
}

static assay_status hyper_wang_ends(struct assay_width_search *s, uint64_t n, uint64_t m,
                                    uint64_t x, struct assay_width_ends *ends)
{
    bool within;
    (void)m;
    const assay_status status = find_wang(s, n, INFINITY, &within);
    if (status == ASSAY_OK)
        *ends = (struct assay_width_ends){(double)s->lower[x],
                                          (double)(s->ask.population - s->lower[n - x])};
    return status;
}

/* No interval of hyper_wang is narrower than between the one-sided limits. */
static double least_wang(const struct assay_width_search *s, uint64_t n)
{
    uint64_t lower = 0, upper = 0;
    assay_hyper_tail_lower(n / 2, n, s->ask.population, 2 * s->tail, &lower);
    assay_hyper_tail_upper(n / 2, n, s->ask.population, 2 * s->tail, &upper);
    return (double)upper - (double)lower;
}

static assay_status widest_hyper_wang(struct assay_width_search *s, uint64_t n, uint64_t m,
                                      double stop, double *width)
{
    bool within;
    (void)m;
    *width = fmax(*width, least_wang(s, n));
    if (*width > stop)
        return ASSAY_OK;
    const assay_status status = find_wang(s, n, stop, &within);
    if (status != ASSAY_OK)
        return status;
    if (!within)
        *width = stop + 1;
    for (uint64_t x = 0; within && x <= n / 2; x++)
        *width = fmax(*width, (double)(s->ask.population - s->lower[n - x]) - (double)s->lower[x]);
    return ASSAY_OK;
}

/* ---- the table ------------------------------------------------------------------------------ */

static const assay_width_method methods[] = {
    {"wilson", false, never, no_room, enough_for_wilson, wilson_ends, widest_wilson},
    {"clopper_pearson", false, always, no_room, enough_for_clopper_pearson, clopper_pearson_ends,
     widest_clopper_pearson},
    {"hyper_tail", true, always, room_for_walk, enough_for_hyper_tail, hyper_tail_ends,
     widest_hyper_tail},
    {"hyper_wang", true, never, room_for_wang, enough_for_hyper_wang, hyper_wang_ends,
     widest_hyper_wang},
};
static const size_t n_methods = sizeof methods / sizeof methods[0];

const assay_width_method *assay_width_find(const char *name)
{
    for (size_t i = 0; i < n_methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

const char *assay_width_name(size_t i)
{
    return i < n_methods ? methods[i].name : NULL;
}

bool assay_width_is_finite(const assay_width_method *method)
{
    return method->finite;
}
