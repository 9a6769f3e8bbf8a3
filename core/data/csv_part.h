/* csv_part.h -- a part of a block of delimited text: from bytes to codes, on any thread. */
#ifndef ASSAY_DATA_CSV_PART_H
#define ASSAY_DATA_CSV_PART_H

#include "data/coder.h"
#include "data/scan.h"

/* What becomes of a column's cells. */
typedef enum assay_csv_kind {
    ASSAY_CSV_CODED, /* codes of a dictionary */
    ASSAY_CSV_PLAIN, /* mostly different texts, which no dictionary makes shorter */
    ASSAY_CSV_LATER  /* nothing: few are wanted, and those are read from their records */
} assay_csv_kind;

typedef struct assay_csv_column {
    size_t number; /* in the file, from 0 */
    assay_csv_kind kind;
    assay_coder coder;
} assay_csv_column;

/* What all parts of a block have in common; none of them changes it. */
typedef struct assay_csv_layout {
    size_t n_fields; /* of a record */
    size_t n_columns;
    assay_csv_column *columns; /* those that are kept, in the order of the file */
    size_t n_coded;
    size_t most_rows, most_unseen; /* of a part */
    bool some_later;
    char delimiter;
    bool fill; /* records may be short, or long by empty fields */
    assay_scan_kernel *scan;
} assay_csv_layout;

/* A cell as it stands in the part's bytes, with its quotes. */
#define ASSAY_CSV_NO_FIELD UINT32_MAX /* the length of what a short record lacks */
typedef struct assay_csv_span {
    uint32_t from, length;
} assay_csv_span;

/* A cell that no dictionary knows yet: it has the code 0 until it is given one. */
typedef struct assay_csv_unseen {
    uint32_t column, row;
    assay_csv_span cell;
} assay_csv_unseen;

/*
** bytes[length] start with a record, as far as can be known without reading what is before them, and
** end with a line end. They were read to their end if used == length; else reading stopped in front
** of the record at `used`: because the part is full, because the record goes on behind the part
** (quotes were open), or because something is wrong.
*/
typedef struct assay_csv_part {
    const char *bytes;
    size_t length;

    size_t used, rows;
    bool wrong;
    uint64_t filled;  /* records that were short */
    uint64_t trimmed; /* records with empty fields too many */
    uint64_t inner;   /* line feeds inside quotes, in what was scanned */
    uint64_t returns; /* records that ended with CRLF */
    size_t n_unseen;
    assay_csv_unseen *unseen;
    uint32_t *records;               /* where they start, if some cells are read later */
    void *cells;                     /* by column: uint16_t codes[most_rows] or spans */
    uint32_t *found, *ends, *starts; /* places of the records being read */
} assay_csv_part;

/* Makes room for what a part of this layout can hold; false when out of memory. Free either way. */
bool assay_csv_part_start(assay_csv_part *part, const assay_csv_layout *layout);
void assay_csv_part_free(assay_csv_part *part);

/* Reads the part. Allocates nothing, so that parts may be read side by side. */
void assay_csv_part_read(assay_csv_part *part, const assay_csv_layout *layout);

/* The cells of kept column `i`, by row. */
uint16_t *assay_csv_part_codes(const assay_csv_part *part, const assay_csv_layout *layout,
                               size_t i);
assay_csv_span *assay_csv_part_spans(const assay_csv_part *part, const assay_csv_layout *layout,
                                     size_t i);

#endif
