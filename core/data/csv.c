/* csv.c -- tables as comma-separated text (RFC 4180). */
#include "data/csv.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { READ_BYTES = 1 << 16, BLOCK_BYTES = 1 << 23 };

/* Bytes of the file one at a time, with the place of the one read last. */
typedef struct reader {
    assay_input *input;
    uint64_t line, column; /* of the next byte, from 1 */
    size_t filled, used;
    char buffer[READ_BYTES];
} reader;

typedef struct csv_source {
    assay_source face;
    assay_csv_options options;
    reader in;
    char *cell; /* the field being read */
    size_t cell_length, cell_capacity;
    uint64_t cell_line, cell_column;
    size_t n_names, names_capacity;
    char **names;
    assay_builder **builders; /* of the block being read */
    assay_column **columns;   /* of the block handed out */
} csv_source;

assay_csv_options assay_csv_defaults(void)
{
    static const char *const empty[] = {""};
    return (assay_csv_options){.delimiter = ',', .n_missing = 1, .missing = empty};
}

/* ---- bytes ---- */

enum { END = -1 };

/* The next byte, END, or a failure. */
static assay_status peek(assay_context *context, reader *in, int *byte)
{
    if (in->used == in->filled) {
        in->used = in->filled = 0;
        const assay_status status =
            assay_input_read(context, in->input, in->buffer, sizeof in->buffer, &in->filled);
        if (status != ASSAY_OK)
            return status;
    }
    *byte = in->filled == 0 ? END : (unsigned char)in->buffer[in->used];
    return ASSAY_OK;
}

static void advance(reader *in)
{
    const bool ends_line = in->buffer[in->used++] == '\n';
    in->line += ends_line;
    in->column = ends_line ? 1 : in->column + 1;
}

static assay_status fail_at(assay_context *context, const csv_source *self, uint64_t line,
                            uint64_t column, const char *what)
{
    assay_fail(context, ASSAY_EFORMAT, "line %llu, column %llu: %s", (unsigned long long)line,
               (unsigned long long)column, what);
    context->error.line = line;
    context->error.column = column;
    return assay_blame_file(context, assay_input_name(self->in.input));
}

static assay_status fail_here(assay_context *context, const csv_source *self, const char *what)
{
    return fail_at(context, self, self->in.line, self->in.column, what);
}

/* ---- fields ---- */

static assay_status keep_byte(assay_context *context, csv_source *self, int byte)
{
    if (byte == 0)
        return fail_here(context, self, "a NUL byte: is this a text file?");
    if (!assay_grow(&self->cell, &self->cell_capacity, self->cell_length, 1))
        return assay_fail_memory(context);
    self->cell[self->cell_length++] = (char)byte;
    return ASSAY_OK;
}

/* What stands behind a field: END, the delimiter, or '\n' for either line end; all else is kept. */
static assay_status take_end(assay_context *context, csv_source *self, int *end, bool *ended)
{
    reader *in = &self->in;
    assay_status status = peek(context, in, end);
    *ended = true;
    if (status != ASSAY_OK || *end == END)
        return status;
    if (*end == self->options.delimiter || *end == '\n') {
        advance(in);
        return ASSAY_OK;
    }
    if (*end != '\r') {
        *ended = false;
        return ASSAY_OK;
    }
    advance(in);
    status = peek(context, in, end);
    if (status == ASSAY_OK && *end != '\n')
        return fail_here(context, self, "a carriage return without a line feed");
    if (status == ASSAY_OK)
        advance(in);
    return status;
}

static assay_status read_plain(assay_context *context, csv_source *self, int *end)
{
    for (;;) {
        bool ended;
        assay_status status = take_end(context, self, end, &ended);
        if (status != ASSAY_OK || ended)
            return status;
        if (*end == '"')
            return fail_here(context, self, "a quote inside a field that does not start with one");
        status = keep_byte(context, self, *end);
        if (status != ASSAY_OK)
            return status;
        advance(&self->in);
    }
}

static assay_status read_quoted(assay_context *context, csv_source *self, int *end)
{
    advance(&self->in);
    for (;;) {
        int byte;
        bool ended;
        assay_status status = peek(context, &self->in, &byte);
        if (status != ASSAY_OK)
            return status;
        if (byte == END)
            return fail_at(context, self, self->cell_line, self->cell_column,
                           "this quote is never closed");
        if (byte == '"') {
            advance(&self->in);
            status = peek(context, &self->in, &byte);
            if (status == ASSAY_OK && byte != '"') {
                status = take_end(context, self, end, &ended);
                return status != ASSAY_OK || ended
                           ? status
                           : fail_here(context, self, "text behind a closing quote");
            }
        }
        if (status == ASSAY_OK)
            status = keep_byte(context, self, byte);
        if (status != ASSAY_OK)
            return status;
        advance(&self->in);
    }
}

