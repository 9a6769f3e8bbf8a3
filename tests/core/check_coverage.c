#include "tables.h"

#include "exact.h"
#include "prob/coverage.h"
#include "prob/coverage_turns.h"
#include "prob/dist.h"
#include "prob/finite.h"

static const assay_coverage_range all = {0, 1};

static assay_interval_request request(const char *method, uint64_t population, double confidence)
{
    assay_interval_request ask = {.method = assay_interval_find(method),
                                  .population = population,
                                  .confidence = confidence,
                                  .prior = {0.5, 0.5}};
    ck_assert_msg(ask.method != NULL, "%s", method);
    return ask;
}

static assay_coverage coverage_of(const assay_interval_request *ask, uint64_t n,
                                  assay_coverage_range range)
{
    assay_context context = {0};
    assay_coverage out;
    const assay_status status = assay_coverage_compute(&context, ask, n, range, &out);
    ck_assert_msg(status == ASSAY_OK, "n %d: %s", (int)n, context.error.message);
    return out;
}

static assay_coverage coverage(const char *method, uint64_t n, uint64_t population,
                               double confidence)
{
    const assay_interval_request ask = request(method, population, confidence);
    return coverage_of(&ask, n, all);
}

/* ---- reference ------------------------------------------------------------------------------- */

static int reference_rows;

static void check_row(char *f[REFERENCE_FIELDS])
{
    const bool is_bayes = strncmp(f[1], "bayes", 5) == 0;
    const uint64_t n = strtoull(f[2], NULL, 10), N = strtoull(f[3], NULL, 10);
    assay_interval_request ask = request(is_bayes ? "bayes" : f[1], N, strtod(f[4], NULL));
    if (strcmp(f[1], "bayes_uniform") == 0)
        ask.prior[0] = ask.prior[1] = 1;
    const assay_coverage found = coverage_of(&ask, n, all);
    assert_close(found.minimum, strtod(f[5], NULL), 1e-13);
    ck_assert_uint_eq(found.at_count, strtoull(f[6], NULL, 10));
    assert_close(found.at, strtod(f[6], NULL) / (double)N, 1e-15);
    assert_close(found.mean_width * (double)(N * (n + 1)), strtod(f[7], NULL), 1e-13);
    ck_assert_uint_eq(found.undefined, 0);
    reference_rows++;
}

START_TEST(minima_and_lengths_are_those_of_the_reference)
{
    for_each_reference("hypergeometric_coverage.csv", check_row);
    ck_assert_int_eq(reference_rows, 24);
}
END_TEST

/*
** A table made on a grid of shares from .02 to .98, printed to three decimals: no least value of a grid is below
** the bound, and means are as near as a grid lets them be.
*/
static const struct {
    const char *method;
    uint64_t n;
    double mean, minimum, width;
} on_a_grid[] = {
    {"wald", 24, .757, .372, .202},
    {"wald_cc", 24, .825, .398, .240},
    {"wilson", 24, .804, .706, .203},
    {"agresti_coull", 24, .817, .722, .207},
    {"clopper_pearson", 24, .880, .801, .241},
    {"mid_p", 24, .816, .734, .209},
    {"jeffreys", 24, .799, .600, .202},
    {"logit", 24, .821, .739, .208},
    {"lrt", 24, .783, .517, .202},
    {"blaker", 24, .848, .800, .224},
    {"wald", 100, .791, .644, 0},
    {"wilson", 100, .800, .721, 0},
    {"agresti_coull", 100, .803, .726, 0},
    {"clopper_pearson", 100, .842, .804, 0},
    {"mid_p", 100, .803, .726, 0},
    {"jeffreys", 100, .798, .726, 0},
    {"blaker", 100, .820, .800, 0},
};

START_TEST(shares_without_end_are_covered_as_a_grid_has_it)
{
    for (size_t i = 0; i < sizeof on_a_grid / sizeof on_a_grid[0]; i++) {
        const assay_interval_request ask = request(on_a_grid[i].method, ASSAY_INFINITE, 0.8);
        const assay_coverage found =
            coverage_of(&ask, on_a_grid[i].n, (assay_coverage_range){0.02, 0.98});
        const char *name = on_a_grid[i].method;
        ck_assert_msg(fabs(found.mean - on_a_grid[i].mean) < 0.0015, "%s: %g", name, found.mean);
        ck_assert_msg(found.minimum < on_a_grid[i].minimum + 0.0005 &&
                          found.minimum > on_a_grid[i].minimum - 0.015,
                      "%s: %g", name, found.minimum);
        if (on_a_grid[i].width > 0)
            ck_assert_msg(fabs(found.mean_width - on_a_grid[i].width) < 0.0005 + 1e-9, "%s: %g",
                          name, found.mean_width);
    }
}
END_TEST

