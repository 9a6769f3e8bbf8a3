#include "check.h"

#include "sample/size.h"

static const double z80 = 1.281551565544600467;

/* ---- reference rows ------------------------------------------------------------------------- */

enum { ID, KIND, POPULATION, LEVEL, MARGIN, SHARE, CASES, EXTRA, RAW, N_OUT, LOW, HIGH };

static double number(const char *field)
{
    return strtod(field, NULL);
}

/* "" is an infinite population, "inf" an infinite end of a range. */
static uint64_t count(const char *field)
{
    return *field == '\0' || *field == 'i' ? ASSAY_INFINITE : strtoull(field, NULL, 10);
}

static void size_row(char *fields[REFERENCE_FIELDS])
{
    assay_size_request request = assay_size_request_defaults();
    assay_size size;
    request.population = count(fields[POPULATION]);
    request.confidence = number(fields[LEVEL]);
    request.margin = number(fields[MARGIN]);
    request.proportion = number(fields[SHARE]);
    if (strncmp(fields[EXTRA], "deff=", 5) == 0)
        request.deff = number(fields[EXTRA] + 5);
    assert_ok(assay_sample_size(&request, &size));
    assert_close(size.raw, number(fields[RAW]), 1e-10);
    ck_assert_uint_eq(size.n, count(fields[N_OUT]));
}

static void margin_row(char *fields[REFERENCE_FIELDS])
{
    double margin;
    assert_ok(assay_margin(count(fields[CASES]), count(fields[POPULATION]), number(fields[LEVEL]),
                           number(fields[SHARE]), &margin));
    assert_close(margin, number(fields[RAW]), 1e-10);
}

static void level_row(char *fields[REFERENCE_FIELDS])
{
    double confidence;
    assert_ok(assay_confidence(count(fields[CASES]), count(fields[POPULATION]),
                               number(fields[MARGIN]), number(fields[SHARE]), &confidence));
    assert_close(confidence, number(fields[RAW]), 1e-10);
}

static void range_row(char *fields[REFERENCE_FIELDS])
{
    uint64_t low = 77, high = 77;
    bool exists;
    assert_ok(assay_population_range(count(fields[CASES]), number(fields[LEVEL]),
                                     number(fields[MARGIN]), number(fields[SHARE]), ASSAY_ROUND_UP,
                                     &low, &high, &exists));
    ck_assert_int_eq(exists, strcmp(fields[LOW], "none") != 0);
    ck_assert_uint_eq(low, exists ? count(fields[LOW]) : 77);
    ck_assert_uint_eq(high, exists ? count(fields[HIGH]) : 77);
}

/* The margin that n answers reach asks for n answers again; `extra` of them will be lost. */
static void reserve_row(char *fields[REFERENCE_FIELDS])
{
    assay_size_request request = assay_size_request_defaults();
    assay_size size;
    request.confidence = 0.8;
    assert_ok(assay_margin(count(fields[CASES]), ASSAY_INFINITE, 0.8, 0.5, &request.margin));
    request.response_rate = 1 - number(fields[EXTRA] + strlen("loss="));
    assert_ok(assay_sample_size(&request, &size));
    ck_assert_uint_eq(size.answers, count(fields[CASES]));
    assert_close(size.raw / request.response_rate, number(fields[RAW]), 1e-10);
    ck_assert_uint_eq(size.n, count(fields[N_OUT]));
}

static struct {
    const char *kind;
    reference_row *check;
    int rows, seen;
} kinds[] = {
    {"fpc_formula", size_row, 63, 0}, {"margin", margin_row, 10, 0}, {"level", level_row, 7, 0},
    {"N_range", range_row, 30, 0},    {"deff", size_row, 4, 0},      {"reserve", reserve_row, 5, 0},
};

static const size_t n_kinds = sizeof kinds / sizeof kinds[0];

static void by_kind(char *fields[REFERENCE_FIELDS])
{
    for (size_t i = 0; i < n_kinds; i++) {
        if (strcmp(fields[KIND], kinds[i].kind) == 0) {
            kinds[i].check(fields);
            kinds[i].seen++;
        }
    }
}

START_TEST(sizes_margins_levels_and_ranges_are_those_of_the_reference)
{
    for_each_reference("sample_size.csv", by_kind);
    for (size_t i = 0; i < n_kinds; i++)
        ck_assert_msg(kinds[i].seen == kinds[i].rows, "%s: %d rows", kinds[i].kind, kinds[i].seen);
}
END_TEST

/* ---- size ----------------------------------------------------------------------------------- */

static assay_size_request request_of(uint64_t population)
{
    assay_size_request request = assay_size_request_defaults();
    request.population = population;
    request.confidence = 0.8;
    request.margin = 0.05;
    return request;
}

static uint64_t size_of(assay_size_request request)
{
    assay_size size;
    assert_ok(assay_sample_size(&request, &size));
    return size.n;
}

