/* builder_values.h -- the growing arrays of a column that is being built. */
#ifndef ASSAY_DATA_BUILDER_VALUES_H
#define ASSAY_DATA_BUILDER_VALUES_H

#include "data/column.h"

/* In the order in which text is tried as one after the other, from INTEGERS on. */
typedef enum assay_form {
    ASSAY_FORM_CODES,
    ASSAY_FORM_NUMBERS,
    ASSAY_FORM_INTEGERS,
    ASSAY_FORM_DAYS,
    ASSAY_FORM_TEXT
} assay_form;

/* Laid out as in a column of `rows` rows (column.h), with room for `capacity`. */
typedef struct assay_values {
    assay_form form;
    uint8_t width;
    size_t rows, capacity;
    size_t known; /* rows that are not missing */
    void *values;
    char *bytes; /* text */
    size_t used, bytes_capacity;
    uint64_t *missing; /* text */
} assay_values;

void assay_values_start(assay_values *values, assay_form form);
void assay_values_free(assay_values *values);

/* Room for n more rows, or ASSAY_EDOM where a column cannot have so many. */
assay_status assay_values_reserve(assay_context *context, assay_values *values, size_t n);

/* Makes codes wide enough for `code`. */
assay_status assay_values_widen(assay_context *context, assay_values *values, uint32_t code);

/* One row more, for which there is room. */
void assay_values_push_missing(assay_values *values);
void assay_values_push_code(assay_values *values, uint32_t code);
void assay_values_push_integer(assay_values *values, int64_t value);
void assay_values_push_number(assay_values *values, double value);
void assay_values_push_days(assay_values *values, int32_t value);
assay_status assay_values_push_text(assay_context *context, assay_values *values, const char *bytes,
                                    size_t length);

/* The value of row `row` of `from`, which has the same form: integers, numbers or days. */
void assay_values_push_value(assay_values *values, const assay_values *from, size_t row);

/* The codes of a category column as map[code]; there is room and they are wide enough. */
void assay_values_push_codes(assay_values *values, const assay_column *column,
                             const uint32_t map[]);

/* All cells of a text column, behind text. */
assay_status assay_values_push_texts(assay_context *context, assay_values *values,
                                     const assay_column *column);

/* All values of a column of that form: integers, numbers or dates. */
assay_status assay_values_push_array(assay_context *context, assay_values *values,
                                     const assay_column *column);

uint32_t assay_values_code(const assay_values *values, size_t row);

/* The text of a row that is not a code, NULL if missing. */
const char *assay_values_text(const assay_values *values, size_t row,
                              char scratch[ASSAY_CELL_BYTES], size_t *length);

/* Makes the column of the values, which are empty then. `dictionary` is that of codes, or NULL. */
assay_status assay_values_finish(assay_context *context, assay_values *values,
                                 assay_dictionary *dictionary, assay_column **column);

#endif
