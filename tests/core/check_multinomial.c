#include "tables.h"

#include "exact.h"
#include "prob/dist.h"
#include "prob/finite.h"
#include "prob/multinomial.h"

enum { MOST = 8 };

static const assay_multinomial_method *method_named(const char *name)
{
    const assay_multinomial_method *method = assay_multinomial_find(name);
    ck_assert_msg(method != NULL, "%s", name);
    return method;
}

static void intervals(const char *name, size_t k, const uint64_t counts[], uint64_t population,
                      double confidence, assay_multinomial_cell out[])
{
    assay_context context = {0};
    const assay_status status =
        assay_multinomial(&context, method_named(name), k, counts, population, confidence, out);
    ck_assert_msg(status == ASSAY_OK, "%s: %s", name, context.error.message);
}

/* ---- reference ---- */

static size_t counts_of(const char *text, uint64_t counts[MOST])
{
    size_t k = 0;
    char *end;
    for (;; text = end + 1) {
        counts[k++] = strtoull(text, &end, 10);
        if (*end != ';')
            return k;
    }
}

static struct {
    const char *name;
    int rows;
} seen[] = {
    {"goodman", 0}, {"quesenberry_hurst", 0}, {"clopper_pearson_bonferroni", 0}, {"sison_glaz", 0}};

/* id,method,counts,level,cell,estimate,lower,upper */
static void multinomial_row(char *f[REFERENCE_FIELDS])
{
    uint64_t counts[MOST];
    assay_multinomial_cell out[MOST];
    const size_t k = counts_of(f[2], counts), cell = strtoul(f[4], NULL, 10) - 1;
    intervals(f[1], k, counts, ASSAY_INFINITE, strtod(f[3], NULL), out);
    assert_close(out[cell].estimate, strtod(f[5], NULL), 1e-15);
    assert_close(out[cell].lower, strtod(f[6], NULL), 1e-12);
    assert_close(out[cell].upper, strtod(f[7], NULL), 1e-12);
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        seen[i].rows += strcmp(seen[i].name, f[1]) == 0;
}

START_TEST(intervals_are_those_of_the_reference_table)
{
    ck_assert_int_eq(for_each_reference("multinomial.csv", multinomial_row), 124);
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        ck_assert_msg(seen[i].rows == 31, "%s: %d rows", seen[i].name, seen[i].rows);
}
END_TEST

/* ---- what must hold ---- */

static const uint64_t three[] = {27, 31, 16}, with_none[] = {0, 12, 12}, all_in_one[] = {0, 9, 0};

START_TEST(limits_enclose_the_estimates_within_0_and_1)
{
    const uint64_t *const tables[] = {three, with_none, all_in_one};
    const uint64_t populations[] = {ASSAY_INFINITE, 75, 254};
    assay_multinomial_cell out[3];
    for (size_t i = 0; assay_multinomial_name(i) != NULL; i++)
        for (size_t t = 0; t < 9; t++) {
            const assay_multinomial_method *method = method_named(assay_multinomial_name(i));
            if (!assay_multinomial_applies(method, populations[t / 3]))
                continue;
            intervals(assay_multinomial_name(i), 3, tables[t % 3], populations[t / 3], 0.8, out);
            for (size_t c = 0; c < 3; c++) {
                ck_assert(0 <= out[c].lower && out[c].lower <= out[c].estimate);
                ck_assert(out[c].estimate <= out[c].upper && out[c].upper <= 1);
                const bool cut = out[c].state == ASSAY_INTERVAL_CLIPPED;
                ck_assert(cut || (out[c].lower == 0) == (tables[t % 3][c] == 0));
                ck_assert(cut || (out[c].upper == 1) == (out[c].estimate == 1));
            }
        }
}
END_TEST