/* One field into self->cell, and what ended it. */
static assay_status read_field(assay_context *context, csv_source *self, int *end)
{
    int first;
    size_t bad;
    self->cell_length = 0;
    self->cell_line = self->in.line;
    self->cell_column = self->in.column;
    assay_status status = peek(context, &self->in, &first);
    if (status == ASSAY_OK)
        status = first == '"' ? read_quoted(context, self, end) : read_plain(context, self, end);
    if (status == ASSAY_OK && !assay_text_is_utf8(self->cell, self->cell_length, &bad))
        return fail_at(context, self, self->cell_line, self->cell_column,
                       "this field is not UTF-8 text");
    return status;
}

/* ---- the header ---- */

static assay_status add_name(assay_context *context, csv_source *self)
{
    if (self->cell_length == 0)
        return fail_at(context, self, self->cell_line, self->cell_column,
                       "a column without a name");
    char *name = assay_copy_text(self->cell, self->cell_length);
    if (name == NULL ||
        !assay_grow(&self->names, &self->names_capacity, self->n_names, sizeof *self->names)) {
        assay_free(name);
        return assay_fail_memory(context);
    }
    self->names[self->n_names++] = name;
    for (size_t i = 0; i + 1 < self->n_names; i++)
        if (strcmp(self->names[i], name) == 0)
            return fail_at(context, self, self->cell_line, self->cell_column,
                           "a column name that stands in the header twice");
    return ASSAY_OK;
}

static assay_status skip_byte_order_mark(assay_context *context, reader *in)
{
    int byte;
    const assay_status status = peek(context, in, &byte);
    if (status == ASSAY_OK && in->filled >= 3 && memcmp(in->buffer, "\xEF\xBB\xBF", 3) == 0)
        in->used = 3;
    return status;
}

static assay_status read_header(assay_context *context, csv_source *self)
{
    int end = 0;
    assay_status status = skip_byte_order_mark(context, &self->in);
    if (status == ASSAY_OK)
        status = peek(context, &self->in, &end);
    if (status == ASSAY_OK && end == END)
        return fail_here(context, self,
                         "the file is empty: a first line with column names is needed");
    do {
        status = status == ASSAY_OK ? read_field(context, self, &end) : status;
        if (status == ASSAY_OK)
            status = add_name(context, self);
    } while (status == ASSAY_OK && end == self->options.delimiter);
    return status;
}

/* ---- records ---- */

static bool means_missing(const csv_source *self)
{
    for (size_t i = 0; i < self->options.n_missing; i++)
        if (strlen(self->options.missing[i]) == self->cell_length &&
            memcmp(self->options.missing[i], self->cell, self->cell_length) == 0)
            return true;
    return false;
}

static assay_status fail_ragged(assay_context *context, const csv_source *self, uint64_t line,
                                size_t fields)
{
    assay_fail(context, ASSAY_EFORMAT, "line %llu: %zu field%s where the header names %zu columns",
               (unsigned long long)line, fields, fields == 1 ? "" : "s", self->n_names);
    context->error.line = line;
    return assay_blame_file(context, assay_input_name(self->in.input));
}

/* One record into the builders; *read is false at the end of the file. */
static assay_status read_record(assay_context *context, csv_source *self, size_t *bytes, bool *read)
{
    const uint64_t line = self->in.line;
    size_t fields = 0;
    int end;
    assay_status status = peek(context, &self->in, &end);
    *read = status == ASSAY_OK && end != END;
    if (!*read)
        return status;
    do {
        status = read_field(context, self, &end);
        if (status == ASSAY_OK && fields++ < self->n_names)
            status = means_missing(self)
                         ? assay_builder_add_missing(context, self->builders[fields - 1])
                         : assay_builder_add(context, self->builders[fields - 1], self->cell,
                                             self->cell_length);
        *bytes += self->cell_length;
    } while (status == ASSAY_OK && end == self->options.delimiter);
    if (status == ASSAY_OK && fields != self->n_names)
        return fail_ragged(context, self, line, fields);
    return status;
}

static void free_block(csv_source *self)
{
    for (size_t i = 0; i < self->n_names; i++) {
        assay_builder_free(self->builders[i]);
        assay_column_release(self->columns[i]);
        self->builders[i] = NULL;
        self->columns[i] = NULL;
    }
}

static assay_status start_block(assay_context *context, csv_source *self)
{
    free_block(self);
    for (size_t i = 0; i < self->n_names; i++)
        if ((self->builders[i] = assay_builder_new()) == NULL)
            return assay_fail_memory(context);
    return ASSAY_OK;
}

