/* Tables of a stream are those of the collected frame, and types come from all of the file. */
#include "tables.h"

#include "base/text.h"
#include "data/stream.h"
#include "data/tabulate.h"

static assay_context context;

enum { ROWS = 60003 };

/* Few levels, ids, numbers that are late, missing cells, and dates. */
static size_t write_list(char *csv)
{
    size_t n = (size_t)sprintf(csv, "id,level,number,day,odd\n");
    for (int row = 0; row < ROWS; row++) {
        char day[ASSAY_DATE_TEXT];
        assay_date_to_text(17000 + row % 400, day);
        n += (size_t)sprintf(csv + n, "C%05d,%s,%d,%s,%s\n", row,
                             row % 7 == 0   ? ""
                             : row % 3 == 0 ? "High"
                                            : "Low",
                             row % 12, day,
                             row == ROWS - 1 ? "1.5"
                             : row % 2       ? "10"
                                             : "9");
    }
    return n;
}

static void assert_same_frame(const assay_frame *got, const assay_frame *want)
{
    size_t wrong = 0;
    ck_assert_uint_eq(assay_frame_columns(got), assay_frame_columns(want));
    ck_assert_uint_eq(assay_frame_rows(got), assay_frame_rows(want));
    for (size_t i = 0; i < assay_frame_columns(want); i++) {
        const assay_column *a = assay_frame_column(got, i), *b = assay_frame_column(want, i);
        ck_assert_str_eq(assay_frame_name(got, i), assay_frame_name(want, i));
        ck_assert_int_eq(a->type, b->type);
        for (size_t row = 0; row < a->length; row++) {
            char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
            size_t n_a = 0, n_b = 0;
            const char *cell_a = assay_column_cell(a, row, scratch_a, &n_a);
            const char *cell_b = assay_column_cell(b, row, scratch_b, &n_b);
            wrong += (cell_a == NULL) != (cell_b == NULL) || n_a != n_b ||
                     (cell_a != NULL && memcmp(cell_a, cell_b, n_a) != 0);
        }
    }
    ck_assert_uint_eq(wrong, 0);
}

static assay_source *open_list(const char *csv, size_t length)
{
    const assay_csv_options options = assay_csv_defaults();
    assay_source *source = NULL;
    assert_ok(open_csv(&context, csv, length, &options, &source));
    return source;
}

static const assay_column_wish inferred[5] = {{.type = ASSAY_INFER},
                                              {.type = ASSAY_INFER},
                                              {.type = ASSAY_INFER},
                                              {.type = ASSAY_INFER},
                                              {.type = ASSAY_INFER}};

START_TEST(a_count_of_a_stream_is_that_of_the_frame)
{
    static const struct {
        size_t n, columns[3], weight;
    } asked[] = {{1, {1}, ASSAY_NO_COLUMN}, {2, {1, 2}, ASSAY_NO_COLUMN},
                 {1, {0}, ASSAY_NO_COLUMN}, {3, {3, 1, 4}, ASSAY_NO_COLUMN},
                 {1, {4}, ASSAY_NO_COLUMN}, {1, {1}, 2}};
    char *csv = malloc(ROWS * 40);
    const size_t length = write_list(csv);
    assay_frame *frame = NULL;
    assay_source *source = open_list(csv, length);
    context.threads = 2;
    assert_ok(assay_source_collect(&context, source, inferred, NULL, &frame));
    assay_source_free(source);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        assay_frame *streamed = NULL, *held = NULL;
        source = open_list(csv, length);
        const assay_status status = assay_stream_count(
            &context, source, asked[i].n, asked[i].columns, asked[i].weight, inferred, &streamed);
        ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
        assert_ok(assay_count_frame_weighted(&context, frame, asked[i].n, asked[i].columns,
                                             asked[i].weight, &held));
        assert_same_frame(streamed, held);
        assay_source_free(source);
        assay_frame_free(streamed);
        assay_frame_free(held);
    }
    assay_frame_free(frame);
    free(csv);
}
END_TEST

static void assert_profile(const char *csv, size_t n, const size_t columns[], size_t by,
                           const assay_column_wish wishes[], const char *const want[])
{
    static const char *const names[] = {"variable", "level", "cases", "share", "missing"};
    assay_frame *profile = NULL;
    assay_source *source = open_list(csv, strlen(csv));
    assert_ok(assay_stream_profile(&context, source, n, columns, by, wishes, &profile));
    for (size_t i = 0; i < 5; i++)
        assert_column(profile, names[i], want[i]);
    if (by != ASSAY_NO_COLUMN)
        assert_cells(assay_frame_column(profile, 0), want[5]);
    assay_source_free(source);
    assay_frame_free(profile);
}

static const char small[] = "g,age,rosh\nF,9,Low\nM,10,\nF,9,Low\nM,,High\nF,10,High\n";

