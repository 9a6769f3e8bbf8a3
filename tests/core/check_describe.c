#include "tables.h"

#include "data/describe.h"
#include "data/levels.h"
#include "data/summary.h"

static assay_context context;

static void describe(const char *csv, size_t length, const assay_column_wish *wish,
                     assay_frame **columns, assay_frame **levels)
{
    const assay_csv_options options = assay_csv_defaults();
    assay_column_wish wishes[16];
    assay_source *source = NULL;
    for (int i = 0; i < 16; i++)
        wishes[i] = wish != NULL ? *wish : (assay_column_wish){.type = ASSAY_INFER};
    assert_ok(open_csv(&context, csv, length, &options, &source));
    const assay_status status = assay_describe(&context, source, wishes, NULL, columns, levels);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    assay_source_free(source);
}

/* The description of a file says what its frame is: types, missing and different values, summaries. */
static void assert_same_as_collected(const char *csv, size_t length, const assay_column_wish *wish)
{
    static const char *const names[] = {"mean", "sd", "min", "q1", "median", "q3", "max"};
    assay_frame *columns, *levels, *frame = NULL;
    char scratch[ASSAY_CELL_BYTES];
    describe(csv, length, wish, &columns, &levels);
    assert_ok(read_csv(&context, csv, length, wish, &frame));
    ck_assert_uint_eq(assay_frame_rows(columns), assay_frame_columns(frame));
    for (size_t i = 0; i < assay_frame_columns(frame); i++) {
        const assay_column *column = assay_frame_column(frame, i);
        uint64_t distinct, missing;
        size_t bytes;
        const char *type = assay_column_cell(column_named(columns, "type"), i, scratch, &bytes);
        ck_assert_msg(bytes == strlen(assay_type_name(column->type)) &&
                          memcmp(type, assay_type_name(column->type), bytes) == 0,
                      "column %zu is %.*s, should be %s", i, (int)bytes, type,
                      assay_type_name(column->type));
        assert_ok(assay_column_distinct(&context, column, &distinct, &missing));
        ck_assert_int_eq(column_named(columns, "missing")->integers[i], (int64_t)missing);
        ck_assert_int_eq(column_named(columns, "rows")->integers[i], (int64_t)column->length);
        if (assay_column_is_missing(column_named(columns, "more"), i))
            ck_assert_int_eq(column_named(columns, "distinct")->integers[i], (int64_t)distinct);
        const bool has_numbers =
            column->type != ASSAY_CATEGORY && column->type != ASSAY_TEXT && distinct > 0;
        assay_summary s;
        if (has_numbers)
            assert_ok(assay_summarise(&context, column, &s));
        for (size_t j = 0; j < 7; j++) {
            const double got = column_named(columns, names[j])->numbers[i];
            const double want[] = {s.mean, s.sd, s.min, s.q1, s.median, s.q3, s.max};
            const bool quartile = j >= 3 && j <= 5;
            const bool more = !assay_column_is_missing(column_named(columns, "more"), i);
            if (!has_numbers || isnan(want[j]) || (quartile && more))
                ck_assert(isnan(got));
            else
                assert_close(got, want[j], 1e-12);
        }
    }
    assay_frame_free(columns);
    assay_frame_free(levels);
    assay_frame_free(frame);
}

