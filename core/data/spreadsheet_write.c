/* spreadsheet_write.c -- a frame as the parts of a spreadsheet, packed the same way each time. */
#include "data/spreadsheet_parts.h"

#include <math.h>
#include <string.h>
#include <zip.h>

#include "base/text.h"

enum {
    PIECE = 1 << 16,
    ROWS_PER_POLL = 256,
    LEVEL = 5 /* 9 takes four times as long for a tenth less */
};
#define MOST_PART                                                                                  \
    ((uint64_t)4293656963) /* deflate may make it so much larger that it needs 4 GiB */
#define DOS_DATE 0x21      /* 1980-01-01, the first that a zip can have */

/* ---- XML ---- */

assay_status assay_xml_put_bytes(assay_sheet *self, const char *bytes, size_t length)
{
    return assay_append(&self->xml, bytes, length) ? ASSAY_OK : assay_fail_memory(self->context);
}

assay_status assay_xml_put(assay_sheet *self, const char *text)
{
    return assay_xml_put_bytes(self, text, strlen(text));
}

assay_status assay_xml_put_count(assay_sheet *self, uint64_t count)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    return assay_xml_put_bytes(self, digits + at, sizeof digits - at);
}

static const char *entity_of(char c)
{
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : NULL;
}

assay_status assay_xml_put_escaped(assay_sheet *self, const char *bytes, size_t length)
{
    assay_status status = ASSAY_OK;
    for (size_t at = 0; status == ASSAY_OK && at < length;) {
        size_t n = 0;
        while (at + n < length && entity_of(bytes[at + n]) == NULL)
            n++;
        status = n > 0 ? assay_xml_put_bytes(self, bytes + at, n)
                       : assay_xml_put(self, entity_of(bytes[at]));
        at += n > 0 ? n : 1;
    }
    return status;
}

/* ---- cells ---- */

assay_status assay_sheet_fail(const assay_sheet *self, size_t row, size_t column, const char *what)
{
    const char *name = assay_frame_name(self->frame, column);
    if (row == 0)
        assay_fail(self->context, ASSAY_EFORMAT, "the name of column %zu %s", column + 1, what);
    else
        assay_fail(self->context, ASSAY_EFORMAT, "row %zu, column '%.40s' %s", row, name, what);
    self->context->error.row = row;
    return assay_blame_argument(self->context, name);
}

/* Spreadsheets compute with doubles and show 15 digits: longer integers would be cut by who saves them. */
static bool fits_double(int64_t x)
{
    return x > -INT64_C(1000000000000000) && x < INT64_C(1000000000000000);
}

assay_status assay_sheet_cell(const assay_sheet *self, size_t column,
                              char scratch[ASSAY_CELL_BYTES], const char **cell, size_t *length,
                              assay_cell_form *form)
{
    const assay_column *from = assay_frame_column(self->frame, column);
    const size_t row = self->row;
    *form = ASSAY_FORM_TEXT;
    *cell = assay_column_cell(from, row, scratch, length);
    if (*cell == NULL)
        return ASSAY_OK;
    if (from->type == ASSAY_DATE)
        *form = ASSAY_FORM_DATE;
    else if (from->type == ASSAY_INTEGER && fits_double(from->integers[row]))
        *form = ASSAY_FORM_NUMBER;
    else if (from->type == ASSAY_NUMBER) {
        *form = ASSAY_FORM_NUMBER;
        if (isinf(from->numbers[row]))
            return assay_sheet_fail(self, row + 1, column, "is infinite");
        if (self->digits > 0)
            *length = assay_number_to_digits(from->numbers[row], self->digits, scratch);
    }
    return ASSAY_OK;
}

size_t assay_sheet_width_of(size_t widest)
{
    enum { LEAST = 8, MOST = 60, MARGIN = 2 };
    const size_t width = widest + MARGIN;
    return width < LEAST ? LEAST : width > MOST ? MOST : width;
}

