#include "tables.h"

#include "infer/trend.h"
#include "prob/test.h"

static assay_context context;

static const size_t unit[] = {1};

/* Rows of the frame with these numbers. */
static assay_frame *take(const assay_frame *frame, size_t n, const uint32_t rows[])
{
    assay_frame *taken = NULL;
    assert_ok(assay_frame_take(&context, frame, n, rows, &taken));
    return taken;
}

START_TEST(shares_stand_by_period_with_their_test)
{
    static const uint32_t yes_rows[] = {1, 4, 5};
    static const uint64_t x[] = {1, 0, 2}, n[] = {2, 2, 2};
    static const double years[] = {2016, 2018, 2019};
    assay_frame *all = table("year\n2018\n2016\n2018\n2016\n2019\n2019\n"), *shares, *tests;
    assay_frame *yes = take(all, 3, yes_rows);
    assay_trend_test want;
    assert_ok(assay_trend(&context, all, yes, 0, 0, NULL, &shares, &tests));
    assert_column(shares, "year", "2016|2018|2019");
    assert_column(shares, "cases", "2|2|2");
    assert_column(shares, "yes", "1|0|2");
    assert_column(shares, "share", "0.5|0|1");
    assert_column(tests, "periods", "3");
    assert_column(tests, "cases", "6");
    assert_column(tests, "yes", "3");
    assert_ok(assay_test_trend(3, x, n, years, &want));
    ck_assert(column_named(tests, "z")->numbers[0] == want.z);
    ck_assert(column_named(tests, "slope")->numbers[0] == want.slope);
    ck_assert(column_named(tests, "p_value")->numbers[0] == want.p_value);
    assay_frame_free(shares);
    assay_frame_free(tests);
    assay_frame_free(yes);
    assay_frame_free(all);
}
END_TEST

/* The months of B are the 2nd and 3rd that there are, whatever A has; a missing unit is a group. */
START_TEST(groups_share_the_scores_of_the_periods)
{
    static const char csv[] = "month,unit\n2018-01,A\n2018-02,A\n2018-02,B\n2018-05,B\n2018-05,B\n"
                              "2018-05,A\n2018-01,A\n2018-01,\n2018-02,B\n2018-01,\n";
    static const uint32_t yes_rows[] = {1, 2, 5, 3};
    static const uint64_t xa[] = {0, 1, 1}, na[] = {2, 1, 1}, xb[] = {1, 1}, nb[] = {2, 2};
    static const double sa[] = {1, 2, 3}, sb[] = {2, 3};
    assay_frame *all = table(csv), *yes = take(all, 4, yes_rows), *shares, *tests;
    assay_trend_test a, b;
    assert_ok(assay_trend(&context, all, yes, 0, 1, unit, &shares, &tests));
    assert_column(shares, "unit", "A|A|A|B|B|NA");
    assert_column(shares, "month", "2018-01|2018-02|2018-05|2018-02|2018-05|2018-01");
    assert_column(shares, "cases", "2|1|1|2|2|2");
    assert_column(shares, "yes", "0|1|1|1|1|0");
    assert_column(tests, "unit", "A|B|NA");
    assert_column(tests, "periods", "3|2|1");
    assert_column(tests, "yes", "2|2|0");
    assert_ok(assay_test_trend(3, xa, na, sa, &a));
    assert_ok(assay_test_trend(2, xb, nb, sb, &b));
    ck_assert(column_named(tests, "z")->numbers[0] == a.z);
    ck_assert(column_named(tests, "z")->numbers[1] == b.z && b.z == 0);
    ck_assert(isnan(column_named(tests, "slope")->numbers[2]));
    assay_frame_free(shares);
    assay_frame_free(tests);
    assay_frame_free(yes);
    assay_frame_free(all);
}
END_TEST

