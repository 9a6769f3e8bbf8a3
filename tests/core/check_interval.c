#include "check.h"

#include "prob/dist.h"
#include "prob/interval.h"

static assay_interval_request request(const char *name, uint64_t population, double confidence,
                                      assay_side side)
{
    const assay_interval_method *method = assay_interval_find(name);
    ck_assert_msg(method != NULL, "%s", name);
    return (assay_interval_request){method, population, confidence, side, {0.5, 0.5}};
}

static assay_interval ask(const assay_interval_request *r, uint64_t x, uint64_t n)
{
    assay_context context = {0};
    assay_interval out;
    const assay_status status = assay_interval_compute(&context, r, x, n, &out);
    ck_assert_msg(status == ASSAY_OK, "%d of %d: %s", (int)x, (int)n, context.error.message);
    return out;
}

static assay_interval interval(const char *name, uint64_t x, uint64_t n, uint64_t population,
                               double confidence, assay_side side)
{
    const assay_interval_request r = request(name, population, confidence, side);
    return ask(&r, x, n);
}

/* A limit that is printed as 0, 1 or nan is exactly that. */
static void assert_limit(const char *id, double got, const char *printed)
{
    const double want = strtod(printed, NULL), most = want == 0 || want == 1 ? 0 : 1e-12 * want;
    ck_assert_msg(isnan(want) ? isnan(got) : fabs(got - want) <= most, "%s: %.17g, want %s", id,
                  got, printed);
}

/* The names of the reference, and what they are here. */
static struct {
    const char *row, *method;
    int rows, want;
    double prior[2];
} table[] = {
    {"wald", "wald", 0, 26, {0}},
    {"wald_cc", "wald_cc", 0, 26, {0}},
    {"wilson", "wilson", 0, 31, {0}},
    {"wilson_cc", "wilson_cc", 0, 26, {0}},
    {"agresti_coull", "agresti_coull", 0, 26, {0}},
    {"clopper_pearson", "clopper_pearson", 0, 31, {0}},
    {"mid_p", "mid_p", 0, 28, {0}},
    {"jeffreys", "jeffreys", 0, 31, {0}},
    {"jeffreys_mod", "jeffreys_mod", 0, 26, {0}},
    {"arcsine", "arcsine", 0, 26, {0}},
    {"logit", "logit", 0, 26, {0}},
    {"lrt", "lrt", 0, 26, {0}},
    {"blaker", "blaker", 0, 25, {0}},
    {"bayes_uniform", "bayes", 0, 26, {1, 1}},
    {"bayes_beta_2_3", "bayes", 0, 26, {2, 3}},
    {"wald_fpc", "wald", 0, 16, {0}},
    {"wald_cc_fpc", "wald_cc", 0, 16, {0}},
    {"wilson_fpc", "wilson", 0, 16, {0}},
    {"agresti_coull_fpc", "agresti_coull", 0, 16, {0}},
    {"logit_fpc", "logit", 0, 16, {0}},
    {"clopper_pearson_neff_fpc", "clopper_pearson", 0, 16, {0}},
    {"jeffreys_neff_fpc", "jeffreys", 0, 16, {0}},
};
enum { N_TABLE = sizeof table / sizeof table[0] };

static void check_row(char *f[REFERENCE_FIELDS])
{
    size_t i = 0;
    while (i < N_TABLE && strcmp(table[i].row, f[1]) != 0)
        i++;
    ck_assert_msg(i < N_TABLE, "%s", f[1]);
    assay_interval_request r =
        request(table[i].method, *f[4] != '\0' ? strtoull(f[4], NULL, 10) : ASSAY_INFINITE,
                strtod(f[5], NULL), ASSAY_TWO_SIDED);
    memcpy(r.prior, table[i].prior, sizeof r.prior);
    const assay_interval got = ask(&r, strtoull(f[2], NULL, 10), strtoull(f[3], NULL, 10));
    assert_limit(f[0], got.estimate, f[6]);
    assert_limit(f[0], got.lower, f[7]);
    assert_limit(f[0], got.upper, f[8]);
    table[i].rows++;
}

START_TEST(intervals_are_those_of_the_reference_table)
{
    ck_assert(for_each_reference("intervals_one_sample.csv", check_row) == 518);
    for (size_t i = 0; i < N_TABLE; i++)
        ck_assert_msg(table[i].rows == table[i].want, "%s: %d rows", table[i].row, table[i].rows);
}
END_TEST

