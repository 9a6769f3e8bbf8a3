#include "tables.h"

#include "exact.h"
#include "prob/finite.h"

static uint64_t count(const char *field)
{
    return strtoull(field, NULL, 10);
}

/* ---- tails ---------------------------------------------------------------------------------- */

static int tail_rows;

static void tail_row(char *f[REFERENCE_FIELDS])
{
    double lower, upper;
    if (strncmp(f[1], "hypergeometric_", 15) != 0)
        return;
    assert_ok(
        assay_hyper_tails(count(f[2]), count(f[4]), count(f[3]), count(f[5]), &lower, &upper));
    assert_close(f[1][15] == 'P' ? lower : upper, strtod(f[6], NULL), 1e-13);
    tail_rows++;
}

START_TEST(tails_are_those_of_the_reference)
{
    for_each_reference("distributions.csv", tail_row);
    ck_assert_int_eq(tail_rows, 60);
}
END_TEST

/* The smaller tail of large populations, by mpmath with 60 digits. */
START_TEST(tails_keep_their_digits_up_to_two_thousand_million_cases)
{
    static const struct {
        uint64_t k, N, M, n;
        double lower, upper;
    } rows[] = {
        {499000, 2147483647, 1073741823, 1000000, 0.022778998827909291, NAN},
        {500500, 2147483647, 1073741823, 1000000, NAN, 0.15835694032852357},
        {584980000, 2000000000, 1300000000, 900000000, 0.029740062492627585, NAN},
        {330, 2000000000, 700, 1000000000, 0.070204796520565384, NAN},
        {38, 2000000000, 1000000000, 100, 0.010489366244344193, NAN},
        {149400, 100000000, 3000000, 5000000, 0.053362045216542965, NAN},
        {40, 2000000000, 1234567, 89012, 0.021579754162759354, NAN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double lower, upper;
        assert_ok(assay_hyper_tails(rows[i].k, rows[i].N, rows[i].M, rows[i].n, &lower, &upper));
        if (isnan(rows[i].upper))
            assert_close(lower, rows[i].lower, 1e-14);
        else
            assert_close(upper, rows[i].upper, 1e-14);
    }
}
END_TEST

START_TEST(tails_are_the_shares_of_the_samples_that_can_be_drawn)
{
    for (int N = 0; N <= 24; N++)
        for (int M = 0; M <= N; M++)
            for (int n = 0; n <= N; n++)
                for (int k = 0; k <= N + 1; k++) {
                    double lower, upper;
                    const double all = (double)exact_choose[N][n];
                    assert_ok(assay_hyper_tails((uint64_t)k, (uint64_t)N, (uint64_t)M, (uint64_t)n,
                                                &lower, &upper));
                    assert_close(lower, (double)exact_sum(N, M, n, 0, k) / all, 1e-13);
                    assert_close(upper, (double)exact_sum(N, M, n, k + 1, n) / all, 1e-13);
                }
}
END_TEST

/* ---- limits --------------------------------------------------------------------------------- */

static int tail_limits, one_sided_limits, wang_limits;

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

/* ---- edges ---------------------------------------------------------------------------------- */

START_TEST(what_is_outside_the_domain_is_refused_and_changes_nothing)
{
    assay_context context = {0};
    const double bad[] = {0, 1, -0.1, 80, (double)NAN};
    const uint64_t more = ASSAY_FINITE_MOST + 1;
    double lower = 77, upper = 77;
    uint64_t M = 77, all[11] = {77};
    bool within = true;
    assert_status(assay_hyper_tails(1, 10, 11, 5, &lower, &upper), ASSAY_EDOM);
    assert_status(assay_hyper_tails(1, 10, 5, 11, &lower, &upper), ASSAY_EDOM);
    assert_status(assay_hyper_tails(1, more, 5, 5, &lower, &upper), ASSAY_EDOM);
    for (size_t i = 0; i < 5; i++) {
        assert_status(assay_hyper_tail_lower(1, 5, 10, bad[i], &M), ASSAY_EDOM);
        assert_status(assay_hyper_tail_upper(1, 5, 10, bad[i], &M), ASSAY_EDOM);
        assert_status(assay_hyper_tail_all(5, 10, bad[i], all), ASSAY_EDOM);
        assert_status(assay_hyper_wang(&context, 5, 10, bad[i], 10, all, &within), ASSAY_EDOM);
    }
    assert_status(assay_hyper_tail_lower(6, 5, 10, 0.1, &M), ASSAY_EDOM);
    assert_status(assay_hyper_tail_upper(6, 5, 10, 0.1, &M), ASSAY_EDOM);
    assert_status(assay_hyper_tail_lower(1, 11, 10, 0.1, &M), ASSAY_EDOM);
    assert_status(assay_hyper_tail_lower(1, 5, more, 0.1, &M), ASSAY_EDOM);
    assert_status(assay_hyper_tail_all(5, more, 0.1, all), ASSAY_EDOM);
    assert_status(assay_hyper_wang(&context, 11, 10, 0.8, 10, all, &within), ASSAY_EDOM);
    assert_status(assay_hyper_wang(&context, 10, 1000000, 0.8, 10, all, &within), ASSAY_ENUMERIC);
    ck_assert(strstr(context.error.message, "take hyper_tail") != NULL);
    ck_assert(lower == 77 && upper == 77 && M == 77 && all[0] == 77 && within);
}
END_TEST

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
                }
            }
}
END_TEST

