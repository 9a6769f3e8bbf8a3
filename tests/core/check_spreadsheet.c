#include "sheets.h"

/* ---- files of LibreOffice ---- */

static const struct {
    const char *name, *cells;
} cases[] = {
    {"case_id", "0001|0107|1E5|00000000000000000042|1/2|NA|+44|TRUE"},
    {"name", "Jörg|Zoë|Åsa|Müller|Ñandú|NA|Ğ|日本"},
    {"start", "2018-11-05|2018-12-31|2019-01-01|2016-02-29|NA|NA|1970-01-01|1999-12-31"},
    {"score", "0.25|NA|12.5|-3.75|0.1|NA|100|0.000125"},
    {"n", "51|7|0|40|NA|NA|123456789012|-5"},
    {"gender", "M|F|F|M|F|NA|M|F"},
    {"note", "plain|said \"no\"; then went|NA|two\nlines| a  b |NA|=1+1|100%"},
};
enum { N_CASES = sizeof cases / sizeof cases[0] };

static void assert_cases(const assay_frame *frame)
{
    static const assay_type types[] = {ASSAY_TEXT,    ASSAY_TEXT,     ASSAY_DATE, ASSAY_NUMBER,
                                       ASSAY_INTEGER, ASSAY_CATEGORY, ASSAY_TEXT};
    ck_assert_uint_eq(assay_frame_columns(frame), N_CASES);
    for (size_t i = 0; i < N_CASES; i++) {
        assert_column(frame, cases[i].name, cases[i].cells);
        ck_assert_str_eq(assay_type_name(assay_frame_column(frame, i)->type),
                         assay_type_name(types[i]));
    }
}

START_TEST(one_list_saved_three_ways_by_libreoffice_is_one_frame)
{
    size_t length;
    assay_frame *frame = NULL;
    assay_source *source = NULL;
    assay_column_wish wishes[N_CASES];
    assay_csv_options options = assay_csv_defaults();
    options.delimiter = ';';
    for (size_t i = 0; i < N_CASES; i++)
        wishes[i] = (assay_column_wish){.type = ASSAY_INFER};
    char *csv = get_bytes("tests/formats/cases.csv", &length);
    assert_ok(open_csv(&shared_context, csv, length, &options, &source));
    assert_ok(assay_source_collect(&shared_context, source, wishes, NULL, &frame));
    assert_cases(frame);
    assay_frame_free(frame);
    assay_source_free(source);
    free(csv);
    assert_ok(read_path(&shared_context, "tests/formats/cases.xlsx", defaults(), ASSAY_INFER, NULL,
                        &frame));
    assert_cases(frame);
    assay_frame_free(frame);
    assert_ok(read_path(&shared_context, "tests/formats/cases.ods", defaults(), ASSAY_INFER, NULL,
                        &frame));
    assert_cases(frame);
    assay_frame_free(frame);
}
END_TEST

static const char *const odd[] = {ODD_XLSX, ODD_ODS};

START_TEST(values_of_every_kind_are_read_from_both_formats)
{
    assay_frame *frame = NULL;
    assay_spreadsheet_facts facts;
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    options.skip = 1;
    assert_ok(read_path(&shared_context, odd[_i], &options, ASSAY_TEXT, &facts, &frame));
    assert_column(frame, "key",
                  "date|moment|time|span|share|truth|lie|error|absent|sum|text|empty text|words|"
                  "long|hidden|comment|runs|merged|NA");
    assert_column(frame, "value",
                  "2018-11-05|2018-11-05T14:30:00|14:30:05|36:15:00|0.125|TRUE|FALSE|NA|NA|0.3|ab|"
                  "NA|12|123456789012|1|has one|one two  threefour|1|2");
    ck_assert_uint_eq(facts.n_sheets, 3);
    ck_assert_uint_eq(facts.error_cells, 2);
    ck_assert_uint_eq(facts.hidden_rows, 1);
    ck_assert_uint_eq(facts.merged, 2);
    ck_assert_uint_eq(facts.first_row, 4);
    ck_assert_uint_eq(facts.empty_rows, 0);
    ck_assert(!facts.from_1904);
    assay_frame_free(frame);
}
END_TEST

