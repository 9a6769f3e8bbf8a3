/* spreadsheet_grid.c -- the cells of a sheet as rows, and its rows as blocks. */
#include "data/spreadsheet_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/builder.h"

enum { BLOCK_BYTES = 1 << 23, BLOCK_CELLS = 1 << 20 };
#define MOST_REPEATED ((uint64_t)1 << 28) /* cells that a few bytes of a file may stand for */

/* What was in a column so far: numbers that do not look like plain ones, and what is no number. */
typedef struct met {
    bool strange, other;
} met;

/* A cell of the row being read: a value at bytes[offset] of the row. */
typedef struct cell {
    size_t offset, length;
    enum { NOTHING, VALUE, NUMBER, ERROR } has;
} cell;

struct assay_grid {
    assay_source face;
    const assay_package *package;
    const assay_grid_format *format;
    void *self; /* of the format */
    assay_spreadsheet_options options;
    assay_spreadsheet_facts facts;
    bool in_header, filling, ended; /* filling: there is a block that takes rows */

    /* the row being read: cells[width], of which those beyond n_cells have nothing */
    assay_bytes row;
    cell *cells;
    size_t width, n_cells, n_values;
    uint64_t n_errors;

    /* rows that wait for a block: `empty` ones, then the row being read, `times` times */
    uint64_t last_row, last_empty, empty, times;

    assay_spreadsheet_piece *pieces; /* room for those that are expected */

    char **names, **written; /* as they are used, and as they stand in the header */
    bool *keep;
    met *met;
    assay_column_wish *wishes;
    assay_builder **builders; /* of the block being filled */
    assay_column **columns;   /* of the block handed out */
    size_t rows, bytes;       /* in the block being filled */
};

/* ---- places ---- */

const char *assay_cell_name(uint64_t row, uint64_t column, char name[ASSAY_CELL_NAME])
{
    char letters[8];
    size_t n = 0;
    for (; column > 0 && n < sizeof letters; column = (column - 1) / 26)
        letters[n++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < n; i++)
        name[i] = letters[n - 1 - i];
    snprintf(name + n, ASSAY_CELL_NAME - n, "%llu", (unsigned long long)row);
    return name;
}

static assay_status fail_at(assay_context *context, const assay_grid *self, uint64_t row,
                            uint64_t column, const char *what)
{
    char name[ASSAY_CELL_NAME];
    assay_package_fail(context, self->package, "sheet '%.40s', cell %s: %s", self->facts.sheet,
                       assay_cell_name(row, column, name), what);
    context->error.line = row;
    context->error.column = column;
    return ASSAY_EFORMAT;
}

/* ---- cells ---- */

static assay_status make_room(assay_context *context, assay_grid *self, uint64_t column)
{
    size_t width = self->width == 0 ? 16 : self->width;
    while (width < column)
        width *= 2;
    if (width == self->width)
        return ASSAY_OK;
    cell *grown = assay_resize_array(self->cells, width, sizeof *grown);
    if (grown == NULL)
        return assay_fail_memory(context);
    for (size_t i = self->width; i < width; i++)
        grown[i].has = NOTHING;
    self->cells = grown;
    self->width = width;
    return ASSAY_OK;
}

/* The cell to be filled; NULL: it stands among the titles. */
static assay_status find_cell(assay_context *context, assay_grid *self, uint64_t row,
                              uint64_t column, cell **found)
{
    *found = NULL;
    if (column > ASSAY_SHEET_COLUMNS)
        return fail_at(context, self, row, column, "a sheet has at most 16,384 columns");
    if (row > ASSAY_SHEET_ROWS)
        return fail_at(context, self, row, column, "a sheet has at most 1,048,576 rows");
    if (row <= self->options.skip)
        return ASSAY_OK;
    if (!self->in_header && column > self->face.n_columns)
        return fail_at(context, self, row, column,
                       "a value, but the header has no name for its column");
    const assay_status status = make_room(context, self, column);
    if (status != ASSAY_OK)
        return status;
    if (self->cells[column - 1].has != NOTHING)
        return fail_at(context, self, row, column, "the cell stands in the file twice");
    if (column > self->n_cells)
        self->n_cells = column;
    *found = &self->cells[column - 1];
    return ASSAY_OK;
}

