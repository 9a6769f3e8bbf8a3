#include "tables.h"

#include "data/summary.h"
#include "data/tabulate.h"

static assay_context context;

static assay_frame *count(const assay_frame *frame, size_t n, const size_t columns[])
{
    assay_source *source = NULL;
    assay_frame *counts = NULL;
    assert_ok(assay_source_of_frame(&context, frame, &source));
    assert_ok(assay_count(&context, source, n, columns, &counts));
    assay_source_free(source);
    return counts;
}

static const size_t first[] = {0}, both[] = {0, 1};

/* ---- count ---- */

static const char caseload[] = "tier,gender\nB,F\nA,M\nA,F\n,F\nB,M\nB,F\nA,\n";

START_TEST(each_combination_that_occurs_is_counted_missing_ones_last)
{
    assay_frame *frame = table(caseload), *counts = count(frame, 2, both);
    assert_column(counts, "tier", "A|A|A|B|B|NA");
    assert_column(counts, "gender", "F|M|NA|F|M|F");
    assert_column(counts, "cases", "1|1|1|2|1|1");
    const double *share = column_named(counts, "share")->numbers;
    for (size_t i = 0; i < 6; i++)
        ck_assert(share[i] == (i == 3 ? 2.0 : 1.0) / 7.0);
    assay_frame_free(counts);
    assay_frame_free(frame);
}
END_TEST