static const struct {
    const char *method;
    uint64_t n, N;
    double mean, minimum, width, prior;
} finite_table[] = {
    {"hyper_tail", 24, 28, .955, .887, .077, 0},   {"hyper_blaker", 24, 28, .910, .809, .063, 0},
    {"hyper_wang", 24, 28, .907, .809, .063, 0},   {"hyper_mid_p", 24, 28, .889, .727, .057, 0},
    {"bayes", 24, 28, .938, .857, .071, .5},       {"wilson", 24, 28, .831, .705, .076, 0},
    {"hyper_tail", 100, 254, .855, .804, .083, 0}, {"hyper_blaker", 100, 254, .830, .800, .078, 0},
    {"hyper_wang", 100, 254, .829, .800, .078, 0}, {"hyper_mid_p", 100, 254, .809, .697, .075, 0},
    {"bayes", 100, 254, .826, .773, .078, 1},      {"wilson", 100, 254, .802, .697, .078, 0},
    {"wald", 100, 254, .793, .394, .078, 0},
};

START_TEST(cases_of_a_population_are_covered_as_the_table_has_it)
{
    for (size_t i = 0; i < sizeof finite_table / sizeof finite_table[0]; i++) {
        assay_interval_request ask = request(finite_table[i].method, finite_table[i].N, 0.8);
        if (finite_table[i].prior > 0)
            ask.prior[0] = ask.prior[1] = finite_table[i].prior;
        const assay_coverage found = coverage_of(&ask, finite_table[i].n, all);
        const char *name = finite_table[i].method;
        ck_assert_msg(fabs(found.mean - finite_table[i].mean) < 0.000501, "%s: %g", name,
                      found.mean);
        ck_assert_msg(fabs(found.minimum - finite_table[i].minimum) < 0.000501, "%s: %g", name,
                      found.minimum);
        ck_assert_msg(fabs(found.mean_width - finite_table[i].width) < 0.000501, "%s: %g", name,
                      found.mean_width);
    }
}
END_TEST

/* Limits that do not know of the population: wilson without end, of 24 of 28 and 100 of 254. */
START_TEST(limits_may_come_from_anywhere)
{
    static const struct {
        uint64_t n, N;
        double mean, minimum, width;
    } rows[] = {{24, 28, .998, .984, .198}, {100, 254, .900, .839, .100}};
    const assay_interval_request ask = request("wilson", ASSAY_INFINITE, 0.8);
    for (int i = 0; i < 2; i++) {
        assay_context context = {0};
        double lower[101], upper[101];
        assay_coverage found;
        for (uint64_t x = 0; x <= rows[i].n; x++) {
            assay_interval interval;
            assert_ok(assay_interval_compute(&context, &ask, x, rows[i].n, &interval));
            lower[x] = interval.lower;
            upper[x] = interval.upper;
        }
        assert_ok(
            assay_coverage_of_limits(&context, rows[i].n, rows[i].N, lower, upper, all, &found));
        ck_assert(fabs(found.mean - rows[i].mean) < 0.000501);
        ck_assert(fabs(found.minimum - rows[i].minimum) < 0.000501);
        ck_assert(fabs(found.mean_width - rows[i].width) < 0.000501);
    }
}
END_TEST

/* ---- every case of a population -------------------------------------------------------------- */

static bool is_tried(int N, int n)
{
    return whole_grid() || N < 14 || (3 * N + n) % 23 == 0;
}