START_TEST(nothing_drawn_and_everything_drawn)
{
    assay_context context = {0};
    uint64_t M, all[11];
    bool within;
    assert_ok(assay_hyper_tail_lower(0, 0, 10, 0.1, &M));
    ck_assert_uint_eq(M, 0);
    assert_ok(assay_hyper_tail_upper(0, 0, 10, 0.1, &M));
    ck_assert_uint_eq(M, 10);
    for (uint64_t x = 0; x <= 10; x++) {
        assert_ok(assay_hyper_tail_lower(x, 10, 10, 0.1, &M));
        ck_assert_uint_eq(M, x);
        assert_ok(assay_hyper_tail_upper(x, 10, 10, 0.1, &M));
        ck_assert_uint_eq(M, x);
    }
    assert_ok(assay_hyper_tail_all(0, 10, 0.1, all));
    ck_assert_uint_eq(all[0], 0);
    assert_ok(assay_hyper_wang(&context, 0, 10, 0.8, UINT64_MAX, all, &within));
    ck_assert_uint_le(all[0], 10);
    assert_ok(assay_hyper_wang(&context, 10, 10, 0.8, UINT64_MAX, all, &within));
    for (uint64_t x = 0; x <= 10; x++)
        ck_assert_uint_eq(all[x], x);
    assert_ok(assay_hyper_tail_lower(0, 0, 0, 0.1, &M));
    ck_assert_uint_eq(M, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("finite");
    TCase *tests = tcase_create("finite");
    exact_init();
    tcase_add_test(tests, tails_are_those_of_the_reference);
    tcase_add_test(tests, tails_keep_their_digits_up_to_two_thousand_million_cases);
    tcase_add_test(tests, tails_are_the_shares_of_the_samples_that_can_be_drawn);
    tcase_add_test(tests, limits_are_those_of_the_reference);
    tcase_add_test(tests, hyper_tail_is_its_definition_in_integers);
    tcase_add_test(tests, the_limits_of_every_x_are_those_of_each);
    tcase_add_test(tests, a_limit_passes_and_the_case_before_it_fails);
    tcase_add_test(tests, hyper_wang_is_its_definition_in_integers);
    tcase_add_test(tests, hyper_wang_is_as_long_as_in_the_reference);
    tcase_add_test(tests, hyper_wang_stops_at_an_interval_that_is_too_wide);
    tcase_add_test(tests, hyper_wang_can_be_stopped);
    tcase_add_test(tests, hyper_wang_survives_every_failing_allocation);
    tcase_add_test(tests, what_is_outside_the_domain_is_refused_and_changes_nothing);
    tcase_add_test(tests, confidences_next_to_0_and_1_have_limits);
    tcase_add_test(tests, nothing_drawn_and_everything_drawn);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
