/* csv_grammar.h -- delimited text byte by byte: headers, delimiters, and what is wrong where. */
#ifndef ASSAY_DATA_CSV_GRAMMAR_H
#define ASSAY_DATA_CSV_GRAMMAR_H

#include "base/context.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes from the start of a record on. Offsets below count from there. */
typedef struct assay_csv_text {
    const char *bytes;
    size_t length;
    bool whole; /* the file ends where the bytes end */
    char delimiter;
} assay_csv_text;

/* How a field ended. */
typedef enum assay_csv_end {
    ASSAY_CSV_FIELD,  /* at a delimiter */
    ASSAY_CSV_RECORD, /* at a line end, or at the end of the file */
    ASSAY_CSV_CUT,    /* not yet: more bytes are needed */
    ASSAY_CSV_WRONG
} assay_csv_end;

/* What is between the quotes, or the delimiters; quotes in it are doubled if `doubled`. */
typedef struct assay_csv_field {
    size_t from, length;
    bool doubled;
    size_t next;       /* where the next field, or the next record, starts */
    const char *wrong; /* what stands at `next`, if something is wrong */
} assay_csv_field;

/*
** The field that starts at `from`, which is at most text->length. Fields that are not UTF-8, hold a
** NUL, a quote without being quoted, a carriage return alone, or text behind a closing quote are
** wrong.
*/
assay_csv_end assay_csv_read_field(const assay_csv_text *text, size_t from, assay_csv_field *field);

/*
** The number of fields of the record that starts at `from`, and where the next one starts. CUT and
** WRONG as above; *next is then where it is wrong, and *wrong, which may be NULL, what.
*/
assay_csv_end assay_csv_read_record(const assay_csv_text *text, size_t from, size_t *fields,
                                    size_t *next, const char **wrong);

/* A field's bytes without the doubling; returns their number. to[length] may be the bytes. */
size_t assay_csv_undouble(const char *bytes, size_t length, char *to);

#endif
