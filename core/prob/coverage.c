/* coverage.c -- how often the intervals of a method hold what they are about. */
#include "prob/coverage.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "prob/coverage_turns.h"
#include "prob/dist.h"
#include "prob/finite.h"
#include "prob/interval_batch.h"

/* From here on x covers, or no more. */
struct event {
    double at;
    uint64_t x;
};

struct sweep {
    assay_context *context;
    uint64_t n, population;
    double from, to;     /* of p, or of M */
    const double *lower; /* the least p, or M, that x covers, and the greatest */
    const double *upper;
    struct event *events; /* in order */
    size_t n_events;
    bool *covers;  /* covers[x + 1]: x does; a place before and behind for none */
    size_t n_runs; /* of counts that cover */
    double minimum, at;
    uint64_t looked;
};

static bool is_finite(const struct sweep *s)
{
    return s->population != ASSAY_INFINITE;
}

/* ---- the coverage at one point -------------------------------------------------------------- */

/* The distribution of x at a p, or an M. */
struct point {
    uint64_t n;
    double p, q;
    assay_hyper draw; /* with a population */
    bool finite;
};

static struct point point_at(const struct sweep *s, double at)
{
    if (is_finite(s))
        return (struct point){
            .n = s->n, .draw = {s->population, (uint64_t)at, s->n}, .finite = true};
    return (struct point){.n = s->n, .p = at, .q = 1 - at};
}

static uint64_t likeliest(const struct point *t)
{
    if (t->finite)
        return (t->draw.n + 1) * (t->draw.M + 1) / (t->draw.N + 2);
    return (uint64_t)fmin(floor((double)(t->n + 1) * t->p), (double)t->n);
}

static double density(const struct point *t, uint64_t x)
{
    if (t->finite)
        return assay_hyper_density(&t->draw, x);
    return exp(assay_binomial_log_density((double)x, (double)t->n, t->p, t->q));
}

/* P(X = x + 1) / P(X = x), and P(X = x - 1) / P(X = x); 0 where there is no such count. */
static double ratio_up(const struct point *t, uint64_t x)
{
    if (t->finite)
        return x < assay_hyper_most(&t->draw) ? assay_hyper_ratio_up(&t->draw, x) : 0;
    return x < t->n ? (double)(t->n - x) / (double)(x + 1) * (t->p / t->q) : 0;
}

static double ratio_down(const struct point *t, uint64_t x)
{
    if (t->finite)
        return x > assay_hyper_fewest(&t->draw) ? assay_hyper_ratio_down(&t->draw, x) : 0;
    return x > 0 ? (double)x / (double)(t->n - x + 1) * (t->q / t->p) : 0;
}

/* The probability of the counts that cover, from the likeliest outwards to where none matters. */
static double coverage_at(const struct sweep *s, double at)
{
    const struct point t = point_at(s, at);
    const uint64_t mode = likeliest(&t);
    const double peak = density(&t, mode), least = 1e-20 * peak;
    const bool *covers = s->covers + 1;
    double sum = covers[mode] ? peak : 0, carry = 0;
    for (int up = 0; up < 2; up++) {
        uint64_t x = mode;
        double term = peak * (up ? ratio_up : ratio_down)(&t, x);
        while (term > least) {
            x = up ? x + 1 : x - 1;
            const double y = (covers[x] ? term : 0) - carry, total = sum + y;
            carry = (total - sum) - y;
            sum = total;
            term *= (up ? ratio_up : ratio_down)(&t, x);
        }
    }
    return fmin(sum, 1);
}

/* ---- the least coverage --------------------------------------------------------------------- */

static assay_status look(struct sweep *s, double at)
{
    const double found = coverage_at(s, at);
    if (s->looked == 0 || found < s->minimum * (1 - ASSAY_TIE)) {
        s->minimum = found;
        s->at = at;
    }
    return ++s->looked % 256 == 0 ? assay_poll(s->context, 0, 0) : ASSAY_OK;
}

/* x covers from here on, or no more: it begins a run, ends one, joins two or parts one. */
static void turn_over(struct sweep *s, uint64_t x)
{
    bool *covers = s->covers + 1 + x;
    const size_t beside = (size_t)covers[-1] + (size_t)covers[1];
    s->n_runs = *covers ? s->n_runs + beside - 1 : s->n_runs + 1 - beside;
    *covers = !*covers;
}

