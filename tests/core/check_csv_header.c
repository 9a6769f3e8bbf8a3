#include "tables.h"

#include "data/csv.h"

static assay_context context;

/* Reads with options; columns become text. */
static assay_status read_with(assay_context *with, const assay_csv_options *options,
                              const char *bytes, size_t length, assay_frame **frame,
                              assay_csv_found *found)
{
    assay_column_wish wishes[32];
    assay_source *source = NULL;
    for (int i = 0; i < 32; i++)
        wishes[i] = (assay_column_wish){.type = ASSAY_TEXT};
    assay_status status = open_csv(with, bytes, length, options, &source);
    if (status == ASSAY_OK)
        status = assay_source_collect(with, source, wishes, NULL, frame);
    if (status == ASSAY_OK && found != NULL) {
        assay_csv_what_was_found(source, found);
        found->header = NULL; /* is the source's */
    }
    assay_source_free(source);
    return status;
}

static assay_csv_options finding(void)
{
    assay_csv_options options = assay_csv_defaults();
    options.delimiter = '\0';
    return options;
}

/* ---- delimiters ---- */

static const struct {
    const char *csv;
    char delimiter;
    size_t columns;
} found_in[] = {
    {"a,b\n1,2\n", ',', 2},
    {"a;b\n1;2\n", ';', 2},
    {"a\tb\n1\t2\n", '\t', 2},
    {"a|b\n1|2\n", '|', 2},
    {"a\n1\n2\n", ',', 1},
    {"a", ',', 1},
    {"a;b\n1,5;2,5\n", ';', 2},                       /* decimal commas */
    {"name, first;age\nDoe, J;5\n\"x\";3\n", ';', 2}, /* the rows decide */
    {"a,b;c\n1;2\n3;4\n", ';', 2},
    {"a;b,c\n1,2\n", ',', 2},
    {"\"a;b\",c\n\"1;2;3\",4\n", ',', 2}, /* quotes */
    {"a;b|c;d\n1;2;3\n", ';', 3},
    {"a,b", ',', 2},
};

START_TEST(the_delimiter_is_the_one_that_fits)
{
    assay_frame *frame = NULL;
    assay_csv_found found;
    const assay_csv_options options = finding();
    const char *csv = found_in[_i].csv;
    const assay_status status = read_with(&context, &options, csv, strlen(csv), &frame, &found);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    ck_assert_int_eq(found.delimiter, found_in[_i].delimiter);
    ck_assert_uint_eq(assay_frame_columns(frame), found_in[_i].columns);
    assay_frame_free(frame);
}
END_TEST

START_TEST(two_delimiters_that_fit_and_none_are_refused_with_the_header)
{
    static const struct {
        const char *csv, *message;
        uint64_t line;
    } unclear[] = {
        {"a,b;c\n1,2;3\n",
         "a comma and a semicolon both separate the fields of every row under "
         "the header 'a,b;c'",
         1},
        {"a,b;c", "both separate", 1},
        {"a,b;c\n1\n", "no delimiter gives every row as many fields as the header 'a,b;c'", 1},
        {"a\t|b\n1,2\t|3\n", "a tab and '|' both", 1},
        {"My report, 2018\na;b\n1;2\n", "1 field where the header names 2 columns", 0},
    };
    const assay_csv_options options = finding();
    for (size_t i = 0; i < 4; i++) {
        assay_frame *frame = NULL;
        assert_status(
            read_with(&context, &options, unclear[i].csv, strlen(unclear[i].csv), &frame, NULL),
            ASSAY_EFORMAT);
        ck_assert_msg(strstr(context.error.message, unclear[i].message) != NULL, "%s",
                      context.error.message);
        ck_assert_uint_eq(context.error.line, unclear[i].line);
    }
}
END_TEST

