#include "tables.h"

#include "exact.h"
#include "prob/finite.h"

static uint64_t count(const char *field)
{
    return strtoull(field, NULL, 10);
}

/* ---- limits --------------------------------------------------------------------------------- */

static int tail_limits, one_sided_limits, mid_p_limits, hull_limits, wang_limits;

static uint64_t wang_lower(uint64_t n, uint64_t N, double confidence, uint64_t x)
{
    assay_context context = {0};
    uint64_t lower[401];
    bool within = false;
    ck_assert_uint_le(n, 400);
    assert_ok(assay_hyper_wang(&context, n, N, confidence, UINT64_MAX, lower, &within));
    ck_assert(within);
    return lower[x];
}

static void limit_row(char *f[REFERENCE_FIELDS])
{
    const uint64_t x = count(f[2]), n = count(f[3]), N = count(f[4]);
    const double level = strtod(f[5], NULL);
    uint64_t low = x, high = N - (n - x);
    if (strcmp(f[1], "hyper_tail") == 0) {
        assert_ok(assay_hyper_tail_lower(x, n, N, (1 - level) / 2, &low));
        assert_ok(assay_hyper_tail_upper(x, n, N, (1 - level) / 2, &high));
        tail_limits++;
    } else if (strcmp(f[1], "hyper_lower") == 0) {
        assert_ok(assay_hyper_tail_lower(x, n, N, 1 - level, &low));
        one_sided_limits++;
    } else if (strcmp(f[1], "hyper_upper") == 0) {
        assert_ok(assay_hyper_tail_upper(x, n, N, 1 - level, &high));
        one_sided_limits++;
    } else if (strcmp(f[1], "hyper_mid_p") == 0) {
        assert_ok(assay_hyper_mid_p_lower(x, n, N, (1 - level) / 2, &low));
        assert_ok(assay_hyper_mid_p_upper(x, n, N, (1 - level) / 2, &high));
        mid_p_limits++;
    } else if (strcmp(f[1], "hyper_blaker") == 0) {
        assert_ok(assay_hyper_blaker_lower(x, n, N, level, &low));
        assert_ok(assay_hyper_blaker_upper(x, n, N, level, &high));
        hull_limits++;
    } else if (strcmp(f[1], "hyper_minlike") == 0) {
        assert_ok(assay_hyper_minlike_lower(x, n, N, level, &low));
        assert_ok(assay_hyper_minlike_upper(x, n, N, level, &high));
        hull_limits++;
    } else if (strcmp(f[1], "hyper_wang") == 0) {
        low = wang_lower(n, N, level, x);
        high = N - wang_lower(n, N, level, n - x);
        wang_limits++;
    } else {
        return;
    }
    ck_assert_msg(low == count(f[6]) && high == count(f[7]), "%s: %d to %d", f[0], (int)low,
                  (int)high);
}

START_TEST(limits_are_those_of_the_reference)
{
    for_each_reference("hypergeometric_intervals.csv", limit_row);
    ck_assert_int_eq(tail_limits, 22);
    ck_assert_int_eq(one_sided_limits, 44);
    ck_assert_int_eq(mid_p_limits, 17);
    ck_assert_int_eq(hull_limits, 34);
    ck_assert_int_eq(wang_limits, 15);
}
END_TEST

static const struct {
    int yes, of;
} levels[] = {{4, 5}, {19, 20}, {1, 2}, {9, 10}, {1, 10}};
enum { N_LEVELS = sizeof levels / sizeof levels[0] };

static void check_tail_limits(const struct exact *e, double tail)
{
    uint64_t all[EXACT_MOST + 1];
    assert_ok(assay_hyper_tail_all((uint64_t)e->n, (uint64_t)e->N, tail, all));
    for (int x = 0; x <= e->n; x++) {
        uint64_t low, high;
        assert_ok(assay_hyper_tail_lower((uint64_t)x, (uint64_t)e->n, (uint64_t)e->N, tail, &low));
        assert_ok(assay_hyper_tail_upper((uint64_t)x, (uint64_t)e->n, (uint64_t)e->N, tail, &high));
        ck_assert_uint_eq(low, (uint64_t)e->lower[x]);
        ck_assert_uint_eq(high, (uint64_t)e->upper[x]);
        ck_assert_uint_eq(all[x], low);
    }
}

