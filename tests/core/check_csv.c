#include "tables.h"

#include "data/csv.h"

static assay_context context;

static const assay_column_wish as_text = {.type = ASSAY_TEXT};

static assay_status read_text(const char *bytes, size_t length, assay_frame **frame)
{
    return read_csv(&context, bytes, length, &as_text, frame);
}

/* ---- what RFC 4180 and a byte order mark allow ---- */

static const struct {
    const char *csv, *a, *b; /* the cells of columns a and b; b NULL: there is only a */
} good[] = {
    {"a,b\n1,2\n3,4\n", "1|3", "2|4"},
    {"a,b\n1,2\n3,4", "1|3", "2|4"},         /* no line end at the end */
    {"a,b\r\n1,2\r\n3,4\r\n", "1|3", "2|4"}, /* CRLF */
    {"a,b\r\n1,2\n3,4", "1|3", "2|4"},       /* mixed */
    {"\xEF\xBB\xBF"
     "a,b\n1,2\n",
     "1", "2"},                               /* byte order mark */
    {"\xEF\xBB\xBF\"a\",b\n1,2\n", "1", "2"}, /* and a quote behind it */
    {"a,b\n\xEF\xBB\xBF"
     "1,2\n",
     "\xEF\xBB\xBF"
     "1",
     "2"},             /* elsewhere it is a character */
    {"a,b\n", "", ""}, /* header only */
    {"a,b", "", ""},
    {"a\n", "", NULL},
    {"a\n1\n\n3\n", "1|NA|3", NULL}, /* one column: an empty line is an empty cell */
    {"a\n\"\"\n", "NA", NULL},
    {"a,b\n,\n", "NA", "NA"},
    {"a,b\n,", "NA", "NA"},
    {"a,b\n1,\n", "1", "NA"},
    {"\"a\",\"b\"\n\"1\",\"2\"\n", "1", "2"},
    {"a,b\n\"1,5\",\"x\ny\"\n", "1,5", "x\ny"},       /* delimiter and line end in quotes */
    {"a,b\n\"x\r\ny\",\"x\ry\"\n", "x\r\ny", "x\ry"}, /* kept as they stand */
    {"a,b\n\"say \"\"yes\"\"\",\"\"\"\"\n", "say \"yes\"", "\""},
    {"a,b\n\"\"\"x\"\"\",\"\"", "\"x\"", "NA"},
    {"a,b\n 1 ,\t2\n", " 1 ", "\t2"}, /* blanks belong to the cell */
    {"a,b\nZo\xC3\xAB,\xE2\x82\xAC\n", "Zo\xC3\xAB", "\xE2\x82\xAC"},
    {"a,b\n1;2,'3\n", "1;2", "'3"},
};

START_TEST(what_the_rfc_allows_is_read)
{
    assay_frame *frame = NULL;
    const assay_status status = read_text(good[_i].csv, strlen(good[_i].csv), &frame);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    ck_assert_uint_eq(assay_frame_columns(frame), good[_i].b == NULL ? 1 : 2);
    assert_column(frame, "a", good[_i].a);
    if (good[_i].b != NULL)
        assert_column(frame, "b", good[_i].b);
    assay_frame_free(frame);
}
END_TEST

/* ---- what is refused, and where ---- */

