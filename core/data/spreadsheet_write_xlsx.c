/* spreadsheet_write_xlsx.c -- the parts of an Office Open XML workbook (ECMA-376, part 1, 18). */
#include "data/spreadsheet_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define XML        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN       "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define DOCUMENT   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE    "http://schemas.openxmlformats.org/package/2006/"
#define SHEET_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const char package_relations[] = XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
                                            "<Relationship Id=\"rId1\" Type=\"" DOCUMENT
                                            "/officeDocument\" Target=\"xl/workbook.xml\"/>"
                                            "</Relationships>";

/* Style 0 is plain, 1 the header's, 2 a date's, 3 that of text which stays text when it is edited. */
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
    "<cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>"
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/></cellXfs>"
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
    "</styleSheet>";

#define HEADER_STYLE " s=\"1\""
#define DATE_STYLE   " s=\"2\""
#define TEXT_STYLE   " s=\"3\""

/* ---- what the file consists of ---- */

/* "before", a number from 1, "after" */
static assay_status put_numbered(assay_sheet *self, const char *before, size_t number,
                                 const char *after)
{
    assay_status status = assay_xml_put(self, before);
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, number);
    return status == ASSAY_OK ? assay_xml_put(self, after) : status;
}

/* The sheets, with the hidden one of choices. */
static size_t count_sheets(const assay_form *form)
{
    return form->n_sheets + assay_form_has_list(form);
}

static assay_status write_content_types(assay_sheet *self)
{
    const assay_form *form = self->form;
    assay_status status = assay_xml_put(
        self,
        XML "<Types xmlns=\"" PACKAGE "content-types\">"
            "<Default Extension=\"rels\" "
            "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            "<Default Extension=\"vml\" "
            "ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>"
            "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" SHEET_TYPE "sheet.main+xml\"/>"
            "<Override PartName=\"/xl/styles.xml\" ContentType=\"" SHEET_TYPE "styles+xml\"/>");
    for (size_t i = 0; status == ASSAY_OK && i < count_sheets(form); i++)
        status = put_numbered(self, "<Override PartName=\"/xl/worksheets/sheet", i + 1,
                              ".xml\" ContentType=\"" SHEET_TYPE "worksheet+xml\"/>");
    for (size_t i = 0; status == ASSAY_OK && i < form->n_sheets; i++)
        if (form->sheets[i].asks && assay_form_has_notes(form))
            status = put_numbered(self, "<Override PartName=\"/xl/comments", i + 1,
                                  ".xml\" ContentType=\"" SHEET_TYPE "comments+xml\"/>");
    return status == ASSAY_OK ? assay_xml_put(self, "</Types>") : status;
}

/* The first relation is the styles, so that sheet i, from 0, is number i + 2. */
static assay_status write_workbook_relations(assay_sheet *self)
{
    assay_status status = assay_xml_put(
        self, XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
                  "<Relationship Id=\"rId1\" Type=\"" DOCUMENT "/styles\" Target=\"styles.xml\"/>");
    for (size_t i = 0; status == ASSAY_OK && i < count_sheets(self->form); i++) {
        status = put_numbered(self, "<Relationship Id=\"rId", i + 2,
                              "\" Type=\"" DOCUMENT "/worksheet\" Target=\"worksheets/sheet");
        if (status == ASSAY_OK)
            status = put_numbered(self, "", i + 1, ".xml\"/>");
    }
    return status == ASSAY_OK ? assay_xml_put(self, "</Relationships>") : status;
}

