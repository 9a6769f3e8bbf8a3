/* spreadsheet_write_xlsx.c -- the parts of an Office Open XML workbook (ECMA-376, part 1, 18). */
#include "data/spreadsheet_parts.h"

#include <string.h>

#include "base/text.h"

#define XML        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN       "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define DOCUMENT   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE    "http://schemas.openxmlformats.org/package/2006/"
#define SHEET_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const char content_types[] = XML
    "<Types xmlns=\"" PACKAGE "content-types\">"
    "<Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" SHEET_TYPE "sheet.main+xml\"/>"
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" SHEET_TYPE "worksheet+xml\"/>"
    "<Override PartName=\"/xl/styles.xml\" ContentType=\"" SHEET_TYPE "styles+xml\"/>"
    "</Types>";

static const char package_relations[] = XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
                                            "<Relationship Id=\"rId1\" Type=\"" DOCUMENT
                                            "/officeDocument\" Target=\"xl/workbook.xml\"/>"
                                            "</Relationships>";

static const char workbook_relations[] = XML
    "<Relationships xmlns=\"" PACKAGE "relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" DOCUMENT "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" DOCUMENT "/styles\" Target=\"styles.xml\"/>"
    "</Relationships>";

/* Style 0 is plain, 1 the header's, 2 a date's. */
static const char styles[] = XML
    "<styleSheet xmlns=\"" MAIN "\">"
    "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"
    "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>"
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
    "borderId=\"0\"/></cellStyleXfs>"
    "<cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>"
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/></cellXfs>"
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
    "</styleSheet>";

#define HEADER_STYLE " s=\"1\""
#define DATE_STYLE   " s=\"2\""

static assay_status write_workbook(assay_sheet *self)
{
    assay_status status = assay_xml_put(self, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" DOCUMENT
                                                  "\"><bookViews><workbookView/></bookViews>"
                                                  "<sheets><sheet name=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_escaped(self, self->name, strlen(self->name));
    return status == ASSAY_OK
               ? assay_xml_put(self, "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")
               : status;
}

/* ---- text ---- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* Would this be read as an escape of a character? */
static bool is_escape(const char *bytes, size_t length)
{
    if (length < 7 || bytes[0] != '_' || bytes[1] != 'x' || bytes[6] != '_')
        return false;
    return is_hex(bytes[2]) && is_hex(bytes[3]) && is_hex(bytes[4]) && is_hex(bytes[5]);
}

static assay_status put_unit(assay_sheet *self, unsigned unit)
{
    static const char digits[] = "0123456789ABCDEF";
    const char escape[] = {'_',
                           'x',
                           digits[unit >> 12 & 15],
                           digits[unit >> 8 & 15],
                           digits[unit >> 4 & 15],
                           digits[unit & 15],
                           '_'};
    return assay_xml_put_bytes(self, escape, sizeof escape);
}

/* The unit that has to be escaped here, and its bytes; 0: none. */
static unsigned unit_to_escape(const char *bytes, size_t length, size_t *n)
{
    const unsigned char c = (unsigned char)*bytes;
    *n = 1;
    if ((c < 0x20 && c != '\t' && c != '\n') || is_escape(bytes, length))
        return c;
    if (length < 3 || c != 0xEF || (unsigned char)bytes[1] != 0xBF ||
        (unsigned char)bytes[2] < 0xBE)
        return 0;
    *n = 3;
    return 0xFF40u + (unsigned char)bytes[2]; /* U+FFFE, U+FFFF */
}

static assay_status put_text(assay_sheet *self, const char *bytes, size_t length)
{
    assay_status status = ASSAY_OK;
    size_t plain = 0, n;
    for (size_t at = 0; status == ASSAY_OK && at < length; at += n) {
        const unsigned unit = unit_to_escape(bytes + at, length - at, &n);
        if (unit == 0)
            continue;
        status = assay_xml_put_escaped(self, bytes + plain, at - plain);
        if (status == ASSAY_OK)
            status = put_unit(self, unit);
        plain = at + n;
    }
    return status == ASSAY_OK ? assay_xml_put_escaped(self, bytes + plain, length - plain) : status;
}

static assay_status check_text(const assay_sheet *self, size_t row, size_t column,
                               const char *bytes, size_t length)
{
    size_t units = 0;
    if (memchr(bytes, 0, length) != NULL || !assay_text_is_utf8(bytes, length, NULL))
        return assay_sheet_fail(self, row, column, "is no UTF-8 text, or has a NUL in it");
    for (size_t i = 0; length > ASSAY_SHEET_CHARACTERS && i < length; i++)
        units += (size_t)((bytes[i] & 0xC0) != 0x80) + ((unsigned char)bytes[i] >= 0xF0);
    return units > ASSAY_SHEET_CHARACTERS
               ? assay_sheet_fail(
                     self, row, column,
                     "has more than the 32,767 characters that a cell of an xlsx holds")
               : ASSAY_OK;
}

/* ---- cells ---- */

/* <c r="AB12" */
static assay_status begin_cell(assay_sheet *self, size_t row, size_t column, const char *style)
{
    char name[ASSAY_CELL_NAME];
    assay_status status = assay_xml_put_bytes(self, "<c r=\"", 6);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, assay_cell_name(row + 1, column + 1, name));
    if (status == ASSAY_OK)
        status = assay_xml_put_bytes(self, "\"", 1);
    return status == ASSAY_OK ? assay_xml_put(self, style) : status;
}

