#include "check.h"

#include "prob/dist.h"

static double number(const char *field)
{
    return strtod(field, NULL);
}

/* ---- reference tables ---- */

static double beta_quantile(double p, double a, double b)
{
    double x = NAN;
    assert_ok(assay_beta_quantile(p, a, b, &x));
    return x;
}

static double beta_upper(double tail, double a, double b)
{
    double x = NAN;
    assert_ok(assay_beta_upper(tail, a, b, &x));
    return x;
}

static double t_quantile(double p, double df, double unused)
{
    double x = unused;
    assert_ok(assay_t_quantile(p, df, &x));
    return x;
}

static double minus_t(double p, double df, double unused)
{
    return -t_quantile(p, df, unused);
}

static double normal_quantile(double p, double unused, double unused_too)
{
    (void)unused, (void)unused_too;
    return -assay_normal_upper(p);
}

static double chi_squared_upper(double tail, double df, double unused)
{
    double x = unused;
    assert_ok(assay_chi_squared_upper(tail, df, &x));
    return x;
}

static double chi_squared_quantile(double p, double df, double unused)
{
    return chi_squared_upper(1 - p, df, unused);
}

static double f_upper(double tail, double d1, double d2)
{
    double x = NAN;
    assert_ok(assay_f_upper(tail, d1, d2, &x));
    return x;
}

static double binomial_lower(double p, double k, double n)
{
    double lower = NAN, upper = NAN;
    assert_ok(assay_binomial_tails((uint64_t)k, (uint64_t)n, p, &lower, &upper));
    assert_close(lower + upper, 1, 1e-15);
    return lower;
}

static double binomial_by_count(double k, double p, double n)
{
    return binomial_lower(p, k, n);
}

typedef double row_function(double, double, double);

struct rows {
    const char *function;
    row_function *compute;
    int want, seen;
};

/* The entry of a row's function, which ends the list with NULL. */
static struct rows *entry_of(struct rows *table, const char *function)
{
    while (table->function != NULL && strcmp(table->function, function) != 0)
        table++;
    return table;
}

static void assert_all_seen(const struct rows *table)
{
    for (; table->function != NULL; table++)
        ck_assert_msg(table->seen == table->want, "%s: %d rows", table->function, table->seen);
}

static struct rows quantiles[] = {
    {"beta_quantile", beta_quantile, 372, 0},   {"t_quantile", t_quantile, 15, 0},
    {"normal_quantile", normal_quantile, 6, 0}, {"chi2_quantile", chi_squared_quantile, 8, 0},
    {"binomial_P", binomial_by_count, 24, 0},   {NULL, NULL, 0, 0},
};

/* id,function,arg1,arg2,arg3,arg4,value; the hypergeometric rows are those of check_finite.c */
static void reference_quantile(char *f[REFERENCE_FIELDS])
{
    struct rows *entry = entry_of(quantiles, f[1]);
    if (entry->function == NULL) {
        ck_assert_msg(strncmp(f[1], "hypergeometric_", 15) == 0, "%s", f[1]);
        return;
    }
    assert_close(entry->compute(number(f[2]), number(f[3]), number(f[4])), number(f[6]), 1e-12);
    entry->seen++;
}

START_TEST(values_are_those_of_the_reference_table)
{
    ck_assert_int_eq(for_each_reference("distributions.csv", reference_quantile), 485);
    assert_all_seen(quantiles);
}
END_TEST

static struct rows random_rows[] = {
    {"beta_lower", beta_quantile, 324, 0},
    {"beta_upper", beta_upper, 270, 0},
    {"t", minus_t, 53, 0},
    {"chi_squared", chi_squared_upper, 60, 0},
    {"f", f_upper, 60, 0},
    {"binomial", binomial_lower, 60, 0},
    {NULL, NULL, 0, 0},
};

/* function,probability,a,b,value */
static void random_row(char *f[REFERENCE_FIELDS])
{
    struct rows *entry = entry_of(random_rows, f[0]);
    ck_assert_msg(entry->function != NULL, "%s", f[0]);
    assert_close(entry->compute(number(f[1]), number(f[2]), number(f[3])), number(f[4]), 1e-13);
    entry->seen++;
}