static struct {
    const char *row, *method;
    assay_side side;
    int rows, want;
    double prior;
} finite_table[] = {
    {"hyper_tail", "hyper_tail", ASSAY_TWO_SIDED, 0, 22, 0},
    {"hyper_lower", "hyper_tail", ASSAY_LOWER, 0, 22, 0},
    {"hyper_upper", "hyper_tail", ASSAY_UPPER, 0, 22, 0},
    {"hyper_mid_p", "hyper_mid_p", ASSAY_TWO_SIDED, 0, 17, 0},
    {"hyper_blaker", "hyper_blaker", ASSAY_TWO_SIDED, 0, 17, 0},
    {"hyper_minlike", "hyper_minlike", ASSAY_TWO_SIDED, 0, 17, 0},
    {"hyper_wang", "hyper_wang", ASSAY_TWO_SIDED, 0, 15, 0},
    {"bayes_jeffreys", "bayes", ASSAY_TWO_SIDED, 0, 22, 0.5},
    {"bayes_uniform", "bayes", ASSAY_TWO_SIDED, 0, 22, 1},
};
enum { N_FINITE = sizeof finite_table / sizeof finite_table[0] };

static void check_finite_row(char *f[REFERENCE_FIELDS])
{
    size_t i = 0;
    while (i < N_FINITE && strcmp(finite_table[i].row, f[1]) != 0)
        i++;
    ck_assert_msg(i < N_FINITE, "%s", f[1]);
    const uint64_t population = strtoull(f[4], NULL, 10);
    assay_interval_request r =
        request(finite_table[i].method, population, strtod(f[5], NULL), finite_table[i].side);
    r.prior[0] = r.prior[1] = finite_table[i].prior;
    const assay_interval got = ask(&r, strtoull(f[2], NULL, 10), strtoull(f[3], NULL, 10));
    ck_assert_msg(got.lower_count == strtoull(f[6], NULL, 10), "%s", f[0]);
    ck_assert_msg(got.upper_count == strtoull(f[7], NULL, 10), "%s", f[0]);
    assert_close(got.lower, strtod(f[8], NULL), 1e-15);
    assert_close(got.upper, strtod(f[9], NULL), 1e-15);
    finite_table[i].rows++;
}

START_TEST(limits_of_a_population_are_those_of_the_reference_table)
{
    ck_assert(for_each_reference("hypergeometric_intervals.csv", check_finite_row) == 176);
    for (size_t i = 0; i < N_FINITE; i++)
        ck_assert_msg(finite_table[i].rows == finite_table[i].want, "%s: %d rows",
                      finite_table[i].row, finite_table[i].rows);
}
END_TEST

/* |p - q| = z sqrt(q(1-q)/n) */
START_TEST(wilson_limits_solve_the_score_equation)
{
    const double z2 = 3.8414588206941259583;
    const assay_interval i = interval("wilson", 81, 263, ASSAY_INFINITE, 0.95, ASSAY_TWO_SIDED);
    const double below = i.estimate - i.lower, above = i.upper - i.estimate;
    assert_close(below * below, z2 * i.lower * (1 - i.lower) / 263, 1e-12);
    assert_close(above * above, z2 * i.upper * (1 - i.upper) / 263, 1e-12);
}
END_TEST

START_TEST(wilson_with_a_population_inverts_the_finite_test)
{
    const double z2 = 3.8414588206941259583, factor = (517.0 - 81) / (516.0 * 81);
    const assay_interval i = interval("wilson", 23, 81, 517, 0.95, ASSAY_TWO_SIDED);
    const double below = i.estimate - i.lower;
    assert_close(below * below, z2 * i.lower * (1 - i.lower) * factor, 1e-12);
}
END_TEST

START_TEST(limits_enclose_the_estimate_within_0_and_1)
{
    const char *const names[] = {"wilson", "clopper_pearson"};
    const uint64_t populations[] = {ASSAY_INFINITE, 41, 1009};
    for (uint64_t n = 1; n <= 40; n++)
        for (uint64_t x = 0; x <= n; x++)
            for (size_t k = 0; k < 6; k++) {
                const assay_interval i =
                    interval(names[k % 2], x, n, populations[k / 2], 0.8, ASSAY_TWO_SIDED);
                ck_assert(0 <= i.lower && i.lower <= i.estimate);
                ck_assert(i.estimate <= i.upper && i.upper <= 1);
                ck_assert((x == 0) == (i.lower == 0) && (x == n) == (i.upper == 1));
                ck_assert(i.state == ASSAY_INTERVAL_OK);
            }
}
END_TEST

