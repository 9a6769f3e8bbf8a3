#include "tables.h"

#include "data/json_rows.h"

static assay_context context;

/* The frame as a file; free with assay_free. NULL, with the context's error, if it is refused. */
static char *written(const assay_frame *frame, int digits)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8], *bytes = NULL;
    size_t length;
    assay_door *door = NULL;
    assay_output *output = NULL;
    make_folder(folder);
    snprintf(path, sizeof path, "%s/a.json", folder);
    assert_ok(assay_door_new(&context, &door));
    assert_ok(assay_output_open(&context, door, path, &output));
    if (assay_json_rows_write(&context, frame, digits, output) == ASSAY_OK) {
        assert_ok(assay_output_commit(&context, output));
        assert_ok(assay_file_read(&context, door, path, 100000, &bytes, &length));
    }
    assay_output_free(output);
    assay_door_free(door);
    remove_folder(folder);
    return bytes;
}

static void assert_written(assay_frame *frame, int digits, const char *want)
{
    char *bytes = written(frame, digits);
    ck_assert_str_eq(bytes, want);
    assay_free(bytes);
    assay_frame_free(frame);
}

START_TEST(each_row_is_an_object_in_the_order_of_the_columns)
{
    assert_written(
        table("id,z,a,x,day\nA1,1,u,0.1,2018-01-31\nA2,-20,u,,\nA3,,,1.5,2018-02-01\n"), 0,
        "[\n"
        "  {\"id\": \"A1\", \"z\": 1, \"a\": \"u\", \"x\": 0.1, \"day\": \"2018-01-31\"},\n"
        "  {\"id\": \"A2\", \"z\": -20, \"a\": \"u\", \"x\": null, \"day\": null},\n"
        "  {\"id\": \"A3\", \"z\": null, \"a\": null, \"x\": 1.5, \"day\": \"2018-02-01\"}\n"
        "]\n");
    assert_written(table("a,b\n"), 0, "[]\n");
    assert_written(table("a\n1\n"), 0, "[\n  {\"a\": 1}\n]\n");
}
END_TEST

START_TEST(text_is_escaped_where_it_must_be)
{
    assay_frame *frame = NULL;
    static const char csv[] =
        "\"a\"\"b\\\"\n\"say \"\"x\"\"\\\"\n\"1\n2\r\t\b\f\"\nZo\xC3\xAB/\x01\x1F\x7F\n";
    assert_ok(read_csv(&context, csv, sizeof csv - 1, NULL, &frame));
    assert_written(frame, 0,
                   "[\n"
                   "  {\"a\\\"b\\\\\": \"say \\\"x\\\"\\\\\"},\n"
                   "  {\"a\\\"b\\\\\": \"1\\n2\\r\\t\\b\\f\"},\n"
                   "  {\"a\\\"b\\\\\": \"Zo\xC3\xAB/\\u0001\\u001f\x7F\"}\n"
                   "]\n");
}
END_TEST

START_TEST(numbers_are_the_shortest_or_have_the_digits_asked_for)
{
    static const double values[] = {1.0 / 3, 1e300, (double)INFINITY, (double)NAN, -2};
    for (int digits = 0; digits <= 3; digits += 3) {
        assay_frame *frame = NULL;
        assert_ok(assay_frame_new(&context, &frame));
        assert_ok(assay_frame_add_numbers(&context, frame, "x", 5, values));
        assert_written(frame, digits,
                       digits == 0 ? "[\n  {\"x\": 0.3333333333333333},\n  {\"x\": 1e+300},\n"
                                     "  {\"x\": null},\n  {\"x\": null},\n  {\"x\": -2}\n]\n"
                                   : "[\n  {\"x\": 0.333},\n  {\"x\": 1e+300},\n"
                                     "  {\"x\": null},\n  {\"x\": null},\n  {\"x\": -2}\n]\n");
    }
}
END_TEST

START_TEST(text_that_is_not_utf8_is_refused)
{
    assay_frame *frame = NULL;
    assay_column *column = NULL;
    assay_builder *builder = assay_builder_new();
    assert_ok(assay_builder_add(&context, builder, "fine", 4));
    assert_ok(assay_builder_add(&context, builder, "\xFF", 1));
    assert_ok(
        assay_builder_finish(&context, builder, &(assay_column_wish){.type = ASSAY_TEXT}, &column));
    assay_builder_free(builder);
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add(&context, frame, "note", assay_column_retain(column)));
    ck_assert_ptr_null(written(frame, 0));
    ck_assert_str_eq(context.error.message, "row 2, column 'note': the text is not UTF-8");
    ck_assert_uint_eq(context.error.row, 2);
    assert_ok(assay_frame_add(&context, frame, "\xC3", column));
    ck_assert_ptr_null(written(frame, 0));
    ck_assert_str_eq(context.error.message, "the name of column 2 is not UTF-8");
    assay_frame_free(frame);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_call_that_is_stopped_leaves_nothing)
{
    assay_frame *frame = table("a\n1\n");
    const size_t before = assay_memory_in_use();
    context.poll = stop;
    ck_assert_ptr_null(written(frame, 0));
    ck_assert_int_eq(context.error.status, ASSAY_ESTOPPED);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    context.poll = NULL;
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json_rows");
    TCase *tests = tcase_create("json_rows");
    tcase_add_test(tests, each_row_is_an_object_in_the_order_of_the_columns);
    tcase_add_test(tests, text_is_escaped_where_it_must_be);
    tcase_add_test(tests, numbers_are_the_shortest_or_have_the_digits_asked_for);
    tcase_add_test(tests, text_that_is_not_utf8_is_refused);
    tcase_add_test(tests, a_call_that_is_stopped_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