START_TEST(levels_stand_by_their_type_and_keep_it)
{
    static const struct {
        const char *csv, *levels, *cases;
        assay_type type;
    } rows[] = {
        {"x,y\n10,\n9,\n-1,\n9,\n,\n", "-1|9|10|NA", "1|2|1|1", ASSAY_INTEGER},
        {"x,y\n10,\n9.5,\n1.5,\n9.5,\n", "1.5|9.5|10", "1|2|1", ASSAY_NUMBER},
        {"x,y\n2018-11-30,\n2017-12-31,\n2018-11-30,\n", "2017-12-31|2018-11-30", "1|2",
         ASSAY_DATE},
        {"x,y\nb,\na,\nB,\n\xC3\xA9,\nab,\n", "B|a|ab|b|\xC3\xA9", "1|1|1|1|1", ASSAY_CATEGORY},
        {"x,y\n,\n,\n", "NA", "2", ASSAY_CATEGORY},
        {"x,y\n", "", "", ASSAY_CATEGORY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_frame *frame = table(rows[i].csv), *counts = count(frame, 1, first);
        assert_column(counts, "x", rows[i].levels);
        assert_column(counts, "cases", rows[i].cases);
        ck_assert_int_eq(column_named(counts, "x")->type, rows[i].type);
        assay_frame_free(counts);
        assay_frame_free(frame);
    }
}
END_TEST

START_TEST(declared_levels_stand_in_their_order_if_they_occur)
{
    assay_frame *frame = declared_frame(), *counts = count(frame, 1, first);
    assert_column(counts, "tier", "Low|High|NA");
    assert_column(counts, "cases", "2|4|1");
    assay_frame_free(counts);
    assay_frame_free(frame);
}
END_TEST

START_TEST(no_columns_have_one_combination)
{
    assay_frame *frame = table(caseload), *counts = count(frame, 0, NULL);
    assert_column(counts, "cases", "7");
    assert_column(counts, "share", "1");
    assay_frame_free(counts);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_frame_counts_as_its_source)
{
    static const size_t turned[] = {1, 0};
    assay_frame *frame = table(caseload), *counts = NULL;
    assay_frame *streamed = count(frame, 2, turned);
    assert_ok(assay_count_frame(&context, frame, 2, turned, &counts));
    ck_assert_uint_eq(assay_frame_rows(counts), assay_frame_rows(streamed));
    for (size_t i = 0; i < assay_frame_columns(streamed); i++) {
        ck_assert_str_eq(assay_frame_name(counts, i), assay_frame_name(streamed, i));
        for (size_t row = 0; row < assay_frame_rows(streamed); row++) {
            char a[ASSAY_CELL_BYTES], b[ASSAY_CELL_BYTES];
            size_t a_length = 0, b_length = 0;
            const char *cell = assay_column_cell(assay_frame_column(counts, i), row, a, &a_length);
            const char *want =
                assay_column_cell(assay_frame_column(streamed, i), row, b, &b_length);
            ck_assert_int_eq(cell == NULL, want == NULL);
            ck_assert(cell == NULL || assay_compare_bytes(cell, a_length, want, b_length) == 0);
        }
    }
    assay_frame_free(counts);
    assay_frame_free(streamed);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_column_that_would_stand_there_twice_is_refused)
{
    static const size_t twice[] = {1, 1};
    assay_frame *frame = table("cases,x\n1,2\n"), *counts = NULL;
    const size_t before = assay_memory_in_use();
    assay_source *source = NULL;
    assert_ok(assay_source_of_frame(&context, frame, &source));
    assert_status(assay_count(&context, source, 1, first, &counts), ASSAY_EREPEATED);
    assay_source_free(source);
    assert_ok(assay_source_of_frame(&context, frame, &source));
    assert_status(assay_count(&context, source, 2, twice, &counts), ASSAY_EREPEATED);
    assay_source_free(source);
    ck_assert_ptr_null(counts);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(frame);
}
END_TEST

/* 140,003 = 7 * 20,000 + 3 rows in three blocks: read from the file as from the frame. */
START_TEST(a_source_of_several_blocks_counts_as_its_frame)
{
    enum { ROWS = 140003 };
    char *csv = malloc(ROWS * 8 + 8);
    size_t length = (size_t)sprintf(csv, "t,x\n");
    for (int row = 0; row < ROWS; row++)
        length += row % 7 == 6
                      ? (size_t)sprintf(csv + length, ",3\n")
                      : (size_t)sprintf(csv + length, "L%d,%d\n", 6 - row % 7, row % 7 / 2);
    const assay_csv_options options = assay_csv_defaults();
    assay_source *source = NULL;
    assay_frame *frame = NULL, *of_file = NULL;
    assert_ok(open_csv(&context, csv, length, &options, &source));
    assert_ok(assay_count(&context, source, 2, both, &of_file));
    assay_source_free(source);
    assert_ok(read_csv(&context, csv, length, NULL, &frame));
    assay_frame *of_frame = count(frame, 2, both);
    assay_frame *const counts[] = {of_file, of_frame};
    for (size_t i = 0; i < 2; i++) {
        assert_column(counts[i], "t", "L1|L2|L3|L4|L5|L6|NA");
        assert_column(counts[i], "x", "2|2|1|1|0|0|3");
        assert_column(counts[i], "cases", "20000|20000|20000|20001|20001|20001|20000");
        assay_frame_free(counts[i]);
    }
    assay_frame_free(frame);
    free(csv);
}
END_TEST

/* Five blocks of a category, each with a dictionary of its own: F M, then M F, in turn. */
typedef struct turns {
    assay_source face;
    int block;
    assay_column *column;
} turns;

static assay_status next_turn(assay_context *with, assay_source *source, assay_block *block)
{
    static const uint32_t codes[] = {1, 1, 2};
    turns *self = (turns *)source;
    assay_column_release(self->column);
    self->column = NULL;
    assay_dictionary *levels = assay_dictionary_new();
    for (int i = 0; i < 2; i++)
        assay_dictionary_add(levels, (self->block + i) % 2 == 0 ? "F" : "M", 1);
    const assay_status status = assay_column_of_codes(with, 3, codes, levels, &self->column);
    assay_dictionary_release(levels);
    *block = (assay_block){.rows = self->block++ < 5 ? 3 : 0, .columns = &self->column};
    return status;
}

START_TEST(blocks_may_have_dictionaries_of_their_own)
{
    static const char *const names[] = {"gender"};
    turns self = {.face = {.n_columns = 1, .names = names, .next = next_turn}};
    assay_frame *counts = NULL;
    assert_ok(assay_count(&context, &self.face, 1, first, &counts));
    assay_column_release(self.column);
    assert_column(counts, "gender", "F|M");
    assert_column(counts, "cases", "8|7"); /* 2 + 1 + 2 + 1 + 2 and 1 + 2 + 1 + 2 + 1 */
    assay_frame_free(counts);
}
END_TEST

/* ---- balance ---- */

/* Time must not grow with the square of the levels: Check stops a test after 4 seconds. */
START_TEST(a_column_of_many_levels_is_balanced)
{
    enum { ROWS = 100003 };
    static const char *const names[] = {"id"};
    assay_builder *builder = assay_builder_new();
    assay_column *column = NULL;
    assay_frame *frame = NULL, *result = NULL;
    for (int row = 0; row < ROWS; row++) {
        char text[16];
        const int length = snprintf(text, sizeof text, "A%06d", ROWS - row);
        if (assay_builder_add(&context, builder, text, (size_t)length) != ASSAY_OK)
            ck_abort();
    }
    assert_ok(
        assay_builder_finish(&context, builder, &(assay_column_wish){.type = ASSAY_TEXT}, &column));
    assay_builder_free(builder);
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add(&context, frame, "id", column));
    assert_ok(assay_balance(&context, frame, frame, 1, names, &result));
    ck_assert_uint_eq(assay_frame_rows(result), ROWS);
    for (size_t row = 0; row < ROWS; row += ROWS - 1)
        ck_assert_int_eq(column_named(result, "sample")->integers[row], 1);
    assay_frame_free(result);
    assay_frame_free(frame);
}
END_TEST