START_TEST(a_group_without_a_period_keeps_the_distance)
{
    static const uint32_t yes_rows[] = {4};
    assay_frame *all = table("month,unit\nm1,A\nm2,A\nm3,A\nm1,B\nm3,B\nm2,A\n"), *shares, *tests;
    assay_frame *yes = take(all, 1, yes_rows);
    assert_ok(assay_trend(&context, all, yes, 0, 1, unit, &shares, &tests));
    assert_column(tests, "slope", "0|0.5"); /* of B none in the first month, all in the third */
    assay_frame_free(shares);
    assay_frame_free(tests);
    assay_frame_free(yes);
    assay_frame_free(all);
}
END_TEST

START_TEST(dates_count_days)
{
    static const uint32_t yes_rows[] = {2, 3, 4, 5};
    static const uint64_t x[] = {0, 4}, n[] = {2, 4};
    static const double days[] = {0, 31};
    assay_frame *all =
        table("day\n1970-01-01\n1970-01-01\n1970-02-01\n1970-02-01\n1970-02-01\n1970-02-01\n");
    assay_frame *yes = take(all, 4, yes_rows), *shares, *tests;
    assay_trend_test want;
    assert_ok(assay_trend(&context, all, yes, 0, 0, NULL, &shares, &tests));
    assert_ok(assay_test_trend(2, x, n, days, &want));
    assert_close(column_named(tests, "slope")->numbers[0], 1.0 / 31, 1e-14);
    ck_assert(column_named(tests, "z")->numbers[0] == want.z);
    assay_frame_free(shares);
    assay_frame_free(tests);
    assay_frame_free(yes);
    assay_frame_free(all);
}
END_TEST

START_TEST(what_has_no_trend_is_refused)
{
    assay_frame *all = table("year,unit\n2018,A\n,A\n2019,B\n"), *shares = NULL, *tests = NULL;
    assay_frame *other = table("year,unit\n2018,A\n2018,A\n"), *far = table("year,unit\n1999,A\n");
    static const uint32_t known[] = {0, 2};
    const size_t before = assay_memory_in_use();
    assert_status(assay_trend(&context, all, all, 0, 0, NULL, &shares, &tests), ASSAY_EMISSING);
    assay_frame *rows = take(all, 2, known);
    assert_status(assay_trend(&context, rows, other, 0, 0, NULL, &shares, &tests), ASSAY_EDOM);
    assert_status(assay_trend(&context, rows, far, 0, 0, NULL, &shares, &tests), ASSAY_EDOM);
    assay_frame_free(rows);
    rows = take(all, 0, NULL);
    assert_ok(assay_trend(&context, rows, rows, 0, 0, NULL, &shares, &tests));
    ck_assert_uint_eq(assay_frame_rows(shares), 0);
    ck_assert_uint_eq(assay_frame_rows(tests), 0);
    assay_frame_free(shares);
    assay_frame_free(tests);
    assay_frame_free(rows);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(all);
    assay_frame_free(other);
    assay_frame_free(far);
}
END_TEST

static assay_status attempt_trend(assay_context *with, void *self)
{
    assay_frame *shares = NULL, *tests = NULL;
    const assay_status status = assay_trend(with, self, self, 0, 1, unit, &shares, &tests);
    if (status == ASSAY_OK)
        assert_column(shares, "share", "1|1|1");
    assay_frame_free(shares);
    assay_frame_free(tests);
    return status;
}

START_TEST(a_trend_that_finds_no_memory_is_not_made)
{
    assay_frame *frame = table("month,unit\nm1,A\nm2,A\nm1,B\nm1,B\nm2,A\n");
    sweep_memory(attempt_trend, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trend");
    TCase *tests = tcase_create("trend");
    tcase_add_test(tests, shares_stand_by_period_with_their_test);
    tcase_add_test(tests, groups_share_the_scores_of_the_periods);
    tcase_add_test(tests, a_group_without_a_period_keeps_the_distance);
    tcase_add_test(tests, dates_count_days);
    tcase_add_test(tests, what_has_no_trend_is_refused);
    tcase_add_test(tests, a_trend_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