START_TEST(limits_are_exactly_0_and_1_at_the_ends)
{
    assay_multinomial_cell out[2];
    for (size_t i = 0; assay_multinomial_name(i) != NULL; i++)
        for (uint64_t n = 1; n <= 300; n++) {
            const bool endless = strcmp(assay_multinomial_name(i), "sison_glaz") == 0;
            const uint64_t counts[] = {n, 0};
            intervals(assay_multinomial_name(i), 2, counts, endless ? ASSAY_INFINITE : 2 * n + 1,
                      0.9, out);
            ck_assert(out[0].upper == 1 && out[1].lower == 0);
        }
}
END_TEST

/* Two categories: each is the mirror image of the other, and what Bonferroni gives is plain. */
START_TEST(two_categories_are_yes_and_no)
{
    const uint64_t two[] = {7, 16};
    assay_multinomial_cell out[2];
    double lower, upper;
    for (size_t i = 0; assay_multinomial_name(i) != NULL; i++) {
        const uint64_t population =
            strcmp(assay_multinomial_name(i), "sison_glaz") == 0 ? ASSAY_INFINITE : 61;
        intervals(assay_multinomial_name(i), 2, two, population, 0.9, out);
        if (population == 61) {
            assert_close(out[0].lower, 1 - out[1].upper, 1e-13);
            assert_close(out[0].upper, 1 - out[1].lower, 1e-13);
        } else /* the same width on both */
            assert_close(out[0].upper - out[0].lower, out[1].upper - out[1].lower, 1e-13);
    }
    intervals("goodman", 2, two, ASSAY_INFINITE, 0.9, out);
    assert_ok(assay_wilson_real(7 / 23.0, 23, 0.025, &lower, &upper));
    assert_close(out[0].lower, lower, 1e-13);
    assert_close(out[0].upper, upper, 1e-13);
    intervals("clopper_pearson_bonferroni", 2, two, 61, 0.9, out);
    assert_ok(assay_clopper_pearson_real(7 * 60 / 38.0, 23 * 60 / 38.0, 0.025, &lower, &upper));
    assert_close(out[0].lower, lower, 1e-13);
    assert_close(out[0].upper, upper, 1e-13);
}
END_TEST

/* chi-squared with 1 df is z^2: one category against the rest, without Bonferroni */
START_TEST(quesenberry_and_hurst_for_two_is_wilson)
{
    const uint64_t two[] = {7, 16};
    assay_multinomial_cell out[2];
    double lower, upper;
    intervals("quesenberry_hurst", 2, two, 61, 0.9, out);
    assert_ok(assay_wilson_real(7 / 23.0, 23 * 60 / 38.0, 0.05, &lower, &upper));
    assert_close(out[0].lower, lower, 1e-13);
    assert_close(out[0].upper, upper, 1e-13);
}
END_TEST

/* In integers: the least M with P(X >= x) > 1/5 / 6 of 3 categories at 0.8. */
START_TEST(limits_in_a_population_are_those_of_counting)
{
    const struct exact e = {.N = 40, .n = 13, .yes = 4, .of = 5};
    assay_multinomial_cell out[3];
    exact_init();
    for (uint64_t x = 0; x <= 13; x++)
        for (uint64_t y = 0; x + y <= 13; y += 3) {
            const uint64_t counts[] = {x, y, 13 - x - y};
            intervals("hyper_tail_bonferroni", 3, counts, 40, 0.8, out);
            for (int c = 0; c < 3; c++) {
                ck_assert_int_eq((int)out[c].lower_count, exact_lower(&e, (int)counts[c], 6));
                ck_assert_int_eq((int)out[c].upper_count, exact_upper(&e, (int)counts[c], 6));
                assert_close(out[c].lower, (double)out[c].lower_count / 40, 1e-15);
                assert_close(out[c].upper, (double)out[c].upper_count / 40, 1e-15);
            }
        }
}
END_TEST

