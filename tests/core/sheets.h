/* sheets.h -- what tests of spreadsheets share: files from parts, read as text. */
#ifndef ASSAY_TESTS_SHEETS_H
#define ASSAY_TESTS_SHEETS_H

#include "tables.h"

#include "data/spreadsheet.h"
#include "zip.h"

/* What LibreOffice saved, tests/formats/README.md. */
#define ODD_XLSX "tests/formats/odd.xlsx"
#define ODD_ODS  "tests/formats/odd.ods"

/* ---- reading files and bytes ---- */

static assay_context shared_context;

static inline assay_status open_path(assay_context *with, const char *path,
                                     const assay_spreadsheet_options *options,
                                     assay_source **source)
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

static inline void put_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

static inline char *get_bytes(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    char *bytes = malloc(1 << 24);
    *length = fread(bytes, 1, 1 << 24, file);
    fclose(file);
    return bytes;
}

/* All columns with one wish; what was met goes to *facts, whose names are gone with the source. */
static inline assay_status read_path(assay_context *with, const char *path,
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

static inline assay_status read_zip(zip_text *zip, const assay_spreadsheet_options *options,
                                    assay_spreadsheet_facts *facts, assay_frame **frame)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    make_folder(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    put_bytes(path, zip->bytes, zip->length);
    const assay_status status = read_path(&shared_context, path, options, ASSAY_TEXT, facts, frame);
    remove_folder(folder);
    zip_free(zip);
    return status;
}

#define SHEET(rows) "<worksheet " ZIP_MAIN "><sheetData>" rows "</sheetData></worksheet>"
#define NAME(name)  "<c t=\"inlineStr\"><is><t>" name "</t></is></c>"
#define HEAD        "<row>" NAME("a") NAME("b") "</row>"

static inline const assay_spreadsheet_options *defaults(void)
{
    static assay_spreadsheet_options options;
    options = assay_spreadsheet_defaults();
    return &options;
}

static inline assay_frame *read_sheet(const char *sheet, const char *styles, const char *strings,
                                      assay_spreadsheet_facts *facts)
{
    zip_text zip = {0};
    assay_frame *frame = NULL;
    zip_xlsx(&zip, ZIP_WORKBOOK, sheet, styles, strings);
    const assay_status status = read_zip(&zip, defaults(), facts, &frame);
    ck_assert_msg(status == ASSAY_OK, "%s", shared_context.error.message);
    return frame;
}

#define OFFICE "<office:document-content><office:body><office:spreadsheet>"
#define CLOSE  "</office:spreadsheet></office:body></office:document-content>"
#define TEXT(value)                                                                                \
    "<table:table-cell office:value-type=\"string\"><text:p>" value "</text:p></table:table-cell>"

#endif
