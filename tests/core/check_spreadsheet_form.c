#include "sheets.h"

#include "data/spreadsheet_parts.h"

/* ---- writing forms, and looking into the parts of a file ---- */

static const assay_form_field fields[] = {{"2.1", "Is it so? <\"&\">"}, {"2.2", NULL}};
static const char *const choices[] = {"Yes", "No", "NA"};

#define FORM(sheets_of_it, n)                                                                      \
    {                                                                                              \
        .n_sheets = (n), .n_fields = 2, .n_choices = 3, .sheets = (sheets_of_it),                  \
        .fields = fields, .choices = choices                                                       \
    }

typedef struct file {
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
} file;

static file make_file(void)
{
    file fresh;
    make_folder(fresh.folder);
    snprintf(fresh.path, sizeof fresh.path, "%s/file", fresh.folder);
    return fresh;
}

static assay_status write_form(assay_context *with, const assay_form *form, const char *path)
{
    assay_door *door = NULL;
    assay_output *output = NULL;
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_output_open(with, door, path, &output);
    if (status == ASSAY_OK)
        status = assay_form_write(with, form, 0, output);
    if (status == ASSAY_OK)
        status = assay_output_commit(with, output);
    assay_output_free(output);
    assay_door_free(door);
    return status;
}

/* Writes and forgets: is it refused, and how? */
static assay_status try_form(const assay_form *form)
{
    file to = make_file();
    const size_t before = assay_memory_in_use();
    const assay_status status = write_form(&shared_context, form, to.path);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    ck_assert_int_eq(access(to.path, F_OK) == 0, status == ASSAY_OK);
    remove_folder(to.folder);
    return status;
}

/* "<name a=\"b\">text" of all elements, one behind the other. */
typedef struct flat {
    size_t length;
    char text[1 << 20];
} flat;

static void add(flat *to, const char *bytes, size_t length)
{
    ck_assert_uint_lt(to->length + length + 1, sizeof to->text);
    memcpy(to->text + to->length, bytes, length);
    to->text[to->length += length] = '\0';
}

static assay_status flat_starts(assay_context *context, void *self, const char *name,
                                const char **attributes)
{
    (void)context;
    add(self, "<", 1);
    add(self, name, strlen(name));
    for (; *attributes != NULL; attributes += 2) {
        add(self, " ", 1);
        add(self, attributes[0], strlen(attributes[0]));
        add(self, "=\"", 2);
        add(self, attributes[1], strlen(attributes[1]));
        add(self, "\"", 1);
    }
    add(self, ">", 1);
    return ASSAY_OK;
}

static assay_status flat_text(assay_context *context, void *self, const char *bytes, size_t length)
{
    (void)context;
    add(self, bytes, length);
    return ASSAY_OK;
}

/* What a part of a file has in it; NULL: there is no such part. */
static const char *part_of(const char *path, const char *name)
{
    static flat self;
    static const assay_xml_handlers handlers = {.start = flat_starts, .text = flat_text};
    assay_door *door = NULL;
    assay_input *input;
    assay_package *package = NULL;
    self.length = 0;
    assert_ok(assay_door_new(&shared_context, &door));
    assert_ok(assay_input_open(&shared_context, door, path, &input));
    assert_ok(assay_package_open(&shared_context, input, &package));
    const bool there = assay_package_has(package, name);
    if (there)
        assert_ok(assay_part_read_whole(&shared_context, package, name, &handlers, &self));
    assay_package_free(package);
    assay_door_free(door);
    return there ? self.text : NULL;
}

static void assert_in(const char *text, const char *part)
{
    ck_assert_ptr_nonnull(text);
    ck_assert_msg(strstr(text, part) != NULL, "'%s' is not in %s", part, text);
}

static void assert_cell(const assay_frame *frame, const char *name, size_t row, const char *text)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length = 0;
    const assay_column *column = assay_frame_column(frame, assay_frame_find(frame, name));
    const char *cell = assay_column_cell(column, row, scratch, &length);
    ck_assert_int_eq(cell == NULL, text == NULL);
    ck_assert_msg(cell == NULL || (length == strlen(text) && memcmp(cell, text, length) == 0),
                  "%s, row %zu: '%.*s', not '%s'", name, row, (int)length, cell, text);
}