/* 3!/(x! y! z!) ways: the probability, in a population of A, B and C, that all three are covered */
static double covered_jointly(int N, int n, const int M[3], const assay_multinomial_cell by_x[])
{
    uint64_t good = 0;
    for (int x = 0; x <= n; x++)
        for (int y = 0; x + y <= n; y++) {
            const int counts[] = {x, y, n - x - y};
            uint64_t ways = 1;
            for (int c = 0; c < 3; c++) {
                const assay_multinomial_cell *cell = &by_x[counts[c]];
                const bool covers =
                    cell->lower_count <= (uint64_t)M[c] && (uint64_t)M[c] <= cell->upper_count;
                ways *= covers && counts[c] <= M[c] ? exact_choose[M[c]][counts[c]] : 0;
            }
            good += ways;
        }
    return (double)good / (double)exact_choose[N][n];
}

/* Every population of 24 in three categories, all samples of 7: exact limits cover all at once. */
START_TEST(limits_in_a_population_cover_jointly)
{
    enum { N = 24, n = 7 };
    assay_multinomial_cell by_x[n + 1], out[3];
    exact_init();
    for (uint64_t x = 0; x <= n; x++) {
        const uint64_t counts[] = {x, n - x, 0};
        intervals("hyper_tail_bonferroni", 3, counts, N, 0.8, out);
        by_x[x] = out[0];
    }
    for (int a = 0; a <= N; a++)
        for (int b = 0; a + b <= N; b++) {
            const int M[] = {a, b, N - a - b};
            ck_assert(covered_jointly(N, n, M, by_x) >= 0.8 - 1e-12);
        }
}
END_TEST

/* nu(c) of five equal counts by its definition: sums of Poisson probabilities and their cumulants */
static double nu_by_sums(int m, int cells, int c)
{
    double p[64], all = 0, mean = 0, variance = 0, third = 0, fourth = 0;
    for (int j = 0; j < 64; j++) {
        p[j] = abs(j - m) <= c ? exp(j * log(m) - m - lgamma(j + 1)) : 0;
        all += p[j];
    }
    for (int j = 0; j < 64; j++)
        mean += j * p[j] / all;
    for (int j = 0; j < 64; j++) {
        const double d = j - mean;
        variance += d * d * p[j] / all;
        third += d * d * d * p[j] / all;
        fourth += d * d * d * d * p[j] / all;
    }
    const double s2 = cells * variance, z = cells * (m - mean) / sqrt(s2);
    const double g1 = cells * third / pow(s2, 1.5),
                 g2 = cells * (fourth - 3 * variance * variance) / (s2 * s2);
    const double series = 1 + g1 * (pow(z, 3) - 3 * z) / 6 + g2 * (pow(z, 4) - 6 * z * z + 3) / 24 +
                          g1 * g1 * (pow(z, 6) - 15 * pow(z, 4) + 45 * z * z - 15) / 72;
    const double n = m * cells, peak = exp(n * log(n) - n - lgamma(n + 1));
    return pow(all, cells) * series * exp(-z * z / 2) / sqrt(2 * 3.14159265358979323846 * s2) /
           peak;
}

START_TEST(sison_and_glaz_have_their_c_and_their_d)
{
    const uint64_t five[] = {12, 12, 12, 12, 12};
    assay_multinomial_cell out[5];
    for (double level = 0.5; level < 0.995; level += 0.07) {
        int c = 0;
        while (nu_by_sums(12, 5, c + 1) <= level)
            c++;
        const double low = c == 0 ? 0 : nu_by_sums(12, 5, c), high = nu_by_sums(12, 5, c + 1);
        const double d = (level - low) / (high - low);
        intervals("sison_glaz", 5, five, ASSAY_INFINITE, level, out);
        for (int i = 0; i < 5; i++) {
            assert_close(out[i].lower, (12.0 - c) / 60, 1e-13);
            assert_close(out[i].upper, (12 + c + 2 * d) / 60, 1e-10);
        }
    }
}
END_TEST

/* Two million cases in ten: c is near the normal quantile of 0.95^(1/10), times their deviation. */
START_TEST(sison_and_glaz_reach_many_cases)
{
    uint64_t counts[10];
    assay_multinomial_cell out[10];
    for (size_t i = 0; i < 10; i++)
        counts[i] = 200000;
    intervals("sison_glaz", 10, counts, ASSAY_INFINITE, 0.95, out);
    const double z = assay_normal_upper((1 - pow(0.95, 0.1)) / 2), sd = sqrt(0.1 * 0.9 / 2e6);
    assert_close(out[0].upper - out[0].lower, 2 * z * sd, 0.01);
}
END_TEST