static const char *const tier_and_gender[] = {"tier", "gender"};

START_TEST(a_sample_stands_beside_its_population)
{
    assay_frame *population = table(caseload), *balance = NULL;
    assay_frame *sample = table("gender,tier\nF,B\nF,\nM,A\nF,Z\n"); /* no Z in the population */
    assert_ok(assay_balance(&context, population, sample, 2, tier_and_gender, &balance));
    assert_column(balance, "variable", "tier|tier|tier|gender|gender|gender");
    assert_column(balance, "level", "A|B|NA|F|M|NA");
    assert_column(balance, "population", "3|3|1|4|2|1");
    assert_column(balance, "sample", "1|1|1|3|1|0");
    static const double here[] = {3, 3, 1, 4, 2, 1}, there[] = {1, 1, 1, 3, 1, 0};
    for (size_t i = 0; i < 6; i++) {
        ck_assert(column_named(balance, "population_share")->numbers[i] == here[i] / 7);
        ck_assert(column_named(balance, "sample_share")->numbers[i] == there[i] / 4);
        ck_assert(column_named(balance, "difference")->numbers[i] == there[i] / 4 - here[i] / 7);
    }
    assay_frame_free(balance);
    assay_frame_free(sample);
    assay_frame_free(population);
}
END_TEST

START_TEST(an_empty_sample_has_no_shares)
{
    static const char *const names[] = {"tier", "nowhere"};
    assay_frame *population = table(caseload), *sample = table("tier,nowhere\n"), *balance = NULL;
    assert_ok(assay_balance(&context, population, sample, 1, names, &balance));
    assert_column(balance, "sample", "0|0|0");
    assert_column(balance, "sample_share", "NA|NA|NA");
    assert_column(balance, "difference", "NA|NA|NA");
    assay_frame_free(balance);
    balance = NULL;
    assert_status(assay_balance(&context, population, sample, 2, names, &balance), ASSAY_EUNKNOWN);
    assert_status(assay_balance(&context, sample, population, 2, names, &balance), ASSAY_EUNKNOWN);
    ck_assert_ptr_null(balance);
    assay_frame_free(sample);
    assay_frame_free(population);
}
END_TEST

/* ---- summary ---- */

static assay_summary summary_of(size_t n, const double values[])
{
    assay_column *column = NULL;
    assay_summary summary;
    assert_ok(assay_column_of_numbers(&context, n, values, &column));
    assert_ok(assay_summarise(&context, column, &summary));
    assay_column_release(column);
    return summary;
}

static const struct {
    size_t n;
    double values[8], mean, variance, q1, median, q3; /* by hand */
} summaries[] = {
    {8, {9, 2, 4, 4, 5, 7, 5, 4}, 5, 32.0 / 7, 4, 4.5, 5.5},
    {5, {10, 1, 3, 2, 4}, 4, 12.5, 2, 3, 4},
    {4, {4, 3, 2, 1}, 2.5, 5.0 / 3, 1.75, 2.5, 3.25},
    {3, {0.5, -1, 2}, 0.5, 2.25, -0.25, 0.5, 1.25},
    {2, {3, 1}, 2, 2, 1.5, 2, 2.5},
    {4, {1e9 + 4, 1e9 + 16, 1e9 + 7, 1e9 + 13}, 1e9 + 10, 30, 1e9 + 6.25, 1e9 + 10, 1e9 + 13.75},
    {3, {7, 7, 7}, 7, 0, 7, 7, 7},
};

START_TEST(a_summary_is_what_is_computed_by_hand)
{
    const size_t n = summaries[_i].n;
    const assay_summary got = summary_of(n, summaries[_i].values);
    double low = summaries[_i].values[0], high = low;
    for (size_t i = 1; i < n; i++) {
        low = fmin(low, summaries[_i].values[i]);
        high = fmax(high, summaries[_i].values[i]);
    }
    ck_assert_uint_eq(got.n, n);
    ck_assert(got.min == low && got.max == high && got.missing == 0);
    assert_close(got.mean, summaries[_i].mean, 1e-15);
    assert_close(got.sd, sqrt(summaries[_i].variance), 1e-14);
    assert_close(got.q1, summaries[_i].q1, 1e-15);
    assert_close(got.median, summaries[_i].median, 1e-15);
    assert_close(got.q3, summaries[_i].q3, 1e-15);
}
END_TEST

