#include "check.h"

#include "prob/test.h"

/* ---- trend ---- */

/* "x=27;19;26" behind the sign of equality, as numbers; returns how many. */
static size_t list_of(const char *text, double values[8])
{
    size_t k = 0;
    char *end;
    for (text = strchr(text, '='); *text == '=' || *text == ';'; text = end)
        values[k++] = strtod(text + 1, &end);
    return k;
}

static int trends;

/* x0031,trend,x=27;19;26|n=74;58;69,scores=1;2;3,z,0.138... */
static void trend_row(char *fields[REFERENCE_FIELDS])
{
    double x[8], n[8], scores[8];
    uint64_t yes[8], all[8];
    assay_trend_test test;
    if (strcmp(fields[1], "trend") != 0)
        return;
    const size_t k = list_of(fields[2], x);
    ck_assert_uint_eq(list_of(strchr(fields[2], '|'), n), k);
    ck_assert_uint_eq(list_of(fields[3], scores), k);
    for (size_t i = 0; i < k; i++) {
        yes[i] = (uint64_t)x[i];
        all[i] = (uint64_t)n[i];
    }
    assert_ok(assay_test_trend(k, yes, all, scores, &test));
    const double got = fields[4][0] == 'z' ? test.z : test.p_value, want = strtod(fields[5], NULL);
    if (isnan(want))
        ck_assert(isnan(got));
    else
        assert_close(got, want, 1e-10);
    trends++;
}

START_TEST(trends_are_those_of_the_reference)
{
    for_each_reference("tests.csv", trend_row);
    ck_assert_int_eq(trends, 6);
}
END_TEST

/* R 4.2.2: prop.trend.test(x, n, score) and coef(lm(x / n ~ score, weights = n)). */
START_TEST(years_as_scores_lose_no_digits)
{
    static const uint64_t x[] = {3, 5, 9, 14}, n[] = {20, 22, 24, 23};
    static const double years[] = {2015, 2016, 2018, 2019};
    assay_trend_test test;
    assert_ok(assay_test_trend(4, x, n, years, &test));
    assert_close(test.z * test.z, 10.92570317786, 1e-12);
    assert_close(test.p_value, 0.000948391994103, 1e-11);
    assert_close(test.slope, 0.106836280897729, 1e-12);
}
END_TEST

START_TEST(a_trend_turned_round_turns_its_sign)
{
    static const uint64_t x[] = {3, 5, 9}, n[] = {20, 0, 24}, few[] = {3, 0, 9};
    static const double up[] = {1, 2, 3}, down[] = {-1, -2, -3};
    assay_trend_test test, turned;
    assert_status(assay_test_trend(3, x, n, up, &test), ASSAY_EDOM); /* 5 of 0 */
    assert_ok(assay_test_trend(3, few, n, up, &test));
    assert_ok(assay_test_trend(3, few, n, down, &turned));
    assert_close(turned.z, -test.z, 1e-14);
    assert_close(turned.slope, -test.slope, 1e-14);
    ck_assert(turned.p_value == test.p_value && test.z > 0);
}
END_TEST

START_TEST(where_there_is_nothing_to_test_there_is_no_p)
{
    static const uint64_t all[] = {5, 6, 7}, half[] = {1, 2, 3}, none[] = {0, 0, 0},
                          one[] = {0, 6, 0};
    static const double same[] = {0.1, 0.1, 0.1}, scores[] = {1, 2, 3},
                        wrong[] = {1, (double)NAN, 3};
    assay_trend_test test;
    assert_ok(assay_test_trend(3, half, all, same, &test));
    ck_assert(isnan(test.z) && isnan(test.p_value) && isnan(test.slope));
    assert_ok(assay_test_trend(3, one, one, scores, &test));
    ck_assert(isnan(test.z) && isnan(test.slope));
    assert_ok(assay_test_trend(3, all, all, scores, &test));
    ck_assert(isnan(test.z) && isnan(test.p_value) && test.slope == 0);
    assert_ok(assay_test_trend(3, none, none, scores, &test));
    ck_assert(isnan(test.z) && isnan(test.slope));
    assert_ok(assay_test_trend(0, none, none, scores, &test));
    ck_assert(isnan(test.z));
    test.z = 7;
    assert_status(assay_test_trend(3, half, all, wrong, &test), ASSAY_EDOM);
    assert_status(assay_test_trend(3, all, half, scores, &test), ASSAY_EDOM);
    ck_assert(test.z == 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("test");
    TCase *tests = tcase_create("test");
    tcase_add_test(tests, trends_are_those_of_the_reference);
    tcase_add_test(tests, years_as_scores_lose_no_digits);
    tcase_add_test(tests, a_trend_turned_round_turns_its_sign);
    tcase_add_test(tests, where_there_is_nothing_to_test_there_is_no_p);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
