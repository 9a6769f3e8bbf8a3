/* spreadsheet_write_ods.c -- the parts of an OpenDocument spreadsheet (OASIS OpenDocument 1.2). */
#include "data/spreadsheet_parts.h"

#include <string.h>

#include "base/text.h"

#define XML   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"
#define MIME  "application/vnd.oasis.opendocument.spreadsheet"

static const char manifest[] = XML
    "<manifest:manifest xmlns:manifest=\"" OASIS "manifest:1.0\" manifest:version=\"1.2\">"
    "<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.2\" "
    "manifest:media-type=\"" MIME "\"/>"
    "<manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>"
    "<manifest:file-entry manifest:full-path=\"settings.xml\" manifest:media-type=\"text/xml\"/>"
    "</manifest:manifest>";

static const char content_begins[] = XML
    "<office:document-content xmlns:office=\"" OASIS "office:1.0\" xmlns:table=\"" OASIS
    "table:1.0\""
    " xmlns:text=\"" OASIS "text:1.0\" xmlns:style=\"" OASIS "style:1.0\""
    " xmlns:number=\"" OASIS "datastyle:1.0\""
    " xmlns:fo=\"" OASIS "xsl-fo-compatible:1.0\" office:version=\"1.2\"><office:automatic-styles>"
    "<number:date-style style:name=\"N1\"><number:year "
    "number:style=\"long\"/><number:text>-</number:text>"
    "<number:month number:style=\"long\"/><number:text>-</number:text><number:day "
    "number:style=\"long\"/>"
    "</number:date-style>"
    "<style:style style:name=\"day\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>"
    "<style:style style:name=\"head\" style:family=\"table-cell\">"
    "<style:text-properties fo:font-weight=\"bold\"/></style:style>";

/* Keeps the first row in view. */
static const char settings_begin[] =
    XML "<office:document-settings xmlns:office=\"" OASIS "office:1.0\" xmlns:config=\"" OASIS
        "config:1.0\""
        " office:version=\"1.2\"><office:settings><config:config-item-set "
        "config:name=\"ooo:view-settings\">"
        "<config:config-item-map-indexed config:name=\"Views\"><config:config-item-map-entry>"
        "<config:config-item-map-named config:name=\"Tables\"><config:config-item-map-entry "
        "config:name=\"";
static const char settings_end[] =
    "\"><config:config-item config:name=\"VerticalSplitMode\" "
    "config:type=\"short\">2</config:config-item>"
    "<config:config-item config:name=\"VerticalSplitPosition\" "
    "config:type=\"int\">1</config:config-item>"
    "<config:config-item config:name=\"PositionBottom\" config:type=\"int\">1</config:config-item>"
    "</config:config-item-map-entry></config:config-item-map-named></config:config-item-map-entry>"
    "</config:config-item-map-indexed></config:config-item-set></office:settings>"
    "</office:document-settings>";

static assay_status write_settings(assay_sheet *self)
{
    assay_status status = assay_xml_put(self, settings_begin);
    if (status == ASSAY_OK)
        status = assay_xml_put_escaped(self, self->name, strlen(self->name));
    return status == ASSAY_OK ? assay_xml_put(self, settings_end) : status;
}

/* ---- text ---- */

/* XML 1.0 has no place for control characters, and reading it turns a carriage return into another. */
static assay_status check_text(const assay_sheet *self, size_t row, size_t column,
                               const char *bytes, size_t length)
{
    if (!assay_text_is_utf8(bytes, length, NULL))
        return assay_sheet_fail(self, row, column, "is no UTF-8 text");
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        const bool is_no_character = i + 2 < length && c == 0xEF &&
                                     (unsigned char)bytes[i + 1] == 0xBF &&
                                     (unsigned char)bytes[i + 2] >= 0xBE;
        if ((c < 0x20 && c != '\t' && c != '\n') || is_no_character)
            return assay_sheet_fail(self, row, column,
                                    "has a control character, which an ods cannot hold: write an "
                                    "xlsx or a csv");
    }
    return ASSAY_OK;
}

/* Spaces that a reader would draw together. */
static assay_status put_spaces(assay_sheet *self, size_t n)
{
    assay_status status = assay_xml_put(self, "<text:s text:c=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, n);
    return status == ASSAY_OK ? assay_xml_put(self, "\"/>") : status;
}

/* What begins at bytes[at] of a line: characters without a meaning, spaces, or a tab. */
static assay_status put_piece(assay_sheet *self, const char *bytes, size_t length, size_t at,
                              size_t *n)
{
    const char *here = bytes + at;
    *n = 0;
    if (*here == '\t') {
        *n = 1;
        return assay_xml_put(self, "<text:tab/>");
    }
    if (*here != ' ') {
        while (at + *n < length && here[*n] != ' ' && here[*n] != '\t')
            ++*n;
        return assay_xml_put_escaped(self, here, *n);
    }
    while (at + *n < length && here[*n] == ' ')
        ++*n;
    const bool between = at > 0 && at + *n < length && bytes[at - 1] != '\t' && here[*n] != '\t';
    return *n == 1 && between ? assay_xml_put(self, " ") : put_spaces(self, *n);
}

/* A paragraph for each line. */
static assay_status put_lines(assay_sheet *self, const char *bytes, size_t length)
{
    assay_status status = ASSAY_OK;
    for (size_t at = 0; status == ASSAY_OK && at <= length; at++) {
        const char *newline = at < length ? memchr(bytes + at, '\n', length - at) : NULL;
        const size_t n = newline == NULL ? length - at : (size_t)(newline - bytes) - at;
        size_t piece;
        status = assay_xml_put(self, "<text:p>");
        for (size_t i = 0; status == ASSAY_OK && i < n; i += piece)
            status = put_piece(self, bytes + at, n, i, &piece);
        if (status == ASSAY_OK)
            status = assay_xml_put(self, "</text:p>");
        at += n;
    }
    return status;
}

/* ---- cells ---- */

static assay_status put_text_cell(assay_sheet *self, size_t row, size_t column, const char *begin,
                                  const char *bytes, size_t length)
{
    assay_status status = check_text(self, row, column, bytes, length);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, begin);
    if (status == ASSAY_OK)
        status = put_lines(self, bytes, length);
    return status == ASSAY_OK ? assay_xml_put(self, "</table:table-cell>") : status;
}

