#include "tables.h"

#include "data/spreadsheet.h"
#include "zip.h"

static assay_context context;

/* ---- reading files and bytes ---- */

static assay_status open_path(assay_context *with, const char *path,
                              const assay_spreadsheet_options *options, assay_source **source)
{
    assay_door *door = NULL;
    assay_input *input;
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_input_open(with, door, path, &input);
    if (status == ASSAY_OK)
        status = assay_spreadsheet_open(with, input, options, source);
    assay_door_free(door);
    return status;
}

static void put_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

static char *get_bytes(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    char *bytes = malloc(1 << 24);
    *length = fread(bytes, 1, 1 << 24, file);
    fclose(file);
    return bytes;
}

/* All columns with one wish; what was met goes to *facts, whose names are gone with the source. */
static assay_status read_path(assay_context *with, const char *path,
                              const assay_spreadsheet_options *options, assay_type type,
                              assay_spreadsheet_facts *facts, assay_frame **frame)
{
    assay_source *source = NULL;
    assay_column_wish wishes[32];
    for (int i = 0; i < 32; i++)
        wishes[i] = (assay_column_wish){.type = type};
    assay_status status = open_path(with, path, options, &source);
    if (status == ASSAY_OK)
        status = assay_source_collect(with, source, wishes, NULL, frame);
    if (status == ASSAY_OK && facts != NULL)
        *facts = *assay_spreadsheet_facts_of(source);
    assay_source_free(source);
    return status;
}

static assay_status read_zip(zip_text *zip, const assay_spreadsheet_options *options,
                             assay_spreadsheet_facts *facts, assay_frame **frame)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    put_bytes(path, zip->bytes, zip->length);
    const assay_status status = read_path(&context, path, options, ASSAY_TEXT, facts, frame);
    remove_folder(folder);
    zip_free(zip);
    return status;
}

#define SHEET(rows) "<worksheet " ZIP_MAIN "><sheetData>" rows "</sheetData></worksheet>"
#define NAME(name)  "<c t=\"inlineStr\"><is><t>" name "</t></is></c>"
#define HEAD        "<row>" NAME("a") NAME("b") "</row>"

static const assay_spreadsheet_options *defaults(void)
{
    static assay_spreadsheet_options options;
    options = assay_spreadsheet_defaults();
    return &options;
}

static assay_frame *read_sheet(const char *sheet, const char *styles, const char *strings,
                               assay_spreadsheet_facts *facts)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    zip_xlsx(&zip, ZIP_WORKBOOK, sheet, styles, strings);
    const assay_status status = read_zip(&zip, defaults(), facts, &frame);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return frame;
}

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
    assert_ok(open_csv(&context, csv, length, &options, &source));
    assert_ok(assay_source_collect(&context, source, wishes, NULL, &frame));
    assert_cases(frame);
    assay_frame_free(frame);
    assay_source_free(source);
    free(csv);
    assert_ok(read_path(&context, "tests/formats/cases.xlsx", defaults(), ASSAY_INFER, NULL, &frame));
    assert_cases(frame);
    assay_frame_free(frame);
    assert_ok(read_path(&context, "tests/formats/cases.ods", defaults(), ASSAY_INFER, NULL, &frame));
    assert_cases(frame);
    assay_frame_free(frame);
}
END_TEST

static const char *const odd[] = {"tests/formats/odd.xlsx", "tests/formats/odd.ods"};