#define BYTES(text) text, sizeof text - 1
static const struct {
    const char *csv;
    size_t length;
    uint64_t line, column;
    const char *message;
} bad[] = {
    {BYTES(""), 1, 1, "empty"},
    {BYTES("\xEF\xBB\xBF"), 1, 1, "empty"},
    {BYTES("\n"), 1, 1, "without a name"},
    {BYTES("a,,b\n1,2,3\n"), 1, 3, "without a name"},
    {BYTES("a,b,\n1,2,\n"), 1, 5, "without a name"},
    {BYTES("a,b,a\n1,2,3\n"), 1, 5, "twice"},
    {BYTES("a,\"a\"\n1,2\n"), 1, 3, "twice"},
    {BYTES("a,b\n1,2\n3\n"), 3, 0, "1 field where the header names 2 columns"},
    {BYTES("a,b\n1,2,3\n"), 2, 0, "3 fields where the header names 2 columns"},
    {BYTES("a,b\n\n"), 2, 0, "1 field where"},
    {BYTES("a,b\n1\n2\n"), 2, 0, "1 field where"}, /* two halves are no record */
    {BYTES("a,b,c\n1\n2,3\n"), 2, 0, "1 field where"},
    {BYTES("a,b\n1,2\n\n3,4\n"), 3, 0, "1 field where"},
    {BYTES("a,b\n\"x\ny\",2\n3\n"), 4, 0, "1 field where"}, /* lines of the file, not records */
    {BYTES("a,b\n1,\"2\n3,4\n"), 2, 3, "never closed"},
    {BYTES("a,b\n1,\"2\"\""), 2, 3, "never closed"},
    {BYTES("a,\"b"), 1, 3, "never closed"},
    {BYTES("a,b\n1,\"2\"x\n"), 2, 6, "behind a closing quote"},
    {BYTES("a,b\n1,\"2\" \n"), 2, 6, "behind a closing quote"},
    {BYTES("a,b\n1,2\"\n"), 2, 4, "a quote inside"},
    {BYTES("a,b\n1, \"2\"\n"), 2, 4, "a quote inside"},
    {BYTES("a,b\n1,2\0\n"), 2, 4, "NUL"},
    {BYTES("a,b\n1,\"2\0\"\n"), 2, 5, "NUL"},
    {BYTES("a\0b,c\n"), 1, 2, "NUL"},
    {BYTES("a,b\n1,Zo\xEB\n"), 2, 5, "not UTF-8"}, /* Latin-1 */
    {BYTES("a,b\n1,\xC3\n"), 2, 3, "not UTF-8"},   /* cut short */
    {BYTES("a,b\n1,\xC0\x80\n"), 2, 3, "not UTF-8"},
    {BYTES("a,b\n1,\xED\xA0\x80\n"), 2, 3, "not UTF-8"},
    {BYTES("\xFF\xFE"
           "a,b\n"),
     1, 1, "not UTF-8"}, /* UTF-16 */
    {BYTES("a,b\r1,2\r"), 1, 5, "without a line feed"},
    {BYTES("a,b\n1,2\r3\n"), 2, 5, "without a line feed"},
    {BYTES("a,b\n1,2\r"), 2, 5, "without a line feed"},
    {BYTES("a,b\n1,\"2\"\r3\n"), 2, 7, "without a line feed"},
    {BYTES("a,b\n1,2\r\r\n"), 2, 5, "without a line feed"},
};

