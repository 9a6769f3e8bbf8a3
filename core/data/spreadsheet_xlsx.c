/* spreadsheet_xlsx.c -- the sheets of an xlsx (ECMA-376, part 1, 18.3). */
#include "data/spreadsheet_parts.h"

#include <string.h>

#include "base/text.h"

typedef enum value_type { NUMBER, SHARED, TEXT, TRUTH, ERROR, ISO } value_type;

typedef struct xlsx {
    assay_package *package;
    assay_book book;
    assay_grid *grid;
    assay_part *part;
    size_t next; /* the sheet below the one being read; book.n_sheets: none */
    bool sheet_ended;
    assay_rich_text value;
    uint64_t row, column; /* of what is being read, from 1; of what was read last */
    bool in_data, in_row, hidden_row;
    value_type type;
    assay_cell_kind kind;
} xlsx;

/* ---- cells ---- */

static assay_status fail_cell(assay_context *context, const xlsx *self, const char *what)
{
    char name[ASSAY_CELL_NAME];
    assay_package_fail(
        context, self->book.package, "the file is damaged: sheet '%.40s', cell %s: %s",
        assay_grid_facts(self->grid)->sheet, assay_cell_name(self->row, self->column, name), what);
    context->error.line = self->row;
    context->error.column = self->column;
    return ASSAY_EFORMAT;
}

/* "AB12" must be of this row. False: it is not, or no such name. */
static bool read_place(const char *text, uint64_t row, uint64_t *column)
{
    uint64_t value = 0, own;
    for (; *text >= 'A' && *text <= 'Z' && value <= ASSAY_SHEET_COLUMNS; text++)
        value = 26 * value + (uint64_t)(*text - 'A' + 1);
    if (value == 0 || !assay_xml_count(text, UINT32_MAX, &own) || own != row)
        return false;
    *column = value;
    return true;
}

static bool read_type(xlsx *self, const char *type)
{
    static const struct {
        const char *name;
        value_type type;
    } types[] = {{"s", SHARED}, {"n", NUMBER}, {"str", TEXT}, {"inlineStr", TEXT},
                 {"b", TRUTH},  {"e", ERROR},  {"d", ISO}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, type) == 0) {
            self->type = types[i].type;
            return true;
        }
    return false;
}

static assay_status cell_starts(assay_context *context, xlsx *self, const char **attributes)
{
    uint64_t style = 0;
    self->column++;
    self->type = NUMBER;
    self->value.bytes.length = 0;
    assay_rich_text_begin(&self->value);
    for (; *attributes != NULL; attributes += 2) {
        const char *name = attributes[0], *value = attributes[1];
        if (name[0] == '\0' || name[1] != '\0')
            continue;
        if (*name == 'r' && !read_place(value, self->row, &self->column))
            return fail_cell(context, self, "it is named as if it stood elsewhere");
        if (*name == 's' && !assay_xml_count(value, UINT32_MAX, &style))
            return fail_cell(context, self, "its style is no number");
        if (*name == 't' && !read_type(self, value))
            return fail_cell(context, self, "it is of no known type");
    }
    self->kind = assay_book_kind(&self->book, style);
    return ASSAY_OK;
}

static assay_status put(assay_context *context, xlsx *self, const char *bytes, size_t length)
{
    return assay_grid_cell(context, self->grid, self->row, self->column, bytes, length);
}

static assay_status put_number(assay_context *context, xlsx *self, const char *bytes, size_t length)
{
    double x;
    char text[ASSAY_VALUE_TEXT];
    size_t n = 0;
    const assay_spreadsheet_options *options = assay_grid_options(self->grid);
    if (self->kind != ASSAY_CELL_PLAIN && assay_text_to_number(bytes, length, &x) == ASSAY_OK)
        n = assay_value_of_serial(x, self->kind, self->book.from_1904, options->dates, text);
    if (n > 0)
        return put(context, self, text, n);
    n = assay_value_of_number(bytes, length, options->decimal, text);
    return n > 0 ? assay_grid_number(context, self->grid, self->row, self->column, text, n)
                 : fail_cell(context, self, "it is said to hold a number, but does not");
}