START_TEST(the_margin_reached_is_within_the_margin_asked_for)
{
    for (uint64_t N = 1; N <= 2000; N += 7) {
        assay_size_request request = request_of(N);
        assay_size size;
        request.deff = 1 + (double)(N % 5) / 4;
        assert_ok(assay_sample_size(&request, &size));
        ck_assert_double_le(size.margin, 0.05 * (1 + 1e-12));
        double margin;
        assert_ok(assay_margin(size.n, N, 0.8, 0.5, &margin));
        assert_close(size.margin, margin * sqrt(request.deff), 1e-13);
        if (size.n > 1) {
            assert_ok(assay_margin(size.n - 1, N, 0.8, 0.5, &margin));
            ck_assert_double_gt(margin * sqrt(request.deff), 0.05);
        }
    }
}
END_TEST

START_TEST(a_known_share_needs_one_case_and_has_no_margin)
{
    for (int p = 0; p <= 1; p++) {
        assay_size_request request = request_of(252);
        assay_size size;
        request.proportion = p;
        assert_ok(assay_sample_size(&request, &size));
        ck_assert_uint_eq(size.n, 1);
        ck_assert(size.raw == 0 && size.margin == 0);
    }
}
END_TEST

START_TEST(nearest_rounding_is_that_of_the_published_conventions)
{
    assay_size_request request = request_of(250);
    ck_assert_uint_eq(size_of(request), 100); /* 99.36 */
    request.rounding = ASSAY_ROUND_NEAREST;
    ck_assert_uint_eq(size_of(request), 99);
    request.population = 28; /* 24.05 */
    ck_assert_uint_eq(size_of(request), 24);
    request.population = ASSAY_INFINITE;
    request.margin = 0.999; /* 0.41 */
    ck_assert_uint_eq(size_of(request), 1);
}
END_TEST

START_TEST(a_size_that_is_an_integer_is_not_rounded_up_by_noise)
{
    for (int n = 1; n <= 1000; n++) {
        assay_size_request request = request_of(ASSAY_INFINITE);
        request.margin = z80 * sqrt(0.25 / n);
        ck_assert_uint_eq(size_of(request), (uint64_t)n);
    }
}
END_TEST

START_TEST(expected_losses_raise_the_size_up_to_the_population)
{
    assay_size_request request = request_of(252);
    assay_size size;
    request.response_rate = 0.8;
    assert_ok(assay_sample_size(&request, &size));
    ck_assert_uint_eq(size.answers, 100);
    ck_assert_uint_eq(size.n, 125);
    request.response_rate = 0.37;
    assert_ok(assay_sample_size(&request, &size));
    ck_assert_uint_eq(size.n, 252);
}
END_TEST

START_TEST(requests_outside_the_domain_are_refused_and_change_nothing)
{
    const double bad[] = {0, 1, -0.1, 80, (double)NAN, (double)INFINITY};
    assay_size size = {.n = 77};
    for (size_t i = 0; i < 6; i++) {
        assay_size_request request = request_of(252);
        request.confidence = bad[i];
        assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
        request = request_of(252);
        request.margin = bad[i];
        assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
        request = request_of(252);
        request.proportion = i < 2 ? 1.01 : bad[i];
        assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
        request = request_of(252);
        request.response_rate = i == 1 ? 1.01 : bad[i];
        assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
        request = request_of(252);
        request.deff = i == 1 || i == 3 ? -1 : bad[i];
        assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
    }
    assay_size_request request = request_of(0);
    assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
    request = request_of((UINT64_C(1) << 53) + 1);
    assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
    request = assay_size_request_defaults();
    assert_status(assay_sample_size(&request, &size), ASSAY_EDOM);
    ck_assert_uint_eq(size.n, 77);
}
END_TEST

START_TEST(a_margin_near_zero_takes_the_whole_population_if_there_is_one)
{
    assay_size_request request = request_of(252);
    assay_size size;
    request.margin = 1e-300;
    ck_assert_uint_eq(size_of(request), 252);
    request.population = ASSAY_INFINITE;
    assert_status(assay_sample_size(&request, &size), ASSAY_ENUMERIC);
    request.margin = 1e-6;
    request.response_rate = 1e-12;
    assert_status(assay_sample_size(&request, &size), ASSAY_ENUMERIC);
}
END_TEST

/* ---- margin and confidence ------------------------------------------------------------------ */

START_TEST(confidence_undoes_margin)
{
    for (uint64_t n = 1; n < 252; n += 10) {
        double margin, confidence;
        assert_ok(assay_margin(n, 252, 0.8, 0.37, &margin));
        assert_ok(assay_confidence(n, 252, margin, 0.37, &confidence));
        assert_close(confidence, 0.8, 1e-13);
    }
}
END_TEST

