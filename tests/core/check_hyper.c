#include "check.h"

#include "exact.h"
#include "prob/hyper.h"

static uint64_t count(const char *field)
{
    return strtoull(field, NULL, 10);
}

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

/* The parts of a draw at x, and the ratios of its neighbours, are those of the whole. */
START_TEST(parts_and_ratios_agree_with_the_density)
{
    for (int N = 1; N <= 20; N++)
        for (int M = 0; M <= N; M++)
            for (int n = 0; n <= N; n++) {
                const assay_hyper h = {(uint64_t)N, (uint64_t)M, (uint64_t)n};
                const double all = (double)exact_choose[N][n];
                const uint64_t low = assay_hyper_fewest(&h), high = assay_hyper_most(&h);
                for (uint64_t x = 0; x <= (uint64_t)N + 1; x++) {
                    const assay_hyper_parts parts = assay_hyper_split(&h, x);
                    const double here = (double)exact_ways(N, M, n, (int)x) / all;
                    ck_assert((here > 0) == (low <= x && x <= high));
                    assert_close(parts.here, here, 1e-13);
                    assert_close(parts.upward, (double)exact_sum(N, M, n, (int)x, n) / all, 1e-13);
                    assert_close(parts.below, (double)exact_sum(N, M, n, 0, (int)x - 1) / all,
                                 1e-13);
                    if (x > low && x <= high) {
                        const double before = (double)exact_ways(N, M, n, (int)x - 1) / all;
                        assert_close(assay_hyper_ratio_up(&h, x - 1), here / before, 1e-14);
                        assert_close(assay_hyper_ratio_down(&h, x), before / here, 1e-14);
                    }
                }
            }
}
END_TEST

START_TEST(tails_outside_the_domain_are_refused_and_change_nothing)
{
    double lower = 77, upper = 77;
    assert_status(assay_hyper_tails(1, 10, 11, 5, &lower, &upper), ASSAY_EDOM);
    assert_status(assay_hyper_tails(1, 10, 5, 11, &lower, &upper), ASSAY_EDOM);
    assert_status(assay_hyper_tails(1, ASSAY_FINITE_MOST + 1, 5, 5, &lower, &upper), ASSAY_EDOM);
    ck_assert(lower == 77 && upper == 77);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hyper");
    TCase *tests = tcase_create("hyper");
    exact_init();
    tcase_add_test(tests, tails_are_those_of_the_reference);
    tcase_add_test(tests, tails_keep_their_digits_up_to_two_thousand_million_cases);
    tcase_add_test(tests, tails_are_the_shares_of_the_samples_that_can_be_drawn);
    tcase_add_test(tests, parts_and_ratios_agree_with_the_density);
    tcase_add_test(tests, tails_outside_the_domain_are_refused_and_change_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