static assay_status next_of_csv(assay_context *context, assay_source *source, assay_block *block)
{
    csv_source *self = (csv_source *)source;
    static const assay_column_wish as_text = {.type = ASSAY_TEXT};
    size_t rows = 0, bytes = 0;
    bool read = true;
    assay_status status = start_block(context, self);
    while (status == ASSAY_OK && read && rows < ASSAY_BLOCK_ROWS && bytes < BLOCK_BYTES) {
        status = read_record(context, self, &bytes, &read);
        rows += read;
        if (status == ASSAY_OK && rows % 4096 == 0)
            status = assay_poll(context, self->in.line, 0);
    }
    for (size_t i = 0; status == ASSAY_OK && i < self->n_names; i++)
        status = assay_builder_finish(context, self->builders[i], &as_text, &self->columns[i]);
    if (status == ASSAY_OK)
        *block = (assay_block){.rows = rows, .columns = self->columns};
    return status;
}

static void free_of_csv(assay_source *source)
{
    csv_source *self = (csv_source *)source;
    if (self->builders != NULL && self->columns != NULL)
        free_block(self);
    for (size_t i = 0; i < self->n_names; i++)
        assay_free(self->names[i]);
    assay_free(self->names);
    assay_free(self->builders);
    assay_free(self->columns);
    assay_free(self->cell);
    assay_input_close(self->in.input);
    assay_free(self);
}

static bool is_delimiter(char c)
{
    return c > 0 && (unsigned char)c < 0x80 && strchr("\"\r\n", c) == NULL;
}

assay_status assay_csv_open(assay_context *context, assay_input *input,
                            const assay_csv_options *options, assay_source **source)
{
    if (!is_delimiter(options->delimiter)) {
        assay_input_close(input);
        assay_fail(context, ASSAY_EDOM, "this character cannot separate fields");
        return assay_blame_argument(context, "delimiter");
    }
    csv_source *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL) {
        assay_input_close(input);
        return assay_fail_memory(context);
    }
    self->options = *options;
    self->in.input = input;
    self->in.line = self->in.column = 1;
    assay_status status = read_header(context, self);
    if (status == ASSAY_OK) {
        self->builders = assay_alloc_zeroed_array(self->n_names, sizeof *self->builders);
        self->columns = assay_alloc_zeroed_array(self->n_names, sizeof(assay_column *));
        if (self->builders == NULL || self->columns == NULL)
            status = assay_fail_memory(context);
    }
    if (status != ASSAY_OK) {
        free_of_csv(&self->face);
        return status;
    }
    self->face = (assay_source){.n_columns = self->n_names,
                                .names = (const char *const *)self->names,
                                .next = next_of_csv,
                                .free = free_of_csv};
    *source = &self->face;
    return ASSAY_OK;
}

/* ---- writing ---- */

static assay_status write_field(assay_context *context, assay_output *output, const char *bytes,
                                size_t length)
{
    bool quote = false;
    for (size_t i = 0; i < length; i++)
        quote |= bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r';
    if (!quote)
        return assay_output_write(context, output, bytes, length);
    assay_status status = assay_output_text(context, output, "\"");
    for (size_t i = 0; status == ASSAY_OK && i < length; i++)
        status = assay_output_write(context, output, bytes[i] == '"' ? "\"\"" : bytes + i,
                                    bytes[i] == '"' ? 2 : 1);
    return status == ASSAY_OK ? assay_output_text(context, output, "\"") : status;
}

static assay_status write_cell(assay_context *context, const assay_column *column, size_t row,
                               int digits, assay_output *output)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *cell = assay_column_cell(column, row, scratch, &length);
    if (cell == NULL)
        return ASSAY_OK;
    if (column->type == ASSAY_NUMBER && digits > 0)
        length = assay_number_to_digits(column->numbers[row], digits, scratch);
    return write_field(context, output, cell, length);
}

/* Between two fields, or behind the last one of a record. */
static const char *separator(const assay_frame *frame, size_t i)
{
    return i + 1 < assay_frame_columns(frame) ? "," : "\n";
}

assay_status assay_csv_write(assay_context *context, const assay_frame *frame, int digits,
                             assay_output *output)
{
    const size_t n = assay_frame_columns(frame), rows = assay_frame_rows(frame);
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        const char *name = assay_frame_name(frame, i);
        status = write_field(context, output, name, strlen(name));
        if (status == ASSAY_OK)
            status = assay_output_text(context, output, separator(frame, i));
    }
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
            status = write_cell(context, assay_frame_column(frame, i), row, digits, output);
            if (status == ASSAY_OK)
                status = assay_output_text(context, output, separator(frame, i));
        }
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, rows);
    }
    return status;
}
