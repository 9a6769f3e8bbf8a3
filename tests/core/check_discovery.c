#include "check.h"

#include "exact.h"
#include "prob/finite.h"
#include "sample/discovery.h"

static uint64_t size_of(uint64_t population, double confidence, double rate, uint64_t acceptance)
{
    const assay_discovery_request ask = {population, confidence, rate, acceptance};
    uint64_t n = 77, marked;
    bool exists;
    assert_ok(assay_discovery_size(&ask, &n, &marked, &exists));
    ck_assert(exists);
    return n;
}

/* ---- reference rows ------------------------------------------------------------------------- */

static int finite_rows, infinite_rows;

static void reference(char *f[REFERENCE_FIELDS])
{
    unsigned long M, c;
    double rate;
    if (strcmp(f[1], "discovery") == 0) {
        const uint64_t N = strtoull(f[2], NULL, 10);
        ck_assert_int_eq(sscanf(f[7], "M=%lu;c=%lu", &M, &c), 2);
        rate = M == N ? 0.9999999 : (double)M / (double)N;
        ck_assert_uint_eq(size_of(N, strtod(f[3], NULL), rate, c), strtoull(f[9], NULL, 10));
        finite_rows++;
    } else if (strcmp(f[1], "discovery_infinite") == 0) {
        ck_assert_int_eq(sscanf(f[7], "rate=%lf;c=%lu", &rate, &c), 2);
        ck_assert_uint_eq(size_of(ASSAY_INFINITE, strtod(f[3], NULL), rate, c),
                          strtoull(f[9], NULL, 10));
        infinite_rows++;
    }
}

START_TEST(sizes_are_those_of_the_reference)
{
    for_each_reference("sample_size.csv", reference);
    ck_assert_int_eq(finite_rows, 11);
    ck_assert_int_eq(infinite_rows, 4);
}
END_TEST