static bool means_missing(const assay_grid *self, const char *bytes, size_t length)
{
    if (length == 0)
        return true;
    for (size_t i = 0; !self->in_header && i < self->options.n_missing; i++)
        if (strlen(self->options.missing[i]) == length &&
            memcmp(self->options.missing[i], bytes, length) == 0)
            return true;
    return false;
}

static assay_status put(assay_context *context, assay_grid *self, uint64_t row, uint64_t column,
                        const char *bytes, size_t length, int has)
{
    cell *place;
    if (means_missing(self, bytes, length))
        return ASSAY_OK;
    const assay_status status = find_cell(context, self, row, column, &place);
    if (status != ASSAY_OK || place == NULL)
        return status;
    const size_t offset = self->row.length;
    if ((self->in_header || self->keep[column - 1]) && !assay_append(&self->row, bytes, length))
        return assay_fail_memory(context);
    *place = (cell){offset, length, has == NUMBER ? NUMBER : VALUE};
    self->n_values++;
    return ASSAY_OK;
}

assay_status assay_grid_cell(assay_context *context, assay_grid *self, uint64_t row,
                             uint64_t column, const char *bytes, size_t length)
{
    return put(context, self, row, column, bytes, length, VALUE);
}

assay_status assay_grid_number(assay_context *context, assay_grid *self, uint64_t row,
                               uint64_t column, const char *bytes, size_t length)
{
    return put(context, self, row, column, bytes, length, NUMBER);
}

assay_status assay_grid_error_cell(assay_context *context, assay_grid *self, uint64_t row,
                                   uint64_t column)
{
    cell *place;
    const assay_status status = find_cell(context, self, row, column, &place);
    if (status != ASSAY_OK || place == NULL)
        return status;
    if (self->in_header)
        return fail_at(context, self, row, column, "an error value, where the header is");
    place->has = ERROR;
    self->n_errors++;
    return ASSAY_OK;
}

static void clear_row(assay_grid *self)
{
    for (size_t i = 0; i < self->n_cells; i++)
        self->cells[i].has = NOTHING;
    self->n_cells = self->n_values = 0;
    self->n_errors = 0;
    self->row.length = 0;
}

/* ---- the header ---- */

/* The name of column i as it stands in the header; where nothing stands it is empty. */
static assay_status add_name(assay_context *context, assay_grid *self, size_t i)
{
    const cell *from = &self->cells[i];
    const bool named = from->has != NOTHING;
    const char *bytes = named ? self->row.bytes + from->offset : "";
    const size_t length = named ? from->length : 0;
    self->face.n_columns = i + 1;
    self->names[i] = assay_copy_text(bytes, length);
    self->written[i] = assay_copy_text(bytes, length);
    if (self->names[i] == NULL || self->written[i] == NULL)
        return assay_fail_memory(context);
    self->keep[i] = true;
    self->wishes[i] = (assay_column_wish){.type = ASSAY_INFER, .decimal = self->options.decimal};
    return ASSAY_OK;
}

static assay_status settle_names(assay_context *context, assay_grid *self, uint64_t row)
{
    size_t wrong = 0;
    char message[sizeof context->error.message];
    const assay_status status = assay_names_settle(context, &self->options.naming,
                                                   self->face.n_columns, self->names, &wrong);
    if (status != ASSAY_EFORMAT)
        return status;
    strcpy(message, context->error.message);
    return fail_at(context, self, row, wrong + 1, message);
}

/* Cell i of the header of a sheet that is not the first; what the first one says there is in the message. */
static assay_status match_name(assay_context *context, assay_grid *self, uint64_t row, size_t i)
{
    char what[ASSAY_QUOTED + 80], quoted[ASSAY_QUOTED];
    const cell *from = &self->cells[i];
    const char *bytes = from->has == NOTHING ? "" : self->row.bytes + from->offset;
    const size_t length = from->has == NOTHING ? 0 : from->length;
    const char *first = i < self->face.n_columns ? self->written[i] : "";
    if (strlen(first) == length && memcmp(first, bytes, length) == 0)
        return ASSAY_OK;
    snprintf(what, sizeof what, "the header differs from the first sheet's, which has '%s' here",
             assay_quote(first, strlen(first), quoted));
    return fail_at(context, self, row, i + 1, what);
}

