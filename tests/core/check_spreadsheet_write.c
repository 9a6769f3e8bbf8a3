#include "sheets.h"

static assay_status write_frame(assay_context *with, const assay_frame *frame, const char *path,
                                assay_spreadsheet_format format, const char *sheet, int digits)
{
    assay_door *door = NULL;
    assay_output *output = NULL;
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_output_open(with, door, path, &output);
    if (status == ASSAY_OK)
        status = assay_spreadsheet_write(with, frame, format, sheet, digits, output);
    if (status == ASSAY_OK)
        status = assay_output_commit(with, output);
    assay_output_free(output);
    assay_door_free(door);
    return status;
}

static const assay_spreadsheet_format formats[] = {ASSAY_XLSX, ASSAY_ODS};

static const char everything[] = "id,day,n,x,level,note\n"
                                 "007,2018-11-05,3,0.1,Low,plain\n"
                                 "1e5,1890-01-01,-12,-2.5,High,\"<a & \"\"b\"\">\"\n"
                                 "=1+1,,123456789012345,,Low,\" two  spaces,\na tab\t, a line \"\n"
                                 "+44,1900-02-28,1234567890123456,123.456,High,_x0041_\n"
                                 "Zo\xC3\xAB,1900-03-01,,0.000001,Low,\xF0\x9F\x98\x80\n"
                                 "@,9999-12-31,0,1,Low,\n";

static void assert_same(const assay_frame *a, const assay_frame *b)
{
    ck_assert_uint_eq(assay_frame_columns(a), assay_frame_columns(b));
    ck_assert_uint_eq(assay_frame_rows(a), assay_frame_rows(b));
    for (size_t i = 0; i < assay_frame_columns(a); i++) {
        const assay_column *x = assay_frame_column(a, i), *y = assay_frame_column(b, i);
        ck_assert_str_eq(assay_frame_name(a, i), assay_frame_name(b, i));
        ck_assert_msg(x->type == y->type, "%s: %s, then %s", assay_frame_name(a, i),
                      assay_type_name(x->type), assay_type_name(y->type));
        for (size_t row = 0; row < x->length; row++) {
            char one[ASSAY_CELL_BYTES], two[ASSAY_CELL_BYTES];
            size_t n = 0, m = 0;
            const char *c = assay_column_cell(x, row, one, &n);
            const char *d = assay_column_cell(y, row, two, &m);
            ck_assert_int_eq(c == NULL, d == NULL);
            ck_assert_msg(n == m && (c == NULL || memcmp(c, d, n) == 0),
                          "%s, row %zu: '%.*s' '%.*s'", assay_frame_name(a, i), row + 1, (int)n, c,
                          (int)m, d);
        }
    }
}

START_TEST(what_is_written_reads_back_the_same)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_frame *frame = table(everything), *back = NULL;
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    assert_ok(write_frame(&shared_context, frame, path, formats[_i], "Cases", 0));
    assert_ok(read_path(&shared_context, path, defaults(), ASSAY_INFER, NULL, &back));
    assert_same(frame, back);
    assay_frame_free(back);
    assay_frame_free(frame);
    remove_folder(folder);
}
END_TEST

START_TEST(numbers_keep_all_17_digits_or_as_many_as_are_asked_for)
{
    static const double values[] = {0.1 + 0.2,     1.0 / 3, 5e-324,
                                    1.797e308 / 3, -2e-5,   123456789.123456789};
    enum { N = sizeof values / sizeof values[0] };
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_frame *frame = NULL, *back = NULL;
    const assay_column_wish wish = {.type = ASSAY_NUMBER};
    assert_ok(assay_frame_new(&shared_context, &frame));
    assert_ok(assay_frame_add_numbers(&shared_context, frame, "x", N, values));
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    for (int digits = 0; digits <= 3; digits += 3) {
        assert_ok(write_frame(&shared_context, frame, path, formats[_i], "S", digits));
        assert_ok(read_path(&shared_context, path, defaults(), wish.type, NULL, &back));
        for (size_t i = 0; i < N; i++)
            assert_close(assay_frame_column(back, 0)->numbers[i], values[i],
                         digits == 0 ? 0
                         : i == 2    ? 0.1
                                     : 0.005);
        assay_frame_free(back);
    }
    assay_frame_free(frame);
    remove_folder(folder);
}
END_TEST

START_TEST(the_same_frame_gives_the_same_bytes)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    size_t n, m;
    assay_frame *frame = table(everything);
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    assert_ok(write_frame(&shared_context, frame, path, formats[_i], "Cases", 0));
    char *first = get_bytes(path, &n);
    sleep(2); /* the resolution of a zip's times */
    assert_ok(write_frame(&shared_context, frame, path, formats[_i], "Cases", 0));
    char *second = get_bytes(path, &m);
    ck_assert(n == m && memcmp(first, second, n) == 0);
    ck_assert_int_eq(memcmp(first + 30, _i == 0 ? "[Content" : "mimetype", 8), 0);
    free(first);
    free(second);
    assay_frame_free(frame);
    remove_folder(folder);
}
END_TEST