START_TEST(sheets_are_found_by_name_and_number_and_told_when_they_are_not)
{
    assay_frame *frame = NULL;
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    options.sheet = "Second & last";
    assert_ok(read_path(&shared_context, odd[_i], &options, ASSAY_TEXT, NULL, &frame));
    assert_column(frame, "b", "2");
    assay_frame_free(frame);
    options.sheet = NULL;
    options.number = 2; /* hidden */
    assert_ok(read_path(&shared_context, odd[_i], &options, ASSAY_TEXT, NULL, &frame));
    assert_column(frame, "a", "1");
    assay_frame_free(frame);
    options.number = 4;
    assert_status(read_path(&shared_context, odd[_i], &options, ASSAY_TEXT, NULL, &frame),
                  ASSAY_EUNKNOWN);
    ck_assert_str_eq(shared_context.error.message,
                     "there is no sheet 4, but 3: 'Titles', 'Secret', 'Second & last'");
    options.sheet = "titles";
    assert_status(read_path(&shared_context, odd[_i], &options, ASSAY_TEXT, NULL, &frame),
                  ASSAY_EUNKNOWN);
    ck_assert_ptr_nonnull(
        strstr(shared_context.error.message, "no sheet 'titles', but 'Titles', 'Secret'"));
    ck_assert_str_eq(shared_context.error.argument, "sheet");
}
END_TEST

START_TEST(the_first_visible_sheet_is_read)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    assay_spreadsheet_facts facts;
    zip_ods(&zip,
            "<office:document-content><office:automatic-styles>"
            "<style:style style:name=\"t1\"><style:table-properties table:display=\"true\"/></style:style>"
            "<style:style style:name=\"t2\"><style:table-properties table:display=\"false\"/></style:style>"
            "</office:automatic-styles><office:body><office:spreadsheet>"
            "<table:table table:name=\"A\" table:style-name=\"t2\"><table:table-row>" TEXT("hidden")
            "</table:table-row></table:table><table:table table:name=\"B\" table:style-name=\"t1\">"
            "<table:table-row>" TEXT("visible") "</table:table-row></table:table>" CLOSE,
            "");
    assert_ok(read_zip(&zip, defaults(), &facts, &frame));
    ck_assert_str_eq(assay_frame_name(frame, 0), "visible");
    ck_assert_uint_eq(facts.n_sheets, 2);
    assay_frame_free(frame);
    zip_xlsx(&zip,
             "<workbook xmlns:r=\"" ZIP_R "\"><sheets><sheet name=\"A\" state=\"veryHidden\" r:id=\"r2\"/>"
             "<sheet name=\"B\" state=\"hidden\" r:id=\"r1\"/><sheet name=\"C\" r:id=\"r1\"/></sheets></workbook>",
             SHEET(HEAD), "", "");
    assert_ok(read_zip(&zip, defaults(), &facts, &frame));
    ck_assert_uint_eq(facts.n_sheets, 2); /* r2 is no worksheet */
    assay_frame_free(frame);
}
END_TEST

/* ---- cells of an xlsx ---- */

START_TEST(text_comes_from_strings_runs_and_escapes)
{
    assay_frame *frame = read_sheet(
        SHEET(HEAD "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>"
                   "<row><c t=\"s\"><v>2</v></c><c t=\"str\"><f>A1</f><v>f_x0009_</v></c></row>"
                   "<row><c t=\"inlineStr\"><is><r><t>in</t></r><r><t> line</t></r></is></c>"
                   "<c t=\"s\"><v>3</v></c></row>"),
        "",
        "<sst><si><t>plain</t></si>"
        "<si><r><rPr><b/></rPr><t>bo</t></r><r><t>ld</t></r><rPh sb=\"0\" "
        "eb=\"1\"><t>no</t></rPh></si>"
        "<si><t>_x005F_x0041_ _x0041_ _xD83D__xDE00_ _xD83D_ _x0000_ _x00e9_</t></si><si/></sst>",
        NULL);
    assert_column(frame, "a", "plain|_x0041_ A \xF0\x9F\x98\x80 _xD83D_ _x0000_ \xC3\xA9|in line");
    assert_column(frame, "b", "bold|f\t|NA");
    assay_frame_free(frame);
}
END_TEST