static assay_status put_value_cell(assay_sheet *self, const char *begin, const char *bytes,
                                   size_t length)
{
    assay_status status = assay_xml_put(self, begin);
    if (status == ASSAY_OK)
        status = assay_xml_put_bytes(self, bytes, length);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "\"><text:p>");
    if (status == ASSAY_OK)
        status = assay_xml_put_bytes(self, bytes, length);
    return status == ASSAY_OK ? assay_xml_put(self, "</text:p></table:table-cell>") : status;
}

#define CELL      "<table:table-cell office:value-type="
#define TEXT_CELL CELL "\"string\">"

/* Cells without a value, side by side; none is needed where there are none. */
static assay_status put_empty(assay_sheet *self, size_t n)
{
    if (n == 0)
        return ASSAY_OK;
    if (n == 1)
        return assay_xml_put(self, "<table:table-cell/>");
    assay_status status = assay_xml_put(self, "<table:table-cell table:number-columns-repeated=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, n);
    return status == ASSAY_OK ? assay_xml_put(self, "\"/>") : status;
}

/* *empty cells stand before this one and are not written yet. */
static assay_status put_cell(assay_sheet *self, size_t column, size_t *empty)
{
    char scratch[ASSAY_CELL_BYTES];
    const char *cell;
    size_t length;
    assay_cell_form form;
    assay_status status = assay_sheet_cell(self, column, scratch, &cell, &length, &form);
    if (status == ASSAY_OK && cell == NULL)
        ++*empty;
    if (status != ASSAY_OK || cell == NULL)
        return status;
    status = put_empty(self, *empty);
    *empty = 0;
    if (status != ASSAY_OK)
        return status;
    switch (form) {
    case ASSAY_FORM_NUMBER:
        return put_value_cell(self, CELL "\"float\" office:value=\"", cell, length);
    case ASSAY_FORM_DATE:
        return put_value_cell(self,
                              "<table:table-cell table:style-name=\"day\" "
                              "office:value-type=\"date\" office:date-value=\"",
                              cell, length);
    default:
        return put_text_cell(self, self->row + 1, column, TEXT_CELL, cell, length);
    }
}

/* ---- the sheet ---- */

/* A character is about 2.2 mm wide. */
static assay_status put_column_style(assay_sheet *self, size_t column)
{
    assay_status status = assay_xml_put(self, "<style:style style:name=\"c");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, column);
    if (status == ASSAY_OK)
        status =
            assay_xml_put(self, "\" style:family=\"table-column\"><style:table-column-properties"
                                " style:column-width=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, assay_sheet_width(self, column) * 22 / 10);
    return status == ASSAY_OK ? assay_xml_put(self, "mm\"/></style:style>") : status;
}

static assay_status put_column(assay_sheet *self, size_t column)
{
    assay_status status = assay_xml_put(self, "<table:table-column table:style-name=\"c");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, column);
    return status == ASSAY_OK ? assay_xml_put(self, "\"/>") : status;
}

static assay_status begin_sheet(assay_sheet *self)
{
    const size_t n = assay_frame_columns(self->frame);
    assay_status status = assay_xml_put(self, content_begins);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = put_column_style(self, i);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "</office:automatic-styles><office:body><office:spreadsheet>"
                                     "<table:table table:name=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_escaped(self, self->name, strlen(self->name));
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "\">");
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = put_column(self, i);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "<table:table-row>");
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const char *name = assay_frame_name(self->frame, i);
        status = put_text_cell(
            self, 0, i, "<table:table-cell table:style-name=\"head\" office:value-type=\"string\">",
            name, strlen(name));
    }
    return status == ASSAY_OK ? assay_xml_put(self, "</table:table-row>") : status;
}

static assay_status write_row(assay_sheet *self)
{
    const size_t n = assay_frame_columns(self->frame);
    size_t empty = 0;
    assay_status status = assay_xml_put(self, "<table:table-row>");
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = put_cell(self, i, &empty);
    if (status == ASSAY_OK)
        status = put_empty(self, empty);
    return status == ASSAY_OK ? assay_xml_put(self, "</table:table-row>") : status;
}

static assay_status end_sheet(assay_sheet *self)
{
    return assay_xml_put(self, "</table:table></office:spreadsheet></office:body>"
                               "</office:document-content>");
}

const assay_sheet_part assay_ods_parts[] = {
    {.path = "mimetype", .text = MIME},
    {.path = "META-INF/manifest.xml", .text = manifest},
    {.path = "content.xml", .begin = begin_sheet, .write_row = write_row, .end = end_sheet},
    {.path = "settings.xml", .write = write_settings},
    {.path = NULL},
};
