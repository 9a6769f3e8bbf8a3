/* spreadsheet_form.c -- what an xlsx to be filled in has besides its sheets: notes and drop-downs. */
#include "data/spreadsheet_parts.h"

#include <string.h>

#include "base/text.h"

#define XML      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN     "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define DOCUMENT "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

enum { MOST_LIST = 255 }; /* UTF-16 units of a list of choices within a formula */

size_t assay_form_fields(const assay_sheet *self)
{
    return self->form->sheets[self->number].asks ? self->form->n_fields : 0;
}

bool assay_form_has_notes(const assay_form *form)
{
    for (size_t i = 0; i < form->n_fields; i++)
        if (form->fields[i].note != NULL)
            return true;
    return false;
}

/* ---- choices ---- */

/* UTF-16 units of a choice in a formula's text, where quotes are doubled. */
static size_t units_of(const char *choice)
{
    size_t units = 0;
    for (const char *at = choice; *at != '\0'; at++)
        units += (size_t)((*at & 0xC0) != 0x80) + ((unsigned char)*at >= 0xF0) + (*at == '"');
    return units;
}

/* A list within a formula ends its items at commas, and trims them. */
static bool fits_formula(const char *choice)
{
    const size_t length = strlen(choice);
    for (const char *at = choice; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == ',' || *at == ';')
            return false;
    return length > 0 && choice[0] != ' ' && choice[length - 1] != ' ';
}

bool assay_form_has_list(const assay_form *form)
{
    size_t units = 0;
    if (form->n_fields == 0)
        return false;
    for (size_t i = 0; i < form->n_choices; i++) {
        units += units_of(form->choices[i]) + (i > 0);
        if (units > MOST_LIST || !fits_formula(form->choices[i]))
            return true;
    }
    return false;
}

static assay_status put_list(assay_sheet *self)
{
    const assay_form *form = self->form;
    assay_status status = assay_xml_put(self, "&quot;");
    for (size_t i = 0; status == ASSAY_OK && i < form->n_choices; i++) {
        if (i > 0)
            status = assay_xml_put(self, ",");
        for (const char *at = form->choices[i]; status == ASSAY_OK && *at != '\0'; at++) {
            status = assay_xml_put_escaped(self, at, 1);
            if (status == ASSAY_OK && *at == '"')
                status = assay_xml_put_escaped(self, at, 1);
        }
    }
    return status == ASSAY_OK ? assay_xml_put(self, "&quot;") : status;
}

static assay_status put_range(assay_sheet *self)
{
    const assay_status status = assay_xml_put(self, ASSAY_FORM_LIST "!$A$1:$A$");
    return status == ASSAY_OK ? assay_xml_put_count(self, self->form->n_choices) : status;
}

assay_status assay_form_put_choices(assay_sheet *self)
{
    const size_t n = assay_form_fields(self), rows = assay_frame_rows(self->frame);
    const size_t columns = assay_frame_columns(self->frame);
    char first[ASSAY_CELL_NAME], last[ASSAY_CELL_NAME];
    const char *const texts[] = {
        "<dataValidations count=\"1\"><dataValidation type=\"list\" allowBlank=\"1\" "
        "showInputMessage=\"1\" showErrorMessage=\"1\" sqref=\"",
        assay_cell_name(2, columns + 1, first), ":", assay_cell_name(rows + 1, columns + n, last),
        "\"><formula1>"};
    assay_status status = ASSAY_OK;
    if (n > 0 && rows > 0) {
        for (size_t i = 0; status == ASSAY_OK && i < sizeof texts / sizeof texts[0]; i++)
            status = assay_xml_put(self, texts[i]);
        if (status == ASSAY_OK)
            status = assay_form_has_list(self->form) ? put_range(self) : put_list(self);
        if (status == ASSAY_OK)
            status = assay_xml_put(self, "</formula1></dataValidation></dataValidations>");
    }
    return status == ASSAY_OK && n > 0 && assay_form_has_notes(self->form)
               ? assay_xml_put(self, "<legacyDrawing r:id=\"rId1\"/>")
               : status;
}

static assay_status write_list(assay_sheet *self)
{
    const assay_form *form = self->form;
    assay_status status = assay_xml_put(self, XML "<worksheet xmlns=\"" MAIN "\"><sheetData>");
    for (size_t i = 0; status == ASSAY_OK && i < form->n_choices; i++) {
        status = assay_xml_put(self, "<row r=\"");
        if (status == ASSAY_OK)
            status = assay_xml_put_count(self, i + 1);
        if (status == ASSAY_OK)
            status = assay_xml_put(self, "\">");
        if (status == ASSAY_OK)
            status = assay_xlsx_put_cell(self, i, 0, "", form->choices[i]);
        if (status == ASSAY_OK)
            status = assay_xml_put(self, "</row>");
    }
    return status == ASSAY_OK ? assay_xml_put(self, "</sheetData></worksheet>") : status;
}

const assay_sheet_part assay_form_list_part = {.write = write_list};