START_TEST(numbers_become_the_shortest_text_that_reads_back_the_same)
{
    assay_frame *frame = read_sheet(
        SHEET("<row>" NAME("a") "</row>"
                                "<row><c><v>0.10000000000000001</v></c></"
                                "row><row><c><v>0.30000000000000004</v></c></row>"
                                "<row><c><v>123456789012</v></c></"
                                "row><row><c><v>4.0000000000000002E-2</v></c></row>"
                                "<row><c><v>1E+300</v></c></row><row><c><v>-0.5</v></c></"
                                "row><row><c><v>2.50</v></c></row>"
                                "<row><c t=\"n\"><v>007</v></c></row><row><c><v>-0</v></c></row>"),
        "", "", NULL);
    assert_column(frame, "a", "0.1|0.30000000000000004|123456789012|0.04|1e+300|-0.5|2.5|7|0");
    assay_frame_free(frame);
}
END_TEST

/* Styles 1 ...: the formats in their order. */
static const struct {
    const char *format; /* numFmtId, or a code */
    const char *value, *want;
} dates[] = {
    {"14", "43409", "2018-11-05"},
    {"22", "43409.604166666664", "2018-11-05T14:30:00"},
    {"20", "0.604166666666667", "14:30:00"},
    {"21", "0", "00:00:00"},
    {"46", "1.5104166666666667", "36:15:00"},
    {"45", "43409.5", "2018-11-05T12:00:00"},
    {"2", "43409", "43409"},
    {"yyyy\\-mm\\-dd", "43409", "2018-11-05"},
    {"[$-409]mmmm d, yyyy;@", "43409", "2018-11-05"},
    {"[Red]0.00", "43409", "43409"},
    {"0.0 \"days\"", "43409", "43409"},
    {"0\\d", "43409", "43409"},
    {"_-* #,##0_d", "43409", "43409"},
    {"0.00E+00", "43409", "43409"},
    {"General", "43409", "43409"},
    {"GENERAL\" h\"", "43409", "43409"},
    {"h:mm AM/PM", "0.25", "06:00:00"},
    {"[hh]:mm", "-0.5", "-12:00:00"},
    {"[mm]:ss", "0.0006944444444444", "00:01:00"},
    {"mmm", "43409", "2018-11-05"},
    {"mm:ss.0", "0.00001157407", "00:00:01"},
    {"mm:ss.0", "0.0000173611", "00:00:01.500"},
    {"0;[Red]d", "43409", "43409"}, /* the second section is that of negative numbers */
    {"14", "1", "1900-01-01"},
    {"14", "59", "1900-02-28"},
    {"14", "60", "1900-02-29"}, /* Excel shows this day, which never was */
    {"14", "61", "1900-03-01"},
    {"14", "0", "1900-01-00"},
    {"14", "2958465", "9999-12-31"},
    {"14", "2958466", "2958466"}, /* no date, but nothing is lost */
    {"14", "-1", "-1"},
    {"14", "43408.999999999", "2018-11-05"}, /* noise of less than a millisecond */
};
enum { N_DATES = sizeof dates / sizeof dates[0] };

START_TEST(formats_say_what_is_a_date)
{
    static char styles[8192], sheet[8192], one[512];
    const bool built_in = strspn(dates[_i].format, "0123456789") == strlen(dates[_i].format);
    snprintf(one, sizeof one, "<numFmts><numFmt numFmtId=\"170\" formatCode='%s'/></numFmts>",
             built_in ? "0" : dates[_i].format);
    for (char *at = one; (at = strchr(at, '&')) != NULL; at++)
        ck_abort_msg("a format with an entity");
    snprintf(styles, sizeof styles,
             "<styleSheet>%s<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf/>"
             "<xf numFmtId=\"%s\"/></cellXfs></styleSheet>",
             built_in ? "" : one, built_in ? dates[_i].format : "170");
    snprintf(sheet, sizeof sheet,
             SHEET("<row>" NAME("a") "</row><row><c s=\"1\"><v>%s</v></c></row>"), dates[_i].value);
    assay_frame *frame = read_sheet(sheet, styles, "", NULL);
    assert_column(frame, "a", dates[_i].want);
    assay_frame_free(frame);
}
END_TEST

