#include "tables.h"

#include "data/pivot.h"

static assay_context context;

static const size_t first[] = {0}, two[] = {0, 1};

static assay_frame *pivot(const assay_frame *frame, size_t n, size_t column, size_t values,
                          bool absent_is_zero)
{
    assay_frame *wide = NULL;
    const assay_status status =
        assay_pivot(&context, frame, n, two, column, values, absent_is_zero, &wide);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return wide;
}

static void assert_names(const assay_frame *frame, const char *want)
{
    char got[512] = "";
    for (size_t i = 0; i < assay_frame_columns(frame); i++) {
        strcat(got, i == 0 ? "" : "|");
        strcat(got, assay_frame_name(frame, i));
    }
    ck_assert_str_eq(got, want);
}

START_TEST(levels_become_columns_and_a_missing_one_the_last)
{
    assay_frame *frame = table("ldu,gender,cases\nB,M,3\nA,F,5\nB,,2\n,F,7\nA,M,1\n");
    assay_frame *wide = pivot(frame, 1, 1, 2, true);
    assert_names(wide, "ldu|F|M|NA");
    assert_column(wide, "ldu", "A|B|NA");
    assert_column(wide, "F", "5|0|7");
    assert_column(wide, "M", "1|3|0");
    assert_column(wide, "NA", "0|2|0");
    assay_frame_free(wide);
    wide = pivot(frame, 1, 1, 2, false);
    assert_column(wide, "F", "5|NA|7");
    ck_assert_int_eq(column_named(wide, "F")->type, ASSAY_INTEGER);
    assay_frame_free(wide);
    assay_frame_free(frame);
}
END_TEST

START_TEST(rows_may_be_of_several_columns_and_values_of_numbers)
{
    assay_frame *frame = table("ldu,tier,year,share\nA,x,2019,0.5\nA,y,2018,0.25\nB,x,2018,\n");
    assay_frame *wide = pivot(frame, 2, 2, 3, false);
    assert_names(wide, "ldu|tier|2018|2019");
    assert_column(wide, "ldu", "A|A|B");
    assert_column(wide, "tier", "x|y|x");
    assert_column(wide, "2018", "NA|0.25|NA");
    assert_column(wide, "2019", "0.5|NA|NA");
    assay_frame_free(wide);
    wide = pivot(frame, 2, 2, 3, true); /* what is missing in a row that is there stays missing */
    assert_column(wide, "2018", "0|0.25|NA");
    assay_frame_free(wide);
    assay_frame_free(frame);
}
END_TEST

START_TEST(numbers_stand_by_value_and_names_that_results_have_are_no_trouble)
{
    assay_frame *frame = table("cases,share,n\n10,a,1\n9,a,2\n-1,b,3\n"), *wide = NULL;
    static const size_t share[] = {1};
    assert_ok(assay_pivot(&context, frame, 1, share, 0, 2, true, &wide));
    assert_names(wide, "share|-1|9|10");
    assay_frame_free(wide);
    assay_frame_free(frame);
}
END_TEST

START_TEST(what_cannot_be_one_table_is_refused)
{
    static const struct {
        const char *csv, *words;
        assay_status status;
    } rows[] = {
        {"a,b,c\nx,y,1\nz,y,2\nx,y,3\n", "rows 1 and 3 are for one cell", ASSAY_EREPEATED},
        {"a,b,c\nx,a,1\n", "two columns are named 'a': rename one before", ASSAY_EREPEATED},
        {"a,b,c\nx,NA,1\nx,,2\ny,NA,2\n", "two columns are named 'NA': rename one before",
         ASSAY_EREPEATED},
        {"a,b,c\nx,y,one\n", "the values of a table are numbers", ASSAY_EDOM},
        {"a,b,c\nx,y,2018-01-01\n", "is a date column", ASSAY_EDOM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_frame *frame = table(rows[i].csv), *wide = NULL;
        const size_t before = assay_memory_in_use();
        assert_status(assay_pivot(&context, frame, 1, first, 1, 2, true, &wide), rows[i].status);
        ck_assert_msg(strstr(context.error.message, rows[i].words) != NULL, "%s",
                      context.error.message);
        ck_assert_ptr_null(wide);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        assay_frame_free(frame);
    }
}
END_TEST

START_TEST(an_id_does_not_become_columns)
{
    enum { ROWS = ASSAY_PIVOT_COLUMNS + 1 };
    char *csv = malloc(ROWS * 20 + 20);
    size_t length = (size_t)sprintf(csv, "a,id,n\n");
    for (int row = 0; row < ROWS; row++)
        length += (size_t)sprintf(csv + length, "x,C%05d,%d\n", row, row % 7);
    assay_frame *frame = NULL, *wide = NULL;
    assert_ok(read_csv(&context, csv, length, NULL, &frame));
    assert_status(assay_pivot(&context, frame, 1, first, 1, 2, true, &wide), ASSAY_EDOM);
    ck_assert_ptr_nonnull(strstr(context.error.message, "4097 levels"));
    assay_frame_free(frame);
    free(csv);
}
END_TEST

START_TEST(an_empty_frame_gives_an_empty_table)
{
    assay_frame *frame = NULL, *wide = NULL;
    const assay_column_wish integer = {.type = ASSAY_INTEGER};
    assert_ok(read_csv(&context, "a,b,c\n", 6, &integer, &frame));
    assert_ok(assay_pivot(&context, frame, 1, first, 1, 2, true, &wide));
    assert_names(wide, "a");
    ck_assert_uint_eq(assay_frame_rows(wide), 0);
    assay_frame_free(wide);
    assay_frame_free(frame);
}
END_TEST

static assay_status attempt_pivot(assay_context *with, void *self)
{
    assay_frame *wide = NULL;
    const assay_status status = assay_pivot(with, self, 1, first, 1, 2, true, &wide);
    if (status == ASSAY_OK)
        assert_column(wide, "M", "1|3");
    assay_frame_free(wide);
    return status;
}

START_TEST(a_table_that_finds_no_memory_is_not_made)
{
    assay_frame *frame = table("ldu,gender,cases\nB,M,3\nA,F,5\nA,M,1\n");
    sweep_memory(attempt_pivot, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pivot");
    TCase *tests = tcase_create("pivot");
    tcase_add_test(tests, levels_become_columns_and_a_missing_one_the_last);
    tcase_add_test(tests, rows_may_be_of_several_columns_and_values_of_numbers);
    tcase_add_test(tests, numbers_stand_by_value_and_names_that_results_have_are_no_trouble);
    tcase_add_test(tests, what_cannot_be_one_table_is_refused);
    tcase_add_test(tests, an_id_does_not_become_columns);
    tcase_add_test(tests, an_empty_frame_gives_an_empty_table);
    tcase_add_test(tests, a_table_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