/* Both fit 100,000 rows, and then one does not. */
START_TEST(where_two_fit_more_rows_are_read)
{
    enum { ROWS = 100000 };
    char *csv = malloc(ROWS * 8 + 64);
    size_t n = (size_t)sprintf(csv, "a,b;c\n");
    for (int row = 0; row < ROWS; row++)
        n += (size_t)sprintf(csv + n, "1,2;3\n");
    n += (size_t)sprintf(csv + n, "12;3\n");
    assay_frame *frame = NULL;
    assay_csv_found found;
    const assay_csv_options options = finding();
    assert_ok(read_with(&context, &options, csv, n, &frame, &found));
    ck_assert_int_eq(found.delimiter, ';');
    ck_assert_uint_eq(assay_frame_rows(frame), ROWS + 1);
    assay_frame_free(frame);
    free(csv);
}
END_TEST

/* ---- title lines, line ends, names ---- */

START_TEST(title_lines_are_skipped_whatever_stands_in_them)
{
    static const char csv[] = "\xEF\xBB\xBFReport \"x\n\n;;;\na;b\r\n1;2\r\n3;4\n";
    assay_csv_options options = finding();
    assay_frame *frame = NULL;
    assay_csv_found found;
    options.skip = 3;
    assert_ok(read_with(&context, &options, csv, sizeof csv - 1, &frame, &found));
    assert_column(frame, "b", "2|4");
    ck_assert(found.mark);
    ck_assert_uint_eq(found.rows, 2);
    ck_assert_uint_eq(found.crlf, 1);
    assay_frame_free(frame);
    options.skip = 7;
    assert_status(read_with(&context, &options, csv, sizeof csv - 1, &frame, NULL), ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(strstr(context.error.message, "skip"));
    options.skip = 6;
    assert_status(read_with(&context, &options, csv, sizeof csv - 1, &frame, NULL), ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(strstr(context.error.message, "empty"));
}
END_TEST

START_TEST(lines_are_counted_from_the_title_on)
{
    static const char csv[] = "title\na,\"b\nc\"\n1,\"x\ny\"\n3\n";
    assay_csv_options options = finding();
    assay_frame *frame = NULL;
    options.skip = 1;
    assert_status(read_with(&context, &options, csv, sizeof csv - 1, &frame, NULL), ASSAY_EFORMAT);
    ck_assert_uint_eq(context.error.line, 6);
}
END_TEST

START_TEST(clean_names_and_new_ones)
{
    static const char *const from[] = {"risk_of_harm"}, *const to[] = {"rosh"};
    static const char csv[] = "Case ID,Risk of Harm,,Case ID\n1,2,3,4\n";
    assay_csv_options options = finding();
    assay_frame *frame = NULL;
    options.naming = (assay_naming){.clean = true, .n_renames = 1, .from = from, .to = to};
    assert_ok(read_with(&context, &options, csv, sizeof csv - 1, &frame, NULL));
    assert_column(frame, "case_id", "1");
    assert_column(frame, "rosh", "2");
    assert_column(frame, "column", "3");
    assert_column(frame, "case_id_2", "4");
    assay_frame_free(frame);
}
END_TEST

/* ---- ragged rows ---- */

START_TEST(short_rows_are_filled_and_empty_fields_too_many_left_out)
{
    static const char csv[] = "a,b,c\n1,2,3\n4\n5,6,7,,\"\"\r\n\n8,\"x\"\r\n9,,\n";
    static const char *const missing[] = {"-"};
    assay_csv_options options = finding();
    assay_frame *frame = NULL;
    assay_csv_found found;
    options.fill = true;
    options.n_missing = 1; /* an empty cell is a text: what was not there is missing all the same */
    options.missing = missing;
    assert_ok(read_with(&context, &options, csv, sizeof csv - 1, &frame, &found));
    assert_column(frame, "a", "1|4|5||8|9");
    assert_column(frame, "b", "2|NA|6|NA|x|");
    assert_column(frame, "c", "3|NA|7|NA|NA|");
    ck_assert_uint_eq(found.filled, 3);
    ck_assert_uint_eq(found.trimmed, 1);
    assay_frame_free(frame);
}
END_TEST

START_TEST(rows_that_cannot_be_filled_are_refused)
{
    static const struct {
        const char *csv;
        uint64_t line;
        const char *message;
    } refused[] = {{"a,b\n1,2,3\n", 2, "3 fields where"},
                   {"a,b\n1,2\n1,2,,4\n", 3, "4 fields where"},
                   {"a,b\n1,2,,,\n", 2, "5 fields where"}, /* more than twice as many */
                   {"a,b\n1\n1,\"2\n", 3, "never closed"}};
    assay_csv_options options = assay_csv_defaults();
    options.fill = true;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assay_frame *frame = NULL;
        assert_status(
            read_with(&context, &options, refused[i].csv, strlen(refused[i].csv), &frame, NULL),
            ASSAY_EFORMAT);
        ck_assert_uint_eq(context.error.line, refused[i].line);
        ck_assert_msg(strstr(context.error.message, refused[i].message) != NULL, "%s",
                      context.error.message);
    }
}
END_TEST

/* A record of a million empty fields under a header of two. */
START_TEST(a_record_of_delimiters_alone_ends_reading_soon)
{
    enum { FIELDS = 1000000 };
    char *csv = malloc(FIELDS + 16);
    size_t n = (size_t)sprintf(csv, "a,b\n1,2\n");
    memset(csv + n, ',', FIELDS);
    n += FIELDS;
    csv[n++] = '\n';
    for (int fill = 0; fill < 2; fill++) {
        assay_csv_options options = assay_csv_defaults();
        assay_frame *frame = NULL;
        options.fill = fill == 1;
        assert_status(read_with(&context, &options, csv, n, &frame, NULL), ASSAY_EFORMAT);
        ck_assert_uint_eq(context.error.line, 3);
        ck_assert_ptr_nonnull(strstr(context.error.message, "1000001 fields where"));
    }
    free(csv);
}
END_TEST

/* ---- encodings and other kinds of files ---- */

START_TEST(other_encodings_are_read_and_their_bytes_counted)
{
    assay_csv_options options = finding();
    assay_frame *frame = NULL;
    options.encoding = ASSAY_WINDOWS_1252;
    assert_ok(read_with(&context, &options, "n\xE4me;x\nZo\xEB;\x80\n", 13, &frame, NULL));
    assert_column(frame, "n\xC3\xA4me", "Zo\xC3\xAB");
    assert_column(frame, "x", "\xE2\x82\xAC");
    assay_frame_free(frame);
    frame = NULL;
    assert_status(read_with(&context, &options, "a;b\n\xEB\xEB;x\x81y\n", 11, &frame, NULL),
                  ASSAY_EFORMAT);
    ck_assert_uint_eq(context.error.line, 2);
    ck_assert_uint_eq(context.error.column, 5);
    assert_status(read_with(&context, &options, "a;b\n\xEB\xEB;x\"y\n", 11, &frame, NULL),
                  ASSAY_EFORMAT);
    ck_assert_uint_eq(context.error.column, 5);
    assert_status(read_with(&context, &options,
                            "\xEF\xBB\xBF"
                            "a;b\n1;2\n",
                            11, &frame, NULL),
                  ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(strstr(context.error.message, "UTF-8"));
}
END_TEST

/* Cells of two and three bytes each, across the ends of all that is read at once. */
START_TEST(a_long_file_of_another_encoding_is_read_whole)
{
    enum { ROWS = 60001 };
    char *csv = malloc(ROWS * 8 + 8);
    size_t n = (size_t)sprintf(csv, "a;b\n"), wrong = 0;
    for (int row = 0; row < ROWS; row++)
        n += (size_t)sprintf(csv + n, row % 2 ? "\xEB\xEB;\x80\n" : "x;\xEB\n");
    assay_csv_options options = finding();
    assay_frame *frame = NULL;
    options.encoding = ASSAY_WINDOWS_1252;
    assert_ok(read_with(&context, &options, csv, n, &frame, NULL));
    ck_assert_uint_eq(assay_frame_rows(frame), ROWS);
    for (size_t row = 0; row < ROWS; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *cell = assay_column_cell(assay_frame_column(frame, 1), row, scratch, &length);
        wrong += length != (row % 2 ? 3 : 2) ||
                 memcmp(cell, row % 2 ? "\xE2\x82\xAC" : "\xC3\xAB", length) != 0;
    }
    ck_assert_uint_eq(wrong, 0);
    assay_frame_free(frame);
    free(csv);
}
END_TEST

START_TEST(what_is_no_table_says_what_it_is)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *message;
    } kinds[] = {{"PK\3\4\24\0\6\0", 8, ".xlsx"},
                 {"\x1F\x8B\x08\0", 4, "gzip"},
                 {"$FL2@(#) SPSS", 13, "SPSS"},
                 {"%PDF-1.7\n", 9, "PDF"},
                 {"\xD0\xCF\x11\xE0\xA1", 5, ".xls"},
                 {"\xFF\xFE"
                  "a\0,\0",
                  6, "UTF-16"},
                 {"\xFE\xFF\0a", 4, "UTF-16"},
                 {"<stata_dta><header>", 19, "Stata"},
                 {"a\0,\0b\0\n\0", 8, "NUL"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (int encoded = 0; encoded < 2; encoded++) {
            assay_csv_options options = finding();
            assay_frame *frame = NULL;
            options.encoding = encoded ? ASSAY_WINDOWS_1252 : ASSAY_UTF8;
            assert_status(
                read_with(&context, &options, kinds[i].bytes, kinds[i].length, &frame, NULL),
                ASSAY_EFORMAT);
            ck_assert_msg(strstr(context.error.message, kinds[i].message) != NULL, "%s",
                          context.error.message);
            ck_assert_uint_eq(context.error.line, 1);
        }
}
END_TEST

/* ---- limits ---- */

/* A line of 40 MB, as header and as record, in quotes and without. */
START_TEST(a_record_without_an_end_is_refused_and_memory_is_bounded)
{
    enum { BYTES = 40000000 };
    static const char *const starts[] = {"", "\"", "a,b\n", "a,b\n1,\""};
    char *csv = malloc(BYTES + 16);
    for (size_t i = 0; i < 4; i++) {
        const size_t n = strlen(starts[i]), before = assay_memory_in_use();
        const assay_csv_options options = finding();
        assay_frame *frame = NULL;
        memcpy(csv, starts[i], n);
        memset(csv + n, 'x', BYTES);
        assay_memory_set_ceiling(before + ((size_t)128 << 20));
        assert_status(read_with(&context, &options, csv, n + BYTES, &frame, NULL), ASSAY_EFORMAT);
        assay_memory_set_ceiling(0);
        ck_assert_msg(strstr(context.error.message, "more than 16 MiB") != NULL, "%s",
                      context.error.message);
        ck_assert_uint_eq(context.error.line, i < 2 ? 1 : 2);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    free(csv);
}
END_TEST

static size_t write_wide(char *csv, int columns)
{
    size_t n = 0;
    for (int i = 0; i < columns; i++)
        n += (size_t)sprintf(csv + n, "%sc%d", i == 0 ? "" : ",", i);
    csv[n++] = '\n';
    for (int row = 0; row < 3; row++)
        for (int i = 0; i < columns; i++)
            n += (size_t)sprintf(csv + n, "%d%s", (row + i) % 10, i + 1 < columns ? "," : "\n");
    return n;
}

START_TEST(there_are_16384_columns_at_most)
{
    char *csv = malloc(100000 * 16);
    const assay_csv_options options = finding();
    assay_source *source = NULL;
    assay_block block;
    size_t n = write_wide(csv, 16384), wrong = 0;
    assert_ok(open_csv(&context, csv, n, &options, &source));
    ck_assert_uint_eq(source->n_columns, 16384);
    for (size_t row = 0; row < 3; row += block.rows) {
        assert_ok(source->next(&context, source, &block));
        ck_assert_uint_ge(block.rows, 1);
        for (size_t r = 0; r < block.rows; r++)
            for (size_t i = 0; i < 16384; i++) {
                char scratch[ASSAY_CELL_BYTES];
                size_t length;
                const char *cell = assay_column_cell(block.columns[i], r, scratch, &length);
                wrong += length != 1 || cell[0] != (char)('0' + (row + r + i) % 10);
            }
    }
    ck_assert_uint_eq(wrong, 0);
    assay_source_free(source);
    n = write_wide(csv, 16385);
    assert_status(open_csv(&context, csv, n, &options, &source), ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(strstr(context.error.message, "more than 16384 columns"));
    n = write_wide(csv, 100000);
    assert_status(open_csv(&context, csv, n, &options, &source), ASSAY_EFORMAT);
    free(csv);
}
END_TEST

/* ---- columns that are not kept, and memory ---- */

START_TEST(columns_that_are_not_kept_are_not_made)
{
    static const char csv[] = "a,b,c\n1,2,3\n4,\"5\",6\n";
    static const bool keep[] = {false, true, false};
    const assay_csv_options options = finding();
    assay_source *source = NULL;
    assay_block block;
    assert_ok(open_csv(&context, csv, sizeof csv - 1, &options, &source));
    assay_source_keep(source, keep);
    assert_ok(source->next(&context, source, &block));
    ck_assert_uint_eq(block.rows, 2);
    ck_assert_ptr_null(block.columns[0]);
    ck_assert_ptr_null(block.columns[2]);
    assert_cells(block.columns[1], "2|5");
    assay_source_free(source);
}
END_TEST

static assay_status read_some(assay_context *with, void *self)
{
    static const char *const from[] = {"x_y"}, *const to[] = {"z"};
    static const char csv[] =
        "title\nA;X y;,\nZo\xEB;\"a \"\"long\"\" text, longer than others\";1\n;2\n";
    assay_csv_options options = finding();
    assay_frame *frame = NULL;
    (void)self;
    options.skip = 1;
    options.fill = true;
    options.encoding = ASSAY_WINDOWS_1252;
    options.delimiter = ';';
    options.naming = (assay_naming){.clean = true, .n_renames = 1, .from = from, .to = to};
    const assay_status status = read_with(with, &options, csv, sizeof csv - 1, &frame, NULL);
    if (status == ASSAY_OK)
        assert_column(frame, "z", "a \"long\" text, longer than others|2");
    assay_frame_free(frame);
    return status;
}

START_TEST(no_memory_no_table)
{
    sweep_memory(read_some, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_header");
    TCase *tests = tcase_create("csv_header");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, the_delimiter_is_the_one_that_fits, 0,
                        sizeof found_in / sizeof found_in[0]);
    tcase_add_test(tests, two_delimiters_that_fit_and_none_are_refused_with_the_header);
    tcase_add_test(tests, where_two_fit_more_rows_are_read);
    tcase_add_test(tests, title_lines_are_skipped_whatever_stands_in_them);
    tcase_add_test(tests, lines_are_counted_from_the_title_on);
    tcase_add_test(tests, clean_names_and_new_ones);
    tcase_add_test(tests, short_rows_are_filled_and_empty_fields_too_many_left_out);
    tcase_add_test(tests, rows_that_cannot_be_filled_are_refused);
    tcase_add_test(tests, a_record_of_delimiters_alone_ends_reading_soon);
    tcase_add_test(tests, other_encodings_are_read_and_their_bytes_counted);
    tcase_add_test(tests, a_long_file_of_another_encoding_is_read_whole);
    tcase_add_test(tests, what_is_no_table_says_what_it_is);
    tcase_add_test(tests, a_record_without_an_end_is_refused_and_memory_is_bounded);
    tcase_add_test(tests, there_are_16384_columns_at_most);
    tcase_add_test(tests, columns_that_are_not_kept_are_not_made);
    tcase_add_test(tests, no_memory_no_table);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