START_TEST(dates_are_counted_from_1904_where_the_workbook_says_so)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    assay_spreadsheet_facts facts;
    zip_xlsx(
        &zip,
        "<workbook xmlns:r=\"" ZIP_R "\"><workbookPr date1904=\"1\"/><sheets>"
        "<sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>",
        SHEET("<row>" NAME(
            "a") "</row><row><c s=\"1\"><v>0</v></c></row>"
                 "<row><c s=\"1\"><v>41947</v></c></row><row><c s=\"1\"><v>0.5</v></c></row>"),
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
        "");
    assert_ok(read_zip(&zip, defaults(), &facts, &frame));
    assert_column(frame, "a", "1904-01-01|2018-11-05|12:00:00");
    ck_assert(facts.from_1904);
    assay_frame_free(frame);
}
END_TEST

START_TEST(dates_and_decimals_come_as_the_texts_beside_them)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    options.dates = "dd/mm/yyyy";
    options.decimal = ',';
    zip_xlsx(
        &zip, ZIP_WORKBOOK,
        SHEET(HEAD "<row><c s=\"1\"><v>43409</v></c><c><v>0.5</v></c></row>"
                   "<row>" NAME("06/11/2018") NAME("1,25") "</row>"
                   "<row><c s=\"1\"><v>43409.5</v></c><c><v>-2</v></c></row>"),
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
        "");
    assert_ok(read_zip(&zip, &options, NULL, &frame));
    assert_column(frame, "a", "05/11/2018|06/11/2018|2018-11-05T12:00:00");
    assert_column(frame, "b", "0,5|1,25|-2");
    assay_frame_free(frame);
}
END_TEST

START_TEST(rows_and_cells_may_be_left_out)
{
    assay_spreadsheet_facts facts;
    assay_frame *frame = read_sheet(
        SHEET("<row r=\"2\"/><row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>b</t></is></c>"
              "<c r=\"A3\" t=\"inlineStr\"><is><t>a</t></is></c></row>"
              "<row r=\"5\"><c r=\"B5\"><v>5</v></c></row>"
              "<row r=\"7\"><c><v>7</v></c><c t=\"e\"><v>#DIV/0!</v></c><c r=\"C7\" s=\"0\"/></row>"
              "<row r=\"9\"><c/></row><row r=\"12\"/>"),
        "", "", &facts);
    assert_column(frame, "a", "NA|NA|NA|7");
    assert_column(frame, "b", "NA|5|NA|NA");
    ck_assert_uint_eq(facts.first_row, 4);
    ck_assert_uint_eq(facts.error_cells, 1);
    ck_assert_uint_eq(facts.empty_rows, 5); /* 8 to 12 */
    assay_frame_free(frame);
}
END_TEST

START_TEST(cells_that_mean_missing_are_missing_wherever_they_stand)
{
    static const char *const missing[] = {"NA", "-9"};
    zip_text zip = {0};
    assay_frame *frame = NULL;
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    options.missing = missing;
    options.n_missing = 2;
    zip_xlsx(&zip, ZIP_WORKBOOK,
             SHEET("<row>" NAME("NA") NAME("b") "</row><row>" NAME(
                 "NA") "<c><v>-9</v></c>"
                       "<c r=\"D2\" t=\"inlineStr\"><is><t>NA</t></is></c></row>"
                       "<row>" NAME("x") "<c><v>9</v></c></row>"),
             "", "");
    assert_ok(read_zip(&zip, &options, NULL, &frame));
    assert_column(frame, "NA", "NA|x");
    assert_column(frame, "b", "NA|9");
    assay_frame_free(frame);
}
END_TEST