/* 0 .. 1,000 in any order: the variance of 0 .. n - 1 with divisor n - 1 is n (n + 1) / 12. */
START_TEST(the_order_of_the_rows_does_not_matter)
{
    uint32_t rows[1001];
    double values[1001];
    for (uint64_t seed = 0; seed < 5; seed++) {
        shuffle(rows, 1001, seed);
        for (size_t i = 0; i < 1001; i++)
            values[i] = rows[i];
        const assay_summary got = summary_of(1001, values);
        ck_assert(got.min == 0 && got.q1 == 250 && got.median == 500 && got.q3 == 750);
        ck_assert(got.max == 1000);
        assert_close(got.mean, 500, 1e-14);
        assert_close(got.sd, sqrt(1001.0 * 1002 / 12), 1e-14);
    }
}
END_TEST

START_TEST(missing_values_are_counted_apart_and_none_or_one_has_no_sd)
{
    static const double values[] = {(double)NAN, 3, (double)NAN};
    assay_summary got = summary_of(3, values);
    ck_assert(got.n == 1 && got.missing == 2 && isnan(got.sd));
    ck_assert(got.mean == 3 && got.min == 3 && got.q1 == 3 && got.q3 == 3 && got.max == 3);
    for (size_t n = 0; n < 2; n++) {
        got = summary_of(n, values);
        ck_assert(got.n == 0 && got.missing == n);
        ck_assert(isnan(got.mean) && isnan(got.sd) && isnan(got.min) && isnan(got.max));
        ck_assert(isnan(got.q1) && isnan(got.median) && isnan(got.q3));
    }
}
END_TEST

START_TEST(integers_and_dates_have_summaries_and_texts_have_none)
{
    assay_summary got = {.n = 99};
    assay_frame *frame = table("n,day,t\n3,1970-01-02,a\n,1970-01-04,b\n-4,,c\n");
    assert_ok(assay_summarise(&context, column_named(frame, "n"), &got));
    ck_assert(got.n == 2 && got.missing == 1 && got.min == -4 && got.mean == -0.5);
    assert_ok(assay_summarise(&context, column_named(frame, "day"), &got));
    ck_assert(got.n == 2 && got.min == 1 && got.median == 2 && got.max == 3);
    assert_status(assay_summarise(&context, column_named(frame, "t"), &got), ASSAY_EDOM);
    ck_assert_uint_eq(got.n, 2);
    assay_frame_free(frame);
}
END_TEST

/* ---- memory ---- */

static assay_status tabulate(assay_context *with, void *self)
{
    assay_frame *const *frames = self;
    assay_frame *counts = NULL, *balance = NULL;
    assay_source *source = NULL;
    assay_summary summary;
    assay_status status = assay_source_of_frame(with, frames[0], &source);
    if (status == ASSAY_OK)
        status = assay_count(with, source, 2, both, &counts);
    if (status == ASSAY_OK)
        status = assay_balance(with, frames[0], frames[0], 2, tier_and_gender, &balance);
    if (status == ASSAY_OK)
        status = assay_summarise(with, column_named(counts, "cases"), &summary);
    if (status == ASSAY_OK) {
        assert_column(counts, "cases", "1|1|1|2|1|1");
        assert_column(balance, "sample", "3|3|1|4|2|1");
        ck_assert(summary.max == 2);
    }
    assay_source_free(source);
    assay_frame_free(counts);
    assay_frame_free(balance);
    return status;
}

START_TEST(a_table_that_finds_no_memory_is_not_made)
{
    assay_frame *frame = table(caseload);
    sweep_memory(tabulate, &frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tabulate");
    TCase *tests = tcase_create("tabulate");
    tcase_add_test(tests, each_combination_that_occurs_is_counted_missing_ones_last);
    tcase_add_test(tests, levels_stand_by_their_type_and_keep_it);
    tcase_add_test(tests, declared_levels_stand_in_their_order_if_they_occur);
    tcase_add_test(tests, no_columns_have_one_combination);
    tcase_add_test(tests, a_frame_counts_as_its_source);
    tcase_add_test(tests, a_column_that_would_stand_there_twice_is_refused);
    tcase_add_test(tests, a_source_of_several_blocks_counts_as_its_frame);
    tcase_add_test(tests, blocks_may_have_dictionaries_of_their_own);
    tcase_add_test(tests, a_column_of_many_levels_is_balanced);
    tcase_add_test(tests, a_sample_stands_beside_its_population);
    tcase_add_test(tests, an_empty_sample_has_no_shares);
    tcase_add_loop_test(tests, a_summary_is_what_is_computed_by_hand, 0,
                        sizeof summaries / sizeof summaries[0]);
    tcase_add_test(tests, the_order_of_the_rows_does_not_matter);
    tcase_add_test(tests, missing_values_are_counted_apart_and_none_or_one_has_no_sd);
    tcase_add_test(tests, integers_and_dates_have_summaries_and_texts_have_none);
    tcase_add_test(tests, a_table_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