static assay_status put_text_cell(assay_sheet *self, size_t row, size_t column, const char *style,
                                  const char *bytes, size_t length)
{
    assay_status status = check_text(self, row, column, bytes, length);
    if (status == ASSAY_OK)
        status = begin_cell(self, row, column, style);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    if (status == ASSAY_OK)
        status = put_text(self, bytes, length);
    return status == ASSAY_OK ? assay_xml_put(self, "</t></is></c>") : status;
}

static assay_status put_value_cell(assay_sheet *self, size_t row, size_t column, const char *style,
                                   const char *bytes, size_t length)
{
    assay_status status = begin_cell(self, row, column, style);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "><v>");
    if (status == ASSAY_OK)
        status = assay_xml_put_bytes(self, bytes, length);
    return status == ASSAY_OK ? assay_xml_put(self, "</v></c>") : status;
}

/*
** Before March 1900 programs do not agree on the number of a day (spreadsheet_value.c), and before
** that year there is none: such dates are text.
*/
static assay_status put_date_cell(assay_sheet *self, size_t row, size_t column, const char *bytes,
                                  size_t length)
{
    enum { FIRST = 61, BEFORE_FIRST = -25569 /* 1899-12-30 */ };
    char serial[ASSAY_NUMBER_TEXT];
    const int32_t day = assay_frame_column(self->frame, column)->days[self->row] - BEFORE_FIRST;
    if (day < FIRST)
        return put_text_cell(self, row, column, "", bytes, length);
    const size_t n = assay_number_to_text(day, serial);
    return put_value_cell(self, row, column, DATE_STYLE, serial, n);
}

static assay_status put_cell(assay_sheet *self, size_t row, size_t column)
{
    char scratch[ASSAY_CELL_BYTES];
    const char *cell;
    size_t length;
    assay_cell_form form;
    const assay_status status = assay_sheet_cell(self, column, scratch, &cell, &length, &form);
    if (status != ASSAY_OK || cell == NULL)
        return status;
    switch (form) {
    case ASSAY_FORM_NUMBER:
        return put_value_cell(self, row, column, "", cell, length);
    case ASSAY_FORM_DATE:
        return put_date_cell(self, row, column, cell, length);
    default:
        return put_text_cell(self, row, column, "", cell, length);
    }
}

/* ---- the sheet ---- */

static assay_status begin_row(assay_sheet *self, size_t row)
{
    assay_status status = assay_xml_put(self, "<row r=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, row + 1);
    return status == ASSAY_OK ? assay_xml_put(self, "\">") : status;
}

static assay_status put_width(assay_sheet *self, size_t column)
{
    assay_status status = assay_xml_put(self, "<col min=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, column + 1);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "\" max=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, column + 1);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "\" width=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, assay_sheet_width(self, column));
    return status == ASSAY_OK ? assay_xml_put(self, "\" customWidth=\"1\"/>") : status;
}

static assay_status begin_sheet(assay_sheet *self)
{
    const size_t n = assay_frame_columns(self->frame);
    assay_status status = assay_xml_put(
        self, XML "<worksheet xmlns=\"" MAIN "\"><sheetViews>"
                  "<sheetView tabSelected=\"1\" workbookViewId=\"0\"><pane ySplit=\"1\" "
                  "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>"
                  "</sheetViews>");
    if (status == ASSAY_OK && n > 0)
        status = assay_xml_put(self, "<cols>");
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = put_width(self, i);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, n > 0 ? "</cols><sheetData>" : "<sheetData>");
    if (status == ASSAY_OK)
        status = begin_row(self, 0);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const char *name = assay_frame_name(self->frame, i);
        status = put_text_cell(self, 0, i, HEADER_STYLE, name, strlen(name));
    }
    return status == ASSAY_OK ? assay_xml_put(self, "</row>") : status;
}

static assay_status write_row(assay_sheet *self)
{
    const size_t n = assay_frame_columns(self->frame), row = self->row + 1;
    assay_status status = begin_row(self, row);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = put_cell(self, row, i);
    return status == ASSAY_OK ? assay_xml_put(self, "</row>") : status;
}

static assay_status end_sheet(assay_sheet *self)
{
    return assay_xml_put(self, "</sheetData></worksheet>");
}

const assay_sheet_part assay_xlsx_parts[] = {
    {.path = "[Content_Types].xml", .text = content_types},
    {.path = "_rels/.rels", .text = package_relations},
    {.path = "xl/workbook.xml", .write = write_workbook},
    {.path = "xl/_rels/workbook.xml.rels", .text = workbook_relations},
    {.path = "xl/styles.xml", .text = styles},
    {.path = "xl/worksheets/sheet1.xml",
     .begin = begin_sheet,
     .write_row = write_row,
     .end = end_sheet},
    {.path = NULL},
};
