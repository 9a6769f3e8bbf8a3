#include "check.h"

#include "prob/dist.h"

static int beta_rows, t_rows, normal_rows;

static void check_row(char *fields[REFERENCE_FIELDS])
{
    const double p = strtod(fields[2], NULL), want = strtod(fields[6], NULL);
    const double a = strtod(fields[3], NULL), b = strtod(fields[4], NULL);
    double got = NAN;
    if (strcmp(fields[1], "beta_quantile") == 0) {
        assert_ok(assay_beta_quantile(p, a, b, &got));
        assert_close(got, want, a + b > 1e5 ? 1e-9 : 1e-10);
        beta_rows++;
    } else if (strcmp(fields[1], "t_quantile") == 0) {
        assert_ok(assay_t_quantile(p, a, &got));
        assert_close(got, want, 1e-10);
        t_rows++;
    } else if (strcmp(fields[1], "normal_quantile") == 0) {
        assert_close(-assay_normal_upper(p), want, 1e-10);
        normal_rows++;
    }
}

START_TEST(quantiles_are_those_of_the_reference_table)
{
    for_each_reference("distributions.csv", check_row);
    ck_assert_int_eq(beta_rows, 372);
    ck_assert_int_eq(t_rows, 15);
    ck_assert_int_eq(normal_rows, 6);
}
END_TEST

/* I_x(1,b) = 1 - (1-x)^b and I_x(a,1) = x^a */
START_TEST(beta_tails_have_their_closed_forms)
{
    const double xs[] = {1e-9, 0.013, 0.5, 0.87}, shapes[] = {0.3, 1, 7.7, 241};
    double lower, upper;
    for (size_t i = 0; i < 16; i++) {
        const double x = xs[i / 4], s = shapes[i % 4];
        assert_ok(assay_beta_cdf(x, 1, s, &lower, &upper));
        assert_close(lower, -expm1(s * log1p(-x)), 1e-13);
        assert_close(upper, pow(1 - x, s), 1e-12);
        assert_ok(assay_beta_cdf(x, s, 1, &lower, &upper));
        assert_close(lower, pow(x, s), 1e-12);
    }
}
END_TEST

START_TEST(beta_tails_are_whole_at_the_ends)
{
    double lower, upper;
    assert_ok(assay_beta_cdf(0, 2, 3, &lower, &upper));
    ck_assert(lower == 0 && upper == 1);
    assert_ok(assay_beta_cdf(1, 2, 3, &lower, &upper));
    ck_assert(lower == 1 && upper == 0);
}
END_TEST

START_TEST(beta_tails_undo_the_quantile)
{
    const double ps[] = {1e-40, 1e-9, 0.03, 0.5, 0.9}, shapes[] = {0.05, 1.7, 33, 3000.5, 1e6};
    double x, y, lower, upper;
    for (size_t i = 0; i < 125; i++) {
        const double p = ps[i % 5], a = shapes[i / 5 % 5], b = shapes[i / 25];
        assert_ok(assay_beta_quantile(p, a, b, &x));
        if (x == 0 || x > 0.999)
            continue; /* beyond 1e-300, or y = 1 - x has lost the digits */
        assert_ok(assay_beta_cdf(x, a, b, &lower, &upper));
        assert_close(lower, p, 1e-9);
        assert_ok(assay_beta_upper(p, b, a, &y)); /* the mirror image */
        assert_close(1 - y, x, 1e-9 + 1e-15 / x);
    }
}
END_TEST

/* GSL fails, or never returns, on each of these */
START_TEST(quantiles_exist_where_gsl_has_none)
{
    double x, lower, upper;
    assert_ok(assay_beta_quantile(0.975, 3.5, 297.5, &x));
    assert_ok(assay_beta_cdf(x, 3.5, 297.5, &lower, &upper));
    assert_close(upper, 0.025, 1e-11);
    assert_ok(assay_beta_quantile(0.1, 5e6, 5e6, &x));
    assert_ok(assay_beta_cdf(x, 5e6, 5e6, &lower, &upper));
    assert_close(lower, 0.1, 1e-9);
    assert_ok(assay_beta_quantile(0.5, 1e9, 1e9, &x));
    assert_close(x, 0.5, 1e-12);
    assert_ok(assay_beta_quantile(0.5, 0.001, 1000, &x));
    ck_assert(x >= 0 && x < 1e-290);
}
END_TEST

/* df = 1: tan(pi(p-1/2)); df = 2: (2p-1)/sqrt(2p(1-p)) */
START_TEST(t_quantiles_have_their_closed_forms)
{
    const double ps[] = {1e-30, 1e-7, 0.2, 0.4999, 0.77};
    double x;
    for (size_t i = 0; i < 5; i++) {
        const double p = ps[i];
        assert_ok(assay_t_quantile(p, 1, &x));
        assert_close(x, -1 / tan(3.14159265358979323846 * p), 1e-11);
        assert_ok(assay_t_quantile(p, 2, &x));
        assert_close(x, (2 * p - 1) / sqrt(2 * p * (1 - p)), 1e-11);
    }
    assert_ok(assay_t_quantile(0.5, 3.3, &x));
    ck_assert(x == 0);
}
END_TEST