static assay_status match_header(assay_context *context, assay_grid *self, uint64_t row)
{
    const size_t n = self->face.n_columns;
    assay_status status = make_room(context, self, n);
    for (size_t i = 0; status == ASSAY_OK && (i < n || i < self->n_cells); i++)
        status = match_name(context, self, row, i);
    self->in_header = false;
    self->pieces[self->facts.n_pieces - 1].first_row = row + 1;
    return status;
}

static assay_status take_header(assay_context *context, assay_grid *self, uint64_t row)
{
    const size_t n = self->n_cells;
    self->names = assay_alloc_zeroed_array(n, sizeof *self->names);
    self->written = assay_alloc_zeroed_array(n, sizeof *self->written);
    self->keep = assay_alloc_zeroed_array(n, sizeof *self->keep);
    self->met = assay_alloc_zeroed_array(n, sizeof *self->met);
    self->wishes = assay_alloc_zeroed_array(n, sizeof *self->wishes);
    self->builders = assay_alloc_zeroed_array(n, sizeof *self->builders);
    self->columns = assay_alloc_zeroed_array(n, sizeof(assay_column *));
    assay_status status = ASSAY_OK;
    if (self->names == NULL || self->written == NULL || self->keep == NULL || self->met == NULL ||
        self->wishes == NULL || self->builders == NULL || self->columns == NULL)
        status = assay_fail_memory(context);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = add_name(context, self, i);
    if (status == ASSAY_OK)
        status = settle_names(context, self, row);
    self->face.names = (const char *const *)self->names;
    self->face.wishes = self->wishes;
    self->facts.header = (const char *const *)self->written;
    self->in_header = false;
    self->facts.first_row = row + 1;
    return status;
}

/* ---- blocks ---- */

static void free_block(assay_grid *self)
{
    for (size_t i = 0; self->columns != NULL && i < self->face.n_columns; i++) {
        assay_builder_free(self->builders[i]);
        assay_column_release(self->columns[i]);
        self->builders[i] = NULL;
        self->columns[i] = NULL;
    }
}

static assay_status start_block(assay_context *context, assay_grid *self)
{
    free_block(self);
    self->rows = self->bytes = 0;
    for (size_t i = 0; i < self->face.n_columns; i++)
        if (self->keep[i] && (self->builders[i] = assay_builder_new()) == NULL)
            return assay_fail_memory(context);
    self->filling = true;
    return ASSAY_OK;
}

static bool is_full(const assay_grid *self)
{
    return self->rows >= ASSAY_BLOCK_ROWS || self->bytes >= BLOCK_BYTES ||
           self->rows * self->face.n_columns >= BLOCK_CELLS;
}

static assay_status add_empty(assay_context *context, assay_grid *self)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->face.n_columns; i++)
        if (self->keep[i])
            status = assay_builder_add_missing(context, self->builders[i]);
    return status;
}

static void meet(met *column, const cell *from, const char *bytes)
{
    if (from->has != NUMBER)
        column->other = true;
    else if (!column->strange)
        column->strange = !assay_text_is_plain_number(bytes, from->length);
}

static assay_status add_row(assay_context *context, assay_grid *self)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->face.n_columns; i++) {
        const cell *from = i < self->n_cells ? &self->cells[i] : NULL;
        if (!self->keep[i])
            continue;
        if (from == NULL || from->has == NOTHING || from->has == ERROR) {
            status = assay_builder_add_missing(context, self->builders[i]);
            continue;
        }
        const char *bytes = self->row.bytes + from->offset;
        meet(&self->met[i], from, bytes);
        status = assay_builder_add(context, self->builders[i], bytes, from->length);
    }
    self->bytes += self->row.length;
    self->facts.error_cells += self->n_errors;
    return status;
}