/*
** AICPA (2017), Audit Guide: Audit Sampling, appendix A, tables A-1 (risk of overreliance 5 per
** cent) and A-2 (10 per cent): sample sizes by tolerable rate and the number of deviations that
** stands in parentheses there.
*/
START_TEST(sizes_are_those_of_the_auditors_tables)
{
    static const struct {
        double confidence, rate;
        uint64_t n[7]; /* for 0, 1, 2... deviations; 0 ends */
    } rows[] = {
        {0.95, 0.02, {149, 236, 313, 386}},
        {0.95, 0.03, {99, 157, 208, 257, 303}},
        {0.95, 0.04, {74, 117, 156, 192, 227}},
        {0.95, 0.05, {59, 93, 124, 153, 181, 208, 234}},
        {0.95, 0.06, {49, 78, 103, 127, 150, 173, 195}},
        {0.95, 0.07, {42, 66, 88, 109, 129, 148, 167}},
        {0.95, 0.08, {36, 58, 77, 95, 112, 129, 146}},
        {0.95, 0.09, {32, 51, 68, 84, 100}},
        {0.95, 0.10, {29, 46, 61, 76, 89}},
        {0.95, 0.15, {19, 30, 40, 50}},
        {0.95, 0.20, {14, 22, 30, 37, 44, 50}},
        {0.90, 0.02, {114, 194, 265}},
        {0.90, 0.03, {76, 129, 176, 221, 265}},
        {0.90, 0.04, {57, 96, 132, 166, 198}},
        {0.90, 0.05, {45, 77, 105, 132, 158}},
        {0.90, 0.06, {38, 64, 88, 110, 132, 153}},
        {0.90, 0.07, {32, 55, 75, 94}},
        {0.90, 0.08, {28, 48, 65, 82, 98}},
        {0.90, 0.09, {25, 42, 58, 73}},
        {0.90, 0.10, {22, 38, 52, 65, 78}},
        {0.90, 0.15, {15, 25, 34, 43, 52, 60}},
        {0.90, 0.20, {11, 18, 25, 32, 38}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (uint64_t c = 0; c < 7 && rows[i].n[c] > 0; c++)
            ck_assert_msg(size_of(ASSAY_INFINITE, rows[i].confidence, rows[i].rate, c) ==
                              rows[i].n[c],
                          "%g, %g, %d", rows[i].confidence, rows[i].rate, (int)c);
}
END_TEST

/* ---- from the definition -------------------------------------------------------------------- */

/* Least n with P(X <= c) at most 1/20, counted out. */
static int counted(int N, int M, int c)
{
    int n = c + 1;
    while (exact_sum(N, M, n, 0, c) * 20 > exact_choose[N][n])
        n++;
    return n;
}

START_TEST(sizes_of_small_populations_are_counted_out)
{
    for (int N = 1; N <= EXACT_MOST; N += N < 20 ? 1 : 10)
        for (int M = 1; M < N; M++)
            for (int c = 0; c < M; c++)
                ck_assert_uint_eq(size_of((uint64_t)N, 0.95, (double)M / N, (uint64_t)c),
                                  (uint64_t)counted(N, M, c));
}
END_TEST

/* Without end and with nothing accepted: ln(1 - C) / ln(1 - rate). */
START_TEST(no_failing_case_has_a_closed_form)
{
    const double rates[] = {0.5, 0.1, 0.013, 1e-4, 1e-9};
    for (size_t i = 0; i < 5; i++)
        ck_assert_uint_eq(size_of(ASSAY_INFINITE, 0.8, rates[i], 0),
                          (uint64_t)ceil(log(0.2) / log1p(-rates[i])));
    ck_assert_uint_eq(size_of(ASSAY_INFINITE, 0.875, 0.5, 0), 3); /* (1/2)^3 is 1/8: a tie */
}
END_TEST

START_TEST(a_large_population_needs_what_one_without_end_does)
{
    for (uint64_t c = 0; c < 5; c++)
        ck_assert_uint_eq(size_of(ASSAY_FINITE_MOST, 0.95, 0.05, c),
                          size_of(ASSAY_INFINITE, 0.95, 0.05, c));
    ck_assert_uint_eq(size_of(ASSAY_INFINITE, 0.5, 0.5, 100000), 200001);
}
END_TEST

START_TEST(a_rate_that_is_a_whole_number_of_cases_is_not_rounded_up)
{
    const assay_discovery_request ask = {100, 0.95, 0.29, 0}; /* 0.29 * 100 is below 29 */
    uint64_t n, marked;
    bool exists;
    for (int percent = 1; percent < 100; percent++) {
        assay_discovery_request one = ask;
        one.rate = percent / 100.0;
        assert_ok(assay_discovery_size(&one, &n, &marked, &exists));
        ck_assert_uint_eq(marked, (uint64_t)percent);
    }
}
END_TEST

START_TEST(what_no_sample_can_show_is_said)
{
    const assay_discovery_request ask = {28, 0.95, 0.05, 2}; /* 1.4 cases are 2 */
    uint64_t n = 77, marked = 0;
    bool exists = true;
    assert_ok(assay_discovery_size(&ask, &n, &marked, &exists));
    ck_assert(!exists && n == 77 && marked == 2);
}
END_TEST

START_TEST(what_is_outside_the_domain_is_refused_and_changes_nothing)
{
    const double bad[] = {0, 1, -0.1, 5, (double)NAN};
    const assay_discovery_request good = {252, 0.95, 0.05, 0};
    uint64_t n = 77, marked = 77;
    bool exists = true;
    for (size_t i = 0; i < 5; i++) {
        assay_discovery_request ask = good;
        ask.confidence = bad[i];
        assert_status(assay_discovery_size(&ask, &n, &marked, &exists), ASSAY_EDOM);
        ask = good;
        ask.rate = bad[i];
        assert_status(assay_discovery_size(&ask, &n, &marked, &exists), ASSAY_EDOM);
    }
    assay_discovery_request ask = good;
    ask.population = 0;
    assert_status(assay_discovery_size(&ask, &n, &marked, &exists), ASSAY_EDOM);
    ask.population = ASSAY_FINITE_MOST + 1;
    assert_status(assay_discovery_size(&ask, &n, &marked, &exists), ASSAY_EDOM);
    ask = (assay_discovery_request){ASSAY_INFINITE, 0.95, 1e-300, 0};
    assert_status(assay_discovery_size(&ask, &n, &marked, &exists), ASSAY_ENUMERIC);
    ask = (assay_discovery_request){ASSAY_INFINITE, 0.95, 0.05, UINT64_MAX};
    assert_status(assay_discovery_size(&ask, &n, &marked, &exists), ASSAY_ENUMERIC);
    ck_assert(n == 77 && marked == 77 && exists);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("discovery");
    TCase *tests = tcase_create("discovery");
    exact_init();
    tcase_add_test(tests, sizes_are_those_of_the_reference);
    tcase_add_test(tests, sizes_are_those_of_the_auditors_tables);
    tcase_add_test(tests, sizes_of_small_populations_are_counted_out);
    tcase_add_test(tests, no_failing_case_has_a_closed_form);
    tcase_add_test(tests, a_large_population_needs_what_one_without_end_does);
    tcase_add_test(tests, a_rate_that_is_a_whole_number_of_cases_is_not_rounded_up);
    tcase_add_test(tests, what_no_sample_can_show_is_said);
    tcase_add_test(tests, what_is_outside_the_domain_is_refused_and_changes_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