START_TEST(names_are_cleaned_and_changed_on_demand)
{
    static const char *const from[] = {"b"}, *const to[] = {"unit"};
    zip_text zip = {0};
    assay_frame *frame = NULL;
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    options.naming = (assay_naming){.clean = true, .n_renames = 1, .from = from, .to = to};
    zip_xlsx(&zip, ZIP_WORKBOOK,
             SHEET("<row>" NAME("Case ID") "<c/>" NAME("B") NAME("case id") "</row>"), "", "");
    assert_ok(read_zip(&zip, &options, NULL, &frame));
    ck_assert_uint_eq(assay_frame_columns(frame), 4);
    ck_assert_str_eq(assay_frame_name(frame, 0), "case_id");
    ck_assert_str_eq(assay_frame_name(frame, 1), "column");
    ck_assert_str_eq(assay_frame_name(frame, 2), "unit");
    ck_assert_str_eq(assay_frame_name(frame, 3), "case_id_2");
    ck_assert_uint_eq(assay_frame_rows(frame), 0);
    assay_frame_free(frame);
}
END_TEST

START_TEST(columns_that_nobody_wants_are_not_made)
{
    zip_text zip = {0};
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_source *source = NULL;
    assay_block block;
    zip_xlsx(&zip, ZIP_WORKBOOK, SHEET(HEAD "<row><c><v>1</v></c><c><v>2</v></c></row>"), "", "");
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    put_bytes(path, zip.bytes, zip.length);
    zip_free(&zip);
    assert_ok(open_path(&shared_context, path, defaults(), &source));
    assay_source_keep(source, (const bool[]){false, true});
    assert_ok(source->next(&shared_context, source, &block));
    ck_assert_uint_eq(block.rows, 1);
    ck_assert_ptr_null(block.columns[0]);
    assert_cells(block.columns[1], "2");
    assert_ok(source->next(&shared_context, source, &block));
    ck_assert_uint_eq(block.rows, 0);
    assay_source_free(source);
    remove_folder(folder);
}
END_TEST

/* ---- ods ---- */

START_TEST(repeated_rows_and_cells_are_as_many_and_empty_ones_cost_nothing)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    assay_spreadsheet_facts facts;
    const size_t before = assay_memory_in_use();
    zip_ods(
        &zip,
        OFFICE
        "<table:table table:name=\"S\">"
        "<table:table-row table:number-rows-repeated=\"2\">"
        "<table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>"
        "<table:table-row>" TEXT("a") TEXT("b") TEXT(
            "c") "<table:table-cell table:number-columns-repeated=\"16381\"/></table:table-row>"
                 "<table:table-row table:number-rows-repeated=\"3\">"
                 "<table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"float\""
                 " office:value=\"1.50\"/><table:covered-table-cell/></table:table-row>"
                 "<table:table-row><table:table-cell/></table:table-row>"
                 "<table:table-row>" TEXT(
                     "x") "</table:table-row>"
                          "<table:table-row "
                          "table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>"
                          "<table:table-row table:number-rows-repeated=\"1048566\">"
                          "<table:table-cell "
                          "table:number-columns-repeated=\"16384\"/></table:table-row>"
                          "</table:table>" CLOSE,
        "");
    assay_memory_set_ceiling(before + (4 << 20));
    assert_ok(read_zip(&zip, defaults(), &facts, &frame));
    assay_memory_set_ceiling(0);
    assert_column(frame, "a", "1.5|1.5|1.5|NA|x");
    assert_column(frame, "b", "1.5|1.5|1.5|NA|NA");
    assert_column(frame, "c", "NA|NA|NA|NA|NA");
    ck_assert_uint_eq(facts.first_row, 4);
    ck_assert_uint_eq(facts.empty_rows, 2); /* the last repeats fill the sheet */
    assay_frame_free(frame);
}
END_TEST

START_TEST(text_of_an_ods_has_its_lines_spaces_and_nothing_of_notes)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    zip_ods(
        &zip,
        OFFICE "<table:table table:name=\"S\"><table:table-row>" TEXT(
            "a") "</table:table-row>"
                 "<table:table-row><table:table-cell office:value-type=\"string\">"
                 "<office:annotation><text:p>note</text:p></office:annotation>"
                 "<text:p> one\n  two<text:s text:c=\"3\"/><text:span>three</text:span></text:p>"
                 "<text:p>l<text:tab/>i<text:line-break/>n<text:ruby><text:ruby-base>e"
                 "</text:ruby-base><text:ruby-text>no</text:ruby-text></text:ruby></text:p>"
                 "<draw:frame><text:p>drawn</text:p></draw:frame></table:table-cell></"
                 "table:table-row>"
                 "<table:table-row>" TEXT(
                     "<text:s/>x<text:s/>") "</table:table-row>"
                                            "<table:table-row><table:table-cell "
                                            "office:value-type=\"string\" "
                                            "office:string-value=\"kept\"><text:p>shown</text:p></"
                                            "table:table-cell></table:table-row>"
                                            "</table:table>" CLOSE,
        "");
    assert_ok(read_zip(&zip, defaults(), NULL, &frame));
    assert_column(frame, "a", "one two   three\nl\ti\nne| x |kept");
    assay_frame_free(frame);
}
END_TEST