START_TEST(hyper_tail_is_its_definition_in_integers)
{
    for (int i = 0; i < N_LEVELS; i++)
        for (int N = 1; N <= EXACT_MOST; N += N < 20 ? 1 : 8)
            for (int n = 1; n <= N; n++) {
                struct exact e = {.N = N, .n = n, .yes = levels[i].yes, .of = levels[i].of};
                exact_tail(&e);
                check_tail_limits(&e, (1 - (double)e.yes / e.of) / 2);
            }
}
END_TEST

/* Walked, searched, and found one by one. */
START_TEST(the_limits_of_every_x_are_those_of_each)
{
    static const uint64_t cases[][2] = {
        {5000, 5000}, {5000, 4999}, {5000, 2700}, {5000, 30}, {5000, 7}, {2000000000, 40}, {1, 1},
    };
    static uint64_t all[5001];
    const double tails[] = {0.1, 0.001, 0.4, 0.9, 1 - 1e-14, 1e-15};
    for (size_t i = 0; i < 7; i++)
        for (size_t k = 0; k < 6; k++) {
            const uint64_t N = cases[i][0], n = cases[i][1];
            assert_ok(assay_hyper_tail_all(n, N, tails[k], all));
            for (uint64_t x = 0; x <= n; x += n / 97 + 1) {
                uint64_t low;
                assert_ok(assay_hyper_tail_lower(x, n, N, tails[k], &low));
                ck_assert_uint_eq(all[x], low);
            }
        }
}
END_TEST