/* By integers, M after M. */
static void check_enumerated(const char *method, int N, int n, double confidence)
{
    assay_context context = {0};
    const assay_interval_request ask = request(method, (uint64_t)N, confidence);
    uint64_t lower[EXACT_MOST + 1], upper[EXACT_MOST + 1];
    /* at low confidences hyper_wang pulls the end of one count past that of the next */
    const bool is_ordered = strcmp(method, "hyper_wang") != 0 || confidence >= 0.8;
    double width = 0, least = 2, sum = 0, widest = 0;
    int at = -1;
    for (int x = 0; x <= n; x++) {
        assay_interval i;
        assert_ok(assay_interval_compute(&context, &ask, (uint64_t)x, (uint64_t)n, &i));
        lower[x] = i.lower_count;
        upper[x] = i.upper_count;
        width += (i.upper - i.lower) / (n + 1);
        widest = fmax(widest, (i.upper - i.lower) / 2);
        ck_assert_uint_le(lower[x], upper[x]);
        if (x > 0 && is_ordered)
            ck_assert(lower[x - 1] <= lower[x] && upper[x - 1] <= upper[x]);
        ck_assert_uint_ge(lower[x], (uint64_t)x);
        ck_assert_uint_le(upper[x], (uint64_t)(N - (n - x)));
    }
    for (int M = 0; M <= N; M++) {
        uint64_t ways = 0;
        for (int x = 0; x <= n; x++)
            if (lower[x] <= (uint64_t)M && (uint64_t)M <= upper[x])
                ways += exact_ways(N, M, n, x);
        const double here = (double)ways / (double)exact_choose[N][n];
        sum += here / (N + 1);
        if (here < least * (1 - 1e-12)) {
            least = here;
            at = M;
        }
    }
    for (int x = 0; x <= n; x++)
        ck_assert_uint_eq(upper[x], (uint64_t)N - lower[n - x]);
    const assay_coverage found = coverage_of(&ask, (uint64_t)n, all);
    assert_close(found.minimum, least, 1e-13);
    ck_assert_int_eq((int)found.at_count, at);
    assert_close(found.mean, sum, 1e-13);
    assert_close(found.mean_width, width, 1e-12);
    assert_close(found.max_half_width, widest, 1e-14);
    if (assay_interval_is_guaranteed(ask.method, ask.population))
        ck_assert_msg(found.minimum >= confidence * (1 - 1e-12), "%s: n %d, N %d: %.17g", method, n,
                      N, found.minimum);
}

START_TEST(exact_limits_keep_their_confidence_in_every_population)
{
    static const char *const methods[] = {"hyper_tail", "hyper_blaker", "hyper_minlike",
                                          "hyper_wang", "hyper_mid_p"};
    const double levels[] = {0.8, 0.95, 0.5};
    for (int N = 1; N <= EXACT_MOST; N++)
        for (int n = 1; n <= N; n++)
            for (int i = 0; is_tried(N, n) && i < 15; i++)
                check_enumerated(methods[i % 5], N, n, levels[i / 5]);
}
END_TEST

/* ---- shares without end ---------------------------------------------------------------------- */

struct limits {
    uint64_t n;
    double lower[64], upper[64];
};

static double covered(const struct limits *l, double p)
{
    double sum = 0;
    for (uint64_t x = 0; x <= l->n; x++)
        if (l->lower[x] <= p && p <= l->upper[x])
            sum += exp(assay_binomial_log_density((double)x, (double)l->n, p, 1 - p));
    return sum;
}

/* No share has less than the minimum, and one next to `at` has hardly more. */
static void check_bound(const struct limits *l, const assay_coverage *found, const char *name)
{
    double least = 2, sum = 0;
    const int steps = 5000;
    for (int i = 0; i < steps; i++) {
        const double here = covered(l, (i + 0.5) / steps);
        least = fmin(least, here);
        sum += here / steps;
    }
    ck_assert_msg(least >= found->minimum - 1e-13, "%s: %g, %g", name, least, found->minimum);
    ck_assert_msg(fabs(sum - found->mean) < 1e-3, "%s: %.9g, %.9g", name, sum, found->mean);
    for (int i = -1; i <= 1; i++) {
        const double p = found->at + i * 1e-10;
        if (0 < p && p < 1)
            least = fmin(least, covered(l, p));
    }
    ck_assert_msg(least <= found->minimum + 1e-8, "%s: %.12g, not %.12g", name, least,
                  found->minimum);
}