START_TEST(no_case_says_nothing_and_every_case_says_all)
{
    double x = 77;
    assert_ok(assay_margin(0, 252, 0.8, 0.5, &x));
    ck_assert(isinf(x));
    assert_ok(assay_margin(252, 252, 0.8, 0.5, &x));
    ck_assert(x == 0);
    assert_ok(assay_confidence(0, 252, 0.05, 0.5, &x));
    ck_assert(x == 0);
    assert_ok(assay_confidence(252, 252, 0.05, 0.5, &x));
    ck_assert(x == 1);
    assert_ok(assay_confidence(10, 252, 0.05, 0, &x));
    ck_assert(x == 1);
    assert_status(assay_margin(253, 252, 0.8, 0.5, &x), ASSAY_EDOM);
    assert_status(assay_margin(1, 0, 0.8, 0.5, &x), ASSAY_EDOM);
    assert_status(assay_margin(1, 252, (double)NAN, 0.5, &x), ASSAY_EDOM);
    assert_status(assay_margin(1, 252, 0.8, (double)NAN, &x), ASSAY_EDOM);
    assert_status(assay_confidence(253, 252, 0.05, 0.5, &x), ASSAY_EDOM);
    assert_status(assay_confidence(1, 252, 5, 0.5, &x), ASSAY_EDOM);
    ck_assert(x == 1);
}
END_TEST

/* ---- which population ----------------------------------------------------------------------- */

/* Against a scan of all populations up to 3,000. */
START_TEST(a_range_holds_exactly_the_populations_that_ask_for_n)
{
    for (int rounding = ASSAY_ROUND_UP; rounding <= ASSAY_ROUND_NEAREST; rounding++) {
        uint64_t first[200] = {0}, last[200] = {0};
        assay_size_request request = request_of(1);
        request.rounding = (assay_size_rounding)rounding;
        for (; request.population <= 3000; request.population++) {
            const uint64_t n = size_of(request);
            first[n] = first[n] == 0 ? request.population : first[n];
            last[n] = request.population;
        }
        for (uint64_t n = 1; n <= 150; n++) {
            uint64_t low, high;
            bool exists;
            assert_ok(
                assay_population_range(n, 0.8, 0.05, 0.5, request.rounding, &low, &high, &exists));
            ck_assert_int_eq(exists, first[n] != 0);
            ck_assert_uint_eq(exists ? low : 0, first[n]);
            ck_assert_uint_eq(exists ? high : 0, last[n]);
        }
    }
}
END_TEST

/* The two sizes that an inspectorate printed, 80 per cent and 5 points, rounded to nearest. */
START_TEST(the_printed_sizes_have_the_populations_of_the_conventions)
{
    uint64_t low, high;
    bool exists;
    assert_ok(
        assay_population_range(100, 0.8, 0.05, 0.5, ASSAY_ROUND_NEAREST, &low, &high, &exists));
    ck_assert(exists && low == 251 && high == 257);
    assert_ok(
        assay_population_range(24, 0.8, 0.05, 0.5, ASSAY_ROUND_NEAREST, &low, &high, &exists));
    ck_assert(exists && low == 28 && high == 28);
    assert_ok(
        assay_population_range(164, 0.8, 0.05, 0.5, ASSAY_ROUND_NEAREST, &low, &high, &exists));
    ck_assert(exists && high == ASSAY_INFINITE);
}
END_TEST

START_TEST(a_range_without_a_meaning_is_refused)
{
    uint64_t low = 77, high = 77;
    bool exists = false;
    assert_status(assay_population_range(0, 0.8, 0.05, 0.5, ASSAY_ROUND_UP, &low, &high, &exists),
                  ASSAY_EDOM);
    assert_status(assay_population_range(10, 80, 0.05, 0.5, ASSAY_ROUND_UP, &low, &high, &exists),
                  ASSAY_EDOM);
    assert_status(
        assay_population_range(10, 0.8, 0.05, 0.5, (assay_size_rounding)9, &low, &high, &exists),
        ASSAY_EDOM);
    ck_assert(low == 77 && high == 77);
    assert_ok(assay_population_range(1, 0.8, 0.05, 0, ASSAY_ROUND_UP, &low, &high, &exists));
    ck_assert(exists && low == 1 && high == ASSAY_INFINITE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("size");
    TCase *tests = tcase_create("size");
    tcase_add_test(tests, sizes_margins_levels_and_ranges_are_those_of_the_reference);
    tcase_add_test(tests, the_margin_reached_is_within_the_margin_asked_for);
    tcase_add_test(tests, a_known_share_needs_one_case_and_has_no_margin);
    tcase_add_test(tests, nearest_rounding_is_that_of_the_published_conventions);
    tcase_add_test(tests, a_size_that_is_an_integer_is_not_rounded_up_by_noise);
    tcase_add_test(tests, expected_losses_raise_the_size_up_to_the_population);
    tcase_add_test(tests, requests_outside_the_domain_are_refused_and_change_nothing);
    tcase_add_test(tests, a_margin_near_zero_takes_the_whole_population_if_there_is_one);
    tcase_add_test(tests, confidence_undoes_margin);
    tcase_add_test(tests, no_case_says_nothing_and_every_case_says_all);
    tcase_add_test(tests, a_range_holds_exactly_the_populations_that_ask_for_n);
    tcase_add_test(tests, the_printed_sizes_have_the_populations_of_the_conventions);
    tcase_add_test(tests, a_range_without_a_meaning_is_refused);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