START_TEST(values_of_every_kind_are_read_from_both_formats)
{
    assay_frame *frame = NULL;
    assay_spreadsheet_facts facts;
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    options.skip = 1;
    assert_ok(read_path(&context, odd[_i], &options, ASSAY_TEXT, &facts, &frame));
    assert_column(frame, "key",
                  "date|moment|time|span|share|truth|lie|error|absent|sum|text|empty text|words|"
                  "long|hidden|comment|runs|merged|NA");
    assert_column(frame, "value",
                  "2018-11-05|2018-11-05 14:30:00|14:30:05|36:15:00|0.125|TRUE|FALSE|NA|NA|0.3|ab|"
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
    assert_ok(read_path(&context, odd[_i], &options, ASSAY_TEXT, NULL, &frame));
    assert_column(frame, "b", "2");
    assay_frame_free(frame);
    options.sheet = NULL;
    options.number = 2; /* hidden */
    assert_ok(read_path(&context, odd[_i], &options, ASSAY_TEXT, NULL, &frame));
    assert_column(frame, "a", "1");
    assay_frame_free(frame);
    options.number = 4;
    assert_status(read_path(&context, odd[_i], &options, ASSAY_TEXT, NULL, &frame), ASSAY_EUNKNOWN);
    ck_assert_str_eq(context.error.message,
                     "there is no sheet 4, but 3: 'Titles', 'Secret', 'Second & last'");
    options.sheet = "titles";
    assert_status(read_path(&context, odd[_i], &options, ASSAY_TEXT, NULL, &frame), ASSAY_EUNKNOWN);
    ck_assert_ptr_nonnull(strstr(context.error.message, "no sheet 'titles', but 'Titles', 'Secret'"));
    ck_assert_str_eq(context.error.argument, "sheet");
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
        "<si><r><rPr><b/></rPr><t>bo</t></r><r><t>ld</t></r><rPh sb=\"0\" eb=\"1\"><t>no</t></rPh></si>"
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
              "<row><c><v>0.10000000000000001</v></c></row><row><c><v>0.30000000000000004</v></c></row>"
              "<row><c><v>123456789012</v></c></row><row><c><v>4.0000000000000002E-2</v></c></row>"
              "<row><c><v>1E+300</v></c></row><row><c><v>-0.5</v></c></row><row><c><v>2.50</v></c></row>"
              "<row><c t=\"n\"><v>007</v></c></row><row><c><v>-0</v></c></row>"),
        "", "", NULL);
    assert_column(frame, "a",
                  "0.1|0.30000000000000004|123456789012|0.04|1e+300|-0.5|2.5|7|0");
    assay_frame_free(frame);
}
END_TEST

