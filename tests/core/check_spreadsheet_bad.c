#include "sheets.h"

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
    {SHEET("<row>" NAME("a") NAME("a") "</row>"),
     "cell B1: the name 'a' stands in the header twice"},
    {SHEET("<row><c t=\"e\"><v>#N/A</v></c></row>"),
     "cell A1: an error value, where the header is"},
    {ROW("<c r=\"C2\"><v>1</v></c>"), "cell C2: a value, but the header has no name"},
    {ROW("<c r=\"C2\" t=\"e\"><v>#N/A</v></c>"), "cell C2: a value, but the header"},
    {ROW("<c r=\"A2\"><v>1</v></c><c r=\"A2\"><v>2</v></c>"),
     "cell A2: the cell stands in the file twice"},
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
    ck_assert_msg(strstr(shared_context.error.message, message) != NULL, "%s, want %s",
                  shared_context.error.message, message);
    ck_assert_uint_ne(strlen(shared_context.error.file), 0);
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
    assert_refused(&zip, "neither an xlsx nor an ods file: this is a PDF file");
    zip = plain_bytes("PK\3\4", 4);
    assert_refused(&zip, "damaged or cut short");
    zip_add(&zip, "readme.txt", "hello");
    zip_end(&zip);
    assert_refused(&zip, "a zip without a workbook in it");
    zip_ods(&zip,
            "<office:document-content><office:body><office:text><table:table/></office:text></"
            "office:body></office:document-content>",
            "");
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
    zip_add(&zip, "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"a\" r:id=\"r9\"/></sheets></workbook>");
    zip_end(&zip);
    assert_refused(&zip, "a sheet is not there");
    zip_add_relations(&zip);
    zip_add_packed(&zip, "xl/workbook.xml", "0123456789abcdef", 16, 1, 1, 0, 4);
    zip_end(&zip);
    assert_refused(&zip, "the file has a password");
    zip_xlsx(
        &zip,
        "<workbook><sheets><sheet name=\"a\" state=\"hidden\" r:id=\"r1\"/></sheets></workbook>",
        SHEET(HEAD), "", "");
    assert_refused(&zip, "all sheets are hidden");
    zip_add(&zip, "_rels/.rels",
            "<Relationships><Relationship Id=\"1\" Type=\"x/officeDocument\" "
            "Target=\"xl/workbook.bin\"/></Relationships>");
    zip_end(&zip);
    assert_refused(&zip, "an .xlsb");
}
END_TEST

START_TEST(a_zip_of_very_many_parts_is_refused_before_its_list_is_read)
{
    char name[40];
    zip_text zip = {0};
    for (int i = 0; i < 70000; i++) {
        snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i);
        zip_add(&zip, name, "");
    }
    zip_end(&zip);
    assert_refused(&zip, "more parts than a spreadsheet has");
}
END_TEST

/* `columns` names, and a row that stands `times` times behind `empty` empty ones. */
static zip_text repeats(int columns, int empty, int times)
{
    static char content[1 << 16];
    zip_text zip = {0};
    size_t n = (size_t)snprintf(content, sizeof content,
                                OFFICE "<table:table table:name=\"S\"><table:table-row>");
    for (int i = 0; i < columns; i++)
        n += (size_t)snprintf(content + n, sizeof content - n, TEXT("c%d"), i);
    snprintf(content + n, sizeof content - n,
             "</table:table-row><table:table-row table:number-rows-repeated=\"%d\"/>"
             "<table:table-row table:number-rows-repeated=\"%d\">"
             "<table:table-cell table:number-columns-repeated=\"%d\" office:value-type=\"string\">"
             "<text:p>x</text:p></table:table-cell></table:table-row></table:table>" CLOSE,
             empty, times, columns);
    zip_ods(&zip, content, "");
    return zip;
}

START_TEST(a_few_bytes_do_not_become_millions_of_cells)
{
    assay_frame *frame = NULL;
    zip_text zip = repeats(300, 1, 1048570);
    assert_refused(&zip, "1048570 rows of 300 columns that are empty or repeat one");
    zip = repeats(300, 1048570, 1);
    assert_refused(&zip, "1048570 rows of 300 columns that are empty or repeat one");
    zip = repeats(2, 3, 1000);
    assert_ok(read_zip(&zip, defaults(), NULL, &frame));
    ck_assert_uint_eq(assay_frame_rows(frame), 1003);
    assay_frame_free(frame);
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
    static const unsigned char lengths[18] = {
        [2] = 1, [17] = 1}; /* of the codes for 18 and for 1 */
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

/* ---- stops and memory ---- */

static const char *const odd[] = {ODD_XLSX, ODD_ODS};

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
        const assay_status status = read_path(
            &with, odd[_i], &(assay_spreadsheet_options){.skip = 1}, ASSAY_TEXT, NULL, &frame);
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
    const assay_status status =
        read_path(with, self, &(assay_spreadsheet_options){.skip = 1}, ASSAY_INFER, NULL, &frame);
    assay_frame_free(frame);
    return status;
}

START_TEST(each_allocation_of_reading_may_fail)
{
    sweep_memory(try_reading, (void *)(uintptr_t)odd[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spreadsheet, bad files");
    TCase *tests = tcase_create("spreadsheet, bad files");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_sheet_that_cannot_be_is_refused_with_its_place, 0, N_BAD_SHEETS);
    tcase_add_test(tests, files_of_other_kinds_are_told_apart);
    tcase_add_test(tests, workbooks_with_parts_missing_or_locked_are_refused);
    tcase_add_test(tests, a_zip_of_very_many_parts_is_refused_before_its_list_is_read);
    tcase_add_test(tests, a_few_bytes_do_not_become_millions_of_cells);
    tcase_add_loop_test(tests, a_file_cut_anywhere_is_refused, 0, 4);
    tcase_add_loop_test(tests, a_part_that_unpacks_without_end_is_refused_in_little_memory, 0, 5);
    tcase_add_loop_test(tests, reading_and_writing_can_be_stopped, 0, 2);
    tcase_add_loop_test(tests, each_allocation_of_reading_may_fail, 0, 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
