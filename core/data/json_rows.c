/* json_rows.c -- a table as JSON: a list of objects, one for each row. */
#include "data/json_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- text (RFC 8259, section 7) ---- */

/* What stands for a byte that may not stand for itself; NULL where it may. */
static const char *escape_of(unsigned char byte, char scratch[8])
{
    static const char *const with_a_letter[] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f",
        ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\"};
    if (byte < sizeof with_a_letter / sizeof with_a_letter[0] && with_a_letter[byte] != NULL)
        return with_a_letter[byte];
    if (byte >= 0x20)
        return NULL;
    snprintf(scratch, 8, "\\u%04x", byte);
    return scratch;
}

static assay_status write_text(assay_context *context, assay_output *output, const char *bytes,
                               size_t length)
{
    size_t from = 0; /* what stands for itself is written at once */
    assay_status status = assay_output_text(context, output, "\"");
    for (size_t i = 0; status == ASSAY_OK && i < length; i++) {
        char scratch[8];
        const char *escaped = escape_of((unsigned char)bytes[i], scratch);
        if (escaped == NULL)
            continue;
        status = assay_output_write(context, output, bytes + from, i - from);
        if (status == ASSAY_OK)
            status = assay_output_text(context, output, escaped);
        from = i + 1;
    }
    if (status == ASSAY_OK)
        status = assay_output_write(context, output, bytes + from, length - from);
    return status == ASSAY_OK ? assay_output_text(context, output, "\"") : status;
}

/* ---- cells ---- */

static bool is_text(assay_type type)
{
    return type != ASSAY_INTEGER && type != ASSAY_NUMBER;
}

static assay_status write_cell(assay_context *context, const assay_frame *frame, size_t i,
                               size_t row, int digits, assay_output *output)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const assay_column *column = assay_frame_column(frame, i);
    const char *cell = assay_column_cell(column, row, scratch, &length);
    if (cell == NULL || (column->type == ASSAY_NUMBER && isinf(column->numbers[row])))
        return assay_output_text(context, output, "null");
    if (column->type == ASSAY_NUMBER && digits > 0)
        length = assay_number_to_digits(column->numbers[row], digits, scratch);
    if (!is_text(column->type))
        return assay_output_write(context, output, cell, length);
    if (assay_text_is_utf8(cell, length, NULL))
        return write_text(context, output, cell, length);
    assay_fail(context, ASSAY_EFORMAT, "row %zu, column '%.40s': the text is not UTF-8", row + 1,
               assay_frame_name(frame, i));
    context->error.row = row + 1;
    return ASSAY_EFORMAT;
}

static assay_status write_member(assay_context *context, const assay_frame *frame, size_t i,
                                 size_t row, int digits, assay_output *output)
{
    const char *name = assay_frame_name(frame, i);
    assay_status status = assay_output_text(context, output, i == 0 ? "{" : ", ");
    if (status == ASSAY_OK)
        status = write_text(context, output, name, strlen(name));
    if (status == ASSAY_OK)
        status = assay_output_text(context, output, ": ");
    return status == ASSAY_OK ? write_cell(context, frame, i, row, digits, output) : status;
}

static assay_status check_names(assay_context *context, const assay_frame *frame)
{
    for (size_t i = 0; i < assay_frame_columns(frame); i++) {
        const char *name = assay_frame_name(frame, i);
        if (!assay_text_is_utf8(name, strlen(name), NULL))
            return assay_fail(context, ASSAY_EFORMAT, "the name of column %zu is not UTF-8", i + 1);
    }
    return ASSAY_OK;
}

assay_status assay_json_rows_write(assay_context *context, const assay_frame *frame, int digits,
                                   assay_output *output)
{
    const size_t n = assay_frame_columns(frame), rows = assay_frame_rows(frame);
    assay_status status = check_names(context, frame);
    if (status == ASSAY_OK)
        status = assay_output_text(context, output, rows == 0 ? "[" : "[\n");
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        status = assay_output_text(context, output, "  ");
        for (size_t i = 0; status == ASSAY_OK && i < n; i++)
            status = write_member(context, frame, i, row, digits, output);
        if (status == ASSAY_OK)
            status = assay_output_text(context, output, row + 1 < rows ? "},\n" : "}\n");
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, rows);
    }
    return status == ASSAY_OK ? assay_output_text(context, output, "]\n") : status;
}