START_TEST(no_share_is_covered_less_than_the_minimum)
{
    for (size_t k = 0; assay_interval_name(k) != NULL; k++)
        for (int i = 0; i < 6; i++) {
            static const uint64_t sizes[] = {1, 7, 30};
            const char *name = assay_interval_name(k);
            const double confidence = i < 3 ? 0.8 : 0.95;
            struct limits l = {.n = sizes[i % 3]};
            assay_context context = {0};
            const assay_interval_request ask = request(name, ASSAY_INFINITE, confidence);
            if (!assay_interval_applies(ask.method, ASSAY_INFINITE))
                continue;
            for (uint64_t x = 0; x <= l.n; x++) {
                assay_interval interval;
                assert_ok(assay_interval_compute(&context, &ask, x, l.n, &interval));
                l.lower[x] = interval.lower;
                l.upper[x] = interval.upper;
            }
            const assay_coverage found = coverage_of(&ask, l.n, all);
            check_bound(&l, &found, name);
            if (assay_interval_is_guaranteed(ask.method, ASSAY_INFINITE))
                ck_assert_double_ge(found.minimum, confidence * (1 - 1e-12));
        }
}
END_TEST

/* Clopper and Pearson's limits of 1 case: p <= 1 - a for no, p >= a for yes, a the tail. */
START_TEST(one_case_is_covered_as_algebra_has_it)
{
    const assay_coverage found = coverage("clopper_pearson", 1, ASSAY_INFINITE, 0.8);
    assert_close(found.minimum, 0.9, 1e-14);
    assert_close(found.at, 0.1, 1e-14);
    /* 1 between .1 and .9, 1 - p below and p above: .8 + 2 (.1 - .005) */
    assert_close(found.mean, 0.99, 1e-14);
    assert_close(found.mean_width, 0.9, 1e-14);
    assert_close(found.max_half_width, 0.45, 1e-14);
    ck_assert_uint_eq(found.at_count, 0);
}
END_TEST

/* (1-p)^2 + p^2 is least in the middle, 1/2; and runs at 0, 2 and 4 of 4 turn thrice. */
START_TEST(several_runs_are_least_where_they_turn)
{
    assay_context context = {0};
    assay_coverage found;
    double lower[] = {0, NAN, 0}, upper[] = {1, NAN, 1};
    assert_ok(assay_coverage_of_limits(&context, 2, ASSAY_INFINITE, lower, upper, all, &found));
    assert_close(found.minimum, 0.5, 1e-14);
    assert_close(found.at, 0.5, 1e-8);
    assert_close(found.mean, 2.0 / 3, 1e-14);
    ck_assert_uint_eq(found.undefined, 1);
    assert_close(found.mean_width, 1, 1e-14);
    /* q^4 + 6 p^2 q^2 + p^4 = (1 + (1 - 2p)^4) / 2 */
    double low[] = {0, NAN, 0, NAN, 0}, high[] = {1, NAN, 1, NAN, 1};
    assert_ok(assay_coverage_of_limits(&context, 4, ASSAY_INFINITE, low, high, all, &found));
    assert_close(found.minimum, 0.5, 1e-13);
    assert_close(found.mean, 0.6, 1e-14);
    /* its least value from .6 on is at .6, and from 0 to .4 at .4 */
    const assay_coverage_range above = {0.6, 1}, below = {0, 0.4};
    assert_ok(assay_coverage_of_limits(&context, 4, ASSAY_INFINITE, low, high, above, &found));
    assert_close(found.minimum, (1 + pow(0.2, 4)) / 2, 1e-14);
    ck_assert(found.at == 0.6);
    assert_ok(assay_coverage_of_limits(&context, 4, ASSAY_INFINITE, low, high, below, &found));
    assert_close(found.minimum, (1 + pow(0.2, 4)) / 2, 1e-14);
    ck_assert(found.at == 0.4);
}
END_TEST

/* The same of a population: 0, 1 and 4 of 4 drawn of 9 cover, M after M. */
START_TEST(several_runs_of_a_population_are_tried_case_by_case)
{
    assay_context context = {0};
    assay_coverage found;
    double lower[] = {0, 0, NAN, NAN, 0}, upper[] = {1, 1, NAN, NAN, 1}, least = 2, sum = 0;
    int at = -1;
    for (int M = 0; M <= 9; M++) {
        const uint64_t ways =
            exact_ways(9, M, 4, 0) + exact_ways(9, M, 4, 1) + exact_ways(9, M, 4, 4);
        const double here = (double)ways / 126;
        sum += here / 8 * (M >= 1 && M <= 8);
        if (M >= 1 && M <= 8 && here < least) {
            least = here;
            at = M;
        }
    }
    ck_assert(at > 1 && at < 8);
    assert_ok(assay_coverage_of_limits(&context, 4, 9, lower, upper,
                                       (assay_coverage_range){1 / 9.0, 8 / 9.0}, &found));
    assert_close(found.minimum, least, 1e-14);
    ck_assert_int_eq((int)found.at_count, at);
    assert_close(found.mean, sum, 1e-14);
}
END_TEST

