/* csv.h -- tables as comma-separated text (RFC 4180). */
#ifndef ASSAY_DATA_CSV_H
#define ASSAY_DATA_CSV_H

#include "base/encoding.h"
#include "base/file.h"
#include "data/names.h"
#include "data/source.h"

/*
** UTF-8 with or without a byte order mark, or another encoding that is named; records end with LF or
** CRLF, the last one with either or nothing; fields may be quoted with ", a quote inside is doubled,
** and a quoted field may hold delimiters and line ends. The first record behind the lines that are
** skipped names the columns. These are ASSAY_EFORMAT, with line and column: text behind a closing
** quote, a quote inside an unquoted field, an unclosed quote, a carriage return alone, a NUL, a byte
** that is not UTF-8 or no character of the encoding, an empty or repeated name, more than
** ASSAY_CSV_COLUMNS columns, what is another kind of file; and with the line alone: a record with
** more or fewer fields than the header, one of more than 16 MiB (which bounds the memory used), and a
** header that no delimiter or more than one would suit.
** Source: RFC 4180 (2005), section 2; stricter where it leaves the choice.
*/
#define ASSAY_CSV_COLUMNS 16384 /* at most, as many as a spreadsheet has */

typedef struct assay_csv_options {
    char delimiter; /* ASCII, no quote and no line end; '\0': the one of , ; tab | that fits */
    assay_encoding encoding;
    uint64_t skip; /* lines in front of the header, whatever stands in them */
    bool fill;     /* what short records lack is missing; empty fields too many are left out, up to
                      as many as the header has; both are counted */
    assay_naming naming;
    size_t n_missing;
    const char *const *missing; /* cells that mean missing */
} assay_csv_options;

assay_csv_options assay_csv_defaults(void); /* comma, UTF-8; the empty cell is missing */

/*
** Takes over the input, which is closed with the source, or at once if opening fails. ASSAY_EDOM: a delimiter that cannot be one.
*/
assay_status assay_csv_open(assay_context *context, assay_input *input,
                            const assay_csv_options *options, assay_source **source);

/* What was found in the file, counted as far as it was read. */
typedef struct assay_csv_found {
    char delimiter;
    bool mark;                 /* a byte order mark */
    uint64_t rows;             /* behind the header */
    uint64_t crlf;             /* of them ended with CRLF */
    uint64_t filled, trimmed;  /* records that were short, and that had empty fields too many */
    const char *const *header; /* the names as they are written there */
} assay_csv_found;

void assay_csv_what_was_found(const assay_source *source, assay_csv_found *found);

/*
** Writes a frame with LF line ends. Fields are quoted where they hold a comma, a quote or a line end;
** missing is an empty field. With `guard`, text that a spreadsheet would take for a formula, because
** it starts with = + - @, a tab or a carriage return, gets a ' before it; numbers and dates never do.
*/
typedef struct assay_csv_writing {
    int digits; /* significant ones of numbers; 0: the shortest that read back the same */
    bool guard;
} assay_csv_writing;

assay_status assay_csv_write(assay_context *context, const assay_frame *frame,
                             const assay_csv_writing *how, assay_output *output);

/* The same without the header: further rows of a table that is written piece by piece. */
assay_status assay_csv_write_rows(assay_context *context, const assay_frame *frame,
                                  const assay_csv_writing *how, assay_output *output);

#endif