START_TEST(what_the_rfc_does_not_allow_is_refused_with_its_place)
{
    assay_frame *frame = NULL;
    const size_t before = assay_memory_in_use();
    assert_status(read_text(bad[_i].csv, bad[_i].length, &frame), ASSAY_EFORMAT);
    ck_assert_ptr_null(frame);
    ck_assert_msg(strstr(context.error.message, bad[_i].message) != NULL, "%s",
                  context.error.message);
    ck_assert_uint_eq(context.error.line, bad[_i].line);
    ck_assert_uint_eq(context.error.column, bad[_i].column);
    ck_assert_uint_ne(strlen(context.error.file), 0);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

/* ---- options ---- */

START_TEST(any_delimiter_separates_and_any_cell_may_mean_missing)
{
    static const char *const missing[] = {"NA", "-"};
    const assay_csv_options options = {.delimiter = ';', .n_missing = 2, .missing = missing};
    const assay_column_wish wishes[] = {as_text, as_text};
    assay_source *source = NULL;
    assay_frame *frame = NULL;
    static const char csv[] = "a;b\n1,5;\n\"-\";\"x;y\"\nNAN;NA\n";
    assert_ok(open_csv(&context, csv, sizeof csv - 1, &options, &source));
    assert_ok(assay_source_collect(&context, source, wishes, NULL, &frame));
    assert_column(frame, "a", "1,5|NA|NAN");
    assert_column(frame, "b", "|x;y|NA"); /* the empty cell is an empty text */
    assay_source_free(source);
    assay_frame_free(frame);
}
END_TEST

START_TEST(what_cannot_separate_fields_is_refused)
{
    static const char refused[] = {'"', '\r', '\n', (char)0xE9, (char)0xFF};
    for (size_t i = 0; i < sizeof refused; i++) {
        const assay_csv_options options = {.delimiter = refused[i]};
        assay_source *source = NULL;
        assert_status(open_csv(&context, "a\n1", 3, &options, &source), ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, "delimiter");
        ck_assert_ptr_null(source);
    }
}
END_TEST

START_TEST(without_a_word_for_missing_every_cell_is_a_value)
{
    const assay_csv_options options = {.delimiter = ','};
    const assay_column_wish wish = {.type = ASSAY_CATEGORY};
    assay_source *source = NULL;
    assay_frame *frame = NULL;
    assert_ok(open_csv(&context, "a\n\n\nx\n\n", 7, &options, &source));
    assert_ok(assay_source_collect(&context, source, &wish, NULL, &frame));
    assert_column(frame, "a", "||x|");
    ck_assert(!assay_column_is_missing(column_named(frame, "a"), 0));
    assay_source_free(source);
    assay_frame_free(frame);
}
END_TEST

/* ---- long files ---- */

/* A field whose two-byte characters, quotes and CRLF fall on each side of byte 65,536 in turn. */
START_TEST(a_cell_across_the_end_of_a_read_is_whole)
{
    enum { READ = 65536 };
    static const char tail[] = "\xC3\xAB\"\"\r\n\",\"last\"\r\nx,y\r\n";
    char *csv = malloc(READ + 64);
    for (size_t shift = 0; shift <= sizeof tail; shift++) {
        assay_frame *frame = NULL;
        const size_t before = READ - shift; /* bytes in front of the tail */
        memcpy(csv, "a,b\r\n\"", 6);
        memset(csv + 6, 'x', before - 6);
        memcpy(csv + before, tail, sizeof tail - 1);
        const assay_status status = read_text(csv, before + sizeof tail - 1, &frame);
        ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
        ck_assert_uint_eq(assay_frame_rows(frame), 2);
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *cell = assay_column_cell(column_named(frame, "a"), 0, scratch, &length);
        ck_assert_uint_eq(length, before - 6 + 5);
        ck_assert_mem_eq(cell, csv + 6, before - 6);
        ck_assert_mem_eq(cell + before - 6, "\xC3\xAB\"\r\n", 5);
        assert_column(frame, "b", "last|y");
        assay_frame_free(frame);
    }
    free(csv);
}
END_TEST

/* 140,003 rows: two whole blocks and 8,931 rows; one late cell makes the column a number. */
START_TEST(types_are_found_over_all_blocks_and_errors_name_the_line)
{
    enum { ROWS = 140003 };
    char *csv = malloc(ROWS * 16);
    size_t length = (size_t)sprintf(csv, "id,x\n"), wrong = 0;
    for (int row = 0; row < ROWS; row++)
        length += (size_t)sprintf(csv + length, row == 131073 ? "%06d,0.5\n" : "%06d,%d\n", row,
                                  row % 10);
    assay_frame *frame = NULL;
    assert_ok(read_csv(&context, csv, length, NULL, &frame));
    ck_assert_uint_eq(assay_frame_rows(frame), ROWS);
    ck_assert_int_eq(column_named(frame, "id")->type, ASSAY_TEXT);
    ck_assert_int_eq(column_named(frame, "x")->type, ASSAY_NUMBER);
    const double *x = column_named(frame, "x")->numbers;
    for (int row = 0; row < ROWS; row++)
        wrong += x[row] != (row == 131073 ? 0.5 : row % 10);
    ck_assert_uint_eq(wrong, 0);
    assay_frame_free(frame);

    frame = NULL;
    length += (size_t)sprintf(csv + length, "%06d\n", ROWS); /* ragged */
    assert_status(read_csv(&context, csv, length, NULL, &frame), ASSAY_EFORMAT);
    ck_assert_uint_eq(context.error.line, ROWS + 2);
    ck_assert_ptr_null(frame);
    free(csv);
}
END_TEST

START_TEST(blocks_stream_past_with_65536_rows_at_most)
{
    enum { ROWS = 200001 };
    char *csv = malloc(ROWS * 2 + 8);
    size_t length = (size_t)sprintf(csv, "a\n"), seen = 0, wrong = 0;
    for (int row = 0; row < ROWS; row++)
        length += (size_t)sprintf(csv + length, "%d\n", row % 10);
    const assay_csv_options options = assay_csv_defaults();
    assay_source *source = NULL;
    assay_block block = {.rows = 1};
    assert_ok(open_csv(&context, csv, length, &options, &source));
    const assay_dictionary *texts = NULL;
    while (block.rows > 0) {
        assert_ok(source->next(&context, source, &block));
        ck_assert_uint_le(block.rows, 65536);
        for (size_t row = 0; row < block.rows; row++)
            wrong += assay_column_code(block.columns[0], row) != (seen + row) % 10 + 1;
        if (block.rows > 0 && texts == NULL)
            texts = block.columns[0]->dictionary;
        wrong += block.rows > 0 && block.columns[0]->dictionary != texts;
        seen += block.rows;
    }
    ck_assert_uint_eq(seen, ROWS);
    ck_assert_uint_eq(wrong, 0);
    assert_ok(source->next(&context, source, &block));
    ck_assert_uint_eq(block.rows, 0);
    assay_source_free(source);
    free(csv);
}
END_TEST

/* ---- writing ---- */

/* The frame as a file; free with assay_free. */
static char *written(const assay_frame *frame, int digits)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8], *bytes;
    size_t length;
    assay_door *door = NULL;
    assay_output *output = NULL;
    make_folder(folder);
    snprintf(path, sizeof path, "%s/a.csv", folder);
    assert_ok(assay_door_new(&context, &door));
    assert_ok(assay_output_open(&context, door, path, &output));
    assert_ok(assay_csv_write(&context, frame, &(assay_csv_writing){.digits = digits}, output));
    assert_ok(assay_output_commit(&context, output));
    assay_output_free(output);
    assert_ok(assay_file_read(&context, door, path, 100000, &bytes, &length));
    assay_door_free(door);
    remove_folder(folder);
    return bytes;
}