static size_t list_terms(const struct sweep *s, assay_turn_term terms[])
{
    const bool *covers = s->covers + 1;
    size_t n_terms = 0;
    for (uint64_t x = 0; x <= s->n; x++) {
        const uint64_t first = x;
        if (!covers[x])
            continue;
        while (covers[x + 1])
            x++;
        n_terms += assay_turn_terms(s->n, first, x, terms + n_terms);
    }
    return n_terms;
}

/* Several runs: also where their polynomial turns. */
static assay_status look_at_turns(struct sweep *s, double from, double to)
{
    assay_turn_term *terms = assay_alloc_array(2 * s->n_runs, sizeof *terms);
    double *room = assay_alloc_array(6 * s->n_runs, sizeof *room);
    assay_status status = terms == NULL || room == NULL ? assay_fail_memory(s->context) : ASSAY_OK;
    if (status == ASSAY_OK) {
        const size_t n_terms = list_terms(s, terms);
        double *turns = room + 4 * s->n_runs;
        const size_t n_turns = assay_turns(from, to, n_terms, terms, room, turns);
        for (size_t i = 0; status == ASSAY_OK && i < n_turns; i++)
            status = look(s, turns[i]);
    }
    assay_free(terms);
    assay_free(room);
    return status;
}

/* Several runs: also every M between. */
static assay_status look_at_each(struct sweep *s, double from, double to)
{
    assay_status status = ASSAY_OK;
    for (double M = from + 1; status == ASSAY_OK && M < to; M++)
        status = look(s, M);
    return status;
}

/* A piece in which the same counts cover. */
static assay_status look_at_piece(struct sweep *s, double from, double to)
{
    assay_status status = look(s, from);
    if (status == ASSAY_OK && to > from)
        status = look(s, to);
    if (status == ASSAY_OK && s->n_runs > 1)
        status = (is_finite(s) ? look_at_each : look_at_turns)(s, from, to);
    return status;
}

/*
** Where the upper limit of one count is the lower limit of another, as blaker has it, rounding must not
** put a piece between them that neither covers.
*/
static bool is_no_piece(const struct sweep *s, double from, double to)
{
    return !is_finite(s) && to - from <= ASSAY_TIE * to;
}

static assay_status find_minimum(struct sweep *s)
{
    const double step =
        is_finite(s) ? 1 : 0; /* from the last M of a piece to the first of the next */
    double from = s->from;
    for (size_t i = 0;;) {
        while (i < s->n_events && s->events[i].at <= from)
            turn_over(s, s->events[i++].x);
        const double next = i < s->n_events ? s->events[i].at : HUGE_VAL;
        const double to = fmin(next - step, s->to);
        const assay_status status =
            is_no_piece(s, from, to) ? ASSAY_OK : look_at_piece(s, from, to);
        if (status != ASSAY_OK || to >= s->to)
            return status;
        from = next;
    }
}

static int by_place(const void *a, const void *b)
{
    const double left = ((const struct event *)a)->at, right = ((const struct event *)b)->at;
    return left < right ? -1 : left > right;
}

/* A limit that is a single p covers there alone, which is no piece; a single M is one. */
static void list_events(struct sweep *s)
{
    for (uint64_t x = 0; x <= s->n; x++) {
        const double behind = s->upper[x] + (is_finite(s) ? 1 : 0);
        if (!(s->lower[x] < behind))
            continue;
        s->events[s->n_events++] = (struct event){s->lower[x], x};
        s->events[s->n_events++] = (struct event){behind, x};
    }
    qsort(s->events, s->n_events, sizeof *s->events, by_place);
}

/* ---- means ---------------------------------------------------------------------------------- */