/* Styles 1 ...: the formats in their order. */
static const struct {
    const char *format; /* numFmtId, or a code */
    const char *value, *want;
} dates[] = {
    {"14", "43409", "2018-11-05"},
    {"22", "43409.604166666664", "2018-11-05 14:30:00"},
    {"20", "0.604166666666667", "14:30:00"},
    {"21", "0", "00:00:00"},
    {"46", "1.5104166666666667", "36:15:00"},
    {"45", "43409.5", "2018-11-05 12:00:00"},
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
    zip_xlsx(&zip,
             "<workbook xmlns:r=\"" ZIP_R "\"><workbookPr date1904=\"1\"/><sheets>"
             "<sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>",
             SHEET("<row>" NAME("a") "</row><row><c s=\"1\"><v>0</v></c></row>"
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
    zip_xlsx(&zip, ZIP_WORKBOOK,
             SHEET(HEAD "<row><c s=\"1\"><v>43409</v></c><c><v>0.5</v></c></row>"
                        "<row>" NAME("06/11/2018") NAME("1,25") "</row>"),
             "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
             "");
    assert_ok(read_zip(&zip, &options, NULL, &frame));
    assert_column(frame, "a", "05/11/2018|06/11/2018");
    assert_column(frame, "b", "0,5|1,25");
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
             SHEET("<row>" NAME("NA") NAME("b") "</row><row>" NAME("NA") "<c><v>-9</v></c>"
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
    assert_ok(open_path(&context, path, defaults(), &source));
    assay_source_keep(source, (const bool[]){false, true});
    assert_ok(source->next(&context, source, &block));
    ck_assert_uint_eq(block.rows, 1);
    ck_assert_ptr_null(block.columns[0]);
    assert_cells(block.columns[1], "2");
    assert_ok(source->next(&context, source, &block));
    ck_assert_uint_eq(block.rows, 0);
    assay_source_free(source);
    remove_folder(folder);
}
END_TEST

/* ---- ods ---- */

#define OFFICE "<office:document-content><office:body><office:spreadsheet>"
#define CLOSE  "</office:spreadsheet></office:body></office:document-content>"
#define TEXT(value)                                                                                \
    "<table:table-cell office:value-type=\"string\"><text:p>" value "</text:p></table:table-cell>"

START_TEST(repeated_rows_and_cells_are_as_many_and_empty_ones_cost_nothing)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    assay_spreadsheet_facts facts;
    const size_t before = assay_memory_in_use();
    zip_ods(&zip,
            OFFICE "<table:table table:name=\"S\">"
                   "<table:table-row table:number-rows-repeated=\"2\">"
                   "<table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>"
                   "<table:table-row>" TEXT("a") TEXT("b") TEXT("c")
                   "<table:table-cell table:number-columns-repeated=\"16381\"/></table:table-row>"
                   "<table:table-row table:number-rows-repeated=\"3\">"
                   "<table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"float\""
                   " office:value=\"1.50\"/><table:covered-table-cell/></table:table-row>"
                   "<table:table-row><table:table-cell/></table:table-row>"
                   "<table:table-row>" TEXT("x") "</table:table-row>"
                   "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>"
                   "<table:table-row table:number-rows-repeated=\"1048566\">"
                   "<table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>"
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
    zip_ods(&zip,
            OFFICE "<table:table table:name=\"S\"><table:table-row>" TEXT("a") "</table:table-row>"
                   "<table:table-row><table:table-cell office:value-type=\"string\">"
                   "<office:annotation><text:p>note</text:p></office:annotation>"
                   "<text:p> one\n  two<text:s text:c=\"3\"/><text:span>three</text:span></text:p>"
                   "<text:p>l<text:tab/>i<text:line-break/>n<text:ruby><text:ruby-base>e"
                   "</text:ruby-base><text:ruby-text>no</text:ruby-text></text:ruby></text:p>"
                   "<draw:frame><text:p>drawn</text:p></draw:frame></table:table-cell></table:table-row>"
                   "<table:table-row>" TEXT("<text:s/>x<text:s/>") "</table:table-row>"
                   "<table:table-row><table:table-cell office:value-type=\"string\" "
                   "office:string-value=\"kept\"><text:p>shown</text:p></table:table-cell></table:table-row>"
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
    {"date", "date-value", "2018-11-05T14:30:00.250000000", "2018-11-05 14:30:00.250"},
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
    snprintf(content, sizeof content,
             OFFICE "<table:table table:name=\"S\"><table:table-row>" TEXT("a")
                    "</table:table-row><table:table-row><table:table-cell office:value-type=\"%s\" "
                    "office:%s=\"%s\"><text:p>shown</text:p></table:table-cell></table:table-row>"
                    "</table:table>" CLOSE,
             ods_values[_i].type, ods_values[_i].attribute, ods_values[_i].value);
    zip_ods(&zip, content, "");
    assert_ok(read_zip(&zip, defaults(), NULL, &frame));
    assert_column(frame, "a", ods_values[_i].want);
    assay_frame_free(frame);
}
END_TEST

/* ---- what is refused ---- */

#define ROW(cells) SHEET(HEAD "<row>" cells "</row>")
#define DEEP8(x)   "<x><x><x><x><x><x><x><x>" x
#define DEEP64     DEEP8(DEEP8(DEEP8(DEEP8(DEEP8(DEEP8(DEEP8(DEEP8("<x>"))))))))

static const struct {
    const char *sheet, *message;
} bad_sheets[] = {
    {SHEET(""), "has no values"},
    {SHEET("<row><c><v></v></c></row>"), "has no values"},
    {SHEET("<row><c r=\"B1\"><v>1</v></c></row>"), "cell A1: column 1 is without a name"},
    {SHEET("<row>" NAME("a") NAME("a") "</row>"), "cell B1: the name 'a' stands in the header twice"},
    {SHEET("<row><c t=\"e\"><v>#N/A</v></c></row>"), "cell A1: an error value, where the header is"},
    {ROW("<c r=\"C2\"><v>1</v></c>"), "cell C2: a value, but the header has no name"},
    {ROW("<c r=\"C2\" t=\"e\"><v>#N/A</v></c>"), "cell C2: a value, but the header"},
    {ROW("<c r=\"A2\"><v>1</v></c><c r=\"A2\"><v>2</v></c>"), "cell A2: the cell stands in the file twice"},
    {ROW("<c r=\"A3\"><v>1</v></c>"), "named as if it stood elsewhere"},
    {ROW("<c r=\"2\"><v>1</v></c>"), "named as if it stood elsewhere"},
    {ROW("<c r=\"ZZZZ2\"><v>1</v></c>"), "named as if it stood elsewhere"},
    {SHEET(HEAD "<row r=\"1\"><c><v>1</v></c></row>"), "the rows are out of order"},
    {SHEET(HEAD "<row r=\"0\"/>"), "a row without a proper number"},
    {SHEET(HEAD "<row r=\"1048577\"><c><v>1</v></c></row>"), "at most 1,048,576 rows"},
    {SHEET("<row><c r=\"XFE1\"><v>1</v></c></row>"), "at most 16,384 columns"},
    {ROW("<c><v>one</v></c>"), "cell A2: it is said to hold a number, but does not"},
    {ROW("<c><v>nan</v></c>"), "but does not"},
    {ROW("<c t=\"b\"><v>2</v></c>"), "neither true nor false"},
    {ROW("<c t=\"s\"><v>7</v></c>"), "names a shared string that is not there"},
    {ROW("<c t=\"x\"><v>7</v></c>"), "of no known type"},
    {"<worksheet><sheetData><row>", "byte 27: no element found"},
    {"<worksheet><sheetData></worksheet>", "mismatched tag"},
    {"<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet/>", "document type declaration"},
    {"<worksheet>&a;</worksheet>", "undefined entity"},
    {DEEP64, "more than 64 levels deep"},
    {"", "no element found"},
};
enum { N_BAD_SHEETS = sizeof bad_sheets / sizeof bad_sheets[0] };

static void assert_refused(zip_text *zip, const char *message)
{
    assay_frame *frame = NULL;
    const size_t before = assay_memory_in_use();
    assert_status(read_zip(zip, defaults(), NULL, &frame), ASSAY_EFORMAT);
    ck_assert_ptr_null(frame);
    ck_assert_msg(strstr(context.error.message, message) != NULL, "%s, want %s",
                  context.error.message, message);
    ck_assert_uint_ne(strlen(context.error.file), 0);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}

START_TEST(a_sheet_that_cannot_be_is_refused_with_its_place)
{
    zip_text zip = {0};
    zip_xlsx(&zip, ZIP_WORKBOOK, bad_sheets[_i].sheet, "", "");
    assert_refused(&zip, bad_sheets[_i].message);
}
END_TEST

static zip_text plain_bytes(const char *bytes, size_t length)
{
    zip_text zip = {0};
    zip_put(&zip.bytes, &zip.length, bytes, length);
    return zip;
}

START_TEST(files_of_other_kinds_are_told_apart)
{
    zip_text zip = {0};
    zip = plain_bytes("", 0);
    assert_refused(&zip, "the file is empty");
    zip = plain_bytes("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more", 17);
    assert_refused(&zip, "an old .xls or a file with a password");
    zip = plain_bytes("case_id;name\n1;J\xF6rg\n", 20);
    assert_refused(&zip, "a text file, and no spreadsheet");
    zip = plain_bytes("%PDF\0\1\2\3", 8);
    assert_refused(&zip, "neither an xlsx nor an ods");
    zip = plain_bytes("PK\3\4", 4);
    assert_refused(&zip, "damaged or cut short");
    zip_add(&zip, "readme.txt", "hello");
    zip_end(&zip);
    assert_refused(&zip, "a zip without a workbook in it");
    zip_ods(&zip, "<office:document-content><office:body><office:text><table:table/></office:text></office:body></office:document-content>", "");
    assert_refused(&zip, "an OpenDocument file, but no spreadsheet");
    zip_ods(&zip, OFFICE CLOSE, "<manifest><file-entry><encryption-data/></file-entry></manifest>");
    assert_refused(&zip, "the file has a password");
    zip_ods(&zip, OFFICE CLOSE, "");
    assert_refused(&zip, "no sheet with cells");
}
END_TEST

START_TEST(workbooks_with_parts_missing_or_locked_are_refused)
{
    zip_text zip = {0};
    zip_add_relations(&zip);
    zip_add(&zip, "xl/workbook.xml", ZIP_WORKBOOK);
    zip_end(&zip);
    assert_refused(&zip, "the file lacks its part xl/worksheets/sheet1.xml");
    zip_add_relations(&zip);
    zip_add(&zip, "xl/workbook.xml", "<workbook><sheets><sheet name=\"a\" r:id=\"r9\"/></sheets></workbook>");
    zip_end(&zip);
    assert_refused(&zip, "a sheet is not there");
    zip_add_relations(&zip);
    zip_add_packed(&zip, "xl/workbook.xml", "0123456789abcdef", 16, 1, 1, 0, 4);
    zip_end(&zip);
    assert_refused(&zip, "the file has a password");
    zip_xlsx(&zip, "<workbook><sheets><sheet name=\"a\" state=\"hidden\" r:id=\"r1\"/></sheets></workbook>",
             SHEET(HEAD), "", "");
    assert_refused(&zip, "all sheets are hidden");
    zip_add(&zip, "_rels/.rels", "<Relationships><Relationship Id=\"1\" Type=\"x/officeDocument\" "
                                 "Target=\"xl/workbook.bin\"/></Relationships>");
    zip_end(&zip);
    assert_refused(&zip, "an .xlsb");
}
END_TEST

START_TEST(a_file_cut_anywhere_is_refused)
{
    static const char *const files[] = {"tests/formats/cases.xlsx", "tests/formats/cases.ods",
                                        "tests/formats/odd.xlsx", "tests/formats/odd.ods"};
    size_t length;
    char *bytes = get_bytes(files[_i], &length);
    const size_t before = assay_memory_in_use();
    for (size_t cut = 1; cut < length; cut += 97) {
        assay_frame *frame = NULL;
        zip_text zip = plain_bytes(bytes, cut);
        const assay_status status = read_zip(&zip, defaults(), NULL, &frame);
        ck_assert_msg(status == ASSAY_EFORMAT, "%zu bytes: %s", cut, assay_status_name(status));
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    free(bytes);
}
END_TEST

/* ---- bombs ---- */

/* Bits of a deflated text (RFC 1951): numbers from their low end, codes from their high end. */
typedef struct bits {
    char *bytes;
    size_t n;
} bits;

static void put_bit(bits *to, unsigned bit)
{
    to->bytes[to->n / 8] = (char)(to->bytes[to->n / 8] | (char)(bit << to->n % 8));
    to->n++;
}

static void put_number(bits *to, unsigned number, int n)
{
    for (int i = 0; i < n; i++)
        put_bit(to, number >> i & 1);
}

static void put_code(bits *to, unsigned code, int n)
{
    while (n-- > 0)
        put_bit(to, code >> n & 1);
}

/*
** `begin` and a space in a block with the fixed codes; then n MiB of spaces, as many as a zip can
** hold: a block whose only codes are 1 for "258 bytes" and 0 for the end, and 0 for "one back".
*/
static char *deflate_spaces(const char *begin, size_t mib, size_t *length)
{
    static const unsigned char lengths[18] = {[2] = 1, [17] = 1}; /* of the codes for 18 and for 1 */
    const size_t runs = mib * ((1 << 20) / 258) + 1;
    bits to = {calloc(runs / 4 + 1024, 1), 0};
    put_number(&to, 0 | 1 << 1, 3);
    for (; *begin != '\0'; begin++)
        put_code(&to, 0x30u + (unsigned char)*begin, 8);
    put_code(&to, 0x30 + ' ', 8);
    put_code(&to, 0, 7);
    put_number(&to, 1 | 2 << 1, 3);
    put_number(&to, 29, 5);
    put_number(&to, 0, 5);
    put_number(&to, 14, 4);
    for (int i = 0; i < 18; i++)
        put_number(&to, lengths[i], 3);
    put_number(&to, 1 | 127 << 1, 8); /* 138 codes of no length, */
    put_number(&to, 1 | 107 << 1, 8); /* 118, */
    put_number(&to, 0, 1);            /* the end, of length 1, */
    put_number(&to, 1 | 17 << 1, 8);  /* 28, */
    put_number(&to, 0, 2);            /* 258 bytes, one back */
    for (size_t i = 0; i < runs; i++)
        put_number(&to, 1, 2);
    put_bit(&to, 0);
    *length = to.n / 8 + 1;
    return to.bytes;
}

static const struct {
    const char *begin, *message;
} bombs[] = {
    {"<worksheet><sheetData>", "unpacks to more than a spreadsheet has"},
    {"<worksheet ", "has a tag that is too long"},
    {"<worksheet a=\"", "has a tag that is too long"},
    {"", "has a tag that is too long"},
    {"<worksheet><sheetData><row><c t=\"str\"><v>", "a cell with more than 1 MiB of text"},
};

START_TEST(a_part_that_unpacks_without_end_is_refused_in_little_memory)
{
    size_t packed;
    zip_text zip = {0};
    const size_t before = assay_memory_in_use();
    char *bomb = deflate_spaces(bombs[_i].begin, 300, &packed);
    ck_assert_uint_lt(packed, 350000);
    zip_add_relations(&zip);
    zip_add(&zip, "xl/workbook.xml", ZIP_WORKBOOK);
    zip_add_packed(&zip, "xl/worksheets/sheet1.xml", bomb, packed, 0, 0, 8, 300 << 20);
    zip_end(&zip);
    free(bomb);
    assay_memory_set_ceiling(before + (32 << 20));
    assert_refused(&zip, bombs[_i].message);
    assay_memory_set_ceiling(0);
}
END_TEST

/* ---- writing ---- */

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

static const char everything[] =
    "id,day,n,x,level,note\n"
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
            ck_assert_msg(n == m && (c == NULL || memcmp(c, d, n) == 0), "%s, row %zu: '%.*s' '%.*s'",
                          assay_frame_name(a, i), row + 1, (int)n, c, (int)m, d);
        }
    }
}

START_TEST(what_is_written_reads_back_the_same)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_frame *frame = table(everything), *back = NULL;
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    assert_ok(write_frame(&context, frame, path, formats[_i], "Cases", 0));
    assert_ok(read_path(&context, path, defaults(), ASSAY_INFER, NULL, &back));
    assert_same(frame, back);
    assay_frame_free(back);
    assay_frame_free(frame);
    remove_folder(folder);
}
END_TEST

START_TEST(numbers_keep_all_17_digits_or_as_many_as_are_asked_for)
{
    static const double values[] = {0.1 + 0.2, 1.0 / 3, 5e-324, 1.797e308 / 3, -2e-5,
                                    123456789.123456789};
    enum { N = sizeof values / sizeof values[0] };
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_frame *frame = NULL, *back = NULL;
    const assay_column_wish wish = {.type = ASSAY_NUMBER};
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add_numbers(&context, frame, "x", N, values));
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    for (int digits = 0; digits <= 3; digits += 3) {
        assert_ok(write_frame(&context, frame, path, formats[_i], "S", digits));
        assert_ok(read_path(&context, path, defaults(), wish.type, NULL, &back));
        for (size_t i = 0; i < N; i++)
            assert_close(assay_frame_column(back, 0)->numbers[i], values[i],
                         digits == 0 ? 0 : i == 2 ? 0.1 : 0.005);
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
    assert_ok(write_frame(&context, frame, path, formats[_i], "Cases", 0));
    char *first = get_bytes(path, &n);
    sleep(2); /* the resolution of a zip's times */
    assert_ok(write_frame(&context, frame, path, formats[_i], "Cases", 0));
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
    assert_ok(write_frame(&context, frame, path, formats[_i], "S", 0));
    assert_ok(read_path(&context, path, defaults(), ASSAY_TEXT, NULL, &back));
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
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add_integers(&context, frame, "x", ROWS, values));
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    assert_ok(write_frame(&context, frame, path, formats[_i], "S", 0));
    assert_ok(read_path(&context, path, defaults(), ASSAY_INTEGER, NULL, &back));
    ck_assert_uint_eq(assay_frame_rows(back), ROWS);
    ck_assert_int_eq(memcmp(assay_frame_column(back, 0)->integers, values, ROWS * sizeof *values), 0);
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
    const assay_status status = write_frame(&context, frame, path, format, sheet, 0);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    ck_assert_int_eq(access(path, F_OK) == 0, status == ASSAY_OK);
    assay_frame_free(frame);
    remove_folder(folder);
    return status;
}