START_TEST(t_becomes_normal_without_a_jump)
{
    double below, above, infinite, x, mirror;
    assert_ok(assay_t_quantile(0.9, 1e7, &below));
    assert_ok(assay_t_quantile(0.9, nextafter(1e7, 2e7), &above));
    assert_close(below, above, 1e-13);
    assert_ok(assay_t_quantile(0.9, INFINITY, &infinite));
    assert_close(infinite, assay_normal_upper(0.1), 1e-15);
    assert_ok(assay_t_quantile(0.75, 6.5, &x));
    assert_ok(assay_t_quantile(0.25, 6.5, &mirror));
    ck_assert(x == -mirror);
}
END_TEST

/* 10!/(3! 7!) .3^3 .7^7, and C(10^6, 500000)/2^(10^6) by Stirling's series */
START_TEST(binomial_density_has_known_values)
{
    assert_close(exp(assay_binomial_log_density(3, 10, 0.3, 0.7)), 0.266827932, 1e-12);
    const double n = 1e6, m = sqrt(2 / (3.14159265358979323846 * n)) * (1 - 1 / (4 * n));
    assert_close(exp(assay_binomial_log_density(n / 2, n, 0.5, 0.5)), m, 1e-12);
    assert_close(assay_binomial_log_density(0, 40, 1e-20, 1), -4e-19, 1e-12);
    assert_close(assay_binomial_log_density(40, 40, 0.25, 0.75), 40 * log(0.25), 1e-12);
}
END_TEST

START_TEST(binomial_density_sums_to_one)
{
    double sum = 0;
    for (int x = 0; x <= 137; x++)
        sum += exp(assay_binomial_log_density(x, 137, 0.31, 0.69));
    assert_close(sum, 1, 1e-13);
}
END_TEST

START_TEST(binomial_density_at_its_edges)
{
    ck_assert(assay_binomial_log_density(0, 7, 0, 1) == 0);
    ck_assert(assay_binomial_log_density(7, 7, 1, 0) == 0);
    ck_assert(assay_binomial_log_density(1, 7, 0, 1) == -HUGE_VAL);
    ck_assert(assay_binomial_log_density(0, 0, 0.4, 0.6) == 0);
    ck_assert(isnan(assay_binomial_log_density(8, 7, 0.5, 0.5)));
    ck_assert(isnan(assay_binomial_log_density(1, 7, NAN, 0.5)));
}
END_TEST

START_TEST(arguments_outside_the_domain_are_refused)
{
    const double bad_p[] = {NAN, 0, 1, -0.1, 1.5, INFINITY}, bad_a[] = {NAN, 0, -1, INFINITY};
    double x = 42, y = 42;
    for (size_t i = 0; i < 6; i++) {
        ck_assert(isnan(assay_normal_upper(bad_p[i])));
        assert_status(assay_t_quantile(bad_p[i], 5, &x), ASSAY_EDOM);
        assert_status(assay_beta_quantile(bad_p[i], 2, 3, &x), ASSAY_EDOM);
        assert_status(assay_beta_upper(bad_p[i], 2, 3, &x), ASSAY_EDOM);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_status(assay_beta_quantile(0.5, bad_a[i], 3, &x), ASSAY_EDOM);
        assert_status(assay_beta_upper(0.5, 2, bad_a[i], &x), ASSAY_EDOM);
        assert_status(assay_beta_cdf(0.5, bad_a[i], 3, &x, &y), ASSAY_EDOM);
    }
    assert_status(assay_beta_cdf(NAN, 2, 3, &x, &y), ASSAY_EDOM);
    assert_status(assay_beta_cdf(1.1, 2, 3, &x, &y), ASSAY_EDOM);
    assert_status(assay_t_quantile(0.5, 0, &x), ASSAY_EDOM);
    assert_status(assay_t_quantile(0.5, NAN, &x), ASSAY_EDOM);
    ck_assert(x == 42 && y == 42);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dist");
    TCase *beta = tcase_create("beta"), *t = tcase_create("t"), *other = tcase_create("other");
    tcase_add_test(beta, quantiles_are_those_of_the_reference_table);
    tcase_add_test(beta, beta_tails_have_their_closed_forms);
    tcase_add_test(beta, beta_tails_are_whole_at_the_ends);
    tcase_add_test(beta, beta_tails_undo_the_quantile);
    tcase_add_test(beta, quantiles_exist_where_gsl_has_none);
    tcase_add_test(t, t_quantiles_have_their_closed_forms);
    tcase_add_test(t, t_becomes_normal_without_a_jump);
    tcase_add_test(other, binomial_density_has_known_values);
    tcase_add_test(other, binomial_density_sums_to_one);
    tcase_add_test(other, binomial_density_at_its_edges);
    tcase_add_test(other, arguments_outside_the_domain_are_refused);
    suite_add_tcase(suite, beta);
    suite_add_tcase(suite, t);
    suite_add_tcase(suite, other);
    return run_suite(suite);
}