/* below = P(p <= at | x), p uniform, or P(M <= at | x), M uniform on -1 (nothing) .. N. */
static assay_status posterior(const struct sweep *s, uint64_t x, double at, double *below,
                              double *above)
{
    if (!is_finite(s))
        return assay_beta_cdf(at, (double)x + 1, (double)(s->n - x) + 1, below, above);
    const assay_hyper draw = {s->population + 1, (uint64_t)(at + 1), s->n + 1};
    const assay_hyper_parts parts = assay_hyper_split(&draw, x + 1);
    *below = parts.upward;
    *above = parts.below;
    return ASSAY_OK;
}

/* The share of all (p, x) in which p is from `from` to `to`, M among them, and the count is x. */
static assay_status mass_between(const struct sweep *s, uint64_t x, double from, double to,
                                 double *mass)
{
    double below_from, above_from, below_to, above_to;
    const double low = fmax(from, s->from) - (is_finite(s) ? 1 : 0), high = fmin(to, s->to);
    *mass = 0;
    if (!(low < high))
        return ASSAY_OK;
    assay_status status = posterior(s, x, low, &below_from, &above_from);
    if (status == ASSAY_OK)
        status = posterior(s, x, high, &below_to, &above_to);
    if (status == ASSAY_OK)
        *mass =
            (below_from < 0.5 ? below_to - below_from : above_from - above_to) / (double)(s->n + 1);
    return status;
}

/* The mean coverage, and that of the widths of those that have one, weighed by how likely x is. */
static assay_status find_means(const struct sweep *s, const double lower[], const double upper[],
                               assay_coverage *out)
{
    double covered = 0, all = 0, defined = 0, width = 0;
    out->max_half_width = NAN;
    for (uint64_t x = 0; x <= s->n; x++) {
        double here = 0, inside = 0;
        assay_status status = x % 256 == 0 ? assay_poll(s->context, 0, 0) : ASSAY_OK;
        if (status == ASSAY_OK)
            status = mass_between(s, x, s->from, s->to, &here);
        if (status == ASSAY_OK && !isnan(lower[x]))
            status = mass_between(s, x, s->lower[x], s->upper[x], &inside);
        if (status != ASSAY_OK)
            return status == ASSAY_ESTOPPED ? status
                                            : assay_fail(s->context, status, "no such quantile");
        all += here;
        if (isnan(lower[x])) {
            out->undefined++;
            continue;
        }
        covered += inside;
        defined += here;
        width += here * (upper[x] - lower[x]);
        out->max_half_width = fmax(out->max_half_width, (upper[x] - lower[x]) / 2);
    }
    out->mean = covered / all;
    out->mean_width = width / defined;
    return ASSAY_OK;
}

/* ---- limits --------------------------------------------------------------------------------- */

/* A limit as M: a share that is M/N but for rounding is that M. */
static double as_cases(double share, double population, double (*toward)(double))
{
    const double cases = share * population, whole = round(cases);
    return fabs(cases - whole) <= ASSAY_TIE * fmax(1, whole) ? whole : toward(cases);
}

static void set_cases(uint64_t n, uint64_t population, const double lower[], const double upper[],
                      double cases[])
{
    for (uint64_t x = 0; x <= n; x++) {
        cases[x] = as_cases(lower[x], (double)population, ceil);
        cases[n + 1 + x] = as_cases(upper[x], (double)population, floor);
    }
}

/* Sets the range, if it can be asked about. */
static assay_status check_question(struct sweep *s, assay_coverage_range range)
{
    const unsigned long long n = s->n, N = s->population;
    if (N == 0 || n > N)
        return assay_fail(s->context, ASSAY_EDOM, "n is %llu, but the population has %llu cases", n,
                          N);
    if (n > ASSAY_COVERAGE_MOST)
        return assay_fail(s->context, ASSAY_ENUMERIC,
                          "coverage is found for samples of at most %llu cases, not %llu",
                          (unsigned long long)ASSAY_COVERAGE_MOST, n);
    if (N > ASSAY_FINITE_MOST && is_finite(s))
        return assay_fail(s->context, ASSAY_ENUMERIC,
                          "coverage is found for populations of at most %llu cases, not %llu: take "
                          "one without end",
                          (unsigned long long)ASSAY_FINITE_MOST, N);
    if (!(range.least >= 0 && range.most <= 1))
        return assay_fail(s->context, ASSAY_EDOM, "the shares that can be are within 0 and 1");
    s->from = is_finite(s) ? as_cases(range.least, (double)N, ceil) : range.least;
    s->to = is_finite(s) ? as_cases(range.most, (double)N, floor) : range.most;
    if (is_finite(s) ? s->from <= s->to : s->from < s->to)
        return ASSAY_OK;
    return assay_fail(s->context, ASSAY_EDOM, "there is no share between the least and the most");
}