static assay_status put_sheet(assay_sheet *self, size_t i)
{
    const assay_form *form = self->form;
    const bool hidden = i == form->n_sheets;
    const char *name = hidden ? ASSAY_FORM_LIST : form->sheets[i].name;
    assay_status status = assay_xml_put(self, "<sheet name=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_escaped(self, name, strlen(name));
    if (status == ASSAY_OK)
        status = put_numbered(self, "\" sheetId=\"", i + 1, hidden ? "\" state=\"hidden" : "");
    return status == ASSAY_OK ? put_numbered(self, "\" r:id=\"rId", i + 2, "\"/>") : status;
}

static assay_status write_workbook(assay_sheet *self)
{
    assay_status status =
        assay_xml_put(self, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" DOCUMENT
                                "\"><bookViews><workbookView/></bookViews><sheets>");
    for (size_t i = 0; status == ASSAY_OK && i < count_sheets(self->form); i++)
        status = put_sheet(self, i);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "</sheets>");
    if (status == ASSAY_OK)
        status = assay_form_put_marks(self);
    return status == ASSAY_OK ? assay_xml_put(self, "</workbook>") : status;
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

assay_status assay_xlsx_put_text(assay_sheet *self, const char *bytes, size_t length)
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

static bool is_too_long(const char *bytes, size_t length)
{
    size_t units = 0;
    for (size_t i = 0; length > ASSAY_SHEET_CHARACTERS && i < length; i++)
        units += (size_t)((bytes[i] & 0xC0) != 0x80) + ((unsigned char)bytes[i] >= 0xF0);
    return units > ASSAY_SHEET_CHARACTERS;
}

bool assay_xlsx_holds(const char *text)
{
    const size_t length = strlen(text);
    return assay_text_is_utf8(text, length, NULL) && !is_too_long(text, length);
}

static assay_status check_text(const assay_sheet *self, size_t row, size_t column,
                               const char *bytes, size_t length)
{
    if (memchr(bytes, 0, length) != NULL || !assay_text_is_utf8(bytes, length, NULL))
        return assay_sheet_fail(self, row, column, "is no UTF-8 text, or has a NUL in it");
    return is_too_long(bytes, length)
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
    assay_status status = begin_cell(self, row, column, style);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    if (status == ASSAY_OK)
        status = assay_xlsx_put_text(self, bytes, length);
    return status == ASSAY_OK ? assay_xml_put(self, "</t></is></c>") : status;
}

assay_status assay_xlsx_put_cell(assay_sheet *self, size_t row, size_t column, const char *style,
                                 const char *text)
{
    return put_text_cell(self, row, column, style, text, strlen(text));
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

/* Where a form is filled in, columns of text and of answers hold text whatever is typed. */
static const char *text_style(const assay_sheet *self, size_t column)
{
    const size_t n = assay_frame_columns(self->frame);
    if (self->form->n_fields == 0)
        return "";
    if (column >= n)
        return TEXT_STYLE;
    const assay_type type = assay_frame_column(self->frame, column)->type;
    return type == ASSAY_TEXT || type == ASSAY_CATEGORY ? TEXT_STYLE : "";
}

/* A value of the frame that is text: it may be one that no cell holds. */
static assay_status put_own_text(assay_sheet *self, size_t row, size_t column, const char *style,
                                 const char *bytes, size_t length)
{
    const assay_status status = check_text(self, row, column, bytes, length);
    return status == ASSAY_OK ? put_text_cell(self, row, column, style, bytes, length) : status;
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
        return put_own_text(self, row, column, text_style(self, column), bytes, length);
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
        return put_own_text(self, row, column, text_style(self, column), cell, length);
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

/* A name in the header. */
static const char *name_of(const assay_sheet *self, size_t column)
{
    const size_t n = assay_frame_columns(self->frame);
    return column < n ? assay_frame_name(self->frame, column) : self->form->fields[column - n].name;
}

static size_t width_of(const assay_sheet *self, size_t column)
{
    const assay_form *form = self->form;
    if (column < assay_frame_columns(self->frame))
        return assay_sheet_width(self, column);
    const char *name = name_of(self, column);
    size_t widest = assay_text_width(name, strlen(name));
    for (size_t i = 0; i < form->n_choices; i++) {
        const size_t own = assay_text_width(form->choices[i], strlen(form->choices[i]));
        widest = own > widest ? own : widest;
    }
    return assay_sheet_width_of(widest);
}

static assay_status put_width(assay_sheet *self, size_t column)
{
    const char *style = *text_style(self, column) == '\0' ? "" : " style=\"3\"";
    assay_status status = put_numbered(self, "<col min=\"", column + 1, "\" max=\"");
    if (status == ASSAY_OK)
        status = put_numbered(self, "", column + 1, "\" width=\"");
    if (status == ASSAY_OK)
        status = put_numbered(self, "", width_of(self, column), "\"");
    if (status == ASSAY_OK)
        status = assay_xml_put(self, style);
    return status == ASSAY_OK ? assay_xml_put(self, " customWidth=\"1\"/>") : status;
}

/* Only the first sheet is selected: what is typed goes into all that are. */
static assay_status begin_view(assay_sheet *self)
{
    static const char header[] = "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" "
                                 "state=\"frozen\"/></sheetView></sheetViews>";
    static const char both[] =
        "<pane xSplit=\"1\" ySplit=\"1\" topLeftCell=\"B2\" "
        "activePane=\"bottomRight\" state=\"frozen\"/></sheetView></sheetViews>";
    assay_status status = assay_xml_put(
        self, XML "<worksheet xmlns=\"" MAIN "\" xmlns:r=\"" DOCUMENT "\"><sheetViews><sheetView ");
    if (status == ASSAY_OK && self->number == 0)
        status = assay_xml_put(self, "tabSelected=\"1\" ");
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "workbookViewId=\"0\">");
    return status == ASSAY_OK ? assay_xml_put(self, self->form->n_fields == 0 ? header : both)
                              : status;
}

static assay_status put_header(assay_sheet *self, size_t n)
{
    assay_status status = begin_row(self, 0);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const char *name = name_of(self, i);
        status = i < assay_frame_columns(self->frame)
                     ? put_own_text(self, 0, i, HEADER_STYLE, name, strlen(name))
                     : assay_xlsx_put_cell(self, 0, i, HEADER_STYLE, name);
    }
    return status == ASSAY_OK ? assay_xml_put(self, "</row>") : status;
}

static assay_status begin_sheet(assay_sheet *self)
{
    const size_t n = assay_frame_columns(self->frame) + assay_form_fields(self);
    assay_status status = begin_view(self);
    if (status == ASSAY_OK && n > 0)
        status = assay_xml_put(self, "<cols>");
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = put_width(self, i);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, n > 0 ? "</cols><sheetData>" : "<sheetData>");
    return status == ASSAY_OK ? put_header(self, n) : status;
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
    assay_status status = assay_xml_put(self, "</sheetData>");
    if (status == ASSAY_OK)
        status = assay_form_put_choices(self);
    return status == ASSAY_OK ? assay_xml_put(self, "</worksheet>") : status;
}