START_TEST(sison_and_glaz_say_which_limits_they_clipped)
{
    const uint64_t counts[] = {22, 2, 60};
    assay_multinomial_cell out[3];
    intervals("sison_glaz", 3, counts, ASSAY_INFINITE, 0.95, out);
    ck_assert_int_eq(out[0].state, ASSAY_INTERVAL_OK);
    ck_assert(out[1].lower == 0 && out[1].state == ASSAY_INTERVAL_CLIPPED);
    const uint64_t nearly_all[] = {50, 1, 0};
    intervals("sison_glaz", 3, nearly_all, ASSAY_INFINITE, 0.95, out);
    ck_assert(out[0].upper == 1 && out[0].lower > 0);
    ck_assert_int_eq(out[0].state, ASSAY_INTERVAL_CLIPPED);
}
END_TEST

/* nu_by_sums(3, 3, c) is 0.99968 at most */
START_TEST(sison_and_glaz_are_undefined_where_their_law_does_not_reach)
{
    const uint64_t counts[] = {3, 3, 3};
    assay_multinomial_cell out[3];
    intervals("sison_glaz", 3, counts, ASSAY_INFINITE, 0.9999, out);
    for (int i = 0; i < 3; i++) {
        ck_assert(isnan(out[i].lower) && isnan(out[i].upper) && out[i].estimate == 1 / 3.0);
        ck_assert_int_eq(out[i].state, ASSAY_INTERVAL_UNDEFINED);
    }
}
END_TEST

START_TEST(nothing_counted_says_nothing)
{
    const uint64_t none[] = {0, 0, 0};
    assay_multinomial_cell out[3];
    intervals("goodman", 3, none, ASSAY_INFINITE, 0.8, out);
    ck_assert(isnan(out[2].estimate) && out[2].lower == 0 && out[2].upper == 1);
    ck_assert_int_eq(out[2].state, ASSAY_INTERVAL_NO_DATA);
    intervals("hyper_tail_bonferroni", 3, none, 50, 0.8, out);
    ck_assert_uint_eq(out[0].lower_count, 0);
    ck_assert_uint_eq(out[0].upper_count, 50);
    ck_assert_int_eq(out[0].state, ASSAY_INTERVAL_NO_DATA);
}
END_TEST

START_TEST(a_census_is_a_point)
{
    assay_multinomial_cell out[3];
    for (size_t i = 0; assay_multinomial_name(i) != NULL; i++) {
        if (!assay_multinomial_applies(method_named(assay_multinomial_name(i)), 74))
            continue;
        intervals(assay_multinomial_name(i), 3, three, 74, 0.8, out);
        for (int c = 0; c < 3; c++) {
            ck_assert(out[c].lower == out[c].estimate && out[c].upper == out[c].estimate);
            ck_assert_uint_eq(out[c].lower_count, three[c]);
            ck_assert_uint_eq(out[c].upper_count, three[c]);
        }
    }
}
END_TEST

START_TEST(many_categories_are_no_trouble)
{
    enum { K = 5000 };
    static uint64_t counts[K];
    static assay_multinomial_cell out[K];
    for (size_t i = 0; i < K; i++)
        counts[i] = i % 7;
    for (size_t i = 0; assay_multinomial_name(i) != NULL; i++) {
        const bool finite = strcmp(assay_multinomial_name(i), "hyper_tail_bonferroni") == 0;
        intervals(assay_multinomial_name(i), K, counts, finite ? 100000 : ASSAY_INFINITE, 0.8, out);
        for (size_t c = 0; c < K; c++)
            ck_assert(out[c].lower <= out[c].estimate && out[c].estimate <= out[c].upper);
    }
}
END_TEST

/* ---- edges ---- */

