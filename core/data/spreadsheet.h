/* spreadsheet.h -- tables from and to spreadsheets: xlsx (Office Open XML) and ods (OpenDocument). */
#ifndef ASSAY_DATA_SPREADSHEET_H
#define ASSAY_DATA_SPREADSHEET_H

#include "base/file.h"
#include "data/names.h"
#include "data/source.h"

/*
** ---- reading ----
**
** The first row with a value names the columns. Cells come as text: numbers as the shortest text that
** reads back the same, dates as ISO text, with the time where there is one ("2018-11-05T14:30:00"),
** times alone "14:30:00", durations "36:15:00", truth values TRUE and FALSE, formulas as the value that
** was saved with them. Empty rows between others are rows of missing values, those behind the last are
** dropped and counted. A cell with an error value (#N/A) is missing and counted. Of merged cells the
** first has the value. Hidden rows are read, and counted. Where no sheet is named and a form (below)
** marks sheets as its own, those are read one below the other; their headers must be the same.
**
** ASSAY_EFORMAT: not a spreadsheet (a text, an .xls, a file with a password, a .docx), cut short or
** damaged; a value in a column without a name; an empty or repeated name; an error value as a name; a
** document type declaration; more than 16,384 columns or 1,048,576 rows; and what only a file made to
** exhaust memory has: a part of 8 GiB, or one of 256 MiB from 500 times less, 64 levels of XML, a tag
** of 8 MiB, 1 MiB in a cell, 2^28 cells in rows that are left out or repeated.
** Sources: ECMA-376 (2016), part 1, 18; OASIS OpenDocument 1.2, part 1, 9 and 19.
*/
#define ASSAY_SHEET_ROWS       1048576
#define ASSAY_SHEET_COLUMNS    16384
#define ASSAY_SHEET_CHARACTERS 32767 /* UTF-16 units in a cell of an xlsx */

typedef struct assay_spreadsheet_options {
    const char
        *sheet; /* its name; NULL: number `number`, from 1; if that is 0, the first visible one */
    size_t number;
    size_t skip; /* rows above the header: titles */
    assay_naming naming;
    const char
        *dates;   /* how text that is a date is written, a pattern of text.h; NULL: yyyy-mm-dd */
    char decimal; /* ',': the sign in text that is a number; else '.' */
    size_t n_missing;
    const char *const *missing; /* cells that mean missing; an empty one always does */
} assay_spreadsheet_options;

assay_spreadsheet_options assay_spreadsheet_defaults(void);

/*
** Takes over the input, which is closed before this returns. Numbers and dates are handed out as
** `decimal` and `dates` say, so that a column may have them as cells of their own and as text. The
** texts in the options must outlive the source. ASSAY_EUNKNOWN: no such sheet; the
** message lists those that there are.
*/
assay_status assay_spreadsheet_open(assay_context *context, assay_input *input,
                                    const assay_spreadsheet_options *options,
                                    assay_source **source);

/* One of the sheets that were read one below the other. */
typedef struct assay_spreadsheet_piece {
    const char *sheet;
    uint64_t first_row, before; /* of the sheet, from 1, as below; rows of the sheets before it */
} assay_spreadsheet_piece;

/* What the file was, and what the source met so far; all of it is known when it has ended. */
typedef struct assay_spreadsheet_facts {
    const char *format, *sheet; /* "xlsx" or "ods" */
    size_t n_sheets;
    uint64_t first_row;        /* of the sheet, from 1: the one that becomes row 1 */
    const char *const *header; /* the names as they stand there, "" where none does */
    uint64_t rows;             /* handed out */
    uint64_t error_cells, empty_rows, hidden_rows, merged;
    bool from_1904;  /* dates are counted from 1904 */
    size_t n_pieces; /* 0: there was one sheet */
    const assay_spreadsheet_piece *pieces;
} assay_spreadsheet_facts;

const assay_spreadsheet_facts *assay_spreadsheet_facts_of(const assay_source *source);

/*
** ---- writing ----
**
** One sheet: a bold header that stays in view, dates as date cells, numbers with `digits` significant
** digits (0: the shortest text that reads back the same), text as text, whatever it begins with,
** missing as an empty cell. Cells that a spreadsheet cannot hold as what they are become text:
** integers of more than 15 digits, and in an xlsx dates before 1900-03-01. The same frame gives the
** same bytes. ASSAY_EFORMAT: too many rows or columns, a cell of an xlsx too long, a control
** character in an ods, an infinite number. ASSAY_EDOM: a name that a sheet cannot have.
*/
typedef enum assay_spreadsheet_format { ASSAY_XLSX, ASSAY_ODS } assay_spreadsheet_format;

assay_status assay_spreadsheet_write(assay_context *context, const assay_frame *frame,
                                     assay_spreadsheet_format format, const char *sheet, int digits,
                                     assay_output *output);

/*
** ---- forms: an xlsx to be filled in ----
**
** Each sheet has what is known, a frame, and one that `asks` has the form's fields to the right of it,
** empty. A field's note stands at its name; its cells take one of the choices, from a drop-down, or
** nothing. The header and the first column stay in view. Text is text also when it is edited: "007"
** keeps its zeros. Nothing in the file is computed. Sheets that ask are marked, and who reads the file
** without saying which sheet gets those. Choices that a list within a cell cannot have (255 characters
** in all, without , and ;) stand on a hidden sheet behind the others, ASSAY_FORM_LIST.
** Without fields these are sheets as assay_spreadsheet_write makes one.
** ASSAY_EDOM: no sheet or more than 255, a name twice (in any case of letters) or that no sheet can
** have; fields without choices; ASSAY_EFORMAT as above, and for notes that are too long. The names of
** fields must differ, also from those of the frames.
** Source: ECMA-376 (2016), part 1, 18.2.5, 18.3.1.32, 18.7; part 4, 19 for the boxes of notes.
*/
#define ASSAY_FORM_SHEETS 255
#define ASSAY_FORM_LIST   "Lists"

typedef struct assay_form_field {
    const char *name;
    const char *note; /* NULL: none */
} assay_form_field;

typedef struct assay_form_sheet {
    const char *name;
    const assay_frame *frame;
    bool asks;
} assay_form_sheet;

typedef struct assay_form {
    size_t n_sheets, n_fields, n_choices;
    const assay_form_sheet *sheets;
    const assay_form_field *fields;
    const char *const *choices;
} assay_form;

assay_status assay_form_write(assay_context *context, const assay_form *form, int digits,
                              assay_output *output);

/* The i-th library that this stands on, and its version as it is loaded; NULL behind the last. */
const char *assay_spreadsheet_library(size_t i, const char **version);

#endif