START_TEST(empty_frames_are_written_and_read)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_frame *frame = table("a,b\n"), *back = NULL;
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    assert_ok(write_frame(&shared_context, frame, path, formats[_i], "S", 0));
    assert_ok(read_path(&shared_context, path, defaults(), ASSAY_TEXT, NULL, &back));
    ck_assert_uint_eq(assay_frame_rows(back), 0);
    ck_assert_uint_eq(assay_frame_columns(back), 2);
    assay_frame_free(back);
    assay_frame_free(frame);
    remove_folder(folder);
}
END_TEST

/* 200,000 rows are three blocks and more. */
START_TEST(rows_beyond_a_block_keep_their_order)
{
    enum { ROWS = 200003 };
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_frame *frame = NULL, *back = NULL;
    int64_t *values = malloc(ROWS * sizeof *values);
    for (int64_t i = 0; i < ROWS; i++)
        values[i] = i % 100 == 99 ? INT64_MIN : i * 7;
    assert_ok(assay_frame_new(&shared_context, &frame));
    assert_ok(assay_frame_add_integers(&shared_context, frame, "x", ROWS, values));
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    assert_ok(write_frame(&shared_context, frame, path, formats[_i], "S", 0));
    assert_ok(read_path(&shared_context, path, defaults(), ASSAY_INTEGER, NULL, &back));
    ck_assert_uint_eq(assay_frame_rows(back), ROWS);
    ck_assert_int_eq(memcmp(assay_frame_column(back, 0)->integers, values, ROWS * sizeof *values),
                     0);
    free(values);
    assay_frame_free(back);
    assay_frame_free(frame);
    remove_folder(folder);
}
END_TEST

static assay_status write_csv_text(const char *csv, assay_spreadsheet_format format,
                                   const char *sheet)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_frame *frame = table(csv);
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    const size_t before = assay_memory_in_use();
    const assay_status status = write_frame(&shared_context, frame, path, format, sheet, 0);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    ck_assert_int_eq(access(path, F_OK) == 0, status == ASSAY_OK);
    assay_frame_free(frame);
    remove_folder(folder);
    return status;
}

START_TEST(what_a_sheet_cannot_hold_is_refused)
{
    static const char *const names[] = {
        "", "a/b", "'a", "a'", "[a]", "a:b", "a\nb", "\xFF", "12345678901234567890123456789012"};
    static char csv[70000];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_status(write_csv_text("a\n1\n", ASSAY_XLSX, names[i]), ASSAY_EDOM);
    assert_ok(write_csv_text("a\n1\n", ASSAY_ODS,
                             "1234567890123456789012345678\xC3\xA4\xC3\xB6\xC3\xBC"));
    strcpy(csv, "a\nx\n");
    memset(csv + 4, 'y', 32768);
    csv[4 + 32768] = '\0';
    assert_status(write_csv_text(csv, ASSAY_XLSX, "S"), ASSAY_EFORMAT);
    ck_assert_uint_eq(shared_context.error.row, 2);
    ck_assert_str_eq(shared_context.error.argument, "a");
    csv[4 + 32767] = '\0';
    assert_ok(write_csv_text(csv, ASSAY_XLSX, "S"));
    assert_status(write_csv_text("a\nb\x01\n", ASSAY_ODS, "S"), ASSAY_EFORMAT);
    assert_ok(write_csv_text("a\nb\x01\n", ASSAY_XLSX, "S"));
}
END_TEST

START_TEST(what_is_infinite_is_refused_with_its_row)
{
    const double values[] = {1, NAN, INFINITY};
    assay_frame *frame = NULL;
    assert_ok(assay_frame_new(&shared_context, &frame));
    assert_ok(assay_frame_add_numbers(&shared_context, frame, "x", 3, values));
    assert_status(
        write_frame(&shared_context, frame, "/tmp/assay-not-written", formats[_i], "S", 0),
        ASSAY_EFORMAT);
    ck_assert_str_eq(shared_context.error.message, "row 3, column 'x' is infinite");
    assay_frame_free(frame);
}
END_TEST

static assay_status try_writing(assay_context *with, void *self)
{
    return write_frame(with, self, "/tmp/assay-check-spreadsheet", formats[0], "S", 0);
}

static assay_status try_writing_ods(assay_context *with, void *self)
{
    return write_frame(with, self, "/tmp/assay-check-spreadsheet", formats[1], "S", 0);
}

START_TEST(each_allocation_of_writing_may_fail)
{
    assay_frame *frame = table(everything);
    sweep_memory(_i == 0 ? try_writing : try_writing_ods, frame);
    unlink("/tmp/assay-check-spreadsheet");
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spreadsheet, written");
    TCase *tests = tcase_create("spreadsheet, written");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, what_is_written_reads_back_the_same, 0, 2);
    tcase_add_loop_test(tests, numbers_keep_all_17_digits_or_as_many_as_are_asked_for, 0, 2);
    tcase_add_loop_test(tests, the_same_frame_gives_the_same_bytes, 0, 2);
    tcase_add_loop_test(tests, empty_frames_are_written_and_read, 0, 2);
    tcase_add_loop_test(tests, rows_beyond_a_block_keep_their_order, 0, 2);
    tcase_add_test(tests, what_a_sheet_cannot_hold_is_refused);
    tcase_add_loop_test(tests, what_is_infinite_is_refused_with_its_row, 0, 2);
    tcase_add_loop_test(tests, each_allocation_of_writing_may_fail, 0, 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