static assay_status put_shared(assay_context *context, xlsx *self, const char *text)
{
    uint64_t i;
    size_t length = 0;
    const char *bytes =
        assay_xml_count(text, UINT32_MAX, &i) ? assay_book_string(&self->book, i, &length) : NULL;
    return bytes != NULL ? put(context, self, bytes, length)
                         : fail_cell(context, self, "it names a shared string that is not there");
}

static assay_status cell_ends(assay_context *context, xlsx *self)
{
    const char *bytes = self->value.bytes.bytes;
    const size_t length = self->value.bytes.length;
    char text[ASSAY_VALUE_TEXT];
    if (self->type == ERROR)
        return assay_grid_error_cell(context, self->grid, self->row, self->column);
    if (length == 0)
        return ASSAY_OK;
    switch (self->type) {
    case SHARED:
        return put_shared(context, self, bytes);
    case NUMBER:
        return put_number(context, self, bytes, length);
    case TRUTH:
        if (!assay_xlsx_is_true(bytes) && strcmp(bytes, "0") != 0 && strcmp(bytes, "false") != 0)
            return fail_cell(context, self, "it is neither true nor false");
        return assay_xlsx_is_true(bytes) ? put(context, self, "TRUE", 4)
                                         : put(context, self, "FALSE", 5);
    case ISO: {
        const size_t n =
            assay_value_of_iso(bytes, length, assay_grid_options(self->grid)->dates, text);
        return n > 0 ? put(context, self, text, n) : put(context, self, bytes, length);
    }
    default:
        return put(context, self, bytes, length);
    }
}

/* ---- the sheet ---- */

static assay_status row_starts(assay_context *context, xlsx *self, const char **attributes)
{
    const char *r = assay_xml_attribute(attributes, "r");
    self->row++;
    self->column = 0;
    self->in_row = true;
    if (r != NULL && (!assay_xml_count(r, UINT32_MAX, &self->row) || self->row == 0))
        return assay_package_fail(context, self->book.package,
                                  "the file is damaged: a row without a "
                                  "proper number");
    self->hidden_row = assay_xlsx_is_true(assay_xml_attribute(attributes, "hidden"));
    return ASSAY_OK;
}

static assay_status sheet_starts(assay_context *context, void *data, const char *name,
                                 const char **attributes)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "sheetData") == 0)
        self->in_data = true;
    else if (strcmp(local, "mergeCell") == 0)
        assay_grid_facts(self->grid)->merged++;
    else if (!self->in_data)
        return ASSAY_OK;
    else if (strcmp(local, "row") == 0)
        return row_starts(context, self, attributes);
    else if (!self->in_row)
        return ASSAY_OK;
    else if (strcmp(local, "c") == 0)
        return cell_starts(context, self, attributes);
    else if (strcmp(local, "v") == 0)
        assay_rich_text_begin_piece(&self->value);
    else
        assay_rich_text_starts(&self->value, local);
    return ASSAY_OK;
}

static assay_status row_ends(assay_context *context, xlsx *self)
{
    self->in_row = false;
    return assay_grid_row(context, self->grid, &(assay_grid_rows){self->row, 1, self->hidden_row});
}

static assay_status sheet_ends(assay_context *context, void *data, const char *name)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "sheetData") == 0)
        self->in_data = false;
    if (!self->in_data || !self->in_row)
        return ASSAY_OK;
    if (strcmp(local, "c") == 0)
        return cell_ends(context, self);
    if (strcmp(local, "row") == 0)
        return row_ends(context, self);
    if (strcmp(local, "v") == 0 && self->value.reading)
        assay_rich_text_end_piece(&self->value);
    else
        assay_rich_text_ends(&self->value, local);
    return ASSAY_OK;
}

static assay_status sheet_text(assay_context *context, void *data, const char *bytes, size_t length)
{
    xlsx *self = data;
    return assay_rich_text_add(context, self->book.package, &self->value, bytes, length);
}