/* Moves rows that wait into the block, as far as there is room. */
static assay_status drain(assay_context *context, assay_grid *self)
{
    assay_status status = ASSAY_OK;
    while (status == ASSAY_OK && self->times > 0 && !is_full(self)) {
        if (self->empty > 0) {
            status = add_empty(context, self);
            self->empty--;
        } else {
            status = add_row(context, self);
            self->times--;
        }
        self->rows++;
    }
    if (self->times == 0)
        clear_row(self);
    return status;
}

/* A stray value far below a table, or a row said to stand there a million times. */
static assay_status check_repeated(assay_context *context, const assay_grid *self, uint64_t times)
{
    char what[160];
    const uint64_t more = self->empty + times - 1;
    if (more <= MOST_REPEATED / self->face.n_columns)
        return ASSAY_OK;
    snprintf(
        what, sizeof what,
        "%llu rows of %zu columns that are empty or repeat one: is there a stray value below the "
        "table?",
        (unsigned long long)more, self->face.n_columns);
    return fail_at(context, self, self->last_row, 1, what);
}

assay_status assay_grid_row(assay_context *context, assay_grid *self, const assay_grid_rows *rows)
{
    const bool has_values = self->n_values > 0 || self->n_errors > 0;
    uint64_t times = rows->times;
    assay_status status = ASSAY_OK;
    if (rows->row <= self->last_row)
        return fail_at(context, self, rows->row, 1, "the rows are out of order");
    const uint64_t left_out = rows->row - self->last_row - 1;
    self->last_row = rows->row + times - 1;
    if (has_values && self->last_row > ASSAY_SHEET_ROWS)
        return fail_at(context, self, self->last_row, 1, "a sheet has at most 1,048,576 rows");
    if (self->in_header && has_values) {
        status = self->names == NULL ? take_header(context, self, rows->row)
                                     : match_header(context, self, rows->row);
        if (status == ASSAY_OK)
            self->format->pause(self->self);
        if (--times == 0)
            clear_row(self);
    } else if (!self->in_header) {
        self->empty += left_out;
    }
    if (status != ASSAY_OK || self->in_header || times == 0)
        return status;
    if (!has_values) {
        self->last_empty = times;
        self->empty += times;
        return ASSAY_OK;
    }
    status = check_repeated(context, self, times);
    if (status != ASSAY_OK)
        return status;
    self->facts.hidden_rows += rows->hidden ? times : 0;
    self->times = times;
    if (!self->filling)
        return ASSAY_OK; /* the header, repeated below itself */
    status = drain(context, self);
    if (self->times > 0)
        self->format->pause(self->self);
    return status;
}

/*
** Rows behind the last one with a value. Those that reach to the end of the sheet are the part of it
** that was never used: ods files spell that out.
*/
static void drop_empty(assay_grid *self)
{
    if (self->last_row >= ASSAY_SHEET_ROWS && self->last_empty <= self->empty)
        self->empty -= self->last_empty;
    self->facts.empty_rows += self->empty;
    self->empty = 0;
}