/* ---- together ------------------------------------------------------------------------------- */

static assay_status sweep_all(struct sweep *s, const double lower[], const double upper[],
                              assay_coverage *out)
{
    assay_coverage found = {.at_count = 0};
    list_events(s);
    assay_status status = find_minimum(s);
    if (status == ASSAY_OK)
        status = find_means(s, lower, upper, &found);
    if (status != ASSAY_OK)
        return status;
    found.minimum = s->minimum;
    found.at = is_finite(s) ? s->at / (double)s->population : s->at;
    found.at_count = is_finite(s) ? (uint64_t)s->at : 0;
    *out = found;
    return ASSAY_OK;
}

assay_status assay_coverage_of_limits(assay_context *context, uint64_t n, uint64_t population,
                                      const double lower[], const double upper[],
                                      assay_coverage_range range, assay_coverage *out)
{
    struct sweep s = {.context = context, .n = n, .population = population};
    assay_status status = check_question(&s, range);
    if (status != ASSAY_OK)
        return status;
    double *cases = is_finite(&s) ? assay_alloc_array(2 * (n + 1), sizeof *cases) : NULL;
    s.events = assay_alloc_array(2 * (n + 1), sizeof *s.events);
    s.covers = assay_alloc_zeroed_array(n + 3, sizeof *s.covers);
    if (s.events == NULL || s.covers == NULL || (is_finite(&s) && cases == NULL)) {
        status = assay_fail_memory(context);
    } else {
        if (is_finite(&s))
            set_cases(n, population, lower, upper, cases);
        s.lower = is_finite(&s) ? cases : lower;
        s.upper = is_finite(&s) ? cases + n + 1 : upper;
        status = sweep_all(&s, lower, upper, out);
    }
    assay_free(cases);
    assay_free(s.events);
    assay_free(s.covers);
    return status;
}

/* The limits of every x; the first by itself, so that a refusal speaks of no row. */
static assay_status find_limits(assay_context *context, const assay_interval_request *ask,
                                assay_interval_batch *batch, int64_t x[], int64_t n[])
{
    assay_interval first;
    const uint64_t most = batch->rows - 1;
    for (size_t i = 0; i <= most; i++) {
        x[i] = (int64_t)i;
        n[i] = (int64_t)most;
    }
    const assay_status status = assay_interval_compute(context, ask, 0, most, &first);
    return status != ASSAY_OK ? status : assay_interval_compute_all(context, ask, batch);
}

assay_status assay_coverage_compute(assay_context *context, const assay_interval_request *ask,
                                    uint64_t n, assay_coverage_range range, assay_coverage *out)
{
    assay_interval_request two_sided = *ask;
    struct sweep s = {.context = context, .n = n, .population = ask->population};
    two_sided.side = ASSAY_TWO_SIDED;
    assay_status status = check_question(&s, range); /* before the limits, which take longer */
    if (status != ASSAY_OK)
        return status;
    const size_t rows = n + 1;
    int64_t *counts = assay_alloc_array(4 * rows, sizeof *counts);
    double *shares = assay_alloc_array(3 * rows, sizeof *shares);
    if (counts == NULL || shares == NULL) {
        status = assay_fail_memory(context);
    } else {
        assay_interval_batch batch = {.rows = rows, .x = counts, .n = counts + rows};
        batch.lower_count = counts + 2 * rows;
        batch.upper_count = counts + 3 * rows;
        batch.estimate = shares;
        batch.lower = shares + rows;
        batch.upper = shares + 2 * rows;
        status = find_limits(context, &two_sided, &batch, counts, counts + rows);
        if (status == ASSAY_OK)
            status = assay_coverage_of_limits(context, n, ask->population, batch.lower, batch.upper,
                                              range, out);
    }
    assay_free(counts);
    assay_free(shares);
    return status;
}