/* ---- the format ---- */

static const assay_xml_handlers sheet_handlers = {
    .start = sheet_starts, .end = sheet_ends, .text = sheet_text};

static assay_status open_part(assay_context *context, xlsx *self, size_t sheet)
{
    const assay_book *book = &self->book;
    self->row = self->column = 0;
    return assay_part_open(context, book->package, assay_book_sheet_part(book, sheet),
                           &sheet_handlers, self, &self->part);
}

static assay_status open_next(assay_context *context, xlsx *self)
{
    const size_t sheet = self->next;
    assay_part_free(self->part);
    self->part = NULL;
    self->sheet_ended = false;
    self->next = assay_book_next_marked(&self->book, sheet + 1);
    const assay_status status =
        assay_grid_next_sheet(context, self->grid, self->book.sheets[sheet]);
    return status == ASSAY_OK ? open_part(context, self, sheet) : status;
}

/* A sheet below this one is begun when more is asked for, because no row waits then. */
static assay_status read_sheet(assay_context *context, void *data, bool *ended)
{
    xlsx *self = data;
    assay_status status = self->sheet_ended ? open_next(context, self) : ASSAY_OK;
    if (status == ASSAY_OK)
        status = assay_part_read(context, self->part, &self->sheet_ended);
    *ended = self->sheet_ended && self->next == self->book.n_sheets;
    return status;
}

static void pause_sheet(void *data)
{
    assay_part_pause(((xlsx *)data)->part);
}

static void free_xlsx(void *data)
{
    xlsx *self = data;
    assay_part_free(self->part);
    assay_free(self->value.bytes.bytes);
    assay_book_free(&self->book);
    assay_package_free(self->package);
    assay_free(self);
}

/* Which sheets are read: the one that is named, or a form's own, or the first. */
static assay_status choose(assay_context *context, xlsx *self,
                           const assay_spreadsheet_options *options, size_t *first)
{
    const assay_book *book = &self->book;
    const bool named = options->sheet != NULL || options->number > 0;
    self->next = book->n_sheets;
    *first = named ? book->n_sheets : assay_book_next_marked(book, 0);
    if (*first == book->n_sheets)
        return assay_sheet_choose(context, book->package, options, book->n_sheets, book->sheets,
                                  book->hidden, first);
    self->next = assay_book_next_marked(book, *first + 1);
    return self->next < book->n_sheets
               ? assay_grid_expect_sheets(context, self->grid, book->n_sheets)
               : ASSAY_OK;
}

static assay_status open_sheet(assay_context *context, xlsx *self,
                               const assay_spreadsheet_options *options)
{
    size_t i = 0;
    assay_book *book = &self->book;
    assay_spreadsheet_facts *facts = assay_grid_facts(self->grid);
    assay_status status = assay_book_read(context, book);
    if (status == ASSAY_OK)
        status = choose(context, self, options, &i);
    if (status == ASSAY_OK)
        status = assay_book_read_tables(context, book);
    if (status != ASSAY_OK)
        return status;
    facts->format = "xlsx";
    facts->sheet = book->sheets[i];
    facts->n_sheets = book->n_sheets;
    facts->from_1904 = book->from_1904;
    return open_part(context, self, i);
}

assay_status assay_xlsx_open(assay_context *context, assay_package *package,
                             const assay_spreadsheet_options *options, assay_source **source)
{
    static const assay_grid_format format = {read_sheet, pause_sheet, free_xlsx};
    xlsx *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL) {
        assay_package_free(package);
        return assay_fail_memory(context);
    }
    self->package = package;
    self->book.package = package;
    assay_grid *grid = NULL;
    assay_status status = assay_grid_new(context, package, &format, self, options, &grid);
    if (status != ASSAY_OK)
        return status;
    self->grid = grid;
    status = open_sheet(context, self, options);
    if (status != ASSAY_OK) {
        assay_grid_free(grid);
        return status;
    }
    return assay_grid_start(context, grid, source);
}
