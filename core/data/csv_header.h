/* csv_header.h -- the start of a delimited text file: what kind it is, its delimiter and names. */
#ifndef ASSAY_DATA_CSV_HEADER_H
#define ASSAY_DATA_CSV_HEADER_H

#include "data/csv.h"
#include "data/csv_grammar.h"
#include "data/csv_window.h"

/* What the start of a file says. Zeroed it holds nothing; free what it holds with ..._free. */
typedef struct assay_csv_header {
    char delimiter;
    bool mark; /* a byte order mark stood in front */
    size_t n;
    char **written; /* the names as they stand in the file */
    char **names;   /* as they are used */
} assay_csv_header;

/* Leaves the window at the first record behind the header. */
assay_status assay_csv_header_read(assay_context *context, assay_csv_window *window,
                                   const assay_csv_options *options, assay_csv_header *header);
void assay_csv_header_free(assay_csv_header *header);

/* The bytes in the window as text. */
assay_csv_text assay_csv_text_of(const assay_csv_window *window, char delimiter);

/* ASSAY_EFORMAT: a record that does not end within the bytes that a record may have. */
assay_status assay_csv_fail_long(assay_context *context, const assay_csv_window *window);

#endif