/* ---- what is written ---- */

static const char cases[] = "id,name,n\n007,=1+1,3\n1e5,@x,4\n0008,+44,\n";

START_TEST(a_form_has_notes_drop_downs_and_text_that_stays_text)
{
    file to = make_file();
    assay_frame *frame = table(cases);
    const assay_form_sheet sheets[] = {{"North's", frame, true}, {"Reserves", frame, false}};
    const assay_form form = FORM(sheets, 2);
    assert_ok(write_form(&shared_context, &form, to.path));
    const char *sheet = part_of(to.path, "xl/worksheets/sheet1.xml");
    assert_in(sheet, "sqref=\"D2:E4\"><formula1>\"Yes,No,NA\"");
    assert_in(sheet, "<legacyDrawing r:id=\"rId1\">");
    assert_in(sheet, "<pane xSplit=\"1\" ySplit=\"1\" topLeftCell=\"B2\"");
    assert_in(sheet, "<col min=\"1\" max=\"1\" width=\"8\" style=\"3\"");
    assert_in(sheet, "<col min=\"3\" max=\"3\" width=\"8\" customWidth"); /* a number stays one */
    assert_in(sheet, "<c r=\"A2\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">007");
    assert_in(sheet, "<c r=\"B2\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1");
    ck_assert_ptr_null(strstr(sheet, "<f>"));
    assert_in(sheet, "tabSelected");
    sheet = part_of(to.path, "xl/worksheets/sheet2.xml");
    ck_assert_ptr_null(strstr(sheet, "dataValidation"));
    ck_assert_ptr_null(strstr(sheet, "tabSelected")); /* two would be edited at once */
    assert_in(part_of(to.path, "xl/styles.xml"), "<xf numFmtId=\"49\"");
    const char *notes = part_of(to.path, "xl/comments1.xml");
    assert_in(notes, "<comment ref=\"D1\"");
    assert_in(notes, "Is it so? <\"&\">");
    ck_assert_ptr_null(strstr(notes, "E1"));
    assert_in(part_of(to.path, "xl/drawings/vmlDrawing1.vml"), "<x:Column>3");
    assert_in(part_of(to.path, "xl/workbook.xml"),
              "localSheetId=\"0\" hidden=\"1\">'North''s'!$A$1:$E$4");
    ck_assert_ptr_null(part_of(to.path, "xl/comments2.xml"));
    ck_assert_ptr_null(part_of(to.path, "docProps/core.xml"));
    assay_frame_free(frame);
    remove_folder(to.folder);
}
END_TEST

/* Names that a list in a formula holds, in UTF-16 units with commas between them, and one that is too long. */
START_TEST(choices_that_no_formula_holds_stand_on_a_hidden_sheet)
{
    static char long_one[300], with_quotes[300];
    static const struct {
        const char *choice;
        size_t length; /* 0: all of it */
        bool on_sheet;
    } rows[] = {{"", 249, false},  {"", 250, true}, {"a,b", 0, true},  {"a;b", 0, true},
                {" a", 0, true},   {"a ", 0, true}, {"a\nb", 0, true}, {"a \"b\" & <c>", 0, false},
                {"=1+1", 0, false}};
    file to = make_file();
    assay_frame *frame = table(cases);
    const assay_form_sheet sheets[] = {{"Cases", frame, true}};
    const char *three[] = {NULL, "No", "NA"};
    assay_form form = FORM(sheets, 1);
    form.choices = three;
    memset(long_one, 'x', sizeof long_one - 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        three[0] =
            rows[i].length > 0 ? long_one + sizeof long_one - 1 - rows[i].length : rows[i].choice;
        assert_ok(write_form(&shared_context, &form, to.path));
        const char *list = part_of(to.path, "xl/worksheets/sheet2.xml");
        ck_assert_msg((list != NULL) == rows[i].on_sheet, "row %zu", i);
        if (list == NULL)
            continue;
        assert_in(list, "<c r=\"A3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">NA");
        assert_in(part_of(to.path, "xl/workbook.xml"),
                  "name=\"Lists\" sheetId=\"2\" state=\"hidden\"");
        assert_in(part_of(to.path, "xl/worksheets/sheet1.xml"), "<formula1>Lists!$A$1:$A$3");
    }
    memset(with_quotes, '"', 124); /* doubled: 248 */
    three[0] = with_quotes;
    assert_ok(write_form(&shared_context, &form, to.path));
    ck_assert_ptr_null(part_of(to.path, "xl/worksheets/sheet2.xml"));
    assert_in(part_of(to.path, "xl/worksheets/sheet1.xml"), "\"\"\"\"\"\"\",No,NA\"");
    strcat(with_quotes, "\"");
    assert_ok(write_form(&shared_context, &form, to.path));
    ck_assert_ptr_nonnull(part_of(to.path, "xl/worksheets/sheet2.xml"));
    assay_frame_free(frame);
    remove_folder(to.folder);
}
END_TEST

START_TEST(boxes_of_notes_are_numbered_apart_and_stay_on_the_sheet)
{
    enum { FIELDS = 16381 }; /* beside three columns: the widest sheet there is */
    static assay_form_field many[FIELDS + 1];
    static char names[FIELDS + 1][8];
    file to = make_file();
    assay_frame *frame = table("id,a,b\n1,2,3\n");
    const assay_form_sheet sheets[] = {{"A", frame, true}, {"B", frame, true}};
    assay_form form = FORM(sheets, 2);
    for (size_t i = 0; i <= FIELDS; i++) {
        snprintf(names[i], sizeof names[i], "q%zu", i);
        many[i] = (assay_form_field){names[i], i % 1000 == 380 ? "note" : NULL};
    }
    form.fields = many;
    form.n_fields = FIELDS;
    assert_ok(write_form(&shared_context, &form, to.path));
    assert_in(part_of(to.path, "xl/drawings/vmlDrawing1.vml"),
              "data=\"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\"");
    assert_in(part_of(to.path, "xl/drawings/vmlDrawing1.vml"), "_x0000_s1405\""); /* 1024 + 381 */
    assert_in(part_of(to.path, "xl/drawings/vmlDrawing2.vml"),
              "_x0000_s17789\""); /* 17 * 1024 + 381 */
    assert_in(part_of(to.path, "xl/drawings/vmlDrawing2.vml"),
              "16379,15,0,2,16382,15,3,4"); /* column 16383: the box stands to its left */
    form.n_fields = FIELDS + 1;
    assert_status(try_form(&form), ASSAY_EFORMAT);
    ck_assert_str_eq(shared_context.error.message, "16385 columns: a sheet has at most 16,384");
    assay_frame_free(frame);
    remove_folder(to.folder);
}
END_TEST

START_TEST(the_same_form_gives_the_same_bytes)
{
    size_t n, m;
    file to = make_file();
    assay_frame *frame = table(cases);
    const assay_form_sheet sheets[] = {{"A", frame, true}, {"B", frame, true}};
    const assay_form form = FORM(sheets, 2);
    assert_ok(write_form(&shared_context, &form, to.path));
    char *first = get_bytes(to.path, &n);
    sleep(2); /* the resolution of a zip's times */
    assert_ok(write_form(&shared_context, &form, to.path));
    char *second = get_bytes(to.path, &m);
    ck_assert(n == m && memcmp(first, second, n) == 0);
    free(first);
    free(second);
    assay_frame_free(frame);
    remove_folder(to.folder);
}
END_TEST

START_TEST(what_no_form_can_be_is_refused)
{
    static char note[32769];
    static assay_form_sheet many[ASSAY_FORM_SHEETS + 1];
    static char names[ASSAY_FORM_SHEETS + 1][8];
    assay_frame *frame = table(cases);
    assay_form_sheet sheets[] = {{"\xC3\x84pfel", frame, true}, {"\xC3\xA4PFEL", frame, true}};
    const assay_form_field noted[] = {{"q", note}};
    assay_form form = FORM(sheets, 2);
    assert_status(try_form(&form), ASSAY_EDOM);
    ck_assert_str_eq(shared_context.error.message, "two sheets would be called '\xC3\xA4PFEL'");
    sheets[1].name = "hIsTory";
    assert_status(try_form(&form), ASSAY_EDOM);
    sheets[1].name = "lists";
    assert_ok(try_form(&form));
    form.choices = (const char *const[]){"a,b", "No", "NA"};
    assert_status(try_form(&form), ASSAY_EDOM); /* the hidden sheet is called so */
    sheets[1].name = "B";
    form.n_choices = 0;
    assert_status(try_form(&form), ASSAY_EDOM);
    form.n_choices = 3;
    form.choices = (const char *const[]){"Yes", "\xFF", "NA"};
    assert_status(try_form(&form), ASSAY_EFORMAT);
    form.choices = choices;
    form.fields = noted;
    form.n_fields = 1;
    memset(note, 'x', 32768);
    assert_status(try_form(&form), ASSAY_EFORMAT);
    note[32767] = '\0';
    assert_ok(try_form(&form));
    for (size_t i = 0; i <= ASSAY_FORM_SHEETS; i++) {
        snprintf(names[i], sizeof names[i], "s%zu", i);
        many[i] = (assay_form_sheet){names[i], frame, true};
    }
    form.sheets = many;
    form.n_sheets = ASSAY_FORM_SHEETS;
    assert_ok(try_form(&form));
    form.n_sheets++;
    assert_status(try_form(&form), ASSAY_EDOM);
    form.n_sheets = 0;
    assert_status(try_form(&form), ASSAY_EDOM);
    assay_frame_free(frame);
}
END_TEST

/* ---- what is read back ---- */

START_TEST(the_sheets_of_a_form_are_read_one_below_the_other)
{
    file to = make_file();
    assay_source *source = NULL;
    assay_frame *one = table(cases), *two = table("id,name,n\n3,,\n"), *none = table("id,name,n\n"),
                *back = NULL;
    const assay_form_sheet sheets[] = {{"Titles", one, false},
                                       {"A", one, true},
                                       {"B", two, true},
                                       {"none", none, true},
                                       {"C", one, true}};
    const assay_form form = FORM(sheets, 5);
    assay_column_wish wishes[8] = {{0}};
    assert_ok(write_form(&shared_context, &form, to.path));
    assert_ok(open_path(&shared_context, to.path, defaults(), &source));
    ck_assert_uint_eq(source->n_columns, 5);
    assert_ok(assay_source_collect(&shared_context, source, wishes, NULL, &back));
    ck_assert_uint_eq(assay_frame_rows(back), 7);
    assert_cell(back, "id", 0, "007");
    assert_cell(back, "id", 3, "3");
    assert_cell(back, "id", 6, "0008");
    assert_cell(back, "2.1", 6, NULL);
    const assay_spreadsheet_facts *facts = assay_spreadsheet_facts_of(source);
    ck_assert_uint_eq(facts->n_pieces, 4);
    static const char *const names[] = {"A", "B", "none", "C"};
    static const uint64_t before[] = {0, 3, 4, 4};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(facts->pieces[i].sheet, names[i]);
        ck_assert_uint_eq(facts->pieces[i].before, before[i]);
        ck_assert_uint_eq(facts->pieces[i].first_row, 2);
    }
    assay_source_free(source);
    assay_frame_free(back);
    assay_spreadsheet_options options = *defaults(); /* one that is named is read alone */
    options.sheet = "B";
    assert_ok(read_path(&shared_context, to.path, &options, ASSAY_TEXT, NULL, &back));
    ck_assert_uint_eq(assay_frame_rows(back), 1);
    assay_frame_free(back);
    assay_frame_free(one);
    assay_frame_free(two);
    assay_frame_free(none);
    remove_folder(to.folder);
}
END_TEST

START_TEST(sheets_go_on_in_the_middle_of_a_block)
{
    enum { ROWS = 70001, SHEETS = 3 };
    file to = make_file();
    assay_frame *frame = NULL, *back = NULL;
    int64_t *values = malloc(ROWS * sizeof *values);
    for (int64_t i = 0; i < ROWS; i++)
        values[i] = i * 7;
    assert_ok(assay_frame_new(&shared_context, &frame));
    assert_ok(assay_frame_add_integers(&shared_context, frame, "x", ROWS, values));
    const assay_form_sheet sheets[] = {{"A", frame, true}, {"B", frame, true}, {"C", frame, true}};
    const assay_form form = FORM(sheets, SHEETS);
    assert_ok(write_form(&shared_context, &form, to.path));
    assay_spreadsheet_facts facts;
    assert_ok(read_path(&shared_context, to.path, defaults(), ASSAY_INFER, &facts, &back));
    ck_assert_uint_eq(assay_frame_rows(back), SHEETS * ROWS);
    for (size_t i = 0; i < SHEETS * ROWS; i++)
        ck_assert_int_eq(assay_frame_column(back, 0)->integers[i], values[i % ROWS]);
    ck_assert_uint_eq(facts.rows, SHEETS * ROWS);
    assay_frame_free(back);
    assay_frame_free(frame);
    free(values);
    remove_folder(to.folder);
}
END_TEST

START_TEST(sheets_of_other_columns_are_refused_with_the_cell)
{
    static const struct {
        const char *csv, *message;
    } rows[] = {
        {"id,nome,n\n1,2,3\n",
         "sheet 'B', cell B1: the header differs from the first sheet's, which has 'name' here"},
        {"id,name,n,m\n1,2,3,4\n",
         "sheet 'B', cell D1: the header differs from the first sheet's, which has '2.1' here"},
        {"id,name\n1,2\n",
         "sheet 'B', cell C1: the header differs from the first sheet's, which has 'n' here"}};
    file to = make_file();
    assay_frame *frame = table(cases), *back = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_frame *other = table(rows[i].csv);
        const assay_form_sheet sheets[] = {{"A", frame, true}, {"B", other, true}};
        const assay_form form = FORM(sheets, 2);
        assert_ok(write_form(&shared_context, &form, to.path));
        assert_status(read_path(&shared_context, to.path, defaults(), ASSAY_INFER, NULL, &back),
                      ASSAY_EFORMAT);
        ck_assert_msg(strstr(shared_context.error.message, rows[i].message) != NULL, "%s",
                      shared_context.error.message);
        assay_frame_free(other);
    }
    assay_frame_free(frame);
    remove_folder(to.folder);
}
END_TEST