size_t assay_sheet_width(const assay_sheet *self, size_t column)
{
    enum { ROWS = 200 };
    const assay_column *cells = assay_frame_column(self->frame, column);
    const char *name = assay_frame_name(self->frame, column);
    size_t width = assay_text_width(name, strlen(name)), length;
    char scratch[ASSAY_CELL_BYTES];
    for (size_t row = 0; row < ROWS && row < cells->length; row++) {
        const char *cell = assay_column_cell(cells, row, scratch, &length);
        const size_t own = cell == NULL ? 0 : assay_text_width(cell, length);
        width = own > width ? own : width;
    }
    return assay_sheet_width_of(width);
}

/* ---- the file that grows in memory: libzip goes back to write the sizes of parts ---- */

typedef struct archive {
    char *bytes;
    size_t length, capacity;
    zip_uint64_t place; /* where is written next */
    bool out_of_memory;
    zip_error_t error;
} archive;

static bool reserve(archive *self, size_t length)
{
    size_t capacity = self->capacity < PIECE ? PIECE : self->capacity;
    while (capacity < length)
        capacity *= 2;
    if (capacity == self->capacity)
        return true;
    char *grown = assay_resize(self->bytes, capacity);
    if (grown == NULL)
        return false;
    self->bytes = grown;
    self->capacity = capacity;
    return true;
}

static zip_int64_t write_archive(archive *self, const void *bytes, zip_uint64_t length)
{
    if (!reserve(self, (size_t)(self->place + length))) {
        self->out_of_memory = true;
        zip_error_set(&self->error, ZIP_ER_MEMORY, 0);
        return -1;
    }
    memcpy(self->bytes + self->place, bytes, (size_t)length);
    self->place += length;
    if (self->place > self->length)
        self->length = (size_t)self->place;
    return (zip_int64_t)length;
}

static zip_int64_t seek_archive(archive *self, void *data, zip_uint64_t length)
{
    const zip_int64_t place =
        zip_source_seek_compute_offset(self->place, self->length, data, length, &self->error);
    if (place >= 0)
        self->place = (zip_uint64_t)place;
    return place >= 0 ? 0 : -1;
}

