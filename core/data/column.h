/* column.h -- one immutable column of a table. */
#ifndef ASSAY_DATA_COLUMN_H
#define ASSAY_DATA_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "data/dictionary.h"

/*
** type      stored as                                     missing
** category  codes into a dictionary, 1, 2 or 4 bytes      0
** text      offsets of 4 bytes (8 above 4 GiB), bytes     a bit in a bitmap
** integer   int64_t                                       INT64_MIN
** number    double                                        NaN
** date      int32_t, days from 1970-01-01                 INT32_MIN
*/
typedef enum assay_type {
    ASSAY_CATEGORY,
    ASSAY_TEXT,
    ASSAY_INTEGER,
    ASSAY_NUMBER,
    ASSAY_DATE,
    ASSAY_INFER /* as a wish only: the type that loses nothing (builder.h) */
} assay_type;

const char *assay_type_name(assay_type type);
bool assay_type_find(const char *name, assay_type *type);

/* Fields are to be read only. Columns are shared by counting references. */
typedef struct assay_column {
    assay_type type;
    uint8_t width; /* bytes of a code (category) or of an offset (text) */
    size_t length;
    const void *codes;              /* category: codes[length] */
    const int64_t *integers;        /* integer */
    const double *numbers;          /* number */
    const int32_t *days;            /* date */
    const void *offsets;            /* text: offsets[length + 1] */
    const char *bytes;              /* text */
    const uint64_t *missing;        /* text: bit row % 64 of word row / 64; NULL if none is */
    assay_dictionary *dictionary;   /* category */
    struct assay_column_owner *own; /* references and the blocks above */
} assay_column;

assay_column *assay_column_retain(assay_column *column);
void assay_column_release(assay_column *column); /* NULL is ignored */

uint32_t assay_column_code(const assay_column *column, size_t row); /* category only */
/* The same of n rows from `first` on. */
void assay_column_codes(const assay_column *column, size_t first, size_t n, uint32_t codes[]);
bool assay_column_is_missing(const assay_column *column, size_t row);

/*
** The cell as it is written to a file: the text itself, a shortest number, an ISO date. NULL if
** missing. Numbers and dates are printed into `scratch`.
*/
#define ASSAY_CELL_BYTES 40
const char *assay_column_cell(const assay_column *column, size_t row,
                              char scratch[ASSAY_CELL_BYTES], size_t *length);

/* -1, 0, 1: how two rows of one column compare (by value; declared levels in their order; missing last). */
int assay_column_compare(const assay_column *column, size_t a, size_t b);

/* New columns from arrays, which are copied. */
assay_status assay_column_of_integers(assay_context *context, size_t n, const int64_t values[],
                                      assay_column **column);
assay_status assay_column_of_numbers(assay_context *context, size_t n, const double values[],
                                     assay_column **column);
assay_status assay_column_of_days(assay_context *context, size_t n, const int32_t values[],
                                  assay_column **column);
assay_status assay_column_of_codes(assay_context *context, size_t n, const uint32_t codes[],
                                   assay_dictionary *dictionary, assay_column **column);

/* A column of integers or numbers for whoever fills values[n], all of them, before it is read. */
assay_status assay_column_of_integers_to_come(assay_context *context, size_t n, int64_t **values,
                                              assay_column **column);
assay_status assay_column_of_numbers_to_come(assay_context *context, size_t n, double **values,
                                             assay_column **column);

/* A text column of what `at` answers for each row (NULL: missing), which is asked twice. */
typedef const char *assay_text_at(const void *self, size_t row, size_t *length);
assay_status assay_column_of_texts(assay_context *context, size_t n, assay_text_at *at,
                                   const void *self, assay_column **column);

/* The rows `rows[n]` of a column, in that order; or `n` rows from row `first` on. */
assay_status assay_column_take(assay_context *context, const assay_column *column, size_t n,
                               const uint32_t rows[], assay_column **taken);
assay_status assay_column_slice(assay_context *context, const assay_column *column, size_t first,
                                size_t n, assay_column **taken);

/* What a column is to be; the default (all zero but type = ASSAY_INFER) infers everything. */
typedef struct assay_column_wish {
    assay_type type;
    const char *dates;        /* pattern of text.h, NULL for yyyy-mm-dd */
    char decimal;             /* ',': the sign before the decimals of numbers; else '.' */
    assay_dictionary *levels; /* NULL, or the only values that a category may have */
    bool private;             /* messages have *** for its cells */
} assay_column_wish;

#endif