/* ---- marks: a name that each sheet that asks has for its own table ---- */

/* 'North''s'!$A$1:$F$25 */
static assay_status put_table(assay_sheet *self, size_t i)
{
    const assay_form *form = self->form;
    const assay_frame *frame = form->sheets[i].frame;
    char last[ASSAY_CELL_NAME];
    assay_status status = assay_xml_put(self, "'");
    for (const char *at = form->sheets[i].name; status == ASSAY_OK && *at != '\0'; at++) {
        status = assay_xml_put_escaped(self, at, 1);
        if (status == ASSAY_OK && *at == '\'')
            status = assay_xml_put(self, "'");
    }
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "'!$A$1:$");
    assay_cell_name(assay_frame_rows(frame) + 1, assay_frame_columns(frame) + form->n_fields, last);
    const size_t letters = strspn(last, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (status == ASSAY_OK)
        status = assay_xml_put_bytes(self, last, letters);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "$");
    return status == ASSAY_OK ? assay_xml_put(self, last + letters) : status;
}

static assay_status put_mark(assay_sheet *self, size_t i)
{
    assay_status status =
        assay_xml_put(self, "<definedName name=\"" ASSAY_FORM_MARK "\" localSheetId=\"");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, i);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "\" hidden=\"1\">");
    if (status == ASSAY_OK)
        status = put_table(self, i);
    return status == ASSAY_OK ? assay_xml_put(self, "</definedName>") : status;
}

assay_status assay_form_put_marks(assay_sheet *self)
{
    const assay_form *form = self->form;
    bool any = false;
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < form->n_sheets; i++) {
        if (!form->sheets[i].asks)
            continue;
        if (!any)
            status = assay_xml_put(self, "<definedNames>");
        if (status == ASSAY_OK)
            status = put_mark(self, i);
        any = true;
    }
    return status == ASSAY_OK && any ? assay_xml_put(self, "</definedNames>") : status;
}

/* ---- notes: their texts, and the boxes that they are shown in ---- */

static assay_status write_note_relations(assay_sheet *self)
{
    const char *const texts[] = {
        XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
            "<Relationship Id=\"rId1\" Type=\"" DOCUMENT
            "/vmlDrawing\" Target=\"../drawings/vmlDrawing",
        ".vml\"/><Relationship Id=\"rId2\" Type=\"" DOCUMENT "/comments\" Target=\"../comments",
        ".xml\"/></Relationships>"};
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < sizeof texts / sizeof texts[0]; i++) {
        if (i > 0)
            status = assay_xml_put_count(self, self->number + 1);
        if (status == ASSAY_OK)
            status = assay_xml_put(self, texts[i]);
    }
    return status;
}

static assay_status put_note(assay_sheet *self, size_t column, const char *note)
{
    char name[ASSAY_CELL_NAME];
    const char *const texts[] = {"<comment ref=\"", assay_cell_name(1, column + 1, name),
                                 "\" authorId=\"0\"><text><r><t xml:space=\"preserve\">"};
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < sizeof texts / sizeof texts[0]; i++)
        status = assay_xml_put(self, texts[i]);
    if (status == ASSAY_OK)
        status = assay_xlsx_put_text(self, note, strlen(note));
    return status == ASSAY_OK ? assay_xml_put(self, "</t></r></text></comment>") : status;
}

static assay_status write_notes(assay_sheet *self)
{
    const assay_form *form = self->form;
    assay_status status =
        assay_xml_put(self, XML "<comments xmlns=\"" MAIN "\"><authors><author>Assay</author>"
                                "</authors><commentList>");
    for (size_t i = 0; status == ASSAY_OK && i < form->n_fields; i++)
        if (form->fields[i].note != NULL)
            status = put_note(self, assay_frame_columns(self->frame) + i, form->fields[i].note);
    return status == ASSAY_OK ? assay_xml_put(self, "</commentList></comments>") : status;
}

/* Shapes are numbered in blocks of 1,024, of which each sheet has its own. */
enum { BLOCK = 1024 };

static size_t blocks_of(const assay_form *form)
{
    return form->n_fields / BLOCK + 1;
}

static assay_status begin_boxes(assay_sheet *self)
{
    const size_t n = blocks_of(self->form);
    assay_status status = assay_xml_put(
        self, "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" "
              "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
              "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\">"
              "<o:idmap v:ext=\"edit\" data=\"");
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        if (i > 0)
            status = assay_xml_put(self, ",");
        if (status == ASSAY_OK)
            status = assay_xml_put_count(self, self->number * n + i + 1);
    }
    return status == ASSAY_OK
               ? assay_xml_put(
                     self,
                     "\"/></o:shapelayout><v:shapetype id=\"_x0000_t202\" "
                     "coordsize=\"21600,21600\" "
                     "o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke "
                     "joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/>"
                     "</v:shapetype>")
               : status;
}