START_TEST(a_profile_has_each_column_by_itself)
{
    static const size_t columns[] = {0, 1, 2};
    static const char *const want[] = {"g|g|age|age|rosh|rosh", "F|M|9|10|High|Low", "3|2|2|2|2|2",
                                       "0.6|0.4|0.5|0.5|0.5|0.5", "0|0|1|1|1|1"};
    assert_profile(small, 3, columns, ASSAY_NO_COLUMN, inferred, want);
}
END_TEST

START_TEST(a_profile_by_groups_has_shares_within_them)
{
    static const size_t columns[] = {2};
    static const char *const want[] = {"rosh|rosh|rosh", "High|Low|High",
                                       "1|2|1",          "0.3333333333333333|0.6666666666666666|1",
                                       "0|0|1",          "F|F|M"};
    assert_profile(small, 1, columns, 0, inferred, want);
}
END_TEST

START_TEST(declared_levels_are_listed_in_their_order_whether_they_occur_or_not)
{
    static const size_t columns[] = {2};
    static const char *const texts[] = {"Low", "Medium", "High"};
    static const char *const want[] = {"rosh|rosh|rosh", "Low|Medium|High", "2|0|2", "0.5|0|0.5",
                                       "1|1|1"};
    static const char *const none[] = {"rosh|rosh|rosh", "Low|Medium|High", "0|0|0", "NA|NA|NA",
                                       "0|0|0"};
    static const char *const by_group[] = {"rosh|rosh|rosh|rosh|rosh|rosh",
                                           "Low|Medium|High|Low|Medium|High",
                                           "2|0|1|0|0|1",
                                           "0.6666666666666666|0|0.3333333333333333|0|0|1",
                                           "0|0|0|1|1|1",
                                           "F|F|F|M|M|M"};
    assay_dictionary *levels = assay_dictionary_new();
    for (int i = 0; i < 3; i++)
        assay_dictionary_add(levels, texts[i], strlen(texts[i]));
    assay_dictionary_declare(levels);
    const assay_column_wish wishes[3] = {
        {.type = ASSAY_INFER}, {.type = ASSAY_INFER}, {.type = ASSAY_INFER, .levels = levels}};
    assert_profile(small, 1, columns, ASSAY_NO_COLUMN, wishes, want);
    assert_profile("g,age,rosh\n", 1, columns, ASSAY_NO_COLUMN, wishes, none);
    assert_profile(small, 1, columns, 0, wishes, by_group);
    assay_dictionary_release(levels);
}
END_TEST

START_TEST(no_rows_and_nothing_known_are_one_line)
{
    static const size_t columns[] = {0};
    static const char *const none[] = {"g", "NA", "0", "NA", "0"};
    static const char *const missing[] = {"g", "NA", "0", "NA", "2"};
    assert_profile("g,h\n", 1, columns, ASSAY_NO_COLUMN, inferred, none);
    assert_profile("g,h\n,1\n,2\n", 1, columns, ASSAY_NO_COLUMN, inferred, missing);
}
END_TEST

START_TEST(a_level_that_was_not_wished_for_names_its_column)
{
    static const size_t columns[] = {0};
    const assay_column_wish wishes[3] = {
        {.type = ASSAY_INTEGER}, {.type = ASSAY_INFER}, {.type = ASSAY_INFER}};
    assay_frame *counts = NULL;
    assay_source *source = open_list(small, strlen(small));
    assert_status(
        assay_stream_count(&context, source, 1, columns, ASSAY_NO_COLUMN, wishes, &counts),
        ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.argument, "g");
    ck_assert_str_eq(context.error.message, "'F' is not a whole number");
    ck_assert_uint_eq(context.error.row, 0);
    assay_source_free(source);
}
END_TEST

static assay_status stream_small(assay_context *with, void *self)
{
    static const size_t columns[] = {0, 2};
    const assay_csv_options options = assay_csv_defaults();
    assay_source *source = NULL;
    assay_frame *counts = NULL, *profile = NULL;
    (void)self;
    assay_status status = open_csv(with, small, strlen(small), &options, &source);
    if (status == ASSAY_OK)
        status = assay_stream_count(with, source, 2, columns, ASSAY_NO_COLUMN, inferred, &counts);
    assay_source_free(source);
    source = NULL;
    if (status == ASSAY_OK)
        status = open_csv(with, small, strlen(small), &options, &source);
    if (status == ASSAY_OK)
        status = assay_stream_profile(with, source, 2, columns, 1, inferred, &profile);
    assay_source_free(source);
    assay_frame_free(counts);
    assay_frame_free(profile);
    return status;
}

START_TEST(no_memory_no_tables)
{
    sweep_memory(stream_small, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream");
    TCase *tests = tcase_create("stream");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_count_of_a_stream_is_that_of_the_frame);
    tcase_add_test(tests, a_profile_has_each_column_by_itself);
    tcase_add_test(tests, a_profile_by_groups_has_shares_within_them);
    tcase_add_test(tests, declared_levels_are_listed_in_their_order_whether_they_occur_or_not);
    tcase_add_test(tests, no_rows_and_nothing_known_are_one_line);
    tcase_add_test(tests, a_level_that_was_not_wished_for_names_its_column);
    tcase_add_test(tests, no_memory_no_tables);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
