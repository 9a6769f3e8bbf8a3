/* csv_write.c -- tables written as comma-separated text. */
#include <string.h>

#include "base/text.h"
#include "data/csv.h"

/* What a spreadsheet takes for a formula. */
static bool is_formula(const char *bytes, size_t length)
{
    return length > 0 && strchr("=+-@\t\r", bytes[0]) != NULL;
}

static bool needs_quotes(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r')
            return true;
    return false;
}

static assay_status write_field(assay_context *context, assay_output *output, const char *bytes,
                                size_t length, bool guard)
{
    const bool quoted = needs_quotes(bytes, length);
    assay_status status = quoted ? assay_output_text(context, output, "\"") : ASSAY_OK;
    if (status == ASSAY_OK && guard && is_formula(bytes, length))
        status = assay_output_text(context, output, "'");
    if (status == ASSAY_OK && !quoted)
        return assay_output_write(context, output, bytes, length);
    for (size_t i = 0; status == ASSAY_OK && i < length; i++)
        status = assay_output_write(context, output, bytes[i] == '"' ? "\"\"" : bytes + i,
                                    bytes[i] == '"' ? 2 : 1);
    return status == ASSAY_OK ? assay_output_text(context, output, "\"") : status;
}

/* The text of the number that a column had last: probabilities and weights are those of their stratum. */
typedef struct last_number {
    const assay_column *column;
    double number;
    size_t length;
    char text[ASSAY_CELL_BYTES];
} last_number;

enum { REMEMBERED = 16 };

static assay_status write_number(assay_context *context, const assay_column *column, size_t row,
                                 const assay_csv_writing *how, last_number *last,
                                 assay_output *output)
{
    const double number = column->numbers[row];
    if (last->column != column || !(last->number == number) || number == 0) { /* 0 and -0 */
        last->column = column;
        last->number = number;
        last->length = how->digits > 0 ? assay_number_to_digits(number, how->digits, last->text)
                                       : assay_number_to_text(number, last->text);
    }
    return assay_output_write(context, output, last->text, last->length);
}

static assay_status write_cell(assay_context *context, const assay_column *column, size_t row,
                               const assay_csv_writing *how, last_number *last,
                               assay_output *output)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    if (assay_column_is_missing(column, row))
        return ASSAY_OK;
    if (column->type == ASSAY_NUMBER)
        return write_number(context, column, row, how, last, output);
    const char *cell = assay_column_cell(column, row, scratch, &length);
    const bool text = column->type == ASSAY_TEXT || column->type == ASSAY_CATEGORY;
    return write_field(context, output, cell, length, how->guard && text);
}

/* Between two fields, or behind the last one of a record. */
static const char *separator(const assay_frame *frame, size_t i)
{
    return i + 1 < assay_frame_columns(frame) ? "," : "\n";
}

static assay_status write_header(assay_context *context, const assay_frame *frame, bool guard,
                                 assay_output *output)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < assay_frame_columns(frame); i++) {
        const char *name = assay_frame_name(frame, i);
        status = write_field(context, output, name, strlen(name), guard);
        if (status == ASSAY_OK)
            status = assay_output_text(context, output, separator(frame, i));
    }
    return status;
}

assay_status assay_csv_write_rows(assay_context *context, const assay_frame *frame,
                                  const assay_csv_writing *how, assay_output *output)
{
    const size_t n = assay_frame_columns(frame), rows = assay_frame_rows(frame);
    last_number last[REMEMBERED] = {0};
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
            status = write_cell(context, assay_frame_column(frame, i), row, how,
                                &last[i % REMEMBERED], output);
            if (status == ASSAY_OK)
                status = assay_output_text(context, output, separator(frame, i));
        }
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, rows);
    }
    return status;
}

assay_status assay_csv_write(assay_context *context, const assay_frame *frame,
                             const assay_csv_writing *how, assay_output *output)
{
    const assay_status status = write_header(context, frame, how->guard, output);
    return status == ASSAY_OK ? assay_csv_write_rows(context, frame, how, output) : status;
}
