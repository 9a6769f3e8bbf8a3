/* spreadsheet_parts.h -- what the files of the spreadsheet know of each other, and nobody else. */
#ifndef ASSAY_DATA_SPREADSHEET_PARTS_H
#define ASSAY_DATA_SPREADSHEET_PARTS_H

#include "base/memory.h"
#include "data/spreadsheet.h"

/* ---- spreadsheet_package.c: a zip of XML parts, with limits on what they unpack to ---- */

typedef struct assay_package assay_package;

/* Reads the input whole and closes it. */
assay_status assay_package_open(assay_context *context, assay_input *input,
                                assay_package **package);
void assay_package_free(assay_package *package); /* NULL is ignored */
const char *assay_package_name(const assay_package *package);
bool assay_package_has(const assay_package *package, const char *part);

/* assay_fail with ASSAY_EFORMAT, the file named. */
assay_status assay_package_fail(assay_context *context, const assay_package *package,
                                const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Attributes come as name, value, name, value ..., NULL. All text is UTF-8. */
typedef struct assay_xml_handlers {
    assay_status (*start)(assay_context *context, void *self, const char *name,
                          const char **attributes);
    assay_status (*end)(assay_context *context, void *self, const char *name);
    assay_status (*text)(assay_context *context, void *self, const char *bytes, size_t length);
} assay_xml_handlers;

/* A part being read. `self` is what its handlers are given. */
typedef struct assay_part assay_part;

assay_status assay_part_open(assay_context *context, const assay_package *package, const char *name,
                             const assay_xml_handlers *handlers, void *self, assay_part **part);
void assay_part_free(assay_part *part); /* NULL is ignored */

/* Reads on until the part ends (*ended) or a handler asked for a pause. */
assay_status assay_part_read(assay_context *context, assay_part *part, bool *ended);
void assay_part_pause(assay_part *part);

/* Opens, reads to the end, frees. */
assay_status assay_part_read_whole(assay_context *context, const assay_package *package,
                                   const char *name, const assay_xml_handlers *handlers,
                                   void *self);

/* A name without the prefix of its namespace. */
const char *assay_xml_local(const char *name);

/* The value of an attribute, by its name with or without prefix; NULL: there is none. */
const char *assay_xml_attribute(const char **attributes, const char *name);
const char *assay_xml_attribute_local(const char **attributes, const char *local);

/* A count of at most `most`, digits alone; false: something else. */
bool assay_xml_count(const char *text, uint64_t most, uint64_t *count);

/* ---- spreadsheet_value.c: values as text ---- */

typedef enum assay_cell_kind {
    ASSAY_CELL_PLAIN,
    ASSAY_CELL_DATE, /* a date, with a time or without */
    ASSAY_CELL_TIME, /* a time of the day */
    ASSAY_CELL_DURATION
} assay_cell_kind;

/* What a number format of an xlsx makes of a number; code NULL: it is a built-in one. */
assay_cell_kind assay_cell_kind_of(uint64_t id, const char *code);

#define ASSAY_VALUE_TEXT    128 /* room for a value with its 0 byte */
#define ASSAY_PATTERN_BYTES 64  /* the longest pattern for dates that fits then */

/*
** These write a value and return the length; 0: it is not such a value. `dates` is the pattern for
** dates, NULL for ISO; a date with a time is ISO 8601 in any case. `decimal` is ',' or anything else
** for '.'. A serial number counts days, with a false 29 February 1900.
*/
size_t assay_value_of_number(const char *bytes, size_t length, char decimal,
                             char text[ASSAY_VALUE_TEXT]);
size_t assay_value_of_serial(double serial, assay_cell_kind kind, bool from_1904, const char *dates,
                             char text[ASSAY_VALUE_TEXT]);

/* ISO 8601 as both formats write it: 2018-11-05, 2018-11-05T14:30:00, 14:30:00; PT14H30M00S */
size_t assay_value_of_iso(const char *bytes, size_t length, const char *dates,
                          char text[ASSAY_VALUE_TEXT]);
size_t assay_value_of_period(const char *bytes, size_t length, char text[ASSAY_VALUE_TEXT]);

/* ---- spreadsheet_grid.c: cells as rows, rows as blocks ---- */

/*
** The source that a spreadsheet is. Its format fills it with cells and rows; what the format itself
** needs is behind `self`.
*/
typedef struct assay_grid assay_grid;

typedef struct assay_grid_format {
    assay_status (*read)(assay_context *context, void *self, bool *ended); /* until a pause */
    void (*pause)(void *self);
    void (*free)(void *self);
} assay_grid_format;

/* A row from 1 that stands `times` times one below the other. */
typedef struct assay_grid_rows {
    uint64_t row, times;
    bool hidden;
} assay_grid_rows;

/* Takes over `self`, which is freed with the grid, also if this fails. */
assay_status assay_grid_new(assay_context *context, const assay_package *package,
                            const assay_grid_format *format, void *self,
                            const assay_spreadsheet_options *options, assay_grid **grid);
void assay_grid_free(assay_grid *grid); /* NULL is ignored */
assay_spreadsheet_facts *assay_grid_facts(assay_grid *grid);
const assay_spreadsheet_options *assay_grid_options(const assay_grid *grid);

/*
** `row` and `column` count from 1. The cells of a row come before the row itself, in any order, each
** once; rows come in their order, and those left out are empty. A column whose values are all numbers
** is one of numbers even where their texts would not say so alone ("1e-06", or 17 digits).
*/
assay_status assay_grid_cell(assay_context *context, assay_grid *grid, uint64_t row,
                             uint64_t column, const char *bytes, size_t length);
assay_status assay_grid_number(assay_context *context, assay_grid *grid, uint64_t row,
                               uint64_t column, const char *bytes, size_t length);
assay_status assay_grid_error_cell(assay_context *context, assay_grid *grid, uint64_t row,
                                   uint64_t column);
assay_status assay_grid_row(assay_context *context, assay_grid *grid, const assay_grid_rows *rows);

/*
** The rows that follow are those of another sheet, below the ones so far: its header must be the same.
** Only where no row waits, which is so when more is asked of the format. Room for `n` sheets is made
** before the first.
*/
assay_status assay_grid_expect_sheets(assay_context *context, assay_grid *grid, size_t n);
assay_status assay_grid_next_sheet(assay_context *context, assay_grid *grid, const char *sheet);

/* Reads as far as the header; the grid is freed if that fails. */
assay_status assay_grid_start(assay_context *context, assay_grid *grid, assay_source **source);

#define ASSAY_CELL_NAME 32
const char *assay_cell_name(uint64_t row, uint64_t column, char name[ASSAY_CELL_NAME]); /* "AB12" */

/* ---- sheets ---- */

/* Fails, with the names of all, unless options name one of names[n]; *chosen is from 0. */
assay_status assay_sheet_choose(assay_context *context, const assay_package *package,
                                const assay_spreadsheet_options *options, size_t n,
                                char *const names[], const bool hidden[], size_t *chosen);

/* ---- spreadsheet_rich.c: the text of an xlsx ---- */

/* Text in pieces: <t> elements, alone or in runs, without the phonetic ones. Free bytes.bytes. */
typedef struct assay_rich_text {
    assay_bytes bytes;
    size_t begin, piece; /* of the whole, and of the piece being read */
    int phonetic;
    bool reading;
} assay_rich_text;

void assay_rich_text_begin(assay_rich_text *text);
void assay_rich_text_starts(assay_rich_text *text, const char *local); /* an element */
void assay_rich_text_ends(assay_rich_text *text, const char *local);
assay_status assay_rich_text_add(assay_context *context, const assay_package *package,
                                 assay_rich_text *text, const char *bytes, size_t length);

/* A piece that is no <t>; at its end the escapes in it (_x0041_) are replaced by their characters. */
void assay_rich_text_begin_piece(assay_rich_text *text);
void assay_rich_text_end_piece(assay_rich_text *text);

/* ---- spreadsheet_book.c: the parts of an xlsx around its sheets ---- */

/* Which one a sheet is in the workbook, from 0, and whether a form marks it as its own. */
struct assay_sheet_mark {
    uint64_t place;
    bool of_form;
};

/* Zeroed but for the package, which stays the caller's. Only the first lines are for all to read. */
typedef struct assay_book {
    const assay_package *package;
    size_t n_sheets;
    char **sheets;
    bool *hidden;
    struct assay_sheet_mark *marks;
    bool from_1904;

    const char *folder; /* that relations of the part being read start from */
    size_t n_relations, relations_capacity;
    struct assay_relation *relations; /* parts that another one names */
    char **sheet_ids;
    size_t sheets_capacity;
    uint64_t n_listed; /* sheets in the workbook, also those without cells */
    size_t n_formats, formats_capacity, n_kinds, kinds_capacity;
    struct assay_number_format *formats;
    assay_cell_kind *kinds; /* of the styles of cells */
    bool in_styles;
    size_t n_strings, strings_capacity;
    size_t *strings; /* where each ends in `texts` */
    assay_rich_text texts;
} assay_book;

assay_status assay_book_read(assay_context *context, assay_book *book); /* the sheets' names */
assay_status assay_book_read_tables(assay_context *context, assay_book *book); /* styles, strings */
void assay_book_free(assay_book *book);                                        /* what it holds */
assay_cell_kind assay_book_kind(const assay_book *book, uint64_t style);
const char *assay_book_string(const assay_book *book, uint64_t i, size_t *length); /* or NULL */
const char *assay_book_sheet_part(const assay_book *book, size_t sheet);
size_t assay_book_next_marked(const assay_book *book,
                              size_t sheet); /* from this on; n_sheets: none */
bool assay_xlsx_is_true(const char *text);   /* of an attribute or a cell; NULL is not */

/* ---- spreadsheet_xlsx.c, spreadsheet_ods.c ---- */

/* Take over the package, also if they fail. */
assay_status assay_xlsx_open(assay_context *context, assay_package *package,
                             const assay_spreadsheet_options *options, assay_source **source);
assay_status assay_ods_open(assay_context *context, assay_package *package,
                            const assay_spreadsheet_options *options, assay_source **source);

/* ---- spreadsheet_write.c: XML into a zip, the same each time ---- */

/* A sheet being written: the frame, and what of its part is written but not yet packed. */
typedef struct assay_sheet {
    assay_context *context;
    const assay_form *form; /* of an xlsx, which it is one sheet of: */
    size_t number;          /* this one, from 0 */
    const assay_frame *frame;
    const char *name;
    int digits;
    size_t row; /* of the frame, the next one */
    assay_bytes xml;
} assay_sheet;

/* What a format writes: small parts as they are, and sheets in pieces. Text is ASCII or UTF-8. */
typedef struct assay_sheet_part {
    const char *path;                          /* NULL: it has a number in it */
    const char *text;                          /* NULL: written by */
    assay_status (*write)(assay_sheet *sheet); /* this, in one piece, or */
    assay_status (*begin)(assay_sheet *sheet); /* by these: what comes before the rows, */
    assay_status (*write_row)(assay_sheet *sheet);
    assay_status (*end)(assay_sheet *sheet);
} assay_sheet_part;

extern const assay_sheet_part assay_ods_parts[]; /* up to the one without a path */

/* A part and its place in the zip; one called "mimetype" is stored as it is. */
typedef struct assay_packed_part {
    char path[48];
    const assay_sheet_part *from;
    assay_sheet sheet;
} assay_packed_part;

assay_status assay_parts_pack(assay_context *context, size_t n, const assay_packed_part parts[],
                              assay_output *output);

/* Refuses names that Excel does, and what is too large for a sheet; `fields` stand beside the frame. */
assay_status assay_sheet_check(assay_context *context, const assay_frame *frame, size_t fields,
                               const char *name);

/* Append to sheet->xml. The escaped text of a cell of row (0: the header) and column may be refused. */
assay_status assay_xml_put(assay_sheet *sheet, const char *text);
assay_status assay_xml_put_bytes(assay_sheet *sheet, const char *bytes, size_t length);
assay_status assay_xml_put_count(assay_sheet *sheet, uint64_t count);
assay_status assay_xml_put_escaped(assay_sheet *sheet, const char *bytes, size_t length);
assay_status assay_sheet_fail(const assay_sheet *sheet, size_t row, size_t column,
                              const char *what);

/* How many characters wide a column is best shown, by its name and its first rows. */
size_t assay_sheet_width(const assay_sheet *sheet, size_t column);
size_t assay_sheet_width_of(size_t widest); /* by the widest text in it */

/* What a cell becomes, and its text; NULL: it is empty. */
typedef enum assay_cell_form {
    ASSAY_FORM_TEXT,
    ASSAY_FORM_NUMBER,
    ASSAY_FORM_DATE
} assay_cell_form;

assay_status assay_sheet_cell(const assay_sheet *sheet, size_t column,
                              char scratch[ASSAY_CELL_BYTES], const char **cell, size_t *length,
                              assay_cell_form *form);

/* ---- spreadsheet_write_xlsx.c: text of an xlsx, in which some characters are escaped ---- */

assay_status assay_xlsx_put_text(assay_sheet *sheet, const char *bytes, size_t length);
bool assay_xlsx_holds(const char *text); /* is it UTF-8 and not too long for a cell? */

/* A cell of a column from 0, in a row from 0; style is "" or " s=\"1\"". */
assay_status assay_xlsx_put_cell(assay_sheet *sheet, size_t row, size_t column, const char *style,
                                 const char *text);

/* ---- spreadsheet_form.c: what an xlsx to be filled in has besides its sheets ---- */

/* The fields that a sheet has beside its frame. */
size_t assay_form_fields(const assay_sheet *sheet);

bool assay_form_has_notes(const assay_form *form);
bool assay_form_has_list(const assay_form *form); /* is the hidden sheet needed? */

#define ASSAY_FORM_MARK "assay_table" /* the name that marks a sheet as one of a form */

assay_status assay_form_check(assay_context *context, const assay_form *form);

/* What stands behind a sheet's rows, and the marks in the workbook. */
assay_status assay_form_put_choices(assay_sheet *sheet);
assay_status assay_form_put_marks(assay_sheet *book);

/* The parts of a sheet's notes, of which the path of the first is numbered like that of the sheet. */
extern const assay_sheet_part assay_form_note_parts[3], assay_form_list_part;

#endif
