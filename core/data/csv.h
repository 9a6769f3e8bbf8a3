/* csv.h -- tables as comma-separated text (RFC 4180). */
#ifndef ASSAY_DATA_CSV_H
#define ASSAY_DATA_CSV_H

#include "base/file.h"
#include "data/source.h"

/*
** UTF-8 with or without a byte order mark; records end with LF or CRLF, the last one with either or
** nothing; fields may be quoted with ", a quote inside is doubled, and a quoted field may hold
** delimiters and line ends. The first record names the columns. A record with more or fewer fields
** than the header, text behind a closing quote, a quote inside an unquoted field, an unclosed quote,
** a NUL, invalid UTF-8, and an empty or repeated name are ASSAY_EFORMAT with line and column (line
** alone where the number of fields is wrong).
** Source: RFC 4180 (2005), section 2; stricter where it leaves the choice.
*/
typedef struct assay_csv_options {
    char delimiter; /* ASCII, no quote and no line end */
    size_t n_missing;
    const char *const *missing; /* cells that mean missing */
} assay_csv_options;

assay_csv_options assay_csv_defaults(void); /* comma; the empty cell is missing */

/*
** Takes over the input, which is closed with the source, or at once if opening fails. ASSAY_EDOM: a
** delimiter that cannot be one.
*/
assay_status assay_csv_open(assay_context *context, assay_input *input,
                            const assay_csv_options *options, assay_source **source);

/*
** Writes a frame with LF line ends. Fields are quoted where they hold a delimiter, a quote or a line
** end; missing is an empty field; numbers have `digits` significant digits, or are the shortest that
** read back the same if digits is 0.
*/
assay_status assay_csv_write(assay_context *context, const assay_frame *frame, int digits,
                             assay_output *output);

#endif
