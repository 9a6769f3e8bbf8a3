#include "check.h"

#include "sample/change.h"

static uint64_t population(const char *field)
{
    return *field == '\0' ? ASSAY_INFINITE : strtoull(field, NULL, 10);
}

static int size_rows, margin_rows;

static void size_row(char *f[REFERENCE_FIELDS])
{
    assay_change_request ask = {.from = strtod(f[5], NULL),
                                .confidence = strtod(f[3], NULL),
                                .populations = {ASSAY_INFINITE, ASSAY_INFINITE}};
    assay_change found;
    ck_assert_int_eq(sscanf(f[7], "p2=%lf;power=%lf", &ask.to, &ask.power), 2);
    assert_ok(assay_change_size(&ask, &found));
    assert_close(found.raw, strtod(f[8], NULL), 1e-10);
    ck_assert_uint_eq(found.n[0], strtoull(f[9], NULL, 10));
    ck_assert_uint_eq(found.n[1], found.n[0]);
    size_rows++;
}

/* extra: "n2=58;N2=80;p2=0.33" */
static void margin_row(char *f[REFERENCE_FIELDS])
{
    const char *n2 = strstr(f[7], "n2="), *N2 = strstr(f[7], "N2="), *p2 = strstr(f[7], "p2=");
    const uint64_t n[] = {strtoull(f[6], NULL, 10), strtoull(n2 + 3, NULL, 10)};
    const uint64_t N[] = {population(f[2]), N2[3] == ';' ? ASSAY_INFINITE : population(N2 + 3)};
    const double shares[] = {strtod(f[5], NULL), strtod(p2 + 3, NULL)};
    double margin;
    assert_ok(assay_change_margin(n, N, shares, strtod(f[3], NULL), &margin));
    assert_close(margin, strtod(f[8], NULL), 1e-10);
    margin_rows++;
}

static void by_kind(char *f[REFERENCE_FIELDS])
{
    if (strcmp(f[1], "two_groups") == 0)
        size_row(f);
    else if (strcmp(f[1], "margin_difference") == 0)
        margin_row(f);
}

START_TEST(sizes_and_margins_are_those_of_the_reference)
{
    for_each_reference("sample_size.csv", by_kind);
    ck_assert_int_eq(size_rows, 4);
    ck_assert_int_eq(margin_rows, 3);
}
END_TEST

static assay_change_request request(void)
{
    return (assay_change_request){0.5, 0.6, 0.8, 0.8, {252, 100}};
}

/* 222.24438295658437 of the reference, corrected by hand: N n0 / (N - 1 + n0). */
START_TEST(each_wave_is_corrected_for_its_population)
{
    const double n0 = 222.24438295658437;
    const assay_change_request ask = request();
    assay_change found;
    assert_ok(assay_change_size(&ask, &found));
    assert_close(found.raw, n0, 1e-12);
    ck_assert_uint_eq(found.n[0], (uint64_t)ceil(252 * n0 / (251 + n0)));
    ck_assert_uint_eq(found.n[1], (uint64_t)ceil(100 * n0 / (99 + n0)));
}
END_TEST

START_TEST(the_waves_may_change_places)
{
    assay_change_request ask = request();
    assay_change up, down;
    ask.populations[1] = 252;
    assert_ok(assay_change_size(&ask, &up));
    ask.from = 0.6, ask.to = 0.5;
    assert_ok(assay_change_size(&ask, &down));
    assert_close(up.raw, down.raw, 1e-14);
}
END_TEST

/* A power below half of what chance gives needs no evidence; 0 to 1 is plain. */
START_TEST(a_size_is_at_least_one_case)
{
    assay_change_request ask = request();
    assay_change found;
    ask.power = 0.05;
    assert_ok(assay_change_size(&ask, &found));
    ck_assert(found.raw == 0 && found.n[0] == 1 && found.n[1] == 1);
    ask = request();
    ask.from = 0, ask.to = 1;
    assert_ok(assay_change_size(&ask, &found));
    ck_assert_uint_eq(found.n[0], 1); /* z^2 / 2 = 0.82 */
    ask = request();
    ask.populations[0] = 1;
    assert_ok(assay_change_size(&ask, &found));
    ck_assert_uint_eq(found.n[0], 1);
}
END_TEST

START_TEST(what_is_outside_the_domain_is_refused_and_changes_nothing)
{
    const double bad[] = {0, 1, -0.1, 80, (double)NAN};
    assay_change found = {.raw = 77};
    assay_change_request ask;
    for (size_t i = 0; i < 5; i++) {
        ask = request();
        ask.confidence = bad[i];
        assert_status(assay_change_size(&ask, &found), ASSAY_EDOM);
        ask = request();
        ask.power = bad[i];
        assert_status(assay_change_size(&ask, &found), ASSAY_EDOM);
        ask = request();
        ask.from = i < 2 ? -0.1 : bad[i];
        assert_status(assay_change_size(&ask, &found), ASSAY_EDOM);
        ask = request();
        ask.to = i < 2 ? 1.1 : bad[i];
        assert_status(assay_change_size(&ask, &found), ASSAY_EDOM);
    }
    ask = request();
    ask.to = ask.from;
    assert_status(assay_change_size(&ask, &found), ASSAY_EDOM);
    ask = request();
    ask.populations[1] = 0;
    assert_status(assay_change_size(&ask, &found), ASSAY_EDOM);
    ask = request();
    ask.to = ask.from + 1e-12;
    ask.populations[0] = ASSAY_INFINITE;
    assert_status(assay_change_size(&ask, &found), ASSAY_ENUMERIC);
    ck_assert(found.raw == 77);
}
END_TEST

START_TEST(the_margin_of_a_difference_has_its_ends)
{
    const double shares[] = {0.5, 0.5};
    const uint64_t all[] = {252, 100}, none[] = {0, 100}, more[] = {253, 100}, N[] = {252, 100};
    double margin = 77;
    assert_status(assay_change_margin(more, N, shares, 0.8, &margin), ASSAY_EDOM);
    assert_status(assay_change_margin(all, N, shares, 80, &margin), ASSAY_EDOM);
    ck_assert(margin == 77);
    assert_ok(assay_change_margin(all, N, shares, 0.8, &margin));
    ck_assert(margin == 0);
    assert_ok(assay_change_margin(none, N, shares, 0.8, &margin));
    ck_assert(isinf(margin));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("change");
    TCase *tests = tcase_create("change");
    tcase_add_test(tests, sizes_and_margins_are_those_of_the_reference);
    tcase_add_test(tests, each_wave_is_corrected_for_its_population);
    tcase_add_test(tests, the_waves_may_change_places);
    tcase_add_test(tests, a_size_is_at_least_one_case);
    tcase_add_test(tests, what_is_outside_the_domain_is_refused_and_changes_nothing);
    tcase_add_test(tests, the_margin_of_a_difference_has_its_ends);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