/* logit at one part in a million: the limit at 0 is above that at 1. */
START_TEST(limits_that_cross_at_extreme_confidences_are_taken_as_they_are)
{
    const assay_interval_request ask = request("logit", ASSAY_INFINITE, 1 - 1e-6);
    assay_context context = {0};
    struct limits l = {.n = 2};
    for (uint64_t x = 0; x <= 2; x++) {
        assay_interval interval;
        assert_ok(assay_interval_compute(&context, &ask, x, 2, &interval));
        l.lower[x] = interval.lower;
        l.upper[x] = interval.upper;
    }
    ck_assert_double_gt(l.upper[0], l.upper[1]);
    const assay_coverage found = coverage_of(&ask, 2, all);
    check_bound(&l, &found, "logit");
}
END_TEST

START_TEST(turns_are_the_roots_of_the_polynomial)
{
    /* (e^u - 1)(e^u - 2)(e^u - 3) = e^3u - 6 e^2u + 11 e^u - 6 */
    const assay_turn_term terms[] = {{-1, log(6), 0}, {1, log(11), 1}, {-1, log(6), 2}, {1, 0, 3}};
    double scratch[8], turns[4];
    ck_assert_uint_eq(assay_turns(0, 1, 4, terms, scratch, turns), 3);
    for (int i = 0; i < 3; i++)
        assert_close(turns[i], (i + 1.0) / (i + 2), 1e-14);
    ck_assert_uint_eq(assay_turns(0.6, 0.7, 4, terms, scratch, turns), 1);
    assert_close(turns[0], 2.0 / 3, 1e-14);
    ck_assert_uint_eq(assay_turns(0.51, 0.6, 4, terms, scratch, turns), 0);
    ck_assert_uint_eq(assay_turns(0, 1, 0, terms, scratch, turns), 0);
    ck_assert_uint_eq(assay_turn_terms(9, 0, 9, NULL), 0);
}
END_TEST

/* ---- edges ----------------------------------------------------------------------------------- */

START_TEST(a_census_and_no_cases_cover_everything)
{
    const assay_coverage census = coverage("hyper_tail", 7, 7, 0.8);
    ck_assert(census.minimum == 1 && census.mean_width == 0 && census.max_half_width == 0);
    assert_close(census.mean, 1, 1e-14);
    const assay_coverage none = coverage("wilson", 0, ASSAY_INFINITE, 0.8);
    ck_assert(none.minimum == 1 && none.mean_width == 1 && none.max_half_width == 0.5);
    const assay_coverage none_of_some = coverage("hyper_blaker", 0, 12, 0.8);
    ck_assert(none_of_some.minimum == 1 && none_of_some.mean_width == 1);
}
END_TEST

START_TEST(where_there_are_no_limits_nothing_is_covered)
{
    const assay_coverage found = coverage("wald", 1, 9, 0.8);
    ck_assert(found.minimum == 0 && found.mean == 0 && found.undefined == 2);
    ck_assert(isnan(found.mean_width) && isnan(found.max_half_width));
}
END_TEST