/* ---- the parts ---- */

static const assay_sheet_part book_parts[] = {
    {.path = "[Content_Types].xml", .write = write_content_types},
    {.path = "_rels/.rels", .text = package_relations},
    {.path = "xl/workbook.xml", .write = write_workbook},
    {.path = "xl/_rels/workbook.xml.rels", .write = write_workbook_relations},
    {.path = "xl/styles.xml", .text = styles},
};

static const assay_sheet_part sheet_part = {
    .begin = begin_sheet, .write_row = write_row, .end = end_sheet};

/* One part more, with a number in its path unless it has a path of its own. */
static void add_part(assay_packed_part parts[], size_t *n, const assay_sheet_part *from,
                     const assay_sheet *sheet, const char *before, const char *after)
{
    assay_packed_part *fresh = &parts[(*n)++];
    *fresh = (assay_packed_part){.from = from, .sheet = *sheet};
    if (from->path != NULL)
        strcpy(fresh->path, from->path);
    else
        snprintf(fresh->path, sizeof fresh->path, "%s%zu%s", before, sheet->number + 1, after);
}

static void add_sheet(assay_packed_part parts[], size_t *n, const assay_sheet *sheet)
{
    const assay_form *form = sheet->form;
    add_part(parts, n, &sheet_part, sheet, "xl/worksheets/sheet", ".xml");
    if (!form->sheets[sheet->number].asks || !assay_form_has_notes(form))
        return;
    add_part(parts, n, &assay_form_note_parts[0], sheet, "xl/worksheets/_rels/sheet", ".xml.rels");
    add_part(parts, n, &assay_form_note_parts[1], sheet, "xl/comments", ".xml");
    add_part(parts, n, &assay_form_note_parts[2], sheet, "xl/drawings/vmlDrawing", ".vml");
}

/* parts[] has room for all that there can be. */
static size_t list_parts(const assay_sheet *book, assay_packed_part parts[])
{
    const assay_form *form = book->form;
    assay_sheet sheet = *book;
    size_t n = 0;
    for (size_t i = 0; i < sizeof book_parts / sizeof book_parts[0]; i++)
        add_part(parts, &n, &book_parts[i], book, "", "");
    for (; sheet.number < form->n_sheets; sheet.number++) {
        sheet.name = form->sheets[sheet.number].name;
        sheet.frame = form->sheets[sheet.number].frame;
        add_sheet(parts, &n, &sheet);
    }
    sheet.frame = book->frame;
    if (assay_form_has_list(form))
        add_part(parts, &n, &assay_form_list_part, &sheet, "xl/worksheets/sheet", ".xml");
    return n;
}

assay_status assay_form_write(assay_context *context, const assay_form *form, int digits,
                              assay_output *output)
{
    enum { PARTS_OF_SHEET = 4, OTHERS = 6 };
    assay_status status = assay_form_check(context, form);
    if (status != ASSAY_OK)
        return status;
    assay_packed_part *parts =
        assay_alloc_array(PARTS_OF_SHEET * form->n_sheets + OTHERS, sizeof *parts);
    if (parts == NULL)
        return assay_fail_memory(context);
    const assay_sheet book = {
        .context = context, .form = form, .frame = form->sheets[0].frame, .digits = digits};
    status = assay_parts_pack(context, list_parts(&book, parts), parts, output);
    assay_free(parts);
    return status;
}