/* zip_source_callback of what is written to; it is new, so that nothing is ever read from it. */
static zip_int64_t on_archive(void *data, void *bytes, zip_uint64_t length,
                              zip_source_cmd_t command)
{
    archive *self = data;
    switch (command) {
    case ZIP_SOURCE_BEGIN_WRITE:
        self->place = self->length = 0;
        return 0;
    case ZIP_SOURCE_WRITE:
        return write_archive(self, bytes, length);
    case ZIP_SOURCE_SEEK_WRITE:
        return seek_archive(self, bytes, length);
    case ZIP_SOURCE_TELL_WRITE:
        return (zip_int64_t)self->place;
    case ZIP_SOURCE_STAT:
        zip_stat_init(bytes);
        return sizeof(zip_stat_t);
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_WRITABLE;
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&self->error, bytes, length);
    case ZIP_SOURCE_OPEN:
    case ZIP_SOURCE_READ:
    case ZIP_SOURCE_SEEK:
    case ZIP_SOURCE_TELL:
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_COMMIT_WRITE:
    case ZIP_SOURCE_ROLLBACK_WRITE:
    case ZIP_SOURCE_REMOVE:
    case ZIP_SOURCE_FREE:
        return 0;
    default:
        zip_error_set(&self->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

/* ---- parts, written when they are packed ---- */

typedef struct part {
    const char *path;
    const assay_sheet_part *from;
    assay_sheet sheet;
    size_t taken; /* of sheet.xml */
    uint64_t all; /* bytes taken so far */
    enum { BEGIN, ROWS, END, DONE } stage;
    assay_status status;
    zip_error_t error;
} part;

/* Some rows more, or what comes before or behind them. */
static assay_status write_more(part *self)
{
    assay_sheet *sheet = &self->sheet;
    const size_t rows = assay_frame_rows(sheet->frame);
    assay_status status = ASSAY_OK;
    if (self->from->text != NULL || self->from->write != NULL) {
        self->stage = DONE;
        return self->from->text != NULL ? assay_xml_put(sheet, self->from->text)
                                        : self->from->write(sheet);
    }
    if (self->stage == BEGIN) {
        self->stage = ROWS;
        return self->from->begin(sheet);
    }
    for (size_t i = 0; status == ASSAY_OK && i < ROWS_PER_POLL && sheet->row < rows; i++) {
        status = self->from->write_row(sheet);
        sheet->row++;
    }
    if (status == ASSAY_OK && sheet->row == rows) {
        self->stage = DONE;
        status = self->from->end(sheet);
    }
    return status == ASSAY_OK ? assay_poll(sheet->context, sheet->row, rows) : status;
}

static zip_int64_t read_part(part *self, char *to, zip_uint64_t length)
{
    assay_bytes *xml = &self->sheet.xml;
    while (self->status == ASSAY_OK && self->taken == xml->length && self->stage != DONE) {
        self->taken = xml->length = 0;
        self->status = write_more(self);
    }
    if (self->status == ASSAY_OK && self->all > MOST_PART)
        self->status =
            assay_fail(self->sheet.context, ASSAY_EFORMAT,
                       "a sheet of more than 4 GiB, which no program opens: write a csv");
    if (self->status != ASSAY_OK) {
        zip_error_set(&self->error, ZIP_ER_INTERNAL, 0);
        return -1;
    }
    const size_t left = xml->length - self->taken, n = left < length ? left : (size_t)length;
    if (n > 0)
        memcpy(to, xml->bytes + self->taken, n);
    self->taken += n;
    self->all += n;
    return (zip_int64_t)n;
}

/*
** libzip asks before, when 0 says no more than that the part is not one for the 64-bit form of a
** zip, which some programs do not open; and when all was read.
*/
static zip_int64_t describe_part(const part *self, zip_stat_t *about)
{
    zip_stat_init(about);
    about->size = self->all;
    about->valid = ZIP_STAT_SIZE;
    return sizeof *about;
}

/* zip_source_callback of what is read from. */
static zip_int64_t on_part(void *data, void *bytes, zip_uint64_t length, zip_source_cmd_t command)
{
    part *self = data;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        self->stage = BEGIN;
        self->taken = self->sheet.row = self->sheet.xml.length = 0;
        self->all = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return read_part(self, bytes, length);
    case ZIP_SOURCE_STAT:
        return describe_part(self, bytes);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&self->error, bytes, length);
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_READABLE;
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    default:
        zip_error_set(&self->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

/* ---- the zip ---- */

typedef struct writer {
    archive archive;
    part *parts;
    size_t n_parts;
} writer;

static bool add_part(zip_t *zip, part *self)
{
    const bool stored = strcmp(self->path, "mimetype") == 0;
    zip_source_t *source = zip_source_function(zip, on_part, self);
    if (source == NULL)
        return false;
    const zip_int64_t i = zip_file_add(zip, self->path, source, ZIP_FL_ENC_UTF_8);
    if (i < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_set_file_compression(zip, (zip_uint64_t)i, stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                    LEVEL) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)i, 0, DOS_DATE, 0) == 0;
}

/* Why packing failed: a part says so itself, else there was no memory for libzip. */
static assay_status fail_packing(assay_context *context, const writer *self, int code)
{
    for (size_t i = 0; i < self->n_parts; i++)
        if (self->parts[i].status != ASSAY_OK)
            return self->parts[i].status;
    if (self->archive.out_of_memory || code == ZIP_ER_MEMORY)
        return assay_fail_memory(context);
    return assay_fail(context, ASSAY_EIO, "the file could not be packed (libzip error %d)", code);
}

static assay_status pack(assay_context *context, writer *self)
{
    zip_error_t error;
    int code = ZIP_ER_MEMORY;
    bool good = true, closed = false;
    zip_error_init(&error);
    zip_source_t *source = zip_source_function_create(on_archive, &self->archive, &error);
    zip_t *zip =
        source == NULL ? NULL : zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (zip == NULL) {
        zip_source_free(source);
        code = zip_error_code_zip(&error);
    }
    for (size_t i = 0; zip != NULL && good && i < self->n_parts; i++)
        good = add_part(zip, &self->parts[i]);
    if (zip != NULL) {
        closed = good && zip_close(zip) == 0;
        if (!closed) {
            code = zip_error_code_zip(zip_get_error(zip));
            zip_discard(zip);
        }
    }
    zip_error_fini(&error);
    return closed ? ASSAY_OK : fail_packing(context, self, code);
}

assay_status assay_parts_pack(assay_context *context, size_t n, const assay_packed_part parts[],
                              assay_output *output)
{
    writer self = {.parts = assay_alloc_zeroed_array(n, sizeof *self.parts), .n_parts = n};
    if (self.parts == NULL)
        return assay_fail_memory(context);
    zip_error_init(&self.archive.error);
    for (size_t i = 0; i < n; i++) {
        self.parts[i] =
            (part){.path = parts[i].path, .from = parts[i].from, .sheet = parts[i].sheet};
        zip_error_init(&self.parts[i].error);
    }
    assay_status status = pack(context, &self);
    if (status == ASSAY_OK)
        status = assay_output_write(context, output, self.archive.bytes, self.archive.length);
    for (size_t i = 0; i < n; i++)
        assay_free(self.parts[i].sheet.xml.bytes);
    assay_free(self.archive.bytes);
    assay_free(self.parts);
    return status;
}

/* ---- what a sheet can be ---- */

/* What Excel lets a sheet be called. */
static bool is_sheet_name(const char *name)
{
    const size_t length = strlen(name);
    size_t units = 0;
    if (length == 0 || name[0] == '\'' || name[length - 1] == '\'' ||
        strpbrk(name, "[]:*?/\\") != NULL || !assay_text_is_utf8(name, length, NULL) ||
        assay_text_is_same_in_any_case(name, "History"))
        return false;
    for (const char *at = name; *at != '\0'; at++) {
        const unsigned char c = (unsigned char)*at;
        if (c < 0x20)
            return false;
        units += (c & 0xC0) != 0x80;
        units += c >= 0xF0;
    }
    return units <= 31;
}

assay_status assay_sheet_check(assay_context *context, const assay_frame *frame, size_t fields,
                               const char *name)
{
    const size_t rows = assay_frame_rows(frame), columns = assay_frame_columns(frame) + fields;
    char quoted[ASSAY_QUOTED];
    if (!is_sheet_name(name)) {
        assay_fail(context, ASSAY_EDOM,
                   "a sheet cannot be called '%s': 1 to 31 characters, none of []:*?/\\, no ' at "
                   "either end, and not History",
                   assay_quote(name, strlen(name), quoted));
        return assay_blame_argument(context, "sheet");
    }
    if (rows + 1 > ASSAY_SHEET_ROWS)
        return assay_fail(context, ASSAY_EFORMAT,
                          "%zu rows and a header: a sheet has at most 1,048,576; write a csv",
                          rows);
    if (columns > ASSAY_SHEET_COLUMNS)
        return assay_fail(context, ASSAY_EFORMAT, "%zu columns: a sheet has at most 16,384%s",
                          columns, fields == 0 ? "; write a csv" : "");
    return ASSAY_OK;
}

static assay_status write_ods(assay_context *context, const assay_frame *frame, const char *sheet,
                              int digits, assay_output *output)
{
    enum { MOST_PARTS = 8 };
    assay_packed_part parts[MOST_PARTS];
    size_t n = 0;
    for (const assay_sheet_part *from = assay_ods_parts; from->path != NULL; from++, n++) {
        parts[n] = (assay_packed_part){
            .from = from,
            .sheet = {.context = context, .frame = frame, .name = sheet, .digits = digits}};
        strcpy(parts[n].path, from->path);
    }
    return assay_parts_pack(context, n, parts, output);
}

assay_status assay_spreadsheet_write(assay_context *context, const assay_frame *frame,
                                     assay_spreadsheet_format format, const char *sheet, int digits,
                                     assay_output *output)
{
    const assay_form_sheet alone = {.name = sheet, .frame = frame};
    const assay_form form = {.n_sheets = 1, .sheets = &alone};
    if (format == ASSAY_XLSX)
        return assay_form_write(context, &form, digits, output);
    const assay_status status = assay_sheet_check(context, frame, 0, sheet);
    return status == ASSAY_OK ? write_ods(context, frame, sheet, digits, output) : status;
}