START_TEST(what_a_sheet_cannot_hold_is_refused)
{
    static const char *const names[] = {"", "a/b", "'a", "a'", "[a]", "a:b", "a\nb", "\xFF",
                                        "12345678901234567890123456789012"};
    static char csv[70000];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_status(write_csv_text("a\n1\n", ASSAY_XLSX, names[i]), ASSAY_EDOM);
    assert_ok(write_csv_text("a\n1\n", ASSAY_ODS, "1234567890123456789012345678\xC3\xA4\xC3\xB6\xC3\xBC"));
    strcpy(csv, "a\nx\n");
    memset(csv + 4, 'y', 32768);
    csv[4 + 32768] = '\0';
    assert_status(write_csv_text(csv, ASSAY_XLSX, "S"), ASSAY_EFORMAT);
    ck_assert_uint_eq(context.error.row, 2);
    ck_assert_str_eq(context.error.argument, "a");
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
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add_numbers(&context, frame, "x", 3, values));
    assert_status(write_frame(&context, frame, "/tmp/assay-not-written", formats[_i], "S", 0),
                  ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.message, "row 3, column 'x' is infinite");
    assay_frame_free(frame);
}
END_TEST

/* ---- stops and memory ---- */

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)done, (void)total;
    return --*(int *)self < 0 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(reading_and_writing_can_be_stopped)
{
    const size_t before = assay_memory_in_use();
    for (int polls = 0, done = 0; !done; polls++) {
        int left = polls;
        assay_frame *frame = NULL;
        assay_context with = {.poll = stop, .self = &left};
        const assay_status status =
            read_path(&with, odd[_i], &(assay_spreadsheet_options){.skip = 1}, ASSAY_TEXT, NULL, &frame);
        ck_assert(status == ASSAY_OK || status == ASSAY_ESTOPPED);
        done = status == ASSAY_OK;
        assay_frame_free(frame);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        ck_assert_int_lt(polls, 1000);
    }
}
END_TEST