/* [0, 0] at x = 0: shares near 0 are not covered at all. */
START_TEST(the_bound_is_what_the_coverage_tends_to)
{
    const assay_coverage wald = coverage("wald", 24, ASSAY_INFINITE, 0.8);
    ck_assert(wald.minimum == 0 && wald.at == 0);
    const assay_interval_request ask = request("wald", ASSAY_INFINITE, 0.8);
    assert_close(coverage_of(&ask, 24, (assay_coverage_range){0.01, 1}).minimum, 0, 1e-300);
    ck_assert(coverage_of(&ask, 24, (assay_coverage_range){0.01, 1}).at == 1);
    ck_assert_double_gt(coverage_of(&ask, 24, (assay_coverage_range){0.01, 0.99}).minimum, 0.19);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(what_cannot_be_asked_is_refused_and_changes_nothing)
{
    assay_context context = {.poll = stop};
    assay_coverage out = {.minimum = 77};
    const assay_coverage_range bad[] = {{0.5, 0.5}, {0.6, 0.5}, {-0.1, 1},
                                        {0, 1.1},   {NAN, 1},   {0, NAN}};
    assay_interval_request ask = request("wilson", ASSAY_INFINITE, 0.8);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_status(assay_coverage_compute(&context, &ask, 10, bad[i], &out), ASSAY_EDOM);
    assert_status(assay_coverage_compute(&context, &ask, 1000, all, &out), ASSAY_ESTOPPED);
    context.poll = NULL;
    assert_status(assay_coverage_compute(&context, &ask, ASSAY_COVERAGE_MOST + 1, all, &out),
                  ASSAY_ENUMERIC);
    ck_assert(strstr(context.error.message, "at most 100000 cases, not 100001") != NULL);
    ask.population = 9;
    assert_status(assay_coverage_compute(&context, &ask, 10, all, &out), ASSAY_EDOM);
    assert_status(
        assay_coverage_compute(&context, &ask, 5, (assay_coverage_range){0.45, 0.55}, &out),
        ASSAY_EDOM);
    ask.population = 0;
    assert_status(assay_coverage_compute(&context, &ask, 0, all, &out), ASSAY_EDOM);
    ask.population = ASSAY_FINITE_MOST + 1;
    assert_status(assay_coverage_compute(&context, &ask, 5, all, &out), ASSAY_ENUMERIC);
    ask = request("hyper_tail", ASSAY_INFINITE, 0.8);
    assert_status(assay_coverage_compute(&context, &ask, 5, all, &out), ASSAY_EDOM);
    ask = request("hyper_wang", 1000000, 0.8);
    assert_status(assay_coverage_compute(&context, &ask, 1000, all, &out), ASSAY_ENUMERIC);
    ck_assert(strncmp(context.error.message, "hyper_wang is for", 17) == 0);
    ask = request("wilson", ASSAY_INFINITE, 80);
    assert_status(assay_coverage_compute(&context, &ask, 5, all, &out), ASSAY_EDOM);
    ck_assert(out.minimum == 77);
}
END_TEST

static assay_status some_coverage(assay_context *context, void *self)
{
    const double lower[] = {0, NAN, 0}, upper[] = {1, NAN, 1};
    const assay_interval_request ask = request(self, 60, 0.8);
    assay_coverage out;
    const assay_status status =
        assay_coverage_of_limits(context, 2, ASSAY_INFINITE, lower, upper, all, &out);
    return status != ASSAY_OK ? status : assay_coverage_compute(context, &ask, 30, all, &out);
}

START_TEST(coverage_survives_every_failing_allocation)
{
    sweep_memory(some_coverage, "hyper_tail");
    sweep_memory(some_coverage, "hyper_wang");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tests = tcase_create("coverage");
    exact_init();
    tcase_add_test(tests, minima_and_lengths_are_those_of_the_reference);
    tcase_add_test(tests, shares_without_end_are_covered_as_a_grid_has_it);
    tcase_add_test(tests, cases_of_a_population_are_covered_as_the_table_has_it);
    tcase_add_test(tests, limits_may_come_from_anywhere);
    tcase_add_test(tests, exact_limits_keep_their_confidence_in_every_population);
    tcase_add_test(tests, no_share_is_covered_less_than_the_minimum);
    tcase_add_test(tests, one_case_is_covered_as_algebra_has_it);
    tcase_add_test(tests, several_runs_are_least_where_they_turn);
    tcase_add_test(tests, several_runs_of_a_population_are_tried_case_by_case);
    tcase_add_test(tests, limits_that_cross_at_extreme_confidences_are_taken_as_they_are);
    tcase_add_test(tests, turns_are_the_roots_of_the_polynomial);
    tcase_add_test(tests, a_census_and_no_cases_cover_everything);
    tcase_add_test(tests, where_there_are_no_limits_nothing_is_covered);
    tcase_add_test(tests, the_bound_is_what_the_coverage_tends_to);
    tcase_add_test(tests, what_cannot_be_asked_is_refused_and_changes_nothing);
    tcase_add_test(tests, coverage_survives_every_failing_allocation);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