/* Calls `check` for each method and each of these populations that it has a form for. */
typedef void check_method(const char *name, uint64_t population);

static void for_each_method(uint64_t finite, check_method *check)
{
    const uint64_t populations[] = {ASSAY_INFINITE, finite};
    for (size_t k = 0; assay_interval_name(k) != NULL; k++)
        for (size_t i = 0; i < 2; i++)
            if (assay_interval_applies(assay_interval_find(assay_interval_name(k)), populations[i]))
                check(assay_interval_name(k), populations[i]);
}

static void check_mirror(const char *name, uint64_t population)
{
    for (uint64_t n = 2; n <= 40; n++)
        for (uint64_t x = 0; x <= n; x++) {
            const assay_interval yes = interval(name, x, n, population, 0.9, ASSAY_TWO_SIDED);
            const assay_interval no = interval(name, n - x, n, population, 0.9, ASSAY_TWO_SIDED);
            assert_close(1 - no.lower, yes.upper, 1e-12);
            ck_assert(fabs(1 - no.upper - yes.lower) < 1e-14);
            ck_assert(yes.state == no.state);
        }
}

START_TEST(no_is_the_mirror_image_of_yes)
{
    for_each_method(97, check_mirror);
}
END_TEST

static double coverage(const assay_interval *by_x, uint64_t n, double p)
{
    double sum = 0;
    for (uint64_t x = 0; x <= n; x++)
        if (by_x[x].lower <= p && p <= by_x[x].upper)
            sum += exp(assay_binomial_log_density((double)x, (double)n, p, 1 - p));
    return sum;
}

START_TEST(clopper_pearson_covers_with_at_least_the_confidence)
{
    const assay_side sides[] = {ASSAY_TWO_SIDED, ASSAY_LOWER, ASSAY_UPPER};
    assay_interval by_x[21];
    for (int s = 0; s < 3; s++)
        for (uint64_t n = 1; n <= 20; n++) {
            for (uint64_t x = 0; x <= n; x++)
                by_x[x] = interval("clopper_pearson", x, n, ASSAY_INFINITE, 0.8, sides[s]);
            for (int k = 1; k < 997; k++)
                ck_assert(coverage(by_x, n, k / 997.0) >= 0.8 - 1e-12);
        }
}
END_TEST

static void check_one_sided(const char *name, uint64_t population)
{
    const bool weighs = strstr(name, "blaker") != NULL || strcmp(name, "hyper_minlike") == 0 ||
                        strcmp(name, "hyper_wang") == 0;
    const char *like = !weighs ? name : population == 61 ? "hyper_tail" : "clopper_pearson";
    const assay_interval two = interval(like, 7, 23, population, 0.8, ASSAY_TWO_SIDED);
    const assay_interval lower = interval(name, 7, 23, population, 0.9, ASSAY_LOWER);
    const assay_interval upper = interval(name, 7, 23, population, 0.9, ASSAY_UPPER);
    assert_close(lower.lower, two.lower, 1e-13);
    assert_close(lower.upper, population == 61 ? (61 - 16) / 61.0 : 1, 0);
    assert_close(upper.upper, two.upper, 1e-13);
    assert_close(upper.lower, population == 61 ? 7 / 61.0 : 0, 0);
}

START_TEST(a_one_sided_limit_is_the_two_sided_one_with_twice_the_tail)
{
    for_each_method(61, check_one_sided);
}
END_TEST

/* 1 - .3 above: P(X >= 7 | lower) = .7, on the other side of the estimate */
START_TEST(one_sided_limits_hold_for_a_confidence_below_half)
{
    double lower, upper;
    const assay_interval i = interval("clopper_pearson", 7, 23, ASSAY_INFINITE, 0.3, ASSAY_LOWER);
    assert_ok(assay_beta_cdf(i.lower, 7, 17, &lower, &upper));
    assert_close(lower, 0.7, 1e-12);
    ck_assert(interval("wilson", 7, 23, ASSAY_INFINITE, 0.3, ASSAY_LOWER).lower > 7 / 23.0);
    ck_assert(interval("wald", 7, 23, ASSAY_INFINITE, 0.3, ASSAY_UPPER).upper < 7 / 23.0);
}
END_TEST