START_TEST(a_description_is_that_of_the_collected_frame)
{
    static const char *const files[] = {
        "a,b\n1,x\n2,x\n,y\n3,y\n",
        "a,b,c,d\n007,1.5,2018-01-01,1\n008,2,2018-02-30,\n009,,2018-01-01,\n",
        "a,b,c\n2018-01-01,x,1\n2018-12-31,y,2\n,x,3\n2018-01-01,,4\n2018-03-01,y,5\n",
        "a\n12345678901234567\n2.5\n", /* neither of the two fits both */
        "a,b\n,\n,\n",
        "a,b\n",
        "a\n1\n",
        "a\nx\n",
        "a\nx\nx\n",
        "a\nx\nx\ny\n",
        "a\nx\nx\ny\ny\nz\n",
        "a\n1.0\n1.00\n2\n",
        "a\n-5\n-5\n0\n17\n17\n17\n",
        "a\n2018-01-01\n7\n",
        "a\n1\n2018-01-01\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_same_as_collected(files[i], strlen(files[i]), NULL);
}
END_TEST

START_TEST(dates_decimals_and_text_are_read_as_wished)
{
    static const char dates[] = "a;b\n01/02/2018;x\n13/02/2018;x\n",
                      numbers[] = "a,b\n\"1,5\",x\n\"2,25\",x\n";
    const assay_column_wish days = {.type = ASSAY_INFER, .dates = "dd/mm/yyyy"};
    const assay_column_wish comma = {.type = ASSAY_INFER, .decimal = ','};
    const assay_column_wish text = {.type = ASSAY_TEXT};
    assert_same_as_collected(dates, sizeof dates - 1, &days);
    assert_same_as_collected(numbers, sizeof numbers - 1, &comma);
    assert_same_as_collected(numbers, sizeof numbers - 1, &text);
    assert_same_as_collected("a,b\n1.5,2\n", 10, &comma);
}
END_TEST

START_TEST(levels_of_categories_are_listed_with_their_cases)
{
    static const char csv[] = "t,n,g\nB,1,x\nA,2,\nB,3,x\n,4,y\nA,5,y\nb,6,x\nb,7,x\nB,8,x\n";
    assay_frame *columns, *levels;
    describe(csv, sizeof csv - 1, NULL, &columns, &levels);
    assert_column(columns, "column", "t|n|g");
    assert_column(columns, "type", "category|integer|category");
    assert_column(columns, "missing", "1|0|1");
    assert_column(columns, "distinct", "3|8|2");
    assert_column(columns, "median", "NA|4.5|NA");
    assert_column(levels, "column", "t|t|t|g|g");
    assert_column(levels, "level", "A|B|b|x|y");
    assert_column(levels, "cases", "2|3|2|5|2");
    assay_frame_free(columns);
    assay_frame_free(levels);
}
END_TEST

/* 150,001 rows in three blocks: an id, a number and an integer of more values than are held, one of few. */
START_TEST(more_values_than_are_held_are_described_without_them)
{
    enum { ROWS = 150001 };
    char *csv = malloc(ROWS * 40 + 40);
    size_t length = (size_t)sprintf(csv, "id,x,n,few,turns\n");
    for (int row = 0; row < ROWS; row++)
        length += (size_t)sprintf(csv + length, "C%06d,%d.25,%d,%s,%s%d\n", row, row / 2 % 70001,
                                  row * 7 - 300000,
                                  row % 5 == 0   ? ""
                                  : row % 5 == 1 ? "a"
                                                 : "b",
                                  row < 100000 ? "" : "x", row);
    assay_frame *columns, *levels;
    assert_same_as_collected(csv, length, NULL);
    describe(csv, length, NULL, &columns, &levels);
    assert_column(columns, "type", "text|number|integer|category|text");
    assert_column(columns, "more", "yes|yes|yes|NA|yes");
    assert_column(columns, "distinct", "NA|NA|NA|2|NA");
    assert_column(columns, "min", "NA|0.25|-300000|NA|NA");
    assert_column(columns, "max", "NA|70000.25|750000|NA|NA");
    assert_column(levels, "cases", "30000|90000");
    assay_frame_free(columns);
    assay_frame_free(levels);
    free(csv);
}
END_TEST

START_TEST(a_frame_that_streams_keeps_its_types_and_columns_may_be_left_out)
{
    static const bool keep[] = {true, false, true};
    assay_column_wish wishes[3] = {
        {.type = ASSAY_INFER}, {.type = ASSAY_INFER}, {.type = ASSAY_INFER}};
    assay_frame *frame = table("x,y,day\n1.5,a,2018-01-01\n2,b,2018-01-03\n"), *columns, *levels;
    assay_source *source = NULL;
    assert_ok(assay_source_of_frame(&context, frame, &source));
    assert_ok(assay_describe(&context, source, wishes, keep, &columns, &levels));
    assay_source_free(source);
    assert_column(columns, "column", "x|day");
    assert_column(columns, "type", "number|date");
    assert_column(columns, "mean", "1.75|17533");
    ck_assert_uint_eq(assay_frame_rows(levels), 0);
    assay_frame_free(columns);
    assay_frame_free(levels);
    wishes[0].type = ASSAY_NUMBER;
    columns = NULL;
    assert_ok(assay_source_of_frame(&context, frame, &source));
    assert_status(assay_describe(&context, source, wishes, keep, &columns, &levels), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "x");
    ck_assert_ptr_null(columns);
    assay_source_free(source);
    assay_frame_free(frame);
}
END_TEST

static assay_status attempt_describe(assay_context *with, void *self)
{
    const assay_column_wish wishes[2] = {{.type = ASSAY_INFER}, {.type = ASSAY_INFER}};
    assay_frame *columns = NULL, *levels = NULL;
    assay_source *source = NULL;
    assay_status status = assay_source_of_frame(with, self, &source);
    if (status == ASSAY_OK)
        status = assay_describe(with, source, wishes, NULL, &columns, &levels);
    if (status == ASSAY_OK)
        assert_column(levels, "cases", "2|3");
    assay_source_free(source);
    assay_frame_free(columns);
    assay_frame_free(levels);
    return status;
}

START_TEST(a_description_that_finds_no_memory_is_not_made)
{
    assay_frame *frame = table("t,n\nB,1\nA,2\nB,3\nA,5\nB,5\n");
    sweep_memory(attempt_describe, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("describe");
    TCase *tests = tcase_create("describe");
    tcase_add_test(tests, a_description_is_that_of_the_collected_frame);
    tcase_add_test(tests, dates_decimals_and_text_are_read_as_wished);
    tcase_add_test(tests, levels_of_categories_are_listed_with_their_cases);
    tcase_add_test(tests, more_values_than_are_held_are_described_without_them);
    tcase_add_test(tests, a_frame_that_streams_keeps_its_types_and_columns_may_be_left_out);
    tcase_add_test(tests, a_description_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