/*
** The corners of a box: the column and row of each, and how many pixels into them. It stands right of
** its cell, or left of it at the end of the sheet, and is as high as the words need.
*/
static assay_status put_corners(assay_sheet *self, size_t column, const char *note)
{
    enum { WIDE = 3, LETTERS = 30, LEAST = 3, MOST = 40 };
    const size_t lines = assay_text_width(note, strlen(note)) / LETTERS + 2;
    const size_t left = column + 1 + WIDE < ASSAY_SHEET_COLUMNS ? column + 1 : column - 1 - WIDE;
    const size_t bottom = lines < LEAST ? LEAST : lines > MOST ? MOST : lines;
    const size_t corners[] = {left, 15, 0, 2, left + WIDE, 15, bottom, 4};
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < sizeof corners / sizeof corners[0]; i++) {
        if (i > 0)
            status = assay_xml_put(self, ",");
        if (status == ASSAY_OK)
            status = assay_xml_put_count(self, corners[i]);
    }
    return status;
}

static assay_status put_box(assay_sheet *self, size_t i)
{
    const size_t column = assay_frame_columns(self->frame) + i;
    const size_t id = (self->number * blocks_of(self->form) + 1) * BLOCK + i + 1;
    assay_status status = assay_xml_put(self, "<v:shape id=\"_x0000_s");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, id);
    if (status == ASSAY_OK)
        status = assay_xml_put(
            self,
            "\" type=\"#_x0000_t202\" style=\"position:absolute;visibility:hidden\" "
            "fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow "
            "on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>"
            "<v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"/>"
            "</v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/>"
            "<x:SizeWithCells/><x:Anchor>");
    if (status == ASSAY_OK)
        status = put_corners(self, column, self->form->fields[i].note);
    if (status == ASSAY_OK)
        status = assay_xml_put(self, "</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>0</x:Row>"
                                     "<x:Column>");
    if (status == ASSAY_OK)
        status = assay_xml_put_count(self, column);
    return status == ASSAY_OK ? assay_xml_put(self, "</x:Column></x:ClientData></v:shape>")
                              : status;
}

static assay_status write_boxes(assay_sheet *self)
{
    assay_status status = begin_boxes(self);
    for (size_t i = 0; status == ASSAY_OK && i < self->form->n_fields; i++)
        if (self->form->fields[i].note != NULL)
            status = put_box(self, i);
    return status == ASSAY_OK ? assay_xml_put(self, "</xml>") : status;
}

const assay_sheet_part assay_form_note_parts[3] = {
    {.write = write_note_relations}, {.write = write_notes}, {.write = write_boxes}};

/* ---- what a form can be ---- */

static assay_status fail_text(assay_context *context, const char *what, const char *text)
{
    char quoted[ASSAY_QUOTED];
    return assay_fail(
        context, ASSAY_EFORMAT,
        "%s '%s' is no UTF-8 text, or has more than the 32,767 characters that a cell "
        "of an xlsx holds",
        what, assay_quote(text, strlen(text), quoted));
}

static assay_status check_fields(assay_context *context, const assay_form *form)
{
    if (form->n_fields > 0 && form->n_choices == 0)
        return assay_fail(context, ASSAY_EDOM, "a form's fields need choices");
    for (size_t i = 0; i < form->n_choices; i++)
        if (!assay_xlsx_holds(form->choices[i]))
            return fail_text(context, "the answer", form->choices[i]);
    for (size_t i = 0; i < form->n_fields; i++) {
        const assay_form_field *field = &form->fields[i];
        if (!assay_xlsx_holds(field->name))
            return fail_text(context, "the name", field->name);
        if (field->note != NULL && !assay_xlsx_holds(field->note))
            return fail_text(context, "the note", field->note);
    }
    return ASSAY_OK;
}

static assay_status check_name(assay_context *context, const assay_form *form, size_t i)
{
    const char *name = form->sheets[i].name;
    char quoted[ASSAY_QUOTED];
    bool taken = assay_form_has_list(form) && assay_text_is_same_in_any_case(name, ASSAY_FORM_LIST);
    for (size_t j = 0; j < i; j++)
        taken = taken || assay_text_is_same_in_any_case(name, form->sheets[j].name);
    if (!taken)
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM, "two sheets would be called '%s'",
               assay_quote(name, strlen(name), quoted));
    return assay_blame_argument(context, "sheet");
}

assay_status assay_form_check(assay_context *context, const assay_form *form)
{
    if (form->n_sheets == 0 || form->n_sheets > ASSAY_FORM_SHEETS)
        return assay_fail(context, ASSAY_EDOM, "%zu sheets, where there can be 1 to %d",
                          form->n_sheets, ASSAY_FORM_SHEETS);
    assay_status status = check_fields(context, form);
    for (size_t i = 0; status == ASSAY_OK && i < form->n_sheets; i++) {
        const assay_form_sheet *sheet = &form->sheets[i];
        status =
            assay_sheet_check(context, sheet->frame, sheet->asks ? form->n_fields : 0, sheet->name);
        if (status == ASSAY_OK)
            status = check_name(context, form, i);
    }
    return status;
}