static const struct {
    const char *type, *attribute, *value, *want;
} ods_values[] = {
    {"float", "value", "1E5", "100000"},
    {"percentage", "value", "0.125", "0.125"},
    {"currency", "value", "-12.50", "-12.5"},
    {"date", "date-value", "2018-11-05", "2018-11-05"},
    {"date", "date-value", "2018-11-05T00:00:00", "2018-11-05"},
    {"date", "date-value", "2018-11-05T14:30:00.250000000", "2018-11-05T14:30:00.250"},
    {"date", "date-value", "1899-12-30", "1899-12-30"},
    {"date", "date-value", "2018-02-30", "2018-02-30"}, /* no date stays what it is */
    {"time", "time-value", "PT14H30M05S", "14:30:05"},
    {"time", "time-value", "PT36H15M00.5S", "36:15:00.500"},
    {"time", "time-value", "-PT1H0M0S", "-01:00:00"},
    {"time", "time-value", "P1DT1H", "25:00:00"},
    {"time", "time-value", "PT1.5H", "PT1.5H"},
    {"boolean", "boolean-value", "true", "TRUE"},
    {"boolean", "boolean-value", "false", "FALSE"},
};
enum { N_ODS_VALUES = sizeof ods_values / sizeof ods_values[0] };

START_TEST(values_of_an_ods_are_those_of_its_attributes)
{
    zip_text zip = {0};
    static char content[2048];
    assay_frame *frame = NULL;
    snprintf(
        content, sizeof content,
        OFFICE "<table:table table:name=\"S\"><table:table-row>" TEXT(
            "a") "</table:table-row><table:table-row><table:table-cell office:value-type=\"%s\" "
                 "office:%s=\"%s\"><text:p>shown</text:p></table:table-cell></table:table-row>"
                 "</table:table>" CLOSE,
        ods_values[_i].type, ods_values[_i].attribute, ods_values[_i].value);
    zip_ods(&zip, content, "");
    assert_ok(read_zip(&zip, defaults(), NULL, &frame));
    assert_column(frame, "a", ods_values[_i].want);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spreadsheet");
    TCase *tests = tcase_create("spreadsheet");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, one_list_saved_three_ways_by_libreoffice_is_one_frame);
    tcase_add_loop_test(tests, values_of_every_kind_are_read_from_both_formats, 0, 2);
    tcase_add_loop_test(tests, sheets_are_found_by_name_and_number_and_told_when_they_are_not, 0,
                        2);
    tcase_add_test(tests, the_first_visible_sheet_is_read);
    tcase_add_test(tests, text_comes_from_strings_runs_and_escapes);
    tcase_add_test(tests, numbers_become_the_shortest_text_that_reads_back_the_same);
    tcase_add_loop_test(tests, formats_say_what_is_a_date, 0, N_DATES);
    tcase_add_test(tests, dates_are_counted_from_1904_where_the_workbook_says_so);
    tcase_add_test(tests, dates_and_decimals_come_as_the_texts_beside_them);
    tcase_add_test(tests, rows_and_cells_may_be_left_out);
    tcase_add_test(tests, cells_that_mean_missing_are_missing_wherever_they_stand);
    tcase_add_test(tests, names_are_cleaned_and_changed_on_demand);
    tcase_add_test(tests, columns_that_nobody_wants_are_not_made);
    tcase_add_test(tests, repeated_rows_and_cells_are_as_many_and_empty_ones_cost_nothing);
    tcase_add_test(tests, text_of_an_ods_has_its_lines_spaces_and_nothing_of_notes);
    tcase_add_loop_test(tests, values_of_an_ods_are_those_of_its_attributes, 0, N_ODS_VALUES);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