assay_status assay_grid_expect_sheets(assay_context *context, assay_grid *self, size_t n)
{
    self->pieces = assay_alloc_zeroed_array(n, sizeof *self->pieces);
    self->facts.pieces = self->pieces;
    return self->pieces == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status fail_empty(assay_context *context, const assay_grid *self)
{
    return assay_package_fail(context, self->package,
                              "sheet '%.40s' has no values%s: a row with column names is "
                              "needed",
                              self->facts.sheet,
                              self->options.skip > 0 ? " below the rows that are skipped" : "");
}

assay_status assay_grid_next_sheet(assay_context *context, assay_grid *self, const char *sheet)
{
    assay_spreadsheet_facts *facts = &self->facts;
    if (self->in_header)
        return fail_empty(context, self);
    drop_empty(self);
    if (facts->n_pieces == 0)
        self->pieces[facts->n_pieces++] =
            (assay_spreadsheet_piece){.sheet = facts->sheet, .first_row = facts->first_row};
    self->pieces[facts->n_pieces++] =
        (assay_spreadsheet_piece){.sheet = sheet, .before = facts->rows + self->rows};
    facts->sheet = sheet;
    self->in_header = true;
    self->last_row = self->last_empty = 0;
    return ASSAY_OK;
}

static void end_sheet(assay_grid *self)
{
    drop_empty(self);
    for (size_t i = 0; i < self->face.n_columns; i++)
        if (self->met[i].strange && !self->met[i].other)
            self->wishes[i].type = ASSAY_NUMBER;
}

static assay_status next_of_grid(assay_context *context, assay_source *source, assay_block *block)
{
    assay_grid *self = (assay_grid *)source;
    static const assay_column_wish as_text = {.type = ASSAY_TEXT};
    assay_status status = start_block(context, self);
    if (status == ASSAY_OK)
        status = drain(context, self);
    while (status == ASSAY_OK && !self->ended && !is_full(self)) {
        status = self->format->read(context, self->self, &self->ended);
        if (status == ASSAY_OK && self->ended && self->in_header)
            status = fail_empty(context, self);
        if (status == ASSAY_OK && self->ended)
            end_sheet(self);
    }
    self->filling = false;
    self->facts.rows += self->rows;
    for (size_t i = 0; status == ASSAY_OK && i < source->n_columns; i++)
        if (self->keep[i])
            status = assay_builder_finish(context, self->builders[i], &as_text, &self->columns[i]);
    if (status == ASSAY_OK)
        *block = (assay_block){.rows = self->rows, .columns = self->columns};
    return status;
}

/* ---- the source ---- */

static void keep_of_grid(assay_source *source, const bool keep[])
{
    assay_grid *self = (assay_grid *)source;
    memcpy(self->keep, keep, source->n_columns * sizeof *keep);
}

void assay_grid_free(assay_grid *self)
{
    if (self == NULL)
        return;
    if (self->builders != NULL)
        free_block(self);
    for (size_t i = 0; i < self->face.n_columns; i++) {
        assay_free(self->names[i]);
        assay_free(self->written[i]);
    }
    assay_free(self->names);
    assay_free(self->written);
    assay_free(self->pieces);
    assay_free(self->keep);
    assay_free(self->met);
    assay_free(self->wishes);
    assay_free(self->builders);
    assay_free(self->columns);
    assay_free(self->cells);
    assay_free(self->row.bytes);
    self->format->free(self->self);
    assay_free(self);
}

static void free_of_grid(assay_source *source)
{
    assay_grid_free((assay_grid *)source);
}

assay_status assay_grid_new(assay_context *context, const assay_package *package,
                            const assay_grid_format *format, void *format_self,
                            const assay_spreadsheet_options *options, assay_grid **grid)
{
    assay_grid *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL) {
        format->free(format_self);
        return assay_fail_memory(context);
    }
    self->package = package;
    self->format = format;
    self->self = format_self;
    self->options = *options;
    self->in_header = true;
    self->face = (assay_source){.keep = keep_of_grid, .next = next_of_grid, .free = free_of_grid};
    *grid = self;
    return ASSAY_OK;
}

assay_spreadsheet_facts *assay_grid_facts(assay_grid *self)
{
    return &self->facts;
}

const assay_spreadsheet_facts *assay_spreadsheet_facts_of(const assay_source *source)
{
    return &((const assay_grid *)source)->facts;
}

const assay_spreadsheet_options *assay_grid_options(const assay_grid *self)
{
    return &self->options;
}

assay_status assay_grid_start(assay_context *context, assay_grid *self, assay_source **source)
{
    assay_status status = ASSAY_OK;
    while (status == ASSAY_OK && self->in_header && !self->ended)
        status = self->format->read(context, self->self, &self->ended);
    if (status == ASSAY_OK && self->in_header)
        status = fail_empty(context, self);
    if (status != ASSAY_OK) {
        assay_grid_free(self);
        return status;
    }
    *source = &self->face;
    return ASSAY_OK;
}