/* A limit is where its tail passes the bar: checked where nothing can be counted out. */
START_TEST(a_limit_passes_and_the_case_before_it_fails)
{
    static const uint64_t cases[][3] = {
        {0, 1, 2147483647},
        {1, 1, 2147483647},
        {1, 164, 2147483647},
        {82, 164, 2147483647},
        {500000, 1000000, 2147483647},
        {3, 2147483646, 2147483647},
        {999, 1000, 1000000},
        {1, 999999, 1000000},
        {700000, 999999, 1000000},
        {12345, 600000, 1000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const uint64_t x = cases[i][0], n = cases[i][1], N = cases[i][2];
        uint64_t M;
        double below, upward;
        assert_ok(assay_hyper_tail_lower(x, n, N, 0.025, &M));
        ck_assert(x == 0 ? M == 0 : M >= x && M <= N - (n - x));
        if (x == 0)
            continue;
        assert_ok(assay_hyper_tails(x - 1, N, M, n, &below, &upward));
        ck_assert_double_gt(upward, 0.025);
        assert_ok(assay_hyper_tails(x - 1, N, M - 1, n, &below, &upward));
        ck_assert_double_le(upward, 0.025);
    }
}
END_TEST

/* ---- hyper_mid_p, hyper_blaker, hyper_minlike ----------------------------------------------- */

/* The whole of what there is up to 60 cases, or about one pair in seven of it. */
static bool is_tried(int N, int n)
{
    return whole_grid() || N < 16 || (3 * N + n) % 7 == 0;
}

static void assert_limits(const struct exact *e, const char *method, int x, uint64_t lower,
                          uint64_t upper)
{
    ck_assert_msg(lower == (uint64_t)e->lower[x] && upper == (uint64_t)e->upper[x],
                  "%s: N %d, n %d, %d/%d, x %d: %d to %d, want %d to %d", method, e->N, e->n,
                  e->yes, e->of, x, (int)lower, (int)upper, e->lower[x], e->upper[x]);
}

static void check_by_definition(int N, int n, int yes, int of)
{
    const uint64_t of_N = (uint64_t)N, of_n = (uint64_t)n;
    const double level = (double)yes / of, tail = (1 - level) / 2;
    struct exact mid = {.N = N, .n = n, .yes = yes, .of = of}, by_tail = mid, by_ways = mid;
    exact_mid_p(&mid);
    exact_hull(&by_tail, exact_smaller_tail);
    exact_hull(&by_ways, exact_ways);
    for (int i = 0; i <= n; i++) {
        uint64_t low, high;
        const uint64_t x = (uint64_t)i;
        assert_ok(assay_hyper_mid_p_lower(x, of_n, of_N, tail, &low));
        assert_ok(assay_hyper_mid_p_upper(x, of_n, of_N, tail, &high));
        assert_limits(&mid, "hyper_mid_p", i, low, high);
        assert_ok(assay_hyper_blaker_lower(x, of_n, of_N, level, &low));
        assert_ok(assay_hyper_blaker_upper(x, of_n, of_N, level, &high));
        assert_limits(&by_tail, "hyper_blaker", i, low, high);
        assert_ok(assay_hyper_minlike_lower(x, of_n, of_N, level, &low));
        assert_ok(assay_hyper_minlike_upper(x, of_n, of_N, level, &high));
        assert_limits(&by_ways, "hyper_minlike", i, low, high);
    }
}

START_TEST(limits_by_tests_are_their_definitions_in_integers)
{
    for (int i = 0; i < N_LEVELS; i++)
        for (int N = 1; N <= EXACT_MOST; N++)
            for (int n = 1; n <= N; n++)
                if (is_tried(N, n))
                    check_by_definition(N, n, levels[i].yes, levels[i].of);
}
END_TEST

/* The M accepted at every case, where nothing can be counted out: by sums of densities. */
static double p_value(bool by_tail, uint64_t x, const assay_hyper *h)
{
    const assay_hyper_parts at_x = assay_hyper_split(h, x);
    const double up_to_x = at_x.below + at_x.here;
    const double least = by_tail ? fmin(at_x.upward, up_to_x) : at_x.here;
    double sum = 0;
    for (uint64_t w = assay_hyper_fewest(h); w <= assay_hyper_most(h); w++) {
        const assay_hyper_parts at_w = assay_hyper_split(h, w);
        const double own = by_tail ? fmin(at_w.upward, at_w.below + at_w.here) : at_w.here;
        if (own <= least * (1 + 1e-10))
            sum += at_w.here;
    }
    return sum;
}

START_TEST(limits_of_larger_populations_enclose_what_is_accepted)
{
    static const uint64_t cases[][3] = {
        {3, 40, 5000}, {17, 90, 3000}, {250, 251, 2000}, {1, 1999, 2000}, {100, 200, 1000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int by_tail = 0; by_tail < 2; by_tail++) {
            const uint64_t x = cases[i][0], n = cases[i][1], N = cases[i][2];
            uint64_t lower, upper, first = N + 1, last = 0;
            for (uint64_t M = x; M <= N - (n - x); M++) {
                const assay_hyper h = {N, M, n};
                if (p_value(by_tail, x, &h) <= 0.2)
                    continue;
                first = first > N ? M : first;
                last = M;
            }
            assert_ok((by_tail ? assay_hyper_blaker_lower : assay_hyper_minlike_lower)(x, n, N, 0.8,
                                                                                       &lower));
            assert_ok((by_tail ? assay_hyper_blaker_upper : assay_hyper_minlike_upper)(x, n, N, 0.8,
                                                                                       &upper));
            ck_assert_uint_eq(lower, first);
            ck_assert_uint_eq(upper, last);
        }
}
END_TEST

/* At the limit the p-value is above, and it is not for some cases before it. */
START_TEST(limits_of_a_million_cases_are_where_the_test_turns)
{
    static const uint64_t cases[][2] = {{3, 10}, {30000, 100000}, {250000, 500000}, {2, 999990}};
    const uint64_t N = 1000000;
    for (size_t i = 0; i < 4; i++)
        for (int by_tail = 0; by_tail < 2; by_tail++) {
            const uint64_t x = cases[i][0], n = cases[i][1];
            uint64_t lower;
            assert_ok((by_tail ? assay_hyper_blaker_lower : assay_hyper_minlike_lower)(x, n, N, 0.8,
                                                                                       &lower));
            for (uint64_t M = lower; M + 20 > lower && M >= x; M--) {
                const assay_hyper h = {N, M, n};
                double below, above, upward = assay_hyper_split(&h, x).upward;
                /* the other end of the same size or density, found by going down to it */
                uint64_t k = (uint64_t)((double)n * (double)M / (double)N) + 1;
                while (k > assay_hyper_fewest(&h) &&
                       (by_tail ? assay_hyper_split(&h, k).below > upward * (1 + 1e-10)
                                : assay_hyper_density(&h, k - 1) >
                                      assay_hyper_density(&h, x) * (1 + 1e-10)))
                    k--;
                assert_ok(assay_hyper_tails(k - 1, N, M, n, &below, &above));
                if (k == 0)
                    below = 0;
                ck_assert_msg((upward + below > 0.2) == (M == lower), "x %d, by_tail %d, M %d",
                              (int)x, by_tail, (int)M);
            }
        }
}
END_TEST

/* ---- hyper_wang ----------------------------------------------------------------------------- */

static void check_wang(const struct exact *e)
{
    assay_context context = {0};
    uint64_t lower[EXACT_MOST + 1];
    bool within = false;
    assert_ok(assay_hyper_wang(&context, (uint64_t)e->n, (uint64_t)e->N, (double)e->yes / e->of,
                               UINT64_MAX, lower, &within));
    for (int x = 0; x <= e->n; x++)
        ck_assert_msg(lower[x] == (uint64_t)e->lower[x] &&
                          (uint64_t)e->N - lower[e->n - x] == (uint64_t)e->upper[x],
                      "N %d, n %d, %d/%d, x %d: %d, want %d to %d", e->N, e->n, e->yes, e->of, x,
                      (int)lower[x], e->lower[x], e->upper[x]);
}

START_TEST(hyper_wang_is_its_definition_in_integers)
{
    for (int i = 0; i < N_LEVELS; i++)
        for (int N = 1; N <= EXACT_MOST; N += N < 26 ? 1 : 11)
            for (int n = 1; n <= N; n += N < 26 ? 1 : 4) {
                struct exact e = {.N = N, .n = n, .yes = levels[i].yes, .of = levels[i].of};
                exact_wang(&e);
                check_wang(&e);
            }
}
END_TEST

static int coverage_rows;

/* Lengths summed over x, in cases. */
static void coverage_row(char *f[REFERENCE_FIELDS])
{
    if (strcmp(f[1], "hyper_wang") != 0)
        return;
    assay_context context = {0};
    const uint64_t n = count(f[2]), N = count(f[3]);
    uint64_t lower[401], length = 0;
    bool within = false;
    assert_ok(assay_hyper_wang(&context, n, N, strtod(f[4], NULL), UINT64_MAX, lower, &within));
    for (uint64_t x = 0; x <= n; x++)
        length += N - lower[n - x] - lower[x];
    ck_assert_uint_eq(length, count(f[7]));
    coverage_rows++;
}

START_TEST(hyper_wang_is_as_long_as_in_the_reference)
{
    for_each_reference("hypergeometric_coverage.csv", coverage_row);
    ck_assert_int_eq(coverage_rows, 4);
}
END_TEST

START_TEST(hyper_wang_stops_at_an_interval_that_is_too_wide)
{
    assay_context context = {0};
    uint64_t lower[61];
    struct exact e = {.N = 60, .n = 30, .yes = 4, .of = 5};
    bool within = true;
    exact_wang(&e);
    const uint64_t widest = (uint64_t)exact_widest(&e);
    assert_ok(assay_hyper_wang(&context, 30, 60, 0.8, widest - 1, lower, &within));
    ck_assert(!within);
    assert_ok(assay_hyper_wang(&context, 30, 60, 0.8, widest, lower, &within));
    ck_assert(within);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(hyper_wang_can_be_stopped)
{
    assay_context context = {.poll = stop};
    uint64_t lower[61];
    bool within = true;
    const size_t before = assay_memory_in_use();
    assert_status(assay_hyper_wang(&context, 30, 60, 0.8, UINT64_MAX, lower, &within),
                  ASSAY_ESTOPPED);
    ck_assert(within);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

static assay_status some_wang(assay_context *context, void *self)
{
    uint64_t lower[61];
    bool within;
    (void)self;
    return assay_hyper_wang(context, 30, 60, 0.8, UINT64_MAX, lower, &within);
}

START_TEST(hyper_wang_survives_every_failing_allocation)
{
    sweep_memory(some_wang, NULL);
}
END_TEST

/* N n = 10^7 is still answered, one case more is not. */
START_TEST(hyper_wang_is_for_ten_million_cases_times_cases)
{
    assay_context context = {0};
    uint64_t lower[11];
    bool within;
    assert_ok(assay_hyper_wang(&context, 10, 1000000, 0.8, UINT64_MAX, lower, &within));
    for (uint64_t x = 1; x <= 10; x++)
        ck_assert(lower[x - 1] < lower[x] && lower[x] <= 1000000 - lower[10 - x]);
    ck_assert(assay_hyper_wang_takes(1, 10000000) && !assay_hyper_wang_takes(1, 10000001));
    ck_assert(assay_hyper_wang_takes(3125, 3200) && !assay_hyper_wang_takes(3126, 3200));
    ck_assert(assay_hyper_wang_takes(0, 10000000) && !assay_hyper_wang_takes(0, 10000001));
    ck_assert(!assay_hyper_wang_takes(3, 2) && !assay_hyper_wang_takes(1, UINT64_MAX));
}
END_TEST

/* ---- edges ---------------------------------------------------------------------------------- */

/* Every limit by itself: x, n, population, and a tail or a confidence. */
typedef assay_status limit_function(uint64_t, uint64_t, uint64_t, double, uint64_t *);
static limit_function *const limits[] = {
    assay_hyper_tail_lower,    assay_hyper_mid_p_lower,   assay_hyper_blaker_lower,
    assay_hyper_minlike_lower, assay_hyper_tail_upper,    assay_hyper_mid_p_upper,
    assay_hyper_blaker_upper,  assay_hyper_minlike_upper,
};
enum { N_LIMITS = sizeof limits / sizeof limits[0] };

START_TEST(what_is_outside_the_domain_is_refused_and_changes_nothing)
{
    assay_context context = {0};
    const double bad[] = {0, 1, -0.1, 80, (double)NAN};
    const uint64_t more = ASSAY_FINITE_MOST + 1;
    uint64_t M = 77, all[11] = {77};
    bool within = true;
    for (size_t i = 0; i < 5; i++) {
        assert_status(assay_hyper_tail_all(5, 10, bad[i], all), ASSAY_EDOM);
        for (size_t k = 0; k < N_LIMITS; k++)
            assert_status(limits[k](1, 5, 10, bad[i], &M), ASSAY_EDOM);
        assert_status(assay_hyper_wang(&context, 5, 10, bad[i], 10, all, &within), ASSAY_EDOM);
    }
    for (size_t k = 0; k < N_LIMITS; k++) {
        assert_status(limits[k](6, 5, 10, 0.1, &M), ASSAY_EDOM);
        assert_status(limits[k](1, 11, 10, 0.1, &M), ASSAY_EDOM);
        assert_status(limits[k](1, 5, more, 0.1, &M), ASSAY_EDOM);
    }
    assert_status(assay_hyper_tail_all(5, more, 0.1, all), ASSAY_EDOM);
    assert_status(assay_hyper_wang(&context, 11, 10, 0.8, 10, all, &within), ASSAY_EDOM);
    assert_status(assay_hyper_wang(&context, 10, 1000001, 0.8, 10, all, &within), ASSAY_ENUMERIC);
    ck_assert(strstr(context.error.message, "take hyper_tail") != NULL);
    ck_assert(M == 77 && all[0] == 77 && within);
}
END_TEST

static void check_hulls(uint64_t x, uint64_t n, uint64_t N, double confidence)
{
    for (size_t k = 2; k < 4; k++) {
        uint64_t lower, upper;
        assert_ok(limits[k](x, n, N, confidence, &lower));
        assert_ok(limits[k + N_LIMITS / 2](x, n, N, confidence, &upper));
        ck_assert(x <= lower && lower <= upper && upper <= N - (n - x));
    }
}

/* Tails near 1 and near 0: every x has limits that the counts allow. */
START_TEST(confidences_next_to_0_and_1_have_limits)
{
    assay_context context = {0};
    const double confidences[] = {1e-15, 1e-9, 1 - 1e-15};
    uint64_t lower[18];
    bool within;
    for (int i = 0; i < 3; i++)
        for (uint64_t N = 1; N <= 17; N++)
            for (uint64_t n = 1; n <= N; n++) {
                assert_ok(
                    assay_hyper_wang(&context, n, N, confidences[i], UINT64_MAX, lower, &within));
                for (uint64_t x = 0; x <= n; x++) {
                    ck_assert_uint_ge(lower[x], x);
                    ck_assert_uint_le(lower[x], N - lower[n - x]);
                    check_hulls(x, n, N, confidences[i]);
                }
            }
}
END_TEST

START_TEST(nothing_drawn_and_everything_drawn)
{
    assay_context context = {0};
    uint64_t M, all[11];
    bool within;
    for (size_t k = 0; k < N_LIMITS; k++) {
        assert_ok(limits[k](0, 0, 10, 0.1, &M));
        ck_assert_uint_eq(M, k < N_LIMITS / 2 ? 0 : 10);
        assert_ok(limits[k](0, 0, 0, 0.1, &M));
        ck_assert_uint_eq(M, 0);
        for (uint64_t x = 0; x <= 10; x++) {
            assert_ok(limits[k](x, 10, 10, 0.1, &M));
            ck_assert_uint_eq(M, x);
        }
    }
    assert_ok(assay_hyper_tail_all(0, 10, 0.1, all));
    ck_assert_uint_eq(all[0], 0);
    assert_ok(assay_hyper_wang(&context, 0, 10, 0.8, UINT64_MAX, all, &within));
    ck_assert_uint_le(all[0], 10);
    assert_ok(assay_hyper_wang(&context, 10, 10, 0.8, UINT64_MAX, all, &within));
    for (uint64_t x = 0; x <= 10; x++)
        ck_assert_uint_eq(all[x], x);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("finite");
    TCase *tests = tcase_create("finite");
    exact_init();
    tcase_add_test(tests, limits_are_those_of_the_reference);
    tcase_add_test(tests, hyper_tail_is_its_definition_in_integers);
    tcase_add_test(tests, the_limits_of_every_x_are_those_of_each);
    tcase_add_test(tests, a_limit_passes_and_the_case_before_it_fails);
    tcase_add_test(tests, limits_by_tests_are_their_definitions_in_integers);
    tcase_add_test(tests, limits_of_larger_populations_enclose_what_is_accepted);
    tcase_add_test(tests, limits_of_a_million_cases_are_where_the_test_turns);
    tcase_add_test(tests, hyper_wang_is_its_definition_in_integers);
    tcase_add_test(tests, hyper_wang_is_as_long_as_in_the_reference);
    tcase_add_test(tests, hyper_wang_stops_at_an_interval_that_is_too_wide);
    tcase_add_test(tests, hyper_wang_is_for_ten_million_cases_times_cases);
    tcase_add_test(tests, hyper_wang_can_be_stopped);
    tcase_add_test(tests, hyper_wang_survives_every_failing_allocation);
    tcase_add_test(tests, what_is_outside_the_domain_is_refused_and_changes_nothing);
    tcase_add_test(tests, confidences_next_to_0_and_1_have_limits);
    tcase_add_test(tests, nothing_drawn_and_everything_drawn);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