static assay_status try_reading(assay_context *with, void *self)
{
    assay_frame *frame = NULL;
    const assay_status status = read_path(with, self, &(assay_spreadsheet_options){.skip = 1},
                                          ASSAY_INFER, NULL, &frame);
    assay_frame_free(frame);
    return status;
}

START_TEST(each_allocation_of_reading_may_fail)
{
    sweep_memory(try_reading, (void *)(uintptr_t)odd[_i]);
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
    Suite *suite = suite_create("spreadsheet");
    TCase *tests = tcase_create("spreadsheet");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, one_list_saved_three_ways_by_libreoffice_is_one_frame);
    tcase_add_loop_test(tests, values_of_every_kind_are_read_from_both_formats, 0, 2);
    tcase_add_loop_test(tests, sheets_are_found_by_name_and_number_and_told_when_they_are_not, 0, 2);
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
    tcase_add_loop_test(tests, a_sheet_that_cannot_be_is_refused_with_its_place, 0, N_BAD_SHEETS);
    tcase_add_test(tests, files_of_other_kinds_are_told_apart);
    tcase_add_test(tests, workbooks_with_parts_missing_or_locked_are_refused);
    tcase_add_loop_test(tests, a_file_cut_anywhere_is_refused, 0, 4);
    tcase_add_loop_test(tests, a_part_that_unpacks_without_end_is_refused_in_little_memory, 0, 5);
    tcase_add_loop_test(tests, what_is_written_reads_back_the_same, 0, 2);
    tcase_add_loop_test(tests, numbers_keep_all_17_digits_or_as_many_as_are_asked_for, 0, 2);
    tcase_add_loop_test(tests, the_same_frame_gives_the_same_bytes, 0, 2);
    tcase_add_loop_test(tests, empty_frames_are_written_and_read, 0, 2);
    tcase_add_loop_test(tests, rows_beyond_a_block_keep_their_order, 0, 2);
    tcase_add_test(tests, what_a_sheet_cannot_hold_is_refused);
    tcase_add_loop_test(tests, what_is_infinite_is_refused_with_its_row, 0, 2);
    tcase_add_loop_test(tests, reading_and_writing_can_be_stopped, 0, 2);
    tcase_add_loop_test(tests, each_allocation_of_reading_may_fail, 0, 2);
    tcase_add_loop_test(tests, each_allocation_of_writing_may_fail, 0, 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