/* Two sheets, of which the marks are for those with the numbers in `names`; a chart stands before them. */
static assay_status read_marked(const char *names, const char *second, assay_frame **frame)
{
    static char workbook[2048];
    zip_text zip = {0};
    snprintf(workbook, sizeof workbook,
             "<workbook " ZIP_MAIN " xmlns:r=\"" ZIP_R "\"><sheets>"
             "<sheet name=\"Chart\" sheetId=\"1\" r:id=\"r9\"/><sheet name=\"A\" sheetId=\"2\" "
             "r:id=\"r1\"/>"
             "<sheet name=\"B\" sheetId=\"3\" r:id=\"r2\"/></sheets><definedNames>%s</definedNames>"
             "</workbook>",
             names);
    zip_add(&zip, "_rels/.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"" ZIP_R
            "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
    zip_add(&zip, "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"r9\" Type=\"" ZIP_R
            "/chartsheet\" Target=\"c.xml\"/><Relationship Id=\"r1\" Type=\"" ZIP_R
            "/worksheet\" Target=\"a.xml\"/><Relationship Id=\"r2\" Type=\"" ZIP_R
            "/worksheet\" Target=\"b.xml\"/></Relationships>");
    zip_add(&zip, "xl/workbook.xml", workbook);
    zip_add(&zip, "xl/a.xml", SHEET(HEAD "<row>" NAME("1") NAME("2") "</row><row/><row/>"));
    zip_add(&zip, "xl/b.xml", second);
    zip_end(&zip);
    return read_zip(&zip, defaults(), NULL, frame);
}

#define MARK(sheet)                                                                                \
    "<definedName name=\"assay_table\" localSheetId=\"" sheet "\">A!$A$1</definedName>"

START_TEST(marks_count_every_sheet_and_others_are_passed_over)
{
    static const char second[] = SHEET(
        "<row r=\"3\">" NAME("a") NAME("b") "</row><row r=\"6\">" NAME("3") NAME("4") "</row>");
    static const struct {
        const char *names;
        size_t rows;
        const char *first;
    } rows[] = {{"", 1, "1"},
                {MARK("2"), 3, NULL},
                {MARK("1") MARK("2"), 4, "1"},
                {MARK("0") MARK("7")
                     MARK("x") "<definedName name=\"assay_table\">A!$A$1</definedName>",
                 1, "1"},
                {"<definedName name=\"other\" localSheetId=\"2\">1</definedName>", 1, "1"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_frame *frame = NULL;
        assert_ok(read_marked(rows[i].names, second, &frame));
        ck_assert_uint_eq(assay_frame_rows(frame), rows[i].rows);
        assert_cell(frame, "a", 0, rows[i].first); /* empty rows between others are rows */
        assay_frame_free(frame);
    }
}
END_TEST

START_TEST(a_marked_sheet_without_a_header_is_refused)
{
    assay_frame *frame = NULL;
    assert_status(read_marked(MARK("1") MARK("2"), SHEET(""), &frame), ASSAY_EFORMAT);
    ck_assert_msg(strstr(shared_context.error.message, "sheet 'B' has no values") != NULL, "%s",
                  shared_context.error.message);
    assert_status(read_marked(MARK("1") MARK("2"),
                              SHEET("<row><c t=\"inlineStr\"><is><t>a</t></is></c></row>"), &frame),
                  ASSAY_EFORMAT);
    ck_assert_msg(strstr(shared_context.error.message, "which has 'b' here") != NULL, "%s",
                  shared_context.error.message);
}
END_TEST

/* ---- memory ---- */

static assay_status try_writing(assay_context *with, void *self)
{
    return write_form(with, self, "/tmp/assay-check-form");
}

static assay_status try_reading(assay_context *with, void *self)
{
    assay_frame *frame = NULL;
    (void)self;
    const assay_status status =
        read_path(with, "/tmp/assay-check-form", defaults(), ASSAY_INFER, NULL, &frame);
    assay_frame_free(frame);
    return status;
}

START_TEST(each_allocation_may_fail)
{
    assay_frame *frame = table(cases);
    const assay_form_sheet sheets[] = {{"A", frame, true}, {"B", frame, true}};
    assay_form form = FORM(sheets, 2);
    form.choices = (const char *const[]){"a,b", "No", "NA"};
    sweep_memory(try_writing, &form);
    sweep_memory(try_reading, NULL);
    unlink("/tmp/assay-check-form");
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spreadsheet, forms");
    TCase *tests = tcase_create("spreadsheet, forms");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_form_has_notes_drop_downs_and_text_that_stays_text);
    tcase_add_test(tests, choices_that_no_formula_holds_stand_on_a_hidden_sheet);
    tcase_add_test(tests, boxes_of_notes_are_numbered_apart_and_stay_on_the_sheet);
    tcase_add_test(tests, the_same_form_gives_the_same_bytes);
    tcase_add_test(tests, what_no_form_can_be_is_refused);
    tcase_add_test(tests, the_sheets_of_a_form_are_read_one_below_the_other);
    tcase_add_test(tests, sheets_go_on_in_the_middle_of_a_block);
    tcase_add_test(tests, sheets_of_other_columns_are_refused_with_the_cell);
    tcase_add_test(tests, marks_count_every_sheet_and_others_are_passed_over);
    tcase_add_test(tests, a_marked_sheet_without_a_header_is_refused);
    tcase_add_test(tests, each_allocation_may_fail);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