/* At a confidence of a few per cent no number of cases may pass both of its tests. */
START_TEST(hyper_mid_p_has_limits_in_order_at_any_confidence)
{
    int apart = 0;
    for (uint64_t N = 2; N <= 30; N++)
        for (uint64_t n = 1; n < N; n++)
            for (uint64_t x = 0; x <= n; x++) {
                const assay_interval i = interval("hyper_mid_p", x, n, N, 0.01, ASSAY_TWO_SIDED);
                const assay_interval l = interval("hyper_mid_p", x, n, N, 0.505, ASSAY_LOWER);
                ck_assert(x <= i.lower_count && i.lower_count <= i.upper_count &&
                          i.upper_count <= N - (n - x));
                apart += l.lower_count > i.lower_count; /* the test from below begins later */
            }
    ck_assert_int_gt(apart, 0);
}
END_TEST

START_TEST(wald_says_that_it_clipped)
{
    const assay_interval i = interval("wald", 1, 24, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    ck_assert(i.lower == 0 && i.state == ASSAY_INTERVAL_CLIPPED);
    const assay_interval upper = interval("wald", 1, 24, ASSAY_INFINITE, 0.8, ASSAY_UPPER);
    ck_assert(upper.lower == 0 &&
              upper.state == ASSAY_INTERVAL_OK); /* nothing asked, nothing cut */
    const assay_interval none = interval("wald", 0, 24, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    ck_assert(none.upper == 0 && none.state == ASSAY_INTERVAL_OK);
}
END_TEST

START_TEST(nothing_counted_says_nothing)
{
    const assay_side sides[] = {ASSAY_TWO_SIDED, ASSAY_LOWER, ASSAY_UPPER};
    for (int s = 0; s < 3; s++)
        for (uint64_t population = 0; population < 9; population += 8) {
            const assay_interval i = interval("wilson", 0, 0, population, 0.8, sides[s]);
            ck_assert(isnan(i.estimate) && i.lower == 0 && i.upper == 1);
            ck_assert(i.state == ASSAY_INTERVAL_NO_DATA);
        }
}
END_TEST

static void check_census(const char *name, uint64_t population)
{
    const assay_side sides[] = {ASSAY_TWO_SIDED, ASSAY_LOWER, ASSAY_UPPER};
    for (int s = 0; s < 3 && population != ASSAY_INFINITE; s++) {
        const assay_interval i = interval(name, 3, 7, 7, 0.8, sides[s]);
        ck_assert(i.lower == 3 / 7.0 && i.upper == 3 / 7.0 && i.state == ASSAY_INTERVAL_OK);
        ck_assert(i.lower_count == 3 && i.upper_count == 3);
        ck_assert(interval(name, 1, 1, 1, 0.8, sides[s]).lower == 1);
    }
}

START_TEST(a_census_is_a_point_on_every_side)
{
    for_each_method(7, check_census);
}
END_TEST

START_TEST(wald_of_one_case_from_a_population_is_undefined)
{
    const assay_side sides[] = {ASSAY_TWO_SIDED, ASSAY_LOWER, ASSAY_UPPER};
    for (int s = 0; s < 3; s++) {
        const assay_interval i = interval("wald", 1, 1, 9, 0.8, sides[s]);
        ck_assert(i.estimate == 1 && isnan(i.lower) && isnan(i.upper));
        ck_assert(i.state == ASSAY_INTERVAL_UNDEFINED);
    }
}
END_TEST

START_TEST(real_arguments_agree_with_counts)
{
    double lower, upper;
    const assay_interval w = interval("wilson", 7, 23, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    assert_ok(assay_wilson_real(7 / 23.0, 23, (1 - 0.8) / 2, &lower, &upper));
    ck_assert(lower == w.lower && upper == w.upper);
    const assay_interval corrected =
        interval("wilson_cc", 7, 23, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    assert_ok(assay_wilson_cc_real(7 / 23.0, 23, (1 - 0.8) / 2, &lower, &upper));
    ck_assert(lower == corrected.lower && upper == corrected.upper);
    const assay_interval c =
        interval("clopper_pearson", 7, 23, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    assert_ok(assay_clopper_pearson_real(7, 23, (1 - 0.8) / 2, &lower, &upper));
    ck_assert(lower == c.lower && upper == c.upper);
    assert_ok(assay_wilson_real(0.3, INFINITY, 0.1, &lower, &upper));
    ck_assert(lower == 0.3 && upper == 0.3);
    assert_ok(assay_clopper_pearson_real(0.2, 0.5, 0.1, &lower, &upper));
    ck_assert(0 < lower && lower < 0.4 && 0.4 < upper && upper < 1);
    const double z = assay_normal_upper((1 - 0.8) / 2);
    assert_ok(assay_wilson_at(7 / 23.0, 23, z, &lower, &upper));
    ck_assert(lower == w.lower && upper == w.upper);
    const assay_interval l = interval("lrt", 7, 23, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    assert_ok(assay_lrt_at(7, 23, z, &lower, &upper));
    ck_assert(lower == l.lower && upper == l.upper);
    assert_ok(assay_lrt_at(0, 2.5, z, &lower, &upper)); /* (1 - U)^n = exp(-z^2 / 2) */
    ck_assert(lower == 0);
    assert_close(upper, 1 - exp(-z * z / 2 / 2.5), 1e-13);
}
END_TEST

/* 1 - (alpha/2)^(1/n) at x = 0; about z/sqrt(n) wide in the middle */
START_TEST(large_counts_keep_their_digits)
{
    const uint64_t n = 2147483647;
    const assay_interval i =
        interval("clopper_pearson", 0, n, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    assert_close(i.upper, -expm1(log(0.1) / (double)n), 1e-12);
    const assay_interval half =
        interval("clopper_pearson", n / 2, n, ASSAY_INFINITE, 0.8, ASSAY_TWO_SIDED);
    assert_close(half.upper - half.lower, 1.281551565544600467 / sqrt((double)n), 1e-4);
}
END_TEST

/* Small limits on either side, from 40 digits: none is 1 less a number that is almost 1. */
START_TEST(small_limits_keep_their_digits)
{
    const uint64_t n = 300000000, many = 1000000000, N = 2147483647;
    const assay_side two = ASSAY_TWO_SIDED;
    assert_close(interval("arcsine", 1, n, ASSAY_INFINITE, 0.8, two).upper, 1.0961153349065505e-8,
                 1e-14);
    assert_close(interval("logit", 1, n, ASSAY_INFINITE, 0.8, two).upper, 1.20074148524241e-8,
                 1e-14);
    assert_close(interval("wilson_cc", 1, n, ASSAY_INFINITE, 0.8, two).upper, 1.3642006284760121e-8,
                 1e-14);
    assert_close(interval("clopper_pearson", 1, many, N, 0.95, two).upper, 3.750911571321126e-9,
                 1e-14);
    assert_close(interval("jeffreys", 1, many, N, 0.95, two).upper, 3.3145504318298114e-9, 1e-14);
    assert_close(interval("jeffreys", 1, 1, ASSAY_INFINITE, 0.999999999, ASSAY_LOWER).lower,
                 1.7706820935511202e-6, 1e-14);
}
END_TEST

/* n of n at 1 - 2^(1-n): at p = 1/2 both tails are 2^-n, and their sum rises from 1 - confidence there. */
START_TEST(blaker_begins_where_its_tails_touch)
{
    for (uint64_t n = 2; n <= 12; n++) {
        const double tail = ldexp(1, -(int)n);
        const assay_interval i =
            interval("blaker", n, n, ASSAY_INFINITE, 1 - 2 * tail, ASSAY_TWO_SIDED);
        assert_close(i.lower, 0.5, 1e-14);
    }
    assert_close(interval("blaker", 3, 4, ASSAY_INFINITE, 0.375, ASSAY_TWO_SIDED).lower, 0.5,
                 1e-14);
    /* p^2 + q^2 = 1/2 + 1e-9, the far one of two roots that are almost one */
    assert_close(interval("blaker", 2, 2, ASSAY_INFINITE, 0.5 - 1e-9, ASSAY_TWO_SIDED).lower,
                 0.5 + sqrt(5e-10), 1e-11);
}
END_TEST

START_TEST(arguments_outside_the_domain_are_refused)
{
    const double confidences[] = {NAN, 0, 1, -0.5, 80, INFINITY}, bad[] = {NAN, -1, 2};
    assay_interval_request r = request("wilson", 3, 0.8, ASSAY_LOWER);
    assay_context context = {0};
    assay_interval out = {.estimate = 42, .lower = 42, .upper = 42};
    for (size_t i = 0; i < 6; i++) {
        r.confidence = confidences[i];
        assert_status(assay_interval_compute(&context, &r, 1, 2, &out), ASSAY_EDOM);
    }
    r.confidence = 0.8;
    assert_status(assay_interval_compute(&context, &r, 3, 2, &out), ASSAY_EDOM);
    assert_status(assay_interval_compute(&context, &r, 1, 5, &out), ASSAY_EDOM);
    for (size_t i = 0; i < 3; i++) {
        assert_status(assay_wilson_real(bad[i], 9, 0.1, &out.lower, &out.upper), ASSAY_EDOM);
        assert_status(assay_wilson_real(0.5, 9, bad[i], &out.lower, &out.upper), ASSAY_EDOM);
        assert_status(assay_clopper_pearson_real(bad[i], 1.5, 0.1, &out.lower, &out.upper),
                      ASSAY_EDOM);
    }
    assert_status(assay_wilson_real(0.5, 0, 0.1, &out.lower, &out.upper), ASSAY_EDOM);
    const double no_quantiles[] = {NAN, -0.1, INFINITY};
    for (size_t i = 0; i < 3; i++) {
        assert_status(assay_wilson_at(0.5, 9, no_quantiles[i], &out.lower, &out.upper), ASSAY_EDOM);
        assert_status(assay_lrt_at(4, 9, no_quantiles[i], &out.lower, &out.upper), ASSAY_EDOM);
    }
    assert_status(assay_wilson_at(1.5, 9, 1, &out.lower, &out.upper), ASSAY_EDOM);
    assert_status(assay_lrt_at(10, 9, 1, &out.lower, &out.upper), ASSAY_EDOM);
    assert_status(assay_clopper_pearson_real(1, INFINITY, 0.1, &out.lower, &out.upper), ASSAY_EDOM);
    ck_assert(out.estimate == 42 && out.lower == 42 && out.upper == 42);
}
END_TEST

START_TEST(names_lead_to_methods_and_states_to_words)
{
    for (size_t i = 0; assay_interval_name(i) != NULL; i++) {
        const assay_interval_method *method = assay_interval_find(assay_interval_name(i));
        ck_assert_ptr_nonnull(method);
        ck_assert(assay_interval_applies(method, 9) ||
                  assay_interval_applies(method, ASSAY_INFINITE));
    }
    ck_assert_ptr_null(assay_interval_find("wilsom"));
    ck_assert_ptr_null(assay_interval_name(SIZE_MAX));
    ck_assert_ptr_null(assay_interval_state_name(ASSAY_INTERVAL_OK));
    ck_assert_str_eq(assay_interval_state_name(ASSAY_INTERVAL_NO_DATA), "no_data");
    ck_assert_str_eq(assay_interval_state_name(ASSAY_INTERVAL_UNDEFINED), "undefined");
    ck_assert_str_eq(assay_interval_state_name(ASSAY_INTERVAL_EDGE_EXACT), "edge_exact");
    ck_assert_str_eq(assay_interval_state_name(ASSAY_INTERVAL_CLIPPED), "clipped");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interval");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_add_test(values, intervals_are_those_of_the_reference_table);
    tcase_add_test(values, limits_of_a_population_are_those_of_the_reference_table);
    tcase_add_test(values, wilson_limits_solve_the_score_equation);
    tcase_add_test(values, wilson_with_a_population_inverts_the_finite_test);
    tcase_add_test(values, limits_enclose_the_estimate_within_0_and_1);
    tcase_add_test(values, no_is_the_mirror_image_of_yes);
    tcase_add_test(values, clopper_pearson_covers_with_at_least_the_confidence);
    tcase_add_test(values, a_one_sided_limit_is_the_two_sided_one_with_twice_the_tail);
    tcase_add_test(values, hyper_mid_p_has_limits_in_order_at_any_confidence);
    tcase_add_test(values, one_sided_limits_hold_for_a_confidence_below_half);
    tcase_add_test(values, real_arguments_agree_with_counts);
    tcase_add_test(values, large_counts_keep_their_digits);
    tcase_add_test(values, small_limits_keep_their_digits);
    tcase_add_test(values, blaker_begins_where_its_tails_touch);
    tcase_add_test(edges, wald_says_that_it_clipped);
    tcase_add_test(edges, nothing_counted_says_nothing);
    tcase_add_test(edges, a_census_is_a_point_on_every_side);
    tcase_add_test(edges, wald_of_one_case_from_a_population_is_undefined);
    tcase_add_test(edges, arguments_outside_the_domain_are_refused);
    tcase_add_test(edges, names_lead_to_methods_and_states_to_words);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