static void assert_refused(const char *name, size_t k, const uint64_t counts[], uint64_t population,
                           double confidence)
{
    assay_context context = {0};
    assay_multinomial_cell out[3] = {{.lower = 42}};
    assert_status(
        assay_multinomial(&context, method_named(name), k, counts, population, confidence, out),
        ASSAY_EDOM);
    ck_assert(context.error.message[0] != '\0');
}

START_TEST(arguments_outside_the_domain_are_refused)
{
    const uint64_t huge[] = {UINT64_C(1) << 53, 1, 0};
    assert_refused("goodman", 1, three, ASSAY_INFINITE, 0.8);
    assert_refused("goodman", 0, three, ASSAY_INFINITE, 0.8);
    assert_refused("goodman", 3, three, 73, 0.8);
    assert_refused("goodman", 3, huge, ASSAY_INFINITE, 0.8);
    assert_refused("goodman", 3, three, ASSAY_INFINITE, 0);
    assert_refused("goodman", 3, three, ASSAY_INFINITE, 1);
    assert_refused("goodman", 3, three, ASSAY_INFINITE, NAN);
    assert_refused("sison_glaz", 3, three, 254, 0.8);
    assert_refused("hyper_tail_bonferroni", 3, three, ASSAY_INFINITE, 0.8);
    assert_refused("hyper_tail_bonferroni", 3, three, UINT64_C(1) << 31, 0.8);
    ck_assert_ptr_null(assay_multinomial_find("goodmann"));
    ck_assert_ptr_null(assay_multinomial_name(5));
    ck_assert(assay_multinomial_counts(method_named("hyper_tail_bonferroni")));
    ck_assert(!assay_multinomial_counts(method_named("goodman")));
}
END_TEST

static assay_status try_sison_glaz(assay_context *context, void *self)
{
    assay_multinomial_cell out[3];
    return assay_multinomial(context, self, 3, three, ASSAY_INFINITE, 0.8, out);
}

START_TEST(failing_memory_is_said)
{
    sweep_memory(try_sison_glaz, (void *)(uintptr_t)method_named("sison_glaz"));
}
END_TEST

static assay_status stop_at_once(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(long_ones_can_be_stopped)
{
    const uint64_t many[] = {3000000, 0, 7000001};
    assay_context context = {.poll = stop_at_once};
    assay_multinomial_cell out[3];
    assert_status(
        assay_multinomial(&context, method_named("sison_glaz"), 3, many, ASSAY_INFINITE, 0.8, out),
        ASSAY_ESTOPPED);
    assert_status(
        assay_multinomial(&context, method_named("hyper_tail_bonferroni"), 3, three, 254, 0.8, out),
        ASSAY_ESTOPPED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("multinomial");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_add_test(values, intervals_are_those_of_the_reference_table);
    tcase_add_test(values, limits_enclose_the_estimates_within_0_and_1);
    tcase_add_test(values, limits_are_exactly_0_and_1_at_the_ends);
    tcase_add_test(values, two_categories_are_yes_and_no);
    tcase_add_test(values, quesenberry_and_hurst_for_two_is_wilson);
    tcase_add_test(values, limits_in_a_population_are_those_of_counting);
    tcase_add_test(values, limits_in_a_population_cover_jointly);
    tcase_add_test(values, sison_and_glaz_have_their_c_and_their_d);
    tcase_add_test(values, sison_and_glaz_reach_many_cases);
    tcase_add_test(edges, sison_and_glaz_say_which_limits_they_clipped);
    tcase_add_test(edges, sison_and_glaz_are_undefined_where_their_law_does_not_reach);
    tcase_add_test(edges, nothing_counted_says_nothing);
    tcase_add_test(edges, a_census_is_a_point);
    tcase_add_test(edges, many_categories_are_no_trouble);
    tcase_add_test(edges, arguments_outside_the_domain_are_refused);
    tcase_add_test(edges, failing_memory_is_said);
    tcase_add_test(edges, long_ones_can_be_stopped);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