START_TEST(fields_are_quoted_only_where_they_must_be)
{
    assay_frame *frame = NULL;
    static const char csv[] = "\"a,b\",\"say \"\"c\"\"\",d\n\"x\ny\",\"x\ry\",\"1,5\"\n"
                              "\"\"\"\",x y,'z'\n,,Zo\xC3\xAB\n";
    assert_ok(read_text(csv, sizeof csv - 1, &frame));
    char *bytes = written(frame, 0);
    ck_assert_str_eq(bytes, csv);
    assay_free(bytes);
    assay_frame_free(frame);
}
END_TEST

START_TEST(numbers_are_the_shortest_or_have_the_digits_asked_for)
{
    assay_frame *frame = table("n,x,day\n1,0.1,2018-11-30\n,123456.789,\n-20,,2020-02-29\n");
    char *bytes = written(frame, 0);
    ck_assert_str_eq(bytes, "n,x,day\n1,0.1,2018-11-30\n,123456.789,\n-20,,2020-02-29\n");
    assay_free(bytes);
    bytes = written(frame, 4); /* integers are not rounded */
    ck_assert_str_eq(bytes, "n,x,day\n1,0.1,2018-11-30\n,1.235e+05,\n-20,,2020-02-29\n");
    assay_free(bytes);
    assay_frame_free(frame);
}
END_TEST

START_TEST(no_rows_write_the_header_and_one_column_keeps_its_missing_rows)
{
    static const char *const csvs[] = {"a,b\n", "a\n", "a\n\n1\n\n"};
    for (size_t i = 0; i < sizeof csvs / sizeof csvs[0]; i++) {
        assay_frame *frame = table(csvs[i]);
        char *bytes = written(frame, 0);
        ck_assert_str_eq(bytes, csvs[i]);
        assay_free(bytes);
        assay_frame_free(frame);
    }
}
END_TEST

/* ---- stops and memory ---- */

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(reading_can_be_stopped)
{
    char *csv = malloc(5000 * 4);
    size_t length = (size_t)sprintf(csv, "a\n");
    for (int row = 0; row < 4999; row++)
        length += (size_t)sprintf(csv + length, "%d\n", row % 10);
    const size_t before = assay_memory_in_use();
    assay_frame *frame = NULL;
    context.poll = stop;
    assert_status(read_csv(&context, csv, length, NULL, &frame), ASSAY_ESTOPPED);
    ck_assert_ptr_null(frame);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    free(csv);
}
END_TEST

static assay_status read_one(assay_context *with, void *self)
{
    static const char csv[] = "id,name,x\n01,Zo\xC3\xAB,1\n02,\"a much longer name, quoted\",\n";
    assay_frame *frame = NULL;
    (void)self;
    const assay_status status = read_csv(with, csv, sizeof csv - 1, NULL, &frame);
    if (status == ASSAY_OK)
        assert_column(frame, "id", "01|02");
    assay_frame_free(frame);
    return status;
}

START_TEST(a_file_that_finds_no_memory_is_not_read)
{
    sweep_memory(read_one, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *tests = tcase_create("csv");
    tcase_add_loop_test(tests, what_the_rfc_allows_is_read, 0, sizeof good / sizeof good[0]);
    tcase_add_loop_test(tests, what_the_rfc_does_not_allow_is_refused_with_its_place, 0,
                        sizeof bad / sizeof bad[0]);
    tcase_add_test(tests, any_delimiter_separates_and_any_cell_may_mean_missing);
    tcase_add_test(tests, what_cannot_separate_fields_is_refused);
    tcase_add_test(tests, without_a_word_for_missing_every_cell_is_a_value);
    tcase_add_test(tests, a_cell_across_the_end_of_a_read_is_whole);
    tcase_add_test(tests, types_are_found_over_all_blocks_and_errors_name_the_line);
    tcase_add_test(tests, blocks_stream_past_with_65536_rows_at_most);
    tcase_add_test(tests, fields_are_quoted_only_where_they_must_be);
    tcase_add_test(tests, numbers_are_the_shortest_or_have_the_digits_asked_for);
    tcase_add_test(tests, no_rows_write_the_header_and_one_column_keeps_its_missing_rows);
    tcase_add_test(tests, reading_can_be_stopped);
    tcase_add_test(tests, a_file_that_finds_no_memory_is_not_read);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