START_TEST(values_at_random_arguments_are_those_of_another_program)
{
    ck_assert_int_eq(for_each_reference("quantiles.csv", random_row), 827);
    assert_all_seen(random_rows);
}
END_TEST

/* ---- tails ---- */

/* I_x(1,b) = 1 - (1-x)^b and I_x(a,1) = x^a */
START_TEST(beta_tails_have_their_closed_forms)
{
    const double xs[] = {1e-9, 0.013, 0.5, 0.87}, sizes[] = {0.3, 1, 7.7, 241};
    double lower, upper;
    for (size_t i = 0; i < 16; i++) {
        const double x = xs[i / 4], s = sizes[i % 4];
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
    const double ps[] = {1e-40, 1e-9, 0.03, 0.5, 0.9}, sizes[] = {0.05, 1.7, 33, 3000.5, 1e6};
    double x, y, lower, upper;
    for (size_t i = 0; i < 125; i++) {
        const double p = ps[i % 5], a = sizes[i / 5 % 5], b = sizes[i / 25];
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

/* The tails of x^0.01 below 1e-290, where the sides of a fraction are no numbers any more. */
START_TEST(beta_tails_are_powers_where_x_is_next_to_nothing)
{
    double lower, upper;
    assert_ok(assay_beta_cdf(1e-300, 0.01, 1, &lower, &upper));
    assert_close(lower, 1e-3, 1e-12);
    assert_ok(assay_beta_cdf(5e-324, 0.01, 1, &lower, &upper));
    assert_close(lower, pow(5e-324, 0.01), 1e-12);
    assert_close(upper, 1 - lower, 1e-15);
}
END_TEST

static const double shapes[] = {0.02, 0.5, 1, 1.7, 4, 33, 3000.5, 1e6};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0], N_PAIRS = 3 * 256 + 5 };

/* 773 pairs: three blocks and a part of one, whose lanes are not all in use */
START_TEST(many_quantiles_have_the_bits_of_single_ones)
{
    static double a[N_PAIRS], b[N_PAIRS], x[N_PAIRS], y[N_PAIRS];
    const double ps[] = {1e-200, 1e-9, 0.1, 0.5, 0.9, 1 - 1e-9};
    for (size_t i = 0; i < N_PAIRS; i++) {
        a[i] = shapes[i % N_SHAPES] + (double)(i / 64);
        b[i] = shapes[i / N_SHAPES % N_SHAPES];
    }
    for (size_t k = 0; k < sizeof ps / sizeof ps[0]; k++) {
        assert_ok(assay_beta_pairs(ps[k], 1 - ps[k], N_PAIRS - k, a, b, x, y));
        for (size_t i = 0; i < N_PAIRS - k; i++) {
            double one_x, one_y;
            assert_ok(assay_beta_pair(ps[k], 1 - ps[k], a[i], b[i], &one_x, &one_y));
            ck_assert(x[i] == one_x && y[i] == one_y);
        }
    }
}
END_TEST

START_TEST(many_quantiles_refuse_what_a_single_one_does)
{
    const double good[] = {2, 3, 4}, bad[] = {2, 0, 4};
    double x[3] = {42, 42, 42}, y[3] = {42, 42, 42};
    assert_status(assay_beta_pairs(0.1, 0.9, 3, good, bad, x, y), ASSAY_EDOM);
    assert_status(assay_beta_pairs(0.1, 0.9, 3, bad, good, x, y), ASSAY_EDOM);
    assert_status(assay_beta_pairs(1, 0, 3, good, good, x, y), ASSAY_EDOM);
    assert_status(assay_beta_pairs(0.7, 0.7, 3, good, good, x, y), ASSAY_EDOM);
    assert_status(assay_beta_pairs(NAN, 0.5, 3, good, good, x, y), ASSAY_EDOM);
    assert_ok(assay_beta_pairs(0.1, 0.9, 0, good, good, x, y));
    for (int i = 0; i < 3; i++)
        ck_assert(x[i] == 42 && y[i] == 42);
}
END_TEST

START_TEST(both_parts_of_a_pair_have_their_digits)
{
    double x, y, lower, upper;
    assert_ok(assay_beta_pair(0.3, 0.7, 3, 1e9, &x, &y));
    assert_close(x + y, 1, 1e-15);
    assert_close(x, beta_quantile(0.3, 3, 1e9), 0);
    assert_ok(assay_beta_pair(0.7, 0.3, 1e9, 3, &y, &x)); /* the mirror image */
    assert_close(x, beta_quantile(0.3, 3, 1e9), 0);
    assert_ok(assay_beta_cdf(x, 3, 1e9, &lower, &upper));
    assert_close(lower, 0.3, 1e-13);
    assert_status(assay_beta_pair(0.7, 0.7, 3, 4, &x, &y), ASSAY_EDOM);
    assert_status(assay_beta_pair(NAN, 0.5, 3, 4, &x, &y), ASSAY_EDOM);
}
END_TEST

/* Far tails of uneven shapes: the first guesses are bad there, and the density is no double. */
START_TEST(quantiles_are_found_from_bad_guesses)
{
    static const struct {
        double p, a, b;
    } rows[] = {{7.77e-131, 7.03, 0.555}, {1.1e-123, 39039.2, 1.2515}, {9.3e-247, 1148.76, 0.00545},
                {5.2e-199, 4.13, 1.03},   {6.7e-96, 24321.1, 0.016},   {1e-60, 0.7, 0.001}};
    double lower, upper;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double x = beta_quantile(rows[i].p, rows[i].a, rows[i].b);
        assert_ok(assay_beta_cdf(x, rows[i].a, rows[i].b, &lower, &upper));
        assert_close(lower, rows[i].p, 1e-10);
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

/* ---- t, chi-squared and F ---- */

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

/* df = 2: -2 ln(tail); d1 = 2: ((tail)^(-2/d2) - 1) d2/2; t^2 is F(1, df) */
START_TEST(chi_squared_and_f_have_their_closed_forms)
{
    const double tails[] = {1e-30, 1e-9, 0.05, 0.5, 0.98};
    for (size_t i = 0; i < 5; i++) {
        const double tail = tails[i];
        assert_close(chi_squared_upper(tail, 2, NAN), -2 * log(tail), 1e-13);
        assert_close(f_upper(tail, 2, 7), expm1(-2.0 / 7 * log(tail)) * 3.5, 1e-13);
        assert_close(f_upper(tail, 3.5, INFINITY), chi_squared_upper(tail, 3.5, NAN) / 3.5, 0);
        assert_close(f_upper(tail, 3.5, 1e9), chi_squared_upper(tail, 3.5, NAN) / 3.5, 1e-7);
        const double t = t_quantile(tail / 2, 6.5, NAN);
        assert_close(f_upper(tail, 1, 6.5), t * t, 1e-12);
    }
}
END_TEST

START_TEST(chi_squared_and_f_at_their_edges)
{
    const double bad[] = {NAN, 0, -1, INFINITY};
    double x = 42;
    for (size_t i = 0; i < 4; i++) {
        assert_status(assay_chi_squared_upper(0.1, bad[i], &x), ASSAY_EDOM);
        assert_status(assay_chi_squared_upper(bad[i], 3, &x), ASSAY_EDOM);
        assert_status(assay_f_upper(0.1, bad[i], 3, &x), ASSAY_EDOM);
        assert_status(assay_f_upper(bad[i], 3, 3, &x), ASSAY_EDOM);
        if (i < 3)
            assert_status(assay_f_upper(0.1, 3, bad[i], &x), ASSAY_EDOM);
    }
    assert_status(assay_f_upper(0.999999, 0.001, 3, &x), ASSAY_ENUMERIC);
    ck_assert(x == 42);
}
END_TEST

/* ---- binomial ---- */

START_TEST(binomial_tails_are_sums)
{
    double lower, upper, sum = 0;
    for (uint64_t k = 0; k <= 23; k++) {
        sum += exp(assay_binomial_log_density((double)k, 23, 0.31, 0.69));
        assert_ok(assay_binomial_tails(k, 23, 0.31, &lower, &upper));
        assert_close(lower, sum, 1e-12);
    }
    assert_ok(assay_binomial_tails(40, 23, 0.31, &lower, &upper));
    ck_assert(lower == 1 && upper == 0);
    assert_ok(assay_binomial_tails(0, 0, 0.31, &lower, &upper));
    ck_assert(lower == 1 && upper == 0);
    assert_ok(assay_binomial_tails(3, 7, 0, &lower, &upper));
    ck_assert(lower == 1 && upper == 0);
    assert_ok(assay_binomial_tails(3, 7, 1, &lower, &upper));
    ck_assert(lower == 0 && upper == 1);
    assert_status(assay_binomial_tails(3, 7, 1.5, &lower, &upper), ASSAY_EDOM);
    assert_status(assay_binomial_tails(3, 7, NAN, &lower, &upper), ASSAY_EDOM);
}
END_TEST

/* delta(n) = delta(n+1) + (n+1/2) ln(1+1/n) - 1, and delta(n) = 1/12n - 1/360n^3 + ... */
START_TEST(remainders_of_stirling_go_down_by_their_recurrence)
{
    for (int k = 1; k <= 60; k++) {
        const double n = k / 2.0, step = (n + 0.5) * log1p(1 / n) - 1;
        const double here = assay_stirling_remainder(n), next = assay_stirling_remainder(n + 1);
        ck_assert_msg(fabs(here - next - step) < 1e-15, "%g: %.17g", n, here);
        assert_close(assay_stirling_remainder(n + 1e-13), here, 1e-11); /* not in the table */
    }
    assert_close(assay_stirling_remainder(1e5), 1 / 12e5 - 1 / 360e15, 1e-15);
}
END_TEST

/* -ln(1 - v) - v */
static double deviance_series(double v)
{
    double sum = 0;
    for (int j = 40; j >= 2; j--)
        sum += pow(v, j) / j;
    return sum;
}

/* x ln(x/m) + m - x, at once where the terms do not cancel and by its series where they do */
START_TEST(deviances_keep_their_digits)
{
    const double far[] = {1e-200, 1e-3, 0.4, 2.5, 1e9};
    for (size_t i = 0; i < 5; i++) {
        const double m = 7 * far[i];
        assert_close(assay_deviance(7, m, 7 - m), 7 * log(7 / m) + m - 7, 1e-14);
    }
    for (int k = 1; k <= 18; k++) {
        const double x = 3, v = (k % 2 ? 0.1 : -0.1) * pow(0.3, k);
        assert_close(assay_deviance(x, x - v * x, v * x), x * deviance_series(v), 1e-14);
    }
    ck_assert(assay_deviance(5, 5, 0) == 0 && assay_deviance(0, 5, -5) == 5);
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
    tcase_add_test(beta, values_are_those_of_the_reference_table);
    tcase_add_test(beta, values_at_random_arguments_are_those_of_another_program);
    tcase_add_test(beta, beta_tails_are_powers_where_x_is_next_to_nothing);
    tcase_add_test(beta, many_quantiles_have_the_bits_of_single_ones);
    tcase_add_test(beta, many_quantiles_refuse_what_a_single_one_does);
    tcase_add_test(beta, both_parts_of_a_pair_have_their_digits);
    tcase_add_test(beta, quantiles_are_found_from_bad_guesses);
    tcase_add_test(beta, beta_tails_have_their_closed_forms);
    tcase_add_test(beta, beta_tails_are_whole_at_the_ends);
    tcase_add_test(beta, beta_tails_undo_the_quantile);
    tcase_add_test(beta, quantiles_exist_where_gsl_has_none);
    tcase_add_test(t, t_quantiles_have_their_closed_forms);
    tcase_add_test(t, t_becomes_normal_without_a_jump);
    tcase_add_test(t, chi_squared_and_f_have_their_closed_forms);
    tcase_add_test(t, chi_squared_and_f_at_their_edges);
    tcase_add_test(other, binomial_tails_are_sums);
    tcase_add_test(other, remainders_of_stirling_go_down_by_their_recurrence);
    tcase_add_test(other, deviances_keep_their_digits);
    tcase_add_test(other, binomial_density_has_known_values);
    tcase_add_test(other, binomial_density_sums_to_one);
    tcase_add_test(other, binomial_density_at_its_edges);
    tcase_add_test(other, arguments_outside_the_domain_are_refused);
    suite_add_tcase(suite, beta);
    suite_add_tcase(suite, t);
    suite_add_tcase(suite, other);
    return run_suite(suite);
}
